"""Spins of decaying particles: directions against full amplitudes, closed forms, and samples made in another way."""

from functools import partial
from math import pi

import numpy as np
import pytest
from scipy.stats import chi2
from unstable import A_PRIME, amplitudes, back_to_back, case, decays, particles, squared_mass

from darkrecoil.constants import M_E
from darkrecoil.generate import api
from darkrecoil.generate.unstable import events, spins, uniforms
from darkrecoil.generate.unstable.plan import plan
from darkrecoil.generate.unstable.steps import step
from darkrecoil.kinematics.frames import unboost
from darkrecoil.kinematics.phase_space import isotropic, on_shell, pair_momentum
from darkrecoil.kinematics.vectors import from_rest
from darkrecoil.records import Beams

PROBABLE = 1e-3
PARAMETERS = {"alpha_D": 1e-3, "m_chi": 0.05, "delta": 0.1}
CHI1, CHI2 = 52, 4000052


def in_rest(total, p):
    """Momenta (n, 3) of p in the rest frame of total, both (n, 4)."""
    return np.array(unboost(tuple(total.T), tuple(p.T)))[1:].T


def angles(photon, first, second):
    """(3, n): of e+e- -> gamma (first second) in the e+e- frame, cos of the pair; helicity cos and azimuth of ``first``, from the
    plane of beam and pair."""
    total = first + second
    axis = total[:, 1:] / np.linalg.norm(total[:, 1:], axis=1)[:, None]
    normal = np.cross([0.0, 0.0, 1.0], axis)
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    k = in_rest(total, first)
    k /= np.linalg.norm(k, axis=1)[:, None]
    across = np.cross(normal, axis)
    assert np.allclose(photon[:, 1:], -total[:, 1:], atol=1e-9)
    return np.array([axis[:, 2], (k * axis).sum(axis=1), np.arctan2((k * normal).sum(axis=1), (k * across).sum(axis=1))])


def alike(one, two, bins):
    """The probability of a larger chi^2 between two samples of one distribution."""
    a, b = (np.histogramdd(some.T, bins)[0].ravel() for some in (one, two))
    keep = a + b > 10
    value = ((a - b) ** 2 / (a + b))[keep].sum()
    return chi2.sf(value, keep.sum() - 1)


@pytest.fixture(scope="module")
def full():
    """e+e- -> gamma chi1 chi2 by all its diagrams, at the A' (narrow): angles of the chi1."""
    cuts = ["abs(cos_theta_cms(gamma)) < 0.9", "mass(chi1, chi2) > 2.99", "mass(chi1, chi2) < 3.01"]
    order, made = api.sample("e+ e- -> gamma chi1 chi2", 40_000, "dark_photon", 3.0, 1e-2, parameters=PARAMETERS, cuts=cuts)
    assert made.overweight_fraction < 0.002
    return angles(*(made.particles.momentum[:, order.recipe.pid.index(code)] for code in (22, CHI1, CHI2)))


BINS = [np.linspace(-0.9, 0.9, 4), np.linspace(-1, 1, 6), np.linspace(-pi, pi, 6)]


@pytest.mark.parametrize("correlated", [True, False])
def test_a_dark_photon_keeps_its_polarisation(full, correlated):
    """Production and decay against the whole process from another sampler: alike with spins, and not without."""
    order = ("e+ e- -> gamma A'", 40_000, "dark_photon", 3.0, 1e-2)
    cuts = ["abs(cos_theta_cms(gamma)) < 0.9"]
    _, made = api.sample(*order, parameters=PARAMETERS, cuts=cuts, decays=["A' -> chi1 chi2"], spin_correlation=correlated)
    found = angles(*(made.particles.momentum[:, slot] for slot in (0, 2, 3)))
    assert (alike(found, full, BINS) > PROBABLE) == correlated


def test_a_dark_photon_from_electrons_that_are_not_head_on():
    """The same in the laboratory of crossing beams with spread energies, taken back to the e+e- frame of each event."""
    cuts = ["abs(cos_theta_cms(gamma)) < 0.9"]
    order = ("e+ e- -> gamma A'", 40_000, "dark_photon", 3.0, 1e-2)
    _, head_on = api.sample(*order, parameters=PARAMETERS, cuts=cuts, decays=["A' -> e+ e-"])
    _, crossing = api.sample(*order, parameters=PARAMETERS, cuts=cuts, decays=["A' -> e+ e-"], detector="belle2", seed=2)
    p = crossing.particles.momentum
    frame = spins.frame(p[:, :2].sum(axis=1).T, crossing.particles.beams)
    there = [frame.inside(p[:, slot].T).T for slot in (0, 2, 3)]
    assert np.allclose(frame.outside(there[1].T).T, p[:, 2], atol=1e-12)
    here = [head_on.particles.momentum[:, slot] for slot in (0, 2, 3)]
    assert alike(angles(*here), angles(*there), BINS) > PROBABLE


def test_the_frame_has_the_electron_ahead():
    beams = Beams("b", 7.0, 4.0, 0.0415)
    for off in (0.0, 0.01):
        electron, positron = 7.0 + off, 4.0 - 2 * off
        p, q = (np.sqrt(e * e - M_E**2) for e in (electron, positron))
        s, c = np.sin(0.0415), np.cos(0.0415)
        ahead, behind = np.array([[electron], [p * s], [0], [p * c]]), np.array([[positron], [q * s], [0], [-q * c]])
        frame = spins.frame(ahead + behind, beams)
        inside = frame.inside(ahead)[:, 0]
        assert inside[3] == pytest.approx(np.sqrt(inside[0] ** 2 - M_E**2), rel=1e-12)
        assert np.allclose(frame.beams()[0, :, 0], inside, atol=1e-7)


def test_two_vectors_from_a_scalar_have_the_joint_distribution_of_their_helicities():
    """h' -> A' A' -> 4 light leptons: |H00|^2 sin^2 sin^2 + |H11|^2 (1 + cos^2)(1 + cos^2)/2, H00/H11 = (M^2 - 2 m^2)/(2 m^2)."""
    mass, m, n = 1.5, 0.5, 30_000
    some = case("dark_higgs", m, 1e-3, m_h=mass)
    before = particles((54, 22), back_to_back(n, mass))
    made = events.decayed(before, decays(some, ["h' -> A' A'", "A' -> e+ e-"], (54, 22), correlated=True)).momentum
    h = made[:, 0]
    cosines = []
    for vector, lepton in ((2, 4), (3, 6)):
        axis = in_rest(made[:, vector], h)
        k = in_rest(made[:, vector], made[:, lepton])
        cosines.append((axis * k).sum(axis=1) / np.linalg.norm(axis, axis=1) / np.linalg.norm(k, axis=1))
    x = np.linspace(-1, 1, 7)
    longitudinal, transverse = np.diff(x - x**3 / 3) * 0.75, np.diff(x + x**3 / 3) * 0.375
    ratio = ((mass**2 - 2 * m**2) / (2 * m**2)) ** 2
    joint = (ratio * np.outer(longitudinal, longitudinal) + 2 * np.outer(transverse, transverse)) / (ratio + 2)
    counts = np.histogram2d(*cosines, bins=[x, x])[0]
    assert chi2.sf(((counts - n * joint) ** 2 / (n * joint)).sum(), counts.size - 1) > PROBABLE
    flat = np.outer(longitudinal * ratio + 2 * transverse, longitudinal * ratio + 2 * transverse) / (ratio + 2) ** 2
    assert chi2.sf(((counts - n * flat) ** 2 / (n * flat)).sum(), counts.size - 1) < PROBABLE  # the vectors are correlated


def random_momenta(rng, masses, n):
    """(legs, 4, n) of two massless beams along z of 10 GeV and products of these masses, by successive isotropic decays."""
    root, left = 10.0, list(masses)
    total, out = (np.full(n, root), np.zeros(n), np.zeros(n), np.zeros(n)), []
    mass = np.full(n, root)
    while len(left) > 1:
        first, rest = left[0], sum(left[1:])
        other = np.full(n, left[1]) if len(left) == 2 else rest + rng.random(n) * (mass - first - rest)
        p = pair_momentum(mass**2, first**2, other**2)
        x, y, z = isotropic(rng.random(n), rng.random(n))
        out.append(from_rest(total, mass, on_shell(first**2, p, (x, y, z))))
        total = from_rest(total, mass, on_shell(other**2, p, (-x, -y, -z)))
        mass, left = other, left[1:]
    half = root / 2
    k = np.sqrt(half**2 - M_E**2)
    beams = [np.array([np.full(n, half), np.zeros(n), np.zeros(n), np.full(n, sign * k)]) for sign in (1, -1)]
    return [*beams, *(np.array(p) for p in out), np.array(total)]


@pytest.mark.parametrize(
    ("name", "mass", "parameters", "first", "decay", "weak"),
    [
        ("dark_photon", 1.0, PARAMETERS, (22, A_PRIME), (CHI1, CHI2), False),
        ("heavy_neutrino", 1.0, {}, (-12, 9900012), (11, 211), True),
        ("heavy_neutrino", 1.0, {}, (12, -9900012), (-11, -211), True),
        ("heavy_neutrino", 1.0, {}, (-12, 9900012), (12, 111), True),
    ],
)
def test_a_chain_off_its_mass_shell_is_the_full_amplitude(name, mass, parameters, first, decay, weak):
    """Where all diagrams hold the decaying line, leaving out its propagator is dividing by it, at any momenta."""
    some = case(name, mass, 1e-3, **parameters)
    made = amplitudes(some, weak)
    root = (11, -11, *first)
    piece = spins.Pieces(made).of(root, 2, ((3, decay),))
    final = [first[0], *decay]
    momenta = random_momenta(np.random.default_rng(5), [made.lines[abs(code)].mass for code in final], 200)
    legs = made.legs((11, -11, *final), 2)
    whole = made.squared(made.program(legs), momenta)
    q2 = squared_mass((momenta[3] + momenta[4]).T)
    line = made.lines[abs(first[1])]
    propagator = (q2 - mass**2) ** 2 + ((mass * line.width) ** 2 if line.spin == 1 else 0.0)
    chain = spins.Pieces(made).squared(piece, [*momenta[:2], momenta[2], momenta[3] + momenta[4], *momenta[3:]])
    if line.spin == 0.5:  # fermions have no width in the machine: take it out by hand
        width = line.mass * line.width
        real = (q2 - mass**2) / ((q2 - mass**2) ** 2 + width**2)
        propagator = 1 / real**2
    assert np.allclose(chain / propagator, whole, rtol=1e-7)


@pytest.mark.parametrize(
    ("name", "text", "first", "bound", "states"),
    [
        ("heavy_neutrino", "N -> e- pi+", (-12, 9900012), 1.0, 2),
        ("heavy_neutrino", "N -> e- pi+", (12, -9900012), 1.0, 2),
        ("dark_photon", "A' -> e+ e-", (22, 55), 0.5, 3),
        ("lfv_zprime", "Z' -> e+ mu-", (22, 32), 0.5, 3),
        ("b_minus_l", "Z' -> nu nu", (22, 32), 1.0, 3),
    ],
)
def test_weights_of_a_decay_have_the_mean_of_one_over_the_states_and_stay_below_their_bound(name, text, first, bound, states):
    parameters = {"g_ee": 1.0, "g_emu": 1.0} if name == "lfv_zprime" else {}
    some = case(name, 1.0, **parameters)
    made = amplitudes(some, weak=name == "heavy_neutrino")
    pieces = spins.Pieces(made)
    root, code = (11, -11, *first), abs(first[1])
    made_plan = plan([text], some, [first[1]])
    found = made_plan.unstable[code]
    one = step(found, found.channels[0], made)
    assert one.bound == pytest.approx(bound, rel=0.02)
    n = 20_000
    rng = np.random.default_rng(2)
    momenta = [np.repeat(p[:, :1], n, axis=1) for p in random_momenta(rng, [0.0, 1.0], 1)]
    products, squared = one.decay(np.arange(n), lambda rows, *_: (rng.random(len(rows)), rng.random(len(rows))))
    moving = [np.array(from_rest(tuple(momenta[3]), 1.0, p)) for p in products]
    before = pieces.squared(pieces.of(root, 2, ()), momenta)
    decay = (3, made_plan.products(first[1], found.channels[0]))
    weight = pieces.squared(pieces.of(root, 2, (decay,)), [*momenta, *moving]) / (before * squared)
    assert weight.max() <= one.bound
    assert weight.mean() == pytest.approx(1 / states, abs=4 * weight.std() / np.sqrt(n))
    assert weight.std() > 0.05  # it is polarised, and its products know


@pytest.mark.parametrize("text", ["N -> e- pi+", "N -> nu pi0"])
def test_leptons_of_a_left_handed_neutrino_go_ahead(text):
    """N is made left-handed at m << E, N~ right-handed; with a pion the lepton goes against, its antiparticle along the spin: 1 + cos."""
    _, made = api.sample("e+ e- -> nu N", 8000, "heavy_neutrino", 0.5, 1e-3, decays=[text])
    p, pid = made.particles.momentum, made.particles.pid
    lepton = 2 if text == "N -> e- pi+" else 3
    assert (np.abs(pid[:, lepton]) < 13).all()
    k = in_rest(p[:, 1], p[:, lepton])
    cosine = (k * p[:, 1, 1:]).sum(axis=1) / np.linalg.norm(k, axis=1) / np.linalg.norm(p[:, 1, 1:], axis=1)
    for sign in (1, -1):
        assert cosine[pid[:, 1] * sign > 0].mean() == pytest.approx(1 / 3, abs=0.04)


def test_the_compiled_random_numbers_are_those_of_philox():
    from darkrecoil import _jit
    from darkrecoil._jit.philox import pair

    (run,) = _jit.load([uniforms.kernel()])
    attempt, words = np.arange(1000, dtype=np.uint64) + np.uint64(1 << 40), np.array([5, 6], dtype=np.uint64)
    found = partial(uniforms.drawn, run)(attempt, np.uint64(130), np.uint64(1 << 31), words)
    assert np.array_equal(found, pair(attempt, np.uint64(130), np.uint64(1 << 31), *words))
