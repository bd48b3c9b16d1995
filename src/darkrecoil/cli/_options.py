"""Options that several verbs share, with one wording each."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from darkrecoil._errors import BadValue, unknown
from darkrecoil._run import Progress, bar, check_writable, processors

if TYPE_CHECKING:
    from darkrecoil.generate.api import Order
    from darkrecoil.generate.radiation import Choice
    from darkrecoil.records import Model

Seed = Annotated[int, typer.Option("--seed", help="Seed of all random numbers: same seed, same result.", min=0)]
Jobs = Annotated[int, typer.Option("--jobs", help="Jobs at a time; 0: the processors allowed. The result does not depend on it.", min=0)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="More words; whole traces for failures.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")]
ModelName = Annotated[
    str | None, typer.Option("--model", help="Model of the new particle: a name (darkrecoil list models), your .py file, a UFO directory.")
]
Mass = Annotated[float | None, typer.Option("--mass", help="Mass of the new particle, GeV.")]
Coupling = Annotated[float | None, typer.Option("--coupling", help="The model's coupling.")]
Param = Annotated[
    list[str] | None, typer.Option("--param", help="A parameter of the model (darkrecoil show MODEL), name=value; repeatable.")
]
Scan = Annotated[str | None, typer.Option("--scan", help="A limit on this parameter of the model, its coupling being 1: g_emu.")]
SqrtS = Annotated[float, typer.Option("--sqrt-s", help="Energy of the e+e- system, GeV.")]
Alpha = Annotated[
    str, typer.Option("--alpha", help="alpha at each vertex: 0, s, running (vacuum polarisation at each photon's q^2), or a number.")
]
Isr = Annotated[
    bool | None,
    typer.Option("--isr/--no-isr", help='Radiation of the beams; on with a --detector, and for a process typed with "(gamma)".'),
]
Fsr = Annotated[bool | None, typer.Option("--fsr/--no-fsr", help="Radiation of final charged leptons; on where --isr is.")]
Radiates = Annotated[bool, typer.Option("--isr/--no-isr", help="Radiation of the beams.")]
FinalRadiates = Annotated[bool, typer.Option("--fsr/--no-fsr", help="Radiation of final charged leptons.")]
Suppression = Annotated[
    str,
    typer.Option(
        "--suppression", help="Of the search's suppression: its cuts; network or trees, trained in their place (the extra mva); off."
    ),
]
Matching = Annotated[
    float, typer.Option("--matching", help='Hardness, GeV, from which on photons are those of the matrix element where "(gamma)" is typed.')
]
Cuts = Annotated[
    list[str] | None,
    typer.Option(
        "--cut", help="For instance 'abs(cos_theta_cms(gamma)) < 0.95', 'mass(mu+, mu-) > 0.5', 'theta(e-) > 17 deg'; repeatable."
    ),
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        help="Keep events by their final particles, after the decays: 'count(mu, theta between 17 and 150 deg) == 2'; repeatable.",
    ),
]
NoStore = Annotated[bool, typer.Option("--no-store", help="Neither read nor keep blocks of events in the user's cache.")]
Decay = Annotated[
    list[str] | None,
    typer.Option(
        "--decay",
        help='Decay of a new particle: "A\' -> e+ e-"; "A\'" for its own branching fractions; all. Repeatable: "chi2 -> chi1 e+ e-".',
    ),
]
Detector = Annotated[str | None, typer.Option("--detector", help="Card of a detector: a name or a TOML file.")]
Changes = Annotated[list[str] | None, typer.Option("--set", help="Change a number of the card, section.key=value; may be repeated.")]
Spread = Annotated[bool, typer.Option("--spread/--no-spread", help="Spread of the beams' energies.")]
Masses = Annotated[
    str, typer.Option("--masses", help="low:high:number or m1,m2,..., GeV; windows, or half-shifted: a family of windows without gaps.")
]
Level = Annotated[float | None, typer.Option("--level", help="Level of the limit; the search's own if left out.")]
Method = Annotated[str | None, typer.Option("--method", help="bayes, fc (Feldman-Cousins) or cls; the search's own if left out.")]
Invisible = Annotated[str, typer.Option("--invisible", help="BF of the decay that is looked for, invisible in most searches: model, or 1.")]
Dataset = Annotated[str | None, typer.Option("--dataset", help="Data set of the search; otherwise chosen by the luminosity.")]
Scenario = Annotated[str, typer.Option("--scenario", help="Uncertainties: as-published, scaled or statistics-only.")]
Without = Annotated[list[str] | None, typer.Option("--without", help="Leave out a named correction; may be repeated.")]
Attempts = Annotated[int | None, typer.Option("--attempts", help="Generated attempts per background.", min=1)]
Effective = Annotated[
    str | None,
    typer.Option(
        "--effective-luminosity", help="Generate each background until it stands for this: 3/fb, or 10x for ten times the luminosity."
    ),
]
LeastNEff = Annotated[
    float | None,
    typer.Option("--n-eff", help="Generate until the backgrounds have this n_eff, (sum w)^2/sum w^2, together in each window."),
]
Overlay = Annotated[
    list[str] | None,
    typer.Option(
        "--overlay",
        "--constraint",
        help="Draw this constraint: a name (darkrecoil list constraints), a file of facts, own or all; repeatable. Recast where needed.",
    ),
]
Folder = Annotated[list[str] | None, typer.Option("--folder", help="A folder with constraints of your own; repeatable.")]
Workspace = Annotated[
    Path | None,
    typer.Option("--workspace", help="Write the counts, errors and data of each mass as HistFactory JSON (pyhf); in fb of sigma x BF."),
]
Plot = Annotated[Path | None, typer.Option("--plot", help="Draw a figure into this file (.png, .pdf, .svg).")]


def jobs_of(jobs: int) -> int:
    """The number of jobs: what was asked for, or the processors allowed."""
    return jobs or processors()


def watcher(quiet: bool) -> Callable[[str], Progress | None]:
    """Progress lines by label, on a terminal."""
    return lambda label: bar(label, quiet)


def theory(model: str | None, mass: float | None, coupling: float | None, given: Mapping[str, float]) -> tuple["Model | None", list[str]]:
    """The model of that name or path, and what its reader has to say; None without a name. BadValue for numbers of no model."""
    if model is not None:
        from darkrecoil import models

        found, notes = models.read(model)
        return found, list(notes)
    for name, value in {"--mass": mass, "--coupling": coupling, **{f"--param {name}": value for name, value in given.items()}}.items():
        if value is not None:
            raise BadValue(f"{name} needs a model", value, hint=f"add --model, or leave out {name}")
    return None, []


def identity(found: "Model | None", given: Mapping[str, float]) -> dict[str, str | float | None]:
    """A model for a provenance: its name, the hash of all that it declares, its parameters. Never a path: that says nothing."""
    from darkrecoil import models

    return {
        "model": found.name if found else None,
        "model_hash": models.fingerprint(found) if found else None,
        "parameters": ",".join(f"{name}={value!r}" for name, value in sorted(given.items())),
    }


def ordered(
    order: "Order", found: "Model | None", given: Mapping[str, float], mass: float | None, coupling: float | None
) -> dict[str, str | float | None]:
    """What was ordered, for a provenance."""
    from darkrecoil.generate.api import beams_text

    return {
        "process": order.recipe.process.name,
        **identity(found, given),
        "mass_gev": mass,
        "coupling": coupling,
        "sqrt_s_gev": order.sqrt_s,
        "alpha": order.recipe.alpha.name,
        "radiation": order.radiates.text,
        "matching_gev": order.radiates.scale if order.recipe.parts else None,
        "beams": beams_text(order.sampler.beams),
    }


def all_cuts(order: "Order", given: Sequence[str] | None) -> list[str]:
    """The generator's own cuts and those given, each once."""
    return list(dict.fromkeys([*order.recipe.cuts, *(given or ())]))


def remarks(notes: Sequence[str], hidden: bool) -> None:
    """What a model's reader has to say, on stderr, a line each."""
    if not hidden:
        sys.stderr.write("".join(f"darkrecoil: note: {note}\n" for note in notes))


def parameters(texts: list[str] | None, model: str | None = None) -> dict[str, float]:
    """Parameters by name from texts "name=value", where a word is one of the choices of that model; BadValue if one is not of this form."""
    found, words = dict[str, float](), dict[str, str]()
    for text in texts or []:
        name, sign, value = text.partition("=")
        if name.strip() in found:
            raise BadValue("a parameter is given twice", text, hint="leave one of them out")
        if not sign or not value.strip():
            raise BadValue("not a parameter", text, hint="write --param name=value")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            words[name.strip()] = value.strip()
    return {**found, **_worded(words, model)}


def _worded(words: Mapping[str, str], model: str | None) -> dict[str, float]:
    """Words as the numbers that they stand for in a model."""
    if not words:
        return {}
    if model is None:
        name, value = next(iter(words.items()))
        raise BadValue("not a parameter", f"{name}={value}", hint="write --param name=value")
    from darkrecoil import models

    return models.numbered(models.find(model), words)


FIGURES = (".png", ".pdf", ".svg")
NO_SPREAD = {"machine.spread_electron": 0.0, "machine.spread_positron": 0.0}


def changes(texts: list[str] | None, spread: bool = True) -> dict[str, Any]:
    """Changes of a detector card by entry, from texts "section.key=value" with a value, several, or a word."""
    found: dict[str, Any] = {} if spread else dict(NO_SPREAD)
    for text in texts or []:
        name, sign, value = text.partition("=")
        if not (sign and value.strip()):
            raise BadValue("not a change of the card", text, hint="write --set calorimeter.photon_inefficiency=1e-5")
        parts = [value.strip()] if name.startswith("lines.") else [_number(part) for part in value.split(",")]
        found[name.strip()] = parts[0] if len(parts) == 1 else tuple(parts)
    return found


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def check_outputs(output: Path | None, plot: Path | None) -> None:
    """Refuse, before any work, an output that cannot be written or a figure in an unknown format."""
    if plot is not None and plot.suffix not in FIGURES:
        raise unknown("format of figures", plot.suffix or plot.name, FIGURES)
    for path in filter(None, (output, plot)):
        check_writable(path)


def radiates(process: str, isr: bool | None, fsr: bool | None, matching: float, detector: str | None) -> "Choice":
    """What radiates: what was said, else both with a detector or where "(gamma)" is typed, else nothing."""
    from darkrecoil.generate.radiation import Choice
    from darkrecoil.generate.recipe import radiating

    first = (detector is not None or "(gamma)" in process) if isr is None else isr
    found = Choice(first, first if fsr is None else fsr, matching)
    return radiating(process, found) if isr is None else found
