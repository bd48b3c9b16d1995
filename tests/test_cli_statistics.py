"""The verbs of statistics: upper-limit by every method, a workspace, coverage."""

import json
from math import log

import pytest

from darkrecoil.cli import run
from darkrecoil.statistics import histfactory
from darkrecoil.statistics.counting import Counting
from darkrecoil.statistics.window import of_counting


def answer(capsys, *words):
    assert run([*(str(word) for word in words), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


KEYS = {"method", "level", "upper_limit", "lower_limit", "intervals", "expected", "p_value", "significance", "assumptions"}


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        (["--method", "bayes"], 4.5827),
        (["--method", "cls"], 4.4941),
        (["--method", "fc", "--fc-rule", "hull"], 4.3036),
        (["--method", "cls", "--calculator", "asymptotic"], 3.9746),
        (["--prior", "reference"], 4.0784),
        (["--prior", "log"], 1.5982),
        (["--response", "gaussian"], 4.7313),
    ],
)
def test_upper_limit(capsys, options, limit):
    counts = ["--observed", 3, "--background", 3, "--background-error", 0.6, "--efficiency-error", 0.15]
    found = answer(capsys, "upper-limit", *counts, "--expected", *options)
    assert found.keys() >= KEYS
    assert found["upper_limit"] == pytest.approx(limit, rel=2e-3)
    assert found["intervals"] == [[0.0, found["upper_limit"]]]
    assert found["expected"] == sorted(found["expected"])
    assert len(found["expected"]) == 5


def test_a_disconnected_set(capsys):
    counts = ["--observed", 0, "--background", 5, "--background-error", 1.1, "--efficiency-error", 0.146, "--response", "gaussian"]
    found = answer(capsys, "upper-limit", *counts, "--method", "fc", "--fc-rule", "raw")
    assert len(found["intervals"]) == 2
    assert found["upper_limit"] == found["intervals"][1][1] == pytest.approx(0.9713, abs=1e-3)


def test_a_workspace(capsys, tmp_path):
    path = tmp_path / "w.json"
    path.write_text(json.dumps(histfactory.write(of_counting(Counting(1.0)).with_data([0.0]))))
    exact = answer(capsys, "upper-limit", "--workspace", path, "--method", "cls")
    assert exact["upper_limit"] == pytest.approx(-log(0.1), rel=1e-6)
    assert answer(capsys, "upper-limit", "--workspace", path, "--method", "cls", "--calculator", "asymptotic")["upper_limit"] < 1.8
    path.write_text("[1]")
    assert run(["upper-limit", "--workspace", str(path)]) == 3
    assert "not a JSON object" in capsys.readouterr().err
    path.write_text("{")
    assert run(["upper-limit", "--workspace", str(path)]) == 3
    assert run(["upper-limit", "--workspace", str(path), "--background", "1"]) == 2


def test_coverage(capsys, tmp_path):
    figure = tmp_path / "c.png"
    found = answer(capsys, "coverage", "--background", 0.5, "--signals", "0:4:9", "--plot", figure)
    assert figure.stat().st_size > 10_000
    least = {m["name"]: m["minimum"] for m in found["methods"]}
    assert min(least["bayes"], least["fc"], least["cls"]) > 0.9 - 1e-6
    assert least["profile"] < 0.8
    assert run(["coverage", "--background", "0.5", "--signals", "1,2"]) == 0
    assert "Feldman" not in capsys.readouterr().err
