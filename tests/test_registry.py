"""Registries, errors, and the lazily loaded public names."""

import pytest

import darkrecoil
from darkrecoil import _errors, analyses, models
from darkrecoil._registry import Registry
from darkrecoil.cli import list_

MINE = """
from dataclasses import replace
from darkrecoil import models
MODEL = replace(models.find("lmu_ltau"), name="mine", title="My own")
"""


def registry(folder, attribute="MODEL"):
    return Registry("model", "darkrecoil.models", attribute, "darkrecoil.models", _errors.unknown, (folder,))


def test_a_file_in_a_folder_of_ones_own_is_an_entry(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "_helper.py").write_text("")
    known = registry(tmp_path)
    assert known.names() == sorted([*models.names(), "mine"])
    assert known.find("mine").title == "My own"


def test_a_file_that_declares_nothing_is_refused(tmp_path):
    (tmp_path / "mine.py").write_text("x = 1")
    with pytest.raises(AttributeError, match="declares no MODEL"):
        registry(tmp_path).find("mine")


def test_an_unknown_name_has_its_nearest(tmp_path):
    with pytest.raises(_errors.UnknownName, match="did you mean 'lmu_ltau'"):
        registry(tmp_path).find("lmu_tau")


@pytest.mark.parametrize(("package", "attribute"), [(models, "MODEL"), (analyses, "ANALYSIS")])
def test_every_file_of_a_registry_folder_is_an_entry_with_sources(package, attribute):
    assert package.names()
    for name in package.names():
        assert package.find(name).references, f"{name} names no source"
        assert package.REGISTRY.attribute == attribute


def test_errors_are_one_line_with_value_range_and_way_out():
    error = _errors.out_of_range("the mass", 12.0, 0.0, 10.0, "GeV", "take less")
    assert str(error) == "the mass is out of range: 12 GeV; allowed: 0 to 10 GeV; take less"
    assert error.exit_code == 3
    assert "\n" not in str(_errors.BadFile("bad\nfile", "a\nb"))
    assert _errors.unknown("model", "x", []).exit_code == 2


def test_a_long_list_of_names_is_cut():
    message = str(_errors.unknown("entry", "entry_71", [f"entry_{i}" for i in range(100)]))
    assert "and 100 in all" in message
    assert len(message) < 300


def test_public_names_are_there():
    for name in darkrecoil.__all__:
        assert getattr(darkrecoil, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        darkrecoil.nothing  # noqa: B018
    assert "limit" in dir(darkrecoil)


def test_a_name_that_two_sources_claim_is_refused(tmp_path):
    (tmp_path / "alp.py").write_text(MINE)
    known = registry(tmp_path)
    with pytest.raises(ValueError, match=r"the model alp is there 2 times: .*darkrecoil\.models; rename or remove all but one"):
        known.find("alp")
    assert "2 times" in known.fault("alp")
    assert known.fault("lmu_ltau") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("x = 1", "declares no MODEL"),
        ("MODEL = 3", "is a int"),
    ],
)
def test_a_broken_plug_in_is_listed_with_its_reason(tmp_path, monkeypatch, text, says):
    (tmp_path / "mine.py").write_text(text)
    monkeypatch.setattr(models, "REGISTRY", registry(tmp_path))
    with pytest.raises(_errors.BadFile, match=f"the model mine cannot be used.*{says}"):
        models.find("mine")
    rows = {row["name"]: row for row in list_.models()}
    assert says in rows["mine"]["reason"]
    assert "reason" not in rows["alp"]
    assert list_.processes()
