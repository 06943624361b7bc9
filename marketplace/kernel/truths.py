"""Asking for the truths of the house: named checks, each returning the rows that break it.

A check takes a session. One that can be asked of new rows alone, cheaply, also takes `since`: rows from that moment on are new.
"""

import datetime as dt
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Check = tuple[str, Callable[..., Sequence[Any]]]


def of_new_rows(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Return the checks that can be asked of new rows alone."""
    return tuple((name, find) for name, find in checks if "since" in inspect.signature(find).parameters)


def breaches(session: Session, checks: Sequence[Check], *, since: dt.datetime | None = None) -> Mapping[str, int]:
    """Return how many rows break each truth that does not hold; of rows since a moment, where one is given."""
    options = {} if since is None else {"since": since}
    found = {name: len(find(session, **options)) for name, find in checks}
    return {name: rows for name, rows in found.items() if rows}
