# alp_photon: written by hand for the tests of darkrecoil

from object_library import all_vertices, Vertex
import particles as P
import couplings as C
import lorentz as L

V_1 = Vertex(
    name='V_1',
    particles=[P.e__plus__, P.e__minus__, P.a],
    color=['1'],
    lorentz=[L.FFV1],
    couplings={(0, 0): C.GC_1},
)

V_2 = Vertex(
    name='V_2',
    particles=[P.mu__plus__, P.mu__minus__, P.a],
    color=['1'],
    lorentz=[L.FFV1],
    couplings={(0, 0): C.GC_1},
)

V_3 = Vertex(
    name='V_3',
    particles=[P.ta__plus__, P.ta__minus__, P.a],
    color=['1'],
    lorentz=[L.FFV1],
    couplings={(0, 0): C.GC_1},
)

V_4 = Vertex(
    name='V_4',
    particles=[P.a, P.a, P.ALP],
    color=['1'],
    lorentz=[L.VVS1],
    couplings={(0, 0): C.GC_2},
)
