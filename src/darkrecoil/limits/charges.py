"""Charge conjugation of processes, and of what is asked of their particles, as they are typed."""

import re
from collections.abc import Mapping

SIGNED = re.compile(r"\b(e|mu|tau|pi|K)([+-])")
OTHER = {"+": "-", "-": "+"}


def conjugated(text: str) -> str:
    """The same with the charges of all particles reversed: "theta(e+) > 17 deg" of "theta(e-) > 17 deg"."""
    return SIGNED.sub(lambda found: found[1] + OTHER[found[2]], text)


def both(process: str, others: Mapping[str, str]) -> tuple[str, ...]:
    """A process and its charge conjugate, or the process alone if it is its own; ``others``: antiparticles by word."""
    arrow = process.split().index("->")
    words = process.split()[arrow + 1 :]
    reverse = {**others, **{bar: word for word, bar in others.items()}}
    mirrored = [reverse.get(word, conjugated(word)) for word in words]
    return (process,) if sorted(mirrored) == sorted(words) else (process, f"e+ e- -> {' '.join(mirrored)}")
