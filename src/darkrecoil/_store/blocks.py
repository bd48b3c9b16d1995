"""The ordered map over blocks that reads those that are kept, makes the others, and keeps them by segments."""

import time
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from darkrecoil._run import Progress, ordered_map
from darkrecoil._store import place, segments
from darkrecoil._store.segments import Block

SIZE = 16  # blocks of a segment: what a killed run loses at most, for each of its samples
PER_BYTE, PER_FILE = 8e-9, 1e-3  # s that keeping and reading may cost: three times what they do (1.8 + 0.7 ns per byte, 0.4 ms per file)
OFTEN = 32e6  # bytes written between two looks at the size of the whole

_written = [OFTEN]  # since the last look: a process looks when it first writes


def kept(key: str | None, make: Callable[[int], Block], blocks: range, jobs: int = 1, progress: Progress | None = None) -> Generator[Block]:
    """make(block) for each block, in order, from the sample of that address where it lies there; without an address nothing is kept.

    Segments are written by the reader, when they are complete and when it stops, and hold what is on the disk already.
    """
    largest = place.most()
    if key is None or not largest:
        yield from ordered_map(make, blocks, jobs=jobs, progress=progress)
        return
    shelf = _Shelf(key, largest)
    read = lru_cache(maxsize=2 + 3 * jobs // SIZE)(shelf.read)  # the blocks ahead of the reader lie in so many segments

    def one(block: int) -> tuple[Block, float | None]:
        found = read(block // SIZE).get(block)
        if found is not None:
            return found, None
        begin = time.thread_time()
        return make(block), time.thread_time() - begin

    waiting: dict[int, tuple[Block, float]] = {}
    try:
        for block, (part, seconds) in zip(blocks, ordered_map(one, blocks, jobs=jobs, progress=progress), strict=True):
            if waiting and block // SIZE != next(iter(waiting)) // SIZE:
                waiting = shelf.write(waiting)
            if seconds is not None:
                waiting[block] = part, seconds
            yield part
    finally:
        shelf.write(waiting)


class _Shelf:
    """The folder of one sample."""

    def __init__(self, key: str, largest: float) -> None:
        self.key, self.folder, self.largest = key, place.of(key), largest

    def path(self, segment: int) -> Path:
        return self.folder / f"{segment:08d}{place.SUFFIX}"

    def read(self, segment: int) -> dict[int, Block]:
        return segments.read(self.path(segment), self.key)

    def write(self, new: dict[int, tuple[Block, float]]) -> dict[int, tuple[Block, float]]:
        """Keep new blocks of one segment, if making them takes longer than keeping them does; nothing is waiting then.

        The quickest counts for each of them: the first ones warm up what others find ready.
        """
        size = sum(array.nbytes for part, _ in new.values() for array in part)
        if new and len(new) * min(seconds for _, seconds in new.values()) > PER_FILE + PER_BYTE * size:
            segment = next(iter(new)) // SIZE
            with suppress(OSError):
                self.folder.mkdir(mode=0o700, exist_ok=True)
            all_ = {**self.read(segment), **{block: part for block, (part, _) in new.items()}}
            _written[0] += segments.write(self.path(segment), self.key, all_)
            if _written[0] >= min(OFTEN, self.largest / 4):
                _written[0] = 0.0
                place.trim(self.largest)
        return {}
