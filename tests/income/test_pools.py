"""`order_cooperative_pool` of the known answers through rules and services, to the fen; no fen counts twice."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.farmers import services as farmers
from marketplace.income import queries, refusals, rules, services
from marketplace.income.models import Attribution, DistributionLine
from marketplace.income.values import TOURS, CostKind, Member
from marketplace.kernel import clock
from marketplace.kernel.money import parse_yuan
from marketplace.ledger.queries import balance
from tests.farmers import places
from tests.income import payees
from tests.income.sales import LATER, breaches, earn, fact, refund

ANSWER = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))[
    "order_cooperative_pool"
]
KILO, PRICE = 1000, 520


def fen(name):
    told = ANSWER[name]
    return [parse_yuan(one) for one in told] if isinstance(told, list) else parse_yuan(told)


@pytest.fixture
def here(session):
    """A pooled lot of 100 kg: 40 and 30 of two households with sellers, 30 of one that is on no record; and its sale."""
    made = payees.payees(session)
    who = made.who
    with clock.stopped_at(LATER):
        lot = services.open_lot(
            session, ref="LOT-1", seller_ref=made.coop, category="rice", title="大米", grams=100 * KILO, by=who.clerk
        )  # fmt: skip
        for number, (household, kilos) in enumerate(((who.household_id, 40), (who.neighbour_id, 30), (None, 30))):
            give(session, lot, household, kilos, number, who)
        for household, parts in ((who.household_id, 20), (who.neighbour_id, 10), (None, 70)):
            services.set_equity(session, seller_ref=made.coop, household_id=household, parts=parts, by=who.clerk)
        services.accrue_sale(session, fact=fact(1, None, seller_ref=made.coop, gross_fen=90000, gateway_fee_fen=540))
        earn(session, 1)
        session.commit()
        yield made, lot


def give(session, lot, household, kilos, number, who):
    return services.contribute(
        session, key=f"c{number}", lot_id=lot.id, household_id=household, grams=kilos * KILO, price_fen=kilos * PRICE,
        weigh_ticket=f"磅单{number}", witness="周小英", by=who.clerk,
    )  # fmt: skip


def prepare(session, here, key="d", **changed):
    made, lot = here
    wish = {"processing_fen": 15000, "reserve_bp": 1000, "patronage_bp": 6000, "sources": ["order_line/1"]} | changed
    return services.prepare_distribution(session, key=key, lot_id=lot.id, by=made.who.clerk, **wish)


def lines(session, distribution):
    return session.query(DistributionLine).filter_by(distribution_id=distribution.id).order_by(DistributionLine.position).all()


def test_the_known_answer_by_the_rules_alone():
    members = [
        Member(40 * KILO, 40 * PRICE, 20), Member(30 * KILO, 30 * PRICE, 10), Member(30 * KILO, 30 * PRICE, 0), Member(0, 0, 70),
    ]  # fmt: skip
    found = rules.shares(90000, 4500 + 540, 15000, members, reserve_bp=1000, patronage_bp=6000)
    assert (found.surplus_fen, found.reserve_fen, found.distributable_fen) == (
        fen("surplus"),
        fen("reserve"),
        fen("distributable"),
    )
    assert (sum(found.patronage), sum(found.dividends)) == (fen("patronage_total"), fen("dividend_total"))
    assert list(found.patronage) == [*fen("patronage"), 0]
    assert list(found.dividends) == fen("dividends")


@pytest.mark.parametrize("sale", [0, 1, 57_040, 57_041, 72_041, 90_000, 90_001, 10**9])
@pytest.mark.parametrize(("reserve", "patronage"), [(0, 0), (1000, 6000), (3333, 3333), (10_000, 10_000), (0, 10_000)])
def test_whatever_is_shared_adds_up_and_a_loss_shares_nothing(sale, reserve, patronage):
    members = [Member(40, 20800, 20), Member(31, 15600, 0), Member(0, 0, 7)]
    found = rules.shares(sale, 5040, 15000, members, reserve_bp=reserve, patronage_bp=patronage)
    assert found.surplus_fen == sale - 5040 - 15000 - 36400
    assert found.reserve_fen + found.distributable_fen == max(found.surplus_fen, 0)
    assert min((*found.patronage, *found.dividends)) >= 0
    assert (found.patronage[2], found.dividends[1]) == (0, 0), "who gave nothing, who owns nothing"


def test_the_known_answer_through_the_services(session, here):
    made, _lot = here
    who = made.who
    distribution = prepare(session, here)
    assert prepare(session, here).id == distribution.id
    assert (distribution.surplus_fen, distribution.reserve_fen) == (fen("surplus"), fen("reserve"))
    h1, h2, others = lines(session, distribution)
    assert [h1.patronage_fen, h2.patronage_fen, others.patronage_fen] == fen("patronage")
    dividends = fen("dividends")
    assert [h1.dividend_fen, h2.dividend_fen, others.dividend_fen] == [dividends[0], dividends[1], dividends[2] + dividends[3]]
    assert (h1.seller_ref, h2.seller_ref, others.seller_ref) == (made.home, made.next, None)
    assert balance(session, f"payable/{made.home}/earned") == 0, "nothing moves before another approves"
    with pytest.raises(refusals.SameOfficial):
        services.approve_distribution(session, distribution_id=distribution.id, by=who.clerk)
    services.approve_distribution(session, distribution_id=distribution.id, by=who.cashier)
    services.approve_distribution(session, distribution_id=distribution.id, by=who.cashier)
    business = f"distribution/{distribution.ref}/0/business"
    services.declare_cost(
        session, key="inputs", source=business, kind=CostKind.INPUTS, amount_fen=fen("h1_inputs"), by=who.farmer, at=LATER
    )
    session.commit()
    month = queries.statement(session, who.household_id, "2026-09")
    assert month.total.net_fen == fen("h1_net")
    categories = {row.income_category: row.gross_fen for row in session.query(Attribution).filter_by(seller_ref=made.home)}
    assert categories == {"business": 40 * PRICE + fen("patronage")[0], "property": dividends[0]}
    registered = sum(row.gross_fen for row in session.query(Attribution).filter(Attribution.household_id.is_not(None)))
    assert f"{registered / 90000 * 100:.2f}" == ANSWER["registered_share_of_sale_percent"]
    whole = queries.totals(session, payees.COUNTY, "2026-09")
    assert (whole.gross_fen, whole.earned_fen) == (90000, 90000 - 5040), "what members got is counted once"
    assert -balance(session, f"payable/{made.coop}/earned") == 90000 - 5040 - registered
    assert queries.sum_of_lines(session, area_code=payees.COUNTY, period="2026-09") == whole
    assert breaches(session) == {}
    batch = payees.prepared(session, who)
    assert {ref: one.amount_fen for ref, one in payees.attempts(session, batch).items()} == {
        made.home: 40 * PRICE + fen("patronage")[0] + dividends[0],
        made.next: 30 * PRICE + fen("patronage")[1] + dividends[1],
        made.coop: 90000 - 5040 - registered,
    }


def test_members_give_no_more_than_the_lot_holds_and_each_sack_once(session, here):
    made, lot = here
    assert give(session, lot, None, 30, 2, made.who).grams == 30 * KILO, "the same key"
    with pytest.raises(refusals.LotFull):
        give(session, lot, None, 1, 9, made.who)
    session.commit()
    for change in ("UPDATE lot_contributions SET grams = 1", "UPDATE pooled_lots SET contributed_grams = grams + 1"):
        with pytest.raises(IntegrityError):
            session.execute(text(change))
        session.rollback()


def test_a_lot_and_a_sale_are_shared_once_unless_it_was_withdrawn(session, here):
    made, lot = here
    first = prepare(session, here)
    with pytest.raises(refusals.LotShared):
        prepare(session, here, "other")
    with pytest.raises(refusals.LotShared):
        give(session, lot, None, 1, 9, made.who)
    services.withdraw_distribution(session, distribution_id=first.id, by=made.who.clerk, reason="加工费写错")
    with pytest.raises(refusals.DistributionClosed):
        services.approve_distribution(session, distribution_id=first.id, by=made.who.cashier)
    second = prepare(session, here, "second", processing_fen=14000)
    assert second.surplus_fen == fen("surplus") + 1000
    services.approve_distribution(session, distribution_id=second.id, by=made.who.cashier)
    other = services.open_lot(
        session, ref="LOT-2", seller_ref=made.coop, category="rice", title="大米", grams=KILO, by=made.who.clerk
    )
    with pytest.raises(refusals.SaleUnknown):
        prepare(session, (made, other), "third")


def test_visits_that_a_cooperative_sold_are_no_goods_of_a_lot(session, here):
    made, lot = here
    goods = queries.sales_to_share(session, made.coop)
    services.accrue_sale(session, fact=fact(77, None, seller_ref=made.coop, category_code=TOURS, is_tour=True))
    earn(session, 77)
    assert queries.sales_to_share(session, made.coop) == goods
    assert queries.latest_category(session, made.coop) != TOURS
    with pytest.raises(refusals.SaleUnknown):
        services.prepare_distribution(
            session, key="visits", lot_id=lot.id, sources=["order_line/77"], processing_fen=0, reserve_bp=0, patronage_bp=0,
            by=made.who.clerk,
        )  # fmt: skip


def test_what_was_paid_out_or_refunded_is_not_shared_again(session, here):
    made, _lot = here
    distribution = prepare(session, here)
    services.record_payout(
        session, key="p", seller_ref=made.coop, amount_fen=50000, bank_ref="现金-1", prepared_by=made.who.clerk
    )  # fmt: skip
    with pytest.raises(refusals.PayoutExceedsEarned, match=r"349\.60"):
        services.approve_distribution(session, distribution_id=distribution.id, by=made.who.cashier)


def test_a_refund_after_sharing_is_the_pool_s_and_the_books_agree(session, here):
    made, _lot = here
    distribution = prepare(session, here)
    services.approve_distribution(session, distribution_id=distribution.id, by=made.who.cashier)
    refund(session, 45000, 45000)
    session.commit()
    assert -balance(session, f"payable/{made.coop}/earned") == 90000 - 5040 - 45129 - 45000 + 2250
    assert breaches(session) == {}


def test_nobody_approves_a_share_of_their_own_household(session, here):
    made, _lot = here
    farmers.match_user_to_household(session, household_id=made.who.neighbour_id, user_id=made.who.cashier, by=made.who.clerk)
    distribution = prepare(session, here)
    with pytest.raises(refusals.OwnMoney):
        services.approve_distribution(session, distribution_id=distribution.id, by=made.who.cashier)
    assert places.VILLAGE in {distribution.village_code}
