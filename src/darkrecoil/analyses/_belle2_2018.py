"""The data of Belle II of 2018: 276 pb^-1 (arXiv:1912.11276, abstract), in which two leptons and missing energy were searched for.

All other numbers: the dark-sector talk of 2019, Table I and captions of the searches with two muons and with an electron and a muon.
"""

from collections.abc import Mapping

from darkrecoil.selection import Dataset

Relative = tuple[float, float]  # (signal, background)

# By source: two muons; an electron and a muon. The first four act on the signal, the background carries 22 (+) 2 % only.
TABLE_1: Mapping[str, tuple[Relative, Relative | None]] = {
    "trigger":                           ((0.05,  0.0),  (0.01,  0.0)),
    "tracking":                          ((0.04,  0.0),  (0.04,  0.0)),
    "particle identification":           ((0.04,  0.0),  (0.04,  0.0)),
    "luminosity":                        ((0.015, 0.0),  (0.015, 0.0)),
    "tau suppression":                   ((0.0,   0.22), (0.0,   0.22)),
    "background before tau suppression": ((0.0,   0.02), (0.0,   0.02)),
    "dimuon yield":                      ((0.125, 0.0),  None),
}  # fmt: skip


def _data(column: int, corrections: Mapping[str, float]) -> Dataset:
    """The data set of a column; the corrections are on signal and background: whether an efficiency holds them has to be said beside it."""
    known = {source: pair for source, columns in TABLE_1.items() if (pair := columns[column])}
    return Dataset("2018", 0.276, "belle2", known, corrections, "276 pb^-1 of 2018", "2018")


TWO_MUONS = _data(0, {"ffo plateau": 0.79, "data/MC": 0.65})
ELECTRON_AND_MUON = _data(1, {"hie plateau": 0.96, "data/MC": 0.90})
