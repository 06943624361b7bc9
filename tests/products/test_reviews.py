"""What buyers say: kept once, answered once, hidden once; counted on the shelf; read on four pages."""

import gzip
import random
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.accounts.models import AuditEvent
from marketplace.farmers import services as farmers
from marketplace.kernel.errors import NotThere
from marketplace.media.services import accept_image, store_image
from marketplace.products import invariants, queries, refusals, rules, services
from marketplace.products.values import MOST_REVIEW_WORDS, OfferState, ReviewChoice
from tests.farmers import places
from tests.farmers.places import enter
from tests.orders.test_shop_pages import counted
from tests.products import buyers
from tests.products.buyers import review
from tests.products.goods import VILLAGE, assert_truths_hold, on_sale, photograph, village
from tests.races import race

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOST_HTML = 14 * 1024


def test_an_average_is_rounded_half_up_to_one_place():
    for count in range(1, 40):
        for stars_sum in range(count, 5 * count + 1):
            exact = (Decimal(stars_sum) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)
            assert rules.average_stars(stars_sum, count) == str(exact)
    assert rules.average_stars(0, 0) == ""


def test_a_page_holds_what_fits_and_at_least_one():
    assert rules.fitting([]) == 0
    assert rules.fitting([(100, 0)] * 20) == 20
    assert rules.fitting([(rules.REVIEWS_BUDGET * 2, 3)] * 5) == 1
    for characters in (0, 60, 300, 600):
        for photos in range(4):
            fits = rules.fitting([(characters, photos)] * 60)
            assert fits * (characters + rules.REVIEW_COSTS + photos * rules.PHOTO_COSTS) <= rules.REVIEWS_BUDGET


@pytest.fixture
def place(session):
    return village(session)


@pytest.fixture
def offer(session, place):
    return on_sale(session, place)


def figures(session, offer):
    session.expire_all()
    return offer.review_count, offer.stars_sum, offer.hidden_reviews


def refused(session, statement):
    """Say whether the database itself refuses a statement."""
    try:
        with session.begin_nested():
            session.execute(text(statement))
    except DBAPIError:
        return True
    return False


def test_the_database_keeps_a_review_as_it_was_written(session, place, offer):
    photo = store_image(session, accept_image(photograph()), uploaded_by=None).id
    ref = review(session, offer.id, image_ids=[photo])
    other = review(session, offer.id, key="other", source="sample/2", stars=2)
    services.answer_review(session, ref=ref, words="谢谢", by=place.farmer)
    services.hide_review(session, ref=other, reason="骂人", by=place.official)
    session.commit()
    for change in (
        "stars = 1", "words = 'x'", "province = '北京市'", "source = 'sample/9'", "offer_id = offer_id",
        "written_at = written_at", f"answer = 'x' WHERE ref = '{ref}'",
        f"answered_at = NULL, answered_by = NULL, answer = '' WHERE ref = '{ref}'",
        f"hidden_at = NULL, hidden_by = NULL, hidden_reason = '' WHERE ref = '{other}'",
        f"hidden_reason = 'x' WHERE ref = '{other}'",
        # answered or hidden by nobody, at no time, without words
        f"answer = 'x' WHERE ref = '{other}'", f"answered_by = 1 WHERE ref = '{other}'",
        f"hidden_reason = 'x' WHERE ref = '{ref}'", f"hidden_by = 1 WHERE ref = '{ref}'",
    ):  # fmt: skip
        assert refused(session, f"UPDATE reviews SET {change}"), change
    for statement in (
        "DELETE FROM reviews", "DELETE FROM review_images", "UPDATE review_images SET position = 1",
        f"INSERT INTO review_images (review_id, position, image_id) SELECT id, 3, {photo} FROM reviews",
        "UPDATE offers SET stars_sum = 11", "UPDATE offers SET review_count = 0", "UPDATE offers SET hidden_reviews = -1",
    ):  # fmt: skip
        assert refused(session, statement), statement
    again = (
        "INSERT INTO reviews (ref, key, source, offer_id, seller_id, household_id, village_code, stars, words, province,"
        " written_at) SELECT {}, {}, {}, offer_id, seller_id, household_id, village_code, {}, words, province, written_at"
        f" FROM reviews WHERE ref = '{ref}'"
    )
    for ref_, key, source, stars in (
        ("ref", "'k'", "'s'", "5"), ("'r'", "key", "'s'", "5"), ("'r'", "'k'", "source", "5"), ("'r'", "'k'", "'s'", "6"),
        ("'r'", "'k'", "'s'", "0"),
    ):  # fmt: skip
        assert refused(session, again.format(ref_, key, source, stars)), (ref_, key, source, stars)
    # the controls: nothing else stood in the way
    assert not refused(
        session, f"UPDATE reviews SET answer = 'x', answered_at = written_at, answered_by = 1 WHERE ref = '{other}'"
    )
    assert not refused(session, "UPDATE offers SET review_count = 1, stars_sum = 5, hidden_reviews = 1")
    session.rollback()


@pytest.mark.race
def test_of_many_at_once_one_review_is_kept_and_counted(database_url, session, offer):
    session.commit()
    assert race(buyers.say_how_it_was, database_url, offer.id, crowd=5, tries=1) == 4
    session.rollback()
    assert figures(session, offer) == (1, 5, 0)
    assert_truths_hold(session)


@ON_SQLITE
def test_a_delivery_is_reviewed_once_and_a_repeat_is_the_first(session, place, offer):
    first = review(session, offer.id, words="  好吃，\n下次再买 ")
    assert review(session, offer.id, stars=1, words="又一次") == first
    with pytest.raises(refusals.ReviewedAlready):
        review(session, offer.id, key="another")
    kept = queries.review_by_ref(session, ref=first)
    assert (kept.stars, kept.words, kept.province, kept.household_id, kept.village_code, kept.seller_id) == (
        5, "好吃，\n下次再买", "江西省", place.household_id, VILLAGE, place.seller_id,
    )  # fmt: skip
    assert queries.reviews_of_sources(session, ["sample/1", "sample/2"]) == {"sample/1": kept}
    for stars in (0, 6, -1):
        with pytest.raises(refusals.StarsNeeded):
            review(session, offer.id, key="s", source="sample/2", stars=stars)
    with pytest.raises(refusals.ReviewTooLong):
        review(session, offer.id, key="s", source="sample/2", words="好" * (MOST_REVIEW_WORDS + 1))
    with pytest.raises(NotThere):
        review(session, 987654, key="s", source="sample/2")
    assert figures(session, offer) == (1, 5, 0)


@ON_SQLITE
def test_a_seller_answers_once(session, place, offer):
    ref = review(session, offer.id)
    for words, no in (("  ", refusals.ReviewAnswerNeeded), ("好" * 301, refusals.ReviewTooLong)):
        with pytest.raises(no):
            services.answer_review(session, ref=ref, words=words, by=place.farmer)
    assert queries.count_unanswered(session, [place.household_id]) == 1
    services.answer_review(session, ref=ref, words=" 谢谢 ", by=place.farmer)
    services.answer_review(session, ref=ref, words="谢谢", by=place.farmer)
    with pytest.raises(refusals.AnsweredAlready):
        services.answer_review(session, ref=ref, words="不谢", by=place.farmer)
    assert queries.review_by_ref(session, ref=ref).answer == "谢谢"
    assert queries.count_unanswered(session, [place.household_id]) == 0
    hidden = review(session, offer.id, key="h", source="sample/2")
    services.hide_review(session, ref=hidden, reason="与商品无关", by=place.official)
    with pytest.raises(refusals.ReviewHidden):
        services.answer_review(session, ref=hidden, words="谢谢", by=place.farmer)


@ON_SQLITE
def test_a_hidden_review_counts_nowhere_and_stands_on_the_trail(session, place, offer):
    refs = [review(session, offer.id, key=f"k{n}", source=f"sample/{n}", stars=n) for n in (1, 3, 5)]
    assert figures(session, offer) == (3, 9, 0)
    with pytest.raises(refusals.HidingReasonNeeded):
        services.hide_review(session, ref=refs[0], reason=" ", by=place.official)
    farmers.match_user_to_household(session, household_id=place.household_id, user_id=place.stranger, by=place.official)
    with pytest.raises(refusals.OwnReviewHidden):
        services.hide_review(session, ref=refs[0], reason="不好听", by=place.stranger)
    for _ in range(2):
        services.hide_review(session, ref=refs[0], reason="骂人", by=place.official)
    assert figures(session, offer) == (2, 8, 1)
    assert [one.ref for one in queries.reviews_of_offer(session, offer.id).rows] == refs[:0:-1]
    trail = session.query(AuditEvent).filter_by(action="products.hide_review").all()
    assert [(one.object_ref, one.user_id, one.reason) for one in trail] == [(refs[0], place.official, "骂人")]


@ON_SQLITE
@pytest.mark.parametrize(
    ("breach", "check"),
    [
        ("UPDATE offers SET review_count = review_count + 1, stars_sum = stars_sum + 5", invariants.ratings_apart_from_reviews),
        ("UPDATE offers SET stars_sum = stars_sum - 1", invariants.ratings_apart_from_reviews),
        ("UPDATE offers SET hidden_reviews = 1", invariants.ratings_apart_from_reviews),
        ("UPDATE offers SET household_id = NULL", invariants.reviews_beside_offers),
        ("DROP TRIGGER review_frozen", invariants.missing_triggers),
    ],
)
def test_each_breach_of_a_truth_of_reviews_is_caught(session, offer, breach, check):
    review(session, offer.id)
    session.commit()
    assert list(check(session)) == []
    session.execute(text(breach))
    assert list(check(session)) != []
    session.rollback()


@ON_SQLITE
def test_officials_choose_which_to_look_through_by_area(session, place, offer):
    bad, good, gone = (review(session, offer.id, key=f"k{n}", source=f"sample/{n}", stars=n) for n in (2, 5, 1))
    services.hide_review(session, ref=gone, reason="骂人", by=place.official)

    def found(codes, choice):
        return [one.ref for one in queries.reviews_in_areas(session, codes, choice=choice).rows]

    assert found([VILLAGE], ReviewChoice.ALL) == [gone, good, bad]
    assert found([VILLAGE[:6]], ReviewChoice.LOW) == [bad]
    assert found([VILLAGE[:9]], ReviewChoice.HIDDEN) == [gone]
    assert found([places.OTHER_VILLAGE], ReviewChoice.ALL) == found([], ReviewChoice.ALL) == []


# ---- pages


@pytest.fixture
def shop(app, writing, client):
    client.set_cookie("lang", "en")
    found = village(writing, app.extensions["sealer"])
    writing.commit()
    return found


@pytest.fixture
def goods(writing, shop):
    found = on_sale(writing, shop)
    writing.commit()
    return found


def said(writing, goods, count, **facts):
    """Say something so many times; return the references, the first first."""
    refs = [review(writing, goods.id, key=f"k{n}", source=f"sample/{n}", **facts) for n in range(count)]
    writing.commit()
    return refs


def test_the_goods_page_shows_the_newest_three_after_where_the_money_goes(client, writing, shop, goods):
    path = f"/products/{goods.slug}"
    assert "Nobody has said yet how it was." in client.get(path).text
    said(writing, goods, 2, stars=5, words="很甜")
    review(writing, goods.id, key="b", source="b", stars=3, words="一般般", province="北京市")
    review(writing, goods.id, key="c", source="c", stars=4, words="")
    rude = review(writing, goods.id, key="d", source="d", stars=1, words="你们这些")
    services.hide_review(writing, ref=rude, reason="骂人", by=shop.official)
    page = client.get(path).text
    section = page[page.index('id="reviews"') : page.index('id="returns"')]
    assert page.index('id="money"') < page.index('id="reviews"') < page.index('id="returns"')
    assert section.count('class="review"') == 3
    assert "4.3" in section
    assert "from 4 buyers" in section
    assert "All 4" in section
    assert f'href="{path}/reviews"' in section
    assert "Jiangxi" in section
    assert "Beijing" in section
    assert "An official has hidden 1" in section
    assert "你们这些" not in page
    assert '"ratingValue": "4.3"' in page
    # the card in the list tells the average too
    card = client.get("/products/").text
    assert re.search(r"<b>4\.3</b>", card)


def test_all_reviews_are_paged_by_place_and_each_stands_once(client, writing, goods):
    refs = said(writing, goods, 45, words="好吃")
    path, seen = f"/products/{goods.slug}/reviews", []
    while path:
        page = client.get(path).text
        seen.append(page.count('class="review"'))
        following = re.search(r'href="([^"]*\?before=\d+)"', page)
        path = following[1] if following else None
    assert seen == [20, 20, 5]
    assert len(refs) == sum(seen)
    for place in ("0", "-1", "x", str(2**70)):
        assert client.get(f"/products/{goods.slug}/reviews?before={place}").status_code == 200


def test_the_longest_reviews_with_most_photos_still_make_a_light_page(client, writing, shop, goods):
    dice = random.Random(7)

    def many():
        return "".join(chr(dice.randint(0x4E00, 0x9FA5)) for _ in range(MOST_REVIEW_WORDS))

    photos = [store_image(writing, accept_image(photograph(colour)), uploaded_by=None).id for colour in ("teal", "olive", "navy")]
    for number in range(25):
        ref = review(writing, goods.id, key=f"k{number}", source=f"sample/{number}", words=many(), image_ids=photos)
        services.answer_review(writing, ref=ref, words=many(), by=shop.farmer)
    page = client.get(f"/products/{goods.slug}/reviews")
    assert page.text.count('class="review"') >= 4
    assert len(gzip.compress(page.data, 6)) <= MOST_HTML
    assert len(gzip.compress(client.get(f"/products/{goods.slug}").data, 6)) <= MOST_HTML
    for number in range(25, 40):
        review(writing, goods.id, key=f"k{number}", source=f"sample/{number}", words=many(), image_ids=photos)
    writing.commit()
    for person, path in ((shop.farmer, "/desk/reviews"), (shop.official, "/office/reviews")):
        enter(client, person)
        seen = 0
        while path:
            page = client.get(path)
            assert len(gzip.compress(page.data, 6)) <= MOST_HTML
            seen += page.text.count('<p class="as-typed" data-as-written>') - page.text.count("<blockquote>")
            following = re.search(r'href="([^"]*\?before=\d+)"', page.text)
            path = following[1] if following else None
        # of those that wait for the farmer's answer the first are shown, till they are answered
        assert seen == 40 if person == shop.official else 25 < seen < 40


def test_reviews_of_goods_that_are_not_shown_are_not_there(client, writing, shop, goods):
    (ref,) = said(writing, goods, 1)
    services.archive_offer(writing, offer_id=goods.id, by=shop.farmer)
    writing.commit()
    assert goods.state == OfferState.ARCHIVED
    assert client.get(f"/products/{goods.slug}/reviews").status_code == 404
    assert client.get("/products/nothing-here/reviews").status_code == 404
    for person, path in ((shop.farmer, "/desk/reviews"), (shop.official, "/office/reviews")):
        enter(client, person)
        page = client.get(path).text
        assert ref in page
        assert f'href="/products/{goods.slug}' not in page, "nobody is led to a page that is gone"


def test_no_page_asks_a_question_a_review(open_browser, client, writing, shop, goods):
    said(writing, goods, 1)
    farmer, official = open_browser(), open_browser()
    enter(farmer, shop.farmer)
    enter(official, shop.official)

    def asked():
        return [
            counted(browser, path)
            for browser, path in (
                (client, f"/products/{goods.slug}"),
                (client, f"/products/{goods.slug}/reviews"),
                (farmer, "/desk/reviews"),
                (official, "/office/reviews"),
            )
        ]

    few = asked()
    for number in range(100, 118):
        review(writing, goods.id, key=f"k{number}", source=f"sample/{number}", stars=1 + number % 5)
    writing.commit()
    assert asked() == few


def test_a_farmer_answers_with_a_sentence_that_lies_ready_or_their_own(client, writing, shop, goods):
    first, second = said(writing, goods, 2, words="很甜")
    enter(client, shop.farmer)
    assert re.search(r'href="/desk/reviews".*?>2<', client.get("/desk/").text, re.DOTALL)
    page = client.get("/desk/reviews").text
    assert page.index(f"/desk/reviews/{second}") < page.index(f"/desk/reviews/{first}")
    asked = client.get(f"/desk/reviews/{first}").text
    assert "Thank you. We are glad that you like it." in asked
    nothing = client.post(f"/desk/reviews/{first}", data={"ready": "9"})
    assert nothing.status_code == 400
    assert "Choose a sentence or write your own." in nothing.text
    long = client.post(f"/desk/reviews/{first}", data={"words": "好" * 301})
    assert long.status_code == 422
    assert "好" * 301 in long.text
    assert client.post(f"/desk/reviews/{first}", data={"ready": "0"}).status_code == 303
    assert client.post(f"/desk/reviews/{second}", data={"ready": "0", "words": "欢迎再来"}).status_code == 303
    writing.rollback()
    assert queries.review_by_ref(writing, ref=first).answer == "Thank you. We are glad that you like it."
    assert queries.review_by_ref(writing, ref=second).answer == "欢迎再来"
    again = client.post(f"/desk/reviews/{first}", data={"words": "再说一句"})
    assert again.status_code == 409
    assert "answered already" in again.text
    shown = client.get(f"/products/{goods.slug}").text
    assert "The seller answers" in shown
    assert "欢迎再来" in shown
    assert "Not answered yet" not in client.get("/desk/reviews").text


def test_an_official_hides_with_a_reason_and_nobody_hides_for_their_own(client, writing, shop, goods):
    (ref,) = said(writing, goods, 1, words="你们这些", stars=1)
    enter(client, shop.official)
    assert f"/office/reviews/{ref}/hide" in client.get("/office/reviews").text
    nothing = client.post(f"/office/reviews/{ref}/hide", data={"reason": ""})
    assert nothing.status_code == 422
    assert "Say in a few words why it is hidden." in nothing.text
    farmers.match_user_to_household(writing, household_id=shop.household_id, user_id=shop.official, by=shop.stranger)
    writing.commit()
    page = client.get("/office/reviews").text
    assert "/hide" not in page
    assert "Another official decides" in page
    client.post(f"/office/reviews/{ref}/hide", data={"reason": "骂人"})
    writing.rollback()
    assert queries.review_by_ref(writing, ref=ref).hidden_at is None
    second = places.official(writing, "township_official", VILLAGE[:9])
    auditor = places.official(writing, "auditor", VILLAGE[:6])
    writing.commit()
    enter(client, second)
    assert client.post(f"/office/reviews/{ref}/hide", data={"reason": "骂人"}).status_code == 303
    assert "骂人" in client.get("/office/reviews?show=hidden").text
    assert ref not in client.get("/office/reviews?show=low").text
    enter(client, auditor)
    page = client.get("/office/reviews").text
    assert ref in page
    assert "/hide" not in page
    assert_truths_hold(writing)
