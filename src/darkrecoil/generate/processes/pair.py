"""e+e- -> f fbar, f not an electron."""

import numpy as np

from darkrecoil.amplitudes.pair import squared
from darkrecoil.constants import GEV2_FB
from darkrecoil.kinematics.phase_space import TWO_PI, on_shell
from darkrecoil.kinematics.vectors import Four, Real

CHANNELS, DIMENSIONS, DRIVER = 1, 2, "two_body"


def parameters(m: float, e2: float) -> tuple[float, ...]:
    """m (GeV) and e^2: what ``event`` reads."""
    return m, e2


def event(channel: Real, x0: Real, x1: Real, s: Real, parameters: Real) -> tuple[Real, Four, Four]:  # noqa: ARG001
    """(weight in fb, fermion, antifermion), e+e- frame, GeV, from two uniforms: uniform in cos theta* and azimuth.

    sigma = beta/(16 pi s) <|M|^2>, Peskin and Schroeder eq. 4.84 and 5.12.
    """
    m = parameters[0]
    beta2 = np.maximum(1.0 - 4.0 * m * m / s, 0.0)  # the spread may take an event below threshold: weight 0
    c = 2.0 * x0 - 1.0
    sine, phi = np.sqrt(np.maximum(1.0 - c * c, 0.0)), TWO_PI * x1
    p = 0.5 * np.sqrt(s * beta2)
    x, y = sine * np.cos(phi), sine * np.sin(phi)
    weight = GEV2_FB * parameters[1] * parameters[1] * np.sqrt(beta2) / (16.0 * np.pi * s) * squared(c, beta2)
    return weight, on_shell(m * m, p, (x, y, c)), on_shell(m * m, p, (-x, -y, -c))
