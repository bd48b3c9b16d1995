"""Families of windows: one after the other without a gap, and half a window later."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from darkrecoil import analyses, limits, models
from darkrecoil._errors import BadValue
from darkrecoil.chain.stream import Selected
from darkrecoil.limits import series
from darkrecoil.limits.windows import window

SEARCH = analyses.find("belle2_zprime_invisible")
WIDTHS = {0.5: 0.30, 3.0: 0.28, 7.0: 0.16, 8.0: 0.13}  # GeV^2, by mass


def study(highest=9.0):
    """Peaks of these widths, as a study has them; at 9 GeV too few events for one."""
    rng = np.random.default_rng(4)
    peaks = {m: m * m + width * rng.standard_normal(20000) for m, width in WIDTHS.items()} | {9.0: np.full(3, 81.0)}
    signals = {m: Selected(f"peak {m}", np.ones((1, 3)), v, np.ones(len(v)), len(v), 1.0) for m, v in peaks.items()}
    model = models.find("lmu_ltau")
    return SimpleNamespace(model=model, analysis=replace(SEARCH, masses=(0.0, highest)), signals=signals, peak=signals.get)


@cache
def fitted():
    """The widths as windows have them."""
    made = study()
    return [window(made.analysis, m, made.peak(m)).width for m in WIDTHS]


def half(made, mass):
    """Half a window at a mass by the same linear interpolation."""
    return made.analysis.window * np.interp(mass**2, np.square(list(WIDTHS)), fitted())


@pytest.mark.parametrize("family", series.FAMILIES)
def test_windows_follow_one_another(family):
    made = study()
    found = series.masses(made, family)
    assert len(found) > 60
    ends = [(m**2 - half(made, m), m**2 + half(made, m)) for m in found]
    assert ends[-1][1] < 81 + half(made, 9.0)
    if family == "windows":
        assert ends[0][0] == pytest.approx(0.0, abs=1e-9)
        assert all(low == pytest.approx(high, abs=1e-7) for (_, high), (low, _) in pairwise(ends))


def test_shifted_windows_begin_in_the_middle_of_the_others():
    made = study()
    plain, shifted = (series.masses(made, family) for family in series.FAMILIES)
    begins = [m**2 - half(made, m) for m in shifted]
    assert begins == pytest.approx(np.square(plain)[: len(begins)], abs=1e-6)


def test_the_last_window_is_within_the_range():
    made = study(3.0)
    m = series.masses(made, "windows")[-1]
    assert 8 < m**2 + half(made, m) < 9


def test_the_last_window_is_within_the_range_of_the_model():
    made = study()
    light = replace(made.model, mass=replace(made.model.mass, low=1.0, high=3.0))
    found = series.masses(SimpleNamespace(**{**vars(made), "model": light}), "windows")
    assert found[0] >= 1.0
    assert 8 < found[-1] ** 2 + half(made, found[-1]) < 9


@pytest.mark.parametrize("family", series.FAMILIES)
@pytest.mark.parametrize(
    ("search", "model", "says"),
    [
        ("belle2_tau_tau_invisible", "lmu_ltau", "the signal of belle2_tau_tau_invisible has none; give masses instead"),
        ("belle2_lepton_pair_lfv", "lepton_contact", "belle2_lepton_pair_lfv looks for no new particle; --masses 0"),
    ],
)
def test_windows_that_do_not_follow_the_mass_are_refused(search, model, says, family):
    with pytest.raises(BadValue, match=says):
        limits.limit(search, model, family)


def test_ranges_without_a_mass_in_common_are_refused():
    light = replace(models.find("lmu_ltau"), mass=replace(models.find("lmu_ltau").mass, high=2.0))
    with pytest.raises(BadValue, match="no range of masses in common"):
        series.first(analyses.find("belle2_mumu_tautau"), light, "windows")


def test_no_peak_with_a_width_and_no_room_are_refused():
    made = study()
    few = {m: replace(some, values=some.values[:5], weights=some.weights[:5]) for m, some in made.signals.items()}
    with pytest.raises(BadValue, match="has no width: too few signal events"):
        series.masses(SimpleNamespace(**{**vars(made), "signals": few, "peak": few.get}), "windows")
    with pytest.raises(BadValue, match="no window of belle2_zprime_invisible has room below"):
        series.masses(study(0.3), "half-shifted")
