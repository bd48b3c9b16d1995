"""e+e- -> gamma* -> f fbar V: a massive vector radiated off either fermion by a vector coupling, massless beams.

L contains g V_mu fbar gamma^mu f. Two diagrams, all helicities; the beams are massless and along z, so that their spin sum
is 2 s on the transverse components of the fermions' current and nothing else (helicity conservation; exact to m_e^2/s).
"""

from typing import Any

from darkrecoil.amplitudes.spinors import (
    Spinor,
    absorbed,
    antikets,
    bar,
    current,
    emitted,
    kets,
    longitudinal,
    norm,
    polarisations,
)
from darkrecoil.kinematics.vectors import Four, Real, add, dot, negative


def _transverse(b: Spinor, k: Spinor, after: Spinor, before: Spinor) -> Real:
    """Transverse part, GeV^2, of the sum of both diagrams' currents, squared."""
    one, two = current(before, k), current(b, after)
    return norm(one[1] + two[1]) + norm(one[2] + two[2])


def _polarised(e: Four, m: Real, b: Spinor, plus: Spinor, minus: Spinor, q3: Four, q4: Four, d3: Real, d4: Real) -> Real:
    """Sum over the antifermion's helicities for one polarisation e and one helicity of the fermion."""
    before = emitted(b, q3, m, e, d3)
    one = _transverse(b, plus, absorbed(plus, q4, m, e, d4), before)
    return one + _transverse(b, minus, absorbed(minus, q4, m, e, d4), before)


def squared(p3: Four, p4: Four, k: Four, m: Real, mass: Real, s: Real) -> Any:
    """Spin-averaged |M|^2 / (e^4 g^2), GeV^-2, in the e+e- frame; p3 the fermion, p4 the antifermion, k the vector.

    |M|^2 = (e^4 g^2/s^2)(1/4) 2s sum |A_T|^2, with A^mu = ubar(p3)[epsslash (p3slash + kslash + m) gamma^mu/((p3+k)^2 - m^2)
    - gamma^mu (p4slash + kslash - m) epsslash/((p4+k)^2 - m^2)] v(p4). Parity gives half of the helicities.
    """
    fermion, (v_plus, v_minus) = bar(kets(p3, m)[0]), antikets(p4, m)
    q3, q4 = add(p3, k), negative(add(p4, k))
    d3 = 1.0 / (mass * mass + 2.0 * dot(p3, k))
    d4 = 1.0 / (mass * mass + 2.0 * dot(p4, k))
    e1, e2 = polarisations(k)
    total = _polarised(e1, m, fermion, v_plus, v_minus, q3, q4, d3, d4)
    total = total + _polarised(e2, m, fermion, v_plus, v_minus, q3, q4, d3, d4)
    total = total + _polarised(longitudinal(k, mass), m, fermion, v_plus, v_minus, q3, q4, d3, d4)
    return total / s
