"""Random histories: whatever is sold, refunded, earned and paid in whatever order, every truth holds."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.income import queries, refusals, services
from marketplace.income.values import CostKind
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from tests.income.sales import AT, LATER, NEXT_MONTH, SELLER, breaches, fact, village

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "refund", "earn", "pay", "cost"]),
        st.integers(0, 5),
        st.integers(1, 60000),
        st.sampled_from([AT, LATER, NEXT_MONTH]),
    ),
    min_size=3,
    max_size=18,
)


class History:
    """Takes steps; steps that policy refuses leave nothing behind."""

    def __init__(self, session, who):
        self.session, self.who, self.left, self.count = session, who, {}, 0

    def sell(self, _which, fen, at):
        number = len(self.left) + 1
        owner = self.who.household_id if fen % 4 else None
        services.accrue_sale(
            self.session,
            fact=fact(
                number,
                owner,
                seller_ref=SELLER,
                gross_fen=fen,
                gateway_fee_fen=fen * 6 // 1000,
                platform_fee_bp=fen % 900,
                sold_at=at,
            ),
        )
        self.left[number] = fen

    def refund(self, which, fen, at):
        number = which + 1
        left = self.left.get(number, 0)
        amount = min(fen, left)
        services.reverse_sale(
            self.session,
            source=f"order_line/{number}",
            refund_ref=f"R{self.count}",
            amount_fen=amount,
            remaining_gross_fen=left - amount,
            at=at,
            gateway="offline",
        )
        self.left[number] = left - amount

    def earn(self, which, _fen, at):
        services.earn_sale(self.session, source=f"order_line/{which + 1}", at=at)

    def pay(self, which, fen, _at):
        payable = -balance(self.session, f"payable/{SELLER}/earned")
        payout = services.record_payout(
            self.session,
            key=f"k{self.count}",
            seller_ref=SELLER,
            amount_fen=payable if which % 2 else fen,
            bank_ref=f"B{self.count}",
            prepared_by=self.who.clerk,
        )
        services.confirm_payout(self.session, payout_id=payout.id, by=self.who.cashier)

    def cost(self, which, fen, at):
        services.declare_cost(
            self.session,
            key=f"c{self.count}",
            source=f"order_line/{which + 1}",
            kind=CostKind.INPUTS,
            amount_fen=fen,
            by=self.who.farmer,
            at=at,
        )

    def take(self, name, which, fen, at):
        self.count += 1
        with clock.stopped_at(at), self.session.begin_nested() as point:
            try:
                getattr(self, name)(which, fen, at)
            except (refusals.SaleUnknown, refusals.AmountWrong, refusals.PayoutExceedsEarned):
                point.rollback()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_history_keeps_every_truth(session, steps):
    who = getattr(session, "_village", None) or village(session)
    session._village = who
    history = History(session, who)
    for step in steps:
        history.take(*step)
    assert breaches(session) == {}
    owed = sum(row.earned_fen for row in queries.payables(session, ("360321",)))
    assert owed == -balance(session, f"payable/{SELLER}/earned")
    whole = queries.totals(session, "360321", "2026")
    assert whole == queries.sum_of_lines(session, area_code="360321", period="2026")
    assert whole.gross_fen - whole.refunds_fen == balance(session, "clearing/offline")
    assert whole.fees_fen == -balance(session, "fees/platform") - balance(session, "fees/gateway")
    assert whole.paid_fen == -balance(session, "bank")
    session.rollback()


def test_a_long_history_keeps_every_truth(session):
    who = village(session)
    history, dice = History(session, who), random.Random(7)
    for _ in range(150):
        history.take(
            dice.choice(["sell", "refund", "earn", "earn", "pay", "cost"]),
            dice.randrange(30),
            dice.randint(1, 60000),
            dice.choice([AT, LATER, NEXT_MONTH]),
        )
    session.commit()
    assert breaches(session) == {}
