"""The linker, the branch-free math, the random numbers and the cache of compiled kernels."""

import math
import pickle

import numpy as np
import pytest

from darkrecoil import _jit
from darkrecoil._jit import cache, mathematics, philox
from darkrecoil.constants import alpha_scheme
from darkrecoil.generate import direct, multichannel
from darkrecoil.generate.recipe import recipe

SCALE = 3.0
MAP = "void(float64[::1], float64[::1])"


def scaled(x: float) -> float:
    """A docstring that is dropped."""
    y: float = SCALE * x
    return y


def over(x, out):
    for i in range(len(x)):
        out[i] = f(x[i]) * (scaled(1.0) / SCALE)  # noqa: F821


def unbound(x, out):
    out[0] = nowhere(x[0])  # noqa: F821


def directions():
    """A kernel that is sensitive to the order in which Numba walks through names."""
    return next(kernel for kernel in multichannel.kernels(True) if kernel.name == "radiation_moved")


def machine_code(path):
    """The object code in a file of Numba's cache; the rest of it names addresses of the process that compiled."""
    (_, kind, (code, _)), *_ = pickle.loads(path.read_bytes())
    assert kind == "object"
    return code


def compiled(function):
    return _jit.load([_jit.link("test_map", over, MAP, {"f": function})])[0]


CASES = {
    "sin": (math.sin, np.linspace(-50, 50, 5001), 0, 2e-15),
    "cos": (math.cos, np.linspace(-50, 50, 5001), 0, 2e-15),
    "tan": (math.tan, np.linspace(-1.5, 1.5, 3001), 1e-14, 1e-15),
    "exp": (math.exp, np.linspace(-700, 700, 5001), 4e-16, 0),
    "log": (math.log, np.geomspace(1e-300, 1e300, 5001), 3e-16, 5e-16),
    "tanh": (math.tanh, np.linspace(-20, 20, 2001), 1e-13, 1e-15),
    "arctanh": (math.atanh, np.linspace(-0.999, 0.999, 2001), 1e-12, 1e-15),
    "arccos": (math.acos, np.linspace(-1, 1, 2001), 1e-15, 2e-15),
}


@pytest.mark.parametrize("name", CASES)
def test_branch_free_function_is_libm(name):
    reference, x, relative, absolute = CASES[name]
    out = np.empty_like(x)
    compiled(mathematics.REPLACED[name])(x, out)
    np.testing.assert_allclose(out, [reference(v) for v in x], rtol=relative, atol=absolute)


def test_exp_is_clamped():
    """An unclamped polynomial returns nonsense below -708 without a word."""
    x, out = np.array([-745.0, -1e4, 1e4]), np.empty(3)
    compiled(mathematics.exp)(x, out)
    np.testing.assert_allclose(out, np.exp([-708.0, -708.0, 709.0]), rtol=1e-15)


def test_arc_tangent_in_all_quadrants():
    angle = np.linspace(-3.14159, 3.14159, 4001)

    def around(t: float) -> float:
        return np.arctan2(2.5 * np.sin(t), 2.5 * np.cos(t))

    out = np.empty_like(angle)
    globals()["around"] = around
    compiled(around)(angle, out)
    np.testing.assert_allclose(out, angle, atol=3e-15)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_philox_gives_the_known_answers(counter, key, words):
    """The known answers of Random123's kat_vectors for philox4x32-10."""
    given = [np.uint64(v) for v in (*counter, *key)]
    assert [int(w) for w in philox.philox(*given)] == words


def test_uniforms_stay_inside_the_open_interval():
    largest, least = np.uint64(0xFFFFFFFF), np.uint64(0)
    assert 0 < philox.unit(least, least) < 1e-15
    assert 1 - 1e-15 < philox.unit(largest, largest) < 1


def test_names_and_seeds_give_other_numbers():
    keys = {tuple(philox.key(*a)) for a in [(1, "p", "train"), (1, "p", "evaluate"), (2, "p", "train"), (1, "q", "train")]}
    assert len(keys) == 4


def test_uniforms_are_uniform():
    u, v = philox.pair(np.arange(200_000, dtype=np.uint64), philox.SAMPLE, np.uint64(0), *philox.key(1, "p", "user"))
    for x in (u, v):
        assert np.mean(x) == pytest.approx(0.5, abs=4 * math.sqrt(1 / 12 / len(x)))
        counts = np.bincount((x * 100).astype(int), minlength=100)
        assert ((counts - 2000) ** 2 / 2000).sum() == pytest.approx(99, abs=4 * math.sqrt(2 * 99))
    assert np.corrcoef(u, v)[0, 1] == pytest.approx(0, abs=4 / math.sqrt(len(u)))


def test_a_free_name_is_refused():
    with pytest.raises(NameError, match="nowhere is not bound"):
        _jit.link("test", unbound, MAP)


def test_text_holds_constants_and_no_docstring():
    text = _jit.link("test_map", over, MAP, {"f": scaled}).text
    assert "= 3.0" in text
    assert "dropped" not in text
    assert "float:" not in text


def test_another_source_is_another_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one, two = (_jit.link("test_map", over, MAP, {"f": f}) for f in (mathematics.sin, mathematics.cos))
    assert cache._written(one) != cache._written(two)
    assert cache._written(one) == cache._written(one)
    assert cache.info()["kernels"] == 2
    assert cache.clear() == 2
    assert cache.info()["kernels"] == 0


def test_missing_kernels_are_compiled_in_processes(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    seen = []
    kernels = [_jit.link("test_map", over, MAP, {"f": f}) for f in (mathematics.sin, mathematics.cos)]
    sine, cosine = _jit.load(kernels, jobs=2, progress=lambda *a: seen.append(a))
    assert seen == [(1, 2), (2, 2)]
    out = np.empty(1)
    sine(np.array([0.5]), out)
    assert out[0] == pytest.approx(math.sin(0.5))
    cosine(np.array([0.5]), out)
    assert out[0] == pytest.approx(math.cos(0.5))


def test_compiled_code_does_not_depend_on_the_process_that_wants_it(tmp_path, monkeypatch):
    """Numba orders by hash: under Python's random seeds this kernel came out different each time, and grids learnt with it, too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = []
    for seed in "12":
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        cache._imported.cache_clear()
        cache.load([directions()])
        made += [machine_code(path) for path in cache.folder().rglob("*.nbc")]
        cache.clear()
    assert len(made) == 2
    assert made[0] == made[1]


@pytest.mark.parametrize("damage", ["machine code cut", "index cut", "text lost"])
def test_a_damaged_cache_mends_itself(tmp_path, monkeypatch, damage):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kernel = _jit.link("test_map", over, MAP, {"f": mathematics.sin})
    _jit.load([kernel])
    cache._imported.cache_clear()
    (path,) = cache.folder().glob("*.py")
    victim = {"machine code cut": "*.nbc", "index cut": "*.nbi"}.get(damage)
    if victim:
        (broken,) = (path.parent / "__pycache__").glob(victim)
        broken.write_bytes(broken.read_bytes()[:40])
    else:
        path.write_text("")
    out = np.empty(1)
    _jit.load([kernel])[0](np.array([0.5]), out)
    assert out[0] == pytest.approx(math.sin(0.5))


def test_a_folder_that_others_can_write_is_not_trusted(tmp_path, monkeypatch):
    """What lies in the cache is executed."""
    shared = tmp_path / "darkrecoil" / "kernels"
    shared.mkdir(parents=True)
    shared.chmod(0o777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(tmp_path / "other"))
    assert cache.folder() != shared
    shared.chmod(0o755)
    assert cache.folder() == shared


def test_a_relative_cache_folder_is_not_used(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    assert cache.folder().is_absolute()


def test_the_cache_falls_back_where_home_cannot_be_written(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(tmp_path))
    assert str(cache.folder()).startswith(str(tmp_path))


def test_generation_is_vectorised():
    """Packed multiplications dominate: one call or look-up in the event loop would silently lose a factor 4."""
    text = direct.kernel(recipe("e+ e- -> mu+ mu- gamma", alpha_scheme("0"), 10.58)).text
    scope: dict[str, object] = {}
    exec(compile(text.replace(", cache=True", ""), "kernel", "exec"), scope)
    code = next(iter(scope["run"].inspect_asm().values()))
    assert code.count("mulpd") > 0.7 * code.count("mulsd")


def test_loading_a_kernel_leaves_numba_s_extensions_to_others():
    from numba.core import entrypoints

    before = entrypoints._already_initialized
    _jit.load([direct.kernel(recipe("e+ e- -> mu+ mu-", alpha_scheme("0"), 10.58))])
    assert entrypoints._already_initialized == before


def test_loading_leaves_numba_with_its_linear_algebra():
    """Loading looks past scipy.linalg, which no kernel uses; what others compile afterwards has it."""
    import subprocess
    import sys

    code = (
        "import sys; from darkrecoil.amplitudes import machine; machine.compiled(); assert 'scipy.linalg' not in sys.modules; "
        "import numba, numpy as np; a = np.diag([2.0, 4.0]); "
        "print(numba.njit(lambda a: a @ np.linalg.inv(a))(a).trace(), numba.njit(lambda a: np.cov(a))(a).shape)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["2.0", "(2,", "2)"]
