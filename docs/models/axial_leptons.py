"""A Z' with axial couplings to muons and taus, of opposite sign: L = g Z'_mu (mubar gamma^mu gamma5 mu - taubar gamma^mu gamma5 tau)
and their neutrinos, each of which has the charge of its left-handed lepton, -1 and +1 (gamma5 is right minus left).
"""

from darkrecoil.records import Model, Parameter, Vertex

MODEL = Model(
    name="axial_leptons",
    title="Z' with axial couplings to muons and taus",
    particle="Z'",
    pid=32,
    spin=1,
    mass=Parameter("mass", r"M_{Z'}", "GeV", 0.1, 10.0),
    coupling=Parameter("coupling", "g", "", 1e-6, 1.0),
    vertices=(
        Vertex(("mu", "mu", "Z'"), "axial", +1.0),
        Vertex(("tau", "tau", "Z'"), "axial", -1.0),
        Vertex(("nu_mu", "nu_mu", "Z'"), "left", -1.0),
        Vertex(("nu_tau", "nu_tau", "Z'"), "left", +1.0),
    ),
    references=("darkrecoil, docs/models.md",),
    notes=(
        "Gauge anomalies cancel between the two generations, without further fermions. The lepton masses break this charge: they need "
        "another Higgs doublet or heavy leptons, which are left out. The rate with a light Z' grows as (2 g m_l/M)^2, so that the model "
        "holds while 2 g m_tau/M is below sqrt(4 pi), M > g GeV. At one loop it mixes with the Z, not with the photon: left out."
    ),
)
