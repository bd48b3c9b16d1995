"""A process's currents written out for every choice of the legs' states, as the tape of the amplitude machine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from darkrecoil.amplitudes.currents import Currents, Join, Key, wave
from darkrecoil.amplitudes.machine import CODES
from darkrecoil.amplitudes.momenta import Momenta
from darkrecoil.amplitudes.rules import PHOTON, Kind
from darkrecoil.amplitudes.theory import BOSON, BRA, KET, Theory

BEAMS = 2  # legs 0 and 1 come in along +z and -z
States = tuple[int, ...]


@dataclass
class Tape:
    """Operations and their numbers; every current of every choice of states has a slot for as long as it is needed."""

    theory: Theory
    currents: Currents
    states: tuple[States, ...]
    gradient: int | None
    momenta: Momenta
    rows: list[list[int]] = field(default_factory=list)
    numbers: list[list[float]] = field(default_factory=list)
    slots: dict[Key, dict[States, int]] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)
    used: int = 0

    def row(self, name: str, out: int, parts: tuple[int, int] = (0, 0), momenta: tuple[int, int] = (0, 0), d: int = 0, numbers: Sequence[float] = ()) -> None:  # fmt: skip  # noqa: E501
        """Append an operation."""
        self.rows.append([CODES[name], out, *parts, *momenta, d])
        self.numbers.append([*numbers, *([0.0] * (4 - len(numbers)))])

    def take(self) -> int:
        """A slot that nothing needs."""
        if not self.free:
            self.used += 1
            self.free.append(self.used - 1)
        return self.free.pop()

    def block(self, count: int) -> int:
        """The first of so many neighbouring slots, kept to the end."""
        self.used += count
        return self.used - count

    def choices(self, mask: int) -> Iterator[dict[int, int]]:
        """Every choice of states of the legs of a set."""
        inside = self.momenta.inside(mask)
        for choice in product(*(self.states[i] for i in inside)):
            yield dict(zip(inside, choice, strict=True))

    def slot(self, key: Key, chosen: Mapping[int, int]) -> int:
        """The slot of a current for the states chosen."""
        return self.slots[key][tuple(chosen[i] for i in self.momenta.inside(key[1]))]


def assemble(theory: Theory, currents: Currents, states: tuple[States, ...], gradient: int | None = None) -> Tape:
    """The tape that adds |amplitude|^2 of every choice of states to the machine's total."""
    tape = Tape(theory, currents, states, gradient, Momenta(currents.legs, currents.on_shell))
    _waves(tape)
    last = _last_uses(currents)
    for index, key in enumerate(currents.joins):
        _current(tape, key)
        for old in last.get(index, ()):
            tape.free += tape.slots.pop(old).values()
    _close(tape)
    return tape


def _last_uses(currents: Currents) -> dict[int, list[Key]]:
    """Currents that nothing needs after the making of the n-th one; waves stay."""
    last: dict[Key, int] = {}
    for index, joins in enumerate(currents.joins.values()):
        for join in joins:
            last[join.first] = last[join.second] = index
    found: dict[int, list[Key]] = {}
    for key, index in last.items():
        if key in currents.joins:
            found.setdefault(index, []).append(key)
    return found


def _waves(tape: Tape) -> None:
    for i, leg in enumerate(tape.currents.legs):
        slot = tape.block(3)
        if leg.kind != BOSON:
            slot = _fermion_waves(tape, i, slot)
        elif leg.line.spin == 0:
            tape.row("scalar wave", slot)
        else:
            name = "gradient wave" if i == tape.gradient else "vector wave"
            tape.row(name, slot, momenta=(i, 0), numbers=(0.0, 0.0, 0.0, leg.line.mass))
        tape.slots[wave(leg), 1 << i, 0] = {(state,): slot + state for state in tape.states[i]}


def _fermion_waves(tape: Tape, i: int, slot: int) -> int:
    """The first of two slots with both helicities; a bra is the adjoint of what comes in or goes out."""
    leg = tape.currents.legs[i]
    anti = leg.incoming == (leg.kind == BRA)
    tape.row("antifermion wave" if anti else "fermion wave", slot, momenta=(i, 0), numbers=(0.0, 0.0, 0.0, leg.line.mass))
    if leg.kind == KET:
        return slot
    bars = tape.block(2)
    for state in tape.states[i]:
        tape.row("adjoint", bars + state, (slot + state, 0))
    return bars


def _current(tape: Tape, key: Key) -> None:
    """A current for every choice of states: its joins, one added to the other, then its propagator unless each join has it."""
    joins = tape.currents.joins[key]
    how = "none" if key == tape.currents.final or key[0][1].startswith("#") else _when(tape, key[0], joins)
    made = tape.slots.setdefault(key, {})
    for chosen in tape.choices(key[1]):
        out, extra = tape.take(), tape.take()
        for index, join in enumerate(joins):
            _join(tape, key, join, chosen, extra if index else out, how)
            if index:
                tape.row("added", out, (extra, 0))
        result = _finish(tape, key, out, extra, how)
        made[tuple(chosen.values())] = result
        tape.free.append(out + extra - result)


def _when(tape: Tape, kind: Kind, joins: Sequence[Join]) -> str:
    """Where a current gets its propagator: "at once" in every join, where operations exist that do, or "after" all of them."""
    heavy = kind[0] == BOSON and tape.theory.lines[kind[1]].mass > 0
    able = all(join.rule.operation in ("ket vector", "bra vector", "current vector") for join in joins)
    return "at once" if able and not heavy else "after"


def _join(tape: Tape, key: Key, join: Join, chosen: Mapping[int, int], out: int, how: str) -> None:
    """One operation; fermions and scalars have the minus sign of their propagator in the coupling."""
    kind, mask, _ = key
    rule, momenta = join.rule, tape.momenta
    spinless = how != "none" and (kind[0] != BOSON or tape.theory.lines[kind[1]].spin == 0)
    strength = join.sign * _ratio(tape, join, mask) * (-1 if spinless else 1)
    left, right = complex(strength * rule.left), complex(strength * rule.right)
    parts = tape.slot(join.first, chosen), tape.slot(join.second, chosen)
    name = rule.operation.replace("bilinear", "current")
    four = (left.real, left.imag, right.real, right.imag)
    if name in ("ket vector", "bra vector") and how == "at once":
        line = tape.theory.lines[kind[1]]
        d = momenta.denominator(mask, line)
        tape.row(f"{name} on", out, parts, (momenta.row(mask), 0), d, (left.real, right.real, 0.0, line.mass))
    elif name in ("ket vector", "bra vector", "current vector"):
        d = momenta.denominator(mask, tape.theory.lines[kind[1]]) if how == "at once" else 0
        tape.row(name, out, parts, d=d, numbers=(left.real, right.real))
    elif name in ("ket scalar", "bra scalar", "current scalar"):
        tape.row("current scalar" if name == "current scalar" else "fermion scalar", out, parts, numbers=four)
    elif name in ("dual vector", "even vector"):
        tape.row(name, out, parts, (momenta.row(mask), momenta.row(join.first[1])), numbers=four)
    else:
        tape.row(name, out, parts, (momenta.row(join.first[1]), momenta.row(join.second[1])), numbers=four)


def _ratio(tape: Tape, join: Join, mask: int) -> float:
    """The ratio of couplings where an external photon takes part: as a part, or as the root that closes."""
    legs = [m.bit_length() - 1 for _, m, _ in (join.first, join.second) if m.bit_count() == 1]
    legs += [tape.currents.root] if mask == tape.currents.final[1] else []
    return join.rule.real_ratio if any(tape.currents.legs[i].line.name == PHOTON for i in legs) else 1.0


def _finish(tape: Tape, key: Key, out: int, extra: int, how: str) -> int:
    """The slot of the current with its propagator: one of the two, since no operation may write where it reads."""
    kind, mask, _ = key
    inside = tape.momenta.inside(mask)
    if how == "after":
        line = tape.theory.lines[kind[1]]
        d, p = tape.momenta.denominator(mask, line), (tape.momenta.row(mask), 0)
        if kind[0] in (KET, BRA):
            tape.row(f"{kind[0]} propagated", extra, (out, 0), p, d, (0.0, 0.0, 0.0, line.mass))
        elif line.spin == 1 and line.mass > 0:
            tape.row("vector propagated", extra, (out, 0), p, d, (1.0 / line.mass**2,))
        else:
            tape.row("scaled", extra, (out, 0), d=d)
        return extra
    if kind[:2] == (BOSON, PHOTON) and how == "at once" and len(inside) == 2 and inside[0] < BEAMS <= inside[1]:
        side = 1.0 if inside[0] == 0 else -1.0
        d = tape.momenta.denominator(mask, tape.theory.lines[PHOTON])
        tape.row("light cone", extra, (out, 0), (tape.momenta.row(mask), 0), d, (side,))
        return extra
    return out


def _close(tape: Tape) -> None:
    """The root's wave on the last current, for every choice of states, squared."""
    key, root = tape.currents.final, tape.currents.root
    leg = tape.currents.legs[root]
    name = "close spinor" if leg.kind != BOSON else "close vector" if leg.line.spin == 1 else "close scalar"
    for chosen in tape.choices(key[1]):
        for state in tape.states[root]:
            bra, ket = tape.slot(key, chosen), tape.slot((wave(leg), 1 << root, 0), {root: state})
            tape.row(name, 0, (bra, ket), numbers=(1.0,))
