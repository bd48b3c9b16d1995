"""Spins of the taus that a process makes, all correlations included: by event, from the process's own amplitudes."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

from darkrecoil.amplitudes import spin
from darkrecoil.amplitudes.density import density
from darkrecoil.constants import M_E, M_TAU
from darkrecoil.generate.hard_frame import Frame, to_cms
from darkrecoil.generate.processes import pair
from darkrecoil.generate.recipe import Own, Recipe
from darkrecoil.generate.tree import Alternative, Tree
from darkrecoil.kinematics.vectors import Four
from darkrecoil.records import Floats, Ints


def tensor(recipe: Recipe, run: Callable[..., None] | None, there: Frame, pid: Ints, final: Sequence[Four]) -> Floats:
    """T (4, .., 4, n), an axis for each tau in the order of their slots: 1 and sigma in each tau's rest frame as reached from the e+e-
    frame (``amplitudes.spin.tensor``), in an arbitrary unit of the event's own. 0 for an event that the process does not have.

    pid (n, k) and the momenta in the laboratory are those of the process's own particles; ``run`` is the amplitude machine.
    """
    if isinstance(recipe.engine, Own) and recipe.engine.module is pair:
        return through_photon(to_cms(there, final[0]))
    if _by_one_photon(recipe):
        return through_photon(to_cms(there, final[recipe.pid.index(15)]))  # symmetric: the order of the slots does not matter
    assert run is not None
    momenta = _with_beams(there, final)
    parts = [_of(one, run, pid, momenta) for one in recipe.spins]
    return reduce(np.add, parts)


def _by_one_photon(recipe: Recipe) -> bool:
    """Whether a pair of taus is made by a virtual photon and nothing else."""
    made = recipe.engine
    if sorted(recipe.pid) != [-15, 15] or recipe.origin or not isinstance(made, Tree):
        return False
    return [[(line.mass, line.width) for line in diagram] for diagram in made.diagrams] == [[(0.0, 0.0)]]


def through_photon(p: Four) -> Floats:
    """T (4, 4, n) of e+e- -> gamma* -> f fbar, f of momentum p in the e+e- frame, e- along +z; neglects m_e^2/s.

    With c = cos theta, k the direction of f, b that of the e-, gamma = E/m, v its speed: T_00 = 1 + c^2 + (1 - c^2)/gamma^2 and
    T_ij = -v^2 (1 - c^2) d_ij + [2 v^2 (1 - c^2) + 4 c^2 (1 - 1/gamma)] k_i k_j + 2 b_i b_j - 2 c (1 - 1/gamma)(k_i b_j + b_i k_j),
    in common axes: a spin triplet, since the trace of T_ij is T_00. From the helicity amplitudes of a vector current, 1 +- c for
    opposite and sin(theta)/gamma for equal helicities.
    """
    size = np.sqrt(p[1] ** 2 + p[2] ** 2 + p[3] ** 2)
    k = np.stack(p[1:]) / size
    c, inverse = k[2], np.sqrt(1.0 / (1.0 + (size / M_TAU) ** 2))
    sine2, slow = 1.0 - c * c, 1.0 - inverse
    v2 = 1.0 - inverse * inverse
    out = np.zeros((4, 4, len(c)))
    out[0, 0] = 1.0 + c * c + sine2 * inverse * inverse
    kk = 2.0 * v2 * sine2 + 4.0 * c * c * slow
    for i in range(3):
        for j in range(i, 3):
            out[i + 1, j + 1] = kk * k[i] * k[j]
        out[i + 1, i + 1] -= v2 * sine2
        out[i + 1, 3] -= 2.0 * c * slow * k[i]
    out[3, 3] += 2.0 - 2.0 * c * c * slow
    for i in range(3):
        for j in range(i):
            out[i + 1, j + 1] = out[j + 1, i + 1]
    return out


def _with_beams(there: Frame, final: Sequence[Four]) -> Floats:
    """Momenta (n, 2 + k, 4), GeV, in the e+e- frame, the beams in front."""
    n, energy = len(there.root), 0.5 * there.root
    out = np.zeros((2 + len(final), 4, n))
    out[0, 0] = out[1, 0] = energy
    out[0, 3] = np.sqrt((energy - M_E) * (energy + M_E))
    out[1, 3] = -out[0, 3]
    for row, p in zip(out[2:], final, strict=True):
        row[:] = to_cms(there, p)
    return np.moveaxis(out, 2, 0)


def _of(one: Alternative, run: Callable[..., None], pid: Ints, momenta: Floats) -> Floats:
    """T of the events with the particles of one assignment; 0 for others."""
    taus = [i for i, code in enumerate(one.pid) if abs(code) == 15]
    rows = np.flatnonzero(np.all(pid == one.pid, axis=1))
    out = np.zeros((*(4,) * len(taus), len(pid)))
    if len(rows):
        some = momenta if len(rows) == len(pid) else momenta[rows]
        legs = [i + 2 for i in taus]
        matrix = np.moveaxis(density(one.program, run, some, legs), 0, 2)
        fours = [(some[:, i, 0], some[:, i, 1], some[:, i, 2], some[:, i, 3]) for i in legs]
        out[..., rows] = spin.tensor(matrix, fours, M_TAU, [one.pid[i] < 0 for i in taus])
    return out


def polarisation(found: Floats) -> Floats:
    """P (3, n) of the first tau of T (4, .., 4, n), the others unobserved; 0 where T is."""
    first = found.reshape(4, -1, found.shape[-1])[:, 0]
    whole = first[0] > 0
    return np.asarray(np.where(whole, first[1:] / np.where(whole, first[0], 1.0), 0.0))


def observed(found: Floats, h: Floats) -> Floats:
    """T of the other taus once the first has decayed with the polarimeter vectors h (3, n): T_0.. + h_i T_i.."""
    return np.asarray(found[0] + h[0] * found[1] + h[1] * found[2] + h[2] * found[3])
