"""Searches for a lepton-flavour-violating X with taus among its decays or beside it: objects, the table, and all but the signal.

Seen are four tracks and missing energy: two muons of one charge, and of the other charge an electron and one more track, that of a tau;
or the same with electrons and muons exchanged. X is radiated where two leptons meet and decays to two. Half of its decays have the charges
that make two leptons alike, and nothing of the Standard Model has that final state unless a lepton's identity is lost.

The observable is the mass squared of the electron with either muon where X decays to them, the recoil mass squared of the same pairs where
X is radiated between them: that is X's mass whatever it decays to. With a tau at either end there is no peak: a share of the masses is
taken. No publication: projections to the data of 2019-20. Values of the cuts and of the systematics: assumptions.
"""

from darkrecoil.analyses._belle2_2019_20 import simulated
from darkrecoil.analyses._four_tracks import converted, electron, muon, near, track
from darkrecoil.analyses._words import BOTH_SEEN, ELECTRONS_AND_TAUS, FOUR_MUONS, MUONS_AND_TAUS, Row
from darkrecoil.constants import GeV
from darkrecoil.selection import (
    Analysis,
    Node,
    charge,
    count,
    mass,
    masses_squared_across,
    objects,
    recoils_squared_across,
)

MASS = masses_squared_across(electron, muon)
RECOIL = recoils_squared_across(electron, muon)

FROM_A_TAU = 1.8 * GeV  # below, taus of pairs decay to X and a lepton
TO_A_TAU = 1.9 * GeV  # below, X is lighter than what it decays to

BACKGROUNDS = {  # by the lepton of which there are two alike
    "muon": (MUONS_AND_TAUS, FOUR_MUONS),  # with a muon that is called none, and an electron of a tau or of a muon
    "electron": (ELECTRONS_AND_TAUS,),  # with an electron that is called none
}
CUTS: dict[str, dict[str, tuple[str, ...]]] = {"muon": {}, "electron": {ELECTRONS_AND_TAUS: BOTH_SEEN}}
MISSING = {"muon": (), "electron": ("no e+ e- -> e+ e- mu+ mu-: of 25 events of background at all masses it makes 2",)}


def table(alike: Node, other: Node) -> tuple[Row, ...]:
    """The rows: two of one charge, at least one of the other kind, a fourth track, and energy that is missing."""
    return (
        ("four tracks",         count(objects("track")).equals(4), count(track).equals(4), charge(track).equals(0)),
        ("two alike",           count(alike).equals(2), ~charge(alike).equals(0)),
        ("one of the others",   count(other) >= 1),
        ("no converted photon", count(converted).equals(0)),
        ("no tau to three",     count(near) <= 2),
        ("energy is missing",   mass(track) < 9.5 * GeV),
    )  # fmt: skip


def four_leptons(
    title: str,
    signal: str,
    decays: str,
    alike: str,
    observable: Node,
    couplings: tuple[str, ...],
    masses: tuple[float, float],
    share: float = 0.0,
) -> Analysis:
    """The search for that signal; ``decays``: one of the two charge states of X's, ``alike``: which lepton there are two of."""
    lepton, other = (muon, electron) if alike == "muon" else (electron, muon)
    return Analysis(
        title=title,
        experiment="belle2",
        status="projection",
        signal=signal,
        decays=(decays, decays.translate(str.maketrans("+-", "-+")).replace("+>", "->")),
        level=0.90,
        references=("[1] I. Galon, A. Kwa, P. Tanedo, JHEP 03 (2017) 064, arXiv:1610.08060",),
        triggers=("fff", "hie"),  # three tracks, or 1 GeV in the calorimeter
        selection=table(lepton, other),
        observable=observable,
        window=2.0,
        share=share,
        backgrounds=BACKGROUNDS[alike],
        cuts=CUTS[alike],
        # Most electrons of the signal go on along the beams.
        toward={signal: ("theta(e-) > 17 deg", "theta(e-) < 150 deg")} if "-> e-" in signal else {},
        datasets=(simulated(4, 3, misidentified=0.40),),
        benchmark=("lfv_zprime", {**dict.fromkeys(couplings, 1.0), "g_chi": 0.0}),
        binning=(0.0 * GeV**2, 112.0 * GeV**2, 224),
        masses=masses,
        missing=(
            *MISSING[alike],
            "no tau pairs: three tracks of a tau are as near to each other as the table forbids",
            "no hadrons",
            "no correlation of the identities of two tracks",
        ),
        notes="half of X's decays have the charges that are looked for; the efficiency is that of both together",
    )
