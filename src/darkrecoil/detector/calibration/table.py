"""What is calibrated, a line each: another number of the card is another line here."""

from darkrecoil.detector.calibration import calorimeter, shares, widths
from darkrecoil.detector.calibration.quantity import Block, Quantity
from darkrecoil.detector.schema import number
from darkrecoil.records import Floats

MOMENTUM = ("px", "py", "pz")


def _time(block: Block) -> Floats:
    return block["time"]


def _called(kind: int, entry: str, title: str, flag: str = "muon_id") -> Quantity:
    gather = shares.called(kind, flag, lambda card: number(card.muon.momentum))
    return Quantity(title, "track", (*MOMENTUM, flag), (entry,), gather, shares.constant(entry, title))


def _track_angle(name: str) -> Quantity:
    entry = f"track.{name}_resolution"
    fit = widths.one_width(entry, f"Track {name}", "true $p$ [GeV]", lambda _: 0.1)
    return Quantity(f"track {name}", "track", MOMENTUM, (entry,), widths.residual_of(calorimeter.angle(name), entry), fit)


def _photon_angle(name: str) -> Quantity:
    key = f"{name}_resolution"
    gather = calorimeter.residuals(key, calorimeter.angle(name))
    return Quantity(f"photon {name}", "photon", (name,), (f"calorimeter.{key}",), gather, calorimeter.angle_fit(key, f"Photon {name}"))


TIME = "calorimeter.time_resolution"
QUANTITIES: tuple[Quantity, ...] = (
    Quantity("track efficiency", "track", ("found",), ("track.efficiency",), shares.tracks, shares.track_efficiency),
    Quantity(
        "curvature", "track", (*MOMENTUM, "charge"), (widths.SLOPE, widths.CONSTANT), widths.curvature, widths.curvature_fit
    ),
    _track_angle("theta"),
    _track_angle("phi"),
    _called(13, "muon.efficiency", "Muon called muon"),
    _called(211, "muon.pion_fake", "Pion called muon"),
    _called(321, "muon.kaon_fake", "Kaon called muon"),
    _called(11, "muon.electron_fake", "Electron called muon"),
    Quantity(
        "photon energy", "photon", ("energy",), ("calorimeter.energy_resolution", "calorimeter.energy_tail"),
        calorimeter.residuals("energy_resolution", calorimeter.energy), calorimeter.energy_fit,
    ),
    _photon_angle("theta"),
    _photon_angle("phi"),
    Quantity(
        "photon time", "photon", ("time",), (TIME,), widths.residual_of(_time, TIME),
        widths.one_width(TIME, "Cluster time", "true $E$ [GeV]", lambda card: number(card.calorimeter.time_window)),
    ),
    Quantity("photons lost", "photon", ("found",), ("calorimeter.photon_inefficiency",), shares.photons, shares.photon_inefficiency),
)  # fmt: skip
