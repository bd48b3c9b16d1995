"""Upsilon(1S) -> gamma a, a unseen, against the coupling of an axion-like particle to photons."""

from darkrecoil.constraints import measurements
from darkrecoil.constraints.computed._line import Line, facts, masses_of
from darkrecoil.constraints.upsilon import limit

LINES = (
    Line(
        facts(
            "babar_upsilon_invisible_alp", "BaBar: Upsilon(1S) -> gamma a, a unseen", r"$\Upsilon\to\gamma a$", "alp",
            tuple(bound.source for bound in measurements.UPSILON), experiment="BaBar", level=0.90, production="Upsilon(1S) -> gamma X",
            final_states=("invisible",), branching_fraction=1.0, obtained="by the virtual photon of the Upsilon; the weakest bound given",
            assumptions=("a decays to dark matter, or outside the detector", "no coupling of a to b quarks"),
        ),
        limit, masses_of("alp", high=9.2),
    ),
)  # fmt: skip
