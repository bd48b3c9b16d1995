"""What is said of a whole scan or a whole plane: global p-values, and constraints with every fact without which they mean nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from darkrecoil.records.arrays import Floats


@dataclass(frozen=True, eq=False)
class LookElsewhere:
    """The global p-value of a scan: positions and local significances (m,), NaN where none; the leading one; what background does.

    By toys with their binomial error (``toys`` with a number, ``failed`` without); by upcrossings of ``level`` sigma, their mean per scan
    and its error; by the sum over neighbouring pairs; and as if the ``hypotheses`` were independent. ``tail`` (l,): P(largest Z >= levels).
    ``global_p`` is by ``method``: toys where enough of them pass, else neighbours.
    """

    positions: Floats
    z: Floats
    leading: int
    local_p: float
    local_z: float
    hypotheses: int
    toys: int
    failed: int
    p_toys: float
    p_toys_error: float
    level: float
    crossings: float
    crossings_error: float
    p_crossings: float
    p_crossings_error: float
    p_neighbours: float
    p_independent: float
    global_p: float
    method: str
    levels: Floats
    tail: Floats
    assumptions: tuple[str, ...]

    @property
    def trials_factor(self) -> float:
        """Global over local p-value."""
        return self.global_p / self.local_p


@dataclass(frozen=True)
class Band:
    """One piece of a plane: x strictly increasing, and at each x the y from ``low`` to ``high``; ``high`` None: without an end.

    A line (a target, the edge of a region) is its ``low``. A region that comes to a tip has low = high there; one that folds
    back is several bands.
    """

    x: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Constraint:
    """What is known of a plane of one model, published or computed: the bands, and every fact without which they mean nothing.

    ``model`` is the model whose coupling ``y`` is; x and y are "mass" and "coupling" of that model (GeV and the coupling's unit) or
    the words of two of its parameters (("m_chi", "y"), ("g_emu", "g_mumu")). ``kind``: "excluded", "favoured" (a band that an anomaly
    asks for) or "target" (a line). ``level`` is the confidence or credibility level, or None with ``level_note`` saying why there is
    none. ``convention`` says how the coupling enters the Lagrangian and what the published number was multiplied or divided by.
    ``production`` is a process with X for the new particle; ``final_states`` are the decays looked for, as branching fractions are
    named, () where none matters; ``branching_fraction`` is what the result assumes for their sum: a number, or None for the
    model's own. ``lifetime``: "any", "prompt" or "displaced"; decays count between these ``lengths`` from the interaction point, cm
    (of "invisible": visible decays beyond the first count as unseen), of X with this ``momentum``, GeV, or that of e+ e- -> gamma X at
    ``sqrt_s``, GeV.
    ``status``: "published" (numbers of the collaboration), "digitised" (read off a figure), "derived" (averages, other conventions),
    "computed" (by this package) or "recall".
    """

    name: str
    title: str
    label: str
    experiment: str
    model: str
    references: tuple[str, ...]
    location: str
    level: float | None
    convention: str
    production: str
    final_states: tuple[str, ...]
    branching_fraction: float | None
    lifetime: str
    obtained: str
    status: str
    bands: tuple[Band, ...]
    level_note: str = ""
    kind: str = "excluded"
    x: str = "mass"
    y: str = "coupling"
    lengths: tuple[float, float] | None = None
    momentum: float | None = None
    sqrt_s: float | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    notes: str = ""
