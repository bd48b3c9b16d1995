# lfv_scalar: written by hand for the tests of darkrecoil

from object_library import all_couplings, Coupling

from function_library import complexconjugate, re, im, csc, sec, acsc, asec, cot

GC_1 = Coupling(
    name='GC_1',
    value='-(ee*complex(0,1))',
    order={'QED': 1},
)

GC_2 = Coupling(
    name='GC_2',
    value='complex(0,1)*ymt*cmath.cos(thp)',
    order={'NP': 1},
)

GC_3 = Coupling(
    name='GC_3',
    value='-(ymt*cmath.sin(thp))',
    order={'NP': 1},
)
