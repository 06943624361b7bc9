"""The arithmetic of income."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.income import rules
from marketplace.income.values import OWED_BY, Figures, LineState, Movement
from marketplace.kernel.money import share

FEN = st.integers(0, 10**9)


def test_the_parts_of_a_sale_are_those_of_the_known_answer():
    assert rules.split(45000, platform_fee_bp=500, gateway_fee_fen=277) == rules.Split(2250, 277, 42473)


@given(FEN, st.integers(0, 10_000), st.integers(0, 10**6))
def test_the_parts_of_a_sale_sum_to_its_gross(gross_fen, bp, gateway_fee_fen):
    parts = rules.split(gross_fen, platform_fee_bp=bp, gateway_fee_fen=gateway_fee_fen)
    assert parts.platform_fee_fen + parts.gateway_fee_fen + parts.net_fen == gross_fen


def test_recomputing_on_the_remainder_loses_no_fen_where_mirroring_each_refund_would():
    fee, remaining = share(330, 500), 330
    assert 3 * share(110, 500) == 18 != fee == 17
    for _ in range(3):
        remaining -= 110
        fee -= rules.fee_back(fee, remaining_gross_fen=remaining, platform_fee_bp=500)
    assert fee == 0


@given(FEN, st.lists(st.integers(1, 10**6), max_size=8), st.integers(0, 10_000))
def test_the_platform_keeps_its_share_of_what_remains_and_never_takes_more_at_a_refund(gross, refunds, bp):
    fee, remaining = share(gross, bp), gross
    for amount in refunds:
        amount = min(amount, remaining)
        remaining -= amount
        back = rules.fee_back(fee, remaining_gross_fen=remaining, platform_fee_bp=bp)
        assert back >= 0
        fee -= back
    assert fee == share(remaining, bp)


def test_a_payout_pays_the_oldest_sales_first():
    assert rules.spread_payout([(1, 100), (2, 50), (3, 70)], 130) == {1: 100, 2: 30}


def test_what_was_refunded_after_it_had_been_paid_is_taken_off_first():
    assert rules.spread_payout([(1, -40), (2, 100)], 60) == {1: -40, 2: 100}


def test_a_payout_that_a_refund_overtook_lies_on_the_newest_sale():
    assert rules.spread_payout([(1, -40), (2, 10)], 5) == {1: -40, 2: 45}


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=10), st.integers(1, 10**7))
def test_the_parts_of_a_payout_sum_to_it(outstanding, amount):
    assert sum(rules.spread_payout(list(enumerate(outstanding)), amount).values()) == amount


def test_movements_add_up_to_figures_and_only_an_accrual_counts_as_a_line():
    moves = [
        (Movement.ACCRUED, 45000),
        (Movement.FEE_PLATFORM, 2250),
        (Movement.FEE_GATEWAY, 277),
        (Movement.REFUND, 9000),
        (Movement.FEE_PLATFORM_BACK, 450),
        (Movement.EARNED, 33923),
        (Movement.PAID, 33923),
    ]
    figures = rules.figures_of(moves)
    assert figures == Figures(45000, 9000, 2077, 0, 33923, 33923, 1)
    assert figures.net_fen == 33923


def test_every_movement_has_its_place_in_the_figures_and_in_what_is_owed():
    assert set(rules.FIGURE_OF) == set(OWED_BY) == set(Movement)
    assert set(rules.LINE_MOVES) == set(LineState)


def test_only_a_disputed_line_can_be_answered():
    assert [state for state in LineState if LineState.ANSWERED in rules.LINE_MOVES[state]] == [LineState.DISPUTED]


def test_cultural_goods_count_for_culture_and_other_goods_for_agriculture():
    assert rules.measure_of(is_cultural=True) == "culture"
    assert rules.measure_of(is_cultural=False) == "agriculture"
