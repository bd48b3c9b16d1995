"""What figures are drawn from that is no result of a search: maps of regimes, a detector's performance."""

from collections.abc import Mapping
from dataclasses import dataclass

from darkrecoil.records.arrays import Floats


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
