"""Resolutions of tracks: curvature, angles, impact parameters, each of two terms in quadrature; without electrons, which radiate before."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from darkrecoil.detector.calibration.calorimeter import angle
from darkrecoil.detector.calibration.cells import Cells, gathered, logarithmic, pulled
from darkrecoil.detector.calibration.closure import PER_DECADE
from darkrecoil.detector.calibration.quantity import Block, Fitted, Found
from darkrecoil.detector.calibration.widths import Terms, TwoTerms, two_terms
from darkrecoil.detector.finding import ring
from darkrecoil.detector.helix import curvature as bending
from darkrecoil.detector.helix import perigee
from darkrecoil.detector.layout import D0, Z0, pack
from darkrecoil.detector.measuring import impact_sigma, lever_factor
from darkrecoil.detector.schema import FACTOR, Card, Entry, number, numbers
from darkrecoil.records import Floats

SLOPE, CONSTANT = "track.pt_resolution_slope", "track.pt_resolution_constant"
ANGLES = ("theta", "phi")
SCATTERING = "track.angle_scattering"
FAR_CURVATURE, FAR_ANGLE, FAR_IMPACT = 1.0, 0.1, 1.0  # relative, rad, cm: residuals beyond are not those of the particle
NARROW = 8.0  # how much smaller the base's width of an entry must be


def heavy(block: Block) -> Block:
    """The rows of found tracks that are no electrons."""
    rows = (block["found"] > 0) & (np.abs(block["pdg"]) != 11)
    return {name: column[rows] for name, column in block.items()}


def two(columns: Sequence[Floats], base: tuple[float, float], reach: float, which: Floats | float = 0.0) -> Cells:
    """Cells of a width^2 = a^2 A + b^2 B: which, bins of both terms, of a panel, of the residual in base widths.

    Columns: A, B, residual, coordinate of the panel.
    Entries whose width in the base is not small beside ``reach`` are left out: their residuals would be cut.
    """
    width = np.sqrt(base[0] ** 2 * columns[0] + base[1] ** 2 * columns[1])
    rows = width < reach / NARROW
    first, second, residual, at = (column[rows] for column in columns)
    which, width = np.broadcast_to(np.asarray(which), rows.shape)[rows], width[rows]
    indices = [
        which.astype(np.int64),
        logarithmic(first, 25),
        logarithmic(second, 25),
        logarithmic(at, PER_DECADE),
        pulled(residual / np.maximum(width, 1e-6)),
    ]
    return gathered(indices, [first, second, residual, at])


# --- curvature


def curvature(block: Block, card: Card) -> Cells:
    """Found tracks: (f pT)^2 with the factor f of short ones, 1/beta^2, residual (q/pT)/(q/pT)_true - 1, pT."""
    some = heavy(block)
    pt, p, beta = some["true_pt"], some["true_p"], some["beta"]
    seen = np.hypot(some["px"], some["py"])
    residual = np.sign(some["charge"]) * some["true_charge"] * pt / np.maximum(seen, 1e-9) - 1.0
    radius = np.hypot(some["true_x"], some["true_y"])
    lever = np.asarray(lever_factor(radius, some["true_z"], pt / p, some["true_pz"] / p, pack(card)))
    return two([(lever * pt) ** 2, beta**-2, residual, pt], _base(card), FAR_CURVATURE)


def _base(card: Card) -> tuple[float, float]:
    return number(card.track.pt_resolution_slope), number(card.track.pt_resolution_constant)


def curvature_fit(cells: Cells, card: Card) -> Fitted:
    """Slope and constant of sigma(pT)/pT; the lever arm is the base's."""
    made = two_terms(cells, Terms((SLOPE, CONSTANT), _base(card), "Curvature", "true $p_T$ [GeV]", FAR_CURVATURE))
    found = tuple(
        Found(name, float(made.value[i]), float(np.sqrt(made.covariance[i, i])), made.number, covariance=made.covariance)
        for i, name in enumerate((SLOPE, CONSTANT)) if i not in made.held
    )  # fmt: skip
    return Fitted(found, made.left, made.notes, made.panels)


# --- angles


def angles(block: Block, card: Card) -> Cells:
    """Found tracks, twice: 0 and theta's residual, 1 and phi's; 1, 1/(p^2 beta^2 sin theta), residual, p."""
    some = heavy(block)
    p, n = some["true_p"], len(some["pdg"])
    scattered = (p * some["beta"]) ** -2 / np.maximum(np.sin(some["true_theta"]), 1e-9)
    parts = [(np.ones(n), scattered, angle(name)(some), p) for name in ANGLES]
    base = np.array([_angle_base(card, i) for i in (0, 1)])
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    which = np.repeat([0.0, 1.0], n)
    return two(columns, (float(base[:, 0].max()), float(base[:, 1].max())), FAR_ANGLE, which)


def _angle_base(card: Card, which: int) -> tuple[float, float]:
    constant = (card.track.theta_resolution, card.track.phi_resolution)[which]
    return number(constant), numbers(card.track.angle_scattering)[which]


def angle_fits(cells: Cells, card: Card) -> Fitted:
    """Constants of theta and phi, and the scattering of both, which is one entry."""
    made = []
    for i, name in enumerate(ANGLES):
        terms = (f"track.{name}_resolution", f"{SCATTERING} of {name}")
        made.append(two_terms(cells.of(4, i), Terms(terms, _angle_base(card, i), f"Track {name}", "true $p$ [GeV]", FAR_ANGLE)))
    found = [
        Found(f"track.{name}_resolution", *_in_unit(one, 0, getattr(card.track, f"{name}_resolution")), one.number)
        for name, one in zip(ANGLES, made, strict=True) if 0 not in one.held
    ]  # fmt: skip
    if any(1 not in one.held for one in made):
        value, error = zip(*(_in_unit(one, 1, card.track.angle_scattering) for one in made), strict=True)
        found.append(Found(SCATTERING, list(value), list(error), min(one.number for one in made)))
    return _all(found, made)


def _in_unit(made: TwoTerms, place: int, entry: Entry[Any, Any]) -> tuple[float, float]:
    """Value and error of a term in the entry's unit."""
    unit = FACTOR[entry.unit]
    return float(made.value[place] / unit), float(np.sqrt(made.covariance[place, place]) / unit)


def _all(found: list[Found], made: list[TwoTerms]) -> Fitted:
    left, notes, shown = (tuple(one for some in made for one in getattr(some, name)) for name in ("left", "notes", "panels"))
    return Fitted(tuple(found), left, notes, shown)


# --- impact parameters


def impact(block: Block, card: Card) -> Cells:
    """Found tracks from the vertexing region, twice: 0 and d0's residual, 1 and z0's; the squares of both terms, residual, cm, p."""
    some = heavy(block)
    packed = pack(card)
    radius = np.hypot(some["true_x"], some["true_y"])
    inner = np.asarray(ring(radius, some["true_z"], packed)) < 0.5
    some = {name: column[inner] for name, column in some.items()}
    p, beta, sine = some["true_p"], some["beta"], np.sin(some["true_theta"])
    d, z = nearest(some, card)
    parts = []
    for seen, true, which in ((some["d0"], d, 0), (some["z0"], z, 1)):
        terms = [np.asarray(impact_sigma(p, beta, sine, np.zeros_like(p), _alone(packed, one))[which]) ** 2 for one in (0, 1)]
        parts.append((*terms, seen - true, p))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    base = np.array([numbers(card.track.d0_resolution), numbers(card.track.z0_resolution)]).max(axis=0)
    return two(columns, (float(base[0]), float(base[1])), FAR_IMPACT, np.repeat([0.0, 1.0], len(p)))


def _alone(packed: Floats, term: int) -> Floats:
    """The card's numbers with 1 cm for one term of the resolutions of d0 and z0 and 0 for the other."""
    own = packed.copy()
    own[[D0, D0 + 1, Z0, Z0 + 1]] = [1 - term, term, 1 - term, term]
    return own


def nearest(some: Block, card: Card) -> tuple[Floats, Floats]:
    """The true d0 and z0, cm, of the particles: ``helix.perigee`` of where they were made, with the card's field."""
    pt = some["true_pt"]
    rho = bending(some["true_charge"], pt, number(card.geometry.field))
    c, s, slope = some["true_px"] / pt, some["true_py"] / pt, some["true_pz"] / pt
    d, z, *_ = perigee(some["true_x"], some["true_y"], some["true_z"], c, s, slope, rho)
    return np.asarray(d), np.asarray(z)


def impact_fit(cells: Cells, card: Card) -> Fitted:
    """Constant and scattering of d0 and of z0."""
    made, found = [], []
    for i, name in enumerate(("d0", "z0")):
        entry = getattr(card.track, f"{name}_resolution")
        base = numbers(entry)
        entry_name = f"track.{name}_resolution"
        terms = Terms((f"{entry_name}, constant", f"{entry_name}, scattering"), (base[0], base[1]), name, "true $p$ [GeV]", FAR_IMPACT)
        one = two_terms(cells.of(4, i), terms)
        made.append(one)
        if len(one.held) < 2:
            value, error = zip(*(_in_unit(one, place, entry) for place in (0, 1)), strict=True)
            covariance = one.covariance / FACTOR[entry.unit] ** 2
            found.append(Found(entry_name, list(value), list(error), one.number, covariance=covariance))
    return _all(found, made)
