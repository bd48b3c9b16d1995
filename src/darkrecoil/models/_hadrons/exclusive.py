"""Hadrons below 1.9 GeV: R channel by channel, as amplitudes of rho-like, omega-like and phi-like mesons.

``Weights`` say how strongly a vector couples to each kind, 1 for the photon: with currents g_u ubar gamma u + .. in units of e,
rho-like g_u - g_d, omega-like 3 (g_u + g_d), phi-like -3 g_s (vector-meson dominance, as P. Ilten et al., JHEP 06 (2018) 004).
"""

from dataclasses import dataclass

import numpy as np

from darkrecoil.constants import ALPHA_0, M_ETA, M_K, M_PI, M_PI0
from darkrecoil.models._hadrons.resonances import OMEGA, PHI, Complex, Narrow, breit_wigner, gounaris_sakurai, momentum
from darkrecoil.records import Floats

M_K0 = 0.497611  # GeV; PDG 2022
POINTS, SHARES = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class Weights:
    """Couplings to rho-like, omega-like and phi-like mesons, and to charm and bottom, each over the photon's."""

    rho: float = 1.0
    omega: float = 1.0
    phi: float = 1.0
    charm: float = 1.0
    bottom: float = 1.0


def two_pions(s: Floats, w: Weights) -> Floats:
    """R(pi+ pi-) (n,) = (1/4) (1 - 4 m^2/s)^(3/2) |F|^2, s in GeV^2; to 2.2 GeV.

    F by rho(770) with the omega's admixture, rho(1450), rho(1700), rho(2250), Gounaris-Sakurai each: the fit of BaBar, Phys. Rev. D 86
    (2012) 032013 (arXiv:1205.2228), Table VI and eq. 26 (parameters remembered; they give the PDG's R within 2 % from 0.4 to 0.95 GeV).
    """
    rho = gounaris_sakurai(s, 0.77502, 0.14959)
    mixing = 1.644e-3 * np.exp(-0.011j)
    omega = breit_wigner(s, 0.78191, 8.13e-3)
    form = rho * (w.rho + w.omega * mixing * omega) / (1 + mixing)
    total: Complex = 1.0
    for size, phase, mass, width in ((0.158, 3.76, 1.493, 0.427), (0.068, 1.39, 1.861, 0.316), (0.0051, 0.70, 2.254, 0.109)):
        c = size * np.exp(1j * phase)
        form, total = form + w.rho * c * gounaris_sakurai(s, mass, width), total + c
    return np.asarray(np.maximum(1 - 4 * M_PI**2 / s, 0) ** 1.5 / 4 * np.abs(form / total) ** 2)


def three_pions(s: Floats, w: Weights) -> Floats:
    """R(pi+ pi- pi0) (n,) by omega, phi, omega(1420), omega(1650) to rho pi, s in GeV^2; to 1.9 GeV.

    9/alpha^2 |sum_V w sqrt(B_ee B_3pi) M Gamma/(M^2 - s - i M Gamma) sqrt(W(s)/W(M^2)) exp(i phi)|^2, W the phase space of rho pi. Phase
    of the phi 163 deg (SND, Phys. Rev. D 68 (2003) 052006); B_ee B_3pi .82e-6 and 1.3e-6 at 1.35 (.45) and 1.66 (.23) GeV with 180 and
    0 deg (BaBar, Phys. Rev. D 70 (2004) 072004): remembered.
    """
    parts = (
        (w.omega, OMEGA.electrons / OMEGA.width * 0.892, OMEGA.mass, OMEGA.width, 0.0),
        (w.phi, PHI.electrons / PHI.width * 0.154, PHI.mass, PHI.width, 163.0),
        (w.omega, 0.82e-6, 1.350, 0.450, 180.0),
        (w.omega, 1.3e-6, 1.660, 0.230, 0.0),
    )
    space = rho_pi(s)
    amplitude: Complex = 0.0
    for weight, product, mass, width, degrees in parts:
        unit = np.sqrt(product * space / rho_pi(np.array([mass**2]))) * np.exp(1j * np.deg2rad(degrees))
        amplitude = amplitude + weight * unit * breit_wigner(s, mass, width) * width / mass
    return np.asarray(9 / ALPHA_0**2 * np.abs(amplitude) ** 2)


def rho_pi(s: Floats) -> Floats:
    """The phase space (n,), GeV^3, of a vector to rho pi -> 3 pi: int dm rho's line shape times p^3; the three charges do not interfere."""
    low, high = 2 * M_PI, np.sqrt(s) - M_PI0
    top = np.maximum(high, low)
    a, b = np.arctan((low - 0.775) / 0.075), np.arctan((top - 0.775) / 0.075)
    angle = a + (b - a) * (POINTS[:, None] + 1) / 2
    m = 0.775 + 0.075 * np.tan(angle)
    pair = np.maximum(m**2 - 4 * M_PI**2, 0) ** 1.5 / m**2
    x, y = (m + M_PI0) ** 2, (m - M_PI0) ** 2
    p = np.sqrt(np.maximum((s - x) * (s - y), 0)) / (2 * np.sqrt(s))
    return np.asarray((SHARES[:, None] * (b - a) / 2 * pair * p**3).sum(axis=0))


def two_kaons(s: Floats, w: Weights) -> Floats:
    """R(K+ K-) + R(K_S K_L) (n,), s in GeV^2; to 2 GeV.

    (1/4) beta^3 |F|^2 with F = +-(1/2) rho + (1/6) omega + (1/3) phi and their excitations: C. Bruch, A. Khodjamirian, J. H. Kuehn,
    Eur. Phys. J. C 39 (2005) 41 (hep-ph/0409080), eqs. 12-15, constrained fit of Table 2 (remembered). The phi has the PDG's Gamma_ee.
    """
    rho = 1.195 * gounaris_sakurai(s, 0.775, 0.150) - 0.112 * breit_wigner(s, 1.465, 0.400) - 0.083 * breit_wigner(s, 1.720, 0.250)
    omega = 1.195 * breit_wigner(s, OMEGA.mass, OMEGA.width) - 0.112 * breit_wigner(s, 1.425, 0.215) - 0.083 * breit_wigner(s, 1.670, 0.315)
    total = np.zeros_like(s)
    for m, sign, share in ((M_K, 1, 0.491), (M_K0, -1, 0.339)):
        beta3 = np.maximum(1 - 4 * m * m / s, 0) ** 1.5
        at_peak = (1 - 4 * m * m / PHI.mass**2) ** 1.5
        size = np.sqrt(4 * PHI.peak * share / at_peak) * PHI.width / PHI.mass  # of |F| M Gamma/M^2 at the phi: (1/3) c_phi
        running = PHI.width * (0.17 + 0.83 * (momentum(s, m) / momentum(np.array(PHI.mass**2), m)) ** 3 * PHI.mass**2 / s)
        phi = size * breit_wigner(s, PHI.mass, running) - 0.018 / 3 * breit_wigner(s, 1.680, 0.150)
        total = total + beta3 / 4 * np.abs(sign * w.rho * rho / 2 + w.omega * omega / 6 + w.phi * phi) ** 2
    return total


def meson_photon(s: Floats, w: Weights) -> Floats:
    """R(pi0 gamma) + R(eta gamma) (n,) by rho, omega and phi, each alone, with p^3, s in GeV^2. B by the PDG 2022."""
    rho = Narrow("rho(770)", 0.77526, 0.1478, 4.72e-5 * 0.1478)
    rows = ((w.rho, rho, 4.7e-4, 3.0e-4), (w.omega, OMEGA, 0.0835, 4.5e-4), (w.phi, PHI, 1.32e-3, 0.01301))
    total = np.zeros_like(s)
    for weight, some, pion, eta in rows:
        line = some.peak * weight**2 * np.abs(breit_wigner(s, some.mass, some.width) * some.width / some.mass) ** 2
        for share, m in ((pion, M_PI0), (eta, M_ETA)):
            total = total + share * line * (np.maximum(1 - m * m / s, 0) / (1 - (m / some.mass) ** 2)) ** 3
    return total


def several(s: Floats, w: Weights) -> Floats:
    """R (n,) of all that is left: four and more pions, K Kbar pi(s), eta pi pi, s in GeV^2; to 1.95 GeV.

    Their sum is the PDG's compilation of R (2020) less the channels above, at NODES_OF_SEVERAL, linear between. Of it K* K by the phi(1680)
    is phi-like and omega pi pi by the omega(1650) is omega-like (peaks .28 and .12 from the PDG's exclusive channels); the rest,
    2 pi+ 2 pi- and pi+ pi- 2 pi0 above all, is rho-like.
    """
    root = np.sqrt(s)
    total = np.interp(root, *NODES)
    opened = np.clip((root - 1.39) / 0.15, 0, 1)
    strange = 0.28 * opened * np.abs(breit_wigner(s, 1.680, 0.150) * 0.150 / 1.680) ** 2
    isoscalar = 0.12 * opened * np.abs(breit_wigner(s, 1.660, 0.315) * 0.315 / 1.660) ** 2
    strange, isoscalar = np.minimum(strange, 0.5 * total), np.minimum(isoscalar, 0.3 * total)
    return np.asarray(w.rho**2 * (total - strange - isoscalar) + w.omega**2 * isoscalar + w.phi**2 * strange)


NODES_OF_SEVERAL = (  # GeV, R
    (0.92, 0.0), (1.0, 0.03), (1.04, 0.06), (1.06, 0.10), (1.08, 0.185), (1.1, 0.22), (1.15, 0.32), (1.2, 0.42), (1.25, 0.57), (1.3, 0.77),
    (1.35, 0.98), (1.4, 1.30), (1.45, 1.67), (1.5, 1.96), (1.55, 2.10), (1.6, 2.28), (1.65, 2.44), (1.7, 2.30), (1.75, 2.14), (1.8, 2.05),
    (1.85, 1.94), (1.9, 1.93), (1.95, 2.02), (2.05, 2.05),
)  # fmt: skip
NODES = [mass for mass, _ in NODES_OF_SEVERAL], [value for _, value in NODES_OF_SEVERAL]
CHANNELS = {"pi+ pi-": two_pions, "pi+ pi- pi0": three_pions, "K Kbar": two_kaons, "pi0 gamma, eta gamma": meson_photon, "others": several}
