"""The shapes that values of a card may have: rising edges, resolutions by region and by level of the beam background."""

from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from darkrecoil.records import Floats

FROZEN = ConfigDict(extra="forbid", frozen=True)
Real = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
NonNegative = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
Fraction = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]
Switch = Literal[0, 1]
Four = tuple[float, float, float, float]
TwoNonNegative = tuple[NonNegative, NonNegative]
FourFractions = tuple[Fraction, Fraction, Fraction, Fraction]
FourFactors = tuple[NonNegative, NonNegative, NonNegative, NonNegative]
LOWEST, HIGHEST = 0.02, 11.0  # GeV, where a resolution must hold


def rising(edges: tuple[float, ...]) -> tuple[float, ...]:
    """The edges, if each is above the one before; else ValueError."""
    if any(low >= high for low, high in pairwise(edges)):
        raise ValueError("edges must rise from left to right")
    return edges


def not_falling(edges: tuple[float, ...]) -> tuple[float, ...]:
    """The six edges of forward, barrel, backward, if none is below the one before and the barrel is not empty; else ValueError."""
    if any(low > high for low, high in pairwise(edges)) or edges[2] >= edges[3]:
        raise ValueError("edges must rise from left to right; two that are equal leave out a gap or an endcap, never the barrel")
    return edges


Pair = Annotated[tuple[Real, Real], AfterValidator(rising)]
PositivePair = Annotated[tuple[Positive, Positive], AfterValidator(rising)]
FractionPair = Annotated[tuple[Fraction, Fraction], AfterValidator(rising)]
Steps = Annotated[tuple[Positive, Positive, Positive], AfterValidator(rising)]
Edges = Annotated[tuple[Real, ...], Field(min_length=2), AfterValidator(rising)]
RegionEdges = Annotated[tuple[Real, Real, Real, Real, Real, Real], AfterValidator(not_falling)]


def at_most_one(row: tuple[float, ...]) -> tuple[float, ...]:
    """The probabilities, if they add up to at most 1; else ValueError."""
    if sum(row) > 1 + 1e-9:
        raise ValueError("the probabilities of a row add up to at most 1")
    return row


def in_every_part(value: Any) -> Any:
    """The same rows in the forward, barrel and backward part, where the card has one set of four."""
    return dict.fromkeys(("forward", "barrel", "backward"), value) if isinstance(value, list) else value


Row = Annotated[tuple[Fraction, Fraction, Fraction, Fraction, Fraction], AfterValidator(at_most_one)]
FourRows = tuple[Row, Row, Row, Row]


class Parts(BaseModel):
    """Rows of probabilities, in four bins of momentum, by part of the polar angle."""

    model_config = FROZEN
    forward: FourRows
    barrel: FourRows
    backward: FourRows


Called = Annotated[Parts, BeforeValidator(in_every_part)]


def above_zero(p: Four) -> Four:
    """The coefficients, if p0/E + p1/sqrt(E) + p2/E^(1/4) + p3 > 0 from 0.022 to 11 GeV; else ValueError."""
    energies = (0.022 * 1.15**i for i in range(46))
    if any(p[0] / e + p[1] / e**0.5 + p[2] / e**0.25 + p[3] <= 0 for e in energies):
        raise ValueError("a resolution must be positive from 0.022 to 11 GeV")
    return p


def at_every_level(value: Any) -> Any:
    """The same coefficients at every level of the background, where the card has one set of four."""
    return dict.fromkeys(("low", "middle", "high"), value) if isinstance(value, list) else value


Coefficients = Annotated[tuple[Real, Real, Real, Real], AfterValidator(above_zero)]


class Levels(BaseModel):
    """Coefficients of a resolution by level of the beam background."""

    model_config = FROZEN
    low: Coefficients
    middle: Coefficients
    high: Coefficients


ByLevel = Annotated[Levels, BeforeValidator(at_every_level)]


class Regions(BaseModel):
    """Coefficients p0 to p3 of 1/E, 1/sqrt(E), 1/E^(1/4) and 1 by region of the calorimeter; ``form``: how the terms add up."""

    model_config = FROZEN
    form: Literal["sum", "quadrature"] = "sum"
    forward: ByLevel
    barrel: ByLevel
    backward: ByLevel


def as_sum(p: Four, form: str) -> Four:
    """The coefficients (4,) of p0/E + p1/sqrt(E) + p2/E^(1/4) + p3, in the unit given.

    Terms in quadrature are replaced by the sum that is closest to them in relative deviation from 0.02 to 11 GeV: within
    0.5 % for a/E^(1/4) (+) b and 2 % with a noise term a/E as large as Belle's; ``deviation`` tells it for any.
    """
    if form == "sum":
        return p
    terms = _powers() / _quadrature(p)[:, None]
    found = np.linalg.lstsq(terms, np.ones(len(terms)), rcond=None)[0]
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])


def deviation(p: Four, form: str) -> float:
    """The largest relative deviation of ``as_sum`` from the form of the card, 0.02 to 11 GeV."""
    exact = _quadrature(p) if form == "quadrature" else _powers() @ np.array(p)
    return float(np.abs(_powers() @ np.array(as_sum(p, form)) / exact - 1).max())


def _powers() -> Floats:
    energy = np.geomspace(LOWEST, HIGHEST, 400)
    return np.stack([1 / energy, energy**-0.5, energy**-0.25, np.ones_like(energy)], axis=1)


def _quadrature(p: Four) -> Floats:
    return np.asarray(np.sqrt(np.square(_powers() * np.array(p)).sum(axis=1)))
