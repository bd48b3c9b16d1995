"""The verb model: widths, branching fractions, lifetime, magnetic moment."""

from typing import Annotated, Any

import typer

from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output


def model(
    name: Annotated[str, typer.Argument(help="The model: see darkrecoil list models.")],
    mass: Annotated[float, typer.Option("--mass", help="Mass of the new particle, GeV.")],
    coupling: Annotated[float, typer.Option("--coupling", help="The model's coupling.")],
    param: opt.Param = None,
    output: opt.Output = None,
    json: opt.Json = False,
) -> None:
    """Widths, branching fractions, lifetime and magnetic moment of a model's particle."""
    result = properties(name, mass, coupling, opt.parameters(param))
    if not _output.finish(result, json, output):
        fractions = result.pop("branching_fractions").items()
        widths = result.pop("partial_widths_gev")
        _output.lines(f"{name}", [(key, value) for key, value in result.items() if value and key != "provenance"])
        _output.table("decays", ["final state", "fraction", "width [GeV]"], [[f, value, widths[f]] for f, value in fractions])


def properties(name: str, mass: float, coupling: float, given: dict[str, float] | None = None) -> dict[str, Any]:
    """Widths in GeV, branching fractions, c tau in cm and the muon's anomalous moment of a model, by the contract's names."""
    from darkrecoil import models

    found = models.find(name)
    filled = models.check(found, mass, coupling, given)
    return {
        "model": name,
        "mass_gev": mass,
        "coupling": coupling,
        "width_gev": models.total_width(found, mass, coupling, given),
        "ctau_cm": models.ctau(found, mass, coupling, given),
        "branching_fractions": models.branching_fractions(found, mass, coupling, given),
        "partial_widths_gev": models.partial_widths(found, mass, coupling, given),
        "a_mu": models.anomalous_moment(found, mass, coupling),
        "parameters": filled,
        "provenance": _output.provenance(None, {"model": name}, ("kinetic mixing", "higher orders")),
    }
