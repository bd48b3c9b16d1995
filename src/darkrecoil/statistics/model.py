"""The likelihood of binned counts: channels of samples, whose nuisances are shared by name. Knows no physics.

    N_cb ~ Poisson( sum_s (nominal_scb + shapes) x norms x scales x gamma_scb ),    times one constraint per nuisance

the model of HistFactory (K. Cranmer et al., CERN-OPEN-2012-016, eqs. 1-6), with the parameter of interest one of the
scales. Every number may carry a leading axis of mass hypotheses: nominal (b,) or (m, b), high and low () or (m,), so that
one model is a whole scan. Interpolation by the codes of HistFactory (ibid., sect. 4.1):

- norms: 0 linear, 1 exponential, 4 polynomial within one standard deviation and exponential beyond;
- shapes: 0 linear, 4 polynomial within, linear beyond (pyhf calls it 4p).

A log-normal error d is code 1 with high = 1 + d, low = 1/(1 + d); a Gaussian error is code 0 with 1 + d, 1 - d.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats

POI = "mu"
NORM_CODES, SHAPE_CODES = (0, 1, 4), (0, 4)


@dataclass(frozen=True, eq=False)
class Norm:
    """A factor on all bins of a sample: ``high`` and ``low`` at +1 and -1 of the nuisance; () or (m,)."""

    nuisance: str
    high: ArrayLike
    low: ArrayLike
    code: int = 1

    def __post_init__(self) -> None:
        _check_code(self.nuisance, self.code, NORM_CODES)
        _check(f"the factors of {self.nuisance}", np.stack(np.broadcast_arrays(self.high, self.low)), above=self.code != 0)


@dataclass(frozen=True, eq=False)
class Shape:
    """Contents of the bins, events, at +1 and -1 of the nuisance; (b,) or (m, b)."""

    nuisance: str
    high: ArrayLike
    low: ArrayLike
    code: int = 0

    def __post_init__(self) -> None:
        _check_code(self.nuisance, self.code, SHAPE_CODES)
        _check(f"the shapes of {self.nuisance}", np.stack(np.broadcast_arrays(self.high, self.low)))


@dataclass(frozen=True)
class Scale:
    """A factor that is itself the parameter: the signal strength, a free normalisation, or a luminosity with a constraint."""

    parameter: str


@dataclass(frozen=True, eq=False)
class PerBin:
    """One factor gamma for each bin: Monte-Carlo statistics, or a free shape.

    kind "poisson": a count ``auxiliary`` of mean tau gamma was seen, (b,) or (m, b); "gaussian": 1 was measured with error tau;
    "free": no constraint. Samples that give the same name share the factors.
    """

    name: str
    kind: str
    tau: ArrayLike = 1.0
    auxiliary: ArrayLike = 0.0

    def __post_init__(self) -> None:
        if self.kind not in ("poisson", "gaussian", "free"):
            raise unknown("kind of factors per bin", self.kind, ("poisson", "gaussian", "free"))
        _check(f"the width of {self.name}", self.tau, above=False)
        if np.any(np.asarray(self.auxiliary, float) < 0):
            raise BadValue(f"the auxiliary counts of {self.name} are below zero", np.min(self.auxiliary), "allowed: >= 0")


Effect = Norm | Shape | Scale | PerBin


@dataclass(frozen=True, eq=False)
class Sample:
    """A source of events: contents of the bins, (b,) or (m, b), and what acts on them."""

    name: str
    nominal: ArrayLike
    effects: tuple[Effect, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "nominal", np.atleast_1d(np.asarray(self.nominal, float)))
        _check(f"the contents of {self.name}", self.nominal)

    @property
    def contents(self) -> Floats:
        """The contents as an array, events."""
        return np.asarray(self.nominal, float)


@dataclass(frozen=True, eq=False)
class Channel:
    """Bins that are filled by the sum of samples; observed counts (b,), (m, b) or None."""

    name: str
    samples: tuple[Sample, ...]
    observed: ArrayLike | None = None

    def __post_init__(self) -> None:
        if not self.samples:
            raise BadValue("a channel has no samples", self.name, hint="give one sample at least")
        widths = {sample.contents.shape[-1] for sample in self.samples}
        if len(widths) > 1:
            raise BadValue(f"samples of {self.name} differ in their number of bins", sorted(widths), "allowed: one number per channel")
        if self.observed is not None:
            seen = np.atleast_1d(np.asarray(self.observed, float))
            _check(f"the observed counts of {self.name}", seen)
            if seen.shape[-1] != self.bins:
                raise BadValue(f"the observed counts of {self.name} have another number of bins", seen.shape[-1], f"allowed: {self.bins}")
            object.__setattr__(self, "observed", seen)

    @property
    def bins(self) -> int:
        """The number of bins."""
        return int(self.samples[0].contents.shape[-1])


@dataclass(frozen=True)
class Constraint:
    """A Gaussian measurement of a parameter: its central value and error; ``error`` None leaves the parameter free."""

    value: float
    error: float | None


@dataclass(frozen=True, eq=False)
class Model:
    """Channels, the name of the parameter of interest, and constraints of parameters that are not standard normal.

    Nuisances of Norm and Shape are standard normal unless named in ``constraints``; scales are free unless named there.
    """

    channels: tuple[Channel, ...]
    poi: str = POI
    constraints: Mapping[str, Constraint] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [channel.name for channel in self.channels]
        if len(set(names)) < len(names) or not names:
            raise BadValue("channels need different names", ", ".join(names) or None, hint="rename one, or combine with a prefix")
        if not any(isinstance(e, Scale) and e.parameter == self.poi for s in self.samples() for e in s.effects):
            raise BadValue("no sample is scaled by the parameter of interest", self.poi, hint=f"give the signal a Scale({self.poi!r})")
        sizes = {size for size in map(len, self._stacks()) if size != 1}
        if len(sizes) > 1:
            raise BadValue("numbers of mass hypotheses differ", sorted(sizes), "allowed: one number, or none")

    @property
    def hypotheses(self) -> int:
        """The number m of mass hypotheses."""
        return max(map(len, self._stacks()))

    @property
    def bins(self) -> int:
        """Bins of all channels together."""
        return sum(channel.bins for channel in self.channels)

    @property
    def has_data(self) -> bool:
        """Whether every channel has observed counts."""
        return all(channel.observed is not None for channel in self.channels)

    def samples(self) -> Iterator[Sample]:
        """The samples of all channels, in order."""
        return (sample for channel in self.channels for sample in channel.samples)

    def observed(self) -> Floats:
        """Observed counts of all bins, (m or 1, bins); BadValue without data."""
        if not self.has_data:
            raise BadValue("no observed counts", ", ".join(c.name for c in self.channels if c.observed is None), hint="use with_data")
        parts = [np.atleast_2d(np.asarray(c.observed, float)) for c in self.channels]
        size = max(map(len, parts))
        return np.concatenate([np.broadcast_to(part, (size, part.shape[1])) for part in parts], axis=1)

    def with_data(self, observed: ArrayLike | None) -> "Model":
        """The same model with these counts of all bins, (bins,) or (m, bins), or without data."""
        if observed is None:
            return replace(self, channels=tuple(replace(c, observed=None) for c in self.channels))
        seen = np.atleast_1d(np.asarray(observed, float))
        if seen.shape[-1] != self.bins:
            raise BadValue("the observed counts have another number of bins", seen.shape[-1], f"allowed: {self.bins}")
        ends = np.cumsum([c.bins for c in self.channels])[:-1]
        parts = np.split(seen, ends, axis=-1)
        return replace(self, channels=tuple(replace(c, observed=p) for c, p in zip(self.channels, parts, strict=True)))

    def _stacks(self) -> Iterator[Floats]:
        """Every array of the model with its leading axis of hypotheses, of length 1 where it has none."""
        for channel in self.channels:
            if channel.observed is not None:
                yield np.atleast_2d(np.asarray(channel.observed))
            for sample in channel.samples:
                yield np.atleast_2d(sample.contents)
                for effect in sample.effects:
                    yield from _stacks_of(effect)


def combine(models: Sequence[Model], prefixes: Sequence[str] | None = None) -> Model:
    """One model of all channels: searches, data sets, experiments. Nuisances of the same name are one nuisance.

    ``prefixes``, one per model, go before channel names. BadValue if the models name different parameters of interest or
    constrain a parameter differently.
    """
    if not models or len({model.poi for model in models}) > 1:
        raise BadValue("models of different parameters of interest", ", ".join(m.poi for m in models) or None, hint="rename them alike")
    heads = list(prefixes) if prefixes is not None else [""] * len(models)
    if len(heads) != len(models):
        raise BadValue("prefixes and models differ in number", len(heads), f"allowed: {len(models)}")
    constraints: dict[str, Constraint] = {}
    for model in models:
        for name, constraint in model.constraints.items():
            if constraints.setdefault(name, constraint) != constraint:
                raise BadValue("two models constrain one parameter differently", name, hint="rename it in one of them")
    channels = tuple(replace(c, name=head + c.name) for head, model in zip(heads, models, strict=True) for c in model.channels)
    return Model(channels, models[0].poi, constraints)


def _stacks_of(effect: Effect) -> Iterator[Floats]:
    if isinstance(effect, Norm):
        yield from (np.atleast_1d(np.asarray(x, float)) for x in (effect.high, effect.low))
    elif isinstance(effect, Shape):
        yield from (np.atleast_2d(np.asarray(x, float)) for x in (effect.high, effect.low))
    elif isinstance(effect, PerBin):
        yield from (np.atleast_2d(np.asarray(x, float)) for x in (effect.tau, effect.auxiliary))


def _check(what: str, values: ArrayLike, above: bool = False) -> None:
    numbers = np.asarray(values, float)
    bad = ~np.isfinite(numbers) | ((numbers <= 0) if above else (numbers < 0))
    if bad.any():
        raise BadValue(f"{what} must be numbers {'above' if above else 'of at least'} zero", float(numbers[bad].flat[0]))


def _check_code(nuisance: str, code: int, known: Sequence[int]) -> None:
    if code not in known:
        raise BadValue(f"no interpolation of this code for {nuisance}", code, f"allowed: {', '.join(map(str, known))}")
