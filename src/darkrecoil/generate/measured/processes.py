"""The processes, their measured rates, and where these hold."""

from dataclasses import dataclass, replace
from math import pi

from darkrecoil._errors import BadValue, UnknownName, out_of_range
from darkrecoil._pythia import EXTRA, version
from darkrecoil.constants import GEV2_FB, M_ETA, M_ETA_PRIME, AlphaScheme
from darkrecoil.generate.radiation import Choice
from darkrecoil.records import Process

PHOTON = 22
HADRONS = "hadrons"
WORDS = (HADRONS, "eta", "eta'")  # that no other process has
OWN_WORDS = frozenset(WORDS)


@dataclass(frozen=True)
class Measured:
    """A measured rate: R, or a cross-section in fb at ``energy`` (GeV), its relative error, the energies (GeV) that it is taken at.

    ``mass`` (GeV) and ``pid`` are the meson's, none for R; quarks radiate photons if ``final``.
    """

    title: str
    value: float
    error: float
    energy: float
    low: float
    high: float
    notes: tuple[str, ...]
    pid: int = 0
    mass: float = 0.0
    final: bool = False


R = Measured(
    title="continuum u, d, s, c by R",
    value=3.56,  # +- 0.01 +- 0.07 at 10.52 GeV: R. Ammar et al. (CLEO), Phys. Rev. D 57 (1998) 1350 (number remembered)
    error=0.02,
    energy=10.52,
    low=7.0,  # CLEO III finds R alike within 2 % from 6.96 to 10.54 GeV (arXiv:0706.2813); 1 + alpha_s/pi changes by 0.8 % from 7 to 12 GeV
    high=12.0,
    notes=(
        "R = 3.56 +- 0.07 (CLEO, PRD 57 (1998) 1350) times the Born cross-section of massless muons",
        "continuum u, d, s, c alone: no Y resonances, no B mesons (Y(4S) -> B Bbar, 1.1 nb at its peak)",
        "fragmentation and decays are those of Pythia 8, as it comes, but for eta and eta' (PDG 2022)",
    ),
)
SCALE = "scaled from 10.58 GeV as (1 - m^2/s)^3/s^2, the form factor as 1/s"
ETA = Measured(
    title="measured cross-section",
    value=4.5,  # +1.2 -1.1 +- 0.3 fb: B. Aubert et al. (BaBar), Phys. Rev. D 74 (2006) 012002, hep-ex/0605018
    error=0.28,
    energy=10.58,
    low=9.0,
    high=12.0,
    notes=("4.5 +1.2 -1.1 +- 0.3 fb (BaBar, hep-ex/0605018), vacuum polarisation included: alpha does not enter", SCALE),
    pid=221,
    mass=M_ETA,
)
ETA_PRIME = Measured(
    title="measured cross-section",
    value=5.4,  # +- 0.8 +- 0.3 fb: the same
    error=0.16,
    energy=10.58,
    low=9.0,
    high=12.0,
    notes=("5.4 +- 0.8 +- 0.3 fb (BaBar, hep-ex/0605018), vacuum polarisation included: alpha does not enter", SCALE),
    pid=331,
    mass=M_ETA_PRIME,
)
ALL = {(HADRONS,): R, ("eta", "gamma"): ETA, ("eta'", "gamma"): ETA_PRIME}


def names() -> list[str]:
    """The processes as one types them."""
    return [f"e+ e- -> {' '.join(words)}" for words in ALL]


def titles() -> dict[str, str]:
    """A title by process, which says how to install Pythia where it is missing."""
    missing = "" if version() else f" (first: {EXTRA})"
    return {name: f"{some.title}, Pythia 8{missing}" for name, some in zip(names(), ALL.values(), strict=True)}


def find(process: Process) -> tuple[Process, Measured] | None:
    """A process with its particles in the order of their slots, and its rate; None for processes without hadrons.

    UnknownName for hadrons in any other process.
    """
    if not {*WORDS} & {*process.outgoing}:
        return None
    words = tuple(sorted(process.outgoing))
    if words not in ALL:
        known = ", ".join(f'"{name}"' for name in names())
        raise UnknownName("no rate of this process with hadrons", process.name, f"known: {known}")
    return Process(f"e+ e- -> {' '.join(words)}", process.incoming, words), ALL[words]


def checked(process: Process, some: Measured, sqrt_s: float, radiates: Choice) -> Measured:
    """The same with its radiation, if it can be generated.

    BadValue for an energy at which the rate is not known, for radiation of the beams, and where Pythia is not installed.
    """
    if not some.low <= sqrt_s <= some.high:
        raise out_of_range(f"the energy at which {process.name} is known", sqrt_s, some.low, some.high, "GeV")
    if radiates.initial:
        raise BadValue("no radiation of the beams where the rate is a measured one", process.name, hint="leave it out for this process")
    if version() is None:
        raise BadValue("Pythia 8, which this process needs, is not installed", process.name, hint=EXTRA)
    return replace(some, final=radiates.final)


def cross_section(some: Measured, alpha: AlphaScheme, sqrt_s: float) -> float:
    """The cross-section, fb, at sqrt_s GeV.

    R: R 4 pi alpha^2/(3 s), alpha that at a virtual photon. Meson and photon: (2 pi^2 alpha^3/3) |F|^2 (1 - m^2/s)^3, with F the form
    factor of the meson in Gamma(P -> gamma gamma) = pi alpha^2 m^3 |F(0)|^2/4; asymptotically s F is constant (G. P. Lepage and
    S. J. Brodsky, Phys. Rev. D 22 (1980) 2157), so that it falls as 1/s^2. Holds between ``low`` and ``high``.
    """
    s = sqrt_s * sqrt_s
    if not some.pid:
        return some.value * 4.0 * pi * alpha.virtual**2 / (3.0 * s) * GEV2_FB
    return some.value * _shape(some, s) / _shape(some, some.energy**2)


def _shape(some: Measured, s: float) -> float:
    return float((1.0 - some.mass**2 / s) ** 3 / s**2)


def notes(process: Process) -> tuple[str, ...]:
    """What the rate of a process rests on; nothing for all others."""
    found = find(process)
    return () if found is None else (*found[1].notes, f"the rate is uncertain by {100 * found[1].error:.0f} %")
