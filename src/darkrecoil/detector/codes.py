"""What leaves a signal, by PDG code: the response's own particles, what is known to be invisible, and a table for all other codes."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from darkrecoil._errors import BadValue, unknown
from darkrecoil.constants import A0, DARK_MATTER, EXCITED, H2, HEAVY_NEUTRINO, SCALAR_MEDIATOR, VECTOR_MEDIATOR, Z_PRIME
from darkrecoil.detector.recorded import is_charged, is_photon
from darkrecoil.records import Bools, Particles

INVISIBLE = (
    12, 14, 16, Z_PRIME, H2, A0, *DARK_MATTER, SCALAR_MEDIATOR, VECTOR_MEDIATOR, *(EXCITED + code for code in DARK_MATTER),
    HEAVY_NEUTRINO, 1000022, 1000039,
)  # fmt: skip  # the last two: neutralino and gravitino, PDG Monte Carlo numbering scheme
WORDS: Mapping[str, int] = {
    "invisible": 12, "photon": 22, "charged": -13, "e-": 11, "e+": -11, "mu-": 13, "mu+": -13, "pi+": 211, "pi-": -211, "K+": 321,
    "K-": -321, "p": 2212, "anti-p": -2212,
}  # fmt: skip  # what a positive code stands for; a negative one is its antiparticle. A charged one crosses the detector as a muon does


def parsed(text: str) -> tuple[int, str]:
    """Code and word of "9000001=invisible"; BadValue if it is not of this form, UnknownName for another word."""
    code, sign, word = text.partition("=")
    if not (sign and code.strip().isdecimal() and int(code) > 0):
        raise BadValue("not a particle of the table", text, "allowed: CODE=WORD, the code positive", "write --particle 9000001=invisible")
    if word.strip() not in WORDS:
        raise unknown(f"word for what particle {code.strip()} leaves", word.strip(), WORDS)
    return int(code), word.strip()


def unseen(particles: Particles) -> tuple[int, ...]:
    """PDG codes of final particles that leave neither track nor cluster here and are not known to be invisible, sorted."""
    return tuple(np.unique(particles.pid[_strange(particles)]).tolist())


def renamed(particles: Particles, table: Mapping[int, str]) -> tuple[Particles, tuple[str, ...]]:
    """The particles with the codes of what the table calls them, and a line for each final code that nothing is known of.

    A positive code becomes the word's particle, a negative one its antiparticle; decayed particles keep their codes. What is not in
    the table leaves no signal, and the line says how many there are and what to type.
    """
    pid = particles.pid
    if table and np.isin(np.abs(pid), list(table)).any():
        pid = pid.copy(order="K")
        final = particles.status == 1
        for code, word in table.items():
            new = WORDS[word]
            for sign in (1, -1):
                pid[final & (particles.pid == sign * code)] = new if new == 22 else sign * new
    made = replace(particles, pid=pid)
    strange = made.pid[_strange(made)]
    return made, tuple(_line(int(code), int(number)) for code, number in zip(*np.unique(strange, return_counts=True), strict=True))


def _line(code: int, number: int) -> str:
    few = "invisible, photon, charged, mu-, pi+, ..."
    times = f"{number} final particle{'s' if number > 1 else ''}"
    return f"particle code {code} ({times}) is taken to be invisible; to say what it is: --particle {abs(code)}=WORD, WORD one of {few}"


def _strange(particles: Particles) -> Bools:
    known = is_charged(particles) | is_photon(particles) | np.isin(np.abs(particles.pid), INVISIBLE)
    return np.asarray((particles.status == 1) & ~known)
