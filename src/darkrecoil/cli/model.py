"""The verb model: widths, branching fractions, lifetime, magnetic moment."""

from math import inf
from typing import TYPE_CHECKING, Annotated, Any

import typer

from darkrecoil._errors import out_of_range
from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output

if TYPE_CHECKING:
    from darkrecoil.records import Model


def model(
    name: Annotated[str, typer.Argument(help="The model: a name (darkrecoil list models), your .py file, a UFO directory.")],
    mass: Annotated[float, typer.Option("--mass", help="Mass of the new particle, GeV.")],
    coupling: Annotated[float, typer.Option("--coupling", help="The model's coupling.")],
    param: opt.Param = None,
    momentum: Annotated[float | None, typer.Option("--momentum", help="Momentum in the laboratory, GeV, for the decay length.")] = None,
    output: opt.Output = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Widths, branching fractions, lifetime and magnetic moment of a model's particle; decays of muons and taus that it makes."""
    result = properties(name, mass, coupling, opt.parameters(param, name), momentum)
    if not _output.finish(result, json, output):
        fractions = result.pop("branching_fractions").items()
        widths, notes, others = result.pop("partial_widths_gev"), result.pop("notes"), result.pop("others")
        wrong, _ = result.pop("branching_fraction_errors"), result.pop("partial_width_errors_gev")
        flavour = result.pop("flavour_decays")
        _output.lines(result["model"], [(key, value) for key, value in result.items() if value and key != "provenance"])
        if fractions:
            columns = ["final state", "fraction", "error", "width [GeV]"]
            _output.table("decays", columns, [[f, value, wrong[f], widths[f]] for f, value in fractions])
        for word, some in others.items():
            columns, rows = ["final state", "fraction"], list(some["branching_fractions"].items())
            _output.table(f"decays of {word}, {some['mass_gev']:.4g} GeV, c tau {some['ctau_cm']:.4g} cm", columns, rows)
        if flavour:
            _output.table("flavour-changing decays of leptons", ["decay", "fraction"], list(flavour.items()))
        opt.remarks(notes, quiet)


def properties(
    name: str, mass: float, coupling: float, given: dict[str, float] | None = None, momentum: float | None = None
) -> dict[str, Any]:
    """Widths in GeV, branching fractions, c tau in cm the muon's anomalous moment, decays of leptons, by the contract's names.

    With a momentum (GeV) the mean decay length in the laboratory, too: p/m times c tau. Errors are those of hadronic physics.
    """
    from darkrecoil import models

    found, notes = models.read(name)
    filled = models.check(found, mass, coupling, given)
    if momentum is not None and not 0 <= momentum < inf:
        raise out_of_range("the momentum", momentum, 0.0, inf, "GeV")
    moment, lacking = _moment(found, mass, coupling, filled)
    wrong, life = models.errors(found, mass, coupling, filled), models.ctau(found, mass, coupling, filled)
    width = models.total_width(found, mass, coupling, filled) if found.particle else None
    if not width:
        why = f"{found.name} has no new particle" if width is None else f"{found.particle} has no open decay"
        lacking = (f"no lifetime: {why}", *lacking)
    return {
        "model": found.name,
        "mass_gev": mass,
        "coupling": coupling,
        "width_gev": width,
        "width_error_gev": wrong.total_width if width is not None else None,
        "ctau_cm": life,
        "ctau_error_cm": wrong.ctau,
        "momentum_gev": momentum,
        "decay_length_cm": None if life is None or momentum is None else momentum / mass * life,
        "branching_fractions": models.branching_fractions(found, mass, coupling, filled),
        "branching_fraction_errors": dict(wrong.branching_fractions),
        "partial_widths_gev": models.partial_widths(found, mass, coupling, filled),
        "partial_width_errors_gev": dict(wrong.partial_widths),
        "others": _others(found, mass, coupling, filled),
        "a_mu": moment,
        "flavour_decays": models.flavour_fractions(found, mass, coupling, filled),
        "reason": "; ".join(lacking) or None,
        "parameters": models.worded(found, filled),
        "notes": list(notes),
        "provenance": _output.provenance(None, {**opt.identity(found, filled), "mass_gev": mass, "coupling": coupling}, ("higher orders",)),
    }


def _others(found: "Model", mass: float, coupling: float, filled: dict[str, float]) -> dict[str, Any]:
    """Mass, width, c tau and branching fractions of the model's further particles, those that decay."""
    from darkrecoil import models
    from darkrecoil._errors import BadValue

    some: dict[str, Any] = {}
    for field in found.others:
        try:
            numbers = found, mass, coupling, filled, field.particle
            fractions, width, ctau = models.branching_fractions(*numbers), models.total_width(*numbers), models.ctau(*numbers)
        except BadValue:
            continue  # by a vertex without a formula
        if width:
            own = models.mass_of(found, field.particle, mass, coupling, filled)
            some[field.particle] = {"mass_gev": own, "width_gev": width, "ctau_cm": ctau, "branching_fractions": fractions}
    return some


def _moment(found: "Model", mass: float, coupling: float, filled: dict[str, float]) -> tuple[float | None, tuple[str, ...]]:
    """The muon's anomalous moment, or None and why there is no number."""
    from darkrecoil import models
    from darkrecoil._errors import BadValue

    try:
        return models.anomalous_moment(found, mass, coupling, "mu", filled), ()
    except BadValue as error:
        return None, (f"no a_mu: {error}",)
