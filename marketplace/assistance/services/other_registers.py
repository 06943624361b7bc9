"""Registers of other offices, uploaded to be compared with: cars, companies, public payroll, property. Hints, never a verdict."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.models import ComparisonList, ComparisonRow
from marketplace.assistance.refusals import ListEmpty, StandsAlready
from marketplace.assistance.values.procedures import ListKind
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere


def keep_list(
    session: Session, *, kind: ListKind, source: str, as_of: dt.date, sha256: str, rows: Sequence[tuple[str, str]], by: int
) -> ComparisonList:
    """Keep a list of (blind index of an ID number, few words) to compare with; a newer list of its kind and source replaces it.

    Raises:
        ListEmpty: it names nobody.
        StandsAlready: the same file was uploaded before and stands.
    """
    if not rows:
        raise ListEmpty
    standing = session.scalars(
        select(ComparisonList).where(ComparisonList.kind == kind.value, ComparisonList.retired_at.is_(None))
    ).all()
    if any(one.sha256 == sha256 for one in standing):
        raise StandsAlready
    for one in standing:
        if one.source == source[:200]:
            _retire(session, one)
    kept = ComparisonList(
        ref=ids.reference("K", 8), sha256=sha256, kind=kind.value, source=source[:200], as_of=as_of, rows=len(rows),
        by_user_id=by, at=clock.now(),
    )  # fmt: skip
    session.add(kept)
    session.flush()
    session.execute(
        insert(ComparisonRow), [{"list_id": kept.id, "id_index": index, "label": label[:120]} for index, label in rows]
    )
    record_audit(
        session, by=by, action="assistance.keep_list", object_kind="comparison_list", object_ref=kept.ref,
        after={"kind": kind.value, "source": kept.source, "counts": len(rows)},
    )  # fmt: skip
    return kept


def retire_list(session: Session, *, ref: str, by: int) -> None:
    """Compare no more with a list; its rows go, and what was compared stays as it was written in the case."""
    kept = session.scalar(select(ComparisonList).where(ComparisonList.ref == ref).with_for_update())
    if kept is None:
        raise NotThere
    if kept.retired_at is None:
        _retire(session, kept)
        record_audit(session, by=by, action="assistance.retire_list", object_kind="comparison_list", object_ref=ref)


def _retire(session: Session, kept: ComparisonList) -> None:
    """Compare no more with a list, and keep of nobody what nothing is compared with."""
    kept.retired_at = clock.now()
    session.execute(delete(ComparisonRow).where(ComparisonRow.list_id == kept.id))
    session.flush()
