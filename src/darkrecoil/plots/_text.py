"""Words and numbers as a figure shows them."""

import re
from math import floor, isfinite, log10

from darkrecoil._errors import BadValue
from darkrecoil.records import Provenance

PARTICLES = {
    "e+": "e^+", "e-": "e^-", "mu+": r"\mu^+", "mu-": r"\mu^-", "tau+": r"\tau^+", "tau-": r"\tau^-",
    "gamma": r"\gamma", "(gamma)": r"(\gamma)", "nu": r"\nu", "pi+": r"\pi^+", "pi-": r"\pi^-", "pi0": r"\pi^0",
    "Z'": "Z'", "A'": "A'", "h'": "h'", "a": "a", "S": "S", "X": "X", "->": r"\to",
}  # fmt: skip
LEPTON_NUMBERS = {"e": "L_e", "mu": r"L_\mu", "tau": r"L_\tau"}
METHODS = {"bayes": "Bayesian", "fc": "Feldman-Cousins", "cls": r"CL$_\mathrm{s}$"}
OBSERVABLES = {
    "recoil_mass_squared": (r"M^2_\mathrm{recoil}", r"GeV$^2/c^4$"),
    "recoil_mass": (r"M_\mathrm{recoil}", r"GeV$/c^2$"),
    "pair_masses_squared": (r"M^2_\mathrm{pair}", r"GeV$^2/c^4$"),
    "masses_squared_across": (r"M^2_\mathrm{pair}", r"GeV$^2/c^4$"),
    "pair_recoils_squared": (r"M^2_\mathrm{recoil\ of\ a\ pair}", r"GeV$^2/c^4$"),
    "recoils_squared_across": (r"M^2_\mathrm{recoil\ of\ a\ pair}", r"GeV$^2/c^4$"),
}
CANDIDATES = ("pair_masses_squared", "masses_squared_across", "pair_recoils_squared", "recoils_squared_across")  # several in an event


def process(name: str) -> str:
    """A process such as "e+ e- -> mu+ mu- gamma" in TeX; any other name as it is."""
    words = name.split()
    if not words or any(word not in PARTICLES for word in words):
        return literal(name)
    return "$" + r"\,".join(PARTICLES[word] for word in words) + "$"


def literal(text: str) -> str:
    """Text that keeps its dollar signs; text with a pair of them is TeX on purpose."""
    return text if text.count("$") % 2 == 0 else text.replace("$", r"\$")


def words(text: str) -> str:
    """A title with its lepton numbers, "L_mu - L_tau" and the like, in TeX."""
    numbers = re.sub(r"\bL_(mu|tau|e)\b", lambda found: rf"${LEPTON_NUMBERS[found[1]]}$", literal(text))
    return numbers.replace("$ - $", "$ \u2212 $")


def observable(name: str) -> tuple[str, str]:
    """Symbol in TeX and unit of an observable by its name, "recoil_mass_squared(muon)"; the name and no unit for others."""
    symbol, unit = OBSERVABLES.get(name.partition("(")[0], ("", ""))
    return (f"${symbol}$", unit) if symbol else (literal(name), "")


def luminosity(value: float) -> str:
    """A luminosity given in fb^-1, with the unit that suits it: 276 pb^-1, 20 fb^-1, 50 ab^-1. BadValue unless positive."""
    if not (isfinite(value) and value > 0):
        raise BadValue("a figure needs a luminosity", f"{value:g} /fb", "allowed: a positive number of fb^-1")
    factor, unit = (1e3, "pb") if value < 1 else (1.0, "fb") if value < 1e3 else (1e-3, "ab")
    return rf"$\int L\,\mathrm{{d}}t$ = {value * factor:.4g} {unit}$^{{-1}}$"


def level(value: float, method: str = "") -> str:
    """A confidence or credibility level, "Bayesian 90 % CL". BadValue unless between 0 and 1."""
    if not 0 < value < 1:
        raise BadValue("a level is out of range", f"{value:g}", "allowed: between 0 and 1")
    return f"{METHODS.get(method, method)} {100 * value:.4g} % CL".strip()


def number(value: float) -> str:
    """Three significant digits, as TeX powers of ten where plain digits would be long."""
    if value == 0 or not isfinite(value):
        return f"{value:g}"
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    if not -3 < int(exponent) < 5:
        return rf"${mantissa}\times 10^{{{int(exponent)}}}$"
    rounded = float(f"{value:.2e}")
    return f"{rounded:,.0f}".replace(",", " ") if abs(rounded) >= 100 else f"{rounded:.{2 - floor(log10(abs(rounded)))}f}"


def percent(value: float) -> str:
    """A fraction as a percentage of two digits, "12 %", "0.034 %", in powers of ten below 0.001 %."""
    mantissa, _, exponent = f"{100 * value:.1e}".partition("e")
    if value > 0 and int(exponent) < -3:
        return rf"${mantissa}\times 10^{{{int(exponent)}}}$ %"
    return f"{100 * value:.0f} %" if value >= 0.0995 else f"{float(f'{100 * value:.1e}'):g} %"


def command_line(command: str, provenance: Provenance | None) -> str:
    """The command, and the version and seed that it ran with, which stay on one line."""
    made = f"(darkrecoil {provenance.version}, seed {provenance.seed})".replace(" ", "\u00a0") if provenance else ""
    return "  ".join(part for part in (f"$ {command}" if command else "", made) if part)
