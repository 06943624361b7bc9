"""Posting: what the book takes, what it refuses, and that it takes a thing once."""

import datetime as dt
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.kernel.money import MOST_FEN
from marketplace.ledger import queries, services
from marketplace.ledger.cli import report
from marketplace.ledger.invariants import CHECKS
from marketplace.ledger.refusals import NotAPosting, PostedOtherwise, Unbalanced, UnknownAccount
from marketplace.ledger.rules import checked
from marketplace.ledger.values import BANK, EntryIn, accrued, clearing

AT = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)
SALE = (EntryIn(clearing("offline"), 4500), EntryIn(accrued("SABC"), -4500))


def post(session, source="one", entries=SALE, kind="sale"):
    return services.post(session, kind=kind, source=source, entries=entries, at=AT)


def breaches(session):
    said = []
    count = report(session, CHECKS, said.append)
    return count, "\n".join(said)


def test_a_posting_moves_the_balances_of_its_accounts(session):
    post(session)
    post(session, "two")
    session.commit()
    assert queries.balance(session, clearing("offline")) == 9000
    assert queries.balances(session, [accrued("SABC"), BANK]) == {accrued("SABC"): -9000, BANK: 0}
    assert queries.account_entries(session, accrued("SABC"))[0] == (AT, "sale", "two", -4500)
    assert breaches(session)[0] == 0


def test_a_repeat_returns_the_first_posting_and_moves_nothing(session):
    first = post(session)
    session.commit()
    again = post(session, entries=tuple(reversed(SALE)))
    session.commit()
    assert (again.id, again.ref) == (first.id, first.ref)
    assert queries.balance(session, clearing("offline")) == 4500


def test_a_source_cannot_be_posted_again_with_other_amounts(session):
    post(session)
    session.commit()
    with pytest.raises(PostedOtherwise):
        post(session, entries=(EntryIn(clearing("offline"), 4501), EntryIn(accrued("SABC"), -4501)))


def test_the_same_source_may_be_posted_under_another_kind(session):
    assert post(session).id != post(session, kind="refund").id


def test_entries_of_nothing_are_left_out(session):
    assert len(post(session, entries=(*SALE, EntryIn(BANK, 0))).entries) == 2


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ((), NotAPosting),
        ((EntryIn(BANK, 0), EntryIn("freight", 0)), NotAPosting),
        ((EntryIn(BANK, 5),), Unbalanced),
        ((EntryIn(BANK, 5), EntryIn("freight", -4)), Unbalanced),
        ((EntryIn(BANK, 1.5), EntryIn("freight", -1.5)), NotAPosting),
        ((EntryIn(BANK, True), EntryIn("freight", -1)), NotAPosting),
        ((EntryIn(BANK, MOST_FEN + 1), EntryIn("freight", -MOST_FEN - 1)), NotAPosting),
        ((EntryIn("bank ", 5), EntryIn("freight", -5)), UnknownAccount),
        ((EntryIn("payable/S1/paid", 5), EntryIn("freight", -5)), UnknownAccount),
        ((EntryIn("payable/张三/earned", 5), EntryIn("freight", -5)), UnknownAccount),
    ],
)
def test_what_is_no_posting_is_refused(entries, refusal):
    with pytest.raises(refusal):
        checked(entries)


@given(st.lists(st.integers(-MOST_FEN // 10, MOST_FEN // 10), min_size=1, max_size=8))
def test_entries_pass_exactly_when_they_sum_to_zero(amounts):
    entries = [EntryIn(BANK, amount) for amount in amounts]
    if sum(amounts):
        with pytest.raises(Unbalanced):
            checked(entries)
    closed = [*entries, EntryIn("freight", -sum(amounts))]
    if any(amounts):
        assert sum(entry.amount_fen for entry in checked(closed)) == 0


def test_two_that_post_one_source_at_once_post_it_once(engine):
    numbers, start = [], threading.Barrier(2)

    def go():
        with Session(engine) as own:
            start.wait()
            numbers.append(post(own).id)
            own.commit()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(numbers) == 2
    assert len(set(numbers)) == 1
    with Session(engine) as session:
        assert queries.balance(session, clearing("offline")) == 4500
        assert breaches(session)[0] == 0
