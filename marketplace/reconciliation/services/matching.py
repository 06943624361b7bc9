"""Rows that belong together are joined."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.reconciliation import rules
from marketplace.reconciliation.models import ReconciliationGroup, ReconciliationRow
from marketplace.reconciliation.queries import row_view
from marketplace.reconciliation.values import GroupState

#: Open rows of an account that one pass looks at; the oldest are joined first.
MOST_OPEN = 20_000


def match_open(session: Session, *, account: str) -> int:
    """Join the open rows of an account; return how many groups that made. What somebody is explaining just now is left out."""
    rows = session.scalars(
        select(ReconciliationRow)
        .where(ReconciliationRow.account == account, ReconciliationRow.group_id.is_(None))
        .order_by(ReconciliationRow.on_day, ReconciliationRow.id)
        .limit(MOST_OPEN)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    found = rules.matches([row_view(row) for row in rows])
    now = clock.now()
    groups = [
        ReconciliationGroup(
            ref=ids.reference("D"), account=account, how=str(match.how), difference_fen=0, state=GroupState.CLOSED.value,
            proposed_at=now, closed_at=now,
        )
        for match in found
    ]  # fmt: skip
    session.add_all(groups)
    session.flush()
    by_id = {row.id: row for row in rows}
    for match, group in zip(found, groups, strict=True):
        for row_id in match.row_ids:
            by_id[row_id].group_id = group.id
    session.flush()
    return len(found)
