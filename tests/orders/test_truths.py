"""Each truth of orders is broken once on purpose, past every guard, and is caught; whole orders break none."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.db import make_engine
from marketplace.orders import invariants, services
from marketplace.orders.ddl import TRIGGERS, statements
from tests.conftest import fresh_database
from tests.orders.sales import AT, asked, bought, fair, place, refunded, sent
from tests.sharing import sharing


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request, scratch):
    """Address of a database with the story, on each engine; the tests break it and roll back, so that one does for all."""
    with fresh_database(request, scratch) as url:
        engine = sharing(make_engine(url))
        with Session(engine) as session:
            tell(session)
        engine.dispose()
        yield url


@pytest.fixture
def session(told):
    engine = sharing(make_engine(told))
    with Session(engine) as session:
        yield session
        session.rollback()
    engine.dispose()


def tell(session):
    """Two sellers' orders: one delivered, refunded in part and earned, one on its way, one cancelled, one waiting."""
    market = fair(session)
    with clock.stopped_at(AT):
        first = bought(session, [(market.seed, 3), (market.tea, 1)], fee_fen=90)
        delivered = sent(session, first.orders[0].id, market.village.farmer)
        sent(session, first.orders[1].id, market.village.stranger, until="shipped")
        refunded(session, market, asked(session, delivered.lines[0], 1, restock=True))
        called_off = bought(session, [(market.rice, 1)])
        for refund in services.cancel_order(session, order_id=called_off.orders[0].id, by=market.buyer, key="c"):
            refunded(session, market, refund)
        asked(session, delivered.lines[0], 1, by=market.buyer)
        services.review_line(session, key="said", line_id=delivered.lines[0].id, stars=4, words="好", by=market.buyer)
    place(session, [(market.seed, 1)])
    session.commit()


def drop_guards(session):
    """Take the triggers away, as a hand in the database would."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    for statement in statements(session.get_bind().dialect.name):
        words = statement.split()
        if words[:2] == ["CREATE", "TRIGGER"]:
            on = f" ON {words[words.index('ON') + 1]}" if is_postgres else ""
            session.execute(text(f"DROP TRIGGER {words[2]}{on}"))


def drop_checks(session, table, *names):
    """Take named CHECKs away on PostgreSQL; SQLite can be told to look aside."""
    if session.get_bind().dialect.name == "postgresql":
        for name in names:
            session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}"))
    else:
        session.execute(text("PRAGMA ignore_check_constraints = ON"))


#: (check, CHECKs in the way, how to break it)
BREACHES = [
    (invariants.broken_sums, ("purchases", "total"), "UPDATE purchases SET freight_fen = freight_fen + 1"),
    (invariants.broken_sums, ("order_lines", "paid", "gross"), "UPDATE order_lines SET discount_fen = discount_fen + 1"),
    (invariants.broken_attributions, ("order_lines", "paid"), "UPDATE order_lines SET paid_fen = paid_fen + 1"),
    (invariants.broken_attributions, (), "UPDATE order_lines SET refunded_fen = refunded_fen + 1 WHERE refunded_fen = 0"),
    (invariants.broken_attributions, (), "UPDATE order_lines SET household_id = NULL WHERE household_id IS NOT NULL"),
    (invariants.broken_attributions, (), "UPDATE household_orders SET ref = 'L0-1' WHERE state = 'shipped'"),
    (invariants.broken_attributions, (), "UPDATE purchases SET state = 'expired', paid_at = NULL WHERE state = 'paid'"),
    (invariants.broken_gateway_fees, (), "UPDATE order_lines SET gateway_fee_fen = gateway_fee_fen + 1"),
    (invariants.broken_gateway_fees, (), "UPDATE purchases SET gateway_fee_fen = 5 WHERE state = 'awaiting_payment'"),
    (invariants.freight_beside_the_book, ("purchases", "total"), "UPDATE purchases SET freight_fen = 1 WHERE state = 'paid'"),
    (invariants.freight_beside_the_book, (), "UPDATE refunds SET freight_fen = freight_fen + 1 WHERE freight_fen > 0"),
    (invariants.freight_beside_the_book, (), "UPDATE purchases SET ref = 'L0' || id"),
    (invariants.broken_refunds, (), "UPDATE refunds SET amount_fen = amount_fen + 1 WHERE state = 'succeeded'"),
    (invariants.broken_refunds, (), "UPDATE refunds SET quantity = 1000 WHERE state = 'requested'"),
    (invariants.broken_refunds, (), "UPDATE refunds SET amount_fen = 1000000 WHERE state = 'requested'"),
    (invariants.broken_refunds, (), "UPDATE refunds SET freight_fen = 100000 WHERE state = 'succeeded'"),
    (invariants.broken_refunds, (), "UPDATE order_lines SET refunded_quantity = refunded_quantity + 1 WHERE refunded_fen = 0"),
    (invariants.refunds_beside_the_shelf, (), "UPDATE refunds SET restock = NOT restock WHERE state = 'succeeded'"),
    (invariants.refunds_beside_the_shelf, (), "UPDATE refunds SET ref = 'R0' WHERE freight_fen > 0"),
    (invariants.holds_beside_purchases, (), "UPDATE purchases SET ref = 'L0' WHERE state = 'awaiting_payment'"),
    (invariants.holds_beside_purchases, (), "UPDATE purchases SET state = 'cancelled' WHERE state = 'awaiting_payment'"),
    (invariants.holds_beside_purchases, ("purchases", "paid"), "UPDATE purchases SET state = 'expired' WHERE state = 'paid'"),
    (
        invariants.overdue_purchases,
        (),
        "UPDATE purchases SET hold_until = '2026-01-01 00:00:00' WHERE state = 'awaiting_payment'",
    ),
    (invariants.illegal_steps, (), "UPDATE order_events SET after = 'shipped' WHERE after = 'packed'"),
    (invariants.illegal_steps, (), "UPDATE order_events SET before = 'placed' WHERE before = 'packed'"),
    (invariants.illegal_steps, (), "UPDATE household_orders SET state = 'handed_in' WHERE state = 'shipped'"),
    (invariants.illegal_steps, (), "UPDATE purchases SET state = 'expired' WHERE state = 'awaiting_payment'"),
    (invariants.illegal_steps, (), "UPDATE refunds SET state = 'rejected', answer = 'no' WHERE state = 'requested'"),
    (invariants.illegal_steps, (), "DELETE FROM order_events WHERE subject = 'refund'"),
    (invariants.broken_windows, (), "UPDATE order_lines SET earned_at = NULL WHERE earned_at IS NOT NULL"),
    (invariants.broken_windows, (), "UPDATE order_lines SET earned_at = '2026-09-03 04:00:01' WHERE earned_at IS NULL"),
    (invariants.broken_windows, (), "UPDATE order_lines SET due_at = NULL"),
    (invariants.self_approved_refunds, ("refunds", "approved_by_another"), "UPDATE refunds SET requested_by = approved_by"),
    (
        invariants.reviews_beside_lines,
        ("household_orders", "delivered"),
        "UPDATE household_orders SET delivered_at = NULL WHERE delivered_at IS NOT NULL",
    ),
    (invariants.reviews_beside_lines, (), "UPDATE purchases SET province = '北京市'"),
    (invariants.reviews_beside_lines, (), "UPDATE order_lines SET offer_id = 1 + offer_id % 3"),
    (
        invariants.self_approved_refunds,
        ("refunds", "approved"),
        "UPDATE refunds SET approved_by = NULL WHERE state = 'succeeded'",
    ),
]


@pytest.mark.parametrize(("check", "checks", "breach"), BREACHES, ids=lambda each: getattr(each, "__name__", None))
def test_each_breach_is_caught(session, check, checks, breach):
    assert list(check(session)) == []
    drop_guards(session)
    if checks:
        drop_checks(session, *checks)
    session.execute(text(breach))
    assert list(check(session)) != []
    session.rollback()


def test_a_missing_trigger_is_told_by_name(session):
    assert list(invariants.missing_triggers(session)) == []
    drop_guards(session)
    assert {row[0] for row in invariants.missing_triggers(session)} == set(TRIGGERS)
    session.rollback()


def test_every_truth_has_a_breach_that_it_catches():
    broken = {check for check, *_ in BREACHES} | {invariants.missing_triggers}
    assert {check for _, check in invariants.CHECKS} == broken
