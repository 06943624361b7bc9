"""Truths that are asked of new rows every ten minutes: each sees a breach among them, and none among older rows."""

import datetime as dt

import pytest
from sqlalchemy import text

from marketplace.accounts import invariants as accounts
from marketplace.accounts import services
from marketplace.app import PACKAGES
from marketplace.income import invariants as income
from marketplace.kernel import clock
from marketplace.kernel.truths import of_new_rows
from marketplace.ledger import invariants as ledger
from marketplace.orders import invariants as orders
from marketplace.payments import invariants as payments
from tests.orders.sales import AT, bought, fair
from tests.truths import checks_of

pytestmark = pytest.mark.breaks_truths("payments stood aside from the first", "payments.dues_paid_by_nothing")

#: (check, a hand in the database that breaks it). A purchase here is paid by no intent from the first: payments stood aside.
BREACHES = [
    (ledger.unbalanced_transactions, "UPDATE entries SET amount_fen = amount_fen + 1"),
    (income.broken_attributions, "UPDATE attribution_movements SET amount_fen = amount_fen + 1"),
    (income.movements_beside_the_book, "UPDATE entries SET amount_fen = amount_fen + 1 WHERE account LIKE 'payable/%'"),
    (orders.broken_sums, "DELETE FROM order_lines"),
    (orders.broken_attributions, "UPDATE order_lines SET household_id = NULL WHERE household_id IS NOT NULL"),
    (orders.broken_gateway_fees, "UPDATE order_lines SET gateway_fee_fen = gateway_fee_fen + 1"),
    (payments.dues_paid_by_nothing, "SELECT 1"),
    (accounts.broken_chain, "UPDATE audit_events SET action = 'nothing'"),
]


@pytest.fixture
def sale(session):
    with clock.stopped_at(AT):
        market = fair(session)
        bought(session, [(market.seed, 3), (market.tea, 1)], fee_fen=90)
        services.link_trail(session)
    session.commit()


def let_hands_in(session):
    """Take every trigger away."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize(("check", "breach"), BREACHES, ids=lambda each: getattr(each, "__name__", ""))
def test_a_breach_among_new_rows_is_seen_and_older_ones_are_left_to_the_night(session, sale, check, breach):
    earlier, later = AT - dt.timedelta(hours=1), AT + dt.timedelta(hours=1)
    if breach != "SELECT 1":
        assert list(check(session, since=earlier)) == []
    let_hands_in(session)
    session.execute(text(breach))
    session.expire_all()
    assert list(check(session, since=earlier)) != []
    assert list(check(session, since=later)) == []
    assert list(check(session)) != []
    session.rollback()


def test_every_truth_of_new_rows_has_its_breach():
    asked = {check for package in PACKAGES for _, check in of_new_rows(checks_of(package))}
    assert asked == {check for check, _ in BREACHES}
