"""The house: lint, format, types, the repository's review, and what must not be tracked. A failure shows the tool's own words."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import darkrecoil

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REGISTRY_URL = re.compile(r"https?://[^\s\"'<>)]*?(pypi\.|pythonhosted|conda\.anaconda|/simple\b|/packages/|/-/[^\s]+\.tgz)")
LONGEST = 400  # lines of a source file


def said(*command):
    """The exit status of a tool, and what it printed."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("repo_review", ".", "--show", "err")],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_tool_has_nothing_to_say(command):
    status, output = said(*command)
    if status:
        pytest.fail(f"{' '.join(command)}\n{output}", pytrace=False)


def in_repository():
    """The files that are tracked or about to be."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_lock_files_are_not_in_the_repository():
    assert not [path.name for path in in_repository() if path.name == "uv.lock" or re.fullmatch(r"pylock.*\.toml", path.name)]


def test_no_file_names_a_package_registry():
    found = {
        str(path.relative_to(ROOT)): match[0] for path in in_repository() if (match := REGISTRY_URL.search(path.read_text(errors="ignore")))
    }
    assert not found


@pytest.mark.parametrize(
    ("text", "is_registry"),
    [
        ("ht" + "tps://files.pythonhosted.org/packages/x.whl", True),
        ("ht" + "tps://pypi.org/simple", True),
        ("ht" + "tp://mirror.example:8080/root/simple/numpy", True),
        ("https://github.com/astral-sh/ruff-pre-commit", False),
        ("https://arxiv.org/abs/1912.11276", False),
        ("a simple/packages/path", False),
    ],
)
def test_a_registry_is_recognised(text, is_registry):
    assert bool(REGISTRY_URL.search(text)) == is_registry


def test_source_files_are_short():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert lengths
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}


def test_one_version_everywhere():
    (cited,) = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    version = PYPROJECT["project"]["version"]
    assert darkrecoil.__version__ == version
    assert cited.strip("\"'") == version
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()


def test_warnings_are_errors():
    assert PYPROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"] == ["error"]


def test_every_requirement_is_pinned():
    groups = PYPROJECT["dependency-groups"]
    wanted = [*PYPROJECT["project"]["dependencies"], *groups["test"], *groups["lint"]]
    pinned = {pin.partition("==")[0] for pin in PYPROJECT["tool"]["uv"]["constraint-dependencies"]}
    assert {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted} <= pinned
    assert not [pin for pin in PYPROJECT["tool"]["uv"]["constraint-dependencies"] if "==" not in pin or "://" in pin]
