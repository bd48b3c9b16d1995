"""Recasts close on themselves and follow couplings, branching fractions and lifetimes; the verbs and the figures of constraints."""

import json
from dataclasses import replace
from math import exp, log, pi, sqrt

import numpy as np
import pytest
from test_constraints import written

from darkrecoil import constraints, models, plots
from darkrecoil._errors import BadValue
from darkrecoil.cli import run
from darkrecoil.constants import ALPHA_0, HBARC
from darkrecoil.constraints import production, rates
from darkrecoil.constraints.recast import as_constraint
from darkrecoil.records import Band, Parameter

E = sqrt(4 * pi * ALPHA_0)
B_MINUS_L, DARK_PHOTON, LMU_LTAU = (models.find(name) for name in ("b_minus_l", "dark_photon", "lmu_ltau"))
INVISIBLE, VISIBLE, DUMP, MUONIC = (
    constraints.find(f"{name}")
    for name in ("babar_invisible_dark_photon", "babar_visible_dark_photon", "e137_visible_dark_photon", "babar_muonic_zprime")
)
TWIN = replace(DARK_PHOTON, name="twin")  # the same particle under another name, which is therefore computed


def edge(constraint, model, mass, **parameters):
    (found,), (why,) = (getattr(constraints.recast(constraint, model, [mass], parameters), name) for name in ("excluded", "reasons"))
    assert why is None
    return found


@pytest.mark.parametrize(("constraint", "mass"), [(VISIBLE, 0.05), (VISIBLE, 2.0), (DUMP, 0.01), (DUMP, 0.2), (MUONIC, 1.0)])
def test_a_recast_to_the_same_particle_gives_the_curve_back(constraint, mass):
    published = constraints.excluded_at(constraint, mass)
    own = models.find(constraint.model)
    assert edge(constraint, own, mass) == published
    ((low, high),) = edge(constraint, replace(own, name="twin"), mass)
    assert low == pytest.approx(published[0][0], rel=1e-9)
    assert (high is None) if published[0][1] is None else high == pytest.approx(published[0][1], rel=1e-9)


@pytest.mark.parametrize("mass", [0.05, 0.5, 2.0])
def test_invisible_to_b_minus_l_goes_by_the_electron_coupling_and_the_branching_fraction(mass):
    """g' = eps e/sqrt(BF(nu nu)): both couple to the electron by a vector current."""
    ((eps, _),) = constraints.excluded_at(INVISIBLE, mass)
    fraction = models.branching_fractions(B_MINUS_L, mass, 1e-3)["invisible"]
    ((g, high),) = edge(INVISIBLE, B_MINUS_L, mass)
    assert g == pytest.approx(eps * E / sqrt(fraction), rel=1e-9)
    assert high is None


def test_visible_to_b_minus_l_divides_by_the_branching_fractions_of_both():
    ((eps, _),) = constraints.excluded_at(VISIBLE, 0.1)
    old, new = (models.branching_fractions(m, 0.1, 1e-3)["e+ e-"] for m in (DARK_PHOTON, B_MINUS_L))
    ((g, _),) = edge(VISIBLE, B_MINUS_L, 0.1)
    assert g == pytest.approx(eps * E * sqrt(old / new), rel=1e-3)  # prompt: 1 cm cuts off next to nothing


@pytest.mark.parametrize(("structure", "square"), [("vector", 4e-6), ("axial", 4e-6), ("left", 2e-6), ("right", 2e-6)])
def test_chiral_couplings_add_up(structure, square):
    """A massless lepton's two helicities radiate alike: (g_L^2 + g_R^2)/2, half for one of them; g = 2e-3."""
    chiral = replace(B_MINUS_L, vertices=(replace(B_MINUS_L.vertices[0], structure=structure),))
    kind, found = production.strength(chiral, "e- N -> e- N X", 0.1, 2e-3, {})
    assert (kind, found) == ("vector or axial current of e", pytest.approx(square))


def test_dark_matter_takes_visible_decays_away():
    ((without, _),) = edge(VISIBLE, DARK_PHOTON, 1.0, alpha_D=0.0)
    found = constraints.recast(VISIBLE, DARK_PHOTON, [1.0], {"alpha_D": 1e-6, "m_chi": 0.1, "delta": 0.0})
    ((with_some, _),) = found.excluded[0]
    assert with_some > 1.05 * without


def test_displaced_decays_exclude_a_band():
    """Both ends of E137 in B - L have the rates of the ends in the dark photon; the lower ones go by the electron's width alone."""
    ((low, high),) = constraints.excluded_at(DUMP, 0.02)
    ((down, up),) = edge(DUMP, B_MINUS_L, 0.02)
    assert down == pytest.approx(low * E, rel=2e-3)
    gamma_a, gamma_z = (models.total_width(m, 0.02, g) for m, g in ((DARK_PHOTON, high), (B_MINUS_L, up)))
    lost = [exp(-17900 * gamma * 0.02 / (20 * HBARC)) for gamma in (gamma_a, gamma_z)]
    assert log(lost[1] / lost[0]) == pytest.approx(log((high * E) ** 2 / (up**2 * 0.4)), abs=0.02)
    assert down < up < high * E


def test_the_two_limits_of_the_acceptance():
    """Long-lived: (L2 - L1)/l; short-lived: exp(-L1/l)."""
    widths, boost = np.array([1e-22, 1e-14]), 1000.0
    lengths = boost * HBARC / widths
    seen = rates.seen(DUMP, {"e+ e-": widths}, boost, None)
    assert seen[0] == pytest.approx(20400 / lengths[0], rel=1e-3)
    assert seen[1] == pytest.approx(exp(-17900 / lengths[1]), rel=1e-4)


def test_a_visible_decay_far_away_is_an_invisible_one():
    escaping = replace(INVISIBLE, lengths=(100.0, 1000.0))
    widths = np.array([1e-25, 1e-3])
    assert rates.seen(escaping, {"e+ e-": widths}, 10.0, None) == pytest.approx([1.0, 0.0])
    assert rates.seen(INVISIBLE, {"e+ e-": widths}, 10.0, None) == pytest.approx([0.0, 0.0])
    assert rates.seen(INVISIBLE, {}, 10.0, None) == pytest.approx([1.0])  # stable


@pytest.mark.parametrize(
    ("name", "model", "mass", "says"),
    [
        ("babar_invisible_dark_photon", "lmu_ltau", 1.0, "does not couple to e at tree level"),
        ("babar_muonic_zprime", "b_minus_l", 1.0, "couples to electrons as well"),
        ("babar_muonic_zprime", "muonphilic_scalar", 1.0, "the ratio of their rates is not one of couplings"),
        ("babar_visible_dark_photon", "alp", 1.0, "produced by vector or axial current of e, alp by two photons"),
        ("na48_2_visible_dark_photon", "b_minus_l", 0.05, "cannot be computed for another model"),
        ("babar_invisible_dark_photon", "b_minus_l", 9.0, "does not reach 9 GeV"),
        ("babar_invisible_dark_photon", "b_minus_l", 11.0, "does not reach 11 GeV"),
    ],
)
def test_where_there_is_no_recast_there_is_a_reason(name, model, mass, says):
    found = constraints.recast(constraints.find(name), models.find(model), [mass])
    assert found.excluded == ((),)
    assert says in found.reasons[0]


def test_a_limit_that_no_coupling_reaches():
    weak = replace(INVISIBLE, bands=(Band((0.1, 2.0), (0.99, 0.99)),))
    short = replace(B_MINUS_L, coupling=replace(B_MINUS_L.coupling, high=0.1))
    assert "no coupling of b_minus_l up to 0.1" in constraints.recast(weak, short, [1.0]).reasons[0]


def test_a_recast_says_what_it_assumes():
    made = constraints.recast(DUMP, B_MINUS_L, [0.02])
    said = " ".join(made.assumptions)
    assert "scale with the square of the coupling" in said
    assert "17900 to 38300 cm" in said
    assert "95 %" in said
    drawn = as_constraint(made)
    assert (drawn.model, drawn.status, drawn.name) == ("b_minus_l", "computed", DUMP.name)
    assert "recast from dark_photon" in drawn.convention
    with pytest.raises(BadValue, match="says nothing of lmu_ltau"):
        as_constraint(constraints.recast(DUMP, LMU_LTAU, [0.02]))


def test_a_momentum_is_needed_for_a_lifetime():
    lost = replace(VISIBLE, sqrt_s=None)
    assert "does not say how fast" in constraints.recast(lost, B_MINUS_L, [0.5]).reasons[0]


# Figures


def boxes(figure):
    figure.draw_without_rendering()
    (axes,) = figure.axes
    return axes, [text.get_window_extent() for text in axes.texts]


def overlapping(found):
    return [(a, b) for i, a in enumerate(found) for b in found[:i] if a.overlaps(b)]


@pytest.mark.parametrize("name", ["dark_photon", "alp", "lmu_ltau"])
def test_labels_of_a_plane_stand_apart_and_inside(name):
    model = models.find(name)
    known = [c for c in constraints.catalogue().constraints if c.model == name and c.bands]
    axes, found = boxes(plots.plane(known, model.mass, model.coupling, model.title))
    assert sorted(text.get_text() for text in axes.texts) == sorted(c.label for c in known)
    assert not overlapping(found)
    frame = axes.get_window_extent()
    assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 and b.y1 <= frame.y1 for b in found)


def test_many_lines_close_together_still_have_labels_apart():
    lines = [
        replace(INVISIBLE, label=f"target {i}", kind="target", bands=(Band((0.01, 10.0), (1e-4 * 1.3**i, 2e-4 * 1.3**i)),))
        for i in range(8)
    ]
    _, found = boxes(plots.plane(lines, DARK_PHOTON.mass, DARK_PHOTON.coupling))
    assert len(found) == 8
    assert not overlapping(found)


def test_labels_of_the_same_curve_stand_apart():
    twice = [MUONIC, replace(MUONIC, label="the same")]
    _, found = boxes(plots.plane(twice, LMU_LTAU.mass, LMU_LTAU.coupling))
    assert len(found) == 2
    assert not overlapping(found)


def test_a_label_stands_at_its_own_curve():
    model = models.find("alp")
    known = [c for c in constraints.catalogue().constraints if c.model == "alp" and c.bands]
    axes, found = boxes(plots.plane(known, model.mass, model.coupling))
    sn = next(box for text, box in zip(axes.texts, found, strict=True) if text.get_text() == "SN1987A")
    x, y = axes.transData.inverted().transform(((sn.x0 + sn.x1) / 2, (sn.y0 + sn.y1) / 2))
    ((low, high),) = constraints.excluded_at(constraints.find("sn1987a_alp"), x)
    assert low / 3 < y < high * 3


def test_the_caption_has_level_and_source_of_every_curve():
    known = constraints.catalogue().constraints
    text = plots.caption(known)
    for c in known:
        assert c.name in text
        assert c.location in text
        assert c.references[0] in text
    assert text.count("  level: ") == len(known)
    assert "no level: an argument on the energy lost" in text


def test_a_short_axis_has_plain_numbers():
    axes, _ = boxes(plots.plane([MUONIC], LMU_LTAU.mass, LMU_LTAU.coupling))
    assert [t.get_text() for t in axes.get_xticklabels() if t.get_text()][:3] != []
    assert all("times" not in t.get_text() for t in (*axes.get_xticklabels(), *axes.get_xticklabels(minor=True)))


def test_a_step_between_bands_is_one_line():
    side = Parameter("x", "x", "", 0, 1)
    two = replace(INVISIBLE, bands=(Band((0.1, 1.0), (1e-3, 1e-3)), Band((1.0, 10.0), (1e-2, 1e-2))))
    axes, _ = boxes(plots.plane([two], side, side, y_range=(1e-4, 1.0)))
    upright = sorted(tuple(line.get_ydata()) for line in axes.lines if len(set(line.get_xdata())) == 1 and set(line.get_xdata()) == {1.0})
    assert upright == [pytest.approx((1e-3, 1e-2))]


def test_a_plane_needs_constraints():
    with pytest.raises(BadValue, match="a plane needs constraints"):
        plots.plane([], LMU_LTAU.mass, LMU_LTAU.coupling)


# Verbs


def called(capsys, *arguments):
    code = run([str(a) for a in arguments])
    return (code, *capsys.readouterr())


def answer(capsys, *arguments):
    code, out, _ = called(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_list_constraints(capsys, tmp_path):
    written(tmp_path, name="bad", level=None)
    rows = answer(capsys, "list", "constraints", "--folder", tmp_path)["constraints"]
    by_name = {row["name"]: row for row in rows}
    assert by_name["babar_invisible_dark_photon"]["level"] == 0.9
    assert by_name["sn1987a_alp"]["reason"].startswith("no level")
    assert by_name["bad"]["title"] is None
    assert "has no level" in by_name["bad"]["reason"]
    assert "cannot be used" in called(capsys, "list", "constraints", "--folder", tmp_path)[1]
    assert called(capsys, "list", "models", "--folder", tmp_path)[0] == 2


def test_show_a_constraint(capsys, tmp_path):
    found = answer(capsys, "show", "e137_visible_dark_photon")
    assert (found["kind"], found["region"], found["lengths"]) == ("constraint", "excluded", [17900.0, 38300.0])
    assert found["curve"][0] == {"band": 1, "mass": 0.00103, "coupling from": 3.36e-8, "coupling to": 1.09e-3}
    assert "arXiv:1606.03501" in called(capsys, "show", "babar_muonic_zprime")[1]
    assert answer(capsys, "show", written(tmp_path))["title"] == "A test"
    assert "has no level; write level = 0.90" in called(capsys, "show", written(tmp_path, level=None))[2]


def test_plane_writes_a_figure_and_its_caption(capsys, tmp_path):
    plot = tmp_path / "y.png"
    found = answer(capsys, "plane", "dark_photon", "--axes", "y", "--alpha-D", "0.1", "--plot", plot)
    drawn = found["constraints"]
    assert [name for name in drawn if "thermal" not in name] == ["babar_invisible_dark_photon", "na64_invisible_dark_photon"]
    assert "thermal_scalar_0.1_3" in drawn
    assert "thermal_scalar" not in drawn  # which is for alpha_D = 0.5
    assert "searches for an invisible dark photon" in found["left_out"]["kloe_visible_dark_photon"]
    assert plot.stat().st_size > 20_000
    assert "alpha_D = 0.1" in (tmp_path / "y.txt").read_text()


def test_all_of_the_plane_of_y(capsys, tmp_path):
    """What cannot be read as y is left out, unless it was named; many reasons are counted, not told."""
    found = answer(capsys, "plane", "dark_photon", "--axes", "y", "--overlay", "all", "--plot", tmp_path / "y.png")
    assert {"babar_invisible_dark_photon", "thermal_scalar"} <= set(found["constraints"])
    assert "a_e_dark_photon" in found["left_out"]
    code, _, said = called(capsys, "plane", "dark_photon", "--overlay", "all", "--plot", tmp_path / "mass.png")
    assert code == 0
    assert said.count("left out") == 1
    assert "--json says why" in said
    code, _, said = called(
        capsys, "plane", "dark_photon", "--axes", "y", "--overlay", "all", "--overlay", "a_e_dark_photon", "--plot", tmp_path / "y.png"
    )
    assert code == 3
    assert "a_e_dark_photon" in said


def test_a_target_at_the_numbers_asked_for():
    """y of the freeze-out does not depend on alpha_D far from the resonance, and falls as (1 - s/m_A'^2)^2 toward it."""
    usual = constraints.target_at(constraints.complete(constraints.find("thermal_scalar")), 0.5, 3.0)
    weak, heavy = (constraints.target_at(usual, *numbers) for numbers in ((0.05, 3.0), (0.5, 10.0)))
    at = [np.interp(0.01, c.bands[0].x, c.bands[0].low) for c in (usual, weak, heavy)]
    assert at[1] == pytest.approx(at[0], rel=0.01)
    s = 4 * (1 + 10 / 22 / 4)  # GeV^2/m_chi^2: a p-wave at x = 22 meets at a mean v^2 of 10/x
    assert at[2] == pytest.approx(at[0] * ((1 - s / 100) / (1 - s / 9)) ** 2, rel=0.05)
    with pytest.raises(BadValue, match="for other numbers"):
        constraints.target_at(replace(usual, name="mine"), 0.1, 3.0)


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (["--constraint", "babar_invisible_dark_photon"], 3, "says nothing of lmu_ltau"),
        (["--constraint", "nothing"], 2, "no constraint of this name"),
        (["--axes", "g_emu,g_mumu"], 2, "no plane of lmu_ltau"),
        (["--x-range", "3:1"], 3, "a range is not understood"),
        (["--decays", "some"], 2, "no kind of decays"),
        (["--decays", "invisible", "--constraint", "babar_muonic_zprime"], 3, "a plane needs constraints"),
        (["--axes", "mass", "--mass", "1"], 2, "--mass goes with a plane of two parameters"),
    ],
)
def test_refusals_of_plane(capsys, tmp_path, more, code, says):
    found = called(capsys, "plane", "lmu_ltau", "--plot", tmp_path / "x.png", *more)
    assert found[0] == code
    assert says in found[2]
    assert found[2].count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_recast_by_the_contract(capsys):
    found = answer(
        capsys, "recast", "b_minus_l", "--masses", "0.02,1", "--constraint", "babar_invisible_dark_photon", "--constraint", DUMP.name
    )
    assert found["model"] == "b_minus_l"
    first, second = found["results"]
    assert {"search", "model", "luminosity_ifb", "level", "points", "assumptions", "references"} <= first.keys()
    assert first["points"][1]["coupling_limit"] == pytest.approx(
        9.67e-4 * E / sqrt(models.branching_fractions(B_MINUS_L, 1, 1e-3)["invisible"])
    )
    assert first["points"][1]["excluded"][0][1] == B_MINUS_L.coupling.high
    assert second["points"][0]["coupling_limit"] is None
    assert "bands" in second["points"][0]["reason"]
    assert "does not reach 1 GeV" in second["points"][1]["reason"]


def test_recast_runs_the_package_s_own_searches(capsys):
    asked = ["recast", "lmu_ltau", "--masses", "3", "--constraint", "belle2_zprime_invisible", "--attempts", "8192", "--quiet"]
    (result,) = answer(capsys, *asked)["results"]
    assert result["points"][0]["expected_coupling"][2] > 0
    (none,) = answer(capsys, "recast", "alp", "--masses", "3", "--constraint", "belle2_zprime_invisible")["results"]
    assert none["reason"] == "alp has no invisible decay at these masses"
    assert none["points"] == []
    assert "no answer" in called(capsys, "recast", "alp", "--masses", "3", "--constraint", "belle2_zprime_invisible")[1]


def test_recast_of_what_is_not_there(capsys):
    assert "did you mean 'lep_alp'" in called(capsys, "recast", "alp", "--masses", "1", "--constraint", "lep_alps")[2]
    assert "out of range" in called(capsys, "recast", "alp", "--masses", "100", "--constraint", "lep_alp")[2]


def test_limit_draws_constraints_behind_its_own_curve(capsys, tmp_path):
    plot = tmp_path / "limit.png"
    asked = ["limit", "belle2_zprime_invisible", "lmu_ltau", "--masses", "3", "--attempts", "8192", "--quiet"]
    assert called(capsys, *asked, "--plot", plot, "--overlay", "babar_muonic_zprime")[0] == 0
    assert "arXiv:1606.03501" in (tmp_path / "limit.txt").read_text()
    code, _, error = called(capsys, *asked, "--overlay", "all")
    assert (code, "add --plot" in error) == (2, True)
