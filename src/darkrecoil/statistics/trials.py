"""The global p-value of a scan: how often background alone has, anywhere in it, a local significance as large as the largest seen.

Toys of the whole scan give it where they reach; upcrossings carry it into the tail. Both respect that hypotheses share events.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtr

from darkrecoil._errors import BadValue
from darkrecoil._jit.philox import key
from darkrecoil._run import ordered_map
from darkrecoil.records import Floats, LookElsewhere
from darkrecoil.statistics import rules, score, upcrossings
from darkrecoil.statistics.fits import CUBIC, GAUSSIAN, checked_bins, fit_peaks, fitted
from darkrecoil.statistics.hypotheses import Hypotheses
from darkrecoil.statistics.shapes import Background, Shape
from darkrecoil.statistics.significance import ToyP, critical, from_toys, independent, local_p, significances
from darkrecoil.statistics.windows import Cells, Family, cells, factors, overlaps

TOYS, BLOCK = 10_000, 250  # toys, and how many are drawn from one stream
LEVEL = 1.0  # sigma at which upcrossings are counted
LEVELS = np.arange(0.5, 6.01, 0.25)  # sigma, of the tail that is drawn
ENOUGH = 25  # toys beyond the observation from which on they are believed: 20 %
FINE = 5  # bins per width of toys of unbinned data
MARGIN, PEAKS = 1.0, 3  # sigma below the observation from which on a toy's leading peaks, so many, are fitted in full


def scan_windows(windows: Family, toys: int = TOYS, seed: int = 1, jobs: int = 1) -> LookElsewhere:
    """The global p-value of counting windows, all of them one family.

    Local p-values average over the background's error (log-normal). A toy draws the nuisances, then a count per cell. BadValue for a
    family without observed counts, or fewer than 100 toys.
    """
    if windows.observed is None:
        raise BadValue("a global p-value needs observed counts", None, hint="give the counts, or a limit made with --data")
    local = local_p(windows.observed, windows.background, windows.relative)
    leading = int(np.argmin(local))
    p, made = float(local[leading]), cells(windows)
    needs = [critical(x * (1 + 1e-9), windows.background, windows.relative) for x in (p, *ndtr(-np.array([LEVEL, *LEVELS])))]

    def block(index: int) -> tuple[Floats, ...]:
        rng = _stream(seed, "windows", index)
        rates = made.rates * factors(windows, made, rng.standard_normal((BLOCK, len(made.rates))))
        n = made.sums(rng.poisson(rates).astype(float))
        over = n >= needs[1]
        return (
            (n >= needs[0]).any(axis=1).astype(float),
            (over[:, 1:] & ~over[:, :-1]).sum(axis=1).astype(float),
            np.stack([(n >= need).any(axis=1) for need in needs[2:]], axis=1).astype(float),
        )

    passed, crossed, tail = _drawn(block, toys, jobs)
    neighbours = _neighbours(windows, made, needs[0])
    return _result(
        windows.middle, significances(local), leading, p, (from_toys(1.0, passed), crossed, tail), neighbours, _says(windows, made)
    )


def scan_peaks(
    data: Floats,
    hypotheses: Hypotheses,
    *,
    edges: Floats | None = None,
    span: tuple[float, float] | None = None,
    shape: Shape = GAUSSIAN,
    background: Background = CUBIC,
    known: Floats | None = None,
    toys: int = TOYS,
    seed: int = 1,
    jobs: int = 1,
    confirm: bool = True,
) -> LookElsewhere:
    """The global p-value of a scan of peak fits; data and shapes as of ``fit_peaks``.

    Toys are drawn from the background's fits, in the data's bins or, unbinned, in five per width. ``known`` (n,) is a background without
    parameters; then, and without ``confirm``, the score test replaces the fits of the data too. Otherwise the data are fitted in full, and
    so are the leading peaks of toys that come within one sigma of the observation or exceed it. BadValue as of ``fit_peaks``.
    """
    counts, bins = _binned(data, edges, span, hypotheses)
    order = np.argsort(hypotheses.positions, kind="stable")
    hypotheses = Hypotheses(hypotheses.positions[order], hypotheses.widths[order], hypotheses.reach)
    made, design = score.scores(counts, bins, hypotheses, [shape] * len(hypotheses), background, known)
    full = confirm and known is None
    if full:
        found = fit_peaks(data, hypotheses, edges=edges, span=span, shape=shape, background=background, jobs=jobs)
        z, usable = np.where(found.good & made.good, found.z, -np.inf), found.good & made.good
    else:
        z, usable = made.seen(counts), made.good
    if not usable.any():
        raise BadValue(
            "no hypothesis of the scan could be fitted", len(hypotheses), hint="more events, or fewer parameters of the background"
        )
    leading = int(np.argmax(z))

    def block(index: int) -> tuple[Floats, ...]:
        n = _stream(seed, "peaks", index).poisson(made.background, (BLOCK, len(counts))).astype(float)
        rows = made.z(n)
        top = rows.max(axis=1)
        if full:
            top = _confirmed(n, rows, top, float(z[leading]), design, bins)
        return top, upcrossings.counted(rows, LEVEL).astype(float), (rows.max(axis=1)[:, None] >= LEVELS).astype(float)

    top, crossed, tail = _drawn(block, toys, jobs)
    p = float(ndtr(-z[leading]))
    neighbours = float(-np.expm1(-(p + upcrossings.pairs(float(z[leading]), made.correlation))))
    says = [
        "toys: score tests of the whole scan"
        + (f"; leading peaks from {MARGIN:g} sigma below the observation on fitted in full" if full else "")
    ]
    says += [f"{int((~usable).sum())} of {len(z)} hypotheses could not be fitted and are left out"] * bool((~usable).any())
    return _result(
        hypotheses.positions, np.where(usable, z, np.nan), leading, p, (from_toys(float(z[leading]), top), crossed, tail), neighbours, says
    )


def _stream(seed: int, what: str, index: int) -> np.random.Generator:
    """The random numbers of a block of toys: the same for any number of jobs and of toys."""
    words = key(seed, "global p", what)
    return np.random.Generator(np.random.Philox(key=[int(words[0]) << 32 | int(words[1]), index]))


def _drawn(block: Callable[[int], tuple[Floats, ...]], toys: int, jobs: int) -> list[Floats]:
    """The blocks of toys, one after another."""
    if not 100 <= toys <= 10**8:
        raise BadValue("the number of toys", toys, "allowed: 100 to 1e8")
    parts = list(ordered_map(block, range(-(-toys // BLOCK)), jobs=jobs))
    return [np.concatenate(part)[:toys] for part in zip(*parts, strict=True)]


def _confirmed(n: Floats, rows: Floats, top: Floats, seen: float, design: Callable[[int], score.Made], edges: Floats) -> Floats:
    """The largest significance of each toy, by full fits of its leading peaks where it may reach the observation; NaN if these fail."""
    near = np.flatnonzero(top >= seen - MARGIN)
    wanted: dict[int, list[int]] = {}
    for toy in near:
        for i in _peaks(rows[toy]):
            wanted.setdefault(int(i), []).append(int(toy))
    best = np.full(len(top), np.nan)
    for i, some in wanted.items():
        first, last, made = design(i)
        free, _, _, loss, _ = fitted(made, n[some, first:last], float(edges[last] - edges[first]))
        z = np.sign(free[:, 0]) * np.sqrt(np.maximum(2 * (loss[:, 0] - loss[:, 1]), 0.0))
        best[some] = np.fmax(best[some], z)
    return np.where(top >= seen - MARGIN, best, top)


def _peaks(z: Floats) -> Floats:
    """The highest local maxima of a row."""
    padded = np.concatenate([[-np.inf], z, [-np.inf]])
    maxima = np.flatnonzero((z >= padded[:-2]) & (z > padded[2:]))
    return np.asarray(maxima[np.argsort(-z[maxima], kind="stable")[:PEAKS]])


def _binned(data: Floats, edges: Floats | None, span: tuple[float, float] | None, hypotheses: Hypotheses) -> tuple[Floats, Floats]:
    if edges is not None:
        return checked_bins(data, edges)
    if span is None or not span[1] > span[0]:
        raise BadValue("unbinned data need the span in which they were taken", span, hint="give span=(low, high), or edges with counts")
    number = min(100_000, int(np.ceil(FINE * (span[1] - span[0]) / hypotheses.widths.min())))
    fine = np.linspace(*span, number + 1)
    return np.histogram(data, fine)[0].astype(float), fine


def _neighbours(windows: Family, made: Cells, needs: Floats) -> float:
    """P(any window reaches its need) from its first window and pairs of neighbours, the backgrounds' error averaged out."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(15 if windows.relative.any() else 1)
    rule = rules.Rule(nodes, weights / weights.sum())
    first, both, second = overlaps(made)
    total = []
    for z in rule.points:
        r = np.exp(z * np.log1p(windows.relative))
        pair = upcrossings.counting_pairs(first * r[:-1], both * r[:-1], second * r[1:], needs[:-1], needs[1:])
        total.append(float(local_p(needs[:1], windows.background[:1] * r[:1], np.zeros(1))[0] + pair.sum()))
    return float(rule.mean(-np.expm1(-np.array(total))))


def _says(windows: Family, made: Cells) -> list[str]:
    both = "one common factor for all windows" if windows.errors == "common" else "local: shared as far as windows overlap"
    lines = [f"{len(windows)} windows as one family of {len(made.rates)} cells; equal windows count once"]
    lines += [f"errors of the background: log-normal, {both}"]
    if made.mismatch > 0.01:
        lines += [f"warning: the windows' backgrounds are not sums of common parts, up to {made.mismatch:.1%}: the toys' differ by so much"]
    if windows.background.min() < 1:
        lines += ["backgrounds below one event: the fall of upcrossings is that of Gaussian tails; the sum over neighbours is Poisson's"]
    return lines


def _result(
    positions: Floats, z: Floats, leading: int, p: float, toys: tuple[ToyP, Floats, Floats], neighbours: float, says: Sequence[str]
) -> LookElsewhere:
    found, crossed, tail = toys
    mean, spread = float(crossed.mean()), float(crossed.std() / np.sqrt(len(crossed)))
    highest = float(z[leading])
    crossing = upcrossings.global_p(highest, mean, LEVEL)
    slope = (upcrossings.global_p(highest, mean + spread, LEVEL) - upcrossings.global_p(highest, max(mean - spread, 0.0), LEVEL)) / 2
    by_toys = found.p * found.toys >= ENOUGH
    trials = int((~np.isnan(z)).sum())  # a window without an event, Z = -infinity, is one too
    return LookElsewhere(
        positions=positions, z=z, leading=leading, local_p=p, local_z=highest, hypotheses=trials, toys=found.toys, failed=found.failed,
        p_toys=found.p, p_toys_error=found.error, level=LEVEL, crossings=mean, crossings_error=spread, p_crossings=crossing,
        p_crossings_error=slope, p_neighbours=neighbours, p_independent=independent(p, trials),
        global_p=found.p if by_toys else neighbours, method="toys" if by_toys else "neighbours",
        levels=LEVELS, tail=tail.mean(axis=0), assumptions=tuple(says),
    )  # fmt: skip
