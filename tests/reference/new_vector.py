"""|M|^2 of e+e- -> a new massive vector V and two leptons or a photon; the conventions are those of pairs.py, V is the last leg.

L = V_mu fbar gamma^mu (g_v + g_a gamma5) f, or off the diagonal L = g V_mu (f1bar gamma^mu f2 + h.c.). The three polarisations of V are
summed explicitly, the longitudinal one included.
"""

from darkrecoil.constants import M_E
from reference.algebra import GAMMA, GAMMA5, UNIT, average, current, line, momentum, photon, polarisation, slash, u, ubar, v, vbar
from reference.pairs import E
from reference.radiative import annihilation_amplitude, bhabha_amplitude, final_amplitude


def emission(momenta, i, mass, g_v, g_a=0.0, ward=None):
    """The step of a fermion line that emits the vector of leg i."""
    vertex = 1j * GAMMA @ (g_v * UNIT + g_a * GAMMA5)
    return slash(polarisation(momenta, i, ward, mass), vertex), momentum(momenta, i)


def pair_vector(momenta, mass, m, g_v, g_a=0.0, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f(2) fbar(3) V(4), V coupled to f only: two diagrams, V off fbar and off f."""
    return average(final_amplitude(momenta, m, emission(momenta, 4, mass, g_v, g_a), m_e, e))


def charged_pair_vector(momenta, mass, m, g, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f(2) fbar(3) V(4), f not the electron, V coupled to f and to the electron by the same g: four diagrams."""
    return average(annihilation_amplitude(momenta, m, emission(momenta, 4, mass, g), m_e, e))


def electrons_vector(momenta, mass, g, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e-(2) e+(3) V(4), V coupled to the electron by g: eight diagrams."""
    return average(bhabha_amplitude(momenta, emission(momenta, 4, mass, g), m_e, e))


def photon_vector_amplitude(momenta, mass, g, m_e=M_E, e=E, ward=None):
    """iM of e- e+ -> gamma(2) V(3), V coupled to the electron by g: two diagrams, the photon first and the photon last."""
    gamma, new = emission(momenta, 2, 0.0, e, ward=ward), emission(momenta, 3, mass, g, ward=ward)
    row, psi, p1 = vbar(momenta, 1, m_e), u(momenta, 0, m_e), momentum(momenta, 0)
    return line(row, [gamma, new], psi, p1, m_e) + line(row, [new, gamma], psi, p1, m_e)


def photon_vector(momenta, mass, g, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> gamma(2) V(3)."""
    return average(photon_vector_amplitude(momenta, mass, g, m_e, e))


def flavours_annihilation(momenta, emit, m1, m2, m_e, e, gauge=0.0):
    """iM of e- e+ -> f1(2) f2bar(3) V(4) by annihilation. Along the arrow, from f2bar: V makes f2 into f1, which meets the photon;
    or f2 meets the photon and V makes it f1."""
    p1, p2, p4 = (momentum(momenta, i) for i in (0, 1, 3))
    q = p1 + p2
    beam = current(lambda mu: line(vbar(momenta, 1, m_e), [(1j * e * GAMMA[mu], q)], u(momenta, 0, m_e), p1))
    absorb = (1j * e * slash(photon(beam, q, gauge)), -q)
    row, psi = ubar(momenta, 2, m1), v(momenta, 3, m2)
    return line(row, [emit, absorb], psi, -p4, m1) + line(row, [absorb, emit], psi, -p4, m2)


def electron_flavour_exchange(momenta, emit, m2, m_e, e, gauge=0.0):
    """iM of e- e+ -> e-(2) f2bar(3) V(4) by a photon from the electron to the line from f2bar to e+, which emits V before or after."""
    p1, p3, p4 = (momentum(momenta, i) for i in (0, 2, 3))
    q = p1 - p3
    electron = current(lambda mu: line(ubar(momenta, 2, m_e), [(1j * e * GAMMA[mu], q)], u(momenta, 0, m_e), p1))
    absorb = (1j * e * slash(photon(electron, q, gauge)), -q)
    row, psi = vbar(momenta, 1, m_e), v(momenta, 3, m2)
    return line(row, [emit, absorb], psi, -p4, m_e) + line(row, [absorb, emit], psi, -p4, m2)


def flavour_positron_exchange(momenta, emit, m1, m_e, e, gauge=0.0):
    """iM of e- e+ -> f1(2) e+(3) V(4) by a photon from the positron to the line from e- to f1, which emits V before or after."""
    p1, p2, p4 = (momentum(momenta, i) for i in (0, 1, 3))
    q = p4 - p2  # leaves the electron's line, enters the positron's, where -p4 -> -p2 along the arrow
    positron = current(lambda mu: line(vbar(momenta, 1, m_e), [(1j * e * GAMMA[mu], -q)], v(momenta, 3, m_e), -p4))
    meet = (1j * e * slash(photon(positron, q, gauge)), q)
    row, psi = ubar(momenta, 2, m1), u(momenta, 0, m_e)
    return line(row, [emit, meet], psi, p1, m1) + line(row, [meet, emit], psi, p1, m_e)


def electron_flavour_amplitude(momenta, mass, m, g, m_e=M_E, e=E, gauge=0.0):
    """iM of e- e+ -> e-(2) fbar(3) V(4): annihilation minus exchange, four diagrams."""
    emit = emission(momenta, 4, mass, g)
    exchange = electron_flavour_exchange(momenta, emit, m, m_e, e, gauge)
    return flavours_annihilation(momenta, emit, m_e, m, m_e, e, gauge) - exchange


def flavour_positron_amplitude(momenta, mass, m, g, m_e=M_E, e=E, gauge=0.0):
    """iM of e- e+ -> f(2) e+(3) V(4): annihilation minus exchange, four diagrams."""
    emit = emission(momenta, 4, mass, g)
    exchange = flavour_positron_exchange(momenta, emit, m, m_e, e, gauge)
    return flavours_annihilation(momenta, emit, m, m_e, m_e, e, gauge) - exchange


def electron_flavour(momenta, mass, m, g, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e-(2) fbar(3) V(4), f a mu or tau of mass m, L = g V (ebar gamma f + h.c.)."""
    return average(electron_flavour_amplitude(momenta, mass, m, g, m_e, e))


def flavour_positron(momenta, mass, m, g, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f(2) e+(3) V(4), f a mu or tau of mass m, L = g V (ebar gamma f + h.c.)."""
    return average(flavour_positron_amplitude(momenta, mass, m, g, m_e, e))


def two_flavours(momenta, mass, m1, m2, g, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f1(2) f2bar(3) V(4), neither an electron, L = g V (f1bar gamma f2 + h.c.): two diagrams."""
    return average(flavours_annihilation(momenta, emission(momenta, 4, mass, g), m1, m2, m_e, e))
