"""Widths of a heavy Dirac neutrino to three leptons or to a lepton and hadrons, by W and Z at momenta far below their masses."""

from collections.abc import Iterator
from math import pi, sqrt

from darkrecoil._errors import BadValue
from darkrecoil.constants import FERMI, SIN2_EFFECTIVE
from darkrecoil.models._couplings import Values, strength
from darkrecoil.models._mesons import hadronic
from darkrecoil.models._modes import Mode
from darkrecoil.models._standard_model import CHARGED, G_NEUTRAL, G_WEAK, NEUTRINOS, Z_LEFT
from darkrecoil.models._two_body import scalar_to_fermions, vector_to_fermions
from darkrecoil.records import Model, Vertex

PARTNER = dict(zip(CHARGED, NEUTRINOS, strict=True))  # the neutrino of a charged lepton


def to_neutrinos(mass: float, mixing: float) -> float:
    """Gamma(N -> 3 nu), GeV, all flavours summed: G_F^2 m^5 U^2/(192 pi^3); D. Gorbunov, M. Shaposhnikov, JHEP 10 (2007) 015.

    1/4 for each of the two flavours other than the mixed one, 1/2 for the mixed one, where two neutrinos are alike.
    """
    return FERMI**2 * mass**5 * mixing**2 / (192 * pi**3)


def to_neutrino_and_pair(mass: float, m1: float, m2: float, left: float, right: float) -> float:
    """Gamma(N -> nu l1 l2bar), GeV, by -(4 G_F/sqrt2) (nubar gamma^mu P_L N)(l1bar gamma_mu (left P_L + right P_R) l2); masses in GeV.

    4 G_F^2/m int ds/(16 pi^2) (1 - s/m^2) [T (m^2 - s)(m^2 + 2 s)/(2 s) + S m^2 (m^2 - s)/(2 s)], where the pair of mass sqrt(s) is a
    decaying vector, T = 2 sqrt(s) Gamma_V, and by the divergence of its current a scalar, S = 2 Gamma_S/sqrt(s) with couplings
    (m1 - m2)(left + right)/2 and (m1 + m2)(right - left)/2. Massless leptons: (left^2 + right^2) G_F^2 m^5/(192 pi^3).
    """
    from scipy.integrate import quad

    def integrand(root: float) -> float:
        s = root * root
        transverse = 2 * root * vector_to_fermions(root, m1, m2, left, right) * (mass**2 + 2 * s)
        divergence = scalar_to_fermions(root, m1, m2, (m1 - m2) * (left + right) / 2, (m1 + m2) * (right - left) / 2)
        return (1 - s / mass**2) * (transverse + 2 * divergence / root * mass**2) * (mass**2 - s) / s * root

    if mass <= m1 + m2:
        return 0.0
    value, _ = quad(integrand, m1 + m2, mass, epsabs=0.0, epsrel=1e-9, limit=200)
    return float(4 * FERMI**2 / mass * value / (16 * pi**2))


def modes(model: Model, mass: float, values: Values) -> Iterator[Mode]:
    """Decays of the model's heavy neutrino, closed ones with width 0; BadValue for vertices other than mixing's.

    Three neutrinos, a pair of leptons and a neutrino, a lepton and hadrons. Of three neutrinos half are of the mixed flavour alone.
    """
    for lepton, mixing in _mixings(model, values).items():
        own, nu = CHARGED[lepton], PARTNER[lepton]
        for other, m in CHARGED.items():
            same = other == lepton
            yield Mode((nu, PARTNER[other], f"{PARTNER[other]}~"), to_neutrinos(mass, mixing) * (0.5 if same else 0.25))
            left = Z_LEFT + (1.0 if same else 0.0)  # the W's part, by a Fierz transformation
            yield Mode((f"{other}+", f"{other}-", nu), mixing**2 * to_neutrino_and_pair(mass, m, m, left, SIN2_EFFECTIVE))
            if not same:
                yield Mode((f"{lepton}-", f"{other}+", PARTNER[other]), mixing**2 * to_neutrino_and_pair(mass, own, m, 1.0, 0.0))
        for word, by_w, width, error in hadronic(mass, own, mixing):
            yield Mode((f"{lepton}-", word) if by_w else (word, nu), width, error)


def _mixings(model: Model, values: Values) -> dict[str, float]:
    """U by the charged lepton that goes with it, which the W's and the Z's vertex must agree on."""
    by_w: dict[str, float] = {}
    by_z: dict[str, float] = {}
    for vertex in model.vertices:
        match vertex:
            case Vertex(fields=(model.particle, lepton, "W"), structure="left") if lepton in CHARGED:
                by_w[lepton] = strength(vertex, values) / (G_WEAK / sqrt(2))
            case Vertex(fields=(neutrino, model.particle, "Z"), structure="left") if neutrino in NEUTRINOS:
                by_z[neutrino] = strength(vertex, values) / (G_NEUTRAL / 2)
            case _:
                raise BadValue(f"no width for a vertex of {model.name}", f"{' '.join(vertex.fields)} ({vertex.structure})", ALLOWED)
    if {PARTNER[x] for x in by_w} != by_z.keys() or any(abs(by_z[PARTNER[x]] - u) > 1e-9 * abs(u) for x, u in by_w.items()):
        raise BadValue(f"the W and Z vertices of {model.name} are not those of one mixing", None, ALLOWED)
    return {lepton: u for lepton, u in by_w.items() if u}


ALLOWED = "allowed: (N, l, W) left with U g/sqrt2 and (nu_l, N, Z) left with U g_Z/2"
