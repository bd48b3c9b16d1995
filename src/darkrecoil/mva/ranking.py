"""Which variables matter to a classifier: by how much the figure of merit worsens when one of them is scrambled."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from darkrecoil.mva.sample import Sample
from darkrecoil.mva.threshold import mean_merit
from darkrecoil.records import Floats


@dataclass(frozen=True)
class Impact:
    """A variable and the factor by which the cross-section that the search reaches grows without it: geometric mean over masses."""

    name: str
    factor: float


def ranking(sample: Sample, output: Callable[[Floats], Floats], cut: float, seed: int = 1) -> tuple[Impact, ...]:
    """The impacts of all variables, the largest first: each variable is permuted among the events, the cut stays.

    L. Breiman, Machine Learning 45 (2001) 5, section 10. The permutation is that of the seed and of the variable's place.
    """
    best = mean_merit(sample, output(sample.variables) >= cut)
    found = []
    for i, name in enumerate(sample.names):
        scrambled = sample.variables.copy()
        order = np.random.default_rng((seed, i)).permutation(len(scrambled))
        scrambled[:, i] = scrambled[order, i]
        worse = mean_merit(replace(sample, variables=scrambled), output(scrambled) >= cut)
        found.append(Impact(name, float(np.exp(worse - best))))
    return tuple(sorted(found, key=lambda one: -one.factor))
