"""The verb global-p: what it reads, what it prints, what it refuses."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import darkrecoil as dr
from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.cli import run
from darkrecoil.limits import look_elsewhere

KEYS = {
    "hypotheses", "position", "window", "mass_gev", "local_p", "local_significance", "global_p", "global_significance", "method",
    "trials_factor", "global_p_toys", "global_p_toys_error", "toys", "failed_toys", "global_p_upcrossings", "global_p_upcrossings_error",
    "upcrossing_level", "upcrossings", "upcrossings_error", "global_p_neighbours", "global_p_independent", "points", "assumptions",
    "reason", "provenance",
}  # fmt: skip


def point(mass, observed, background=4.0, error=1.0):
    window = None if background is None else [mass**2 - 0.5, mass**2 + 0.5]
    return {"mass_gev": mass, "window": window, "observed": observed, "background": background, "background_error": error}


def limit(observed=12):
    points = [point(m, 4) for m in np.sqrt(np.arange(1, 30, 0.5))]
    points[20]["observed"] = observed
    return {"search": "x", "points": [*points, {**point(7.0, None, None, None)}]}


def spectrum(path, peak=90.0):
    edges, rng = np.linspace(0, 30, 151), np.random.default_rng(3)
    mean = 30 * np.exp(-edges[:-1] / 30) + peak * np.exp(-(((edges[:-1] + 0.1 - 12) / 0.5) ** 2) / 2) * 0.2 / (0.5 * np.sqrt(2 * np.pi))
    rows = zip(edges[:-1], edges[1:], rng.poisson(mean), strict=True)
    path.write_text("# a spectrum\nlow,high,observed\n" + "\n".join(f"{a:.6g},{b:.6g},{n}" for a, b, n in rows))
    return path


def test_a_limit_in_and_one_object_out(tmp_path, capsys):
    (tmp_path / "limit.json").write_text(json.dumps(limit()))
    arguments = [str(tmp_path / "limit.json"), "--toys", "2000", "--plot", str(tmp_path / "p.png"), "-o", str(tmp_path / "o.json")]
    assert run(["global-p", *arguments, "--json"]) == 0
    text = capsys.readouterr().out
    found = json.loads(text)
    assert found.keys() == KEYS
    assert text == (tmp_path / "o.json").read_text()
    assert (tmp_path / "p.png").stat().st_size > 20_000
    assert found["hypotheses"] == len(found["points"]) == 58
    assert found["mass_gev"] == pytest.approx(np.sqrt(11.0))
    assert found["window"] == pytest.approx([10.5, 11.5])
    assert found["local_p"] < found["global_p_toys"] < found["global_p_independent"]
    assert found["trials_factor"] == pytest.approx(found["global_p"] / found["local_p"])
    assert str(tmp_path) not in text
    assert dr.global_p(limit(), toys=2000).p_toys == found["global_p_toys"]


def test_a_p_value_of_zero_is_null_with_a_reason(tmp_path, capsys):
    (tmp_path / "limit.json").write_text(json.dumps(limit(10**6)))
    assert run(["global-p", str(tmp_path / "limit.json"), "--toys", "200", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["local_significance"] is None
    assert found["trials_factor"] is None
    assert "zero" in found["reason"]


def test_a_scan_without_an_event_has_a_p_value_of_one_and_a_figure(tmp_path, capsys):
    (tmp_path / "limit.json").write_text(json.dumps({"points": [point(m, 0) for m in (1.0, 2.0, 3.0)]}))
    arguments = [str(tmp_path / "limit.json"), "--toys", "200", "--json", "--plot", str(tmp_path / "p.png")]
    assert run(["global-p", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["local_p"], found["global_p"], found["hypotheses"]) == (1.0, 1.0, 3)
    assert "no event" in found["reason"]


def test_a_window_without_a_generated_event_is_not_without_background():
    """Background 0 with an error of one generated event's weight: an event there is no discovery."""
    given = limit(4)
    given["points"][30] = {**given["points"][30], "background": 0.0, "background_error": 0.3, "observed": 1}
    found = dr.global_p(given, toys=200)
    assert found.local_p > 1e-3
    assert any("no generated event" in line for line in found.assumptions)
    given["points"][30]["background_error"] = 0.0
    with pytest.raises(BadValue, match="background of a window"):
        dr.global_p(given, toys=200)


def test_a_table_of_windows_is_the_limit_without_masses(tmp_path):
    rows = [(*p["window"], p["observed"], p["background"], p["background_error"]) for p in limit()["points"][:-1]]
    path = tmp_path / "w.csv"
    path.write_text("low,high,observed,background,background_error\n" + "\n".join(",".join(map(repr, map(float, r))) for r in rows))
    assert dr.global_p(path, toys=500).p_toys == dr.global_p(limit(), toys=500).p_toys
    assert dr.global_p(path, toys=500, errors="local").p_toys != dr.global_p(path, toys=500).p_toys


def test_a_spectrum_and_events_are_scanned_by_fits(tmp_path, capsys):
    path = spectrum(tmp_path / "s.csv")
    assert run(["global-p", str(path), "--resolution", "0.5", "--background", "exponential:1", "--toys", "300", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["position"] == pytest.approx(12.0, abs=0.5)
    assert found["window"] is None
    assert found["local_significance"] > 3
    rng = np.random.default_rng(5)
    (tmp_path / "e.csv").write_text("value\n" + "\n".join(map(str, [*rng.uniform(0, 30, 900), *rng.normal(12, 0.5, 40)])))
    arguments = [str(tmp_path / "e.csv"), "--resolution", "4%", "--background", "polynomial:1", "--toys", "300", "--span", "2:30"]
    assert run(["global-p", *arguments]) == 0
    assert "global_p_upcrossings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "options", "kind", "says"),
    [
        ("", {}, BadFile, "empty"),
        ("low,high\n1,2\n", {}, BadFile, "no column observed"),
        ("low,high,observed,background\n1,2,3\n", {}, BadFile, "row 2 has 3, not 4"),
        ("low,high,observed,background\n1,2,x,3\n", {}, BadFile, "column observed: 'x'"),
        ("low,high,observed,background\n1,2,nan,3\n", {}, BadFile, "not a number"),
        ("low,high,observed,background\n1,2,3,0\n", {}, BadValue, "background of a window"),
        ("low,high,observed\n1,2,3\n3,4,3\n", {"resolution": 0.1}, BadFile, "do not join"),
        ("low,high,observed\n1,2,3\n2,3,3\n", {"resolution": "wide"}, BadValue, "resolution: wide"),
        ("low,high,observed\n1,2,3\n2,3,3\n", {"resolution": "0.1", "background": "spline"}, UnknownName, "polynomial"),
        ("low,high,observed\n1,2,3\n2,3,3\n", {"resolution": "0.1", "background": "polynomial:x"}, BadValue, "order"),
        ("low,high,observed,background\n1,2,3,1\n", {"errors": "both"}, UnknownName, "common"),
    ],
)
def test_a_bad_table_is_refused(tmp_path, text, options, kind, says):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(kind, match=says):
        dr.global_p(tmp_path / "t.csv", toys=100, **options)


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ({"points": [{"mass_gev": 1.0}]}, BadFile, "lacks a number"),
        ({"upper_limit": 3}, BadFile, "not one result of limit"),
        ([limit(), limit()], BadFile, "not one result of limit"),
        ({"points": [point(1.0, None)]}, BadValue, "no observed count.*--data"),
        ({"points": [point(1.0, None, None, None)]}, BadValue, "no point"),
    ],
)
def test_a_bad_object_is_refused(tmp_path, given, kind, says):
    (tmp_path / "l.json").write_text(json.dumps(given))
    with pytest.raises(kind, match=says):
        dr.global_p(tmp_path / "l.json", toys=100)


def test_other_refusals(tmp_path, capsys):
    (tmp_path / "l.json").write_text("{")
    with pytest.raises(BadFile, match="neither"):
        dr.global_p(tmp_path / "l.json")
    for name in ("none.json", "none.csv"):
        with pytest.raises(BadFile, match="cannot be read"):
            dr.global_p(tmp_path / name)
    with pytest.raises(BadValue, match="not for windows"):
        dr.global_p(limit(), resolution=0.1)
    assert run(["global-p", str(tmp_path / "l.json"), "--span", "1-2"]) == 3
    assert run(["global-p", str(tmp_path / "l.json"), "--plot", "x.txt"]) == 2
    assert "span" in capsys.readouterr().err
    assert look_elsewhere.as_resolution("1.5 %") == (0.0, 0.015)


def test_the_page_of_significances_runs(capsys):
    page = (Path(__file__).parents[1] / "docs" / "significance.md").read_text()
    (code,) = re.findall(r"```py\n(.*?)```", page, re.DOTALL)
    exec(compile(code, "significance.md", "exec"), {})
    assert re.match(r"1[0-9][0-9] \+- \d+ events, \d+\.\d sigma\n", capsys.readouterr().out)
