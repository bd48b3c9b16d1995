"""The decays of the new particle that a search looks for: their words, their branching fraction, their generation."""

from collections.abc import Mapping

from darkrecoil import models
from darkrecoil.generate.recipe import Recipe
from darkrecoil.generate.unstable.order import Decaying, decaying
from darkrecoil.generate.unstable.plan import Case
from darkrecoil.records import Model
from darkrecoil.selection import Analysis

UNSEEN = ("invisible",)


def states(analysis: Analysis) -> tuple[str, ...]:
    """The final states of X that are looked for, as keys of branching fractions; none where the signal has no X."""
    if "X" not in analysis.signal.split():
        return ()
    return tuple(decay.partition("->")[2].strip() for decay in analysis.decays) or UNSEEN


def worded(analysis: Analysis) -> str:
    """The final states in words: "mu+ mu- or e+ e-"."""
    return " or ".join(states(analysis))


def named(analysis: Analysis) -> str:
    """The branching fraction of what is looked for, by its name: "BF(mu+ mu-)"."""
    return f"BF({worded(analysis)})"


def fraction(analysis: Analysis, model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None) -> float:
    """The share of X that decays as is looked for, at a mass in GeV and a coupling; 1 where there is no X."""
    if not (wanted := states(analysis)):
        return 1.0
    found = models.branching_fractions(model, mass, coupling, parameters)
    return sum(found.get(state, 0.0) for state in wanted)


def decays(
    analysis: Analysis, made: Recipe, model: Model, mass: float, coupling: float, parameters: Mapping[str, float] | None
) -> Decaying | None:
    """The decays to generate, None for an X that is not seen; BadValue for one that is closed."""
    texts = [decay.replace("X", model.particle, 1) for decay in analysis.decays]
    return decaying(texts, made, Case(model, mass, coupling, parameters or {})) if texts else None
