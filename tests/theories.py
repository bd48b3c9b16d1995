"""Theories in numbers for tests of amplitudes: leptons and photons with e = 1, and what a test adds."""

from darkrecoil.amplitudes.theory import Line, Term, Theory, leg
from darkrecoil.constants import M_E, M_MU, M_TAU

LEPTONS = (("e", 11, M_E), ("mu", 13, M_MU), ("tau", 15, M_TAU))


def theory(lines=(), terms=(), e=1.0, m_e=M_E):
    """QED of three leptons and the lines and terms given."""
    masses = {"e": m_e, "mu": M_MU, "tau": M_TAU}
    own = [Line(name, f"{name}-", f"{name}+", pid, 0.5, masses[name]) for name, pid, _ in LEPTONS]
    own.append(Line("gamma", "gamma", "gamma", 22, 1, 0.0))
    qed = [Term((name, name, "gamma"), "vector", e, e) for name, _, _ in LEPTONS]
    return Theory({line.name: line for line in (*own, *lines)}, (*qed, *terms))


def vector(mass, name="Z'"):
    """A neutral vector boson of that mass, GeV."""
    return Line(name, name, name, 32, 1, mass)


def scalar(mass, name="S"):
    """A neutral scalar of that mass, GeV."""
    return Line(name, name, name, 36, 0, mass)


def legs(some, words):
    """e- e+ and the outgoing particles of a text such as "mu- mu+ gamma"."""
    return [leg(some, "e-", True), leg(some, "e+", True), *(leg(some, word, False) for word in words.split())]
