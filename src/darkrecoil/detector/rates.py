"""What each trigger line keeps of a sample: efficiency, cross-section, and the rate at an instantaneous luminosity."""

import re
from dataclasses import dataclass
from math import isfinite

import numpy as np

from darkrecoil._errors import BadValue
from darkrecoil.records import Events

FB = 1e-39  # cm^2


@dataclass(frozen=True)
class LineRate:
    """Of one line, prescale included: efficiency, cross-section, fb, and rate, Hz, with the errors of the sample's size."""

    efficiency: float
    efficiency_error: float
    cross_section: float
    rate: float
    rate_error: float


def rates(events: Events, luminosity: float) -> dict[str, LineRate]:
    """What every line keeps of the events, at a luminosity in 1/(cm^2 s): rate = cross-section x luminosity.

    The efficiency is that of the sample, its cross-section that of the file: what the generator's cuts took out is not in.
    """
    return {line: _rate(events, bit, luminosity) for line, bit in events.trigger.items()}


def _rate(events: Events, bit: object, luminosity: float) -> LineRate:
    w, kept = events.weight, np.asarray(bit, dtype=np.float64)
    total = float(w.sum())
    efficiency = float((w * kept).sum()) / total if total else 0.0
    # a ratio of weighted sums: variance sum of w^2 (kept - efficiency)^2 over the total squared
    error = float(np.sqrt(np.sum((w * (kept - efficiency)) ** 2))) / total if total else 0.0
    sigma = total / events.attempts
    return LineRate(efficiency, error, sigma * efficiency, sigma * efficiency * FB * luminosity, sigma * error * FB * luminosity)


def instantaneous(text: str) -> float:
    """The luminosity in 1/(cm^2 s) of a text such as "6e35/cm2/s", "6e35 /cm^2/s" or "6e35". BadValue for anything else."""
    found = re.fullmatch(r"\s*([\d.]+(?:[eE][+-]?\d+)?)\s*(?:/?\s*cm\^?-?2\s*/?\s*s(?:\^?-1)?)?\s*", text)
    value = _value(found[1]) if found else 0.0
    if not (isfinite(value) and value > 0):
        raise BadValue("not an instantaneous luminosity", text, "allowed: a positive number of 1/(cm^2 s)", "write 6e35/cm2/s")
    return value


def _value(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
