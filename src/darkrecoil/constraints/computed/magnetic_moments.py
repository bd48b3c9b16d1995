"""(g-2) of the muon and of the electron: limits on each model by the newest numbers, bands by older ones."""

from collections.abc import Iterator
from functools import partial

from darkrecoil import models
from darkrecoil.constraints import measurements, moments
from darkrecoil.constraints.computed._line import Line, facts, masses_of
from darkrecoil.records import Constraint

MODELS = {"mu": ("dark_photon", "lmu_ltau", "b_minus_l", "muonphilic_scalar", "leptophilic_scalar"), "e": ("dark_photon", "b_minus_l")}
BANDS = ("2019", "2021")  # muon: where a shift was asked for
OBTAINED = "one loop, all masses kept; CLs (= Bayes, flat prior) for a shift of one sign"


def _limit(model: str, lepton: str, mass: float) -> float | None:
    return moments.limit(models.find(model), mass, lepton)


def _favoured(model: str, preset: str, mass: float) -> tuple[float, float] | None:
    return moments.favoured(models.find(model), mass, "mu", preset)


def _facts(model: str, lepton: str, preset: str, kind: str) -> Constraint:
    shift, word = measurements.shift_of(lepton, preset), "muon" if lepton == "mu" else "electron"
    tex = r"\mu" if lepton == "mu" else "e"
    label = f"$(g-2)_{tex}$" if kind == "excluded" else f"$(g-2)_{tex}$ of {preset}"
    ending = "" if kind == "excluded" else f"_{preset}"
    return facts(
        f"a_{lepton}{ending}_{model}", f"(g-2) of the {word}: {shift.title}, {shift.value:.3g} +- {shift.error:.2g}", label,
        model, (shift.source,), experiment=shift.title, kind=kind, level=0.95 if kind == "excluded" else 0.9545,
        obtained=OBTAINED if kind == "excluded" else "one loop, all masses kept; couplings within two standard errors",
        assumptions=(f"the shift's number: {shift.status}",), notes="The Standard Model's prediction has moved: see the presets.",
    )  # fmt: skip


def _lines() -> Iterator[Line]:
    for lepton, names in MODELS.items():
        for model in names:
            yield Line(_facts(model, lepton, measurements.DEFAULT[lepton], "excluded"), partial(_limit, model, lepton), masses_of(model))
    for model in MODELS["mu"]:
        for preset in BANDS:
            yield Line(_facts(model, "mu", preset, "favoured"), partial(_favoured, model, preset), masses_of(model))


LINES = tuple(_lines())
