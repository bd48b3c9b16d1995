"""A model as plain arrays for the compiled likelihood: rows are samples of a channel, cells their bins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from darkrecoil._errors import BadValue, unknown
from darkrecoil.records import Floats, Ints
from darkrecoil.statistics import likelihood as like
from darkrecoil.statistics.model import Model, Norm, PerBin, Sample, Scale, Shape

NORM_KINDS = {0: like.NORM_0, 1: like.NORM_1, 4: like.NORM_4}
SHAPE_KINDS = {0: like.SHAPE_0, 4: like.SHAPE_4}
LOCAL_KINDS = {"poisson": like.POISSON, "gaussian": like.GAUSSIAN, "free": like.FREE}
_coefficients: Callable[[Ints, Floats, Floats], Floats] = like.coefficients
NO_BOUND = -1e30  # compiled code may assume that nothing is infinite


@dataclass(frozen=True, eq=False)
class Packed:
    """The arrays of a model of m hypotheses. Parameters p by ``names``, the parameter of interest first; local parameters l of
    one bin each by ``local_names``; ``centre`` and ``local_centre``, (m, p) and (m, l), are the auxiliary measurements."""

    names: tuple[str, ...]
    local_names: tuple[str, ...]
    hypotheses: int
    bins: int
    rows: Ints
    effects: Ints
    cells: Ints
    nominal: Floats
    high: Floats
    low: Floats
    factors: Floats
    up: Floats
    down: Floats
    kinds: Ints
    widths: Floats
    centre: Floats
    local_kinds: Ints
    local_widths: Floats
    local_centre: Floats
    local_bins: Ints
    bounds: Floats
    start: Floats
    local_start: Floats

    @property
    def numbers(self) -> tuple[Floats | Ints, ...]:
        """The arrays that give expected counts, in the order of ``likelihood.rates``."""
        return self.rows, self.effects, self.cells, self.nominal, self.factors, self.up, self.down

    def index(self, name: str) -> int:
        """The number of a global parameter; UnknownName."""
        if name not in self.names:
            raise unknown("parameter", name, self.names)
        return self.names.index(name)


def pack(model: Model) -> Packed:
    """The arrays of a model. BadValue if a parameter is used in two ways that exclude each other."""
    return _Packer(model).packed()


class _Packer:
    """Collects rows, effects and parameters in the order of the model."""

    def __init__(self, model: Model) -> None:
        self.model, self.m = model, model.hypotheses
        self.names: list[str] = [model.poi]
        self.kinds: dict[str, int] = {model.poi: like.FREE}
        self.rows: list[list[int]] = []
        self.effects: list[list[int]] = []
        self.cells: list[int] = []
        self.nominal: list[Floats] = []
        self.factors: list[tuple[Floats, Floats]] = []
        self.shifts: list[tuple[Floats, Floats]] = []
        self.shift_size = 0
        self.local: dict[str, tuple[int, PerBin, int]] = {}  # name -> first local, effect, first bin
        self.local_size = 0
        first = 0
        for channel in model.channels:
            for sample in channel.samples:
                self._row(channel.name, sample, first)
            first += channel.bins

    def _row(self, channel: str, sample: Sample, first: int) -> None:
        bins, begin, effect = sample.contents.shape[-1], len(self.cells), len(self.effects)
        signal, here = 0, [-1] * bins
        for one in sample.effects:
            if isinstance(one, Scale) and one.parameter == self.model.poi:
                signal += 1
            elif isinstance(one, PerBin):
                start = self._per_bin(channel, one, first, bins)
                if here[0] >= 0:
                    raise BadValue("a sample has two factors per bin", f"{channel}/{sample.name}", "allowed: one", "merge them")
                here = list(range(start, start + bins))
            else:
                self._effect(one, sample)
        if signal > 1:
            raise BadValue("a sample is scaled by the parameter of interest twice", f"{channel}/{sample.name}")
        self.rows.append([first, begin, begin + bins, signal, effect, len(self.effects)])
        self.cells += here
        self.nominal.append(self._stacked(sample.contents, bins))

    def _effect(self, one: Norm | Shape | Scale, sample: Sample) -> None:
        nothing = np.ones((self.m, 1))
        if isinstance(one, Scale):
            self.effects.append([like.SCALE, self._parameter(one.parameter, like.FREE), 0])
            self.factors.append((nothing, nothing))
        elif isinstance(one, Norm):
            self.effects.append([NORM_KINDS[one.code], self._parameter(one.nuisance, like.GAUSSIAN), 0])
            self.factors.append((self._column(one.high), self._column(one.low)))
        else:
            self.effects.append([SHAPE_KINDS[one.code], self._parameter(one.nuisance, like.GAUSSIAN), self.shift_size])
            self.factors.append((nothing, nothing))
            bins = sample.contents.shape[-1]
            middle, high, low = (self._stacked(x, bins) for x in (sample.contents, one.high, one.low))
            self.shifts.append((high - middle, middle - low))
            self.shift_size += bins

    def _parameter(self, name: str, kind: int) -> int:
        if name in self.local:
            raise BadValue("a name stands for a parameter and for factors per bin", name, hint="rename one")
        if self.kinds.setdefault(name, kind) != kind and name not in self.model.constraints:
            raise BadValue("a parameter is a scale and a nuisance", name, hint="rename one")
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def _per_bin(self, channel: str, one: PerBin, first: int, bins: int) -> int:
        key = f"{channel}/{one.name}"
        if one.name in self.kinds:
            raise BadValue("a name stands for a parameter and for factors per bin", one.name, hint="rename one")
        if key not in self.local:
            self.local[key] = (self.local_size, one, first)
            self.local_size += bins
        elif not _same(self.local[key][1], one):
            raise BadValue("factors per bin of one name differ", key, hint="rename one")
        return self.local[key][0]

    def _column(self, values: ArrayLike) -> Floats:
        return np.broadcast_to(np.atleast_1d(np.asarray(values, float)), (self.m,))[:, None]

    def _stacked(self, values: ArrayLike, bins: int) -> Floats:
        return np.broadcast_to(np.atleast_2d(np.asarray(values, float)), (self.m, bins))

    def packed(self) -> Packed:
        known = self.model.constraints
        if unused := [name for name in known if name not in self.names]:
            raise unknown("parameter", unused[0], self.names)
        given = [known.get(name) for name in self.names]
        pairs = zip(self.names, given, strict=True)
        kinds = [self.kinds[n] if c is None else like.GAUSSIAN if c.error else like.FREE for n, c in pairs]
        scales = [self.kinds[name] == like.FREE for name in self.names]
        centre = [1.0 * scale if c is None else c.value for c, scale in zip(given, scales, strict=True)]
        width = [1.0 if c is None or not c.error else c.error for c in given]
        bounds = [1e-9 if scale else NO_BOUND for scale in scales]
        bounds[0] = 0.0
        local, effects = self._local(), _ints(self.effects, 3)
        high, low = (_joined([f[i] for f in self.factors], self.m) for i in (0, 1))
        return Packed(
            names=tuple(self.names), local_names=local.names, hypotheses=self.m, bins=self.model.bins,
            rows=_ints(self.rows, 6), effects=effects, cells=np.array(self.cells, np.int64),
            nominal=_joined(self.nominal, self.m),
            high=high, low=low, factors=np.ascontiguousarray(_coefficients(effects[:, 0], high, low)),
            up=_joined([f[0] for f in self.shifts], self.m), down=_joined([f[1] for f in self.shifts], self.m),
            kinds=np.array(kinds, np.int64), widths=np.tile(width, (self.m, 1)), centre=np.tile(centre, (self.m, 1)),
            local_kinds=local.kinds, local_widths=local.widths, local_centre=local.centre, local_bins=local.bins,
            bounds=np.array(bounds), start=np.tile(np.array(centre, float), (self.m, 1)), local_start=local.start,
        )  # fmt: skip

    def _local(self) -> "_Local":
        names: list[str] = []
        kinds: list[int] = []
        bins: list[int] = []
        parts: list[tuple[Floats, Floats, Floats]] = []
        for key, (_, one, first) in self.local.items():
            size = next(c.bins for c in self.model.channels if c.name == key.split("/")[0])
            names += [f"{key}[{i}]" for i in range(size)]
            kinds += [LOCAL_KINDS[one.kind]] * size
            bins += list(range(first, first + size))
            tau, seen = self._stacked(one.tau, size), self._stacked(one.auxiliary, size)
            width = np.where(tau > 0, tau, 1.0)
            if one.kind == "poisson":
                parts.append((tau, seen, (seen + 0.5) / width))
            else:
                parts.append((width, np.ones_like(tau), np.ones_like(tau)))
        widths, centre, start = (_joined([part[i] for part in parts], self.m) for i in range(3))
        return _Local(tuple(names), np.array(kinds, np.int64), widths, centre, np.array(bins, np.int64), start)


@dataclass(frozen=True, eq=False)
class _Local:
    """The part of a packed model that is of one bin each."""

    names: tuple[str, ...]
    kinds: Ints
    widths: Floats
    centre: Floats
    bins: Ints
    start: Floats


def _same(first: PerBin, second: PerBin) -> bool:
    alike = (np.array_equal(np.asarray(a), np.asarray(b)) for a, b in ((first.tau, second.tau), (first.auxiliary, second.auxiliary)))
    return first.kind == second.kind and all(alike)


def _ints(rows: Sequence[Sequence[int]], width: int) -> Ints:
    return np.array(rows, np.int64).reshape(-1, width)


def _joined(parts: Sequence[Floats], m: int) -> Floats:
    return np.ascontiguousarray(np.concatenate(parts, axis=1)) if parts else np.zeros((m, 0))
