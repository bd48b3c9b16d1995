"""What a vector decays to in hadrons: R(s) = sigma(e+e- -> hadrons)/sigma(e+e- -> mu+mu-, massless) with its uncertainty.

    from darkrecoil.models._hadrons import ratio
    ratio(0.775**2).value  # array([12.0]); .error is one sigma

The parametrisation is this package's own: published fits of the exclusive channels, PDG resonances, third-order QCD.
"""

from darkrecoil.models._hadrons.exclusive import Weights
from darkrecoil.models._hadrons.total import HIGHEST, PHOTON, Ratio, ratio, resonant_leptons, weights

__all__ = ["HIGHEST", "PHOTON", "Ratio", "Weights", "ratio", "resonant_leptons", "weights"]
