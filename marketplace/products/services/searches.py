"""Counting what buyers look for and hardly find; what too few looked for is forgotten."""

from sqlalchemy import CursorResult, case, delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.products import rules
from marketplace.products.models import MissedSearch
from marketplace.products.values import LEAST_TOLD

#: Counts are told for so many months.
KEPT_MONTHS = 13


def count_missed_search(session: Session, *, words: str, sealer: Sealer) -> None:
    """Count one search that found little or nothing; nothing is kept of who searched, nor of words that are no name of goods."""
    term = rules.countable_term(words)
    if term is None:
        return
    month = clock.month_of(clock.now())
    index = sealer.blind(term, f"searches/{month}")
    counted: CursorResult[None] = session.execute(  # type: ignore[assignment]
        update(MissedSearch)
        .where(MissedSearch.month == month, MissedSearch.term_index == index)
        .values(
            searches=MissedSearch.searches + 1,
            term=case((MissedSearch.searches + 1 >= LEAST_TOLD, term), else_=None),
        )
    )
    if counted.rowcount == 0:
        session.add(MissedSearch(month=month, term_index=index, searches=1))
    session.flush()


def forget_rare_searches(session: Session) -> int:
    """Forget what too few looked for in a month that is over, and all counts older than a year; return how many."""
    month = clock.month_of(clock.now())
    oldest = f"{int(month[:4]) - 1}{month[4:]}"
    forgotten = session.scalars(
        select(MissedSearch.term_index).where(
            or_(MissedSearch.month < oldest, (MissedSearch.month < month) & MissedSearch.term.is_(None))
        )
    ).all()
    session.execute(
        delete(MissedSearch).where(or_(MissedSearch.month < oldest, (MissedSearch.month < month) & MissedSearch.term.is_(None)))
    )
    return len(forgotten)
