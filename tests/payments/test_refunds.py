"""Approved refunds reach the buyer: by a machine in three steps, or by two officials; and the known answer to the fen."""

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.income import queries as income_queries
from marketplace.income import services as income
from marketplace.income.values import CostKind
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import parse_yuan
from marketplace.ledger.queries import balance
from marketplace.orders import queries as orders
from marketplace.orders import services as order_services
from marketplace.orders.values import OrderState, RefundReason, RefundState
from marketplace.payments import queries, refusals, services
from marketplace.payments.jobs import sweeps_for
from marketplace.payments.values import AttemptState, Outcome, TransferState
from tests.orders.sales import AT, asked, fair, place, sent
from tests.payments.money import GATEWAYS, breaches, chosen, paid_offline, sent_back

ANSWER = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))[
    "order_own_sale"
]


@pytest.fixture
def market(session):
    with clock.stopped_at(AT):
        yield fair(session)


def approved(session, market, line, quantity, **facts):
    refund = asked(session, line, quantity, by=market.buyer, **facts)
    order_services.approve_refund(session, refund_id=refund.id, by=market.second_official)
    return refund


def trial_paid(session, purchase):
    intent = chosen(session, purchase, "sandbox")
    services.pay_at_trial_till(session, gateways=GATEWAYS, intent_id=intent.id, key=f"t-{purchase.ref}", succeeds=True)
    return orders.purchase_by_id(session, purchase_id=purchase.id)


def state_of(session, refund):
    return orders.refund_by_id(session, refund_id=refund.id).state


def test_the_known_answer_comes_out_to_the_fen(session):
    with clock.stopped_at(AT):
        market = fair(session, unit_grams=100)
        village = market.village
        order_services.set_discount(
            session, seller_id=village.seller_id, threshold_fen=40000, off_fen=3000, from_on=clock.today(), to_on=clock.today(),
            by=village.farmer,
        )  # fmt: skip
        purchase = place(session, [(market.seed, 10)], province="北京市")
        assert purchase.total_fen == parse_yuan(ANSWER["buyer_paid"])
        paid_offline(session, purchase, village.official, market.second_official)
        line = sent(session, purchase.orders[0].id, village.farmer).lines[0]
    with clock.stopped_at(AT + dt.timedelta(days=1)):
        refund = approved(session, market, line, 2, reason=RefundReason.SPOILED)
        sent_back(session, refund, village.official, market.second_official)
        assert refund.amount_fen == parse_yuan(ANSWER["refund"])
    with clock.stopped_at(AT + dt.timedelta(hours=168)):
        assert order_services.complete_due(session) == 1
        source = f"order_line/{line.id}"
        for kind, key in ((CostKind.PACKING, "packing"), (CostKind.INPUTS, "inputs")):
            income.declare_cost(
                session, key=key, source=source, kind=kind, amount_fen=parse_yuan(ANSWER["declared_costs"][key]),
                by=village.farmer,
            )  # fmt: skip
        payout = income.record_payout(
            session, key="p", seller_ref=village.seller_ref, amount_fen=parse_yuan(ANSWER["payout"]), bank_ref="ICBC-1",
            prepared_by=village.official,
        )  # fmt: skip
        income.confirm_payout(session, payout_id=payout.id, by=market.second_official)
        assert balance(session, "fees/platform") == -parse_yuan(ANSWER["platform_fee"])
        assert balance(session, "fees/gateway") == -parse_yuan(ANSWER["gateway_fee"])
        assert balance(session, "freight") == -parse_yuan(ANSWER["freight"])
        assert balance(session, f"payable/{village.seller_ref}/earned") == 0
        assert balance(session, "clearing/offline") == 0
        # what is left in the bank is what the county keeps: the fees, and the freight it owes the carrier
        kept = parse_yuan(ANSWER["platform_fee"]) + parse_yuan(ANSWER["gateway_fee"]) + parse_yuan(ANSWER["freight"])
        assert balance(session, "bank") == kept
        household, month = village.household_id, clock.month_of(AT)
        statement = income_queries.statement(session, household, month).total
        assert statement.net_fen == parse_yuan(ANSWER["household_net"])
        assert statement == income_queries.household_figures(session, household, month)
        assert statement == income_queries.totals(session, area_code="360321", period=month)
        assert (statement.gross_fen, statement.refunds_fen) == (45_000, parse_yuan(ANSWER["refund"]))
        assert statement.fees_fen == parse_yuan(ANSWER["platform_fee"]) + parse_yuan(ANSWER["gateway_fee"])
        assert statement.earned_fen == statement.paid_fen == parse_yuan(ANSWER["payout"])
        assert breaches(session) == {}


def test_a_machine_sends_a_refund_in_three_steps(session, market):
    purchase = trial_paid(session, place(session, [(market.seed, 2)]))
    line = sent(session, purchase.orders[0].id, market.village.farmer).lines[0]
    refund = approved(session, market, line, 1)
    assert services.begin_refunds(session) == 1
    assert services.begin_refunds(session) == 0
    assert state_of(session, refund) == RefundState.SUBMITTED
    ((attempt, asked),) = queries.refunds_begun(session).items()
    assert (asked.gateway, asked.amount_fen, asked.amount_minor) == ("sandbox", refund.total_fen, refund.total_fen)
    answer = GATEWAYS.get("sandbox").refund(key=asked.key, payment_ref=asked.payment_ref, amount_minor=asked.amount_minor)
    # an answer that was lost is asked for again, and one that comes twice counts once
    assert services.finish_refunds(session, answers={attempt: Outcome(AttemptState.UNKNOWN, "")}) == 0
    assert services.finish_refunds(session, answers={attempt: answer}) == 1
    assert services.finish_refunds(session, answers={attempt: answer}) == 0
    assert state_of(session, refund) == RefundState.SUCCEEDED
    assert balance(session, "clearing/sandbox") == purchase.total_fen - refund.total_fen
    assert breaches(session) == {}


def test_the_sweeps_carry_a_refund_through(engine, session, market):
    purchase = trial_paid(session, place(session, [(market.seed, 2)]))
    refunds = order_services.cancel_order(session, order_id=purchase.orders[0].id, by=market.buyer, key="c")
    for refund in refunds:
        order_services.approve_refund(session, refund_id=refund.id, by=market.second_official)
    session.commit()
    sweeps = [sweep for sweep in sweeps_for({"gateways": GATEWAYS}) if sweep.name.endswith(("_refunds", "_intents"))]
    assert [sweep.perform(engine) for sweep in sweeps] == [1, 1, 0]
    assert [sweep.perform(engine) for sweep in sweeps] == [0, 0, 0]
    session.expire_all()
    assert orders.purchase_by_id(session, purchase_id=purchase.id).orders[0].state == OrderState.CANCELLED
    assert balance(session, "clearing/sandbox") == 0
    assert breaches(session) == {}


def test_a_refund_that_the_machine_refused_is_sent_by_two_officials(session, market):
    village = market.village
    purchase = trial_paid(session, place(session, [(market.seed, 2)]))
    line = sent(session, purchase.orders[0].id, village.farmer).lines[0]
    refund = approved(session, market, line, 1)
    with pytest.raises(refusals.NotByHand):
        services.record_refund_transfer(session, key="x", refund_id=refund.id, bank_ref="OUT-1", by=village.official)
    services.begin_refunds(session)
    attempt = next(iter(queries.refunds_begun(session)))
    services.finish_refunds(session, answers={attempt: Outcome(AttemptState.FAILED, "e", "card closed")})
    assert state_of(session, refund) == RefundState.FAILED
    sent_back(session, refund, village.official, market.second_official)
    assert state_of(session, refund) == RefundState.PAID_BY_HAND
    assert breaches(session) == {}


def test_whoever_sent_a_refund_does_not_confirm_it(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 2)])
    paid_offline(session, purchase, village.official, market.second_official)
    refund = approved(session, market, purchase.orders[0].lines[0], 1)
    transfer = services.record_refund_transfer(session, key="t", refund_id=refund.id, bank_ref="OUT-1", by=village.official)
    assert services.record_refund_transfer(session, key="t", refund_id=refund.id, bank_ref="?", by=village.official) == transfer
    with pytest.raises(refusals.NeedsSecondOfficial):
        services.confirm_refund_transfer(session, transfer_id=transfer.id, by=village.official)
    with pytest.raises(refusals.ReceiptClosed):
        services.record_refund_transfer(session, key="u", refund_id=refund.id, bank_ref="OUT-2", by=village.official)
    for _ in range(2):
        done = services.confirm_refund_transfer(session, transfer_id=transfer.id, by=market.second_official)
        assert done.state == TransferState.CONFIRMED
    assert state_of(session, refund) == RefundState.SUCCEEDED
    assert balance(session, "clearing/offline") == 0
    assert breaches(session) == {}


def test_nobody_sends_or_confirms_a_refund_to_themselves_or_of_what_their_household_sold(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 2)], buyer_user_id=market.buyer)
    paid_offline(session, purchase, village.official, market.second_official)
    refund = approved(session, market, purchase.orders[0].lines[0], 1)
    for person in (village.farmer, market.buyer):
        with pytest.raises(refusals.OwnPurchase):
            services.record_refund_transfer(session, key="t", refund_id=refund.id, bank_ref="OUT-1", by=person)
    transfer = services.record_refund_transfer(session, key="t", refund_id=refund.id, bank_ref="OUT-1", by=village.official)
    for person in (village.farmer, market.buyer):
        with pytest.raises(refusals.OwnPurchase):
            services.confirm_refund_transfer(session, transfer_id=transfer.id, by=person)
    assert state_of(session, refund) == RefundState.SUBMITTED
    assert breaches(session) == {}


def test_one_reference_of_the_bank_vouches_for_one_refund(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 3)])
    paid_offline(session, purchase, village.official, market.second_official)
    line = purchase.orders[0].lines[0]
    first, second = (approved(session, market, line, 1) for _ in range(2))

    def record(key, refund, bank_ref):
        return services.record_refund_transfer(session, key=key, refund_id=refund.id, bank_ref=bank_ref, by=village.official)

    transfer = record("t", first, "OUT-1")
    session.commit()
    with pytest.raises(refusals.ReferenceUsed):
        record("u", second, " OUT-1 ")
    with pytest.raises(IntegrityError), session.begin_nested():  # the database holds it too
        session.execute(
            text(
                "INSERT INTO refund_transfers (ref, key, refund_id, refund_ref, area_code, amount_fen, bank_ref, state,"
                " recorded_by, recorded_at) SELECT 'TX', 'x', :refund, :ref, area_code, 1, bank_ref, state, recorded_by,"
                " recorded_at FROM refund_transfers"
            ),
            {"refund": second.id, "ref": second.ref},
        )
    services.withdraw_refund_transfer(session, transfer_id=transfer.id, by=village.official, reason="写到别的退款上了")
    assert record("v", second, "OUT-1").refund_id == second.id
    assert breaches(session) == {}


def test_a_transfer_recorded_by_mistake_is_taken_back_and_sent_again(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 2)])
    paid_offline(session, purchase, village.official, market.second_official)
    refund = approved(session, market, purchase.orders[0].lines[0], 1)
    transfer = services.record_refund_transfer(session, key="t", refund_id=refund.id, bank_ref="OUT-1", by=village.official)
    with pytest.raises(refusals.ReasonNeeded):
        services.withdraw_refund_transfer(session, transfer_id=transfer.id, by=village.official, reason="")
    services.withdraw_refund_transfer(session, transfer_id=transfer.id, by=village.official, reason="账号写错")
    assert state_of(session, refund) == RefundState.FAILED
    assert breaches(session) == {}
    sent_back(session, refund, village.official, market.second_official)
    assert state_of(session, refund) == RefundState.SUCCEEDED
    assert breaches(session) == {}


def test_nobody_sends_a_refund_that_is_not_approved(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 2)])
    paid_offline(session, purchase, village.official, market.second_official)
    refund = asked(session, purchase.orders[0].lines[0], 1, by=market.buyer)
    with pytest.raises(Refusal):
        services.record_refund_transfer(session, key="t", refund_id=refund.id, bank_ref="OUT-1", by=village.official)
    assert services.begin_refunds(session) == 0
