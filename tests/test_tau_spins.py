"""Spins of taus: polarimeter vectors, closed forms of polarised decays, correlations of pairs, frames, and the switch."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincc
from spin_reference import emitted, reference_tensor
from tau_events import (
    RHO,
    THREE_PIONS,
    boost,
    dot,
    many,
    one,
    only,
    p_uniform,
    polarised_square,
    square,
    three_pion_current,
)
from theories import theory as plain_theory

from darkrecoil import _jit, models
from darkrecoil._errors import BadValue
from darkrecoil._run import BLOCK
from darkrecoil.amplitudes import machine
from darkrecoil.amplitudes.theory import Term, Theory
from darkrecoil.chain.bench import prepare
from darkrecoil.constants import M_E, M_MU, M_TAU, SQRT_S, alpha_scheme
from darkrecoil.detector import card as cards
from darkrecoil.generate import api, hard_frame, production, sampling, store, taus
from darkrecoil.generate import beams as optics
from darkrecoil.generate.cross_section import where
from darkrecoil.generate.decays.tau import A1_ONE, A1_THREE, E_NU, KAON, MU_NU, OTHER_ONE, OTHER_THREE, PI, UNIFORMS
from darkrecoil.generate.recipe import Recipe, parse, recipe
from darkrecoil.generate.tree import for_spins, tree
from darkrecoil.kinematics.vectors import add
from darkrecoil.records import Beams

ZERO = alpha_scheme("0")
MACHINE = machine.compiled()
BELLE2 = cards.load("belle2").beams


@pytest.fixture(autouse=True, scope="module")
def cache_of_grids(tmp_path_factory):
    """Learnt grids of these tests in a folder of their own."""
    place = tmp_path_factory.mktemp("grids")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "folder", lambda: place)
        yield


# Polarimeter vectors


def hadronic_current(mode, p):
    """J (1, 4) of the events' pions, momenta (n, 7, 4)."""
    if mode in (PI, KAON):
        return p[:, 2] + 0j
    if mode == RHO:
        a, b = p[:, 2], p[:, 3] + p[:, 4]
        return a - b - (dot(a + b, a - b) / square(a + b))[:, None] * (a + b) + 0j
    if mode in (A1_THREE, OTHER_THREE):
        return three_pion_current(p[:, 2], p[:, 3], p[:, 4])
    return three_pion_current(p[:, 3] + p[:, 4], p[:, 5] + p[:, 6], p[:, 2])


@pytest.mark.parametrize("charge", [-1, 1])
@pytest.mark.parametrize("mode", [PI, KAON, RHO, *THREE_PIONS])
def test_the_polarimeter_is_that_of_dirac_matrices(mode, charge):
    _, p, h = many(mode, 200, charge)
    j, nu = hadronic_current(mode, p), p[:, 0]
    none = polarised_square(charge, nu, j, (0.0, 0.0, 0.0))
    for spin in np.eye(3):
        assert polarised_square(charge, nu, j, spin) / none == pytest.approx(1 + h @ spin, abs=1e-6)


@pytest.mark.parametrize("charge", [-1, 1])
@pytest.mark.parametrize("mode", [E_NU, MU_NU])
def test_the_polarimeter_of_a_lepton_is_its_neutrino_s_direction(mode, charge):
    """|M|^2 ~ (p_tau -+ m S).k (p_l . k_nu), k the momentum of the lepton's own neutrino: the standard form of V - A."""
    _, p, h = many(mode, 50, charge)
    assert h == pytest.approx(-charge * p[:, 3, 1:] / p[:, 3, :1], abs=1e-6)


@pytest.mark.parametrize("mode", range(9))
def test_compiled_and_plain_code_give_the_same(mode):
    """The first tries of both: same numbers in, same decay out, whatever the polarisation."""
    from darkrecoil._jit.philox import DECAY, key, pair

    spin, words = (0.3, -0.2, 0.5), key(1, f"decay {mode}", "test")
    weights, p, h = many(mode, 12, 1, spin)
    for i in range(12):
        counter = np.uint64(i), DECAY + np.uint64(2), words[0], words[1]
        u = np.array([x for draw in range(UNIFORMS // 2) for x in pair(counter[0], counter[1], np.uint64(draw), *counter[2:])])
        weight, *_, momentum, polarimeter = one(mode, u, 1, spin=spin, counter=counter)
        assert weight == pytest.approx(weights[i], rel=1e-12)
        assert momentum == pytest.approx(p[i], abs=1e-9)
        assert polarimeter == pytest.approx(h[i], abs=1e-6)


# Polarised decays in closed form, the spin along z


def p_linear(cosine, slope, weights):
    """Of chi^2 of a sample of cosines against the density (1 + slope c)/2."""
    return p_uniform((cosine + 1) / 2 + slope * (cosine**2 - 1) / 4, weights)


@pytest.mark.parametrize("mode", [PI, KAON])
@pytest.mark.parametrize(("charge", "spin"), [(-1, 0.8), (1, 0.8), (-1, -0.4)])
def test_a_meson_goes_along_the_spin_of_a_negative_tau(mode, charge, spin):
    """dGamma/dcos ~ 1 + P cos of tau-, 1 - P cos of tau+: in flight, the energy spectrum 1 + P z."""
    weights, p, _ = many(mode, 40_000, charge, (0.0, 0.0, spin), seed=2)
    cosine = p[:, 2, 3] / np.linalg.norm(p[:, 2, 1:], axis=1)
    assert p_linear(cosine, -charge * spin, weights) > 1e-3
    assert p_linear(cosine, charge * spin, weights) < 1e-9


@pytest.mark.parametrize(("mode", "mass"), [(E_NU, M_E), (MU_NU, M_MU)])
def test_leptons_have_the_polarised_michel_spectrum(mode, mass):
    """d2Gamma/dx dcos ~ x^2 [3 - 2x + P cos (1 - 2x)] without the lepton's mass; tau-, PDG review "Muon decay parameters", xi = 1."""
    spin = 0.9
    weights, p, _ = many(mode, 400_000, -1, (0.0, 0.0, spin), seed=3)
    k = np.linalg.norm(p[:, 2, 1:], axis=1)
    x, cosine = 2 * p[:, 2, 0] / (M_TAU + mass**2 / M_TAU), p[:, 2, 3] / k
    for low, high in ((0.2, 0.4), (0.45, 0.55), (0.6, 0.8), (0.9, 1.0)):
        inside = (x > low) & (x < high)
        t = np.linspace(low, high, 1001)
        expected = spin * np.trapezoid(t**2 * (1 - 2 * t), t) / np.trapezoid(t**2 * (3 - 2 * t), t)
        found = 3 * np.average(cosine[inside], weights=weights[inside])
        assert found == pytest.approx(expected, abs=4 * np.sqrt(3 / inside.sum()) + (0.02 if mode == MU_NU else 0))


@pytest.mark.parametrize("mode", [RHO, A1_THREE, A1_ONE, OTHER_THREE, OTHER_ONE])
@pytest.mark.parametrize("charge", [-1, 1])
def test_a_hadron_of_spin_one_goes_along_the_spin_by_its_mass(mode, charge):
    """dGamma/dcos ~ 1 + a P cos, a = (m^2 - 2 Q^2)/(m^2 + 2 Q^2): Y. S. Tsai, Phys. Rev. D 4 (1971) 2821. It turns sign at 1.26 GeV."""
    weights, p, _ = many(mode, 200_000, charge, (0.0, 0.0, 1.0), seed=4)
    cosine, s = p[:, 1, 3] / np.linalg.norm(p[:, 1, 1:], axis=1), square(p[:, 1]) / M_TAU**2
    a = (1 - 2 * s) / (1 + 2 * s)
    for inside in (s < 0.25, (s > 0.25) & (s < 0.5), s > 0.5):
        if inside.sum() > 2000:
            found, expected = 3 * np.average(cosine[inside], weights=weights[inside]), np.average(a[inside], weights=weights[inside])
            assert found == pytest.approx(-charge * expected, abs=4 * np.sqrt(3 / inside.sum()))


def test_the_rho_of_a_moving_tau_has_the_energy_spectrum_of_its_polarisation():
    """z = E_rho/E_tau at high energy: each Q has a flat spectrum times 1 + a P cos; here the mean of cos from the energies alone."""
    for spin in (-0.9, 0.9):
        weights, p, _ = many(RHO, 100_000, -1, (0.0, 0.0, spin), seed=5)
        frame = np.broadcast_to([SQRT_S / 2, 0, 0, np.sqrt(SQRT_S**2 / 4 - M_TAU**2)], (len(p), 4))
        energy, q2 = boost(p[:, 1], frame, M_TAU)[:, 0], square(p[:, 1])
        middle, width = SQRT_S / 2 * (1 + q2 / M_TAU**2) / 2, frame[:, 3] * (1 - q2 / M_TAU**2) / 2
        a = (M_TAU**2 - 2 * q2) / (M_TAU**2 + 2 * q2)
        assert p_uniform(_cumulative((energy - middle) / width, spin * a), weights) > 1e-3


def _cumulative(cosine, slope):
    return (cosine + 1) / 2 + slope * (cosine**2 - 1) / 4


# Pairs


def events(made, beams, blocks, mode=None, spin=True, seed=1):
    """True decayed events of whole blocks of a recipe, all taus by one mode if one is named; the sampler."""
    own, later = sampling.kernels(made), taus.kernels(made)
    runs = _jit.load([*own, *later])
    sampler = sampling.trained(made, runs[: len(own)], beams, seed)
    with pytest.MonkeyPatch.context() as patch:
        if mode is not None:
            patch.setattr(taus, "_tables", lambda *_: only(mode))
        some = sampling.particles(sampler, "test", 0, blocks)
        return taus.decayed(some, sampler, "test", taus.decays(runs[len(own) :], spin)), sampler


def at_tau_rest(some, k, slots, taus_slots=(0, 1)):
    """Momenta of decay slots in their taus' rest frames as reached from the e+e- frame, and the taus there (2, n, 4)."""
    final = [tuple(some.momentum[:, i].T) for i in range(k)]
    there = hard_frame.frame(final, some.beams)
    found, parents = [], []
    for slot, parent in zip(slots, taus_slots, strict=True):
        p, t = (np.stack(hard_frame.to_cms(there, tuple(some.momentum[:, i].T)), axis=1) for i in (slot, parent))
        found.append(boost(p, t * [1, -1, -1, -1], M_TAU))
        parents.append(t)
    return found, parents


def unit(p):
    return p[:, 1:] / np.linalg.norm(p[:, 1:], axis=1)[:, None]


PAIR = recipe("e+ e- -> tau+ tau-", ZERO, SQRT_S)


@cache
def pions(root, beams, spin):
    """Directions (n, 3) of both pions in the taus' rest frames, directions of the tau-, weights."""
    some, _ = events(recipe("e+ e- -> tau+ tau-", ZERO, root), beams, 12, PI, spin)
    found, parents = at_tau_rest(some, 2, (4, 11))
    return unit(found[0]), unit(found[1]), unit(parents[0]), some.weight


@pytest.mark.parametrize(("root", "beams"), [(SQRT_S, optics.head_on(SQRT_S)), (4.0, optics.head_on(4.0)), (cards.sqrt_s(BELLE2), BELLE2)])
def test_pion_energies_of_a_pair_are_correlated_as_the_closed_form_has_it(root, beams):
    """d2N ~ 1 + C x y, x and y the cosines to the own tau's flight, which the energies give; C = (1 - r/2)/(1 + r/2), r = (m/E)^2.

    C is <T_zz>/<T_00> of a pair from a photon: 1 + cos^2 -+ sin^2/gamma^2, averaged over cos. chi^2 on 6 x 6 cells.
    """
    a, b, axis, weight = pions(root, beams, True)
    r = (2 * M_TAU / root) ** 2
    c = (1 - r / 2) / (1 + r / 2)
    x, y = np.sum(a * axis, axis=1), -np.sum(b * axis, axis=1)
    edges = np.linspace(-1, 1, 7)
    h, v = (np.histogram2d(x, y, edges, weights=w)[0] for w in (weight / weight.sum(), (weight / weight.sum()) ** 2))
    middle = (edges[1:] + edges[:-1]) / 2
    expected = (1 + c * np.outer(middle, middle)) / 36
    assert gammaincc(35 / 2, ((h - expected) ** 2 / v).sum() / 2) > 1e-3
    assert gammaincc(35 / 2, ((h - 1 / 36) ** 2 / v).sum() / 2) < 1e-9


def test_all_correlations_of_pion_pairs_are_those_of_the_spin_tensor():
    """9 <n_i n_j> = -T_ij/T_00 (pions of tau+ go against the spin): axes: across in the beams' plane, its normal, tau-."""
    a, b, axis, weight = pions(SQRT_S, optics.head_on(SQRT_S), True)
    normal = np.cross(np.broadcast_to([0, 0, 1.0], axis.shape), axis)
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    axes = [np.cross(normal, axis), normal, axis]
    r = (2 * M_TAU / SQRT_S) ** 2
    whole = 4 / 3 + 2 / 3 * r
    for i, j, expected in ((0, 0, 2 / 3 * (1 + r)), (1, 1, 2 / 3 * (r - 1)), (2, 2, 4 / 3 - 2 / 3 * r), (0, 1, 0), (1, 2, 0)):
        values = -9 * np.sum(a * axes[i], axis=1) * np.sum(b * axes[j], axis=1)
        found = np.average(values, weights=weight)
        assert found == pytest.approx(expected / whole, abs=4 * values.std() / np.sqrt(len(values)))
    values = -9 * np.sum(a * axes[0], axis=1) * np.sum(b * axes[2], axis=1) * np.sign(axis[:, 2])  # 2 sin cos/gamma is odd in cos
    found, expected = np.average(values, weights=weight), -2 / 3 * np.sqrt(r) / whole
    assert found == pytest.approx(expected, abs=4 * values.std() / np.sqrt(len(values)))


def test_without_the_switch_nothing_is_correlated():
    a, b, axis, weight = pions(SQRT_S, optics.head_on(SQRT_S), False)
    for x, y in ((np.sum(a * axis, axis=1), np.sum(b * axis, axis=1)), (a[:, 0], b[:, 0]), (a[:, 1], b[:, 1])):
        assert abs(np.average(9 * x * y, weights=weight)) < 4 * 3 / np.sqrt(len(x))
    assert p_uniform((1 + np.sum(a * axis, axis=1)) / 2, weight) > 1e-3


def contact(letters):
    """e+e- -> tau+ tau- by a contact term alone, as a recipe of the amplitude machine."""
    whole = plain_theory()
    some = Theory(whole.lines, (Term(("tau", "tau", "e", "e"), letters, 1e-3, 1e-3),))
    process = parse("e+ e- -> tau- tau+")
    made = tree(process, some)
    return Recipe(process, made.alternatives[0].pid, ZERO, SQRT_S, made, spins=for_spins(process, some))


@pytest.mark.parametrize(("letters", "sign"), [("SS", -1), ("PP", 1)])
def test_the_acoplanarity_tells_a_scalar_from_a_pseudoscalar_parent(letters, sign):
    """dN/dphi ~ 1 -+ (pi^2/16) cos phi for pions, phi between the planes of tau and pion: M. Kramer et al., Z. Phys. C 64 (1994) 21.

    Both go through the amplitude machine. The scalar's taus have equal helicities, too: <x y> = -1/9 for both.
    """
    some, _ = events(contact(letters), optics.head_on(SQRT_S), 6, PI)
    found, parents = at_tau_rest(some, 2, (4, 11))
    a, b, axis = unit(found[0]), unit(found[1]), unit(parents[0])
    across = [v - np.sum(v * axis, axis=1)[:, None] * axis for v in (a, b)]
    cosine = np.sum(across[0] * across[1], axis=1) / np.prod([np.linalg.norm(v, axis=1) for v in across], axis=0)
    mean = np.average(cosine, weights=some.weight)
    assert mean == pytest.approx(sign * np.pi**2 / 32, abs=4 * np.sqrt(0.5 / len(cosine)))
    along = np.average(9 * np.sum(a * axis, axis=1) * np.sum(b * axis, axis=1), weights=some.weight)
    assert along == pytest.approx(1, abs=4 * 3 / np.sqrt(len(cosine)))


# Any process


NEW = {"gamma": (None, "photon"), "Z'": ("lmu_ltau", "vector"), "S": ("leptophilic_scalar", "scalar")}


@pytest.mark.parametrize("third", NEW)
@pytest.mark.parametrize("beams", [optics.head_on(SQRT_S), replace(BELLE2, spread_electron=0.0, spread_positron=0.0)])
def test_spins_of_generated_events_are_those_of_dirac_matrices(third, beams):
    """Own files and trees, in the laboratory with crossing beams: the tensor in the e+e- frame from momenta of the laboratory."""
    name, structure = NEW[third]
    model, mass = (models.find(name), 1.0) if name else (None, 0.0)
    made = recipe(f"e+ e- -> tau+ tau- {third}", ZERO, cards.sqrt_s(beams), model, mass or None, 0.1 if name else None)
    own, later = sampling.kernels(made), taus.kernels(made)
    runs = _jit.load([*own, *later])
    some = sampling.particles(sampling.trained(made, runs[: len(own)], beams, 1), "test", 0)
    some = where(some, some.weight > 0)
    lab = [tuple(some.momentum[:, i].T) for i in range(3)]
    there = hard_frame.frame(lab, beams)
    found = production.tensor(made, runs[-1], there, some.pid, lab)
    order = [made.pid.index(15), made.pid.index(-15), 2]
    momenta = production._with_beams(there, [lab[i] for i in order])
    expected = reference_tensor(emitted(momenta, structure, mass))
    if made.pid[0] < 0:
        expected = np.swapaxes(expected, 0, 1)
    assert np.median(abs(momenta[:, :2].sum(1) - momenta[:, 2:].sum(1)).max(1)) < 1e-10
    close = np.abs(found / found[0, 0] - expected / expected[0, 0]).max(axis=(0, 1))
    assert np.quantile(close, 0.99) < 1e-5  # tests/reference has fermion propagators by subtraction


def test_a_soft_photon_leaves_the_spins_of_the_pair_alone():
    made = recipe("e+ e- -> tau+ tau- gamma", ZERO, SQRT_S, soft_photon=1e-5)
    momenta = np.array([[5.29, 3.0, 1.0, 0.0], [5.29, -3.0, -1.0, 0.0]])
    momenta[:, 3] = np.array([1, -1]) * np.sqrt(5.29**2 - M_TAU**2 - 10.0)
    photon = np.array([1e-5, 0.0, 1e-5, 0.0])
    final = [np.tile(p, (3, 1)).T for p in (*momenta, photon)]
    there = hard_frame.frame([tuple(p) for p in final], optics.head_on(SQRT_S))
    pid = np.tile(made.pid, (3, 1))
    found = production.tensor(made, MACHINE, there, pid, [tuple(p) for p in final])
    expected = production.through_photon(tuple(final[0]))
    assert found / found[0, 0] == pytest.approx(expected / expected[0, 0], abs=1e-4)


def test_the_closed_form_of_a_pair_is_the_machine_s():
    some = sampling.particles(events(PAIR, BELLE2, 1)[1], "test", 0)
    lab = [tuple(p) for p in np.moveaxis(some.momentum[:200], 1, 0).transpose(0, 2, 1)]
    there = hard_frame.frame(lab, BELLE2)
    expected = production.tensor(PAIR, None, there, some.pid[:200], lab)
    from darkrecoil.generate.theory import theory

    general = replace(PAIR, engine=tree(PAIR.process, theory(ZERO)), spins=for_spins(parse("e+ e- -> tau- tau+"), theory(ZERO)))
    found = production.tensor(general, MACHINE, there, some.pid[:200], lab)
    assert found / found[0, 0] == pytest.approx(expected / expected[0, 0], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "name", "parameters"), [("mu+ tau- Z'", "lfv_zprime", {"g_mutau": 1.0}), ("tau+ tau- S", "leptophilic_scalar", None)]
)
def test_other_processes_decay_their_taus_too(text, name, parameters):
    order, made = api.sample(f"e+ e- -> {text}", 500, name, 2.0, 0.1, parameters=parameters)
    final = (made.particles.status == 1)[..., None] * made.particles.momentum
    assert final.sum(axis=1) == pytest.approx(np.tile([SQRT_S, 0, 0, 0], (500, 1)), abs=1e-7)
    assert order.recipe.spins
    assert np.isfinite(made.particles.momentum).all()


def test_attempts_without_weight_do_no_harm():
    """A block of the machine holds attempts outside phase space; a warning would be an error here."""
    made, _ = events(recipe("e+ e- -> tau+ tau- S", ZERO, SQRT_S, models.find("leptophilic_scalar"), 6.9, 1.0), optics.head_on(SQRT_S), 1)
    assert np.isfinite(made.weight).all()


# Frames and chains of conditions


@settings(derandomize=True, deadline=None)
@given(
    p=st.tuples(*[st.floats(-4, 4)] * 3),
    spin=st.tuples(*[st.floats(-1, 1)] * 3),
    crossing=st.floats(-0.1, 0.1),
    energies=st.tuples(st.floats(3, 8), st.floats(3, 8)),
)
def test_frames_are_each_other_s_inverses_and_keep_lengths(p, spin, crossing, energies):
    beams = Beams("test", *energies, crossing)
    total = np.array([sum(energies), sum(energies) * np.sin(crossing), 0.0, (energies[0] - energies[1]) * np.cos(crossing)])
    first = np.array([np.sqrt(M_TAU**2 + np.dot(p, p)), *p])
    lab = [tuple(first[:, None]), tuple((total - first)[:, None])]
    there = hard_frame.frame(lab, beams)
    electron = energies[0] * np.array([1, np.sin(crossing), 0, np.cos(crossing)])
    seen = hard_frame.to_cms(there, tuple(electron[:, None]))
    assert np.array(seen)[:, 0] == pytest.approx(there.root[0] / 2 * np.array([1, 0, 0, 1]), abs=1e-9)
    assert np.array(hard_frame.to_lab(there, seen))[:, 0] == pytest.approx(electron, abs=1e-9)
    cms, s = hard_frame.to_cms(there, lab[0]), np.array(spin)[:, None]
    turned = hard_frame.spin_to_lab(there, cms, lab[0], M_TAU, s)
    assert np.sum(turned**2) == pytest.approx(np.sum(s**2), abs=1e-9)
    assert hard_frame.spin_to_cms(there, cms, lab[0], M_TAU, turned) == pytest.approx(s, abs=1e-9)


def test_polarimeters_of_the_laboratory_are_turned_as_momenta_are():
    """A pion's direction in the tau rest frame depends on the way there: Wigner's rotation of h is that of the momenta."""
    some, _ = events(PAIR, BELLE2, 1, PI)
    (one_, other), _ = at_tau_rest(some, 2, (4, 11))
    final = [tuple(some.momentum[:, i].T) for i in range(2)]
    there = hard_frame.frame(final, BELLE2)
    for i, (direction, sign) in enumerate(((one_, 1), (other, -1))):
        lab = np.stack(final[i], axis=1)
        there_h = sign * unit(boost(some.momentum[:, (4, 11)[i]], lab * [1, -1, -1, -1], M_TAU))
        turned = hard_frame.spin_to_cms(there, hard_frame.to_cms(there, final[i]), final[i], M_TAU, there_h.T)
        assert pytest.approx(sign * unit(direction), abs=1e-7) == turned.T
        assert abs(there_h - sign * unit(direction)).max() > 0.01  # without the rotation it would be seen


@settings(derandomize=True, deadline=None)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 4))
def test_decays_one_after_the_other_have_the_joint_density(seed, k):
    """prod (1 + P_i.h_i) = T(h_1, .., h_k)/T_0..0 for the spins of any mixed state, and every P is at most 1."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(2**k, 3)) + 1j * rng.normal(size=(2**k, 3))
    rho = a @ a.conj().T
    pauli = [np.eye(2), [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]]
    tensor = np.zeros((*(4,) * k, 1))
    for index in np.ndindex(*(4,) * k):
        operator = np.eye(1)
        for m in index:
            operator = np.kron(operator, pauli[m])
        tensor[index] = np.trace(rho @ operator).real
    h = rng.normal(size=(k, 3, 1))
    h /= np.linalg.norm(h, axis=1)[:, None]
    left, product = tensor, 1.0
    for i in range(k):
        p = production.polarisation(left)
        assert np.linalg.norm(p) < 1 + 1e-9
        product *= 1 + float(np.sum(p * h[i]))
        left = production.observed(left, h[i])
    whole = tensor
    for i in range(k):
        whole = np.tensordot(np.array([1.0, *h[i][:, 0]]), whole, axes=(0, 0))
    assert product == pytest.approx(float(whole[0] / tensor.reshape(-1)[0]), rel=1e-9)


# Reproducibility, the chain, the switch


@pytest.mark.parametrize("text", ["e+ e- -> tau+ tau-", "e+ e- -> tau+ tau- gamma"])
def test_the_same_bits_whatever_the_chunks(text):
    made = recipe(text, ZERO, SQRT_S)
    own, later = sampling.kernels(made), taus.kernels(made)
    runs = _jit.load([*own, *later])
    sampler = sampling.trained(made, runs[: len(own)], BELLE2, 1)
    decays = taus.decays(runs[len(own) :])
    some = sampling.particles(sampler, "test", 0, 2)
    rows = np.zeros(2 * BLOCK, dtype=bool)
    rows[7::13] = True
    whole, part = (taus.decayed(x, sampler, "test", decays) for x in (some, where(some, rows)))
    for name in ("pid", "status", "mother", "momentum", "weight"):
        assert np.array_equal(getattr(where(whole, rows), name), getattr(part, name))


def test_the_chain_has_the_spins_and_its_switch():
    card = cards.load("belle2")
    given = {"taus": recipe("e+ e- -> tau+ tau-", ZERO, cards.sqrt_s(card.beams))}
    found = []
    for spin in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(taus, "_tables", lambda *_: only(PI))
            source = prepare(given, card, 1, spin_correlation=spin).sources["taus"]
            some = source.particles("evaluate", 0)
        (a, b), (axis, _) = at_tau_rest(some, 2, (4, 11))
        found.append(9 * np.mean(np.sum(unit(a) * unit(axis), axis=1) * np.sum(unit(b) * unit(axis), axis=1)))
    assert found[0] < -0.75
    assert abs(found[1]) < 4 * 3 / np.sqrt(BLOCK)


def test_the_switch_of_sample_changes_decays_only():
    """Same taus, same modes; off, the sum of 9 x y over pion and kaon pairs is 0, on it is that of the closed form."""
    found = []
    for spin in (True, False):
        _, made = api.sample("e+ e- -> tau+ tau-", 150_000, spin_correlation=spin)
        p = made.particles
        meson = (np.isin(np.abs(p.pid[:, [4, 11]]), (211, 321)) & (p.pid[:, [3, 10]] == 0)).all(axis=1)
        (a, b), (axis, _) = at_tau_rest(where(p, meson), 2, (4, 11))
        found.append((p, -9 * np.mean(np.sum(unit(a) * unit(axis), axis=1) * np.sum(unit(b) * unit(axis), axis=1)), meson.sum()))
    (on, x, n), (off, y, _) = found
    assert np.array_equal(on.momentum[:, :2], off.momentum[:, :2])
    assert np.array_equal(on.pid, off.pid)
    assert not np.array_equal(on.momentum, off.momentum)
    assert x == pytest.approx(0.893, abs=4 * 3 / np.sqrt(n))
    assert abs(y) < 4 * 3 / np.sqrt(n)


def test_a_process_without_taus_needs_no_decays():
    made = recipe("e+ e- -> mu+ mu-", ZERO, SQRT_S)
    assert taus.kernels(made) == ()
    assert taus.decays([]) is None
    with pytest.raises(BadValue):
        recipe("e+ e- -> tau+ tau-", ZERO, 3.0)


def test_behind_radiation_the_pair_s_closed_form_is_the_machine_s():
    """The hard process's own frame: the electron less its photon along +z, the order of the slots as typed."""
    from dataclasses import replace

    from darkrecoil.amplitudes import machine
    from darkrecoil.generate import api, hard_frame, production, sampling, taus
    from darkrecoil.generate.radiation import Choice

    for words in ("tau+ tau-", "tau- tau+"):
        numbers = None, None, None, 10.58, "0", [], None, None, None, 1, 1
        order = api.prepare(f"e+ e- -> {words}", *numbers, Choice(True, False))
        some = sampling.particles(order.sampler, "user", 0)
        lab = [taus._four(some.momentum, slot) for slot in range(4)]
        there = hard_frame.frame(lab[:2], some.beams, add(*lab[2:]))
        kept = some.weight > 0
        closed, computed = (
            production.tensor(replace(order.recipe, origin=origin), machine.compiled(), there, some.pid[:, :2], lab[:2])[..., kept]
            for origin in ("", "by the machine")
        )
        assert np.abs(closed / closed[0, 0] - computed / computed[0, 0]).max() < 1e-6


def test_the_electron_s_axis_behind_radiation_is_also_the_positron_s():
    """What is left of the beams meets head-on: the axis taken from the electron and its photons is that of the positron and its own."""
    from darkrecoil.generate import api, hard_frame, sampling, taus
    from darkrecoil.generate.radiation import Choice

    numbers = None, None, None, 10.58, "0", [], None, None, None, 1, 1
    order = api.prepare("e+ e- -> tau+ tau-", *numbers, Choice(True, False))
    some = sampling.particles(order.sampler, "user", 0)
    lab = [taus._four(some.momentum, slot) for slot in range(6)]
    there = hard_frame.frame(lab[:2], some.beams, add(*lab[2:4]))
    positron = np.stack([np.full_like(some.weight, p) for p in (5.29, 0.0, 0.0, -5.29)]) - np.stack(add(*lab[4:]))
    total = np.stack([a + b for a, b in zip(*lab[:2], strict=True)])
    beta = total[1:] / total[0]
    square = (beta**2).sum(axis=0)
    gamma, along = 1 / np.sqrt(1 - square), (beta * positron[1:]).sum(axis=0)
    moved = positron[1:] + beta * ((gamma - 1) / np.maximum(square, 1e-300) * along - gamma * positron[0])  # a boost, written out
    axis = -moved / np.linalg.norm(moved, axis=0)
    kept = some.weight > 0
    assert np.abs(np.stack(there.axis) - axis)[:, kept].max() < 1e-6
    assert np.degrees(np.arccos(np.clip(there.axis[2][kept], -1, 1))).max() > 5  # photons at wide angles turn it
