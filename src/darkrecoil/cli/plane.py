"""The verb plane: a figure of what is known of a plane, with a caption file that says what every curve is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from darkrecoil._errors import BadValue, DarkrecoilError, UnknownName, unknown
from darkrecoil.cli import _options as opt
from darkrecoil.cli import _output

if TYPE_CHECKING:
    from darkrecoil.records import Constraint, Model, Parameter

MOST_REASONS = 5  # why a constraint was left out, in lines, before they hide what was drawn


def plane(
    model: Annotated[str, typer.Argument(help="The model: a name (darkrecoil list models), your .py file, a UFO directory.")],
    plot: Annotated[Path, typer.Option("--plot", help="Draw the figure into this file (.png, .pdf, .svg); its caption beside it (.txt).")],
    constraint: opt.Overlay = None,
    folder: opt.Folder = None,
    axes: Annotated[
        str,
        typer.Option(
            "--axes", help="mass: mass and coupling; y: m_chi and y = eps^2 alpha_D (m_chi/m_A')^4; or two parameters, g_emu,g_mumu."
        ),
    ] = "mass",
    mass: Annotated[float | None, typer.Option("--mass", help="Mass, GeV, at which a plane of two parameters is drawn.")] = None,
    limit: Annotated[
        list[Path] | None,
        typer.Option("--limit", help="Draw a limit in the plane of g_emu,g_mumu: a file of limit --scan g_emu --json; repeatable."),
    ] = None,
    decays: Annotated[str | None, typer.Option("--decays", help="Only searches for these decays: invisible or visible.")] = None,
    alpha_d: Annotated[float, typer.Option("--alpha-D", help="alpha_D of the plane of y.")] = 0.5,
    ratio: Annotated[float, typer.Option("--ratio", help="m_A'/m_chi of the plane of y.")] = 3.0,
    x_range: Annotated[str | None, typer.Option("--x-range", help="low:high of the horizontal axis.")] = None,
    y_range: Annotated[str | None, typer.Option("--y-range", help="low:high of the vertical axis.")] = None,
    output: opt.Output = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Draw the constraints on a model: labelled in place, with level and source of each in a caption file."""
    from darkrecoil import constraints, models, plots

    opt.check_outputs(output, plot)
    found = models.find(model)
    x, y = _parameters(found, axes)
    _check_mass(mass, axes)
    _check_limits(limit, found, axes)
    drawn, left = chosen(found, constraint or ["own"], folder or [])
    if mass is not None:
        drawn += _flavour(found, mass, axes, limit or [])
    if axes == "y":
        drawn, left = _in_y(drawn, left, alpha_d, ratio, named=set(constraint or ()) - {"own", "all"})
    drawn, left = _kept(drawn, left, decays, x, y)
    drawn = [constraints.complete(one) for one in drawn]
    words = [f"--axes {axes}"] if axes != "mass" else []
    words += [f"--mass {mass:g}"] if mass is not None else []
    words += [f"--alpha-D {alpha_d:g} --ratio {ratio:g}"] if axes == "y" else []
    words += [f"--decays {decays}"] if decays else []
    words += [*(f"--constraint {c}" for c in constraint or ()), *(f"--limit {path.name}" for path in limit or ())]
    command = " ".join(["darkrecoil plane", model, *words, "--plot", plot.name])
    title = found.title + (rf", $\alpha_D$ = {alpha_d:g}, $m_{{A'}}$ = {ratio:g} $m_\chi$" if axes == "y" else "")
    figure = plots.plane(drawn, x, y, title, x_range=_range(x_range), y_range=_range(y_range), command=command)
    files = write(plot, figure, drawn)
    result = {"model": found.name, "axes": axes, "constraints": [c.name for c in drawn], "left_out": left, "figures": files}
    if not _output.finish(result, json, output):
        _output.lines("drawn:", [(c.name, c.title) for c in drawn])
        opt.remarks(_left_out(left), quiet)


def chosen(model: "Model", words: list[str], folders: list[str]) -> tuple[list["Constraint"], dict[str, str]]:
    """Constraints on the model's coupling by names or files, recast where published for another; "own" and "all" of the catalogue.

    And why others were left out; one that was named is refused instead.
    """
    from darkrecoil import constraints
    from darkrecoil.constraints.recast import as_constraint

    found, left = list["Constraint"](), dict[str, str]()
    for word in words:
        if word in ("own", "all"):
            known = constraints.catalogue(folders)
            left |= known.failures
            pool = [c for c in known.constraints if word == "all" or c.model == model.name]
        else:
            pool = [constraints.find(word, folders)]
        for one in pool:
            if one.model == model.name:
                if one.kind == "favoured" and word in ("own", "all"):
                    left[one.name] = "what an older measurement asks for; name it to draw it"
                else:
                    found.append(one)
                continue
            if one.status == "computed" and word == "all":
                left[one.name] = f"it is computed for {one.model}"
                continue
            try:
                found.append(as_constraint(constraints.recast(one, model)))
            except DarkrecoilError as error:
                if word != "all":
                    raise
                left[one.name] = str(error)
    return list({one.name: one for one in found}.values()), left


def write(plot: Path, figure: Any, drawn: list["Constraint"]) -> list[str]:
    """The figure and its caption file, written whole; their paths."""
    from darkrecoil import plots
    from darkrecoil._run import atomic

    with atomic(plot) as temporary:
        plots.save(figure, temporary)
    with atomic(plot.with_suffix(".txt")) as temporary:
        temporary.write_text(plots.caption(drawn), encoding="utf-8")
    return [str(plot), str(plot.with_suffix(".txt"))]


def _left_out(left: dict[str, str]) -> list[str]:
    """A line for each reason with the names that were left out for it; where there are many, their names alone."""
    found = dict[str, list[str]]()
    for name, why in left.items():
        found.setdefault(why, []).append(name)
    if len(found) > MOST_REASONS:
        return [f"left out: {', '.join(left)}; --json says why"]
    return [f"left out: {', '.join(names)}: {why}" for why, names in found.items()]


def _check_mass(mass: float | None, axes: str) -> None:
    """UnknownName where a mass is given for a plane that has one, or none for a plane that needs one."""
    if mass is not None and axes in ("mass", "y"):
        raise UnknownName("--mass goes with a plane of two parameters", f"{mass:g} GeV", hint="add --axes g_emu,g_mumu")
    if mass is None and axes not in ("mass", "y"):
        raise UnknownName("a plane of two parameters is drawn at one mass", axes, hint="add --mass 1")


def _check_limits(limits: list[Path] | None, model: "Model", axes: str) -> None:
    """UnknownName where limits are given for another plane than that of g_emu and g_mumu."""
    if limits and not _is_flavour(model, axes):
        raise UnknownName("--limit goes with the plane of g_emu,g_mumu of lfv_zprime", f"{model.name} {axes}", hint="see limit --overlay")


def _is_flavour(model: "Model", axes: str) -> bool:
    return model.name == "lfv_zprime" and [word.strip() for word in axes.split(",")] == ["g_emu", "g_mumu"]


def _flavour(model: "Model", mass: float, axes: str, limits: list[Path]) -> list["Constraint"]:
    """What decays of leptons, magnetic moments and these limits say of the plane of g_emu and g_mumu, if it is that."""
    from darkrecoil.constraints.own import reach
    from darkrecoil.constraints.plane import lfv_plane

    return list(lfv_plane(mass, colliders=[reach(path, mass) for path in limits])) if _is_flavour(model, axes) else []


def _in_y(
    drawn: list["Constraint"], left: dict[str, str], alpha_d: float, ratio: float, named: set[str]
) -> tuple[list["Constraint"], dict[str, str]]:
    from darkrecoil.constraints import complete, in_y_plane, target_at

    found, why = [], dict(left)
    for one in drawn:
        try:
            found.append(target_at(one, alpha_d, ratio) if (one.x, one.y) == ("m_chi", "y") else in_y_plane(complete(one), alpha_d, ratio))
        except BadValue as error:
            if one.name in named or error.value != one.name:
                raise
            why[one.name] = f"{error.what}; {error.allowed}"
    return found, why


def _kept(
    drawn: list["Constraint"], left: dict[str, str], decays: str | None, x: "Parameter", y: "Parameter"
) -> tuple[list["Constraint"], dict[str, str]]:
    """Those that lie in the plane and look for these decays, the others with the reason."""
    if decays not in (None, "invisible", "visible"):
        raise unknown("kind of decays", str(decays), ("invisible", "visible"))
    kept, why = [], dict(left)
    for one in drawn:
        if (one.x, one.y) != (x.name, y.name):
            why[one.name] = f"it lies in the plane of {one.x} and {one.y}"
        elif decays and one.final_states and (one.final_states == ("invisible",)) != (decays == "invisible"):
            why[one.name] = f"it looks for {' + '.join(one.final_states)}"
        else:
            kept.append(one)
    return kept, why


def _parameters(model: "Model", axes: str) -> tuple["Parameter", "Parameter"]:
    """The parameters of the axes; UnknownName for a word that is no plane and no two parameters of the model."""
    from darkrecoil.records import Parameter

    if axes == "mass":
        return model.mass, model.coupling
    if axes == "y":
        tex = r"y = \varepsilon^2 \alpha_D (m_\chi/m_{A'})^4"
        return Parameter("m_chi", r"m_\chi", "GeV", 0.0, model.mass.high), Parameter("y", tex, "", 0.0, 1.0)
    known = {p.name: p for p in model.parameters}
    words = [word.strip() for word in axes.split(",")]
    for word in words:
        if word not in known or len(words) != 2 or words[0] == words[1]:
            raise unknown(f"plane of {model.name}", axes, ("mass", "y", *(f"{a},{b}" for a in known for b in known if a < b)))
    return known[words[0]], known[words[1]]


def _range(text: str | None) -> tuple[float, float] | None:
    """Two numbers from "low:high"; BadValue if they are not positive and increasing."""
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(":"))
        if not 0 < low < high < float("inf"):
            raise ValueError
    except ValueError:
        raise BadValue("a range is not understood", text, "allowed: low:high, positive and increasing", "write 0.01:10") from None
    return low, high
