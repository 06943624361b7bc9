"""Opening what is sealed with subjects' keys: they are looked up for what is about to be opened, and remembered by nobody."""

import base64
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer
from marketplace.vault.models import SubjectKey

#: Keys in one IN list.
CHUNK = 5_000
#: Sealed values of subjects begin with it, and with no master key's name does.
OWN = "S"


def opener(session: Session, sealer: Sealer, sealed: Iterable[str | None]) -> Sealer:
    """Return a sealer that opens these values: the given one, or one that also holds the subjects' keys they name.

    One query for some thousands of keys, none where all are under a master key. A key lives as long as the answer it serves: one
    that is remembered longer would open what was erased meanwhile.
    """
    wanted = sorted({value.partition(".")[0] for value in sealed if value is not None and value.startswith(OWN)})
    if not wanted:
        return sealer
    held: dict[str, bytes] = {}
    erased: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        rows = session.execute(
            select(SubjectKey.ref, SubjectKey.wrapped_sealed).where(SubjectKey.ref.in_(wanted[start : start + CHUNK]))
        )
        for ref, wrapped in rows:
            if wrapped is None:
                erased.add(ref)
            else:
                held[ref] = unwrapped(ref, wrapped, sealer)
    return sealer.with_subjects(held, erased)


def unwrapped(ref: str, wrapped: str, sealer: Sealer) -> bytes:
    """Return a subject's key."""
    return base64.urlsafe_b64decode(sealer.open(wrapped, place(ref)))


def place(ref: str) -> str:
    """Return what a wrapped key is bound to."""
    return f"subject_keys/wrapped/{ref}"


def is_erased(session: Session, subject: str) -> bool:
    """Say whether a subject's key was destroyed."""
    return session.scalar(select(SubjectKey.destroyed_at).where(SubjectKey.subject == subject)) is not None


def wrapped_otherwise(session: Session, *, current: str, limit: int) -> Sequence[SubjectKey]:
    """Return some keys that are not wrapped by the current master key."""
    under_it = SubjectKey.wrapped_sealed.startswith(f"{current}.", autoescape=True)
    wanted = select(SubjectKey).where(SubjectKey.wrapped_sealed.is_not(None), ~under_it).order_by(SubjectKey.id).limit(limit)
    return session.scalars(wanted).all()


def keys_standing(session: Session) -> int:
    """Return how many subjects have a key."""
    return session.scalar(select(func.count()).select_from(SubjectKey).where(SubjectKey.wrapped_sealed.is_not(None))) or 0
