"""The data sets of Belle II in which two muons and missing energy were searched for.

2018: [2] is the dark-sector talk of 2019, its Table I and captions. 2019-20: the luminosity is of the abstract of arXiv:2212.03066; its
table of systematics was not at hand: each number below is recalled or assumed, as its line says, and none is called published.
"""

from darkrecoil.selection import Dataset

DATA_2018 = Dataset(
    name="2018",
    luminosity=0.276,
    detector="belle2",
    preset="2018",
    # Relative, (signal, background) [2]. The first four act on the signal, the background carries 22 (+) 2 % only.
    systematics={
        "trigger":                           (0.05,  0.0),
        "tracking":                          (0.04,  0.0),
        "particle identification":           (0.04,  0.0),
        "luminosity":                        (0.015, 0.0),
        "tau suppression":                   (0.0,   0.22),
        "background before tau suppression": (0.0,   0.02),
        "dimuon yield":                      (0.125, 0.0),
    },
    # On signal and background [2]. Whether a quoted efficiency already holds them has to be said beside it.
    corrections={"ffo plateau": 0.79, "data/MC": 0.65},
    notes="276 pb^-1 of 2018",
)  # fmt: skip

DATA_2019_20 = Dataset(
    name="2019-20",
    luminosity=79.7,
    detector="belle2",
    preset="2019-2022",
    systematics={
        "trigger":                           (0.01,  0.0),   # recalled order of magnitude: ffo was monitored with calorimeter lines
        "tracking":                          (0.01,  0.0),   # assumed: below 1 % per track in Belle II papers of the period
        "particle identification":           (0.02,  0.0),   # recalled: muons by the likelihood, of which this table asks nothing
        "luminosity":                        (0.01,  0.0),   # recalled: 1 %
        "background before tau suppression": (0.0,   0.10),  # assumed: recalled are 3 to 9 % from control samples up to about 6 GeV
    },
    corrections={"ffo plateau": 0.95},                       # recalled: the plateau of the line in this period; no other data/MC factor
    notes=(
        "79.7 fb^-1 of 2019 and 2020 (arXiv:2212.03066, abstract); systematics and the trigger's plateau are recalled or assumed; "
        "the published search selects by a network trained on the Punzi figure of merit, this one by the cuts of 2018 found anew"
    ),
)  # fmt: skip
