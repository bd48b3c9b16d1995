"""Searches for a lepton-flavour-violating X beside two leptons: objects, rows, the kinds of final states, and all but the signal.

Seen are four tracks. Where a tau is among them it is one track, and energy is missing. X is radiated where two leptons meet and decays to
two. Beside two leptons of different flavour, half of X's decays have charges that nothing of the Standard Model has unless a lepton's
identity is lost: two muons of one charge, and of the other an electron and the track of a tau; the same with electrons and muons
exchanged; or an electron and a muon of one charge and two taus of the other. Beside two muons both halves are looked for.

The observable is the mass squared of the electron with either muon where X decays to them, the recoil mass squared of the same pairs where
X is radiated between them: that is X's mass whatever it decays to. With a tau at either end there is no peak: a share of the masses is
taken. No publication: projections to the data of 2019-20. Values of the cuts and of the systematics: assumptions.
"""

from collections.abc import Mapping
from typing import NamedTuple

from darkrecoil.analyses._belle2_2019_20 import simulated
from darkrecoil.analyses._four_tracks import ASIDE, converted, electron, muon, near, track
from darkrecoil.analyses._words import BOTH_SEEN, ELECTRONS_AND_TAUS, FOUR, FOUR_MUONS, MUONS_AND_TAUS, SEEN, Row
from darkrecoil.constants import GeV
from darkrecoil.selection import (
    Analysis,
    Node,
    charge,
    count,
    mass,
    masses_squared_across,
    momentum,
    objects,
    recoil_mass_squared,
    recoils_squared_across,
)

MASS = masses_squared_across(electron, muon)
RECOIL = recoils_squared_across(electron, muon)

FROM_A_TAU = 1.8 * GeV  # below, taus of pairs decay to X and a lepton
TO_A_TAU = 1.9 * GeV  # below, X is lighter than what it decays to

TRACKS: Row = ("four tracks", count(objects("track")).equals(4), count(track).equals(4), charge(track).equals(0))
WITH_A_TAU: tuple[Row, ...] = (
    ("no converted photon", count(converted).equals(0)),
    ("no tau to three",     count(near) <= 2),
    ("energy is missing",   mass(track) < 9.5 * GeV),
)  # fmt: skip
NO_PHOTONS = "no photons off the leptons that X decays to: by an estimate they take a tenth of the signal out of a peak of two leptons"
NO_TAUS = "no tau pairs: three tracks of a tau are as near to each other as the table forbids"


HALF = "half of X's decays have the charges that are looked for; the efficiency is that of both together"


class Kind(NamedTuple):
    """A final state: what is asked of its four tracks, what stands against it, inside which cuts, and what is to be known of both."""

    rows: tuple[Row, ...]
    backgrounds: tuple[str, ...]
    cuts: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]
    leptons: int = 3  # that are identified
    notes: str = HALF


def alike(lepton: Node, other: Node) -> tuple[Row, ...]:
    """The rows: two of one charge, at least one of the other kind, a fourth track, and energy that is missing."""
    return (
        ("two alike",         count(lepton).equals(2), ~charge(lepton).equals(0)),
        ("one of the others", count(other) >= 1),
        *WITH_A_TAU,
    )  # fmt: skip


TWO_MUONS = Kind(  # against it: a muon that is not identified, and an electron of a tau or of a muon
    alike(muon, electron),
    backgrounds=(MUONS_AND_TAUS, FOUR_MUONS),
    cuts={},
    missing=(NO_TAUS,),
)
TWO_ELECTRONS = Kind(  # against it: an electron that is not identified
    alike(electron, muon),
    backgrounds=(ELECTRONS_AND_TAUS,),
    cuts={ELECTRONS_AND_TAUS: BOTH_SEEN},
    missing=("no e+ e- -> e+ e- mu+ mu-: of 25 events of background at all masses it makes 2", NO_TAUS),
)
ONE_OF_EACH = Kind(  # against it: a lepton that is not identified, beside its like or a tau that decays to the other
    (
        ("one of each",          count(electron).equals(1), count(muon).equals(1), ~charge(electron, muon).equals(0)),
        *WITH_A_TAU,
        ("more than a photon",   recoil_mass_squared(track) > 2.0 * GeV**2),
        ASIDE,
        ("none is slow", count(objects("track", SEEN, momentum > 0.7 * GeV)).equals(4)),  # no slower muon is identified
    ),
    backgrounds=(MUONS_AND_TAUS, ELECTRONS_AND_TAUS, FOUR),
    cuts={ELECTRONS_AND_TAUS: BOTH_SEEN, FOUR: BOTH_SEEN},
    missing=(
        "no four muons: the rows leave none of 450 fb^-1; no four taus: 0.006 events at all masses",
        NO_TAUS,
    ),
    leptons=2,
)  # fmt: skip


def four_leptons(
    title: str,
    signal: str,
    decays: str,
    kind: Kind,
    observable: Node,
    couplings: tuple[str, ...],
    masses: tuple[float, float],
    share: float = 0.0,
) -> Analysis:
    """The search for that signal; ``decays``: one of the two charge states of X's."""
    return Analysis(
        title=title,
        experiment="belle2",
        status="projection",
        signal=signal,
        decays=(decays, decays.translate(str.maketrans("+-", "-+")).replace("+>", "->")),
        level=0.90,
        references=("[1] I. Galon, A. Kwa, P. Tanedo, JHEP 03 (2017) 064, arXiv:1610.08060",),
        triggers=("fff", "hie"),  # three tracks, or 1 GeV in the calorimeter
        selection=(TRACKS, *kind.rows),
        observable=observable,
        window=2.0,
        share=share,
        backgrounds=kind.backgrounds,
        cuts=kind.cuts,
        # Most electrons of the signal go on along the beams.
        toward={signal: ("theta(e-) > 17 deg", "theta(e-) < 150 deg")} if "-> e-" in signal else {},
        datasets=(simulated(4, kind.leptons, misidentified=0.40),),
        benchmark=("lfv_zprime", {**dict.fromkeys(couplings, 1.0), "g_chi": 0.0}),
        binning=(0.0 * GeV**2, 112.0 * GeV**2, 224),
        masses=masses,
        missing=(
            *kind.missing,
            NO_PHOTONS,
            "no hadrons, e+ e- -> mu+ mu- pi+ pi- among them",
            "no correlation of the identities of two tracks",
        ),
        notes=kind.notes,
    )
