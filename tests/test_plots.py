"""Figures: what they draw is what the record says, everything can be read, nothing overlaps, and the bytes repeat."""

import ast
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from math import inf, nan
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import StepPatch

from darkrecoil import plots
from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.plots import _style, _text
from darkrecoil.records import Curve, Cutflow, CutStep, Limit, Model, Parameter, Provenance, Spectrum

PROVENANCE = Provenance("0.1.0", 7, {}, ("hadronic backgrounds", "beam background", "interference with initial-state radiation"))
COMMAND = "darkrecoil limit belle2_zprime_invisible lmu_ltau --masses 0.5:8:16 --luminosity 276/pb --method bayes --seed 7 -o out"
MASS, COUPLING = Parameter("mass", "M_{Z'}", "GeV", 1e-3, 10.0), Parameter("coupling", "g'", "", 1e-6, 3.0)
MODEL = Model("lmu_ltau", "Z' of L_mu - L_tau", "Z'", 32, 1, MASS, COUPLING, (), ())
SIGNAL = "$Z'$ 3 GeV, $g' = 0.1$"


def spectrum():
    edges = np.linspace(-2.0, 110.0, 57)
    middle = (edges[1:] + edges[:-1]) / 2
    values = np.array(
        [3e4 * np.exp(-((middle / 3) ** 2)) + 50, 60 * np.exp(-(((middle - 50) / 25) ** 2)), np.where(middle > 70, 300.0, 0.0)]
    )
    unit = np.array([2.0, 0.2, 3.0])
    return Spectrum(
        "recoil_mass_squared(muon)",
        edges,
        ("e+ e- -> mu+ mu- gamma", "e+ e- -> tau+ tau-", "e+ e- -> e+ e- mu+ mu-"),
        values,
        values * unit[:, None],
        unit,
    )


def signal():
    edges = spectrum().edges
    values = 250 * np.exp(-0.5 * np.minimum(((edges[1:] - 10) / 1.2) ** 2, 40.0))[None]
    return Spectrum("recoil_mass_squared(muon)", edges, ("signal",), values, values, np.array([0.1]))


def flow(generated, *efficiencies):
    names = ("generated", "two tracks and the trigger", "two muons", "recoil in the barrel, away from every gap", "tau suppression")
    so_far = np.cumprod(efficiencies)
    return Cutflow(tuple(CutStep(n, n, 1, generated * e, 0.1, e, 0.01) for n, e in zip(names, so_far, strict=False)))


def flows():
    return {
        SIGNAL: flow(137, 1, 0.6, 0.7, 0.8, 0.5),
        "e+ e- -> mu+ mu- gamma": flow(1.1e6, 1, 0.6, 0.7, 0.01, 1e-4),
        "e+ e- -> tau+ tau-": flow(9e5, 1, 0.6, 0.02, 0.8, 0.01),
        "e+ e- -> e+ e- mu+ mu-": flow(1.9e7, 1, 0.01, 0.4, 0.001, 0),
    }


def limit(mass, scale=1.0, reason=None, observed=None):
    expected = None if reason else tuple(scale * 0.05 * np.exp(mass / 4) * np.array([0.7, 0.8, 1.0, 1.25, 1.6]))
    empty = {"resolution": None, "window": None, "background": None, "background_by_source": {}, "background_error": None}
    rest = {"observed": None, "cross_section_limit": None, "expected_cross_section": None, "excluded": (), "p_value": None}
    return Limit(mass, 0.1, 0.1, coupling_limit=observed, expected_coupling=expected, reason=reason, **empty, **rest)


def curve(points, invisible="model", **changes):
    made = Curve("search", "lmu_ltau", 0.276, 0.9, "bayes", "belle2", "0", invisible, "as-published", tuple(points), (), (), PROVENANCE)
    return replace(made, **changes)


GAP = "the window reaches beyond the kinematic limit"


def curves(observed=0.06):
    points = [limit(m, observed=observed) for m in (0.5, 1, 2, 3)] + [
        limit(4, reason="no background survives."),
        limit(5),
        limit(6),
        limit(8, reason=GAP),
    ]
    return {"BF = model": curve(points), "BF(invisible) = 1": curve([limit(m, 0.6) for m in (0.5, 1, 2, 3, 4, 5, 6, 8)], "1")}


def all_figures():
    return {
        "spectrum": plots.recoil_spectrum(
            spectrum(), 0.276, [(SIGNAL, signal(), 0.14)], 0.9, "Two muons", provenance=PROVENANCE, command=COMMAND
        ),
        "cutflow": plots.cutflow(flows(), 0.276, 0.9, "Two muons", provenance=PROVENANCE, command=COMMAND),
        "exclusion": plots.exclusion(curves(), MODEL, command=COMMAND),
    }


@pytest.fixture(scope="module")
def figures():
    """The three figures, laid out."""
    made = all_figures()
    with _style.style():
        for figure in made.values():
            figure.draw_without_rendering()
    return made


def texts(figure):
    """All that is written; matplotlib keeps labels of ticks beyond the axes' ends, which it does not draw."""
    beyond = {id(label) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in undrawn(axis)}
    return [t for t in figure.findobj(mpl.text.Text) if t.get_visible() and t.get_text().strip() and id(t) not in beyond]


def undrawn(axis):
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]


def all_text(figure):
    return " ".join(t.get_text() for t in texts(figure)).replace("\xa0", " ")


NAMES = ("spectrum", "cutflow", "exclusion")


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_where_it_comes_from(figures, name):
    said = " ".join(all_text(figures[name]).split())
    for part in (
        "darkrecoil simulation",
        "276 pb",
        "90 % CL",
        "hadronic backgrounds",
        "(darkrecoil 0.1.0, seed 7)",
        "limit belle2_zprime_invisible",
    ):
        assert part in said
    assert "Belle" not in said


@pytest.mark.parametrize("name", NAMES)
def test_everything_can_be_read(figures, name):
    assert min(t.get_fontsize() for t in texts(figures[name])) >= 9


@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaves_the_page(figures, name):
    figure = figures[name]
    page = figure.bbox
    for text in texts(figure):
        box = text.get_window_extent()
        assert page.x0 <= box.x0, text.get_text()
        assert box.x1 <= page.x1, text.get_text()
        assert page.y0 <= box.y0, text.get_text()
        assert box.y1 <= page.y1, text.get_text()


@pytest.mark.parametrize("name", NAMES)
def test_head_foot_legend_and_axes_do_not_overlap(figures, name):
    figure = figures[name]
    frame = [t.get_window_extent() for t in figure.texts]
    for axes in figure.axes:
        inside = [axes.bbox, *(label.get_window_extent() for label in (axes.xaxis.label, axes.yaxis.label) if label.get_text())]
        inside += [axes.get_legend().get_window_extent()] if axes.get_legend() else []
        assert not any(box.overlaps(part) for box in frame for part in inside)
        if axes.get_legend():
            assert axes.get_legend().get_window_extent().x0 >= axes.bbox.x1
    assert not any(a.overlaps(b) for i, a in enumerate(frame) for b in frame[:i])


def test_tick_labels_do_not_overlap(figures):
    for figure in figures.values():
        for axes in figure.axes:
            boxes = [t.get_window_extent() for t in axes.get_xticklabels() if t.get_visible() and t.get_text()]
            assert not any(a.overlaps(b) for a, b in pairwise(boxes))


def test_numbers_beside_the_bars_stay_in_their_panel(figures):
    for axes in figures["cutflow"].axes:
        for text in axes.texts:
            assert text.get_window_extent().x1 <= axes.bbox.x1, text.get_text()


def steps(figure):
    return {p.get_label(): p.get_data() for p in figure.axes[0].findobj(StepPatch) if not p.get_label().startswith("_")}


def test_spectrum_stacks_the_sources_at_the_luminosity():
    made = spectrum()
    drawn = steps(plots.recoil_spectrum(made, 2.0, [(SIGNAL, signal(), 0.25)]))
    order = np.argsort(made.values.sum(axis=1))
    tops = np.cumsum(2.0 * made.values[order], axis=0)
    for i, top in zip(order, tops, strict=True):
        np.testing.assert_allclose(drawn[_text.process(made.sources[i])].values, top, rtol=1e-12)
    np.testing.assert_allclose(drawn[SIGNAL].values, 2.0 * 0.25 * signal().values[0], rtol=1e-12)


def test_spectrum_takes_a_source_as_the_signal_and_leaves_it_out_of_the_stack():
    made = spectrum()
    drawn = steps(plots.recoil_spectrum(made, 1.0, [("a line", "e+ e- -> tau+ tau-", 3.0)]))
    np.testing.assert_allclose(drawn["a line"].values, 3.0 * made.values[1], rtol=1e-12)
    assert _text.process("e+ e- -> tau+ tau-") not in drawn
    np.testing.assert_allclose(drawn[_text.process(made.sources[0])].values, made.values[0] + made.values[2], rtol=1e-12)


def test_spectrum_band_counts_an_empty_bin_with_one_event():
    made = spectrum()
    band = steps(plots.recoil_spectrum(made, 2.0))["MC stat. uncertainty"]
    by_hand = np.sqrt(np.where(made.variances > 0, made.variances, made.unit[:, None] ** 2).sum(axis=0))
    assert (made.variances == 0).any()
    np.testing.assert_allclose(band.values, 2.0 * (made.values.sum(axis=0) + by_hand), rtol=1e-12)


def test_spectrum_draws_several_signals_and_data():
    """Data stand unscaled, with Garwood's bars: (0.173, 3.300) for one event, (0.708, 4.638) for two; none where nothing is."""
    data = np.zeros(56)
    data[[3, 10]] = 1.0, 2.0
    axes = plots.recoil_spectrum(spectrum(), 2.0, [("one", signal(), 1.0), ("two", signal(), 0.5)], scale=0.5, data=data).axes[0]
    drawn = {patch.get_label(): patch.get_data() for patch in axes.patches if hasattr(patch, "get_data")}
    np.testing.assert_allclose(drawn["one"].values, 2 * drawn["two"].values)
    styles = {patch.get_label(): patch.get_linestyle() for patch in axes.patches}
    assert styles["one"] != styles["two"]
    (bars,) = axes.containers
    np.testing.assert_allclose(bars.lines[0].get_ydata(), [1.0, 2.0])
    ends = [segment[:, 1].tolist() for segment in bars.lines[2][0].get_segments()]
    np.testing.assert_allclose(ends, [[0.1728, 3.2995], [0.7082, 4.6379]], atol=2e-4)


def test_spectrum_axes():
    axes = plots.recoil_spectrum(spectrum(), 1.0).axes[0]
    assert axes.get_xlabel() == r"$M^2_\mathrm{recoil}$ [GeV$^2/c^4$]"
    assert axes.get_ylabel() == r"Events / (2 GeV$^2/c^4$)"
    assert axes.get_yscale() == "log"
    other = replace(spectrum(), observable="energy", edges=np.geomspace(1, 2, 57))
    assert plots.recoil_spectrum(other, 1.0, limits=(1.2, 1.5)).axes[0].get_xlim() == (1.2, 1.5)
    assert plots.recoil_spectrum(other, 1.0).axes[0].get_ylabel() == "Events / bin"


def test_spectrum_without_an_event_is_drawn():
    empty = replace(spectrum(), values=np.zeros((3, 56)), variances=np.zeros((3, 56)))
    assert plots.recoil_spectrum(empty, 1.0).axes


def test_cutflow_bars_end_at_the_numbers_written():
    figure = plots.cutflow(flows(), 0.276)
    assert [axes.get_title() for axes in figure.axes] == [_text.process(name) for name in flows()]
    first = figure.axes[0]
    expected = [0.276 * step.cross_section for step in flows()[SIGNAL].rows]
    ends = [bar.get_x() + bar.get_width() for bar in first.patches if bar.get_alpha() is None]
    np.testing.assert_allclose(ends, expected, rtol=1e-12)
    assert [t.get_text().split(" (")[0] for t in first.texts] == [_text.number(value) for value in expected]
    assert [t.get_text().replace("\n", " ") for t in first.get_yticklabels()] == [step.name for step in flows()[SIGNAL].rows]


def test_cutflow_says_what_an_empty_row_is_worth():
    last = plots.cutflow(flows(), 10.0).axes[-1].texts[-1].get_text()
    assert last == r"0 $\pm$ 1.00"  # 0.1 fb at 10 fb^-1


def test_cutflow_of_efficiencies_and_of_many_samples():
    many = {f"sample {i}": flow(10.0, 1, 0.5) for i in range(5)}
    figure = plots.cutflow(many, 1.0, quantity="efficiency")
    assert [axes.get_visible() for axes in figure.axes] == [True] * 5 + [False]
    assert [t.get_text() for t in figure.axes[0].texts] == ["1.00", "0.500"]


def lines(figure):
    return {line.get_label(): line for line in figure.axes[0].lines if not line.get_label().startswith("_")}


def test_exclusion_draws_the_limits_and_leaves_gaps():
    drawn = lines(plots.exclusion(curves(), MODEL))
    made = curves()["BF = model"]
    expected = [p.expected_coupling[2] if p.expected_coupling else nan for p in made.points]
    np.testing.assert_array_equal(drawn["BF = model\nexpected"].get_ydata(), expected)
    assert np.isnan(expected).sum() == 2
    np.testing.assert_array_equal(drawn["BF = model\nobserved"].get_ydata(), [0.06] * 4 + [nan] * 4)
    assert "BF(invisible) = 1\nexpected" in drawn
    assert "BF(invisible) = 1\nobserved" not in drawn
    assert drawn["BF = model\nexpected"].get_linestyle() == "--"
    assert drawn["BF = model\nobserved"].get_linestyle() == "-"
    np.testing.assert_array_equal(drawn["no limit (see below)"].get_xdata(), [4, 8])


def test_exclusion_says_why_there_is_no_limit():
    said = all_text(plots.exclusion(curves(), MODEL))
    assert "No limit for BF = model at 4 GeV: no background survives." in said
    assert f"No limit for BF = model at 8 GeV: {GAP}." in said
    both = dict.fromkeys(("a", "b"), curve([limit(float(m), reason=GAP) for m in range(1, 9)]))
    assert f"No limit at 8 masses from 1 to 8 GeV: {GAP}." in all_text(plots.exclusion(both, MODEL))


def test_exclusion_bands_are_the_quantiles():
    figure = plots.exclusion({"only": curve([limit(1.0), limit(2.0)])}, MODEL)
    bands = {c.get_label(): c for c in figure.axes[0].collections if not c.get_label().startswith("_")}
    for label, low, high in ((r"expected $\pm 2\sigma$", 0, 4), (r"expected $\pm 1\sigma$", 1, 3)):
        corners = set(bands[label].get_paths()[0].vertices[:, 1])
        assert {limit(m).expected_coupling[q] for m in (1.0, 2.0) for q in (low, high)} <= corners


def test_exclusion_shows_a_mass_without_neighbours():
    axes = plots.exclusion({"only": curve([limit(1.0, observed=0.1), limit(2.0, reason=GAP), limit(3.0)])}, MODEL).axes[0]
    marked = {float(x) for line in axes.lines if line.get_marker() == "o" for x in line.get_xdata()}
    assert marked == {1.0, 3.0}
    assert axes.get_xlabel() == "$M_{Z'}$ [GeV$/c^2$]"
    assert axes.get_ylabel() == "Upper limit on $g'$"
    low, high = axes.get_ylim()
    assert high / low >= 10**1.5 * 0.999


def test_exclusion_sorts_masses_and_names_other_conditions():
    shuffled = curve([limit(3.0), limit(1.0), limit(2.0)])
    other = curve([limit(1.0), limit(2.0)], luminosity=5e4, level=0.95, method="cls")
    drawn = lines(plots.exclusion({"now": shuffled, "later": other}, MODEL))
    np.testing.assert_array_equal(drawn["now\nexpected"].get_xdata(), [1, 2, 3])
    (label,) = [name for name in drawn if name.startswith("later")]
    assert "50 ab" in label
    assert "95 % CL" in label


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: plots.recoil_spectrum(spectrum(), 0.0), BadValue, "a figure needs a luminosity: 0 /fb; allowed: a positive number"),
        (lambda: plots.recoil_spectrum(spectrum(), nan), BadValue, "nan /fb"),
        (lambda: plots.cutflow(flows(), inf), BadValue, "inf /fb"),
        (lambda: plots.recoil_spectrum(spectrum(), 1.0, level=90.0), BadValue, "a level is out of range: 90; allowed: between 0 and 1"),
        (lambda: plots.recoil_spectrum(spectrum(), 1.0, [("a", "tau", 1.0)]), UnknownName, "no source of this name: tau; known: e+ e- ->"),
        (
            lambda: plots.recoil_spectrum(spectrum(), 1.0, [("a", replace(signal(), edges=signal().edges + 1), 1.0)]),
            BadValue,
            "the signal's bins are not those of the spectrum: 56 bins",
        ),
        (lambda: plots.cutflow({"a": Cutflow(())}, 1.0), BadValue, "a cutflow without rows cannot be drawn: a; select some events first"),
        (lambda: plots.cutflow(flows(), 1.0, quantity="event"), UnknownName, "did you mean 'events'?"),
        (lambda: plots.exclusion({}, MODEL), BadValue, "an exclusion needs a curve with masses: no curve; scan some masses first"),
        (lambda: plots.save(plots.exclusion(curves(), MODEL), "a.jpeg"), BadValue, "in this format: .jpeg; allowed: .png, .pdf, .svg"),
    ],
)
def test_refusals(call, error, says):
    with pytest.raises(error) as caught:
        call()
    assert says in str(caught.value)


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_files_repeat_to_the_byte(tmp_path, ending, caplog):
    for name in ("one", "two"):
        plots.save(plots.exclusion(curves(), MODEL, command=COMMAND), tmp_path / f"{name}.{ending}")
    content = (tmp_path / f"one.{ending}").read_bytes()
    assert content == (tmp_path / f"two.{ending}").read_bytes()
    for word in (b"CreationDate", b"Matplotlib v", mpl.__version__.encode(), b"dc:date"):
        assert word not in content
    assert not caplog.records


def test_a_users_configuration_changes_nothing(tmp_path):
    plots.save(plots.cutflow(flows(), 1.0), tmp_path / "one.png")
    with mpl.rc_context({"font.size": 30.0, "axes.grid": True, "savefig.bbox": "tight"}):
        plots.save(plots.cutflow(flows(), 1.0), tmp_path / "two.png")
        assert mpl.rcParams["font.size"] == 30.0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_no_window_and_no_slow_import():
    code = "import sys, darkrecoil.plots; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
    for path in Path(plots.__file__).parent.glob("*.py"):
        assert not any(
            "pyplot" in ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)
        )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.5, "0.500"),
        (4.745, "4.75"),
        (37.81, "37.8"),
        (599.4, "599"),
        (999.9, "1 000"),
        (12345, "12 300"),
        (317000, r"$3.17\times 10^{5}$"),
        (1e-4, r"$1.00\times 10^{-4}$"),
    ],
)
def test_numbers(value, shown):
    assert _text.number(value) == shown


def test_words():
    assert _text.process("e+ e- -> mu+ mu- Z'") == r"$e^+\,e^-\,\to\,\mu^+\,\mu^-\,Z'$"
    assert _text.process("my sample $3") == r"my sample \$3"
    assert _text.words("Z' of L_mu - L_tau") == "Z' of $L_\\mu$ \u2212 $L_\\tau$"
    assert _text.percent(1.0) == "100 %"
    assert _text.percent(0.00034) == "0.034 %"
    assert _text.percent(1.5e-7) == r"$1.5\times 10^{-5}$ %"
    assert "20 fb" in _text.luminosity(20.0)
    assert "50 ab" in _text.luminosity(50e3)


def test_colours_tell_many_sources_apart():
    assert len({_style.colour(i) for i in range(28)}) == 28
