"""A UFO directory as a records.Model: which particle, which coupling, which parameters."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from pathlib import Path

from darkrecoil._errors import BadFile, BadValue, unknown
from darkrecoil.models._ufo import algebra
from darkrecoil.models._ufo.algebra import Product
from darkrecoil.models._ufo.files import directory
from darkrecoil.models._ufo.lagrangian import Lagrangian, Piece, counted, lagrangian
from darkrecoil.models._ufo.particles import STANDARD, Particle, particles
from darkrecoil.models._ufo.symbols import MASS, WIDTH, External, Symbols, symbols
from darkrecoil.models._ufo.terms import SUPPORTED
from darkrecoil.records import Field, Model, Parameter, Vertex

RESERVED = {"coupling", "mass", "e", "pi"}
REFERENCES = (
    "C. Degrande et al., Comput. Phys. Commun. 183 (2012) 1201, arXiv:1108.2040",
    "L. Darme et al., Eur. Phys. J. C 83 (2023) 631, arXiv:2304.09883",
)
LARGEST = 1e20  # of a parameter whose range the file does not say


@dataclass(frozen=True)
class Report:
    """What was done with a UFO directory: remarks, and the vertices left out by name with the reason."""

    notes: tuple[str, ...]
    left_out: Mapping[str, str]


def load(path: str | Path, particle: str = "") -> tuple[Model, Report]:
    """The model of a UFO directory, and what was left out of it. Its files are parsed as data; nothing is executed.

    ``particle`` names the one that ``mass`` belongs to where several are new. If all vertices are linear in one parameter that
    is not the Standard Model's, it is the coupling; otherwise the coupling is a common factor, 1 by default, of all new terms.
    Vertices that have no counterpart in records.Vertex, and those with quarks, gluons, Higgs and Goldstone bosons or ghosts,
    are left out. Sources: arXiv:1108.2040, sections 3 and 4 (format), arXiv:2304.09883 (its second version).

    BadFile for a missing directory or file, for a file that is not data (with its line), for a complex coupling or a term
    without its Hermitian conjugate, and if no vertex of a new particle remains; UnknownName and BadValue for the particle.
    """
    files = directory(path)
    known, numbers = particles(files), symbols(files)
    found = lagrangian(files, known, numbers)
    new = _new(found.pieces, known.values())
    usable = [one for one in known.values() if one.new and not one.obstacle]
    if not found.pieces or (usable and not new):
        first = next((f"{name}: {reason}" for name, reason in found.left_out.items() if SUPPORTED in reason), None)
        raise BadFile(f"no vertex of a new particle can be used in the UFO model {files.name}", first)
    main = _chosen(new, particle, files.name)
    return _model(files.name, main, [one for one in new if one is not main], found, numbers)


def _new(pieces: Sequence[Piece], known: Iterable[Particle]) -> list[Particle]:
    """The new particles at the vertices that are used, as they are, not as their antiparticles."""
    used = {name for piece in pieces for name in piece.fields}
    return [one for one in known if one.new and not one.anti and not one.obstacle and one.field in used]


def _chosen(new: Sequence[Particle], particle: str, name: str) -> Particle | None:
    """The particle that the mass belongs to; None for a model of contact terms among known particles."""
    words = [one.word for one in new]
    if not particle and len(new) > 1:
        raise BadValue(f"the UFO model {name} has several new particles", ", ".join(words), hint=f"name one: {name}:{words[0]}")
    if particle and particle not in words:
        raise unknown(f"new particle of the UFO model {name}", particle, words)
    return new[words.index(particle)] if particle else next(iter(new), None)


def _model(name: str, main: Particle | None, others: Sequence[Particle], found: Lagrangian, numbers: Symbols) -> tuple[Model, Report]:
    products = [numbers.sum(piece.strength) for piece in found.pieces]
    coupling = _coupling(found.pieces, products, numbers)
    words = {main.mass: "mass"} if main and main.mass in numbers.externals else {}
    words |= {coupling: "coupling"} if coupling else {}
    sizes = [numbers.product(text) for one in others for text in (one.mass, one.width)]
    used = sorted({text for product in (*products, *sizes) for text in product.names} - words.keys())
    words |= {text: f"{text}_" for text in used if text in RESERVED}
    notes = (*found.notes, *_remarks(main, coupling, found, numbers))
    model = Model(
        name=name,
        title=f"{main.word} of the UFO model {name}" if main else f"UFO model {name}",
        particle=main.word if main else "",
        pid=main.pid if main else 0,
        spin=main.spin if main else 0,
        mass=_mass(main, numbers),
        coupling=_strength(numbers.externals[coupling] if coupling else None),
        vertices=tuple(
            _vertex(piece, product, words, not coupling, _charge(numbers)) for piece, product in zip(found.pieces, products, strict=True)
        ),
        references=(f"UFO model {name}", *REFERENCES),
        parameters=tuple(_parameter(numbers.externals[text], words.get(text, text)) for text in used),
        notes=". ".join(notes),
        others=tuple(_field(one, numbers, words) for one in others),
        antiparticle="" if main is None or main.own else main.antiword,
    )
    return model, Report(notes, dict(found.left_out))


def _coupling(pieces: Sequence[Piece], products: Sequence[Product], numbers: Symbols) -> str:
    """The one parameter that all new terms are linear in, "" if there is none."""
    scaled = [product for piece, product in zip(pieces, products, strict=True) if _grows(piece, product)]
    names = {name for product in scaled for name in product.names if numbers.externals[name].block not in (MASS, WIDTH)}
    if len(names) != 1:
        return ""
    (name,) = names
    return name if all(_linear(product, name, numbers) for product in scaled) else ""


def _grows(piece: Piece, product: Product) -> bool:
    """Whether a term grows with the coupling: all but the electroweak charges of new particles, which are numbers."""
    fixed = len(piece.fields) == 3 and piece.fields[0] == piece.fields[1] and piece.fields[2] in ("gamma", "Z") and not product.names
    return not fixed or piece.fields[0] in STANDARD.values()


def _linear(product: Product, name: str, numbers: Symbols) -> bool:
    one, two = numbers.points[1], {**numbers.points[1], name: 2 * numbers.points[1][name]}
    first, second = (algebra.value(product, point) for point in (one, two))
    return abs(second - 2 * first) <= 1e-10 * abs(first)


def _charge(numbers: Symbols) -> float | None:
    """The positron's charge in the file."""
    alpha = numbers.externals.get("aEWM1")
    return sqrt(4 * pi / alpha.value.real) if alpha else None


def _vertex(piece: Piece, product: Product, words: dict[str, str], factor: bool, e: float | None) -> Vertex:
    """The term in the model's words; the coupling is a factor of what has none of its own, and electric charges have our e."""
    if e and not _grows(piece, product) and piece.fields[2] == "gamma":
        return Vertex(piece.fields, piece.structure, product.number.real / e, "e")
    number = product.number.real if product.number.imag == 0 else 1.0
    tree = Product(1, product.rest).tree if product.number.imag == 0 else product.tree
    text = algebra.renamed(tree, words)
    if factor and _grows(piece, product):
        text = "coupling" if text == "1" else ast.unparse(ast.BinOp(ast.Name("coupling"), ast.Mult(), ast.parse(text, mode="eval").body))
    return Vertex(piece.fields, piece.structure, float(number), text)


def _field(one: Particle, numbers: Symbols, words: dict[str, str]) -> Field:
    mass, width = (algebra.renamed(numbers.product(text).tree, words) for text in (one.mass, one.width))
    return Field(one.field, one.word, one.antiword, one.pid, one.spin, mass, width)


def _mass(main: Particle | None, numbers: Symbols) -> Parameter:
    if main is None:  # nothing has it; a search for a contact interaction has its peak at 0
        return Parameter("mass", "m", "GeV", 0.0, 1e-9, 0.0)
    default = algebra.value(numbers.product(main.mass), numbers.points[0]).real
    return Parameter("mass", f"M_{{{main.tex}}}", "GeV", 1e-6, 1e6, default if 1e-6 <= default <= 1e6 else None)


def _strength(external: External | None) -> Parameter:
    if external is None:
        return Parameter("coupling", "c", "", 1e-12, 1e6, 1.0)
    default = external.value.real
    return Parameter("coupling", external.tex, "", 1e-12, 1e6, default if 1e-12 <= default <= 1e6 else None)


def _parameter(external: External, word: str) -> Parameter:
    massive = external.block in (MASS, WIDTH)
    return Parameter(word, external.tex, "GeV" if massive else "", 0.0 if massive else -LARGEST, LARGEST, external.value.real)


def _remarks(main: Particle | None, coupling: str, found: Lagrangian, numbers: Symbols) -> list[str]:
    """What a reader of the numbers should know."""
    common = "coupling is a common factor of all new terms, 1 by default"
    remarks = [f"coupling is {coupling} of the file" if coupling else common]
    inputs = sorted(numbers.inputs(name for piece in found.pieces for name in piece.strength))
    if inputs:
        listed = ", ".join(f"{name} = {numbers.externals[name].value.real:g}" for name in inputs)
        remarks.append(f"numbers of the file in the new couplings: {listed}")
    if main and main.mass not in numbers.externals:
        remarks.append(f"the file computes the mass of {main.word}; the mass that is set is used instead")
    few = len(found.left_out) - sum(found.obstacles.values())
    reasons = {**found.obstacles, **({"no counterpart here, or no coupling": few} if few else {})}
    return remarks + [f"left out: {counted(count)} with {what}" for what, count in sorted(reasons.items())]
