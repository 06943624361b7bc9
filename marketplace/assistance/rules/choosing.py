"""Who may answer a measure chosen for a household, and sign what came of it: two small tables, and nothing beside them.

`Role.FARMER` is somebody matched to this household. That a witness hears it, and that nobody signs what they wrote down
themselves, is asked of the people of one case and stands in the services.
"""

from typing import Final

from marketplace.accounts.values import Role
from marketplace.assistance.values.help import OutcomeAction, OutcomeState, PlanAction, PlanState
from marketplace.kernel.moves import Moves

_HOUSEHOLD: Final = frozenset({Role.FARMER})
_OFFICIALS: Final = frozenset({Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL})

#: A measure begins only through the household's own word: given on its phone, or before a witness and written down.
PLANS: Final = Moves[PlanState, PlanAction, Role](
    {
        (PlanState.PROPOSED, PlanAction.AGREE_IN_PERSON): (_OFFICIALS, PlanState.AGREED),
        (PlanState.PROPOSED, PlanAction.AGREE_ON_OWN_PHONE): (_HOUSEHOLD, PlanState.AGREED),
        (PlanState.PROPOSED, PlanAction.DECLINE): (_OFFICIALS | _HOUSEHOLD, PlanState.DECLINED),
        (PlanState.PROPOSED, PlanAction.WITHDRAW): (_OFFICIALS, PlanState.WITHDRAWN),
    }
)
#: An outcome counts once the household signed it: with its own account, or by hand before an official.
OUTCOMES: Final = Moves[OutcomeState, OutcomeAction, Role](
    {
        (OutcomeState.UNSIGNED, OutcomeAction.SIGN): (_HOUSEHOLD, OutcomeState.SIGNED),
        (OutcomeState.UNSIGNED, OutcomeAction.SIGN_BY_HAND): (_OFFICIALS, OutcomeState.SIGNED),
    }
)
