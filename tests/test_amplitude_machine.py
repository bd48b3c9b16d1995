"""The amplitude machine: Ward identities, closed forms, other roots, all states, electrons down the pipe, refusals."""

import dirac
import numpy as np
import pytest
from reference.points import flat
from theories import legs, scalar, theory, vector

from darkrecoil.amplitudes import machine, program
from darkrecoil.amplitudes.assemble import assemble
from darkrecoil.amplitudes.currents import currents
from darkrecoil.amplitudes.diagrams import diagrams
from darkrecoil.amplitudes.rules import rules
from darkrecoil.amplitudes.theory import Line, Term, leg
from darkrecoil.constants import M_E, M_MU, M_TAU

RUN = machine.compiled()
MASS = {"e": M_E, "mu": M_MU, "tau": M_TAU, "gamma": 0.0}
S, Z, A = scalar(1.2), vector(0.8), scalar(2.0, "a")
W = Line("W", "W+", "W-", 24, 1, 80.4)
NU = Line("nu_e", "nu_e", "nu_ebar", 12, 0.5, 0.0)
ELECTROWEAK = (Term(("nu_e", "e", "W"), "left", 0.4, 0.4), Term(("W", "W", "gamma"), "gauge", 1.0, 1.0))
PHOTONIC = {
    "gamma gamma": (),
    "gamma gamma gamma": (),
    "gamma gamma gamma gamma": (),
    "mu- mu+ gamma": (),
    "tau- tau+ gamma": (),
    "e- e+ gamma": (),
    "mu- mu+ gamma gamma": (),
    "gamma Z'": ((Z,), (Term(("e", "e", "Z'"), "vector", 0.3, 0.3),)),
    "gamma a": ((A,), (Term(("gamma", "gamma", "a"), "dual", 0.2, 0.2),)),
    "e- e+ gamma a": ((A,), (Term(("gamma", "gamma", "a"), "even", 0.2, 0.2),)),
    "mu- mu+ Z' gamma": ((Z,), (Term(("mu", "mu", "Z'"), "axial", 0.3, 0.3),)),
    "e- mu+ Z' gamma": ((Z,), (Term(("e", "mu", "Z'"), "left", 0.3, 0.3),)),
    "mu- mu+ S gamma": ((S,), (Term(("mu", "mu", "S"), "pseudoscalar", 0.3, 0.3),)),
    "mu- tau+ gamma": ((), (Term(("mu", "tau", "e", "e"), "LR", 0.3, 0.3),)),
    "nu_e nu_ebar gamma": ((W, NU), ELECTROWEAK),
}


def masses(some, words):
    return [leg(some, word, False).line.mass for word in words.split()]


def points(some, words, n=32, seed=1):
    return flat(masses(some, words), 10.58, n, seed)[0]


def made(words, extra=(), gradient=None):
    some = theory(*extra)
    return program.program(some, legs(some, words), gradient), points(some, words)


@pytest.mark.parametrize("words", PHOTONIC)
def test_a_photon_s_momentum_in_place_of_its_polarisation_gives_nothing(words):
    extra = PHOTONIC[words]
    photons = [i + 2 for i, word in enumerate(words.split()) if word == "gamma"]
    some, momenta = made(words, extra)
    right = program.squared(some, RUN, momenta)
    for photon in photons:
        wrong = program.squared(made(words, extra, photon)[0], RUN, momenta)
        # amplitudes, not squares, in units of the photon's energy
        assert np.all(np.sqrt(wrong / right) / momenta[:, photon, 0] < 1e-10)


def test_pairs_with_a_photon_or_a_vector_are_the_traces():
    some, momenta = made("mu- mu+ gamma")
    expected = [dirac.pair_photon(*p, M_E, M_MU) for p in momenta[:6]]
    assert program.squared(some, RUN, momenta)[:6] == pytest.approx(expected, rel=1e-12)
    some, momenta = made("mu- mu+ Z'", ((Z,), (Term(("mu", "mu", "Z'"), "vector", 1.0, 1.0),)))
    expected = [dirac.pair_vector(*p, M_MU, 0.8) for p in momenta[:6]]
    assert program.squared(some, RUN, momenta)[:6] == pytest.approx(expected, rel=1e-7)  # these traces neglect m_e^2/s


def test_three_photons_are_the_closed_form():
    some, momenta = made("gamma gamma gamma")
    p, k = momenta[:, :2], momenta[:, 2:]
    dots = np.einsum("nim,m,njm->nij", p, [1, -1, -1, -1], k)
    a, b = dots[:, 0], dots[:, 1]
    # physics: (4 pi alpha)^3 s sum a b (a^2 + b^2)/prod a b for massless electrons; here e = 1 and 1/3!
    expected = 10.58**2 * np.sum(a * b * (a**2 + b**2), axis=1) / np.prod(a * b, axis=1) / 6
    wide = np.all(np.abs(k[:, :, 3]) < 0.95 * k[:, :, 0], axis=1)
    assert program.squared(some, RUN, momenta)[wide] == pytest.approx(expected[wide], rel=1e-5)


def test_pairs_are_their_closed_forms():
    some, momenta = made("gamma gamma")
    c = momenta[:, 2, 3] / momenta[:, 2, 0]
    wide = np.abs(c) < 0.95
    expected = 2 * (1 + c**2) / (1 - c**2) * 2 / 2  # e^4, identical photons
    assert program.squared(some, RUN, momenta)[wide] == pytest.approx(expected[wide], rel=1e-6)
    some, momenta = made("e- e+")
    s = 10.58**2
    t = -s / 2 * (1 - momenta[:, 2, 3] / momenta[:, 0, 3])
    u = -s - t
    expected = 2 * ((s**2 + u**2) / t**2 + 2 * u**2 / (s * t) + (u**2 + t**2) / s**2)
    wide = t < -0.01 * s
    assert program.squared(some, RUN, momenta)[wide] == pytest.approx(expected[wide], rel=1e-5)


@pytest.mark.parametrize("words", ["e- e+ e- e+", "e- e+ mu- mu+", "mu- mu+ gamma gamma", "e- mu+ Z' gamma", "nu_e nu_ebar gamma"])
def test_the_leg_that_closes_the_amplitude_does_not_matter(words):
    some = theory(*PHOTONIC.get(words, ()))
    momenta, ends = points(some, words), legs(some, words)
    found = rules(some)
    values = []
    for root in range(2, len(ends)):
        joined = currents(ends, found, root)
        tape = assemble(some, joined, program._states(joined))
        values.append(program.squared(program.Program(tuple(ends), joined, program._arrays(tape), 1.0), RUN, momenta))
    assert all(np.allclose(value, values[0], rtol=1e-10, atol=0) for value in values)


@pytest.mark.parametrize(
    ("words", "term", "halved"),
    [
        ("mu- mu+ Z'", Term(("mu", "mu", "Z'"), "vector", 0.3, 0.3), True),
        ("mu- mu+ Z'", Term(("mu", "mu", "Z'"), "axial", 0.3, 0.3), True),
        ("mu- mu+ Z'", Term(("mu", "mu", "Z'"), "left", 0.3, 0.3), False),
        ("mu- mu+ S", Term(("mu", "mu", "S"), "pseudoscalar", 0.3, 0.3), True),
        ("mu- tau+", Term(("mu", "tau", "e", "e"), "VA", 0.3, 0.3), False),
        ("mu- tau+", Term(("mu", "tau", "e", "e"), "LR", 0.3, 0.3), False),
        ("gamma a", Term(("gamma", "gamma", "a"), "dual", 0.3, 0.3), True),
    ],
)
def test_parity_gives_half_of_the_states_where_it_holds(words, term, halved):
    some = theory((Z, S, A), (term,))
    momenta, ends = points(some, words), legs(some, words)
    joined = currents(ends, rules(some), 3)
    assert program.parity_conserved(joined) == halved
    whole = assemble(some, joined, tuple(tuple(range(e.states)) for e in ends))
    full = program.Program(tuple(ends), joined, program._arrays(whole), 0.25)
    assert program.squared(program.program(some, ends), RUN, momenta) == pytest.approx(program.squared(full, RUN, momenta), rel=1e-10)


def test_mixed_vector_and_axial_couplings_are_not_halved():
    some = theory((Z,), (Term(("mu", "mu", "Z'"), "vector", 0.3, 0.3), Term(("mu", "mu", "Z'"), "axial", 0.2, 0.2)))
    joined = currents(legs(some, "mu- mu+ Z'"), rules(some), 3)
    assert not program.parity_conserved(joined)


def test_left_and_right_make_vector():
    left, right = (Term(("mu", "mu", "Z'"), side, 0.3, 0.3) for side in ("left", "right"))
    both, momenta = made("mu- mu+ Z'", ((Z,), (left, right)))
    one, _ = made("mu- mu+ Z'", ((Z,), (Term(("mu", "mu", "Z'"), "vector", 0.3, 0.3),)))
    assert program.squared(both, RUN, momenta) == pytest.approx(program.squared(one, RUN, momenta), rel=1e-12)


def test_a_real_photon_may_have_a_coupling_of_its_own():
    some, momenta = made("mu- mu+ gamma")
    terms = [Term((name, name, "gamma"), "vector", 1.0, 0.7) for name in ("e", "mu")]
    other = theory()
    other = type(other)(other.lines, tuple(terms))
    changed = program.program(other, legs(other, "mu- mu+ gamma"))
    assert program.squared(changed, RUN, momenta) == pytest.approx(0.49 * program.squared(some, RUN, momenta), rel=1e-12)


def test_only_the_lowest_order_in_new_physics_is_taken():
    terms = (Term(("e", "mu", "Z'"), "vector", 0.1, 0.1, 1),)
    some = theory((vector(3.0),), terms)
    four = program.program(some, legs(some, "e- mu+ Z'"))
    assert len(diagrams(some, four.currents)) == 4
    some = theory((vector(3.0),), (Term(("e", "mu", "Z'"), "vector", 0.1, 0.1, 0),))
    assert len(diagrams(some, program.program(some, legs(some, "e- mu+ Z'")).currents)) > 4


@pytest.mark.parametrize(
    ("words", "count"),
    [("mu- mu+", 1), ("e- e+", 2), ("gamma gamma gamma", 6), ("gamma gamma gamma gamma", 24), ("mu- mu+ gamma", 4), ("e- e+ gamma", 8),
     ("mu- mu+ gamma gamma", 20), ("e- e+ mu- mu+", 12), ("e- e+ e- e+", 36)],
)  # fmt: skip
def test_the_diagrams_are_counted(words, count):
    some = theory()
    assert len(diagrams(some, program.program(some, legs(some, words)).currents)) == count


def test_electrons_down_the_pipe_keep_their_digits():
    """Two roots lose different digits: their difference shows what is lost where photons are nearly real."""
    some = theory()
    ends, found = legs(some, "e- e+ mu- mu+"), rules(some)
    momenta = _forward(256)
    values = []
    for root in (2, 4):
        joined = currents(ends, found, root)
        arrays = program._arrays(assemble(some, joined, program._states(joined)))
        values.append(program.squared(program.Program(tuple(ends), joined, arrays, 1.0), RUN, momenta))
    assert np.median(np.abs(values[1] / values[0] - 1)) < 1e-10
    assert np.max(np.abs(values[1] / values[0] - 1)) < 1e-5


def _forward(n):
    """e+e- -> e+e- mu+mu- with both electrons within a milliradian of their beams: transverse momenta chosen, energies solved for."""
    rng = np.random.default_rng(4)
    energy, found = 5.29, []
    beam = np.sqrt(energy**2 - M_E**2)
    while len(found) < n:
        x, y = rng.uniform(0.1, 0.6, 2) * energy
        kt = rng.standard_normal((2, 2)) * 10 ** rng.uniform(-6, -3, (2, 1))
        p3, p4 = (_on_shell(*k, sign * np.sqrt((energy - q) ** 2)) for k, q, sign in ((kt[0], x, 1), (kt[1], y, -1)))
        total = np.array([2 * energy, 0, 0, 0]) - p3 - p4
        mass2 = total[0] ** 2 - total[1:] @ total[1:]
        if mass2 < 4.1 * M_MU**2:
            continue
        n3 = rng.standard_normal(3)
        q = n3 / np.linalg.norm(n3) * np.sqrt(mass2 / 4 - M_MU**2)
        p5 = _boosted(total, np.sqrt(mass2), np.array([np.sqrt(mass2) / 2, *q]))
        found.append([[energy, 0, 0, beam], [energy, 0, 0, -beam], p3, p4, p5, total - p5])
    return np.array(found)


def _on_shell(x, y, z):
    return np.array([np.sqrt(x * x + y * y + z * z + M_E**2), x, y, z])


def _boosted(total, mass, q):
    energy = total @ q / mass
    return np.array([energy, *(q[1:] + total[1:] * (q[0] + energy) / (mass + total[0]))])


def test_legs_that_nothing_joins_are_refused():
    some = theory((Z,))
    with pytest.raises(program.NoDiagram, match="e e mu tau"):
        program.program(some, legs(some, "mu- tau+"))


@pytest.mark.parametrize(
    ("term", "says"),
    [(Term(("mu", "mu", "Z'"), "tensor", 1.0, 1.0), "no such structure of a vertex: tensor"),
     (Term(("W", "gamma", "gamma"), "gauge", 1.0, 1.0), "a gauge vertex has a charged vector twice, then a neutral one: W gamma gamma")],
)  # fmt: skip
def test_a_vertex_that_is_not_one_is_refused(term, says):
    with pytest.raises(ValueError, match=says):
        rules(theory((Z, W), (term,)))
