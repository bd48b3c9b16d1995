"""How improbable a count is without a signal: p-values with systematics, and their significance."""

from scipy.special import ndtri

from darkrecoil.statistics.counting import Counting, checked_count
from darkrecoil.statistics.marginal import above


def p_value(n: float, counting: Counting) -> float:
    """P(N >= n | background), its nuisances averaged out (prior-predictive).

    With a generated source alone this is the binomial p-value: one source of n_off events with weight 1/tau gives
    I_{1/(1 + tau)}(n, n_off + 1), the p_Bi of Cousins, Linnemann and Tucker, NIM A 595 (2008) 480.
    Raises BadValue if n is not a count.
    """
    return above(checked_count(n), counting)


def significance(p: float) -> float:
    """Z = Phi^-1(1 - p), one-sided, in standard deviations: infinite for p = 0, minus infinity for p = 1."""
    return float(-ndtri(p))
