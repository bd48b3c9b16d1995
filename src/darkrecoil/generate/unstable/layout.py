"""Where the products of decays stand: slots that do not depend on the event, empty where it has other products."""

from collections.abc import Sequence
from dataclasses import dataclass

from darkrecoil.generate.unstable.plan import Plan


@dataclass(frozen=True)
class Place:
    """The products of the particle in slot ``mother``: ``count`` slots from ``first`` on."""

    mother: int
    first: int
    count: int


@dataclass(frozen=True)
class Layout:
    """The places, mothers first; the number of slots; the codes without sign that each slot may hold."""

    places: tuple[Place, ...]
    slots: int
    holds: tuple[frozenset[int], ...]


def layout(plan: Plan, produced: Sequence[frozenset[int]], before: int) -> Layout:
    """The layout of a process whose slots hold these codes; ``before`` slots are taken already."""
    holds = [*produced, *[frozenset[int]()] * (before - len(produced))]
    places: list[Place] = []
    waiting = list(range(len(holds)))
    while waiting:
        slot = waiting.pop(0)
        unstable = [some for code in sorted(holds[slot]) if (some := plan.of(code)) is not None]
        channels = [channel for some in unstable for channel in some.channels]
        if not channels:
            continue
        count = max(len(channel.pid) for channel in channels)
        places.append(Place(slot, len(holds), count))
        for i in range(count):
            waiting.append(len(holds))
            holds.append(frozenset(abs(channel.pid[i]) for channel in channels if len(channel.pid) > i))
    return Layout(tuple(places), len(holds), tuple(holds))
