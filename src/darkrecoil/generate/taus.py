"""Tau decays of generated events: taus become decayed particles, their products fill new slots.

Taus decay one after the other: the first with the polarisation that the process gives it, the next with that which is left
once the polarimeter vector of the first is known, and so on. The product of these is the joint density: full spin correlation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from darkrecoil import _jit
from darkrecoil._errors import BadValue
from darkrecoil._jit.philox import key
from darkrecoil.amplitudes import machine
from darkrecoil.constants import M_TAU
from darkrecoil.generate import production, sampling
from darkrecoil.generate.decays import driver, tables, tau, three_pions
from darkrecoil.generate.decays.preference import NATURE, Preference, split
from darkrecoil.generate.hard_frame import frame, spin_to_cms, spin_to_lab, to_cms
from darkrecoil.generate.recipe import Recipe
from darkrecoil.generate.sampling import Sampler
from darkrecoil.kinematics.vectors import Four, add
from darkrecoil.records import Floats, Ints, Particles

OUTLINED = (tau.decay, tau._leptonic, tau._meson, tau._rho, tau._three_pions, three_pions.trial)  # branches: compiled apart, called


@dataclass(frozen=True)
class Decays:
    """The compiled kernels of tau decays: the decay itself, and the amplitude machine where the process needs it for its spins.

    Without ``spin`` taus decay as unpolarised ones, each on its own. Modes of a ``preference`` are drawn more often, with less weight.
    """

    run: Callable[..., None]
    amplitude: Callable[..., None] | None = None
    spin: bool = True
    preference: Preference = NATURE


def kernels(recipe: Recipe) -> tuple[_jit.Kernel, ...]:
    """What must be compiled for the decays of a process's taus; nothing if it makes none."""
    if not makes_taus(recipe.pid):
        return ()
    return (kernel(), machine.kernel()) if recipe.spins else (kernel(),)


def decays(runs: Sequence[Callable[..., None]], spin: bool = True, preference: Preference = NATURE) -> Decays | None:
    """The decays of a process whose ``kernels`` are compiled to ``runs``; None if it makes no taus."""
    return Decays(runs[0], runs[1] if len(runs) > 1 else None, spin, preference) if runs else None


def facts(decays: Decays | None) -> tuple[str, ...]:
    """What decayed events depend on: the kernels by their text's hash, and whether spins are kept."""
    if decays is None:
        return ()
    return decays.run.__module__, decays.amplitude.__module__ if decays.amplitude else "", f"spin {decays.spin}", *decays.preference.modes


def kernel() -> _jit.Kernel:
    """The decay's kernel, to be compiled."""
    return _jit.link("generate_taus", driver.taus, driver.SIGNATURE, outlined=OUTLINED)


def makes_taus(pid: Sequence[int]) -> bool:
    """Whether taus are among the PDG codes."""
    return any(abs(code) == 15 for code in pid)


def preferred(recipe: Recipe, toward: Sequence[str]) -> tuple[Preference, tuple[str, ...]]:
    """What is said of tau decays, "tau -> mu, pi", where to generate more events of a process, and the rest, which are cuts.

    BadValue where the process makes no taus; errors as of ``preference.split``.
    """
    found, cuts = split(toward)
    if found.modes and not makes_taus(recipe.pid):
        raise BadValue("there is no tau to decay more often", recipe.process.name, hint="leave that out")
    return found, cuts


def decayed(particles: Particles, sampler: Sampler, sample: str, decays: Decays) -> Particles:
    """The events with every tau decayed by its branching fractions; seven new slots per tau, weights times the decays'."""
    words = key(sampler.seed, sampler.recipe.process.name, sample)
    parents = [slot for slot, pid in enumerate(sampler.recipe.pid) if abs(pid) == 15]
    n, k = particles.pid.shape
    slots = k + tau.SLOTS * len(parents)
    pid, status, mother = (_rows(slots, part.T) for part in (particles.pid, particles.status, particles.mother))
    momentum, weight = np.empty((4 * slots, n)), particles.weight.copy()
    momentum[: 4 * k] = np.moveaxis(particles.momentum, 0, 2).reshape(4 * k, n)
    attempt, polarimeter = particles.attempt.astype(np.uint64), np.zeros((3, n))
    spins = _Spins(particles, sampler, decays) if decays.spin else None
    for i, slot in enumerate(parents):
        new, charge = slice(k + tau.SLOTS * i, k + tau.SLOTS * (i + 1)), -int(np.sign(sampler.recipe.pid[slot]))
        four, out = momentum[4 * slot : 4 * slot + 4], momentum[4 * new.start : 4 * new.stop]
        spin = np.zeros((3, n)) if spins is None else spins.of(slot)
        codes = pid[new], status[new], mother[new]
        decays.run(attempt, np.uint64(slot), charge, four, spin, words, _tables(decays.preference), *codes, out, weight, polarimeter)
        if spins is not None and i + 1 < len(parents):
            spins.decayed(slot, polarimeter)
        mother[new] = np.where(mother[new] < 0, slot, mother[new] + new.start)
        status[slot] = 2
    return replace(
        particles,
        pid=pid.T,
        status=status.T,
        mother=mother.T,
        momentum=np.moveaxis(momentum.reshape(slots, 4, n), 2, 0),
        vertex=np.broadcast_to(np.zeros(1), (n, slots, 4)),
        weight=weight,
    )


class _Spins:
    """What is left of the spins of the taus that have not decayed yet, for each matrix element's events."""

    def __init__(self, particles: Particles, sampler: Sampler, decays: Decays) -> None:
        found = sampling.by_part(sampler, particles.attempt)
        lost = sampling.first_radiated(sampler.recipe)
        self.parts = [(rows, _Part(_packed(particles, rows), recipe, decays, lost)) for recipe, rows in found]

    def of(self, slot: int) -> Floats:
        """The polarisation (3, n) of the next tau in its rest frame as reached from the laboratory."""
        out = np.zeros((3, sum(len(rows) for rows, _ in self.parts)))
        for rows, part in self.parts:
            out[:, rows] = part.of(slot)
        return out

    def decayed(self, slot: int, polarimeter: Floats) -> None:
        """That tau has decayed with these polarimeter vectors (3, n)."""
        for rows, part in self.parts:
            part.decayed(slot, polarimeter[:, rows])


class _Part:
    """The same for the events of one matrix element."""

    def __init__(self, particles: Particles, recipe: Recipe, decays: Decays, radiated: int) -> None:
        own = len(recipe.pid)
        self.lab = [_four(particles.momentum, slot) for slot in range(own)]
        lost = add(*(_four(particles.momentum, radiated + i) for i in range(2))) if recipe.radiation.initial else None
        with np.errstate(invalid="ignore", divide="ignore"):  # attempts without weight may hold anything
            self.frame = frame(self.lab, particles.beams, lost)
            self.tensor = production.tensor(recipe, decays.amplitude, self.frame, particles.pid[:, :own], self.lab)

    def of(self, slot: int) -> Floats:
        """The polarisation (3, n) of the next tau in its rest frame as reached from the laboratory."""
        with np.errstate(invalid="ignore", divide="ignore"):
            found = production.polarisation(self.tensor)
            turned = spin_to_lab(self.frame, to_cms(self.frame, self.lab[slot]), self.lab[slot], M_TAU, found)
        return np.ascontiguousarray(np.nan_to_num(turned))

    def decayed(self, slot: int, polarimeter: Floats) -> None:
        """That tau has decayed with these polarimeter vectors (3, n)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            h = spin_to_cms(self.frame, to_cms(self.frame, self.lab[slot]), self.lab[slot], M_TAU, polarimeter)
            self.tensor = production.observed(self.tensor, h)


def _packed(particles: Particles, rows: Ints) -> Particles:
    """The events of those rows."""
    return particles if len(rows) == len(particles) else replace(particles, momentum=particles.momentum[rows], pid=particles.pid[rows])


def _four(momentum: Floats, slot: int) -> Four:
    return momentum[:, slot, 0], momentum[:, slot, 1], momentum[:, slot, 2], momentum[:, slot, 3]


def _rows(slots: int, first: Ints) -> Ints:
    """(slots, n): the rows given, then zeros."""
    rows = np.zeros((slots, first.shape[1]), dtype=np.int64)
    rows[: len(first)] = first
    return rows


@cache
def _tables(preference: Preference = NATURE) -> Floats:
    return tables.tables(preference)
