"""Writing down what a household has, can do and wishes: dated, never rewritten."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.models import HouseholdCapacity, MeasureWish
from marketplace.assistance.refusals import DatesCrossed
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import AMOUNTS, SKILLS, Capacity
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere


def state_capacities(
    session: Session,
    *,
    household_id: int,
    amounts: Mapping[Capacity, int],
    skills: Collection[Capacity],
    wishes: Collection[MeasureKind],
    on: dt.date,
    by: int,
) -> None:
    """Say what a household has, can do and wishes from a day on; what is no longer said ends that day.

    `amounts` holds land in tenths of a mu and rooms by number; what it does not name is unknown from then on.

    Raises:
        DatesCrossed: the day lies in the future, or before what is ended began.
    """
    if on > clock.today():
        raise DatesCrossed
    household = farmers.household(session, household_id)
    if household is None:
        raise NotThere
    said: dict[str, int | None] = {
        **{str(one): amounts[one] for one in AMOUNTS if one in amounts},
        **{str(one): None for one in SKILLS if one in skills},
    }
    kept = _end_what_is_no_longer_said(session, HouseholdCapacity, household_id, "capacity", said, on)
    session.add_all(
        HouseholdCapacity(household_id=household_id, capacity=capacity, amount=amount, from_on=on, by_user_id=by)
        for capacity, amount in said.items()
        if capacity not in kept
    )
    wished: dict[str, int | None] = dict.fromkeys((str(one) for one in wishes), None)
    kept = _end_what_is_no_longer_said(session, MeasureWish, household_id, "measure", wished, on)
    session.add_all(
        MeasureWish(household_id=household_id, measure=measure, from_on=on, by_user_id=by)
        for measure in wished
        if measure not in kept
    )
    session.flush()
    record_audit(
        session, by=by, action="assistance.capacities", object_kind="household", object_ref=household.ref,
        after={"capacities": said, "wishes": sorted(wished), "on": on.isoformat()},
    )  # fmt: skip


def _end_what_is_no_longer_said(
    session: Session, model: Any, household_id: int, column: str, said: Mapping[str, int | None], on: dt.date
) -> set[str]:
    """End the standing rows that are not said again as they are; return the words of those that go on."""
    kept = set()
    for row in session.scalars(select(model).where(model.household_id == household_id, model.to_on.is_(None))):
        word = getattr(row, column)
        if word in said and said[word] == getattr(row, "amount", None):
            kept.add(word)
            continue
        if on < row.from_on:
            raise DatesCrossed
        row.to_on = on
    session.flush()
    return kept
