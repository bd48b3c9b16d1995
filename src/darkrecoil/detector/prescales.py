"""Prescales: of the events in which a line fires, one in so many is kept."""

from collections.abc import Mapping

import numpy as np

from darkrecoil._jit.philox import ACCEPT, key, pair
from darkrecoil.detector.schema import Card
from darkrecoil.records import Bools, Ints


def prescaled(bits: Mapping[str, Bools], card: Card, attempt: Ints) -> dict[str, Bools]:
    """The bits (n,) of which a line with prescale N keeps one event in N.

    Which one depends on the line's name and the attempt alone: numbers by Philox, independent from line to line.
    """
    return {line: bit & _kept(line, card.prescales[line].value, attempt) if line in card.prescales else bit for line, bit in bits.items()}


def _kept(line: str, prescale: int, attempt: Ints) -> Bools:
    words = key(0, line, "prescale")
    u, _ = pair(attempt.astype(np.uint64), ACCEPT, np.uint64(0), words[0], words[1])
    return np.asarray(u * prescale < 1.0)
