"""Low-energy observables of a boson, at one loop."""

from collections.abc import Callable, Mapping
from math import pi

from darkrecoil._errors import BadValue
from darkrecoil.models import _couplings as couplings
from darkrecoil.models._couplings import Current
from darkrecoil.models._standard_model import CHARGED
from darkrecoil.records import Model

BREAKS = (1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 0.99)  # where the integrands bend: at z = 0 for a heavy boson, at 1 for a light one


def vector_moment(mass: float, lepton: float, strength: float) -> float:
    """The shift of a lepton's a = (g - 2)/2, dimensionless, by a boson of that mass (GeV) with a vector coupling.

    a = g^2/(4 pi^2) int_0^1 dz m^2 z (1 - z)^2 / (m^2 (1 - z)^2 + M^2 z), the one-loop vertex with the same lepton
    inside: Leveille, Nucl. Phys. B 137 (1978) 63; Pospelov, Phys. Rev. D 80 (2009) 095002 (arXiv:0811.1030).
    Limits: g^2/(8 pi^2) for M << m, Schwinger's term; g^2 m^2/(12 pi^2 M^2) for M >> m.
    """
    return strength**2 / (4 * pi**2) * _integral(lambda z: z * (1 - z) ** 2, mass, lepton, lepton)


def moment(mass: float, lepton: float, inner: float, current: Current) -> float:
    """The shift of a lepton's a, dimensionless, by a boson of that mass and a lepton of mass ``inner`` inside the loop, GeV.

    (m^2/(8 pi^2)) int_0^1 dz N/(M^2 z + m^2 (1 - z)^2 + (m_F^2 - m^2)(1 - z)), with m_F the inner mass, r = m_F/m, and N

    - for a vector coupling g: g^2 (1 - z) [2 z (2 r - 1 - z) + (m^2/M^2)(1 - r)^2 (1 - z)(r + z)]; axial: the same with -r for r;
    - for a scalar coupling g: g^2 (1 - z)^2 (r + z); pseudoscalar: the same with -r for r.

    J. P. Leveille, Nucl. Phys. B 137 (1978) 63. Heavy boson: vector (g^2 m^2/(4 pi^2 M^2)) (r - 2/3).
    BadValue where the lepton decays to the inner one and the boson: the loop is no longer real.
    """
    if inner + mass <= lepton:
        least = f"above {lepton - inner:.4g} GeV there is one"
        raise BadValue("no magnetic moment where the lepton decays to the boson", f"{mass:g} GeV", least)
    r, heavy = inner / lepton, (lepton / mass) ** 2

    def spin_one(r: float) -> Callable[[float], float]:
        return lambda z: 2 * (1 - z) * z * (2 * r - 1 - z) + heavy * (1 - r) ** 2 * (1 - z) ** 2 * (r + z)

    def spin_zero(r: float) -> Callable[[float], float]:
        return lambda z: (1 - z) ** 2 * (r + z)

    parts = (
        (current.vector, spin_one(r)), (current.axial, spin_one(-r)),
        (current.scalar, spin_zero(r)), (current.pseudoscalar, spin_zero(-r)),
    )  # fmt: skip
    return sum((g**2 / (8 * pi**2) * _integral(f, mass, lepton, inner) for g, f in parts if g), 0.0)


def _integral(numerator: Callable[[float], float], mass: float, lepton: float, inner: float) -> float:
    """int_0^1 dz of a numerator over D, GeV^2 over GeV^2."""
    from scipy.integrate import quad

    m, boson, rest = lepton**2, mass**2, inner**2 - lepton**2
    value, _ = quad(
        lambda z: m * numerator(z) / (boson * z + (1 - z) * (m * (1 - z) + rest)),
        0.0, 1.0, epsabs=0.0, epsrel=1e-10, limit=400, points=BREAKS,
    )  # fmt: skip
    return float(value)


def anomalous_moment(model: Model, mass: float, coupling: float, field: str = "mu", parameters: Mapping[str, float] | None = None) -> float:
    """The model's shift of a = (g - 2)/2 of that charged lepton ("e", "mu", "tau"), dimensionless; 0 without a vertex.

    The boson of the model and the charged leptons it couples to, one loop each; KeyError for a field that is no charged lepton.
    BadValue for a vertex with that lepton that has no formula here, or where the lepton decays to the boson.
    """
    lepton, values = CHARGED[field], couplings.numbers(model, mass, coupling, parameters)
    for vertex in (some for some in model.vertices if couplings.strength(some, values)):
        inside = {*vertex.fields[:2]} <= CHARGED.keys() and couplings.is_current(vertex, model)
        if field in vertex.fields and not inside:
            raise BadValue(f"no magnetic moment for a vertex of {model.name}", f"{' '.join(vertex.fields)} ({vertex.structure})")
    found = couplings.currents(model, values)
    inner = {pair[0] if pair[1] == field else pair[1]: current for pair, current in found.items() if field in pair}
    return sum((moment(mass, lepton, CHARGED[name], current) for name, current in inner.items() if current != Current()), 0.0)
