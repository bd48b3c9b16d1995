"""Tree-level |M|^2 by explicit matrices, written apart from the package and used to check it. Slow, and meant to be read.

``PROCESSES[text](momenta, **parameters)`` is |M|^2 (n,), GeV^(4 - 2 n_out), averaged over the beams' spins and summed over all others,
all masses kept, without factors for identical particles. ``momenta`` (n, legs, 4) = (E, px, py, pz), GeV: leg 0 is ALWAYS the e-, leg 1
ALWAYS the e+ (though the text begins "e+ e-"), and then the outgoing particles IN THE ORDER OF THE TEXT: for "e+ e- -> mu+ mu- gamma"
leg 2 is the mu+. ``find`` knows the same processes with their outgoing particles in any order.

Parameters by keyword: the QED coupling ``e`` and the masses (``m_e``, ``m`` of the leptons, ..) have defaults; a new particle's mass
and couplings have none. The functions' docstrings state the Lagrangian. Algebra: algebra.py; momenta and cross-sections: points.py.
"""

from functools import partial

from darkrecoil.constants import M_MU, M_TAU
from reference import contact, four_leptons, new_scalar, new_vector, pairs, radiative, weak

_MUON, _TAU = {"m": M_MU}, {"m": M_TAU}

CANONICAL = {
    "mu- mu+": partial(pairs.pair, **_MUON),
    "tau- tau+": partial(pairs.pair, **_TAU),
    "e- e+": pairs.bhabha,
    "gamma gamma": pairs.photons,
    "gamma gamma gamma": pairs.photons,
    "gamma gamma gamma gamma": pairs.photons,
    "mu- mu+ gamma": partial(radiative.pair_photon, **_MUON),
    "tau- tau+ gamma": partial(radiative.pair_photon, **_TAU),
    "e- e+ gamma": radiative.bhabha_photon,
    "mu- mu+ gamma gamma": partial(radiative.pair_two_photons, **_MUON),
    "tau- tau+ gamma gamma": partial(radiative.pair_two_photons, **_TAU),
    "e- e+ mu- mu+": partial(four_leptons.electrons, **_MUON),
    "e- e+ tau- tau+": partial(four_leptons.electrons, **_TAU),
    "e- e+ e- e+": four_leptons.four_electrons,
    "mu- mu+ tau- tau+": partial(four_leptons.different, m=M_MU, m_other=M_TAU),
    "mu- mu+ mu- mu+": partial(four_leptons.same, **_MUON),
    "tau- tau+ tau- tau+": partial(four_leptons.same, **_TAU),
    "mu- mu+ Z'": partial(new_vector.pair_vector, **_MUON),  # mass, g_v, g_a
    "tau- tau+ Z'": partial(new_vector.pair_vector, **_TAU),
    "gamma A'": new_vector.photon_vector,  # mass, g
    "e- e+ A'": new_vector.electrons_vector,
    "mu- mu+ A'": partial(new_vector.charged_pair_vector, **_MUON),
    "tau- tau+ A'": partial(new_vector.charged_pair_vector, **_TAU),
    "e- mu+ Z'": partial(new_vector.electron_flavour, **_MUON),  # mass, g
    "mu- e+ Z'": partial(new_vector.flavour_positron, **_MUON),
    "e- tau+ Z'": partial(new_vector.electron_flavour, **_TAU),
    "tau- e+ Z'": partial(new_vector.flavour_positron, **_TAU),
    "mu- tau+ Z'": partial(new_vector.two_flavours, m1=M_MU, m2=M_TAU),
    "tau- mu+ Z'": partial(new_vector.two_flavours, m1=M_TAU, m2=M_MU),
    "mu- mu+ S": partial(new_scalar.pair_scalar, **_MUON),  # g_s, g_p
    "tau- tau+ S": partial(new_scalar.pair_scalar, **_TAU),
    "e- e+ S": new_scalar.electrons_scalar,
    "gamma a": new_scalar.photon_scalar,  # g, structure "dual" or "even"
    "e- e+ a": new_scalar.electrons_fusion,
    "A' h'": new_scalar.higgsstrahlung,  # mass of the A', g, g_m
    "e- mu+": partial(contact.electron_flavour, **_MUON),  # g, letters
    "mu- e+": partial(contact.flavour_positron, **_MUON),
    "e- tau+": partial(contact.electron_flavour, **_TAU),
    "tau- e+": partial(contact.flavour_positron, **_TAU),
    "mu- tau+": partial(contact.two_flavours, m1=M_MU, m2=M_TAU),
    "tau- mu+": partial(contact.two_flavours, m1=M_TAU, m2=M_MU),
    "nu_e nu_e~ gamma": weak.electron_neutrinos_photon,
    "nu_mu nu_mu~ gamma": weak.muon_neutrinos_photon,
    "nu_tau nu_tau~ gamma": weak.muon_neutrinos_photon,
}


def _heavy_neutral(momenta, heavy, flavour, mass, **parameters):
    """|M|^2 with N as the fermion ("N") or the antifermion ("N~"), mixed with nu_e or with another neutrino."""
    m2, m3 = (mass, 0.0) if heavy == "N" else (0.0, mass)
    return weak.heavy_neutral(momenta, m2, m3, with_w=flavour == "nu_e", **parameters)


for _flavour in ("nu_e", "nu_mu", "nu_tau"):  # mass, mixing
    CANONICAL[f"N {_flavour}~"] = partial(_heavy_neutral, heavy="N", flavour=_flavour)
    CANONICAL[f"{_flavour} N~"] = partial(_heavy_neutral, heavy="N~", flavour=_flavour)


def _reordered(momenta, function, order, **parameters):
    return function(momenta[:, order], **parameters)


def find(text):
    """The function of "e+ e- -> ..", whose momenta are in the order of the text; KeyError if there is none."""
    names = text.partition("->")[2].split()
    for canonical, function in CANONICAL.items():
        if sorted(canonical.split()) == sorted(names):
            free = list(enumerate(names, start=2))
            order = [0, 1]
            for wanted in canonical.split():
                leg = next(leg for leg in free if leg[1] == wanted)
                free.remove(leg)
                order.append(leg[0])
            return partial(_reordered, function=function, order=order)
    raise KeyError(text)


def _as_typed(canonical):
    """A process as a user types it: the positive lepton first, as in "e+ e- -> mu+ mu- gamma"."""
    for lepton in ("e", "mu", "tau"):
        canonical = canonical.replace(f"{lepton}- {lepton}+", f"{lepton}+ {lepton}-")
    return f"e+ e- -> {canonical}"


PROCESSES = {text: find(text) for text in map(_as_typed, CANONICAL)}
PROCESSES |= {text: find(text) for text in ("e+ e- -> e+ mu- Z'", "e+ e- -> e+ tau- Z'", "e+ e- -> mu+ tau- Z'")}
PROCESSES |= {text: find(text) for text in ("e+ e- -> e+ mu-", "e+ e- -> e+ tau-", "e+ e- -> mu+ tau-")}
