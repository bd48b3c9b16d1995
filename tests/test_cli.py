"""The command line as a user sees it: JSON contract, exit codes, one line for each refusal, files that stay whole."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from math import pi, sqrt

import pytest
from reference.new_scalar import higgsstrahlung
from reference.points import two_body

from darkrecoil.cli import run
from darkrecoil.constants import ALPHA_0, GEV2_FB, SQRT_S
from darkrecoil.generate.recipe import UNCORRELATED

ZPRIME = ["e+ e- -> mu+ mu- Z'", "--model", "lmu_ltau", "--mass", "1", "--coupling", "0.1"]
LIMIT = ["limit", "belle2_zprime_invisible", "lmu_ltau", "--masses", "3", "--attempts", "8192", "--quiet"]


def called(capsys, *arguments):
    """(exit code, stdout, stderr) of a command line."""
    code = run([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def answer(capsys, *arguments):
    code, out, _ = called(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_cross_section(capsys):
    found = answer(capsys, "cross-section", *ZPRIME, "--quiet")
    assert found["cross_section_fb"] == pytest.approx(995.6, rel=0.01)
    assert found["error_fb"] <= 0.002 * found["cross_section_fb"]
    assert {
        "process",
        "model",
        "mass_gev",
        "coupling",
        "sqrt_s_gev",
        "alpha",
        "isr",
        "cuts",
        "attempts",
        "events_per_second",
    } <= found.keys()
    assert found["isr"] is False


def test_model(capsys):
    found = answer(capsys, "model", "lmu_ltau", "--mass", 1, "--coupling", 0.1)
    assert found["width_gev"] == pytest.approx(sum(found["partial_widths_gev"].values()))
    assert sum(found["branching_fractions"].values()) == pytest.approx(1)
    assert found["branching_fractions"].keys() == {"mu+ mu-", "tau+ tau-", "invisible"}
    assert {"ctau_cm", "a_mu", "parameters"} <= found.keys()


def test_upper_limit(capsys):
    found = answer(capsys, "upper-limit", "--observed", 0, "--background", 0)
    assert found["upper_limit"] == pytest.approx(2.302585, rel=1e-5)
    assert found["expected"] is None
    found = answer(capsys, "upper-limit", "--background", 3, "--background-error", 0.6, "--efficiency-error", 0.15)
    assert found["upper_limit"] is None
    assert len(found["expected"]) == 5


@pytest.mark.parametrize("what", ["models", "searches", "detectors", "processes"])
def test_list(capsys, what):
    rows = answer(capsys, "list", what)[what]
    assert rows
    assert all(row["name"] and row["title"] for row in rows)


def test_list_processes_of_a_model(capsys):
    rows = answer(capsys, "list", "processes", "--model", "alp")["processes"]
    assert [row["name"] for row in rows][:2] == ["e+ e- -> gamma a", "e+ e- -> e+ e- a"]
    everything = {row["name"] for row in answer(capsys, "list", "processes")["processes"]}
    assert {"e+ e- -> gamma gamma gamma", "e+ e- -> e- mu+", *(row["name"] for row in rows)} <= everything


def test_show_says_vertices_as_products(capsys):
    shown = {name: called(capsys, "show", name)[1].splitlines() for name in ("heavy_neutrino", "b_minus_l", "dark_higgs", "lepton_contact")}
    for name, row in (
        ("heavy_neutrino", ["N", "e", "W", "left", "0.461662", "x", "coupling", "*", "flavour_e"]),
        ("b_minus_l", ["mu", "mu", "Z'", "vector", "-1", "x", "coupling"]),
        ("dark_higgs", ["A'", "A'", "h'", "mass", "sqrt(4", "*", "pi", "*", "alpha_D)", "*", "mass"]),
        ("lepton_contact", ["e", "mu", "e", "e", "VV", "coupling", "*", "C_emu"]),
    ):
        assert row in [line.split() for line in shown[name]]
    assert answer(capsys, "show", "b_minus_l")["vertices"][1] == {
        "fields": ["mu", "mu", "Z'"], "structure": "vector", "strength": -1.0, "parameter": "coupling",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["lmu_ltau", "belle2_zprime_invisible", "belle2", "babar", "belle", "bes3"])
def test_show(capsys, name):
    assert answer(capsys, "show", name)
    code, out, _ = called(capsys, "show", name)
    assert code == 0
    assert len(out) > 300


def test_show_says_what_a_window_is_and_where_a_suppression_is_asked(capsys):
    """A search whose signal has no peak has another window; what limit and project ask and select does not is told."""
    assert (
        answer(capsys, "show", "belle2_tau_tau_invisible")["window"]
        == "the shortest interval of the observable that holds 80% of the signal"
    )
    found = answer(capsys, "show", "belle2_lfv_zprime_invisible")
    assert found["window"] == "+- 2 widths of the peak"
    assert found["suppression"]["in"] == "belle2_zprime_invisible"
    assert "select does not ask it" in found["suppression"]["asked in"]
    assert "select does not ask it" in called(capsys, "show", "belle2_zprime_invisible")[1]


def test_show_draws_a_detector(capsys, tmp_path):
    figure = tmp_path / "card.png"
    found = answer(capsys, "show", "belle2", "--preset", "design", "--plot", figure)
    assert figure.stat().st_size > 10_000
    assert found["preset"] == "design"
    rows = {row["name"]: row for row in found["entries"]}
    assert rows["calorimeter.background"]["value"] == "high"
    assert rows["prescales.lml7"]["value"] == 5
    assert rows["lines.lml6"]["value"] == "clusters[E* >= 1, id 4-15] == 1 and clusters[E > 0.3] == 1"
    assert {row["name"] for row in answer(capsys, "list", "detectors")["detectors"]} >= {"babar", "belle", "belle2", "bes3"}


def test_generate_simulate_select(capsys, tmp_path):
    events, seen = tmp_path / "z.lhe.gz", tmp_path / "z.parquet"
    made = answer(capsys, "generate", *ZPRIME, "-n", 2000, "-o", events, "--quiet")
    assert made["events"] == 2000
    assert 0 < made["unweighting_efficiency"] < 1
    found = answer(capsys, "simulate", events, "-o", seen, "--quiet")
    assert found["events"] == 2000
    assert 1 < found["tracks_per_event"] < 2
    assert 0.3 < found["trigger_efficiency"]["ffo"] < 0.6
    sigma = made["cross_section_fb"] * found["trigger_efficiency"]["ffo"]
    assert found["luminosity_cm2_s"] == 2.40e34
    assert found["trigger_rate_hz"]["ffo"] == pytest.approx(sigma * 1e-39 * 2.40e34, rel=1e-6)
    assert 0 < found["trigger_rate_error_hz"]["ffo"] < found["trigger_rate_hz"]["ffo"]
    later = answer(
        capsys, "simulate", events, "-o", seen, "--quiet", "--preset", "design", "--at", "1e35/cm2/s", "--set", "prescales.ffo=4"
    )
    assert later["prescales"] == {"lml7": 5, "lml4": 20, "ffo": 4}
    assert later["trigger_rate_hz"]["ffo"] == pytest.approx(sigma * 1e-39 * 1e35 / 4, rel=0.2)
    other = answer(capsys, "simulate", events, "-o", seen, "--quiet", "--set", "lines.fff=tracks[theta 30-150, pt > 0.3] >= 1")
    assert other["trigger_efficiency"]["fff"] > other["trigger_efficiency"]["ffo"]
    assert "trigger lines at 2.4e+34/cm2/s" in called(capsys, "simulate", events, "-o", seen, "--quiet")[1]
    assert answer(capsys, "simulate", events, "-o", seen, "--quiet") == found
    assert any("assumption" in line for line in found["assumptions"])
    some = answer(capsys, "select", "belle2_zprime_invisible", seen, "--mass", 1)
    assert [row["name"] for row in some["cutflow"]][-1] == "window"
    assert some["peak"]["mean"] == pytest.approx(1, abs=0.2)
    assert len(some["spectrum"]["edges"]) == len(some["spectrum"]["values"]) + 1
    assert "tau suppression is not applied here" in some["suppression"]
    assert "tau suppression is not applied here" in called(capsys, "select", "belle2_zprime_invisible", seen, "--mass", 1)[1]
    assert answer(capsys, "select", "belle2_zprime_invisible", seen, "--control", "before tau suppression")["suppression"] is None
    before = answer(capsys, "select", "belle2_zprime_invisible", seen)
    assert before["efficiency"] > some["efficiency"]
    assert "window" not in [row["name"] for row in before["cutflow"]]
    counted = answer(capsys, *LIMIT, "--data", seen)
    assert counted["points"][0]["observed"] == 0
    assert counted["points"][0]["excluded"][0][0] == counted["points"][0]["coupling_limit"]


def test_limit_and_project(capsys, tmp_path):
    target, figure, seen = tmp_path / "limit.json", tmp_path / "limit.png", tmp_path / "recoil.png"
    found = answer(capsys, *LIMIT, "--luminosity", "276/pb", "-o", target, "--plot", figure, "--spectrum", seen)
    assert json.loads(target.read_text()) == found
    assert figure.stat().st_size > 10_000
    assert seen.stat().st_size > 10_000
    assert found["luminosity_ifb"] == pytest.approx(0.276)
    both = answer(capsys, "project", *LIMIT[1:], "--luminosity", "276/pb,50/ab")
    assert [c["luminosity_ifb"] for c in both] == pytest.approx([0.276, 5e4])
    assert both[0]["points"] == found["points"]
    assert both[1]["points"][0]["expected_coupling"][2] < both[0]["points"][0]["expected_coupling"][2]


def test_any_number_of_jobs_gives_the_same_answer(capsys):
    one, two = (answer(capsys, *LIMIT, "--jobs", jobs) for jobs in (1, 2))
    assert one == two


def test_another_result_has_another_provenance(capsys):
    base = ["cross-section", "e+ e- -> mu+ mu-", "--detector", "belle2"]
    made = [answer(capsys, *base, *more)["provenance"] for more in ([], ["--no-spread"], ["--seed", 2], ["--precision", 0.003])]
    assert all(a != b for i, a in enumerate(made) for b in made[:i])
    quick = ["limit", "belle2_tau_tau_invisible", "lmu_ltau", "--masses", "2", "--attempts", "8192", "--no-isr", "--no-fsr", "--quiet"]
    made = [answer(capsys, *quick, *more)["provenance"] for more in ([], ["--no-spread"], ["--alpha", "s"], ["--invisible", "1"])]
    assert all(a != b for i, a in enumerate(made) for b in made[:i])


def test_events_of_ones_own_can_be_data(capsys, tmp_path):
    """Unweighted events hold a few overweights: they count."""
    events, seen = tmp_path / "z.lhe.gz", tmp_path / "z.parquet"
    answer(capsys, "generate", ZPRIME[0], "--model", "lmu_ltau", "--mass", 3, "--coupling", 0.1, "-n", 20000, "-o", events, "--quiet")
    answer(capsys, "simulate", events, "-o", seen, "--quiet")
    found = answer(capsys, *LIMIT, "--data", seen)
    assert found["points"][0]["observed"] > 1500  # a tenth of them passes
    assert found["provenance"]["settings"]["data"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["cross-section", "e+ e- -> mu+ mu-"],
        ["model", "lmu_ltau", "--mass", 1, "--coupling", 0.1],
        ["upper-limit", "--background", 1],
        LIMIT,
    ],
    ids=lambda a: a[0],
)
def test_every_result_says_what_made_it(capsys, arguments):
    made = answer(capsys, *arguments)["provenance"]
    assert made.keys() == {"version", "seed", "settings", "missing"}


def test_limit_is_a_table_for_people(capsys):
    code, out, _ = called(capsys, *LIMIT)
    assert code == 0
    assert "lmu_ltau" in out


def test_changes_of_the_card_and_the_spread_matter(capsys):
    published = answer(capsys, *LIMIT)["points"][0]
    still = answer(capsys, *LIMIT, "--no-spread")["points"][0]
    blurred = answer(capsys, *LIMIT, "--set", "track.theta_resolution=5")["points"][0]
    assert still["resolution"] < published["resolution"] < blurred["resolution"]


def test_cache(capsys):
    found = answer(capsys, "cache", "info")
    assert found["kernels"] > 0
    assert found["bytes"] > 0


def test_cache_counts_and_clears_kernels_and_grids(capsys, tmp_path, monkeypatch):
    """Two kernels with their machine code, three grids, and the fragment of a run that was killed while it wrote a fourth."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    place = tmp_path / "darkrecoil"
    for name, size in (("kernels/a.py", 5), ("kernels/b.py", 7), ("kernels/__pycache__/a.run-1.nbc", 100)):
        (place / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (place / name).write_bytes(b"x" * size)
    (place / "grids").mkdir(mode=0o700)
    for name in ("1.grids", "2.grids", "3.grids", ".killed.grids"):
        (place / "grids" / name).write_bytes(b"x" * 10)
    before = {"kernels": 2, "bytes": 112, "grids": 3, "grids_bytes": 40}
    assert answer(capsys, "cache", "info").items() >= before.items()
    after = {"kernels": 0, "bytes": 0, "grids": 0, "grids_bytes": 0, "removed": 2, "removed_grids": 3}
    assert answer(capsys, "cache", "clear").items() >= after.items()
    assert not [path for path in place.rglob("*") if path.is_file()]


def test_a_known_process_leaves_its_grids_in_the_cache(capsys):
    answer(capsys, "cross-section", "e+ e- -> gamma gamma", "--precision", 0.01)
    assert answer(capsys, "cache", "info")["grids"] > 0


def test_a_result_names_each_cut_once(capsys):
    found = answer(capsys, "cross-section", "e+ e- -> mu+ mu- gamma", "--cut", "energy_cms(gamma) > 0.01", "--cut", "theta(mu+) > 0.5")
    assert found["cuts"] == ["energy_cms(gamma) > 0.01", "theta(mu+) > 0.5"]


@pytest.mark.parametrize("m_h", [2.0, 6.0])
def test_a_parameter_reaches_the_cross_section(capsys, m_h):
    """A' h' by explicit matrices and quadrature: the mass of the h' is a parameter, and so is alpha_D."""
    order = ["e+ e- -> A' h'", "--model", "dark_higgs", "--mass", 1, "--coupling", 1e-3]
    found = answer(capsys, "cross-section", *order, "--param", f"m_h={m_h}", "--param", "alpha_D=0.2", "--precision", 0.001)
    g, g_m = 1e-3 * sqrt(4 * pi * ALPHA_0), sqrt(4 * pi * 0.2) * 1.0
    value = two_body(partial(higgsstrahlung, mass=1.0, g=g, g_m=g_m), (1.0, m_h), SQRT_S) * GEV2_FB
    assert found["cross_section_fb"] == pytest.approx(value, rel=2e-3)
    assert found["provenance"]["settings"]["parameters"] == f"alpha_D=0.2,m_h={m_h!r}"


def test_a_flavour_violating_coupling_is_a_parameter(capsys):
    order = ["e+ e- -> mu+ tau- Z'", "--model", "lfv_zprime", "--mass", 3, "--coupling", 0.1, "--precision", 0.01]
    one, two = (answer(capsys, "cross-section", *order, "--param", f"g_mutau={g}")["cross_section_fb"] for g in (0.1, 0.2))
    assert two == pytest.approx(4 * one, rel=1e-6)
    code, _, err = called(capsys, "cross-section", *order)
    assert code == 2
    assert "no tree diagram" in err


def test_a_model_that_does_not_enter_is_said_so(capsys):
    order = ["e+ e- -> mu+ mu-", "--model", "lmu_ltau", "--mass", 5, "--coupling", 1]
    assert "lmu_ltau does not enter" in answer(capsys, "cross-section", *order)["notes"][0]
    code, _, err = called(capsys, "cross-section", *order)
    assert code == 0
    assert "note: lmu_ltau does not enter" in err


@pytest.mark.parametrize("verb", ["cross-section", "generate"])
def test_help_names_processes_and_formats(capsys, verb):
    code, out, _ = called(capsys, verb, "--help")
    assert code == 0
    text = " ".join(out.replace("│", " ").split())
    assert all(name in text for name in ("mu+ mu- gamma", "gamma gamma gamma", "e+ e- mu+ mu-", "gamma A'"))
    assert verb == "cross-section" or all(name in text for name in (".lhe.gz", ".hepmc", ".parquet", ".root"))


def test_spins_of_taus_can_be_switched_off_and_then_are_said_to_be_missing(capsys, tmp_path):
    order = ["generate", "e+ e- -> tau+ tau-", "-n", 200, "-o", tmp_path / "taus.hepmc"]
    made = {switch: answer(capsys, *order, *switch)["provenance"] for switch in ((), ("--spin-correlation",), ("--no-spin-correlation",))}
    assert made[()] == made["--spin-correlation",]
    on, off = made[()], made["--no-spin-correlation",]
    assert (on["settings"]["spin_correlation"], off["settings"]["spin_correlation"]) == (True, False)
    assert not any("spin" in words for words in on["missing"])
    assert [words for words in off["missing"] if words not in on["missing"]] == [UNCORRELATED]
    muons = answer(capsys, "generate", "e+ e- -> mu+ mu-", "-n", 10, "-o", tmp_path / "mu.lhe", "--no-spin-correlation")
    assert UNCORRELATED not in muons["provenance"]["missing"]


REFUSED = [
    (2, ["limt"], "limt"),
    (2, ["limit", "belle2_zprime_invisible", "lmutau", "--masses", "3"], "did you mean 'lmu_ltau'"),
    (2, ["limit", "belle2_zprime", "lmu_ltau", "--masses", "3"], "did you mean 'belle2_zprime_invisible'"),
    (2, ["limit", "belle2_zprime_invisible", "lmu_ltau"], "--masses"),
    (2, ["model", "lmu_ltau", "--mass", "heavy", "--coupling", "1"], "heavy"),
    (2, ["cross-section", "e+ e- -> mu+ mu- Z'"], "--model"),
    (3, ["cross-section", "e+ e- -> e+ e-"], "diverges along the beams"),
    (2, ["list", "things"], "things"),
    (2, ["show", "bele2"], "did you mean 'belle2'"),
    (2, ["generate", "e+ e- -> mu+ mu-", "-o", "events.root2"], "root2"),
    (2, ["upper-limit", "--background", "1", "--method", "fx"], "bayes"),
    (2, ["upper-limit", "--background", "1", "--prior", "log-flat"], "reference"),
    (2, ["upper-limit", "--background", "1", "--method", "fc", "--fc-rule", "row"], "did you mean 'raw'"),
    (2, ["upper-limit"], "--workspace"),
    (3, ["upper-limit", "--workspace", "nowhere.json"], "nowhere.json"),
    (3, ["coverage", "--background", "-1"], "-1"),
    (3, ["model", "lmu_ltau", "--mass", "nan", "--coupling", "1"], "nan"),
    (3, ["model", "lmu_ltau", "--mass", "20", "--coupling", "1"], "20"),
    (3, [*LIMIT[:3], "--masses", "0.5,12"], "12"),
    (3, [*LIMIT, "--luminosity", "276"], "276/pb"),
    (3, [*LIMIT, "--luminosity", "-276/pb"], "-276/pb"),
    (3, [*LIMIT, "--set", "track.theta_resolution"], "--set"),
    (3, [*LIMIT, "--set", "track.theta_resolution=-1"], "-1"),
    (3, ["cross-section", "e+ e- -> mu+ mu- (gamma)", "--matching", "5"], "matching scale is out of range: 5 GeV"),
    (3, ["cross-section", "e+ e- -> mu+ mu- (gamma)", "--no-fsr"], "(gamma) needs the radiation of beams and charges"),
    (2, ["cross-section", "e+ e- -> (gamma) mu+ mu-"], "stands once, at the end"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--cut", "theta"], "not a cut"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--param", "x"], "name=value"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--param", "x=1", "--param", "x=2"], "given twice"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--mass", "1"], "--mass needs a model"),
    (3, ["generate", "e+ e- -> mu+ mu-", "--coupling", "1", "-o", "x.lhe"], "--coupling needs a model"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--param", "g=1"], "--param g needs a model"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--model", "nowhere/mine.py"], "no such model file"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--model", "nowhere/ufo"], "no such UFO"),
    (2, ["list", "models", "--model", "alp"], "does not go with models"),
    (2, ["list", "processes", "--model", "alpp"], "did you mean 'alp'"),
    (3, ["show", "./nowhere.py"], "no such model file"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--set", "track.theta_resolution=1"], "--detector"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--no-spread"], "--detector"),
    (3, ["cross-section", "e+ e- -> mu+ mu-", "--sqrt-s", "9", "--detector", "belle2"], "--sqrt-s"),
    (2, [*LIMIT, "--without", "bogus"], "ffo plateau"),
    (2, [*LIMIT, "--plot", "limit.xyz"], ".png"),
    (2, [*LIMIT, "--spectrum", "recoil.xyz"], ".png"),
    (3, [*LIMIT, "--attempts", "100000000000"], "attempts"),
    (3, ["upper-limit", "--background", "-1"], "-1"),
    (3, ["simulate", "nowhere.lhe"], "nowhere.lhe"),
    (2, ["show", "lmu_ltau", "--plot", "a.png"], "go with a detector card"),
    (2, ["show", "belle2", "--plot", "a.jpeg"], "known: .pdf, .png, .svg"),
    (2, ["show", "belle2", "--preset", "2019"], "did you mean '2018'"),
    (3, ["simulate", "nowhere.lhe", "--at", "fast"], "write 6e35/cm2/s"),
    (3, ["select", "belle2_zprime_invisible", "nowhere.parquet"], "nowhere.parquet"),
    (3, ["generate", "e+ e- -> mu+ mu-", "-o", "/nowhere/events.lhe"], "/nowhere"),
    (3, ["limit", "belle2_zprime_invisible", "lmu_ltau", "--masses", "3", "-o", "/nowhere/limit.json"], "/nowhere"),
    (3, ["demo", "-o", "/proc/demo"], "/proc/demo"),
]


@pytest.mark.parametrize(("code", "arguments", "says"), REFUSED, ids=lambda v: " ".join(v)[:60] if isinstance(v, list) else None)
def test_refusal_is_one_line_with_its_exit_code(capsys, tmp_path, monkeypatch, code, arguments, says):
    monkeypatch.chdir(tmp_path)
    found, out, err = called(capsys, *arguments)
    assert found == code
    assert out == ""
    assert err.count("\n") == 1
    assert says in err
    found, out, _ = called(capsys, *arguments, "--json")
    assert found == code
    assert json.loads(out)["error"].keys() == {"what", "value", "allowed", "hint"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", ["truncated", "empty", "nan"])
def test_a_faulty_file_leaves_the_output_as_it_was(capsys, tmp_path, fault):
    good, bad, target = tmp_path / "good.lhe", tmp_path / "bad.lhe", tmp_path / "out.parquet"
    answer(capsys, "generate", "e+ e- -> mu+ mu-", "-n", 20, "-o", good, "--quiet")
    answer(capsys, "simulate", good, "-o", target, "--quiet")
    kept, text = target.read_bytes(), good.read_text()
    lines = text.splitlines(keepends=True)
    row = next(i for i, line in enumerate(lines) if line.split()[:2] == ["13", "1"])
    words = lines[row].split()
    bad.write_text({"truncated": text[: len(text) // 2], "empty": "", "nan": text.replace(words[6], "nan", 1)}[fault])
    code, out, err = called(capsys, "simulate", bad, "-o", target)
    assert code == 3
    assert out == ""
    assert err.count("\n") == 1
    assert "bad.lhe" in err
    assert target.read_bytes() == kept
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.lhe", "good.lhe", "out.parquet"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_refused(capsys, tmp_path):
    tmp_path.chmod(0o500)
    code, _, err = called(capsys, "generate", "e+ e- -> mu+ mu-", "-n", 20, "-o", tmp_path / "x.lhe")
    assert code == 3
    assert "cannot be written" in err


def test_a_fault_of_our_own_is_one_line(capsys, monkeypatch):
    from darkrecoil import models

    monkeypatch.setattr(models, "read", lambda _: 1 / 0)
    code, _, err = called(capsys, "model", "lmu_ltau", "--mass", 1, "--coupling", 1)
    assert code == 1
    assert err.count("\n") == 1
    with pytest.raises(ZeroDivisionError):
        run(["model", "lmu_ltau", "--mass", "1", "--coupling", "1", "-v"])


def test_ctrl_c_is_130(capsys, monkeypatch):
    from darkrecoil import models

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "read", interrupted)
    assert called(capsys, "model", "lmu_ltau", "--mass", 1, "--coupling", 1)[0] == 130


def test_help_imports_nothing_heavy():
    """--help is quick because numba, scipy, matplotlib and pyarrow are not read for it."""
    heavy = "('numba', 'scipy', 'matplotlib', 'pyarrow')"
    code = f"import sys; from darkrecoil.cli import run; run(['--help']); print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


def test_version_and_module():
    import darkrecoil

    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "darkrecoil", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == darkrecoil.__version__
    assert time.perf_counter() - begin < 30


@pytest.mark.timeout(600)
def test_demo_writes_three_figures_and_the_limit(capsys, tmp_path):
    found = answer(capsys, "demo", "-o", tmp_path / "demo", "--quiet")
    assert sorted(p.name for p in (tmp_path / "demo").iterdir()) == ["cutflow.png", "exclusion.png", "limit.json", "recoil.png"]
    assert len(found["figures"]) == 3
    kept = json.loads((tmp_path / "demo" / "limit.json").read_text())
    assert kept["points"] == found["points"]
    assert all(p["expected_coupling"] for p in kept["points"])
