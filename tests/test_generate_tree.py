"""Tree processes: alternatives, order and theory; draws, cells and grids; sums that do not depend on the sampler; the cache."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import darkrecoil as dr
from darkrecoil import _jit, models
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil._run import BLOCK
from darkrecoil.constants import ALPHA_0, GEV2_FB, M_E, M_MU, alpha_scheme
from darkrecoil.generate import api, direct, foam, grids, multichannel, sampling, store
from darkrecoil.generate import beams as optics
from darkrecoil.generate.recipe import Own, known, recipe
from darkrecoil.generate.theory import needs_weak, theory
from darkrecoil.generate.tree import Tree, tree
from darkrecoil.records import Process

ZERO = alpha_scheme("0")
VISIBLE = ["energy_cms(gamma) > 0.2", "abs(cos_theta_cms(gamma)) < 0.95"]


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Learnt grids of these tests in a folder of their own, compiled kernels where they are."""
    place = tmp_path_factory.mktemp("grids")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "folder", lambda: place)
        yield place


def sampler(process, model=None, mass=None, coupling=None, cuts=(), **given):
    return api.prepare(process, model, mass, coupling, 10.58, "0", cuts, given or None, None, None, 1, 2).sampler


def outgoing(text):
    return Process(f"e+ e- -> {text}", ("e-", "e+"), tuple(text.split()))


# -- what a process is


def test_any_neutrino_is_each_flavour_once():
    made = tree(outgoing("nu nu gamma"), theory(ZERO, weak=True))
    assert {one.pid for one in made.alternatives} == {(12, -12, 22), (14, -14, 22), (16, -16, 22)}
    made = tree(outgoing("nu N"), theory(ZERO, models.find("heavy_neutrino"), 1.0, 0.1, weak=True))
    n = models.find("heavy_neutrino").pid
    assert {one.pid for one in made.alternatives} == {(12, -n), (-12, n)}


def test_events_carry_each_flavour_by_its_rate():
    """nu_e has W exchange, the others the Z alone: 1.07 of 1.54 fb against two times 0.235 (tests/reference)."""
    _, made = api.sample("e+ e- -> nu nu gamma", 4000, cuts=["energy_cms(gamma) > 1", "abs(cos_theta_cms(gamma)) < 0.8"])
    share = np.mean(made.particles.pid[:, 0] == 12)
    assert share == pytest.approx(1.070 / 1.540, abs=4 * np.sqrt(0.7 * 0.3 / 4000))
    assert np.all(made.particles.pid[:, 0] == -made.particles.pid[:, 1])


def test_weak_bosons_are_there_where_neutrinos_are():
    assert needs_weak(("nu", "nu", "gamma"), None)
    assert needs_weak(("nu_mu", "nu_mu~"), None)
    assert needs_weak(("nu", "N"), models.find("heavy_neutrino"))
    assert not needs_weak(("mu+", "mu-"), None)
    fields = {name for term in theory(ZERO).terms for name in term.fields}
    assert fields == {"e", "mu", "tau", "gamma"}


def test_alpha_runs_at_virtual_photons_only():
    scheme = alpha_scheme("s", 10.58)
    some = theory(scheme)
    term = next(t for t in some.terms if t.fields == ("e", "e", "gamma"))
    assert term.value**2 / (4 * np.pi) == pytest.approx(scheme.virtual)
    assert term.with_real_photon**2 / (4 * np.pi) == pytest.approx(ALPHA_0)


@pytest.mark.parametrize(
    ("text", "model", "own"),
    [("mu+ mu- Z'", "lmu_ltau", True), ("tau+ tau- gamma", None, True), ("e+ e- gamma", None, False), ("mu+ mu- Z'", "b_minus_l", False),
     ("mu+ mu- A'", "dark_photon", False)],
)  # fmt: skip
def test_a_file_of_its_own_is_used_where_it_holds(text, model, own):
    """The file of l l V has V off the pair: not where V couples to the beams, too."""
    new = (models.find(model), 1.0, 0.1) if model else ()
    assert isinstance(recipe(f"e+ e- -> {text}", ZERO, 10.58, *new).engine, Own) == own


def test_every_process_that_is_listed_exists():
    for name in known():
        assert isinstance(recipe(name, ZERO, 10.58).engine, Own | Tree)


# -- two samplers, two amplitudes: the files of their own against the machine


@pytest.mark.parametrize("third", ["", " gamma", " Z'"])
def test_the_machine_agrees_with_the_files_of_their_own(third):
    new = (models.find("lmu_ltau"), 3.0, 0.1) if third == " Z'" else ()
    made = recipe(f"e+ e- -> mu+ mu-{third}", ZERO, 10.58, *new)
    some = theory(ZERO, *new)
    other = replace(made, engine=tree(made.process, some), pid=(-13, 13, *made.pid[2:]))
    beams, values = optics.head_on(10.58), []
    for one in (made, other):
        found = sampling.trained(one, _jit.load(list(sampling.kernels(one)), 2), beams, 1, jobs=2)
        weight = sampling.particles(found, "evaluate", 0, 40).weight
        values.append((weight.mean(), weight.std() / np.sqrt(len(weight))))
    (a, da), (b, db) = values
    assert abs(a - b) < 4 * np.hypot(da, db)
    assert np.hypot(da, db) < 0.004 * a


# -- grids and cells


def test_the_uniform_grid_changes_nothing():
    some = grids.uniform(2, 5)
    assert grids.guide(some.cells).tolist() == [[0], [0]]
    assert np.all(np.diff(some.edges, axis=2) == pytest.approx(1 / 64))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=12))
def test_chunks_get_channels_by_their_shares(values):
    share = grids.shares(np.array(values))
    assert share.sum() == pytest.approx(1)
    some = replace(grids.uniform(len(share), 2), share=share)
    found = np.bincount(grids.assigned(some, 0, 4096), minlength=len(share)) / 4096
    assert found == pytest.approx(share, abs=3e-3)
    assert grids.assigned(some, 100, 20).tolist() == grids.assigned(some, 0, 120)[100:].tolist()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e3), min_size=64, max_size=64))
def test_moved_edges_rise_from_0_to_1(content):
    edges = np.linspace(0, 1, 65)
    found = grids.moved(edges, np.array(content))
    assert found[0] == 0
    assert found[-1] == 1
    assert len(found) == 65
    assert np.all(np.diff(found) > 0)


def test_behind_a_cut_bins_grow_by_a_factor_two():
    content = np.zeros(64)
    content[10:20] = 1.0
    edges = grids.moved(np.linspace(0, 1, 65), content)
    widths = np.diff(edges)
    beyond = widths[np.searchsorted(edges, 20 / 64) :]
    assert np.all(beyond[1:] / beyond[:-1] <= 2.001)
    assert widths[np.searchsorted(edges, 15 / 64)] < 1 / 64 / 4


def _celled(density, n=40_000, d=3):
    rng = np.random.default_rng(3)
    position, kernel = rng.random((d, n)), _jit.load([foam.kernel()])[0]
    weight, channel = density(position), np.zeros(n, dtype=np.int64)
    some = grids.uniform(1, d)
    return grids.with_cells(some, kernel, channel, position, weight, grids.least(some, channel, weight))


def _peak(x):
    return np.exp(-np.sum((x - 0.3) ** 2, axis=0) / 0.02)


def test_cells_fill_the_cube_without_overlap():
    some = _celled(_peak)
    volume = some.width[0].prod(axis=1)[np.diff(some.cells[0]) > 0]
    assert volume.sum() == pytest.approx(1)
    points = np.random.default_rng(1).random((500, 3))
    inside = (points[:, None] >= some.low[0]) & (points[:, None] < some.low[0] + some.width[0])
    assert np.all((inside.all(axis=2) & (np.diff(some.cells[0]) > 0)).sum(axis=1) == 1)


def test_cells_make_weights_alike_and_keep_their_mean():
    """A Gaussian of width 0.1 in three dimensions: unweighted at 1.6 % by one maximum, at more than 35 % by cells."""
    some = _celled(_peak)
    run = multichannel.engine().draws
    n, d = 64 * 512, 3
    frames, position, x = np.empty((6, n)), np.empty((d, n)), np.empty((d, n))
    cell, weight = np.empty(n), np.empty(n)
    arrays = some.edges, some.cells, some.guide, some.low, some.width
    beams, key = optics.numbers(optics.head_on(10.58)), np.array([1, 2], dtype=np.uint64)
    run(np.uint64(0), key, beams, np.zeros(n // 64, dtype=np.int64), *arrays, frames, position, x, cell, weight)
    found = weight * _peak(x)
    exact = (np.sqrt(0.02 * np.pi)) ** 3  # the tails beyond the cube are 1e-3 of it per dimension
    assert found.mean() == pytest.approx(exact, rel=0.01)
    assert found.mean() / grids.maximum(found) > 0.35
    assert np.all((x > 0) & (x < 1))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=50, max_size=500))
def test_a_thousandth_lies_above_the_maximum(values):
    weight = np.array(values)
    top = grids.maximum(weight)
    if weight.any():
        assert np.maximum(weight - top, 0).sum() == pytest.approx(grids.OVERWEIGHT * weight.sum(), rel=1e-6, abs=1e-9)
    else:
        assert top == 0


# -- sums


def test_pairs_integrate_to_their_closed_form():
    """4 pi alpha^2/(3 s) beta (1 + 2 m^2/s) GeV^-2 in fb, by the machine and its channels."""
    made = recipe("e+ e- -> mu+ mu-", ZERO, 10.58)
    made = replace(made, engine=tree(made.process, theory(ZERO)))
    found = sampling.trained(made, _jit.load(list(sampling.kernels(made)), 2), optics.head_on(10.58), 1, jobs=2)
    s = 10.58**2
    exact = GEV2_FB * 4 * np.pi * ALPHA_0**2 / (3 * s) * np.sqrt(1 - 4 * M_MU**2 / s) * (1 + 2 * M_MU**2 / s)
    weight = sampling.particles(found, "evaluate", 0, 10).weight
    assert weight.mean() == pytest.approx(exact, rel=1e-4)


def test_error_falls_as_one_over_the_root_of_n():
    some = sampler("e+ e- -> e+ e- gamma", cuts=VISIBLE)
    cut = api.conditions.parse
    mask = lambda p: api.conditions.passed([cut(t) for t in VISIBLE], p, {})  # noqa: E731
    means = [sampling.particles(some, "evaluate", b, cut=mask).weight.mean() for b in range(48)]
    single, grouped = np.std(means), np.std(np.array(means).reshape(-1, 8).mean(axis=1))
    assert grouped / single == pytest.approx(1 / np.sqrt(8), rel=0.8)


def test_attempts_do_not_depend_on_the_order_of_the_work():
    some = sampler("e+ e- -> e+ e- gamma", cuts=VISIBLE)
    whole = sampling.particles(some, "user", 0, 4)
    parts = [sampling.particles(some, "user", b) for b in (3, 2, 1, 0)][::-1]
    assert np.array_equal(whole.weight, np.concatenate([p.weight for p in parts]))
    assert np.array_equal(whole.momentum, np.concatenate([p.momentum for p in parts]))
    other = sampling.particles(some, "evaluate", 0, 4)
    assert not np.any(np.isin(other.momentum[:, 0, 1], whole.momentum[:, 0, 1]))


def test_training_does_not_depend_on_jobs(monkeypatch):
    monkeypatch.setattr(multichannel, "POINTS", 20_000)
    made = sampler("e+ e- -> gamma gamma").source
    one, two = (multichannel.trained(made, None, jobs) for jobs in (1, 2))
    assert one[1] == two[1]
    assert all(np.array_equal(getattr(one[0], name), getattr(two[0], name)) for name in store.FIELDS)


def test_learnt_grids_are_read_back_and_a_damaged_file_is_learnt_again(cache):
    before = set(cache.iterdir())
    first = sampler("e+ e- -> gamma gamma", cuts=["abs(cos_theta_cms(gamma)) < 0.7"])
    (path,) = set(cache.iterdir()) - before
    stamp = path.stat().st_mtime_ns
    again = sampler("e+ e- -> gamma gamma", cuts=["abs(cos_theta_cms(gamma)) < 0.7"])
    assert path.stat().st_mtime_ns == stamp
    path.write_bytes(path.read_bytes()[:100])
    third = sampler("e+ e- -> gamma gamma", cuts=["abs(cos_theta_cms(gamma)) < 0.7"])
    for other in (again, third):
        assert other.maximum == first.maximum
        assert all(np.array_equal(getattr(other.grids, name), getattr(first.grids, name)) for name in store.FIELDS)
    sampler("e+ e- -> gamma gamma", cuts=["abs(cos_theta_cms(gamma)) < 0.6"])
    assert len(set(cache.iterdir()) - before) == 2


def test_no_flipped_byte_of_a_grid_file_is_believed(cache):
    made = sampler("e+ e- -> gamma gamma", cuts=["abs(cos_theta_cms(gamma)) < 0.7"])
    path = max(cache.iterdir(), key=lambda p: p.stat().st_mtime_ns)
    store._write(path, made.grids, made.maximum)
    content = path.read_bytes()
    assert store._read(path) is not None
    for i in range(0, len(content), max(1, len(content) // 200)):
        path.write_bytes(content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :])
        assert store._read(path) is None
    path.write_bytes(content)


def test_grids_that_cannot_be_kept_lose_nothing(cache):
    made = sampler("e+ e- -> gamma gamma", cuts=["abs(cos_theta_cms(gamma)) < 0.7"])
    store._write(cache / "nowhere" / "x.grids", made.grids, made.maximum)
    (cache / "folder.grids").mkdir()
    store._write(cache / "folder.grids", made.grids, made.maximum)
    assert store._read(cache / "folder.grids") is None
    (cache / "folder.grids").rmdir()


@pytest.mark.parametrize("cut", ["theta_cms(e-) > 10 deg", "theta_cms(e+) < 170 deg", "abs(cos_theta_cms(e+)) < 0.9", "pt(e-) > 0.5"])
def test_any_cut_that_keeps_electrons_off_the_beams_makes_elastic_scattering_finite(cut):
    for beams in (None, "belle2"):
        order = api.prepare("e+ e- -> e+ e-", None, None, None, 10.58, "0", [cut], None, beams, None, 1, 2)
        weight = sampling.particles(order.sampler, "evaluate", 0, 4, order.cut).weight
        assert 0 < weight.mean() < 1e12


def test_a_cut_s_events_are_those_of_the_whole_that_pass():
    """One angle in two ways: as a cut that the sampler is trained for, and counted in a sample without it."""
    narrow, wide = (sampler("e+ e- -> gamma gamma", cuts=[f"abs(cos_theta_cms(gamma)) < {c}"]) for c in (0.5, 0.9))
    mask = lambda p: api.conditions.passed([api.conditions.parse("abs(cos_theta_cms(gamma)) < 0.5")], p, {})  # noqa: E731
    one, two = (sampling.particles(s, "evaluate", 0, 12, mask).weight for s in (narrow, wide))
    error = np.hypot(*(w.std() / np.sqrt(len(w)) for w in (one, two)))
    assert abs(one.mean() - two.mean()) < 4 * error


def test_the_nearest_approach_to_an_exchanged_photon_s_pole_is_that_of_the_masses():
    """|t| of an electron that stays on its beam falls to (m omega/E)^2, 1e-27 GeV^2 beside a soft photon: cut off far above that,
    the density leaves out half of the logarithm, and attempts there have thousand times the mean weight."""
    made = recipe("e+ e- -> e+ e- gamma", ZERO, 10.58, soft_photon=0.1)
    some = multichannel.source(made.process.name, made.engine, 0.1, 10.58, optics.head_on(10.58), 1, multichannel.engine())
    anywhere = np.random.default_rng(1).random((5, BLOCK))
    deep = anywhere ** np.array([[1], [1], [1], [6], [1]])  # x[3] is t in the first channel
    assert 0 < _values(some, deep).max() < 300 * _values(some, anywhere).mean()


def _values(some, x):
    """Weights, fb, of positions in the first channel, before grids and cells."""
    s, channel, n = np.full(BLOCK, 10.58**2), np.zeros(BLOCK // 64, dtype=np.int64), np.arange(BLOCK)
    momentum, valid = multichannel.phase_space.sampled(some.engine.sample, some.space, channel, s, x)
    return multichannel._values(some, s, momentum, n[valid > 0], np.zeros(2, dtype=np.uint64), 0)[0]


def test_unweighted_events_have_weights_but_for_a_thousandth():
    _, made = api.sample("e+ e- -> e+ e- gamma", 3000, cuts=VISIBLE)
    weight = made.particles.weight
    assert np.mean(weight > weight.min() * (1 + 1e-12)) < 0.01
    assert made.overweight_fraction < 5e-3
    assert weight.mean() == pytest.approx(made.cross_section.value)


def test_momenta_are_conserved_on_shell_and_in_the_laboratory():
    _, made = api.sample("e+ e- -> e+ e- mu+ mu-", 500, cuts=["mass(mu+, mu-) > 0.5"], detector="belle2")
    p = made.particles.momentum
    masses = p[..., 0] ** 2 - np.sum(p[..., 1:] ** 2, axis=-1)
    assert masses == pytest.approx(np.broadcast_to([M_E**2, M_E**2, M_MU**2, M_MU**2], masses.shape), abs=1e-12)
    total = p.sum(axis=1)
    assert np.std(total[:, 0]) == pytest.approx(np.hypot(5.13e-3, 2.375e-3), rel=0.15)  # the beams' energy spread
    assert total[:, 1].mean() == pytest.approx(11.006 * np.sin(0.0415), abs=1e-3)


@pytest.mark.parametrize(
    ("text", "name", "says"), [("mu+ mu-", "lmu_ltau", True), ("e+ e- gamma", "lmu_ltau", True), ("gamma a", "alp", False)]
)
def test_a_model_that_does_not_enter_is_said_to(text, name, says):
    made = recipe(f"e+ e- -> {text}", ZERO, 10.58, models.find(name), 1.0, 1e-3)
    notes = api._notes(made, models.find(name))
    assert bool(notes) == says
    assert not says or f"{name} does not enter e+ e- -> {text}" in notes[0]


# -- refusals


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ({"process": "e+ e- -> mu+ tau-"}, UnknownName, "no tree diagram leads to this process"),
        ({"process": "e+ e- -> mu+ mu- X"}, UnknownName, "needs --model"),
        ({"process": "e+ e- -> e+ e-"}, BadValue, "diverges along the beams"),
        ({"process": "e+ e- -> e+ e-", "cuts": ["theta_cms(e-) > 0"]}, BadValue, "diverges along the beams"),
        ({"process": "e+ e- -> e+ e-", "cuts": ["cos_theta_cms(e-) > -0.9"]}, BadValue, "diverges along the beams"),
        ({"process": "e+ e- -> e- e+", "cuts": ["theta(e+) > 0.001 deg"], "detector": "belle2"}, BadValue, "diverges along the beams"),
        (
            {"process": "e+ e- -> mu+ tau- Z'", "model": "lfv_zprime", "mass": 1.0, "coupling": 0.1, "parameters": {"g_mutau": 0.1}},
            BadValue,
            r"a stable particle of 1.77686 GeV inside it decays to: mu\+ Z'",
        ),
        (
            {"process": "e+ e- -> e+ mu- Z'", "model": "lfv_zprime", "mass": 0.01, "coupling": 0.1, "parameters": {"g_emu": 0.1}},
            BadValue,
            r"decays to: e\+ Z'",
        ),
        ({"process": "e+ e- -> tau+ tau- tau+ tau- tau+ tau-"}, BadValue, "closed at this energy"),
        ({"process": "e+ e- -> gamma a", "model": "alp", "mass": 11.0, "coupling": 1e-3}, BadValue, "out of range"),
        (
            {"process": "e+ e- -> A' h'", "model": "dark_higgs", "mass": 6.0, "coupling": 1e-3, "parameters": {"m_h": 5.0}},
            BadValue,
            "closed",
        ),
        ({"process": "e+ e- -> gamma gamma", "cuts": ["energy_cms(gamma) > 6"]}, BadValue, "does not converge"),
    ],
)
def test_what_cannot_be_is_refused(how, error, says):
    with pytest.raises(error, match=says):
        dr.cross_section(**how)


def test_the_direct_sampler_has_no_tree():
    made = recipe("e+ e- -> e+ e- gamma", ZERO, 10.58)
    with pytest.raises(AssertionError):
        direct.own(made)


def test_a_block_is_a_whole_number_of_chunks():
    assert BLOCK % multichannel.WIDE == 0
