"""Regions of a plane as bands: from edges, from rows (x, low, high), from closed contours; what they exclude at one x.

Between two points x and y are joined by a straight line of their logarithms.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp, isclose, log

from darkrecoil._errors import BadValue
from darkrecoil.records import Band, Constraint

Point = tuple[float, ...]
SAME = 1e-9  # relative: two ends that are one


def between(x: float, xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """y at x on the line through the points, straight in the logarithms; None outside of it. ``xs`` increase."""
    if not xs or not xs[0] <= x <= xs[-1]:
        return None
    if len(xs) == 1:
        return ys[0]
    right = next(i for i in range(1, len(xs)) if x <= xs[i])
    return _on(x, (xs[right - 1], ys[right - 1]), (xs[right], ys[right]))


def excluded_at(constraint: Constraint, x: float) -> tuple[tuple[float, float | None], ...]:
    """The intervals (low, high) of y in which the bands lie at x, the overlapping ones joined; high None: without an end."""
    found = list[tuple[float, float | None]]()
    for band in constraint.bands:
        low = between(x, band.x, band.low)
        if low is not None:
            found.append((low, between(x, band.x, band.high) if band.high else None))
    return joined(found)


def joined(intervals: Sequence[tuple[float, float | None]]) -> tuple[tuple[float, float | None], ...]:
    """The union of intervals, sorted; an end None is infinity."""
    union = list[tuple[float, float | None]]()
    for low, high in sorted(intervals, key=lambda pair: pair[0]):
        if union and (union[-1][1] is None or low <= union[-1][1]):
            last = union[-1][1]
            union[-1] = union[-1][0], None if last is None or high is None else max(last, high)
        else:
            union.append((low, high))
    return tuple(union)


def from_edge(points: Sequence[Point]) -> tuple[Band, ...]:
    """One band above the edge (x, y), or between (x, low, high) rows. BadValue unless x increases and low <= high."""
    for before, after in pairwise(points):
        if not after[0] > before[0]:
            allowed = "allowed along an edge: increasing x"
            raise BadValue(f"x = {after[0]:g} follows", before[0], allowed, 'write shape = "closed" for a contour that returns')
    for point in points:
        if len(point) == 3 and not point[1] <= point[2]:
            raise BadValue(f"the lower edge at x = {point[0]:g} is above the upper one", point[1], f"allowed: at most {point[2]:g}")
    columns = tuple(zip(*points, strict=True))
    return (Band(*columns),)


def from_closed(points: Sequence[Point]) -> tuple[Band, ...]:
    """The inside of a closed contour (x, y), its last point joined to the first, as bands between neighbouring corners, chained."""
    corners = [point for i, point in enumerate(points) if point != points[i - 1]]
    sides = [(a, b) if a[0] < b[0] else (b, a) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    xs = sorted({point[0] for point in corners})
    if len(xs) < 2 or len(corners) < 3:
        raise BadValue("a closed contour needs three points", len(corners), "allowed: three or more, not all at one x")
    chains = list[list[Point]]()
    for left, right in pairwise(xs):
        crossing = [side for side in sides if side[0][0] <= left and side[1][0] >= right]
        ends = sorted(((_on(left, *s), _on(right, *s)) for s in crossing), key=lambda pair: pair[0] * pair[1])
        for low, high in zip(ends[::2], ends[1::2], strict=False):
            _chain(chains, (left, low[0], high[0]), (right, low[1], high[1]))
    return tuple(Band(*zip(*chain, strict=True)) for chain in chains)


def scaled(constraint: Constraint, x: float, y: float, power: float = 1.0) -> tuple[Band, ...]:
    """The bands at x times a factor and y^power times a factor, both positive."""
    return tuple(
        replace(
            band,
            x=tuple(x * value for value in band.x),
            low=tuple(y * value**power for value in band.low),
            high=None if band.high is None else tuple(y * value**power for value in band.high),
        )
        for band in constraint.bands
    )


def _on(x: float, a: Point, b: Point) -> float:
    if x == a[0] or a[0] == b[0]:
        return a[1]
    if x == b[0]:
        return b[1]
    return exp(log(a[1]) + (log(b[1]) - log(a[1])) * log(x / a[0]) / log(b[0] / a[0]))


def _chain(chains: list[list[Point]], left: Point, right: Point) -> None:
    """Append a piece to the chain that ends where it begins, or begin a new one."""
    for chain in chains:
        if all(isclose(old, new, rel_tol=SAME) for old, new in zip(chain[-1], left, strict=True)):
            chain.append(right)
            return
    chains.append([left, right])
