"""Ordered maps, interruption, progress, and files that appear whole or not at all."""

import io
import stat
import sys

import pytest

from darkrecoil import _run
from darkrecoil._errors import BadFile, BadValue

# jax says so when anything forks after it was imported, by another test
pytestmark = pytest.mark.filterwarnings(r"ignore:os.fork\(\) was called:RuntimeWarning")


def square(x):
    return x * x


def sometimes(x):
    if x == 5:
        raise ValueError("five")
    return x


def interrupted(x):
    if x == 3:
        raise KeyboardInterrupt
    return x


@pytest.mark.parametrize("backend", ["serial", "threads", "processes"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(backend, jobs):
    assert list(_run.ordered_map(square, range(50), jobs=jobs, backend=backend)) == [x * x for x in range(50)]


@pytest.mark.parametrize("backend", ["serial", "threads", "processes"])
def test_an_error_is_raised_here(backend):
    with pytest.raises(ValueError, match="five"):
        list(_run.ordered_map(sometimes, range(50), jobs=2, backend=backend))


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_the_map(jobs):
    with pytest.raises(KeyboardInterrupt):
        list(_run.ordered_map(interrupted, range(50), jobs=jobs))


def test_work_does_not_run_far_ahead_of_its_reader():
    begun = []
    results = _run.ordered_map(begun.append, range(1000), jobs=2)
    next(results)
    results.close()
    assert len(begun) < 50


def test_more_jobs_than_items_do_no_harm():
    assert list(_run.ordered_map(square, range(3), jobs=500)) == [0, 1, 4]
    assert list(_run.ordered_map(square, [], jobs=4)) == []


def test_progress_counts_to_the_end():
    seen = []
    list(_run.ordered_map(square, range(4), jobs=2, progress=lambda *a: seen.append(a)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_jobs_and_backends_that_cannot_be():
    with pytest.raises(BadValue, match="jobs"):
        list(_run.ordered_map(square, range(3), jobs=0))
    with pytest.raises(BadValue, match="cluster"):
        list(_run.ordered_map(square, range(3), jobs=2, backend="cluster"))


def test_the_bar_is_for_terminals_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    assert _run.bar("x", quiet=True) is None
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert _run.bar("x") is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    show = _run.bar("x")
    assert show is not None
    show(1, 2)
    show(2, 2)
    assert sys.stderr.getvalue().endswith("2/2\n")


def test_blocks():
    assert [_run.block_count(n) for n in (1, 8192, 8193)] == [1, 1, 2]
    assert _run.processors() >= 1


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "out.txt"
    with _run.atomic(path) as temporary:
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~_run._umask()


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")

    def half():
        with _run.atomic(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_where_no_file_can_be(tmp_path):
    with pytest.raises(BadFile, match="does not exist"):
        _run.check_writable(tmp_path / "no" / "out.txt")
    with pytest.raises(BadFile, match="is a folder"):
        _run.check_writable(tmp_path)


def test_a_link_is_followed_and_a_device_refused(tmp_path):
    (tmp_path / "link.txt").symlink_to(tmp_path / "out.txt")
    with _run.atomic(tmp_path / "link.txt") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "out.txt").read_text() == "new"
    with pytest.raises(BadFile, match="device"):
        _run.check_writable("/dev/null")


def test_a_read_only_file_is_not_replaced(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(BadFile, match="must not be written"):
        _run.check_writable(path)
