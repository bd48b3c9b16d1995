"""|M|^2 of e+e- -> a new scalar and leptons, a photon or a dark photon. Conventions: pairs.py; the scalar is the last leg."""

from itertools import permutations

import numpy as np

from darkrecoil.constants import M_E
from reference.algebra import (
    GAMMA,
    GAMMA5,
    SIGNS,
    UNIT,
    average,
    current,
    dot,
    line,
    momentum,
    photon,
    polarisation,
    u,
    ubar,
    v,
    vbar,
    vector,
)
from reference.pairs import E
from reference.radiative import bhabha_amplitude, final_amplitude


def emission(momenta, i, g_s, g_p=0.0):
    """The step of a fermion line that emits the scalar of leg i, L = S fbar (g_s + i g_p gamma5) f."""
    return 1j * (g_s * UNIT + 1j * g_p * GAMMA5), momentum(momenta, i)


def pair_scalar(momenta, m, g_s, g_p=0.0, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f(2) fbar(3) S(4), S coupled to f only: two diagrams, S off fbar and off f."""
    return average(final_amplitude(momenta, m, emission(momenta, 4, g_s, g_p), m_e, e))


def electrons_scalar(momenta, g_s, g_p=0.0, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e-(2) e+(3) S(4), S coupled to the electron: eight diagrams."""
    return average(bhabha_amplitude(momenta, emission(momenta, 4, g_s, g_p), m_e, e))


def _epsilon(a, b, c, d):
    """epsilon_{mu nu rho sigma} a^mu b^nu c^rho d^sigma with epsilon_{0123} = +1, from its 24 terms."""
    total = 0
    for p in permutations(range(4)):
        sign = round(np.linalg.det(np.eye(4)[list(p)]))
        total = total + sign * a[..., p[0]] * b[..., p[1]] * c[..., p[2]] * d[..., p[3]]
    return total


def two_photon_vertex(a, q, b, r, g, structure):
    """i times the vertex of fields a, b (.., 4) that bring momenta q, r to a scalar.

    "dual": L = -(g/4) a F Ftilde = -(g/2) a eps^{mnrs} (d_m A_n)(d_r A_s).
    "even": L = -(g/4) a F F = -(g/2) a (d_m A_n)(d^m A^n - d^n A^m).
    Each derivative gives -i times the incoming momentum, and each field may be either A: a factor 2.
    """
    if structure == "dual":
        return 1j * g * _epsilon(q, a, r, b)
    return 1j * g * (dot(q, r) * dot(a, b) - dot(q, b) * dot(a, r))


def photon_scalar_amplitude(momenta, g, structure="dual", m_e=M_E, e=E, ward=None):
    """iM of e- e+ -> gamma(2) a(3): one diagram, a photon in the s channel."""
    p1, p2, k = (momentum(momenta, i) for i in range(3))
    q = p1 + p2
    beam = current(lambda mu: line(vbar(momenta, 1, m_e), [(1j * e * GAMMA[mu], q)], u(momenta, 0, m_e), p1))
    return two_photon_vertex(photon(beam, q), q, polarisation(momenta, 2, ward), -k, g, structure)


def photon_scalar(momenta, g, structure="dual", m_e=M_E, e=E):
    """|M|^2 of e- e+ -> gamma(2) a(3), ``structure`` "dual" (F Ftilde) or "even" (F F)."""
    return average(photon_scalar_amplitude(momenta, g, structure, m_e, e))


def electrons_fusion_amplitude(momenta, g, structure="dual", m_e=M_E, e=E, gauge=0.0):
    """iM of e-(0) e+(1) -> e-(2) e+(3) a(4) by the two-photon vertex: annihilation minus fusion, two diagrams."""
    p1, p2, p3, p4 = (momentum(momenta, i) for i in range(4))
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m_e), v(momenta, 3, m_e)

    def field(row, psi, flow, q):
        return photon(current(lambda mu: line(row, [(1j * e * GAMMA[mu], q)], psi, flow)), q, gauge)

    q, r = p1 + p2, -p3 - p4  # what the pair that annihilates, and the pair that is made, bring to the vertex
    annihilation = two_photon_vertex(field(v2, u1, p1, q), q, field(u3, v4, -p4, r), r, g, structure)
    q, r = p1 - p3, p2 - p4
    fusion = two_photon_vertex(field(u3, u1, p1, q), q, field(v2, v4, -p4, r), r, g, structure)
    return annihilation - fusion


def electrons_fusion(momenta, g, structure="dual", m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e-(2) e+(3) a(4), ``structure`` "dual" (F Ftilde) or "even" (F F)."""
    return average(electrons_fusion_amplitude(momenta, g, structure, m_e, e))


def higgsstrahlung(momenta, mass, g, g_m, m_e=M_E):
    """|M|^2 of e- e+ -> A'(2) h'(3): one diagram, an A' of that mass in the s channel, without width.

    L = g A'_mu ebar gamma^mu e + g_m h' A'_mu A'^mu; the last is 2 i g_m g^{mu nu} as a vertex, for either A' may be either field.
    A Higgs mechanism with one charge has g_m = g_D m_A'.
    """
    p1, p2 = momentum(momenta, 0), momentum(momenta, 1)
    q = p1 + p2
    beam = current(lambda mu: line(vbar(momenta, 1, m_e), [(1j * g * GAMMA[mu], q)], u(momenta, 0, m_e), p1))
    field = vector(beam, q, mass)
    leg = polarisation(momenta, 2, mass=mass)
    return average(2j * g_m * np.sum(field * SIGNS * leg, axis=-1))
