"""|M|^2 of e+e- -> nu nubar gamma and nu N by W and Z, unitary gauge, widths left out; the conventions are those of pairs.py.

L = (g_w/sqrt2) (nubar gamma^mu P_L e W+_mu + h.c.) + g_z Z_mu fbar gamma^mu (T3 P_L - Q sin2) f + e ebar gamma^mu e A_mu + the W's own
coupling to A. With g_w = g, g_z = g/cos(theta_W) = g_w M_Z/M_W; g^2 = 8 M_W^2 G_F/sqrt2 by default.
The sum over the helicities of a neutrino has one term that is not zero: its spinors are multiplied by P_L.
"""

from math import sqrt

from darkrecoil.constants import FERMI, M_E
from reference.algebra import (
    GAMMA,
    LEFT,
    UNIT,
    average,
    current,
    dot,
    line,
    momentum,
    polarisation,
    slash,
    u,
    ubar,
    v,
    vbar,
    vector,
)
from reference.pairs import E

M_W, M_Z, SIN2 = 80.377, 91.1876, 0.23122  # GeV, GeV; PDG 2022, the last in the MSbar scheme at M_Z
G_W = sqrt(8 * M_W**2 * FERMI / sqrt(2))
G_Z = sqrt(8 * M_Z**2 * FERMI / sqrt(2))

CHARGED = GAMMA @ LEFT  # to be multiplied by g_w/sqrt2
NEUTRINO = GAMMA @ LEFT / 2  # to be multiplied by g_z: T3 = 1/2, Q = 0


def electron_z(sin2):
    """gamma^mu (T3 P_L - Q sin2) of the electron, T3 = -1/2, Q = -1."""
    return GAMMA @ (-LEFT / 2 + sin2 * UNIT)


def z_photon_amplitude(momenta, m_e=M_E, e=E, g_z=G_Z, m_z=M_Z, sin2=SIN2, ward=None):
    """iM of e-(0) e+(1) -> nu(2) nubar(3) gamma(4) by a Z: two diagrams, the photon off e- and off e+."""
    p1, p3, p4, k = (momentum(momenta, i) for i in (0, 2, 3, 4))
    u1, v2 = u(momenta, 0, m_e), vbar(momenta, 1, m_e)
    emit = (1j * e * slash(polarisation(momenta, 4, ward)), k)
    z, q = 1j * g_z * electron_z(sin2), p3 + p4
    off_electron = current(lambda mu: line(v2, [emit, (z[mu], q)], u1, p1, m_e))
    off_positron = current(lambda mu: line(v2, [(z[mu], q), emit], u1, p1, m_e))
    field = vector(off_electron + off_positron, q, m_z)
    return line(ubar(momenta, 2, 0.0), [(1j * g_z * slash(field, NEUTRINO), -q)], v(momenta, 3, 0.0), -p4)


def w_photon_amplitude(momenta, m_e=M_E, e=E, g_w=G_W, m_w=M_W, ward=None):
    """iM of e-(0) e+(1) -> nu_e(2) nubar_e(3) gamma(4) by a W: the photon off e-, off e+, off the W. Without the sign of the exchange."""
    p1, p2, p3, p4, k = (momentum(momenta, i) for i in range(5))
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, 0.0), v(momenta, 3, 0.0)
    eps = polarisation(momenta, 4, ward)
    emit = (1j * e * slash(eps), k)
    w = 1j * g_w / sqrt(2) * CHARGED

    q = p1 - k - p3  # e- emits the photon, then becomes nu(2); W- of momentum q goes to the other line
    field = vector(current(lambda mu: line(u3, [emit, (w[mu], q)], u1, p1, m_e)), q, m_w)
    off_electron = line(v2, [(slash(field, w), -q)], v4, -p4)

    q = p1 - p3  # nubar(3) and a W make the incoming e+, which has emitted the photon before
    upper = vector(current(lambda mu: line(u3, [(w[mu], q)], u1, p1)), q, m_w)
    off_positron = line(v2, [(slash(upper, w), -q), emit], v4, -p4, m_e)

    r = p2 - p4  # the W- of momentum p1 - p3 from the upper line, and the W+ of momentum p2 - p4 from the lower one, meet the photon
    lower = vector(current(lambda mu: line(v2, [(w[mu], r)], v4, -p4)), r, m_w)
    return off_electron + off_positron + three_vectors(upper, p1 - p3, lower, r, eps, -k, e)


def three_vectors(minus, q_minus, plus, q_plus, eps, k, e):
    """i times the vertex of the field of a W- (charge -1), of a W+ and of a photon, whose momenta all come in.

    Yang-Mills: g_{mn} (q_minus - q_plus)_l and cyclic. The sign goes with L = e ebar gamma^mu e A_mu for charge -1, and the Ward identity
    needs it: a W- that passes by emits a soft photon just as an electron does.
    """
    total = dot(minus, plus) * dot(q_minus - q_plus, eps)
    total = total + dot(plus, eps) * dot(q_plus - k, minus)
    total = total + dot(eps, minus) * dot(k - q_minus, plus)
    return -1j * e * total


def muon_neutrinos_photon(momenta, m_e=M_E, e=E, g_z=G_Z, m_z=M_Z, sin2=SIN2):
    """|M|^2 of e- e+ -> nu(2) nubar(3) gamma(4), nu_mu or nu_tau: Z only."""
    return average(z_photon_amplitude(momenta, m_e, e, g_z, m_z, sin2))


def electron_neutrinos_photon(momenta, m_e=M_E, e=E, g_w=G_W, g_z=G_Z, m_w=M_W, m_z=M_Z, sin2=SIN2):
    """|M|^2 of e- e+ -> nu_e(2) nubar_e(3) gamma(4): Z minus W, five diagrams."""
    return average(z_photon_amplitude(momenta, m_e, e, g_z, m_z, sin2) - w_photon_amplitude(momenta, m_e, e, g_w, m_w))


def heavy_neutral(momenta, m2, m3, mixing, with_w=True, m_e=M_E, g_w=G_W, g_z=G_Z, m_w=M_W, m_z=M_Z, sin2=SIN2):
    """|M|^2 of e- e+ -> N(2) nubar(3) (m2 = m_N, m3 = 0) or nu(2) Nbar(3) (m2 = 0, m3 = m_N), N a Dirac fermion.

    L = (g_w U/sqrt2) Nbar gamma^mu P_L e W+_mu + (g_z U/2) Z_mu nubar gamma^mu P_L N + h.c.: Z minus W, two diagrams; ``with_w`` False if
    N mixes with nu_mu or nu_tau, where the Z alone acts.
    """
    p1, p2, p3, p4 = (momentum(momenta, i) for i in range(4))
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m2), v(momenta, 3, m3)
    z, q = 1j * g_z * electron_z(sin2), p1 + p2
    field = vector(current(lambda mu: line(v2, [(z[mu], q)], u1, p1)), q, m_z)
    by_z = line(u3, [(1j * g_z * mixing * slash(field, NEUTRINO), -q)], v4, -p4)
    if not with_w:
        return average(by_z)
    w, q = 1j * g_w / sqrt(2) * CHARGED, p1 - p3
    field = vector(current(lambda mu: line(u3, [(mixing * w[mu], q)], u1, p1)), q, m_w)  # one of the two vertices carries U
    by_w = line(v2, [(slash(field, w), -q)], v4, -p4)
    return average(by_z - by_w)
