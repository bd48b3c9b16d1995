"""The rates of the single-cluster trigger lines of Belle II from generated Bhabha and two-photon events, at full luminosity.

Quoted for 8e35/cm2/s (Physics Book, arXiv:1808.10567, as in a talk of 2019): one cluster of E* > 1 GeV and no second one above
0.3 GeV, 4 kHz in the barrel (lml6) and 7 kHz in the endcaps (lml7, here before its prescale); E* > 2 GeV with the Bhabha veto, 5 kHz
in the barrel (lml1 and the veto). Which line is meant is inferred.

Matrix elements of leading order, without and with radiation of beams and electrons (photons beyond the first), in parts: e e gamma
with a photon of E* > 0.9 GeV in the calorimeter, the electrons anywhere; e e gamma with an electron of E* > 0.9 GeV there and a photon
of E* > 0.5 GeV beside it, on either side; e e without any such photon, radiated ones included; gamma gamma. They overlap at most
where an electron falls into a gap. Electrons count as clusters, for the trigger's calorimeter does not know of tracks.

    uv run python validation/trigger_rates.py [EVENTS]
"""

import sys
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from darkrecoil._jit.philox import key
from darkrecoil.chain.bench import response_only
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.detector.rates import rates
from darkrecoil.generate.api import sample
from darkrecoil.generate.radiation import NOT, Choice
from darkrecoil.records import Floats, Particles

LUMINOSITIES = (6e35, 8e35)
VETOED = "fff"  # its place in the menu is taken
LINES = {"lml6": 4.0, "lml7": 7.0, VETOED: 5.0}  # quoted at 8e35, kHz
NAMES = {"lml6": "barrel, E* > 1", "lml7": "endcaps, E* > 1", VETOED: "barrel, E* > 2, veto"}
RADIATION = {"leading order": NOT, "with radiation": Choice(initial=True, final=True)}
CALORIMETER = (12.4, 155.1)  # deg
INSIDE = ("theta({0}) > 12.4 deg", "theta({0}) < 155.1 deg", "energy_cms({0}) > 0.9")
BESIDE = ("theta(gamma) < 12.4 deg", "theta(gamma) > 155.1 deg")
EEG, ELASTIC, HARD = "e+ e- -> e+ e- gamma", "e+ e- -> e+ e-", "energy_cms(gamma) > 0.5"


def inside(name: str) -> tuple[str, ...]:
    """A particle of E* > 0.9 GeV that points to the calorimeter."""
    return tuple(text.format(name) for text in INSIDE)


PARTS = {
    "e e gamma, photon seen": (EEG, inside("gamma")),
    "e e gamma, e- seen, photon forward": (EEG, (*inside("e-"), HARD, BESIDE[0])),
    "e e gamma, e- seen, photon backward": (EEG, (*inside("e-"), HARD, BESIDE[1])),
    "e e gamma, e+ seen, photon forward": (EEG, (*inside("e+"), HARD, BESIDE[0])),
    "e e gamma, e+ seen, photon backward": (EEG, (*inside("e+"), HARD, BESIDE[1])),
    "e e without those photons": (ELASTIC, ("abs(cos_theta_cms(e-)) < 0.985",)),
    "gamma gamma": ("e+ e- -> gamma gamma", ()),
}


def without_hard_photons(some: Particles, root: Floats) -> Floats:
    """The weights (n,) of events, 0 where a photon of the other parts is there: E* > 0.9 GeV in the calorimeter, > 0.5 GeV beside it."""
    p = some.momentum
    light = (some.pid == 22) & (some.status == 1)
    size = np.sqrt((p[..., 1:] ** 2).sum(axis=-1))
    theta = np.degrees(np.arccos(np.where(light, p[..., 3], 1.0) / np.where(light, size, 1.0)))
    energy = (p[..., 0] * root[0] - (p[..., 1:] * root[1:]).sum(axis=-1)) / np.sqrt(root[0] ** 2 - (root[1:] ** 2).sum())
    inside = (theta > CALORIMETER[0]) & (theta < CALORIMETER[1])
    hard = light & (energy > np.where(inside, 0.9, 0.5))
    return np.where(hard.any(axis=1), 0.0, some.weight)


def part(name: str, radiates: Choice, events: int, response: compiled.Response, root: Floats) -> Mapping[str, tuple[float, float]]:
    """Rate and error at 1e35/cm2/s, kHz, of each line from one part."""
    process, cuts = PARTS[name]
    made = sample(process, events, cuts=cuts, weighted=True, detector="belle2", radiates=radiates, jobs=2, store=False)[1].particles
    if process == ELASTIC and radiates is not NOT:
        made = replace(made, weight=without_hard_photons(made, root))
    seen = compiled.simulate(made, response, key(1, name, "user"), tuple(LINES))
    found, scale = rates(seen, 1e35), {line: p.value / 1e3 for line, p in response.card.prescales.items()}
    return {line: (found[line].rate * scale.get(line, 1e-3), found[line].rate_error * scale.get(line, 1e-3)) for line in LINES}


def main() -> None:
    """Print the rates of each part and their sums beside the quoted ones."""
    events = int(sys.argv[1]) if len(sys.argv) == 2 else 400_000
    veto = {f"lines.{VETOED}": "clusters[E* >= 2, id 4-14] >= 1 and not bhabha"}
    card = cards.loaded("belle2", "design", veto)
    response, root = replace(response_only(card, 2), card=card), np.array(cards.total_momentum(card.beams))
    for title, radiates in RADIATION.items():
        total = dict.fromkeys(LINES, (0.0, 0.0))
        print(f"{title}, kHz at 1e35/cm2/s{'':12s}" + "".join(f"{NAMES[line]:>24s}" for line in LINES))
        for name in PARTS:
            found = part(name, radiates, events, response, root)
            total = {line: (total[line][0] + rate, np.hypot(total[line][1], error)) for line, (rate, error) in found.items()}
            print(f"{name:40s}" + "".join(f"{rate:14.3f} +- {error:6.3f}" for rate, error in found.values()), flush=True)
        for luminosity in LUMINOSITIES:
            print(
                f"sum at {luminosity:g}/cm2/s{'':21s}"
                + "".join(f"{luminosity / 1e35 * r:14.2f} +- {luminosity / 1e35 * e:6.2f}" for r, e in total.values())
            )
        print(f"{'quoted at 8e35/cm2/s':40s}" + "".join(f"{quoted:24g}" for quoted in LINES.values()), flush=True)


if __name__ == "__main__":
    main()
