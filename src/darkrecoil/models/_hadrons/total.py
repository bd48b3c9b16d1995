"""R(s) from the pions' threshold to 12 GeV, for the photon or any vector that couples to quarks, with its uncertainty.

Channels up to 1.85 GeV, quarks and gluons from 2.05 GeV, a straight mixture between; the open-charm region by the measured values;
J/psi, psi(2S), psi(3770) and the Upsilons on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from darkrecoil.constants import M_PI, M_PI0
from darkrecoil.models._hadrons import exclusive, perturbative
from darkrecoil.models._hadrons.exclusive import Weights
from darkrecoil.models._hadrons.resonances import BOTTOMONIA, CHARMONIA, OPEN_BOTTOM, OPEN_CHARM, Narrow, lorentzian
from darkrecoil.records import Floats

PHOTON = Weights()
HIGHEST = 12.0  # GeV
MIXED = (1.85, 2.05)  # GeV: channels below, quarks above
ON_TOP = (*CHARMONIA, OPEN_CHARM[0], *BOTTOMONIA, *OPEN_BOTTOM)
CHARM_NODES = (  # GeV, R: averages over 20 to 60 MeV of the measurements compiled by the PDG (2020), BES (2000-2009) above all
    (3.80, 2.22), (3.85, 2.36), (3.88, 2.75), (3.91, 2.80), (3.94, 2.97), (3.97, 3.10), (3.995, 3.37), (4.013, 3.69), (4.025, 4.55),
    (4.035, 4.53), (4.05, 4.43), (4.07, 4.10), (4.10, 4.03), (4.125, 4.14), (4.15, 4.12), (4.18, 4.13), (4.20, 3.85), (4.21, 3.58),
    (4.22, 3.28), (4.24, 3.05), (4.26, 2.97), (4.28, 3.04), (4.31, 3.19), (4.34, 3.33), (4.37, 3.66), (4.40, 3.84), (4.43, 3.98),
    (4.45, 3.84), (4.48, 3.64), (4.52, 3.42), (4.58, 3.45), (4.70, 3.53),
)  # fmt: skip
# GeV, relative error of R without the resonances on top: half of the spread of experiments, or of this form from the PDG's values
BAND = (
    (0.28, 0.09), (0.40, 0.06), (0.55, 0.03), (0.78, 0.025), (0.81, 0.04), (0.85, 0.06), (0.95, 0.04), (0.985, 0.04), (1.0, 0.12),
    (1.01, 0.04),    (1.03, 0.04), (1.06, 0.08), (1.2, 0.05), (1.85, 0.05), (2.05, 0.03), (3.73, 0.03), (3.85, 0.08), (4.25, 0.06),
    (4.7, 0.04), (5.0, 0.03),
)  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """R (n,) and its one-sigma error (n,), both dimensionless."""

    value: Floats
    error: Floats


def weights(up: float, down: float, strange: float, charm: float, bottom: float) -> Weights:
    """The weights of a vector with these couplings g of g qbar gamma^mu q, in units of e: (2/3, -1/3, -1/3, 2/3, -1/3) is the photon."""
    return Weights(up - down, 3 * (up + down), -3 * strange, 1.5 * charm, -3 * bottom)


def ratio(s: ArrayLike, w: Weights = PHOTON) -> Ratio:
    """R(s) = sigma(e+e- -> hadrons)/(4 pi alpha^2/(3 s)) (n,) with its error, s in GeV^2; 0 below the threshold of pi0 gamma.

    Gamma(V -> hadrons) = alpha epsilon^2 m/3 R(m^2) for a dark photon; for other vectors ``w`` weighs the currents. Holds to 12 GeV
    (NaN above, or where s is NaN). Narrow resonances are those of all hadronic final states, with their own total width; the
    interference of charmonia and bottomonia with the continuum is left out, as are W and Z.
    """
    s = np.atleast_1d(np.asarray(s, dtype=float))
    root = np.sqrt(np.maximum(s, M_PI0**2))
    share = np.clip((root - MIXED[0]) / (MIXED[1] - MIXED[0]), 0.0, 1.0)
    smooth = np.zeros_like(s)
    if (low := share < 1).any():
        smooth[low] += (1 - share[low]) * _channels(root[low], w)
    if (high := share > 0).any():
        smooth[high] += share[high] * _continuum(root[high], w)
    lines = [_line(root**2, some, w) for some in ON_TOP]
    error = np.sqrt((_relative(root) * smooth) ** 2 + sum((some.error * line) ** 2 for some, line in zip(ON_TOP, lines, strict=True)))
    error = np.hypot(error, _assignment(root, w))
    there = (root > M_PI0) & (root <= HIGHEST)
    value = np.where(there, smooth + sum(lines), np.where(root <= M_PI0, 0.0, np.nan))
    return Ratio(np.where(np.isnan(s), np.nan, value), np.where(there, error, np.where(root <= M_PI0, 0.0, np.nan)))


def _channels(root: Floats, w: Weights) -> Floats:
    """The sum of the channels (n,); pi0 gamma alone below two pions."""
    s, total = np.maximum(root, 2 * M_PI * (1 + 1e-9)) ** 2, np.zeros_like(root)
    for channel in exclusive.CHANNELS.values():
        if channel is exclusive.meson_photon:
            total += channel(root**2, w)
        else:
            total += np.where(root > 2 * M_PI, channel(s, w), 0.0)
    return total


def _assignment(root: Floats, w: Weights) -> Floats:
    """The error (n,) of R from which meson the channels of many hadrons are ascribed to: 3 % of them change sides. 0 for the photon."""
    many = _at(root, exclusive.NODES_OF_SEVERAL) * (root < MIXED[1])
    return np.asarray(0.03 * many * (abs(w.rho**2 - w.omega**2) + abs(w.rho**2 - w.phi**2)))


def _continuum(root: Floats, w: Weights) -> Floats:
    """R (n,) without narrow resonances above 1.85 GeV: light quarks, charm by its table or by quarks, bottom from its threshold on."""
    light = 3 * (w.rho**2 / 2 + w.omega**2 / 18 + w.phi**2 / 9)
    three, four = 1 + perturbative.correction(root, 3), 1 + perturbative.correction(root, 4)
    table = _at(root, CHARM_NODES) - 2 * three
    charm = np.where(root < 3.73, 0.0, np.where(root < perturbative.CHARM_OPEN, np.maximum(table, 0.0), 4 / 3 * four))
    opened = np.where(root < perturbative.CHARM_OPEN, three, four)
    bottom = np.clip((root - 10.56) / (perturbative.BOTTOM_OPEN - 10.56), 0, 1) / 3 * four
    return np.asarray(light * opened + w.charm**2 * charm + w.bottom**2 * bottom)


def _line(s: Floats, some: Narrow, w: Weights) -> Floats:
    """R (n,) of a resonance's hadrons."""
    weight = w.bottom if some in (*BOTTOMONIA, *OPEN_BOTTOM) else w.charm
    return np.asarray(weight**2 * some.hadrons * lorentzian(s, some))


def _at(x: Floats, nodes: Sequence[tuple[float, float]]) -> Floats:
    """Straight lines between nodes (x, y)."""
    return np.asarray(np.interp(x, [a for a, _ in nodes], [b for _, b in nodes]))


def _relative(root: Floats) -> Floats:
    """The relative error (n,) of all but the resonances on top: BAND, with the one of alpha_s and higher orders above 2 GeV."""
    band = _at(root, BAND)
    quarks = np.where(root > MIXED[1], perturbative.uncertainty(np.maximum(root, MIXED[1]), 3), 0.0)
    return np.asarray(np.hypot(band, quarks))


def resonant_leptons(s: float, w: Weights = PHOTON, states: tuple[Narrow, ...] = (*CHARMONIA, *BOTTOMONIA)) -> float:
    """By how much e+e- (and each lighter lepton pair) exceeds its tree width, as a ratio to that width: |3 Gamma_ee M/(alpha D)|^2, summed.

    On a narrow resonance the vector decays as the resonance does, B_ee of it to e+e-: 9 B_ee^2/alpha^2 at the peak. The interference with
    the tree amplitude changes sign at the peak and belongs to the running of alpha, which is left out.
    """
    found = 0.0
    for some in states:
        weight = w.bottom if some in BOTTOMONIA else w.charm
        found += weight**2 * some.electrons / some.width * float(lorentzian(np.array(s), some))
    return found
