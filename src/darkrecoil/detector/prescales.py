"""Plateaus and prescales: of the events that meet a line's conditions some fire it, and of these one in so many is kept."""

from collections.abc import Mapping

import numpy as np

from darkrecoil._jit.philox import ACCEPT, key, pair
from darkrecoil.detector.schema import Card
from darkrecoil.records import Bools, Floats, Ints


def prescaled(bits: Mapping[str, Bools], card: Card, attempt: Ints) -> dict[str, Bools]:
    """The bits (n,) of which a line with plateau P and prescale N keeps a share P/N.

    Which ones depends on the line's name and the attempt alone: numbers by Philox, independent from line to line.
    """
    return {line: bit & _kept(line, card, attempt) for line, bit in bits.items()}


def _kept(line: str, card: Card, attempt: Ints) -> Bools | np.bool_:
    kept: Bools | np.bool_ = np.True_
    if line in card.prescales:
        kept = kept & (_number(line, "prescale", attempt) * card.prescales[line].value < 1.0)
    if line in card.plateaus:
        kept = kept & (_number(line, "plateau", attempt) < card.plateaus[line].value)
    return kept


def _number(line: str, purpose: str, attempt: Ints) -> Floats:
    words = key(0, line, purpose)
    return np.asarray(pair(attempt.astype(np.uint64), ACCEPT, np.uint64(0), words[0], words[1])[0])
