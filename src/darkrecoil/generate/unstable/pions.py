"""Pions in decays of a heavy neutrino: the axial current on the mass shell, as vertices that the amplitude machine has."""

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

from darkrecoil.amplitudes.theory import Line, Term, Theory
from darkrecoil.constants import F_PI, FERMI, M_PI, M_PI0, V_UD
from darkrecoil.models._standard_model import G_NEUTRAL, G_WEAK

PIONS = (Line("pi", "pi+", "pi-", 211, 0, M_PI), Line("pi0", "pi0", "pi0", 111, 0, M_PI0))


def with_pions(theory: Theory) -> Theory:
    """The theory with pions coupled to each heavy neutrino that its W and Z vertices have; the same theory without one.

    sqrt2 G_F V_ud f U lbar p (1 - gamma5)/2 N of a pion of momentum p, f = 130 MeV, is on the mass shell the Yukawa coupling
    lbar (m_N (1 + gamma5)/2 - m_l (1 - gamma5)/2) N times that number; of pi0 nu it is without V_ud and sqrt2.
    """
    terms = tuple(term for some in theory.terms for term in _terms(theory, some))
    if not terms:
        return theory
    return replace(theory, lines={**theory.lines, **{line.name: line for line in PIONS}}, terms=(*theory.terms, *terms))


def _terms(theory: Theory, term: Term) -> Iterator[Term]:
    """The pion's terms beside one of the W or the Z: ("N", "l", "W") or ("nu", "N", "Z"), left-handed, of new physics."""
    if not term.order or term.structure != "left" or len(term.fields) != 3:
        return
    first, second, boson = term.fields
    a, b = theory.lines[first].mass, theory.lines[second].mass
    if boson == "W":
        scale = sqrt(2) * FERMI * V_UD * F_PI * term.value / (G_WEAK / sqrt(2))
        yield Term((first, second, "pi"), "scalar", scale * (a - b) / 2, 0.0, term.order)
        yield Term((first, second, "pi"), "pseudoscalar", 1j * scale * (a + b) / 2, 0.0, term.order)
    elif boson == "Z":
        scale = FERMI * F_PI * term.value / (G_NEUTRAL / 2)
        yield Term((first, second, "pi0"), "scalar", scale * (b - a) / 2, 0.0, term.order)
        yield Term((first, second, "pi0"), "pseudoscalar", -1j * scale * (a + b) / 2, 0.0, term.order)
