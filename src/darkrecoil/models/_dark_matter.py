"""Dark matter chi that a vector decays to, invisibly: parameters and widths that several models share."""

from darkrecoil.records import Parameter, Partial

R = "(m_chi / mass)**2"
SPEED = f"re(sqrt(1 - 4*{R}))"  # 0 where closed
WIDTHS = {  # of alpha_D mass; r = m_chi^2/m^2: e.g. E. Izaguirre, G. Krnjaic, P. Schuster, N. Toro, Phys. Rev. D 91 (2015) 094026
    "dirac": f"(1 + 2*{R}) * {SPEED} / 3",  # g chibar gamma chi V, g^2 = 4 pi alpha_D
    "majorana": f"{SPEED}**3 / 6",  # (g/2) chibar gamma gamma5 chi V
    "scalar": f"{SPEED}**3 / 12",  # i g (chi* d chi - d chi* chi) V
}


def parameters(words: tuple[str, ...] = tuple(WIDTHS), default: str = "dirac") -> tuple[Parameter, ...]:
    """alpha_D, 0 unless given, the mass m_chi in GeV, and what the dark matter is."""
    return (
        Parameter("alpha_D", r"\alpha_D", "", 0.0, 1.0, 0.0),
        Parameter("m_chi", r"m_\chi", "GeV", 1e-3, 5.2, 0.1),
        Parameter("dm", r"\chi", "", 0.0, len(words) - 1.0, float(words.index(default)), words),
    )


def widths(particle: str) -> tuple[Partial, ...]:
    """The invisible width of a vector for each kind of dark matter, of which one is chosen."""
    return tuple(Partial(particle, "invisible", f"dm_{word} * alpha_D * mass * {text}") for word, text in WIDTHS.items())
