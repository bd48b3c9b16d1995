"""Boosted trees: each one is fitted to the slope of the loss at what the others say, cross-entropy first, then the Punzi loss.

J. H. Friedman, Ann. Statist. 29 (2001) 1189, algorithm 1, with trees of scikit-learn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil.mva import losses
from darkrecoil.mva.sample import Sample
from darkrecoil.records import Floats

ROUNDS = (100, 60)  # of cross-entropy and of the Punzi loss
LEAVES, SHARE = 16, 0.005  # leaves of a tree; the least share of the balanced weight in one
RATE = 0.3  # of what a tree says is taken
STEEPEST = 2.0  # the most that one tree changes a logit


@dataclass(frozen=True)
class Trees:
    """Trees in the order in which they were grown; their sum is the logit."""

    trees: tuple[Any, ...]
    first: float

    @property
    def facts(self) -> tuple[object, ...]:
        """Of each tree the variables, the values that are asked and the answers, to be written as JSON."""
        parts = [tree.tree_ for tree in self.trees]
        return self.first, [[p.feature.tolist(), p.threshold.tolist(), p.value[:, 0, 0].tolist()] for p in parts]

    def output(self, variables: Floats) -> Floats:
        """The output (n,) in (0, 1) for variables (n, k)."""
        logit = self.first + sum((said(tree, variables) for tree in self.trees), np.zeros(len(variables)))
        return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def train(fit: Sample, watch: Sample, seed: int, progress: Callable[[float], None] | None = None) -> Trees:
    """As many trees, grown on ``fit``, as the Punzi loss of the disjoint sample ``watch`` likes best."""
    import jax

    known, asked = losses.facts(fit), losses.facts(watch)
    logit, elsewhere = np.zeros(len(fit.weights)), np.zeros(len(watch.weights))
    grown: list[Any] = []
    best = (float("inf"), 0)
    with jax.enable_x64(True):
        watched = jax.jit(lambda at: losses.punzi(at, asked))
        for loss, rounds in zip((losses.cross_entropy, losses.punzi), ROUNDS, strict=True):
            slope = jax.jit(jax.grad(lambda at, loss=loss: loss(at, known)))
            for _ in range(rounds):
                tree = grow(fit.variables, np.asarray(slope(logit)), known.balance, seed + len(grown))
                logit, elsewhere = logit + said(tree, fit.variables), elsewhere + said(tree, watch.variables)
                grown.append(tree)
                now = float(watched(elsewhere))
                best = (now, len(grown)) if now < best[0] else best
                if progress:
                    progress(len(grown) / sum(ROUNDS))
    return Trees(tuple(grown[: best[1]]), 0.0)


def grow(variables: Floats, slope: Floats, weight: Floats, seed: int) -> Any:
    """A tree that predicts minus the slope per balanced weight, where there is any."""
    from sklearn import tree as trees

    use = weight > 0
    target = -slope[use] / weight[use]
    size = np.sqrt(np.average(target**2, weights=weight[use]))
    maker: Any = trees.DecisionTreeRegressor
    tree = maker(max_leaf_nodes=LEAVES, min_weight_fraction_leaf=SHARE, random_state=seed)
    return tree.fit(variables[use], target / (size if size > 0 else 1.0), sample_weight=weight[use])


def said(tree: Any, variables: Floats) -> Floats:
    """What is taken of a tree (n,)."""
    return np.asarray(RATE * np.clip(tree.predict(variables), -STEEPEST, STEEPEST))
