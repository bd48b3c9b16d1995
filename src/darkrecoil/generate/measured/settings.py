"""Pythia's settings: beams, the process, decays."""

import numpy as np

from darkrecoil.constants import M_E
from darkrecoil.kinematics.frames import beam_momenta
from darkrecoil.records import Beams

STABLE = 1000.0  # mm: K_L, pi+-, K+-, mu (c tau above 3.7 m) and n stay; K_S, Lambda and the other hyperons (below 0.1 m) decay
DECAYS = ("ParticleDecays:limitTau0 = on", f"ParticleDecays:tau0Max = {STABLE}")
TABLES = {  # (share, Pythia's matrix element, products); PDG 2022, shares remembered; those of rare modes are Pythia's own
    221: (
        (0.3936, 0, (22, 22)), (0.3257, 0, (111, 111, 111)), (0.2302, 0, (211, -211, 111)), (0.0428, 0, (211, -211, 22)),
        (0.0069, 11, (22, 11, -11)), (0.00031, 11, (22, 13, -13)), (0.000268, 12, (211, -211, 11, -11)), (0.00027, 0, (111, 22, 22)),
    ),
    331: (
        (0.425, 0, (211, -211, 221)), (0.295, 0, (113, 22)), (0.224, 0, (111, 111, 221)), (0.0252, 0, (223, 22)),
        (0.02307, 0, (22, 22)), (0.0025, 0, (111, 111, 111)), (0.00011, 0, (13, -13, 22)),
    ),
}  # fmt: skip
SHARES = tuple(
    f"{pid}:{'addChannel' if i else 'oneChannel'} = 1 {share} {element} {' '.join(map(str, products))}"
    for pid, modes in TABLES.items()
    for i, (share, element, products) in enumerate(modes)
)
PROCESS = ("WeakSingleBoson:ffbar2gmZ = on", "WeakZ0:gmZmode = 1", "23:onMode = off", "23:onIfAny = 1 2 3 4", "PDF:lepton = off")
MOST_SIGMAS = 5  # Pythia's Gaussian is cut off there


def decaying() -> tuple[str, ...]:
    """Settings for decays alone."""
    return (*DECAYS, *SHARES)


def hadrons(beams: Beams, final: bool) -> tuple[str, ...]:
    """Settings for e+e- -> gamma* -> u, d, s, c pairs in the laboratory of the beams; quarks radiate photons, too, if ``final``."""
    photons = f"TimeShower:QEDshowerByQ = {'on' if final else 'off'}"
    return (*PROCESS, *_beams(beams), photons, *decaying())


def _beams(beams: Beams) -> tuple[str, ...]:
    """Both beams; their spread is along z, such that the energies' is right: the crossing angle is then off by 3e-5 rad at most."""
    both = beam_momenta(beams.electron, beams.positron, beams.half_crossing, M_E)
    lines = ["Beams:idA = 11", "Beams:idB = -11", "Beams:frameType = 3"]
    for side, (_, x, y, z) in zip("AB", both, strict=True):
        lines += [f"Beams:p{axis}{side} = {float(value)!r}" for axis, value in zip("xyz", (x, y, z), strict=True)]
    spreads = (beams.spread_electron, beams.spread_positron)
    if not any(spreads):
        return tuple(lines)
    for side, sigma, momentum in zip("AB", spreads, both, strict=True):
        along = float(sigma * momentum[0] / np.abs(momentum[3]))
        lines += [f"Beams:sigmaPz{side} = {along!r}", f"Beams:maxDev{side} = {MOST_SIGMAS}"]
    return (*lines, "Beams:allowMomentumSpread = on")
