"""Whatever a sale can be of has a word in the reports: a page must not fail for a sale of a new kind."""

from marketplace.areas import services as areas
from marketplace.income.values import IncomeCategory
from marketplace.products import queries as products
from marketplace.products import services as product_services
from marketplace.reports.values import CATEGORY_WORDS, INCOME_CATEGORY_WORDS
from marketplace.tours.services import CATEGORY


def test_every_kind_of_goods_and_tours_and_every_kind_of_income_has_its_word(writing):
    areas.load_county(writing)
    product_services.load_categories(writing)
    sold = {category.code for category in products.categories(writing)} | {CATEGORY}
    assert sold <= CATEGORY_WORDS.keys()
    assert INCOME_CATEGORY_WORDS.keys() == set(IncomeCategory)
