"""Differences that nothing joins: one official explains them in words, another accepts the explanation."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.reconciliation import rules
from marketplace.reconciliation.models import ReconciliationGroup, ReconciliationRow
from marketplace.reconciliation.queries import row_view
from marketplace.reconciliation.refusals import ExplanationDecided, NothingChosen, RowTaken, SecondPersonNeeded, WordsNeeded
from marketplace.reconciliation.values import GroupState, How

#: Characters in which something can be said.
LEAST_WORDS = 2


def explain(session: Session, *, key: str, account: str, row_ids: Collection[int], reason: str, by: int) -> str:
    """Put open rows of an account together with a reason; return the group's reference. A repeat of `key` gives the first.

    Raises:
        NothingChosen: no row is named.
        WordsNeeded: nothing says why.
        RowTaken: a row belongs to others, or to another account.
    """
    standing = session.scalar(select(ReconciliationGroup.ref).where(ReconciliationGroup.key == key))
    if standing is not None:
        return standing
    wanted, reason = sorted(set(row_ids)), reason.strip()[:400]
    if not wanted:
        raise NothingChosen
    if len(reason) < LEAST_WORDS:
        raise WordsNeeded
    rows = session.scalars(
        select(ReconciliationRow).where(ReconciliationRow.id.in_(wanted), ReconciliationRow.account == account)
    ).all()
    group = ReconciliationGroup(
        ref=ids.reference("D"), key=key, account=account, how=How.BY_HAND.value,
        difference_fen=rules.difference([row_view(row) for row in rows]), reason=reason, state=GroupState.PROPOSED.value,
        proposed_by=by, proposed_at=clock.now(),
    )  # fmt: skip
    session.add(group)
    session.flush()
    moved = session.execute(
        update(ReconciliationRow)
        .where(ReconciliationRow.id.in_(wanted), ReconciliationRow.account == account, ReconciliationRow.group_id.is_(None))
        .values(group_id=group.id)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != len(wanted):  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
        raise RowTaken
    _audit(session, group, by=by, action="reconciliation.explain", reason=reason)
    return group.ref


def accept(session: Session, *, ref: str, by: int) -> None:
    """Accept, as another official, what explains a difference. Safe to repeat.

    Raises:
        SecondPersonNeeded: whoever explained it.
        ExplanationDecided: it was taken back.
    """
    group = _taken(session, ref)
    if group.proposed_by == by:
        raise SecondPersonNeeded
    if group.state == GroupState.CLOSED:
        return
    if group.state != GroupState.PROPOSED:
        raise ExplanationDecided
    group.state, group.closed_by, group.closed_at = GroupState.CLOSED.value, by, clock.now()
    session.flush()
    _audit(session, group, by=by, action="reconciliation.accept")


def take_back(session: Session, *, ref: str, by: int) -> None:
    """Take an explanation back, or refuse it: its rows are open again. Safe to repeat.

    Raises:
        ExplanationDecided: it was accepted.
    """
    group = _taken(session, ref)
    if group.state == GroupState.WITHDRAWN:
        return
    if group.state != GroupState.PROPOSED:
        raise ExplanationDecided
    group.state = GroupState.WITHDRAWN.value
    session.flush()
    session.execute(
        update(ReconciliationRow)
        .where(ReconciliationRow.group_id == group.id)
        .values(group_id=None)
        .execution_options(synchronize_session=False)
    )
    _audit(session, group, by=by, action="reconciliation.take_back")


def _taken(session: Session, ref: str) -> ReconciliationGroup:
    found = session.scalar(
        select(ReconciliationGroup)
        .where(ReconciliationGroup.ref == ref, ReconciliationGroup.how == How.BY_HAND.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotThere
    return found


def _audit(session: Session, group: ReconciliationGroup, *, by: int, action: str, reason: str | None = None) -> None:
    record_audit(
        session, by=by, action=action, object_kind="difference", object_ref=group.ref,
        after={"state": group.state, "book_account": group.account, "difference_fen": group.difference_fen}, reason=reason,
    )  # fmt: skip
