"""The numbers of docs/physics.md: each within its tolerance, and the page what the code says."""

import sys
from importlib import util
from pathlib import Path

import pytest

PLACE = Path(__file__).parents[1] / "validation" / "physics_numbers.py"
SPEC = util.spec_from_file_location("validation_physics_numbers", PLACE)
sys.modules[SPEC.name] = numbers = util.module_from_spec(SPEC)
SPEC.loader.exec_module(numbers)
ALL = [entry for made in numbers.ENTRIES.values() for entry in made()]


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_a_number_is_the_reference(entry):
    assert entry.ours() == pytest.approx(entry.reference, rel=entry.tolerance, abs=0)
    assert entry.source


def cells(text):
    """The tables' rows as lists of cells."""
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]


def differing(old, new):
    """Rows that differ by words, or by numbers beyond the fifth digit."""
    pairs = zip(cells(old), cells(new), strict=True)
    return [(a, b) for a, b in pairs if a[:1] + a[2:] != b[:1] + b[2:] or (a[1] != b[1] and abs(float(a[1]) / float(b[1]) - 1) > 1e-5)]


def test_the_page_says_what_the_code_finds():
    committed, made = numbers.PAGE.read_text(), numbers.page()
    assert not differing(committed, made)
    assert [line for line in committed.splitlines() if not line.startswith("|")] == [x for x in made.splitlines() if not x.startswith("|")]
    assert differing(made.replace("4.97359e-09", "4.97459e-09", 1), made)
    assert differing(made.replace("PDG compilation", "the compilation", 1), made)
