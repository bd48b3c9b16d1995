"""Segments: several blocks in one file, written whole, checked when read.

A file is the SHA-256 of the rest (32 bytes), its header's length (8 bytes), the header as JSON (the address, the blocks' numbers,
type and shape of each array) and the arrays' bytes, aligned to 8. Nothing in it is executed.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from darkrecoil._errors import BadFile
from darkrecoil._run import atomic

Block: TypeAlias = tuple[NDArray[Any], ...]
TYPES = ("<f8", "<i8")  # every other type is a sign of a file that is not ours


def write(path: Path, key: str, blocks: Mapping[int, Block]) -> int:
    """The bytes of the segment written; 0 where it cannot be: its blocks are made again next time, and nothing of this run is lost."""
    numbers = sorted(blocks)
    shapes = [[[array.dtype.str, list(array.shape)] for array in blocks[number]] for number in numbers]
    head = json.dumps({"key": key, "blocks": numbers, "arrays": shapes}).encode()
    head += b" " * (-len(head) % 8)
    arrays = [np.ascontiguousarray(array) for number in numbers for array in blocks[number]]
    content = b"".join([len(head).to_bytes(8, "little"), head, *(array.tobytes() for array in arrays)])
    with suppress(BadFile, OSError), atomic(path) as temporary:
        temporary.write_bytes(hashlib.sha256(content).digest() + content)
        return len(content) + 32
    return 0


def read(path: Path, key: str) -> dict[int, Block]:
    """The blocks of the segment by number; none if there is no file, if it is not what was written, or if it is another sample's."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    if len(content) < 40 or hashlib.sha256(memoryview(content)[32:]).digest() != content[:32]:
        return {}
    end = 40 + int.from_bytes(content[32:40], "little")
    head = json.loads(content[40:end])
    return _unpacked(content, end, head) if head.get("key") == key else {}


def _unpacked(content: bytes, start: int, head: Mapping[str, Any]) -> dict[int, Block]:
    found: dict[int, Block] = {}
    for number, shapes in zip(head["blocks"], head["arrays"], strict=True):
        arrays = []
        for kind, shape in shapes:
            if kind not in TYPES:
                return {}
            arrays.append(np.frombuffer(content, kind, prod(shape), start).reshape(shape))
            start += arrays[-1].nbytes
        found[number] = tuple(arrays)
    return found
