"""`flask privacy reseal` and `flask privacy rotate`: the passes over all sealed values, to the end, in batches."""

from collections.abc import Callable

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import in_transaction
from marketplace.privacy.services import reseal_households, reseal_under_current
from marketplace.web.db import db


def _to_the_end(app: Flask, step: Callable[..., int]) -> int:
    """Run a pass, each batch in a transaction of its own, until nothing is left; return how many values it sealed anew."""
    sealer: Sealer = app.extensions["sealer"]
    done = 0

    def batch(session: Session) -> int:
        return step(session, sealer=sealer)

    while count := in_transaction(db.engine, batch):
        done += count
        click.echo(f"{done} values")
    return done


def commands(app: Flask) -> list[click.Command]:
    """Return this package's commands."""
    group = AppGroup("privacy", help="Keys of personal data.")

    @group.command("reseal")
    def reseal() -> None:
        """Seal values of households under the household's own key; safe to repeat."""
        click.echo(f"{_to_the_end(app, reseal_households)} values of households sealed anew")

    @group.command("rotate")
    def rotate() -> None:
        """Seal values of an older master key with the current one, and wrap the households' keys anew; safe to repeat."""
        click.echo(f"{_to_the_end(app, reseal_under_current)} values and keys under the current master key")

    return [group]
