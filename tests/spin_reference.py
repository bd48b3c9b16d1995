"""Spins of tau pairs from Dirac matrices (tests/reference), another representation and other spin states than the package's."""

import numpy as np
from reference import new_scalar, new_vector, radiative

from darkrecoil.constants import M_TAU


def reference_tensor(amplitude):
    """T (4, 4, n) of legs 2 and 3, a fermion and an antifermion, from amplitudes (n, states..), spins of the beams averaged.

    The states of tests/reference are spinors chi = (1, 0), (0, 1) in the rest frames that boosts without rotation lead to.
    """
    pauli = np.array([np.eye(2), [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    a = np.moveaxis(amplitude, [3, 4], [1, 2])
    a = a.reshape(len(a), 2, 2, -1)
    r = np.einsum("nhko,nglo->nhkgl", a, a.conj()) / 4
    # u(chi): <g|sigma|h>. The reference's v has the chi of a state of negative energy, whose spin is the opposite one
    other = np.array([pauli[0], *(-m.T for m in pauli[1:])])
    return np.einsum("nhkgl,agh,blk->abn", r, pauli, other).real


def emitted(momenta, structure, mass=0.0):
    """iM of tau- tau+ and a new particle or a photon from Dirac matrices, g = 0.3, e = 1."""
    if structure == "photon":
        return radiative.annihilation_amplitude(momenta, M_TAU, radiative.emission(momenta, 4, 1.0), e=1.0)
    step = {
        "scalar": lambda: new_scalar.emission(momenta, 4, 0.3, 0.0),
        "pseudoscalar": lambda: new_scalar.emission(momenta, 4, 0.0, 0.3),
        "vector": lambda: new_vector.emission(momenta, 4, mass, 0.3, 0.0),
        "left": lambda: new_vector.emission(momenta, 4, mass, 0.15, -0.15),
    }[structure]()
    return radiative.final_amplitude(momenta, M_TAU, step, e=1.0)
