"""Tau decays that are drawn more often than nature makes them, with weights that make up for it: "tau -> mu, pi, K"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.generate.decays.branching import FRACTIONS
from darkrecoil.records import Floats

FORM = re.compile(r"^\s*tau\s*->\s*(.*)$")
WORDS = {"e": (0,), "mu": (1,), "pi": (2,), "K": (3,), "rho": (4,), "a1": (5, 6), "other": (7, 8)}  # indices of branching.MODES
OFTEN = 0.8  # share of the decays that are drawn in the modes preferred; the weights elsewhere stay below 6 then


@dataclass(frozen=True)
class Preference:
    """Modes, by their words, that get OFTEN of the decays, in proportion to their branching fractions; none: as nature has it."""

    modes: tuple[str, ...] = ()

    def shares(self) -> tuple[Floats, Floats]:
        """Probabilities (9,) with which modes are drawn, in the order of ``branching.MODES``, and weights (9,) of mean 1."""
        nature = np.array(FRACTIONS)
        some = np.zeros(len(nature), dtype=bool)
        some[[index for word in self.modes for index in WORDS[word]]] = True
        part = nature[some].sum()
        if not self.modes or part >= OFTEN:
            return nature, np.ones(len(nature))
        drawn = np.where(some, nature * (OFTEN / part), nature * ((1.0 - OFTEN) / (1.0 - part)))
        return drawn, nature / drawn


NATURE = Preference()


def split(texts: Sequence[str]) -> tuple[Preference, tuple[str, ...]]:
    """The preference among texts of what to generate more of, and the texts that remain: cuts.

    UnknownName for a mode, BadValue for a text without one.
    """
    found = [(text, FORM.match(text)) for text in texts]
    words = [word.strip() for _, one in found if one for word in one[1].split(",")]
    for word in words:
        if not word:
            raise BadValue("not a preference of tau decays", next(text for text, one in found if one), hint="write it as 'tau -> mu, pi'")
        if word not in WORDS:
            raise unknown("tau decay", word, WORDS)
    return Preference(tuple(dict.fromkeys(words))), tuple(text for text, one in found if not one)
