"""e+e- -> gamma* -> f fbar, f not an electron."""

from darkrecoil.kinematics.vectors import Real


def squared(c: Real, beta2: Real) -> Real:
    """Spin-averaged |M|^2 / e^4, a pure number, at cos theta* = c for fermions of velocity^2 beta2 and massless beams.

    1 + c^2 + (1 - beta^2)(1 - c^2), Peskin and Schroeder eq. 5.12 with beta^2 = 1 - 4 m^2/s; neglects m_e^2/s.
    """
    return 1.0 + c * c * beta2 + (1.0 - beta2)
