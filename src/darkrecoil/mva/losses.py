"""Losses of an output f in (0, 1) per event: cross-entropy to begin with, then the Punzi figure of merit of all masses at once.

Both are functions of jax arrays, so that network and trees take their gradients from one place.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from darkrecoil.mva.sample import Sample
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics.merit import punzi_events

Array = Any  # of jax, which is optional


@dataclass(frozen=True)
class Facts:
    """Of a sample: what losses and merits need beside the output.

    ``signal`` (n,) and ``background`` (n,) weights, by ``mass`` (n,); ``unit`` (m,): the count that one background event of a mass
    stands for; ``used`` (m,): 1 where there is signal; ``balance`` (n,) weights of the cross-entropy.
    """

    signal: Floats
    background: Floats
    mass: Ints
    unit: Floats
    used: Floats
    balance: Floats
    is_signal: Floats


def facts(sample: Sample) -> Facts:
    """The facts of a sample."""
    own, background = np.where(sample.signal, sample.weights, 0.0), np.where(sample.signal, 0.0, sample.weights)
    used = (sample.sums(own) > 0).astype(float)
    return Facts(own, background, sample.mass, units(sample, background), used, balance(sample), sample.signal.astype(float))


def units(sample: Sample, background: Floats) -> Floats:
    """sum w^2/sum w of each mass (m,); where there is none that of all: no window is emptier than one generated event."""
    one, two = sample.sums(background), sample.sums(background**2)
    return np.asarray(np.where(one > 0, two / np.where(one > 0, one, 1.0), two.sum() / one.sum()))


def balance(sample: Sample) -> Floats:
    """Weights (n,) with which every mass counts alike, and all backgrounds as much as all masses; they sum to 1."""
    own, background = np.where(sample.signal, sample.weights, 0.0), np.where(sample.signal, 0.0, sample.weights)
    total = sample.sums(own)
    share = own / np.where(total > 0, total, 1.0)[sample.mass]
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
    none = jnp.zeros(len(some.unit))
    count = none.at[some.mass].add(kept * some.background) + some.unit
    efficiency = none.at[some.mass].add(kept * some.signal)
    ln = jnp.log(punzi_events(count, sqrt=jnp.sqrt)) - jnp.log(jnp.where(some.used > 0, efficiency, 1.0))
    return jnp.sum(some.used * ln) / jnp.sum(some.used)
