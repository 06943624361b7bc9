"""`flask ledger check`: every invariant of the house, gathered by the composition root and handed in."""

from collections.abc import Callable, Sequence
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from marketplace.kernel.db import reading_for_long
from marketplace.kernel.truths import Check
from marketplace.web.db import reading_engine

#: More broken rows than this are counted, not printed.
ROWS_SHOWN = 20


def ledger_cli(checks: Sequence[Check]) -> AppGroup:
    """Return the command group `ledger` with `check` over the given checks."""
    group = AppGroup("ledger", help="The books.")

    @group.command("check")
    def check() -> None:
        """Check every invariant; print the rows that break one and exit 1."""
        with reading_for_long(reading_engine()) as session:
            breaches = report(session, checks, click.echo)
        click.echo(f"{len(checks)} checks, {breaches} broken")
        if breaches:
            raise SystemExit(1)

    return group


def commands(app: Flask) -> list[click.Command]:
    """Return this package's commands over the truths that the application gathered."""
    return [ledger_cli(app.extensions["checks"])]


def report(session: Session, checks: Sequence[Check], say: Callable[[str], Any]) -> int:
    """Run the checks, say each one's outcome, and return how many are broken."""
    breaches = 0
    for name, find in checks:
        rows = find(session)
        if not rows:
            say(f"ok      {name}")
            continue
        breaches += 1
        say(f"BROKEN  {name}: {len(rows)}")
        for row in rows[:ROWS_SHOWN]:
            say(f"        {tuple(row)}")
    return breaches
