"""Workspaces of HistFactory as JSON files."""

import json
from pathlib import Path
from typing import Any

from darkrecoil._errors import BadFile


def load(path: str | Path) -> dict[str, Any]:
    """The object in a JSON file; BadFile if there is none, or something else."""
    try:
        found = json.loads(Path(path).read_text())
    except OSError as error:
        raise BadFile("the workspace cannot be read", path, hint=str(error.strerror or error)) from None
    except ValueError as error:
        raise BadFile("the workspace is not JSON", path, hint=str(error)) from None
    if not isinstance(found, dict):
        raise BadFile("the workspace is not a JSON object", path, hint="give a workspace as pyhf writes it")
    return found
