"""A small network: layers of tanh, trained by Adam on all events at once, first on the cross-entropy, then on the Punzi loss."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from darkrecoil.mva import losses
from darkrecoil.mva.losses import Facts
from darkrecoil.mva.sample import Sample
from darkrecoil.records import Floats

HIDDEN = (16, 8)
STEPS = (300, 700)  # of cross-entropy and of the Punzi loss
RATES = (0.02, 0.005)  # of Adam
EVERY = 25  # steps from one look at the other half to the next
Layers = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Network:
    """Weights and offsets of the layers, and the mean and standard deviation by which the variables are scaled."""

    mean: Floats
    scale: Floats
    layers: tuple[tuple[Floats, Floats], ...]

    @property
    def facts(self) -> tuple[object, ...]:
        """All numbers, to be written as JSON."""
        return self.mean.tolist(), self.scale.tolist(), [[weight.tolist(), offset.tolist()] for weight, offset in self.layers]

    def output(self, variables: Floats) -> Floats:
        """The output (n,) in (0, 1) for variables (n, k)."""
        value = (variables - self.mean) / self.scale
        for weight, offset in self.layers[:-1]:
            value = np.tanh(value @ weight + offset)
        weight, offset = self.layers[-1]
        return np.asarray(1.0 / (1.0 + np.exp(-(value @ weight + offset)[:, 0])))


def train(fit: Sample, watch: Sample, seed: int, progress: Callable[[float], None] | None = None) -> Network:
    """The network that the Punzi loss of the sample ``watch`` likes best along the way of one that learns from ``fit``.

    The two are disjoint parts of the training events, so that what is learnt by heart is not kept.
    """
    import jax

    mean, scale = moments(fit)
    some, other = ((losses.facts(s), (s.variables - mean) / scale) for s in (fit, watch))
    with jax.enable_x64(True):
        layers = started((fit.variables.shape[1], *HIDDEN, 1), seed)
        best: tuple[float, Layers] = (float("inf"), layers)  # of both losses: the second one starts from it and may not be worse
        done = 0
        for loss, steps, rate in zip((losses.cross_entropy, losses.punzi), STEPS, RATES, strict=True):
            advance, state = walker(loss, some, rate), None
            for _ in range(steps // EVERY):
                layers, state = advance(layers, state)
                now = float(losses.punzi(logits(layers, other[1]), other[0]))
                best = (now, layers) if now < best[0] else best
                done += EVERY
                if progress:
                    progress(done / sum(STEPS))
            layers = best[1]
        return Network(mean, scale, tuple((np.asarray(w), np.asarray(b)) for w, b in layers))


def walker(loss: Callable[[Any, Facts], Any], data: tuple[Facts, Floats], rate: float) -> Callable[[Layers, Any], tuple[Layers, Any]]:
    """EVERY steps of Adam on a loss, as one function of layers and its state (None to begin with)."""
    import jax
    import optax

    adam = optax.adam(rate)
    some, variables = data

    def slope(layers: Layers) -> Any:
        return jax.grad(lambda those: loss(logits(those, variables), some))(layers)

    def step(_: Any, at: Any) -> Any:
        layers, state = at
        change, state = adam.update(slope(layers), state)
        return optax.apply_updates(layers, change), state

    run = jax.jit(lambda at: jax.lax.fori_loop(0, EVERY, step, at))
    return lambda layers, state: run((layers, adam.init(layers) if state is None else state))


def logits(layers: Layers, variables: Any) -> Any:
    """The last layer's sums (n,) before they are squeezed into (0, 1)."""
    import jax.numpy as jnp

    value = variables
    for weight, offset in layers[:-1]:
        value = jnp.tanh(value @ weight + offset)
    return (value @ layers[-1][0] + layers[-1][1])[:, 0]


def started(sizes: tuple[int, ...], seed: int) -> Layers:
    """Layers to begin with: normal weights of standard deviation 1/sqrt(inputs), no offsets."""
    random = np.random.default_rng(seed)
    return [(random.normal(0.0, a**-0.5, (a, b)), np.zeros(b)) for a, b in pairwise(sizes)]


def moments(sample: Sample) -> tuple[Floats, Floats]:
    """Mean and standard deviation (k,) of the variables, classes and masses counted alike; 1 for a variable that is constant."""
    weight = losses.balance(sample)
    mean = weight @ sample.variables
    spread = np.sqrt(weight @ (sample.variables - mean) ** 2)
    return np.asarray(mean), np.asarray(np.where(spread > 0, spread, 1.0))
