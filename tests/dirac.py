"""Amplitudes by explicit 4x4 matrices and traces: slow, written apart from the package, used to check it."""

import numpy as np

S = [np.array(m, dtype=complex) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
Z, ONE = np.zeros((2, 2)), np.eye(2)
GAMMA = np.array([np.block([[ONE, Z], [Z, -ONE]]), *(np.block([[Z, s], [-s, Z]]) for s in S)])  # Dirac's representation
G = np.diag([1.0, -1.0, -1.0, -1.0])


def slash(p):
    return np.einsum("m,mab->ab", G @ np.asarray(p), GAMMA)


def adjoint(m):
    """gamma^0 M^dagger gamma^0 of matrices in the last two axes."""
    return GAMMA[0] @ np.conj(np.swapaxes(m, -1, -2)) @ GAMMA[0]


def trace(left, a, right, b):
    """Tr[left A right Bbar] for matrices with any leading axes of A and B: (..A, ..B)."""
    x, y = left @ a, right @ adjoint(b)
    return np.tensordot(x, y, axes=([-1, -2], [-2, -1]))


def radiator(p, q, k, m):
    """Vertex with a boson k emitted off the outgoing fermion p or the outgoing antifermion q: (alpha, mu, 4, 4)."""
    after = (slash(np.add(p, k)) + m * np.eye(4)) / (np.dot(G @ np.add(p, k), np.add(p, k)) - m * m)
    before = (-slash(np.add(q, k)) + m * np.eye(4)) / (np.dot(G @ np.add(q, k), np.add(q, k)) - m * m)
    return np.einsum("iab,bc,jcd->ijad", GAMMA, after, GAMMA) + np.einsum("jab,bc,icd->ijad", GAMMA, before, GAMMA)


def pair_vector(p1, p2, p3, p4, k, m, mass):
    """Spin-averaged |M|^2/(e^4 g^2) of e+e- -> f fbar V with massless beams."""
    beams = trace(slash(p2), GAMMA, slash(p1), GAMMA).real
    pair = trace(slash(p3) + m * np.eye(4), radiator(p3, p4, k, m), slash(p4) - m * np.eye(4), radiator(p3, p4, k, m)).real
    vector = -G + np.outer(G @ k, G @ k) / mass**2
    s = 2 * (G @ p1) @ p2
    return np.einsum("mn,imjn,ij->", G @ beams @ G, pair, vector) / 4 / s**2


def pair_photon(p1, p2, p3, p4, k, me, m):
    """Spin-averaged |M|^2/e^6 of e+e- -> f fbar gamma, all masses kept; the beams radiate as outgoing -p2, -p1."""
    s = (G @ np.add(p1, p2)) @ np.add(p1, p2)
    s34 = (G @ np.add(p3, p4)) @ np.add(p3, p4)
    isr = radiator(-np.asarray(p2), -np.asarray(p1), k, me) / s34  # vbar(p2) ... u(p1): the line leaves with -p2
    fsr = radiator(p3, p4, k, m) / s
    plain = np.broadcast_to(GAMMA, (4, 4, 4, 4))
    beams = [(slash(p2) - me * np.eye(4)), (slash(p1) + me * np.eye(4))]
    pair = [(slash(p3) + m * np.eye(4)), (slash(p4) - m * np.eye(4))]
    total = 0.0
    for ea, fa in ((plain, fsr), (isr, plain)):
        for eb, fb in ((plain, fsr), (isr, plain)):
            for a in range(4):
                e = trace(beams[0], ea[a], beams[1], eb[a])
                f = trace(pair[0], fa[a], pair[1], fb[a])
                total += -G[a, a] * np.einsum("mn,mn->", G @ e @ G, f).real
    return total / 4
