"""An offer's way: listed, looked at by the village, on sale, paused, changed."""

import datetime as dt

import pytest

from marketplace.farmers import services as farmers
from marketplace.farmers.values import ConsentKind
from marketplace.kernel.errors import NotThere
from marketplace.products import queries, refusals, rules, services
from marketplace.products.values import Around, OfferState, SellMode, UsualPrice
from tests.products.goods import VILLAGE, assert_truths_hold, listed, on_sale, village


@pytest.fixture
def place(session):
    return village(session)


def test_listing_twice_with_one_key_is_listing_once(session, place):
    first = listed(session, place, client_key="from the phone")
    again = listed(session, place, client_key="from the phone", price_fen=9900)
    assert (again.id, again.price_fen, again.state) == (first.id, 4800, OfferState.SUBMITTED)
    with pytest.raises(NotThere):
        listed(session, place, client_key="from the phone", listed_by=place.official)


def test_a_title_and_an_address_make_themselves_from_what_it_is(session, place):
    offer = listed(session, place)
    assert (offer.title_zh, offer.title_en) == ("莲子 500克", "Lotus seed 500 g")
    assert offer.slug == f"lotus-seed-{offer.ref.lower()}"
    assert offer.per_500g_fen == 4800
    own = listed(session, place, variety="红军果", title="外婆的红军果", unit_grams=250)
    assert (own.title_zh, own.title_en, own.per_500g_fen) == ("外婆的红军果", "", 9600)
    assert own.slug == f"wai-po-de-hong-jun-guo-{own.ref.lower()}"


def test_nobody_approves_what_they_listed_nor_their_own_households_goods(session, place):
    offer = listed(session, place)
    with pytest.raises(refusals.ApprovedByLister):
        services.approve_offer(session, offer_id=offer.id, by=place.farmer)
    consent = farmers.give_consent(session, household_id=place.household_id, kind=ConsentKind.LISTING, by=place.official)
    helped = listed(session, place, listed_by=place.official, on_behalf_of_consent_id=consent.id)
    with pytest.raises(refusals.ApprovedByLister):
        services.approve_offer(session, offer_id=helped.id, by=place.official)
    assert services.approve_offer(session, offer_id=helped.id, by=place.stranger).household_id == place.household_id


def test_nobody_lists_for_a_household_without_its_standing_consent(session, place):
    with pytest.raises(refusals.ConsentNeeded):
        listed(session, place, listed_by=place.official)
    consent = farmers.give_consent(session, household_id=place.household_id, kind=ConsentKind.LISTING, by=place.official)
    farmers.withdraw_consent(session, household_id=place.household_id, kind=ConsentKind.LISTING, by=place.farmer)
    with pytest.raises(refusals.ConsentNeeded):
        listed(session, place, listed_by=place.official, on_behalf_of_consent_id=consent.id)


def test_only_what_is_on_sale_of_an_approved_seller_can_be_ordered(session, place):
    waiting, sold = listed(session, place), on_sale(session, place)
    terms = queries.sale_terms(session, [waiting.ref, sold.ref, "P0"])
    assert set(terms) == {sold.ref}
    assert (terms[sold.ref].after_sale_hours, terms[sold.ref].is_cultural, terms[sold.ref].left) == (168, False, 50)
    assert terms[sold.ref].household_id == place.household_id
    farmers.suspend_seller(session, seller_id=place.seller_id, by=place.official, reason="x")
    assert queries.sale_terms(session, [sold.ref]) == {}
    with pytest.raises(refusals.SellerNotApproved):
        services.approve_offer(session, offer_id=waiting.id, by=place.official)
    with pytest.raises(refusals.SellerNotApproved):
        listed(session, place)


def test_an_offer_sent_back_carries_the_reason_and_can_be_sent_again(session, place):
    offer = listed(session, place)
    with pytest.raises(refusals.ReasonNeeded):
        services.reject_offer(session, offer_id=offer.id, by=place.official, reason="  ")
    services.reject_offer(session, offer_id=offer.id, by=place.official, reason="请重拍")
    assert (offer.state, offer.returned_reason) == (OfferState.DRAFT, "请重拍")
    services.describe_draft(
        session, offer_id=offer.id, by=place.farmer, category_code="rice", variety="red_rice", unit_grams=2500, price_fen=3000,
        quantity=7, harvest_on=None,
    )  # fmt: skip
    services.submit_offer(session, offer_id=offer.id, by=place.farmer)
    services.approve_offer(session, offer_id=offer.id, by=place.official)
    assert (offer.state, offer.returned_reason, offer.title_zh) == (OfferState.ON_SALE, "", "红米 2.5公斤")
    assert queries.left_of(session, [offer.id]) == {offer.id: 7}
    assert [event.after for event in queries.events_of_offer(session, offer.id)] == [
        "draft", "submitted", "draft", "submitted", "on_sale",
    ]  # fmt: skip
    assert_truths_hold(session)


def test_processed_food_needs_a_licence_that_is_still_valid(session, place):
    oil = listed(session, place, category_code="oil", variety="camellia_oil")
    with pytest.raises(refusals.LicenceMissing):
        services.approve_offer(session, offer_id=oil.id, by=place.official)
    file = {"seller_id": place.seller_id, "category_code": "oil", "number": "JY1", "by": place.official}
    services.record_licence(session, **file, valid_to=dt.date(2020, 1, 1))
    with pytest.raises(refusals.LicenceMissing):
        services.approve_offer(session, offer_id=oil.id, by=place.official)
    services.record_licence(session, **file, valid_to=dt.date(2099, 1, 1))
    assert services.approve_offer(session, offer_id=oil.id, by=place.official).state == OfferState.ON_SALE
    services.set_licence_rule(session, category_code="rice", needs_licence=True, by=place.official)
    with pytest.raises(refusals.LicenceMissing):
        on_sale(session, place, category_code="rice", variety="white_rice")


def test_a_draft_without_price_or_stock_does_not_go_to_the_village(session, place):
    draft = services.start_draft(session, seller_id=place.seller_id, listed_by=place.farmer, client_key="d")
    with pytest.raises(refusals.OfferIncomplete):
        services.submit_offer(session, offer_id=draft.id, by=place.farmer)
    facts = {"category_code": "rice", "variety": "white_rice", "unit_grams": 5000, "harvest_on": None, "by": place.farmer}
    with pytest.raises(refusals.PriceRefused):
        services.describe_draft(session, offer_id=draft.id, price_fen=0, quantity=1, **facts)
    with pytest.raises(refusals.UnknownCategory):
        services.describe_draft(session, offer_id=draft.id, price_fen=100, quantity=1, **{**facts, "category_code": "gold"})


@pytest.mark.breaks_truths("states are written past their history", "products.illegal_steps")
def test_every_step_that_the_table_does_not_know_is_refused(session, place):
    verbs = {
        OfferState.PAUSED: services.pause_offer,
        OfferState.ON_SALE: services.resume_offer,
        OfferState.ARCHIVED: services.archive_offer,
    }
    for state in OfferState:
        for to, verb in verbs.items():
            offer = on_sale(session, place)
            offer.state = state
            session.flush()
            if state == OfferState.ARCHIVED and to != OfferState.ARCHIVED:
                with pytest.raises(refusals.OfferStep):
                    verb(session, offer_id=offer.id, by=place.farmer)
            if state in (OfferState.DRAFT, OfferState.SUBMITTED) and to != OfferState.ARCHIVED:
                with pytest.raises(refusals.OfferStep):
                    verb(session, offer_id=offer.id, by=place.farmer)
            assert rules.may_become(state, state) is False
    assert rules.OFFER_EDGES[OfferState.ARCHIVED] == frozenset()


def test_a_new_price_holds_from_now_on_and_its_history_is_kept(session, place):
    offer = on_sale(session, place)
    services.change_price(session, offer_id=offer.id, price_fen=5000, by=place.farmer)
    services.change_price(session, offer_id=offer.id, price_fen=5000, by=place.farmer)
    assert (offer.price_fen, offer.per_500g_fen) == (5000, 5000)
    assert [(each.before, each.after) for each in queries.events_of_offer(session, offer.id) if each.what == "price"] == [
        ("4800", "5000")
    ]
    for price in (0, 9, -5, 10**9):
        with pytest.raises(refusals.PriceRefused):
            services.change_price(session, offer_id=offer.id, price_fen=price, by=place.farmer)


def test_pausing_keeps_it_from_being_found_and_resuming_brings_it_back(session, place):
    offer = on_sale(session, place)

    def found():
        return [card.id for card in queries.found_page(session, "莲子").cards]

    assert found() == [offer.id]
    services.pause_offer(session, offer_id=offer.id, by=place.farmer)
    assert found() == []
    services.resume_offer(session, offer_id=offer.id, by=place.farmer)
    assert found() == [offer.id]
    assert_truths_hold(session)


def test_the_usual_price_is_the_villages_median_else_the_townships_else_the_countys_and_says_which(session, place):
    assert queries.usual_prices(session, ["lotus_seed"], VILLAGE) == {}
    for price in (4000, 4800, 6000):
        on_sale(session, place, price_fen=price)
    for village_code, around in ((VILLAGE, "village"), ("360321101006", "township"), ("360321105203", "county")):
        assert queries.usual_prices(session, ["lotus_seed"], village_code) == {"lotus_seed": UsualPrice(4800, Around(around))}


def test_the_latest_offers_stand_for_all_where_there_are_many(session, place):
    for price in (9000, 9000, 9000, 4000, 4400, 4800):
        on_sale(session, place, price_fen=price)
    on_sale(session, place, variety="lotus_root", price_fen=900)
    found = queries.usual_prices(session, ["lotus_seed", "lotus_root", "honey"], VILLAGE, most=3)
    assert {code: usual.fen for code, usual in found.items()} == {"lotus_seed": 4400, "lotus_root": 900}


def test_what_is_sold_by_the_plant_or_piece_is_compared_and_titled_without_its_weight(session, place):
    for grams, price in ((300, 1200), (500, 1500), (900, 1800)):
        plant = on_sale(
            session, place, category_code="seedlings", variety="flower_seedlings", unit_grams=grams, price_fen=price,
            sell_mode=SellMode.PER_PLANT,
        )  # fmt: skip
    assert queries.usual_prices(session, ["flower_seedlings"], VILLAGE)["flower_seedlings"].fen == 1500
    basket = listed(session, place, category_code="handicrafts", variety="handicraft", unit_grams=400, price_fen=8000)
    assert (plant.title_zh, plant.title_en) == ("莲苗花苗", "Flower seedlings")
    assert (basket.title_zh, basket.title_en) == ("手工艺品", "Handicraft")


def test_what_the_county_changed_in_its_lists_stays_when_they_are_loaded_again(session, place):
    services.set_licence_rule(session, category_code="oil", needs_licence=False, by=place.official)
    services.load_categories(session)
    assert queries.category(session, "oil").needs_licence is False
    assert len(queries.categories(session)) == 8
