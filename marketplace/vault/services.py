"""Verbs of the vault: make keys, destroy one, wrap them anew."""

import base64
import os
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.vault import queries
from marketplace.vault.models import SubjectKey
from marketplace.vault.refusals import SubjectErased


def sealers_of(session: Session, subjects: Iterable[str], *, sealer: Sealer) -> dict[str, Sealer]:
    """Return what seals for each subject under a key of its own, made where it has none yet.

    Until this transaction ends no key that it seals with is destroyed: a value never arrives after its key has gone.

    Raises:
        SubjectErased: the key of one of them was destroyed.
    """
    wanted = sorted(set(subjects))
    standing: dict[str, SubjectKey] = {}
    for start in range(0, len(wanted), queries.CHUNK):
        rows = session.scalars(
            select(SubjectKey)
            .where(SubjectKey.subject.in_(wanted[start : start + queries.CHUNK]))
            .order_by(SubjectKey.subject)
            .with_for_update(read=True)
            .execution_options(populate_existing=True)
        )
        standing.update((row.subject, row) for row in rows)
    found = {}
    for subject in wanted:
        row = standing.get(subject)
        if row is None:
            ref, key = ids.reference(queries.OWN, 11), os.urandom(32)
            wrapped = sealer.seal(base64.urlsafe_b64encode(key).decode(), queries.place(ref))
            session.add(SubjectKey(ref=ref, subject=subject, wrapped_sealed=wrapped, made_at=clock.now()))
        elif row.wrapped_sealed is None:
            raise SubjectErased
        else:
            ref, key = row.ref, queries.unwrapped(row.ref, row.wrapped_sealed, sealer)
        found[subject] = sealer.with_subjects({ref: key}).sealing_with(ref)
    session.flush()
    return found


def hold_key(session: Session, subject: str) -> None:
    """Let nobody seal for a subject until this transaction ends; whoever is sealing finishes first."""
    session.execute(select(SubjectKey.id).where(SubjectKey.subject == subject).with_for_update()).all()


def destroy_key(session: Session, subject: str) -> None:
    """Destroy a subject's key, or note that it never gets one: nothing sealed for it opens again. Twice changes nothing."""
    destroyed = session.execute(
        update(SubjectKey)
        .where(SubjectKey.subject == subject, SubjectKey.destroyed_at.is_(None))
        .values(wrapped_sealed=None, destroyed_at=clock.now())
    )
    if destroyed.rowcount == 0 and not queries.is_erased(session, subject):  # type: ignore[attr-defined]
        now = clock.now()
        session.add(SubjectKey(ref=ids.reference(queries.OWN, 11), subject=subject, made_at=now, destroyed_at=now))
    session.flush()


def rewrap_keys(session: Session, *, sealer: Sealer, limit: int = 1_000) -> int:
    """Wrap some keys by the current master key that are wrapped by an older one; return how many."""
    rows = queries.wrapped_otherwise(session, current=sealer.current, limit=limit)
    for row in rows:
        if row.wrapped_sealed is not None:
            row.wrapped_sealed = sealer.seal(sealer.open(row.wrapped_sealed, queries.place(row.ref)), queries.place(row.ref))
    session.flush()
    return len(rows)
