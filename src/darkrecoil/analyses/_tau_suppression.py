"""The suppression of tau pairs that searches for two leptons and an invisible particle share.

The invisible particle is radiated off one lepton: the pair has transverse momentum, and the recoil points away from both leptons. In tau
pairs neutrinos follow their lepton: pair and recoil lie near the axis of the taus. The published search [arXiv:1912.11276] cuts on the
transverse momentum of the pair and on the components of the recoil transverse to the faster and to the slower lepton, optimised
in mass by the Punzi figure of merit. Its values and its frame were not at hand: the steps are this package's.
"""

from darkrecoil.constants import GeV
from darkrecoil.selection import Node, Suppression, pt_sum, recoil_across_cms, recoil_along_cms, recoil_theta, transverse_opening

NAME = "tau suppression"
PAIR = tuple(round(0.3 * i, 1) * GeV for i in range(10))
ACROSS = tuple(round(0.3 * i, 1) * GeV for i in range(9))
MASSES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)  # GeV

LABELS = (
    "pT of the pair", "recoil across the faster", "recoil across the slower", "recoil along the faster", "recoil along the slower",
    "theta of the recoil", "transverse opening",
)  # fmt: skip


def tau_suppression(*leptons: Node, model: str = "lmu_ltau", search: str = "") -> Suppression:
    """The suppression for the two leptons: one set of two objects, or two sets of one each; GeV.

    ``model``: whose signal the values are found for; ``search``: from which search they are taken, its own if left out.
    """
    variables = (
        (pt_sum(*leptons), PAIR),
        (recoil_across_cms("faster", *leptons), ACROSS),
        (recoil_across_cms("slower", *leptons), ACROSS),
    )
    learnt = (
        recoil_along_cms("faster", *leptons),
        recoil_along_cms("slower", *leptons),
        recoil_theta(*leptons),
        transverse_opening(*leptons),
    )
    return Suppression(NAME, variables, MASSES, model, search, learnt=learnt, labels=LABELS)
