"""How figures, days and weights are written."""

import datetime as dt

import pytest

from marketplace.kernel import clock
from marketplace.web import filters

NBSP = "\u00a0"


@pytest.fixture
def zh(house):
    with house.test_request_context("/?lang=zh"):
        yield


@pytest.fixture
def en(house):
    with house.test_request_context("/?lang=en"):
        yield


@pytest.mark.parametrize(
    ("fen", "words"), [(0, "¥0.00"), (5, "¥0.05"), (2880, "¥28.80"), (-2880, "−¥28.80"), (123456789, "¥1,234,567.89")]
)
def test_money_is_written_to_the_fen(fen, words):
    assert filters.money(fen) == words


def test_yuan_alone_keeps_the_true_minus():
    assert filters.yuan_only(-5) == "−0.05"


@pytest.mark.parametrize(("fen", "words"), [(9_999_999, "¥99,999.99"), (10_000_000, "¥10.0万"), (-1_234_600_000, "−¥1,234.6万")])
def test_large_sums_are_short_in_chinese(zh, fen, words):
    assert filters.compact(fen) == words


@pytest.mark.parametrize(("fen", "words"), [(9_999_999, "¥99,999.99"), (10_000_000, "¥100.0k"), (1_230_000_000, "¥12.3M")])
def test_large_sums_are_short_in_english(en, fen, words):
    assert filters.compact(fen) == words


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0, "0 g"),
        (500, "500 g"),
        (999, "999 g"),
        (1000, "1 kg"),
        (2500, "2.5 kg"),
        (1005, "1.005 kg"),
        (1_234_567_890, "1,234,567.89 kg"),
    ],
)
def test_weights_in_english(en, weight, words):
    assert filters.grams(weight) == words.replace(" ", NBSP)


@pytest.mark.parametrize(("weight", "words"), [(500, "500克"), (10_000, "10公斤"), (2_000_000_000, "2,000,000公斤")])
def test_weights_in_chinese(zh, weight, words):
    assert filters.grams(weight) == words


@pytest.mark.parametrize(("value", "words"), [(0.087, "8.7%"), (0, "0.0%"), (-0.0004, "0.0%"), (-0.12, "−12.0%"), (1, "100.0%")])
def test_shares_are_written_with_one_decimal(value, words):
    assert filters.percent(value) == words


def test_a_moment_falls_on_its_day_in_shanghai(en):
    late = dt.datetime(2026, 9, 12, 16, 30, tzinfo=dt.UTC)
    assert filters.day(late) == "13 September 2026"
    assert filters.moment(late) == "13 September 2026 00:30"
    assert filters.day(dt.date(2026, 9, 12)) == "12 September 2026"


def test_days_in_chinese(zh):
    late = dt.datetime(2026, 9, 12, 16, 30, tzinfo=dt.UTC)
    assert filters.moment(late) == "2026年9月13日 00:30"
    assert filters.month("2026-03") == "2026年3月"
    assert filters.month("2026") == "2026年"


def test_a_short_month_leaves_the_year_to_what_stands_above(zh):
    assert [filters.short_month(word) for word in ("2026-03", "2026-12", "2026")] == ["3月", "12月", "2026年"]


def test_a_short_day_names_the_year_only_when_it_is_another(zh):
    with clock.stopped_at(dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC)):  # already 2027 in Shanghai
        assert filters.short_day(dt.date(2026, 12, 31)) == "2026年12月31日"
        assert filters.short_day(dt.date(2027, 1, 1)) == "1月1日"


def test_nothing_is_written_for_nothing():
    assert filters.day(None) == filters.short_day(None) == filters.moment(None) == ""


def test_months_in_english(en):
    assert filters.month("2026-03") == "March 2026"
    assert filters.month("2026") == "2026"


def test_a_list_of_words_is_separated_as_the_language_does(zh):
    assert filters.listed(["因病", "缺劳力"]) == "因病、缺劳力"
    assert filters.listed([]) == ""


def test_an_english_list_has_no_chinese_comma(en):
    assert filters.listed(["Illness", 2]) == "Illness, 2"
