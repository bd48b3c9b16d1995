"""Samples that several test files share: made once."""

import os

import pytest
from hypothesis import HealthCheck, settings

from darkrecoil import analyses, limits, models
from darkrecoil.limits import training

SEARCH, MODEL = "belle2_zprime_invisible", "lmu_ltau"
SMALL = 24 * 8192

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
settings.load_profile("busy")
os.environ["DARKRECOIL_STORE"] = "0"  # what tests make is made, not read; the tests of the store have one of their own
training.ATTEMPTS = 48 * 8192  # of each background, for the cuts of a suppression: half of what a user's limit takes


@pytest.fixture(scope="session")
def small_study():
    """A small study of the Z' search: three masses and one beyond the end, 2e5 attempts per source, seed 1."""
    analysis = analyses.find(SEARCH)
    return limits.study(
        analysis, models.find(MODEL), analysis.datasets[0], [0.5, 3.0, 7.0, 9.0], jobs=2,
        attempts=SMALL, signal_attempts=8 * 8192,
    )  # fmt: skip
