"""Four-vectors, boosts, invariants and phase-space maps: numbers or arrays in, the same out."""
