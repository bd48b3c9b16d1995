"""Searches for e+ e- -> mu tau and e tau: the table and all but who the leptons are.

The lepton beside the tau has the energy of two-body kinematics, 5.14 GeV in the rest frame of the beams: its recoil peaks at the mass
of the tau, which is seen by the other lepton. BaBar has searched for both in 211 fb^-1, with taus to pions (arXiv:hep-ex/0607044). Here:
projections to the data of 2019-20; cuts and systematics are assumptions.
"""

from darkrecoil.analyses._belle2_2019_20 import HIE, simulated
from darkrecoil.analyses._words import EITHER, IN_BARREL, MUONS, NOTHING, TAUS, Row, cluster, track
from darkrecoil.constants import GeV
from darkrecoil.selection import (
    Analysis,
    Node,
    charge,
    count,
    energy_cms,
    extra_energy,
    mass,
    objects,
    particle_id,
    recoil_mass_squared,
)

CONTACT = (
    "[1] P. M. Ferreira, R. B. Guedes, R. Santos, Phys. Rev. D 75 (2007) 055015, arXiv:hep-ph/0611222: the contact operators",
    "[2] BaBar, Phys. Rev. D 75 (2007) 031103, arXiv:hep-ex/0607044: {}, 211 fb^-1",
)
BABAR = "the same with taus to pions"

FAST, SLOW = energy_cms.between(4.6 * GeV, 5.6 * GeV), energy_cms < 4.6 * GeV


def references(babar: str) -> tuple[str, ...]:
    """Sources of searches by contact interactions; ``babar``: what BaBar's is beside this one."""
    return tuple(text.format(babar) for text in CONTACT)


def lepton(name: str, speed: Node) -> Node:
    """The tracks of the barrel that are called so, fast or slow."""
    return objects("track", *IN_BARREL, speed, particle_id(name), hypothesis=name)


def table(fast: Node, slow: Node) -> tuple[Row, ...]:
    """The rows: a fast lepton, a slow one of the other kind and charge, energy that is missing, little else."""
    return (
        ("two tracks", count(track).equals(2)),
        ("fast and slow", count(fast).equals(1), count(slow).equals(1), charge(fast, slow).equals(0)),
        ("energy is missing", mass(fast, slow) < 9.5 * GeV),
        ("little else", extra_energy(cluster) < 0.4 * GeV),
    )


def against_a_tau(title: str, signal: str, beside: str, of_the_tau: str) -> Analysis:
    """The search for a lepton "electron" or "muon" beside a tau that is seen by the other."""
    fast, slow = lepton(beside, FAST), lepton(of_the_tau, SLOW)
    return Analysis(
        title=title,
        experiment="belle2",
        status="projection",
        signal=signal,
        level=0.90,
        references=references(BABAR),
        triggers=EITHER,
        selection=table(fast, slow),
        observable=recoil_mass_squared(fast),
        window=2.0,
        share=0.9,  # about the mass of the tau, 3.16 GeV^2
        backgrounds=(TAUS, MUONS),
        datasets=(simulated(2, 2, HIE, misidentified=0.10),),
        binning=(-5.0 * GeV**2, 15.0 * GeV**2, 100),
        masses=NOTHING,
        missing=(
            "no Bhabha events: no electron of this card is called a muon",
            "no e+ e- -> e+ e- mu+ mu-",
            "taus to the other lepton only",
        ),
    )
