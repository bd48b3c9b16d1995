# lfv_scalar: written by hand for the tests of darkrecoil

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

Mphi = Parameter(
    name='Mphi',
    nature='external',
    type='real',
    value=2.0,
    texname='Mphi',
    lhablock='MASS',
    lhacode=[9000006],
)

Wphi = Parameter(
    name='Wphi',
    nature='external',
    type='real',
    value=0.001,
    texname='Wphi',
    lhablock='DECAY',
    lhacode=[9000006],
)

ymt = Parameter(
    name='ymt',
    nature='external',
    type='real',
    value=0.01,
    texname='ymt',
    lhablock='FRBlock',
    lhacode=[1],
)

thp = Parameter(
    name='thp',
    nature='external',
    type='real',
    value=0.3,
    texname='thp',
    lhablock='FRBlock',
    lhacode=[2],
)
