"""Searches for a lepton, a tau and an invisible particle, or for two taus: objects, the table, and all but what differs.

The tau is seen by its electron or muon, so that the pair is an electron and a muon in all three; its neutrinos take the peak of the recoil
mass away, and tau pairs are what stands against it. There is no publication: projections, with the data of the search for two muons but
without a suppression of taus. All cuts [recall] or assumed.
"""

from collections.abc import Mapping

from darkrecoil.analyses._belle2_2019_20 import HIE, controlled
from darkrecoil.analyses._two_leptons import OPPOSITE, an_electron_and_a_muon, muon, nothing_else, topology
from darkrecoil.analyses._words import EITHER, IN_BARREL, MUONS, RECOIL, TAUS, Row
from darkrecoil.constants import GeV
from darkrecoil.selection import Analysis, e_over_p, ecl_energy, objects, recoil_mass_squared

electron = objects("track", *IN_BARREL, ecl_energy > 0.5 * GeV, e_over_p.between(0.75, 1.25), hypothesis="electron")

TABLE: tuple[Row, ...] = (*OPPOSITE, an_electron_and_a_muon(electron), *topology(electron, muon), *nothing_else(electron, muon))

LFV = "I. Galon, A. Kwa, P. Tanedo, JHEP 03 (2017) 064, arXiv:1610.08060: the couplings"
FROM_A_TAU = 1.8 * GeV  # below, taus of pairs decay to the particle: see tau -> l X


def tau_and_nothing(
    title: str,
    signal: str,
    benchmark: tuple[str, Mapping[str, float]],
    masses: tuple[float, float],
    notes: str,
    *,
    reference: str = LFV,
    toward: Mapping[str, tuple[str, ...]] | None = None,
) -> Analysis:
    """The search for that signal."""
    return Analysis(
        title=title,
        experiment="belle2",
        status="projection",
        signal=signal,
        level=0.90,
        references=(f"[1] {reference}", "[2] Belle II, arXiv:2212.03066: the luminosity"),
        triggers=EITHER,
        selection=TABLE,
        observable=recoil_mass_squared(electron, muon),
        window=2.0,
        share=0.8,
        benchmark=benchmark,
        backgrounds=(TAUS, MUONS),
        toward=toward or {},
        datasets=(controlled(2, 2, HIE),),
        binning=RECOIL,
        masses=masses,
        missing=("e+ e- -> e+ e- mu+ mu- and e+ e- tau+ tau-", "hadrons of the continuum", "no suppression of taus", "beam background"),
        notes=notes,
    )
