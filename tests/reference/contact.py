"""|M|^2 of e+e- -> two leptons by a four-fermion operator; the conventions are those of pairs.py.

L = g (f1bar Gamma f2)(f3bar Gamma' f4) + h.c. with two letters for Gamma Gamma': V gamma^mu, A gamma^mu gamma5, L gamma^mu (1 - gamma5)/2,
R gamma^mu (1 + gamma5)/2 (two of these, contracted over mu); S 1, P i gamma5 (two of these). g is real, in GeV^-2. All Gamma are their
own Dirac conjugates, so that the Hermitian conjugate has the same Gammas and f1 <-> f2, f3 <-> f4.
"""

import numpy as np

from darkrecoil.constants import M_E
from reference.algebra import GAMMA, GAMMA5, LEFT, RIGHT, SIGNS, UNIT, average, u, ubar, v, vbar

STRUCTURE = {
    "V": GAMMA, "A": GAMMA @ GAMMA5, "L": GAMMA @ LEFT, "R": GAMMA @ RIGHT,
    "S": UNIT[None], "P": 1j * GAMMA5[None],
}  # fmt: skip


def contracted(row1, psi1, row2, psi2, letters):
    """(row1 Gamma psi1)(row2 Gamma' psi2), the vector index contracted if there is one."""
    first = np.einsum("...a,mab,...b->...m", row1, STRUCTURE[letters[0]], psi1)
    second = np.einsum("...a,mab,...b->...m", row2, STRUCTURE[letters[1]], psi2)
    return np.sum(first * (SIGNS if first.shape[-1] == 4 else 1) * second, axis=-1)


def electron_flavour(momenta, m, g, letters="VV", m_e=M_E):
    """|M|^2 of e- e+ -> e-(2) fbar(3) by g (ebar Gamma f)(ebar Gamma' e): two contractions.

    f makes fbar(3) and e takes e-(0); either ebar makes e-(2) and the other takes e+(1), with a minus sign between them.
    """
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m_e), v(momenta, 3, m)
    made = contracted(u3, v4, v2, u1, letters)
    exchanged = contracted(v2, v4, u3, u1, letters)
    return average(1j * g * (made - exchanged))


def flavour_positron(momenta, m, g, letters="VV", m_e=M_E):
    """|M|^2 of e- e+ -> f(2) e+(3) by the Hermitian conjugate, g (fbar Gamma e)(ebar Gamma' e).

    fbar makes f(2) and ebar takes e+(1); either e makes e+(3) and the other takes e-(0), with a minus sign between them.
    """
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m), v(momenta, 3, m_e)
    made = contracted(u3, v4, v2, u1, letters)
    exchanged = contracted(u3, u1, v2, v4, letters)
    return average(1j * g * (made - exchanged))


def two_flavours(momenta, m1, m2, g, letters="VV", m_e=M_E):
    """|M|^2 of e- e+ -> f1(2) f2bar(3), neither an electron, by g (f1bar Gamma f2)(ebar Gamma' e): one contraction."""
    u1, v2, u3, v4 = u(momenta, 0, m_e), vbar(momenta, 1, m_e), ubar(momenta, 2, m1), v(momenta, 3, m2)
    return average(1j * g * contracted(u3, v4, v2, u1, letters))
