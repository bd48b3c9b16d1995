# axial_zprime: written by hand for the tests of darkrecoil

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

FFV2 = Lorentz(
    name='FFV2',
    spins=[2, 2, 3],
    structure='Gamma(3,2,-1)*Gamma5(-1,1)',
)

FFV3 = Lorentz(
    name='FFV3',
    spins=[2, 2, 3],
    structure='Gamma(3,2,-1)*ProjM(-1,1)',
)

FFV4 = Lorentz(
    name='FFV4',
    spins=[2, 2, 3],
    structure='Gamma(3,2,-1)*ProjP(-1,1)',
)

VVSS1 = Lorentz(
    name='VVSS1',
    spins=[3, 3, 1, 1],
    structure='Metric(1,2)',
)

VVS1 = Lorentz(
    name='VVS1',
    spins=[3, 3, 1],
    structure='Metric(1,2)',
)

UUV1 = Lorentz(
    name='UUV1',
    spins=[-1, -1, 3],
    structure='P(3,2)',
)
