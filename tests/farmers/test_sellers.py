"""Sellers and consent."""

import pytest

from marketplace.farmers import queries, services
from marketplace.farmers.invariants import CHECKS
from marketplace.farmers.refusals import ApprovedByApplicant, NameNeeded, SellerStands, SellerStep
from marketplace.farmers.rules import SELLER_EDGES, may_become
from marketplace.farmers.values import ConsentKind, SellerKind, SellerState
from tests.farmers.places import DAY, SEALER, VILLAGE, county, entry, person, selling_household


@pytest.fixture
def household(session):
    county(session)
    return services.open_household(session, entry=entry(), on=DAY, sealer=SEALER)


@pytest.fixture
def farmer(session, household):
    user, official = person(session), person(session)
    services.match_user_to_household(session, household_id=household.id, user_id=user, by=official)
    return user


@pytest.fixture
def seller(session, household, farmer):
    return services.apply_to_sell(session, household_id=household.id, display_name="刘家莲子", by=farmer)


@pytest.fixture(autouse=True)
def truths(session):
    yield
    session.flush()
    assert {name: list(find(session)) for name, find in CHECKS if find(session)} == {}


def test_a_seller_is_approved_by_an_official_who_is_not_of_the_household(session, seller, farmer):
    official = person(session)
    services.approve_seller(session, seller_id=seller.id, by=official)
    assert queries.seller_by_ref(session, seller.ref).state == SellerState.APPROVED
    assert [event.to_state for event in queries.events_of_seller(session, seller.id)] == ["applied", "reviewing", "approved"]


def test_nobody_approves_their_own_household(session, seller, farmer, household):
    with pytest.raises(ApprovedByApplicant):
        services.approve_seller(session, seller_id=seller.id, by=farmer)
    kin, official = person(session), person(session)
    services.match_user_to_household(session, household_id=household.id, user_id=kin, by=official)
    with pytest.raises(ApprovedByApplicant):
        services.approve_seller(session, seller_id=seller.id, by=kin)


def test_an_official_who_applied_for_a_household_does_not_approve_it(session, household):
    official = person(session)
    seller = services.apply_to_sell(session, household_id=household.id, display_name="刘家", by=official)
    with pytest.raises(ApprovedByApplicant):
        services.approve_seller(session, seller_id=seller.id, by=official)


def test_a_household_has_one_seller_that_is_not_closed(session, seller, household, farmer):
    with pytest.raises(SellerStands):
        services.apply_to_sell(session, household_id=household.id, display_name="另一家", by=farmer)
    services.close_seller(session, seller_id=seller.id, by=person(session), reason="mistake")
    services.apply_to_sell(session, household_id=household.id, display_name="另一家", by=farmer)


def test_a_closed_seller_never_opens_again(session, seller):
    official = person(session)
    services.close_seller(session, seller_id=seller.id, by=official, reason="ended")
    with pytest.raises(SellerStep):
        services.approve_seller(session, seller_id=seller.id, by=official)


def test_a_suspended_seller_can_be_resumed(session, seller):
    official = person(session)
    services.approve_seller(session, seller_id=seller.id, by=official)
    services.suspend_seller(session, seller_id=seller.id, by=official, reason="complaint")
    assert queries.seller_cards(session, [seller.id])[seller.id].state is SellerState.SUSPENDED
    services.resume_seller(session, seller_id=seller.id, by=official)
    assert queries.seller_cards(session, [seller.id])[seller.id].state is SellerState.APPROVED


def test_only_the_edges_of_the_table_are_legal():
    legal = {(before, after) for before, afters in SELLER_EDGES.items() for after in afters}
    for before in SellerState:
        for after in SellerState:
            assert may_become(before, after) == ((before, after) in legal)
    assert not SELLER_EDGES[SellerState.CLOSED]


def test_the_name_is_shown_only_while_consent_stands_and_withdrawing_it_costs_no_sale(session, seller, household, farmer):
    official = person(session)
    services.approve_seller(session, seller_id=seller.id, by=official)
    assert queries.seller_cards(session, [seller.id])[seller.id].display_name == f"农户{seller.ref}"
    services.give_consent(session, household_id=household.id, kind=ConsentKind.NAME, by=farmer)
    assert queries.seller_cards(session, [seller.id])[seller.id].display_name == "刘家莲子"
    services.withdraw_consent(session, household_id=household.id, kind=ConsentKind.NAME, by=farmer)
    card = queries.seller_cards(session, [seller.id])[seller.id]
    assert card.display_name == f"农户{seller.ref}"
    assert card.state is SellerState.APPROVED


def test_giving_consent_twice_is_one_consent(session, household, farmer):
    first = services.give_consent(session, household_id=household.id, kind=ConsentKind.PHOTO, by=farmer)
    assert services.give_consent(session, household_id=household.id, kind=ConsentKind.PHOTO, by=farmer).id == first.id


def test_an_enterprise_shows_its_name_without_asking(session, household):
    clerk = person(session)
    seller = services.apply_to_sell(session, village_code=VILLAGE, kind=SellerKind.ENTERPRISE, display_name="莲花电商", by=clerk)
    assert queries.seller_cards(session, [seller.id])[seller.id].display_name == "莲花电商"


def test_a_seller_needs_a_name(session, household, farmer):
    with pytest.raises(NameNeeded):
        services.apply_to_sell(session, household_id=household.id, display_name="", by=farmer)
    with pytest.raises(NameNeeded):
        services.apply_to_sell(session, household_id=household.id, display_name="莲" * 61, by=farmer)


def test_applications_wait_in_their_area_alone(session, seller):
    assert session.scalar(queries.sellers_waiting(("360321101",))) == 1
    assert session.scalar(queries.sellers_waiting(("360321102",))) == 0
    assert session.scalar(queries.sellers_waiting(())) == 0


def test_an_invented_household_can_be_made_to_sell_in_one_call(session, household):
    other, farmer, seller = selling_household(session, SEALER)
    assert (seller.state, seller.household_id) == (SellerState.APPROVED, other.id)
    assert queries.households_of_user(session, farmer) == {other.id}
