"""The model of channels, samples and nuisances: against pyhf, closed forms, its own uncompiled kernels; combination, pulls."""

import json
from dataclasses import replace

import numpy as np
import pytest

from darkrecoil._errors import BadFile, BadValue, DarkrecoilError, UnknownName
from darkrecoil.statistics import asymptotic, fit, histfactory, likelihood
from darkrecoil.statistics.asymptotic import BANDS
from darkrecoil.statistics.model import Channel, Constraint, Model, Norm, PerBin, Sample, Scale, Shape, combine
from darkrecoil.statistics.packed import NO_BOUND, pack
from darkrecoil.statistics.pulls import pulls
from darkrecoil.statistics.scan import Options, limits


def counting(n, b, signal=(), background=(), s=1.0):
    return Model((Channel("c", (Sample("s", [s], (Scale("mu"), *signal)), Sample("b", [b], tuple(background))), [n]),))


def normsys(name, hi, lo):
    return {"name": name, "type": "normsys", "data": {"hi": hi, "lo": lo}}


def workspace(channels, seen):
    poi = {"name": "mu", "type": "normfactor", "data": None}
    made = [
        {"name": name, "samples": [{"name": "s", "data": s, "modifiers": [poi, *sm]}, {"name": "b", "data": b, "modifiers": bm}]}
        for name, s, sm, b, bm in channels
    ]
    return {
        "channels": made, "version": "1.0.0", "observations": [{"name": n, "data": d} for n, d in seen.items()],
        "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": [{"name": "mu", "inits": [1.0], "bounds": [[0.0, 1e4]]}]}}],
    }  # fmt: skip


B = 28.182391884404275 * np.exp(-0.125 * np.arange(10))
BUMP = 20 * 0.3810128816312577 / 2 * np.exp(-0.5 * ((np.arange(10) - 4.5) / 1.2) ** 2) / 1.0
EFF, BKG = normsys("eff", 1.146, 0.854), normsys("bkg", 1.22, 0.78)
SYST = {
    n: normsys(n, 1 + d, 1 - d) for n, d in {"lumi": 0.015, "pid": 0.04, "trk": 0.04, "trg_mu": 0.05, "trg_e": 0.01, "tau": 0.22}.items()
}
TWO = workspace(
    [
        ("mumu", [4.0], [SYST[n] for n in ("lumi", "pid", "trk", "trg_mu")], [6.0], [SYST[n] for n in ("tau", "pid", "trk")]),
        ("emu", [2.5], [SYST[n] for n in ("lumi", "pid", "trk", "trg_e")], [4.0], [SYST[n] for n in ("tau", "pid")]),
    ],
    {"mumu": [3.0], "emu": [7.0]},
)


@pytest.mark.parametrize(  # pyhf 0.7.6, root finding to 1e-9: observed, then -2 ... +2 sigma, CLs at 90 %
    ("spec", "wanted"),
    [
        (workspace([("c", [1.0], [], [3.0], [])], {"c": [3.0]}),
         [3.8137728385635166, 1.6927084777686034, 2.4493593965746907, 3.8137728385635166, 6.183239633316556, 9.7735717224921]),
        (workspace([("c", [1.0], [EFF], [3.0], [BKG])], {"c": [5.0]}),
         [6.1378758822943205, 1.8288229460899261, 2.6439132315791505, 4.132033601111558, 6.803936533746055, 11.08669010106618]),
        (workspace([("c", [1.0], [EFF], [30.0], [BKG])], {"c": [30.0]}),
         [14.848445921101103, 7.480624269577171, 10.29148571146801, 14.848445921101103, 22.041352355762488, 32.216826038389584]),
        (TWO, [1.0853360035294668, 0.5347537459127525, 0.7485883270090197, 1.1085702567598412, 1.6854969916279943, 2.5005516767348026]),
    ],
    ids=["known", "few", "many", "two channels"],
)  # fmt: skip
def test_cls_of_pyhf(spec, wanted):
    found = limits(histfactory.read(spec), 0.9, Options("cls", calculator="asymptotic"))[0]
    assert [found.observed, *found.expected] == pytest.approx(wanted, rel=1e-6)


def shapes():
    tilt = {
        "name": "tilt",
        "type": "histosys",
        "data": {"hi_data": (B * (0.865 + 0.03 * np.arange(10))).tolist(), "lo_data": (B * (1.135 - 0.03 * np.arange(10))).tolist()},
    }
    stat = {"name": "mc", "type": "staterror", "data": (0.1 * B).tolist()}
    sys = {"name": "ss", "type": "shapesys", "data": (0.2 * B).tolist()}
    data = [30.0, 24, 23, 17, 20, 14, 15, 10, 11, 8]
    return {
        "tilt": workspace([("m", BUMP.tolist(), [], B.tolist(), [tilt, normsys("nrm", 1.1, 0.9)])], {"m": data}),
        "staterror": workspace([("m", BUMP.tolist(), [normsys("eff", 1.1, 0.92)], B.tolist(), [stat, tilt])], {"m": data}),
        "shapesys": workspace([("m", BUMP.tolist(), [], B.tolist(), [sys])], {"m": data}),
        "lumi": {**(w := workspace([("m", BUMP.tolist(), [], B.tolist(), [{"name": "lumi", "type": "lumi", "data": None}])], {"m": data})),
                 "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": [
                     *w["measurements"][0]["config"]["parameters"],
                     {"name": "lumi", "auxdata": [1.0], "sigmas": [0.05], "bounds": [[0.5, 1.5]], "inits": [1.0]}]}}]},
    }  # fmt: skip


def many_bins(bins):
    """A peak on a falling background with five nuisances, responses as pyhf's codes 1 and 0 have them."""
    x = (np.arange(bins) + 0.5) / bins
    background = 300 * np.exp(-x) / np.exp(-x).sum()
    peak = np.exp(-0.5 * ((x - 0.4) / 0.04) ** 2)
    signal = [Norm(name, 1 + d, 1 - d, 1) for name, d in {"lumi": 0.015, "eff": 0.1, "trk": 0.04}.items()]
    other = [
        Norm("bkg", 1.2, 0.8, 1),
        Norm("trk", 1.04, 0.96, 1),
        Shape("tilt", background * (1.1 - 0.2 * x), background * (0.9 + 0.2 * x), 0),
    ]
    seen = np.random.default_rng(1).poisson(background + 0.2 * peak).astype(float)
    samples = Sample("s", 20 * peak / peak.sum(), (Scale("mu"), *signal)), Sample("b", background, tuple(other))
    return Model((Channel("c", samples, seen),))


@pytest.mark.filterwarnings("ignore:jsonschema.RefResolver:DeprecationWarning")
@pytest.mark.parametrize("name", ["tilt", "staterror", "shapesys", "lumi", 50, 500])
def test_every_modifier_against_pyhf(name):
    """CLs at our limits, observed and five expected, by pyhf in the same run; after a round trip through our own model."""
    pyhf = pytest.importorskip("pyhf")
    model = many_bins(name) if isinstance(name, int) else histfactory.read(shapes()[name])
    again = json.loads(json.dumps(histfactory.write(model)))
    theirs = pyhf.Workspace(again)
    made = theirs.model(modifier_settings=histfactory.codes(model))
    data = theirs.data(made)
    found = limits(model, 0.9, Options("cls", calculator="asymptotic"))[0]
    mu = found.observed
    packed = pack(model)
    seen = asymptotic.as_data(packed, model.observed())
    base = asymptotic.asimov(packed, seen)
    ratios = asymptotic.ratios(packed, seen, fit.fit(packed, seen), base, np.array([mu]))
    ours = float(np.exp(asymptotic.log_p("cls", ratios, np.array([True]))[0][0]))
    assert ours == pytest.approx(0.1, abs=1e-6)
    observed, expected = pyhf.infer.hypotest(mu, data, made, test_stat="qtilde", return_expected_set=True)
    assert float(observed) == pytest.approx(ours, abs=2e-4)
    for limit, i in zip(found.expected, range(5), strict=True):
        _, again_expected = pyhf.infer.hypotest(limit, data, made, test_stat="qtilde", return_expected_set=True)
        assert float(again_expected[i]) == pytest.approx(0.1, abs=2e-3)
    assert len(expected) == 5


def test_counts_generated_in_an_empty_window_come_back_from_a_workspace():
    """They are written as a factor that a channel of its own counts; read, they are one parameter again, not two."""
    empty = Sample("b", [1.5], (PerBin("mc", "poisson", 1.0, 0.0), Norm("bkg", 1.2, 0.8, 1)))
    model = Model((Channel("c", (Sample("s", [1.0], (Scale("mu"),)), empty), [1.0]),))
    again = histfactory.read(json.loads(json.dumps(histfactory.write(model))), norm_code=1)
    assert [channel.name for channel in again.channels] == ["c"]
    one, two = (limits(some, 0.9, Options("cls", calculator="asymptotic"))[0] for some in (model, again))
    assert two.observed == pytest.approx(one.observed, rel=1e-9)
    assert two.expected == pytest.approx(one.expected, rel=1e-9)


def test_a_factor_that_channels_share_is_refused():
    free = {"name": "f", "type": "shapefactor", "data": None}
    shared = workspace([(name, [1.0], [], [3.0], [free]) for name in ("one", "two")], {"one": [1.0], "two": [2.0]})
    with pytest.raises(BadFile, match="a shapefactor that channels share is not read: f"):
        histfactory.read(shared)


def norm(kind, z):
    return likelihood.norm(kind, z, likelihood.coefficients(kind, 1.3, 0.8))


def test_interpolation_codes_meet_at_one_and_are_smooth():
    """Codes 1 and 4 agree from one standard deviation on and at zero; code 4 has no kink at zero; derivatives by differences."""
    for z in (-2.5, -1.0, 1.0, 3.0):
        assert norm(likelihood.NORM_4, z)[0] == pytest.approx(norm(likelihood.NORM_1, z)[0], rel=1e-12)
    for kind in (likelihood.NORM_0, likelihood.NORM_1, likelihood.NORM_4):
        for z in (-1.7, -0.6, 0.3, 0.9, 1.4):
            (f, d), up, down = (norm(kind, z + h) for h in (0.0, 1e-6, -1e-6))
            assert d * f == pytest.approx((up[0] - down[0]) / 2e-6, rel=1e-7)
    for kind in (likelihood.SHAPE_0, likelihood.SHAPE_4):
        for z in (-1.7, -0.6, 0.3, 0.9, 1.4):
            (_, d), up, down = (likelihood.shape(kind, z + h, 3.0, 2.0) for h in (0.0, 1e-6, -1e-6))
            assert d == pytest.approx((up[0] - down[0]) / 2e-6, rel=1e-7)
    left, right = (norm(likelihood.NORM_4, z)[1] for z in (-1e-9, 1e-9))
    assert left == pytest.approx(right, rel=1e-7)
    assert abs(norm(likelihood.NORM_1, -1e-9)[1] - norm(likelihood.NORM_1, 1e-9)[1]) > 0.01


def rich():
    signal = Sample("s", BUMP, (Scale("mu"), Norm("eff", 1.1, 0.92, 4)))
    return Model(
        (
            Channel("a", (signal, Sample("b", B, (Shape("tilt", B * 1.1, B * 0.95, 4), PerBin("g", "poisson", 25.0, 25.0)))), B.round()),
            Channel("c", (Sample("s", [2.0], (Scale("mu"),)), Sample("b", [9.0], (Scale("free"), Norm("eff", 0.9, 1.2)))), [11.0]),
        )
    )  # fmt: skip


def test_expected_counts_compiled_and_not():
    packed = pack(rich())
    theta, gamma = packed.start * 0.9 + 0.3, packed.local_start * 1.1
    plain = np.empty((1, packed.bins))
    likelihood.expect(np.zeros(1, np.int64), theta, gamma, *packed.numbers, plain)
    assert fit.expected_counts(packed, np.zeros(1, np.int64), theta, gamma) == pytest.approx(plain, rel=1e-13)


def minus_log(packed, data, theta, gamma):
    """-ln L of one data set, written down."""
    lam = fit.expected_counts(packed, data.which, theta, gamma)[0]
    pull, width = (theta - data.auxiliary)[0] / packed.widths[0], packed.local_widths[0]
    mean = width * gamma[0]
    local = np.where(
        packed.local_kinds == likelihood.POISSON, mean - data.local[0] * np.log(mean), 0.5 * ((gamma[0] - data.local[0]) / width) ** 2
    )
    constrained = 0.5 * pull[packed.kinds == likelihood.GAUSSIAN] ** 2
    return float((lam - data.counts[0] * np.log(lam)).sum() + constrained.sum() + local.sum())


def test_the_minimum_is_one():
    """scipy finds nothing below it, and the derivatives there vanish."""
    from scipy.optimize import minimize

    packed = pack(rich())
    data = fit.as_data(packed, rich().observed())
    best = fit.check(fit.fit(packed, data, lowest=NO_BOUND))

    def value(x):
        theta, gamma = x[None, : len(packed.names)], np.maximum(x[None, len(packed.names) :], 1e-9)
        return minus_log(packed, data, theta, gamma)

    x = np.concatenate([best.theta[0], best.gamma[0]])
    assert value(x) == pytest.approx(best.value[0], abs=1e-9)
    theirs = minimize(value, x + 0.05, method="BFGS", options={"gtol": 1e-5})
    assert best.value[0] <= theirs.fun + 1e-7
    for i in range(1, len(x)):
        step = np.zeros(len(x))
        step[i] = 1e-4
        assert value(x + step) - value(x - step) == pytest.approx(0, abs=1e-7)


def test_fits_that_end_at_the_bound_end():
    """Data without a signal, exactly: the best signal is zero, and rounding leaves some steps just above it."""
    x = (np.arange(50) + 0.5) / 50
    background = 300 * np.exp(-x) / np.exp(-x).sum()
    peak = np.exp(-0.5 * ((x - np.linspace(0.15, 0.85, 1000)[:, None]) / 0.04) ** 2)
    signal = Sample(
        "s", 20 * peak / peak.sum(axis=1, keepdims=True), (Scale("mu"), Norm("lumi", 1.015, 1 / 1.015), Norm("eff", 1.1, 1 / 1.1))
    )
    tilt = Shape("tilt", background * (1.05 - 0.1 * x), background * (0.95 + 0.1 * x))
    model = Model((Channel("c", (signal, Sample("b", background, (Norm("bkg", 1.2, 1 / 1.2), tilt))), background.round()),))
    packed = pack(model)
    base = asymptotic.asimov(packed, fit.as_data(packed, model.observed()))
    found = fit.fit(packed, base.data)
    assert found.good.all()
    assert found.theta[:, 0] == pytest.approx(0.0, abs=1e-4)


def test_jobs_and_order_do_not_matter():
    packed = pack(rich())
    one = fit.as_data(packed, rich().observed())
    rng = np.random.default_rng(1)
    many = fit.Data(
        np.zeros(700, np.int64),
        rng.poisson(one.counts[0], (700, 11)).astype(float),
        np.repeat(one.auxiliary, 700, 0),
        np.repeat(one.local, 700, 0),
    )
    first, second = (fit.fit(packed, many, jobs=jobs) for jobs in (1, 3))
    assert (first.value == second.value).all()
    assert (first.theta == second.theta).all()
    back = fit.fit(packed, many.rows(np.arange(699, -1, -1)))
    assert (back.theta[::-1] == first.theta).all()


def test_many_hypotheses_are_one_after_the_other():
    shapes_ = np.array([np.roll(BUMP, k) for k in (-2, 0, 3)])
    high = np.array([1.1, 1.2, 1.3])
    model = Model(
        (
            Channel(
                "m", (Sample("s", shapes_, (Scale("mu"), Norm("eff", high, 1 / high))), Sample("b", B, (Norm("n", 1.1, 0.9),))), B.round()
            ),
        )
    )
    for how in (Options("cls"), Options("fc"), Options("profile"), Options("bayes")):
        together = limits(model, 0.9, how)
        for h in range(3):
            alone = Model(
                (
                    Channel(
                        "m",
                        (Sample("s", shapes_[h], (Scale("mu"), Norm("eff", high[h], 1 / high[h]))), Sample("b", B, (Norm("n", 1.1, 0.9),))),
                        B.round(),
                    ),
                )
            )
            found = limits(alone, 0.9, how)[0]
            assert together[h].observed == pytest.approx(found.observed, rel=1e-6)
            assert together[h].expected == pytest.approx(found.expected, rel=1e-6)
            assert together[h].expected == tuple(sorted(together[h].expected))


def test_two_halves_combined_are_the_whole():
    """Halves of a luminosity with shared nuisances; and a third channel without signal that measures the background."""
    both, eff = (Norm("bkg", 1.2, 1 / 1.2),), (Norm("eff", 1.15, 1 / 1.15),)
    whole = counting(8, 6.0, eff, both, 2.0)
    half = replace(counting(4, 3.0, eff, both, 1.0))
    made = combine([half, half], ["first ", "second "])
    for method in ("cls", "bayes"):
        how = Options(method, calculator="asymptotic")
        assert limits(made, 0.9, how)[0].observed == pytest.approx(limits(whole, 0.9, how)[0].observed, rel=2e-4)
    side = Model((Channel("side", (Sample("b", [600.0], both), Sample("s", [1e-9], (Scale("mu"),))), [600.0]),))
    better = limits(combine([whole, side]), 0.9, Options("cls", calculator="asymptotic"))[0].observed
    assert better < limits(whole, 0.9, Options("cls", calculator="asymptotic"))[0].observed
    with pytest.raises(BadValue, match="different names"):
        combine([half, half])


def test_pulls_and_impacts_of_a_gaussian_case():
    """One bin of many events: the nuisance of the background is pulled by nothing (the signal takes all), its impact is its own size."""
    packed = pack(counting(10_000.0, 9_800.0, (), (Norm("bkg", 1.01, 1 / 1.01),), 100.0))
    (pull,) = pulls(packed, np.array([10_000.0]))
    assert pull.value == pytest.approx(0.0, abs=1e-5)
    assert pull.errors == pytest.approx((1.0, 1.0), rel=1e-4)
    assert pull.impact == pytest.approx((0.97, -0.98), abs=0.01)
    control = Model(
        (Channel("side", (Sample("b", [9_800.0], (Norm("bkg", 1.01, 1 / 1.01),)), Sample("s", [1e-9], (Scale("mu"),))), [9_900.0]),)
    )
    (tight,) = [
        p
        for p in pulls(
            pack(combine([counting(10_000.0, 9_800.0, (), (Norm("bkg", 1.01, 1 / 1.01),), 100.0), control])), np.array([10_000.0, 9_900.0])
        )
        if p.name == "bkg"
    ]
    assert 0.4 < tight.value < 0.6
    assert tight.errors[0] == pytest.approx(1 / np.sqrt(2), rel=0.05)


def test_profile_intervals_of_another_program():
    """TRolke of ROOT 6.40, two-sided at 90 %: -2 ln L rises by 2.7055; Gaussian background and efficiency. (With no event it has a
    rule of its own, which is not this likelihood's: not compared.)"""
    for n, b, sigma_b, sigma_e, upper in ((3, 3.0, 0.66, 0.146, 4.029802786832469), (3, 3.0, 0.9, 0.0, 4.037514182409845)):
        effects = (Norm("eff", 1 + sigma_e, 1 - sigma_e, 0),) if sigma_e else ()
        packed = pack(counting(n, b, effects, (Norm("bkg", 1 + sigma_b / b, 1 - sigma_b / b, 0),)))
        data = fit.as_data(packed, np.array([float(n)]))
        best = fit.fit(packed, data, lowest=NO_BOUND)
        rise = 2 * (fit.fit(packed, data, {0: np.array([upper])}).value - best.value)
        assert rise[0] == pytest.approx(2.7055, abs=2e-3)


def test_refusals():
    signal = Sample("s", [1.0], (Scale("mu"),))
    cases = [
        (lambda: Model((Channel("c", (Sample("b", [1.0]),)),)), "no sample is scaled"),
        (lambda: Channel("c", (signal, Sample("b", [1.0, 2.0]))), "number of bins"),
        (lambda: Channel("c", (signal,), [1.0, 2.0]), "another number of bins"),
        (lambda: Channel("c", ()), "no samples"),
        (lambda: Sample("b", [-1.0]), "at least zero"),
        (lambda: Norm("x", 0.0, 1.0), "above"),
        (lambda: Norm("x", 1.1, 0.9, 3), "interpolation"),
        (lambda: Sample("b", [np.nan]), "at least zero"),
        (lambda: Model((Channel("c", (signal,)),)).observed(), "no observed counts"),
        (lambda: pack(Model((Channel("c", (signal,)),), constraints={"x": Constraint(1.0, 0.1)})), "no parameter of this name"),
        (lambda: histfactory.write(Model((Channel("c", (Sample("s", [[1.0], [2.0]], (Scale("mu"),)),)),))), "one hypothesis"),
        (lambda: histfactory.read({}), "not a HistFactory workspace"),
        (lambda: limits(counting(1, 1.0), 1.5), "level"),
        (lambda: Options("best"), "method"),
        (lambda: Options(calculator="guess"), "calculator"),
    ]
    for ask, says in cases:
        with pytest.raises((BadValue, UnknownName, BadFile), match=says) as caught:
            ask()
        assert "\n" not in str(caught.value)


def test_a_failed_fit_is_marked_and_stops_nothing():
    """A data set that the model cannot make, among good ones: a count in a bin where nothing is expected."""
    model = Model((Channel("c", (Sample("s", [1.0, 0.0], (Scale("mu"),)), Sample("b", [1.0, 0.0]))),))
    packed = pack(model)
    one = fit.as_data(packed, np.array([2.0, 0.0]))
    data = fit.Data(np.zeros(2, np.int64), np.array([[2.0, 0.0], [2.0, 3.0]]), np.repeat(one.auxiliary, 2, 0), np.repeat(one.local, 2, 0))
    found = fit.fit(packed, data)
    assert found.good.tolist() == [True, False]
    with pytest.raises(DarkrecoilError, match="1 of 2"):
        fit.check(found)


def test_bands_are_those_of_counts_for_many_events():
    """The Asimov band of one bin against the band of its count: 400 events, quantiles move by one in 20."""
    found = limits(counting(400, 400.0), 0.9, Options("cls", calculator="asymptotic"))[0]
    for z, limit in zip(BANDS, found.expected, strict=True):
        again = limits(counting(round(400 + 20 * z), 400.0), 0.9, Options("cls", calculator="asymptotic"))[0]
        assert limit == pytest.approx(again.observed, rel=0.04)
