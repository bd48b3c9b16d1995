"""The plane of two couplings of a flavour-violating Z', g_emu and g_mumu, at one mass: decays of the muon, magnetic moments, colliders.

Decays by loops limit products, g_emu g_mumu; the rates of a collider go with one coupling squared, so that their regions are bounded by
lines of one coupling each.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from darkrecoil import models
from darkrecoil._errors import BadValue
from darkrecoil.constraints import flavour, measurements, moments, muonium
from darkrecoil.records import Band, Constraint

LOW, HIGH, POINTS = 1e-7, 3.0, 61
SMALL = 1e-3  # a coupling whose part of the width is nothing beside that of g_chi
X, Y = "g_emu", "g_mumu"
TEX = {"e": "e", "mu": r"\mu"}
TEMPLATE = Constraint(
    name="", title="", label="", experiment="", model="lfv_zprime", references=(), location="", level=0.90,
    convention="L = Z'_mu [g_emu (ebar gamma^mu mu + h.c.) + g_mumu mubar gamma^mu mu], the common factor of the model set to 1",
    production="", final_states=(), branching_fraction=None, lifetime="any",
    obtained="computed from the bound on the branching fraction, one loop, all masses kept", status="computed", bands=(), x=X, y=Y,
)  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """A collider's limits at the mass of the plane: on g_emu, on g_mumu, None without one; and the facts of a record."""

    name: str
    label: str
    experiment: str
    references: tuple[str, ...]
    level: float
    g_emu: float | None = None
    g_mumu: float | None = None
    assumptions: tuple[str, ...] = ()
    title: str = ""


def lfv_plane(mass: float, parameters: Mapping[str, float] | None = None, colliders: Iterable[Reach] = ()) -> tuple[Constraint, ...]:
    """The regions of (g_emu, g_mumu) of lfv_zprime at a mass in GeV; further couplings, g_ee for instance, by ``parameters``.

    mu -> e gamma, mu -> 3e, mu -> e X where it is open, muonium, (g-2)_e and (g-2)_mu, and each collider's. BadValue for a mass outside
    the model's range or a parameter that spans the plane.
    """
    given = dict(parameters or {})
    if taken := {X, Y} & given.keys():
        raise BadValue("a coupling that spans the plane is no parameter", ", ".join(sorted(taken)))
    models.check(models.find("lfv_zprime"), mass, 1.0, given)
    found = [_decay(mass, given, decay) for decay in ("mu- -> e- gamma", "mu- -> e- e- e+")]
    found += [_alone(mass, given, "mu- -> e- X"), _alone(mass, given, measurements.MUONIUM.decay)]
    found += [_moment(mass, given, lepton) for lepton in ("e", "mu")]
    found += [region for reach in colliders for region in _reach(mass, reach)]
    return tuple(region for region in found if region.bands)


def _axis() -> list[float]:
    return [float(g) for g in np.geomspace(LOW, HIGH, POINTS)]


def _outside(allowed: Callable[[float], tuple[float, float] | None]) -> tuple[Band, ...]:
    """What lies outside the allowed g_mumu, (least, most) for each g_emu, None where there are none: bands above and bands below."""
    ends = [(x, allowed(x)) for x in _axis()]
    above = [(x, max(end[1], LOW) if end else LOW) for x, end in ends if not end or end[1] < HIGH]
    below = [(x, min(end[0], HIGH)) for x, end in ends if end and end[0] > LOW]
    bands = [Band(tuple(x for x, _ in run), tuple(y for _, y in run)) for run in _runs(above)]
    return (*bands, *(Band(tuple(x for x, _ in run), (LOW,) * len(run), tuple(y for _, y in run)) for run in _runs(below)))


def _runs(points: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Points of neighbouring g_emu together, two at least."""
    axis, found = _axis(), list[list[tuple[float, float]]]()
    for x, y in points:
        if found and axis.index(x) == axis.index(found[-1][-1][0]) + 1:
            found[-1].append((x, y))
        else:
            found.append([(x, y)])
    return [run for run in found if len(run) > 1]


def _decay(mass: float, given: dict[str, float], decay: str) -> Constraint:
    """Where a decay is too frequent: its branching fraction is g_emu^2 times a quadratic of g_mumu, which three numbers give."""
    model, (bound,) = models.find("lfv_zprime"), measurements.bounds_on(decay)
    small = SMALL if not given.get("g_ee") else min(SMALL, given["g_ee"])

    def rate(mumu: float) -> float:
        return flavour.branching_fraction(model, mass, 1.0, decay, {**given, X: SMALL, Y: mumu}) / SMALL**2

    zero, one, two = rate(0.0), rate(small), rate(2 * small)
    second = (two - 2 * one + zero) / (2 * small**2)
    first = (one - zero) / small - second * small

    def allowed(emu: float) -> tuple[float, float] | None:
        root = first**2 - 4 * second * (zero - bound.value / emu**2)
        return None if root < 0 else ((-first - root**0.5) / (2 * second), (-first + root**0.5) / (2 * second))

    return _region(mass, given, decay, bound, _outside(allowed))


def _alone(mass: float, given: dict[str, float], decay: str) -> Constraint:
    """A limit on g_emu alone: all g_mumu beyond it."""
    model, unit = models.find("lfv_zprime"), {**given, X: 1.0}
    bound = next((b for b in measurements.bounds_on(decay) if b.masses[0] <= mass <= b.masses[1]), measurements.bounds_on(decay)[0])
    limit = muonium.limit(model, mass, unit) if bound is measurements.MUONIUM else flavour.limit(model, mass, decay, unit)
    return _region(mass, given, decay, bound, _beyond(limit))


def _beyond(limit: float | None) -> tuple[Band, ...]:
    return (Band((max(limit, LOW), HIGH), (LOW, LOW)),) if limit is not None and limit < HIGH else ()


def _moment(mass: float, given: dict[str, float], lepton: str) -> Constraint:
    """Where a + b g_emu^2 + c g_mumu^2 is further from the measurement than may be."""
    model, shift = models.find("lfv_zprime"), measurements.shift_of(lepton)
    low, high = moments.allowed(lepton)

    def part(**some: float) -> float:
        off = {"g_ee": 0.0, "g_mumu": 0.0, "g_emu": 0.0, "g_etau": 0.0, "g_mutau": 0.0, "g_tautau": 0.0}
        try:
            return models.anomalous_moment(model, mass, 1.0, lepton, {**off, **some})
        except BadValue:
            return 0.0  # the muon decays to the boson: see mu -> e X

    rest, b, c = part(**{k: v for k, v in given.items() if k.startswith("g_") and k != "g_chi"}), part(g_emu=1.0), part(g_mumu=1.0)

    def allowed(emu: float) -> tuple[float, float] | None:
        ends = low - rest - b * emu**2, high - rest - b * emu**2
        if not c:
            return (0.0, inf) if ends[0] <= 0 <= ends[1] else None
        least, most = sorted(end / c for end in ends)
        return None if most < 0 else (max(least, 0.0) ** 0.5, most**0.5)

    name = f"a_{lepton}_lfv_plane"
    title, label = f"(g-2) of the {'electron' if lepton == 'e' else 'muon'}: {shift.title}", rf"$(g-2)_{{{TEX[lepton]}}}$"
    obtained = "computed, one loop, all masses kept; CLs for a shift of one sign"
    return replace(
        TEMPLATE, name=name, title=title, label=label, experiment=shift.title, references=(shift.source,), location="computed",
        level=0.95, obtained=obtained, bands=_outside(allowed), parameters={"mass": mass, **given},
    )  # fmt: skip


def _region(mass: float, given: dict[str, float], decay: str, bound: measurements.Bound, bands: tuple[Band, ...]) -> Constraint:
    word = decay.replace(" -> ", "_to_").replace("+", "p").replace("-", "").replace(" ", "_")
    weak = "the photon's charge radius and kinetic mixing, which a heavier theory sets, are left out"
    return replace(
        TEMPLATE, name=f"{word}_lfv_plane", title=f"{bound.experiment}: {decay}, below {bound.value:.3g}", label=decay,
        experiment=bound.experiment, references=(bound.source,), location="upper limit on the branching fraction", level=bound.level,
        production=decay, bands=bands, parameters={"mass": mass, **given}, assumptions=(weak,) if decay.count("e-") == 2 else (),
    )  # fmt: skip


def _reach(mass: float, reach: Reach) -> Iterable[Constraint]:
    template = replace(
        TEMPLATE, title=reach.title or reach.label, label=reach.label, experiment=reach.experiment, references=reach.references,
        level=reach.level, parameters={"mass": mass}, obtained="a limit on one coupling, whatever the other is",
        assumptions=reach.assumptions, production="e+ e- -> l l X",
    )  # fmt: skip
    if reach.g_emu is not None:
        yield replace(template, name=f"{reach.name}_{X}", bands=_beyond(reach.g_emu))
    if reach.g_mumu is not None and reach.g_mumu < HIGH:
        yield replace(template, name=f"{reach.name}_{Y}", bands=(Band((LOW, HIGH), (reach.g_mumu, reach.g_mumu)),))
