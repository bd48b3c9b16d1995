"""|M|^2 of e+e- -> four charged leptons, by QED; the conventions are those of pairs.py.

Outgoing legs: f(2) fbar(3) F(4) Fbar(5). A diagram is three fermion lines held together by two photons: one line, the middle one, has
two vertices, in either order, and the others one each: 3 x 2 = 6 diagrams for every way to join the six ends to three lines, with the
sign of the permutation that makes it.

- mu mu tau tau: one way, 6 diagrams. mu mu mu mu: two ways, 12. e e mu mu: two ways, 12 (annihilation 6, exchange 6, among these the
  two multiperipheral ones, where the muon line is in the middle). e e e e: all 3! ways, 36.
"""

from collections import namedtuple

from darkrecoil.constants import M_E
from reference.algebra import GAMMA, average, current, line, momentum, photon, slash, u, ubar, v, vbar
from reference.pairs import E

Line = namedtuple("Line", "row psi flow leaves mass")  # flow: at psi along the arrow; leaves: all momentum that leaves it


def three_lines(a, b, c, e, gauge):
    """The six diagrams of three lines and two photons."""
    return middle(a, b, c, e, gauge) + middle(b, c, a, e, gauge) + middle(c, a, b, e, gauge)


def middle(inner, first, second, e, gauge):
    """Two diagrams: the lines ``first`` and ``second`` each send a photon to the inner one, which meets them in either order."""
    meets_first = (1j * e * slash(field(first, e, gauge)), -first.leaves)
    meets_second = (1j * e * slash(field(second, e, gauge)), -second.leaves)
    one = line(inner.row, [meets_first, meets_second], inner.psi, inner.flow, inner.mass)
    other = line(inner.row, [meets_second, meets_first], inner.psi, inner.flow, inner.mass)
    return one + other


def field(of, e, gauge):
    """The photon's field of a line with one vertex."""
    return photon(current(lambda mu: line(of.row, [(1j * e * GAMMA[mu], of.leaves)], of.psi, of.flow)), of.leaves, gauge)


def _join(momenta, out, into, masses):
    """The line from leg ``into`` (0 as u, others as v) to leg ``out`` (1 as vbar, others as ubar)."""
    row = vbar(momenta, 1, masses[1]) if out == 1 else ubar(momenta, out, masses[out])
    psi = u(momenta, 0, masses[0]) if into == 0 else v(momenta, into, masses[into])
    flow = momentum(momenta, into) * (1 if into == 0 else -1)
    end = momentum(momenta, out) * (-1 if out == 1 else 1)
    return Line(row, psi, flow, flow - end, masses[out])


def _joined(momenta, pairs, masses, e, gauge):
    return three_lines(*(_join(momenta, out, into, masses) for out, into in pairs), e, gauge)


def different_amplitude(momenta, m, m_other, m_e=M_E, e=E, gauge=0.0):
    """iM of e- e+ -> f fbar F Fbar, three flavours."""
    return _joined(momenta, ((1, 0), (2, 3), (4, 5)), (m_e, m_e, m, m, m_other, m_other), e, gauge)


def same_amplitude(momenta, m, m_e=M_E, e=E, gauge=0.0):
    """iM of e- e+ -> f fbar f fbar, f not the electron: the outgoing f exchanged with a minus sign."""
    masses = (m_e, m_e, m, m, m, m)
    direct = _joined(momenta, ((1, 0), (2, 3), (4, 5)), masses, e, gauge)
    exchanged = _joined(momenta, ((1, 0), (4, 3), (2, 5)), masses, e, gauge)
    return direct - exchanged


def electrons_amplitude(momenta, m, m_e=M_E, e=E, gauge=0.0):
    """iM of e- e+ -> e-(2) e+(3) f(4) fbar(5), f not the electron: annihilation minus exchange."""
    masses = (m_e, m_e, m_e, m_e, m, m)
    annihilation = _joined(momenta, ((1, 0), (2, 3), (4, 5)), masses, e, gauge)
    exchange = _joined(momenta, ((2, 0), (1, 3), (4, 5)), masses, e, gauge)
    return annihilation - exchange


def four_electrons_amplitude(momenta, m_e=M_E, e=E, gauge=0.0):
    """iM of e- e+ -> e- e+ e- e+: the ends 1, 2, 4 of the arrows in all orders against their beginnings 0, 3, 5."""
    masses = (m_e,) * 6
    even = [((1, 0), (2, 3), (4, 5)), ((2, 0), (4, 3), (1, 5)), ((4, 0), (1, 3), (2, 5))]
    odd = [((2, 0), (1, 3), (4, 5)), ((1, 0), (4, 3), (2, 5)), ((4, 0), (2, 3), (1, 5))]
    return sum(_joined(momenta, way, masses, e, gauge) for way in even) - sum(_joined(momenta, way, masses, e, gauge) for way in odd)


def different(momenta, m, m_other, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f fbar F Fbar, none of them electrons, of masses m and m_other."""
    return average(different_amplitude(momenta, m, m_other, m_e, e))


def same(momenta, m, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> f fbar f fbar, f not the electron."""
    return average(same_amplitude(momenta, m, m_e, e))


def electrons(momenta, m, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e- e+ f fbar, f not the electron."""
    return average(electrons_amplitude(momenta, m, m_e, e))


def four_electrons(momenta, m_e=M_E, e=E):
    """|M|^2 of e- e+ -> e- e+ e- e+."""
    return average(four_electrons_amplitude(momenta, m_e, e))
