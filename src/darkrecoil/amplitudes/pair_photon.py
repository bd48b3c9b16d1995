"""e+e- -> gamma* -> f fbar gamma, f not an electron: the photon off the beams or off the pair, all four fermions massive.

Four diagrams with their interference. Electron masses matter: they fill the photon's direction along the beams.
"""

from typing import Any

from darkrecoil.amplitudes.spinors import (
    Spinor,
    absorbed,
    antikets,
    bar,
    contract,
    current,
    emitted,
    kets,
    norm,
    plus,
    polarisations,
)
from darkrecoil.kinematics.vectors import Four, Real, add, dot, negative, subtract


def _radiating(b: Spinor, b_off: Spinor, k: Spinor, k_off: Spinor) -> tuple[Any, Any, Any, Any]:
    """Current of a line with one photon attached on either side of the vertex."""
    return plus(current(b_off, k), current(b, k_off))


def _beam_currents(u: Spinor, v: Spinor, u_off: Spinor, v_off: Spinor, i34: Real, i12: Real) -> Any:
    """The beams' currents, plain over s and radiating over s_34."""
    j, r = current(v, u), _radiating(v, v_off, u, u_off)
    return (i12 * j[0], i12 * j[1], i12 * j[2], i12 * j[3]), (i34 * r[0], i34 * r[1], i34 * r[2], i34 * r[3])


def _square(beam: Any, pair: Any, pair_radiating: Any) -> Real:
    """|ISR + FSR|^2 of one helicity amplitude."""
    return norm(contract(beam[0], pair_radiating) + contract(beam[1], pair))


def _polarised(e: Four, p: Any, beams: Any, pair: Any, d: Any, i12: Real, i34: Real, me: Real, m: Real) -> Real:
    """Sum over the helicities for one linear polarisation e, with the pair's antifermion at +1/2.

    p: the four lines' momenta after emission; d: their propagators; beams and pair: spinors of both helicities.
    """
    u_p, u_m, v_p, v_m = beams
    f_p, f_m, g = pair
    up_off, um_off = absorbed(u_p, p[0], me, e, d[0]), absorbed(u_m, p[0], me, e, d[0])
    vp_off, vm_off = emitted(v_p, p[1], me, e, d[1]), emitted(v_m, p[1], me, e, d[1])
    g_off = absorbed(g, p[3], m, e, d[3])
    one, two = current(f_p, g), current(f_m, g)
    one_off = _radiating(f_p, emitted(f_p, p[2], m, e, d[2]), g, g_off)
    two_off = _radiating(f_m, emitted(f_m, p[2], m, e, d[2]), g, g_off)
    pp = _beam_currents(u_p, v_p, up_off, vp_off, i34, i12)
    pm = _beam_currents(u_p, v_m, up_off, vm_off, i34, i12)
    mp = _beam_currents(u_m, v_p, um_off, vp_off, i34, i12)
    mm = _beam_currents(u_m, v_m, um_off, vm_off, i34, i12)
    total = _square(pp, one, one_off) + _square(pm, one, one_off) + _square(mp, one, one_off) + _square(mm, one, one_off)
    return total + _square(pp, two, two_off) + _square(pm, two, two_off) + _square(mp, two, two_off) + _square(mm, two, two_off)


def squared(p1: Four, p2: Four, p3: Four, p4: Four, k: Four, me: Real, m: Real) -> Real:
    """Spin-averaged |M|^2 / e^6, GeV^-2; p1 e-, p2 e+, p3 fermion, p4 antifermion, k photon, in any frame but that of a fermion.

    Linear polarisations are real, so parity gives half of the helicities: (1/4) sum = (1/2) sum over the kept ones.
    """
    (u_p, u_m), (v_p, v_m), (f_p, f_m) = kets(p1, me), antikets(p2, me), kets(p3, m)
    beams, pair = (u_p, u_m, bar(v_p), bar(v_m)), (bar(f_p), bar(f_m), antikets(p4, m)[0])
    lines = (subtract(p1, k), negative(subtract(p2, k)), add(p3, k), negative(add(p4, k)))
    d = (-0.5 / dot(p1, k), -0.5 / dot(p2, k), 0.5 / dot(p3, k), 0.5 / dot(p4, k))
    i12, i34 = 0.5 / (me * me + dot(p1, p2)), 0.5 / (m * m + dot(p3, p4))
    e1, e2 = polarisations(k)
    one = _polarised(e1, lines, beams, pair, d, i12, i34, me, m)
    return 0.5 * (one + _polarised(e2, lines, beams, pair, d, i12, i34, me, m))
