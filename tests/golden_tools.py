"""Golden cutflows and limits of searches: one file each in tests/golden."""

import hashlib
import json
import os
from math import sqrt
from pathlib import Path

import pytest

from darkrecoil import analyses, limits, models
from darkrecoil._jit import cache
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
FEW = 3.0  # events of background below which other generated events may leave any number
SMALL = {"attempts": 24 * 8192, "signal_attempts": 8 * 8192}


def study_of(search):
    """The small study of a search's golden point."""
    model, mass, parameters = CASES[search]
    analysis = analyses.find(search)
    return limits.study(analysis, models.find(model), analysis.datasets[0], [mass], parameters=parameters, jobs=2, store=False, **SMALL)


def point_of(made):
    """The limit at that point as published: the search's own luminosity and level."""
    return curve(made, Settings(made.dataset.luminosity, made.analysis.level, parameters=CASES[made.analysis.name][2])).points[0]


def facts(point, *more, without=()):
    """What a golden file holds of a point: its cutflow and background, its limits, and ``more`` fields; fields ``without`` are left out."""
    names = ("resolution", "efficiency", "expected_cross_section", "expected_coupling", *more)
    cutflow = {row.name: [row.events, row.efficiency] for row in point.cutflow.rows}
    fields = {name: getattr(point, name) for name in names if name not in without}
    return {"cutflow": cutflow, "background_by_source": dict(point.background_by_source), **fields}


def compiled():
    """What last digits depend on: the processor and the compiler's version, as eight digits."""
    return hashlib.sha256(cache._machine().encode()).hexdigest()[:8]


def compare(search, found):
    """A difference is a change of the physics: say old, new and why in the changelog, then write the files anew.

    ``DARKRECOIL_GOLDEN=write uv run pytest -k golden`` writes them.
    """
    path = FOLDER / f"{search}.json"
    if os.environ.get("DARKRECOIL_GOLDEN") == "write":
        path.write_text(json.dumps({"compiled": compiled(), **found}, indent=2) + "\n")
    kept = json.loads(path.read_text())
    same(found, kept, kept.pop("compiled"))


def same(found, kept, machine):
    """Asserts that a golden point is found again: to 1e-6 where ``machine`` compiled the same code, and wherever the events are the same.

    On another processor the last digits of a weight can choose other cells of a grid, hence other events: then the numbers agree within
    what so many events scatter.
    """
    assert found.keys() == kept.keys()
    assert found["cutflow"].keys() == kept["cutflow"].keys()
    if machine == compiled() or counts(found) == counts(kept):
        for name, value in kept.items():
            assert not isinstance(value, dict) or found[name].keys() == value.keys(), name
            for new, old in zip(flat(found[name]), flat(value), strict=True):
                assert new == (None if old is None else pytest.approx(old, rel=1e-6)), name
    else:
        alike(found, kept)


def alike(found, kept):
    """Asserts that a golden point agrees as far as other events let it: a suppression that is found on them keeps another share."""
    for row, (events, _) in kept["cutflow"].items():
        assert abs(found["cutflow"][row][0] - events) <= max(6 * sqrt(2 * events) + 6, 0.5 * events), row
    new, old = (sum(flat(some["background_by_source"])) for some in (found, kept))  # of one source an event or two may be left
    assert not (new and old) or max(new, old) < FEW or 0.1 < new / old < 10, old  # of few events, of unequal weights
    for name in ("resolution", "efficiency"):
        if kept.get(name) is not None:
            assert found[name] == pytest.approx(kept[name], rel=0.5), name


def counts(some):
    """The events of each row, and what is left of each background in six digits."""
    left = [float(f"{value:.6g}") for value in flat(some["background_by_source"])]
    return [events for events, _ in some["cutflow"].values()], left


def flat(value):
    """The numbers of a golden fact, in order."""
    if isinstance(value, dict):
        return [number for key in sorted(value) for number in flat(value[key])]
    return [number for one in value for number in flat(one)] if isinstance(value, list | tuple) else [value]
