"""Multi-channel phase space: densities against numerical Jacobians, volumes against RAMBO, channels against each other.

Diagrams are written here by hand, so that a reader sees which channel comes from which.
"""

from decimal import Decimal, localcontext
from itertools import pairwise
from math import factorial, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from darkrecoil._errors import BadValue
from darkrecoil.constants import M_E, M_MU
from darkrecoil.generate import phase_space as ps
from darkrecoil.generate.phase_space import Propagator, invariants, maps, steps

SQRT_S, SOFT = 10.58, 0.02
S = SQRT_S**2
quick = settings(derandomize=True, deadline=None, max_examples=60)
unit = st.floats(1e-9, 1 - 1e-9)


def line(mass, width, *legs):
    return Propagator(sum(1 << i for i in legs), mass, width)


def photon(*legs):
    return line(0.0, 0.0, *legs)


def electron(*legs):
    return line(M_E, 0.0, *legs)


def muon(*legs):
    return line(M_MU, 0.0, *legs)


RADIATED = [(electron(0, 4), photon(2, 3)), (electron(1, 4), photon(2, 3))]
PAIR_PHOTON = [*RADIATED, (muon(2, 4),), (muon(3, 4),)]
BHABHA_PHOTON = [
    *RADIATED, (electron(2, 4),), (electron(3, 4),), (electron(0, 4), photon(1, 3)), (electron(1, 4), photon(0, 2)),
    (photon(0, 2), electron(3, 4)), (photon(1, 3), electron(2, 4)),
]  # fmt: skip
TWO_PHOTON = [(photon(0, 2), photon(1, 3), muon(0, 2, leg)) for leg in (4, 5)]
FOUR_LEPTONS = [
    *TWO_PHOTON,
    (photon(0, 2), electron(1, 4, 5), photon(4, 5)), (photon(0, 2), electron(3, 4, 5), photon(4, 5)),
    (photon(1, 3), electron(0, 4, 5), photon(4, 5)), (photon(1, 3), electron(2, 4, 5), photon(4, 5)),
    (photon(2, 3), electron(0, 2, 3), photon(4, 5)), (photon(2, 3), electron(1, 2, 3), photon(4, 5)),
    (electron(2, 4, 5), photon(4, 5)), (electron(3, 4, 5), photon(4, 5)), (muon(2, 3, 4), photon(2, 3)), (muon(2, 3, 5), photon(2, 3)),
]  # fmt: skip
PROCESSES = {  # masses, photons, diagrams
    "mu mu": ((M_MU, M_MU), "", [(photon(2, 3),)]),
    "e e": ((M_E, M_E), "", [(photon(2, 3),), (photon(0, 2),)]),
    "gamma gamma": ((0.0, 0.0), "01", [(electron(0, 2),), (electron(0, 3),)]),
    "mu mu gamma": ((M_MU, M_MU, 0.0), "2", PAIR_PHOTON),
    "e e gamma": ((M_E, M_E, 0.0), "2", BHABHA_PHOTON),
    "nu nu gamma": ((0.0, 0.0, 0.0), "2", [(electron(0, 4), line(91.2, 2.5, 2, 3)), (electron(1, 4), line(80.4, 2.1, 0, 2))]),
    "gamma A' to mu mu": ((M_MU, M_MU, 0.0), "2", [(electron(0, 4), line(2.0, 1e-4, 2, 3))]),
    "mu mu Z'": ((M_MU, M_MU, 1.0), "", [(muon(2, 4),), (muon(3, 4),)]),
    "three photons": ((0.0,) * 3, "012", [(electron(0, 2), electron(1, 4)), (line(3.0, 1e-3, 2, 3),)]),
    "e e mu mu": ((M_E, M_E, M_MU, M_MU), "", FOUR_LEPTONS),
    "e e a": ((M_E, M_E, 0.0, 0.0), "23", [(photon(0, 2), photon(1, 3), line(3.0, 1e-6, 4, 5))]),
    "mu mu gamma gamma": (
        (M_MU, M_MU, 0.0, 0.0), "23",
        [(electron(0, 4), electron(1, 5), photon(2, 3)), (electron(0, 4), electron(0, 4, 5), photon(2, 3)),
         (electron(0, 4), photon(2, 3, 5), muon(2, 5)), (muon(2, 4), muon(3, 5)), (muon(2, 4), muon(2, 4, 5))],
    ),
    "e e mu mu gamma": (
        (M_E, M_E, M_MU, M_MU, 0.0), "4",
        [(photon(0, 2), photon(1, 3), muon(0, 2, 4), muon(4, 6)), (electron(0, 6), electron(0, 2, 6), photon(1, 3), muon(0, 2, 4, 6)),
         (electron(2, 6), photon(0, 2, 6), photon(1, 3), muon(0, 2, 4, 6))],
    ),
    "six muons": (
        (M_MU,) * 6, "",
        [(photon(4, 5), photon(6, 7), muon(2, 4, 5), muon(3, 6, 7)),
         (line(0.5, 1e-3, 2, 3), line(5.0, 0.1, 4, 5, 6, 7), line(0.5, 1e-3, 4, 5), line(0.5, 1e-3, 6, 7))],
    ),
}  # fmt: skip
FEW = [name for name in PROCESSES if len(PROCESSES[name][0]) < 6]


@pytest.fixture(scope="module")
def kernels():
    return ps.compiled(jobs=2)


def parts(name):
    masses, photons, diagrams = PROCESSES[name]
    return masses, [str(i) in photons for i in range(len(masses))], diagrams


def flat_too(name):
    """The program of a process's channels and, last, the isotropic one."""
    masses, photons, diagrams = parts(name)
    return ps.program([*ps.channels(masses, photons, diagrams, SOFT, SQRT_S), ps.isotropic(masses)], masses, SOFT)


def drawn(kernels, program, channel, events, seed=1, s=S):
    """(s, x, momenta, valid) of one channel."""
    x = np.random.default_rng([seed, channel]).random((program.dimensions, events))
    energy2 = np.full(events, s)
    return energy2, x, *ps.sampled(kernels[0], program, np.full(events // 64, channel), energy2, x)


def weighed(kernels, program, s, momentum):
    """g of every channel (channels, events)."""
    return ps.densities(kernels[1], program, np.ones(len(program.channels)), s, momentum, each=True)[1]


def hard(name, momentum):
    """Whether all photons are above the least energy."""
    return np.all(
        [momentum[4 * i] >= SOFT for i, is_photon in enumerate(parts(name)[1]) if is_photon] or [np.ones(momentum.shape[1])], axis=0
    )


# channels from diagrams


def test_two_photon_channels_are_the_map_in_t1_t2_and_w():
    masses, photons, _ = parts("e e mu mu")
    first, second = ps.channels(masses, photons, TWO_PHOTON, SOFT, SQRT_S)
    e, p, mu, everything = 1 << 2, 1 << 3, 1 << 4, 0b111100
    rest, pair = everything & ~e, 0b110000
    assert [m.cluster for m in first.masses] == [pair, rest]
    assert first.splits == (
        ps.Split(everything, e, steps.POLE, 1),  # t1
        ps.Split(rest, p, steps.POLE, 2),  # t2
        ps.Split(pair, mu, steps.POLE, 1 | e, M_MU**2),  # along the photons in the pair's frame
    )
    assert second.splits[-1].first == 1 << 5


def test_one_photon_comes_first():
    masses, photons, diagrams = parts("mu mu gamma")
    found = ps.channels(masses, photons, diagrams, SOFT, SQRT_S)
    k, pair = 1 << 4, 0b1100
    assert {c.splits[0].first for c in found} == {k}
    assert {(c.splits[0].kind, c.splits[1].kind, c.splits[1].axis) for c in found} == {
        (steps.TWO_POLES, steps.ISOTROPIC, 0), (steps.ISOTROPIC, steps.POLE, k),
    }  # fmt: skip
    assert {(c.masses[0].cluster, c.masses[0].kind) for c in found} == {(pair, steps.RECOIL), (pair, steps.SOFT)}


def test_exchange_with_a_photon_goes_along_the_beams():
    masses, photons, diagrams = parts("e e gamma")
    found = [c.splits for c in ps.channels(masses, photons, diagrams, SOFT, SQRT_S)]
    assert {s[1].axis for s in found if s[0].kind == steps.TWO_POLES} == {0, 1, 2}
    assert {s[1].axis for s in found if s[0].kind == steps.ISOTROPIC} == {1 << 4}
    from_pairs = [s for s in found if s[0].kind == steps.POLE]
    assert [s[1].axis for s in from_pairs] == [0b11100, 0b11100]  # an exchange, and a charge with its photon
    assert from_pairs[0][1].soften == pytest.approx(2 * SQRT_S * SOFT)


def test_a_narrow_resonance_is_mapped_first_and_a_heavy_one_is_flat():
    masses = (M_E, M_E, 0.0, 0.0)
    (channel,) = ps.channels(masses, [False] * 4, [(photon(0, 2), photon(1, 3), line(3.0, 1e-6, 4, 5))], SOFT, SQRT_S)
    assert channel.masses[0] == ps.Mass(0b110000, 0b111000, steps.RESONANCE, 9.0, 3e-6)
    (channel,) = ps.channels((M_MU,) * 4, [False] * 4, [(line(91.0, 2.5, 2, 3), muon(2, 3, 4))], SOFT, SQRT_S)
    assert channel.masses[0].kind == steps.FLAT
    (channel,) = ps.channels((M_MU,) * 4, [False] * 4, [(line(1.0, 0.0, 2, 3), muon(2, 3, 4))], SOFT, SQRT_S)
    assert channel.masses[0].scale == pytest.approx(1e-9)  # the least width


def test_photons_alone_keep_the_channels_of_a_resonance():
    masses, photons, diagrams = parts("three photons")
    found = ps.channels(masses, photons, diagrams, SOFT, SQRT_S)
    assert len(found) == 13
    assert sum(any(m.kind == steps.RESONANCE for m in c.masses) for c in found) == 1


def test_duplicates_go_and_there_is_a_most():
    masses, photons, diagrams = parts("e e mu mu")
    twice = ps.channels(masses, photons, [*diagrams, *diagrams], SOFT, SQRT_S)
    assert twice == ps.channels(masses, photons, diagrams, SOFT, SQRT_S)
    assert len(set(twice)) == len(twice) == 12
    many = [(line(0.3 + 0.1 * i, 0.01, 2, 3), muon(2, 3, 4)) for i in range(40)]
    assert len(ps.channels((M_MU,) * 4, [False] * 4, many, SOFT, SQRT_S)) == 24


def test_a_mask_may_be_given_from_either_side():
    masses, photons, _ = parts("e e mu mu")
    other = [tuple(Propagator(0b111111 & ~some.mask, some.mass, some.width) for some in diagram) for diagram in FOUR_LEPTONS]
    assert ps.channels(masses, photons, other, SOFT, SQRT_S) == ps.channels(masses, photons, FOUR_LEPTONS, SOFT, SQRT_S)


def test_a_vertex_of_many_legs_and_no_diagram_are_isotropic():
    (channel,) = ps.channels((1.0, 1.0, 0.5), [False] * 3, [()], SOFT, SQRT_S)
    assert [s.kind for s in channel.splits] == [steps.ISOTROPIC] * 2
    assert ps.channels((1.0, 1.0, 0.5), [False] * 3, [], SOFT, SQRT_S) == (ps.isotropic((1.0, 1.0, 0.5)),)


@pytest.mark.parametrize("count", [1, 7])
def test_two_to_six_particles(count):
    with pytest.raises(BadValue, match=f"2 to 6 particles: {count}; let the heavier ones decay"):
        ps.channels([0.1] * count, [False] * count, [], SOFT, SQRT_S)


# maps


def ranged(low, high):
    return st.tuples(st.floats(low, high), st.floats(low, high)).map(sorted).filter(lambda r: r[1] > 1.05 * r[0])


def belongs(value, density, x):
    """The density is the inverse of the map's derivative."""
    h = 1e-4 * min(x, 1 - x)
    slope = (8 * (value(x + h) - value(x - h)) - value(x + 2 * h) + value(x - 2 * h)) / (12 * h)
    assert density(value(x)) * slope == pytest.approx(1, rel=1e-4)


@quick
@given(unit, ranged(0.01, 100.0), st.floats(-6, 1))
def test_log_map(x, limits, above):
    low, high = limits
    belongs(lambda t: maps.log_value(t, low, high, 10**above), lambda s: maps.log_density(s, low, high, 10**above), min(max(x, 0.01), 0.99))


@quick
@given(unit, ranged(0.01, 100.0), st.floats(0.1, 100.0), st.floats(-6, 1))
def test_resonance_map(x, limits, m2, width):
    arguments = *limits, m2, 10**width
    value = maps.resonance_value(x, *arguments)
    assert limits[0] * (1 - 1e-9) <= value <= limits[1] * (1 + 1e-9)
    if limits[0] < m2 < limits[1]:
        belongs(
            lambda t: maps.resonance_value(t, *arguments) - m2,
            lambda y: maps.resonance_density(y + m2, *arguments),
            min(max(x, 0.01), 0.99),
        )


@quick
@given(unit, ranged(0.1, 90.0))
def test_recoil_maps(x, limits):
    x = min(max(x, 0.01), 0.99)
    for value, density in ((maps.recoil_value, maps.recoil_density), (maps.soft_value, maps.soft_density)):
        belongs(lambda t, value=value: value(t, *limits, 100.0), lambda s, density=density: density(s, *limits, 100.0), x)


@pytest.mark.parametrize("ratio", [1e-9, 0.3, 1e3, 1e14])
def test_pole_maps(ratio):
    far = 2 / ratio  # A - 1
    for x in (1e-6, 0.1, 0.5, 0.9):
        d = maps.pole_value(x, ratio)
        assert np.log1p(d / far) / np.log1p(2 / far) == pytest.approx(x, rel=1e-9)
        two = maps.two_poles_value(x, ratio)
        if ratio < 1e8:
            assert np.arctanh((1 - two) / (1 + far)) / np.arctanh(1 / (1 + far)) == pytest.approx(x, rel=1e-6)


def test_small_functions_keep_their_digits():
    y = np.geomspace(1e-17, 30, 500)
    np.testing.assert_allclose(maps.exp_minus_one(y), np.expm1(y), rtol=1e-14)
    np.testing.assert_allclose(maps.log_one_plus(y), np.log1p(y), rtol=1e-15)


# the machine


@pytest.mark.parametrize("name", PROCESSES)
def test_momenta_are_conserved_and_on_shell(kernels, name):
    program = flat_too(name)
    for channel in range(len(program.channels)):
        s, _, momentum, valid = drawn(kernels, program, channel, 256)
        p = momentum.reshape(-1, 4, 256)
        assert valid.mean() > 0.85
        np.testing.assert_allclose(p.sum(axis=0)[0], SQRT_S, rtol=1e-12)
        np.testing.assert_allclose(p.sum(axis=0)[1:], 0.0, atol=1e-12 * SQRT_S)
        shell = p[:, 0] ** 2 - (p[:, 1:] ** 2).sum(axis=1) - np.square(parts(name)[0])[:, None]
        assert np.abs(shell / p[:, 0] ** 2).max() < 1e-12
        own = weighed(kernels, program, s, momentum)[channel]
        assert np.isfinite(own).all()
        assert (own[valid > 0] > 0).all()


def jacobian(kernels, program, channel, s, x, h=1e-5):
    """Momenta, and the density by numerical derivatives of the momenta of all but two legs and the direction of the next.

    dPhi = (2 pi)^(4 - 3 n) prod d^3p/(2 E) p^2 dOmega/(4 |p E_Q - E n.Q|), Q the sum of the last two.
    """
    n, events = program.legs, x.shape[1]

    def momenta(y):
        chosen = np.full(events // 64, channel)
        return ps.sampled(kernels[0], program, chosen, np.full(events, s), np.ascontiguousarray(y))[0].reshape(n, 4, events)

    p = momenta(x)
    k, size = n - 2, np.sqrt((p[n - 2, 1:] ** 2).sum(axis=0))
    axis = p[k, 1:] / size
    u = np.cross(np.where(np.abs(axis[2]) < 0.5, [[0.0], [0.0], [1.0]], [[1.0], [0.0], [0.0]]), axis, axis=0)
    u /= np.sqrt((u**2).sum(axis=0))
    v = np.cross(axis, u, axis=0)
    rows = np.empty((events, program.dimensions, program.dimensions))
    for i in range(program.dimensions):
        step = np.zeros((program.dimensions, 1))
        step[i] = h
        slope = (8 * (momenta(x + step) - momenta(x - step)) - momenta(x + 2 * step) + momenta(x - 2 * step)) / (12 * h)
        turns = [(slope[k, 1:] * w).sum(axis=0) / size for w in (u, v)]
        rows[:, :, i] = np.array([*slope[:k, 1:].reshape(-1, events), *turns]).T
    Q = p[k] + p[k + 1]
    volume = (2 * pi) ** (4 - 3 * n) * size**2 / (4 * np.abs(size * Q[0] - p[k, 0] * (Q[1:] * axis).sum(axis=0)))
    return p.reshape(4 * n, events), 1 / (np.prod(2 * p[:k, 0], axis=0) ** -1 * volume * np.abs(np.linalg.det(rows)))


@pytest.mark.parametrize("name", PROCESSES)
def test_density_is_the_inverse_of_the_jacobian(kernels, name):
    """The medians have to agree: where legs are collinear the numerical derivative has lost its digits."""
    program, rng = flat_too(name), np.random.default_rng(3)
    for channel in range(len(program.channels)):
        momentum, numerical = jacobian(kernels, program, channel, S, rng.uniform(0.1, 0.9, (program.dimensions, 64)))
        ratio = weighed(kernels, program, np.full(64, S), momentum)[channel] / numerical
        assert np.median(ratio) == pytest.approx(1, abs=1e-6)
        assert np.quantile(np.abs(ratio - 1), 0.9) < 1e-3


def rambo(masses, events, rng):
    """Momenta (n, 4, events) and weights whose mean is the volume: R. Kleiss, W. J. Stirling, S. D. Ellis, CPC 40 (1986) 359."""
    n, m = len(masses), np.array(masses)[:, None]
    c, phi, energy = 2 * rng.random((n, events)) - 1, 2 * pi * rng.random((n, events)), -np.log(rng.random((2, n, events))).sum(axis=0)
    sine = np.sqrt(1 - c * c)
    q = energy[:, None] * np.stack([np.ones_like(c), sine * np.cos(phi), sine * np.sin(phi), c], axis=1)
    Q = q.sum(axis=0)
    M = np.sqrt(Q[0] ** 2 - (Q[1:] ** 2).sum(axis=0))
    b, a, g = -Q[1:] / M, 1 / (1 + Q[0] / M), Q[0] / M
    along = (b * q[:, 1:]).sum(axis=1)
    p = SQRT_S / M * np.concatenate([(g * q[:, 0] + along)[:, None], q[:, 1:] + b * (q[:, 0] + a * along)[:, None]], axis=1)
    volume = (2 * pi) ** (4 - 3 * n) * (pi / 2) ** (n - 1) * S ** (n - 2) / (factorial(n - 1) * factorial(n - 2))
    x = np.full(events, np.sqrt(1 - (sum(masses) / SQRT_S) ** 2))
    for _ in range(30):
        e = np.sqrt(m * m + x * x * p[:, 0] ** 2)
        x -= (e.sum(axis=0) - SQRT_S) / (x * p[:, 0] ** 2 / e).sum(axis=0)
    k = x * p[:, 0]
    weight = (k.sum(axis=0) / SQRT_S) ** (2 * n - 3) * np.prod(k / e, axis=0) * SQRT_S / (k * k / e).sum(axis=0)
    return np.concatenate([e[:, None], x * p[:, 1:]], axis=1), volume * weight


@pytest.mark.parametrize("name", FEW)
def test_volume(kernels, name):
    """Flat weights 1/sum alpha g, half of the events isotropic, against RAMBO; photons above their least energy in both."""
    masses, program, events = parts(name)[0], flat_too(name), 64 * 300
    momentum, weight = rambo(masses, 50_000, np.random.default_rng(4))
    some = weight * hard(name, momentum.reshape(4 * len(masses), -1))
    channels = len(program.channels)
    alpha = np.array([0.5 / (channels - 1)] * (channels - 1) + [0.5])
    mean, variance = 0.0, some.var() / len(some)
    for channel in range(channels):
        s, _, p, valid = drawn(kernels, program, channel, events)
        g, _ = ps.densities(kernels[1], program, alpha, s, p)
        weights = np.where(hard(name, p) & (valid > 0), 1 / g, 0.0)
        mean, variance = mean + alpha[channel] * weights.mean(), variance + alpha[channel] ** 2 * weights.var() / events
    assert mean == pytest.approx(some.mean(), abs=4 * np.sqrt(variance) + 1e-12 * mean)
    assert np.sqrt(variance) < 0.01 * mean


def test_volume_of_two_and_three_bodies_in_closed_form(kernels):
    program = flat_too("mu mu")
    s, _, p, _ = drawn(kernels, program, 0, 64)
    speed = np.sqrt(1 - 4 * M_MU**2 / S)
    np.testing.assert_allclose(1 / weighed(kernels, program, s, p)[0], speed / (8 * pi), rtol=1e-13)
    program = flat_too("mu mu Z'")
    s, _, p, _ = drawn(kernels, program, 2, 64 * 1000)
    weight = 1 / weighed(kernels, program, s, p)[2]

    def dalitz(s12):
        return invariants.momentum(S, s12, M_MU**2) * invariants.momentum(s12, M_MU**2, 1.0) / np.sqrt(s12)

    exact = quad(dalitz, (M_MU + 1) ** 2, (SQRT_S - M_MU) ** 2)[0] / (SQRT_S * (2 * pi) ** 3 * 4)
    assert weight.mean() == pytest.approx(exact, abs=4 * weight.std() / np.sqrt(len(weight)))


@pytest.mark.parametrize("name", FEW)
def test_each_channel_alone_against_the_isotropic_one(kernels, name):
    """int g h/(g + h) dPhi from events of g and from events of h: a bounded integrand, so that every channel is tried to its edges.

    In bins of the first leg's energy, where g and h differ in shape.
    """
    program, events = flat_too(name), 64 * 150
    h = len(program.channels) - 1
    s, _, flat, _ = drawn(kernels, program, h, events)
    of_flat = weighed(kernels, program, s, flat)
    edges = [0, *np.quantile(flat[0], [0.3, 0.7]), SQRT_S] if program.legs > 2 else [0, SQRT_S]
    for channel in range(h):
        s, _, p, valid = drawn(kernels, program, channel, events, seed=2)
        g = weighed(kernels, program, s, p)
        one = np.where(hard(name, p) & (valid > 0), g[h] / (g[channel] + g[h]), 0.0)
        two = np.where(hard(name, flat), of_flat[channel] / (of_flat[channel] + of_flat[h]), 0.0)
        for low, high in pairwise(edges):
            a, b = one * ((p[0] >= low) & (p[0] < high)), two * ((flat[0] >= low) & (flat[0] < high))
            assert a.mean() == pytest.approx(b.mean(), abs=4.5 * np.sqrt((a.var() + b.var()) / events) + 1e-4)


@pytest.mark.parametrize("name", ["e e gamma", "e e mu mu", "mu mu gamma gamma", "three photons"])
def test_channels_are_normalised_in_each_others_events(kernels, name):
    """int g_j dPhi over hard photons: from all channels' events, g_j/sum g, and from channel j alone."""
    program, events = flat_too(name), 64 * 100
    channels = len(program.channels)
    mean, variance, own = np.zeros(channels), np.zeros(channels), np.zeros(channels)
    for channel in range(channels):
        s, _, p, valid = drawn(kernels, program, channel, events, seed=5)
        total, each = ps.densities(kernels[1], program, np.ones(channels), s, p, each=True)
        np.testing.assert_allclose(total, each.sum(axis=0), rtol=1e-12)
        keep = hard(name, p) & (valid > 0)
        shares = np.where(keep, each / total, 0.0)
        mean, variance = mean + shares.mean(axis=1), variance + shares.var(axis=1) / events
        own[channel] = keep.mean()
    assert np.abs((mean - own) / np.sqrt(variance + own * (1 - own) / events + 1e-12)).max() < 4.5


# precision


def exactly(momentum, mass):
    """An on-shell momentum as Decimals."""
    x, y, z = (Decimal(float(c)) for c in momentum[1:])
    return (Decimal(mass) ** 2 + x * x + y * y + z * z).sqrt(), x, y, z


def square(p):
    return p[0] ** 2 - p[1] ** 2 - p[2] ** 2 - p[3] ** 2


def test_electrons_down_the_pipe_keep_their_digits(kernels):
    """t1 and t2 down to 1e-14 GeV^2: as drawn, from the momenta in double precision, and from the momenta with 50 digits."""
    masses, photons, _ = parts("e e mu mu")
    program = ps.program(ps.channels(masses, photons, TWO_PHOTON, SOFT, SQRT_S), masses, SOFT)
    s, x, momentum, _ = drawn(kernels, program, 0, 64)
    x[[2, 4]] *= 0.7  # the uniforms of both transfers
    momentum, _ = ps.sampled(kernels[0], program, np.array([0]), s, x)
    p = momentum.reshape(4, 4, 64)
    half = SQRT_S / 2
    pz = np.sqrt((half - M_E) * (half + M_E))
    with localcontext() as context:
        context.prec = 50
        m2, root = Decimal(M_E) ** 2, Decimal(float(S)).sqrt() / 2
        beam = (root, Decimal(0), Decimal(0), (root**2 - m2).sqrt())
        least = []
        for j in range(64):
            q, r = exactly(p[0, :, j], M_E), exactly(p[1, :, j], M_E)
            t1 = square([a - b for a, b in zip(beam, q, strict=True)])
            t2 = square([a - b for a, b in zip((beam[0], *(-c for c in beam[1:])), r, strict=True)])
            rest2 = float(square([a - b for a, b in zip((2 * root, 0, 0, 0), q, strict=True)]))
            pair2 = float(square([a - b - c for a, b, c in zip((2 * root, 0, 0, 0), q, r, strict=True)]))
            for t, leg, side, row, arguments in (
                (float(t1), 0, 1, 2, (S, M_E**2, rest2, M_E**2, M_E**2)),
                (float(t2), 1, -1, 4, (rest2, M_E**2, pair2, M_E**2, float(t1))),
            ):
                four = tuple(p[leg, :, j])
                assert invariants.transfer((half, 0.0, 0.0, side * pz), M_E**2, four, M_E**2) == pytest.approx(t, rel=1e-9)
                pA, pa, nearest = invariants.pole_distance(*arguments, 0.0, False)
                assert nearest * np.exp(x[row, j] * np.log1p(4 * pA * pa / nearest)) == pytest.approx(-t, rel=1e-8)
                least.append(-t)
    assert min(least) < 1e-9  # GeV^2
    angle = np.hypot(p[:2, 1], p[:2, 2]) / np.abs(p[:2, 3])
    assert angle.min() < 1e-5


@quick
@given(st.floats(1e-8, 1.0), st.floats(0.01, 5.0), st.floats(0, 2.0))
def test_transfer_and_product_are_exact(angle, energy, mass):
    """Against 50 digits, for elastic and inelastic transfers at any angle."""
    half = SQRT_S / 2
    p, q = np.sqrt((half - M_E) * (half + M_E)), np.sqrt(energy**2)
    sine, cosine = np.sin(angle), np.cos(angle)
    for m in (M_E, mass):
        c = (np.sqrt(q * q + m * m), q * sine, 0.0, q * cosine)
        with localcontext() as context:
            context.prec = 50
            a = exactly((half, 0.0, 0.0, p), M_E)
            b = exactly(c, m)
            t = float(square([u - v for u, v in zip(a, b, strict=True)]))
            d = float(1 - b[3] / (b[1] ** 2 + b[3] ** 2).sqrt())
            ab = float(a[0] * b[0] - a[3] * b[3])
        size = np.hypot(c[1], c[3])
        assert invariants.product(half, p, M_E**2, c[0], size, m * m, d) == pytest.approx(ab, rel=1e-13)
        found = invariants.transfer((half, 0.0, 0.0, p), M_E**2, c, m * m)
        assert found == pytest.approx(t, rel=1e-8, abs=1e-15 * min(m, 0.1) ** 2)


# where it could fail


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.floats(0.0, 2.4), min_size=4, max_size=4), st.floats(0.3, 6.0), st.floats(1e-8, 0.5), st.integers(0, 3))
def test_any_masses(kernels, masses, resonance, width, shape):
    """Finite, conserved, with the own density positive; and the channels' shares of the events sum to what they must."""
    diagrams = [
        [(photon(0, 2), photon(1, 3), line(masses[2], 0.0, 0, 2, 4))],
        [(line(resonance, width, 2, 3), line(resonance, width, 4, 5))],
        [(line(resonance, 0.0, 0, 2, 3), line(resonance, width, 2, 3))],
        [(line(resonance, width, 2, 3, 4), line(0.0, 0.0, 2, 3))],
    ][shape]
    channel = ps.channels(masses, [False] * 4, diagrams, SOFT, SQRT_S)
    program = ps.program([*channel, ps.isotropic(masses)], masses, SOFT)
    mean, spread = 0.0, 0.0
    for c in (0, 1):
        s, _, p, valid = drawn(kernels, program, c, 64 * 8)
        g = weighed(kernels, program, s, p)
        assert np.isfinite(p).all()
        assert np.isfinite(g).all()
        assert (g[c][valid > 0] > 0).all()
        np.testing.assert_allclose(p.reshape(4, 4, -1).sum(axis=0)[0], SQRT_S, rtol=1e-11)
        share = g[0] / g.sum(axis=0)
        mean, spread = mean + share.mean(), spread + share.var() / len(share)
    assert mean == pytest.approx(1, abs=5 * np.sqrt(spread) + 0.01)


def test_below_threshold_an_event_is_invalid(kernels):
    """With a beam spread s varies by event: some of them are closed, and nothing is infinite."""
    masses = (5.0, 5.0, 0.5)
    program = ps.program(ps.channels(masses, [False] * 3, [(line(5.0, 0.0, 2, 4),), (line(5.0, 0.0, 0, 2),)], SOFT, SQRT_S), masses, SOFT)
    s = np.linspace(10.4, 10.6, 128) ** 2
    x = np.random.default_rng(1).random((5, 128))
    momentum, valid = ps.sampled(kernels[0], program, np.array([0, 1]), s, x)
    np.testing.assert_array_equal(valid > 0, np.sqrt(s) > 10.5)
    assert np.isfinite(momentum).all()
    g, _ = ps.densities(kernels[1], program, np.ones(2), s, momentum)
    assert np.isfinite(g).all()
    np.testing.assert_allclose(momentum.reshape(3, 4, -1).sum(axis=0)[0, valid > 0], np.sqrt(s)[valid > 0], rtol=1e-12)


def test_two_bodies_below_threshold(kernels):
    program = ps.program([ps.isotropic((5.3, 5.3))], (5.3, 5.3), SOFT)
    _, valid = ps.sampled(kernels[0], program, np.array([0]), np.full(64, S), np.full((2, 64), 0.5))
    assert not valid.any()


def test_a_photon_below_the_least_energy_is_outside(kernels):
    """Photon-first channels end at the least energy: beyond it their density is 0, just inside it is not."""
    program = flat_too("mu mu gamma")
    s, _, p, _ = drawn(kernels, program, len(program.channels) - 1, 64 * 200)
    g = weighed(kernels, program, s, p)[:-1]
    assert (p[8] < SOFT).any()
    np.testing.assert_array_equal((g > 0).all(axis=0), p[8] > SOFT)


def test_chunks_and_order_do_not_matter(kernels):
    program = flat_too("e e mu mu")
    channel, s = np.arange(13), np.full(64 * 13, S)
    x = np.random.default_rng(9).random((program.dimensions, 64 * 13))
    together, _ = ps.sampled(kernels[0], program, channel, s, x)
    for c in (12, 5, 0):
        here = slice(64 * c, 64 * c + 64)
        alone, _ = ps.sampled(kernels[0], program, channel[c : c + 1], s[here], np.ascontiguousarray(x[:, here]))
        np.testing.assert_array_equal(alone, together[:, here])


def test_arrays_that_do_not_fit_are_refused(kernels):
    program = flat_too("mu mu")
    s, x = np.full(64, S), np.full((2, 64), 0.5)
    with pytest.raises(BadValue, match="the uniforms are of another shape"):
        ps.sampled(kernels[0], program, np.array([0]), s, x[:1])
    with pytest.raises(BadValue, match="a multiple of 64"):
        ps.sampled(kernels[0], program, np.array([0]), s[:63], np.ascontiguousarray(x[:, :63]))
    with pytest.raises(BadValue, match="the channels of 64 events each"):
        ps.sampled(kernels[0], program, np.array([0, 0]), s, x)
    with pytest.raises(BadValue, match="no such channel: 2 to 2; allowed: 0 to 1"):
        ps.sampled(kernels[0], program, np.array([2]), s, x)
    with pytest.raises(BadValue, match="the momenta are of another shape"):
        ps.densities(kernels[1], program, np.ones(2), s, x)
    with pytest.raises(BadValue, match="the channels' weights"):
        ps.densities(kernels[1], program, np.ones(3), s, np.zeros((8, 64)))


def test_names_of_legs():
    reaction = steps.Reaction((0.5, 0.0, 0.2), (False, True, False), SOFT, SQRT_S)
    assert steps.legs_of(reaction.total) == (2, 3, 4)
    assert reaction.threshold(0b10100) == pytest.approx(0.7)
    assert [reaction.is_photon(1 << i) for i in (1, 2, 3, 4)] == [False, False, True, False]


@pytest.mark.parametrize(("name", "dimensions"), [("mu mu", 2), ("mu mu gamma", 5), ("e e a", 8), ("six muons", 14)])
def test_dimensions(name, dimensions):
    assert flat_too(name).dimensions == dimensions
