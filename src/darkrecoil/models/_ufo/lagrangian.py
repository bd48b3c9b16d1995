"""All vertices of a UFO directory: what is ours already, what is left out and why, and the terms that are new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import pi, sqrt

from darkrecoil._errors import BadFile
from darkrecoil.models import _standard_model as standard
from darkrecoil.models._ufo.files import Directory, Entry
from darkrecoil.models._ufo.particles import CHARGE, Particle
from darkrecoil.models._ufo.structures import Unsupported
from darkrecoil.models._ufo.symbols import Combination, Symbols
from darkrecoil.models._ufo.terms import SUPPORTED, Key, Parts, conjugate_letters, terms

BASES: Mapping[str, Mapping[str, tuple[complex, complex]]] = {  # coefficients of L and R in a structure's strength
    "V": {"vector": (0.5, 0.5), "axial": (-0.5, 0.5)},
    "C": {"left": (1, 0), "right": (0, 1)},
    "S": {"scalar": (0.5, 0.5), "pseudoscalar": (0.5j, -0.5j)},
}
LETTER = {"vector": "V", "axial": "A", "left": "L", "right": "R", "scalar": "S", "pseudoscalar": "P"}
GENERATIONS = {frozenset(pair) for pair in (("e", "nu_e"), ("mu", "nu_mu"), ("tau", "nu_tau"))}
AGREEMENT = 1e-3  # of the file's electric charges with sqrt(4 pi alpha)
GAUGE = (("e", "e", "gamma"), ("e", "e", "Z"), ("nu_e", "e", "W"))  # vertices that say which sign a gauge boson has
SIGNS = {v.fields: v.strength for v in standard.VERTICES if v.fields in GAUGE and v.structure in ("vector", "left")}


@dataclass(frozen=True)
class Piece:
    """A term as records.Vertex has it, its strength still a combination of the file's couplings, and the file's vertices it is from."""

    fields: tuple[str, ...]
    structure: str
    strength: Combination
    origin: str


@dataclass
class Lagrangian:
    """What was found: new terms, vertices of the Standard Model that are ours, reasons for what is left out, remarks."""

    pieces: list[Piece] = field(default_factory=list)
    standard: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    obstacles: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def lagrangian(directory: Directory, particles: Mapping[str, Particle], symbols: Symbols) -> Lagrangian:
    """The Lagrangian of a directory; BadFile for a name that does not exist, a complex coupling, or a term without its conjugate."""
    made = Lagrangian()
    new: dict[Key, tuple[Parts, list[str]]] = {}
    ours: dict[Key, tuple[Parts, list[str]]] = {}
    for entry in directory.vertices.values():
        name = entry.text("name")
        legs = [_named(particles, key, entry, "particle") for key in entry.names("particles")]
        if obstacle := next((leg.obstacle for leg in legs if leg.obstacle), ""):
            made.left_out[name] = f"{_words(legs)}: {obstacle}"
            made.obstacles[obstacle] = made.obstacles.get(obstacle, 0) + 1
            continue
        structures = _structures(directory, entry)
        found = _found(made, name, legs, structures, symbols)
        _gather(ours if _is_ours(legs) else new, found, name)
        made.standard += [name] if _is_ours(legs) and name not in made.left_out else []
    _compare(made, ours, symbols)
    for key, (parts, origin) in _hermitian(new, symbols):
        made.pieces += _pieces(key, parts, ", ".join(origin), symbols)
    _turn(made, _opposite(ours, symbols))
    return made


def _named(table: Mapping[str, Particle], key: str, entry: Entry, kind: str) -> Particle:
    if key not in table:
        raise BadFile(f"{entry.where}: {entry.key} names a {kind} that the UFO model does not have", key)
    return table[key]


def _words(legs: Sequence[Particle]) -> str:
    return " ".join(leg.antiword if leg.anti else leg.word for leg in legs)


def _structures(directory: Directory, entry: Entry) -> list[tuple[Combination, str]]:
    """The couplings of a vertex, each with the text of its Lorentz structure."""
    lorentz, couplings = entry.names("lorentz"), entry.get("couplings")
    if not isinstance(couplings, dict):
        raise BadFile(f"{entry.where}: couplings of {entry.key} is not a dictionary")
    found = []
    for place, some in couplings.items():
        index = place[1] if isinstance(place, tuple) and len(place) == 2 else None
        if not isinstance(index, int) or not 0 <= index < len(lorentz) or lorentz[index] not in directory.lorentz:
            raise BadFile(f"{entry.where}: {entry.key} names a Lorentz structure that the UFO model does not have", place)
        combination: Combination = {}
        for one in some if isinstance(some, tuple) else (some,):
            key = getattr(one, "name", str(one))
            if key not in directory.couplings:
                raise BadFile(f"{entry.where}: {entry.key} names a coupling that the UFO model does not have", key)
            word = directory.couplings[key].text("name")
            combination[word] = combination.get(word, 0) + 1
        found.append((combination, directory.lorentz[lorentz[index]].text("structure")))
    return found


def _found(
    made: Lagrangian, name: str, legs: Sequence[Particle], structures: Sequence[tuple[Combination, str]], symbols: Symbols
) -> dict[Key, Parts]:
    """The terms of a vertex; none, with the reason written down, where it is not supported."""
    try:
        found = terms(legs, structures, symbols.zero)
    except Unsupported as reason:
        shown = " and ".join(dict.fromkeys(text for _, text in structures))
        made.left_out[name] = f"{_words(legs)}: {reason}: {shown}; {SUPPORTED}"
        return {}
    if not found:
        made.left_out[name] = f"{_words(legs)}: its coupling is zero"
    return found


def _is_ours(legs: Sequence[Particle]) -> bool:
    """Whether particles meet at a vertex of our Standard Model: gauge bosons with leptons or each other."""
    if len(legs) != 3 or any(leg.new for leg in legs):
        return False
    fermions, bosons = [leg.field for leg in legs if leg.spin == 0.5], sorted(leg.field for leg in legs if leg.spin == 1)
    if not fermions:
        return bosons in (["W", "W", "gamma"], ["W", "W", "Z"])
    if bosons == ["W"]:
        return frozenset(fermions) in GENERATIONS
    return fermions[0] == fermions[1] and (bosons == ["Z"] or CHARGE[fermions[0]] != 0)


def _gather(table: dict[Key, tuple[Parts, list[str]]], found: Mapping[Key, Parts], name: str) -> None:
    """Add the terms of a vertex to those of other vertices of the same fields."""
    for key, parts in found.items():
        whole, origin = table.setdefault(key, ({}, []))
        origin.append(name)
        for letters, some in parts.items():
            kept = whole.setdefault(letters, {})
            for coupling, number in some.items():
                kept[coupling] = kept.get(coupling, 0) + number


def _compare(made: Lagrangian, ours: Mapping[Key, tuple[Parts, list[str]]], symbols: Symbols) -> None:
    """Compare the file's electric charges with ours, and say so."""
    alpha = symbols.externals.get("aEWM1")
    if not made.standard:
        return
    what = f"{counted(len(made.standard))} of gauge bosons {'is' if len(made.standard) == 1 else 'are'} darkrecoil's own, with its alpha"
    if alpha is None:
        made.notes.append(f"{what}; the file's charges were not compared: it has no aEWM1")
        return
    far = []
    for key, (parts, origin) in ours.items():
        if key.family == "vector" and key.fields[2] == "gamma":
            left, right = (symbols.evaluate(parts.get(letter, {}))[0][0] / sqrt(4 * pi / alpha.value.real) for letter in "LR")
            if max(abs(abs(left) - 1), abs(left - right)) > AGREEMENT:
                far.append(f"{', '.join(origin)} has {left:.6g} and {right:.6g} e for the chiralities")
    agree = f"agree within {AGREEMENT:g} with 1/alpha = {alpha.value.real:g} of the file"
    made.notes.append(f"{what}; the file's charges {'differ: ' + '; '.join(far) if far else agree}")


def _opposite(ours: Mapping[Key, tuple[Parts, list[str]]], symbols: Symbols) -> set[str]:
    """The gauge bosons that have the opposite sign in the file: a convention, but one for all vertices."""
    left = {key.fields: symbols.evaluate(parts.get("L", {}))[0][0].real for key, (parts, _) in ours.items() if key.flow >= 0}
    return {fields[2] for fields, sign in SIGNS.items() if left.get(fields, 0) * sign < 0}


def _turn(made: Lagrangian, opposite: set[str]) -> None:
    """Change the sign of new terms with an odd number of gauge bosons of the opposite sign."""
    for i, piece in enumerate(made.pieces):
        if sum(name in opposite for name in piece.fields) % 2:
            made.pieces[i] = replace(piece, strength={name: -number for name, number in piece.strength.items()})
            made.notes.append(f"the sign of {piece.origin} was changed: a boson of it has the opposite sign in darkrecoil")


def counted(number: int) -> str:
    """A number of vertices in words."""
    return "1 vertex" if number == 1 else f"{number} vertices"


def _hermitian(new: Mapping[Key, tuple[Parts, list[str]]], symbols: Symbols) -> Iterator[tuple[Key, tuple[Parts, list[str]]]]:
    """One of each pair of conjugate terms, the one with the field itself; BadFile if they are not each other's conjugates."""
    done: set[Key] = set()
    for key, (parts, origin) in new.items():
        if key in done:
            continue
        other = key.conjugate
        partner, partner_origin = new.get(other, ({}, []))
        done |= {key, other}
        letters = {*parts, *(conjugate_letters(other, some) for some in partner)}
        if not all(symbols.conjugates(parts.get(x, {}), partner.get(conjugate_letters(key, x), {})) for x in letters):
            shown = f"{', '.join(dict.fromkeys([*origin, *partner_origin]))} ({' '.join(key.fields)})"
            raise BadFile(
                "the UFO model is not Hermitian", shown, "each coupling of a current needs its complex conjugate for the reverse one"
            )
        chosen, kept = (other, partner) if key.flow < 0 else (key, parts)
        yield chosen, (kept, list(dict.fromkeys([*origin, *partner_origin])))


def _pieces(key: Key, parts: Parts, origin: str, symbols: Symbols) -> list[Piece]:
    """The terms in whichever of vector and axial, or left and right, takes the fewest; BadFile for a complex strength."""
    if "" in parts:
        made = [Piece(key.fields, key.family, parts[""], origin)]
    else:
        names = ("S",) if "scalar" in key.family else ("V", "C")
        sides = 2 if key.family.startswith("contact") else 1
        choices = [_in_bases(key, parts, origin, bases, symbols) for bases in product(names, repeat=sides)]
        made = min(choices, key=lambda some: (len(some), sum(len(piece.strength) for piece in some)))
    for piece in made:
        if not symbols.real(piece.strength):
            number = symbols.evaluate(piece.strength)[0][0]
            shown = f"{origin} ({' '.join(piece.fields)}, {piece.structure}: {number:.4g})"
            raise BadFile("a coupling of the UFO model is complex", shown, "allowed: real strengths of vector, axial, scalar and i gamma5")
    return made


def _in_bases(key: Key, parts: Parts, origin: str, bases: Sequence[str], symbols: Symbols) -> list[Piece]:
    """The terms with the currents in these bases, without those that vanish."""
    found = []
    for names in product(*(BASES[base] for base in bases)):
        some: Combination = {}
        for letters, combination in parts.items():
            weight: complex = 1
            for base, name, letter in zip(bases, names, letters, strict=True):
                weight *= BASES[base][name]["LR".index(letter)]
            for coupling, number in combination.items():
                some[coupling] = some.get(coupling, 0) + weight * number
        some = {coupling: number for coupling, number in some.items() if number}
        if not symbols.zero(some):
            structure = names[0] if len(names) == 1 else "".join(LETTER[name] for name in names)
            found.append(Piece(key.fields, structure, some, origin))
    return found
