"""The words in which a search is written, the search itself, and its readers.

A file of a search imports everything that it needs from here.
"""

from darkrecoil.selection.analysis import (
    Analysis,
    Dataset,
    correction_factors,
    dataset_of,
    relative_uncertainties,
    words,
)
from darkrecoil.selection.evaluate import values
from darkrecoil.selection.nodes import Node
from darkrecoil.selection.tallies import cutflow, cutflow_from, n_eff, passing, select, tally
from darkrecoil.selection.vocabulary.quantities import (
    angle_to_recoil,
    charge,
    count,
    e_over_p,
    ecl_energy,
    energy,
    energy_cms,
    extra_energy,
    mass,
    momentum,
    objects,
    others,
    pair_mass,
    pairs,
    particle_id,
    phi,
    pt,
    pt_sum,
    recoil_mass_squared,
    recoil_theta,
    theta,
    transverse_opening,
    trigger,
)
from darkrecoil.selection.wording import text

__all__ = [
    "Analysis",
    "Dataset",
    "Node",
    "angle_to_recoil",
    "charge",
    "correction_factors",
    "count",
    "cutflow",
    "cutflow_from",
    "dataset_of",
    "e_over_p",
    "ecl_energy",
    "energy",
    "energy_cms",
    "extra_energy",
    "mass",
    "momentum",
    "n_eff",
    "objects",
    "others",
    "pair_mass",
    "pairs",
    "particle_id",
    "passing",
    "phi",
    "pt",
    "pt_sum",
    "recoil_mass_squared",
    "recoil_theta",
    "relative_uncertainties",
    "select",
    "tally",
    "text",
    "theta",
    "transverse_opening",
    "trigger",
    "values",
    "words",
]
