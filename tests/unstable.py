"""Decays of new particles on events made by hand, without a generated process."""

from functools import cache, partial

import numpy as np

from darkrecoil import _jit, models
from darkrecoil.amplitudes import machine
from darkrecoil.constants import AlphaScheme, alpha_scheme
from darkrecoil.generate import theory as theories
from darkrecoil.generate.unstable import events, uniforms
from darkrecoil.generate.unstable.amplitude import Amplitudes
from darkrecoil.generate.unstable.layout import layout
from darkrecoil.generate.unstable.pions import with_pions
from darkrecoil.generate.unstable.plan import Case, plan
from darkrecoil.records import Beams, Particles

A_PRIME = 55
ZERO: AlphaScheme = alpha_scheme("0")
BEAMS = Beams("centre of mass", 5.29, 5.29)
C = 29.9792458  # cm/ns
KEY = np.array([3, 4], dtype=np.uint64)


@cache
def kernels():
    """The amplitude machine and the random numbers, compiled."""
    return tuple(_jit.load([machine.kernel(), uniforms.kernel()]))


def case(name, mass, coupling=1e-3, **parameters):
    """A model of the registry with its numbers."""
    return Case(models.find(name), mass, coupling, parameters)


def amplitudes(some, weak=False):
    """The amplitudes of a model, pions included."""
    theory = theories.theory(ZERO, some.model, some.mass, some.coupling, some.parameters, weak)
    return Amplitudes(with_pions(theory), kernels()[0])


def decays(some, texts, codes, correlated=False, weak=False):
    """The decays of these words for a process that makes these codes."""
    made = plan(texts, some, codes)
    places = layout(made, [frozenset([abs(code)]) for code in codes], len(codes))
    draw = partial(uniforms.drawn, kernels()[1])
    return events.Decays(made, places, len(codes), amplitudes(some, weak), draw, KEY, BEAMS, correlated)


def particles(codes, momenta, first=0):
    """Events (n, k, 4) with these momenta at the origin."""
    momenta = np.asarray(momenta, dtype=float)
    n, k, _ = momenta.shape
    return Particles(
        pid=np.tile(np.array(codes), (n, 1)),
        mother=np.full((n, k), -1),
        status=np.ones((n, k), dtype=np.int64),
        momentum=momenta,
        vertex=np.zeros((n, k, 4)),
        weight=np.ones(n),
        attempt=np.arange(first, first + n),
        attempts=n,
        beams=BEAMS,
    )


def back_to_back(n, mass, other=0.0, sqrt_s=10.58, cosine=0.3):
    """(n, 2, 4): a particle of that mass and another one against it in their rest frame."""
    p = np.sqrt((sqrt_s**2 - (mass + other) ** 2) * (sqrt_s**2 - (mass - other) ** 2)) / (2 * sqrt_s)
    three = p * np.array([np.sqrt(1 - cosine**2), 0.0, cosine])
    pair = [[np.hypot(p, mass), *three], [np.hypot(p, other), *-three]]
    return np.tile(np.array(pair), (n, 1, 1))


def squared_mass(p):
    """p^2 of four-vectors (..., 4), GeV^2."""
    return p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)
