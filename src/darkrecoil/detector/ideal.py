"""A card with every effect off: what it records is what is true, bit for bit."""

from typing import Any

from darkrecoil.detector.card import change
from darkrecoil.detector.schema import Card
from darkrecoil.detector.species import SPECIES

ONES, ZEROS = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0)
NONE = {"form": "sum"} | {part: [0.0, 0.0, 0.0, 1e-60] for part in ("forward", "barrel", "backward")}  # a resolution is positive
OFF: dict[str, Any] = {
    "geometry.field": 0.0,
    "track.theta": (0.0, 180.0), "track.efficiency": ONES, "track.theta_efficiency": ONES, "track.least_radius": 0.0,
    "track.pt_resolution_slope": 0.0, "track.pt_resolution_constant": 0.0, "track.lever_arm": 0.0, "track.theta_resolution": 0.0,
    "track.phi_resolution": 0.0, "track.angle_scattering": (0.0, 0.0), "track.d0_resolution": (0.0, 0.0),
    "track.z0_resolution": (0.0, 0.0), "track.charge_flip": 0.0,
    "calorimeter.theta_edges": (0.0, 30.0, 30.0, 130.0, 130.0, 180.0), "calorimeter.threshold": (0.0, 0.0, 0.0),
    "calorimeter.photon_inefficiency": 0.0, "calorimeter.energy_tail": 0.0, "calorimeter.time_resolution": 0.0,
    "calorimeter.reach_pt": 0.0, "calorimeter.untracked": 0, "calorimeter.energy_resolution": NONE,
    "calorimeter.theta_resolution": NONE, "calorimeter.phi_resolution": NONE,
    "displaced.scale": 0.0, "merging.scale": 0.0, "background.clusters": (0.0, 0.0, 0.0), "klm.photon_veto": 0.0,
    "matter.conversion": "off", "matter.radiation": 0.0,
}  # fmt: skip


def ideal(card: Card) -> Card:
    """The card with every effect off: all that leaves a track or a cluster does, with its true momentum, as what it is.

    Muons and hadrons still leave what they ionise; the machine, the trigger and the geometry stay.
    """
    called = {f"identification.{name}": [[float(other == name) for other in SPECIES]] * 4 for name in SPECIES}
    return change(card, OFF | called)
