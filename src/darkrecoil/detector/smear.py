"""What tracks and clusters share: Gaussian numbers from uniform ones, and a direction turned by small angles.

Here and in ``deposit``, ``calorimeter``, ``tracks`` and ``photons`` a function takes numbers or NumPy arrays of one
shape and returns the same: straight-line, no branch on data, no state, random numbers as arguments.
"""

import numpy as np

from darkrecoil.records import Bools, Floats

Real = float | Floats
Flag = bool | Bools

TWO_PI = 6.283185307179586


def normal_pair(u: Real, v: Real) -> tuple[Real, Real]:
    """Two independent standard normal numbers from two uniform ones in (0, 1).

    sqrt(-2 ln u) (cos 2 pi v, sin 2 pi v): Box and Muller, Ann. Math. Stat. 29 (1958) 610.
    """
    radius = np.sqrt(-2.0 * np.log(u))
    return radius * np.cos(TWO_PI * v), radius * np.sin(TWO_PI * v)


def turned(cosine: Real, sine: Real, angle: Real) -> tuple[Real, Real]:
    """Cosine and sine of an angle, given by its cosine and sine, or any multiple of both, plus ``angle`` rad: the addition theorems."""
    c, s = np.cos(angle), np.sin(angle)
    return cosine * c - sine * s, sine * c + cosine * s
