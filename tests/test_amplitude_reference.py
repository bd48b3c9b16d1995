"""The amplitude engine against tests/reference, derived and written apart from it; against closed forms; and with a sign turned.

The theories are those that a user gets: the models' files and the Standard Model's vertices, in numbers. Widths are set to zero, since the
reference has none; what a width does is a test of its own.
"""

from dataclasses import replace
from math import factorial, pi, prod, sqrt

import numpy as np
import pytest
from reference import PROCESSES, algebra, contact, find, new_scalar, pairs, points, radiative, weak
from reference.algebra import average
from scipy.integrate import quad
from theories import legs, scalar, theory, vector

from darkrecoil import models
from darkrecoil.amplitudes import machine, program
from darkrecoil.amplitudes.theory import Term, leg
from darkrecoil.constants import ALPHA_0, GEV2_FB, M_E, M_MU, M_TAU, SIN2_EFFECTIVE, alpha_scheme
from darkrecoil.generate import beams, cuts, multichannel, sampling
from darkrecoil.generate import theory as generated
from darkrecoil.generate.cross_section import integrate
from darkrecoil.generate.recipe import Recipe, parse
from darkrecoil.generate.tree import tree

RUN = machine.compiled()
ROOT_S, E, ZERO = 10.58, pairs.E, alpha_scheme("0")
S = ROOT_S**2
MASS, COUPLING = 1.3, 0.3  # GeV, of whatever is new
FLAVOURS = ("e", "mu", "tau")
TINY = 1e-9  # GeV, an electron whose mass no formula can see: m^2/s = 1e-20

# Theories and their parameters in the words of the reference


def stable(some):
    return replace(some, lines={name: replace(line, width=0.0) for name, line in some.lines.items()})


def model(name, mass=MASS, coupling=COUPLING, **parameters):
    return stable(generated.theory(ZERO, models.find(name), mass, coupling, parameters, weak=name == "heavy_neutrino"))


def neutrinos():
    return stable(generated.theory(ZERO, weak=True))


def one_lepton(lepton, line, *structures):
    """QED and a boson of one lepton, with 0.3 and -0.2 for the two structures."""
    strengths = zip(structures, (0.3, -0.2), strict=True)
    return theory([line], [Term((lepton, lepton, line.name), some, g, g, 1) for some, g in strengths], e=E)


def heavy_neutrino(flavour):
    """N mixed with a neutrino of that flavour; the model has the electron's. Only for that one a W can be exchanged."""
    some = model("heavy_neutrino", 2.0)
    if flavour == "nu_e":
        return some
    kept = [term for term in some.terms if not {"N", "W"} <= {*term.fields}]
    renamed = [replace(t, fields=tuple(flavour if f == "nu_e" and "N" in t.fields else f for f in t.fields)) for t in kept]
    return replace(some, terms=tuple(renamed))


def setting(text):
    """The theory of a process and the reference's parameters, by what is new in it."""
    words = outgoing(text)
    charged = sorted({word[:-1] for word in words if word[-1] in "+-"}, key=FLAVOURS.index)
    flavour = next((word.rstrip("~") for word in words if word.startswith("nu_")), "")
    by_particle = {
        "h'": lambda: (model("dark_higgs", 1.0, m_h=3.0, alpha_D=0.1), {"mass": 1.0, "g": COUPLING * E, "g_m": sqrt(0.4 * pi)}),
        "A'": lambda: (model("dark_photon"), {"mass": MASS, "g": COUPLING * E}),
        "a": lambda: (model("alp"), {"g": COUPLING}),
        "S": lambda: (one_lepton(charged[0], scalar(MASS), "scalar", "pseudoscalar"), {"g_s": 0.3, "g_p": -0.2}),
        "N": lambda: (heavy_neutrino(flavour), {"mass": 2.0, "mixing": COUPLING, "sin2": SIN2_EFFECTIVE}),
        "Z'": lambda: zprime(charged),
    }
    for particle, made in by_particle.items():
        if particle in {word.rstrip("~") for word in words}:
            return made()
    if flavour:
        return neutrinos(), {"sin2": SIN2_EFFECTIVE}
    return (model("lepton_contact", 0.0, 0.05), {"g": 0.05}) if len(words) == len(charged) == 2 else (theory(e=E), {})


def zprime(charged):
    """One flavour: vector and axial couplings at once. Two: the model with lepton-flavour violation."""
    if len(charged) == 1:
        return one_lepton(charged[0], vector(MASS), "vector", "axial"), {"mass": MASS, "g_v": 0.3, "g_a": -0.2}
    return model("lfv_zprime", **{"g_" + "".join(charged): 0.4}), {"mass": MASS, "g": 0.4 * COUPLING}


def outgoing(text):
    return text.partition("->")[2].split()


def identical(words):
    return prod(factorial(words.count(word)) for word in {*words})


def engine(some, text, momenta):
    """|M|^2 without the factor for identical particles, as the reference has it."""
    words = outgoing(text)
    return program.squared(program.program(some, legs(some, " ".join(words))), RUN, momenta) * identical(words)


def flat(some, text, n=48, seed=5, m_e=M_E):
    masses = [leg(some, word, False).line.mass for word in outgoing(text)]
    return points.flat(masses, ROOT_S, n, seed, m_e)[0]


# The engine is the reference


@pytest.mark.parametrize("text", PROCESSES)
def test_every_process_is_the_reference_s_at_flat_points(text):
    some, parameters = setting(text)
    momenta = flat(some, text, 16 if len(outgoing(text)) > 3 else 48)
    np.testing.assert_allclose(engine(some, text, momenta), PROCESSES[text](momenta, **parameters), rtol=1e-10)


def test_the_issue_s_processes_are_among_them():
    """Z' with muons and with e mu in both charges, every process with a photon: a list that shrinks would go unseen."""
    asked = ["mu+ mu- Z'", "tau+ tau- Z'", "e- mu+ Z'", "e+ mu- Z'", "e- tau+ Z'", "mu- tau+ Z'", "gamma gamma gamma gamma", "e+ e- gamma"]
    asked += [
        "mu+ mu- gamma gamma",
        "e+ e- mu+ mu-",
        "e+ e- e+ e-",
        "nu_e nu_e~ gamma",
        "gamma a",
        "e+ e- a",
        "gamma A'",
        "A' h'",
        "e- mu+",
    ]
    assert {f"e+ e- -> {words}" for words in asked} <= {*PROCESSES}


@pytest.mark.parametrize("letters", ["VV", "AA", "VA", "LL", "LR", "RL", "RR", "SS", "SP", "PS", "PP"])
@pytest.mark.parametrize("words", ["e- mu+", "mu- e+", "mu- tau+"])
def test_every_contact_structure_is_the_reference_s(words, letters):
    fields = ("mu", "tau", "e", "e") if "tau+" in words else ("e", "mu", "e", "e")
    some = theory(terms=[Term(fields, letters, 0.2, 0.2, 1)], e=E)
    momenta = flat(some, f"-> {words}")
    function = {"e- mu+": contact.electron_flavour, "mu- e+": contact.flavour_positron}.get(words)
    expected = function(momenta, M_MU, 0.2, letters) if function else contact.two_flavours(momenta, M_MU, M_TAU, 0.2, letters)
    np.testing.assert_allclose(engine(some, f"-> {words}", momenta), expected, rtol=1e-10)


@pytest.mark.parametrize("words", ["gamma a", "e- e+ a"])
def test_the_scalar_s_even_coupling_is_the_reference_s(words):
    some = theory([scalar(MASS, "a")], [Term(("gamma", "gamma", "a"), "even", 0.2, 0.2, 1)], e=E)
    momenta = flat(some, f"-> {words}")
    expected = find(f"-> {words}")(momenta, g=0.2, structure="even")
    np.testing.assert_allclose(engine(some, f"-> {words}", momenta), expected, rtol=1e-10)


@pytest.mark.parametrize("letters", ["VV", "AL", "RA", "LR"])
def test_a_contact_term_beside_the_photon_has_the_sign_of_its_gamma5(letters):
    """Alone, the sign of an axial current is not seen; beside the photon's and a chiral one it makes muons go forward or backward."""
    g = 0.3 * E**2 / S
    some = theory(terms=[Term(("mu", "mu", "e", "e"), letters, g, g)], e=E)
    momenta = flat(some, "-> mu- mu+")
    states = algebra.ubar(momenta, 2, M_MU), algebra.v(momenta, 3, M_MU), algebra.vbar(momenta, 1, M_E), algebra.u(momenta, 0, M_E)
    expected = average(pairs.annihilation_amplitude(momenta, M_MU) + 1j * g * contact.contracted(*states, letters))
    np.testing.assert_allclose(engine(some, "-> mu- mu+", momenta), expected, rtol=1e-10)


@pytest.mark.parametrize(("to_photons", "to_electrons"), [("dual", "pseudoscalar"), ("even", "scalar")])
def test_a_scalar_s_couplings_to_photons_and_to_electrons_have_their_relative_sign(to_photons, to_electrons):
    """e+e- -> gamma a by a photon, and off the electrons: they interfere as m_e, here 0.4 GeV; the sign is that of epsilon and gamma5."""
    g, y, m_e, text = 0.2, 0.3, 0.4, "-> gamma a"
    terms = [Term(("gamma", "gamma", "a"), to_photons, g, g, 1), Term(("e", "e", "a"), to_electrons, y, y, 1)]
    some = theory([scalar(MASS, "a")], terms, e=E, m_e=m_e)
    momenta = flat(some, text, m_e=m_e)
    light, new = radiative.emission(momenta, 2), new_scalar.emission(momenta, 3, *((0.0, y) if to_photons == "dual" else (y, 0.0)))
    row, psi, p = algebra.vbar(momenta, 1, m_e), algebra.u(momenta, 0, m_e), algebra.momentum(momenta, 0)
    off_electrons = algebra.line(row, [light, new], psi, p, m_e) + algebra.line(row, [new, light], psi, p, m_e)
    by_photon = new_scalar.photon_scalar_amplitude(momenta, g, to_photons, m_e)
    right, wrong = (average(by_photon + sign * off_electrons) for sign in (1, -1))
    assert np.median(np.abs(wrong / right - 1)) > 1e-3
    np.testing.assert_allclose(engine(some, text, momenta), right, rtol=1e-10)


def test_a_width_is_that_of_breit_and_wigner():
    """nu_mu nu_mubar gamma by a Z of 2.5 GeV: |M|^2 times (q^2 - M^2)^2/((q^2 - M^2)^2 + M^2 Gamma^2)."""
    text, wide = "e+ e- -> nu_mu nu_mu~ gamma", generated.theory(ZERO, weak=True)
    momenta, z = flat(wide, text), wide.lines["Z"]
    q = momenta[:, 2] + momenta[:, 3]
    off = q[:, 0] ** 2 - np.sum(q[:, 1:] ** 2, axis=1) - z.mass**2
    expected = PROCESSES[text](momenta, sin2=SIN2_EFFECTIVE) * off**2 / (off**2 + (z.mass * z.width) ** 2)
    assert z.width > 2
    np.testing.assert_allclose(engine(wide, text, momenta), expected, rtol=1e-10)


# Forward and collinear: there the reference needs more digits than float64 has

QUAD = np.longdouble
FORWARD = {  # process, angle of each leg to the e- beam (negative: to the other beam), rad; None: anywhere
    "gamma gamma": (1e-4, None),
    "gamma gamma gamma": (1e-4, None, None),
    "mu+ mu- gamma": (None, None, 1e-4),
    "e+ e-": (-1e-3, None),
    "e+ e- gamma": (-1e-3, None, None),
    "e- e+ gamma": (1e-3, None, 1e-3),  # electron, photon and beam along one line
    "e+ e- mu+ mu-": (-1e-4, 1e-4, None, None),
    "e+ e- e+ e-": (-1e-3, 1e-3, None, None),
    "e+ e- a": (-1e-3, 1e-3, None),
    "gamma A'": (1e-4, None),
    "e+ mu- Z'": (-1e-3, None, None),
    "nu_e nu_e~ gamma": (None, None, 1e-4),
    "mu+ mu- gamma gamma": (None, None, -1e-4, 1e-4),
}


def directed(masses, angles, n=24, seed=3):
    """Momenta (n, legs, 4) with 64-bit mantissas, legs within these angles of a beam; the first leg without one balances the others."""
    rng, count = np.random.default_rng(seed), len(masses)
    p = rng.normal(size=(n, count, 3)).astype(QUAD)
    for i, angle in enumerate(angles):
        if angle is not None:
            phi, theta, size = rng.uniform(0, 2 * pi, n), abs(angle) * rng.uniform(0.3, 1, n), rng.uniform(0.5, 2, n)
            across = np.stack([np.cos(phi), np.sin(phi)], axis=1) * (size * np.sin(theta))[:, None]
            p[:, i] = np.column_stack([across, np.sign(angle) * size * np.cos(theta)])
    balancing = angles.index(None)
    p[:, balancing] -= p.sum(axis=1)
    return on_shell(p, np.array(masses, dtype=QUAD))


def on_shell(p, masses):
    """Three-momenta scaled such that the particles have the energy ROOT_S together, behind the beams; bisection to the last digit."""
    root, size = QUAD(ROOT_S), np.sqrt(np.sum(p**2, axis=2))
    low, high = np.zeros((len(p), 1), QUAD), 4 * root / size.sum(axis=1, keepdims=True)
    for _ in range(80):
        middle = (low + high) / 2
        above = np.sqrt(masses**2 + (middle * size) ** 2).sum(axis=1, keepdims=True) > root
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    energy, beam = np.sqrt(masses**2 + (low * size) ** 2), np.sqrt(root**2 / 4 - QUAD(M_E) ** 2)
    incoming = np.broadcast_to(np.array([[root / 2, 0, 0, beam], [root / 2, 0, 0, -beam]], dtype=QUAD), (len(p), 2, 4))
    return np.concatenate([incoming, np.concatenate([energy[..., None], low[..., None] * p], axis=2)], axis=1)


def turned(momenta):
    """The same events, turned: no |M|^2 knows, but other digits are lost."""
    a, b = QUAD(0.7), QUAD(1.1)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]], dtype=QUAD)
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]], dtype=QUAD)
    vectors = np.einsum("ij,nkj->nki", about_z @ about_x, momenta[..., 1:])
    return np.concatenate([momenta[..., :1], vectors], axis=2)


@pytest.mark.skipif(np.finfo(QUAD).eps > 1e-18, reason="no float with a 64-bit mantissa here: the reference loses its digits")
@pytest.mark.parametrize("words", FORWARD)
def test_along_the_beams_the_engine_keeps_the_digits_that_the_reference_has(words):
    """In float64 the reference is right to 1e-8 here, with 64 bits to some 1e-11. It loses what cancels between diagrams by gauge
    invariance, s/q^2 or so; how much, a turned frame tells. The engine must be right to 1e-10 beyond that."""
    text = f"e+ e- -> {words}"
    some, parameters = setting(text)
    masses = [leg(some, word, False).line.mass for word in words.split()]
    momenta = directed(masses, FORWARD[words])
    right, again = (find(text)(p, **parameters) for p in (momenta, turned(momenta)))
    lost = np.abs(again / right - 1).max()
    assert lost < 1e-9
    found = np.abs(engine(some, text, momenta.astype(float)) / right - 1)
    assert found.max() < 1e-10 + 5 * lost
    assert np.median(found) < 1e-10


# Closed forms


def angle(momenta):
    """Cosine of the first outgoing leg to the e-."""
    return momenta[:, 2, 3] / np.sqrt(np.sum(momenta[:, 2, 1:] ** 2, axis=1))


def squares(m_e):
    """beta^2 of the beams' electrons."""
    return 1 - 4 * m_e**2 / S


@pytest.mark.parametrize("m_e", [M_E, 0.4])
def test_two_photons_are_the_textbook_formula(m_e):
    """With the electron's mass: Peskin and Schroeder (5.105), crossed."""
    some = theory(e=E, m_e=m_e)
    momenta = flat(some, "-> gamma gamma", m_e=m_e)
    a, b = (S / 4 * (1 - sign * sqrt(squares(m_e)) * angle(momenta)) for sign in (1, -1))
    inverse = m_e**2 * (1 / a + 1 / b)
    expected = 2 * E**4 * (a / b + b / a + 2 * inverse - inverse**2)
    np.testing.assert_allclose(engine(some, "-> gamma gamma", momenta), expected, rtol=1e-10)


def test_three_photons_are_the_massless_formula():
    """e^6 s sum a b (a^2 + b^2)/prod a b with a = p1.k, b = p2.k."""
    some = theory(e=E, m_e=TINY)
    momenta = flat(some, "-> gamma gamma gamma", m_e=TINY)
    energy, along = momenta[:, 2:, 0], momenta[:, 2:, 3]
    a, b = ROOT_S / 2 * (energy - along), ROOT_S / 2 * (energy + along)
    expected = E**6 * S * np.sum(a * b * (a**2 + b**2), axis=1) / np.prod(a * b, axis=1)
    np.testing.assert_allclose(engine(some, "-> gamma gamma gamma", momenta), expected, rtol=1e-10)


@pytest.mark.parametrize("m_e", [M_E, 0.4])
@pytest.mark.parametrize(("words", "m"), [("mu- mu+", M_MU), ("tau- tau+", M_TAU)])
def test_pairs_are_the_textbook_formula(words, m, m_e):
    """e^4 (1 + beta_e^2 beta^2 cos^2 + 4 (m_e^2 + m^2)/s): Peskin and Schroeder (5.10), with the electron's mass, too."""
    some = theory(e=E, m_e=m_e)
    momenta = flat(some, f"-> {words}", m_e=m_e)
    expected = E**4 * (1 + squares(m_e) * squares(m) * angle(momenta) ** 2 + 4 * (m_e**2 + m**2) / S)
    np.testing.assert_allclose(engine(some, f"-> {words}", momenta), expected, rtol=1e-10)


def exchanged(c, s_part, t_part):
    """|M|^2 of massless e+e- -> e+e- by vector currents, 2 [u^2 (P_s + P_t)^2 + t^2 P_s^2 + s^2 P_t^2]."""
    t, u = -S / 2 * (1 - c), -S / 2 * (1 + c)
    return 2 * (u**2 * (s_part(S) + t_part(t)) ** 2 + t**2 * s_part(S) ** 2 + S**2 * t_part(t) ** 2)


def bhabha_and_contact(c, g):
    """A photon and g (ebar gamma e)(ebar gamma e), where each of the two currents may be either: 2 g beside e^2/q^2."""
    return exchanged(c, lambda s: E**2 / s + 2 * g, lambda t: E**2 / t + 2 * g)


@pytest.mark.parametrize("g", [0.0, 1e-3, -1e-3])
def test_bhabha_is_the_massless_formula(g):
    some = theory(terms=[Term(("e", "e", "e", "e"), "VV", g, g)] if g else (), e=E, m_e=TINY)
    momenta = flat(some, "-> e- e+", m_e=TINY)
    np.testing.assert_allclose(engine(some, "-> e- e+", momenta), bhabha_and_contact(angle(momenta), g), rtol=1e-10)


def test_photon_and_alp_are_the_closed_form():
    """(e^2 g^2/8) s (1 - m^2/s)^2 (2 - beta_e^2 sin^2), from which sigma = (alpha g^2/24)(1 - m^2/s)^3 for massless electrons."""
    some, g = model("alp"), COUPLING
    momenta = flat(some, "-> gamma a")
    sine2 = 1 - angle(momenta) ** 2
    expected = E**2 * g**2 / 8 * S * (1 - MASS**2 / S) ** 2 * (2 - squares(M_E) * sine2)
    np.testing.assert_allclose(engine(some, "-> gamma a", momenta), expected, rtol=1e-10)
    total = quad(lambda c: E**2 * g**2 / 8 * S * (1 - MASS**2 / S) ** 2 * (1 + c * c), -1, 1)[0] * (1 - MASS**2 / S) / (32 * pi * S)
    assert total == pytest.approx(ALPHA_0 * g**2 / 24 * (1 - MASS**2 / S) ** 3, rel=1e-12)


def test_dark_higgsstrahlung_is_the_closed_form():
    """2 s g^2 g_m^2/(s - M^2)^2 [3 - beta_e^2 + (k^2/M^2)(1 - beta_e^2 cos^2)]: B. Batell, M. Pospelov, A. Ritz, arXiv:0903.0363,
    sigma = (pi alpha alpha_D eps^2/3s)(1 - M^2/s)^-2 sqrt(lambda)(lambda + 12 M^2/s), for massless electrons."""
    mass, m_h, alpha_d = 1.0, 3.0, 0.1
    some = model("dark_higgs", mass, m_h=m_h, alpha_D=alpha_d)
    momenta = flat(some, "-> A' h'")
    k2, b2 = (S - (mass + m_h) ** 2) * (S - (mass - m_h) ** 2) / (4 * S), squares(M_E)
    front = 2 * S * (COUPLING * E) ** 2 * 4 * pi * alpha_d * mass**2 / (S - mass**2) ** 2
    expected = front * (3 - b2 + k2 / mass**2 * (1 - b2 * angle(momenta) ** 2))
    np.testing.assert_allclose(engine(some, "-> A' h'", momenta), expected, rtol=1e-10)
    total = front * (4 + k2 / mass**2 * 4 / 3) * sqrt(k2) / (8 * pi * ROOT_S * 2 * S)
    root = 4 * k2 / S
    batell = pi * ALPHA_0 * alpha_d * COUPLING**2 / (3 * S) / (1 - mass**2 / S) ** 2 * sqrt(root) * (root + 12 * mass**2 / S)
    assert total == pytest.approx(batell, rel=1e-12)


# A sign turned: with interference the cross-section moves to the value computed apart from the package


def total(some, text, asked=(), precision=0.002, soft=0.0):
    """The cross-section, fb, and its error by the package's generator, of a theory that no model need have."""
    process, wanted = parse(text), [cuts.parse(one) for one in asked]
    made = tree(process, some)
    order = Recipe(process, made.alternatives[0].pid, ZERO, ROOT_S, made, tuple(asked), soft)
    cut = (lambda p: cuts.passed(wanted, p, {})) if wanted else None
    kernels = list(multichannel.engine().all)
    return integrate(sampling.trained(order, kernels, beams.head_on(ROOT_S), 1, cut, asked), precision, cut)


def muon_pairs(strength):
    """fb: e+e- -> mu+ mu- by a vector current of that strength in the place of e^2/s, m_e^2/s neglected."""
    beta2 = squares(M_MU)
    return GEV2_FB * S * strength**2 / (8 * pi) * sqrt(beta2) * (1 - beta2 / 3)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_of_a_contact_term_beside_the_photon(sign):
    """(e^2/s +- C)^2 with C = 0.3 e^2/s: 1.69 or 0.49 of the photon alone."""
    g = sign * 0.3 * E**2 / S
    some = theory(terms=[Term(("mu", "mu", "e", "e"), "VV", g, g)], e=E)
    found = total(some, "e+ e- -> mu+ mu-")
    assert found.value == pytest.approx(muon_pairs(E**2 / S + g), abs=4 * found.error)
    assert found.value == pytest.approx(muon_pairs(E**2 / S) * (1.69 if sign > 0 else 0.49), rel=0.01)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_of_a_muon_s_charge_beside_the_photon(sign):
    """A photon and a vector of 15 GeV, (e^2/s + g_e g_mu/(s - M^2))^2."""
    g_e, g_mu, mass = 0.2, sign * 0.15, 15.0
    some = theory([vector(mass)], [Term(("e", "e", "Z'"), "vector", g_e, g_e), Term(("mu", "mu", "Z'"), "vector", g_mu, g_mu)], e=E)
    found, expected = total(some, "e+ e- -> mu+ mu-"), muon_pairs(E**2 / S + g_e * g_mu / (S - mass**2))
    assert found.value == pytest.approx(expected, abs=4 * found.error)
    assert abs(expected - muon_pairs(E**2 / S - g_e * g_mu / (S - mass**2))) > 100 * found.error


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_of_a_contact_term_in_bhabha_scattering(sign):
    """Annihilation and exchange of the photon, each beside the contact term: between 30 and 150 degrees, m_e^2/s neglected."""
    limit, g = np.cos(np.radians(30)), sign * 2e-4
    some = theory(terms=[Term(("e", "e", "e", "e"), "VV", g, g)], e=E)
    found = total(some, "e+ e- -> e+ e-", [f"abs(cos_theta_cms(e-)) < {limit:.15g}"])
    expected, other = (GEV2_FB / (32 * pi * S) * quad(bhabha_and_contact, -limit, limit, (x,))[0] for x in (g, -g))
    assert found.value == pytest.approx(expected, abs=4 * found.error)
    assert abs(expected - other) > 50 * found.error


def charge_turned(some, name):
    """The theory with the charge of a field turned."""
    turned_terms = [
        replace(t, value=-t.value, with_real_photon=-t.with_real_photon) if {name, "gamma"} <= {*t.fields} else t for t in some.terms
    ]
    return replace(some, terms=tuple(turned_terms))


def flat_total(function, masses, keep, n=25_000, seed=21):
    """The cross-section, fb, and its error of the reference by flat points where ``keep`` (n,) holds."""
    momenta, weights = points.flat(masses, ROOT_S, n, seed)
    kept, values = keep(momenta), np.zeros(n)
    values[kept] = np.concatenate([function(part) for part in np.array_split(momenta[kept], 8)])
    return [GEV2_FB * x for x in points.cross_section(values, weights, ROOT_S)]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_of_a_muon_s_charge_when_muons_and_beams_radiate(sign):
    """mu mu gamma with the mu- forward: radiation of the beams and of the muons interferes, with the sign of the muon's charge."""
    text, asked = "e+ e- -> mu- mu+ gamma", ["cos_theta_cms(mu-) > 0.3", "energy_cms(gamma) > 1.5", "abs(cos_theta_cms(gamma)) < 0.7"]
    asked += ["angle_cms(mu-, gamma) > 20 deg", "angle_cms(mu+, gamma) > 20 deg"]

    def squared(momenta, sign=sign):
        emit = radiative.emission(momenta, 4)
        return average(radiative.final_amplitude(momenta, M_MU, emit) + sign * radiative.initial_amplitude(momenta, M_MU, emit))

    def keep(momenta):
        p, k = momenta[:, 2:4, 1:], momenta[:, 4:, 1:]
        size, energy = np.sqrt(np.sum(p**2, axis=2)), momenta[:, 4, 0]
        apart = np.all(np.sum(p * k, axis=2) < np.cos(np.radians(20)) * size * energy[:, None], axis=1)
        return apart & (p[:, 0, 2] > 0.3 * size[:, 0]) & (energy > 1.5) & (np.abs(momenta[:, 4, 3]) < 0.7 * energy)

    some = theory(e=E) if sign > 0 else charge_turned(theory(e=E), "mu")
    momenta = flat(some, text)
    np.testing.assert_allclose(engine(some, text, momenta), squared(momenta), rtol=1e-10)
    found, (expected, error) = total(some, text, asked, 0.004, 1.5), flat_total(squared, [M_MU, M_MU, 0.0], keep)
    assert found.value == pytest.approx(expected, abs=4 * np.hypot(error, found.error))
    other, _ = flat_total(lambda p: squared(p, -sign), [M_MU, M_MU, 0.0], keep)
    assert abs(other - expected) > 8 * error


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_of_the_w_s_charge(sign, monkeypatch):
    """nu_e nubar_e gamma with a W of 3 GeV, so that it radiates as the beams do. With the wrong charge |M|^2 depends on the polarisations'
    gauge; engine and reference both take transverse ones in the e+e- frame."""
    text, right = "e+ e- -> nu_e nu_e~ gamma", weak.three_vectors
    monkeypatch.setattr(weak, "three_vectors", lambda *some: sign * right(*some))
    light = neutrinos()
    light = replace(light, lines={**light.lines, "W": replace(light.lines["W"], mass=3.0)})
    some = light if sign > 0 else charge_turned(light, "W")

    def squared(momenta):
        return weak.electron_neutrinos_photon(momenta, m_w=3.0, sin2=SIN2_EFFECTIVE)

    def keep(momenta):
        return (momenta[:, 4, 0] > 3.5) & (np.abs(momenta[:, 4, 3]) < 0.7 * momenta[:, 4, 0])

    momenta = flat(some, text)
    np.testing.assert_allclose(engine(some, text, momenta), squared(momenta), rtol=1e-10)
    found = total(some, text, ["energy_cms(gamma) > 3.5", "abs(cos_theta_cms(gamma)) < 0.7"], 0.004, 3.5)
    expected, error = flat_total(squared, [0.0] * 3, keep)
    assert found.value == pytest.approx(expected, abs=4 * np.hypot(error, found.error))
    monkeypatch.setattr(weak, "three_vectors", lambda *some: -sign * right(*some))
    assert abs(flat_total(squared, [0.0] * 3, keep)[0] - expected) > 10 * error
