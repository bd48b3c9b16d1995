"""The rates of the single-cluster trigger lines of Belle II from generated Bhabha and two-photon events, at full luminosity.

Quoted for 8e35/cm2/s (Physics Book, arXiv:1808.10567, as in a talk of 2019): one cluster of E* > 1 GeV and no second one above
0.3 GeV, 4 kHz in the barrel (lml6) and 7 kHz in the endcaps (lml7, here before its prescale). Which line is meant is inferred.

Leading order, in parts that overlap at most where an electron falls into a gap: e e gamma with a photon of E* > 0.9 GeV in the
calorimeter, the electrons anywhere; e e gamma with an electron of E* > 0.9 GeV there and a photon of E* > 0.5 GeV beside it, on
either side; elastic e e; gamma gamma.
Electrons count as clusters, for the trigger's calorimeter does not know of tracks.

uv run python validation/trigger_rates.py
"""

import numpy as np

from darkrecoil._jit.philox import key
from darkrecoil.chain.bench import response_only
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.detector.rates import rates
from darkrecoil.generate.api import sample

LUMINOSITY = 8e35
LINES = {"lml6": 4.0, "lml7": 7.0}  # quoted, kHz
INSIDE = ("theta({0}) > 12.4 deg", "theta({0}) < 155.1 deg", "energy_cms({0}) > 0.9")
BESIDE = ("theta(gamma) < 12.4 deg", "theta(gamma) > 155.1 deg")
EEG, HARD = "e+ e- -> e+ e- gamma", "energy_cms(gamma) > 0.5"


def inside(name: str) -> tuple[str, ...]:
    """A particle of E* > 0.9 GeV that points to the calorimeter."""
    return tuple(text.format(name) for text in INSIDE)


PARTS = {
    "e e gamma, photon seen": (EEG, inside("gamma")),
    "e e gamma, e- seen, photon forward": (EEG, (*inside("e-"), HARD, BESIDE[0])),
    "e e gamma, e- seen, photon backward": (EEG, (*inside("e-"), HARD, BESIDE[1])),
    "e e gamma, e+ seen, photon forward": (EEG, (*inside("e+"), HARD, BESIDE[0])),
    "e e gamma, e+ seen, photon backward": (EEG, (*inside("e+"), HARD, BESIDE[1])),
    "elastic e e": ("e+ e- -> e+ e-", ("abs(cos_theta_cms(e-)) < 0.985",)),
    "gamma gamma": ("e+ e- -> gamma gamma", ()),
}


def main() -> None:
    """Print the rates of each part and their sum, kHz, beside the quoted ones."""
    card = cards.load("belle2", "design")
    response, total = response_only(card, 2), dict.fromkeys(LINES, 0.0)
    for name, (process, cuts) in PARTS.items():
        _, made = sample(process, 400_000, cuts=cuts, weighted=True, detector="belle2", jobs=2, store=False)
        seen = compiled.simulate(made.particles, response, key(1, name, "user"), tuple(LINES))
        found, shown = rates(seen, LUMINOSITY), []
        for line in LINES:
            scale = (card.prescales[line].value if line in card.prescales else 1) / 1e3
            total[line] += found[line].rate * scale
            shown.append(f"{line} {found[line].rate * scale:6.3f} +- {found[line].rate_error * scale:5.3f} kHz")
        print(f"{name:36s} {np.sum(seen.weight) / seen.attempts / 1e6:9.3f} nb   {'   '.join(shown)}", flush=True)
    for line, quoted in LINES.items():
        print(f"{line}: {total[line]:.2f} kHz in all, quoted {quoted:g}")


if __name__ == "__main__":
    main()
