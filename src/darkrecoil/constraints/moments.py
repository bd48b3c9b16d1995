"""Magnetic moments of the electron and the muon as limits on a model's coupling, and as the band that a shift asks for."""

from collections.abc import Mapping
from math import sqrt

from darkrecoil import models
from darkrecoil.constraints import couplings, measurements
from darkrecoil.records import Model

Given = Mapping[str, float] | None


def allowed(lepton: str, preset: str | None = None, level: float = 0.95) -> tuple[float, float]:
    """The lowest and the highest shift of a, each as if the other sign were impossible: (-, +), dimensionless."""
    shift = measurements.shift_of(lepton, preset)
    return -couplings.upper(-shift.value, shift.error, level), couplings.upper(shift.value, shift.error, level)


def limit(
    model: Model, mass: float, lepton: str = "mu", preset: str | None = None, level: float = 0.95, parameters: Given = None
) -> float | None:
    """The coupling above which a model moves a lepton's a too far, at a mass in GeV; None if no coupling of the model's range does.

    BadValue where the loop has no number (models.anomalous_moment).
    """
    unit = _per_square(model, mass, lepton, parameters)
    if not unit:
        return None
    below, above = allowed(lepton, preset, level)
    found = sqrt((above if unit > 0 else below) / unit)
    return found if found <= model.coupling.high else None


def favoured(
    model: Model, mass: float, lepton: str = "mu", preset: str | None = None, sigmas: float = 2.0, parameters: Given = None
) -> tuple[float, float] | None:
    """The couplings, (low, high), that move a lepton's a to within so many sigmas of what was measured; low is 0 where none is needed.

    None where the model's shift has the other sign, or the coupling would be beyond the model's range.
    """
    shift, unit = measurements.shift_of(lepton, preset), _per_square(model, mass, lepton, parameters)
    if not unit:
        return None
    ends = sorted((shift.value + sign * sigmas * shift.error) / unit for sign in (-1, 1))
    if ends[1] <= 0 or ends[0] > model.coupling.high**2:
        return None
    return sqrt(max(ends[0], 0.0)), min(sqrt(ends[1]), model.coupling.high)


def _per_square(model: Model, mass: float, lepton: str, parameters: Given) -> float:
    """The shift of a over the square of the coupling."""
    reference = 1e-3 * model.coupling.high
    return models.anomalous_moment(model, mass, reference, lepton, parameters) / reference**2
