"""What a card holds: every number with its value, unit, source and status, and what is refused.

A value stays as the file has it; ``number`` and ``numbers`` return it in the units used inside (GeV, cm, rad, ns).
"""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from darkrecoil.constants import GeV, MeV, cm, deg, mm, mrad, ns, rad
from darkrecoil.detector import lines as grammar
from darkrecoil.detector.forms import (
    FROZEN,
    Called,
    Edges,
    FourFactors,
    FourFractions,
    Fraction,
    FractionPair,
    NonNegative,
    Pair,
    Positive,
    PositivePair,
    Real,
    RegionEdges,
    Regions,
    Steps,
    Switch,
    TwoNonNegative,
)
from darkrecoil.records import Beams

Status = Literal["read", "derived", "measured", "memory", "technical report", "assumption"]
FACTOR: dict[str, float] = {
    "GeV": GeV, "MeV": MeV, "eV": 1e-9, "rad": rad, "mrad": mrad, "deg": deg, "cm": cm, "mm": mm, "um": 1e-3 * mm, "T": 1.0,
    "ns": ns, "1": 1.0, "percent": 0.01, "1/GeV": 1.0, "1/cm^2/s": 1.0, "g/cm^3": 1.0, "mol/g": 1.0,
}  # fmt: skip
Energy = Literal["GeV", "MeV", "eV"]
Angle = Literal["rad", "mrad", "deg"]
Length = Literal["cm", "mm", "um"]
Time = Literal["ns"]
Pure = Literal["1"]
Word = Literal["word"]

Tail = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=2)]
Rate = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=10)]
Text = Annotated[str, Field(min_length=1)]
Level = Literal["low", "middle", "high"]
ByRegion = dict[str, tuple[NonNegative, ...]] | dict[str, tuple[tuple[NonNegative, ...], ...]]  # of coefficients, of rows of probabilities
Errors = NonNegative | tuple[NonNegative, ...] | ByRegion
V = TypeVar("V")
U = TypeVar("U")


class Entry(BaseModel, Generic[V, U]):
    """One value of a card with its unit, source and status; ``error``: one standard deviation, of the value's shape and unit."""

    model_config = FROZEN
    value: V
    unit: U
    source: Text
    status: Status
    note: str = ""
    error: Errors | None = None


def number(entry: Entry[float, Any]) -> float:
    """The entry's number in the units used inside: GeV, cm, rad, ns."""
    return entry.value * FACTOR[entry.unit]


def numbers(entry: Entry[Any, Any]) -> tuple[float, ...]:
    """The entry's numbers in the units used inside: GeV, cm, rad, ns."""
    return tuple(value * FACTOR[entry.unit] for value in entry.value)


class Machine(BaseModel):
    """The beams: energies, crossing, spreads, the instantaneous luminosity at which trigger rates are given."""

    model_config = FROZEN
    electron: Entry[Positive, Energy]
    positron: Entry[Positive, Energy]
    half_crossing: Entry[NonNegative, Angle]
    spread_electron: Entry[NonNegative, Energy]
    spread_positron: Entry[NonNegative, Energy]
    luminosity: Entry[Positive, Literal["1/cm^2/s"]]


class Geometry(BaseModel):
    """The drift chamber's gas volume: ends in z, outer radius; the calorimeter's front face and the muon system's back: the same.

    The field, along z, bends tracks between where they are made and the calorimeter; at 0 they are straight.
    """

    model_config = FROZEN
    field: Entry[NonNegative, Literal["T"]]
    cdc_z: Entry[Pair, Length]
    cdc_r: Entry[Positive, Length]
    calorimeter_z: Entry[Pair, Length]
    calorimeter_r: Entry[Positive, Length]
    klm_z: Entry[Pair, Length]
    klm_r: Entry[Positive, Length]


class Track(BaseModel):
    """Acceptance, efficiency in steps of pT times a factor in steps of theta, resolutions of pT, angles, impact parameters.

    Resolutions of angles and impact parameters: constant (+) scattering/(p beta), the second number with GeV beside its unit.
    ``lever_arm``: how far a short track's curvature is worse, 0 to 1; ``least_radius``: how far from the axis a track must come.
    """

    model_config = FROZEN
    theta: Entry[Pair, Angle]
    efficiency_edges: Entry[Steps, Energy]
    efficiency: Entry[FourFractions, Pure]
    theta_edges: Entry[Steps, Angle]
    theta_efficiency: Entry[FourFractions, Pure]
    least_radius: Entry[NonNegative, Length]
    pt_resolution_slope: Entry[NonNegative, Literal["1/GeV"]]
    pt_resolution_constant: Entry[NonNegative, Pure]
    lever_arm: Entry[Fraction, Pure]
    theta_resolution: Entry[NonNegative, Angle]
    phi_resolution: Entry[NonNegative, Angle]
    angle_scattering: Entry[TwoNonNegative, Angle]
    d0_resolution: Entry[TwoNonNegative, Length]
    z0_resolution: Entry[TwoNonNegative, Length]
    charge_flip: Entry[Fraction, Pure]


class Calorimeter(BaseModel):
    """Regions, resolutions, thresholds, losses, and what hadrons leave."""

    model_config = FROZEN
    theta_edges: Entry[RegionEdges, Angle]
    background: Entry[Level, Word]
    formula_energy: Entry[Positive, Energy]
    threshold: Entry[tuple[NonNegative, NonNegative, NonNegative], Energy]
    photon_inefficiency: Entry[Fraction, Pure]
    energy_tail: Entry[Tail, Pure]
    time_resolution: Entry[NonNegative, Time]
    time_window: Entry[Positive, Time]
    reach_pt: Entry[NonNegative, Energy]
    untracked: Entry[Switch, Pure]
    hadron_deposit: Entry[FractionPair, Pure]
    energy_resolution: Entry[Regions, Literal["percent"]]
    theta_resolution: Entry[Regions, Literal["mrad"]]
    phi_resolution: Entry[Regions, Literal["mrad"]]


class Displaced(BaseModel):
    """Particles made away from the origin: ``scale`` multiplies the distance (0: all from the origin); tracks, vertices, photons."""

    model_config = FROZEN
    scale: Entry[NonNegative, Pure]
    track_radius: Entry[Steps, Length]
    track_efficiency: Entry[FourFractions, Pure]
    track_resolution: Entry[FourFactors, Pure]
    vertex_efficiency: Entry[FourFractions, Pure]
    vertex_resolution: Entry[FourFactors, Length]
    photon_depth: Entry[NonNegative, Length]


class Merging(BaseModel):
    """Clusters of photons that enter close together: distances within which one cluster ends and two begin; ``scale`` multiplies them."""

    model_config = FROZEN
    scale: Entry[NonNegative, Pure]
    one: Entry[PositivePair, Length]
    two: Entry[PositivePair, Length]


class Background(BaseModel):
    """Clusters of the beam background: mean number per event at low, middle, high level; mean energy above the threshold."""

    model_config = FROZEN
    clusters: Entry[tuple[Rate, Rate, Rate], Pure]
    energy: Entry[Positive, Energy]


class Klm(BaseModel):
    """What the muon system sees of photons that the calorimeter missed: polar angles, probability, least energy."""

    model_config = FROZEN
    theta: Entry[Pair, Angle]
    photon_veto: Entry[Fraction, Pure]
    photon_energy: Entry[NonNegative, Energy]


class Crystal(BaseModel):
    """The crystals' length and material; ``sternheimer`` is Cbar, x0, x1, a, k."""

    model_config = FROZEN
    length: Entry[Positive, Length]
    density: Entry[Positive, Literal["g/cm^3"]]
    z_over_a: Entry[Fraction, Literal["mol/g"]]
    excitation_energy: Entry[Positive, Energy]
    sternheimer: Entry[tuple[Positive, Real, Positive, Positive, Positive], Pure]
    pion_interaction_length: Entry[Positive, Length]


class Identification(BaseModel):
    """What a track of each species is called: by steps of polar angle (three parts) and of momentum (four bins).

    A row is the probability to be called electron, muon, pion, kaon, proton; what is missing to 1 is called nothing.
    """

    model_config = FROZEN
    momentum: Entry[Steps, Energy]
    theta: Entry[Pair, Angle]
    electron: Entry[Called, Pure]
    muon: Entry[Called, Pure]
    pion: Entry[Called, Pure]
    kaon: Entry[Called, Pure]
    proton: Entry[Called, Pure]


class Matter(BaseModel):
    """Matter before the calorimeter, in radiation lengths along the flight, in steps of polar angle (three edges, four numbers).

    ``tracker``: up to the drift chamber's gas, where photons convert to tracks and electrons radiate; ``outer``: behind it.
    ``conversion``: what becomes of a photon that converts in the tracker ("off": nothing converts); of one that converts behind it,
    ``outer_loss`` have no cluster. ``radius``: between which distances from the axis they convert. ``radiation`` multiplies what
    electrons cross; ``recovery``: the share of them whose photons are given back.
    """

    model_config = FROZEN
    theta: Entry[Steps, Angle]
    tracker: Entry[FourFactors, Pure]
    outer: Entry[FourFactors, Pure]
    conversion: Entry[Literal["off", "lost", "tracks"], Word]
    outer_loss: Entry[Fraction, Pure]
    radius: Entry[PositivePair, Length]
    radiation: Entry[NonNegative, Pure]
    recovery: Entry[Fraction, Pure]


class Trigger(BaseModel):
    """What the lines rest on: which tracks and clusters count, the edges of the theta ids, the Bhabha veto."""

    model_config = FROZEN
    track_pt: Entry[NonNegative, Energy]
    cluster_energy: Entry[NonNegative, Energy]
    theta_ids: Entry[Edges, Angle] | None = None
    bhabha_energy: Entry[PositivePair, Energy] | None = None
    bhabha_delta_phi: Entry[PositivePair, Angle] | None = None
    bhabha_theta_sum: Entry[PositivePair, Angle] | None = None


def readable(text: str) -> str:
    """The text of a trigger line, if the grammar of ``lines`` reads it; else ValueError."""
    grammar.parse(text)
    return text


def whole(value: Any) -> Any:
    """A float that is a whole number as such, for 5 and 5.0 are the same prescale."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


LineText = Annotated[str, Field(min_length=1), AfterValidator(readable)]
Whole = Annotated[int, Field(strict=True, ge=1), BeforeValidator(whole)]
Lines = dict[str, Entry[LineText, Literal["line"]]]
Prescales = dict[str, Entry[Whole, Pure]]
Plateaus = dict[str, Entry[Fraction, Pure]]
Code = Annotated[str, Field(pattern="^[1-9][0-9]{0,17}$")]
Leaves = Literal["invisible", "photon", "charged", "e-", "e+", "mu-", "mu+", "pi+", "pi-", "K+", "K-", "p", "anti-p"]  # codes.WORDS
ParticleTable = dict[Code, Entry[Leaves, Word]]


class Card(BaseModel):
    """An experiment: its machine, detector and trigger, frozen. ``name`` and ``preset`` are how it was asked for."""

    model_config = FROZEN
    name: str
    preset: str | None
    title: Text
    machine: Machine
    geometry: Geometry
    track: Track
    calorimeter: Calorimeter
    displaced: Displaced
    merging: Merging
    background: Background
    klm: Klm
    crystal: Crystal
    identification: Identification
    matter: Matter
    trigger: Trigger
    lines: Lines
    prescales: Prescales = {}
    plateaus: Plateaus = {}
    particles: ParticleTable = {}

    @property
    def beams(self) -> Beams:
        """The beams with their energy spreads, GeV and rad."""
        m = self.machine
        spreads = (number(m.spread_electron), number(m.spread_positron))
        return Beams(self.name, number(m.electron), number(m.positron), number(m.half_crossing), *spreads)
