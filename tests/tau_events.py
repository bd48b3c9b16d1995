"""Tau decays one mode at a time, compiled and not, and what they are compared with: flat phase space times Dirac-matrix amplitudes."""

from functools import cache

import numpy as np
from scipy.special import gammaincc

from darkrecoil import _jit
from darkrecoil._jit.philox import key
from darkrecoil.constants import M_E, M_K, M_MU, M_PI, M_PI0, M_TAU
from darkrecoil.generate import taus
from darkrecoil.generate.decays.tables import tables
from darkrecoil.generate.decays.tau import A1_ONE, A1_THREE, E_NU, KAON, MU_NU, OTHER_ONE, OTHER_THREE, PI, RHO, SLOTS, decay

TABLE = tables()
RUN = _jit.load([taus.kernel()])[0]
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
MASSES = {11: M_E, 13: M_MU, 211: M_PI, 321: M_K}
LEPTON = {E_NU: M_E, MU_NU: M_MU}
THREE_PIONS = (A1_THREE, A1_ONE, OTHER_THREE, OTHER_ONE)
EVENTS = {E_NU: 14000, MU_NU: 14000, PI: 3000, KAON: 3000, RHO: 14000, A1_THREE: 60000, A1_ONE: 60000, OTHER_THREE: 4000, OTHER_ONE: 4000}
REST = (0.0, 0.0, 0.0)
COUNTER = tuple(np.uint64(i) for i in (1, 16, 3, 4))  # where trials of three pions get their numbers from


def one(mode, u, charge=-1, p=REST, spin=REST, counter=COUNTER):
    """A decay by that mode, uncompiled: weight, pid, status, mother, momentum, polarimeter vector."""
    pid, status, mother = (np.full(SLOTS, 99, dtype=np.int64) for _ in range(3))
    momentum, h = np.full((SLOTS, 4), np.nan), np.full(3, np.nan)
    four = (float(np.sqrt(M_TAU**2 + np.dot(p, p))), *p)
    weight = decay(mode, charge, four, spin, np.array(u), counter, TABLE, pid, status, mother, momentum, h)
    return weight, pid, status, mother, momentum, h


def only(mode):
    """The table with that mode alone."""
    table = TABLE.copy()
    table[0, :9] = np.arange(9) >= mode
    return table


def many(mode, n, charge=-1, spin=REST, seed=1):
    """Weights (n,), momenta (n, 7, 4) in the tau rest frame, polarimeter vectors (n, 3), compiled."""
    pid, status, mother = (np.zeros((SLOTS, n), dtype=np.int64) for _ in range(3))
    momentum, weight, h = np.zeros((4 * SLOTS, n)), np.ones(n), np.zeros((3, n))
    at_rest = np.zeros((4, n))
    at_rest[0] = M_TAU
    spins = np.ascontiguousarray(np.broadcast_to(np.array(spin)[:, None], (3, n)))
    attempt, words = np.arange(n, dtype=np.uint64), key(seed, f"decay {mode}", "test")
    RUN(attempt, np.uint64(2), charge, at_rest, spins, words, only(mode), pid, status, mother, momentum, weight, h)
    return weight, np.moveaxis(momentum.reshape(SLOTS, 4, n), 2, 0), h.T


@cache
def sample(mode):
    """Weights (n,) and momenta (n, 7, 4) in the rest frame of unpolarised tau-."""
    weights, momenta, _ = many(mode, EVENTS[mode])
    return weights, momenta


def dot(a, b):
    return a[..., 0] * b[..., 0] - (a[..., 1:] * b[..., 1:]).sum(-1)


def square(a):
    return dot(a, a)


def p_value(a, wa, b, wb, bins):
    """Of chi^2 between two weighted samples, each normalised to 1, in bins of equal content of the first."""
    edges = np.quantile(a, np.linspace(0, 1, bins + 1))
    edges[0], edges[-1] = min(a.min(), b.min()), max(a.max(), b.max())
    ha, hb = (np.histogram(x, edges, weights=w / w.sum())[0] for x, w in ((a, wa), (b, wb)))
    va, vb = (np.histogram(x, edges, weights=(w / w.sum()) ** 2)[0] for x, w in ((a, wa), (b, wb)))
    return gammaincc((bins - 1) / 2, ((ha - hb) ** 2 / (va + vb)).sum() / 2)


def p_uniform(x, weights, bins=20):
    """Of chi^2 of a weighted sample against the uniform distribution on (0, 1)."""
    h = np.histogram(x, bins, (0, 1), weights=weights)[0] / weights.sum()
    v = np.histogram(x, bins, (0, 1), weights=weights**2)[0] / weights.sum() ** 2
    assert abs(x - 0.5).max() <= 0.5 + 1e-6
    return gammaincc((bins - 1) / 2, ((h - 1 / bins) ** 2 / v).sum() / 2)


# An independent flat three-body phase space, vectorised: boosts by matrices, one pair mass drawn uniformly.


def flat(m1, m2, m3, n, seed):
    """Momenta (3, n, 4) of a tau at rest and dPhi_3 weights, GeV^2, with mean the phase-space volume."""
    rng = np.random.default_rng(seed)
    low, high = m1 + m2, M_TAU - m3
    pair = low + (high - low) * rng.random(n)
    k = two(pair, m1, m2)
    q = two(np.full(n, M_TAU), pair, m3)
    n1, n2 = unit(rng, n), unit(rng, n)
    third = vector(np.hypot(q, m3), -q[:, None] * n2)
    frame = vector(np.hypot(q, pair), q[:, None] * n2)
    first = boost(vector(np.hypot(k, m1), k[:, None] * n1), frame, pair)
    weight = (high - low) * 2 * pair / (2 * np.pi) * k / (4 * np.pi * pair) * q / (4 * np.pi * M_TAU)
    return np.array([first, frame - first, third]), weight


def two(m, a, b):
    return np.sqrt(np.maximum((m**2 - (a + b) ** 2) * (m**2 - (a - b) ** 2), 0)) / (2 * m)


def unit(rng, n):
    v = rng.normal(size=(n, 3))
    return v / np.linalg.norm(v, axis=1)[:, None]


def vector(e, p):
    return np.concatenate([np.broadcast_to(e, len(p))[:, None], p], axis=1)


def boost(k, frame, mass):
    beta = frame[:, 1:] / frame[:, :1]
    gamma = frame[:, 0] / mass
    along = (beta * k[:, 1:]).sum(1)
    factor = gamma**2 / (1 + gamma) * along + gamma * k[:, 0]
    return vector(gamma * (k[:, 0] + along), k[:, 1:] + factor[:, None] * beta)


# Amplitudes with explicit Dirac matrices.

SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = np.array([np.kron([[1, 0], [0, -1]], np.eye(2)), *(np.kron([[0, 1], [-1, 0]], s) for s in SIGMA)])
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
LEFT, RIGHT = np.eye(4) - GAMMA5, np.eye(4) + GAMMA5
TAU_REST = np.array([M_TAU, 0.0, 0.0, 0.0])


def slash(p):
    return np.einsum("...a,ab,bij->...ij", p, METRIC, GAMMA)


def current_tensor(outgoing, incoming, mass):
    """Tr[k-slash gamma^a (1 - gamma5)(p-slash + m)(1 + gamma5) gamma^b] as (n, 4, 4)."""
    inner = LEFT @ (slash(incoming) + mass * np.eye(4)) @ RIGHT
    return np.einsum("nij,ajk,...kl,bli->nab", slash(outgoing), GAMMA, inner, GAMMA, optimize=True)


def leptonic_square(lepton, nubar, nu, mass):
    """Sum over spins of |ubar(nu) gamma^a (1-gamma5) u(tau) ubar(l) gamma_a (1-gamma5) v(nubar)|^2."""
    upper = current_tensor(nu, TAU_REST, M_TAU)
    first = slash(lepton) + mass * np.eye(4)
    lower = np.einsum("nij,ajk,nkl,bli->nab", first, GAMMA, LEFT @ slash(nubar) @ RIGHT, GAMMA, optimize=True)
    return np.einsum("nab,ac,bd,ncd->n", upper, METRIC, METRIC, lower).real


def form_factor(q2):
    """Kuehn and Santamaria's, with complex numbers and momenta from the triangle function."""
    return wave(q2, M_PI0)


def wave(q2, other):
    """The same for a pair of a charged pion and one of mass ``other``."""

    def rho(m, width):
        ratio = two(np.sqrt(q2), M_PI, other) / two(m, M_PI, other)
        return m**2 / (m**2 - q2 - 1j * np.sqrt(q2) * width * m**2 / q2 * ratio**3)

    return (rho(0.773, 0.145) - 0.145 * rho(1.370, 0.510)) / (1 - 0.145)


def rho_square(pion, pi0, nu):
    """Sum over spins of |ubar(nu) gamma^a (1-gamma5) u(tau) J_a|^2 with the conserved vector current of two pions."""
    total = pion + pi0
    q2 = square(total)
    j = pion - pi0 - ((M_PI**2 - M_PI0**2) / q2)[:, None] * total
    j = form_factor(q2)[:, None] * j @ METRIC
    return np.einsum("nab,na,nb->n", current_tensor(nu, TAU_REST, M_TAU), j, j.conj()).real


def three_pion_current(like, other, odd):
    """J of a1 -> rho pi, without the a1's propagator: complex (n, 4)."""
    total, kind = like + other + odd, M_PI0 if square(like)[0] < (M_PI0 + 1e-4) ** 2 else M_PI
    j = wave(square(like + odd), kind)[:, None] * (like - odd) + wave(square(other + odd), kind)[:, None] * (other - odd)
    return j - (dot(total, j) / square(total))[:, None] * total


def polarised_square(charge, nu, j, spin):
    """The trace of |ubar(nu) Jslash (1 - gamma5) u(tau)|^2, or of a tau+, for a spin (3,): (n,)."""
    sign, unit = -charge, np.eye(4)
    tau = (slash(TAU_REST) + sign * M_TAU * unit) @ (unit + GAMMA5 @ slash(np.array([0.0, *spin]))) / 2
    plain, back = slash(j), slash(np.conj(j))
    if charge < 0:
        return np.einsum("nij,njk,kl,nli->n", slash(nu), plain, LEFT @ tau @ RIGHT, back, optimize=True).real
    return np.einsum("ij,njk,nkl,nlm,mi->n", tau @ RIGHT, plain, slash(nu), back, LEFT, optimize=True).real
