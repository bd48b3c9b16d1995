# alp_photon: written by hand for the tests of darkrecoil

from object_library import all_particles, Particle
import parameters as Param

e__minus__ = Particle(
    pdg_code=11,
    name='e-',
    antiname='e+',
    spin=2,
    color=1,
    mass=Param.ZERO,
    width=Param.ZERO,
    texname='e-',
    antitexname='e+',
    charge=-1,
)

e__plus__ = e__minus__.anti()

mu__minus__ = Particle(
    pdg_code=13,
    name='mu-',
    antiname='mu+',
    spin=2,
    color=1,
    mass=Param.MMU,
    width=Param.ZERO,
    texname='mu-',
    antitexname='mu+',
    charge=-1,
)

mu__plus__ = mu__minus__.anti()

ta__minus__ = Particle(
    pdg_code=15,
    name='ta-',
    antiname='ta+',
    spin=2,
    color=1,
    mass=Param.MTA,
    width=Param.ZERO,
    texname='ta-',
    antitexname='ta+',
    charge=-1,
)

ta__plus__ = ta__minus__.anti()

a = Particle(
    pdg_code=22,
    name='a',
    antiname='a',
    spin=3,
    color=1,
    mass=Param.ZERO,
    width=Param.ZERO,
    texname='a',
    antitexname='a',
    charge=0,
)

ALP = Particle(
    pdg_code=9000005,
    name='ALP',
    antiname='ALP',
    spin=1,
    color=1,
    mass=Param.MALP,
    width=Param.WALP,
    texname='ALP',
    antitexname='ALP',
    charge=0,
)
