"""The words that an analysis is written in. Each builds a tree and computes nothing.

``theta``, ``pt`` ... are quantities of the object at hand and stand inside ``objects(...)``; ``count(muon)``,
``recoil_theta(muon)`` ... are quantities of an event. Laboratory frame, ``_cms`` is the e+e- rest frame. A track has no
energy without a mass: that hypothesis belongs to the analysis, ``objects("track", ..., hypothesis="muon")``.
Where several sets of objects are allowed they are taken together; they should not share an object.
"""

from darkrecoil._errors import BadValue, unknown
from darkrecoil.constants import M_E, M_K, M_MU, M_P, M_PI
from darkrecoil.selection.nodes import CONDITION, OBJECTS, Node, shown, substitute
from darkrecoil.selection.vocabulary.table import VOCABULARY

HYPOTHESES = {"electron": M_E, "muon": M_MU, "pion": M_PI, "kaon": M_K, "proton": M_P}
LEPTONS = ("faster", "slower")
COLUMNS = {
    "track": {"px": "GeV", "py": "GeV", "pz": "GeV", "charge": "", "ecl_energy": "GeV", "d0": "cm", "z0": "cm",
              **{f"{name}_id": "" for name in HYPOTHESES}},
    "cluster": {"px": "GeV", "py": "GeV", "pz": "GeV", "energy": "GeV", "time": "ns", "second_moment": "cm^2"},
    "klm": {"px": "GeV", "py": "GeV", "pz": "GeV"},
    "vertex": {"px": "GeV", "py": "GeV", "pz": "GeV", "x": "cm", "y": "cm", "z": "cm"},
}  # fmt: skip


def _node(operation: str, *arguments: str | float | Node) -> Node:
    return Node(operation, arguments, VOCABULARY[operation].unit)


def _own(name: str) -> Node:
    return Node("own", (name,), "GeV")


_PX, _PY, _PZ = _own("px"), _own("py"), _own("pz")

pt = _node("pt", _PX, _PY)
momentum = _node("momentum", _PX, _PY, _PZ)
theta = _node("theta", momentum, _PZ)
phi = _node("phi", _PY, _PX)
energy = _node("energy", _own("energy"))
energy_cms = _node("energy_cms", _node("beams"), _own("energy"), _PX, _PY, _PZ)
ecl_energy = _node("ecl_energy", _own("ecl_energy"))
e_over_p = _node("e_over_p", _own("ecl_energy"), momentum)
d0 = _node("d0", Node("own", ("d0",), "cm"))
z0 = _node("z0", Node("own", ("z0",), "cm"))
radius = _node("radius", Node("own", ("x",), "cm"), Node("own", ("y",), "cm"))
pair_mass = Node("own_pair", ("mass",), "GeV")
pair_charge = Node("own_pair", ("charge",))


def particle_id(name: str) -> Node:
    """The condition on a track that it is identified as an electron, muon, pion, kaon or proton; UnknownName for another word."""
    if name not in HYPOTHESES:
        raise unknown("particle hypothesis", name, HYPOTHESES)
    return _node("identified", name, _own(f"{name}_id"))


def angle_to_recoil(*some: Node) -> Node:
    """The angle, rad, of the object at hand to the recoil of those objects."""
    return _node("angle_to", _recoil(*some), momentum, _PX, _PY, _PZ)


def objects(kind: str, *conditions: Node, hypothesis: str = "") -> Node:
    """Objects of a kind, "track", "cluster", "klm" or "vertex", that meet every condition; ``hypothesis``: whose mass a track is given.

    UnknownName for another kind or hypothesis; BadValue for a condition that is not about one object, and
    where a track's energy is asked for without a hypothesis.
    """
    if kind not in COLUMNS:
        raise unknown("kind of object", kind, COLUMNS)
    if hypothesis and hypothesis not in HYPOTHESES:
        raise unknown("particle hypothesis", hypothesis, HYPOTHESES)
    _demand("object", "objects", conditions)
    bound = (
        substitute(c, lambda node: _column(str(node.arguments[0]), kind, hypothesis) if node.operation == "own" else None)
        for c in conditions
    )
    return _node("objects", kind, hypothesis, _node("present", kind), *bound)


def others(some: Node, among: Node) -> Node:
    """The objects of ``among`` that are not in ``some``; BadValue unless both are of one kind."""
    kinds = _kind(some)[0], _kind(among)[0]
    if kinds[0] != kinds[1] or "pair" in kinds:
        raise BadValue("others() compares objects of one kind", " and ".join(kinds))
    return _node("others", *_kind(among), some, among)


def pairs(some: Node, *conditions: Node) -> Node:
    """Pairs of those objects that meet every condition on ``pair_mass`` or ``pair_charge``.

    ``count(pairs(...)).equals(0)`` asks for none, ``pair_masses_squared(pairs(...))`` takes each for a candidate.
    """
    _demand("pair", "pairs", conditions)
    bound = (substitute(c, lambda node: _of_pair(some, node) if node.operation == "own_pair" else None) for c in conditions)
    return _node("pairs", "pair", "", some, *bound)


def _of_pair(some: Node, node: Node) -> Node:
    if node.arguments == ("charge",):
        return _node("pair_charge", _of(some, "charge"))
    return _node("pair_mass", *_momentum(some))


def pair_masses_squared(some: Node) -> Node:
    """The mass squared of each of those pairs, GeV^2: as an observable, every pair is a candidate. BadValue for what is no pairs."""
    return _node("pair_masses_squared", some, *_momentum(_paired(some)))


def masses_squared_across(some: Node, other: Node) -> Node:
    """The mass squared of each track of one set with each of opposite charge of another, GeV^2: each such pair is a candidate."""
    return _node("masses_squared_across", *_both(some, other))


def recoils_squared_across(some: Node, other: Node) -> Node:
    """The mass squared of the recoil of each such pair, GeV^2, with the nominal beams."""
    return _node("recoils_squared_across", _node("beams"), *_both(some, other))


def _both(*sets: Node) -> tuple[Node, ...]:
    return tuple(part for each in sets for part in (each, _of(each, "charge"), *_momentum(each)))


def pair_recoils_squared(some: Node) -> Node:
    """The mass squared of the recoil of each of those pairs, GeV^2, with the nominal beams; BadValue for what is no pairs."""
    return _node("pair_recoils_squared", some, _node("beams"), *_momentum(_paired(some)))


def _paired(some: Node) -> Node:
    """The objects that pairs are made of."""
    if _kind(some)[0] != "pair" or not isinstance(some.arguments[2], Node):
        raise BadValue("a quantity of each pair is of pairs", shown(some), hint="write pairs(objects(...))")
    return some.arguments[2]


def count(*some: Node) -> Node:
    """The number of objects, or of pairs."""
    for each in some:
        _kind(each)
    return _node("count", *_nonempty(some))


def charge(*some: Node) -> Node:
    """The sum of the charges of tracks, in units of e; NaN for none."""
    return _node("charge", *(part for each in _nonempty(some) for part in (each, _of(each, "charge"))))


def mass(*some: Node) -> Node:
    """The invariant mass of the objects together, GeV; NaN for none."""
    return _node("mass", _total(*some))


def pt_sum(*some: Node) -> Node:
    """The transverse momentum of the objects together, GeV; NaN for none."""
    return _node("vector_pt", _total(*some))


def transverse_opening(*some: Node) -> Node:
    """The difference in azimuth of the two objects, in [0, pi] rad, in the laboratory; NaN unless there are exactly two."""
    parts = (part for each in _nonempty(some) for part in (each, _of(each, "px"), _of(each, "py")))
    return _node("transverse_opening", *parts)


def recoil_across_cms(lepton: str, *some: Node) -> Node:
    """The component of the recoil's momentum transverse to the "faster" or "slower" of the two objects, e+e- frame, GeV; NaN unless two."""
    return _node("across_in", _node("beams"), _recoil(*some), _one(lepton, *some))


def recoil_along_cms(lepton: str, *some: Node) -> Node:
    """The component of the recoil's momentum along the "faster" or "slower" of the two objects, e+e- frame, GeV; NaN unless two."""
    return _node("along_in", _node("beams"), _recoil(*some), _one(lepton, *some))


def recoil_theta(*some: Node) -> Node:
    """The polar angle of the recoil, rad; NaN for no objects."""
    return _node("vector_theta", _recoil(*some))


def recoil_mass_squared(*some: Node) -> Node:
    """The mass squared of the recoil, GeV^2: (p_beams - sum p)^2 with the nominal beams, never clipped; NaN for no objects."""
    return _node("mass_squared", _recoil(*some))


def extra_energy(some: Node) -> Node:
    """The summed energy of the objects, GeV; 0 for none."""
    return _node("summed_energy", some, _of(some, "energy"))


def trigger(line: str) -> Node:
    """The condition that a trigger line has fired."""
    return _node("trigger", line)


def _total(*some: Node) -> Node:
    vectors = [_node("four_vector", each, *_momentum(each)) for each in _nonempty(some)]
    return vectors[0] if len(vectors) == 1 else _node("together", *vectors)


def _one(lepton: str, *some: Node) -> Node:
    if lepton not in LEPTONS:
        raise unknown("one of two", lepton, LEPTONS)
    return _node("one_of_two", lepton, _node("beams"), *(part for each in some for part in (each, *_momentum(each))))


def _recoil(*some: Node) -> Node:
    return _node("recoil", _node("beams"), _total(*some))


def _momentum(some: Node) -> tuple[Node, ...]:
    return tuple(_of(some, name) for name in ("energy", "px", "py", "pz"))


def _of(some: Node, name: str) -> Node:
    kind, hypothesis = _kind(some)
    if kind == "pair":
        raise BadValue("only count() and quantities of each pair can be asked of pairs", name)
    return _column(name, kind, hypothesis)


def _kind(some: object) -> tuple[str, str]:
    if not isinstance(some, Node) or some.unit != OBJECTS:
        raise BadValue("not a set of objects", shown(some), hint='write objects("track", ...)')
    return str(some.arguments[0]), str(some.arguments[1])


def _nonempty(some: tuple[Node, ...]) -> tuple[Node, ...]:
    if not some:
        raise BadValue("a quantity of no objects at all", hint='give it a set of objects: objects("track", ...)')
    return some


def _column(name: str, kind: str, hypothesis: str) -> Node:
    """What a name means for objects of that kind: a column, or the energy that a track has with a mass."""
    if (kind, name) == ("track", "energy"):
        if not hypothesis:
            raise BadValue("a track has no energy without a mass", hint='write objects("track", ..., hypothesis="muon")')
        axes = (Node("column", (kind, axis), "GeV") for axis in ("px", "py", "pz"))
        return _node("energy_hypothesis", hypothesis, HYPOTHESES[hypothesis], *axes)
    if name not in COLUMNS[kind]:
        raise unknown(f"column of a {kind}", name, COLUMNS[kind])
    return Node("column", (kind, name), COLUMNS[kind][name])


def _demand(scope: str, word: str, conditions: tuple[object, ...]) -> None:
    for condition in conditions:
        if not isinstance(condition, Node) or condition.unit != CONDITION or condition.scope != scope:
            raise BadValue(
                f"inside {word}() stands a condition on one {scope}", shown(condition), hint="compare one of its quantities with a number"
            )
