"""Writing of movements and, in the same transaction, of the roll-ups that reports read.

A report's cost therefore does not grow with history: it sums one row per village, status, measure and category of a period.
"""

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert, insert
from sqlalchemy.orm import Session

from marketplace.income.models import Attribution, AttributionMovement, HolderTotal, VillageTotal
from marketplace.income.rules import figures_of
from marketplace.income.values import Figures, Movement
from marketplace.kernel import clock
from marketplace.kernel.db import dialect_of, insert_into
from marketplace.ledger.values import Posting

_FIGURES = ("gross_fen", "refunds_fen", "fees_fen", "costs_fen", "earned_fen", "paid_fen", "lines")


def record(session: Session, attribution: Attribution, posting: Posting, moves: Sequence[tuple[Movement, int]]) -> None:
    """Append what a posting did to an attribution and add it to the roll-ups; movements of nothing are left out."""
    kept = [(kind, amount_fen) for kind, amount_fen in moves if amount_fen]
    if not kept:
        return
    month = clock.month_of(posting.posted_at)
    session.execute(
        insert(AttributionMovement.__table__),  # type: ignore[arg-type]  # a mapped table is a Table
        [
            {
                "attribution_id": attribution.id,
                "household_id": attribution.household_id,
                "village_code": attribution.village_code,
                "kind": kind.value,
                "amount_fen": amount_fen,
                "at": posting.posted_at,
                "month": month,
                "ledger_transaction_id": posting.id,
            }
            for kind, amount_fen in kept
        ],
    )
    roll_up(session, attribution, posting.posted_at, figures_of(kept))


def roll_up(session: Session, attribution: Attribution, at: dt.datetime, moved: Figures) -> None:
    """Add figures to the month and the year of an attribution's holder and village. Two statements of two rows."""
    month = clock.month_of(at)
    where = {
        "village_code": attribution.village_code,
        "status": attribution.status,
        "measure": attribution.measure,
        "category": attribution.category,
        **dict(zip(_FIGURES, moved, strict=True)),
    }
    holder = {"holder": attribution.holder, "household_id": attribution.household_id}
    dialect = dialect_of(session)
    periods = (month, month[:4])
    session.execute(_addition(dialect, VillageTotal), [{"period": period, **where} for period in periods])
    session.execute(_addition(dialect, HolderTotal), [{"period": period, **where, **holder} for period in periods])


@functools.cache
def _addition(dialect: str, total: type[Any]) -> Insert:
    """Return the statement that adds figures to a roll-up. Built once: building it costs more than running it."""
    statement = insert_into(total, dialect)
    columns = total.__table__.c
    added: Insert = statement.on_conflict_do_update(
        index_elements=[columns[name] for name in total.__table__.primary_key.columns.keys()],  # noqa: SIM118 (a collection)
        set_={name: columns[name] + statement.excluded[name] for name in _FIGURES},
    )
    return added
