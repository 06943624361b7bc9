"""Both sides of an account, laid beside each other on both engines: what joins, what stays, and who closes it."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.income import services as income
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from marketplace.ledger.values import BANK
from marketplace.reconciliation import jobs, queries, services
from marketplace.reconciliation.bank_lists import read_bank_list
from marketplace.reconciliation.refusals import ExplanationDecided, NothingChosen, RowTaken, SecondPersonNeeded, WordsNeeded
from marketplace.reconciliation.values import Side
from tests.orders.sales import place
from tests.payments.money import paid_offline
from tests.payments.stripe_till import later
from tests.reconciliation.lists import bank_list

STRIPE = "clearing/stripe"


def take_stripe(till):
    """Let the sweep ask Stripe what moved its balance, and take it in."""
    till.keep_time()
    sweep = next(one for one in jobs.sweeps_for({"gateways": till.ways}) if one.name == "reconciliation.take_movements")
    answers = sweep.ask(sweep.read(till.session))
    return sweep.take(till.session, answers)


def take_list(session, by, *rows, opening=0):
    today = clock.today().isoformat()
    held = read_bank_list(bank_list(*rows, opening=opening, day=today), said=lambda serials: queries.lines_said(session, serials))
    services.take_book(session, account=BANK)
    return services.take_bank_list(session, held=held, by=by)


def left(session, account=BANK):
    """Return the rows of either side that nothing joins: (side, fen, ref)."""
    session.expire_all()
    rows = [*queries.open_rows(session, account, Side.BOOK), *queries.open_rows(session, account, Side.OUTSIDE)]
    return [(str(row.side), row.amount_fen, row.ref) for row in rows]


def test_a_month_at_stripe_joins_line_by_line_and_clearing_is_nothing_once_it_is_paid_out(till):
    kept, _ = till.paid([(till.market.seed, 2)])
    given_back, _ = till.paid([(till.market.seed, 3)])
    refund = till.approved(given_back.orders[0].lines[0], 1)
    till.sweep()
    twice = place(till.session, [(till.market.seed, 1)])
    visit = till.open(twice)
    till.told(till.stub.book.pay(visit.session_id))
    take_stripe(till)
    standing = queries.standing(till.session, STRIPE)
    assert left(till.session, STRIPE) == []
    assert (
        standing.book_fen
        == standing.expected_fen
        == kept.total_fen
        + given_back.total_fen
        - refund.total_fen
        + twice.total_fen
        - sum(each["line"]["fee"] for each in till.stub.book.balance)
    )
    assert standing.held_rows == 0, "nothing is late yet"
    with later(days=20):
        till.keep_time()
        payout_id, event = till.stub.book.pay_out()
        take_stripe(till)
        assert left(till.session, STRIPE) == [("outside", -standing.book_fen, payout_id)], "the book has not heard of it"
        till.told(event)
        take_stripe(till)
        assert left(till.session, STRIPE) == []
        assert balance(till.session, STRIPE) == 0
        assert queries.held_rows(till.session, STRIPE) == [], "all of it was handed over"
        assert queries.standing(till.session, STRIPE).late_rows == 0
        # the bank says the same, under a name of its own
        take_list(till.session, till.market.village.official, (standing.book_fen, "BANK-0001", ""))
        assert left(till.session) == []


def test_money_taken_twice_and_given_back_a_dispute_and_a_payout_that_comes_back_leave_nothing_open(till):
    session, market = till.session, till.market
    _, visit = till.paid([(market.seed, 2)])
    disputed, event = till.stub.book.dispute(visit.payment_ref)
    till.told(event)
    till.told(till.stub.book.withdraw(disputed))
    twice = place(session, [(market.seed, 1)])
    late = till.open(twice)
    paid_offline(session, twice, market.village.official, market.second_official)
    till.told(till.stub.book.pay(late.session_id))
    take_stripe(till)
    assert left(session, STRIPE) == [], "what has to go back is known on both sides"
    till.sweep()
    till.sweep()
    assert [surplus.state for surplus in till.surpluses(twice)] == ["returned"]
    paid_out, event = till.stub.book.pay_out()
    till.told(event)
    till.told(till.stub.book.fail_payout(paid_out))
    till.told_all()
    take_stripe(till)
    assert left(session, STRIPE) == []
    standing = queries.standing(session, STRIPE)
    assert standing.book_fen == standing.expected_fen == sum(each["line"]["net"] for each in till.stub.book.balance)


def test_what_stripe_says_again_changes_nothing_and_what_the_book_never_heard_of_stays_until_two_people_explain_it(till):
    till.paid([(till.market.seed, 2)])
    assert take_stripe(till) > 0
    assert take_stripe(till) == 0
    stranger = till.stub.book.line("adjustment", -500, 0, "adj_1", "cny")
    assert stranger
    take_stripe(till)
    ((_side, fen, _ref),) = left(till.session, STRIPE)
    assert fen == -500
    session, market = till.session, till.market
    (row,) = queries.open_rows(session, STRIPE, Side.OUTSIDE)
    wish = {"key": "k1", "account": STRIPE, "row_ids": [row.id], "by": market.village.official}
    with pytest.raises(WordsNeeded):
        services.explain(session, reason=" ", **wish)
    with pytest.raises(NothingChosen):
        services.explain(session, reason="x" * 5, **{**wish, "row_ids": []})
    ref = services.explain(session, reason="账户年费，下月补记", **wish)
    assert services.explain(session, reason="另一句话", **wish) == ref, "the same key is the same explanation"
    with pytest.raises(RowTaken), session.begin_nested():
        services.explain(session, reason="再来一次", **{**wish, "key": "k2"})
    with pytest.raises(SecondPersonNeeded):
        services.accept(session, ref=ref, by=market.village.official)
    services.take_back(session, ref=ref, by=market.second_official)
    with pytest.raises(ExplanationDecided):
        services.accept(session, ref=ref, by=market.second_official)
    assert left(session, STRIPE) == [("outside", -500, "adj_1")]
    ref = services.explain(session, reason="账户年费", **{**wish, "key": "k3"})
    services.accept(session, ref=ref, by=market.second_official)
    services.accept(session, ref=ref, by=market.second_official)
    standing = queries.standing(session, STRIPE)
    assert (standing.explained_fen, standing.only_outside_rows, left(session, STRIPE)) == (500, 0, [])
    assert standing.expected_fen == standing.book_fen - 500
    with pytest.raises(ExplanationDecided):
        services.take_back(session, ref=ref, by=market.village.official)


def test_the_banks_list_joins_receipts_by_the_reference_on_the_slip_and_shows_what_is_missing_on_either_side(till):
    session, market = till.session, till.market
    first, second = (place(session, [(market.seed, number)]) for number in (1, 2))
    receipts = [paid_offline(session, each, market.village.official, market.second_official) for each in (first, second)]
    ref = take_list(
        session, market.village.official, (receipts[0].amount_fen, receipts[0].bank_ref, ""), (777, "ICBC-UNKNOWN", "")
    )
    assert left(session) == [("book", second.total_fen, receipts[1].bank_ref), ("outside", 777, "ICBC-UNKNOWN")]
    standing = queries.standing(session, BANK)
    assert standing.said_fen == receipts[0].amount_fen + 777 == standing.expected_fen
    assert standing.unexplained_fen == 0
    with later(days=queries.DAYS_ALLOWED + 1):
        assert queries.standing(session, BANK).late_rows == 2
        # the next list overlaps with the first and brings the rest
        more = [
            (receipts[0].amount_fen, receipts[0].bank_ref, ""),
            (777, "ICBC-UNKNOWN", ""),
            (second.total_fen, receipts[1].bank_ref, ""),
        ]
    assert take_list(session, market.village.official, *more) != ref
    assert take_list(session, market.village.official, *more), "the same file again is the same list"
    assert left(session) == [("outside", 777, "ICBC-UNKNOWN")]
    assert [(file.rows, file.new_rows, file.has_gap) for _key, file in queries.bank_statements(session)] == [
        (3, 1, False),
        (2, 2, False),
    ]


def test_a_posting_dated_long_ago_is_found_however_late_it_is_written(till):
    till.paid([(till.market.seed, 2)])
    take_stripe(till)
    ago = clock.now() - dt.timedelta(days=30)
    income.take_gateway_fee(till.session, gateway="stripe", source="txn_old", amount_fen=5, at=ago)
    services.take_book(till.session, account=STRIPE)
    assert left(till.session, STRIPE) == [("book", -5, "txn_old")]


def test_a_gap_between_two_lists_is_seen(till):
    session, by = till.session, till.market.village.official
    take_list(session, by, (100, "A-1", ""))
    take_list(session, by, (200, "A-3", ""), opening=500)
    assert queries.newest_bank_statement(session).has_gap
    assert queries.standing(session, BANK).unexplained_fen == 400


SAID = (
    "UPDATE reconciliation_rows SET amount_fen = 1",
    "UPDATE reconciliation_rows SET ref = 'x'",
    "DELETE FROM reconciliation_rows",
    "UPDATE reconciliation_groups SET difference_fen = 1",
    "UPDATE reconciliation_groups SET state = 'withdrawn'",
    "UPDATE bank_statements SET closing_fen = 1",
    "DELETE FROM bank_statements",
)


def test_what_either_side_said_is_kept_as_it_was_said(till):
    session, market = till.session, till.market
    purchase = place(session, [(market.seed, 1)])
    receipt = paid_offline(session, purchase, market.village.official, market.second_official)
    take_list(session, market.village.official, (receipt.amount_fen, receipt.bank_ref, ""))
    for statement in SAID:
        with pytest.raises(DBAPIError, match="reconciliation:"), session.begin_nested():
            session.execute(text(statement))


def test_a_row_is_in_one_explanation_whoever_asks_first(till):
    """The conditional claim: a second explanation of the same row is refused whole, also of its other rows."""
    session, market = till.session, till.market
    take_list(session, market.village.official, (100, "A-1", ""), (200, "A-2", ""))
    rows = [row.id for row in queries.open_rows(session, BANK, Side.OUTSIDE)]
    services.explain(session, key="a", account=BANK, row_ids=rows[:1], reason="利息", by=market.village.official)
    with pytest.raises(RowTaken), session.begin_nested():
        services.explain(session, key="b", account=BANK, row_ids=rows, reason="利息", by=market.second_official)
    assert left(session) == [("outside", 200, "A-2")]


def test_days_are_those_of_shanghai(till):
    session, market = till.session, till.market
    with clock.stopped_at(dt.datetime(2026, 9, 1, 17, 0, tzinfo=dt.UTC)):
        take_list(session, market.village.official, (100, "A-1", ""))
        (row,) = queries.open_rows(session, BANK, Side.OUTSIDE)
    assert row.on_day == dt.date(2026, 9, 2)
