"""Every entry of the numbers of other codes in data/statistics.json. Asked for: Feldman-Cousins to 1e-3, Bayes to 1e-4, CLs to 2e-3."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from darkrecoil.statistics import bayes, exact, fit, histfactory, rules, significance, upcrossings
from darkrecoil.statistics.counting import Counting, from_sources
from darkrecoil.statistics.coverage import coverage
from darkrecoil.statistics.feldman_cousins import feldman_cousins
from darkrecoil.statistics.model import Channel, Model, Norm, PerBin, Sample, Scale
from darkrecoil.statistics.nodes import Nodes, of_counting
from darkrecoil.statistics.packed import NO_BOUND, pack
from darkrecoil.statistics.pvalues import p_value
from darkrecoil.statistics.scan import Options, limits

REFERENCE = json.loads((Path(__file__).parent / "data" / "statistics.json").read_text())
FC, BAYES, CLS = 1e-3, 1e-4, 2e-3  # events; of the limit; of the limit


def entries(name):
    return pytest.mark.parametrize("entry", REFERENCE[name], ids=lambda e: "-".join(str(v) for v in list(e.values())[:5]))


def ends(n, window, level=0.9, rule="raw"):
    """The outer ends of the Feldman-Cousins set."""
    made = feldman_cousins(np.array([[n]]), of_counting(window), level, rule)[0][0]
    return made[0][0], made[-1][1]


def relative(error, value):
    return error / value if value else 0.0


# ---- Feldman-Cousins


@entries("a_feldman_cousins_90")
def test_feldman_cousins_90(entry):
    """The rule "monotone" was found there on a grid of backgrounds, which misses the thin tips of the teeth by up to 0.007; the tips
    round to the published number, which the grid in one case does not."""
    lower, upper = ends(entry["n0"], Counting(entry["b"]))
    assert (lower, upper) == pytest.approx((entry["lower"], entry["upper_raw"]), abs=FC)
    if "published_recalled" in entry:
        assert lower == pytest.approx(entry["published_recalled"][0], abs=0.0051)
    highest = ends(entry["n0"], Counting(entry["b"]), rule="monotone")[1]
    assert -FC < highest - entry["upper_monotone"] < (7e-3 if entry["upper_monotone"] - entry["upper_raw"] > FC else FC)
    if "published_recalled" in entry:
        assert highest == pytest.approx(entry["published_recalled"][1], abs=0.0051)


@entries("a_feldman_cousins_other_CL")
def test_feldman_cousins_at_other_levels(entry):
    found = ends(entry["n0"], Counting(entry["b"]), entry["cl"])
    assert found == pytest.approx((entry["lower"], entry["upper_raw"]), abs=FC)


@entries("a_root_TFeldmanCousins_6.40")
def test_feldman_cousins_of_root(entry):
    """Its grid has steps of 0.005 and it returns a point of it."""
    assert ends(entry["n0"], Counting(entry["b"])) == pytest.approx((entry["lower"], entry["upper"]), abs=0.0051)


@entries("f_FC_gaussian_nuisances_POLE_style")
def test_feldman_cousins_with_gaussian_nuisances(entry):
    """The other code's step is 0.001."""
    b, sigma_b = entry["b"], entry["sigma_b"]
    window = Counting(b, relative(sigma_b, b), 1.0, entry["sigma_eps"], response="gaussian")
    made = feldman_cousins(np.array([[entry["n0"]]]), of_counting(window), entry["cl"], "raw")[0][0]
    assert (made[0][0], made[-1][1]) == pytest.approx((entry["lower"], entry["upper"]), abs=1.1 * FC)
    assert (len(made) > 1) == entry["holes"]


# ---- Bayes


def gamma_windows(entry):
    """Background and efficiency both gamma-distributed: outside the counting window, so their nodes are given by hand."""
    efficiency, background = (
        rules.gamma((x / d) ** 2, d * d / x, 24) for x, d in ((entry["eps"], entry["sigma_eps"]), (entry["b"], entry["sigma_b"]))
    )
    weights = np.outer(efficiency.weights, background.weights).ravel()
    e, b = np.repeat(efficiency.points, 24), np.tile(background.points, 24)
    return Nodes(e[None], b[None], weights[None])


@entries("b_bayes_independent")
def test_bayesian_limits(entry):
    n, b, level = entry["n"], entry["b"], entry["cl"]
    kinds = entry.get("prior_b"), entry.get("prior_eps")
    if kinds == ("gamma", "gamma"):
        ours = exact.tail_limits(np.array([n]), np.zeros(1, np.int64), gamma_windows(entry), level, bayes=True)[0]
    elif kinds == ("gamma", "lognormal"):  # shape 1: a source of which no event was left
        assert entry["sigma_b"] == b
        ours = bayes.upper_limit(n, from_sources([0.0], [0.0], [b], efficiency_relative=entry["sigma_eps"]), level)
    else:
        response = "exponential" if kinds[1] == "lognormal" else "gaussian"
        ours = bayes.upper_limit(
            n, Counting(b, relative(entry.get("sigma_b", 0), b), 1.0, entry.get("sigma_eps", 0), response=response), level
        )
    assert ours == pytest.approx(entry["ul"], rel=BAYES)
    assert ours == pytest.approx(entry.get("mpmath", ours), rel=1e-7)


@entries("b_bayes_correlated")
def test_bayesian_limits_of_shared_nuisances(entry):
    effects = [tuple(Norm(f"n{i}", 1 + d, 1 / (1 + d)) for i, d in enumerate(entry[which]) if d) for which in ("srel", "brel")]
    samples = (Sample("s", [1.0], (Scale("mu"), *effects[0])), Sample("b", [entry["b"]], effects[1]))
    found = limits(Model((Channel("c", samples, [entry["n"]]),)), entry["cl"], Options("bayes"))[0]
    assert found.observed == pytest.approx(entry["ul"], rel=BAYES)


@entries("b_improper_truncated_gaussian_efficiency_n0")
def test_limits_of_an_improper_posterior_hang_on_the_bound(entry):
    window = Counting(0.0, 0.0, 1.0, entry["sd"], response="gaussian")
    assert bayes.upper_limit(0, window, 0.9, entry["S_max"]) == pytest.approx(entry["UL90"], rel=BAYES)


def test_bayesian_limits_of_roostats():
    """n = 3, b = 3 +- 22 %, efficiency +- 14.6 %: its numerical integral is good to half a per cent, its Markov chain of 1e5 steps to
    six; 50 points of its Feldman-Cousins end at 9.75 on a set that ends at 4.4."""
    window, found = Counting(3.0, 0.22, 1.0, 0.146, response="gaussian"), REFERENCE["h_roostats"]
    ours = bayes.upper_limit(3, window)
    assert found["BayesianCalculator_2nuis"][1] == pytest.approx(ours, rel=5e-3)
    assert found["MCMC_1e5"][1] == pytest.approx(ours, rel=0.06)
    assert found["RooStats_FC_50pts"][2] > 2 * ends(3, window)[1]


# ---- CLs and the profile likelihood


def workspace(entry):
    """The entry as a workspace; pyhf orders observations by the name of their channel."""
    channels = entry["spec"]["channels"]
    seen, at = {}, 0
    for channel in sorted(channels, key=lambda c: c["name"]):
        size = len(channel["samples"][0]["data"])
        seen[channel["name"]] = entry["obs"][at : at + size]
        at += size
    config = {"poi": "mu", "parameters": [{"name": "mu", "inits": [1.0], "bounds": [[0.0, 1e4]]}]}
    return {
        "channels": channels, "version": "1.0.0", "observations": [{"name": k, "data": v} for k, v in seen.items()],
        "measurements": [{"name": "m", "config": config}],
    }  # fmt: skip


@entries("c_pyhf_cls")
def test_cls_of_pyhf(entry):
    found = limits(histfactory.read(workspace(entry)), 1 - entry["level"], Options("cls", calculator="asymptotic"))[0]
    assert [found.observed, *found.expected] == pytest.approx(list(entry["limits"].values()), rel=CLS)


def test_cls_of_pyhf_with_exponential_responses():
    """Four events, background 3 +- 22 %, signal 1 +- 14.6 % +- 1.5 %, code 1."""
    signal = (Scale("mu"), Norm("eff", 1.146, 0.854), Norm("lumi", 1.015, 0.985))
    model = Model((Channel("c", (Sample("s", [1.0], signal), Sample("b", [3.0], (Norm("bkg", 1.22, 0.78),))), [4.0]),))
    found = limits(model, 0.9, Options("cls", calculator="asymptotic"))[0]
    assert [found.observed, *found.expected] == pytest.approx(REFERENCE["c_pyhf_code1_checks"]["1bin"], rel=1e-5)


def rolke(entry):
    """The likelihood of an entry of TRolke; a binomial efficiency as a Gaussian one."""
    kind, x = entry["model"], float(entry["x"])
    efficiency = entry.get("e", entry.get("z", 0) / entry.get("m", 1))
    error = entry.get("sde", 0.0)
    if "Binom" in kind:
        error = sqrt(efficiency * (1 - efficiency) / entry["m"])
    shift = (Norm("eff", 1 + error / efficiency, 1 - error / efficiency, 0),) if error else ()
    if kind.startswith("PoisBkg"):
        b, tau = entry["y"] / entry["tau"], entry["y"]
        background = Sample("b", [b], (PerBin("side", "poisson", [float(tau)], [float(entry["y"])]),))
    else:
        b = entry["bm"]
        background = Sample("b", [b], (Norm("bkg", 1 + entry["sdb"] / b, 1 - entry["sdb"] / b, 0),))
    return Model((Channel("c", (Sample("s", [efficiency], (Scale("mu"), *shift)), background), [x]),))


@pytest.mark.parametrize("entry", [e for e in REFERENCE["f_TRolke_6.40"] if e["x"] > 0], ids=lambda e: f"{e['model']}-{e['x']}")
def test_profile_intervals_of_trolke(entry):
    """Two-sided at 90 %: -2 ln L rises by 2.7055 at its ends; 1e-3 where the likelihoods are the same, and a Gaussian in place of a
    binomial efficiency moves the end by half a per cent."""
    model = rolke(entry)
    packed = pack(model)
    data = fit.as_data(packed, model.observed())
    best = fit.fit(packed, data, lowest=NO_BOUND)
    for end in entry["lim"]:
        if end > 0:
            rise = 2 * (fit.fit(packed, data, {0: np.array([end])}, lowest=NO_BOUND).value - best.value)[0]
            assert rise == pytest.approx(2.7055, rel=0.02 if "Binom" in entry["model"] else 2e-3)


@pytest.mark.parametrize("entry", [e for e in REFERENCE["f_TRolke_6.40"] if e["x"] == 0], ids=lambda e: f"{e['model']}-{e['x']}")
def test_trolke_has_a_rule_of_its_own_without_events(entry):
    """No event: the likelihood falls from s = 0 on, its unconstrained maximum lies below zero. TRolke's end is below half of the exact
    2.3/efficiency, which is the trap of asymptotic limits; every method here but the profile stays at or above it."""
    efficiency = entry.get("e", entry.get("z", 0) / entry.get("m", 1))
    b = entry.get("bm", entry.get("y", 0) / entry.get("tau", 1))
    assert entry["lim"][1] < 0.55 * 2.3026 / efficiency
    assert bayes.upper_limit(0, Counting(b, 0.3, efficiency, 0.1)) > 2.3 / efficiency


# ---- p-values


@entries("d_cousins_linnemann_tucker")
def test_significances_of_a_measured_background(entry):
    """Z_Bi exactly, by our own function and as a window of one generated source; the profile likelihood by the model; a Gaussian
    background by the window with its error. s/sqrt(b) and the like, in the last lines, are what one should not take. 1e-4 for two
    million events: the incomplete gamma function that those numbers rest on errs by 3e-5 there (mpmath: 1.1583236e-11, as ours)."""
    on, off, tau, b, sigma = (entry[k] for k in ("n_on", "n_off", "tau", "mu_b", "sigma_b"))
    assert significance.z_bi(on, off, tau) == pytest.approx(entry["Z_Bi"], rel=1e-9)
    assert entry["Z_Bi"] == pytest.approx(entry["Z_Bi_recalled"], abs=0.01)
    assert p_value(on, from_sources([b], [b / tau], [1 / tau])) == pytest.approx(entry["p_Bi"], rel=1e-8, abs=0)
    assert p_value(on, Counting(b, sigma / b, response="gaussian")) == pytest.approx(entry["p_N"], rel=1e-4, abs=0)
    assert p_value(on, Counting(b)) == pytest.approx(entry["p_poisson"], rel=1e-4, abs=0)
    background = Sample("b", [b], (PerBin("side", "poisson", [tau * b], [float(off)]),))
    model = Model((Channel("c", (Sample("s", [sqrt(on)], (Scale("mu"),)), background), [float(on)]),))
    profile = limits(model, 0.9, Options("profile", calculator="asymptotic"))[0]
    assert profile.significance == pytest.approx(entry["Z_PL"], rel=1e-5)
    assert (on - b) / sqrt(b) == pytest.approx(entry["Z_simple"], rel=1e-9)
    assert entry["Z_simple"] > entry["Z_Bi"]
    assert entry["Z_sb"] > entry["Z_Bi"]


@entries("d_pvalues_truncgauss_bkg")
def test_p_values_with_a_background_error(entry):
    got = p_value(entry["n"], Counting(entry["b"], entry["rel"], response="gaussian"))
    assert got == pytest.approx(entry["p_truncgauss"], rel=1e-9)
    assert p_value(entry["n"], Counting(entry["b"])) == pytest.approx(entry["p_nosyst"], rel=1e-9)
    assert significance.significances(np.array([got]))[0] == pytest.approx(entry["Z"], rel=1e-9)


@entries("e_gross_vitells_closed_form")
def test_global_p_value_of_a_gaussian_process(entry):
    """Bounded formula to rounding; toys of the process within three of their errors, or 2 %, where p is small enough for the bound."""
    z, crossings = entry["Z_local"], upcrossings.smooth(entry["L_over_sigma"])
    assert crossings == pytest.approx(entry["N_upcross_Z0"], rel=1e-9)
    assert crossings == pytest.approx(entry["N_upcross_MC"], rel=2e-3)
    ours = upcrossings.global_p(z, crossings, 0.0)
    assert ours == pytest.approx(entry["p_global_bounded"], rel=1e-6)
    assert -np.log1p(-ours) == pytest.approx(entry["p_global_formula"], rel=1e-6)
    if entry["p_global_MC"] > 0:
        assert ours == pytest.approx(entry["p_global_MC"], abs=3 * entry["MC_err"] + 0.02 * ours)


# ---- coverage and bands


@pytest.mark.parametrize(("b", "entry"), REFERENCE["g_exact_coverage_and_bands"].items(), ids=lambda x: x if isinstance(x, str) else "")
def test_coverage_and_bands(b, entry):
    window = Counting(float(b))
    signals = np.array([float(s) for s in entry["FC"]["at_s"]])
    names = {"fc": "FC", "bayes": "Bayes_flat_UL", "profile": "PL_qtilde_UL_asym"}
    means = {"fc": "FC_raw", "bayes": "Bayes", "profile": "PL"}
    for found in coverage(window, signals, methods=tuple(names)):
        assert found.averaged == pytest.approx(list(entry[names[found.method]]["at_s"].values()), abs=1e-6)
        assert found.mean_limit == pytest.approx(entry["mean_UL_b_only"][means[found.method]], rel=1e-5)
    worst = {name: np.array([entry[name]["at"]]) for name in names.values()}
    for method, name in names.items():
        assert coverage(window, worst[name], methods=(method,))[0].averaged[0] == pytest.approx(entry[name]["min"], abs=0.02)
    counts = bayes.expected_counts(window)[0]
    assert list(counts) == entry["band_n"]
    assert bayes.expected(window) == pytest.approx(entry["band_Bayes_UL"], rel=BAYES)
    assert [ends(n, window)[1] for n in counts] == pytest.approx(entry["band_FC_UL"], abs=FC)
