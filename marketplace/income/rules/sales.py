"""The arithmetic of sales and statements, as pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.income.values import Figure, Figures, LineState, Measure, Movement
from marketplace.kernel.money import share

#: Legal edges of a statement line.
LINE_MOVES: dict[LineState, frozenset[LineState]] = {
    LineState.OPEN: frozenset({LineState.CONFIRMED, LineState.DISPUTED}),
    LineState.CONFIRMED: frozenset({LineState.CONFIRMED, LineState.DISPUTED}),
    LineState.DISPUTED: frozenset({LineState.ANSWERED, LineState.CONFIRMED}),
    LineState.ANSWERED: frozenset({LineState.CONFIRMED, LineState.DISPUTED}),
}

#: How a movement of an amount counts in each figure (costs are declared, not moved).
FIGURE_OF: dict[Movement, dict[Figure, int]] = {
    Movement.ACCRUED: {Figure.GROSS: 1},
    Movement.FEE_PLATFORM: {Figure.FEES: 1},
    Movement.FEE_GATEWAY: {Figure.FEES: 1},
    Movement.REFUND: {Figure.REFUNDS: 1},
    Movement.FEE_PLATFORM_BACK: {Figure.FEES: -1},
    Movement.PASSED_ON: {Figure.GROSS: -1},
    Movement.EARNED: {Figure.EARNED: 1},
    Movement.PAID: {Figure.PAID: 1},
    # what members get counts as theirs and no longer as the pool's: no fen twice
    Movement.DISTRIBUTED: {Figure.GROSS: -1, Figure.EARNED: -1},
    Movement.DIVIDEND: {Figure.GROSS: 1},
}

#: How a movement counts among the lines sold: what is passed on is another's line from then on.
LINES_OF: dict[Movement, int] = {Movement.ACCRUED: 1, Movement.PASSED_ON: -1}


@dataclass(frozen=True)
class Split:
    """How the gross of a sale divides."""

    platform_fee_fen: int
    gateway_fee_fen: int
    net_fen: int


def split(gross_fen: int, *, platform_fee_bp: int, gateway_fee_fen: int) -> Split:
    """Divide the gross of a sale into fees and the seller's net; the parts sum to the gross."""
    platform_fee_fen = share(gross_fen, platform_fee_bp)
    return Split(platform_fee_fen, gateway_fee_fen, gross_fen - platform_fee_fen - gateway_fee_fen)


def fee_back(fee_now_fen: int, *, remaining_gross_fen: int, platform_fee_bp: int) -> int:
    """Return what the platform gives back of its fee: the fee is computed anew on the remainder.

    Mirroring each refund instead would lose fen: three refunds of ¥1.10 out of ¥3.30 at 5 % round three times.
    """
    return fee_now_fen - share(remaining_gross_fen, platform_fee_bp)


def measure_of(*, is_cultural: bool, is_tour: bool = False) -> Measure:
    """Return the measure a sale counts for: culture, or else tourism for tours and agriculture for goods."""
    if is_cultural:
        return Measure.CULTURE
    return Measure.TOURISM if is_tour else Measure.AGRICULTURE


def figures_of(moves: Sequence[tuple[Movement, int]]) -> Figures:
    """Return the figures that movements add up to; each accrual counts as one line, until it is passed on."""
    sums = dict.fromkeys(Figure, 0)
    for kind, amount_fen in moves:
        for figure, sign in FIGURE_OF[kind].items():
            sums[figure] += sign * amount_fen
    return Figures(
        gross_fen=sums[Figure.GROSS],
        refunds_fen=sums[Figure.REFUNDS],
        fees_fen=sums[Figure.FEES],
        earned_fen=sums[Figure.EARNED],
        paid_fen=sums[Figure.PAID],
        lines=sum(LINES_OF.get(kind, 0) for kind, _ in moves),
    )


def seen_words(figures: Figures) -> str:
    """Write a line's figures as a page hands them back with the button that agrees to them."""
    return ",".join(map(str, figures))


def spread_payout(outstanding: Sequence[tuple[int, int]], amount_fen: int) -> dict[int, int]:
    """Say which sales a pay-out pays: (id, earned and unpaid fen), oldest first, to {id: fen}; the parts sum to the amount.

    What was refunded after it had been paid stands negative and is taken off first, so it appears as a negative line; the rest
    goes to the oldest sales. The bank has paid already: should a refund have overtaken the pay-out, the excess lies on the newest
    sale and is taken off the next one.
    """
    parts = {number: fen for number, fen in outstanding if fen < 0}
    left = amount_fen - sum(parts.values())
    for number, fen in outstanding:
        if fen > 0 and left:
            parts[number] = min(fen, left)
            left -= parts[number]
    if left:
        newest = outstanding[-1][0]
        parts[newest] = parts.get(newest, 0) + left
    return {number: fen for number, fen in parts.items() if fen}
