"""Triggers that refuse: rows kept as they were written, states that stay ended; and the question whether they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kernel.db import dialect_of


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: before an event (`UPDATE`, `UPDATE OF state`, `DELETE`) on a table, always or where a condition holds."""

    name: str
    event: str
    table: str
    when: str = ""


def refusing(room: str, words: str, guards: Sequence[Guard], dialect_name: str) -> list[str]:
    """Return the statements that put a room's guards on fresh tables, in order, for 'sqlite' or 'postgresql'.

    The error says `words`, which begin with the room's name.
    """
    if dialect_name == "sqlite":
        return [
            f"CREATE TRIGGER {one.name} BEFORE {one.event} ON {one.table}{f' WHEN {one.when}' if one.when else ''} BEGIN"
            f" SELECT RAISE(ABORT, '{words}'); END"
            for one in guards
        ]
    refuse = f"""
CREATE OR REPLACE FUNCTION {room}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{words}';
END $$
"""
    return [
        refuse.strip(),
        *(
            f"CREATE TRIGGER {one.name} BEFORE {one.event} ON {one.table} FOR EACH ROW"
            f"{f' WHEN ({one.when})' if one.when else ''} EXECUTE FUNCTION {room}_refuse_change()"
            for one in guards
        ),
    ]


def missing(session: Session, names: Iterable[str]) -> list[tuple[str]]:
    """Return those of some triggers that do not stand, or are switched off: a careless migration leaves them so."""
    source = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if dialect_of(session) == "postgresql":
        source = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    standing = set(session.scalars(text(source)))
    return [(name,) for name in names if name not in standing]
