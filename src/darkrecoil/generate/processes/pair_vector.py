"""e+e- -> f fbar V, V radiated off the pair: two channels, V with the fermion and V with the antifermion."""

import numpy as np

from darkrecoil.amplitudes.pair_vector import squared
from darkrecoil.constants import GEV2_FB
from darkrecoil.kinematics.phase_space import TWO_PI, isotropic, on_shell, pair_momentum
from darkrecoil.kinematics.vectors import Four, Real, dot, from_rest

CHANNELS, DIMENSIONS, DRIVER = 2, 5, "three_body"
PHASE_SPACE = 1.0 / (TWO_PI * (4.0 * np.pi) ** 2)  # of dPhi_3 = PHASE_SPACE p p' /(sqrt s sqrt s') ds', angles normalised to 1


def parameters(m: float, mass: float, coupling2: float, e2: float) -> tuple[float, ...]:
    """m, mass (GeV), g^2 and e^2: what ``event`` reads."""
    return m, mass, coupling2, e2


def _density(s_pair: Real, s: Real, m2: Real, mass2: Real, log_range: Real) -> Real:
    """Density of a channel in units of flat phase space: 1/(s' - m^2) in the mass^2 s' of V and its fermion."""
    p, q = pair_momentum(s, s_pair, m2), pair_momentum(s_pair, m2, mass2)
    return np.sqrt(s_pair * s) / ((s_pair - m2) * log_range * PHASE_SPACE * p * q)


def event(channel: Real, x0: Real, x1: Real, x2: Real, x3: Real, x4: Real, s: Real, parameters: Real) -> tuple[Real, Four, Four, Four]:
    """(weight in fb, fermion, antifermion, vector), e+e- frame, GeV, from five uniforms; channel 0 radiates off the fermion."""
    m, mass = parameters[0], parameters[1]
    m2, mass2, root = m * m, mass * mass, np.sqrt(s)
    low = mass * (mass + 2.0 * m)
    log_range = np.log(((root - m) * (root - m) - m2) / low)
    s_pair = m2 + low * np.exp(log_range * x0)
    p = pair_momentum(s, s_pair, m2)
    nx, ny, nz = isotropic(x1, x2)
    spectator = on_shell(m2, p, (nx, ny, nz))
    system = (root - spectator[0], -spectator[1], -spectator[2], -spectator[3])
    q, (kx, ky, kz) = pair_momentum(s_pair, m2, mass2), isotropic(x3, x4)
    radiator = from_rest(system, np.sqrt(s_pair), on_shell(m2, q, (kx, ky, kz)))
    vector = from_rest(system, np.sqrt(s_pair), on_shell(mass2, q, (-kx, -ky, -kz)))
    other = m2 + mass2 + 2.0 * dot(spectator, vector)
    density = _density(s_pair, s, m2, mass2, log_range) + _density(other, s, m2, mass2, log_range)
    first = channel == 0
    fermion = (
        np.where(first, radiator[0], spectator[0]),
        np.where(first, radiator[1], spectator[1]),
        np.where(first, radiator[2], spectator[2]),
        np.where(first, radiator[3], spectator[3]),
    )
    antifermion = (
        np.where(first, spectator[0], radiator[0]),
        np.where(first, spectator[1], radiator[1]),
        np.where(first, spectator[2], radiator[2]),
        np.where(first, spectator[3], radiator[3]),
    )
    strength = GEV2_FB * parameters[2] * parameters[3] * parameters[3] / (2.0 * s)
    weight = strength * squared(fermion, antifermion, vector, m, mass, s) / density
    return weight, fermion, antifermion, vector
