"""Counts in, intervals out: counting windows, Bayesian limits, p-values, the width of a peak. Knows no physics."""
