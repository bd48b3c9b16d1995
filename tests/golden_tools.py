"""Golden cutflows and limits of searches: one file each in tests/golden. ``python tests/golden_tools.py SEARCH`` writes one anew."""

import json
import os
import sys
from math import sqrt
from pathlib import Path

import pytest

from darkrecoil import analyses, limits, models
from darkrecoil.limits.curve import curve
from darkrecoil.limits.settings import Settings

FOLDER = Path(__file__).parent / "golden"
CASES = {  # by search: model, mass in GeV, parameters
    "belle2_four_muon": ("lmu_ltau", 1.0, None),
    "belle2_lepton_pair_lfv": ("lepton_contact", 0.0, None),
    "belle2_mu_tau_pair": ("lepton_contact", 0.0, None),
    "belle2_e_tau_pair": ("lepton_contact", 0.0, None),
    "belle2_mumu_tautau": ("lmu_ltau", 6.0, None),
    "belle2_lfv_four_lepton": ("lfv_zprime", 2.0, {"g_emu": 1.0, "g_chi": 0.0}),
}
SMALL = {"attempts": 24 * 8192, "signal_attempts": 8 * 8192}


def study_of(search):
    """The small study of a search's golden point."""
    model, mass, parameters = CASES[search]
    analysis = analyses.find(search)
    return limits.study(analysis, models.find(model), analysis.datasets[0], [mass], parameters=parameters, jobs=2, store=False, **SMALL)


def point_of(made):
    """The limit at that point as published: the search's own luminosity and level."""
    return curve(made, Settings(made.dataset.luminosity, made.analysis.level, parameters=CASES[made.analysis.name][2])).points[0]


def facts(point):
    """What a golden file holds of a point."""
    return {
        "cutflow": {row.name: [row.events, row.efficiency] for row in point.cutflow.rows},
        "background_by_source": dict(point.background_by_source),
        "resolution": point.resolution,
        "efficiency": point.efficiency,
        "expected_cross_section": list(point.expected_cross_section),
        "expected_coupling": list(point.expected_coupling),
    }


def compare(search, point):
    """A difference is a change of the physics: say old, new and why in the changelog, then write the file anew."""
    same(facts(point), json.loads((FOLDER / f"{search}.json").read_text()))


def same(found, kept):
    """Asserts that a golden point is found again: to 1e-6 where the events are the same.

    They are others where the last digits of a weight, which depend on the order in which a process compiles, have chosen other cells of a
    grid: then the numbers agree within what so many events scatter.
    """
    assert found.keys() == kept.keys()
    assert found["cutflow"].keys() == kept["cutflow"].keys()
    others = [row for row in kept["cutflow"] if found["cutflow"][row][0] != kept["cutflow"][row][0]]
    backgrounds = flat(found["background_by_source"]), flat(kept["background_by_source"])
    others += [old for new, old in zip(*backgrounds, strict=True) if new != pytest.approx(old, rel=1e-6)]
    for name, value in kept.items():
        assert not isinstance(value, dict) or found[name].keys() == value.keys(), name
        for new, old in zip(flat(found[name]), flat(value), strict=True):
            if not others:
                assert new == (None if old is None else pytest.approx(old, rel=1e-6)), name
    if others:
        for row, (events, _) in kept["cutflow"].items():
            assert abs(found["cutflow"][row][0] - events) <= 6 * sqrt(2 * events) + 6, row
        for new, old in zip(*backgrounds, strict=True):
            assert not (new and old) or 0.1 < new / old < 10, old  # few events, of unequal weights
        for name in ("resolution", "efficiency"):
            if name in kept and kept[name] is not None:
                assert found[name] == pytest.approx(kept[name], rel=0.3), name


def flat(value):
    """The numbers of a golden fact, in order."""
    if isinstance(value, dict):
        return [number for key in sorted(value) for number in flat(value[key])]
    return [number for one in value for number in flat(one)] if isinstance(value, list | tuple) else [value]


if __name__ == "__main__":
    os.environ["DARKRECOIL_STORE"] = "0"
    for name in sys.argv[1:]:
        (FOLDER / f"{name}.json").write_text(json.dumps(facts(point_of(study_of(name))), indent=2) + "\n")
