"""Golden cutflows and limits of searches: one file each in tests/golden. ``python tests/golden_tools.py SEARCH`` writes one anew."""

import json
import os
import sys
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
    found, kept = facts(point), json.loads((FOLDER / f"{search}.json").read_text())
    assert found.keys() == kept.keys()
    for name, value in kept.items():
        if isinstance(value, dict):
            assert found[name].keys() == value.keys()
            for key, number in value.items():
                assert found[name][key] == pytest.approx(number, rel=1e-6), (name, key)
        else:
            assert found[name] == pytest.approx(value, rel=1e-6), name


if __name__ == "__main__":
    os.environ["DARKRECOIL_STORE"] = "0"
    for name in sys.argv[1:]:
        (FOLDER / f"{name}.json").write_text(json.dumps(facts(point_of(study_of(name))), indent=2) + "\n")
