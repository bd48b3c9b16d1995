"""Density matrices: trace, hermiticity, positivity, the same from Dirac matrices in another basis, spins of pairs in closed form."""

import numpy as np
import pytest
from reference.algebra import polarisation
from reference.points import at_angles, flat
from spin_reference import emitted, reference_tensor
from theories import legs, scalar, theory, vector

from darkrecoil.amplitudes import machine, program
from darkrecoil.amplitudes.density import amplitudes, density
from darkrecoil.amplitudes.spin import sigma, tensor
from darkrecoil.amplitudes.spinors import antikets, bar, kets, longitudinal, polarisations, slash
from darkrecoil.amplitudes.theory import Term
from darkrecoil.constants import M_TAU

RUN = machine.compiled()
S, Z = scalar(1.2), vector(0.8)
PROCESSES = {
    "tau- tau+": (),
    "tau- tau+ gamma": (),
    "tau- tau+ S": ((S,), (Term(("tau", "tau", "S"), "scalar", 0.3, 0.3),)),
    "tau- tau+ Z'": ((Z,), (Term(("tau", "tau", "Z'"), "axial", 0.3, 0.3),)),
    "mu- mu+ tau- tau+": (),
    "tau- mu+ Z'": ((Z,), (Term(("tau", "mu", "Z'"), "left", 0.3, 0.3),)),
}


def made(words, n=70, seed=3):
    some = theory(*PROCESSES[words])
    ends = legs(some, words)
    return program.program(some, ends, halve=False), flat([e.line.mass for e in ends[2:]], 10.58, n, seed)[0]


@pytest.mark.parametrize("words", PROCESSES)
def test_the_trace_is_the_square_and_the_matrix_hermitian_and_positive(words):
    some, momenta = made(words)
    plain = program.program(theory(*PROCESSES[words]), legs(theory(*PROCESSES[words]), words))
    taus = [i for i, end in enumerate(some.legs) if end.line.name == "tau"]
    for chosen in (taus, taus[:1], [len(some.legs) - 1]):
        found = density(some, RUN, momenta, chosen)
        assert found.shape == (70, *[np.prod([some.legs[i].states for i in chosen])] * 2)
        assert np.trace(found, axis1=1, axis2=2) == pytest.approx(program.squared(plain, RUN, momenta), rel=1e-10)
        assert found == pytest.approx(np.conj(np.swapaxes(found, 1, 2)))
        values = np.linalg.eigvalsh(found)
        assert (values > -1e-12 * values[:, -1:]).all()


def test_amplitudes_have_an_axis_for_each_leg():
    some, momenta = made("tau- mu+ Z'")
    found = amplitudes(some, RUN, momenta)
    assert found.shape == (2, 2, 2, 2, 3, 70)
    assert np.sum(abs(found) ** 2, axis=(0, 1, 2, 3, 4)) * some.factor == pytest.approx(program.squared(some, RUN, momenta), rel=1e-12)
    one, two = density(some, RUN, momenta, [2, 4]), density(some, RUN, momenta, [4, 2])
    assert two == pytest.approx(one.reshape(70, 2, 3, 2, 3).transpose(0, 2, 1, 4, 3).reshape(70, 6, 6))


def test_a_halved_program_is_refused():
    some = theory()
    with pytest.raises(ValueError, match="halve=False"):
        density(program.program(some, legs(some, "tau- tau+")), RUN, flat([M_TAU, M_TAU], 10.58, 2, 1)[0], [2])


# The same from Dirac matrices: spin tensors do not depend on the basis of states


def tensors(momenta, some):
    taus = [2, 3]
    matrix = np.moveaxis(density(some, RUN, momenta, taus), 0, 2)
    return tensor(matrix, [tuple(momenta[:, i].T) for i in taus], M_TAU, [False, True])


@pytest.mark.parametrize(
    ("structure", "new"), [("scalar", S), ("pseudoscalar", S), ("vector", Z), ("left", Z), ("photon", None)], ids=lambda x: str(x)[:12]
)
def test_spins_of_a_pair_with_something_are_those_of_dirac_matrices(structure, new):
    some = theory((new,), (Term(("tau", "tau", new.name), structure, 0.3, 0.3),)) if new else theory()
    words = f"tau- tau+ {new.name if new else 'gamma'}"
    momenta = flat([M_TAU, M_TAU, new.mass if new else 0.0], 10.58, 50, 8)[0]
    expected = reference_tensor(emitted(momenta, structure, Z.mass))
    found = tensors(momenta, program.program(some, legs(some, words), halve=False))
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-9 * expected[0, 0].max())
    if structure == "left":
        assert abs(expected[0, 1:] / expected[0, 0]).max() > 0.1  # one tau alone is polarised


def test_the_polarisation_of_a_vector_is_that_of_dirac_matrices():
    """sum R_ab e_a^mu e_b^nu does not depend on the basis of polarisations."""
    some = theory((Z,), (Term(("tau", "tau", "Z'"), "left", 0.3, 0.3),))
    momenta = flat([M_TAU, M_TAU, Z.mass], 10.58, 50, 9)[0]
    matrix = density(program.program(some, legs(some, "tau- tau+ Z'"), halve=False), RUN, momenta, [4])
    k = tuple(momenta[:, 4].T)
    ours = np.moveaxis(np.array([*polarisations(k), longitudinal(k, Z.mass)]), 2, 0)  # (n, 3, 4)
    theirs = polarisation(momenta, 4, mass=Z.mass).reshape(50, 3, 4)
    amplitude = emitted(momenta, "left", Z.mass)
    expected = np.einsum("nabcdi,nabcdj,nim,njk->nmk", amplitude, amplitude.conj(), theirs, theirs, optimize=True) / 4
    assert np.einsum("nij,nim,njk->nmk", matrix, ours, ours) == pytest.approx(expected, rel=1e-7, abs=1e-9 * abs(expected).max())
    assert abs(matrix.imag).max() > 0.01 * abs(matrix).max()  # circular polarisation: a left-handed coupling


def test_bilinears_are_those_of_dirac_matrices_in_any_direction():
    rng = np.random.default_rng(1)
    p = rng.normal(size=(20, 3))
    four = (np.sqrt((p**2).sum(1) + M_TAU**2), *p.T)
    for anti in (False, True):
        found = np.array(sigma(four, M_TAU, anti)[1:])  # (3, h, g, n)
        spinors = antikets(four, M_TAU) if anti else kets(four, M_TAU)
        for h in (0, 1):
            sign = 1 if h == 0 else -1
            size = np.linalg.norm(p, axis=1)
            assert found[:, h, h].real == pytest.approx(sign * p.T / size)  # a state of helicity h has its spin along +-p
            on_shell = slash(four, spinors[h])
            assert np.array(on_shell) == pytest.approx((-1 if anti else 1) * M_TAU * np.array(spinors[h]), abs=1e-12)
            assert sum(a * b for a, b in zip(bar(spinors[h]), spinors[h], strict=True)).real == pytest.approx((-2 if anti else 2) * M_TAU)
        s = found.transpose(3, 0, 1, 2)
        commutator = s[:, 0] @ s[:, 1] - s[:, 1] @ s[:, 0]
        assert commutator == pytest.approx((1j if anti else -1j) * 2 * s[:, 2] * (-1 if anti else 1))


def pair_tensor(cosine, s):
    """T_ij/T_00 of e+e- -> gamma* -> f fbar in common axes: z along f, y across e- and f; closed form, textbook helicity amplitudes."""
    sine, inverse2 = np.sqrt(1 - cosine**2), 4 * M_TAU**2 / s
    out = np.zeros((4, 4, len(cosine)))
    out[0, 0] = 1 + cosine**2 + inverse2 * sine**2
    out[1, 1], out[2, 2], out[3, 3] = (1 + inverse2) * sine**2, (inverse2 - 1) * sine**2, 1 + cosine**2 - inverse2 * sine**2
    out[1, 3] = out[3, 1] = 2 * np.sqrt(inverse2) * sine * cosine
    return out


@pytest.mark.parametrize("root", [3.6, 10.58, 60.0])
def test_spins_of_a_pair_from_a_photon_are_the_closed_form(root):
    cosine = np.linspace(-0.95, 0.95, 11)
    some = theory()
    momenta = at_angles(cosine, (M_TAU, M_TAU), root)
    found = tensors(momenta, program.program(some, legs(some, "tau- tau+"), halve=False))
    sine = np.sqrt(1 - cosine**2)
    zero, one = np.zeros_like(cosine), np.ones_like(cosine)
    across = [-cosine, zero, sine], [zero, -one, zero], [sine, zero, cosine]  # x towards the e-, y = z x x, z along the tau-
    axes = np.array(across)
    axes[1] = np.cross(axes[2].T, axes[0].T).T
    turned = np.zeros((4, 4, len(cosine)))
    turned[0, 0] = found[0, 0]
    turned[1:, 1:] = np.einsum("ian,abn,jbn->ijn", axes, found[1:, 1:], axes)
    expected = pair_tensor(cosine, root**2)
    assert turned / found[0, 0] == pytest.approx(expected / expected[0, 0], abs=3e-7)  # the closed form neglects m_e^2/s
    assert found[0, 1:] == pytest.approx(0, abs=1e-9)
    assert np.trace(turned[1:, 1:]) == pytest.approx(found[0, 0], rel=1e-6)  # a spin triplet
