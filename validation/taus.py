"""Spins of tau pairs, on and off, beside what they should be; visible spectra beside Pythia 8's.

    uv run --group bench python validation/taus.py [EVENTS]

EVENTS of Pythia 8 (20000 if left out, three minutes; 0: none). At 10.58 GeV, tree level, no radiation. Ours: 1.6e6 pairs, 4e5 of a scalar.

- pi pi energy correlation: 9 <x y> of pion pairs, x and y the cosines to the own tau's flight. Expected: (1 - r/2)/(1 + r/2), r = (m/E)^2.
- rho rho acoplanarity: <cos phi* sign(y+ y-)>, phi* between the planes of pi pi0 in the rest frame of both rhos, y = (E_pi - E_pi0)/E_rho;
  for pairs from a photon, a scalar and a pseudoscalar. Expected: flat phase space times Dirac traces, written in tests/tau_events.py.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import chi2

from darkrecoil import _jit
from darkrecoil.amplitudes.theory import Term, Theory
from darkrecoil.constants import M_PI, M_PI0, M_TAU, SQRT_S, alpha_scheme
from darkrecoil.generate import beams as optics
from darkrecoil.generate import sampling, taus
from darkrecoil.generate.recipe import Recipe, parse, recipe
from darkrecoil.generate.theory import theory
from darkrecoil.generate.tree import for_spins, tree

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from tau_events import boost, dot, flat, form_factor, polarised_square, square

SEED, POINTS = 1, 400_000
BLOCKS = {"photon": 200, "scalar": 50, "pseudoscalar": 50}  # of 8192 attempts
E, MU, PI, RHO, THREE, OTHER = range(6)
Array = np.ndarray
R = (2 * M_TAU / SQRT_S) ** 2


@dataclass(frozen=True)
class Taus:
    """Decayed pairs in the e+e- frame: of tau- and tau+ the kind (2, n), momenta (2, n, 4) of tau, charged particle, pi0, all visible."""

    kind: Array
    tau: Array
    charged: Array
    neutral: Array
    visible: Array
    weight: Array

    def where(self, mask: Array) -> "Taus":
        """The pairs of a mask."""
        parts = (self.tau, self.charged, self.neutral, self.visible)
        return Taus(self.kind[:, mask], *(p[:, mask] for p in parts), self.weight[mask])


# Ours


def contact(letters: str) -> Recipe:
    """e+e- -> tau+ tau- by a contact term alone: what a heavy scalar or pseudoscalar does."""
    some = Theory(theory(alpha_scheme("0")).lines, (Term(("tau", "tau", "e", "e"), letters, 1e-3, 1e-3),))
    process = parse("e+ e- -> tau- tau+")
    made = tree(process, some)
    return Recipe(process, made.alternatives[0].pid, alpha_scheme("0"), SQRT_S, made, spins=for_spins(process, some))


PROCESSES: dict[str, Callable[[], Recipe]] = {
    "photon": lambda: recipe("e+ e- -> tau+ tau-", alpha_scheme("0"), SQRT_S),
    "scalar": lambda: contact("SS"),
    "pseudoscalar": lambda: contact("PP"),
}


def ours(name: str, spin: bool, blocks: int) -> Iterator[Taus]:
    """Our decayed pairs, block by block."""
    made = PROCESSES[name]()
    own, later = sampling.kernels(made), taus.kernels(made)
    runs = _jit.load([*own, *later])
    sampler = sampling.trained(made, runs[: len(own)], optics.head_on(SQRT_S), SEED)
    decays = taus.decays(runs[len(own) :], spin)
    for block in range(0, blocks, 10):
        some = taus.decayed(sampling.particles(sampler, "validation", block, 10), sampler, "validation", decays)
        yield _pairs(some.pid, some.momentum, some.weight)


def _pairs(pid: Array, p: Array, weight: Array) -> Taus:
    """Seven slots per tau: neutrino, hadron, then what is seen."""
    sides = [_side(pid[:, first : first + 7], p[:, first : first + 7]) for first in (2, 9)]
    return Taus(*(np.stack(part) for part in zip(*((k, p[:, i], *rest) for i, (k, *rest) in enumerate(sides)), strict=True)), weight)


def _side(pid: Array, p: Array) -> tuple[Array, Array, Array, Array]:
    hadron, first = np.abs(pid[:, 1]), np.abs(pid[:, 2])
    kind = np.full(len(pid), OTHER)
    kind[first == 11], kind[first == 13], kind[(first == 211) & (hadron == 0)] = E, MU, PI
    kind[hadron == 213], kind[hadron == 20213] = RHO, THREE
    seen = p[:, 2:].sum(axis=1) - np.where((kind <= MU)[:, None], p[:, 3], 0.0)
    return kind, p[:, 2], p[:, 3] + p[:, 4], seen


def joined(parts: Iterator[Taus]) -> Taus:
    """All parts one after the other."""
    some = list(parts)
    arrays = [np.concatenate([getattr(s, name) for s in some], axis=1) for name in ("kind", "tau", "charged", "neutral", "visible")]
    return Taus(*arrays, np.concatenate([s.weight for s in some]))


# Pythia 8


def pythia(events: int) -> Taus | None:
    """The same of Pythia 8 with its hadronic currents and spins; None if it is not installed."""
    try:
        import pythia8mc
    except ImportError:
        return None
    made = pythia8mc.Pythia("", False)
    for line in (
        "Print:quiet = on", "Beams:idA = 11", "Beams:idB = -11", f"Beams:eCM = {SQRT_S}", "WeakSingleBoson:ffbar2gmZ = on",
        "23:onMode = off", "23:onIfAny = 15", "PDF:lepton = off", "PartonLevel:ISR = off", "PartonLevel:FSR = off", "111:mayDecay = off",
        f"15:m0 = {M_TAU}", "15:onMode = off", "15:onIfMatch = 16 11 -12", "15:onIfMatch = 16 13 -14", "15:onIfMatch = 16 -211",
        "15:onIfMatch = 16 111 -211", "15:onIfMatch = 16 111 111 -211", "15:onIfMatch = 16 -211 -211 211", "Random:setSeed = on",
        f"Random:seed = {SEED}",
    ):  # fmt: skip
        made.readString(line)
    made.init()
    rows = [[_of_pythia(made.event, code) for code in (15, -15)] for _ in range(events) if made.next()]
    sides = [[np.array(part) for part in zip(*(row[i] for row in rows), strict=True)] for i in (0, 1)]
    return Taus(*(np.stack([a, b]) for a, b in zip(*sides, strict=True)), np.ones(len(rows)))


def _of_pythia(event, code: int) -> tuple[int, Array, Array, Array, Array]:
    tau = next(
        i for i in range(event.size()) if event[i].id() == code and event[i].daughter1() > 0 and event[event[i].daughter1()].id() != code
    )
    found = [event[i] for i in range(event[tau].daughter1(), event[tau].daughter2() + 1)]
    seen = [p for p in found if abs(p.id()) not in (12, 14, 16)]
    names = sorted(abs(p.id()) for p in seen)
    kinds = {(11,): E, (13,): MU, (211,): PI, (111, 211): RHO}
    charged = [_four(p) for p in seen if p.isCharged()]
    neutral = [_four(p) for p in seen if p.id() == 111] or [np.zeros(4)]
    return kinds.get(tuple(names), THREE), _four(event[tau]), charged[0], neutral[0], sum(_four(p) for p in seen)


def _four(p) -> Array:
    return np.array([p.e(), p.px(), p.py(), p.pz()])


# Quantities


def correlation(some: Taus) -> tuple[float, float, int]:
    """9 <x y> of pion pairs, its error, and their number; x from the pion's energy."""
    pions = some.where((some.kind == PI).all(axis=0))
    gamma, energy, size = SQRT_S / 2 / M_TAU, (M_TAU**2 + M_PI**2) / (2 * M_TAU), (M_TAU**2 - M_PI**2) / (2 * M_TAU)
    x, y = (pions.charged[:, :, 0] - gamma * energy) / (np.sqrt(gamma**2 - 1) * size)
    return _mean(9 * x * y, pions.weight)


def acoplanarity(some: Taus) -> tuple[float, float, int]:
    """<cos phi* sign(y+ y-)> of rho pairs, its error, and their number."""
    rhos = some.where((some.kind == RHO).all(axis=0))
    return _mean(_acoplanarity(rhos.charged, rhos.neutral), rhos.weight)


def _acoplanarity(charged: Array, neutral: Array) -> Array:
    total = (charged + neutral).sum(axis=0)
    back, mass = total * [1, -1, -1, -1], np.sqrt(square(total))
    normals = [np.cross(boost(c, back, mass)[:, 1:], boost(n, back, mass)[:, 1:]) for c, n in zip(charged, neutral, strict=True)]
    cosine = np.sum(normals[0] * normals[1], axis=1) / np.prod([np.linalg.norm(n, axis=1) for n in normals], axis=0)
    y = (charged[:, :, 0] - neutral[:, :, 0]) / (charged[:, :, 0] + neutral[:, :, 0])
    return cosine * np.sign(y[0] * y[1])


def _mean(values: Array, weight: Array) -> tuple[float, float, int]:
    mean = np.average(values, weights=weight)
    return float(mean), float(np.sqrt(np.sum((weight * (values - mean)) ** 2)) / weight.sum()), len(values)


def expected_acoplanarity(name: str) -> tuple[float, float, int]:
    """The same by flat phase space, Dirac traces and the spins of a pair in closed form: nothing of the package's decays enters."""
    rng = np.random.default_rng(7)
    c = rng.uniform(-1, 1, POINTS)
    weight, charged, neutral, h = np.ones(POINTS), [], [], []
    for sign, seed in ((1, 11), (-1, 12)):
        (pion, pi0, nu), volume = flat(M_PI, M_PI0, 0.0, POINTS, seed)
        j = pion - pi0 - (dot(pion + pi0, pion - pi0) / square(pion + pi0))[:, None] * (pion + pi0)
        j = form_factor(square(pion + pi0))[:, None] * j
        plain = polarised_square(-sign, nu, j, (0, 0, 0))
        h.append(np.stack([polarised_square(-sign, nu, j, axis) / plain - 1 for axis in np.eye(3)]))
        weight = weight * volume * plain
        energy, p = SQRT_S / 2, np.sqrt(SQRT_S**2 / 4 - M_TAU**2)
        tau = np.broadcast_to([energy, 0.0, 0.0, sign * p], (POINTS, 4))
        charged.append(boost(pion, tau, M_TAU))
        neutral.append(boost(pi0, tau, M_TAU))
    spins = _spins(name, c)
    weight = weight * (spins[0, 0] + np.einsum("in,ijn,jn->n", h[0], spins[1:, 1:], h[1]))
    return _mean(_acoplanarity(np.stack(charged), np.stack(neutral)), weight)


def _spins(name: str, c: Array) -> Array:
    """T (4, 4, n), z along tau-: of a photon at cos theta = c; of 3P0 and 1S0."""
    out, s2 = np.zeros((4, 4, len(c))), 1 - c * c
    out[0, 0] = 1.0
    if name == "photon":
        out[0, 0], out[1, 1], out[2, 2], out[3, 3] = 1 + c * c + R * s2, (1 + R) * s2, (R - 1) * s2, 1 + c * c - R * s2
        out[1, 3] = out[3, 1] = 2 * np.sqrt(R * s2) * c
    else:
        out[1, 1] = out[2, 2] = 1.0 if name == "scalar" else -1.0
        out[3, 3] = -1.0
    return out


VARIABLES: dict[str, tuple[tuple[int, ...], Callable[[Taus, int], Array]]] = {
    "energy of e": ((E,), lambda t, i: t.visible[i, :, 0]),
    "energy of mu": ((MU,), lambda t, i: t.visible[i, :, 0]),
    "energy of pi": ((PI,), lambda t, i: t.visible[i, :, 0]),
    "energy of rho": ((RHO,), lambda t, i: t.visible[i, :, 0]),
    "mass of rho": ((RHO,), lambda t, i: np.sqrt(square(t.visible[i]))),
    "pi share of rho's energy": ((RHO,), lambda t, i: t.charged[i, :, 0] / t.visible[i, :, 0]),
    "energy of 3 pi": ((THREE,), lambda t, i: t.visible[i, :, 0]),
    "mass of 3 pi": ((THREE,), lambda t, i: np.sqrt(square(t.visible[i]))),
}


def spectra(ours_: Taus, theirs: Taus) -> Iterator[tuple[str, float, int]]:
    """chi^2 and degrees of freedom by spectrum, of both charges; then of pairs."""
    for name, (kinds, value) in VARIABLES.items():
        one, other = (_of_both(t, kinds, value) for t in (ours_, theirs))
        yield (name, *compare(*one, *other))
    one, other = (t.where((t.kind <= RHO).all(axis=0)) for t in (ours_, theirs))
    yield ("acollinearity of e, mu, pi, rho", *compare(_acollinearity(one), one.weight, _acollinearity(other), other.weight))
    one, other = (t.where((t.kind == PI).all(axis=0)) for t in (ours_, theirs))
    yield ("sum of the energies of pi pi", *compare(_energies(one), one.weight, _energies(other), other.weight, 10))
    one, other = (t.where((t.kind == RHO).all(axis=0)) for t in (ours_, theirs))
    yield ("sum of the energies of rho rho", *compare(_energies(one), one.weight, _energies(other), other.weight))


def _energies(some: Taus) -> Array:
    return np.asarray(some.visible[:, :, 0].sum(axis=0))


def _of_both(some: Taus, kinds: tuple[int, ...], value: Callable[[Taus, int], Array]) -> tuple[Array, Array]:
    masks = [np.isin(some.kind[i], kinds) for i in (0, 1)]
    return np.concatenate([value(some, i)[masks[i]] for i in (0, 1)]), np.concatenate([some.weight[m] for m in masks])


def _acollinearity(some: Taus) -> Array:
    a, b = some.visible[:, :, 1:]
    return np.pi - np.arccos(np.clip(np.sum(a * b, axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1), -1, 1))


def compare(a: Array, wa: Array, b: Array, wb: Array, bins: int = 20) -> tuple[float, int]:
    """chi^2 of two shapes in bins of equal content of the second."""
    edges = np.quantile(b, np.linspace(0, 1, bins + 1))
    edges[0], edges[-1] = min(a.min(), b.min()), max(a.max(), b.max())
    ha, hb = (np.histogram(x, edges, weights=w / w.sum())[0] for x, w in ((a, wa), (b, wb)))
    va, vb = (np.histogram(x, edges, weights=(w / w.sum()) ** 2)[0] for x, w in ((a, wa), (b, wb)))
    return float(((ha - hb) ** 2 / (va + vb)).sum()), bins - 1


def shown(found: tuple[float, float, int]) -> str:
    """A mean with its error."""
    return f"{found[0]:8.4f} +- {found[1]:.4f}"


def main() -> None:
    """Print the tables."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    theirs = pythia(events) if events else None
    made = {(name, spin): joined(ours(name, spin, BLOCKS[name])) for name in PROCESSES for spin in (True, False)}
    print(f"{'':34s} {'on':>18s} {'off':>18s} {'expected':>18s} {'Pythia 8':>18s}")
    on, off = (shown(correlation(made["photon", spin])) for spin in (True, False))
    peer = shown(correlation(theirs)) if theirs else "-"
    print(f"{'pi pi energies, photon':34s} {on:>18s} {off:>18s} {(1 - R / 2) / (1 + R / 2):18.4f} {peer:>18s}")
    for name in PROCESSES:
        on, off = (shown(acoplanarity(made[name, spin])) for spin in (True, False))
        peer = shown(acoplanarity(theirs)) if theirs and name == "photon" else "-"
        print(f"{'rho rho acoplanarity, ' + name:34s} {on:>18s} {off:>18s} {shown(expected_acoplanarity(name)):>18s} {peer:>18s}")
    if theirs is None:
        print("no spectra: Pythia 8 is not installed, or no events were asked for")
        return
    print(f"\n{'shape against Pythia 8':34s} {'on':>12s} {'p':>8s} {'off':>12s} {'p':>8s}")
    for (name, x, n), (_, y, _) in zip(*(spectra(made["photon", spin], theirs) for spin in (True, False)), strict=True):
        print(f"{name:34s} {x:9.1f}/{n} {chi2.sf(x, n):8.3f} {y:9.1f}/{n} {chi2.sf(y, n):8.3f}")


if __name__ == "__main__":
    main()
