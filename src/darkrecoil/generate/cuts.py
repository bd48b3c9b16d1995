"""Cuts on true particles as users type them: ``abs(cos_theta_cms(gamma)) < 0.95``, ``angle_cms(mu+, gamma) > 10 deg``.

A particle that occurs several times means each of them; a pair, each pair. Without ``_cms`` a quantity is in the frame
of the beams, with it in the e+e- rest frame with the electron along +z.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.constants import M_E, PID, deg
from darkrecoil.kinematics.frames import beam_momenta, to_cms
from darkrecoil.kinematics.vectors import Four, add, dot
from darkrecoil.records import Beams, Bools, Floats, Particles

FORM = re.compile(r"^\s*(abs\()?\s*(\w+)\(([^()]*)\)\s*(\))?\s*(<=|>=|<|>)\s*([-+\d.eE]+)\s*(\w*)\s*$")
COMPARE: Mapping[str, Callable[[Floats, float], Bools]] = {"<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal}
UNITS = {"": 1.0, "GeV": 1.0, "MeV": 1e-3, "rad": 1.0, "deg": deg}


@dataclass(frozen=True)
class Cut:
    """One condition on true particles, as typed and taken apart."""

    text: str
    quantity: str
    names: tuple[str, ...]
    absolute: bool
    sign: str
    value: float


def _polar(p: Four) -> Floats:
    return np.asarray(np.arctan2(np.hypot(p[1], p[2]), p[3]))


def _size(p: Four) -> Floats:
    return np.asarray(np.sqrt(p[1] ** 2 + p[2] ** 2 + p[3] ** 2))


def _angle(p: Four, q: Four) -> Floats:
    cosine = (p[1] * q[1] + p[2] * q[2] + p[3] * q[3]) / (_size(p) * _size(q))
    return np.asarray(np.arccos(np.clip(cosine, -1, 1)))


def _mass(p: Four, q: Four) -> Floats:
    both = add(p, q)
    return np.asarray(np.sqrt(np.maximum(dot(both, both), 0.0)))


def _pt_sum(p: Four, q: Four) -> Floats:
    return np.asarray(np.hypot(p[1] + q[1], p[2] + q[2]))


def _transverse_opening(p: Four, q: Four) -> Floats:
    return np.asarray(np.abs(np.arctan2(p[1] * q[2] - p[2] * q[1], p[1] * q[1] + p[2] * q[2])))


SINGLE: Mapping[str, Callable[[Four], Floats]] = {
    "energy": lambda p: np.asarray(p[0]),
    "momentum": _size,
    "pt": lambda p: np.asarray(np.hypot(p[1], p[2])),
    "theta": _polar,
    "cos_theta": lambda p: np.asarray(p[3] / _size(p)),
}
DOUBLE: Mapping[str, Callable[[Four, Four], Floats]] = {
    "mass": _mass, "angle": _angle, "pt_sum": _pt_sum, "recoil_theta": _angle, "transverse_opening": _transverse_opening,
}  # fmt: skip
NAMES = sorted([*SINGLE, *DOUBLE, *(f"{name}_cms" for name in (*SINGLE, "angle", "pt_sum"))])


def parse(text: str) -> Cut:
    """The cut of a text; UnknownName for a quantity, BadValue for a form that is not understood."""
    found = FORM.match(text)
    if not found or bool(found[1]) != bool(found[4]):
        raise BadValue("not a cut", text, hint="write it as 'abs(cos_theta_cms(gamma)) < 0.95' or 'theta(mu+) > 17 deg'")
    quantity, names = found[2], tuple(name.strip() for name in found[3].split(","))
    if quantity not in NAMES:
        raise unknown("quantity to cut on", quantity, NAMES)
    if len(names) != (2 if quantity.removesuffix("_cms") in DOUBLE else 1):
        raise BadValue("wrong number of particles in a cut", text)
    if found[7] not in UNITS:
        raise unknown("unit", found[7], [u for u in UNITS if u])
    try:
        value = float(found[6]) * UNITS[found[7]]
    except ValueError:
        raise BadValue("not a number in a cut", found[6]) from None
    return Cut(text, quantity, names, bool(found[1]), found[5], value)


def passed(cuts: Sequence[Cut], particles: Particles, names: Mapping[str, int]) -> Floats:
    """1 or 0 for each event (n,): all cuts passed. ``names`` are the PDG codes of the process's own particles."""
    keep, found = np.ones(len(particles), dtype=bool), {}
    for cut in cuts:
        cms = cut.quantity.endswith("_cms")
        for slots in _slots(cut, particles, {**PID, **names}):
            for slot in slots:
                if (slot, cms) not in found:
                    found[slot, cms] = _component(particles, slot, cms)
            value = _value(cut, [found[slot, cms] for slot in slots], particles.beams)
            keep &= COMPARE[cut.sign](np.abs(value) if cut.absolute else value, cut.value)
    return keep.astype(np.float64)


def inside(texts: Sequence[str], names: Mapping[str, int]) -> Callable[[Particles], Floats] | None:
    """The cut of these texts on a process's particles: 1 or 0 for each event (n,); None for none. Errors as of ``parse``."""
    cuts = [parse(text) for text in texts]
    return (lambda some: passed(cuts, some, names)) if cuts else None


OUTSIDE = 0.1  # importance outside a region: an event there has ten times the weight, and no part of phase space is lost


@dataclass(frozen=True)
class Region:
    """Where more events are to be generated: the cuts as text, and the importance of an event, 1 inside and OUTSIDE elsewhere."""

    texts: tuple[str, ...]
    importance: Callable[[Particles], Floats]


def region(texts: Sequence[str], names: Mapping[str, int]) -> Region | None:
    """The region of these cuts, None for none; errors as of ``parse``."""
    cuts = [parse(text) for text in texts]
    if not cuts:
        return None
    return Region(tuple(texts), lambda some: np.maximum(passed(cuts, some, names), OUTSIDE))


def _value(cut: Cut, momenta: list[Four], beams: Beams) -> Floats:
    name = cut.quantity.removesuffix("_cms")
    if name == "recoil_theta":
        before, after = _beams(beams), add(momenta[0], momenta[1])
        return _polar((before[0] - after[0], before[1] - after[1], before[2] - after[2], before[3] - after[3]))
    return DOUBLE[name](momenta[0], momenta[1]) if name in DOUBLE else SINGLE[name](momenta[0])


def _slots(cut: Cut, particles: Particles, pids: Mapping[str, int]) -> list[tuple[int, ...]]:
    """Slots that the cut speaks of: each particle of the name, or each pair of the names."""
    final = particles.pid[0] * (particles.status[0] > 0) if len(particles) else np.zeros(0)
    found = []
    for name in cut.names:
        if name not in pids:
            raise unknown("particle in a cut", name, pids)
        found.append([int(slot) for slot in np.flatnonzero(final == pids[name])])
        if not found[-1]:
            raise BadValue(f"no {name} in this process to cut on", cut.text)
    if len(found) == 1:
        return [(slot,) for slot in found[0]]
    return list(combinations(found[0], 2)) if cut.names[0] == cut.names[1] else list(product(*found))


def _component(particles: Particles, slot: int, cms: bool) -> Four:
    p = particles.momentum[:, slot]
    four = (p[:, 0], p[:, 1], p[:, 2], p[:, 3])
    return to_cms(*_both(particles.beams), four) if cms else four


def _both(b: Beams) -> tuple[Four, Four]:
    return beam_momenta(b.electron, b.positron, b.half_crossing, M_E)


def _beams(b: Beams) -> Four:
    return add(*_both(b))
