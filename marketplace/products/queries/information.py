"""What farmers may want to know: what buyers look for and hardly find, and what is to be done in a month."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.products.models import AgronomyNote, Category, MissedSearch
from marketplace.products.values import Note, Wanted


def wanted(session: Session, months: Iterable[str], *, limit: int = 12) -> tuple[Wanted, ...]:
    """Return what enough buyers looked for in some months ('YYYY-MM') and hardly found, the newest month and the most first."""
    rows = session.execute(
        select(MissedSearch.month, MissedSearch.term, MissedSearch.searches)
        .where(MissedSearch.month.in_(sorted(months)), MissedSearch.term.is_not(None))
        .order_by(MissedSearch.month.desc(), MissedSearch.searches.desc(), MissedSearch.term)
        .limit(limit)
    )
    return tuple(Wanted(month, term, searches) for month, term, searches in rows if term is not None)


def agronomy_notes(session: Session, *, month: int | None = None) -> tuple[Note, ...]:
    """Return the notes that stand, of one month or of all, in the county's order of goods."""
    rows = session.scalars(
        select(AgronomyNote)
        .join(Category, Category.code == AgronomyNote.category_code)
        .where(AgronomyNote.to_on.is_(None))
        .order_by(Category.position, AgronomyNote.id)
    )
    notes = (
        Note(row.id, row.category_code, tuple(map(int, row.months.split(","))), row.words_zh, row.words_en, row.from_on)
        for row in rows
    )
    return tuple(note for note in notes if month is None or month in note.months)


def agronomy_note(session: Session, note_id: int) -> Note | None:
    """Return one note that stands."""
    return next((note for note in agronomy_notes(session) if note.id == note_id), None)
