# alp_photon: written by hand for the tests of darkrecoil

from object_library import all_lorentz, Lorentz

try:
    import form_factors as ForFac
except ImportError:
    pass

FFV1 = Lorentz(
    name='FFV1',
    spins=[2, 2, 3],
    structure='Gamma(3,2,1)',
)

VVS1 = Lorentz(
    name='VVS1',
    spins=[3, 3, 1],
    structure='Epsilon(1,2,-1,-2)*P(-1,1)*P(-2,2)',
)
