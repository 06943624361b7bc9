"""The pages: what is held, who saw it, taking it along, and erasure from the asking to the card that says so."""

import json
import re

import pytest
from sqlalchemy import select

from marketplace.accounts.models import AuditEvent
from marketplace.assistance import services as record
from marketplace.assistance.values import MaskedField, MeasureKind
from marketplace.assistance.values.help import PlanDraft
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as verbs
from marketplace.kernel import clock
from marketplace.privacy import queries
from marketplace.privacy.values import ErasureState
from tests.farmers import places
from tests.farmers.places import enter


@pytest.fixture
def county(app, writing):
    sealer = app.extensions["sealer"]
    places.county(writing)
    made = {
        "first": places.official(writing, "county_official", "360321"),
        "second": places.official(writing, "county_official", "360321"),
        "township": places.official(writing, "township_official", "360321101"),
        "farmer": places.person(writing, "刘一"),
    }
    people = (places.member(1, name="刘一"), places.member(2, "spouse", name="陈二妹"))
    home = verbs.open_household(
        writing, entry=places.entry("L-9", members=people, phone="19900000077"), on=places.DAY, sealer=sealer
    )
    verbs.match_user_to_household(writing, household_id=home.id, user_id=made["farmer"], by=made["first"])
    record.record_visit(writing, household_id=home.id, by=made["township"], visited_on=clock.today(), note="在家", sealer=sealer)
    head = farmers.member_views(writing, home.id, sealer=sealer)[0]
    record.unmask(
        writing, household_id=home.id, field=MaskedField.NAME, reason="核对身份证", by=made["township"], sealer=sealer,
        member_ref=head.ref,
    )  # fmt: skip
    writing.commit()
    return made | {"home": home.id, "ref": home.ref}


@pytest.fixture
def browsing(open_browser):
    def as_somebody(user_id):
        browser = open_browser()
        enter(browser, user_id)
        return browser

    return as_somebody


def test_a_household_reads_what_is_held_who_saw_it_and_changes_its_mind(browsing, writing, county):
    farmer = browsing(county["farmer"])
    assert "/desk/my-data" in farmer.get("/desk/").text
    page = farmer.get(f"/desk/my-data/{county['ref']}")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "核对身份证" in page.text
    assert "19900000077" not in page.text
    assert farmer.post(f"/desk/profile/{county['ref']}/consent", data={"kind": "name", "give": "1"}).status_code == 303
    assert farmers.standing_consents(writing, [county["home"]]) == {county["home"]: frozenset({"name"})}


def test_what_is_taken_along_shows_ones_own_number_and_masks_the_others_and_is_noted(app, browsing, writing, county):
    record.load_measure_rules(writing)
    draft = PlanDraft(MeasureKind.CULTURE, plan="学竹编", expected="能卖竹篮", own_reason="老人愿意教")
    record.choose_measure(
        writing, household_id=county["home"], draft=draft, by=county["first"], key="plan", sealer=app.extensions["sealer"]
    )
    writing.commit()
    farmer = browsing(county["farmer"])
    sent = farmer.post(f"/desk/my-data/{county['ref']}/export", data={"format": "json"})
    assert sent.mimetype == "application/json"
    held = json.loads(sent.text)
    own, spouse = held["people"]
    assert own["id_number"] == places.id_of(1)
    assert (spouse["name"], spouse["id_number"]) == ("陈**", "3603**********" + places.id_of(2)[-4:])
    assert held["household"][0]["phone"] == "19900000077"
    assert [one["note"] for one in held["visits"]] == ["在家"]
    assert [(one["plan"], one["expected"]) for one in held["plans"]] == [("学竹编", "能卖竹篮")]
    assert [held[name] for name in ("outcomes", "courses", "cases")] == [[], [], []]
    assert any(look["reason"] == "核对身份证" for look in held["looks"])
    shown = farmer.post(f"/desk/my-data/{county['ref']}/export", data={"format": "html"}).text
    assert places.id_of(1) in shown
    assert places.id_of(2) not in shown
    deeds = writing.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.export")).all()
    assert [(one.user_id, one.object_ref) for one in deeds] == [(county["farmer"], county["ref"])] * 2


def test_a_buyer_takes_along_an_account_and_asks_for_its_end(browsing, writing, county):
    user_id = places.person(writing, "王雨", "19910000999")
    buyer = browsing(user_id)
    assert "/mine/data" in buyer.get("/mine").text
    assert buyer.get("/mine/data").status_code == 200
    held = json.loads(buyer.post("/mine/data/export", data={"format": "json"}).text)
    assert held["account"][0]["phone"] == "19910000999"
    assert buyer.post("/mine/data/erase").status_code == 303
    assert queries.latest_of_account(writing, user_id).state is ErasureState.ASKED
    buyer.post("/mine/data/erase", data={"withdraw": "1"})
    assert queries.latest_of_account(writing, user_id).state is ErasureState.WITHDRAWN


def test_two_officials_erase_a_household_and_its_card_says_so(browsing, writing, county):
    township, first, second = (browsing(county[who]) for who in ("township", "first", "second"))
    address = f"/office/households/{county['ref']}"
    assert f"{address}/privacy" in township.get(address).text
    assert township.get(f"{address}/privacy").status_code == 200
    assert township.post(f"{address}/privacy").status_code == 303
    line = queries.latest_of_household(writing, county["home"])
    assert county["ref"] in township.get("/office/erasures").text
    assert township.post(f"/office/erasures/{line.ref}/approve").status_code == 403
    first.post(f"/office/erasures/{line.ref}/propose")
    assert f"/office/erasures/{line.ref}/approve" not in first.get(f"/office/erasures/{line.ref}").text
    assert f'"/office/erasures/{line.ref}"' in first.get("/office/erasures").text
    first.post(f"/office/erasures/{line.ref}/approve")
    writing.expire_all()
    assert queries.request_by_ref(writing, line.ref).state is ErasureState.PROPOSED
    assert f"/office/erasures/{line.ref}/approve" in second.get(f"/office/erasures/{line.ref}").text
    second.post(f"/office/erasures/{line.ref}/approve")
    card = second.get(address).text
    assert "Personal data erased" in card
    assert not re.search(r"刘\*|1990\*|在家", card)
    assert browsing(county["farmer"]).get(f"/desk/my-data/{county['ref']}").status_code in (403, 404)


def test_a_request_is_turned_down_with_words_that_the_person_reads(browsing, writing, county):
    farmer, first = browsing(county["farmer"]), browsing(county["first"])
    farmer.post(f"/desk/my-data/{county['ref']}/erase")
    ref = queries.latest_of_household(writing, county["home"]).ref
    first.post(f"/office/erasures/{ref}/refuse", data={"words": "否"})
    assert queries.request_by_ref(writing, ref).is_open
    first.post(f"/office/erasures/{ref}/refuse", data={"words": "还有一笔款没有付清"})
    assert "还有一笔款没有付清" in farmer.get(f"/desk/my-data/{county['ref']}").text
