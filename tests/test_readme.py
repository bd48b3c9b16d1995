"""What the README and the pages of docs/ show runs as it stands, in their order, with fewer events."""

import re
import shlex
from pathlib import Path

import pytest

from darkrecoil import _pythia, models
from darkrecoil.cli import run
from darkrecoil.cli._app import VERBS
from darkrecoil.generate import multichannel, store
from darkrecoil.generate.measured.processes import WORDS
from darkrecoil.limits import api, training
from darkrecoil.models import _own
from darkrecoil.models import _standard_model as standard

ROOT = Path(__file__).parents[1]
PAGES = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
PYTHON = [code for text in PAGES.values() for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
COMMANDS = [command for text in PAGES.values() for command in re.findall(r"^(?:uv run )?darkrecoil (.+)$", text, re.MULTILINE)]
QUICK = {"-n": "200", "--masses": "3", "--effective-luminosity": "0.01/fb", "--n-eff": "0.5"}
EASED = {"cross-section": ["--precision", "0.05"], "limit": ["--attempts", "8192"], "project": ["--attempts", "8192"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder that commands run in one after the other, with the documentation's own files where they are named."""
    place = tmp_path_factory.mktemp("readme")
    (place / "docs").symlink_to(ROOT / "docs")
    return place


@pytest.fixture
def here(folder, monkeypatch):
    """That folder, and lessons too short to be kept: grids learnt here must not lie in the user's cache."""
    grids = folder / "grids"
    grids.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(store, "folder", lambda: grids)
    monkeypatch.setattr(multichannel, "ROUNDS", 2)
    monkeypatch.setattr(multichannel, "FINAL", 4)
    monkeypatch.setattr(multichannel, "MOST", 4)
    monkeypatch.setattr(training, "ATTEMPTS", 16 * 8192)
    for verb in (api.limit, api.project):
        monkeypatch.setitem(verb.__kwdefaults__, "signal_attempts", 8 * 8192)
    return folder


def quick(words):
    """The words of a command with fewer events, one mass, an easier precision."""
    before = ["", *words]
    return [QUICK.get(old, word) for old, word in zip(before, words, strict=False)] + EASED.get(words[0], [])


def test_there_are_examples():
    assert len(COMMANDS) > 15
    assert {shlex.split(command)[0] for command in COMMANDS} <= VERBS.keys()


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "demo"])  # the demo: test_cli.py
@pytest.mark.usefixtures("here")
def test_command_runs(capsys, command):
    if {*WORDS} & {*command.replace('"', " ").split()} and _pythia.version() is None:
        pytest.skip("the extra pythia is not installed")
    assert run(quick(shlex.split(command, comments=True))) == 0, capsys.readouterr().err
    assert capsys.readouterr().out


@pytest.mark.parametrize("code", PYTHON)
def test_python_block_runs(code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(code.replace("jobs=2", "jobs=2, attempts=65536, signal_attempts=65536"), "README.md", "exec"), {})
    assert "fb" in capsys.readouterr().out
    assert (tmp_path / "limit.png").stat().st_size > 10_000


def test_what_is_linked_exists():
    for name, text in PAGES.items():
        for link in re.findall(r"\]\(([^):#]+)\)", text):
            assert (ROOT / name).parent.joinpath(link).exists(), f"{name}: {link}"


def test_the_page_of_models_names_every_structure_and_field():
    page = PAGES["docs/models.md"]
    words = {word for structures in _own.STRUCTURES.values() for word in structures if len(word) > 2}
    assert all(f"`{word}`" in page for word in words)
    known = re.search(r"Fields of the Standard Model: `([^`]+)`", page)
    assert set(known[1].split()) == {field.name for field in standard.FIELDS}


def test_the_readme_names_as_many_models_as_there_are():
    numbers = {9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen"}
    assert f"| models | {numbers[len(models.names())]} " in PAGES["README.md"]
