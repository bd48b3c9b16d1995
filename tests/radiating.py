"""What the tests of radiation share: processes, samplers, sources that have learnt nothing."""

import numpy as np
from hypothesis import strategies as st

from darkrecoil.constants import ALPHA_0, alpha_scheme
from darkrecoil.generate import api, grids, multichannel
from darkrecoil.generate.radiation import Choice
from darkrecoil.generate.recipe import recipe

ZERO, ROOT = alpha_scheme("0"), 10.58
BETA = 0.087692  # (2 alpha/pi)(L - 1) at 10.58 GeV
K_SOFT = ALPHA_0 / np.pi * (np.pi**2 / 3 - 0.5)  # Bonneau and Martin
BOTH = Choice(True, True)
PAIR = "e+ e- -> mu+ mu-"
EXPONENTS, FRACTIONS, SPEEDS = st.floats(0.005, 0.06), st.floats(1e-9, 1 - 1e-9), st.floats(0.05, 0.99999)


def sampler(process, radiates=BOTH, cuts=(), **more):
    order = api.prepare(process, None, None, None, ROOT, "0", cuts, None, None, None, 1, 2, radiates, **more)
    return order.sampler, order.cut


def mean(weight):
    return weight.mean(), weight.std() / np.sqrt(len(weight))


def invariant(p):
    return p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)


def unlearnt(process, beams, engine, radiates=BOTH, model=(), seed=1):
    """A source of a part's own (not of a sum) and grids that have learnt nothing."""
    made = recipe(process, ZERO, ROOT, *model, radiates=radiates)
    some = multichannel.source(process, made.engine, made.soft, ROOT, beams, seed, engine, made.radiation)
    return some, grids.uniform(len(some.space.channels), some.dimensions), made
