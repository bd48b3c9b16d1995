"""Families of windows: one after the other without a gap, and half a window later."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from darkrecoil import analyses
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
    return SimpleNamespace(analysis=replace(SEARCH, masses=(0.0, highest)), signals=signals, peak=signals.get)


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
