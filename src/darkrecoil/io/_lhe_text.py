"""The text of a Les Houches event file, checked, as plain arrays.

Own reading, because a damaged file must be refused: pylhe 2.1 ends without an error at the first cut
(an event cut in the middle, a missing end), accepts NaN and a wrong number of particles, and refuses
headers that hold a bare "<" or "&", as run cards do. It also builds an object per particle.

Format: Alwall et al., hep-ph/0609017; the numbers and their order: Boos et al., hep-ph/0109068.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from darkrecoil._errors import BadFile
from darkrecoil.io._files import AGAIN
from darkrecoil.io._files import lines as lines_of
from darkrecoil.io._record import attempts_of, parsed
from darkrecoil.records import Floats, Ints

COLUMNS = 13  # IDUP ISTUP MOTHUP(2) ICOLUP(2) PUP(5: px py pz E m) VTIMUP SPINUP
RECORD = re.compile(r"<!--\s*darkrecoil\s+(\{.*\})\s*-->")


@dataclass(frozen=True)
class Text:
    """Numbers of a file as they stand there: IDWTUP, sum of XSECUP (pb), NUP (n,), XWGTUP (n,), all particle lines (m, 13);
    attempt numbers (n,) and the number of attempts where the file is one of ours, else 0..n-1 and n."""

    strategy: int
    cross_section: float
    counts: Ints
    weight: Floats
    rows: Floats
    attempt: Ints
    attempts: int


def parse(path: Path) -> Text:
    """All numbers of the file; BadFile if it is missing, empty, cut, damaged, of another kind, or holds no event."""
    with lines_of(path) as lines:
        preamble = _preamble(lines, path)
        strategy, cross_section = _init(lines, path)
        counts, weights, rows, attempts = _events(lines, path)
    if not counts:
        raise BadFile("the LHE file holds no events", path)
    mark = RECORD.search(preamble)
    record = parsed(mark[1] if mark else None, "LHE", path)
    attempt, total = attempts_of(attempts, record.get("attempts", 0), len(counts))
    table = np.frombuffer(rows, dtype=float).reshape(-1, COLUMNS)
    return Text(strategy, cross_section, np.array(counts, dtype=np.int64), np.array(weights), table, attempt, total)


def _preamble(lines: Iterator[str], path: Path) -> str:
    """Everything before the <init> block; what stands between <header> and </header> is not looked at as tags."""
    seen: list[str] = []
    in_header = known = False
    for line in lines:
        known = known or "<LesHouchesEvents" in line
        in_header = (in_header or "<header" in line) and "</header>" not in line
        if known and not in_header and _opens(line, "init"):
            return "".join(seen)
        seen.append(line)
        if not known and len(seen) > 50:
            break
    if not "".join(seen).strip():
        raise BadFile("the file is empty", path)
    if not known:
        raise BadFile("not a Les Houches event file", path, hint="it must begin with <LesHouchesEvents")
    raise BadFile("the LHE file is truncated: it has no <init> block", path, hint=AGAIN)


def _init(lines: Iterator[str], path: Path) -> tuple[int, float]:
    """IDWTUP and the sum of XSECUP over the processes, pb."""
    body = _body(lines, "init")
    try:
        numbers = [[float(word) for word in line.split()] for line in body or [] if line.strip()[:1] not in ("", "<", "#")]
        strategy, processes = int(numbers[0][8]), int(numbers[0][9])
        cross_section = sum(numbers[1 + i][0] for i in range(processes))
    except (IndexError, ValueError, OverflowError):
        raise BadFile("the LHE file has a damaged <init> block", path, hint=AGAIN) from None
    if abs(strategy) not in (1, 2, 3, 4) or not np.isfinite(cross_section):
        found = f"IDWTUP = {strategy}, XSECUP = {cross_section:g}"
        raise BadFile(f"the <init> block of {path}", found, "allowed: IDWTUP from +-1 to +-4 and a finite cross-section")
    return strategy, float(cross_section)


def _events(lines: Iterator[str], path: Path) -> tuple[list[int], list[float], "array[float]", list[int]]:
    counts: list[int] = []
    weights: list[float] = []
    rows = array("d")
    attempts: list[int] = []
    for line in lines:
        if _opens(line, "event"):
            count, weight, attempt = _event(lines, rows, len(counts) + 1, path)
            counts.append(count)
            weights.append(weight)
            attempts.append(attempt)
        elif "</LesHouchesEvents" in line:
            _finish(lines, path)
            return counts, weights, rows, attempts
    raise BadFile(f"the LHE file is truncated: it ends after event {len(counts)} without </LesHouchesEvents>", path, hint=AGAIN)


def _finish(lines: Iterator[str], path: Path) -> None:
    """Reads on to the end: only there does a compressed file show its checksum. A second file glued on is not half-read."""
    if any("<LesHouchesEvents" in line for line in lines):
        raise BadFile("the LHE file is several files glued together", path, hint="give them one by one")


def _event(lines: Iterator[str], rows: "array[float]", number: int, path: Path) -> tuple[int, float, int]:
    """NUP, XWGTUP and the attempt (-1: not said) of one event, whose particle lines go to the end of ``rows``."""
    body = _body(lines, "event")
    if body is None:
        raise BadFile(f"the LHE file is truncated: it is cut inside event {number}", path, hint=AGAIN)
    end = next((i for i, line in enumerate(body) if line.lstrip()[:1] in ("<", "#")), len(body))
    data = [line for line in body[:end] if line.strip()]
    try:
        head = data[0].split()
        count, weight = int(head[0]), float(head[2])
        found = [float(word) for line in data[1:] for word in line.split()]
    except (IndexError, ValueError):
        raise BadFile(f"the LHE file has something that is no number in event {number}", path, hint=AGAIN) from None
    if len(data) != count + 1 or len(found) != COLUMNS * count:
        raise BadFile(f"the LHE file announces {count} particles in event {number} and has {len(data) - 1} lines of them", path, hint=AGAIN)
    rows.extend(found)
    mark = body[end].split() if end < len(body) else []
    ours = mark[:2] == ["#", "attempt"] and len(mark) == 3 and mark[2].isdecimal() and len(mark[2]) < 19
    return count, weight, int(mark[2]) if ours else -1


def _body(lines: Iterator[str], tag: str) -> list[str] | None:
    """The lines up to the closing tag; None if the file ends, or an event begins, before it."""
    body: list[str] = []
    for line in lines:
        if f"</{tag}>" in line:
            return body
        if _opens(line, "event"):
            return None
        body.append(line)
    return None


def _opens(line: str, tag: str) -> bool:
    text = line.lstrip()
    return text.startswith(f"<{tag}") and text[len(tag) + 1 : len(tag) + 2] in (">", " ")
