"""Truths of privacy. Each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.farmers.services import subject_of
from marketplace.kernel.db import Model
from marketplace.privacy.models import ErasureRequest
from marketplace.privacy.values import HOLDINGS, ErasureState
from marketplace.vault.queries import OWN, is_erased

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


def sealed_otherwise_of_erased(session: Session) -> Sequence[Any]:
    """Return what is still sealed by another key than the household's own where that was destroyed: it could be read."""
    erased = (
        select(ErasureRequest.household_id)
        .where(ErasureRequest.state == ErasureState.ERASED, ErasureRequest.household_id.is_not(None))
        .scalar_subquery()
    )
    broken: list[Any] = []
    for holding in HOLDINGS:
        if holding.household_by is None:
            continue
        table = Model.metadata.tables[holding.table]
        for column in holding.places:
            sealed = table.c[column]
            rows = select(table.c.id).where(
                table.c[holding.household_by].in_(erased), sealed.is_not(None), func.substr(sealed, 1, 1) != OWN
            )
            broken += [(holding.table, column, row.id) for row in session.execute(rows)]
    return broken


CHECKS: tuple[Check, ...] = (
    ("privacy: what was erased has no key", erased_but_readable),
    ("privacy: what was erased is sealed with no other key", sealed_otherwise_of_erased),
)
