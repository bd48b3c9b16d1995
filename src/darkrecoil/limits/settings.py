"""How a limit is set: what a user chooses, checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from darkrecoil._errors import unknown
from darkrecoil.chain.stream import Selected
from darkrecoil.selection import Dataset, correction_factors
from darkrecoil.statistics.window import METHODS

SCENARIOS = ("as-published", "scaled", "statistics-only")
INVISIBLE = ("model", "1")


@dataclass(frozen=True)
class Settings:
    """How a limit is set: luminosity in fb^-1, level, method, scenario, which BF(invisible), corrections left out, data with
    the hash of their file, parameters of the model; ``independent``: on efficiency x cross-section, whatever the model."""

    luminosity: float
    level: float
    method: str = "bayes"
    scenario: str = "as-published"
    invisible: str = "model"
    without: tuple[str, ...] = ()
    data: Selected | None = None
    data_hash: str | None = None
    parameters: Mapping[str, float] | None = None
    independent: bool = False

    def __post_init__(self) -> None:
        for kind, name, known in (
            ("scenario", self.scenario, SCENARIOS),
            ("hypothesis of BF(invisible)", self.invisible, INVISIBLE),
            ("method", self.method, METHODS),
        ):
            if name not in known:
                raise unknown(kind, name, known)


def corrections(dataset: Dataset, settings: Settings) -> tuple[float, float]:
    """The factors (signal, background) on simulated yields in a scenario; the names of corrections left out are those of the data set."""
    return (1.0, 1.0) if settings.scenario == "statistics-only" else correction_factors(dataset, settings.without)
