"""The nouns: what flows through darkrecoil, in the order in which it flows. Data only.

    Model, Process, Beams --generate--> Particles --detector--> Events --selection--> Spectrum, Cutflow
          --statistics--> Interval --limits--> Limit --scan--> Curve --plots--> Figure

All are frozen: a step returns a new record and changes none. Event first, object second, component
last; four-vectors (E, px, py, pz). Units are those of darkrecoil.constants. Truth is Particles,
reconstruction is Events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from darkrecoil.records.arrays import Bools as Bools
from darkrecoil.records.arrays import Floats as Floats
from darkrecoil.records.arrays import Ints as Ints
from darkrecoil.records.planes import Band as Band
from darkrecoil.records.planes import Constraint as Constraint
from darkrecoil.records.planes import LookElsewhere as LookElsewhere


@dataclass(frozen=True)
class Parameter:
    """A number that a user may set: the word for it, its TeX, unit, and the range in which the model holds.

    With ``words`` it is a choice among them, stored as the place of the word; expressions may use ``name_word``, 1 if chosen, else 0.
    """

    name: str
    tex: str
    unit: str
    low: float
    high: float
    default: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A kind of particle: the field's name, the words for its particle and antiparticle, PDG code, spin, mass and width.

    ``mass`` and ``width`` (GeV) are expressions, as in Vertex.parameter; equal words make the particle its own antiparticle.
    """

    name: str
    particle: str
    antiparticle: str
    pid: int
    spin: float
    mass: str
    width: str = "0"


@dataclass(frozen=True)
class Vertex:
    """One term of a Lagrangian: the fields that meet, its structure, and its strength times an expression of the parameters.

    With g = strength * parameter, plus the Hermitian conjugate wherever the term is not its own:

    - fermions and a vector (f1, f2, V): g f1bar Gamma f2 V_mu with Gamma "vector" gamma^mu, "axial" gamma^mu gamma5,
      "left" gamma^mu (1 - gamma5)/2, "right" gamma^mu (1 + gamma5)/2;
    - fermions and a scalar (f1, f2, S): "scalar" g f1bar f2 S, "pseudoscalar" i g f1bar gamma5 f2 S;
    - two vectors and a scalar (V1, V2, S): "dual" -(g/4) S F Ftilde, "even" -(g/4) S F F, twice that for two different
      vectors; "mass" g S V1 V2;
    - three vectors (W, W, V): "gauge" g times the Yang-Mills vertex of a neutral V with a charged W;
    - four fermions (f1, f2, f3, f4): g (f1bar Gamma f2)(f3bar Gamma' f4), Gamma Gamma' by two letters of V A L R
      (vectors, contracted) or S P (scalar, i gamma5): "VV", "LR", "SP", ...

    ``parameter`` may use coupling, mass, the model's parameters, e (the positron's charge), pi and sqrt.
    """

    fields: tuple[str, ...]
    structure: str
    strength: float
    parameter: str = "coupling"


@dataclass(frozen=True)
class Partial:
    """A partial width, GeV, of one of a model's particles as an expression of ``mass``, its own, and the model's parameters.

    ``state`` is the final state as typed, "invisible" for dark matter: for decays whose products no process needs. Complex where it is
    closed counts as its real part.
    """

    particle: str
    state: str
    width: str


@dataclass(frozen=True)
class Model:
    """New particles of one mass and one global coupling, by their vertices. Rates scale as coupling^2.

    The particle named here is the one that ``mass`` belongs to; ``others`` are further new fields. ``quarks`` are terms with quarks
    (u d s c b) or gluons (G) and ``partial`` further widths: only decays know them, no process does.
    """

    name: str
    title: str
    particle: str
    pid: int
    spin: float
    mass: Parameter
    coupling: Parameter
    vertices: tuple[Vertex, ...]
    references: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    notes: str = ""
    others: tuple[Field, ...] = ()
    antiparticle: str = ""  # of a particle that is not its own
    quarks: tuple[Vertex, ...] = ()
    partial: tuple[Partial, ...] = ()


@dataclass(frozen=True)
class RegimeMap:
    """What a detector makes of e+e- -> gamma a, a -> gamma gamma, against mass (n,) in GeV and coupling (k,).

    ``shares`` (k, n) by regime: resolved, merged, displaced, invisible, of the decays whose direction the calorimeter covers. ``lines`` by
    name: masses and couplings of a mean decay length; ``merging`` the mass, GeV, at which half of the prompt pairs merge, or None.
    """

    model: str
    title: str
    detector: str
    coupling_tex: str
    coupling_unit: str
    mass: Floats
    coupling: Floats
    shares: Mapping[str, Floats]
    lines: Mapping[str, tuple[Floats, Floats]]
    merging: float | None
    prompt: float  # cm: decays nearer to the interaction point count as prompt
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Process:
    """A reaction by the names of its particles: incoming, outgoing, as typed."""

    name: str
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]


@dataclass(frozen=True)
class Beams:
    """The two beams: energies and Gaussian energy spreads, GeV; each half_crossing rad off the z axis towards +x.

    The electron goes towards +z. half_crossing = 0 and equal energies are the centre-of-mass frame.
    """

    name: str
    electron: float
    positron: float
    half_crossing: float = 0.0
    spread_electron: float = 0.0
    spread_positron: float = 0.0


@dataclass(frozen=True)
class Particles:
    """True final states in the frame of ``beams``.

    pid, mother, status (n, k): PDG code, slot of the mother (-1: the beams), 1 = final, 2 = decayed, 0 = empty slot;
    momentum (n, k, 4) GeV; vertex (n, k, 4) = (t ns, x, y, z cm) where it was made; weight (n,) fb; attempt (n,).
    The cross-section is the sum of the weights divided by ``attempts``, of which events without weight are not stored.
    """

    pid: Ints
    mother: Ints
    status: Ints
    momentum: Floats
    vertex: Floats
    weight: Floats
    attempt: Ints
    attempts: int
    beams: Beams

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True)
class Objects:
    """Reconstructed objects of one kind as padded columns (n, k) by name; ``present`` says which slots are filled."""

    columns: Mapping[str, Floats]
    present: Bools

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]


@dataclass(frozen=True)
class Events:
    """Reconstructed events: kinds of objects, bits of the trigger lines (n,), weight (n,) fb, attempt (n,), the nominal beams.

    ``objects["track"]`` has px, py, pz (GeV), charge, ecl_energy (GeV), d0, z0 (cm), electron_id, muon_id, pion_id, kaon_id,
    proton_id (0 or 1, at most one of them); ``objects["cluster"]``, the calorimeter's clusters without a track, has energy, px, py, pz,
    time (ns), second_moment (cm^2, beyond that of one photon); ``objects["klm"]``, what only the muon system sees, a unit vector px, py,
    pz; ``objects["vertex"]``, displaced decays to two tracks, x, y, z (cm) and the momentum px, py, pz of both. The cross-section is
    the sum of the weights over ``attempts``.
    """

    objects: Mapping[str, Objects]
    trigger: Mapping[str, Bools]
    weight: Floats
    attempt: Ints
    attempts: int
    beams: Beams

    def __len__(self) -> int:
        return len(self.weight)

    def where(self, mask: Bools) -> "Events":
        """The events of the mask: the only way to lose an event."""
        rows = np.flatnonzero(mask)  # quicker than the mask for many columns
        kept = {
            kind: Objects({name: column[rows] for name, column in some.columns.items()}, some.present[rows])
            for kind, some in self.objects.items()
        }
        bits = {line: bit[rows] for line, bit in self.trigger.items()}
        return replace(self, objects=kept, trigger=bits, weight=self.weight[rows], attempt=self.attempt[rows])


@dataclass(frozen=True)
class Performance:
    """What a detector card amounts to: polar angles in deg covered by each part, and curves by name, (x, y) each.

    momentum: sigma(p)/p of muons against p; energy: sigma(E)/E of photons against E; efficiency: probabilities against p or pT, GeV.
    """

    title: str
    preset: str | None
    energy_cms: float
    acceptance: Mapping[str, tuple[tuple[float, float], ...]]
    momentum: Mapping[str, tuple[Floats, Floats]]
    energy: Mapping[str, tuple[Floats, Floats]]
    efficiency: Mapping[str, tuple[Floats, Floats]]
    weak: int  # how many numbers of the card rest on an assumption or on memory


@dataclass(frozen=True)
class Panel:
    """One panel of a calibration: what was seen at ``at`` (n,) with its error, what the new card expects there, and what the base did."""

    title: str
    x: str
    y: str
    at: Floats
    seen: Floats
    error: Floats
    expected: Floats
    before: Floats
    logarithmic: bool


@dataclass(frozen=True)
class CutStep:
    """One row of a cutflow: its name, what was asked, events, fb and its error, the efficiency so far and its error."""

    name: str
    text: str
    events: int
    cross_section: float
    error: float
    efficiency: float
    efficiency_error: float


@dataclass(frozen=True)
class Cutflow:
    """The rows in order; the first is what was generated."""

    rows: tuple[CutStep, ...]


@dataclass(frozen=True)
class Spectrum:
    """Cross-section per bin and source, fb: edges (b + 1,); values, variances (m, b) = sums of w and w^2 over attempts;
    unit (m,) = that source's weight of one event, fb, which is its error where nothing was generated."""

    observable: str
    edges: Floats
    sources: tuple[str, ...]
    values: Floats
    variances: Floats
    unit: Floats


@dataclass(frozen=True)
class Interval:
    """An interval on a mean signal count. ``expected`` are the quantiles at -2, -1, 0, +1, +2 sigma without a signal."""

    level: float
    observed: float | None
    intervals: tuple[tuple[float, float], ...]
    expected: tuple[float, float, float, float, float] | None
    method: str
    p_value: float | None = None
    significance: float | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """One mass of a coupling limit, with everything that it was made of. Numbers that do not exist are None, with a reason.

    ``n_eff`` = (sum w)^2/sum w^2 of the generated events in the window, by background, and of all backgrounds together;
    ``assumptions``: what its statistics rest on; ``workspace``: the window in HistFactory's JSON, its parameter of interest in fb.
    The two of efficiency x cross-section, fb, are all that a limit without a model has. A quantile of ``expected_coupling`` that no
    coupling reaches is None.
    """

    mass: float
    efficiency: float | None
    efficiency_uncorrected: float | None
    resolution: float | None
    window: tuple[float, float] | None
    background: float | None
    background_by_source: Mapping[str, float]
    background_error: float | None
    observed: int | None
    cross_section_limit: float | None
    expected_cross_section: tuple[float, ...] | None
    coupling_limit: float | None
    excluded: tuple[tuple[float, float], ...]
    expected_coupling: tuple[float | None, ...] | None
    p_value: float | None
    reason: str | None = None
    cutflow: Cutflow = Cutflow(())
    n_eff: Mapping[str, float] = field(default_factory=dict)
    background_n_eff: float | None = None
    assumptions: tuple[str, ...] = ()
    workspace: Mapping[str, object] | None = None
    efficiency_times_cross_section_limit: float | None = None
    expected_efficiency_times_cross_section: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Generated:
    """How much of a background was generated: attempts, its cross-section before filters in fb, n_eff = (sum w)^2/sum w^2 of the events
    that pass these, the luminosity in fb^-1 that they stand for, and the number and n_eff of those that the search selects."""

    source: str
    attempts: int
    cross_section: float
    n_eff: float
    effective_luminosity: float
    selected: int
    selected_n_eff: float
    filters: tuple[str, ...] = ()
    filter_efficiency: float | None = None
    filter_error: float | None = None


@dataclass(frozen=True)
class Provenance:
    """What made a result: the package's version, the command's settings, the seed, and what the simulation leaves out.

    Never a time, a host or a path: two equal provenances mean two equal results.
    """

    version: str
    seed: int
    settings: Mapping[str, str | float | int | bool | None] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """A limit against mass, and what it rests on. ``scan``: the number of the model that it is a limit on, its coupling or a parameter.

    ``model`` is "none" for limits on efficiency x cross-section.
    """

    search: str
    model: str
    luminosity: float
    level: float
    method: str
    detector: str
    alpha: str
    invisible: str
    scenario: str
    points: tuple[Limit, ...]
    assumptions: tuple[str, ...]
    references: tuple[str, ...]
    provenance: Provenance
    generated: tuple[Generated, ...] = ()
    scan: str = "coupling"
