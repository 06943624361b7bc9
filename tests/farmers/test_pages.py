"""Sellers' pages: matching in person, approval, the household's own profile."""

import pytest

from marketplace.farmers import queries, services
from tests.farmers.places import DAY, county, enter, entry, member, official, person

TOWN, OTHER_TOWN, VILLAGE = "360321101", "360321102", "360321101005"


@pytest.fixture
def household(app, writing):
    county(writing)
    row = services.open_household(writing, entry=entry(), on=DAY, sealer=app.extensions["sealer"])
    writing.commit()
    return row


@pytest.fixture
def village(writing, household):
    user = official(writing, "village_official", VILLAGE)
    writing.commit()
    return user


@pytest.fixture
def farmer(writing, household, village):
    user = person(writing, "刘一", phone="19900000077")
    services.match_user_to_household(writing, household_id=household.id, user_id=user, by=village)
    writing.commit()
    return user


def seller_of(writing, household):
    writing.expire_all()
    return queries.sellers_of_household(writing, household.id)[0]


def test_a_farmer_applies_and_the_village_approves(client, household, farmer, village, writing):
    enter(client, farmer)
    assert "What shall buyers call you?" in client.get("/desk/join").text
    assert client.post(f"/desk/join/{household.ref}", data={"display_name": "刘家莲子"}).status_code == 303
    assert "Waits for the village" in client.get("/desk/join").text
    seller = seller_of(writing, household)
    enter(client, village)
    assert "刘家莲子" in client.get("/office/sellers").text
    assert client.post(f"/office/sellers/{seller.ref}/approve").status_code == 303
    assert seller_of(writing, household).state == "approved"
    assert "May sell" in client.get(f"/office/sellers/{seller.ref}").text


def test_a_stopped_seller_is_resumed_and_closed(client, household, farmer, village, writing):
    seller = services.apply_to_sell(writing, household_id=household.id, display_name="刘家", by=farmer)
    services.approve_seller(writing, seller_id=seller.id, by=village)
    writing.commit()
    enter(client, village)
    for step, state in (("suspend", "suspended"), ("resume", "approved"), ("close", "closed")):
        client.post(f"/office/sellers/{seller.ref}/{step}", data={"reason": "complaint"})
        assert seller_of(writing, household).state == state
    client.post(f"/office/sellers/{seller.ref}/approve")
    assert seller_of(writing, household).state == "closed"


def test_a_person_is_matched_only_by_an_official_who_met_them(client, household, village, writing):
    user = person(writing, "刘二", phone="19900000088")
    writing.commit()
    enter(client, village)
    form = {"phone": "19900000088", "household": household.ref}
    assert "met in person" in client.post("/office/sellers/match", data=form).text
    assert queries.households_of_user(writing, user) == frozenset()
    answer = client.post("/office/sellers/match", data={**form, "met": "1", "display_name": "刘家"})
    assert answer.status_code == 303
    writing.expire_all()
    assert queries.households_of_user(writing, user) == {household.id}
    assert seller_of(writing, household).state == "applied"


def test_matching_refuses_unknown_phones_and_foreign_households(client, household, village, writing):
    elsewhere = official(writing, "township_official", OTHER_TOWN)
    person(writing, "刘二", phone="19900000088")
    writing.commit()
    enter(client, village)
    data = {"phone": "19911111111", "household": household.ref, "met": "1"}
    assert "Nobody has an account" in client.post("/office/sellers/match", data=data).text
    enter(client, elsewhere)
    for typed in (household.ref, "H1", "H00000000"):
        data = {"phone": "19900000088", "household": typed, "met": "1"}
        assert "no such household in your area" in client.post("/office/sellers/match", data=data).text


def test_sellers_of_other_areas_are_not_there(client, household, farmer, writing):
    seller = services.apply_to_sell(writing, household_id=household.id, display_name="刘家", by=farmer)
    elsewhere = official(writing, "township_official", OTHER_TOWN)
    auditor = official(writing, "auditor", "360321")
    writing.commit()
    enter(client, elsewhere)
    assert client.get(f"/office/sellers/{seller.ref}").status_code == 404
    assert client.post(f"/office/sellers/{seller.ref}/approve").status_code == 404
    assert "刘家" not in client.get("/office/sellers").text
    enter(client, auditor)
    assert client.get(f"/office/sellers/{seller.ref}").status_code == 200
    assert client.post(f"/office/sellers/{seller.ref}/approve").status_code == 403


def test_consent_is_given_and_taken_back_without_losing_sales(client, household, farmer, village, writing):
    seller = services.apply_to_sell(writing, household_id=household.id, display_name="刘家", by=farmer)
    services.approve_seller(writing, seller_id=seller.id, by=village)
    writing.commit()
    enter(client, farmer)
    for give, name in (("1", "刘家"), ("0", f"农户{seller.ref}")):
        client.post(f"/desk/profile/{household.ref}/consent", data={"kind": "name", "give": give})
        card = queries.seller_cards(writing, [seller.id])[seller.id]
        assert (card.display_name, card.state) == (name, "approved")
    assert client.post(f"/desk/profile/{household.ref}/consent", data={"kind": "nonsense"}).status_code == 303


def test_the_household_changes_its_name(client, household, farmer, writing):
    services.apply_to_sell(writing, household_id=household.id, display_name="刘家", by=farmer)
    writing.commit()
    enter(client, farmer)
    assert client.post(f"/desk/profile/{household.ref}/name", data={"display_name": "刘家莲塘"}).status_code == 303
    assert seller_of(writing, household).display_name == "刘家莲塘"
    assert client.post(f"/desk/profile/{household.ref}/name", data={"display_name": ""}).status_code == 400
    assert client.post(f"/desk/profile/{household.ref}/name", data={"display_name": "莲" * 61}).status_code == 400


def test_a_stranger_reads_and_changes_no_profile(client, household, farmer, writing):
    stranger = person(writing, "张三")
    writing.commit()
    enter(client, stranger)
    assert client.get("/desk/profile").status_code == 403
    assert client.post(f"/desk/join/{household.ref}", data={"display_name": "x"}).status_code == 403
    assert "official meets you" in client.get("/desk/join").text
    other = services.open_household(
        writing, entry=entry("H2", members=(member(3),)), on=DAY, sealer=client.application.extensions["sealer"]
    )
    writing.commit()
    enter(client, farmer)
    for path in ("consent", "name"):
        assert client.post(f"/desk/profile/{other.ref}/{path}", data={"kind": "name", "give": "1"}).status_code == 404


def test_profile_and_join_open_in_both_languages(client, household, farmer):
    enter(client, farmer)
    for path in ("/desk/join", "/desk/profile"):
        for language in ("zh", "en"):
            assert client.get(f"{path}?lang={language}").status_code == 200
