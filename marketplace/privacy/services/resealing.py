"""Sealing values anew: those of a household under its own key, all others under the current master key.

The passes go by the list of holdings: it names each column and the place its values are bound to. That is why they stand here
and reach into the tables of other rooms, as nothing else does; they change how a value is sealed, never what it says. Each
value is replaced only where it is still the one that was read. Safe to run twice, side by side, and to lose half-way.
"""

import string
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from marketplace.farmers.services import subject_of
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import Model
from marketplace.privacy.values import HOLDINGS, Holding
from marketplace.vault.queries import OWN
from marketplace.vault.services import rewrap_keys, sealers_of

#: Signed steps are written once and never again; rows of an import are emptied when it is decided; keys are wrapped by the vault.
LEFT_ALONE = frozenset({"procedure_steps", "register_import_rows", "subject_keys"})


def reseal_households(session: Session, *, sealer: Sealer, limit: int = 2_000) -> int:
    """Seal values of households under their own keys that stand under the master key, at most `limit` a column; return how many.

    Registers arrive sealed with the master key, because they are sealed before anybody waits for them.
    """
    return sum(
        _reseal_own(session, holding, column, sealer, limit)
        for holding in HOLDINGS
        if holding.household_by is not None
        for column in holding.places
    )


def reseal_household(session: Session, household_id: int, *, sealer: Sealer) -> int:
    """Seal every value of one household under its own key; return how many were not."""
    return sum(
        _reseal_own(session, holding, column, sealer, None, household_id=household_id)
        for holding in HOLDINGS
        if holding.household_by is not None
        for column in holding.places
    )


def reseal_under_current(session: Session, *, sealer: Sealer, limit: int = 2_000) -> int:
    """Seal values that stand under an older master key with the current one, and wrap keys anew; return how many."""
    done = rewrap_keys(session, sealer=sealer, limit=limit)
    for holding in HOLDINGS:
        if holding.table in LEFT_ALONE:
            continue
        for column in holding.places:
            done += _reseal_shared(session, holding, column, sealer, limit)
    return done


def _reseal_own(
    session: Session, holding: Holding, column: str, sealer: Sealer, limit: int | None, *, household_id: int | None = None
) -> int:
    table, households = _table(holding.table), _table("households")
    sealed, owner = table.c[column], table.c[str(holding.household_by)]
    wanted = (
        select(
            table.c.id, sealed.label("sealed"), households.c.ref.label("household_ref"), *_named(table, holding.places[column])
        )
        .where(sealed.is_not(None), func.substr(sealed, 1, 1) != OWN, households.c.erased_at.is_(None))
        .order_by(table.c.id)
        .limit(limit)
    )
    if table is not households:
        wanted = wanted.join(households, households.c.id == owner)
    if household_id is not None:
        wanted = wanted.where(owner == household_id)
    rows = session.execute(wanted).all()
    if not rows:
        return 0
    own = sealers_of(session, (subject_of(row.household_ref) for row in rows), sealer=sealer)
    return _replace(session, holding, column, rows, {row.id: own[subject_of(row.household_ref)] for row in rows})


def _reseal_shared(session: Session, holding: Holding, column: str, sealer: Sealer, limit: int) -> int:
    table = _table(holding.table)
    sealed, key = table.c[column], _key(table)
    wanted = (
        select(key.label("id"), sealed.label("sealed"), *_named(table, holding.places[column]))
        .where(sealed.is_not(None), func.substr(sealed, 1, 1) != OWN, ~sealed.startswith(f"{sealer.current}.", autoescape=True))
        .order_by(key)
        .limit(limit)
    )
    rows = session.execute(wanted).all()
    return _replace(session, holding, column, rows, {row.id: sealer for row in rows})


def _replace(session: Session, holding: Holding, column: str, rows: Sequence[Any], sealers: dict[int, Sealer]) -> int:
    table = _table(holding.table)
    done = 0
    for row in rows:
        place = holding.places[column].format_map(row._mapping)
        anew = sealers[row.id].seal(sealers[row.id].open(row.sealed, place), place)
        changed = session.execute(
            update(table).where(_key(table) == row.id, table.c[column] == row.sealed).values({column: anew})
        )
        done += changed.rowcount  # type: ignore[attr-defined]
    session.expire_all()
    return done


def _table(name: str) -> Table:
    return Model.metadata.tables[name]


def _key(table: Table) -> Any:
    return next(iter(table.primary_key.columns))


def named_columns(place: str) -> tuple[str, ...]:
    """Return the columns that a place names."""
    return tuple(name for _text, name, _format, _conversion in string.Formatter().parse(place) if name)


def _named(table: Table, place: str) -> list[Any]:
    return [table.c[name] for name in named_columns(place)]
