"""Polarimeter vectors: a tau of polarisation P decays with the density of an unpolarised one times 1 + P.h, |h| = 1 in the tau rest frame.

With the hadronic current J and the neutrino's momentum N, |ubar(N) Jslash (1 - gamma5) u|^2 ~ (p - m S).V for a tau- of momentum p
and spin vector S, and (p + m S).V for a tau+, with the light-like

    V = 2 [(J*.N) J + (J.N) J* - (J*.J) N] -+ 4 epsilon(N, Re J, Im J), epsilon^{0123} = -1, minus for tau-

(J. H. Kuehn and F. Wagner, Nucl. Phys. B 236 (1984) 16; S. Jadach, J. H. Kuehn, Z. Was, Comput. Phys. Commun. 64 (1991) 275).
A leptonic decay has V ~ the momentum of the neutrino of the lepton's own kind. Plain scalar code, run as it stands or compiled.
"""

from darkrecoil.kinematics.vectors import Four, dot

Hadronic = tuple[float, float, float, float]


def of_current(charge: int, n: Four, x: Four, y: Four) -> Hadronic:
    """V^0, arbitrary unit, and the polarimeter vector of the current x + i y, for a neutrino n; momenta in the tau rest frame, GeV."""
    nx, ny, jj = dot(n, x), dot(n, y), 0.5 * (dot(x, x) + dot(y, y))
    e = epsilon(n, x, y)
    sign = -float(charge)  # tau- takes V, tau+ the one with the other sign of epsilon, and minus its direction
    v0 = nx * x[0] + ny * y[0] - jj * n[0] - sign * e[0]
    scale = sign / v0
    return (
        v0,
        scale * (nx * x[1] + ny * y[1] - jj * n[1] - sign * e[1]),
        scale * (nx * x[2] + ny * y[2] - jj * n[2] - sign * e[2]),
        scale * (nx * x[3] + ny * y[3] - jj * n[3] - sign * e[3]),
    )


def of_real_current(charge: int, n: Four, x: Four) -> Hadronic:
    """The same for a real current: no epsilon."""
    nx, jj = dot(n, x), 0.5 * dot(x, x)
    v0 = nx * x[0] - jj * n[0]
    scale = -float(charge) / v0
    return v0, scale * (nx * x[1] - jj * n[1]), scale * (nx * x[2] - jj * n[2]), scale * (nx * x[3] - jj * n[3])


def epsilon(a: Four, b: Four, c: Four) -> Four:
    """epsilon^{mu nu rho sigma} a_nu b_rho c_sigma with epsilon^{0123} = -1, contravariant: minus a determinant with unit vectors."""
    return (
        a[1] * (b[2] * c[3] - b[3] * c[2]) - a[2] * (b[1] * c[3] - b[3] * c[1]) + a[3] * (b[1] * c[2] - b[2] * c[1]),
        a[0] * (b[2] * c[3] - b[3] * c[2]) - a[2] * (b[0] * c[3] - b[3] * c[0]) + a[3] * (b[0] * c[2] - b[2] * c[0]),
        -a[0] * (b[1] * c[3] - b[3] * c[1]) + a[1] * (b[0] * c[3] - b[3] * c[0]) - a[3] * (b[0] * c[1] - b[1] * c[0]),
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]),
    )
