"""Truths of privacy. Each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.farmers.services import subject_of
from marketplace.privacy.models import ErasureRequest
from marketplace.privacy.values import ErasureState
from marketplace.vault.queries import is_erased

Check = tuple[str, Callable[[Session], Sequence[Any]]]


def erased_but_readable(session: Session) -> Sequence[Any]:
    """Return requests that say erased while the household's key, or the household, still stands."""
    done = session.execute(
        select(ErasureRequest.ref, ErasureRequest.household_id).where(
            ErasureRequest.state == ErasureState.ERASED, ErasureRequest.household_id.is_not(None)
        )
    )
    broken = []
    for ref, household_id in done:
        household = farmers.household(session, household_id) if household_id is not None else None
        if household is None or household.erased_at is None or not is_erased(session, subject_of(household.ref)):
            broken.append((ref,))
    return broken


CHECKS: tuple[Check, ...] = (("privacy: what was erased has no key", erased_but_readable),)
