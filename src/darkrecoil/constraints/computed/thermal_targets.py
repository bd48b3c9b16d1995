"""Thermal targets in the plane of y and m_chi: freeze-out by a dark photon, for m_A' = 3 m_chi and alpha_D = 0.5.

Other numbers: ``line``.
"""

from functools import partial

import numpy as np

from darkrecoil.constraints.computed._line import Line, facts
from darkrecoil.constraints.relic.annihilation import KINDS, kind_of
from darkrecoil.constraints.relic.targets import HEAVIEST, thermal_target

LIGHTEST = 3e-3  # GeV: below, the bath is heated beside the neutrinos
POINTS = 41
REFERENCES = (
    "P. Gondolo, G. Gelmini, Nucl. Phys. B 360 (1991) 145",
    "Planck, Astron. Astrophys. 641 (2020) A6, arXiv:1807.06209",
    "K. Saikawa, S. Shirai, JCAP 05 (2018) 035, arXiv:1803.01038",
)
PEAKS = (0.245, 0.255, 0.262, 0.33, 0.345, 0.36, 0.375, 0.385, 0.4, 0.48, 0.5, 0.51, 0.52)  # GeV: 2 m_chi near the rho, omega and phi


def _target(kind: str, alpha_d: float, ratio: float, mass: float) -> float:
    return thermal_target(kind, mass, alpha_d, ratio)


def line(kind: str, alpha_d: float = 0.5, ratio: float = 3.0, masses: tuple[float, ...] | None = None) -> Line:
    """The target of a kind of dark matter ("dirac", "pseudo-dirac", "majorana", "scalar") for any alpha_D and m_A'/m_chi."""
    some, number = kind_of(kind), f"{alpha_d:g}_{ratio:g}" if (alpha_d, ratio) != (0.5, 3.0) else ""
    weak = {"dirac": ("s-wave annihilation at recombination is excluded by the microwave background, whatever y",)}
    return Line(
        facts(
            "_".join(filter(None, ("thermal", kind.replace("-", "_"), number))), f"Thermal target: {some.title}", some.title, "dark_photon",
            REFERENCES, kind="target", level=None, level_note="a target, not a limit", x="m_chi", y="y",
            convention=f"y = epsilon^2 alpha_D (m_chi/m_A')^4, alpha_D = {alpha_d:g}, m_A' = {ratio:g} m_chi",
            parameters={"alpha_D": alpha_d, "ratio": ratio},
            obtained="Boltzmann equation, thermally averaged cross-section, hadrons by R(s); Omega h^2 = 0.120",
            assumptions=("all of dark matter, thermal freeze-out by chi chi -> A'* -> SM alone", *weak.get(kind, ())),
        ),
        partial(_target, kind, alpha_d, ratio), masses or _masses(),
    )  # fmt: skip


def _masses() -> tuple[float, ...]:
    return tuple(sorted({*(float(m) for m in np.geomspace(LIGHTEST, HEAVIEST, POINTS)), *PEAKS}))


LINES = tuple(line(kind) for kind in KINDS)
