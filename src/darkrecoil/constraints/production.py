"""How strongly a model's particle is produced: the square of the coupling that a process goes by.

e+ e- -> gamma X and e- N -> e- N X go by the current of electrons; e+ e- -> l+ l- X by that of l, if electrons do not couple;
photons on nuclei and gamma X of a scalar by the coupling to two photons. For massless leptons left- and right-handed ones add up,
so that the square is (g_L^2 + g_R^2)/2, g_V^2 + g_A^2.
"""

from collections.abc import Mapping

from darkrecoil._errors import BadValue
from darkrecoil.models import _couplings as couplings
from darkrecoil.records import Model

BY_LEPTON = {
    "e+ e- -> gamma X": "e",
    "e- N -> e- N X": "e",
    "e+ e- -> mu+ mu- X": "mu",
    "mu- N -> mu- N X": "mu",
    "e+ e- -> tau+ tau- X": "tau",
}
BY_PHOTONS = ("e+ e- -> gamma X", "gamma N -> X N", "e+ e- -> e+ e- X")


def strength(model: Model, production: str, mass: float, coupling: float, parameters: Mapping[str, float]) -> tuple[str, float]:
    """What a process goes by ("vector current of e") and the square of that coupling, in its unit.

    BadValue, with the reason, where the model does not have it or more than one kind of diagram takes part.
    """
    values = couplings.numbers(model, mass, coupling, parameters)
    if model.spin == 0 and production in BY_PHOTONS:
        return _photons(model, production, values)
    lepton = BY_LEPTON.get(production)
    if lepton is None:
        allowed = f"known: {', '.join(sorted({*BY_LEPTON, *BY_PHOTONS}))}"
        raise BadValue(f"the production '{production}' cannot be computed for another model", None, allowed)
    found = couplings.currents(model, values)
    own, electron = found.get((lepton, lepton), couplings.Current()), found.get(("e", "e"), couplings.Current())
    if lepton != "e" and production.startswith("e+") and _square(electron):
        raise BadValue(f"{model.particle} couples to electrons as well: {production} has other diagrams than in the published model")
    if not _square(own):
        raise BadValue(f"{model.particle} of {model.name} does not couple to {lepton} at tree level")
    return f"{_kind(own)} current of {lepton}", _square(own)


def _photons(model: Model, production: str, values: couplings.Values) -> tuple[str, float]:
    direct = [v for v in model.vertices if v.fields == ("gamma", "gamma", model.particle)]
    total = sum(couplings.strength(v, values) for v in direct)
    if not total:
        raise BadValue(f"{model.particle} of {model.name} does not couple to two photons: no {production}")
    return "two photons", total**2


def _square(current: couplings.Current) -> float:
    return (current.left**2 + current.right**2) / 2 + current.scalar**2 + current.pseudoscalar**2


def _kind(current: couplings.Current) -> str:
    if current.left or current.right:
        return "vector or axial"
    return "scalar" if not current.pseudoscalar else "pseudoscalar" if not current.scalar else "scalar and pseudoscalar"
