"""Branch-free elementary functions for compiled kernels; each error is given and tested against libm.

PyPI's Numba has no vector math library: one libm call in a loop keeps LLVM from vectorising it. Minimax polynomials of
S. L. Moshier, Cephes mathematical library (sin.c, exp.c, log.c, atan.c). These functions run compiled only.
"""
# mypy: ignore-errors

from collections.abc import Callable

import numpy as np

EXP_LOW, EXP_HIGH = -708.0, 709.0  # beyond, exp leaves the normal double range


def select(condition, a, b):
    return a if condition else b


def minimum(a, b):
    return a if a < b else b


def maximum(a, b):
    return a if a > b else b


def absolute(x):
    return x if x >= 0.0 else -x


def _sin_cos(x):
    """Quadrant, sine and cosine of the rest; |x| < 1e5, absolute error below 2e-15."""
    n = np.floor(x * 0.6366197723675814 + 0.5)
    r = ((x - n * 1.5707963267341256) - n * 6.077100506303966e-11) - n * 2.0222662487959506e-21
    z = r * r
    s = ((1.58962301576546568060e-10 * z - 2.50507477628578072866e-8) * z + 2.75573136213857245213e-6) * z
    s = r + r * z * (((s - 1.98412698295895385996e-4) * z + 8.33333333332211858878e-3) * z - 1.66666666666666307295e-1)
    c = ((-1.13585365213876817300e-11 * z + 2.08757008419747316778e-9) * z - 2.75573141792967388112e-7) * z
    c = 1.0 - 0.5 * z + z * z * (((c + 2.48015872888517045348e-5) * z - 1.38888888888730564116e-3) * z + 4.16666666666665929218e-2)
    return np.int64(n), s, c


def sin(x):
    n, s, c = _sin_cos(x)
    a = c if n & 1 else s
    return -a if n & 2 else a


def cos(x):
    n, s, c = _sin_cos(x)
    a = s if n & 1 else c
    return -a if (n + 1) & 2 else a


def tan(x):
    n, s, c = _sin_cos(x)
    return -c / s if n & 1 else s / c


def exp(x):
    """Relative error below 3e-16 within the clamp."""
    x = x if x > EXP_LOW else EXP_LOW
    x = x if x < EXP_HIGH else EXP_HIGH
    n = np.floor(x * 1.4426950408889634 + 0.5)
    r = (x - n * 6.93145751953125e-1) - n * 1.42860682030941723212e-6
    z = r * r
    p = r * ((1.26177193074810590878e-4 * z + 3.02994407707441961300e-2) * z + 9.99999999999999999910e-1)
    q = ((3.00198505138664455042e-6 * z + 2.52448340349684104192e-3) * z + 2.27265548208155028766e-1) * z + 2.0
    y = 1.0 + 2.0 * p / (q - p)
    return y * np.int64((np.int64(n) + 1023) << 52).view(np.float64)


def log(x):
    """Absolute error below 4e-16 or relative 3e-16; x a positive normal number."""
    bits = np.float64(x).view(np.int64)
    e = ((bits >> 52) & 0x7FF) - 1022
    m = np.int64((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000).view(np.float64)
    small = m < 0.70710678118654752440
    e = e - 1 if small else e
    m = m + m - 1.0 if small else m - 1.0
    z = m * m
    fe = np.float64(e)
    p = ((1.01875663804580931796e-4 * m + 4.97494994976747001425e-1) * m + 4.70579119878881725854e0) * m
    p = ((p + 1.44989225341610930846e1) * m + 1.79368678507819816313e1) * m + 7.70838733755885391666e0
    q = ((m + 1.12873587189167450590e1) * m + 4.52279145837532221105e1) * m
    q = ((q + 8.29875266912776603211e1) * m + 7.11544750618563894466e1) * m + 2.31251620126765340583e1
    y = m * (z * p / q) - fe * 2.121944400546905827679e-4 - 0.5 * z
    return m + y + fe * 0.693359375


def tanh(x):
    t = exp(-2.0 * absolute(x))
    y = (1.0 - t) / (1.0 + t)
    return y if x >= 0.0 else -y


def arctanh(x):
    return 0.5 * log((1.0 + x) / (1.0 - x))


def _atan_unit(x):
    """Arc tangent of 0 <= x <= 1, absolute error below 3e-16."""
    high = x > 0.66
    y = (x - 1.0) / (x + 1.0) if high else x
    z = y * y
    p = ((-8.750608600031904122785e-1 * z - 1.615753718733365076637e1) * z - 7.500855792314704667340e1) * z
    p = (p - 1.228866684490136173410e2) * z - 6.485021904942025371773e1
    q = ((z + 2.485846490142306297962e1) * z + 1.650270098316988542046e2) * z
    q = ((q + 4.328810604912902668951e2) * z + 4.853903996359136964868e2) * z + 1.945506571482613964425e2
    a = y + y * (z * p / q)
    return 0.7853981633974483 + (a + 3.061616997868383e-17) if high else a


def arctan2(y, x):
    """Angle of (x, y) in (-pi, pi]; 0 at the origin."""
    ax, ay = absolute(x), absolute(y)
    large, little = maximum(ax, ay), minimum(ax, ay)
    a = _atan_unit(little / (large + 1e-300))
    a = 1.5707963267948966 - a if ay > ax else a
    a = 3.141592653589793 - a if x < 0.0 else a
    return -a if y < 0.0 else a


def arccos(x):
    return arctan2(np.sqrt(maximum(0.0, (1.0 - x) * (1.0 + x))), x)


def hypot(x, y):
    return np.sqrt(x * x + y * y)


REPLACED: dict[str, Callable[..., object]] = {
    "where": select, "minimum": minimum, "maximum": maximum, "abs": absolute, "sin": sin, "cos": cos, "tan": tan,
    "exp": exp, "log": log, "tanh": tanh, "arctanh": arctanh, "arctan2": arctan2, "arccos": arccos, "hypot": hypot,
}  # fmt: skip
