"""The household's money on the desk; pay-outs and disputes in the office."""

import re

import pytest

from marketplace.assistance import services as assistance
from marketplace.farmers import services as farmers
from marketplace.farmers.queries import references
from marketplace.income import queries, services
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from tests.farmers import places
from tests.farmers.places import VILLAGE
from tests.income.sales import LATER, MONTH, SELLER, earn, fact, village


@pytest.fixture
def shop(app, writing, client):
    """A household with one earned sale, its farmer, and officials of its township and of another."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with clock.stopped_at(LATER):
        who = village(writing)
        farmers.match_user_to_household(writing, household_id=who.household_id, user_id=who.farmer, by=who.clerk)
        services.accrue_sale(writing, fact=fact(1, who.household_id))
        earn(writing)
        people = {
            "farmer": who.farmer,
            "stranger": places.person(writing),
            "helper": places.official(writing, "helper", VILLAGE),
            "clerk": places.official(writing, "township_official", VILLAGE[:9]),
            "cashier": places.official(writing, "county_official", VILLAGE[:6]),
            "elsewhere": places.official(writing, "township_official", "360321102"),
            "auditor": places.official(writing, "auditor", VILLAGE[:6]),
        }
        assistance.assign_helper(
            writing, household_id=who.household_id, name="周小英", organisation="", on=places.DAY, by=who.clerk,
            sealer=app.extensions["sealer"], user_id=people["helper"],
        )  # fmt: skip
        ref = references.refs_of_households(writing, [who.household_id])[who.household_id]
        writing.commit()
        (line,) = queries.statement(writing, who.household_id, MONTH).lines
        yield people, who, ref, line.line.attribution_id


def state(writing, who):
    writing.rollback()
    return queries.statement(writing, who.household_id, MONTH).lines[0]


def test_the_farmer_sees_the_month_and_confirms_a_line(shop, client, writing):
    people, who, _, line = shop
    places.enter(client, people["farmer"])
    page = client.get("/desk/money").get_data(as_text=True)
    assert "¥450.00" in page
    page = client.get(f"/desk/money/{MONTH}").get_data(as_text=True)
    assert "¥424.73" in page
    assert "Please check" in page
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page)
    moved = client.post(f"/desk/money/{MONTH}/lines/{line}/confirm", data={"seen": f"1{seen}"})
    assert "changed while you were looking" in client.get(moved.location).text
    assert state(writing, who).state == "open"
    answer = client.post(f"/desk/money/{MONTH}/lines/{line}/confirm", data={"seen": seen})
    assert answer.status_code == 303
    assert "Confirmed" in client.get(answer.location).get_data(as_text=True)
    assert state(writing, who).state == "confirmed"


def test_a_month_of_many_sales_is_shown_in_pages_and_a_button_leads_back_to_its_page(shop, client, writing):
    people, who, _, _ = shop
    for number in range(2, 36):
        services.accrue_sale(writing, fact=fact(number, who.household_id))
    writing.commit()
    places.enter(client, people["farmer"])
    page = client.get(f"/desk/money/{MONTH}").text
    assert "¥15,750.00" in page, "thirty-five sales, of which this page shows thirty"
    assert "35 lines of this month wait for your word." in page
    assert page.count('id="line-') == 30
    following = re.search(r'href="([^"]+)"[^>]*>Earlier sales', page)[1].replace("&amp;", "&")
    page = client.get(following).text
    assert page.count('id="line-') == 5
    before = re.search(r'name="before" value="(\d+)"', page)[1]
    line = re.search(r'id="line-(\d+)"', page)[1]
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    back = client.post(f"/desk/money/{MONTH}/lines/{line}/confirm", data={"before": before, "seen": seen}).location
    assert f'id="line-{line}"' in client.get(back).text
    assert "34 lines" in client.get(f"/desk/money/{MONTH}").text


def test_one_button_agrees_to_all_that_a_page_shows_and_to_nothing_that_moved(shop, client, writing):
    people, who, _, line = shop
    for number in range(2, 5):
        services.accrue_sale(writing, fact=fact(number, who.household_id))
    writing.commit()
    places.enter(client, people["farmer"])
    address = f"/desk/money/{MONTH}/confirm"
    shown = re.findall(r'name="line" value="([^"]+)"', client.get(f"/desk/money/{MONTH}").text)
    assert len(shown) == 4
    moved = client.post(address, data={"line": [*shown[:3], f"{shown[3]}1"]})
    assert "changed while you were looking" in client.get(moved.location).text
    assert client.post(address, data={"line": ["x:1"]}).status_code == 404
    client.post(f"/desk/money/{MONTH}/lines/{line}/dispute", data={"words": "Two packs are missing"})
    client.post(address, data={"line": shown})
    writing.rollback()
    lines = queries.statement(writing, who.household_id, MONTH).lines
    assert sorted(one.state for one in lines) == ["disputed", "open", "open", "open"], "one is disputed: nothing is agreed to"
    shown = re.findall(r'name="line" value="([^"]+)"', client.get(f"/desk/money/{MONTH}").text)
    assert "Confirmed" in client.get(client.post(address, data={"line": shown}).location).text
    writing.rollback()
    lines = queries.statement(writing, who.household_id, MONTH).lines
    assert sorted(one.state for one in lines) == ["confirmed", "confirmed", "confirmed", "disputed"]
    assert 'name="line"' not in client.get(f"/desk/money/{MONTH}").text


def test_a_dispute_goes_to_the_village_and_its_answer_comes_back(shop, client, writing):
    people, _, _, line = shop
    places.enter(client, people["farmer"])
    client.post(f"/desk/money/{MONTH}/lines/{line}/dispute", data={"words": "Two packs are missing"})
    places.enter(client, people["elsewhere"])
    assert "Two packs" not in client.get("/office/disputes").get_data(as_text=True)
    (waiting,) = queries.open_disputes(writing, (VILLAGE,))
    address = f"/office/disputes/{waiting.statement_line_id}/answer"
    assert client.post(address, data={"answer": "no"}).status_code == 404
    places.enter(client, people["clerk"])
    assert "Two packs" in client.get("/office/disputes").get_data(as_text=True)
    assert client.post(address, data={"answer": "They were refunded"}).status_code == 303
    places.enter(client, people["farmer"])
    assert "They were refunded" in client.get(f"/desk/money/{MONTH}").get_data(as_text=True)


def test_a_helper_confirms_only_with_the_household_s_word(shop, client, writing):
    people, who, ref, line = shop
    places.enter(client, people["helper"])
    address = f"/desk/money/{MONTH}/lines/{line}/confirm"
    page = client.get(f"/desk/money/{MONTH}?household={ref}").text
    wish = {"household": ref, "seen": re.search(r'name="seen" value="([^"]+)"', page)[1]}
    client.post(address, data=wish)
    assert state(writing, who).state == "open"
    client.post(address, data={"household": ref, "agreed": "yes"})
    assert state(writing, who).state == "open", "nothing says what was seen"
    client.post(address, data=wish | {"agreed": "yes"})
    assert state(writing, who).is_assisted


def test_a_helper_opens_the_money_of_no_other_household(shop, client, writing):
    people, who, _, _ = shop
    places.enter(client, people["helper"])
    refs = references.refs_of_households(writing, [who.household_id, who.neighbour_id])
    answers = {key: client.get(f"/desk/money?household={ref}").status_code for key, ref in refs.items()}
    assert answers == {who.household_id: 200, who.neighbour_id: 404}


@pytest.mark.parametrize("role", ["stranger", "auditor", "elsewhere", "clerk"])
def test_nobody_else_opens_a_household_s_money(shop, client, role):
    people, _, ref, line = shop
    places.enter(client, people[role])
    for answer in (
        client.get(f"/desk/money?household={ref}"),
        client.get(f"/desk/money/{MONTH}?household={ref}"),
        client.post(f"/desk/money/{MONTH}/lines/{line}/confirm", data={"household": ref, "agreed": "yes"}),
    ):
        assert answer.status_code in (403, 404)


@pytest.mark.parametrize("month", ["2026-13", "2026", "x", "2026-9", "２０２６-09"])
def test_a_month_that_is_none_is_not_found(shop, client, month):
    places.enter(client, shop[0]["farmer"])
    assert client.get(f"/desk/money/{month}").status_code == 404


def test_a_payout_takes_two_officials(shop, client, writing):
    people, _, _, _ = shop
    places.enter(client, people["clerk"])
    assert "¥424.73" in client.get("/office/payouts").get_data(as_text=True)
    form = f"/office/payouts/new/{SELLER}"
    assert "424.73" in client.get(form).get_data(as_text=True)
    refused = client.post(form, data={"key": "k", "amount": "424.74", "bank_ref": "ICBC-7"})
    assert refused.status_code == 422
    assert "At most ¥424.73" in refused.get_data(as_text=True)
    assert client.post(form, data={"key": "k", "amount": "", "bank_ref": ""}).status_code == 422
    assert client.post(form, data={"key": "k", "amount": "424.73", "bank_ref": "ICBC-7"}).status_code == 303
    (payout,) = queries.payouts(writing, (VILLAGE,))
    confirm = f"/office/payouts/{payout.ref}/confirm"
    client.post(confirm)
    assert balance(writing, "bank") == 0
    places.enter(client, people["elsewhere"])
    assert client.post(confirm).status_code == 404
    assert client.get(form).status_code == 404
    places.enter(client, people["auditor"])
    assert client.get("/office/payouts").status_code == 200
    assert client.post(confirm).status_code == 403
    places.enter(client, people["cashier"])
    client.post(confirm)
    writing.rollback()
    assert balance(writing, "bank") == -42473


def test_an_official_is_offered_no_payout_to_their_own_household(shop, client, writing):
    people, who, _, _ = shop
    farmers.match_user_to_household(writing, household_id=who.household_id, user_id=people["clerk"], by=people["cashier"])
    services.record_payout(writing, key="k", seller_ref=SELLER, amount_fen=100, bank_ref="B", prepared_by=people["cashier"])
    writing.commit()
    places.enter(client, people["clerk"])
    page = client.get("/office/payouts").text
    assert "Your own household’s: other officials confirm" in page
    assert f"/office/payouts/new/{SELLER}" not in page
    form = {"key": "k2", "amount": "1", "bank_ref": "ICBC-7"}
    assert "your own household&#39;s money" in client.post(f"/office/payouts/new/{SELLER}", data=form).text


def test_a_recorded_payout_can_be_withdrawn_with_a_reason(shop, client, writing):
    people = shop[0]
    payout = services.record_payout(
        writing, key="k", seller_ref=SELLER, amount_fen=100, bank_ref="B", prepared_by=people["clerk"]
    )
    writing.commit()
    places.enter(client, people["clerk"])
    address = f"/office/payouts/{payout.ref}/withdraw"
    client.post(address, data={"reason": ""})
    writing.rollback()
    assert queries.payout_by_ref(writing, payout.ref).state == "draft"
    client.post(address, data={"reason": "wrong slip"})
    writing.rollback()
    assert queries.payout_by_ref(writing, payout.ref).state == "withdrawn"
