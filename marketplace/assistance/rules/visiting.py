"""What whoever goes to a household can do about its next visit. That one is due is for the nightly pass alone to say."""

import datetime as dt
from typing import Final

from marketplace.accounts.values import Role
from marketplace.assistance.values.plans import VisitAction, VisitState
from marketplace.kernel.moves import Moves

_VISITORS: Final = frozenset({Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.HELPER, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL})
VISITS: Final = Moves[VisitState, VisitAction, Role](
    {
        (VisitState.DUE, VisitAction.ARRANGE): (_VISITORS, VisitState.ARRANGED),
        (VisitState.DUE, VisitAction.VISIT): (_VISITORS, VisitState.DUE),
        (VisitState.ARRANGED, VisitAction.ARRANGE): (_VISITORS, VisitState.ARRANGED),
        (VisitState.ARRANGED, VisitAction.CALL_OFF): (_VISITORS, VisitState.DUE),
        (VisitState.ARRANGED, VisitAction.VISIT): (_VISITORS, VisitState.DUE),
    }
)


def visit_state(planned_on: dt.date | None) -> VisitState:
    """Return whether the next visit is arranged for a day."""
    return VisitState.DUE if planned_on is None else VisitState.ARRANGED
