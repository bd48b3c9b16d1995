"""The operations that read the events; every other operation reads arrays only."""

import numpy as np

from darkrecoil._errors import unknown
from darkrecoil.constants import M_E
from darkrecoil.kinematics.frames import beam_momenta
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Bools, Events, Floats, Objects


def column(events: Events, kind: str, name: str) -> Floats:
    """A column (n, k) of the objects of that kind; UnknownName if the events have none."""
    some = _objects(events, kind)
    if name not in some.columns:
        raise unknown(f"column of the {kind}s in these events", name, some.columns)
    return some[name]


def present(events: Events, kind: str) -> Bools:
    """Which slots (n, k) hold an object of that kind; UnknownName if the events have no such kind."""
    return _objects(events, kind).present


def trigger(events: Events, line: str) -> Bools:
    """The bit (n,) of a trigger line; UnknownName if the events have no such line."""
    if line not in events.trigger:
        raise unknown("trigger line in these events", line, events.trigger)
    return events.trigger[line]


def beams(events: Events) -> Floats:
    """The four-vector (4,) of the two nominal beams together, GeV."""
    b = events.beams
    return np.array(add(*beam_momenta(b.electron, b.positron, b.half_crossing, M_E)), dtype=np.float64)


def _objects(events: Events, kind: str) -> Objects:
    if kind not in events.objects:
        raise unknown("kind of object in these events", kind, events.objects)
    return events.objects[kind]
