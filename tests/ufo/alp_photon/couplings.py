# alp_photon: written by hand for the tests of darkrecoil

from object_library import all_couplings, Coupling

from function_library import complexconjugate, re, im, csc, sec, acsc, asec, cot

GC_1 = Coupling(
    name='GC_1',
    value='-(ee*complex(0,1))',
    order={'QED': 1},
)

GC_2 = Coupling(
    name='GC_2',
    value='-(complex(0,1)*gagg)',
    order={'NP': 1},
)
