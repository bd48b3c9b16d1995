"""Tau decays: spectra against closed forms and quadrature, events against amplitudes written with gamma matrices, kinematics."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaincc

from darkrecoil.constants import FERMI, M_A1, M_E, M_MU, M_PI, M_PI0, M_TAU, W_A1
from darkrecoil.generate.decays import branching, draws, spectra
from darkrecoil.generate.decays.tables import tables
from darkrecoil.generate.decays.tau import SLOTS, UNIFORMS, decay

TABLE = tables()
EDGES = (0.0, *branching.CUMULATIVE)
E_NU, MU_NU, PI, RHO, THREE, ONE = range(6)
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
HBAR = 6.582119569e-25  # GeV s
MASSES = {11: M_E, 13: M_MU, 211: M_PI}
LEPTON = {E_NU: M_E, MU_NU: M_MU}
EVENTS = {E_NU: 14000, MU_NU: 14000, PI: 3000, RHO: 14000, THREE: 10000, ONE: 4000}


def one(mode, u, charge=-1, p=(0.0, 0.0, 0.0)):
    """A decay by that mode: weight, pid, status, mother, momentum."""
    pid, status, mother = (np.full(SLOTS, 99, dtype=np.int64) for _ in range(3))
    momentum = np.full((SLOTS, 4), np.nan)
    u = np.array(u)
    u[0] = EDGES[mode] + (EDGES[mode + 1] - EDGES[mode]) * u[0]
    energy = float(np.sqrt(M_TAU**2 + np.dot(p, p)))
    weight = decay(charge, energy, *p, u, TABLE, pid, status, mother, momentum)
    return weight, pid, status, mother, momentum


@cache
def sample(mode):
    """Weights (n,) and momenta (n, 7, 4) in the tau rest frame."""
    u = np.random.default_rng(100 + mode).random((EVENTS[mode], UNIFORMS))
    events = [one(mode, row) for row in u]
    return np.array([e[0] for e in events]), np.array([e[4] for e in events])


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

    def wave(m, width):
        ratio = two(np.sqrt(q2), M_PI, M_PI0) / two(m, M_PI, M_PI0)
        return m**2 / (m**2 - q2 - 1j * np.sqrt(q2) * width * m**2 / q2 * ratio**3)

    return (wave(0.773, 0.145) - 0.145 * wave(1.370, 0.510)) / (1 - 0.145)


def rho_square(pion, pi0, nu):
    """Sum over spins of |ubar(nu) gamma^a (1-gamma5) u(tau) J_a|^2 with the conserved vector current of two pions."""
    total = pion + pi0
    q2 = square(total)
    j = pion - pi0 - ((M_PI**2 - M_PI0**2) / q2)[:, None] * total
    j = form_factor(q2)[:, None] * j @ METRIC
    return np.einsum("nab,na,nb->n", current_tensor(nu, TAU_REST, M_TAU), j, j.conj()).real


# Spectra


def test_without_a_mass_the_lepton_has_the_michel_spectrum():
    y = np.linspace(0.01, 1, 50)
    ratio = np.array([spectra.lepton_spectrum(v, 0.0) for v in y]) / (y**2 * (3 - 2 * y))
    assert np.ptp(ratio) < 1e-12 * ratio[0]


def test_at_its_end_the_lepton_is_slow_and_the_spectrum_is_that_of_phase_space():
    """p -> 0: |M|^2 is constant, dGamma ~ p^2 dp."""
    y = np.array([1e-5, 2e-5])
    a, b = (spectra.lepton_spectrum(v, M_MU) for v in y)
    assert b / a == pytest.approx(4, rel=1e-6)


def width(mass):
    """Gamma(tau -> l nu nu), GeV: G_F^2 m/(4 pi^3) times the integral of lepton_spectrum over the momentum."""
    integral = quad(spectra.lepton_spectrum, 0, 1, args=(mass,), epsrel=1e-10, points=[0.01])[0]
    return FERMI**2 * M_TAU / (4 * np.pi**3) * integral * spectra.lepton_momentum(1.0, mass)


def test_width_and_lifetime_give_the_electronic_branching_fraction():
    assert width(M_E) == pytest.approx(FERMI**2 * M_TAU**5 / (192 * np.pi**3), rel=2e-6)
    assert width(M_E) * branching.TAU_LIFETIME / HBAR == pytest.approx(branching.ELECTRON, rel=0.01)


def test_the_muons_mass_costs_2_74_per_cent():
    x = (M_MU / M_TAU) ** 2
    closed = 1 - 8 * x + 8 * x**3 - x**4 - 12 * x**2 * np.log(x)
    assert width(M_MU) / width(M_E) == pytest.approx(closed, rel=2e-6)
    assert closed == pytest.approx(0.9726, abs=1e-4)
    measured = branching.MUON / branching.ELECTRON  # +- 0.003
    assert measured == pytest.approx(closed, abs=0.005)


def test_the_form_factor_is_one_without_widths_at_zero_and_peaks_below_the_rho_mass():
    q = np.linspace(spectra.RHO_LOW + 1e-6, 1.7, 500)
    values = np.array([spectra.pion_form_factor(v) for v in q])
    assert values == pytest.approx(abs(form_factor(q**2)) ** 2, rel=1e-11)
    assert 0.75 < q[values.argmax()] < 0.775
    poles = [m**2 / (m**2 - 0.0) for m in (spectra.RHO_MASS, spectra.PRIME_MASS)]
    assert (poles[0] + spectra.PRIME_SHARE * poles[1]) / (1 + spectra.PRIME_SHARE) == 1


def test_the_width_of_the_a1_is_its_own_at_its_mass_and_falls_as_a_cube_at_threshold():
    assert spectra.A1_SCALE * spectra.a1_running(M_A1**2) == pytest.approx(M_A1 * W_A1, rel=1e-14)
    low = spectra.A1_LOW**2
    assert spectra.a1_running(low + 2e-4) / spectra.a1_running(low + 1e-4) == pytest.approx(8, rel=1e-3)
    step = spectra.a1_running(spectra.A1_JOIN) / spectra.a1_running(spectra.A1_JOIN - 1e-12)
    assert abs(step - 1) < 0.06


# Draws


@pytest.mark.parametrize("row", [1, 3, 5, 7])
def test_the_tabulated_density_is_what_is_drawn(row):
    u = np.linspace(0.001, 0.999, 800)
    y, density = np.array([draws.from_table(v, TABLE, row) for v in u]).T
    assert (np.diff(y) > 0).all()
    nodes = np.linspace(0, 1, 257)
    inside = [np.trapezoid(np.interp(np.append(nodes[nodes < v], v), nodes, TABLE[row + 1]), np.append(nodes[nodes < v], v)) for v in y]
    scale = np.trapezoid(TABLE[row + 1], nodes)
    assert np.array(inside) / scale == pytest.approx(u, abs=1e-12)
    assert density == pytest.approx(np.interp(y, nodes, TABLE[row + 1]), rel=1e-11)


@pytest.mark.parametrize("q", [0.43, 0.8, 1.23, 1.776])
@pytest.mark.parametrize("m", [M_PI, M_PI0])
def test_the_pair_mass_of_flat_phase_space_has_a_weight_of_mean_one(q, m):
    """The drawn density is known in closed form, so the mean is an integral: of the exact density over the mean of its shape."""
    exact = 2 / np.pi * quad(lambda t: np.sin(t) ** 2 * draws.pair_shape(np.cos(t), q, m, m, M_PI), 0, np.pi, epsrel=1e-12)[0]
    weights = []
    for u in np.random.default_rng(5).random((300, 4)):
        mass, weight = draws.pair_mass(q, m, m, M_PI, *u)
        x = 2 * (mass - 2 * m) / (q - M_PI - 2 * m) - 1
        left, middle, right = (draws.pair_shape(v, q, m, m, M_PI) for v in (-1.0, 0.0, 1.0))
        tilt, hump = (right - left) / (right + left), 2 * middle / (left + right) - 1
        drawn = (1 + tilt * x) * (1 + hump * (1 - x * x)) / (1 + 0.75 * hump)
        assert weight == pytest.approx(draws.pair_shape(x, q, m, m, M_PI) / exact / drawn, rel=3e-6)
        weights.append(weight)
    assert max(abs(np.array(weights) - 1)) < 0.03
    assert hump > 0


def test_the_pair_mass_is_drawn_from_the_density_that_its_weight_names():
    """Weighted moments of x against integrals over exact flat phase space, where the shape is furthest from a half circle."""
    q = 1.7
    found = np.array([draws.pair_mass(q, M_PI, M_PI, M_PI, *u) for u in np.random.default_rng(6).random((20000, 4))])
    x, weights = 2 * (found[:, 0] - 2 * M_PI) / (q - 3 * M_PI) - 1, found[:, 1]

    def moment(k):
        return quad(lambda t: np.sin(t) ** 2 * np.cos(t) ** k * draws.pair_shape(np.cos(t), q, M_PI, M_PI, M_PI), 0, np.pi)[0]

    for k in (1, 2, 4):
        error = (weights * x**k).std() / np.sqrt(len(x))
        assert abs((weights * x**k).mean() - moment(k) / moment(0)) < 4 * error


@settings(derandomize=True, deadline=None)
@given(c=st.floats(-1, 1), v=st.floats(0, 1), a=st.floats(0, 1), b=st.floats(0, 1))
def test_a_turned_vector_is_a_unit_vector_at_that_angle(c, v, a, b):
    n = np.array(draws.direction(a, b))
    out = np.array(draws.turned(c, v, *n))
    assert out @ out == pytest.approx(1, abs=1e-13)
    assert out @ n == pytest.approx(c, abs=1e-13)


# Events


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    mode=st.integers(0, 5),
    charge=st.sampled_from([-1, 1]),
    p=st.tuples(*[st.floats(-8, 8)] * 3),
    u=st.lists(st.floats(1e-12, 1 - 1e-12), min_size=UNIFORMS, max_size=UNIFORMS),
)
def test_every_decay_conserves_momentum_and_charge_and_is_on_shell(mode, charge, p, u):
    weight, pid, status, mother, momentum = one(mode, u, charge, p)
    total = np.array([np.sqrt(M_TAU**2 + np.dot(p, p)), *p])
    assert 0 <= weight < 1.05
    assert abs(momentum[status == 1].sum(0) - total).max() < 1e-9
    masses = np.array([MASSES.get(abs(code), 0.0) for code in pid])
    final = status == 1
    assert (abs(square(momentum) - masses**2)[final] < 1e-12 * total[0] ** 2).all()
    assert (momentum[status == 0] == 0).all()
    assert (pid[status == 0] == 0).all()
    charges = {11: -1, 13: -1, 211: 1}
    assert sum(charges.get(abs(code), 0) * np.sign(code) for code in pid[final]) == charge
    if mode in (RHO, THREE, ONE):
        assert momentum[mother == 1].sum(0) == pytest.approx(momentum[1], abs=1e-9)
        assert status[1] == 2
    assert (mother[status == 0] == -1).all()


@pytest.mark.parametrize(
    ("mode", "codes"),
    [
        (E_NU, (16, 0, 11, -12, 0, 0, 0)),
        (MU_NU, (16, 0, 13, -14, 0, 0, 0)),
        (PI, (16, 0, -211, 0, 0, 0, 0)),
        (RHO, (16, -213, -211, 22, 22, 0, 0)),
        (THREE, (16, -20213, -211, -211, 211, 0, 0)),
        (ONE, (16, -20213, -211, 22, 22, 22, 22)),
    ],
)
def test_codes_of_a_mode_and_its_charge_conjugate(mode, codes):
    u = np.random.default_rng(mode).random(UNIFORMS)
    minus, plus = one(mode, u, -1, (1.0, 2.0, -3.0)), one(mode, u, 1, (1.0, 2.0, -3.0))
    assert tuple(minus[1]) == codes
    assert tuple(plus[1]) == tuple(c if c == 22 else -c for c in codes)
    assert (minus[4] == plus[4]).all()
    assert minus[0] == plus[0]


def test_modes_begin_and_end_at_the_published_fractions():
    assert branching.FRACTIONS[:5] == (0.1782, 0.1739, 0.1082, 0.2549, 0.1520)
    assert sum(branching.FRACTIONS) == pytest.approx(1, abs=1e-15)
    seen = []
    for edge in TABLE[0, :5]:
        for u0 in (edge - 1e-9, edge + 1e-9):
            pid, status, mother = (np.zeros(SLOTS, dtype=np.int64) for _ in range(3))
            decay(-1, M_TAU, 0.0, 0.0, 0.0, np.array([u0, *[0.3] * 15]), TABLE, pid, status, mother, np.zeros((SLOTS, 4)))
            seen.append(tuple(pid[[1, 2, 6]]))
    e, mu, pi, rho, three, rest = (0, 11, 0), (0, 13, 0), (0, -211, 0), (-213, -211, 0), (-20213, -211, 0), (-20213, -211, 22)
    assert seen == [e, mu, mu, pi, pi, rho, rho, three, three, rest]
    assert TABLE[0, :5] == pytest.approx([0.1782, 0.3521, 0.4603, 0.7152, 0.8672], abs=1e-15)


@pytest.mark.parametrize(("mode", "close"), [(E_NU, 0.001), (MU_NU, 0.001), (PI, 1e-15), (RHO, 0.003), (THREE, 0.04), (ONE, 0.04)])
def test_weights_are_close_to_one_with_mean_one(mode, close):
    weights, _ = sample(mode)
    assert abs(weights.mean() - 1) <= 4 * weights.std() / np.sqrt(len(weights)) + 1e-12
    assert np.mean(abs(weights - 1) < close) > 0.995


@pytest.mark.parametrize("mode", range(6))
def test_no_direction_is_preferred(mode):
    weights, p = sample(mode)
    for slot in (0, 2):
        n = p[:, slot, 1:] / np.linalg.norm(p[:, slot, 1:], axis=1)[:, None]
        for axis in range(3):
            assert p_uniform((1 + n[:, axis]) / 2, weights) > 1e-3


def test_michel_parameter_and_mean_energies():
    """<x> = 3/5 + 2 rho/15, so rho = 3/4 has <E> = 0.35 m; the antineutrino has 12 x^2 (1 - x), <E> = 0.3 m."""
    weights, p = sample(E_NU)
    x = 2 * p[:, :, 0] / M_TAU
    error = x[:, 2].std() / np.sqrt(len(x))
    mean = np.average(x[:, 2], weights=weights)
    assert abs(7.5 * (mean - 0.6) - 0.75) < 4 * 7.5 * error
    assert abs(mean / 2 - 0.35) < 2 * error
    assert p_uniform(x[:, 2] ** 3 * (2 - x[:, 2]), weights) > 1e-3
    assert p_uniform(x[:, 0] ** 3 * (2 - x[:, 0]), weights) > 1e-3
    assert p_uniform(x[:, 3] ** 3 * (4 - 3 * x[:, 3]), weights) > 1e-3


@pytest.mark.parametrize("mode", [E_NU, MU_NU])
def test_leptonic_events_follow_the_amplitude_point_by_point(mode):
    """|M|^2 dPhi_3 over the density that is drawn times the weight is one number; dPhi_3 ~ (p^2/E) dp dOmega dOmega*."""
    _, p = sample(mode)
    m, lepton, nubar, nu = LEPTON[mode], p[:500, 2], p[:500, 3], p[:500, 0]
    amplitude = leptonic_square(lepton, nubar, nu, m)
    assert amplitude == pytest.approx(256 * dot(TAU_REST, nubar) * dot(lepton, nu), rel=1e-9)
    k = np.linalg.norm(lepton[:, 1:], axis=1)
    pair = M_TAU - lepton[:, 0]
    c = (pair - 2 * nubar[:, 0]) / k
    big, small = pair, lepton[:, 0] - m**2 / M_TAU
    angle = (big - k * c) * (small + k * c) / (big * small - k**2 / 3)
    spectrum = np.array([spectra.lepton_spectrum(v, m) for v in k / spectra.lepton_momentum(1.0, m)])
    ratio = amplitude * k**2 / lepton[:, 0] / (spectrum * angle)
    assert np.ptp(ratio) < 1e-7 * ratio.mean()  # angle from the antineutrino's energy, lost in part where the lepton is slow


@pytest.mark.parametrize("mode", [E_NU, MU_NU])
def test_leptonic_events_are_distributed_as_flat_phase_space_times_the_amplitude(mode):
    weights, p = sample(mode)
    lepton, nubar, nu = p[:, 2], p[:, 3], p[:, 0]
    (fl, fb, fn), volume = flat(LEPTON[mode], 0.0, 0.0, 60000, 11 + mode)
    reweighted = volume * leptonic_square(fl, fb, fn, LEPTON[mode])
    for mine, theirs in (
        (square(lepton + nubar), square(fl + fb)),
        (square(lepton + nu), square(fl + fn)),
        (square(nu + nubar), square(fn + fb)),
        (nubar[:, 0], fb[:, 0]),
    ):
        assert p_value(mine, weights, theirs, reweighted, 25) > 1e-3
    integral = FERMI**2 / 2 / 2 / (2 * M_TAU) * reweighted.mean()  # averaged over the tau's spin
    assert integral == pytest.approx(width(LEPTON[mode]), rel=4 * reweighted.std() / reweighted.mean() / np.sqrt(60000))


def test_pion_energy_is_flat_in_the_frame_of_a_moving_tau():
    u = np.random.default_rng(2).random((3000, UNIFORMS))
    p = np.array([1.0, 2.0, 4.459])
    energy = np.array([one(PI, row, 1, p)[4][2, 0] for row in u])
    e, k = (M_TAU**2 + M_PI**2) / (2 * M_TAU), (M_TAU**2 - M_PI**2) / (2 * M_TAU)
    gamma, momentum = np.sqrt(1 + p @ p / M_TAU**2), np.linalg.norm(p) / M_TAU
    assert p_uniform((energy - gamma * e + momentum * k) / (2 * momentum * k), np.ones(3000)) > 1e-3


def test_rho_energy_against_quadrature():
    """E = (m^2 + Q^2)/2m in the tau rest frame; the density of Q^2 is written here with complex Breit-Wigners."""
    weights, p = sample(RHO)

    def density(q2):
        s, beta = q2 / M_TAU**2, 2 * two(np.sqrt(q2), M_PI, M_PI0) / np.sqrt(q2)
        return (1 - s) ** 2 * (1 + 2 * s) * beta**3 * abs(form_factor(q2)) ** 2

    check_energy(p[:, 1, 0], weights, density, spectra.RHO_LOW)


@pytest.mark.parametrize("mode", [THREE, ONE])
def test_energy_of_the_rest_against_quadrature(mode):
    weights, p = sample(mode)

    def g(q2):
        x = q2 - 9 * M_PI**2
        below = 4.1 * x**3 * (1 - 3.3 * x + 5.8 * x**2)
        return np.where(q2 < (0.773 + M_PI) ** 2, below, q2 * (1.623 + 10.38 / q2 - 9.32 / q2**2 + 0.65 / q2**3))

    def density(q2):
        s = q2 / M_TAU**2
        wave = M_A1**2 / (M_A1**2 - q2 - 1j * M_A1 * W_A1 * g(q2) / g(M_A1**2))
        return (1 - s) ** 2 * (1 + 2 * s) * abs(wave) ** 2 * g(q2) / q2

    check_energy(p[:, 1, 0], weights, density, spectra.A1_LOW)


def check_energy(energy, weights, density, low):
    """The hadron's energies against a density in Q^2, through its distribution function on a fine grid."""
    q2 = np.linspace(low**2, M_TAU**2, 40001)
    steps = np.concatenate([[0], np.cumsum(density(0.5 * (q2[1:] + q2[:-1])))])
    found = np.interp(2 * M_TAU * energy - M_TAU**2, q2, steps / steps[-1])
    assert p_uniform(found, weights) > 1e-3


def test_rho_events_follow_the_amplitude_point_by_point():
    """|M|^2 dPhi_3 over spectrum times angular density is one number; dPhi_3 ~ (1 - Q^2/m^2)(2p/Q) Q dQ dOmega dOmega*."""
    _, p = sample(RHO)
    pion, pi0, nu, rho = p[:500, 2], p[:500, 3] + p[:500, 4], p[:500, 0], p[:500, 1]
    q2 = square(rho)
    q = np.sqrt(q2)
    k, e = two(q, M_PI, M_PI0), (q2 + M_PI**2 - M_PI0**2) / (2 * q)
    c = (pion[:, 0] * q - rho[:, 0] * e) / (np.linalg.norm(rho[:, 1:], axis=1) * k)
    a = M_TAU**2 / q2 - 1
    spectrum = np.array([spectra.rho_spectrum(v) for v in (q - spectra.RHO_LOW) / (M_TAU - spectra.RHO_LOW)])
    ratio = rho_square(pion, pi0, nu) * (1 - q2 / M_TAU**2) * k / (spectrum * (1 + a * c**2) / (1 + a / 3))
    assert np.ptp(ratio) < 1e-7 * ratio.mean()


def test_rho_events_are_distributed_as_flat_phase_space_times_the_amplitude():
    weights, p = sample(RHO)
    pion, pi0, nu = p[:, 2], p[:, 3] + p[:, 4], p[:, 0]
    (fa, fb, fn), volume = flat(M_PI, M_PI0, 0.0, 60000, 17)
    reweighted = volume * rho_square(fa, fb, fn)
    for mine, theirs in (
        (square(pion + pi0), square(fa + fb)),
        (square(pion + nu), square(fa + fn)),
        (square(pi0 + nu), square(fb + fn)),
        (pion[:, 0], fa[:, 0]),
    ):
        assert p_value(mine, weights, theirs, reweighted, 25) > 1e-3


@pytest.mark.parametrize(("mode", "slots"), [(RHO, (3, 4)), (ONE, (3, 4)), (ONE, (5, 6))])
def test_every_pi0_is_two_photons_without_a_preferred_direction(mode, slots):
    weights, p = sample(mode)
    pi0 = p[:, slots[0]] + p[:, slots[1]]
    assert square(pi0) == pytest.approx(M_PI0**2, rel=1e-10)
    momentum = np.linalg.norm(pi0[:, 1:], axis=1)
    assert p_uniform((2 * p[:, slots[0], 0] - pi0[:, 0]) / momentum / 2 + 0.5, weights) > 1e-3


@pytest.mark.parametrize("mode", [THREE, ONE])
def test_the_dalitz_plot_of_the_rest_is_flat_from_each_side(mode):
    """Flat phase space: the first of any pair is isotropic in the pair's rest frame, also in pairs other than the one drawn."""
    weights, p = sample(mode)
    pions = (p[:, 2], p[:, 3], p[:, 4]) if mode == THREE else (p[:, 2], p[:, 3] + p[:, 4], p[:, 5] + p[:, 6])
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        a, b, c = pions[i], pions[j], pions[k]
        pair = a + b
        m2 = square(pair)
        along = np.sqrt(dot(pair, c) ** 2 / m2 - square(c))  # |c| in the pair's frame
        own, other = dot(a, pair) / np.sqrt(m2), dot(c, pair) / np.sqrt(m2)
        cosine = (own * other - dot(a, c)) / (np.sqrt(own**2 - square(a)) * along)
        assert p_uniform((1 + cosine) / 2, weights) > 1e-3
