"""Searches for a lepton, a tau and an invisible particle, or for two taus: objects, the table, and all but what differs.

The tau is seen by its electron or muon, so that the pair is an electron and a muon in all three; its neutrinos take the peak of the recoil
mass away, and tau pairs are what stands against it: in these, neutrinos follow the leptons, while X takes momentum across. There is no
publication: projections, with the data of the search for two muons. The suppression of taus: the best by the Punzi figure of merit on
events of the sample "train", which no limit counts (validation/rows.py). All other cuts [recall] or assumed.
"""

from collections.abc import Mapping

from darkrecoil.analyses._belle2_2019_20 import HIE, SUPPRESSED, controlled
from darkrecoil.analyses._two_leptons import OPPOSITE, an_electron_and_a_muon, generated, muon, nothing_else, topology
from darkrecoil.analyses._words import EITHER, ELECTRONS_AND_TAUS, FOUR, IN_BARREL, MUONS, RECOIL, REVERSED, TAUS, Row
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, e_over_p, ecl_energy, objects, pt_sum, recoil_across_cms, recoil_mass_squared

electron = objects("track", *IN_BARREL, ecl_energy > 0.5 * GeV, e_over_p.between(0.75, 1.25), hypothesis="electron")

TABLE: tuple[Row, ...] = (
    *OPPOSITE,
    an_electron_and_a_muon(electron),
    *topology(electron, muon),
    *nothing_else(electron, muon),
)

LFV = "I. Galon, A. Kwa, P. Tanedo, JHEP 03 (2017) 064, arXiv:1610.08060: the couplings"
SEEN_AS_LEPTONS = "tau -> e, mu, pi, K"  # a pion may leave the energy of a muon
FROM_A_TAU = 1.8 * GeV  # below, taus of pairs decay to the particle: see tau -> l X


def seen(electron: str, muon: str) -> tuple[str, ...]:
    """The cuts on a true electron and muon inside which they are generated."""
    return generated(electron, muon, more=(f"energy({electron}) > 0.4", f"pt({muon}) > 0.14"))


def taus_suppressed(pair: float, across: float) -> Row:
    """The row on the transverse momentum of the pair, and on the recoil's across the faster lepton, e+e- frame; at least so many GeV."""
    return ("taus suppressed", pt_sum(electron, muon) > pair * GeV, recoil_across_cms("faster", electron, muon) > across * GeV)


def tau_and_nothing(
    title: str,
    signal: str,
    benchmark: tuple[str, Mapping[str, float]],
    masses: tuple[float, float],
    notes: str,
    suppressed: tuple[float, float],
    *,
    reference: str = LFV,
    toward: tuple[str, ...] = (),
) -> Analysis:
    """The search for that signal; ``suppressed``: as of ``taus_suppressed``, GeV."""
    return Analysis(
        title=title,
        experiment="belle2",
        status="projection",
        signal=signal,
        level=0.90,
        references=(f"[1] {reference}", "[2] Belle II, arXiv:2212.03066: the luminosity"),
        triggers=EITHER,
        selection=(*TABLE, taus_suppressed(*suppressed)),
        observable=recoil_mass_squared(electron, muon),
        window=2.0,
        share=0.8,
        benchmark=benchmark,
        backgrounds=(TAUS, MUONS, FOUR, REVERSED, ELECTRONS_AND_TAUS),
        cuts={FOUR: seen("e-", "mu+"), REVERSED: seen("e+", "mu-"), MUONS: generated("mu+", "mu-")},
        # The other leptons of the beams go on along them.
        toward={
            FOUR: ("theta(e+) > 150 deg",),
            REVERSED: ("theta(e-) < 25 deg",),
            TAUS: (SEEN_AS_LEPTONS,),
            ELECTRONS_AND_TAUS: ("theta(e-) < 25 deg", "theta(e+) > 150 deg", SEEN_AS_LEPTONS),
            signal: (*toward, SEEN_AS_LEPTONS),
        },
        datasets=(controlled(2, 2, HIE, tau_suppression=SUPPRESSED),),
        binning=RECOIL,
        masses=masses,
        missing=("hadrons of the continuum", "beam background"),
        notes=notes,
    )
