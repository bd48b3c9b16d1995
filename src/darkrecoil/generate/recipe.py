"""From the words "e+ e- -> mu+ mu- Z'" and a model to all that a compiled process reads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite, pi
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from darkrecoil._errors import BadValue, UnknownName
from darkrecoil.amplitudes.theory import Theory
from darkrecoil.constants import MASS, PID, AlphaScheme, alpha_scheme
from darkrecoil.generate import radiation
from darkrecoil.generate import theory as theories
from darkrecoil.generate.driver import MAX_PARAMETERS
from darkrecoil.generate.measured import processes as measured
from darkrecoil.generate.measured.processes import Measured
from darkrecoil.generate.processes import pair, pair_photon, pair_vector
from darkrecoil.generate.radiation import NONE, NOT, Choice, Radiation
from darkrecoil.generate.tree import Alternative, Tree, for_spins, tree
from darkrecoil.models import fingerprint
from darkrecoil.records import Model, Process

LEPTONS = ("mu", "tau")
STANDARD = (
    "gamma gamma", "gamma gamma gamma", "gamma gamma gamma gamma", "nu nu gamma",
    *(f"{lep}+ {lep}-{tail}" for lep in ("mu", "tau", "e") for tail in ("", " gamma")),
    "mu+ mu- gamma gamma", "e+ e- mu+ mu-", "e+ e- e+ e-", "mu+ mu- mu+ mu-", "mu+ mu- tau+ tau-",
)  # fmt: skip
ANY_PHOTON = "(gamma)"  # at the end of a process: with or without one more resolved photon
SOFT_PHOTON = 0.02  # GeV in the e+e- frame: below, a photon changes no quantity of a search with two muons (validation/soft_photon.py)
FEW = 3  # charged particles up to which a photon of the matrix element is matched to radiation
UNCORRELATED = "spin of taus: they decay unpolarised and uncorrelated"  # left out where spin_correlation is off


@dataclass(frozen=True)
class Own:
    """The file that a process is compiled from, and its numbers."""

    module: ModuleType
    parameters: NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """A process ready to run: its record, the PDG codes, alpha, sqrt s (GeV), the generator's own cuts and photon energy (GeV).

    ``engine`` is a file of its own, what the amplitude machine reads, or a measured rate. ``parts``: without and with one more resolved
    photon, where the process is their sum. ``spins``: the amplitudes that give the spins of its taus, if it makes any and these have no
    closed form. ``origin``: the model by its hash, mass, coupling, parameters.
    """

    process: Process
    pid: tuple[int, ...]
    alpha: AlphaScheme
    sqrt_s: float
    engine: Own | Tree | Measured
    cuts: tuple[str, ...] = ()
    soft: float = 0.0
    radiation: Radiation = NONE
    parts: tuple["Recipe", ...] = ()
    spins: tuple[Alternative, ...] = ()
    origin: str = ""


def words(some: Recipe) -> dict[str, int]:
    """PDG codes by the words of a process's own particles, beside the Standard Model's charged leptons and photons."""
    if not isinstance(some.engine, Own):
        return dict(zip(some.process.outgoing, some.pid, strict=False))  # "(gamma)" is none of them, and hadrons have no code
    return {word: some.pid[-1] for word in some.process.outgoing if word not in PID}


def parse(text: str) -> Process:
    """The process of a text such as "e+ e- -> mu+ mu- Z'"; UnknownName if it is not of this form or does not begin with e+ e-."""
    sides = text.split("->")
    if len(sides) != 2 or not sides[1].split():
        raise UnknownName("not a process", text, hint='write it as "e+ e- -> mu+ mu- Z\'"')
    incoming, outgoing = (tuple(side.split()) for side in sides)
    if sorted(incoming) != ["e+", "e-"]:
        raise UnknownName("a process begins with e+ e-", text)
    return Process(f"e+ e- -> {' '.join(outgoing)}", ("e-", "e+"), outgoing)


def checked_alpha(name: str | float, sqrt_s: float) -> AlphaScheme:
    """The alpha scheme of that name at sqrt_s GeV; BadValue if it is neither 0, nor s, nor running, nor a number between 0 and 1."""
    if str(name) in ("0", "s", "running"):
        return alpha_scheme(name, sqrt_s)
    try:
        value = float(name)
    except ValueError:
        raise BadValue("alpha is not understood", name, "allowed: 0 (alpha at q^2 = 0), s, running, or a number") from None
    if not 0 < value < 1:
        raise BadValue("alpha is out of range", name, "allowed: 0 (alpha at q^2 = 0), s, running, or a number between 0 and 1")
    return alpha_scheme(value)


def missing(radiates: Choice, alpha: AlphaScheme) -> tuple[str, ...]:
    """What generated events leave out, in words."""
    return (
        *(() if radiates.initial else ("initial-state radiation beyond photons of the matrix element",)),
        *(() if radiates.final else ("final-state radiation beyond photons of the matrix element",)),
        *(() if alpha.runs else ("vacuum polarisation at each photon's own q^2",)),
    )


def inclusive(name: str, radiates: Choice) -> str:
    """The process with any number of photons in the place of one of the tree level, with none or one: where all charges radiate.

    Four charged particles radiate without a matrix element for a harder photon: it takes ten times as long, and the rate of four muons
    moves by 1 %.
    """
    words = name.split()
    if not (radiates.initial and radiates.final) or measured.OWN_WORDS & {*words}:
        return name
    charged = sum(word[-1] in "+-" for word in words[3:])
    if charged > FEW:
        return name
    return f"{name.removesuffix(' gamma') if charged else name} {ANY_PHOTON}"


def radiating(name: str, radiates: Choice) -> Choice:
    """What radiates of a process, by what is asked of all: before one of a measured rate the beams do not."""
    return replace(radiates, initial=False) if measured.OWN_WORDS & {*name.split()} else radiates


def known(model: Model | None = None) -> list[str]:
    """Names of processes that can be generated, those of the model included; any other tree process can be typed, too."""
    new = [] if model is None else [f"e+ e- -> {tail}" for tail in _new_tails(model)]
    return [*(f"e+ e- -> {tail}" for tail in STANDARD), *new]


def _new_tails(model: Model) -> list[str]:
    """Final states that the model's vertices lead to with few other particles."""
    return list(dict.fromkeys(tail for vertex in model.vertices for tail in _tails(model, vertex.fields)))


def _tails(model: Model, fields: tuple[str, ...]) -> list[str]:
    """The same for one vertex: a pair or photons with the new particle, two new ones, a contact pair, a neutrino with a heavy one."""
    new = model.particle
    first, second, *rest = fields
    leptons = not {first, second} - {"e", *LEPTONS}
    if leptons and len(rest) == 2:
        return [f"{first}- {second}+"]
    if leptons and rest == [new]:
        return [*([f"gamma {new}"] if first == second == "e" and model.spin == 1 else []), f"{first}- {second}+ {new}"]
    if (first, second, *rest) == ("gamma", "gamma", new):
        return [f"gamma {new}", f"e+ e- {new}"]
    if first == second == new and rest:
        return [f"{new} {rest[0]}"]
    return [f"nu {new}"] if new in (first, second) and rest in (["W"], ["Z"]) else []


def recipe(
    text: str,
    alpha: AlphaScheme,
    sqrt_s: float,
    model: Model | None = None,
    mass: float | None = None,
    coupling: float | None = None,
    soft_photon: float = SOFT_PHOTON,
    parameters: Mapping[str, float] | None = None,
    radiates: Choice = NOT,
) -> Recipe:
    """The recipe of a process at sqrt_s GeV; ``mass`` (GeV) and ``coupling`` are the model's particle's.

    UnknownName for a particle that is not known or a process without a tree diagram, BadValue above threshold.
    """
    process, given = parse(text), (alpha, sqrt_s, model, mass, coupling)
    origin = "" if model is None else _origin(model, mass, coupling, parameters or {})
    if (found := measured.find(process)) is not None:
        made = _measured(*found, alpha, sqrt_s, radiates)
    elif ANY_PHOTON in process.outgoing:
        made = _inclusive(process, given, parameters, radiation.checked(radiates))
    elif alpha.runs and not radiates.any:
        made = _from_tree(process, *given, soft_photon, parameters)
    elif radiates.any:
        made = _radiating(_from_tree(process, *given, soft_photon, parameters), radiates)
    else:
        made = _plain(process, *given, soft_photon, parameters)
    return replace(made, origin=origin, parts=tuple(replace(part, origin=origin) for part in made.parts))


def _origin(model: Model, mass: float | None, coupling: float | None, parameters: Mapping[str, float]) -> str:
    given = sorted((name, float(value)) for name, value in parameters.items())
    numbers = [None if value is None else float(value) for value in (mass, coupling)]
    return f"{fingerprint(model)} {numbers} {given}"


def _measured(process: Process, rate: Measured, alpha: AlphaScheme, sqrt_s: float, radiates: Choice) -> Recipe:
    """The recipe of a process of a measured rate."""
    pid = (rate.pid, measured.PHOTON) if rate.pid else ()
    return Recipe(process, pid, alpha, sqrt_s, measured.checked(process, rate, sqrt_s, radiates))


def _inclusive(
    process: Process,
    given: tuple[AlphaScheme, float, Model | None, float | None, float | None],
    parameters: Mapping[str, float] | None,
    radiates: Choice,
) -> Recipe:
    """The sum of a process with softer photons alone and of one with a photon of its matrix element above the scale."""
    if process.outgoing[-1] != ANY_PHOTON or process.outgoing.count(ANY_PHOTON) > 1 or len(process.outgoing) < 3:
        raise UnknownName("(gamma) stands once, at the end, after two particles", process.name, hint='write "e+ e- -> mu+ mu- (gamma)"')
    if not (radiates.initial and radiates.final):
        raise BadValue(f"{ANY_PHOTON} needs the radiation of beams and charges", radiates.text, hint="leave out --no-isr and --no-fsr")
    bare, scale = " ".join(process.outgoing[:-1]), radiates.scale
    without, more = (_from_tree(parse(f"e+ e- -> {names}"), *given, scale, parameters) for names in (bare, f"{bare} gamma"))
    factor = _first_order(without, radiates, matched=True)  # of both: a photon of the matrix element comes on top of what it is of
    parts = _matched(without, radiates, factor, False), _matched(more, radiates, factor, True)
    cuts = (f"hardness(gamma) > {scale:g}",) if parts[0].radiation.explicit else ()
    return replace(parts[0], process=process, cuts=cuts, parts=parts)


def _radiating(made: Recipe, choice: Choice) -> Recipe:
    """The recipe with radiation."""
    pairs = radiation.dipoles(made.pid) if choice.final else ()
    return replace(made, radiation=Radiation(choice.initial, pairs, elastic=radiation.elastic(made.pid), factor=_first_order(made, choice)))


def _matched(made: Recipe, choice: Choice, factor: float, top: bool) -> Recipe:
    """The recipe with radiation, matched to the matrix element with one more photon, or to that with one less (``top``)."""
    assert isinstance(made.engine, Tree)
    pairs, same = radiation.dipoles(made.pid), radiation.elastic(made.pid)
    explicit = tuple(i for i, photon in enumerate(made.engine.photons) if photon) if len(made.pid) > 2 else ()
    return replace(made, radiation=Radiation(choice.initial, pairs, choice.scale, explicit, top, same, factor))


def _first_order(made: Recipe, choice: Choice, matched: bool = False) -> float:
    """What first order adds without a logarithm (``radiation.first_order``), where it is known."""
    assert isinstance(made.engine, Tree)
    whole = ((1 << len(made.pid)) - 1) << 2  # e+e- become one virtual particle in every diagram
    annihilates = all(any(line.mask == whole for line in diagram) for diagram in made.engine.diagrams)
    pairs = radiation.dipoles(made.pid)
    return radiation.first_order(choice, annihilates, pairs[0] if pairs and len(made.pid) == 2 else None, matched)


def _plain(
    process: Process,
    alpha: AlphaScheme,
    sqrt_s: float,
    model: Model | None,
    mass: float | None,
    coupling: float | None,
    soft_photon: float,
    parameters: Mapping[str, float] | None,
) -> Recipe:
    """The recipe without radiation: by a file of its own where there is one."""
    some = model if model is None or mass is None or coupling is None else theories.switched_on(model, mass, coupling, parameters)
    found = _lepton_pair(process, some)
    if found is None:
        return _from_tree(process, alpha, sqrt_s, model, mass, coupling, soft_photon, parameters)
    lepton, rest = found
    m = MASS[PID[f"{lepton}-"]]
    virtual, real = 4 * pi * alpha.virtual, 4 * pi * alpha.real
    if not rest:
        _check_threshold(process, 2 * m, sqrt_s)
        return _made(process, pair, pair.parameters(m, virtual), (lepton,), alpha, sqrt_s)
    if rest == "gamma":
        _check_threshold(process, 2 * m + 2 * soft_photon, sqrt_s)
        numbers = pair_photon.parameters(m, soft_photon, virtual, real)
        made = _made(process, pair_photon, numbers, (lepton, "gamma"), alpha, sqrt_s, soft=soft_photon)
        return _with_spins(made, lepton, "gamma", theories.theory(alpha))
    assert model is not None
    assert some is not None
    given_mass, given_coupling = _given(model, mass, coupling)
    _check_threshold(process, 2 * m + given_mass, sqrt_s)
    strength = _vector_strength(some, lepton) * given_coupling
    numbers = pair_vector.parameters(m, given_mass, strength**2, virtual)
    made = _made(process, pair_vector, numbers, (lepton, model.particle), alpha, sqrt_s, model.pid)
    return _with_spins(made, lepton, model.particle, theories.theory(alpha, model, given_mass, given_coupling, parameters))


def _from_tree(
    process: Process,
    alpha: AlphaScheme,
    sqrt_s: float,
    model: Model | None,
    mass: float | None,
    coupling: float | None,
    soft: float,
    parameters: Mapping[str, float] | None,
) -> Recipe:
    """The recipe of a process of the amplitude machine."""
    given = (0.0, 0.0) if model is None else _given(model, mass, coupling)
    some = theories.theory(alpha, model, *given, parameters, weak=theories.needs_weak(process.outgoing, model))
    made = tree(process, some)
    photons = sum(made.photons) if len(made.masses) > 2 else 0
    _check_threshold(process, sum(made.masses) + 2 * photons * soft, sqrt_s)
    _check_inner(process, made, sqrt_s)
    cuts = (f"energy_cms(gamma) > {soft:g}",) if photons else ()
    pid = made.alternatives[0].pid
    spins = for_spins(process, some) if {15, -15} & {*pid} else ()
    return Recipe(process, pid, alpha, sqrt_s, made, cuts, soft, spins=spins)


def _with_spins(made: Recipe, lepton: str, third: str, theory: Theory) -> Recipe:
    """The recipe of a process with a file of its own, with the amplitudes for the spins of its taus; particles in the file's order."""
    if lepton != "tau":
        return made
    ordered = replace(made.process, outgoing=("tau-", "tau+", third))
    return replace(made, spins=for_spins(ordered, theory))


def _check_inner(process: Process, made: Tree, sqrt_s: float) -> None:
    """An inner line without a width that decays to its legs is on its mass shell somewhere: the integral diverges."""
    whole = ((1 << len(made.masses)) - 1) << 2  # its mass is that of the beams
    inner = {line for diagram in made.diagrams for line in diagram if not line.mask & 3 and line.mask != whole and not line.width}
    for line in sorted(inner):
        inside = sum(mass for i, mass in enumerate(made.masses) if line.mask >> (i + 2) & 1)
        if inside < line.mass < sqrt_s - (sum(made.masses) - inside):
            legs = " ".join(word for i, word in enumerate(process.outgoing) if line.mask >> (i + 2) & 1)
            what = f"{process.name} diverges: a stable particle of {line.mass:g} GeV inside it decays to"
            raise BadValue(what, legs, hint="choose a mass at which this decay is closed")


def _made(
    process: Process,
    module: ModuleType,
    numbers: tuple[float, ...],
    names: tuple[str, ...],
    alpha: AlphaScheme,
    sqrt_s: float,
    model_pid: int = 0,
    soft: float = 0.0,
) -> Recipe:
    padded = np.zeros(MAX_PARAMETERS)
    padded[: len(numbers)] = numbers
    code = PID[f"{names[0]}-"]
    pid = (code, -code, *(PID.get(name, model_pid) for name in names[1:]))
    cuts = (f"energy_cms(gamma) > {soft:g}",) if soft else ()
    return Recipe(process, pid, alpha, sqrt_s, Own(module, padded), cuts, soft)


def _lepton_pair(process: Process, model: Model | None) -> tuple[str, str] | None:
    """The flavour of the pair and the third particle ("" if there is none) of a process with a file of its own; None for others."""
    for lepton in LEPTONS:
        rest = [p for p in process.outgoing if p not in (f"{lepton}+", f"{lepton}-")]
        if sorted([f"{lepton}+", f"{lepton}-", *rest]) != sorted(process.outgoing) or len(rest) > 1:
            continue
        third = "".join(rest)
        if third in ("", "gamma") or (model is not None and third == model.particle and _vector_strength(model, lepton)):
            return lepton, third
    return None


def _given(model: Model, mass: float | None, coupling: float | None) -> tuple[float, float]:
    if mass is None or coupling is None:
        lacking = "mass" if mass is None else "coupling"
        raise BadValue(f"the {lacking} of {model.name} is not given", None, hint=f"add --{lacking}")
    return mass, coupling


def _vector_strength(model: Model, lepton: str) -> float:
    """The strength of the model's vertex with that pair, if the file of l l V holds for it; 0 else.

    That file has V off the pair alone: one vector vertex, of the coupling, and none that joins V to the beams.
    """
    of_particle = [v for v in model.vertices if model.particle in v.fields]
    some = [v for v in of_particle if v.fields == (lepton, lepton, model.particle)]
    plain = len(some) == 1 and (some[0].structure, some[0].parameter) == ("vector", "coupling")
    return some[0].strength if plain and not any({"e", "gamma"} & {*v.fields} for v in of_particle) else 0.0


def _check_threshold(process: Process, threshold: float, sqrt_s: float) -> None:
    if not isfinite(sqrt_s) or sqrt_s <= threshold:
        raise BadValue(f"{process.name} is closed at this energy", f"{sqrt_s:g} GeV", f"allowed: above {threshold:g} GeV")
