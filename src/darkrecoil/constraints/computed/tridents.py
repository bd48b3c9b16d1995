"""Neutrino tridents at CCFR against the Z' of L_mu - L_tau."""

from darkrecoil.constraints import measurements
from darkrecoil.constraints.computed._line import Line, facts, masses_of
from darkrecoil.constraints.trident.limit import limit

SHIFT = measurements.TRIDENT
LINES = (
    Line(
        facts(
            "ccfr_trident_lmu_ltau", "CCFR: nu_mu N -> nu_mu mu+ mu- N, sigma/SM = 0.82 +- 0.28", "CCFR", "lmu_ltau",
            (SHIFT.source, "W. Altmannshofer et al., Phys. Rev. Lett. 113 (2014) 091801, arXiv:1406.2332"), experiment="CCFR",
            production="nu_mu N -> nu_mu mu+ mu- N",
            obtained="tree level on equivalent photons of iron, any Z' mass; CLs for a ratio that is not below 1",
            assumptions=(
                "all neutrinos have the mean energy, 160 GeV: at 100 and 300 GeV the limit is 11 % lower and 16 % higher at most",
                "coherent scattering only; no cut but what the correction for acceptance took out",
            ),
        ),
        limit, masses_of("lmu_ltau"),
    ),
)  # fmt: skip
