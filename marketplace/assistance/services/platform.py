"""Taking over what `income`, which stands above and cannot be asked, recorded through the platform."""

import dataclasses
from collections.abc import Mapping

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from marketplace.assistance.models import PlatformHandover, PlatformIncome
from marketplace.assistance.values import PlatformFigures
from marketplace.kernel import clock

_FIGURES = tuple(column.name for column in dataclasses.fields(PlatformFigures))


def record_platform_income(session: Session, *, month: str, figures: Mapping[int, PlatformFigures]) -> int:
    """Take over a whole month ('YYYY-MM') by household key; return how many rows are new or other than before.

    Households that are not named had nothing. Handed down again, the newer figures stand.
    """
    now = clock.now()
    rows = session.execute(
        select(PlatformIncome.household_id, PlatformIncome.id, *(getattr(PlatformIncome, name) for name in _FIGURES)).where(
            PlatformIncome.month == month
        )
    )
    standing = {household_id: (key, PlatformFigures(*held)) for household_id, key, *held in rows}
    fresh, changed = [], []
    for household_id, handed in figures.items():
        key, held = standing.get(household_id, (None, None))
        if held == handed:
            continue
        values = {**dataclasses.asdict(handed), "net_fen": handed.net_fen, "recorded_at": now}
        if key is None:
            fresh.append({"household_id": household_id, "month": month, **values})
        else:
            changed.append({"id": key, **values})
    if fresh:
        session.execute(insert(PlatformIncome), fresh)
    if changed:
        session.execute(update(PlatformIncome), changed)
    session.merge(PlatformHandover(month=month, handed_at=now))
    session.flush()
    return len(fresh) + len(changed)
