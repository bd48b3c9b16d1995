"""|M|^2 of e+e- -> two charged leptons and photons, by QED; the conventions are those of pairs.py.

The diagrams with one photon are written for any neutral boson that all charged leptons emit alike: ``emit`` is its (vertex, momentum).
"""

from itertools import permutations

from darkrecoil.constants import M_E
from reference.algebra import GAMMA, average, current, line, momentum, photon, polarisation, slash, u, ubar, v, vbar
from reference.pairs import E


def emission(momenta, i, e=E, ward=None):
    """The step of a fermion line that emits the photon of leg i."""
    return 1j * e * slash(polarisation(momenta, i, ward)), momentum(momenta, i)


def annihilation_amplitude(momenta, m, emit, m_e=M_E, e=E, gauge=0.0):
    """iM of e-(0) e+(1) -> f(2) fbar(3) X(4), the beams annihilating: four diagrams, X off each of the four."""
    return initial_amplitude(momenta, m, emit, m_e, e, gauge) + final_amplitude(momenta, m, emit, m_e, e, gauge)


def initial_amplitude(momenta, m, emit, m_e=M_E, e=E, gauge=0.0):
    """The two of these diagrams in which a beam emits X."""
    p1, p3, p4 = (momentum(momenta, i) for i in (0, 2, 3))
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m), v(momenta, 3, m)
    q = p3 + p4
    off_electron = current(lambda mu: line(v2, [emit, (1j * e * GAMMA[mu], q)], u1, p1, m_e))
    off_positron = current(lambda mu: line(v2, [(1j * e * GAMMA[mu], q), emit], u1, p1, m_e))
    field = photon(off_electron + off_positron, q, gauge)
    return line(u3, [(1j * e * slash(field), -q)], v4, -p4)


def final_amplitude(momenta, m, emit, m_e=M_E, e=E, gauge=0.0):
    """The two of these diagrams in which f or fbar emits X."""
    p1, p2, p4 = (momentum(momenta, i) for i in (0, 1, 3))
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m), v(momenta, 3, m)
    q = p1 + p2
    field = photon(current(lambda mu: line(v2, [(1j * e * GAMMA[mu], q)], u1, p1)), q, gauge)
    absorb = (1j * e * slash(field), -q)
    off_antifermion = line(u3, [emit, absorb], v4, -p4, m)
    off_fermion = line(u3, [absorb, emit], v4, -p4, m)
    return off_antifermion + off_fermion


def exchange_amplitude(momenta, emit, m_e=M_E, e=E, gauge=0.0):
    """iM of e-(0) e+(1) -> e-(2) e+(3) X(4) by exchange of a photon: four diagrams, without the sign of the exchange."""
    p1, p2, p3, p4 = (momentum(momenta, i) for i in range(4))
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m_e), v(momenta, 3, m_e)

    q = p4 - p2  # leaves the electron line 1 -> 3, which radiates before or after
    before = current(lambda mu: line(u3, [emit, (1j * e * GAMMA[mu], q)], u1, p1, m_e))
    after = current(lambda mu: line(u3, [(1j * e * GAMMA[mu], q), emit], u1, p1, m_e))
    field = photon(before + after, q, gauge)
    off_electrons = line(v2, [(1j * e * slash(field), -q)], v4, -p4)

    q = p1 - p3  # leaves the electron line and enters the positron line, which radiates off the outgoing or the incoming positron
    field = photon(current(lambda mu: line(u3, [(1j * e * GAMMA[mu], q)], u1, p1)), q, gauge)
    absorb = (1j * e * slash(field), -q)
    outgoing = line(v2, [emit, absorb], v4, -p4, m_e)
    incoming = line(v2, [absorb, emit], v4, -p4, m_e)
    return off_electrons + outgoing + incoming


def bhabha_amplitude(momenta, emit, m_e=M_E, e=E, gauge=0.0):
    """iM of e- e+ -> e- e+ X: eight diagrams, annihilation minus exchange."""
    return annihilation_amplitude(momenta, m_e, emit, m_e, e, gauge) - exchange_amplitude(momenta, emit, m_e, e, gauge)


def pair_two_photons_amplitude(momenta, m, m_e=M_E, e=E, ward=None, gauge=0.0):
    """iM of e-(0) e+(1) -> f(2) fbar(3) gamma(4) gamma(5): 6 + 6 + 8 = 20 diagrams."""
    p1, p2, p4 = (momentum(momenta, i) for i in (0, 1, 3))
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m), v(momenta, 3, m)
    a, b = emission(momenta, 4, e, ward), emission(momenta, 5, e, ward)

    def beams_emit(*emitted):
        """The field of the annihilating beams that have emitted these photons in all orders among the virtual one."""
        q = p1 + p2 - sum(k for _, k in emitted)
        return photon(current(lambda mu: in_all_orders(v2, [(1j * e * GAMMA[mu], q), *emitted], u1, p1, m_e)), q, gauge), q

    def pair_emits(field, q, *emitted):
        return in_all_orders(u3, [(1j * e * slash(field), -q), *emitted], v4, -p4, m)

    both_initial = pair_emits(*beams_emit(a, b))  # 3! = 6 orders
    both_final = pair_emits(*beams_emit(), a, b)  # 3! = 6 orders
    one_each = pair_emits(*beams_emit(a), b) + pair_emits(*beams_emit(b), a)  # 2 x (2 x 2) orders
    return both_initial + both_final + one_each


def in_all_orders(row, steps, psi, flow, mass):
    """The sum of the line over all orders of its vertices."""
    return sum(line(row, order, psi, flow, mass) for order in permutations(steps))


def pair_photon(momenta, m, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f fbar gamma, f not the electron."""
    return average(annihilation_amplitude(momenta, m, emission(momenta, 4, e), m_e, e))


def bhabha_photon(momenta, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e- e+ gamma."""
    return average(bhabha_amplitude(momenta, emission(momenta, 4, e), m_e, e))


def pair_two_photons(momenta, m, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f fbar gamma gamma, f not the electron."""
    return average(pair_two_photons_amplitude(momenta, m, m_e, e))
