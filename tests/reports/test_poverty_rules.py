"""The measures of poverty: the known answers to their last digit, and what holds of any measure."""

import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.kernel.money import parse_yuan
from marketplace.reports import rules
from marketplace.reports.rules import Home

ANSWERS = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))
KNOWN = ANSWERS["poverty_measures"]
HOMES = [Home(people, parse_yuan(head)) for people, head in KNOWN["households"]]
LINE = parse_yuan(KNOWN["line"])


def test_the_known_answers_come_out_to_their_last_digit():
    found = rules.measures(HOMES, LINE)
    for name in ("FGT0", "FGT1", "FGT2"):
        assert round(getattr(found, name.lower()), 6) == KNOWN[name]
    assert round(found.gini, 6) == KNOWN["gini"]
    assert round(found.sen, 6) == KNOWN["sen_large_population_form"]
    assert round(found.sen_finite, 6) == KNOWN["sen_1976_finite"]
    assert Decimal(found.mean_fen) / 100 == Decimal(KNOWN["mean"])
    assert Decimal(found.total_gap_fen) / 100 == Decimal(KNOWN["total_gap"])
    assert (found.households, found.people, found.poor_households, found.poor_people) == (5, 20, 3, 9)


def test_the_handbooks_four_people_come_out_as_printed_there():
    book = KNOWN["handbook"]
    people = [Home(1, income) for income in book["incomes"]]
    assert [rules.fgt(people, book["line"], alpha) for alpha in (0, 1, 2)] == [book["P0"], book["P1"], book["P2"]]


def test_whoever_stands_at_the_line_is_not_poor():
    assert rules.fgt([Home(1, LINE), Home(1, LINE - 1)], LINE, 0) == 0.5


def test_the_median_is_that_of_people_and_of_two_in_the_middle_their_mean():
    assert rules.median_fen(HOMES) == 410000  # the tenth and the eleventh of twenty
    assert rules.median_fen([Home(1, 100), Home(1, 201)]) == 151
    assert rules.median_fen([Home(3, 100), Home(1, 900)]) == 100


def test_a_household_counts_as_its_people_would_one_by_one():
    apart = [Home(1, home.head_fen) for home in HOMES for _person in range(home.people)]
    together, one_by_one = rules.measures(HOMES, LINE), rules.measures(apart, LINE)
    for name in ("people", "mean_fen", "median_fen", "gini", "fgt0", "fgt1", "fgt2", "sen", "sen_finite", "total_gap_fen"):
        assert getattr(together, name) == getattr(one_by_one, name), name


def test_gini_says_what_the_double_sum_over_all_pairs_says():
    dice = random.Random(7)
    homes = [Home(dice.randint(1, 7), dice.randint(0, 900_000)) for _home in range(40)]
    people = sum(home.people for home in homes)
    together = sum(home.people * home.head_fen for home in homes)
    pairs = sum(a.people * b.people * abs(a.head_fen - b.head_fen) for a in homes for b in homes)
    assert rules.gini(homes) == pytest.approx(pairs / (2 * people * together), rel=1e-12)


def test_the_shares_of_the_parts_weighted_by_people_make_the_share_of_the_whole():
    """Foster, Greer and Thorbecke: the measures can be taken apart, so a table by cause re-sums."""
    parts = (HOMES[:2], HOMES[2:])
    for alpha in (0, 1, 2):
        whole = sum(sum(home.people for home in part) * rules.fgt(part, LINE, alpha) for part in parts) / 20
        assert whole == pytest.approx(rules.fgt(HOMES, LINE, alpha), rel=1e-12)


def test_what_gives_to_the_poorer_lowers_the_squared_gap_and_sen():
    given = [Home(home.people, home.head_fen + (10_000 if home.head_fen == 147_600 else 0)) for home in HOMES]
    for measure in (lambda homes: rules.fgt(homes, LINE, 2), lambda homes: rules.sen(homes, LINE)):
        assert measure(given) < measure(HOMES)


def test_nothing_is_guessed_where_people_or_the_line_are_missing():
    nobody, no_line = rules.measures([], LINE), rules.measures(HOMES, None)
    assert (nobody.mean_fen, nobody.median_fen, nobody.gini, nobody.fgt0, nobody.sen) == (None,) * 5
    assert (no_line.fgt0, no_line.sen, no_line.total_gap_fen, no_line.poor_people) == (None,) * 4
    assert no_line.mean_fen == 356_500


def test_without_poor_there_is_nothing_to_measure_and_without_income_no_gini():
    rich = [Home(2, LINE + 1)]
    assert rules.sen(rich, LINE) == rules.sen_finite(rich, LINE) == rules.fgt(rich, LINE, 2) == 0
    assert rules.gini([Home(3, 0)]) is None
    assert rules.sen([Home(3, 0)], LINE) is None
