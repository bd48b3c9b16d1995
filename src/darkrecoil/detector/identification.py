"""Which particle a track is called: one hypothesis or none, drawn from the card's matrix.

The matrix is P(called | true) by bins of measured momentum and polar angle. Left out: the correlation with the calorimeter's energy
of the same track, and with the neighbouring tracks.
"""

from typing import Any

import numpy as np

from darkrecoil.detector.layout import CALLED, PID_MOMENTUM, PID_THETA
from darkrecoil.detector.smear import Real
from darkrecoil.detector.species import place
from darkrecoil.records import Floats

MOMENTA, ANGLES, HYPOTHESES = 4, 3, 5  # bins of momentum, bins of polar angle, electron to proton


def steps(value: Real, low: Real, middle: Real, high: Real) -> Real:
    """The number, 0 to 3, of rising edges that the value is not below."""
    return np.where(value < middle, np.where(value < low, 0.0, 1.0), np.where(value < high, 2.0, 3.0))


def row(kind: Real, momentum: Real, cos_theta: Real, card: Floats) -> Real:
    """Where in the card the probabilities to be called electron, muon, pion, kaon, proton begin: a whole number."""
    p = steps(momentum, card[PID_MOMENTUM], card[PID_MOMENTUM + 1], card[PID_MOMENTUM + 2])
    theta = np.where(cos_theta > card[PID_THETA], 0.0, np.where(cos_theta > card[PID_THETA + 1], 1.0, 2.0))
    return CALLED + HYPOTHESES * (MOMENTA * (ANGLES * place(kind) + theta) + p)


def called(start: Real, u: Real, card: Floats) -> Real:
    """What a track is called by its ``row`` and a uniform number: 1 electron, 2 muon, 3 pion, 4 kaon, 5 proton, 0 nothing; 0 for row 0.

    The muon stands first on the line, then electron, pion, kaon, proton. It stands apart from ``row`` because a look-up keeps a loop
    from being vectorised.
    """
    first: Any = np.int64(start)
    muon = card[first + 1]
    electron = muon + card[first]
    pion = electron + card[first + 2]
    kaon = pion + card[first + 3]
    proton = kaon + card[first + 4]
    hadron = np.where(u < pion, 3.0, np.where(u < kaon, 4.0, np.where(u < proton, 5.0, 0.0)))
    return np.where(first > 0, np.where(u < muon, 2.0, np.where(u < electron, 1.0, hadron)), 0.0)
