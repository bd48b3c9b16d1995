"""Flavour violation of a Z' with one coupling g_ij alone: l_i -> l_j X unseen, and muonium. Planes of two couplings: constraints.plane."""

from collections.abc import Iterator
from functools import partial

from darkrecoil import models
from darkrecoil.constraints import flavour, measurements, muonium
from darkrecoil.constraints.computed._line import Line, facts, masses_of

UNSEEN = {"mu- -> e- X": ("g_emu", 0.105), "tau- -> e- X": ("g_etau", 1.6), "tau- -> mu- X": ("g_mutau", 1.6)}  # coupling, highest mass
MODEL = "lfv_zprime"


def _unseen(decay: str, coupling: str, mass: float) -> float | None:
    return flavour.limit(models.find(MODEL), mass, decay, {coupling: 1.0})


def _muonium(mass: float) -> float | None:
    return muonium.limit(models.find(MODEL), mass, {"g_emu": 1.0})


def _lines() -> Iterator[Line]:
    for decay, (coupling, highest) in UNSEEN.items():
        bounds = measurements.bounds_on(decay)
        word = decay.replace("- -> ", "_to_").replace("- X", "_unseen")
        yield Line(
            facts(
                f"{word}_{MODEL}", f"{bounds[0].experiment}: {decay}, X unseen", decay, MODEL, tuple(b.source for b in bounds),
                experiment=bounds[0].experiment, level=bounds[0].level, production=decay, final_states=("invisible",),
                parameters={coupling: 1.0},
                obtained="two-body width, the model's own invisible fraction; the weakest bound that the source gives",
                assumptions=("no dependence of the bound on the mass within the source's range",),
            ),
            partial(_unseen, decay, coupling), masses_of(MODEL, high=highest),
        )  # fmt: skip
    bound = measurements.MUONIUM
    yield Line(
        facts(
            f"muonium_{MODEL}", "MACS: muonium to antimuonium", "muonium", MODEL, (bound.source,), experiment=bound.experiment,
            level=bound.level, production=bound.decay, parameters={"g_emu": 1.0},
            obtained="both channels at tree level between spinors at rest, states mixed by 0.1 T",
            assumptions=("the width of the boson is left out: not within it of 0.105 or 0.106 GeV",),
        ),
        _muonium, masses_of(MODEL),
    )  # fmt: skip


LINES = tuple(_lines())
