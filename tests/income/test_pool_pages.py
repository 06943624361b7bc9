"""Pooled lots in the office: gathered, weighed, shared by one official, approved by another, and read on the member's phone."""

import pytest

from marketplace.farmers import queries as farmer_queries
from marketplace.farmers import services as farmers
from marketplace.income import queries, services
from marketplace.kernel import clock, ids
from marketplace.ledger.queries import balance
from tests.farmers import places
from tests.farmers.places import VILLAGE
from tests.income import payees
from tests.income.sales import LATER, earn, fact


@pytest.fixture
def office(writing, client):
    """A cooperative with an earned sale of 900.00, its member household, and officials of three reaches."""
    client.set_cookie("lang", "en")
    made = payees.payees(writing)
    with clock.stopped_at(LATER):
        farmers.match_user_to_household(
            writing, household_id=made.who.household_id, user_id=made.who.farmer, by=made.who.clerk
        )  # fmt: skip
        services.accrue_sale(writing, fact=fact(1, None, seller_ref=made.coop, gross_fen=90_000, gateway_fee_fen=540))
        earn(writing, 1)
        people = {
            "one": places.official(writing, "county_official", VILLAGE[:6]),
            "other": places.official(writing, "township_official", VILLAGE[:9]),
            "elsewhere": places.official(writing, "township_official", "360321102"),
            "auditor": places.official(writing, "auditor", VILLAGE[:6]),
            "farmer": made.who.farmer,
        }
        ref = farmer_queries.household(writing, made.who.household_id).ref
        writing.commit()
        yield people, made, ref


def opened(client, people, made):
    places.enter(client, people["one"])
    return client.post(
        "/office/pools", data={"key": ids.uuid7(), "seller": made.coop, "title": "大米", "kilos": "100"}
    ).location  # fmt: skip


def shared(client, address, ref):
    """Write down 40 kg of the household and 60 of others, their parts, and prepare the sharing; return the distribution."""
    for household, kilos, price, ticket in ((ref, "40", "208", "1"), ("", "60", "312", "2")):
        client.post(
            f"{address}/contributions",
            data={
                "key": ids.uuid7(), "household": household, "kilos": kilos, "price": price, "weigh_ticket": ticket,
                "witness": "周小英",
            },
        )  # fmt: skip
    for household, parts in ((ref, "30"), ("", "70")):
        client.post(f"{address}/equities", data={"household": household, "parts": parts})
    client.post(
        f"{address}/distributions",
        data={"key": ids.uuid7(), "source": "order_line/1", "processing": "50", "reserve": "10", "patronage": "60"},
    )


def of_lot(writing, address):
    writing.rollback()
    lot = queries.lot_by_ref(writing, address.rsplit("/", 1)[1])
    return lot, queries.distributions_of_lot(writing, lot.id)


def test_a_lot_is_shared_by_two_officials_and_the_member_reads_its_parts_in_words(office, client, writing):
    people, made, ref = office
    address = opened(client, people, made)
    shared(client, address, ref)
    lot, (draft,) = of_lot(writing, address)
    assert (lot.contributed_grams, draft.state, draft.purchase_fen) == (100_000, "draft", 52_000)
    client.post(f"/office/pools/distributions/{draft.ref}/approve")
    assert of_lot(writing, address)[1][0].state == "draft", "whoever prepared approves nothing"
    assert "You prepared this" in client.get(address).text

    places.enter(client, people["other"])
    client.post(f"/office/pools/distributions/{draft.ref}/approve")
    (done,) = of_lot(writing, address)[1]
    assert done.state == "approved"
    mine = next(line for line in done.lines if line.household_id == made.who.household_id)
    assert balance(writing, f"payable/{made.home}/earned") == -mine.total_fen
    assert queries.sales_to_share(writing, made.coop) == []
    writing.rollback()

    places.enter(client, people["farmer"])
    page = client.get("/desk/money/2026-09").text
    assert "大米, sold by your cooperative" in page
    assert "Purchase price for 40" in page
    assert "Patronage by weight: ¥" in page
    assert "Dividend for 30 parts: ¥" in page


def test_what_is_incomplete_or_too_much_is_refused_in_words(office, client, writing):
    people, made, ref = office
    address = opened(client, people, made)
    given = {"key": ids.uuid7(), "household": ref, "kilos": "101", "price": "1", "weigh_ticket": "1", "witness": "周"}
    for wrong in ({}, {"kilos": "many"}, {"weigh_ticket": ""}):
        client.post(f"{address}/contributions", data=given | wrong)
        assert 'class="notice bad"' in client.get(address).text
    assert client.post(f"{address}/contributions", data=given | {"household": "HNOBODY"}).status_code == 404
    client.post("/office/pools", data={"key": ids.uuid7(), "seller": made.coop, "title": "", "kilos": "3"})
    lot, found = of_lot(writing, address)
    assert (lot.contributed_grams, found, len(queries.lots(writing, (VILLAGE[:6],)))) == (0, [], 1)


def test_a_draft_is_withdrawn_with_a_reason_and_shared_anew(office, client, writing):
    people, made, ref = office
    address = opened(client, people, made)
    shared(client, address, ref)
    _lot, (draft,) = of_lot(writing, address)
    client.post(f"/office/pools/distributions/{draft.ref}/withdraw", data={"reason": "重量写错了"})
    page = client.get(address).text
    assert "重量写错了" in page
    assert 'value="order_line/1"' in page


def test_the_auditor_reads_and_another_township_does_not(office, client, writing):
    people, made, _ref = office
    address = opened(client, people, made)
    places.enter(client, people["auditor"])
    page = client.get(address)
    assert page.status_code == 200
    assert '<form method="post" action="/office/pools' not in page.text
    assert address in client.get("/office/pools").text
    places.enter(client, people["elsewhere"])
    assert client.get(address).status_code == 404
    assert client.post("/office/pools", data={"seller": made.coop, "title": "x", "kilos": "1"}).status_code == 404
