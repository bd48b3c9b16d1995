"""The plane of dark matter through a dark photon: y = eps^2 alpha_D (m_chi/m_A')^4 against m_chi.

E. Izaguirre, G. Krnjaic, P. Schuster, N. Toro, Phys. Rev. Lett. 115 (2015) 251301, arXiv:1505.00011, eq. (2).
"""

from dataclasses import replace

from darkrecoil._errors import BadValue, out_of_range
from darkrecoil.constraints.computed import thermal_targets
from darkrecoil.constraints.regions import scaled
from darkrecoil.constraints.relic.annihilation import KINDS
from darkrecoil.records import Constraint

TARGETS = {thermal_targets.line(kind).facts.name: kind for kind in KINDS}


def y_of(eps: float, alpha_d: float, ratio: float) -> float:
    """y, dimensionless, of a mixing eps; ``ratio`` is m_A'/m_chi."""
    return eps**2 * alpha_d / ratio**4


def eps_of(y: float, alpha_d: float, ratio: float) -> float:
    """The mixing eps, dimensionless, at which y is reached: sqrt(y ratio^4/alpha_D)."""
    return float((y * ratio**4 / alpha_d) ** 0.5)


def in_y_plane(constraint: Constraint, alpha_d: float, ratio: float) -> Constraint:
    """The constraint on (m_A', eps) as one on (m_chi, y), for m_A' = ratio m_chi.

    Holds for searches for an invisible A', which takes ratio > 2 and an A' that decays to dark matter. BadValue for another
    constraint, alpha_D outside of 0 to 1 or a ratio of 2 or less.
    """
    if not 0 < alpha_d <= 1:
        raise out_of_range("alpha_D", alpha_d, 0, 1)
    if not 2 < ratio < 1e3:
        raise BadValue("m_A'/m_chi is out of range", f"{ratio:g}", "allowed: above 2, where A' -> chi chi is open, to 1000")
    if (constraint.model, constraint.x, constraint.y) != ("dark_photon", "mass", "coupling") or constraint.final_states != ("invisible",):
        allowed = "allowed: searches for an invisible dark photon"
        raise BadValue("not a constraint that y can be read from", constraint.name, allowed)
    said = f"m_A' = {ratio:g} m_chi, alpha_D = {alpha_d:g}: y = eps^2 alpha_D (m_chi/m_A')^4"
    return replace(
        constraint,
        bands=scaled(constraint, 1 / ratio, alpha_d / ratio**4, 2.0),
        x="m_chi",
        y="y",
        convention=f"{constraint.convention}; here {said}",
        parameters={**constraint.parameters, "alpha_D": alpha_d, "ratio": ratio},
    )


def target_at(constraint: Constraint, alpha_d: float, ratio: float) -> Constraint:
    """The constraint on (m_chi, y) at these numbers: a thermal target is computed for them, another must have been made for them.

    BadValue for one that was made for other numbers, or says not which.
    """
    if _made_for(constraint) == (alpha_d, ratio):
        return constraint
    if constraint.name not in TARGETS:
        raise BadValue("a curve in the plane of y is for other numbers than this alpha_D and m_A'/m_chi", constraint.name)
    return thermal_targets.line(TARGETS[constraint.name], alpha_d, ratio).computed()


def _made_for(constraint: Constraint) -> tuple[float | None, float | None]:
    return constraint.parameters.get("alpha_D"), constraint.parameters.get("ratio")
