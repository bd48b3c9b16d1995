"""Every effect of the generator on and off, beside the size that an independent estimate expects.

    uv run python validation/effects.py

Estimates: structure functions by quadrature; the density of a pair's photon by quadrature; 2 E+ E- spreads in quadrature; Delta alpha of
leptons and hadrons by hand; the spin-1/2 algebra of tau pairs (validation/taus.py has more of it).
"""

from collections.abc import Callable

import numpy as np
from scipy.integrate import quad

from darkrecoil.constants import ALPHA_0, M_E, M_MU, M_TAU, SQRT_S
from darkrecoil.generate import api
from darkrecoil.generate.radiation import Choice, structure
from darkrecoil.records import Particles

EVENTS = 200_000
LOGARITHM = np.log(SQRT_S**2 / M_E**2)
B = float(structure.exponent(LOGARITHM))  # of one beam


def events(process: str, radiates: Choice, n: int = EVENTS, detector: str | None = None, spread: bool = True, **more: object) -> Particles:
    """Unweighted events."""
    changes = None if spread or detector is None else {"machine.spread_electron": 0.0, "machine.spread_positron": 0.0}
    return api.sample(process, n, radiates=radiates, detector=detector, changes=changes, store=False, **more)[1].particles


def invariant(p: np.ndarray) -> np.ndarray:
    """Mass squared, GeV^2."""
    return p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)


def share(mask: np.ndarray) -> str:
    """A share with its binomial error."""
    x = np.mean(mask)
    return f"{x:.4f} +- {np.sqrt(max(x * (1 - x), 1e-9) / len(mask)):.4f}"


def beams_below(z1: float, z2: float) -> float:
    """The probability that y1/z1 + y2/z2 < 1 for the fractions y1, y2 that the beams radiate: D x D by quadrature."""

    def density(r: float) -> float:  # of one beam, against r = y^b
        return float(structure.electron(r ** (1 / B), B))

    def inner(r: float) -> float:
        left = z2 * max(1 - r ** (1 / B) / z1, 1e-300)
        return density(r) * quad(density, 1e-300, left**B, epsrel=1e-5)[0]

    return quad(inner, 1e-300, z1**B, epsrel=1e-4, limit=200)[0]


def initial() -> tuple[str, str, str]:
    """Z' of 3 GeV: the rate at recoil masses squared within 0.565 GeV^2 of the Z', the search's window, over that without radiation."""
    plain = api.cross_section("e+ e- -> mu+ mu- Z'", "lmu_ltau", 3.0, 0.1, precision=5e-4)[1].value

    def inside(radiates: Choice) -> str:
        rate = api.cross_section("e+ e- -> mu+ mu- Z'", "lmu_ltau", 3.0, 0.1, precision=1e-3, radiates=radiates)[1].value / plain
        some = events("e+ e- -> mu+ mu- Z'", radiates, model="lmu_ltau", mass=3.0, coupling=0.1)
        pair = some.momentum[:, 0] + some.momentum[:, 1]
        recoil = SQRT_S**2 + invariant(pair) - 2 * SQRT_S * pair[:, 0]
        return f"{rate * np.mean(np.abs(recoil - 9.0) < 0.565):.4f} +- 0.0015"

    # a photon of energy k off the e- moves M^2 by 2 k (E - p_z) of the Z', one off the e+ by 2 k (E + p_z)
    z = events("e+ e- -> mu+ mu- Z'", Choice(), 400, model="lmu_ltau", mass=3.0, coupling=0.1).momentum[:, 2]
    least = 0.565 / (2 * np.stack([z[:, 0] - z[:, 3], z[:, 0] + z[:, 3]]) * SQRT_S / 2)
    return inside(Choice(True)), inside(Choice()), f"{np.mean([beams_below(*pair) for pair in least.T]):.3f}"


def final() -> tuple[str, str, str]:
    """mu mu: pairs that lose more than a tenth of s to their photon."""

    def lost(radiates: Choice) -> str:
        p = events("e+ e- -> mu+ mu-", radiates).momentum
        return share(invariant(p[:, 0] + p[:, 1]) < 0.9 * SQRT_S**2)

    b = 2 * ALPHA_0 / np.pi * (np.log(SQRT_S**2 / M_MU**2) - 1)
    norm = quad(lambda r: 0.5 * (1 + (1 - r ** (1 / b)) ** 2), 0, 1)[0]
    above = quad(lambda z: b * z ** (b - 1) * 0.5 * (1 + (1 - z) ** 2), 0.1, 1)[0]
    return lost(Choice(False, True)), lost(Choice()), f"{above / norm:.4f}"


def spread() -> tuple[str, str, str]:
    """Standard deviation of the e+e- energy at Belle II, MeV."""

    def width(on: bool) -> str:
        some = events("e+ e- -> mu+ mu-", Choice(), 50_000, "belle2", on)
        return f"{1e3 * np.std(np.sqrt(invariant(some.momentum.sum(axis=1)))):.3f}"

    return width(True), width(False), "4.99 (5.13 and 2.375 MeV at 7.004 and 4.002 GeV)"


def vacuum() -> tuple[str, str, str]:
    """sigma(mu mu), nb."""

    def rate(alpha: str) -> str:
        found = api.cross_section("e+ e- -> mu+ mu-", alpha=alpha, precision=3e-4)[1]
        return f"{found.value / 1e6:.4f} +- {found.error / 1e6:.4f}"

    leptons = sum(ALPHA_0 / (3 * np.pi) * (np.log(SQRT_S**2 / m**2) - 5 / 3) for m in (M_E, M_MU, M_TAU))
    hadrons = 0.0010485 + 0.0029431 * np.log(1 + SQRT_S**2)
    return rate("running"), rate("0"), f"{0.776 / (1 - leptons - hadrons) ** 2:.4f}"


def spins() -> tuple[str, str, str]:
    """Tau pairs, both to pi nu: 9 <x y> of the pions' energies in units of their range, in the e+e- frame."""

    def correlation(on: bool) -> str:
        some = events("e+ e- -> tau+ tau-", Choice(), 2 * EVENTS, spin_correlation=on)
        slots = [2 + 2, 2 + 7 + 2]
        both = np.all([(np.abs(some.pid[:, slot]) == 211) & (some.pid[:, slot - 1] == 0) for slot in slots], axis=0)
        energy, top = some.momentum[both][:, slots, 0], SQRT_S / 2
        a, p = (M_TAU**2 + 0.13957**2) / (2 * M_TAU), (M_TAU**2 - 0.13957**2) / (2 * M_TAU)
        x = (energy * M_TAU / top - a) / (p * np.sqrt(1 - (M_TAU / top) ** 2))
        return f"{9 * np.mean(x[:, 0] * x[:, 1]):.3f} +- {3 / np.sqrt(both.sum()):.3f}"

    r = (M_TAU / (SQRT_S / 2)) ** 2  # opposite helicities 4/3, equal ones 2 r/3, of the rate
    return correlation(True), correlation(False), f"{(1 - r / 2) / (1 + r / 2):.4f}"


EFFECTS: dict[str, Callable[[], tuple[str, str, str]]] = {
    "ISR: rate of a 3 GeV Z' in its window": initial,
    "FSR: mu mu below 0.9 s": final,
    "beam spread: sigma(sqrt s), MeV": spread,
    "vacuum polarisation: sigma(mu mu), nb": vacuum,
    "spins: tau tau -> pi pi, 9 <x y>": spins,
}


def main() -> None:
    """Print the table."""
    print(f"{'effect':42s} {'on':>20s} {'off':>20s}   expected on")
    for name, effect in EFFECTS.items():
        on, off, expected = effect()
        print(f"{name:42s} {on:>20s} {off:>20s}   {expected}", flush=True)


if __name__ == "__main__":
    main()
