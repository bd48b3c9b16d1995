"""Limits: windows, systematics, couplings, projections, a golden cutflow and limit."""

import json
import sys
from dataclasses import replace
from math import sqrt

import golden_tools
import numpy as np
import pytest

from darkrecoil import analyses, limits, models
from darkrecoil._errors import BadValue, DarkrecoilError, UnknownName
from darkrecoil.limits import luminosity
from darkrecoil.limits.api import as_masses
from darkrecoil.limits.curve import curve, nuisances
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.study import COUPLING, dataset_by
from darkrecoil.statistics import bayes, counting

PUBLISHED = Settings(0.276, 0.90)


def at(made, mass, settings=PUBLISHED):
    return next(p for p in curve(made, settings).points if p.mass == mass)


def test_golden_cutflow_and_limit(small_study):
    golden_tools.compare(small_study.analysis.name, golden_tools.facts(at(small_study, 3.0)))


def test_window_is_two_widths_about_the_mass(small_study):
    point = at(small_study, 3.0)
    low, high = point.window
    assert (low + high) / 2 == pytest.approx(9.0)
    assert high - low == pytest.approx(4 * point.resolution)


def test_corrections_stand_on_signal_and_background_once(small_study):
    published, bare = at(small_study, 3.0), at(small_study, 3.0, replace(PUBLISHED, without=("ffo plateau", "data/MC")))
    assert published.efficiency == pytest.approx(0.79 * 0.65 * published.efficiency_uncorrected)
    assert published.background == pytest.approx(0.79 * 0.65 * bare.background)
    assert bare.efficiency == bare.efficiency_uncorrected
    one = at(small_study, 3.0, replace(PUBLISHED, without=("data/MC",)))
    assert one.efficiency == pytest.approx(0.79 * bare.efficiency)


def test_systematics_are_those_of_the_table(small_study):
    """Signal 14.68 %, background 22.1 %, and not the other way round."""
    (_, errors) = nuisances(small_study.dataset, PUBLISHED)
    assert errors == pytest.approx((0.1468, 0.2209), abs=1e-4)
    assert nuisances(small_study.dataset, replace(PUBLISHED, scenario="statistics-only")) == ((1.0, 1.0), (0.0, 0.0))
    _, scaled = nuisances(small_study.dataset, replace(PUBLISHED, luminosity=27.6, scenario="scaled"))
    assert scaled == pytest.approx((0.01468, 0.02209), abs=1e-5)


def test_a_suppression_that_is_off_has_no_uncertainty():
    """The 22 % of the taus' suppression go with it, and the limit moves: 2 % are left to the background."""
    analysis = analyses.find("belle2_zprime_invisible")
    made = limits.study(
        analysis, models.find("lmu_ltau"), analysis.datasets[0], [3.0], jobs=2, attempts=8192, signal_attempts=8192, suppression="off"
    )
    assert made.cuts is None
    assert "tau suppression" not in made.dataset.systematics
    assert "background before tau suppression" in made.dataset.systematics
    assert nuisances(made.dataset, PUBLISHED)[1] == pytest.approx((0.1468, 0.02), abs=1e-4)
    both_ = [curve(one, PUBLISHED) for one in (made, replace(made, dataset=analysis.datasets[0]))]
    less, more = (found.points[0] for found in both_)
    assert less.background == more.background
    assert less.background_error < more.background_error
    assert less.expected_cross_section[4] < 0.95 * more.expected_cross_section[4]  # so few generated events blur the median
    assert "tau suppression: off, and no systematic uncertainty of it" in both_[0].assumptions


def test_systematics_only_weaken(small_study):
    """Compare at the same corrections: the data set without its systematics against the data set."""
    bare = replace(small_study, dataset=replace(small_study.dataset, systematics={}))
    for mass in (0.5, 3.0, 7.0):
        assert at(bare, mass).expected_coupling[3] < at(small_study, mass).expected_coupling[3]


def test_limit_is_the_statistics_of_its_own_numbers(small_study):
    """Counts and errors handed down by hand give the same limit: nothing is lost or swapped on the way."""
    point = at(small_study, 3.0)
    sums, units = [], []
    for b in small_study.backgrounds:
        inside = (b.values > point.window[0]) & (b.values < point.window[1])
        w = b.weights[inside] / b.attempts * 0.276 * 0.79 * 0.65
        sums.append((w.sum(), (w**2).sum()))
        units.append(b.unit * 0.276 * 0.79 * 0.65)
    last = point.cutflow.rows[-1]
    relative = sqrt(0.05**2 + 0.04**2 + 0.04**2 + 0.015**2 + 0.125**2 + (last.efficiency_error / last.efficiency) ** 2)
    window = counting.from_sources(
        [s for s, _ in sums], [v for _, v in sums], units, sqrt(0.22**2 + 0.02**2), 0.276 * point.efficiency, relative
    )
    assert point.expected_cross_section == pytest.approx(bayes.expected(window, 0.9))
    assert point.background == pytest.approx(sum(s for s, _ in sums))


def test_spectra_hold_what_the_limit_counts(small_study):
    """Backgrounds with their correction, whole events in the window; signals at their median limit, with or without a model."""
    (whole,) = curve(small_study, PUBLISHED).spectra.background.values.sum(axis=1, keepdims=True).T
    low, high, _ = small_study.analysis.binning
    for total, some in zip(whole, small_study.backgrounds, strict=True):
        seen = some.weights[(some.values >= low) & (some.values <= high)]
        assert total == pytest.approx(0.79 * 0.65 * seen.sum() / some.attempts)
    made = curve(small_study, PUBLISHED).spectra
    assert sorted(made.signals) == [0.5, 3.0, 7.0]  # no limit at 9 GeV, and no line
    assert made.systematic == pytest.approx(0.2209, abs=1e-4)
    point, some = at(small_study, 3.0), small_study.signals[3.0]
    inside = (some.values > point.window[0]) & (some.values < point.window[1])
    share = some.weights[inside].sum() / some.weights[(some.values >= low) & (some.values <= high)].sum()
    limit = point.expected_efficiency_times_cross_section[2]
    assert share * made.signals[3.0].values.sum() == pytest.approx(limit)
    alone = at(small_study, 3.0, replace(PUBLISHED, independent=True)).expected_efficiency_times_cross_section[2]
    drawn = curve(small_study, replace(PUBLISHED, independent=True)).spectra.signals[3.0]
    assert share * drawn.values.sum() == pytest.approx(alone)
    assert made.data is None


def test_spectra_hold_the_data(small_study):
    data = small_study.backgrounds[0]
    seen = curve(small_study, replace(PUBLISHED, data=data)).spectra.data
    low, high, bins = small_study.analysis.binning
    assert seen.shape == (bins,)
    assert seen.sum() == ((data.values >= low) & (data.values <= high)).sum()


def test_coupling_is_the_square_root_of_the_cross_section(small_study):
    point = at(small_study, 3.0)
    fraction = models.branching_fractions(small_study.model, 3.0, 0.1)["invisible"]
    sigma = small_study.signals[3.0].cross_section()
    assert small_study.peak(3.0).cross_section() == pytest.approx(137.1, rel=0.01)  # without radiation
    assert 0.9 * 137.1 < sigma < 137.1
    assert point.expected_coupling[2] == pytest.approx(COUPLING * sqrt(point.expected_cross_section[2] / (sigma * fraction)))


def test_both_hypotheses_of_the_invisible_fraction(small_study):
    model, one = at(small_study, 3.0), at(small_study, 3.0, replace(PUBLISHED, invisible="1"))
    fraction = models.branching_fractions(small_study.model, 3.0, 0.1)["invisible"]
    assert one.expected_cross_section == model.expected_cross_section
    assert model.expected_coupling[2] / one.expected_coupling[2] == pytest.approx(1 / sqrt(fraction))


def test_limit_falls_as_the_fourth_root_of_luminosity(small_study):
    """Where the background is large and known the cross-section limit goes as 1/sqrt(L), the coupling as its root."""

    def known(b):
        return replace(b, values=np.tile(b.values, 1000), weights=np.tile(b.weights, 1000) / 1000, unit=b.unit / 1000)

    exact = replace(small_study, backgrounds=tuple(known(b) for b in small_study.table.values()))
    one, two = (at(exact, 3.0, Settings(x, 0.9, scenario="statistics-only")) for x in (5.0, 20.0))
    assert one.expected_coupling[2] / two.expected_coupling[2] == pytest.approx(4**0.25, rel=0.04)


def test_a_mass_beyond_the_end_has_a_reason_and_no_number(small_study):
    far = replace(small_study, closed={9.5: "mass 9.5 GeV is outside the search's range, 0 to 9 GeV"})
    point = at(far, 9.5)
    assert point.expected_coupling is None
    assert point.expected_cross_section is None
    assert "outside the search" in point.reason


def test_few_events_are_a_reason(small_study):
    few = replace(small_study.signals[3.0], values=np.ones(5), weights=np.ones(5))
    point = at(replace(small_study, signals={3.0: few}, peaks={}), 3.0)
    assert "5 of" in point.reason
    assert point.coupling_limit is None


def test_data_are_counted(small_study):
    """With a signal's worth of events in the window the observed limit is weaker than expected and p is small."""
    low, high = at(small_study, 3.0).window
    data = replace(small_study.signals[3.0], values=np.full(60, (low + high) / 2), weights=np.ones(60))
    point = at(small_study, 3.0, replace(PUBLISHED, data=data))
    assert point.observed == 60
    assert point.p_value < 0.01
    assert point.coupling_limit > point.expected_coupling[2]
    assert point.excluded == ((point.coupling_limit, small_study.model.coupling.high),)


def test_statistics_only_takes_the_generated_counts_as_known(small_study):
    point = at(small_study, 3.0, Settings(50.0, 0.9, scenario="statistics-only"))
    assert point.background_error == pytest.approx(0.0, abs=1e-9)


def test_too_few_generated_events_are_said(small_study):
    full = replace(small_study, backgrounds=tuple(small_study.table.values())[:2])
    near, far = (curve(full, Settings(x, 0.9, scenario="scaled")).assumptions for x in (1e-3, 1e3))
    assert not any("few generated events" in line for line in near)
    assert any("few generated events" in line and "3" in line for line in far)


def test_an_empty_source_and_a_coupling_beyond_the_model_are_said(small_study):
    muons, *others = small_study.backgrounds
    lost = replace(muons, values=muons.values[:0], weights=muons.weights[:0])
    lines = curve(replace(small_study, backgrounds=(lost, *others)), PUBLISHED).assumptions
    assert any("no generated event of e+ e- -> mu+ mu- (gamma)" in line and "3" in line for line in lines)
    three = replace(small_study, signals={3.0: small_study.signals[3.0]})
    assert not any("does not hold" in line for line in curve(three, replace(PUBLISHED, luminosity=50.0)).assumptions)
    assert any("does not hold" in line for line in curve(small_study, replace(PUBLISHED, luminosity=1e-3)).assumptions)


def test_contract_of_the_curve(small_study):
    result = limits.as_json(curve(small_study, PUBLISHED))
    text = json.dumps(result, allow_nan=False)
    assert "/tmp" not in text
    point = result["points"][1]
    names = {
        "mass_gev", "efficiency", "background", "background_by_source", "background_error", "observed", "resolution", "window",
        "cross_section_limit_fb", "expected_cross_section_fb", "coupling_limit", "excluded", "expected_coupling", "p_value", "reason",
        "efficiency_uncorrected",
    }  # fmt: skip
    assert names <= point.keys()
    assert point["observed"] is None
    assert "no data" in point["reason"]
    assert point["excluded"] is None
    assert len(point["expected_cross_section_fb"]) == len(point["expected_coupling"]) == 5
    assert sum(point["background_by_source"].values()) == pytest.approx(point["background"])
    for effect in ("vacuum polarisation", "e+ e- -> e+ e- mu+ mu-", "is 'other'"):
        assert any(effect in line for line in result["assumptions"])
    assert not any("unpolarised" in line for line in result["assumptions"])


@pytest.mark.parametrize(("text", "value"), [("276/pb", 0.276), ("20/fb", 20.0), ("50/ab", 5e4), (" 1.5e1 /fb ", 15.0), (".5/ab", 500.0)])
def test_luminosity_has_a_unit(text, value):
    assert luminosity.parse(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["276", "-276/pb", "0/fb", "nan/fb", "inf/pb", "20/xb", "20 fb", "twenty/fb", ""])
def test_a_luminosity_that_cannot_be_is_refused(text):
    with pytest.raises(BadValue, match="luminosity"):
        luminosity.parse(text)


@pytest.mark.parametrize("value", [0.276, 20.0, 5e4, 79.7, 1e-5])
def test_shown_luminosity_reads_back(value):
    assert luminosity.parse(luminosity.shown(value)) == pytest.approx(value)


def test_masses():
    assert as_masses("0.5:8:16") == pytest.approx(np.linspace(0.5, 8, 16))
    assert as_masses("1,2.5") == [1.0, 2.5]
    for text in ("1:2", "a,b", "1:2:0", "1:2:99999", "nan:1:3", "", ["x"]):
        with pytest.raises(BadValue, match="masses are not understood"):
            as_masses(text)
    for none in ([], (), np.zeros(0), np.ones(3000)):
        with pytest.raises(BadValue, match="the number of masses is out of range"):
            as_masses(none)


@pytest.mark.parametrize("given", [[1, 2.5], (1.0, 2.5), np.array([1.0, 2.5]), np.array([[1.0], [2.5]]), [np.float64(1), np.float32(2.5)]])
def test_masses_as_numbers(given):
    found = as_masses(given)
    assert found == [1.0, 2.5]
    assert all(type(m) is float for m in found)


@pytest.mark.parametrize("given", [3, 3.0, np.float64(3.0), np.array(3.0), "3", [3]])
def test_one_mass(given):
    assert as_masses(given) == [3.0]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"model": "lmutau"}, "lmu_ltau"),
        ({"search": "zprime"}, "belle2_zprime_invisible"),
        ({"masses": "nan"}, "out of range"),
        ({"masses": "0.5,-1"}, "out of range"),
        ({"masses": "11"}, "out of range"),
        ({"masses": np.array([0.5, -1.0])}, "out of range"),
        ({"masses": (0.5, 11.0)}, "out of range"),
        ({"masses": 11.0}, "out of range"),
        ({"masses": []}, "number of masses"),
        ({"luminosity": "276"}, "unit"),
        ({"luminosity": -1.0}, "positive"),
        ({"level": 1.5}, "between 0 and 1"),
        ({"method": "frequentist"}, "bayes"),
        ({"scenario": "best"}, "as-published"),
        ({"invisible": "2"}, "hypothesis of BF"),
        ({"dataset": "2017"}, "2018"),
        ({"detector": "belle3"}, "belle2"),
        ({"without": ("trigger",)}, "ffo plateau"),
        ({"parameters": {"m_dark": 1.0}}, "parameter"),
        ({"data": "nowhere.parquet"}, "nowhere.parquet"),
        ({"alpha": "x"}, "alpha"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(how, says):
    given = {"search": "belle2_zprime_invisible", "model": "lmu_ltau", "masses": "3", "luminosity": "276/pb", "attempts": 8192}
    with pytest.raises((BadValue, UnknownName, ValueError), match=says) as caught:
        limits.limit(**{**given, **how})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("how", ["network", "trees"])
def test_a_missing_extra_is_said_before_any_work(monkeypatch, how):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setattr(limits.api, "study", lambda *_, **__: pytest.fail("work was begun"))
    with pytest.raises(DarkrecoilError, match="needs the extra mva"):
        limits.limit("belle2_zprime_invisible", "lmu_ltau", 3.0, suppression=how)


def test_dataset_is_chosen_by_luminosity_or_name(small_study):
    analysis = small_study.analysis
    other = replace(analysis.datasets[0], name="2022", luminosity=178.0)
    both = replace(analysis, datasets=(*analysis.datasets, other))
    assert dataset_by(both, None, 178.0).name == "2022"
    assert dataset_by(both, None, 79.7).name == "2019-20"
    assert dataset_by(both, None, 50.0).name == "2018"
    assert dataset_by(both, "2022", 0.276).name == "2022"


def test_every_method_reaches_the_coupling(small_study):
    """CLs is close to Bayes, Feldman-Cousins has a set; each says at which masses it summed exactly."""
    found = {method: curve(small_study, replace(PUBLISHED, method=method)) for method in ("bayes", "fc", "cls")}
    couplings = {name: next(p for p in c.points if p.mass == 3.0).expected_coupling for name, c in found.items()}
    assert couplings["cls"][2] == pytest.approx(couplings["bayes"][2], rel=0.05)
    assert couplings["fc"][2] == pytest.approx(couplings["bayes"][2], rel=0.15)
    assert couplings["fc"][2] != couplings["cls"][2] != couplings["bayes"][2]
    for name in ("fc", "cls"):
        assert any("statistics: exact" in line or "statistics: asymptotic" in line for line in found[name].assumptions)


@pytest.mark.filterwarnings("ignore:jsonschema.RefResolver:DeprecationWarning")
def test_the_workspace_of_a_mass_is_its_window(small_study):
    """pyhf's CLs of the written JSON is our asymptotic one: counts, errors and generated events went the same way."""
    pyhf = pytest.importorskip("pyhf")
    from darkrecoil.statistics import asymptotic, histfactory
    from darkrecoil.statistics.packed import pack

    point = at(small_study, 3.0)
    workspace = pyhf.Workspace(point.workspace)  # checks the schema
    one = histfactory.read(point.workspace, norm_code=1)
    scale = point.expected_cross_section[2]
    model = workspace.model(modifier_settings=histfactory.codes(one))
    data = [round(point.background), *workspace.data(model, include_auxdata=False)[1:], *model.config.auxdata]
    seen = dict(zip(model.config.channels, data, strict=False))
    data[: len(seen)] = [float(round(point.background)) if name == "window" else value for name, value in seen.items()]
    theirs = float(pyhf.infer.hypotest(scale, data, model, test_stat="qtilde"))
    ordered = [round(point.background) if c.name == "window" else float(np.asarray(c.observed)[0]) for c in one.channels]
    packed = pack(one)
    base = asymptotic.asimov(packed, asymptotic.as_data(packed, np.array([ordered])))
    data_set = asymptotic.as_data(packed, np.array([ordered]))
    ratios = asymptotic.ratios(packed, data_set, asymptotic.fit(packed, data_set), base, np.array([scale]))
    assert float(np.exp(asymptotic.log_p("cls", ratios, np.array([True]))[0][0])) == pytest.approx(theirs, abs=2e-3)
