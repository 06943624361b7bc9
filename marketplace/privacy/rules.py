"""Policy of erasure as pure functions."""

import datetime as dt
from typing import Final

from marketplace.kernel.moves import Moves
from marketplace.privacy.values.erasure import ErasureAction, ErasureState, Party

#: So long accounts must be able to name the payee of a sale: article 31 of the E-Commerce Law.
PAYEE_KEPT = dt.timedelta(days=3 * 366)
_OFFICIAL, _PERSON = frozenset({Party.OFFICIAL}), frozenset({Party.PERSON})
_EITHER = frozenset({Party.OFFICIAL, Party.PROPOSER})
#: One official finds that nothing stands against it, another erases; the person may take it back until then.
ERASURES: Final = Moves[ErasureState, ErasureAction, Party](
    {
        (ErasureState.ASKED, ErasureAction.PROPOSE): (_OFFICIAL, ErasureState.PROPOSED),
        (ErasureState.ASKED, ErasureAction.REFUSE): (_OFFICIAL, ErasureState.REFUSED),
        (ErasureState.ASKED, ErasureAction.WITHDRAW): (_PERSON, ErasureState.WITHDRAWN),
        (ErasureState.PROPOSED, ErasureAction.APPROVE): (_OFFICIAL, ErasureState.ERASED),
        (ErasureState.PROPOSED, ErasureAction.REFUSE): (_EITHER, ErasureState.REFUSED),
        (ErasureState.PROPOSED, ErasureAction.WITHDRAW): (_PERSON, ErasureState.WITHDRAWN),
    }
)


def party_of(by: int, *, proposed_by: int | None, people: frozenset[int]) -> Party:
    """Return what somebody is to a request: being the one it is about outweighs an office, having proposed it comes next."""
    if by in people:
        return Party.PERSON
    return Party.PROPOSER if by == proposed_by else Party.OFFICIAL
