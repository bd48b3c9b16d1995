"""Labels in place: each beside its own curve, off the others and off all lines, by trying many places and taking the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from darkrecoil.plots._style import INK, halo
from darkrecoil.records import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

SIZES = (10.5, 9.0, 8.0, 7.0)  # points, tried in this order
PAD, GAP, FINE = 3.0, 4.0, 2.5  # points: around a label, between it and its curve, from one point of a line to the next
PLACES = 60  # tried along a line
# What a place costs: a point of a line below the label, being in another region, not being in its own, another line that is nearer than
# its own, a point of distance from the middle of its own; and what costs more than all of these: being far from it, covering a label.
ON_A_LINE, ON_OTHERS, OUTSIDE, NEARER, AWAY, PARTED, COVERED = 3.0, 3.0, 4.0, 12.0, 0.01, 1e3, 1e4


@dataclass(frozen=True)
class Labelled:
    """A text, the lines (n, 2) in data coordinates that it belongs to, and the polygons (n, 2) of its region, () for a line."""

    text: str
    lines: tuple[Floats, ...]
    regions: tuple[Floats, ...] = ()


def place(axes: Axes, items: Sequence[Labelled], lines: Sequence[Line2D] = ()) -> list[Text]:
    """The texts, drawn on the axes; nothing else may change their size afterwards. A line outside of the axes gets no label.

    ``lines`` are further ones, of no item, to keep off.

    Shorter lines choose first. A text that finds no free place at any size is drawn where it covers least.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        return []
    figure.draw_without_rendering()  # the layout moves the axes
    point = figure.dpi / 72
    frame = axes.get_window_extent().padded(-PAD * point)
    pieces = [[_inside(_dense(axes.transData.transform(line), FINE * point), frame) for line in item.lines] for item in items]
    paths = [np.concatenate(sorted(some, key=len, reverse=True)) for some in pieces]
    middles = [path[max(map(len, some)) // 2 :][:1] for path, some in zip(paths, pieces, strict=True)]  # of the longest line
    others = [axes.transData.transform(np.asarray(line.get_xydata())) for line in lines]
    obstacles = [*paths, *(_inside(_dense(path[np.isfinite(path).all(axis=1)], FINE * point), frame) for path in others if len(path) > 1)]
    regions = [[axes.transData.transform(polygon) for polygon in item.regions] for item in items]
    texts: list[Text] = []
    taken: list[Any] = []
    for index in sorted(range(len(items)), key=lambda i: len(paths[i])):
        if len(paths[index]):
            texts.append(_placed(axes, items[index].text, index, paths, middles[index], obstacles, regions, frame, taken, point))
    return texts


def _placed(
    axes: Axes,
    words: str,
    index: int,
    paths: Sequence[Floats],
    middle: Floats,
    obstacles: Sequence[Floats],
    regions: Sequence[Sequence[Floats]],
    frame: Any,
    taken: list[Any],
    point: float,
) -> Text:
    text = axes.text(0, 0, words, fontsize=SIZES[0], color=INK, ha="center", va="center", zorder=20, path_effects=halo())
    best: tuple[float, float, Any] | None = None
    for size in SIZES:
        text.set_fontsize(size)
        box = text.get_window_extent()
        found = _cheapest(paths[index], middle, box.width + 2 * PAD, box.height + PAD, obstacles, regions, index, frame, taken, point)
        if best is None or found[0] < best[0] - COVERED / 2:
            best = (found[0], size, found[1])
        if found[0] < COVERED:
            break
    assert best is not None
    text.set_fontsize(best[1])
    x, y = best[2]
    text.set_position(tuple(axes.transData.inverted().transform((x, y))))
    taken.append(text.get_window_extent().padded(PAD * point / 2))
    return text


def _cheapest(
    path: Floats,
    middle: Floats,
    width: float,
    height: float,
    obstacles: Sequence[Floats],
    regions: Sequence[Sequence[Floats]],
    index: int,
    frame: Any,
    taken: Sequence[Any],
    point: float,
) -> tuple[float, tuple[float, float]]:
    """The lowest cost and the centre of the label there, pixels; COVERED and more if it covers another label."""
    from matplotlib.path import Path

    anchors = path[:: max(1, len(path) // PLACES)]
    shifts = [(0.0, s * (height / 2 + GAP * point)) for s in (1, -1)] + [(s * (width / 2 + GAP * point), 0.0) for s in (1, -1)]
    shifts += [(i * 0.5 * width, j * (height / 2 + 3 * GAP * point)) for i in (1, -1) for j in (1, -1)]
    shifts += [(0.0, s * (1.5 * height + GAP * point)) for s in (1, -1)]
    centres = np.concatenate([anchors + np.array(shift) for shift in shifts])
    centres = np.clip(centres, (frame.x0 + width / 2, frame.y0 + height / 2), (frame.x1 - width / 2, frame.y1 - height / 2))
    half = np.array([width / 2, height / 2])
    cost = np.zeros(len(centres))
    for obstacle in obstacles:
        cost += ON_A_LINE * _covered(centres, half, obstacle)
    for other, polygons in enumerate(regions):
        within = np.zeros(len(centres), dtype=bool)
        for polygon in polygons:
            within |= Path(polygon).contains_points(centres)
        cost += np.where(within, 0.0 if other == index else ON_OTHERS, OUTSIDE if other == index and polygons else 0.0)
    for box in taken:
        cost += COVERED * (
            (np.abs(centres - (box.x0 + box.x1, box.y0 + box.y1) * np.array(0.5)) < half + np.array([box.width, box.height]) / 2).all(
                axis=1
            )
        )
    own, rest = (
        _distance(centres, half, path),
        [_distance(centres, half, one) for i, one in enumerate(obstacles) if i != index and len(one)],
    )
    cost += NEARER * np.sum([other <= own for other in rest], axis=0) if rest else 0.0
    cost += AWAY * np.hypot(*(centres - middle).T) / point
    cost += np.where(own > 3 * GAP * point, PARTED, 0.0)  # clipping may part a label from its curve
    i = int(np.argmin(cost))
    return float(cost[i]), (float(centres[i, 0]), float(centres[i, 1]))


def _distance(centres: Floats, half: Floats, path: Floats) -> Floats:
    """From the edge of each box to the nearest point of a path, pixels; 0 on it."""
    apart = np.maximum(np.abs(centres[:, None, :] - path[None, ::2, :]) - half, 0.0)
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]).min(axis=1))


def _covered(centres: Floats, half: Floats, path: Floats) -> Floats:
    """How many points of a path each box covers."""
    if not len(path):
        return np.zeros(len(centres))
    hit = np.all(np.abs(centres[:, None, :] - path[None, :, :]) < half, axis=2)
    return np.asarray(hit.sum(axis=1), dtype=float)


def _dense(path: Floats, step: float) -> Floats:
    """The path with a point every ``step`` pixels."""
    if len(path) < 2:
        return path
    path = np.clip(path, -1e5, 1e5)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.linspace(0.0, along[-1], max(2, min(4000, int(along[-1] / step))))
    return np.column_stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])])


def _inside(path: Floats, frame: Any) -> Floats:
    keep = (path[:, 0] >= frame.x0) & (path[:, 0] <= frame.x1) & (path[:, 1] >= frame.y0) & (path[:, 1] <= frame.y1)
    return np.asarray(path[keep])
