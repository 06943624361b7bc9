"""Whatever a sale can be of has a word in the reports: a page must not fail for a sale of a new kind."""

from marketplace.areas import services as areas
from marketplace.assistance import labels
from marketplace.assistance.labels import alerts as alert_labels
from marketplace.assistance.labels import procedures as case_labels
from marketplace.assistance.values.ledger import LedgerKind
from marketplace.income.values import IncomeCategory
from marketplace.products import queries as products
from marketplace.products import services as product_services
from marketplace.reports.values import (
    ALERT_WORDS,
    BASIS_WORDS,
    CASE_WORDS,
    CATEGORY_WORDS,
    EVENT_WORDS,
    HELP_WORDS,
    INCOME_CATEGORY_WORDS,
    LEDGER_WORDS,
    LEVEL_WORDS,
    STAGE_WORDS,
    STANDING_WORDS,
    Event,
)
from marketplace.tours.services import CATEGORY


def test_every_kind_of_goods_and_tours_and_every_kind_of_income_has_its_word(writing):
    areas.load_county(writing)
    product_services.load_categories(writing)
    sold = {category.code for category in products.categories(writing)} | {CATEGORY}
    assert sold <= CATEGORY_WORDS.keys()
    assert INCOME_CATEGORY_WORDS.keys() == set(IncomeCategory)


def test_the_records_codes_have_the_same_words_in_the_reports():
    """Labels belong to a room's own pages, so the reports say them once more: never other words for the same thing."""
    assert HELP_WORDS == labels.MEASURE
    assert BASIS_WORDS == labels.BASIS
    assert STANDING_WORDS == labels.STATUS
    assert CASE_WORDS == case_labels.KIND
    assert {code: words for code, words in STAGE_WORDS.items() if code} == case_labels.STATE
    assert ALERT_WORDS == alert_labels.RULE
    assert LEVEL_WORDS == alert_labels.LEVEL
    assert LEDGER_WORDS.keys() == set(LedgerKind)
    assert EVENT_WORDS.keys() == set(Event)
