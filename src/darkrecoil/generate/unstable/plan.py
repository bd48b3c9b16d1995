"""From the words of decays, "A' -> e+ e-", to particles with lifetimes and final states to choose from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from darkrecoil import models
from darkrecoil._errors import BadValue, UnknownName, unknown
from darkrecoil.constants import HBARC, M_PI0, W_PI0
from darkrecoil.models import Mode, _couplings, _modes
from darkrecoil.records import Model

ALL = "all"
PI0 = 111
WIDE = 0.01  # width over mass from which a note says that the mass is kept


@dataclass(frozen=True)
class Channel:
    """One final state of an unstable particle: words, PDG codes and masses (GeV), and its share of the decays that are generated."""

    words: tuple[str, ...]
    pid: tuple[int, ...]
    masses: tuple[float, ...]
    share: float


@dataclass(frozen=True)
class Unstable:
    """A particle that is decayed: spin, mass and total width (GeV), its channels, and their branching fraction, daughters' included."""

    word: str
    pid: int
    spin: float
    mass: float
    width: float
    channels: tuple[Channel, ...]
    fraction: float

    @property
    def ctau(self) -> float:
        """The mean proper lifetime times c, cm."""
        return HBARC / self.width


@dataclass(frozen=True)
class Plan:
    """What decays, by PDG code; codes of particles that are their own antiparticles; what to say."""

    unstable: Mapping[int, Unstable]
    own: frozenset[int]
    notes: tuple[str, ...] = ()

    def of(self, pid: int) -> Unstable | None:
        """The unstable particle of a code or of its antiparticle's, None if it stays."""
        return self.unstable.get(abs(pid))

    def products(self, pid: int, channel: Channel) -> tuple[int, ...]:
        """The codes that a particle, or by the conjugate ones an antiparticle, decays to."""
        return channel.pid if pid > 0 else tuple(code if code in self.own else -code for code in channel.pid)


@dataclass(frozen=True)
class Case:
    """A model with its numbers, and codes and masses of its particles and the Standard Model's."""

    model: Model
    mass: float
    coupling: float
    parameters: Mapping[str, float]

    def modes(self, word: str) -> tuple[Mode, ...]:
        """The decays of one of the model's particles."""
        return models.modes(self.model, self.mass, self.coupling, self.parameters, word)

    def masses(self) -> dict[int, float]:
        """Masses, GeV, by code."""
        values = _couplings.numbers(self.model, self.mass, self.coupling, self.parameters)
        return {field.pid: _couplings.mass_of(field, values) for field in _modes.everything(self.model)}

    def own(self) -> frozenset[int]:
        """Codes of particles that are their own antiparticles."""
        return frozenset(field.pid for field in _modes.everything(self.model) if field.particle == field.antiparticle)

    def words(self) -> tuple[str, ...]:
        """The words of the model's particles, one for particle and antiparticle."""
        return tuple(word for word in (self.model.particle, *(field.particle for field in self.model.others)) if word)


def parse(text: str) -> tuple[str, tuple[str, ...] | None]:
    """The decaying particle and the words of the final state, None for all; UnknownName if it is not of this form."""
    sides = [side.split() for side in text.split("->")]
    if len(sides) > 2 or len(sides[0]) != 1 or not all(sides):
        raise UnknownName("not a decay", text, hint='write it as "A\' -> e+ e-", or "A\'" for its branching fractions, or all')
    return sides[0][0], tuple(sides[1]) if len(sides) == 2 else None


def plan(texts: Sequence[str], case: Case, produced: Sequence[int]) -> Plan:
    """The plan of decays asked for, where ``produced`` are the codes of the process.

    UnknownName for a particle or final state that the model does not have; BadValue for one that is closed, not made of particles,
    or never there.
    """
    wanted, everything = _wanted(texts, case)
    codes, masses, own = _modes.codes(case.model), case.masses(), case.own()
    found: dict[int, Unstable] = {PI0: _pi0()}
    notes: list[str] = []
    for word in sorted(wanted, key=lambda word: masses[codes[word]]):
        chosen = _chosen(case, word, wanted[word])
        if not chosen and everything:
            continue
        found[codes[word]] = some = _unstable(case, word, chosen, found, codes, masses)
        notes += _notes(case, some, chosen, codes)
    made = Plan(found, own)
    reached = _reached(made, produced)
    for word in wanted:
        if codes[word] not in reached and not everything:
            raise BadValue(f"there is no {word} to decay", "; ".join(texts), hint="it is neither in the process nor in a decay asked for")
    kept = {pid: some for pid, some in found.items() if pid in reached}
    return Plan(kept, own, tuple(note for note in notes if any(note.startswith(f"{some.word} ") for some in kept.values())))


def undecayed(case: Case, pids: Sequence[int], made: Plan) -> tuple[str, ...]:
    """A note for every unstable particle of the model that is there and not decayed."""
    codes = _modes.codes(case.model)
    reached = _reached(made, pids)
    words = [word for word in case.words() if codes[word] in reached and made.of(codes[word]) is None]
    lives = {word: models.ctau(case.model, case.mass, case.coupling, case.parameters, word) for word in words}
    return tuple(f'{word} is left undecayed, c tau = {ctau:.4g} cm: add --decay "{word}"' for word, ctau in lives.items() if ctau)


def fraction(made: Plan, pids: Sequence[int]) -> float:
    """The share of the events of a process whose decays are the ones asked for."""
    product = 1.0
    for pid in pids:
        some = made.of(pid)
        product *= 1.0 if some is None else some.fraction
    return product


def _wanted(texts: Sequence[str], case: Case) -> tuple[dict[str, list[tuple[str, ...]] | None], bool]:
    """The final states asked for by the particle's word, None for all; and whether everything was asked for."""
    if list(texts) == [ALL]:
        return dict.fromkeys(case.words()), True
    wanted: dict[str, list[tuple[str, ...]] | None] = {}
    anti = {case.model.antiparticle: case.model.particle} | {field.antiparticle: field.particle for field in case.model.others}
    for text in texts:
        word, state = parse(text)
        if word not in case.words() and word in anti:
            word, state = anti[word], None if state is None else tuple(_conjugate(w, case) for w in state)
        if word not in case.words():
            raise unknown(f"new particle of {case.model.name}", word, {*case.words(), ALL})
        if state is None or wanted.get(word, []) is None:
            wanted[word] = None
        else:
            wanted.setdefault(word, []).append(state)  # type: ignore[union-attr]  # it is a list here
    return wanted, False


def _conjugate(word: str, case: Case) -> str:
    fields = _modes.everything(case.model)
    back = {f.particle: f.antiparticle for f in fields} | {f.antiparticle: f.particle for f in fields}
    return back.get(word, word)


def _chosen(case: Case, word: str, states: Sequence[tuple[str, ...]] | None) -> tuple[Mode, ...]:
    """The open decays to the states asked for, or all that are made of particles."""
    codes = _modes.codes(case.model)
    modes = case.modes(word)
    if not any(mode.width for mode in modes):
        return ()
    if states is None:
        return tuple(mode for mode in modes if mode.width > 0 and _writable(mode, codes))
    chosen: dict[Mode, None] = {}
    for state in states:
        some = [mode for mode in modes if _matches(state, mode, codes)]
        shown = f"{word} -> {' '.join(state)}"
        if not some:
            raise unknown("decay", shown, [f"{word} -> {_modes.label(mode.words, codes)}" for mode in modes])
        if not all(_writable(mode, codes) for mode in some):
            raise BadValue("a final state that is not made of particles cannot be generated", shown, hint="choose another decay")
        if not any(mode.width for mode in some):
            open_ = sorted({_modes.label(mode.words, codes) for mode in modes if mode.width})
            raise BadValue("the decay is closed", shown, f"open: {', '.join(open_) or 'none'}")
        chosen |= dict.fromkeys(mode for mode in some if mode.width)
    return tuple(chosen)


def _writable(mode: Mode, codes: Mapping[str, int]) -> bool:
    return all(word in codes for word in mode.words)


def _matches(state: Sequence[str], mode: Mode, codes: Mapping[str, int]) -> bool:
    """Whether words are those of a mode in some order; "nu" is any neutrino, "invisible" whatever is unseen."""
    if tuple(state) == (_modes.INVISIBLE,):
        return _modes.label(mode.words, codes) == _modes.INVISIBLE
    left = list(mode.words)
    for word in sorted(state, key=lambda word: word == "nu"):
        like = [w for w in left if w == word or (word == "nu" and abs(codes.get(w, 0)) in _modes.UNSEEN[:3])]
        if not like:
            return False
        left.remove(like[0])
    return not left


def _unstable(
    case: Case, word: str, chosen: Sequence[Mode], found: Mapping[int, Unstable], codes: Mapping[str, int], masses: Mapping[int, float]
) -> Unstable:
    total = sum(mode.width for mode in case.modes(word))
    if not total:
        raise BadValue(f"{word} has no open decay", f"{masses[codes[word]]:g} GeV", hint="leave out its --decay")
    if not chosen:
        raise BadValue(f"no open decay of {word} is made of particles", f"{masses[codes[word]]:g} GeV", hint="leave out its --decay")
    shares = []
    for mode in chosen:
        product = mode.width / total
        for daughter in mode.words:
            product *= found[abs(codes[daughter])].fraction if abs(codes[daughter]) in found else 1.0
        shares.append(product)
    whole = sum(shares)
    channels = [
        Channel(mode.words, tuple(codes[w] for w in mode.words), tuple(masses[abs(codes[w])] for w in mode.words), share / whole)
        for mode, share in zip(chosen, shares, strict=True)
    ]
    spin = next(field.spin for field in _modes.everything(case.model) if field.particle == word)
    return Unstable(word, codes[word], spin, masses[codes[word]], total, tuple(channels), whole)


def _notes(case: Case, some: Unstable, chosen: Sequence[Mode], codes: Mapping[str, int]) -> Iterator[str]:
    if some.width > WIDE * some.mass:
        yield f"{some.word} is generated at its mass, though its width is {100 * some.width / some.mass:.2g} % of it"
    left = [mode for mode in case.modes(some.word) if mode.width and not _writable(mode, codes)]
    if left and len(chosen) > 1:
        names = ", ".join(_modes.label(mode.words, codes) for mode in left)
        yield f"{some.word} decays to {names} as well ({sum(mode.width for mode in left) / some.width:.3g} of all): not generated"
    if any(abs(codes[w]) == 15 for mode in chosen for w in mode.words):
        yield f"{some.word} decays to taus, which are decayed without their spins"


def _pi0() -> Unstable:
    """The neutral pion, always as two photons, which 98.8 % of its decays are (PDG 2022)."""
    return Unstable("pi0", PI0, 0.0, M_PI0, W_PI0, (Channel(("gamma", "gamma"), (22, 22), (0.0, 0.0), 1.0),), 1.0)


def _reached(made: Plan, pids: Sequence[int]) -> set[int]:
    """Codes of all particles that are there or come from decays, without sign."""
    reached, waiting = set[int](), [abs(pid) for pid in pids]
    while waiting:
        code = waiting.pop()
        if code not in reached:
            reached.add(code)
            some = made.of(code)
            waiting += [] if some is None else [abs(pid) for channel in some.channels for pid in channel.pid]
    return reached
