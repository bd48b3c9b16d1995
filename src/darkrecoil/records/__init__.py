"""The nouns: what flows through darkrecoil, in the order in which it flows. Data only.

    Model, Process, Beams --generate--> Particles --detector--> Events --selection--> Spectrum, Cutflow
          --statistics--> Interval --limits--> Limit --scan--> Curve --plots--> Figure

All are frozen: a step returns a new record and changes none. Event first, object second, component
last; four-vectors (E, px, py, pz). Units are those of darkrecoil.constants. Truth is Particles,
reconstruction is Events.
"""

from darkrecoil.records.arrays import Bools as Bools
from darkrecoil.records.arrays import Floats as Floats
from darkrecoil.records.arrays import Ints as Ints
from darkrecoil.records.events import Beams as Beams
from darkrecoil.records.events import Events as Events
from darkrecoil.records.events import Objects as Objects
from darkrecoil.records.events import Particles as Particles
from darkrecoil.records.figures import Panel as Panel
from darkrecoil.records.figures import Performance as Performance
from darkrecoil.records.figures import RegimeMap as RegimeMap
from darkrecoil.records.planes import Band as Band
from darkrecoil.records.planes import Constraint as Constraint
from darkrecoil.records.planes import LookElsewhere as LookElsewhere
from darkrecoil.records.results import Curve as Curve
from darkrecoil.records.results import Cutflow as Cutflow
from darkrecoil.records.results import CutStep as CutStep
from darkrecoil.records.results import Generated as Generated
from darkrecoil.records.results import Interval as Interval
from darkrecoil.records.results import Limit as Limit
from darkrecoil.records.results import Provenance as Provenance
from darkrecoil.records.results import Spectra as Spectra
from darkrecoil.records.results import Spectrum as Spectrum
from darkrecoil.records.theory import Field as Field
from darkrecoil.records.theory import Model as Model
from darkrecoil.records.theory import Parameter as Parameter
from darkrecoil.records.theory import Partial as Partial
from darkrecoil.records.theory import Process as Process
from darkrecoil.records.theory import Vertex as Vertex
