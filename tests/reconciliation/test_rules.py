"""Which rows belong together, without a database."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.reconciliation.rules import DAYS_APART, difference, matches
from marketplace.reconciliation.services.taking import reference_of
from marketplace.reconciliation.values import How, RowKind, RowView, Side

FIRST = dt.date(2026, 9, 1)
_numbers = itertools.count(1)


def row(side, fen, ref="", *, day=0, words="", key=None):
    key = next(_numbers) if key is None else key
    on = FIRST + dt.timedelta(days=day)
    return RowView(
        id=key, account="bank", side=side, key=str(key), kind=RowKind.OTHER, amount_fen=fen, ref=ref, words=words,
        at=dt.datetime.combine(on, dt.time(4), dt.UTC), on_day=on, batch_ref="",
    )  # fmt: skip


def book(fen, ref="", **facts):
    return row(Side.BOOK, fen, ref, **facts)


def outside(fen, ref="", **facts):
    return row(Side.OUTSIDE, fen, ref, **facts)


def joined(*rows):
    """Return what was joined, as the places of the rows."""
    places = {each.id: number for number, each in enumerate(rows)}
    return {(match.how, *(places[key] for key in match.row_ids)) for match in matches(rows)}


def test_several_lines_of_a_purchase_are_joined_with_the_one_payment_for_it():
    assert joined(book(45000, "L1"), book(1200, "L1"), outside(46200, "L1")) == {(How.REFERENCE, 0, 1, 2)}


def test_what_is_nearly_right_is_joined_with_nothing():
    assert joined(book(45000, "L1"), outside(44999, "L1")) == set()
    assert joined(book(45000, "L1"), outside(45000, "L2")) == set(), "both have references of their own, and they differ"


def test_of_a_payment_made_twice_one_is_joined_and_the_other_stays():
    rows = (book(45000, "L1"), outside(45000, "L1", day=1), outside(45000, "L1", day=0))
    assert joined(*rows) == {(How.REFERENCE, 0, 2)}


def test_what_came_and_went_on_one_side_alone_cancels_itself():
    assert joined(outside(45000, "V1"), outside(-45000, "V1", day=3)) == {(How.CONTRA, 0, 1)}
    assert joined(outside(45000, "V1"), outside(-45000, "V2")) == set()


def test_a_reference_of_ours_in_the_remark_counts_before_the_banks_own_number():
    assert joined(book(-9000, "Z7K2M9"), outside(-9000, "serial-1", words="lianxiang Z7K2M9 x")) == {(How.REFERENCE, 0, 1)}


def test_an_amount_alone_joins_only_what_nothing_else_near_could_be():
    assert joined(book(9000), outside(9000, "s1", day=DAYS_APART)) == {(How.AMOUNT, 0, 1)}
    assert joined(book(9000), outside(9000, "s1", day=DAYS_APART + 1)) == set()
    assert joined(book(9000), outside(9000, "s1"), outside(9000, "s2", day=2)) == set()
    assert joined(book(9000), book(9000, day=1), outside(9000, "s1")) == set()


ROWS = st.lists(
    st.tuples(st.sampled_from(Side), st.sampled_from((-900, -100, 100, 100, 200, 900)), st.sampled_from(("", "A", "B")),
              st.integers(0, 12)),
    max_size=14,
)  # fmt: skip


@given(ROWS)
def test_nothing_is_joined_twice_nor_leaves_anything_over(drawn):
    rows = [row(side, fen, ref, day=day) for side, fen, ref, day in drawn]
    by_id = {each.id: each for each in rows}
    found = matches(rows)
    used = [key for match in found for key in match.row_ids]
    assert len(used) == len(set(used))
    assert all(difference([by_id[key] for key in match.row_ids]) == 0 for match in found)
    assert all(len(match.row_ids) > 1 for match in found)


@pytest.mark.parametrize(
    ("kind", "source", "named"),
    [
        ("sale", "order_line/7", "LAB"),
        ("freight", "LAB", "LAB"),
        ("refund", "order_line/7#RXY", "RXY"),
        ("freight_refund", "LAB#RXY", "RXY"),
        ("owed", "stripe/V1", "LAB"),
        ("owed_returned", "stripe/V1", "V1"),
        ("dispute", "stripe/dp_1/900", "dp_1"),
        ("dispute_returned", "stripe/dp_1/900", "dp_1"),
        ("dispute_refund", "stripe/dp_1/RXY", "RXY"),
        ("gateway_fee", "stripe/txn_1", "txn_1"),
        ("settlement", "stripe/po_1", "po_1"),
        ("settlement", "stripe/po_1/failed", "po_1"),
    ],
)
def test_each_posting_says_what_the_payment_service_calls_it(kind, source, named):
    assert reference_of(kind, source, {"order_line/7": "LAB", "V1": "LAB"}) == named
