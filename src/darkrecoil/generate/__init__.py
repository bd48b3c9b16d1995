"""Processes, beams, adaptive sampling, unweighting, decays: from a model to events."""
