"""Decays of unstable Standard-Model particles: branching fractions, line shapes, and decays of one particle at a time."""
