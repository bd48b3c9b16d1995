# axial_zprime: written by hand for the tests of darkrecoil

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

MZp = Parameter(
    name='MZp',
    nature='external',
    type='real',
    value=1.0,
    texname='MZp',
    lhablock='MASS',
    lhacode=[32],
)

WZp = Parameter(
    name='WZp',
    nature='external',
    type='real',
    value=0.001,
    texname='WZp',
    lhablock='DECAY',
    lhacode=[32],
)

gV = Parameter(
    name='gV',
    nature='external',
    type='real',
    value=0.02,
    texname='gV',
    lhablock='FRBlock',
    lhacode=[1],
)

gA = Parameter(
    name='gA',
    nature='external',
    type='real',
    value=0.03,
    texname='gA',
    lhablock='FRBlock',
    lhacode=[2],
)

gL = Parameter(
    name='gL',
    nature='internal',
    type='real',
    value='gV - gA',
    texname='gL',
)

gR = Parameter(
    name='gR',
    nature='internal',
    type='real',
    value='gV + gA',
    texname='gR',
)
