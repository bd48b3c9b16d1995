"""The share of mu mu Z' that the two-track line sees, and of e mu Z' that the calorimeter's energy line sees: geometry and kinematics.

Beside the trigger efficiencies of Belle II's data of 2018 (arXiv:1912.11276): 0.79 for two tracks in the drift chamber, 0.96 for 1 GeV in
the calorimeter. Those are plateaus of events that are selected offline, measured on data: what is printed is what geometry and
thresholds alone leave, of all events and of those with two tracks in the offline region, opening by more than 90 degrees.

    uv run python validation/trigger_geometry.py
"""

import numpy as np

from darkrecoil._jit.philox import key
from darkrecoil.chain.bench import response_only
from darkrecoil.detector import card as cards
from darkrecoil.detector import compiled
from darkrecoil.generate.api import sample
from darkrecoil.records import Bools, Events

CASES = (  # process, model, its parameters, cuts, line, measured
    ("e+ e- -> mu+ mu- Z'", "lmu_ltau", {}, (), "ffo", 0.79),
    ("e+ e- -> e- mu+ Z'", "lfv_zprime", {"g_emu": 0.1}, ("abs(cos_theta_cms(e-)) < 0.985",), "hie", 0.96),
)
MASSES = (0.5, 2.0, 4.0, 6.0, 8.0)


def offline(events: Events) -> Bools:
    """Events with two opposite tracks at 37 to 120 degrees, pT above 0.15 GeV, opening by 90 to 172 degrees in azimuth."""
    some = events.objects["track"]
    pt = np.hypot(some["px"], some["py"])
    theta, phi = np.degrees(np.arctan2(pt, some["pz"])), np.degrees(np.arctan2(some["py"], some["px"]))
    good = some.present & (theta > 37) & (theta < 120) & (pt > 0.15)
    apart = np.abs((phi[:, 0] - phi[:, 1] + 180) % 360 - 180)
    return np.asarray(good[:, :2].all(axis=1) & (some.present.sum(axis=1) == 2) & (apart > 90) & (apart < 172))


def main() -> None:
    """Print the shares by mass."""
    card = cards.load("belle2", "2018")
    response = response_only(card, 2)
    print(f"{'process':22s} {'line':5s} {'mass':>5s} {'of all':>8s} {'offline':>8s} {'of offline':>11s} {'measured':>9s}")
    for process, model, parameters, cuts, line, quoted in CASES:
        for mass in MASSES:
            _, made = sample(process, 20_000, model, mass, 0.1, cuts=cuts, parameters=parameters, detector="belle2", jobs=2, store=False)
            seen = compiled.simulate(made.particles, response, key(1, process, "user"), (line,))
            chosen, fired = offline(seen), seen.trigger[line]
            print(
                f"{process:22s} {line:5s} {mass:5g} {fired.mean():8.3f} {chosen.mean():8.3f} {fired[chosen].mean():11.3f} {quoted:9g}",
                flush=True,
            )


if __name__ == "__main__":
    main()
