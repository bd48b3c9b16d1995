"""Multi-channel phase space of e+e- -> 2 to 6 particles, from the diagrams of any process, with nothing compiled per process.

``channels`` reads diagrams; ``program`` writes channels as arrays; ``sampled`` and ``densities`` run the two kernels of
``compiled`` on them.
"""

from darkrecoil.generate.phase_space.build import channels, isotropic
from darkrecoil.generate.phase_space.machine import WIDE, compiled, densities, kernels, sampled
from darkrecoil.generate.phase_space.program import Program, program
from darkrecoil.generate.phase_space.steps import Channel, Mass, Propagator, Split

__all__ = [
    "WIDE", "Channel", "Mass", "Program", "Propagator", "Split",
    "channels", "compiled", "densities", "isotropic", "kernels", "program", "sampled",
]  # fmt: skip
