"""The policy of tours: parts of a price, tiers of cancelling, stretches of time, edges."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tours import rules
from marketplace.tours.rules import Part
from marketplace.tours.values import Basis, BookingState, DepartureState, ResourceKind, Theme, TourState

START = dt.datetime(2026, 9, 12, 1, tzinfo=dt.UTC)


def before(**how_long):
    return START - dt.timedelta(**how_long)


def test_fixed_parts_come_first_and_shares_divide_the_rest():
    parts = [Part(Basis.NIGHT, 10_000), Part(Basis.BOOKING, 20_000), Part(Basis.SHARE, 7_000), Part(Basis.SHARE, 3_000)]
    assert rules.split_price(160_000, parts, people=2, nights=2) == [40_000, 20_000, 70_000, 30_000]


def test_a_discount_below_the_fixed_parts_cuts_them_in_proportion():
    parts = [Part(Basis.PERSON, 10_000), Part(Basis.BOOKING, 5_000), Part(Basis.SHARE, 10_000)]
    assert rules.split_price(10_000, parts, people=1, nights=0) == [6_667, 3_333, 0]


part_lists = st.lists(
    st.builds(Part, st.sampled_from([Basis.PERSON, Basis.NIGHT, Basis.BOOKING]), st.integers(1, 100_000)), max_size=4
)


@given(
    total=st.integers(0, 10**9),
    fixed=part_lists,
    cuts=st.integers(0, 10_000),
    people=st.integers(1, 300),
    nights=st.integers(0, 5),
)
def test_no_fen_is_lost_or_made(total, fixed, cuts, people, nights):
    shares = [Part(Basis.SHARE, bp) for bp in (cuts, 10_000 - cuts) if bp]
    parts = rules.split_price(total, [*fixed, *shares], people=people, nights=nights)
    assert sum(parts) == total
    assert min(parts) >= 0


@pytest.mark.parametrize(
    "parts",
    [[], [Part(Basis.BOOKING, 100)], [Part(Basis.SHARE, 9_999)], [Part(Basis.SHARE, 10_000), Part(Basis.BOOKING, 0)]],
)
def test_parts_that_do_not_divide_whatever_is_paid_are_refused(parts):
    with pytest.raises(rules.PartsWrong):
        rules.check_parts(parts)


@pytest.mark.parametrize(
    ("now", "share_bp"),
    [
        (before(days=10), 10_000), (before(hours=72), 10_000), (before(hours=72) + dt.timedelta(seconds=1), 7_000),
        (before(hours=24), 7_000), (before(hours=23), 3_000), (before(hours=6), 3_000), (before(hours=5), 0), (START, 0),
    ],
)  # fmt: skip
def test_each_tier_of_a_policy_ends_on_its_hour(now, share_bp):
    assert rules.refund_share_bp(rules.POLICIES["standard"], starts_at=START, now=now) == share_bp


def test_a_policy_says_until_when_anything_goes_back():
    assert rules.cancellable_until(rules.POLICIES["standard"], starts_at=START) == before(hours=6)


@given(left=st.lists(st.integers(0, 10**7), min_size=1, max_size=6), part=st.integers(0, 10_000))
def test_a_refund_is_spread_over_what_each_payee_has(left, part):
    amount = sum(left) * part // 10_000
    given_back = rules.spread_refund(amount, left)
    assert sum(given_back) == amount
    assert all(0 <= one <= has for one, has in zip(given_back, left, strict=True))


def test_more_than_is_left_is_not_spread():
    with pytest.raises(ValueError, match="more than is left"):
        rules.spread_refund(101, [50, 50])


@pytest.mark.parametrize(
    ("kind", "hour", "hours"),
    [
        (ResourceKind.GUIDE, 9, (0, 12)), (ResourceKind.GUIDE, 12, (12, 24)), (ResourceKind.PLOT, 11, (0, 12)),
        (ResourceKind.BEDS, 20, (12, 36)), (ResourceKind.BEDS, 3, (-12, 12)), (ResourceKind.MEAL, 12, (0, 15)),
        (ResourceKind.MEAL, 18, (15, 24)), (ResourceKind.VEHICLE, 23, (0, 24)), (ResourceKind.SLOT, 9, (9, 10)),
    ],
)  # fmt: skip
def test_what_is_scarce_is_counted_in_the_countys_own_stretches_of_time(kind, hour, hours):
    midnight = dt.datetime(2026, 9, 11, 16, tzinfo=dt.UTC)  # in the county, the 12th begins
    starts_at, ends_at = rules.bucket_bounds(kind, midnight + dt.timedelta(hours=hour, minutes=20))
    assert (starts_at, ends_at) == tuple(midnight + dt.timedelta(hours=each) for each in hours)


def test_stops_follow_one_another():
    times = rules.stop_times(START, [(90, 20), (120, 0)])
    assert times[1][0] == START + dt.timedelta(minutes=110)


def test_red_culture_and_households_pay_less():
    assert rules.fee_bp(is_household=True, theme=Theme.RED) < rules.fee_bp(is_household=True, theme=Theme.LOTUS)
    assert rules.fee_bp(is_household=True, theme=Theme.TEA) < rules.fee_bp(is_household=False, theme=Theme.TEA)


@pytest.mark.parametrize(
    ("edges", "ends"),
    [
        (rules.TOUR_EDGES, {TourState.ARCHIVED}),
        (rules.DEPARTURE_EDGES, {DepartureState.SETTLED, DepartureState.CANCELLED}),
        (rules.BOOKING_EDGES, {BookingState.REDEEMED, BookingState.CANCELLED}),
    ],
)
def test_what_has_ended_stays_ended(edges, ends):
    assert {state for state, after in edges.items() if not after} == ends
    assert set(edges) == set(type(next(iter(edges))))
