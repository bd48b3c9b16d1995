"""What the searches for e+ e- -> mu tau and e tau share: objects, the table but for the lepton, the data.

The lepton beside the tau has the energy of two-body kinematics, 5.14 GeV in the rest frame of the beams: its recoil peaks at the mass
of the tau, which is seen by the other lepton. BaBar has searched for both in 211 fb^-1, with taus to pions (arXiv:hep-ex/0607044). Here:
projections to the data of 2019-20; cuts and systematics are assumptions.
"""

from darkrecoil.constants import GeV, deg
from darkrecoil.selection import Dataset, Node, charge, count, energy_cms, extra_energy, mass, objects, particle_id, pt, theta

IN_BARREL = (theta.between(37 * deg, 120 * deg), pt > 0.15 * GeV)
FAST, SLOW = energy_cms.between(4.6 * GeV, 5.6 * GeV), energy_cms < 4.6 * GeV

Row = tuple[str, *tuple[Node, ...]]


def lepton(name: str, speed: Node) -> Node:
    """The tracks of the barrel that are called so, fast or slow."""
    return objects("track", *IN_BARREL, speed, particle_id(name), hypothesis=name)


def table(fast: Node, slow: Node) -> tuple[Row, ...]:
    """The rows: a fast lepton, a slow one of the other kind and charge, energy that is missing, little else."""
    return (
        ("two tracks", count(objects("track")).equals(2)),
        ("fast and slow", count(fast).equals(1), count(slow).equals(1), charge(fast, slow).equals(0)),
        ("energy is missing", mass(fast, slow) < 9.5 * GeV),
        ("little else", extra_energy(objects("cluster")) < 0.4 * GeV),
    )


REFERENCES = (
    "[1] P. M. Ferreira, R. B. Guedes, R. Santos, Phys. Rev. D 75 (2007) 055015, arXiv:hep-ph/0611222: the contact operators",
    "[2] BaBar, Phys. Rev. D 75 (2007) 031103, arXiv:hep-ex/0607044: the same with taus to pions, 211 fb^-1",
)
TRIGGERS = ("ffo", "hie")
BACKGROUNDS = ("e+ e- -> tau+ tau-", "e+ e- -> mu+ mu- gamma")
MISSING = ("no Bhabha events: no electron of this card is called a muon", "no e+ e- -> e+ e- mu+ mu-", "taus to the other lepton only")

DATA = Dataset(
    name="2019-20",
    luminosity=79.7,
    detector="belle2",
    preset="2019-2022",
    systematics={
        "trigger":                 (0.01, 0.01),
        "tracking":                (0.02, 0.02),
        "particle identification": (0.04, 0.10),
        "luminosity":              (0.01, 0.01),
    },
    corrections={},
    notes="79.7 fb^-1",
)  # fmt: skip
