# alp_photon: written by hand for the tests of darkrecoil

from object_library import all_parameters, Parameter

from function_library import complexconjugate, re, im, csc, sec, acsc, asec, cot

# Zero, for massless particles.
ZERO = Parameter(
    name='ZERO',
    nature='internal',
    type='real',
    value='0.0',
    texname='ZERO',
)

aEWM1 = Parameter(
    name='aEWM1',
    nature='external',
    type='real',
    value=127.9,
    texname='aEWM1',
    lhablock='SMINPUTS',
    lhacode=[1],
)

MMU = Parameter(
    name='MMU',
    nature='external',
    type='real',
    value=0.10566,
    texname='MMU',
    lhablock='MASS',
    lhacode=[13],
)

MTA = Parameter(
    name='MTA',
    nature='external',
    type='real',
    value=1.777,
    texname='MTA',
    lhablock='MASS',
    lhacode=[15],
)

aEW = Parameter(
    name='aEW',
    nature='internal',
    type='real',
    value='1/aEWM1',
    texname='aEW',
)

ee = Parameter(
    name='ee',
    nature='internal',
    type='real',
    value='2*cmath.sqrt(aEW)*cmath.sqrt(cmath.pi)',
    texname='ee',
)

MALP = Parameter(
    name='MALP',
    nature='external',
    type='real',
    value=0.5,
    texname='MALP',
    lhablock='MASS',
    lhacode=[9000005],
)

WALP = Parameter(
    name='WALP',
    nature='external',
    type='real',
    value=1e-9,
    texname='WALP',
    lhablock='DECAY',
    lhacode=[9000005],
)

gagg = Parameter(
    name='gagg',
    nature='external',
    type='real',
    value=1e-4,
    texname='gagg',
    lhablock='ALPBLOCK',
    lhacode=[1],
)
