"""UFO directories: each vertex against its own Feynman rule by explicit tensors, conventions, what is refused, nothing executed."""

import ast
import re
import shutil
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from dirac import GAMMA, G
from hypothesis import given, settings
from hypothesis import strategies as st

from darkrecoil._errors import BadFile, BadValue, UnknownName
from darkrecoil.models import _expressions as expressions
from darkrecoil.models import _standard_model as standard
from darkrecoil.models._ufo import algebra, load
from darkrecoil.models._ufo.files import Directory, Entry
from darkrecoil.models._ufo.structures import Unsupported, normal_form
from darkrecoil.models._ufo.symbols import symbols
from darkrecoil.records import Vertex

UFO = Path(__file__).parent / "ufo"
RNG = np.random.default_rng(1)
ONE = np.eye(4)
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
MATRICES = {"Gamma5": GAMMA5, "ProjM": (ONE - GAMMA5) / 2, "ProjP": (ONE + GAMMA5) / 2, "Identity": ONE}
EPSILON = np.zeros((4, 4, 4, 4))
for _p in permutations(range(4)):
    EPSILON[_p] = -np.linalg.det(np.eye(4)[list(_p)])  # epsilon^{0123} = -1, that of UFO files and of the amplitudes
YANG_MILLS = "P(3,1)*Metric(1,2) - P(3,2)*Metric(1,2) - P(2,1)*Metric(1,3) + P(2,3)*Metric(1,3) + P(1,2)*Metric(2,3) - P(1,3)*Metric(2,3)"
EE = np.sqrt(4 * np.pi / 127.9)


# -- writing directories


def particle(key, pid, spin, anti=None, mass="ZERO", **more):
    words = f"pdg_code={pid}, name={key!r}, antiname={anti or key!r}, spin={spin}, color=1, mass=Param.{mass}, width=Param.ZERO"
    return f"{key} = Particle({', '.join([words, *(f'{k}={v}' for k, v in more.items())])})\n"


def external(name, value, block="FRBlock", code=1):
    return f"{name} = Parameter(name={name!r}, nature='external', value={value}, lhablock={block!r}, lhacode=[{code}])\n"


def internal(name, value):
    return f"{name} = Parameter(name={name!r}, nature='internal', value={value!r})\n"


def coupling(name, value):
    return f"{name} = Coupling(name={name!r}, value={value!r}, order={{'NP': 1}})\n"


def lorentz(name, structure):
    return f"{name} = Lorentz(name={name!r}, spins=[1], structure={structure!r})\n"


def vertex(name, particles, *pairs):
    """A vertex of particles by their keys and pairs (structure, coupling)."""
    legs, shapes = (", ".join(f"{prefix}.{x}" for x in some) for prefix, some in (("P", particles.split()), ("L", [s for s, _ in pairs])))
    numbers = ", ".join(f"(0, {i}): C.{c}" for i, (_, c) in enumerate(pairs))
    return f"{name} = Vertex(name={name!r}, particles=[{legs}], color=['1'], lorentz=[{shapes}], couplings={{{numbers}}})\n"


EXTRA = {  # fields that tests add to those of axial_zprime
    "particles": particle("nue", 12, 2, "nue~") + "nue_bar = nue.anti()\n" + particle("W", 24, 3, "W-") + "W_minus = W.anti()\n"
    + particle("Z", 23, 3) + particle("S", 9000010, 1, mass="MS") + particle("X", 9000011, 2, "X~", mass="MX") + "X_bar = X.anti()\n"
    + particle("Wp", 34, 3, "Wp~", mass="MWp") + "Wp_minus = Wp.anti()\n",
    "parameters": external("MS", 1.5, "MASS", 9000010) + external("MX", 0.4, "MASS", 9000011) + external("MWp", 80, "MASS", 34)
    + external("g", 0.3) + external("h", 0.7) + external("Lam", 1000.0),
    "couplings": coupling("GG", "complex(0,1)*g") + coupling("GH", "complex(0,1)*h") + coupling("GI", "g")
    + coupling("GE", "complex(0,1)*ee") + coupling("MG", "-complex(0,1)*g") + coupling("MI", "-g"),
    "lorentz": "", "vertices": "",
}  # fmt: skip


def directory(tmp_path, name="made", keep_vertices=False, **more):
    """A directory like axial_zprime with the fields of EXTRA and what is added to its files; its own new vertices are kept if asked."""
    folder = tmp_path / name
    shutil.copytree(UFO / "axial_zprime", folder)
    for kind, text in EXTRA.items():
        path = folder / f"{kind}.py"
        own = path.read_text()
        if kind == "vertices" and not keep_vertices:
            own = own[: own.index("V_4 =")]
        path.write_text(own + text + more.get(kind, ""))
    return folder


def found(tmp_path, structure_by_pair, particles, names=("GG",), choose="", more="", **files):
    """The model with one vertex (and the text ``more`` of others) of those structures, each with one of the couplings."""
    shapes = [f"T{i}" for i in range(len(structure_by_pair))]
    text = "".join(map(lorentz, shapes, structure_by_pair))
    one = vertex("N_1", particles, *zip(shapes, names, strict=True))
    return load(directory(tmp_path, lorentz=text + files.pop("lorentz", ""), vertices=one + more, **files), choose)


# -- Feynman rules by explicit tensors


def tensor(text, momenta, free):
    """A structure as a tensor with the free indices in that order: ("m", leg) contravariant, ("s", leg) of a spinor."""
    whole = 0
    for number, factors in terms_of(ast.parse(text, mode="eval").body):
        arrays, labels = [], []
        for name, indices in factors:
            spins = {"Gamma": 1, "P": 1, "Metric": 2, "Epsilon": 4}.get(name, 0)
            array = {"Gamma": GAMMA, "Metric": G, "Epsilon": EPSILON, "P": None}.get(name, MATRICES.get(name))
            arrays.append(momenta[indices[1] - 1] if name == "P" else array)
            kinds = [("m", i) for i in indices[:spins]] + ([] if name == "P" else [("s", i) for i in indices[spins:]])
            labels.append(kinds)
        whole = whole + number * contracted(arrays, labels, free)
    return whole


def contracted(arrays, labels, free):
    names, extra = {}, []
    seen = []
    for kinds in labels:
        for i, kind in enumerate(kinds):
            if kind[0] == "m" and kind[1] < 0 and kind in seen:  # the second of a pair is lowered
                kinds[i] = ("low", kind[1])
                extra.append([kind, ("low", kind[1])])
            seen.append(kind)
    operands = []
    for array, kinds in [*zip(arrays, labels, strict=True), *((G, pair) for pair in extra)]:
        operands += [array, [names.setdefault(kind, len(names)) for kind in kinds]]
    return np.einsum(*operands, [names[kind] for kind in free])


def terms_of(node):
    """A sum of products of tensors, term by term, apart from the package's own parser."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        sign = 1 if isinstance(node.op, ast.Add) else -1
        return [*terms_of(node.left), *((sign * n, f) for n, f in terms_of(node.right))]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [(a * b, f + g) for a, f in terms_of(node.left) for b, g in terms_of(node.right)]
    if isinstance(node, ast.UnaryOp):
        return [(-n, f) for n, f in terms_of(node.operand)]
    if isinstance(node, ast.Call):
        return [(1, [(node.func.id, [int(ast.literal_eval(a)) for a in node.args])])]
    return [(ast.literal_eval(node), [])]


def strengths(model, **values):
    names = {"mass": 1.0, "coupling": 1.0, **{p.name: p.default for p in model.parameters}, **values}
    return {(v.fields, v.structure): v.strength * expressions.real(v.parameter, names) for v in model.vertices}


CURRENT = {
    "vector": GAMMA, "axial": GAMMA @ GAMMA5, "left": GAMMA @ MATRICES["ProjM"], "right": GAMMA @ MATRICES["ProjP"],
    "scalar": ONE, "pseudoscalar": 1j * GAMMA5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("structures", "names"),
    [
        (["Gamma(3,2,1)"], ["GG"]),
        (["Gamma(3,2,-1)*Gamma5(-1,1)"], ["GG"]),
        (["Gamma5(2,-1)*Gamma(3,-1,1)"], ["GG"]),
        (["Gamma(3,2,-1)*ProjM(-1,1)"], ["MG"]),
        (["ProjM(2,-1)*Gamma(3,-1,1)"], ["GG"]),
        (["Gamma(3,2,1)", "Gamma(3,2,-1)*Gamma5(-1,1)"], ["GG", "GH"]),
        (["Gamma(3,2,-1)*ProjM(-1,1) - 2*Gamma(3,2,-1)*ProjP(-1,1)", "Gamma(3,2,-1)*ProjP(-1,1)"], ["GG", "GH"]),
        (["Metric(3,-2)*Gamma(-2,2,-1)*ProjP(-1,1)"], ["GH"]),
        (["Identity(2,1)"], ["GG"]),
        (["Identity(2,1)", "Gamma5(2,1)"], ["GG", "GI"]),
        (["ProjM(2,1) + ProjP(2,1)"], ["GH"]),
        (["ProjP(2,1) - ProjM(2,1)"], ["MI"]),
    ],
)
def test_a_fermion_vertex_has_the_files_feynman_rule(tmp_path, structures, names):
    """i times the Lagrangian's matrix is the sum of couplings times structures, row 2 the outgoing mu-, column 1 the mu+."""
    boson = "Zp" if "Gamma(" in structures[0] else "S"
    model, _ = found(tmp_path, structures, f"mu__plus__ mu__minus__ {boson}", names)
    rule = sum(1j * g * CURRENT[structure] for (fields, structure), g in strengths(model, g=0.3, h=0.7, coupling=1.0).items())
    if model.parameters == ():
        rule = rule * {"g": 0.3, "h": 0.7}[model.coupling.tex]
    values = {"GG": 0.3j, "GH": 0.7j, "GI": 0.3, "MG": -0.3j, "MI": -0.3}
    free = [("m", 3)] * (boson == "Zp") + [("s", 2), ("s", 1)]
    expected = sum(values[name] * tensor(text, None, free) for text, name in zip(structures, names, strict=True))
    assert rule == pytest.approx(expected, abs=1e-14)
    assert {v.fields for v in model.vertices} == {("mu", "mu", boson)}


def field_strength(p, e):
    """F^{mu nu} of a wave that goes out, e^{ipx}, per polarisation vector: d_mu -> i p_mu."""
    return 1j * (np.einsum("m,nk->mnk", p, e) - np.einsum("n,mk->mnk", p, e))


def two_vector_rule(structure, g, p, q, same):
    """i times the Lagrangian of records.Vertex with plane waves: all ways to attach the two vectors."""
    e = np.eye(4)  # the k-th polarisation has one contravariant component; the vertex has lower indices, raised at the end
    if structure == "mass":
        return 1j * g * (2 if same else 1) * np.linalg.inv(G)
    one, two = field_strength(p, e), field_strength(q, e)
    lower = np.einsum("ma,nb,mnk->abk", G, G, one)
    if structure == "dual":  # F Ftilde = epsilon^{mu nu rho sigma} F_mu nu F_rho sigma / 2
        both = np.einsum("mnrs,mnk,rsl->kl", EPSILON, lower, np.einsum("ma,nb,mnk->abk", G, G, two)) / 2
    else:
        both = np.einsum("mnk,mnl->kl", lower, two)
    # identical: two ways, -(g/4); different: one way, twice the coefficient
    return 1j * (-g / 4) * 2 * np.einsum("km,ln,kl->mn", G, G, both)


TWO_VECTORS = {
    "Epsilon(1,2,-1,-2)*P(-1,1)*P(-2,2)": "dual",
    "Epsilon(1,2,-1,-2)*P(-2,1)*P(-1,2)": "dual",
    "-(Epsilon(1,2,-1,-2)*P(-2,2)*P(-1,1)) + Epsilon(1,2,-1,-2)*P(-2,1)*P(-1,2)": "dual",
    "Epsilon(1,2,-1,-2)*P(-2,1)*P(-1,3)": "dual",
    "Epsilon(-1,1,-2,2)*P(-1,1)*P(-2,2)": "dual",
    "P(1,2)*P(2,1) - P(-1,1)*P(-1,2)*Metric(1,2)": "even",
    "2*P(-1,1)*P(-1,2)*Metric(1,2) - 2*P(1,2)*P(2,1)": "even",
    "P(-1,2)*P(-1,3)*Metric(1,2) + P(-1,2)*P(-1,2)*Metric(1,2) + P(1,2)*P(2,1)": "even",
    "Metric(1,2)": "mass",
    "Metric(1,-1)*Metric(-1,2)/2": "mass",
}


@pytest.mark.parametrize("vectors", ["a a", "a Zp", "Zp a", "Zp Zp"])
@pytest.mark.parametrize("text", TWO_VECTORS)
def test_two_vectors_and_a_scalar_have_the_files_feynman_rule(tmp_path, text, vectors):
    one, two = vectors.split()
    model, _ = found(tmp_path, [text], f"{vectors} S", choose="S" if "Zp" in vectors else "")
    ((fields, structure), g) = next(iter(strengths(model).items()))
    assert structure == TWO_VECTORS[text]
    assert sorted(fields) == sorted({"a": "gamma"}.get(x, x) for x in (*vectors.split(), "S"))
    p, q = RNG.normal(size=(2, 4))
    plain = text.replace("/2", "*0.5")
    expected = 0.3j * tensor(plain, [p, q, -p - q], [("m", 1), ("m", 2)]) * (1 if vectors.count("a") % 2 == 0 else -1)
    # a photon of the file has the sign opposite to ours: one of them changes the sign, two do not
    assert two_vector_rule(structure, 0.3 * g, p, q, one == two) == pytest.approx(expected, abs=1e-13)


def test_the_sign_of_the_axion_photon_coupling():
    model, report = load(UFO / "alp_photon")
    assert model.vertices == (Vertex(("gamma", "gamma", "ALP"), "dual", 1.0, "coupling"),)
    assert (model.particle, model.pid, model.spin, model.mass.default, model.coupling.default) == ("ALP", 9000005, 0, 0.5, 1e-4)
    assert report.left_out == {}
    assert "coupling is gagg of the file" in report.notes


# -- the three directories


def test_a_boson_with_vector_and_axial_couplings():
    model, report = load(UFO / "axial_zprime")
    assert model.vertices == (
        Vertex(("mu", "mu", "Zp"), "vector", 1.0, "coupling * gV"),
        Vertex(("mu", "mu", "Zp"), "axial", 1.0, "coupling * gA"),
        Vertex(("tau", "tau", "Zp"), "left", 1.0, "coupling * (gV - gA)"),
        Vertex(("tau", "tau", "Zp"), "right", -1.0, "coupling * (gV + gA)"),
        Vertex(("nu_mu", "nu_mu", "Zp"), "left", 1.0, "coupling * (gV - gA)"),
    )
    assert {p.name: p.default for p in model.parameters} == {"gV": 0.02, "gA": 0.03}
    assert (model.name, model.particle, model.pid, model.spin, model.antiparticle, model.others) == ("axial_zprime", "Zp", 32, 1, "", ())
    assert (model.mass.default, model.coupling.default) == (1.0, 1.0)
    assert report.left_out == {"V_7": "u~ u Zp: a coloured particle", "V_8": "Zp Zp H: the Higgs boson", "V_9": "ghZp ghZp~ Zp: a ghost"}
    assert "3 vertices of gauge bosons are darkrecoil's own" in report.notes[0]
    assert "agree within 0.001 with 1/alpha = 127.9" in report.notes[0]
    assert "left out: 1 vertex with a ghost" in report.notes
    assert all(note in model.notes for note in report.notes)
    assert any("1108.2040" in reference for reference in model.references)


def test_a_scalar_that_changes_flavour_is_one_term_for_two_vertices():
    model, _ = load(UFO / "lfv_scalar")
    assert {(v.fields, v.structure, v.strength) for v in model.vertices} == {
        (("mu", "tau", "phi"), "scalar", 1.0),
        (("mu", "tau", "phi"), "pseudoscalar", 1.0),
    }
    made = strengths(model, ymt=0.2, thp=0.5)
    assert made[("mu", "tau", "phi"), "scalar"] == pytest.approx(0.2 * np.cos(0.5), rel=1e-14)
    assert made[("mu", "tau", "phi"), "pseudoscalar"] == pytest.approx(0.2 * np.sin(0.5), rel=1e-14)


# -- conventions


def test_charged_particles_are_as_gauge_invariant_as_ours(tmp_path):
    """A second photon, coupled as FeynRules writes the first one, has the ratio of charges that the Standard Model has here."""
    shapes = lorentz("F", "Gamma(3,2,1)") + lorentz("Y", YANG_MILLS)
    both = vertex("N_1", "e__plus__ e__minus__ Zp", ("F", "GC_1")) + vertex("N_2", "Zp W_minus W", ("Y", "GE"))
    model, _ = load(directory(tmp_path, lorentz=shapes, vertices=both))
    here = {v.structure: v.strength for v in standard.VERTICES if v.fields in (("e", "e", "gamma"), ("W", "W", "gamma"))}
    made = strengths(model)
    assert made[("W", "W", "Zp"), "gauge"] / made[("e", "e", "Zp"), "vector"] == pytest.approx(here["gauge"] / here["vector"], rel=1e-14)


def test_a_photon_of_the_other_sign_is_turned(tmp_path):
    """The charge of a new particle is that of the electron, in the file and here, and does not grow with the coupling."""
    shapes = lorentz("F", "Gamma(3,2,1)")
    both = vertex("N_1", "X_bar X a", ("F", "GC_1")) + vertex("N_2", "X_bar X S", ("T", "GG"))
    model, report = load(directory(tmp_path, lorentz=shapes + lorentz("T", "Identity(2,1)"), vertices=both), "S")
    (electron,) = [v.strength for v in standard.VERTICES if v.fields == ("e", "e", "gamma")]
    charged = model.vertices[0]
    assert (charged.fields, charged.structure, charged.parameter) == (("X", "X", "gamma"), "vector", "e")
    assert charged.strength == pytest.approx(electron, rel=1e-12)
    assert model.vertices[1] == Vertex(("X", "X", "S"), "scalar", 1.0, "coupling")
    assert any("the sign of N_1 was changed" in note for note in report.notes)
    assert any("aEWM1 = 127.9" in note for note in report.notes)


def test_a_charged_boson_absorbs_its_particle(tmp_path):
    """Outgoing nu_mu~ mu- W'+: mubar .. nu_mu with the field that makes W'+, the conjugate of ours."""
    shapes = lorentz("F", "Gamma(3,2,-1)*ProjM(-1,1)")
    both = vertex("N_1", "vm__tilde__ mu__minus__ Wp", ("F", "GG")) + vertex("N_2", "mu__plus__ vm Wp_minus", ("F", "GG"))
    model, _ = load(directory(tmp_path, lorentz=shapes, vertices=both))
    assert model.vertices == (Vertex(("nu_mu", "mu", "Wp"), "left", 1.0, "coupling"),)
    assert (model.particle, model.antiparticle) == ("Wp", "Wp~")


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        ("Gamma(-1,2,-2)*ProjM(-2,1)*Gamma(-1,4,-3)*ProjP(-3,3)", {"LR": 0.3}),
        ("Gamma(-1,2,1)*Gamma(-1,4,3)", {"VV": 0.3}),
        ("Gamma(-1,2,1)*Gamma(-1,4,-2)*Gamma5(-2,3)", {"VA": 0.3}),
        ("Gamma(-1,2,-2)*ProjM(-2,1)*Gamma(-1,4,3)", {"LV": 0.3}),
        ("Identity(2,1)*Identity(4,3)", {"SS": 0.3}),
        ("Gamma5(2,1)*Gamma5(4,3)", {"PP": -0.3}),
    ],
)
def test_four_fermions(tmp_path, structure, expected):
    model, _ = found(
        tmp_path, [structure], "e__plus__ e__minus__ mu__plus__ mu__minus__", ["GG"], "X", more=vertex("N_2", "X_bar X Zp", ("FFV1", "GG"))
    )
    contacts = {v.structure: (v.fields, v.strength * 0.3) for v in model.vertices if len(v.fields) == 4}
    assert contacts == {letters: (("e", "e", "mu", "mu"), pytest.approx(g)) for letters, g in expected.items()}


@pytest.mark.parametrize(
    ("particles", "reverse", "fields"),
    [
        ("e__plus__ e__minus__ mu__plus__ mu__minus__", "", ("e", "e", "mu", "mu")),
        ("mu__plus__ mu__minus__ e__plus__ e__minus__", "", ("mu", "mu", "e", "e")),
        ("ta__plus__ e__minus__ e__plus__ mu__minus__", "e__plus__ ta__minus__ mu__plus__ e__minus__", ("e", "tau", "mu", "e")),
        ("e__plus__ mu__minus__ ta__plus__ e__minus__", "mu__plus__ e__minus__ e__plus__ ta__minus__", ("mu", "e", "e", "tau")),
    ],
)
def test_each_current_keeps_its_chirality(tmp_path, particles, reverse, fields):
    """Left-handed for the first current of the file, whichever comes first in ours; and so for the conjugate."""
    structure = "Gamma(-1,2,-2)*ProjM(-2,1)*Gamma(-1,4,-3)*ProjP(-3,3)"
    more = vertex("N_2", reverse, ("T0", "GG")) if reverse else ""
    model, _ = found(tmp_path, [structure], particles, ["GG"], "X", more=more + vertex("N_3", "X_bar X Zp", ("FFV1", "GG")))
    (one,) = [v for v in model.vertices if len(v.fields) == 4]
    first, second = (*one.fields[:2], one.structure[0]), (*one.fields[2:], one.structure[1])
    assert {first, second} == {(*fields[:2], "L"), (*fields[2:], "R")}


def test_contact_terms_alone_have_no_particle(tmp_path):
    folder = directory(tmp_path, lorentz=lorentz("T", "Gamma(-1,2,1)*Gamma(-1,4,3)"))
    text = (folder / "particles.py").read_text()
    (folder / "particles.py").write_text(text[: text.index("Zp =")])
    flavour = vertex(
        "N_1", "mu__plus__ e__minus__ e__plus__ e__minus__".replace("e__plus__ e__minus__", "ta__plus__ ta__minus__", 1), ("T", "GG")
    )
    back = vertex("N_2", "e__plus__ mu__minus__ ta__plus__ ta__minus__", ("T", "GG"))
    vertices = (folder / "vertices.py").read_text()
    (folder / "vertices.py").write_text(vertices + flavour + back)
    model, _ = load(folder)
    assert (model.particle, model.pid, model.mass.default) == ("", 0, 0.0)
    assert model.vertices == (Vertex(("e", "mu", "tau", "tau"), "VV", 1.0, "coupling"),)


# -- parameters


def test_internal_parameters_are_carried_out(tmp_path):
    folder = directory(
        tmp_path,
        parameters=internal("inner", "h**2/2 + cmath.sqrt(4*cmath.pi/aEWM1)") + internal("outer", "2*inner*g*MZp/Lam*sec(0)"),
        couplings=coupling("GN", "complex(0,1)*outer"),
        vertices=vertex("N_1", "mu__plus__ mu__minus__ Zp", ("FFV1", "GN")),
    )
    model, report = load(folder)
    (made,) = strengths(model, g=0.2, h=0.5, Lam=50.0, mass=3.0, coupling=1.5).values()
    assert made == pytest.approx(1.5 * 2 * (0.5**2 / 2 + EE) * 0.2 * 3.0 / 50.0, rel=1e-13)
    assert {p.name for p in model.parameters} == {"g", "h", "Lam"}
    assert "numbers of the file in the new couplings: aEWM1 = 127.9" in report.notes


@pytest.mark.parametrize(
    ("value", "linear"),
    [
        ("complex(0,1)*g", True),
        ("complex(0,1)*g*ee/2", True),
        ("complex(0,1)*g**2", False),
        ("complex(0,1)/Lam", False),
        ("complex(0,1)*g*h", False),
    ],
)
def test_one_linear_parameter_is_the_coupling(tmp_path, value, linear):
    folder = directory(tmp_path, couplings=coupling("GN", value), vertices=vertex("N_1", "mu__plus__ mu__minus__ Zp", ("FFV1", "GN")))
    model, report = load(folder)
    (one,) = model.vertices
    assert (model.coupling.tex == "g") == linear
    assert (not model.parameters) == linear
    assert model.coupling.default == (0.3 if linear else 1.0)
    assert ("coupling is a common factor of all new terms, 1 by default" in report.notes) == (not linear)
    (small,), (large,) = (strengths(model, coupling=c).values() for c in (0.1, 0.2))
    assert large == pytest.approx(2 * small, rel=1e-13)  # rates scale as coupling^2 in any case
    assert one.structure == "vector"


def test_several_new_particles(tmp_path):
    both = vertex("N_1", "mu__plus__ mu__minus__ Zp", ("FFV1", "GG")) + vertex("N_2", "X_bar X Zp", ("FFV1", "GH"))
    folder = directory(tmp_path, vertices=both)
    with pytest.raises(BadValue, match="made has several new particles: Zp, X; name one: made:Zp"):
        load(folder)
    with pytest.raises(UnknownName, match="no new particle of the UFO model made of this name: Zq; known: X, Zp; did you mean 'Zp'"):
        load(folder, "Zq")
    model, _ = load(folder, "Zp")
    (other,) = model.others
    assert (other.name, other.particle, other.antiparticle, other.pid, other.spin, other.mass, other.width) == (
        "X",
        "X",
        "X~",
        9000011,
        0.5,
        "MX",
        "0",
    )
    assert {p.name: (p.default, p.unit) for p in model.parameters} == {"MX": (0.4, "GeV"), "g": (0.3, ""), "h": (0.7, "")}
    other_way, _ = load(folder, "X")
    assert (other_way.particle, other_way.antiparticle, other_way.spin, other_way.others[0].mass) == ("X", "X~", 0.5, "MZp")


def test_names_that_mean_something_here_are_changed(tmp_path):
    more = external("e", 0.25) + external("mass", 2.0)
    folder = directory(
        tmp_path,
        parameters=more,
        couplings=coupling("GN", "complex(0,1)*e*mass*MZp"),
        vertices=vertex("N_1", "mu__plus__ mu__minus__ Zp", ("FFV1", "GN")),
    )
    model, _ = load(folder)
    assert {p.name for p in model.parameters} == {"e_", "mass_"}
    assert next(iter(strengths(model, mass=4.0).values())) == pytest.approx(0.25 * 2 * 4)


NAMES = ("g", "h")
LEAVES = st.sampled_from([*NAMES, "2", "0.5", "complex(0,1)", "complex(1,-2)"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("(-{})".format, inner),
        st.builds("{}({})".format, st.sampled_from(["complexconjugate", "re", "im", "cos"]), inner),
        st.builds("({})**{}".format, inner, st.sampled_from(["2", "-1", "0.5"])),
    ),
    max_leaves=6,
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(text=EXPRESSIONS, g=st.floats(0.1, 3), h=st.floats(0.1, 3))
def test_carrying_out_numbers_changes_no_value(text, g, h):
    parameters = {n: Entry(n, {"name": n, "nature": "external", "value": 1.0}, "here") for n in NAMES}
    made = symbols(Directory("d", {}, parameters, {"GC": Entry("GC", {"name": "GC", "value": text}, "here")}, {}, {}))
    values = {"g": g, "h": h}
    try:
        expected = complex(expressions.value(text, values))
        product = made.product("GC")
        simplified = algebra.value(product, values)
    except (BadValue, BadFile):
        return  # a division by zero, in one or the other
    if not 1e-6 < abs(expected) < 1e6:
        return
    assert simplified == pytest.approx(expected, rel=1e-6)
    assert algebra.renamed(product.tree, {}) == ast.unparse(product.tree)


# -- what is left out


@pytest.mark.parametrize(
    ("structure", "particles", "reason"),
    [
        ("Sigma(3,-1,2,1)*P(-1,3)", "mu__plus__ mu__minus__ Zp", "mu+ mu- Zp: Sigma(3, -1, 2, 1) in a Lorentz structure"),
        ("P(3,1)*Identity(2,1)", "mu__plus__ mu__minus__ Zp", "mu+ mu- Zp: a structure of its own"),
        ("P(-1,3)*Gamma(-1,2,1)", "mu__plus__ mu__minus__ S", "mu+ mu- S: a structure of its own"),
        ("Gamma(3,1,2)", "mu__plus__ mu__minus__ Zp", "mu+ mu- Zp: a fermion line that does not run from a particle to an antiparticle"),
        ("Gamma(3,2,-1)", "mu__plus__ mu__minus__ Zp", "mu+ mu- Zp: spinor indices that do not close"),
        ("P(1,2)*P(2,1)", "Zp Zp S", "Zp Zp S: momenta that do not make F F"),
        ("P(1,1)*P(2,2)", "Zp Zp S", "Zp Zp S: a structure of its own"),
        ("Metric(1,2)", "W_minus W S", "W- W S: a charged particle at a vertex of two vectors and a scalar"),
        ("Metric(1,2)*P(3,1)", "W_minus W Zp", "W- W Zp: momenta that do not make a Yang-Mills vertex"),
        ("Epsilon(1,2,3,-1)*P(-1,1)", "Zp Zp Zp", "Zp Zp Zp: three vectors that are not a charged one twice and a neutral one"),
        ("1", "S S S", "S S S: the spins SSS"),
        ("Identity(2,1)*Identity(4,3)", "mu__plus__ mu__minus__ mu__plus__ mu__minus__", "identical fermions in a product of two currents"),
        ("Identity(2,3)*Identity(4,1)", "X_bar X mu__plus__ mu__minus__", "fermion lines that join other legs than 1 with 2 and 3 with 4"),
    ],
)
def test_what_has_no_counterpart_is_left_out_with_the_reason(tmp_path, structure, particles, reason):
    folder = directory(tmp_path, lorentz=lorentz("T", structure), vertices=vertex("N_1", particles, ("T", "GG")), keep_vertices=True)
    model, report = load(folder)
    said = report.left_out["N_1"]
    assert reason in said
    assert structure in said or structure == "1"
    assert "supported: gamma^mu" in said
    assert len(model.vertices) == 5
    assert "left out: 1 vertex with no counterpart here, or no coupling" in report.notes


def test_a_vanishing_coupling_is_left_out(tmp_path):
    zero = coupling("G0", "complex(0,1)*(g - g)") + coupling("G1", "0.0*g")
    both = vertex("N_1", "mu__plus__ mu__minus__ S", ("T", "G0")) + vertex("N_2", "mu__plus__ mu__minus__ S", ("T", "G1"))
    folder = directory(tmp_path, lorentz=lorentz("T", "Identity(2,1)"), couplings=zero, vertices=both, keep_vertices=True)
    _, report = load(folder)
    assert report.left_out["N_1"] == report.left_out["N_2"] == "mu+ mu- S: its coupling is zero"


def test_majorana_fermions_and_goldstone_bosons_are_left_out(tmp_path):
    more = particle("N1", 9000012, 2) + particle("G0", 250, 1, goldstone=True) + particle("T", 9000013, 5)
    some = vertex("N_1", "N1 N1 Zp", ("FFV1", "GG")) + vertex("N_2", "Zp Zp G0", ("VVS1", "GG")) + vertex("N_3", "Zp Zp T", ("VVS1", "GG"))
    _, report = load(directory(tmp_path, particles=more, vertices=some, keep_vertices=True))
    assert report.left_out["N_1"] == "N1 N1 Zp: a fermion that is its own antiparticle"
    assert report.left_out["N_2"] == "Zp Zp G0: a Goldstone boson"
    assert report.left_out["N_3"] == "Zp Zp T: a particle of spin 2"


def test_charges_that_differ_from_ours_are_said(tmp_path):
    folder = directory(tmp_path, keep_vertices=True)
    replace(folder / "couplings.py", "-(ee*complex(0,1))", "-(1.01*ee*complex(0,1))")
    _, report = load(folder)
    assert "differ: V_1 has -1.01" in report.notes[0]


def test_electroweak_vertices_are_ours(tmp_path):
    """W and Z with leptons and with each other are recognised by their particles; Z between flavours is not ours."""
    some = vertex("N_1", "nue_bar e__minus__ W", ("FFV3", "GE")) + vertex("N_2", "vm__tilde__ vm Z", ("FFV3", "GE"))
    some += vertex("N_3", "W_minus W Z", ("Y", "GE")) + vertex("N_4", "W_minus W a", ("Y", "GE"))
    some += vertex("N_5", "e__plus__ mu__minus__ Z", ("FFV3", "GG")) + vertex("N_6", "mu__plus__ e__minus__ Z", ("FFV3", "GG"))
    model, report = load(directory(tmp_path, lorentz=lorentz("Y", YANG_MILLS), vertices=some, keep_vertices=True))
    assert "7 vertices of gauge bosons are darkrecoil's own" in report.notes[0]
    assert [v.fields for v in model.vertices if "Z" in v.fields] == [("mu", "e", "Z")]


def test_a_file_without_alpha_is_not_compared(tmp_path):
    folder = directory(tmp_path, keep_vertices=True)
    replace(folder / "parameters.py", "name='aEWM1'", "name='inverse_alpha'")
    replace(folder / "parameters.py", "1/aEWM1", "1/inverse_alpha")
    _, report = load(folder)
    assert "the file's charges were not compared: it has no aEWM1" in report.notes[0]


def test_several_couplings_of_one_structure_add_up(tmp_path):
    some = "N_1 = Vertex(name='N_1', particles=[P.mu__plus__, P.mu__minus__, P.Zp], color=['1'], lorentz=[L.FFV1], "
    model, _ = load(directory(tmp_path, vertices=some + "couplings={(0, 0): [C.GG, C.GH, C.GG]})\n"))
    assert strengths(model, g=0.1, h=0.4) == {(("mu", "mu", "Zp"), "vector"): pytest.approx(2 * 0.1 + 0.4)}


def test_a_mass_that_the_file_computes_is_set_all_the_same(tmp_path):
    folder = directory(tmp_path, parameters=internal("MP", "2*g*Lam"), particles=particle("Y", 9000020, 3, mass="MP"))
    append(folder / "vertices.py", vertex("N_1", "mu__plus__ mu__minus__ Y", ("FFV1", "GG")))
    model, report = load(folder)
    assert model.mass.default == pytest.approx(600)
    assert "the file computes the mass of Y; the mass that is set is used instead" in report.notes


def test_a_particle_may_be_defined_by_its_antiparticle(tmp_path):
    """With the negative PDG code and .anti() the other way round, the terms are the same."""
    folder = directory(tmp_path, keep_vertices=True)
    old = (folder / "particles.py").read_text()
    start, end = old.index("mu__minus__ ="), old.index("mu__plus__ =")
    turned = old[start:end].replace("mu__minus__ =", "mu__plus__ =").replace("pdg_code=13", "pdg_code=-13")
    turned = turned.replace("antiname='mu+'", "antiname='mu-'").replace("    name='mu-'", "    name='mu+'")
    (folder / "particles.py").write_text(old[:start] + turned + old[end:].replace("mu__plus__ = mu__minus__", "mu__minus__ = mu__plus__"))
    assert load(folder)[0].vertices == load(UFO / "axial_zprime")[0].vertices


# -- what is refused


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def append(path, text):
    path.write_text(path.read_text() + text)


@pytest.mark.parametrize(
    ("value", "reverse", "says"),
    [
        (
            "complex(0,1)*g*cmath.exp(complex(0,1)*h)",
            "complex(0,1)*g*cmath.exp(-complex(0,1)*h)",
            "is complex: N_1, N_2 (mu tau Zp, vector: 0.2",
        ),
        ("complex(0,1)*g", "complex(0,1)*h", "is not Hermitian: N_1, N_2 (mu tau Zp)"),
        ("complex(0,1)*g", "0*g", "is not Hermitian: N_1 (mu tau Zp)"),
    ],
)
def test_phases_and_missing_conjugates_are_refused(tmp_path, value, reverse, says):
    more = coupling("GA", value) + coupling("GB", reverse)
    both = vertex("N_1", "ta__plus__ mu__minus__ Zp", ("FFV1", "GA")) + vertex("N_2", "mu__plus__ ta__minus__ Zp", ("FFV1", "GB"))
    with pytest.raises(BadFile, match=re.escape(says)):
        load(directory(tmp_path, couplings=more, vertices=both))


def test_an_imaginary_diagonal_coupling_is_refused(tmp_path):
    with pytest.raises(BadFile, match=r"not Hermitian: N_1 \(mu mu S\)"):
        found(tmp_path, ["Identity(2,1)"], "mu__plus__ mu__minus__ S", ["GI"])


def test_a_chiral_scalar_between_flavours_is_refused(tmp_path):
    """mubar P_R tau S has a pseudoscalar strength of -i/2, which records.Vertex cannot hold."""
    shapes = lorentz("A", "ProjP(2,1)") + lorentz("B", "ProjM(2,1)")
    both = vertex("N_1", "ta__plus__ mu__minus__ S", ("A", "GG")) + vertex("N_2", "mu__plus__ ta__minus__ S", ("B", "GG"))
    with pytest.raises(BadFile, match=r"is complex: N_1, N_2 \(mu tau S, pseudoscalar: .*allowed: real strengths"):
        load(directory(tmp_path, lorentz=shapes, vertices=both))


def test_missing_directories_and_files_are_refused(tmp_path):
    with pytest.raises(BadFile, match=r"no such UFO model directory: .*nowhere; a UFO model directory holds particles.py, parameters.py"):
        load(tmp_path / "nowhere")
    folder = directory(tmp_path)
    (folder / "lorentz.py").unlink()
    with pytest.raises(BadFile, match=r"the UFO model directory has no lorentz.py"):
        load(folder)


def test_nothing_left_is_refused(tmp_path):
    with pytest.raises(BadFile, match="no vertex of a new particle can be used in the UFO model made"):
        load(directory(tmp_path))
    with pytest.raises(BadFile, match=r"can be used in the UFO model other: N_1: mu\+ mu- Zp: a structure of its own: P\(3,1\)"):
        load(
            directory(
                tmp_path,
                "other",
                lorentz=lorentz("T", "P(3,1)*Identity(2,1)"),
                vertices=vertex("N_1", "mu__plus__ mu__minus__ Zp", ("T", "GG")),
            )
        )


FAULTS = {
    "a syntax error": ("vertices", "V_x = Vertex(", r"vertices.py, line \d+ is not Python: '\(' was never closed"),
    "a function": (
        "couplings",
        "def f():\n    return 1\n",
        r"couplings.py, line \d+ is not data: def f\(\): return 1; allowed: name = Coupling\(...\); nothing",
    ),
    "a loop": ("particles", "for x in range(3):\n    pass\n", r"particles.py, line \d+ is not data: for x in"),
    "a call": (
        "parameters",
        "gX = open('x', 'w')\n",
        r"parameters.py, line \d+ is not data: open\('x', 'w'\); allowed: numbers, texts, lists and names",
    ),
    "a call inside": ("parameters", "gX = Parameter(name='gX', value=exec('1'))\n", r"parameters.py, line \d+ is not data: exec\('1'\)"),
    "two positions": (
        "couplings",
        "GX = Coupling('GX', '1')\n",
        r"couplings.py, line \d+ is not data: .*allowed: Coupling\(name=..., ...\)",
    ),
    "unpacking": ("couplings", "GX = Coupling(**{'a': 1})\n", r"couplings.py, line \d+ is not data"),
    "an unknown particle": (
        "vertices",
        vertex("N_9", "nobody mu__minus__ Zp", ("FFV1", "GC_2")),
        "names a particle that the UFO model does not have: nobody",
    ),
    "an unknown coupling": (
        "vertices",
        vertex("N_9", "mu__plus__ mu__minus__ Zp", ("FFV1", "GC_99")),
        "N_9 names a coupling .* does not have: GC_99",
    ),
    "an unknown structure": (
        "vertices",
        vertex("N_9", "mu__plus__ mu__minus__ Zp", ("FFV9", "GC_2")),
        "N_9 names a Lorentz structure .*does not have",
    ),
    "no couplings": (
        "vertices",
        "N_9 = Vertex(name='N_9', particles=[P.Zp], lorentz=[L.FFV1])\n",
        "vertices.py, line .*: N_9 has no couplings",
    ),
    "couplings of a kind": (
        "vertices",
        "N_9 = Vertex(name='N_9', particles=[P.Zp], lorentz=[], couplings=3)\n",
        "couplings of N_9 is not a dictionary",
    ),
    "particles of a kind": (
        "vertices",
        "N_9 = Vertex(name='N_9', particles=3, lorentz=[], couplings={})\n",
        "particles of N_9 is not a list of names",
    ),
    "no name": ("particles", "Q = Particle(pdg_code=77, spin=1, color=1)\n", r"particles.py, line \d+: Q has no name"),
    "a broken number": ("particles", particle("Q", 77.5, 1), "pdg_code of Q is not a whole number: 77.5"),
    "an antiparticle of nothing": ("particles", "Q = R.anti()\n", "no particle of this name above: R"),
    "a taken name": ("particles", particle("tau", 77, 2, "tau~"), "a new particle has the name of a known one: tau; rename it"),
    "no expression": ("couplings", coupling("GX", "1 +"), r"couplings.py, line \d+: the value of GX is not an expression: 1 \+"),
    "an unused syntax": ("parameters", internal("pX", "a b"), "the value of pX is not an expression"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_refused_with_file_and_line(tmp_path, name):
    kind, text, says = FAULTS[name]
    folder = directory(tmp_path, keep_vertices=True)
    append(folder / f"{kind}.py", text)
    with pytest.raises(BadFile, match=says) as refused:
        load(folder)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("complex(0,1)*nothing", "no parameter of this name: nothing; used by GX"),
        ("complex(0,1)*loop", "rests on itself: GX <- loop <- pool <- loop"),
        ("complex(0,1)*gV/0", "GX of the UFO model has no value: complex(0, 1) * gV / 0"),
        ("cond(gV, 1, 2)", "GX of the UFO model has no value: cond(gV, 1, 2); not allowed in an expression"),
        ("gV.real", "GX of the UFO model has no value: gV.real; not allowed in an expression"),
        ("gV % 2", "not allowed in an expression: gV % 2"),
    ],
)
def test_couplings_without_a_value_are_refused(tmp_path, value, says):
    folder = directory(
        tmp_path,
        parameters=internal("loop", "pool") + internal("pool", "loop"),
        couplings=coupling("GX", value),
        vertices=vertex("N_1", "mu__plus__ mu__minus__ Zp", ("FFV1", "GX")),
    )
    with pytest.raises(BadFile, match=re.escape(says)):
        load(folder)


@pytest.mark.parametrize("kind", ["particles", "parameters", "couplings", "lorentz", "vertices"])
def test_nothing_is_executed(tmp_path, kind):
    """A statement that would make a file is refused, and modules that would be imported are not."""
    folder, mark = directory(tmp_path, keep_vertices=True), tmp_path / "executed"
    for name in ("object_library", "function_library", "form_factors", "__init__"):
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'w').close()\n")
    load(folder)
    append(folder / f"{kind}.py", f"open({str(mark)!r}, 'w').close()\n")
    with pytest.raises(BadFile, match=rf"{kind}.py, line \d+ is not data: open"):
        load(folder)
    assert not mark.exists()


@pytest.mark.parametrize("text", ["Gamma(3,2,1)*", "Gamma(3,2)", "f(1)*Gamma(3,2,1)", "Gamma(3,2,1)**3", "__import__('os')"])
def test_structures_that_are_none(text):
    with pytest.raises(Unsupported):
        normal_form(text, 3, lambda mu, leg: mu == leg)


def test_momentum_is_conserved_in_the_normal_form():
    whole = normal_form("P(1,1)*Metric(2,3) + P(1,2)*Metric(2,3) + P(1,3)*Metric(2,3)", 3, lambda mu, leg: mu == leg)
    assert whole == {}
    assert normal_form("Epsilon(1,2,-1,-2)*P(-1,1)*P(-2,1)", 3, lambda mu, leg: mu == leg) == {}
