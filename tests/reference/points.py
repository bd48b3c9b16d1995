"""Points of phase space, flat, and the flux: what a total cross-section needs besides |M|^2."""

from math import factorial, pi

import numpy as np

from darkrecoil.constants import M_E


def beams(sqrt_s, n, m_e=M_E):
    """The momenta (n, 2, 4), GeV, of e- towards +z and e+ towards -z."""
    energy, p = sqrt_s / 2, np.sqrt(sqrt_s**2 / 4 - m_e**2)
    return np.broadcast_to([[energy, 0, 0, p], [energy, 0, 0, -p]], (n, 2, 4)).copy()


def boost(p, by):
    """Momenta (n, k, 4) given in the rest frame of ``by`` (n, 4), seen from the frame where that has this momentum."""
    mass = np.sqrt(by[:, 0] ** 2 - np.sum(by[:, 1:] ** 2, axis=1))[:, None]
    gamma, direction = by[:, :1] / mass, (by[:, 1:] / mass)[:, None, :]
    along = np.sum(p[..., 1:] * direction, axis=-1)
    energy = gamma * p[..., 0] + along
    vector = p[..., 1:] + direction * (along / (1 + gamma) + p[..., 0])[..., None]
    return np.concatenate([energy[..., None], vector], axis=-1)


def _massless(k, sqrt_s, n, rng):
    """RAMBO: k massless momenta of total (sqrt_s, 0, 0, 0), each point of phase space equally often."""
    cosine, phi = rng.uniform(-1, 1, (n, k)), rng.uniform(0, 2 * pi, (n, k))
    energy, sine = -np.log(rng.random((n, k)) * rng.random((n, k))), np.sqrt(1 - cosine**2)
    q = energy[..., None] * np.stack([np.ones((n, k)), sine * np.cos(phi), sine * np.sin(phi), cosine], axis=-1)
    total = q.sum(axis=1)
    mass = np.sqrt(total[:, 0] ** 2 - np.sum(total[:, 1:] ** 2, axis=1))
    back = total * [1, -1, -1, -1]
    return boost(q, back) * (sqrt_s / mass)[:, None, None]


def _scale(p, masses, sqrt_s):
    """The factor x (n, 1) of all three-momenta for which massive particles have the energy sqrt_s together."""
    low, high = np.zeros((len(p), 1)), np.ones((len(p), 1))
    for _ in range(60):  # bisection: safe at any mass
        middle = (low + high) / 2
        above = np.sqrt(masses**2 + (middle * p) ** 2).sum(axis=1, keepdims=True) > sqrt_s
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return (low + high) / 2


def flat(masses, sqrt_s, n, seed, m_e=M_E):
    """Momenta (n, 2 + k, 4), GeV, of e-, e+ and k particles of these masses, and weights (n,) whose mean is the phase space dPhi_k.

    dPhi = (2 pi)^(4 - 3k) delta^4 prod d^3p/2E. Method and weight: R. Kleiss, W. J. Stirling, S. D. Ellis, Comput. Phys. Commun. 40
    (1986) 359, eqs. (3.1)-(4.11).
    """
    masses, k = np.asarray(masses, dtype=float), len(masses)
    q = _massless(k, sqrt_s, n, np.random.default_rng(seed))
    size = q[..., 0]
    x = _scale(size, masses, sqrt_s)
    energy, p = np.sqrt(masses**2 + (x * size) ** 2), x * size
    volume = (2 * pi) ** (4 - 3 * k) * (pi / 2) ** (k - 1) * sqrt_s ** (2 * k - 4) / (factorial(k - 1) * factorial(k - 2))
    weight = volume * (p.sum(axis=1) / sqrt_s) ** (2 * k - 3) * np.prod(p / energy, axis=1) * sqrt_s / np.sum(p**2 / energy, axis=1)
    out = np.concatenate([energy[..., None], x[..., None] * q[..., 1:]], axis=-1)
    return np.concatenate([beams(sqrt_s, n, m_e), out], axis=1), weight


def soft(masses, sqrt_s, energy, n, seed, m_e=M_E, mass=0.0):
    """Momenta (n, 3 + k, 4) with one photon of this energy, in any direction, as the last leg, and those without it, (n, 2 + k, 4).

    The k others are flat in their own rest frame; without the photon they are seen at rest. ``mass`` is that of a virtual photon.
    """
    rng = np.random.default_rng(seed)
    inner = np.sqrt(sqrt_s**2 - 2 * sqrt_s * energy + mass**2)
    plain = flat(masses, inner, n, seed + 1, m_e)[0]
    direction = rng.normal(size=(n, 3))
    direction = direction / np.sqrt(np.sum(direction**2, axis=1))[:, None]
    photon = np.concatenate([np.full((n, 1), energy), np.sqrt(energy**2 - mass**2) * direction], axis=1)
    recoil = np.array([sqrt_s, 0, 0, 0]) - photon
    radiative = np.concatenate([beams(sqrt_s, n, m_e), boost(plain[:, 2:], recoil), photon[:, None]], axis=1)
    return radiative, plain


def at_angles(cosine, masses, sqrt_s, m_e=M_E):
    """Momenta (n, 4, 4) of two particles of these masses in the x-z plane, the first at these cosines (n,) to the e-."""
    first, second = masses
    p = np.sqrt((sqrt_s**2 - (first + second) ** 2) * (sqrt_s**2 - (first - second) ** 2)) / (2 * sqrt_s)
    nil, sine = np.zeros_like(cosine), np.sqrt(1 - cosine**2)
    one = np.stack([nil + np.sqrt(p**2 + first**2), p * sine, nil, p * cosine], axis=1)
    other = np.stack([nil + np.sqrt(p**2 + second**2), -p * sine, nil, -p * cosine], axis=1)
    return np.concatenate([beams(sqrt_s, len(cosine), m_e), one[:, None], other[:, None]], axis=1)


def two_body(function, masses, sqrt_s, limit=1.0, nodes=100, m_e=M_E):
    """The cross-section, GeV^-2, of two particles with |cos theta*| < limit of the first, by Gauss-Legendre quadrature of function."""
    x, weight = np.polynomial.legendre.leggauss(nodes)
    momenta = at_angles(limit * x, masses, sqrt_s, m_e)
    p = np.sqrt(np.sum(momenta[0, 2, 1:] ** 2))
    flux = 2 * sqrt_s**2 * np.sqrt(1 - 4 * m_e**2 / sqrt_s**2)
    return limit * np.sum(weight * function(momenta)) * p / (8 * pi * sqrt_s) / flux


def cross_section(squared, weights, sqrt_s, m_e=M_E):
    """The cross-section and its statistical error, GeV^-2, from |M|^2 (n,) and the weights (n,); flux 2 s sqrt(1 - 4 m_e^2/s)."""
    each = squared * weights / (2 * sqrt_s**2 * np.sqrt(1 - 4 * m_e**2 / sqrt_s**2))
    return each.mean(), each.std() / np.sqrt(len(each))
