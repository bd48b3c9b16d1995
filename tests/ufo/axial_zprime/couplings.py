# axial_zprime: written by hand for the tests of darkrecoil

from object_library import all_couplings, Coupling

from function_library import complexconjugate, re, im, csc, sec, acsc, asec, cot

GC_1 = Coupling(
    name='GC_1',
    value='-(ee*complex(0,1))',
    order={'QED': 1},
)

GC_2 = Coupling(
    name='GC_2',
    value='complex(0,1)*gV',
    order={'NP': 1},
)

GC_3 = Coupling(
    name='GC_3',
    value='complex(0,1)*gA',
    order={'NP': 1},
)

GC_4 = Coupling(
    name='GC_4',
    value='complex(0,1)*gL',
    order={'NP': 1},
)

GC_5 = Coupling(
    name='GC_5',
    value='-(complex(0,1)*gR)',
    order={'NP': 1},
)

GC_6 = Coupling(
    name='GC_6',
    value='complex(0,1)*gV/2',
    order={'NP': 1},
)
