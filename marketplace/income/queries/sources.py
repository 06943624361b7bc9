"""What income knows of the sales that other rooms handed over, for their truths."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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


def last_sale_at(session: Session, household_id: int) -> dt.datetime | None:
    """Return when a household sold something last."""
    return session.scalar(select(func.max(Attribution.sold_at)).where(Attribution.household_id == household_id))
