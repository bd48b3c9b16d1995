"""Feynman's rules in explicit 4x4 matrices (Dirac's representation), metric (+,-,-,-). Everything here returns or multiplies to iM.

Shapes: events first, then ONE AXIS OF HELICITIES FOR EACH LEG, then the component. Leg i's spinor is (n, 1, .., 2, .., 1, 4) with
the 2 on axis i + 1, a momentum is (n, 1, .., 1, 4), and NumPy's broadcasting makes every helicity amplitude at once: the code below
reads as if for one event and one helicity.

Rules, for a term g f1bar Gamma f2 V_mu of the Lagrangian: vertex i g Gamma; fermion i (pslash + m)/(p^2 - m^2) with p along the
arrow; photon -i g/q^2; massive vector, unitary gauge, -i (g - q q/M^2)/(q^2 - M^2); QED: i e gamma^mu for every charged lepton;
-1 for each exchange of two external fermions. The type of the momenta (float64, longdouble) is the type of the whole calculation.
"""

import numpy as np

_SIGMA = [np.array(m, dtype=complex) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
_NIL, _ONE = np.zeros((2, 2)), np.eye(2)
UNIT = np.eye(4)
GAMMA = np.array([np.block([[_ONE, _NIL], [_NIL, -_ONE]]), *(np.block([[_NIL, s], [-s, _NIL]]) for s in _SIGMA)])  # gamma^mu
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
LEFT, RIGHT = (UNIT - GAMMA5) / 2, (UNIT + GAMMA5) / 2
SIGNS = np.array([1.0, -1.0, -1.0, -1.0])


def dot(p, q):
    """The product p.q of four-vectors, real or complex."""
    return np.sum(p * SIGNS * q, axis=-1)


def slash(p, matrices=GAMMA):
    """p_mu Gamma^mu (.., 4, 4) of a real or complex four-vector (.., 4)."""
    return np.einsum("...m,mab->...ab", p * SIGNS, matrices)


def momentum(momenta, i):
    """The momentum of leg i, (n, 1, .., 1, 4)."""
    n, legs, _ = momenta.shape
    return momenta[:, i].reshape(n, *(1,) * legs, 4)


def _on_axis(states, i, legs):
    """States (n, h, 4) of leg i with their helicities on that leg's own axis."""
    n, h, _ = states.shape
    return states.reshape(n, *(h if j == i else 1 for j in range(legs)), 4)


def _halves(p, m):
    """sqrt(E + m) and sigma.p/sqrt(E + m), each as (n, 2, 2): a spin and its component."""
    root = np.sqrt(p[:, 0] + m)[:, None, None]
    sigma_p = sum(p[:, j + 1, None, None] * _SIGMA[j] for j in range(3))
    return root * np.eye(2), np.swapaxes(sigma_p, 1, 2) / root  # columns become states


def u(momenta, i, m):
    """The spinors u of leg i; their sum over spins u ubar is pslash + m."""
    large, small = _halves(momenta[:, i], m)
    return _on_axis(np.concatenate([large, small], axis=2), i, momenta.shape[1])


def v(momenta, i, m):
    """The spinors v of leg i; their sum over spins v vbar is pslash - m."""
    large, small = _halves(momenta[:, i], m)
    return _on_axis(np.concatenate([small, large], axis=2), i, momenta.shape[1])


def bar(psi):
    """psi^dagger gamma^0, as a row."""
    return np.conj(psi) @ GAMMA[0]


def ubar(momenta, i, m):
    """The row ubar of leg i."""
    return bar(u(momenta, i, m))


def vbar(momenta, i, m):
    """The row vbar of leg i."""
    return bar(v(momenta, i, m))


def polarisation(momenta, i, ward=None, mass=0.0):
    """Real polarisation vectors of leg i: two transverse ones, and for mass > 0 the longitudinal (|k|, E khat)/mass.

    If ``ward`` is i, the momentum stands in their place: a gauge-invariant amplitude then vanishes.
    """
    k = momenta[:, i]
    legs = momenta.shape[1]
    if ward == i:
        return _on_axis(k[:, None, :], i, legs)
    size = np.sqrt(np.sum(k[:, 1:] ** 2, axis=1))[:, None]
    along = np.where(size > 0, k[:, 1:] / np.where(size > 0, size, 1), np.array([0.0, 0.0, 1.0]))
    axis = np.eye(3)[np.argmin(np.abs(along), axis=1)]  # the axis that the momentum is farthest from
    first = np.cross(axis, along)
    first = first / np.sqrt(np.sum(first**2, axis=1))[:, None]
    nil = np.zeros_like(size)
    states = [np.hstack([nil, first]), np.hstack([nil, np.cross(along, first)])]
    if mass:
        states.append(np.hstack([size, k[:, :1] * along]) / mass)
    return _on_axis(np.stack(states, axis=1), i, legs)


def fermion(p, m):
    """The propagator i (pslash + m)/(p^2 - m^2), p along the arrow."""
    return 1j * (slash(p) + m * UNIT) / (dot(p, p) - m * m)[..., None, None]


def photon(current, q, gauge=0.0):
    """The field A^mu of a current that meets a photon of momentum q: -i (g - gauge q q/q^2)/q^2. No result may depend on ``gauge``."""
    q2 = dot(q, q)[..., None]
    return -1j * (current - gauge * q * dot(q, current)[..., None] / q2) / q2


def vector(current, q, mass):
    """The field of a current that meets a massive vector of momentum q: -i (g - q q/M^2)/(q^2 - M^2), unitary gauge."""
    return -1j * (current - q * dot(q, current)[..., None] / mass**2) / (dot(q, q) - mass**2)[..., None]


def line(row, steps, psi, flow, masses=()):
    """row V_n S .. S V_1 psi: a fermion line. ``steps`` are the (vertex, momentum that leaves the line there) in the order IN WHICH
    THE ARROW MEETS THEM, from psi, where the momentum along the arrow is ``flow`` (p for u, -p for v), to row.

    ``masses``: the mass of each propagator in that order, or one number for all.
    """
    for step, (vertex, leaves) in enumerate(steps):
        psi = (vertex @ psi[..., None])[..., 0]
        flow = flow - leaves
        if step + 1 < len(steps):
            mass = masses if np.isscalar(masses) else masses[step]
            psi = (fermion(flow, mass) @ psi[..., None])[..., 0]
    return np.sum(row * psi, axis=-1)


def current(of):
    """The four components of(0), .., of(3) of a line with an open index mu, as a four-vector."""
    return np.stack([of(mu) for mu in range(4)], axis=-1)


def average(amplitude):
    """|M|^2 (n,) summed over all helicities, over the four of the beams."""
    return np.sum(np.abs(amplitude) ** 2, axis=tuple(range(1, amplitude.ndim))) / 4
