"""What low-energy experiments have measured: shifts of magnetic moments, upper limits on decays, each with its source and status.

Status as in records.Constraint: "published", or "recall" for a number written from memory of the named publication.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from darkrecoil._errors import unknown


@dataclass(frozen=True)
class Shift:
    """A measured minus a predicted number, dimensionless, with its standard error."""

    name: str
    title: str
    value: float
    error: float
    source: str
    status: str


@dataclass(frozen=True)
class Bound:
    """An upper limit on a branching fraction, by decay as typed; between two masses of the boson, GeV, where it is emitted."""

    decay: str
    value: float
    level: float
    experiment: str
    source: str
    status: str
    masses: tuple[float, float] = (0.0, float("inf"))


MUON = {
    shift.name: shift
    for shift in (
        Shift(
            "2019", "E821 against dispersive hadrons", 27.06e-10, 7.26e-10,
            "E821, hep-ex/0602035; A. Keshavarzi, D. Nomura, T. Teubner, arXiv:1802.02995", "recall",
        ),
        Shift("2021", "E821 and E989 run 1 against the White Paper of 2020", 25.1e-10, 5.9e-10, "Muon g-2, arXiv:2104.03281", "recall"),
        Shift(
            "2025", "final E989 against the White Paper of 2025 (lattice)", 3.8e-10, 6.3e-10,
            "Muon g-2, arXiv:2506.03069; Theory Initiative, arXiv:2505.21476", "recall",
        ),
    )
}  # fmt: skip
ELECTRON = {
    shift.name: shift
    for shift in (
        Shift(
            "cs-2018", "Harvard 2008 against alpha from caesium", -8.8e-13, 3.6e-13,
            "D. Hanneke et al., arXiv:0801.1134; R. H. Parker et al., arXiv:1812.04130", "recall",
        ),
        Shift("rb-2020", "Harvard 2008 against alpha from rubidium", 4.8e-13, 3.0e-13, "L. Morel et al., Nature 588 (2020) 61", "recall"),
        Shift(
            "cs-2023", "Northwestern 2023 against alpha from caesium", -10.2e-13, 2.6e-13,
            "X. Fan et al., arXiv:2209.13084; R. H. Parker et al., arXiv:1812.04130", "recall",
        ),
        Shift(
            "rb-2023", "Northwestern 2023 against alpha from rubidium", 3.4e-13, 1.6e-13,
            "X. Fan et al., arXiv:2209.13084; L. Morel et al., Nature 588 (2020) 61", "recall",
        ),
    )
}  # fmt: skip
PRESETS: Mapping[str, Mapping[str, Shift]] = {"mu": MUON, "e": ELECTRON}
DEFAULT = {"mu": "2025", "e": "rb-2023"}

TRIDENT = Shift(
    "ccfr", "CCFR, sigma/sigma_SM - 1 of nu_mu N -> nu_mu mu+ mu- N", -0.18, 0.28,
    "CCFR, Phys. Rev. Lett. 66 (1991) 3117: sigma/sigma_SM = 0.82 +- 0.28", "published",
)  # fmt: skip
MUONIUM = Bound("mu+ e- -> mu- e+", 8.2e-11, 0.90, "MACS", "MACS, Phys. Rev. Lett. 82 (1999) 49 (hep-ex/9807011), in 0.1 T", "recall")
BELLE_3L = "Belle, Phys. Lett. B 687 (2010) 139, arXiv:1001.3221"
BOUNDS = (
    Bound("mu- -> e- gamma", 1.5e-13, 0.90, "MEG II", "MEG II, arXiv:2504.15711", "recall"),
    Bound("mu- -> e- e- e+", 1.0e-12, 0.90, "SINDRUM", "SINDRUM, Nucl. Phys. B 299 (1988) 1", "recall"),
    Bound("tau- -> e- gamma", 3.3e-8, 0.90, "BaBar", "BaBar, Phys. Rev. Lett. 104 (2010) 021802, arXiv:0908.2381", "recall"),
    Bound("tau- -> mu- gamma", 4.2e-8, 0.90, "Belle", "Belle, JHEP 10 (2021) 019, arXiv:2103.12994", "recall"),
    Bound("tau- -> e- e- e+", 2.7e-8, 0.90, "Belle", BELLE_3L, "recall"),
    Bound("tau- -> e- mu- mu+", 2.7e-8, 0.90, "Belle", BELLE_3L, "recall"),
    Bound("tau- -> e- e- mu+", 1.5e-8, 0.90, "Belle", BELLE_3L, "recall"),
    Bound("tau- -> e- mu- e+", 1.8e-8, 0.90, "Belle", BELLE_3L, "recall"),
    Bound("tau- -> mu- mu- e+", 1.7e-8, 0.90, "Belle", BELLE_3L, "recall"),
    Bound("tau- -> mu- mu- mu+", 1.9e-8, 0.90, "Belle II", "Belle II, JHEP 09 (2024) 062, arXiv:2405.07386", "recall"),
)
# On shell and unseen. Where a source gives a range over masses or decay asymmetries its weakest value stands: a limit that is too weak.
TWIST = "TWIST, Phys. Rev. D 91 (2015) 052020, arXiv:1409.0638, abstract"
BELLE2 = "Belle II, Phys. Rev. Lett. 130 (2023) 181803, arXiv:2212.03634, times B(tau -> l nu nu) of the PDG (2022)"
UNSEEN = (
    Bound("mu- -> e- X", 5.8e-5, 0.90, "TWIST", f"{TWIST}: the weakest, for any asymmetry", "published", (0.0, 0.013)),
    Bound("mu- -> e- X", 1.0e-5, 0.90, "TWIST", f"{TWIST}: 'of order 1e-5'", "published", (0.013, 0.080)),
    Bound("tau- -> e- X", 9.7e-3 * 0.1782, 0.95, "Belle II", f"{BELLE2}: the weakest of 1.1e-3 to 9.7e-3", "recall", (0.0, 1.6)),
    Bound("tau- -> mu- X", 12.2e-3 * 0.1739, 0.95, "Belle II", f"{BELLE2}: the weakest of 0.7e-3 to 12.2e-3", "recall", (0.0, 1.6)),
)
BABAR_1S = "BaBar, Phys. Rev. Lett. 107 (2011) 021804, arXiv:1007.4646, abstract"
UPSILON = (
    Bound("Upsilon(1S) -> gamma X", 4.5e-6, 0.90, "BaBar", f"{BABAR_1S}: the weakest of 1.9e-6 to 4.5e-6", "recall", (0.0, 8.0)),
    Bound("Upsilon(1S) -> gamma X", 37e-6, 0.90, "BaBar", f"{BABAR_1S}: the weakest of 2.7e-6 to 37e-6", "recall", (8.0, 9.2)),
)


def shift_of(lepton: str, preset: str | None = None) -> Shift:
    """The shift of a lepton's magnetic moment ("mu" or "e") by the preset's name, the newest one if there is none.

    UnknownName for a lepton without a measurement or a preset that there is not.
    """
    if lepton not in PRESETS:
        raise unknown("lepton with a measured magnetic moment", lepton, PRESETS)
    name = preset or DEFAULT[lepton]
    if name not in PRESETS[lepton]:
        raise unknown(f"measurement of a_{lepton}", name, PRESETS[lepton])
    return PRESETS[lepton][name]


def bounds_on(decay: str) -> tuple[Bound, ...]:
    """The upper limits on a decay as typed, X standing for an unseen boson; UnknownName, with the nearest one, if there is none."""
    found = tuple(bound for bound in (*BOUNDS, *UNSEEN, *UPSILON, MUONIUM) if bound.decay == decay)
    if not found:
        raise unknown("decay with an upper limit", decay, {bound.decay for bound in (*BOUNDS, *UNSEEN, *UPSILON, MUONIUM)})
    return found
