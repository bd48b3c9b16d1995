# lfv_scalar: written by hand for the tests of darkrecoil

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

FFS1 = Lorentz(
    name='FFS1',
    spins=[2, 2, 1],
    structure='Identity(2,1)',
)

FFS2 = Lorentz(
    name='FFS2',
    spins=[2, 2, 1],
    structure='Gamma5(2,1)',
)
