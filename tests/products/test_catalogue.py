"""The shop's lists: narrowed, sorted, paged by place; and found by Chinese, pinyin and English words."""

import pytest
from sqlalchemy import event

from marketplace.kernel import search_terms
from marketplace.products import queries
from marketplace.products.values import CatalogueFilter, Cursor, Sort
from tests.products.goods import on_sale, village

PRICES = (4800, 3000, 4800, 1200, 9900, 4800, 700)


@pytest.fixture
def shelf(session):
    place = village(session)
    kinds = (("lotus", "lotus_seed"), ("rice", "white_rice"), ("tea", "green_tea"))
    return [
        on_sale(session, place, price_fen=price, category_code=kinds[at % 3][0], variety=kinds[at % 3][1])
        for at, price in enumerate(PRICES)
    ]


def prices(page):
    return [card.price_fen for card in page.cards]


@pytest.mark.parametrize("sort", list(Sort))
def test_walking_forth_and_back_meets_every_offer_once_in_order(session, shelf, sort):
    wanted = CatalogueFilter(sort=sort)
    whole = [card.id for card in queries.catalogue_page(session, wanted, size=100).cards]
    assert sorted(whole) == sorted(offer.id for offer in shelf)
    seen, cursor, pages = [], None, []
    while True:
        page = queries.catalogue_page(session, wanted, size=3, cursor=cursor)
        pages.append([card.id for card in page.cards])
        seen += pages[-1]
        if page.after is None:
            break
        cursor = queries.read_place(sort, queries.write_place(page.after))
    assert seen == whole
    assert page.before is not None
    for earlier in reversed(pages[:-1]):
        page = queries.catalogue_page(session, wanted, size=3, cursor=page.before)
        assert [card.id for card in page.cards] == earlier
    assert page.before is None


def test_each_narrowing_leaves_only_what_it_names(session, shelf):
    def ids(**facts):
        return {card.id for card in queries.catalogue_page(session, CatalogueFilter(**facts), size=50).cards}

    assert ids(category_codes=("rice",)) == {shelf[1].id, shelf[4].id}
    assert ids(category_codes=("rice", "tea")) == {shelf[at].id for at in (1, 2, 4, 5)}
    assert ids(area="360321101") == {offer.id for offer in shelf}
    assert ids(area="360321102") == set()
    assert ids(least_fen=3000, most_fen=4800) == {shelf[at].id for at in (0, 1, 2, 5)}
    assert prices(queries.catalogue_page(session, CatalogueFilter(sort=Sort.PRICE))) == sorted(PRICES)


@pytest.mark.parametrize(
    "written", ["", "~", "x~1", "4800~", "4800~99999999999999999", "2026~1", "NaN~1", "2026-01-01T00:00:00~1", "9" * 30 + "~1"]
)
def test_a_place_made_up_by_somebody_is_no_place(written):
    for sort in Sort:
        found = queries.read_place(sort, written)
        assert found is None or (sort is not Sort.NEWEST and written == "2026~1")
    assert queries.read_place(Sort.PRICE, "4800~7") == Cursor("4800", 7)


def test_a_page_of_cards_asks_the_same_number_of_questions_however_many_there_are(session, shelf, engine):
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for size in (1, 7):
        session.expire_all()
        asked.clear()
        page = queries.catalogue_page(session, CatalogueFilter(), size=size)
        queries.shop_cards(session, page.cards, "zh", "卖完了")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("大米", {"rice"}), ("莲", {"lotus"}), ("莲子", {"lotus"}), ("lianzi", {"lotus"}), ("LianZi", {"lotus"}),
        ("lz", {"lotus"}),
        ("lian", {"lotus"}), ("lotus seed", {"lotus"}), ("lotus", {"lotus"}), ("dami", {"rice"}), ("绿茶", {"tea"}),
        ("ｌｏｔｕｓ", {"lotus"}), ("莲 米", set()), ("不存在", set()), ("", set()), ("   ", set()), ("*", set()), ('"', set()),
        ("' OR 1=1 --", set()), ("NEAR(莲 子)", set()), ("a" * 5000, set()), ("\ud83d\ude00", set()),
    ],
)  # fmt: skip
def test_goods_are_found_by_what_people_type(session, shelf, words, kinds):
    assert {card.category_code for card in queries.found_page(session, words).cards} == kinds


def test_found_goods_are_paged(session, shelf):
    first = queries.found_page(session, "金城", size=4)
    rest = queries.found_page(session, "金城", size=4, before_id=first.after.id)
    assert [card.id for card in (*first.cards, *rest.cards)] == sorted((offer.id for offer in shelf), reverse=True)
    assert rest.after is None


def test_index_text_holds_characters_pairs_syllables_and_initials():
    words = search_terms.index_text(["香莲子 500g"]).split()
    assert {"香", "莲", "莲子", "xiang", "lian", "zi", "lianzi", "xianglianzi", "lz", "xlz", "500g"} <= set(words)
    assert len(words) == len(set(words))
