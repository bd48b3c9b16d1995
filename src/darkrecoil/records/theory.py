"""What a theory declares: parameters, particles, vertices, widths, a model, a process."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A number that a user may set: the word for it, its TeX, unit, and the range in which the model holds.

    With ``words`` it is a choice among them, stored as the place of the word; expressions may use ``name_word``, 1 if chosen, else 0.
    """

    name: str
    tex: str
    unit: str
    low: float
    high: float
    default: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A kind of particle: the field's name, the words for its particle and antiparticle, PDG code, spin, mass and width.

    ``mass`` and ``width`` (GeV) are expressions, as in Vertex.parameter; equal words make the particle its own antiparticle.
    """

    name: str
    particle: str
    antiparticle: str
    pid: int
    spin: float
    mass: str
    width: str = "0"


@dataclass(frozen=True)
class Vertex:
    """One term of a Lagrangian: the fields that meet, its structure, and its strength times an expression of the parameters.

    With g = strength * parameter, plus the Hermitian conjugate wherever the term is not its own:

    - fermions and a vector (f1, f2, V): g f1bar Gamma f2 V_mu with Gamma "vector" gamma^mu, "axial" gamma^mu gamma5,
      "left" gamma^mu (1 - gamma5)/2, "right" gamma^mu (1 + gamma5)/2;
    - fermions and a scalar (f1, f2, S): "scalar" g f1bar f2 S, "pseudoscalar" i g f1bar gamma5 f2 S;
    - two vectors and a scalar (V1, V2, S): "dual" -(g/4) S F Ftilde, "even" -(g/4) S F F, twice that for two different
      vectors; "mass" g S V1 V2;
    - three vectors (W, W, V): "gauge" g times the Yang-Mills vertex of a neutral V with a charged W;
    - four fermions (f1, f2, f3, f4): g (f1bar Gamma f2)(f3bar Gamma' f4), Gamma Gamma' by two letters of V A L R
      (vectors, contracted) or S P (scalar, i gamma5): "VV", "LR", "SP", ...

    ``parameter`` may use coupling, mass, the model's parameters, e (the positron's charge), pi and sqrt.
    """

    fields: tuple[str, ...]
    structure: str
    strength: float
    parameter: str = "coupling"


@dataclass(frozen=True)
class Partial:
    """A partial width, GeV, of one of a model's particles as an expression of ``mass``, its own, and the model's parameters.

    ``state`` is the final state as typed, "invisible" for dark matter: for decays whose products no process needs. Complex where it is
    closed counts as its real part.
    """

    particle: str
    state: str
    width: str


@dataclass(frozen=True)
class Model:
    """New particles of one mass and one global coupling, by their vertices. Rates scale as coupling^2.

    The particle named here is the one that ``mass`` belongs to; ``others`` are further new fields. ``quarks`` are terms with quarks
    (u d s c b) or gluons (G) and ``partial`` further widths: only decays know them, no process does.
    """

    name: str
    title: str
    particle: str
    pid: int
    spin: float
    mass: Parameter
    coupling: Parameter
    vertices: tuple[Vertex, ...]
    references: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    notes: str = ""
    others: tuple[Field, ...] = ()
    antiparticle: str = ""  # of a particle that is not its own
    quarks: tuple[Vertex, ...] = ()
    partial: tuple[Partial, ...] = ()


@dataclass(frozen=True)
class Process:
    """A reaction by the names of its particles: incoming, outgoing, as typed."""

    name: str
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
