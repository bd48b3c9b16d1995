"""A search's suppression by a classifier in the place of cuts: one for all masses, trained on events that no limit counts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil import mva
from darkrecoil.chain.stream import Selected, inside
from darkrecoil.limits.optimise import window
from darkrecoil.mva import Classifier, Impact, Sample
from darkrecoil.records import Bools, Floats, Ints
from darkrecoil.selection import Analysis, text

MASS = "mass squared"  # the last of the variables: what is asked may depend on it
Part = tuple[Floats, Floats, Ints]  # of a sample: variables, weights, mass


@dataclass(frozen=True, eq=False)
class Learnt:
    """A trained classifier: its variables in words and their impacts, and ``gain`` (m,) at the masses ``at`` (m,), GeV.

    The gain is the least cross-section that can be found without the classifier, over that with it, in the half of the training events
    that it has not learnt from.
    """

    name: str
    classifier: Classifier
    at: Floats
    gain: Floats
    ranking: tuple[Impact, ...]

    def passed(self, some: Selected) -> Bools:
        """Which events (n,) pass: each is asked at its own observable, beyond the first and last mass at theirs."""
        return self.classifier.keeps(columns(some, np.clip(some.values, self.at[0] ** 2, self.at[-1] ** 2)))

    @property
    def row(self) -> tuple[str, str]:
        """(name, text) of the row of a cutflow."""
        kind = "network" if self.classifier.kind == "network" else "boosted trees"
        return self.name, f"{kind} of {', '.join(self.classifier.names)} at least {self.classifier.cut:.4g}"

    @property
    def said(self) -> str:
        """What is asked, and which variables matter, in a line."""
        ranks = ", ".join(f"{one.name} {one.factor:.3g}" for one in self.ranking)
        gains = ", ".join(f"{mass:g} GeV: {gain:.3g}" for mass, gain in zip(self.at, self.gain, strict=True))
        return f"{self.row[1]}; factors lost without a variable: {ranks}; gain {gains}"

    @property
    def facts(self) -> str:
        """All that an event is asked, as JSON."""
        machine = self.classifier.machine
        return json.dumps([self.classifier.kind, self.classifier.cut, *machine.facts])


def columns(some: Selected, squares: Floats) -> Floats:
    """The variables of the events, (n, k + 1): those of the suppression, then the square (n,) of the mass at which they are asked."""
    assert some.variables is not None
    return np.column_stack([some.variables, squares])


def find(
    analysis: Analysis,
    signals: Mapping[float, Selected],
    backgrounds: Sequence[Selected],
    scale: tuple[float, float],
    kind: str,
    seed: int,
    progress: Callable[[float], None] | None = None,
) -> Learnt:
    """The classifier of a kind, "network" or "trees", from training events; arguments as of ``optimise.find``.

    UnknownName for another kind, DarkrecoilError without the extra ``mva``.
    """
    how = analysis.suppression
    assert how is not None
    sample, masses = training_sample(analysis, signals, backgrounds, scale)
    found = mva.train(sample, kind, seed, progress)
    unseen = sample.half(odd=True)
    before = mva.merits(unseen, np.ones(len(unseen.weights), dtype=bool))
    after = mva.merits(unseen, found.keeps(unseen.variables))
    return Learnt(how.name, found, np.array(masses), before / after, mva.ranking(unseen, found.output, found.cut, seed))


def training_sample(
    analysis: Analysis, signals: Mapping[float, Selected], backgrounds: Sequence[Selected], scale: tuple[float, float]
) -> tuple[Sample, list[float]]:
    """The sample of the masses whose peak can be seen, and these masses, GeV.

    A classifier is told the mass at which an event is judged, the same for signal and background, and not the observable: that would tell
    it how far an event is from the masses that it learns from, which is no property of background. (P. Baldi et al., Eur. Phys. J. C 76
    (2016) 235: a network with the mass as a parameter.) Every background event is judged at the mass that is nearest in the observable,
    and stands for those in that mass's window.
    """
    how = analysis.suppression
    assert how is not None
    windows = {mass: found for mass, some in signals.items() if (found := window(analysis, mass, some))}
    squares, bounds = np.array(list(windows)) ** 2, np.array(list(windows.values())).reshape(-1, 2)
    own = [_of_signal(signals[mass], i, squares, bounds[i], scale[0]) for i, mass in enumerate(windows)]
    other = [_of_background(some, squares, bounds, scale[1]) for some in backgrounds]
    variables, weights, mass = (np.concatenate(parts) for parts in zip(*own, *other, strict=True))
    signal = np.arange(len(mass)) < sum(len(part[2]) for part in own)
    names = how.labels or tuple(map(text, (*(node for node, _ in how.variables), *how.learnt)))
    return Sample((*names, MASS), variables, weights, mass, signal, len(windows)), list(windows)


def _of_signal(some: Selected, index: int, squares: Floats, bounds: Floats, factor: float) -> Part:
    """A signal's events in the window of its mass; their weights sum to its efficiency."""
    here = np.flatnonzero(inside(some, (bounds[0], bounds[1])))
    variables = columns(some, np.full(len(some.values), squares[index]))[here]
    return variables, factor * some.weights[here] / some.tally[0, 1], np.full(len(here), index)


def _of_background(some: Selected, squares: Floats, bounds: Floats, factor: float) -> Part:
    """A background's events, each at the nearest mass; there their weights sum to what the mass's window holds of that density."""
    edges = np.array([bounds[0, 0], *(squares[1:] + squares[:-1]) / 2, bounds[-1, 1]])
    share = (bounds[:, 1] - bounds[:, 0]) / np.diff(edges)
    place = np.searchsorted(edges, some.values, side="right") - 1
    here = np.flatnonzero((place >= 0) & (place < len(squares)))
    mass = place[here]
    variables = columns(some, squares[np.clip(place, 0, len(squares) - 1)])[here]
    return variables, factor * some.weights[here] / some.attempts * share[mass], mass
