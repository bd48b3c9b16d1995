"""The particles of a UFO directory, and which of them are the Standard Model's."""

from collections.abc import Mapping
from dataclasses import dataclass

from darkrecoil._errors import BadFile
from darkrecoil.models._ufo.files import Directory, Entry

STANDARD = {11: "e", 13: "mu", 15: "tau", 12: "nu_e", 14: "nu_mu", 16: "nu_tau", 22: "gamma", 23: "Z", 24: "W"}
CHARGE = {"e": -1, "mu": -1, "tau": -1, "nu_e": 0, "nu_mu": 0, "nu_tau": 0}
HIGGS = 25
SPINS = {1: 0.0, 2: 0.5, 3: 1.0}


@dataclass(frozen=True)
class Particle:
    """One end of a vertex, an outgoing particle: its field, whether it is the field's antiparticle, and what keeps it out, if anything.

    ``mass`` and ``width`` are names of parameters.
    """

    field: str
    word: str
    antiword: str
    anti: bool
    pid: int
    spin: float
    mass: str
    width: str
    tex: str
    obstacle: str = ""

    @property
    def own(self) -> bool:
        """Whether it is its own antiparticle."""
        return self.word == self.antiword

    @property
    def new(self) -> bool:
        """Whether it is not one of the Standard Model's."""
        return abs(self.pid) not in STANDARD


def particles(directory: Directory) -> dict[str, Particle]:
    """The particles by the names they are assigned to; BadFile for one that lacks a property or has a name that is taken."""
    made: dict[str, Particle] = {}
    for key, entry in directory.particles.items():
        if entry.anti:
            if entry.anti not in made:
                raise BadFile(f"{entry.where}: no particle of this name above", entry.anti)
            made[key] = _flipped(made[entry.anti])
        else:
            made[key] = _particle(entry)
    _distinct(made, directory)
    return made


def _particle(entry: Entry) -> Particle:
    pid, spin = entry.whole("pdg_code"), entry.whole("spin")
    word, antiword = entry.text("name"), entry.text("antiname")
    texts = entry.text("mass"), entry.text("width"), entry.text("texname", word)
    anti = pid < 0 and word != antiword
    if anti:
        word, antiword = antiword, word
    own = word == antiword
    name = STANDARD.get(abs(pid), word)
    return Particle(name, word, antiword, anti, abs(pid), SPINS.get(spin, -1.0), *texts, _obstacle(entry, abs(pid), spin, own))


def _obstacle(entry: Entry, pid: int, spin: int, own: bool) -> str:
    if spin == -1 or entry.values.get("GhostNumber", 0) not in (0, 0.0):
        return "a ghost"
    if entry.whole("color") != 1:
        return "a coloured particle"
    if any(entry.values.get(word) is True for word in ("goldstone", "GoldstoneBoson", "goldstoneboson")):
        return "a Goldstone boson"
    if pid == HIGGS:
        return "the Higgs boson"
    if spin not in SPINS:
        return f"a particle of spin {(spin - 1) / 2:g}"
    return "a fermion that is its own antiparticle" if own and spin == 2 else ""


def _flipped(one: Particle) -> Particle:
    return Particle(**{**vars(one), "anti": not one.own and not one.anti})


def _distinct(made: Mapping[str, Particle], directory: Directory) -> None:
    """A new particle must not have the name of one of our fields: the name is what a user types."""
    taken = {*STANDARD.values(), "e-", "e+", "mu-", "mu+", "tau-", "tau+", "W-", "W+"}
    for key, particle in made.items():
        if particle.new and not particle.obstacle and {particle.word, particle.antiword} & taken:
            raise BadFile(f"{directory.particles[key].where}: a new particle has the name of a known one", particle.word, "rename it")
