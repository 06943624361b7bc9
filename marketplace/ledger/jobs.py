"""Sweeps that ask for the truths of the whole house: of new rows every ten minutes, of all rows each night."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.db import reading_for_long
from marketplace.kernel.jobs import AskingSweep
from marketplace.kernel.truths import breaches, of_new_rows
from marketplace.ledger import queries, services
from marketplace.ledger.values import Scope

log = structlog.get_logger()

#: Rows are looked at again for so long: a transaction that was open at the last check may have been committed after it.
OVERLAP = dt.timedelta(minutes=10)
#: How far back the first check looks.
FIRST_LOOK = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Question:
    scope: Scope
    began_at: dt.datetime
    since: dt.datetime | None = None


def sweeps_for(outside: Mapping[str, Any]) -> tuple[AskingSweep, ...]:
    """Return the sweeps, given where the application keeps its `checks` and `reading_engine`; both are looked up at each run.

    Asking holds no lock, however long it takes; what was found is written down in a transaction of its own.
    """

    def of_new(session: Session) -> _Question:
        now = clock.now()
        return _Question(Scope.NEW, now, (queries.sound_since(session, Scope.NEW) or now - FIRST_LOOK) - OVERLAP)

    def of_all(_session: Session) -> _Question:
        return _Question(Scope.ALL, clock.now())

    def ask(question: _Question) -> tuple[_Question, Mapping[str, int]]:
        checks = outside["checks"] if question.since is None else of_new_rows(outside["checks"])
        with reading_for_long(outside["reading_engine"]()) as session:
            return question, breaches(session, checks, since=question.since)

    return (
        AskingSweep("ledger.check_new_rows", 600, of_new, ask, _take),
        AskingSweep("ledger.check_all_rows", 24 * 3600, of_all, ask, _take),
    )


def _take(session: Session, answer: tuple[_Question, Mapping[str, int]]) -> int:
    question, found = answer
    for name, rows in found.items():
        # the rows themselves may name people; 'ledger check' prints them to whoever may sit at the machine
        log.error("truth broken", truth=name, rows=rows, scope=question.scope)
    services.note_check(session, scope=question.scope, began_at=question.began_at, broken=sum(found.values()))
    return sum(found.values())
