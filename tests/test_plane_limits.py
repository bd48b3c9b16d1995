"""Limits of the package's own in the plane of g_emu and g_mumu, and what is refused."""

import json

import pytest

from darkrecoil._errors import BadFile, BadValue
from darkrecoil.cli import run
from darkrecoil.constraints.own import reach
from darkrecoil.constraints.plane import HIGH, LOW, lfv_plane


def written(path, scan="g_emu", search="belle2_lfv_zprime_invisible", **changes):
    """A file as limit --json writes it, with limits of 0.01 at 1 GeV and 0.04 at 3 GeV, and none at 9 GeV."""
    medians = {3.0: 0.04, 1.0: 0.01, 9.0: None}
    points = [
        {"mass_gev": mass, "coupling_limit": None, "expected_coupling": None if median is None else [0.1, 0.1, median, 1.0, 1.0]}
        for mass, median in medians.items()
    ]
    some = {
        "search": search, "model": "lfv_zprime", "scan": scan, "points": points, "luminosity_ifb": 0.276, "method": "bayes",
        "invisible": "model", "detector": "belle2", "references": ["[1]"], "level": 0.9,
        "provenance": {"settings": {"parameters": "g_chi=1.0"}},
    }  # fmt: skip
    path.write_text(json.dumps({**some, **changes}))
    return path


def test_a_limit_at_its_masses_and_between(tmp_path):
    file = written(tmp_path / "limit.json")
    assert reach(file, 1.0).g_emu == pytest.approx(0.01)
    assert reach(file, 3.0).g_emu == pytest.approx(0.04)
    assert reach(file, 2.0).g_emu == pytest.approx(0.02)  # half-way in the logarithm
    assert reach(file, 2.0).g_mumu is None
    assert "g_chi=1.0" in " ".join(reach(file, 2.0).assumptions)
    assert "expected" in reach(file, 2.0).title


def test_an_observed_limit_comes_first(tmp_path):
    points = [{"mass_gev": 1.0, "coupling_limit": 0.02, "expected_coupling": [0.01] * 5}]
    found = reach(written(tmp_path / "limit.json", scan="g_mumu", points=points), 1.0)
    assert found.g_mumu == pytest.approx(0.02)
    assert "observed" in found.title


@pytest.mark.parametrize("mass", [0.5, 3.5, 9.0])
def test_no_limit_at_a_mass_is_refused(tmp_path, mass):
    with pytest.raises(BadValue, match="no limit at this mass"):
        reach(written(tmp_path / "limit.json"), mass)


def test_what_is_no_limit_of_the_plane_is_refused(tmp_path):
    for name, changes, says in (
        ("a.json", {"model": "lmu_ltau"}, "no limit of this plane"),
        ("b.json", {"scan": "coupling"}, "g_emu or g_mumu"),
    ):
        with pytest.raises(BadFile, match=says):
            reach(written(tmp_path / name, **changes), 1.0)
    (tmp_path / "c.json").write_text("[]")
    with pytest.raises(BadFile, match="is no limit"):
        reach(tmp_path / "c.json", 1.0)
    with pytest.raises(BadFile, match="cannot be read"):
        reach(tmp_path / "none.json", 1.0)


def test_regions_of_one_coupling_bound_the_plane(tmp_path):
    """The two searches exclude g_emu and g_mumu each whatever the other is; decays of the muon exclude products."""
    one = reach(written(tmp_path / "emu.json"), 2.0)
    two = reach(written(tmp_path / "mumu.json", scan="g_mumu", search="belle2_zprime_invisible"), 2.0)
    found = {c.name: c for c in lfv_plane(2.0, colliders=[one, two])}
    (right,), (above,) = found["belle2_lfv_zprime_invisible_g_emu"].bands, found["belle2_zprime_invisible_g_mumu"].bands
    assert (right.x, right.low) == (pytest.approx((0.02, HIGH)), (LOW, LOW))
    assert (above.x, above.low) == ((LOW, HIGH), pytest.approx((0.02, 0.02)))
    assert found["mu_to_e_gamma_lfv_plane"].level == 0.9


def test_the_verb_draws_them(tmp_path, capsys):
    file, figure = written(tmp_path / "limit.json"), tmp_path / "plane.png"
    words = ["plane", "lfv_zprime", "--axes", "g_emu,g_mumu", "--mass", "2", "--limit", str(file), "--plot", str(figure), "--json"]
    assert run(words) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "belle2_lfv_zprime_invisible_g_emu" in answer["constraints"]
    assert figure.stat().st_size > 1e4
    assert "0.276 fb^-1, bayes, expected" in figure.with_suffix(".txt").read_text()


def test_a_plane_of_one_parameter_twice_is_refused(tmp_path, capsys):
    words = ["plane", "lfv_zprime", "--axes", "g_emu,g_emu", "--mass", "2", "--plot", str(tmp_path / "plane.png")]
    assert run(words) == 2
    assert "no plane of lfv_zprime of this name: g_emu,g_emu" in capsys.readouterr().err
