"""|M|^2 of e+e- into two charged leptons and into photons, by QED: L = e fbar gamma^mu f A_mu for every charged lepton.

Derived from the rules in algebra.py, diagram by diagram. Each public function takes momenta (n, legs, 4) in the order of its name's
legs after e-, e+ (the fermion before the antifermion) and returns |M|^2 (n,), averaged over the beams' spins, GeV^(4 - 2 n_out),
all masses kept, no factor for identical particles.
"""

from itertools import permutations
from math import pi, sqrt

from darkrecoil.constants import ALPHA_0, M_E
from reference.algebra import GAMMA, average, current, line, momentum, photon, polarisation, slash, u, ubar, v, vbar

E = sqrt(4 * pi * ALPHA_0)


def annihilation_amplitude(momenta, m, m_e=M_E, e=E, gauge=0.0):
    """iM of e-(0) e+(1) -> f(2) fbar(3): one diagram, a photon in the s channel."""
    p1, p2, p4 = (momentum(momenta, i) for i in (0, 1, 3))
    q = p1 + p2
    beam = current(lambda mu: line(vbar(momenta, 1, m_e), [(1j * e * GAMMA[mu], q)], u(momenta, 0, m_e), p1))
    field = photon(beam, q, gauge)
    return line(ubar(momenta, 2, m), [(1j * e * slash(field), -q)], v(momenta, 3, m), -p4)


def exchange_amplitude(momenta, m_e=M_E, e=E, gauge=0.0):
    """iM of e-(0) e+(1) -> e-(2) e+(3) by a photon in the t channel, without the sign of the exchange."""
    p1, p3, p4 = (momentum(momenta, i) for i in (0, 2, 3))
    q = p1 - p3
    electron = current(lambda mu: line(ubar(momenta, 2, m_e), [(1j * e * GAMMA[mu], q)], u(momenta, 0, m_e), p1))
    field = photon(electron, q, gauge)
    return line(vbar(momenta, 1, m_e), [(1j * e * slash(field), -q)], v(momenta, 3, m_e), -p4)


def pair(momenta, m, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f fbar, f not the electron (mu or tau by their mass m)."""
    return average(annihilation_amplitude(momenta, m, m_e, e))


def bhabha(momenta, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e- e+: s channel minus t channel (one exchange: ubar(2) with vbar(1))."""
    return average(annihilation_amplitude(momenta, m_e, m_e, e) - exchange_amplitude(momenta, m_e, e))


def photons_amplitude(momenta, m_e=M_E, e=E, ward=None):
    """iM of e- e+ -> k photons: one diagram for each of the k! orders in which they leave the electron line."""
    legs = range(2, momenta.shape[1])
    emission = {i: (1j * e * slash(polarisation(momenta, i, ward)), momentum(momenta, i)) for i in legs}
    row, psi, p1 = vbar(momenta, 1, m_e), u(momenta, 0, m_e), momentum(momenta, 0)
    return sum(line(row, [emission[i] for i in order], psi, p1, m_e) for order in permutations(legs))


def photons(momenta, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> 2, 3 or 4 photons (2, 6 or 24 diagrams)."""
    return average(photons_amplitude(momenta, m_e, e))
