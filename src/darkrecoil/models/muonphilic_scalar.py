"""A scalar or pseudoscalar S that couples to muons only: L = -y mubar mu S, or -i y mubar gamma5 mu S for cp=pseudoscalar.

Below twice the muon's mass it decays to two photons, by a loop of muons.
"""

from darkrecoil.constants import H2
from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="muonphilic_scalar",
    title="Muonphilic scalar",
    particle="S",
    pid=H2,
    spin=0,
    mass=Parameter("mass", r"m_S", "GeV", 1e-3, 10.0),
    coupling=Parameter("coupling", r"y", "", 1e-6, 3.0),
    parameters=(Parameter("cp", "CP", "", 0.0, 1.0, 0.0, ("scalar", "pseudoscalar")),),
    vertices=tuple(Vertex(("mu", "mu", "S"), cp, -1.0, f"coupling * cp_{cp}") for cp in ("scalar", "pseudoscalar")),
    references=("C.-Y. Chen, M. Pospelov, Y.-M. Zhong, Phys. Rev. D 95 (2017) 115005, arXiv:1701.07437",),
    notes=(
        "An effective interaction: gauge invariance asks for more particles above the electroweak scale. Perturbative up to about 3.5, "
        "allowed up to 3. No decay to dark matter (--invisible 1 stands for one that takes all)."
    ),
)
