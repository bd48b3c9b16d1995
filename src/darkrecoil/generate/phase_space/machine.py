"""The phase-space machine: two kernels, compiled once for all processes, and the calls that feed them with arrays."""

from collections.abc import Callable

import numpy as np

from darkrecoil import _jit
from darkrecoil._errors import BadValue
from darkrecoil.generate.phase_space import density, sampler
from darkrecoil.generate.phase_space.program import Program
from darkrecoil.records import Floats, Ints

WIDE = 64  # events that are worked on together, all of one channel
Kernel = Callable[..., None]


def kernels() -> tuple[_jit.Kernel, _jit.Kernel]:
    """The sampling kernel and the density kernel, to be compiled."""
    return (
        _jit.link("phase_space_sample", sampler.sample, sampler.SIGNATURE, outlined=sampler.OUTLINED),
        _jit.link("phase_space_density", density.density, density.SIGNATURE, outlined=density.OUTLINED),
    )


def compiled(jobs: int = 1) -> tuple[Kernel, Kernel]:
    """Both kernels, compiled."""
    sample, weigh = _jit.load(kernels(), jobs)
    return sample, weigh


def sampled(kernel: Kernel, program: Program, channel: Ints, s: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Momenta (4 n, events) in GeV, e+e- rest frame, e- along +z, rows E px py pz of each leg; 1 or, if s is too low, 0 (events,).

    channel (events/64,): the channel of each 64 events; s (events,) in GeV^2; x (3 n - 4, events) in (0, 1). Energies are those
    of the mass shell; where s is below threshold, or leaves no room for a photon of the least energy, momenta mean nothing.
    BadValue if the arrays do not fit.
    """
    _check("the uniforms", x, (program.dimensions, len(s)))
    _check("the channels of 64 events each", channel, (len(s) // WIDE,))
    if len(channel) and not (channel.min() >= 0 and channel.max() < len(program.channels)):
        raise BadValue("no such channel", f"{channel.min()} to {channel.max()}", f"allowed: 0 to {len(program.channels) - 1}")
    momentum, valid = np.empty((4 * program.legs, len(s))), np.empty(len(s))
    codes, numbers, spans = program.codes, program.numbers, program.spans
    kernel(codes, numbers, spans, program.mass2, program.soft, program.slots, channel, s, x, momentum, valid)
    return momentum, valid


def densities(kernel: Kernel, program: Program, alpha: Floats, s: Floats, momentum: Floats, each: bool = False) -> tuple[Floats, Floats]:
    """sum_c alpha_c g_c (events,) and g_c (channels, events; no rows unless ``each``), GeV^(4 - 2 n).

    The integral of f over phase space is the mean of f/g_c over events of channel c alone, and of f/sum alpha_c g_c over events
    whose channels have shares alpha_c. events is a multiple of 64; BadValue if the arrays do not fit.
    """
    _check("the momenta", momentum, (4 * program.legs, len(s)))
    _check("the channels' weights", alpha, (len(program.channels),))
    out, rows = np.empty(len(s)), np.empty((len(program.channels) if each else 0, len(s)))
    factors = program.factors, program.factor_numbers, program.members
    kernel(program.mass2, program.soft, program.clusters, program.transfers, *factors, alpha, s, momentum, out, rows)
    return out, rows


def _check(what: str, array: Floats | Ints, shape: tuple[int, ...]) -> None:
    """The kernels trust what they are given: an array of another shape is refused here."""
    if array.shape != shape or shape[-1] == 0 or (len(shape) > 1 and shape[-1] % WIDE):
        raise BadValue(f"{what} are of another shape", array.shape, f"allowed: {shape}, events a multiple of {WIDE}")
