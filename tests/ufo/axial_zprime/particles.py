# axial_zprime: written by hand for the tests of darkrecoil

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

vm = Particle(
    pdg_code=14,
    name='vm',
    antiname='vm~',
    spin=2,
    color=1,
    mass=Param.ZERO,
    width=Param.ZERO,
    texname='vm',
    antitexname='vm~',
    charge=0,
)

vm__tilde__ = vm.anti()

vt = Particle(
    pdg_code=16,
    name='vt',
    antiname='vt~',
    spin=2,
    color=1,
    mass=Param.ZERO,
    width=Param.ZERO,
    texname='vt',
    antitexname='vt~',
    charge=0,
)

vt__tilde__ = vt.anti()

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

Zp = Particle(
    pdg_code=32,
    name='Zp',
    antiname='Zp',
    spin=3,
    color=1,
    mass=Param.MZp,
    width=Param.WZp,
    texname='Zp',
    antitexname='Zp',
    charge=0,
)

u = Particle(
    pdg_code=2,
    name='u',
    antiname='u~',
    spin=2,
    color=3,
    mass=Param.ZERO,
    width=Param.ZERO,
    texname='u',
    antitexname='u~',
    charge=2/3,
)

u__tilde__ = u.anti()

H = Particle(
    pdg_code=25,
    name='H',
    antiname='H',
    spin=1,
    color=1,
    mass=Param.ZERO,
    width=Param.ZERO,
    texname='H',
    antitexname='H',
    charge=0,
)

ghZp = Particle(
    pdg_code=9000032,
    name='ghZp',
    antiname='ghZp~',
    spin=-1,
    color=1,
    mass=Param.ZERO,
    width=Param.ZERO,
    texname='ghZp',
    antitexname='ghZp~',
    charge=0,
    GhostNumber=1,
)

ghZp__tilde__ = ghZp.anti()
