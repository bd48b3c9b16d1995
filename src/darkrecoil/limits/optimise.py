"""The values of a search's suppression, found by the Punzi figure of merit on training events, and asked of events.

They are stable by construction: few values to choose from; a choice must leave enough background events; its background is taken one
standard deviation up; its merit is averaged with that of its neighbours in mass; a tighter step, and a step from one mass to the next,
must earn its price. Merits are counted in whole millionths, so that no rounding chooses between equal ones.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Protocol

import numpy as np

from darkrecoil.chain.stream import Selected, inside
from darkrecoil.records import Bools, Floats
from darkrecoil.selection import Analysis, Suppression, text
from darkrecoil.statistics.merit import punzi_minimum
from darkrecoil.statistics.peak import quantiles

UNIT = 10**6  # of the logarithm of the merit
TIGHTER, OTHER = UNIT // 500, UNIT // 200  # prices: of a step to a tighter value, and of a step from one mass to the next
NEIGHBOUR = 0.25  # the part of each neighbouring mass in the averaged logarithm of the merit
FEWEST = 100  # signal events of the training below which nothing is cut


@dataclass(frozen=True, eq=False)
class Cuts:
    """What is asked of the variables: ``values`` (m, k), at least, where the observable is ``at`` (m,); linear between, constant beyond.

    ``gain`` (m,): the least cross-section that can be found without the cuts, over that with them, in the training.
    """

    name: str
    texts: tuple[str, ...]
    at: Floats
    values: Floats
    gain: Floats

    def passed(self, some: Selected) -> Bools:
        """Which events (n,) pass."""
        assert some.variables is not None
        asked = np.stack([np.interp(some.values, self.at, column) for column in self.values.T], axis=1)
        return np.asarray((some.variables[:, : len(self.texts)] >= asked).all(axis=1))

    @property
    def row(self) -> tuple[str, str]:
        """(name, text) of the row of a cutflow."""
        ranges = (
            f"{text} > {low:g} to {high:g} GeV" for text, low, high in zip(self.texts, self.values.min(0), self.values.max(0), strict=True)
        )
        return self.name, "; ".join(ranges) + ", by the observable"

    @property
    def said(self) -> str:
        """What is asked mass by mass, in a line."""
        rows = zip(self.at, self.values.tolist(), strict=True)
        return ", ".join(f"{at**0.5:g} GeV: {'/'.join(f'{v:g}' for v in values)}" for at, values in rows)

    @property
    def facts(self) -> str:
        """All that an event is asked, as JSON."""
        return json.dumps([self.at.tolist(), self.values.tolist()])


class Suppressing(Protocol):
    """What a suppression asks of events: by cuts, or by a classifier in their place."""

    @property
    def row(self) -> tuple[str, str]: ...
    @property
    def said(self) -> str: ...
    @property
    def facts(self) -> str: ...
    def passed(self, some: Selected) -> Bools: ...


def applied(cuts: Suppressing | None, some: Selected) -> Selected:
    """The events that pass the cuts, with one row more in the tally; the same where there are none."""
    if cuts is None or some.later:
        return some
    mask = cuts.passed(some)
    weights, variables = some.weights[mask], None if some.variables is None else some.variables[mask]
    row = np.array([[len(weights), weights.sum(), (weights**2).sum()]])
    tally = np.concatenate([some.tally, row])
    return replace(some, values=some.values[mask], weights=weights, variables=variables, tally=tally, later=(cuts.row,))


def find(analysis: Analysis, signals: Mapping[float, Selected], backgrounds: Sequence[Selected], scale: tuple[float, float]) -> Cuts:
    """The cuts of a search's suppression from training events: signals by mass, GeV, and backgrounds.

    ``scale``: (1, luminosity in fb^-1), each with the data set's corrections of signal and background: what efficiencies and
    cross-sections are multiplied with.
    """
    how = analysis.suppression
    assert how is not None
    windows = {mass: window(analysis, mass, some) for mass, some in signals.items()}
    merits = [merit(how, signals[m], backgrounds, w, scale) if w else _flat(how) for m, w in windows.items()]
    logs = np.stack(merits)
    choice = path(averaged(logs))
    grids = [np.array(grid) for _, grid in how.variables]
    values = np.array([[grid[i] for grid, i in zip(grids, index, strict=True)] for index in choice])
    gain = np.exp([one[index] for one, index in zip(logs, choice, strict=True)])
    return Cuts(how.name, tuple(text(node) for node, _ in how.variables), np.array(list(windows)) ** 2, values, gain)


def window(analysis: Analysis, mass: float, signal: Selected) -> tuple[float, float] | None:
    """The search's window with the half width of the central 68 % of the signal for a resolution; None for too few events."""
    if len(signal.values) < FEWEST:
        return None
    low, high = quantiles(signal.values, signal.weights, (0.16, 0.84))
    half = analysis.window * (high - low) / 2
    return mass**2 - half, mass**2 + half


def merit(
    how: Suppression, signal: Selected, backgrounds: Sequence[Selected], window: tuple[float, float], scale: tuple[float, float]
) -> Floats:
    """ln of the least cross-section without cuts over that with them, for each choice of values, one axis per variable.

    -inf for choices that leave too few events. Punzi's form of ``punzi_minimum``, for three sigma or a limit of 90 %.
    """
    efficiency = scale[0] * left(how, signal, window)[0] / signal.tally[0, 1]
    sums = [left(how, some, window) / some.attempts ** np.array([1, 2]).reshape((2,) + (1,) * len(how.variables)) for some in backgrounds]
    mean, square = sum(one[0] for one in sums), sum(one[1] for one in sums)
    up = mean + np.sqrt(sum(np.maximum(one[1], some.unit**2) for one, some in zip(sums, backgrounds, strict=True)))
    events = np.where(square > 0, mean**2 / np.where(square > 0, square, 1.0), 0.0)
    least = punzi_minimum(efficiency, scale[1] * up)
    loose = (0,) * least.ndim
    with np.errstate(divide="ignore"):
        found = np.log(least[loose] / least)
    found[events < how.fewest] = -np.inf
    found[loose] = 0.0
    return np.asarray(found)


def left(how: Suppression, some: Selected, window: tuple[float, float]) -> Floats:
    """(2, ...): sum of weights and of their squares in the window that each choice of values leaves, one axis per variable."""
    assert some.variables is not None
    here = inside(some, window)
    grids = [np.array(grid) for _, grid in how.variables]
    bins = [
        np.searchsorted(grid, column, side="right") - 1 for grid, column in zip(grids, some.variables[here].T[: len(grids)], strict=True)
    ]
    met = reduce(np.logical_and, (index >= 0 for index in bins))
    weight = some.weights[here][met]
    sums = np.zeros((2, *map(len, grids)))
    for i, w in enumerate((weight, weight**2)):
        np.add.at(sums[i], tuple(index[met] for index in bins), w)
    for axis in range(1, sums.ndim):
        sums = np.flip(np.cumsum(np.flip(sums, axis), axis), axis)
    return sums


def averaged(logs: Floats) -> Floats:
    """The logarithms (m, ...) of neighbouring masses averaged; what is not allowed stays so, and is 0 for its neighbours."""
    own = np.where(np.isfinite(logs), logs, 0.0)
    before, after = np.concatenate([own[:1], own[:-1]]), np.concatenate([own[1:], own[-1:]])
    return np.asarray(np.where(np.isfinite(logs), NEIGHBOUR * (before + after) + (1 - 2 * NEIGHBOUR) * own, -np.inf))


def path(merits: Floats) -> list[tuple[int, ...]]:
    """The choice at each mass for which the sum of the merits (m, ...), less the prices, is greatest; the first of equal ones.

    By dynamic programming over the masses (R. Bellman, 1957): exact, in whole numbers.
    """
    shape = merits.shape[1:]
    index = np.stack([axis.ravel() for axis in np.indices(shape)], axis=1)
    allowed = np.isfinite(merits).reshape(len(merits), -1)
    own = np.where(allowed, -np.rint(UNIT * np.where(allowed, merits.reshape(len(merits), -1), 0.0)), UNIT**2).astype(np.int64)
    own += TIGHTER * index.sum(axis=1)
    steps = OTHER * np.abs(index[:, None] - index[None]).sum(axis=2)
    total, back = own[0], []
    for costs in own[1:]:
        reached = total[:, None] + steps
        back.append(reached.argmin(axis=0))
        total = reached.min(axis=0) + costs
    states = [int(total.argmin())]
    for pointer in reversed(back):
        states.append(int(pointer[states[-1]]))
    return [tuple(index[state].tolist()) for state in reversed(states)]


def _flat(how: Suppression) -> Floats:
    """No gain by the loosest choice, and no other."""
    found = np.full([len(grid) for _, grid in how.variables], -np.inf)
    found[(0,) * found.ndim] = 0.0
    return found
