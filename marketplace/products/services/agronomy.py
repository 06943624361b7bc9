"""Notes on growing and making: loaded with the house, changed by the county; a changed note ends and the next begins."""

import datetime as dt
import json
from collections.abc import Sequence
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotThere
from marketplace.products.models import AgronomyNote, Category

#: The notes that the house came with have held since before anybody read them.
_FIRST_DAY = dt.date(2020, 1, 1)
MONTHS = tuple(range(1, 13))


def load_agronomy_notes(session: Session) -> int:
    """Load the first notes where there is none yet; return how many. Later ones are the county's own."""
    if session.scalar(select(AgronomyNote.id).limit(1)) is not None:
        return 0
    notes = json.loads(resources.files("marketplace.products").joinpath("agronomy.json").read_text(encoding="utf-8"))
    session.add_all(
        AgronomyNote(
            category_code=note["category"], months=",".join(map(str, note["months"])), words_zh=note["zh"], words_en=note["en"],
            from_on=_FIRST_DAY,
        )
        for note in notes
    )  # fmt: skip
    session.flush()
    return len(notes)


def state_note(
    session: Session, *, category_code: str, months: Sequence[int], zh: str, en: str, by: int, replaces: int | None = None
) -> AgronomyNote:
    """Write a note on a kind of goods from today on, in both languages, perhaps in the place of another that then ends.

    Raises:
        BadInput: no month, or one that is none.
    """
    wanted = sorted(set(months))
    if not wanted or not set(wanted) <= set(MONTHS):
        raise BadInput
    if session.get(Category, category_code) is None:
        raise NotThere
    if replaces is not None:
        _standing(session, replaces).to_on = clock.today()
    note = AgronomyNote(
        category_code=category_code, months=",".join(map(str, wanted)), words_zh=zh[:400], words_en=en[:600],
        from_on=clock.today(), by_user_id=by,
    )  # fmt: skip
    session.add(note)
    session.flush()
    record_audit(
        session, by=by, action="products.agronomy_note", object_kind="category", object_ref=category_code,
        after={"months": note.months, "replaces": replaces},
    )  # fmt: skip
    return note


def end_note(session: Session, *, note_id: int, by: int) -> None:
    """Let a note end today; it stays in the history."""
    note = _standing(session, note_id)
    note.to_on = clock.today()
    session.flush()
    record_audit(
        session, by=by, action="products.end_agronomy_note", object_kind="category", object_ref=note.category_code,
        after={"months": note.months},
    )  # fmt: skip


def _standing(session: Session, note_id: int) -> AgronomyNote:
    note = session.get(AgronomyNote, note_id, with_for_update=True)
    if note is None or note.to_on is not None:
        raise NotThere
    return note
