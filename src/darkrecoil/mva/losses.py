"""Losses of an output f in (0, 1) per event: cross-entropy to begin with, then the Punzi figure of merit of all masses at once.

Both are functions of jax arrays, so that network and trees take their gradients from one place.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil.mva.sample import Sample
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics.merit import CONFIDENCE, SIGMAS

Array = Any  # of jax, which is optional


@dataclass(frozen=True)
class Facts:
    """Of a sample ordered by its observable: what the losses need beside the output.

    ``signal`` (n,) weights inside the own window by ``mass`` (n,); ``background`` (n,) weights; ``first``, ``last`` (m,) of each window;
    ``unit`` (m,): the count that one background event of a window stands for; ``balance`` (n,) weights of the cross-entropy.
    """

    signal: Floats
    background: Floats
    mass: Ints
    first: Ints
    last: Ints
    unit: Floats
    balance: Floats
    is_signal: Floats
    used: Floats


def facts(sample: Sample) -> Facts:
    """The facts of a sample that is ``ordered``."""
    masses = len(sample.windows)
    background = np.where(sample.signal, 0.0, sample.weights)
    own = np.where(sample.inside(), sample.weights, 0.0)
    first, last = (np.searchsorted(sample.observable, sample.windows[:, i], side="left") for i in (0, 1))
    mass = np.maximum(sample.hypothesis, 0)
    efficiency = np.bincount(mass, own, masses)
    return Facts(
        own, background, mass, first, last, units(background, first, last), balance(sample, background), sample.signal.astype(float),
        (efficiency > 0).astype(float),
    )  # fmt: skip


def units(background: Floats, first: Ints, last: Ints) -> Floats:
    """sum w^2/sum w of each window (m,); where a window has none that of all: no window is emptier than one generated event."""
    sums = [np.concatenate([[0.0], np.cumsum(background**i)]) for i in (1, 2)]
    one, two = ((total[last] - total[first]) for total in sums)
    return np.asarray(np.where(one > 0, two / np.where(one > 0, one, 1.0), sums[1][-1] / sums[0][-1]))


def balance(sample: Sample, background: Floats) -> Floats:
    """Weights (n,) with which every mass counts alike, and all backgrounds as much as all masses; they sum to 1."""
    total = np.bincount(np.maximum(sample.hypothesis, 0), np.where(sample.signal, sample.weights, 0.0), len(sample.windows))
    share = np.where(sample.signal, sample.weights / np.where(total > 0, total, 1.0)[np.maximum(sample.hypothesis, 0)], 0.0)
    return np.asarray(0.5 * share / share.sum() + 0.5 * background / background.sum())


def cross_entropy(logit: Array, some: Facts) -> Array:
    """-sum w [y ln f + (1 - y) ln(1 - f)] with f = 1/(1 + exp(-logit)) and balanced weights."""
    import jax.numpy as jnp

    return jnp.sum(some.balance * (jnp.logaddexp(0.0, logit) - some.is_signal * logit))


def punzi(logit: Array, some: Facts) -> Array:
    """The mean over masses of ln of the cross-section that the search finds or excludes, ``statistics.merit.punzi_minimum``.

    Each event counts with its output: eps = sum_signal w f, B = sum_background w f + unit. P. Feichtinger et al., Eur. Phys. J. C 82
    (2022) 121, arXiv:2110.00810, eq. 5, who sum it and not its logarithm: the logarithm lets every mass count alike. ``unit`` is the
    count that one generated event stands for, below which the sample knows nothing of B.
    """
    import jax.numpy as jnp
    from jax.nn import sigmoid

    kept = sigmoid(logit)
    total = jnp.concatenate([jnp.zeros(1), jnp.cumsum(kept * some.background)])
    count = total[some.last] - total[some.first] + some.unit
    efficiency = jnp.zeros(len(some.unit)).at[some.mass].add(kept * some.signal)
    root = jnp.sqrt(count)
    a, b = SIGMAS, CONFIDENCE
    events = a**2 / 8 + 9 * b**2 / 13 + a * root + b / 2 * jnp.sqrt(b**2 + 4 * a * root + 4 * count)
    ln = jnp.log(events) - jnp.log(jnp.where(some.used > 0, efficiency, 1.0))
    return jnp.sum(some.used * ln) / jnp.sum(some.used)
