"""What is known of the data of Belle II from 2019 on, each number with its source, and the data sets of the searches, made from them.

Of the publications the abstracts were at hand, which give the luminosities. A number is "published", "recalled" (not read again) or
"assumed".
The same number serves every search: tracks and leptons are counted, so that two searches of as many tracks have one uncertainty.
"""

from collections.abc import Mapping
from typing import NamedTuple

from darkrecoil.selection import Dataset


class Number(NamedTuple):
    """A number and where it is from."""

    value: float
    source: str


TWO_MUONS = Number(79.7, "published: arXiv:2212.03066, abstract")  # fb^-1; projections take it, too
FOUR_MUONS = Number(178.0, "published: arXiv:2403.02841, abstract")
TWO_TAUS = Number(62.8, "published: arXiv:2306.12294, abstract")

# Relative, of the signal.
TRIGGER = Number(0.01, "assumed: published for e mu in 2018; monitored since with lines of the other detector")
TRACK = Number(0.009, "recalled: 0.9 % a track in papers of the period, of all tracks in common; 2 % in 2018")
LEPTON = Number(0.01, "assumed: a lepton that is identified; 2 % in 2018")
LUMINOSITY = Number(0.01, "recalled; 1.5 % in 2018")
# Relative, of a background that control samples have been compared with; others have what the signal has.
CONTROLLED = Number(0.10, "assumed: recalled are 3 to 9 % of two muons up to about 6 GeV; 2 % in 2018, before the suppression of taus")
SUPPRESSED = Number(0.22, "assumed: tau pairs behind cuts that few of them pass; published for two muons in 2018")

# Factors on signal and background. Of more than two tracks no loss is assumed.
FFO = {"ffo plateau": Number(0.95, "recalled: two tracks; 0.79 in 2018")}
HIE = {"hie plateau": Number(0.96, "assumed: published for e mu in 2018; where ffo may fire instead, the loss is at most this")}
NO_LOSS: Mapping[str, Number] = {}


def controlled(tracks: int, leptons: int, plateau: Mapping[str, Number], **others: Number) -> Dataset:
    """79.7 fb^-1 for a search whose background is known from control samples: of so many tracks, so many of them identified.

    ``others``: more uncertainties of the background, by name with _ for a space.
    """
    known = {name: (number, 0.0) for name, number in _signal(tracks, leptons).items()}
    behind = {"background": CONTROLLED, **{name.replace("_", " "): number for name, number in others.items()}}
    return _data(TWO_MUONS, {**known, **{name: (0.0, number.value) for name, number in behind.items()}}, plateau)


def simulated(
    tracks: int,
    leptons: int,
    plateau: Mapping[str, Number] = NO_LOSS,
    *,
    misidentified: float | None = None,
    others: Mapping[str, tuple[float, float]] | None = None,
    luminosity: Number = TWO_MUONS,
    name: str = "2019-20",
) -> Dataset:
    """A data set for a search whose background is the simulation's: both carry the same uncertainties but for who is ``misidentified``.

    ``misidentified``: the relative uncertainty of a background of particles that are called what they are not, assumed by the search.
    """
    known = {source: (number, number) for source, number in _signal(tracks, leptons).items()}
    if misidentified is not None:
        known["particle identification"] = (known["particle identification"][0], misidentified)
    return _data(luminosity, {**known, **(others or {})}, plateau, name)


def _signal(tracks: int, leptons: int) -> dict[str, float]:
    return {
        "trigger": TRIGGER.value,
        "tracking": round(tracks * TRACK.value, 6),
        "particle identification": round(leptons * LEPTON.value, 6),
        "luminosity": LUMINOSITY.value,
    }


def _data(luminosity: Number, known: Mapping[str, tuple[float, float]], plateau: Mapping[str, Number], name: str = "2019-20") -> Dataset:
    notes = f"{luminosity.value:g} fb^-1, {luminosity.source}; systematics and trigger: recalled or assumed"
    return Dataset(name, luminosity.value, "belle2", known, {line: one.value for line, one in plateau.items()}, notes, "2019-2022")
