"""What is calibrated, a line each: another number of the card is another line here."""

from darkrecoil.detector.calibration import calorimeter, efficiency, identity, shares, tracks, widths
from darkrecoil.detector.calibration.quantity import Block, Quantity
from darkrecoil.detector.schema import number
from darkrecoil.detector.species import SPECIES
from darkrecoil.records import Floats

MOMENTUM = ("px", "py", "pz")
PLACE = ("true_x", "true_y", "true_z")


def _time(block: Block) -> Floats:
    return block["time"]


def _identity(name: str) -> Quantity:
    needs = (*MOMENTUM, *identity.FLAGS)
    return Quantity(f"{name} called", "track", needs, (f"identification.{name}",), identity.called(name), identity.rows_of(name))


def _photon_angle(name: str) -> Quantity:
    key = f"{name}_resolution"
    gather = calorimeter.residuals(key, calorimeter.angle(name))
    return Quantity(f"photon {name}", "photon", (name,), (f"calorimeter.{key}",), gather, calorimeter.angle_fit(key, f"Photon {name}"))


TIME = "calorimeter.time_resolution"
QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        "track efficiency", "track", ("found",), (efficiency.EFFICIENCY, efficiency.FACTORS),
        efficiency.tracks, efficiency.track_efficiency,
    ),
    Quantity(
        "curvature", "track", (*MOMENTUM, "charge"), (tracks.SLOPE, tracks.CONSTANT), tracks.curvature, tracks.curvature_fit
    ),
    Quantity("charge", "track", ("charge",), (shares.FLIP,), shares.charges, shares.charge_flip),
    Quantity(
        "track angles", "track", MOMENTUM, ("track.theta_resolution", "track.phi_resolution", tracks.SCATTERING),
        tracks.angles, tracks.angle_fits,
    ),
    Quantity(
        "impact parameters", "track", ("d0", "z0", *PLACE), ("track.d0_resolution", "track.z0_resolution"),
        tracks.impact, tracks.impact_fit,
    ),
    *(_identity(name) for name in SPECIES),
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
