"""docs/low_energy.md: every number within its tolerance, and the page is what the code gives."""

import re

import low_energy_numbers as numbers
import pytest

NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")


@pytest.mark.parametrize("entry", numbers.ENTRIES, ids=lambda entry: entry.name)
def test_a_number_is_the_reference_s(entry):
    assert entry.ours() == pytest.approx(entry.reference, rel=entry.tolerance, abs=0.0)
    assert entry.source


def test_the_page_is_what_the_code_gives():
    """Words alike; digits but for the last."""
    told, made = numbers.PAGE.read_text(encoding="utf-8"), numbers.page()
    assert NUMBER.sub("#", told) == NUMBER.sub("#", made)
    pairs = zip(NUMBER.findall(told), NUMBER.findall(made), strict=True)
    assert all(float(a) == pytest.approx(float(b), rel=2e-4) for a, b in pairs)
