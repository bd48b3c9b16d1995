"""Widths of the heavier of two dark fermions: to the lighter one and a vector, or to the lighter one and what the virtual vector gives.

A Dirac fermion that small Majorana masses split into chi1 and chi2 has the current chibar gamma^mu chi = i chi1bar gamma^mu chi2, the
only one there is: D. Tucker-Smith, N. Weiner, Phys. Rev. D 64 (2001) 043502 (hep-ph/0101138); E. Izaguirre, G. Krnjaic, B. Shuve,
Phys. Rev. D 93 (2016) 063523 (arXiv:1508.03050). A vertex ("chi1", "chi2", "A'") of two fields that are their own antiparticles stands
for it, once and with no charge state beside it: the phase i is that of one line and drops out.
"""

from collections.abc import Iterator, Mapping
from math import pi

from darkrecoil._errors import BadValue
from darkrecoil.models import _couplings as couplings
from darkrecoil.models._couplings import Current, Values
from darkrecoil.models._modes import Mode, seen_from
from darkrecoil.models._two_body import fermion_to_fermion_and_vector, vector_to_fermions
from darkrecoil.records import Field, Model


def to_pair(mass: float, m1: float, boson: tuple[float, float], dark: Current, pair: Current, m3: float, m4: float) -> float:
    """Gamma(f2 -> f1 f3 f4bar), GeV, by a virtual vector of (mass, width); masses in GeV.

    int dq/pi 2 q^2 Gamma(V* -> f3 f4bar) Gamma(f2 -> f1 V*)/((q^2 - m_V^2)^2 + m_V^2 Gamma_V^2), V* a vector of mass q: exact at tree
    level where the current of f3 and f4 is conserved, so that only its transverse part is there. For q far below m_V and
    m_2 - m_1 = D small, massless leptons: g^2 g_l^2 D^5/(60 pi^3 m_V^4) per lepton.
    """
    from scipy.integrate import quad

    def integrand(q: float) -> float:
        line = (q * q - boson[0] ** 2) ** 2 + (boson[0] * boson[1]) ** 2
        made = fermion_to_fermion_and_vector(mass, m1, q, dark.left, dark.right)
        return 2 * q * q / pi * vector_to_fermions(q, m3, m4, pair.left, pair.right) * made / line

    if mass <= m1 + m3 + m4:
        return 0.0
    value, _ = quad(integrand, m3 + m4, mass - m1, epsabs=0.0, epsrel=1e-9, limit=400)
    return float(value)


def modes(model: Model, mass: float, values: Values) -> Iterator[Mode]:
    """Decays of the model's fermion to the lighter ones by each vector that joins them; BadValue for a vertex without a formula."""
    known = couplings.fields(model)
    for vertex in model.vertices:
        if vertex.fields[:2].count(model.particle) != 1 or len(vertex.fields) != 3:
            continue
        name = vertex.fields[0] if vertex.fields[1] == model.particle else vertex.fields[1]
        vector, lighter = known.get(vertex.fields[2]), known.get(name)
        if vector is None or lighter is None or vector.spin != 1 or lighter.spin != 0.5 or vertex.structure not in couplings.CHIRAL:
            raise _no_width(model, vertex.fields, vertex.structure)
        m1 = couplings.mass_of(lighter, values)
        if m1 < mass and (g := couplings.strength(vertex, values)):
            left, right = couplings.CHIRAL[vertex.structure]
            yield from _by_vector(model, mass, lighter, vector, Current(left=g * left, right=g * right), known, values)


def _by_vector(
    model: Model, mass: float, lighter: Field, vector: Field, dark: Current, known: Mapping[str, Field], values: Values
) -> Iterator[Mode]:
    m1, boson = couplings.mass_of(lighter, values), couplings.mass_of(vector, values)
    if boson + m1 < mass:
        yield Mode((lighter.particle, vector.particle), fermion_to_fermion_and_vector(mass, m1, boson, dark.left, dark.right))
        return
    line = boson, width_of(model, vector, values)
    for (first, second), current in couplings.currents(seen_from(model, vector.particle), values).items():
        if {first, second} & {model.particle, lighter.name}:
            continue
        one, two = known[first], known[second]
        m3, m4 = couplings.mass_of(one, values), couplings.mass_of(two, values)
        if m3 != m4 or (m3 and current.left != current.right):
            raise _no_width(model, (first, second, vector.name), "a current that is not conserved")
        yield Mode((lighter.particle, two.antiparticle, one.particle), to_pair(mass, m1, line, dark, current, m3, m4))
        if one != two:
            yield Mode((lighter.particle, two.particle, one.antiparticle), to_pair(mass, m1, line, dark, current, m3, m4))


def width_of(model: Model, vector: Field, values: Values) -> float:
    """The total width, GeV, of the vector that is exchanged."""
    from darkrecoil.models._widths import decays  # which reads this file

    return sum(mode.width for mode in decays(seen_from(model, vector.particle), couplings.mass_of(vector, values), values))


def _no_width(model: Model, fields: tuple[str, ...], structure: str) -> BadValue:
    allowed = "allowed: two fermions and a vector whose currents of other fermions are conserved"
    return BadValue(f"no width of {model.particle} for a vertex of {model.name}", f"{' '.join(fields)} ({structure})", allowed)
