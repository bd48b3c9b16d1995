"""Cross-sections and distributions against other generators, as docs/generators.md tabulates them, and that page against the code.

The numbers of MadGraph5_aMC@NLO 3.5.7, BabaYaga@NLO and of integrations independent of this package stand in validation/generators.py,
histograms of MadGraph's events in tests/data: facts, made once at 10.58 GeV with the cuts that stand there, too.
"""

import re
import sys
from importlib import util
from math import hypot, sqrt
from pathlib import Path

import numpy as np
import pytest


def script(name):
    """The module of a file in validation/, which is no package."""
    spec = util.spec_from_file_location(f"validation_{name}", Path(__file__).parents[1] / "validation" / f"{name}.py")
    sys.modules[spec.name] = util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[spec.name])
    return sys.modules[spec.name]


generators = script("generators")
TOTALS, Histogram, agreement, compared = generators.TOTALS, generators.Histogram, generators.agreement, generators.compared
histograms, total = generators.histograms, generators.total

USED = [(name, i) for name, entry in TOTALS.items() for i, some in enumerate(entry.references) if not some.fault]
FAULTY = [(name, i) for name, entry in TOTALS.items() for i, some in enumerate(entry.references) if some.fault]
LEAST_P = 1e-3  # of 13 variables, one in 77 times


def named(case):
    name, i = case
    return f"{name}, {TOTALS[name].references[i].source}"


# Cross-sections


@pytest.mark.parametrize("case", USED, ids=named)
def test_a_cross_section_is_the_other_program_s(case):
    """Within 0.4 %, or within the other's error where that is larger; and, stricter, within four standard deviations of both."""
    name, i = case
    (value, error), other = total(name), TOTALS[name].references[i]
    assert error <= 0.0008 * value
    assert abs(value - other.value) < max(0.004 * other.value, other.error)
    assert abs(value - other.value) < 4 * hypot(error, other.error)


@pytest.mark.parametrize("case", FAULTY, ids=named)
def test_a_faulty_cross_section_is_low_and_others_say_so(case):
    """0.6 to 2.5 % below ours, beyond its own error; what is used of the same process agrees with ours and not with it."""
    name, i = case
    (value, error), other = total(name), TOTALS[name].references[i]
    assert 0.005 - 2 * error / value < 1 - other.value / value < 0.03
    assert value - other.value > 3 * other.error
    best = min((some for some in TOTALS[name].references if not some.fault), key=lambda some: some.error)
    assert abs(value - best.value) < 0.2 * (best.value - other.value)


@pytest.mark.parametrize("name", generators.QUADRATURES)
def test_the_quadrature_gives_what_the_table_says(name):
    (told,) = (some.value for some in TOTALS[name].references if some.source == generators.QUADRATURE)
    assert generators.QUADRATURES[name]() == pytest.approx(told, rel=1e-6)


def test_the_quadrature_has_converged():
    """Another number of nodes, and the same interval in two pieces."""
    how = {"text": "e+ e- -> mu+ mu- Z'", "m": generators.M_MU, "heavy": 3.0, "mass": 3.0, "g_v": 0.1}
    whole, more = (generators.pairs_with(low=0.3, high=7.0, nodes=nodes, **how) for nodes in (40, 60))
    assert whole == pytest.approx(more, rel=1e-6)
    assert generators.pairs_with(low=0.3, high=2.0, **how) + generators.pairs_with(low=2.0, high=7.0, **how) == pytest.approx(
        more, rel=1e-6
    )


# Distributions


@pytest.mark.parametrize("case", histograms(), ids=" ".join)
def test_a_distribution_is_madgraph_s(case):
    assert compared(*case).p_value > LEAST_P


def test_our_pair_mass_is_the_exact_one():
    """Half a million events against quadrature: 25 times MadGraph's, in the one variable where that sample is in tension."""
    h, share = generators.exact_pair_mass()
    (plus, minus, _), weight = generators.events("mumuzp_m3")
    counts = np.histogram(generators.QUANTITIES["m_dimuon"](plus, minus, None), h.edges, weights=weight / weight.mean())[0]
    assert np.mean(weight == weight.min()) > 0.95  # unweighted, but for what lies above the maximum
    ours = agreement(Histogram(h.low, h.high, tuple(counts)), share, np.zeros_like(share))
    assert ours.p_value > LEAST_P


def test_the_test_of_shapes_can_fail():
    """Muons exchanged for an isotropic shape, or a spectrum shifted by a bin: far below the least p."""
    h = histograms()["mumuzp_m3", "cos_opening_mumu"]
    flat = np.full(len(h.counts), 1 / len(h.counts))
    assert agreement(h, flat, 0 * flat).p_value < 1e-12
    h = histograms()["mumuzp_m3", "m_dimuon"]
    shifted = np.roll(h.counts, 1) / sum(h.counts)
    assert agreement(h, shifted, 0 * shifted).p_value < 1e-12


def test_sparse_bins_are_merged_and_none_is_lost():
    h = Histogram(0.0, 1.0, (0, 3, 40, 50, 7, 0))
    share = np.array([0.0, 0.04, 0.4, 0.5, 0.06, 0.0])
    fit = agreement(h, share, 0 * share)
    assert fit.ndf == 1
    assert fit.chi2 == pytest.approx((43 - 44) ** 2 / 44 + (57 - 56) ** 2 / 56)


def test_the_histograms_are_whole_samples():
    sizes = {name: {sum(h.counts) for (of, _), h in histograms().items() if of == name} for name, _ in histograms()}
    assert sizes == {"mumuzp_m3": {20_000}, "gammaAprime_m5": {5_000}, "emuZLFV_m3": {10_000}}
    assert generators.HISTOGRAMS.stat().st_size < 10_000


# The page


def rows(text):
    """The tables' rows as lists of cells, without the headings."""
    found = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("| e+")]
    return [[cell.strip() for cell in row] for row in found]


def is_total(row):
    return "/" not in row[3]


def number(cell):
    """Value and error of "1.23 +- 0.04 pb"."""
    value, _, error, unit = cell.split()
    return float(value), float(error), unit


def disagreements(committed, made):
    """Rows of the two pages that say different things: other words or references, or numbers beyond statistics.

    Ours are statistical, four standard deviations; chi^2 moves by 2 sqrt(chi^2 n/N) with our N events against n of MadGraph's.
    """
    pairs = zip(rows(committed), rows(made), strict=True)
    return [(old, new) for old, new in pairs if not (same_total(old, new) if is_total(new) else same_shape(old, new))]


def same_total(old, new):
    (value, error, unit), (now, error_now, unit_now) = number(old[2]), number(new[2])
    words = [0, 1, 3, 5]
    ratio = value / number(old[3])[0]
    return (
        len(old) == len(new)
        and [old[i] for i in words] == [new[i] for i in words]
        and unit == unit_now
        and abs(value - now) < 4 * hypot(error, error_now)
        and abs(float(old[4]) - ratio) < 6e-4  # of rounded numbers
    )


def same_shape(old, new):
    (chi2, ndf), (now, ndf_now) = (map(float, row[3].split("/")) for row in (old, new))
    return old[:3] == new[:3] and abs(ndf - ndf_now) <= 1 and abs(chi2 - now) < 1 + 8 * sqrt(2 * now * 20_000 / generators.EVENTS)


@pytest.fixture(scope="module")
def made():
    return generators.page()


def test_the_page_says_what_the_code_finds(made):
    committed = generators.PAGE.read_text()
    assert "uv run python validation/generators.py" in committed.splitlines()[2]
    assert len(rows(committed)) == len(rows(made)) == len(USED) + len(FAULTY) + len(histograms()) + 1
    assert not disagreements(committed, made)
    plain = [line for line in made.splitlines() if not line.startswith("| e+")]
    assert [line for line in committed.splitlines() if not line.startswith("| e+")] == plain


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| 135.748 +- 0.016 pb", "| 135.648 +- 0.016 pb"),  # a reference
        ("| 775.9", "| 776.9"),
        ("abs(cos_theta_cms(gamma)) < 0.95; mass", "abs(cos_theta_cms(gamma)) < 0.94; mass"),
        ("BabaYaga@NLO, Born (*)", "BabaYaga@NLO, Born"),
        ("| p_mu_max | ours | ", "| p_mu_max | ours | 9"),
        ("| 1.0001 |", "| 1.0041 |"),
    ],
)
def test_a_stale_page_is_seen(made, old, new):
    assert old in made
    assert disagreements(made.replace(old, new, 1), made)
    assert not disagreements(made, made)


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [(775.92533, 0.00517, "775.9253 +- 0.0052"), (286700.0, 251.6, "286700 +- 252"), (0.9956, 0.0096, "0.9956 +- 0.0096")],
)
def test_errors_have_two_digits(value, error, text):
    assert generators.plus_minus(value, error) == text
