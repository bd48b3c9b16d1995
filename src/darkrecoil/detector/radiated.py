"""What matter before the calorimeter does: photons become pairs, electrons radiate. In NumPy, on the few that it happens to.

Left out: energies below which a photon converts less often than at the high-energy limit (by a third at 0.1 GeV), the pair's opening,
what the electrons of a pair radiate, showers in the matter behind the tracker.
"""

import numpy as np
from numpy.typing import NDArray

from darkrecoil.detector.schema import Card, number, numbers
from darkrecoil.records import Bools, Floats

LN2 = 0.6931471805599453
LENGTHS = 7.0 / 9.0  # conversions per radiation length at high energy: Y.-S. Tsai, Rev. Mod. Phys. 46 (1974) 815; PDG 2022, section 34.4
TINY = 1e-300  # radiation lengths: nothing is lost, to the last bit
LEAST = 0.02  # GeV; softer photons are not followed


def thickness(cosine: Floats, card: Card, part: str) -> Floats:
    """Radiation lengths of the tracker, or of what is behind it ("outer"), at these cosines of the polar angle."""
    return np.take(numbers(getattr(card.matter, part)), step(cosine, card))


def step(cosine: Floats, card: Card) -> NDArray[np.int8]:
    """The step (n,) of the card's matter, 0 to 3, in which these cosines of the polar angle lie; three comparisons beat a search."""
    first, second, third = (np.less(cosine, edge).view(np.int8) for edge in np.cos(numbers(card.matter.theta)))
    return np.asarray(first + second + third)


def converting(cosine: Floats, u: Floats, card: Card) -> tuple[Bools, Bools]:
    """Which photons at these cosines (n,) convert in the tracker, and which of the others are lost behind it; u (2, n) uniform numbers.

    1 - exp(-7/9 x) convert in the tracker; of the others, of those that convert behind it, ``outer_loss`` have no cluster.
    """
    at = step(cosine, card)
    inner, outer = (1 - np.exp(-LENGTHS * np.array(numbers(part))) for part in (card.matter.tracker, card.matter.outer))
    converted = u[0] < inner[at]
    loss = number(card.matter.outer_loss)
    return converted, ~converted & (u[1] < outer[at] * loss) if loss > 0 else np.zeros(len(at), dtype=bool)


def radius(u: Floats, card: Card) -> Floats:
    """How far from the axis photons convert (n,), cm, by uniform numbers (n,)."""
    low, high = numbers(card.matter.radius)
    return low + (high - low) * u


def sharing(u: Floats) -> Floats:
    """The positron's share x of a pair's energy, with the density 1 - 4/3 x (1 - x) over 7/9: full screening, PDG 2022, section 34.4.

    It is uniform in 6 of 7 cases and has the density 12 (x - 1/2)^2 in the seventh.
    """
    flat, rest = u * 7.0 / 6.0, np.clip(7.0 * u - 6.0, 0.0, 1.0)
    return np.asarray(np.where(u < 6.0 / 7.0, flat, 0.5 + 0.5 * np.cbrt(2.0 * rest - 1.0)))


def kept_fraction(x: Floats, u: Floats) -> Floats:
    """The share z of its energy that an electron keeps after x (n,) radiation lengths, by uniform numbers (4, n); 1 at x = 0.

    -ln z has the density of Gamma(x/ln 2): H. Bethe and W. Heitler, Proc. R. Soc. A 146 (1934) 83, so that <z> = exp(-x). A gamma
    number of shape a is the perpetuity U^(1/a) (E + U'^(1/a) (E' + ...)) with exponential E; two terms are short by (a/(1 + a))^2
    of the mean, 0.4 % at 5 % of a radiation length.
    """
    power = 1 / (np.maximum(x, TINY) / LN2)
    lost = u[0] ** power * (-np.log(u[1]) + u[2] ** power * -np.log(u[3]))
    return np.asarray(np.exp(-lost))
