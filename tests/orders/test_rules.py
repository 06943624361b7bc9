"""The arithmetic of orders: freight, discounts, fees and refunds lose no fen; tables of states have ends."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders import rules
from marketplace.orders.values import (
    STATE_WORDS,
    DiscountView,
    FreightZone,
    OrderState,
    Problem,
    PurchaseState,
    RefundReason,
    RefundState,
)

ZONE = FreightZone("z", "区", "Zone", ("江西省",), 700, 150, 19900)
DAY = dt.date(2026, 9, 3)
NOW = dt.datetime(2026, 9, 3, 4, tzinfo=dt.UTC)
FEN = st.integers(1, 10**9)


@pytest.mark.parametrize(
    ("grams", "goods", "fen"),
    [(1, 100, 700), (1000, 100, 700), (1001, 100, 850), (5000, 100, 1300), (5000, 19899, 1300), (5000, 19900, 0), (0, 100, 700)],
)
def test_each_begun_kilogram_counts_until_sending_is_free(grams, goods, fen):
    assert rules.freight(ZONE, grams=grams, goods_fen=goods) == fen


def discount(threshold, off, first=0, last=0, number=1):
    day = dt.timedelta(days=1)
    return DiscountView(
        id=number, seller_id=1, threshold_fen=threshold, off_fen=off, from_on=DAY + first * day, to_on=DAY + last * day
    )


def test_the_best_discount_of_the_day_counts_alone():
    offers = [discount(1000, 100), discount(2000, 300), discount(2000, 900, 1, 2), discount(2000, 800, -2, -1)]
    assert rules.discount(offers, goods_fen=2000, on=DAY) == 300
    assert rules.discount(offers, goods_fen=1999, on=DAY) == 100
    assert rules.discount(offers, goods_fen=999, on=DAY) == 0
    assert rules.discount((), goods_fen=10**9, on=DAY) == 0


@given(st.lists(st.integers(10, 10**8), min_size=1, max_size=30), st.data())
def test_a_spread_discount_sums_up_and_leaves_each_line_something(gross, data):
    off = data.draw(st.integers(1, max(1, sum(gross) // 2)))
    parts = rules.spread(off, gross)
    assert sum(parts) == off
    assert all(0 <= part < each for part, each in zip(parts, gross, strict=True))


@given(
    st.integers(0, 10**7),
    st.lists(st.tuples(st.integers(0, 10**4), st.lists(FEN, min_size=1, max_size=8)), min_size=1, max_size=6),
)
def test_a_gateways_fee_is_borne_to_the_fen_by_each_parcels_seller(fee, drawn):
    orders = [(freight + sum(lines), lines) for freight, lines in drawn]
    parts = rules.split_gateway_fee(fee, orders)
    assert sum(map(sum, parts)) == fee
    total = sum(paid for paid, _ in orders)
    for share, (paid, lines) in zip(parts, orders, strict=True):
        assert len(share) == len(lines)
        assert min(share) >= 0
        assert abs(sum(share) * total - fee * paid) < total


@given(FEN, st.integers(1, 500), st.lists(st.tuples(st.integers(1, 500), st.booleans()), max_size=8))
def test_refunds_of_a_line_sum_to_what_was_paid_whichever_is_turned_down(paid, quantity, wishes):
    """Each wish asks for some units and may turn down the first that stands; the last asks for all that is left."""
    paid = max(paid, 4 * quantity)
    standing = []
    for wish, is_turned_down in [*wishes, (quantity, False)]:
        left = quantity - sum(units for units, _ in standing)
        if left:
            units, remaining = min(wish, left), paid - sum(fen for _, fen in standing)
            amount = rules.refund_amount(remaining_fen=remaining, remaining_quantity=left, quantity=units)
            assert amount > 0
            standing.append((units, amount))
        if is_turned_down:
            standing.pop(0)
    assert sum(units for units, _ in standing) == quantity
    assert sum(fen for _, fen in standing) == paid


@given(FEN, st.integers(1, 1000), st.integers(1, 1000))
def test_a_share_of_units_is_fair_within_a_fen(paid, total, units):
    units = min(units, total)
    amount = rules.refund_amount(remaining_fen=paid, remaining_quantity=total, quantity=units)
    assert abs(amount * total - paid * units) <= total


@pytest.mark.parametrize(("left", "quantity"), [(0, 1), (5, 6), (5, 0), (5, -1)])
def test_units_beyond_what_remains_have_no_amount(left, quantity):
    with pytest.raises(ValueError, match="remains"):
        rules.refund_amount(remaining_fen=100, remaining_quantity=left, quantity=quantity)


@pytest.mark.parametrize(
    ("quantity", "left", "problem"),
    [
        (2, 50, None), (1, 50, Problem.TOO_FEW), (10, 50, None), (11, 50, Problem.TOO_MANY), (9, 8, Problem.SOLD_OUT),
        (2, 0, Problem.SOLD_OUT), (2, 1, Problem.SOLD_OUT), (99, 3, Problem.TOO_MANY),
    ],
)  # fmt: skip
def test_the_strongest_reason_is_told(quantity, left, problem):
    assert rules.problem_of(quantity, left=left, least=2, most=10) is problem


def test_faults_always_count_and_a_change_of_mind_has_its_window():
    def may(reason, state=OrderState.DELIVERED, hours=168, ago=0):
        delivered = NOW - dt.timedelta(hours=ago) if state is OrderState.DELIVERED else None
        return rules.may_return(reason, state=state, after_sale_hours=hours, delivered_at=delivered, now=NOW)

    assert may(RefundReason.CHANGED_MIND, ago=168)
    assert not may(RefundReason.CHANGED_MIND, ago=169)
    assert not may(RefundReason.CHANGED_MIND, hours=24)
    assert may(RefundReason.CHANGED_MIND, state=OrderState.PACKED, hours=24)
    assert may(RefundReason.CHANGED_MIND, state=OrderState.SHIPPED)
    assert not may(RefundReason.CANCELLED, state=OrderState.SHIPPED, hours=24)
    assert all(may(reason, hours=24, ago=10_000) for reason in RefundReason if reason not in ("changed_mind", "cancelled"))


def test_a_photo_of_fresh_goods_counts_within_their_hours_and_quality_counts_always():
    def basis(reason=RefundReason.SPOILED, hours=24, ago=1, *, photos=True, came=True):
        delivered = NOW - dt.timedelta(hours=ago) if came else None
        return rules.basis_of(reason, after_sale_hours=hours, delivered_at=delivered, requested_at=NOW, has_photos=photos)

    assert basis() == basis(ago=24) == "photo"
    assert basis(ago=25) == basis(photos=False) == basis(hours=168) == basis(RefundReason.LOST) == "quality"
    assert basis(RefundReason.CHANGED_MIND, hours=168) == "return"
    assert basis(came=False) == basis(ago=-1) == "undelivered"


@pytest.mark.parametrize(
    ("villages", "area"),
    [
        (["360321101005"], "360321101005"),
        (["360321101005", "360321101005"], "360321101005"),
        (["360321101005", "360321101006"], "360321101"),
        (["360321101005", "360321102200"], "360321"),
    ],
)
def test_the_smallest_area_holds_all_villages(villages, area):
    assert rules.smallest_area(villages) == area


def test_every_state_has_its_edges_and_words_and_the_ends_lead_nowhere():
    for kind, states, edges, ends in (
        ("purchase", PurchaseState, rules.PURCHASE_EDGES, {"paid"}),
        ("order", OrderState, rules.ORDER_EDGES, {"completed", "cancelled"}),
        ("refund", RefundState, rules.REFUND_EDGES, {"rejected", "succeeded", "paid_by_hand"}),
    ):
        assert set(edges) == set(states)
        assert {state for state, following in edges.items() if not following} == ends
        assert all(f"{kind}/{state}" in STATE_WORDS for state in states)
