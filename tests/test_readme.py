"""What the README shows runs as it stands."""

import re
import shlex
from pathlib import Path

import pytest

from darkrecoil.cli._app import VERBS

TEXT = (Path(__file__).parents[1] / "README.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
DOCS = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))
COMMANDS = re.findall(r"^(?:uv run )?darkrecoil (.+)$", "\n".join([TEXT, *(page.read_text() for page in DOCS)]), re.MULTILINE)


@pytest.mark.parametrize("code", PYTHON)
def test_python_block_runs(code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(code.replace("jobs=2", "jobs=2, attempts=65536, signal_attempts=65536"), "README.md", "exec"), {})
    assert "fb" in capsys.readouterr().out
    assert (tmp_path / "limit.png").stat().st_size > 10_000


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_understood(command):
    words = shlex.split(command, comments=True)
    assert words[0] in VERBS


def test_pictures_exist():
    for name in re.findall(r"\]\((docs/images/[^)]+)\)", TEXT):
        assert (Path(__file__).parents[1] / name).is_file()
