"""Final states of a decay as particles, and a model as one of its other particles sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from darkrecoil._errors import unknown
from darkrecoil.constants import DARK_MATTER, M_PI, M_PI0
from darkrecoil.models import _couplings as couplings
from darkrecoil.records import Field, Model

INVISIBLE = "invisible"
UNSEEN = (12, 14, 16, *DARK_MATTER)  # PDG codes
MESONS = (Field("pi", "pi+", "pi-", 211, 0, repr(M_PI)), Field("pi0", "pi0", "pi0", 111, 0, repr(M_PI0)))


@dataclass(frozen=True)
class Mode:
    """One decay: the words of the particles, the partial width and its error, GeV. For an antiparticle all words are the conjugate ones.

    "hadrons" and "invisible" stand for all final states of that kind; an error is that of hadronic physics, 0 where there is none.
    """

    words: tuple[str, ...]
    width: float
    error: float = 0.0


def label(words: tuple[str, ...], codes: Mapping[str, int]) -> str:
    """The final state as typed: "invisible" if no particle of it is seen, neutrinos of any kind as a last "nu" each."""
    unseen = [abs(codes.get(word, 0)) in UNSEEN for word in words]
    if all(unseen):
        return INVISIBLE
    neutrinos = [abs(codes.get(word, 0)) in UNSEEN[:3] for word in words]
    return " ".join([*(w for w, hidden in zip(words, neutrinos, strict=True) if not hidden), *["nu"] * sum(neutrinos)])


def everything(model: Model) -> tuple[Field, ...]:
    """Leptons, electroweak bosons and pions, and all particles of the model, its own of mass "mass"; that one last."""
    own = Field(model.particle, model.particle, model.antiparticle or model.particle, model.pid, model.spin, "mass")
    return (*couplings.fields(model).values(), *MESONS, *((own,) if model.particle else ()))


def codes(model: Model) -> dict[str, int]:
    """PDG codes of those by the words of particles and antiparticles."""
    found: dict[str, int] = {}
    for field in everything(model):
        found |= {field.antiparticle: -field.pid, field.particle: field.pid}
    return found


def seen_from(model: Model, particle: str | None) -> Model:
    """The model with another of its particles in the place of the one that ``mass`` belongs to; that mass and coupling stay numbers.

    UnknownName for a particle that is none of the model's. Widths are then those of that particle: see ``own_mass``.
    """
    if particle is None or particle in (model.particle, model.antiparticle):
        return model
    found = {word: field for field in model.others for word in (field.particle, field.antiparticle)}
    if particle not in found:
        raise unknown(f"particle of {model.name}", particle, {model.particle, *found})
    field = found[particle]
    main = Field(model.particle, model.particle, model.antiparticle or model.particle, model.pid, model.spin, "mass")
    others = model.others if model.particle in found else (*model.others, main)  # each keeps the expression of its own mass
    anti = "" if field.antiparticle == field.particle else field.antiparticle
    return replace(model, particle=field.particle, antiparticle=anti, pid=field.pid, spin=field.spin, others=others)


def own_mass(model: Model, particle: str | None, values: couplings.Values) -> float:
    """The mass, GeV, of the model's particle or of another of its fields."""
    fields = {field.particle: field for field in model.others} | {field.antiparticle: field for field in model.others}
    return couplings.mass_of(fields[particle], values) if particle in fields else values["mass"]
