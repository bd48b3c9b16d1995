"""The trigger menu: geometry from the card, one event on each side of each condition."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from darkrecoil._errors import UnknownName
from darkrecoil.detector import trigger, veto
from darkrecoil.detector.card import change, load, names, sqrt_s, total_momentum
from darkrecoil.detector.lines import Count, Cut, Flag, parse
from darkrecoil.detector.prescales import prescaled
from darkrecoil.records import Objects

CARD = load("belle2")
NAMES = {"track": ("px", "py", "pz", "charge", "ecl_energy", "muon_id"), "cluster": ("energy", "px", "py", "pz")}


def direction(theta, phi):
    t, f = np.radians(theta), np.radians(phi)
    return np.array([np.sin(t) * np.cos(f), np.sin(t) * np.sin(f), np.cos(t)])


def tracks(*rows):
    """One event of tracks (p, theta deg, phi deg, calorimeter energy)."""
    columns = {name: np.zeros((1, len(rows))) for name in NAMES["track"]}
    for i, (p, theta, phi, energy) in enumerate(rows):
        for name, value in zip(("px", "py", "pz"), p * direction(theta, phi), strict=True):
            columns[name][0, i] = value
        columns["ecl_energy"][0, i] = energy
    return Objects(columns, np.ones((1, len(rows)), dtype=bool))


def clusters(*momenta):
    """One event of clusters of these momenta."""
    three = np.array(momenta, dtype=float).reshape(-1, 3)
    columns = {name: three[None, :, i] for i, name in enumerate(("px", "py", "pz"))}
    return Objects(columns | {"energy": np.linalg.norm(three, axis=1)[None]}, np.ones((1, len(three)), dtype=bool))


def laboratory(energy, theta, phi):
    """The laboratory momentum of a massless particle of these coordinates (GeV, deg) in the e+e- rest frame."""
    total, *p = np.array(total_momentum(CARD.beams))
    beta = np.array(p) / total
    gamma = total / sqrt_s(CARD.beams)
    star = energy * direction(theta, phi)
    return star + beta * (gamma**2 / (1 + gamma) * (beta @ star) + gamma * energy)


def fired(line, some, others):
    """The bit of a line for one event."""
    return trigger.menu({"track": some, "cluster": others}, CARD, (line,))[line]


def changed(text):
    """The card with another text for the line fff."""
    return change(CARD, {"lines.fff": text})


def prescale_of(card, line, prescale):
    """The card with another prescale of that line."""
    return change(card, {f"prescales.{line}": prescale})


def test_the_chamber_is_crossed_between_34_6_and_131_3_deg():
    assert np.degrees(veto.chamber_theta(CARD)) == pytest.approx((34.6, 131.3), abs=0.05)


@pytest.mark.parametrize(
    ("first", "second", "fires"),
    [
        ((1, 80, 0), (1, 100, 91), True),
        ((1, 80, 0), (1, 100, 89), False),
        ((1, 80, 170), (1, 100, -95), True),
        ((1, 80, 170), (1, 100, -105), False),
        ((1, 34.0, 0), (1, 100, 180), False),
        ((1, 35.0, 0), (1, 131.0, 180), True),
        ((1, 35.0, 0), (1, 131.6, 180), False),
        ((0.26, 90, 0), (1, 100, 180), False),
        ((0.28, 90, 0), (1, 100, 180), True),
    ],
)
def test_two_tracks_that_open(first, second, fires):
    bit = fired("ffo", tracks((*first, 0.2), (*second, 0.2)), clusters())
    assert bit.tolist() == [fires]


def test_an_absent_track_does_not_count():
    seen = tracks((1, 80, 0, 0.2), (1, 100, 180, 0.2))
    one = Objects(seen.columns, np.array([[True, False]]))
    assert not fired("ffo", one, clusters()).any()


@pytest.mark.parametrize(
    ("first", "second", "vetoed"),
    [
        ((5.29, 70, 10), (5.29, 110, 190), True),
        ((5.29, 70, 10), (3.10, 110, 190), True),
        ((5.29, 70, 10), (2.90, 110, 190), False),  # both above 3 GeV
        ((4.40, 70, 10), (4.40, 110, 190), False),  # one above 4.5 GeV
        ((5.29, 70, 10), (5.29, 110, 172), True),
        ((5.29, 70, 10), (5.29, 110, 168), False),  # 160 to 200 deg
        ((5.29, 70, 10), (5.29, 96, 190), True),
        ((5.29, 70, 10), (5.29, 94, 190), False),  # 165 to 190 deg
        ((5.29, 70, 10), (5.29, 121, 190), False),
    ],
)
def test_bhabha_events_are_vetoed(first, second, vetoed):
    pair = [laboratory(*first), laboratory(*second)]
    none = Objects({name: np.zeros((1, 0)) for name in NAMES["track"]}, np.zeros((1, 0), dtype=bool))
    assert veto.bhabha(none, clusters(*pair), CARD).tolist() == [vetoed]
    as_tracks = Objects(
        clusters(*pair).columns | {"ecl_energy": clusters(*pair)["energy"]}, np.ones((1, 2), dtype=bool)
    )  # an electron's energy lies along its track
    assert veto.bhabha(as_tracks, clusters(), CARD).tolist() == [vetoed]
    mixed = Objects({n: c[:, :1] for n, c in as_tracks.columns.items()}, np.ones((1, 1), dtype=bool))
    assert veto.bhabha(mixed, clusters(pair[1]), CARD).tolist() == [vetoed]


def cut_out(some, i):
    """The i-th event of objects alone."""
    return Objects({name: column[[i]] for name, column in some.columns.items()}, some.present[[i]])


def test_the_veto_of_an_event_is_that_of_the_event_alone():
    """Two tracks and two clusters, present or not, on one line in the rest frame: many events at once, then one by one."""
    rng, n = np.random.default_rng(3), 300
    axes, same = zip(rng.uniform(40, 140, n), rng.uniform(0, 360, n), strict=True), rng.random((n, 4)) < 0.5
    places = [[(t, f) if one else (180 - t, f + 180) for one in event] for (t, f), event in zip(axes, same, strict=True)]
    momentum = np.array([[laboratory(rng.uniform(2.5, 5.5), *place) for place in event] for event in places])
    columns = {name: momentum[..., i] for i, name in enumerate(("px", "py", "pz"))} | {"energy": np.linalg.norm(momentum, axis=2)}
    columns["ecl_energy"], present = columns["energy"], rng.random((n, 4)) < 0.7
    both = [Objects({name: column[:, k] for name, column in columns.items()}, present[:, k]) for k in (slice(2), slice(2, 4))]
    together = veto.bhabha(both[0], both[1], CARD)
    assert 20 < together.sum() < n - 20
    assert together.tolist() == [veto.bhabha(cut_out(both[0], i), cut_out(both[1], i), CARD)[0] for i in range(n)]


def test_the_veto_reaches_the_lines():
    pair = [laboratory(5.29, 70, 10), laboratory(5.29, 110, 190)]
    columns = {name: clusters(*pair)[name] for name in ("px", "py", "pz")}
    present = np.ones((1, 2), dtype=bool)
    electrons = Objects(columns | {"ecl_energy": clusters(*pair)["energy"]}, present)
    muons = Objects(columns | {"ecl_energy": np.full((1, 2), 0.2)}, present)
    assert trigger.menu({"track": electrons, "cluster": clusters()}, CARD, ("ffo", "hie")) == {"ffo": [False], "hie": [False]}
    assert trigger.menu({"track": muons, "cluster": clusters()}, CARD, ("ffo", "hie")) == {"ffo": [True], "hie": [False]}


@pytest.mark.parametrize(("energy", "theta", "fires"), [(1.05, 80, True), (0.95, 80, False), (3.0, 18.0, False), (3.0, 129.0, False)])
def test_energy_sum(energy, theta, fires):
    assert fired("hie", tracks(), clusters(energy * direction(theta, 0))).tolist() == [fires]
    assert fired("hie", tracks((5, theta, 0, energy)), clusters()).tolist() == [fires]


def test_all_lines_of_a_card_fire_or_not():
    for name in names():
        card = load(name)
        bits = trigger.menu({"track": tracks((1, 80, 0, 0.2)), "cluster": clusters()}, card)
        assert list(bits) == list(card.lines)
        assert all(bit.shape == (1,) and bit.dtype == bool for bit in bits.values())
    one = {"track": tracks(), "cluster": clusters()}
    assert list(trigger.menu(one, CARD, ("hie", "c4"))) == ["hie", "c4"]
    with pytest.raises(UnknownName, match=r"no trigger line of belle2 of this name: lml14; .*did you mean 'lml"):
        trigger.menu(one, CARD, ("lml14",))


# One event on each side of each condition: clusters (E* GeV, theta* deg, phi deg), the lines of the calorimeter that fire.
SINGLE, PAIR = {"lml13", "hlt_photon_05"}, {"lml8", "lml10", "ecl_mumu"}
MENU = [
    ([(0.45, 80, 0)], set()),
    ([(0.55, 100, 0)], SINGLE),
    ([(0.55, 45, 0)], set()),
    ([(1.05, 100, 0)], {*SINGLE, "lml6", "hie", "hlt_photon_1_barrel"}),
    ([(0.95, 60, 0)], {*SINGLE, "hie"}),
    ([(1.05, 100, 0), (0.25, 80, 90)], {*SINGLE, "lml6", "hie", "hlt_photon_1_barrel"}),
    ([(1.05, 100, 0), (0.35, 80, 90)], {"hie", "hlt_photon_05", "hlt_photon_1_barrel"}),
    ([(1.05, 38, 180)], {"lml7", "hie", "hlt_photon_1_endcap"}),
    ([(2.05, 100, 0)], {*SINGLE, "lml6", "lml1", "hie", "hlt_photon_1_barrel", "hlt_photon_2_barrel"}),
    ([(2.05, 38, 180)], {"lml7", "lml2", "hie", "hlt_photon_1_endcap", "hlt_photon_2_endcap"}),
    ([(1.95, 38, 180)], {"lml7", "hie", "hlt_photon_1_endcap"}),
    ([(2.05, 22, 180)], {"lml4"}),
    ([(5.29, 22, 10), (5.29, 158, 190)], {"lml3", "lml5", "hlt_two_photons"}),
    ([(0.4, 80, 0), (0.4, 100, 175)], PAIR),
    ([(0.4, 80, 0), (0.4, 100, 165)], PAIR - {"lml8"}),
    ([(0.4, 80, 0), (0.4, 100, 155)], set()),
    ([(0.4, 80, 0), (0.4, 75, 175)], {"lml8"}),
    ([(0.4, 80, 0), (0.2, 100, 175)], {"lml9", "lml10", "ecl_mumu"}),
    ([(2.1, 80, 0), (0.4, 100, 175)], {"lml1", "hie", "hlt_photon_05", "hlt_photon_1_barrel", "hlt_photon_2_barrel"}),
    ([(0.4, 80, 0), (0.2, 90, 90), (0.2, 100, 100)], {"lml0"}),
    ([(0.3, 110, 0), (0.2, 90, 90), (0.2, 100, 100)], set()),
    ([(0.6, 100, 0), (0.2, 90, 90), (0.2, 100, 100)], {"lml0", "lml12", "hie", *SINGLE}),
    ([(0.2, 100, 0), (0.2, 90, 90), (0.2, 100, 100), (0.2, 60, 45)], {"c4"}),
    ([(0.2, 100, 0), (0.2, 90, 90), (0.2, 100, 100), (0.09, 100, 45)], set()),  # 88 MeV are no cluster
    ([(0.4, 80, -170), (0.4, 100, 170)], set()),
    ([(0.4, 80, -170), (0.4, 100, 5)], PAIR),
]  # fmt: skip


@pytest.mark.parametrize(("found", "expected"), MENU)
def test_lines_of_the_calorimeter(found, expected):
    seen = clusters(*(laboratory(*one) for one in found))
    bits = trigger.menu({"track": tracks(), "cluster": seen}, CARD)
    assert {name for name, bit in bits.items() if bit[0]} - {"lml11"} == expected
    assert bits["lml11"][0] == all(one[0] <= 2 for one in found)


def test_gamma_gamma_is_vetoed():
    back = clusters(laboratory(5.29, 70, 10), laboratory(5.29, 110, 190))
    bits = trigger.menu({"track": tracks(), "cluster": back}, CARD)
    fires = {name for name, bit in bits.items() if bit[0]}
    assert fires >= {"hlt_two_photons", "lml1"}
    assert not fires & {"hie", "lml2", "lml0"}
    outer = clusters(laboratory(5.29, 35, 10), laboratory(5.29, 145, 190))
    assert trigger.menu({"track": tracks(), "cluster": outer}, CARD)["lml3"][0]
    assert not trigger.menu({"track": tracks(), "cluster": outer}, CARD)["lml2"][0]


def test_a_photon_has_no_track():
    card = changed("photons >= 1")
    assert trigger.menu({"track": tracks((2, 80, 0, 2.0)), "cluster": clusters()}, card, ("fff",)) == {"fff": [False]}
    assert trigger.menu({"track": tracks(), "cluster": clusters((2, 0, 0))}, card, ("fff",)) == {"fff": [True]}


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("tracks == 2", True),
        ("tracks[p > 1.5] == 1", True),
        ("tracks[pt < 1.5] == 1", True),
        ("tracks[theta 85-95] >= 1", True),
        ("tracks[theta 95-120 60-80] >= 1", False),
        ("track_pairs[dphi 90-110] == 1", True),
        ("track_pairs[dphi <= 99] == 1", False),
        ("track_pairs >= 1", True),
        ("energy <= 0.41", True),
        ("energy[E > 0.15] > 0.35", True),
        ("energy[theta > 85] > 0.35", False),
        ("clusters[E >= 0.15] == 2", True),
        ("cluster_pairs[Emax > 0.25] == 0", True),
        ("cluster_pairs[Emin > 0.15, E < 0.3] == 1", True),
        ("cluster_pairs[theta 100-150] == 0", True),
        ("photon_pairs >= 1", False),
        ("ffo and tracks >= 1", True),
        ("not ffo", False),
        ("not bhabha", True),
    ],
)
def test_words_of_the_grammar(text, fires):
    two = tracks((2, 90, 0, 0.2), (1, 83, 100, 0.2))
    assert trigger.menu({"track": two, "cluster": clusters()}, changed(text), ("fff",))["fff"].tolist() == [fires]


def test_parsing_is_as_written():
    assert parse("clusters[E* >= 1, id 4-15 17] == 1 and not bhabha") == (
        Count("clusters", (Cut("E*", ">=", 1.0), Cut("id", "in", ranges=((4, 15), (17, 17)))), "==", 1.0),
        Flag("bhabha", False),
    )


@given(st.integers(2, 40), st.integers(0, 10**12))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_a_prescale_keeps_one_in_so_many(prescale, first):
    card = load("belle2", "design")
    attempt = np.arange(first, first + 40000)
    kept = prescaled({"lml7": np.ones(40000, dtype=bool)}, prescale_of(card, "lml7", prescale), attempt)["lml7"]
    assert abs(kept.sum() - 40000 / prescale) < 5 * np.sqrt(40000 / prescale)
    part = prescaled({"lml7": np.ones(9, dtype=bool)}, prescale_of(card, "lml7", prescale), attempt[5:14])["lml7"]
    assert part.tolist() == kept[5:14].tolist()  # whatever the block


def test_prescales_of_two_lines_are_independent_and_others_are_kept():
    ones = np.ones(40000, dtype=bool)
    bits = prescaled({"lml7": ones, "lml4": ones, "ffo": ones}, load("belle2", "design"), np.arange(40000))
    assert abs((bits["lml7"] & bits["lml4"]).sum() - 400) < 5 * 20
    assert bits["ffo"].all()


@given(st.floats(0.01, 7), st.floats(1, 179), st.floats(-179, 179))
@settings(derandomize=True, deadline=None)
def test_the_boost_returns_what_was_boosted(energy, theta, phi):
    p = laboratory(energy, theta, phi)
    size = np.linalg.norm(p)
    e, f, t = veto.in_rest_frame(size, *(p / size), CARD.beams)
    assert (e, np.degrees(f), np.degrees(t)) == pytest.approx((energy, phi, theta), rel=1e-9, abs=1e-9)


@given(*[st.floats(-180, 180)] * 2)
@settings(derandomize=True, deadline=None)
def test_ffo_asks_for_a_transverse_opening_above_90_deg(phi, other):
    opening = abs((phi - other + 180) % 360 - 180)
    assume(abs(opening - 90) > 1e-6)
    pair = tracks((1, 80, phi, 0), (2, 100, other, 0))
    assert fired("ffo", pair, clusters())[0] == (opening > 90)
