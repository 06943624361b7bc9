"""Entering what a household spent on what cannot be put off, and taking a mistake back."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.models import SpendingEntry
from marketplace.assistance.refusals import DatesCrossed, EntryDecided
from marketplace.assistance.values.alerts import SpendingKind
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock
from marketplace.kernel.db import row_key
from marketplace.kernel.errors import NotThere


def record_spending(
    session: Session,
    *,
    household_id: int,
    year: int,
    kind: SpendingKind,
    amount_fen: int,
    source: str,
    by: int,
    key: str | None = None,
) -> SpendingEntry:
    """Enter a sum that a household declares to have spent in a year; the same key again returns the first entry.

    Raises:
        DatesCrossed: the year lies ahead, or before 1990.
    """
    key = key or row_key()
    standing = session.scalar(select(SpendingEntry).where(SpendingEntry.key == key))
    if standing is not None:
        return standing
    if not 1990 <= year <= clock.today().year:
        raise DatesCrossed
    entry = SpendingEntry(
        key=key, household_id=household_id, year=year, kind=kind, amount_fen=amount_fen, source=source[:60], entered_by=by,
        entered_at=clock.now(),
    )  # fmt: skip
    session.add(entry)
    session.flush()
    _note(session, entry, "assistance.record_spending", by)
    return entry


def withdraw_spending(session: Session, *, entry_id: int, household_id: int, by: int) -> None:
    """Take an entry back; the row stays.

    Raises:
        NotThere: the household has no such entry.
        EntryDecided: it was taken back already.
    """
    entry = session.get(SpendingEntry, entry_id)
    if entry is None or entry.household_id != household_id:
        raise NotThere
    moved = session.execute(
        update(SpendingEntry)
        .where(SpendingEntry.id == entry_id, SpendingEntry.withdrawn_at.is_(None))
        .values(withdrawn_by=by, withdrawn_at=clock.now())
        .returning(SpendingEntry.id)
    ).all()
    if not moved:
        raise EntryDecided
    _note(session, entry, "assistance.withdraw_spending", by)


def _note(session: Session, entry: SpendingEntry, action: str, by: int) -> None:
    household = refs_of_households(session, [entry.household_id])[entry.household_id]
    facts = {"year": entry.year, "spending": str(entry.kind), "amount_fen": entry.amount_fen, "source": entry.source}
    record_audit(session, by=by, action=action, object_kind="household", object_ref=household, after=facts)
