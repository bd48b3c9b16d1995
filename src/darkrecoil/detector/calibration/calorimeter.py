"""Photon energy with its tail, and photon angles, by region: widths p0/E + p1/sqrt(E) + p2/E^(1/4) + p3 at the card's background level."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic, pulled
from darkrecoil.detector.calibration.closure import panels
from darkrecoil.detector.calibration.likelihood import Fit, Residuals, fitted
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.calibration.widths import remarks, wrapped
from darkrecoil.detector.forms import above_zero, as_sum
from darkrecoil.detector.schema import FACTOR, Card, number, numbers
from darkrecoil.records import Floats, Panel

REGIONS = ("forward", "barrel", "backward")
LEAST = 50  # photons of a region for a factor on the base's curve
MANY = 4000  # photons of a region for its four coefficients,
SPREAD = 8.0  # if their energies reach over such a factor between the 5 % and 95 % quantiles
NODES = (0.05, 0.35, 0.65, 0.95)  # quantiles of ln E at which the widths are the parameters
ANGLES = 0.3  # rad, beyond which a cluster is not that of the photon


def powers(energy: Floats) -> Floats:
    """1/E, 1/sqrt(E), 1/E^(1/4), 1 (4, m) of E in GeV."""
    return np.stack([1 / energy, energy**-0.5, energy**-0.25, np.ones_like(energy)])


def coefficients(card: Card, key: str, region: str) -> Floats:
    """The coefficients (4,) of the base card as a sum, in the entry's unit, at its level of the background."""
    table = getattr(card.calorimeter, key).value
    return np.array(as_sum(getattr(getattr(table, region), card.calorimeter.background.value), table.form))


def residuals(key: str, residual: Callable[[Block], Floats]) -> Callable[[Block, Card], Cells]:
    """Found photons in a region: region, bins of energy and residual; energy, residual."""

    def gather(block: Block, card: Card) -> Cells:
        rows = (block["found"] > 0) & (block["region"] < 3)
        place = block["region"][rows].astype(np.int64)
        energy = np.maximum(block["true_p"][rows], number(card.calorimeter.formula_energy))
        table = np.stack([coefficients(card, key, region) for region in REGIONS])
        width = np.maximum((table[place].T * powers(energy)).sum(axis=0) * FACTOR[getattr(card.calorimeter, key).unit], 1e-6)
        r = residual(block)[rows]
        return gathered([place, logarithmic(energy, 25), pulled(r / width)], [block["true_p"][rows], r])

    return gather


def part(cells: Cells, card: Card, region: int, energies: bool) -> Residuals:
    """The cells of one region as the fit sees them; a residual in energy ends at the threshold below and at 1 above."""
    rows = cells.index(2) == region
    true, r = cells.means()[:, rows]
    energy = np.maximum(true, number(card.calorimeter.formula_energy))
    low = np.maximum(numbers(card.calorimeter.threshold)[region] / true - 1, -1.0) if energies else np.full(len(r), -ANGLES)
    high = 1.0 if energies else ANGLES
    keep = (r > low) & (r < high)
    return Residuals(energy[None, keep], r[keep], cells.number[rows][keep], low[keep], high)


@dataclass(frozen=True)
class Curve:
    """The width of a region against energy with one parameter, the factor on the base's curve, or four, ln of the width at NODES.

    ``base`` (4,) and what it returns as coefficients are in the entry's ``unit``; ``powers`` (4, m) those of the cells' energies;
    ``solved`` (4, 4): coefficients from widths at the nodes; ``start`` (1,) or (4,); ``ends``: energies of the sample, GeV.
    """

    base: Floats
    unit: float
    powers: Floats
    solved: Floats
    start: Floats
    ends: tuple[float, float]

    @property
    def whole(self) -> bool:
        """Whether it has four parameters."""
        return len(self.start) > 1

    def coefficients(self, p: Floats) -> Floats:
        """The coefficients (4,) of parameters."""
        return np.asarray(self.solved @ np.exp(p) / self.unit if self.whole else np.exp(p[0]) * self.base)

    def width(self, p: Floats) -> Floats:
        """The width (m,) of each cell, at least a part in 10^6."""
        return np.maximum(self.unit * (self.coefficients(p) @ self.powers), 1e-6)

    def covariance(self, p: Floats, covariance: Floats) -> Floats:
        """The covariance (4, 4) of the coefficients from that of the parameters."""
        slope = self.solved * np.exp(p) / self.unit if self.whole else (np.exp(p[0]) * self.base)[:, None]
        return np.asarray(slope @ covariance @ slope.T)


def curve(some: Residuals, base: Floats, unit: float) -> Curve:
    """The curve of a region: four parameters where the sample has MANY photons over a factor SPREAD in energy, else one."""
    energy = some.at[0]
    order = np.argsort(energy)
    low, high = np.interp([0.05, 0.95], np.cumsum(some.number[order]) / some.number.sum(), energy[order])
    share = (np.array(NODES) - NODES[0]) / (NODES[-1] - NODES[0])
    nodes = powers(low * (high / low) ** share)
    whole = some.number.sum() >= MANY and high > SPREAD * low
    start = np.log(np.maximum(unit * (base @ nodes), 1e-6)) if whole else np.zeros(1)
    solved: Floats = np.asarray(np.linalg.inv(nodes.T) if whole else np.eye(4), dtype=np.float64)
    return Curve(base, unit, powers(energy), solved, start, (float(energy.min()), float(energy.max())))


def region_fit(some: Residuals, start: Curve, tail: float) -> tuple[Curve, Fit]:
    """The fit of a region at a tail; a factor on the base's curve if four coefficients turn negative outside of the sample."""
    made = fitted(some, start.width, start.start, tail)
    if start.whole and not positive(start.coefficients(made.value[:-1])):
        start = replace(start, start=np.zeros(1))
        made = fitted(some, start.width, start.start, tail)
    return start, made


def positive(p: Floats) -> bool:
    """Whether a card takes these coefficients (4,)."""
    try:
        above_zero((float(p[0]), float(p[1]), float(p[2]), float(p[3])))
    except ValueError:
        return False
    return True


def energy_fit(cells: Cells, card: Card) -> Fitted:
    """Width by region and one tail for all: each region alone, the tails averaged, then each region at that tail."""
    alone: dict[str, tuple[Curve, Residuals, Fit]] = {}
    left: list[str] = []
    unit = FACTOR[card.calorimeter.energy_resolution.unit]
    base_tail = number(card.calorimeter.energy_tail)
    for i, region in enumerate(REGIONS):
        some = part(cells, card, i, energies=True)
        if some.number.sum() < LEAST:
            left.append(_too_few("energy_resolution", region, some))
            continue
        start = curve(some, coefficients(card, "energy_resolution", region), unit)
        alone[region] = start, some, fitted(some, start.width, start.start, base_tail, free_tail=True)
    if not alone:
        return Fitted(left=(*left, f"calorimeter.energy_tail: too few entries: left at {base_tail:g}"))
    tail, error, said = _tail({region: fit for region, (_, _, fit) in alone.items()})
    total = sum(int(some.number.sum()) for _, some, _ in alone.values())
    fits: dict[str, tuple[Curve, Fit, Residuals]] = {}
    shown: list[Panel] = []
    for region, (start, some, free) in alone.items():
        form, made = region_fit(some, start, tail)
        covariance = made.covariance
        if form is start:  # else the tail's share in the error of a mere factor is small
            pull = free.covariance[:-1, -1] / free.covariance[-1, -1]
            covariance = covariance + np.outer(pull, pull) * error**2
        fits[region] = form, Fit(made.value, covariance, made.floor), some
        said += remarks(f"photon energy, {region}", made, len(form.start))
        shown += _shown(f"Photon energy, {region}", form, made, some, tail)
    number_of = Found("calorimeter.energy_tail", tail, error, total)
    table, more = _table("energy_resolution", fits)
    return Fitted((*table, number_of), tuple(left), (*said, *more), tuple(shown))


def _tail(fits: dict[str, Fit]) -> tuple[float, float, list[str]]:
    """The tail of all regions, its error, and what is to be said where they differ."""
    values = np.array([fit.value[-1] for fit in fits.values()])
    weights = np.array([1 / fit.covariance[-1, -1] for fit in fits.values()])
    tail, error = float(weights @ values / weights.sum()), float(weights.sum() ** -0.5)
    chi2 = float(weights @ (values - tail) ** 2)
    listed = ", ".join(f"{region} {v:.3f} +- {w**-0.5:.3f}" for region, v, w in zip(fits, values, weights, strict=True))
    said = [f"photon energy: the regions' tails differ ({listed}), the card has one"] if chi2 > 16 else []
    if tail < 0:
        said.append(f"photon energy: the tail is to the right, {tail:.3f} +- {error:.3f}; the card has 0")
    return min(max(tail, 0.0), 2.0), error, said


def angle_fit(key: str, title: str) -> Callable[[Cells, Card], Fitted]:
    """The fit of an angle's width by region."""

    def fit(cells: Cells, card: Card) -> Fitted:
        unit = FACTOR[getattr(card.calorimeter, key).unit]
        fits: dict[str, tuple[Curve, Fit, Residuals]] = {}
        left: list[str] = []
        said: list[str] = []
        shown: list[Panel] = []
        for i, region in enumerate(REGIONS):
            some = part(cells, card, i, energies=False)
            if some.number.sum() < LEAST:
                left.append(_too_few(key, region, some))
                continue
            form, made = region_fit(some, curve(some, coefficients(card, key, region), unit), 0.0)
            fits[region] = form, made, some
            said += remarks(f"{title.lower()}, {region}", made, len(form.start))
            shown += _shown(f"{title}, {region}", form, made, some, 0.0)
        found, more = _table(key, fits)
        return Fitted(found, tuple(left), (*said, *more), tuple(shown))

    return fit


def _shown(title: str, form: Curve, fit: Fit, some: Residuals, tail: float) -> tuple[Panel, ...]:
    before = np.maximum(form.unit * (form.base @ form.powers), 1e-6)
    return panels(title, "true $E$ [GeV]", some, some.at[0], form.width(fit.value[:-1]), before, fit, tail)


def _table(key: str, fits: dict[str, tuple[Curve, Fit, Residuals]]) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The entry of a resolution, coefficients and errors of each region that was fitted, and what is to be said of factors."""
    if not fits:
        return (), ()
    values: dict[str, list[float]] = {}
    errors: dict[str, list[float]] = {}
    covariances, notes = [], []
    for region, (form, fit, some) in fits.items():
        shape = fit.value[:-1]
        covariances.append(form.covariance(shape, fit.covariance[:-1, :-1]))
        values[region], errors[region] = form.coefficients(shape).tolist(), np.sqrt(np.diag(covariances[-1])).tolist()
        if not form.whole:
            factor, error = float(np.exp(shape[0])), float(np.exp(shape[0]) * np.sqrt(fit.covariance[0, 0]))
            notes.append(
                f"calorimeter.{key}, {region}: {some.number.sum():.0f} entries: the base's curve times {factor:.3f} +- {error:.3f}"
            )
    total = sum(int(some.number.sum()) for _, _, some in fits.values())
    ends = ", ".join(f"{region} {form.ends[0]:.3g} to {form.ends[1]:.3g} GeV" for region, (form, _, _) in fits.items())
    return (Found(f"calorimeter.{key}", values, errors, total, f"fitted: {ends}", np.stack(covariances)),), tuple(notes)


def _too_few(key: str, region: str, some: Residuals) -> str:
    return f"calorimeter.{key}, {region}: {some.number.sum():.0f} entries, fewer than {LEAST}: left at the base"


def energy(block: Block) -> Floats:
    """Measured over true energy, less 1."""
    return np.asarray(block["energy"] / block["true_p"] - 1.0)


def angle(name: str) -> Callable[[Block], Floats]:
    """Measured less true angle, rad."""

    def difference(block: Block) -> Floats:
        return wrapped(block[name] - block[f"true_{name}"])

    return difference
