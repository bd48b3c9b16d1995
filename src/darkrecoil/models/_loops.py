"""Low-energy observables of a vector boson, at one loop."""

from math import pi

from darkrecoil.models._widths import CHARGED
from darkrecoil.records import Model


def vector_moment(mass: float, lepton: float, strength: float) -> float:
    """The shift of a lepton's a = (g - 2)/2, dimensionless, by a boson of that mass (GeV) with a vector coupling.

    a = g^2/(4 pi^2) int_0^1 dz m^2 z (1 - z)^2 / (m^2 (1 - z)^2 + M^2 z), the one-loop vertex with the same lepton
    inside: Leveille, Nucl. Phys. B 137 (1978) 63; Pospelov, Phys. Rev. D 80 (2009) 095002 (arXiv:0811.1030).
    Limits: g^2/(8 pi^2) for M << m, Schwinger's term; g^2 m^2/(12 pi^2 M^2) for M >> m.
    """
    from scipy.integrate import quad

    r = (mass / lepton) ** 2
    # z = 0 (heavy boson) and z = 1 (light one) are where the integrand bends; a break point in between keeps both in reach
    value, _ = quad(lambda z: z * (1 - z) ** 2 / ((1 - z) ** 2 + r * z), 0.0, 1.0, epsabs=0.0, epsrel=1e-10, limit=200, points=(0.01, 0.99))
    return float(strength**2 / (4 * pi**2) * value)


def anomalous_moment(model: Model, mass: float, coupling: float, field: str = "mu") -> float:
    """The model's shift of a = (g - 2)/2 of that charged lepton ("e", "mu", "tau"), dimensionless; 0 without a vertex.

    Diagonal vector vertices of the global coupling only, one loop each; KeyError for a field that is no charged lepton.
    """
    strengths = [v.strength for v in model.vertices if v.fields[:2] == (field, field) and v.structure == "vector"]
    return sum((vector_moment(mass, CHARGED[field], strength * coupling) for strength in strengths), 0.0)
