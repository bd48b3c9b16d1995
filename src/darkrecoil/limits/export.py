"""A curve as the plain object of the command line's contract: names and units stay."""

from collections.abc import Sequence
from typing import Any

from darkrecoil.records import Curve, Cutflow, Generated, Limit, Provenance

NO_DATA = "no data given: expected limits only"


def as_json(curve: Curve) -> dict[str, Any]:
    """The curve as a dictionary of numbers, strings, lists and None; units are in the names."""
    return {
        "search": curve.search,
        "model": curve.model,
        "luminosity_ifb": curve.luminosity,
        "level": curve.level,
        "method": curve.method,
        "detector": curve.detector,
        "alpha": curve.alpha,
        "invisible": curve.invisible,
        "scenario": curve.scenario,
        "scan": curve.scan,
        "points": [as_point(point) for point in curve.points],
        "generated": [_generated(some) for some in curve.generated],
        "assumptions": list(curve.assumptions),
        "references": list(curve.references),
        "provenance": provenance(curve.provenance),
    }


def provenance(made: Provenance) -> dict[str, Any]:
    """A provenance as a dictionary."""
    return {"version": made.version, "seed": made.seed, "settings": dict(made.settings), "missing": list(made.missing)}


def cutflow(flow: Cutflow) -> list[dict[str, Any]]:
    """The rows of a cutflow; the cross-section in fb, the error is the efficiency's."""
    return [
        {
            "name": row.name,
            "text": row.text,
            "events": row.events,
            "cross_section_fb": row.cross_section,
            "cross_section_error_fb": row.error,
            "efficiency": row.efficiency,
            "error": row.efficiency_error,
        }
        for row in flow.rows
    ]


def _generated(some: Generated) -> dict[str, Any]:
    return {
        "source": some.source,
        "attempts": some.attempts,
        "cross_section_fb": some.cross_section,
        "filters": list(some.filters),
        **({"filter_efficiency": some.filter_efficiency, "filter_error": some.filter_error} if some.filters else {}),
        "n_eff": some.n_eff,
        "effective_luminosity_ifb": some.effective_luminosity,
        "selected": some.selected,
        "selected_n_eff": some.selected_n_eff,
        "cutflow": cutflow(some.cutflow),
    }


def as_point(point: Limit) -> dict[str, Any]:
    """The limit at one mass as a dictionary."""
    return {
        "mass_gev": point.mass,
        "cutflow": cutflow(point.cutflow),
        "efficiency": point.efficiency,
        "efficiency_uncorrected": point.efficiency_uncorrected,
        "background": point.background,
        "background_by_source": dict(point.background_by_source),
        "n_eff": dict(point.n_eff),
        "background_n_eff": point.background_n_eff,
        "background_error": point.background_error,
        "observed": point.observed,
        "resolution": point.resolution,
        "window": _listed(point.window),
        "cross_section_limit_fb": point.cross_section_limit,
        "expected_cross_section_fb": _listed(point.expected_cross_section),
        "efficiency_times_cross_section_limit_fb": point.efficiency_times_cross_section_limit,
        "expected_efficiency_times_cross_section_fb": _listed(point.expected_efficiency_times_cross_section),
        "coupling_limit": point.coupling_limit,
        "excluded": None if point.observed is None else [list(pair) for pair in point.excluded],
        "expected_coupling": _listed(point.expected_coupling),
        "p_value": point.p_value,
        "reason": point.reason or (NO_DATA if point.observed is None else None),
    }


def _listed(values: Sequence[float | None] | None) -> list[float | None] | None:
    return None if values is None else list(values)
