"""Reads for the household's statement on paper: the payment service's part of the fees, and what was paid out in a month."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import BigInteger, case, cast, func, or_, select
from sqlalchemy.orm import Session

from marketplace.income.models import AttributionMovement, Settlement
from marketplace.income.queries.lines import statement
from marketplace.income.queries.payables import view
from marketplace.income.values import Movement, PostedPayout, StatementLine


def whole_month(session: Session, household_id: int, month: str) -> Iterator[StatementLine]:
    """Yield every line of a household's month, latest first; three queries a hundred lines."""
    page = statement(session, household_id, month, limit=100)
    yield from page.lines
    while page.next_before is not None:
        page = statement(session, household_id, month, before=page.next_before, limit=100)
        yield from page.lines


def service_fees(session: Session, household_id: int, month: str) -> dict[int, int]:
    """Return what payment services kept of each of a household's sales in a month; the rest of the fees is the platform's."""
    rows = session.execute(
        select(AttributionMovement.attribution_id, cast(func.sum(AttributionMovement.amount_fen), BigInteger))
        .where(
            AttributionMovement.household_id == household_id,
            AttributionMovement.month == month,
            AttributionMovement.kind == Movement.FEE_GATEWAY.value,
        )
        .group_by(AttributionMovement.attribution_id)
    )
    return {row[0]: row[1] for row in rows}


def last_moved_at(session: Session, household_id: int, month: str) -> dt.datetime | None:
    """Return when a household's month moved last, or None where nothing happened in it: the date of its paper."""
    return session.scalar(
        select(func.max(AttributionMovement.at)).where(
            AttributionMovement.household_id == household_id, AttributionMovement.month == month
        )
    )


def payouts_of_month(session: Session, household_id: int, month: str) -> list[PostedPayout]:
    """Return what was paid to a household in a month as the book has it, oldest first; what the bank took back is negative.

    They sum to the paid figure of the month.
    """
    posted = (
        select(
            AttributionMovement.ledger_transaction_id.label("posting_id"),
            cast(func.sum(AttributionMovement.amount_fen), BigInteger).label("fen"),
        )
        .where(
            AttributionMovement.household_id == household_id,
            AttributionMovement.month == month,
            AttributionMovement.kind == Movement.PAID.value,
        )
        .group_by(AttributionMovement.ledger_transaction_id)
        .subquery()
    )
    is_back = case((Settlement.return_transaction_id == posted.c.posting_id, 1), else_=0)
    rows = session.execute(
        select(Settlement, posted.c.fen, is_back)
        .join(
            posted,
            or_(Settlement.ledger_transaction_id == posted.c.posting_id, Settlement.return_transaction_id == posted.c.posting_id),
        )
        .order_by(posted.c.posting_id)
    )
    return [PostedPayout(view(one), fen, bool(back)) for one, fen, back in rows]
