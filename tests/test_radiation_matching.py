"""Photons of the matrix element and radiated ones: totals and spectra whatever the scale; sums of both parts."""

from dataclasses import replace

import numpy as np
import pytest
from radiating import BOTH, K_SOFT, PAIR, ROOT, ZERO, invariant, mean, sampler

from darkrecoil._run import BLOCK
from darkrecoil.constants import ALPHA_0, GEV2_FB, M_E, M_MU
from darkrecoil.generate import address, api, grids, multichannel, sampling, store
from darkrecoil.generate.radiation import Choice, steps, structure
from darkrecoil.generate.recipe import recipe


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Learnt grids of these tests in a folder of their own."""
    place = tmp_path_factory.mktemp("grids")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "folder", lambda: place)
        yield place


@pytest.fixture(scope="module")
def matched():
    """mu mu (gamma) by its scale, GeV: the sampler and 60 blocks of weighted events."""
    made = {scale: sampler(f"{PAIR} (gamma)", Choice(True, True, scale))[0] for scale in (0.1, 0.4)}
    return {scale: (some, sampling.particles(some, "evaluate", 0, 60)) for scale, some in made.items()}


def test_matched_attempts_keep_the_scale(matched):
    """Without a photon of the matrix element all are softer than the scale; with one it is harder, and all others softer than it."""
    for scale, (some, _) in matched.items():
        for part in some.parts:
            found = multichannel.attempts(replace(part.source, radiates=replace(part.source.radiates, initial=False)),
                                          grids.uniform(len(part.source.space.channels), part.source.space.dimensions),
                                          "user", 0, BLOCK)  # fmt: skip
            p = found.momentum[:, found.weight > 0]
            explicit = part.recipe.radiation.explicit
            slots = [i for i in range(len(p) // 4) if i > 1 and i not in explicit]
            radiated = np.max([steps.hardness(p, i, [0, 1]) for i in slots], axis=0)
            if not explicit:
                assert radiated.max() < scale
                continue
            assert p.shape[1] > 100
            assert np.median(steps.hardness(p, explicit[0], [0, 1])) > scale
            assert np.mean(radiated < steps.hardness(p, explicit[0], [0, 1])) > 0.999  # judged before what is radiated takes its part


def born(s):
    speed = np.sqrt(np.maximum(1 - 4 * M_MU**2 / s, 0))
    return 4 * np.pi * ALPHA_0**2 / (3 * s) * speed * (3 - speed**2) / 2 * GEV2_FB


def test_mass_of_muons_after_radiation_of_the_beams():
    """d sigma/ds' of the convolution with two structure functions, by quadrature, and its total; chi^2."""
    some, _ = sampler(PAIR, Choice(True, False))
    made = sampling.particles(some, "evaluate", 0, 40)
    lost = 1 - invariant(made.momentum[:, 0] + made.momentum[:, 1]) / ROOT**2
    edges = np.array([-1, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99, 1])
    value, square = (np.histogram(lost, edges, weights=w)[0] for w in (made.weight, made.weight**2))
    value, error = value / len(lost), np.sqrt(square) / len(lost)
    b = structure.exponent(np.log(ROOT**2 / M_E**2))
    steps_ = (np.arange(1500) + 0.5) / 1500
    x, y = steps_ * 0.3**b, np.exp(np.log(0.7) + steps_ * np.log(1e-4 / 0.7))  # z = x^(1/b) up to 0.3, then flat in ln(1 - z)
    z = np.concatenate([x ** (1 / b), 1 - y])
    d = structure.electron(z, b) * np.concatenate([np.full(1500, 0.3**b), b * (1 - y) ** (b - 1) * y * np.log(0.7 / 1e-4)]) / 1500
    part = 1 - (1 - z[:, None]) * (1 - z[None, :])
    rate = d[:, None] * d[None, :] * born(ROOT**2 * (1 - part)) * (1 + K_SOFT)
    expected = np.histogram(part, edges, weights=rate)[0]
    assert np.sum((value - expected) ** 2 / (error**2 + (0.003 * expected) ** 2)) < 33  # 12 bins: 0.1 %
    total, spread = mean(made.weight)
    assert total == pytest.approx(expected.sum(), abs=4 * spread + 0.0005 * total)


def test_totals_do_not_depend_on_the_scale(matched):
    """Nor, beyond second order (alpha L)^2, on whether the matrix element is there at all: 1.0793 nb to first order."""
    (one, a), (other, b) = (mean(some.weight) for _, some in matched.values())
    assert one == pytest.approx(other, abs=4 * np.hypot(a, b) + 0.001 * one)
    assert one == pytest.approx(1.0793e6, rel=0.006)
    assert one < 1.0793e6


def test_spectra_do_not_depend_on_the_scale(matched):
    """Mass recoiling against the muons and the hardest photon's angle: between scales a photon is radiated, or the matrix element's."""
    shapes = []
    for _, some in matched.values():
        p = some.momentum
        missing = np.array([ROOT, 0, 0, 0]) - p[:, 0] - p[:, 1]
        photons = p[:, 2:] * (some.status[:, 2:] > 0)[:, :, None]
        hardest = np.take_along_axis(photons, photons[:, :, 0].argmax(axis=1)[:, None, None], axis=1)[:, 0]
        seen = hardest[:, 0] > 0.5
        cosine = np.where(seen, hardest[:, 3] / np.maximum(hardest[:, 0], 1e-9), -2)
        shapes.append(
            [np.histogram(v, edges, weights=w)[0] for v, edges in (
                (np.abs(invariant(missing)), [0.05, 0.5, 1, 2, 4, 8, 16, 32, 64]),
                (cosine, [-1, -0.9, -0.5, 0, 0.5, 0.9, 1]),
                (hardest[:, 0], [0.3, 0.6, 1, 2, 3, 4, 5, 5.3]),
            ) for w in (some.weight, some.weight**2)]
        )  # fmt: skip
    for i in (0, 2, 4):
        difference = shapes[0][i] - shapes[1][i]
        variance = shapes[0][i + 1] + shapes[1][i + 1] + (0.005 * shapes[0][i]) ** 2
        assert np.sum(difference**2 / variance) < 26


def test_hard_photons_are_those_of_the_matrix_element(matched):
    """Energy and angle of photons above the scale against tree level: alike but for what else is radiated, a tenth or two."""
    order = api.prepare(f"{PAIR} gamma", None, None, None, ROOT, "0", (), None, None, None, 1, 2)
    plain = sampling.particles(order.sampler, "evaluate", 0, 40)
    _, whole = matched[0.1]
    found = []
    for some, slots in ((plain, [2]), (whole, range(2, 6))):
        rows = np.moveaxis(some.momentum, 0, 2).reshape(-1, len(some))
        energy, cosine, weight = [], [], []
        for slot in slots:
            there = (some.status[:, slot] > 0) & (rows[4 * slot] > 0)
            hard = there & (steps.hardness(rows, slot, [0, 1]) > 0.1) & (rows[4 * slot] > 0.3)
            energy.append(rows[4 * slot, hard])
            cosine.append(rows[4 * slot + 3, hard] / rows[4 * slot, hard])
            weight.append(some.weight[hard] / len(some))
        energy, cosine, weight = map(np.concatenate, (energy, cosine, weight))
        found.append([np.histogram(energy, [0.3, 0.6, 1, 2, 3, 4, 5], weights=weight)[0],
                      np.histogram(cosine, [-1, -0.8, -0.4, 0, 0.4, 0.8, 1], weights=weight)[0]])  # fmt: skip
    for tree, all_orders in zip(*found, strict=True):
        ratio = all_orders / tree
        assert np.all((ratio > 0.9) & (ratio < 1.35))
        assert np.ptp(ratio[1:-1]) < 0.2


@pytest.fixture(scope="module")
def photons():
    cuts = ["abs(cos_theta_cms(gamma)) < 0.9"]
    return {scale: sampler("e+ e- -> gamma gamma (gamma)", Choice(True, True, scale), cuts) for scale in (0.1, 0.4)}


def test_photon_pairs_do_not_depend_on_the_scale(photons):
    (one, a), (other, b) = (mean(sampling.particles(some, "evaluate", 0, 40, cut).weight) for some, cut in photons.values())
    assert one == pytest.approx(other, abs=4 * np.hypot(a, b) + 0.005 * one)
    assert one == pytest.approx(2.506e6, rel=0.01)


def test_a_cut_speaks_of_any_of_the_photons(photons):
    """Where (gamma) adds a third photon, two of the three have to pass."""
    some, cut = photons[0.4]
    top = some.parts[1].recipe
    pid, rows = sampling._asked(top)
    assert pid == (22, 22)
    assert [[row // 4 for row in part[::4]] for part in rows] == [[1, 2], [0, 2], [0, 1]]
    muons = recipe("e+ e- -> mu+ gamma mu- (gamma)", ZERO, ROOT, radiates=BOTH).parts[1]
    assert [[row // 4 for row in part[::4]] for part in sampling._asked(muons)[1]] == [[0, 3, 2], [0, 1, 2]]
    made = sampling.particles(some, "evaluate", 0, 1, cut)
    last = made.momentum[some.counts[0] :][made.weight[some.counts[0] :] > 0]
    size = np.sqrt((last[:, :3, 1:] ** 2).sum(axis=2))
    inside = np.abs(last[:, :3, 3]) < 0.9 * size
    assert np.all(inside.sum(axis=1) >= 2)
    assert not np.all(inside.sum(axis=1) == 3)


def test_a_sum_holds_both_parts(matched):
    """Weights, slots and numbers of attempts; its cross-section is the sum of the parts'."""
    some, _ = matched[0.1]
    assert sum(some.counts) == BLOCK
    assert all(count % multichannel.WIDE == 0 for count in some.counts)
    made = sampling.particles(some, "evaluate", 1, 2)
    assert np.array_equal(made.attempt, np.arange(BLOCK, 3 * BLOCK))
    first, begin = made.weight[:BLOCK], 0
    for part, count in zip(some.parts, some.counts, strict=True):
        own = multichannel.attempts(part.source, part.grids, "evaluate", count, count)
        assert np.array_equal(first[begin : begin + count], own.weight * (BLOCK / count))
        assert np.array_equal(made.momentum[begin, 0], own.momentum[:4, 0])
        begin += count
    assert np.all(made.status[: some.counts[0], 2] == 0)  # no photon of the matrix element
    assert np.all(made.pid[some.counts[0] : BLOCK, 2] == 22)
    pieces = [sampling.particles(some, "evaluate", block) for block in (1, 2)]
    assert np.array_equal(made.weight, np.concatenate([piece.weight for piece in pieces]))
    assert np.array_equal(made.momentum, np.concatenate([piece.momentum for piece in pieces]))
    assert [len(rows) for _, rows in sampling.by_part(some, made.attempt)] == [2 * count for count in some.counts]
    assert some.maximum >= max(part.maximum for part in some.parts)


def test_empty_slots_hold_nothing(matched):
    _, made = matched[0.1]
    empty = made.status == 0
    assert np.all(made.momentum[empty] == 0)
    assert np.all(made.pid[empty] == 0)
    assert np.all(made.pid[:, 3:][~empty[:, 3:]] == 22)


def test_unweighted_events_are_those_weighted():
    """Cross-section, share of overweight and the spectrum of what recoils; jobs change nothing."""
    given_ = {"process": f"{PAIR} (gamma)", "radiates": Choice(True, True, 0.1), "store": False}
    _, plain = api.sample(events=40_000, jobs=1, **given_)
    _, again = api.sample(events=40_000, jobs=2, **given_)
    _, heavy = api.sample(events=150_000, jobs=2, weighted=True, **given_)
    assert np.array_equal(plain.particles.momentum, again.particles.momentum)
    assert np.array_equal(plain.particles.weight, again.particles.weight)
    assert plain.overweight_fraction < 3e-3
    assert plain.unweighting_efficiency > 0.25
    value, error = plain.cross_section.value, np.hypot(plain.cross_section.error, heavy.cross_section.error)
    assert value == pytest.approx(heavy.cross_section.value, abs=4 * error)
    shares = []
    for some in (plain.particles, heavy.particles):
        p = some.momentum
        lost = 1 - invariant(p[:, 0] + p[:, 1]) / ROOT**2
        value, square = (np.histogram(lost, [-1, 1e-3, 0.03, 0.2, 0.6, 1], weights=w)[0] for w in (some.weight, some.weight**2))
        shares.append((value / some.weight.sum(), square / some.weight.sum() ** 2))
    assert np.sum((shares[0][0] - shares[1][0]) ** 2 / (shares[0][1] + shares[1][1])) < 21


def test_another_radiation_is_another_sample(matched):
    samplers = [some for some, _ in matched.values()]
    samplers += [replace(samplers[0], parts=(samplers[0].parts[0], samplers[1].parts[1]))]
    assert len({address.of(some, "user", (), ()) for some in samplers}) == 3
    part = samplers[0].parts[0].source
    others = [part.radiates, replace(part.radiates, initial=False), replace(part.radiates, factor=1.0)]
    assert len({store.digest(replace(part, radiates=some), ()) for some in others}) == 3


def test_pairs_just_above_threshold():
    """Taus 1.3 MeV above theirs: what little is radiated leaves them there."""
    _, found = api.cross_section("e+ e- -> tau+ tau-", sqrt_s=3.555, radiates=BOTH, precision=0.01, jobs=2)
    _, tree = api.cross_section("e+ e- -> tau+ tau-", sqrt_s=3.555, precision=0.01)
    assert 0.3 < found.value / tree.value < 0.7  # (1.3 MeV/1.78 GeV)^beta and the phase space on the way
