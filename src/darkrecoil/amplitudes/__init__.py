"""Helicity amplitudes at tree level: spinors, off-shell currents, and |M|^2 by process."""
