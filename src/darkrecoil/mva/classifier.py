"""A trained classifier with its cut, from training events alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from darkrecoil._errors import DarkrecoilError, unknown
from darkrecoil.mva import network, trees
from darkrecoil.mva.network import Network
from darkrecoil.mva.sample import Sample
from darkrecoil.mva.threshold import threshold
from darkrecoil.mva.trees import Trees
from darkrecoil.records import Bools, Floats

EXTRA = 'pip install "darkrecoil[mva]"'
Trainer = Callable[[Sample, Sample, int, Callable[[float], None] | None], Network | Trees]
KINDS: dict[str, Trainer] = {"network": network.train, "trees": trees.train}


@dataclass(frozen=True)
class Classifier:
    """What was trained, by which variables, and the cut on its output."""

    kind: str
    names: tuple[str, ...]
    machine: Network | Trees
    cut: float

    def output(self, variables: Floats) -> Floats:
        """The output (n,) in (0, 1) for variables (n, k)."""
        return self.machine.output(variables)

    def keeps(self, variables: Floats) -> Bools:
        """Which events (n,) pass."""
        return np.asarray(self.output(variables) >= self.cut)


def train(sample: Sample, kind: str = "network", seed: int = 1, progress: Callable[[float], None] | None = None) -> Classifier:
    """A classifier for all masses at once, and its cut; ``kind`` is "network" or "trees".

    Every second event is learnt from; the others, which it has not seen, say when to stop and where to cut. Judge it on a third sample.
    Raises UnknownName for another kind, DarkrecoilError without the extra ``mva``.
    """
    if kind not in KINDS:
        raise unknown("classifier", kind, KINDS)
    installed()
    watch = sample.half(odd=True)
    machine = KINDS[kind](sample.half(odd=False), watch, seed, progress)
    return Classifier(kind, sample.names, machine, threshold(watch, machine.output(watch.variables)))


def installed() -> None:
    """Nothing; DarkrecoilError without the extra ``mva``."""
    try:
        import jax  # noqa: F401
        import optax  # noqa: F401
        import sklearn  # noqa: F401
    except ImportError:
        raise DarkrecoilError("this needs the extra mva, which is not installed", hint=EXTRA) from None
