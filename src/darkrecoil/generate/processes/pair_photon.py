"""e+e- -> f fbar gamma above a photon energy: the photon along the beams (channel 0) and along the pair (channel 1)."""

import numpy as np

from darkrecoil.amplitudes.pair_photon import squared
from darkrecoil.constants import GEV2_FB, M_E
from darkrecoil.kinematics.phase_space import TWO_PI, pole_cosine, pole_density
from darkrecoil.kinematics.vectors import Four, Real, from_rest, turned

CHANNELS, DIMENSIONS, DRIVER = 2, 5, "three_body"
PHASE_SPACE = 1.0 / (2.0 * TWO_PI**3) * TWO_PI / (32.0 * np.pi**2) * TWO_PI  # k dk dcos dphi/(2 (2 pi)^3) x beta dcos* dphi*/(32 pi^2)


def parameters(m: float, lowest: float, e2_virtual: float, e2_real: float) -> tuple[float, ...]:
    """m and the least photon energy in the e+e- frame (GeV), e^2 at the virtual and at the real photon: what ``event`` reads."""
    return m, lowest, e2_virtual, e2_real


def event(channel: Real, x0: Real, x1: Real, x2: Real, x3: Real, x4: Real, s: Real, parameters: Real) -> tuple[Real, Four, Four, Four]:
    """(weight in fb, fermion, antifermion, photon), e+e- frame, GeV, from five uniforms.

    The photon's energy k is flat in ln(k/s'), s' = s - 2 k sqrt s: both the soft pole and that of the pair's propagator.
    """
    m, lowest = parameters[0], parameters[1]
    root = np.sqrt(s)
    beam = 0.5 * root
    speed = np.sqrt((beam - M_E) * (beam + M_E)) / beam
    highest = 0.5 * (s - 4.0 * m * m) / root
    low = np.log(lowest / (s - 2.0 * root * lowest))
    log_range = np.log(highest / (s - 2.0 * root * highest)) - low
    ratio = np.exp(low + log_range * x0)
    k = s * ratio / (1.0 + 2.0 * root * ratio)
    s_pair = s / (1.0 + 2.0 * root * ratio)
    energy_jacobian = k * s_pair / s * log_range
    beta = np.sqrt(np.maximum(1.0 - 4.0 * m * m / s_pair, 1e-14))
    forward = channel == 0
    cb, sb, _ = pole_cosine(x1, speed)
    cf = 2.0 * x1 - 1.0
    c = np.where(forward, cb, cf)
    sine = np.where(forward, sb, np.sqrt(np.maximum(1.0 - cf * cf, 0.0)))
    phi = TWO_PI * x2
    gx, gy = sine * np.cos(phi), sine * np.sin(phi)
    photon = (k, k * gx, k * gy, k * c)
    cp, sp, _ = pole_cosine(x3, beta)
    ci = 2.0 * x3 - 1.0
    c3 = np.where(forward, ci, cp)
    s3 = np.where(forward, np.sqrt(np.maximum(1.0 - ci * ci, 0.0)), sp)
    half = 0.5 * np.sqrt(s_pair)
    nx, ny, nz = turned((gx, gy, c), c3, s3, TWO_PI * x4)
    system = (root - k, -photon[1], -photon[2], -photon[3])
    fermion = from_rest(system, 2.0 * half, (half, half * beta * nx, half * beta * ny, half * beta * nz))
    antifermion = from_rest(system, 2.0 * half, (half, -half * beta * nx, -half * beta * ny, -half * beta * nz))
    density = 0.5 * (pole_density(c, speed) + pole_density(c3, beta))
    zero = 0.0 * k
    p1, p2 = (beam + zero, zero, zero, beam * speed + zero), (beam + zero, zero, zero, -beam * speed + zero)
    strength = GEV2_FB * parameters[2] * parameters[2] * parameters[3] / (2.0 * s * speed)
    volume = PHASE_SPACE * k * energy_jacobian * beta
    return strength * volume * squared(p1, p2, fermion, antifermion, photon, M_E, m) / density, fermion, antifermion, photon
