"""From the words "e+ e- -> mu+ mu- Z'" and a model to all that a compiled process reads."""

from dataclasses import dataclass
from math import isfinite, pi
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from darkrecoil._errors import BadValue, UnknownName, unknown
from darkrecoil.constants import MASS, PID, AlphaScheme, alpha_scheme
from darkrecoil.generate.driver import MAX_PARAMETERS
from darkrecoil.generate.processes import pair, pair_photon, pair_vector
from darkrecoil.records import Model, Process

LEPTONS = ("mu", "tau")
SOFT_PHOTON = 0.02  # GeV in the e+e- frame: below, a photon changes no quantity of a search with two muons (validation/soft_photon.py)
MISSING = (
    "radiation beyond the photon of the matrix element (ISR, FSR)",
    "vacuum polarisation",
    "spin correlation of tau pairs",
    "e+ e- -> e+ e- mu+ mu-",
    "beam background",
)


@dataclass(frozen=True)
class Recipe:
    """A process ready to run: its record, the file it is compiled from, its numbers, the PDG codes, the generator's own cuts."""

    process: Process
    module: ModuleType
    parameters: NDArray[np.float64]
    pid: tuple[int, ...]
    alpha: AlphaScheme
    cuts: tuple[str, ...] = ()


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
    """The alpha scheme of that name at sqrt_s GeV; BadValue if it is neither 0, nor s, nor a number between 0 and 1."""
    if str(name) in ("0", "s"):
        return alpha_scheme(name, sqrt_s)
    try:
        value = float(name)
    except ValueError:
        raise BadValue("alpha is not understood", name, "allowed: 0 (alpha at q^2 = 0), s, or a number") from None
    if not 0 < value < 1:
        raise BadValue("alpha is out of range", name, "allowed: 0 (alpha at q^2 = 0), s, or a number between 0 and 1")
    return alpha_scheme(value)


def known(model: Model | None = None) -> list[str]:
    """Names of the processes that can be generated, those of the model included."""
    radiated = ["gamma"] if model is None else ["gamma", model.particle]
    return [f"e+ e- -> {lep}+ {lep}-{tail}" for lep in LEPTONS for tail in ["", *(f" {x}" for x in radiated)]]


def recipe(
    text: str,
    alpha: AlphaScheme,
    sqrt_s: float,
    model: Model | None = None,
    mass: float | None = None,
    coupling: float | None = None,
    soft_photon: float = SOFT_PHOTON,
) -> Recipe:
    """The recipe of a process at sqrt_s GeV; ``mass`` (GeV) and ``coupling`` are the model's particle's.

    UnknownName for a process that is not known or a model that lacks the vertex, BadValue above threshold.
    """
    process = parse(text)
    lepton, rest = _lepton_pair(process, model)
    m = MASS[PID[f"{lepton}-"]]
    virtual, real = 4 * pi * alpha.virtual, 4 * pi * alpha.real
    if not rest:
        _check_threshold(process, 2 * m, sqrt_s)
        return _made(process, pair, pair.parameters(m, virtual), (lepton,), (), alpha)
    if rest == "gamma":
        _check_threshold(process, 2 * m + 2 * soft_photon, sqrt_s)
        cuts = (f"energy_cms(gamma) > {soft_photon:g}",)
        return _made(process, pair_photon, pair_photon.parameters(m, soft_photon, virtual, real), (lepton, "gamma"), cuts, alpha)
    assert model is not None
    given_mass, given_coupling = _given(model, mass, coupling)
    _check_threshold(process, 2 * m + given_mass, sqrt_s)
    strength = _vector_strength(model, lepton) * given_coupling
    numbers = pair_vector.parameters(m, given_mass, strength**2, virtual)
    return _made(process, pair_vector, numbers, (lepton, model.particle), (), alpha, model.pid)


def _made(
    process: Process,
    module: ModuleType,
    numbers: tuple[float, ...],
    names: tuple[str, ...],
    cuts: tuple[str, ...],
    alpha: AlphaScheme,
    model_pid: int = 0,
) -> Recipe:
    padded = np.zeros(MAX_PARAMETERS)
    padded[: len(numbers)] = numbers
    code = PID[f"{names[0]}-"]
    pid = (code, -code, *(PID.get(name, model_pid) for name in names[1:]))
    return Recipe(process, module, padded, pid, alpha, cuts)


def _lepton_pair(process: Process, model: Model | None) -> tuple[str, str]:
    """The flavour of the pair and the third particle, "" if there is none."""
    allowed = ("", "gamma", model.particle if model else "")
    for lepton in LEPTONS:
        rest = [p for p in process.outgoing if p not in (f"{lepton}+", f"{lepton}-")]
        third = " ".join(rest)
        if sorted([f"{lepton}+", f"{lepton}-", *rest]) == sorted(process.outgoing) and third in allowed:
            return lepton, third
    hint = "" if model else " (a new particle needs --model)"
    raise unknown(f"process{hint}", process.name, known(model))


def _given(model: Model, mass: float | None, coupling: float | None) -> tuple[float, float]:
    if mass is None or coupling is None:
        lacking = "mass" if mass is None else "coupling"
        raise BadValue(f"the {lacking} of {model.name} is not given", None, hint=f"add --{lacking}")
    return mass, coupling


def _vector_strength(model: Model, lepton: str) -> float:
    fields = (lepton, lepton, model.particle)
    for vertex in model.vertices:
        if vertex.fields == fields and vertex.structure == "vector":
            return vertex.strength
    raise UnknownName(f"the model {model.name} has no vector vertex of these fields", " ".join(fields))


def _check_threshold(process: Process, threshold: float, sqrt_s: float) -> None:
    if not isfinite(sqrt_s) or sqrt_s <= threshold:
        raise BadValue(f"{process.name} is closed at this energy", f"{sqrt_s:g} GeV", f"allowed: above {threshold:g} GeV")
