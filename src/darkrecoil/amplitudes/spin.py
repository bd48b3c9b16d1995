"""From the density matrix of fermions in helicity states to spin vectors in their rest frames, with the bilinears of the same spinors.

For the state sum_h c_h |h> of a fermion, ubar(p, h') gamma^mu gamma5 u(p, h)/(2 m) summed with c_h'^* c_h is its spin four-vector; of
an antifermion it is -vbar(p, h) gamma^mu gamma5 v(p, h')/(2 m). No phase convention enters: spinors and amplitudes share them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkrecoil.amplitudes.spinors import Spinor, antikets, bar, kets
from darkrecoil.kinematics.vectors import Four

Complex = NDArray[np.complex128]
Floats = NDArray[np.float64]


def tensor(density: Complex, momenta: Sequence[Four], mass: float, anti: Sequence[bool]) -> Floats:
    """T (4, .., 4, n), one axis per fermion: T_0..0 the trace, T_i.. the sum of sigma_i, in units of ``density`` (2^k, 2^k, n).

    The spin axes are those of each rest frame reached by a boost without rotation from where the momenta, GeV, are given. The
    probability of decays with polarimeters h is sum T_ab.. (1, h)_a (1, h')_b ..; 1 + P.h of one fermion with P_i = T_i/T_0.
    """
    k, n = len(momenta), density.shape[-1]
    out: NDArray[Any] = density.reshape(*(2,) * (2 * k), n)
    for i, (p, other) in enumerate(zip(momenta, anti, strict=True)):  # both axes of fermion i go, one of components comes at the end
        spin = sigma(p, mass, other)
        pairs = [(h, g, out[h].take(g, axis=k - i - 1)) for h in (0, 1) for g in (0, 1)]
        out = np.stack([sum(spin[m][h][g] * some for h, g, some in pairs) for m in range(4)], axis=-2)
    return np.ascontiguousarray(out.real)


def sigma(p: Four, mass: float, anti: bool) -> list[list[list[Any]]]:
    """What multiplies R_hg: 1 and the three components of sigma in the rest frame, [component][h][g]."""
    spinors = antikets(p, mass) if anti else kets(p, mass)
    found = [[_in_rest_frame(p, mass, anti, spinors[h], spinors[g]) for g in (0, 1)] for h in (0, 1)]
    unit = [[1.0, 0.0], [0.0, 1.0]]
    return [unit, *([[found[h][g][i] for g in (0, 1)] for h in (0, 1)] for i in range(3))]


def _in_rest_frame(p: Four, mass: float, anti: bool, h: Spinor, g: Spinor) -> tuple[Any, Any, Any]:
    s = axial(bar(h), g) if anti else axial(bar(g), h)
    scale = -0.5 / mass if anti else 0.5 / mass
    along = s[0] / (p[0] + mass)  # s.p = 0: the boost takes p s_0/(E + m) away
    return scale * (s[1] - along * p[1]), scale * (s[2] - along * p[2]), scale * (s[3] - along * p[3])


def axial(b: Spinor, k: Spinor) -> tuple[Any, Any, Any, Any]:
    """bbar gamma^mu gamma5 k, contravariant."""
    r0, r1, r2, r3 = b[0] * k[2], b[0] * k[3], b[1] * k[2], b[1] * k[3]
    l0, l1, l2, l3 = b[2] * k[0], b[2] * k[1], b[3] * k[0], b[3] * k[1]
    return r0 + r3 - l0 - l3, r1 + r2 + l1 + l2, 1j * (r2 - r1 + l2 - l1), r0 - r3 + l0 - l3
