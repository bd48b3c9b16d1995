"""What the entries of a card must agree on, beyond what each of them allows."""

from darkrecoil.detector.lines import Count, Flag, parse
from darkrecoil.detector.schema import Card

Fault = tuple[tuple[str, ...], object, str]  # the entry, what it says, what is allowed


def faults(card: Card) -> list[Fault]:
    """What does not fit together: lines that name no line above them, ids without edges, prescales and plateaus of no line."""
    return [*_line_faults(card), *_unknown_lines(card)]


def _line_faults(card: Card) -> list[Fault]:
    found: list[Fault] = []
    names, t = list(card.lines), card.trigger
    veto = None not in (t.bhabha_energy, t.bhabha_delta_phi, t.bhabha_theta_sum)
    rings = len(t.theta_ids.value) - 1 if t.theta_ids else 0
    for count, (name, line) in enumerate(card.lines.items()):
        above = [*names[:count], *(["bhabha"] if veto else [])]
        where = ("lines", name, "value")
        for term in parse(line.value):
            if isinstance(term, Flag) and term.name not in above:
                found.append((where, term.name, f"allowed: a line above it{', bhabha' if veto else '; the card has no Bhabha veto'}"))
            if isinstance(term, Count) and any(not _inside(low, high, rings) for low, high in _ids(term)):
                found.append(
                    (
                        where,
                        line.value,
                        f"allowed: whole ids from 1 to {rings} by trigger.theta_ids" if rings else "the card has no trigger.theta_ids",
                    )
                )
    return found


def _ids(term: Count) -> list[tuple[float, float]]:
    return [ends for cut in term.cuts if cut.variable == "id" for ends in cut.ranges]


def _inside(low: float, high: float, rings: int) -> bool:
    return low.is_integer() and high.is_integer() and 1 <= low <= high <= rings


def _unknown_lines(card: Card) -> list[Fault]:
    named = [("prescales", name) for name in card.prescales] + [("plateaus", name) for name in card.plateaus]
    return [((section, name), name, f"allowed: {', '.join(card.lines)}") for section, name in named if name not in card.lines]
