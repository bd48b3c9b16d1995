"""A search's suppression by a classifier in the place of cuts: one for all masses, trained on events that no limit counts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil import mva
from darkrecoil.chain.stream import Selected
from darkrecoil.limits.optimise import window
from darkrecoil.mva import Classifier, Impact, Sample
from darkrecoil.records import Bools, Floats
from darkrecoil.selection import Analysis, text

OBSERVABLE = "observable"  # the last of the variables: what is asked may depend on it


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
        """Which events (n,) pass."""
        return self.classifier.keeps(columns(some))

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


def columns(some: Selected) -> Floats:
    """The variables of the events, (n, k + 1): those of the suppression, then the observable."""
    assert some.variables is not None
    return np.column_stack([some.variables, some.values])


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
    unseen = sample.rows(np.arange(len(sample.weights)) % 2 == 1)
    before = mva.merits(unseen, np.ones(len(unseen.weights), dtype=bool))
    after = mva.merits(unseen, found.keeps(unseen.variables))
    return Learnt(how.name, found, np.array(masses), before / after, mva.ranking(unseen, found.output, found.cut, seed))


def training_sample(
    analysis: Analysis, signals: Mapping[float, Selected], backgrounds: Sequence[Selected], scale: tuple[float, float]
) -> tuple[Sample, list[float]]:
    """The sample of the masses whose peak can be seen, and these masses, GeV."""
    how = analysis.suppression
    assert how is not None
    windows = {mass: found for mass, some in signals.items() if (found := window(analysis, mass, some))}
    kept = [signals[mass] for mass in windows]
    weights = [scale[0] * some.weights / some.tally[0, 1] for some in kept] + [scale[1] * b.weights / b.attempts for b in backgrounds]
    every = [*kept, *backgrounds]
    index = np.repeat([*range(len(kept)), *[-1] * len(backgrounds)], [len(some.values) for some in every])
    names = how.labels or tuple(map(text, (*(node for node, _ in how.variables), *how.learnt)))
    variables = np.concatenate([columns(some) for some in every])
    values = np.concatenate([some.values for some in every])
    sample = Sample(
        (*names, OBSERVABLE), variables, np.concatenate(weights), values, index, np.array(list(windows.values())).reshape(-1, 2)
    )
    return sample, list(windows)
