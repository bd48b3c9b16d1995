"""The efficiency of tracks: steps in pT times factors in steps of the polar angle, fitted together."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic, stepped
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.calibration.shares import LEAST, PER_DECADE, panel
from darkrecoil.detector.calibration.tracks import nearest
from darkrecoil.detector.finding import accepted, ring
from darkrecoil.detector.helix import curvature, farthest
from darkrecoil.detector.layout import pack
from darkrecoil.detector.schema import FACTOR, Card, Entry, number, numbers
from darkrecoil.records import Bools, Floats, Ints, Panel

EFFICIENCY, FACTORS = "track.efficiency", "track.theta_efficiency"
THETA = np.radians(np.arange(0.0, 181.0, 10.0))
BETTER = 2.0  # errors by which another polar angle must be better than the base's best to take its place
STEPS = 4


def tracks(block: Block, card: Card) -> Cells:
    """True particles that can be found: steps of pT and theta, bins of pT, p, theta; passed, pT, p, theta.

    Within the acceptance, from the vertexing region, far enough from the axis; no electrons, which radiate before.
    """
    packed = pack(card)
    d, _ = nearest(block, card)
    far = np.asarray(farthest(d, curvature(block["true_charge"], block["true_pt"], number(card.geometry.field))))
    inner = np.asarray(ring(np.hypot(block["true_x"], block["true_y"]), block["true_z"], packed)) < 0.5
    rows = np.asarray(accepted(np.cos(block["true_theta"]), far, packed)) & inner & (np.abs(block["pdg"]) != 11)
    pt, p, theta = (block[name][rows] for name in ("true_pt", "true_p", "true_theta"))
    steps = [stepped(pt, numbers(card.track.efficiency_edges)), stepped(theta, numbers(card.track.theta_edges))]
    indices = [*steps, logarithmic(pt, PER_DECADE), logarithmic(p, PER_DECADE), stepped(theta, THETA)]
    return gathered(indices, [block["found"][rows], pt, p, theta])


@dataclass(frozen=True)
class Product:
    """Efficiencies (4,) by pT and factors (4,) by theta, and the covariance (8, 8) of both, 0 for what is held."""

    pt: Floats
    theta: Floats
    covariance: Floats

    def errors(self) -> tuple[Floats, Floats]:
        """The errors (4,) of the efficiencies and of the factors."""
        error = np.sqrt(np.diag(self.covariance))
        return error[:STEPS], error[STEPS:]


def product(passed: Floats, total: Floats, start: Product, free: Bools, most: float) -> Product:
    """The product of greatest binomial likelihood for counts (4, 4), pT by theta, where ``free`` (8,); the rest stays at ``start``.

    Fisher's scoring, with the variance of the share (k + 1/2)/(n + 1), which is not zero where all or none pass. ``most``: what the
    factor of tracks from the vertexing region multiplies.
    """
    values = np.concatenate([start.pt, start.theta])
    places = np.flatnonzero(free)
    covariance = np.zeros((2 * STEPS, 2 * STEPS))
    share = passed / np.maximum(total, 1.0)
    for _ in range(50):
        pt, theta = values[:STEPS], values[STEPS:]
        expected = most * np.outer(pt, theta)
        smooth = (total * np.clip(expected, 0.0, 1.0) + 0.5) / (total + 1.0)
        weight = (total / (smooth * (1 - smooth))).ravel()
        slopes = np.zeros((STEPS, STEPS, 2 * STEPS))
        for i in range(STEPS):
            slopes[i, :, i] = most * theta
            slopes[:, i, STEPS + i] = most * pt
        slope = slopes.reshape(-1, 2 * STEPS)[:, places]
        own = np.linalg.pinv((slope.T * weight) @ slope)
        step = own @ (slope.T @ (weight * (share - expected).ravel()))
        values[places] += step
        if np.abs(step).max(initial=0.0) < 1e-10:
            break
    covariance[np.ix_(places, places)] = own
    return Product(values[:STEPS], values[STEPS:], covariance)


def best(passed: Floats, total: Floats, card: Card) -> tuple[Product, int]:
    """The product with the factor of the best polar angle held at the base's largest, and which angle that is."""
    start = Product(np.array(numbers(card.track.efficiency)), np.array(numbers(card.track.theta_efficiency)), np.zeros((8, 8)))
    enough = np.concatenate([total.sum(axis=1), total.sum(axis=0)]) >= LEAST
    most, largest = numbers(card.displaced.track_efficiency)[0], start.theta.max()
    reference = int(np.argmax(np.where(start.theta == largest, total.sum(axis=0), -1.0)))
    for _ in range(STEPS):
        theta = start.theta.copy()
        theta[reference] = largest
        free = enough.copy()
        free[STEPS + reference] = False
        made = product(passed, total, Product(start.pt, theta, start.covariance), free, most)
        excess = (made.theta - largest) / np.where(made.errors()[1] > 0, made.errors()[1], np.inf)
        if excess.max() < BETTER:
            break
        reference = int(np.argmax(excess))
    return made, reference


def track_efficiency(cells: Cells, card: Card) -> Fitted:
    """Efficiencies in the base's steps of pT, factors in its steps of theta; a step of too few entries keeps the base's number."""
    where = cells.index(4) * STEPS + cells.index(3)
    both = [np.bincount(where, w, STEPS * STEPS).astype(np.float64).reshape(STEPS, STEPS) for w in (cells.number, cells.sums[:, 0])]
    total, passed = both
    left = [*_few(EFFICIENCY, "pT", total.sum(axis=1), card.track.efficiency, card.track.efficiency_edges)]
    few_theta = _few(FACTORS, "theta", total.sum(axis=0), card.track.theta_efficiency, card.track.theta_edges)
    if len(left) == STEPS or len(few_theta) == STEPS:
        return Fitted(left=(*left, *few_theta))
    made, reference = best(passed, total, card)
    pt_error, theta_error = made.errors()
    held = f"relative to the {_named(card.track.theta_edges, 'theta')[reference]}"
    rows = ((EFFICIENCY, made.pt, pt_error, left, held), (FACTORS, made.theta, theta_error, few_theta, held))
    found = tuple(
        Found(name, np.clip(value, 0, 1).tolist(), error.tolist(), len(cells), "; ".join([said, *few]), made.covariance)
        for name, value, error, few, said in rows
    )
    return Fitted(found, (*left, *few_theta), (), _panels(cells, card, made))


def _named(edges: Entry[Any, Any], axis: str) -> list[str]:
    e, unit = edges.value, edges.unit
    return [f"{axis} < {e[0]:g} {unit}", *(f"{axis} {a:g}-{b:g} {unit}" for a, b in pairwise(e)), f"{axis} > {e[-1]:g} {unit}"]


def _few(entry: str, axis: str, total: Floats, values: Entry[Any, Any], edges: Entry[Any, Any]) -> list[str]:
    rows = zip(_named(edges, axis), total, values.value, strict=True)
    return [f"{entry} at {name}: {n:.0f} entries, fewer than {LEAST}: left at {base:g}" for name, n, base in rows if n < LEAST]


def _panels(cells: Cells, card: Card, made: Product) -> tuple[Panel, ...]:
    """Against pT, p and theta: the points, and what the steps make of the same particles."""
    steps: tuple[Ints, Ints] = cells.index(4), cells.index(3)
    most = numbers(card.displaced.track_efficiency)[0]
    new = most * made.pt[steps[0]] * made.theta[steps[1]]
    old = most * np.array(numbers(card.track.efficiency))[steps[0]] * np.array(numbers(card.track.theta_efficiency))[steps[1]]
    axes = ((2, 1, "true $p_T$ [GeV]", 1.0), (1, 2, "true $p$ [GeV]", 1.0), (0, 3, "true polar angle [deg]", 1 / FACTOR["deg"]))
    shown = (
        panel("Track efficiency", "Efficiency", cells, cells.sums[:, 0], place, column, label, unit, new, old)
        for place, column, label, unit in axes
    )
    return tuple(one for one in shown if one is not None)
