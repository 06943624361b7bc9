"""What income knows of the sales that other rooms handed over, for their truths."""

from typing import Any

from sqlalchemy import select

from marketplace.income.models import Attribution
from marketplace.income.values import Stage


def sales_like(pattern: str) -> Any:
    """Return the sales whose source matches a LIKE pattern, as a subquery: source, amounts, household, how far they are."""
    return (
        select(
            Attribution.source,
            Attribution.order_ref,
            Attribution.line_id,
            Attribution.household_id,
            Attribution.seller_ref,
            Attribution.gateway,
            Attribution.quantity,
            Attribution.gross_fen,
            Attribution.platform_fee_bp,
            Attribution.gateway_fee_fen,
            Attribution.refunded_fen,
            (Attribution.stage == Stage.EARNED.value).label("is_earned"),
            (Attribution.stage == Stage.PASSED_ON.value).label("is_passed_on"),
        )
        .where(Attribution.source.like(pattern))
        .subquery()
    )
