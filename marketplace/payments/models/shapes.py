"""Shapes of constraints that the tables of payments share."""

from collections.abc import Iterable

from sqlalchemy import Index, text


def one_of(column: str, words: Iterable[str]) -> str:
    """Return the condition that a column holds one of some words."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def partial(name: str, *columns: str, only: str, unique: bool = False) -> Index:
    """Return an index over the rows that a condition picks."""
    return Index(name, *columns, unique=unique, sqlite_where=text(only), postgresql_where=text(only))
