"""`flask income settle`: the month's batch, prepared as a draft in the name of an official; another approves it on its page."""

import re

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from marketplace.accounts.queries import grants_of, user_by_phone
from marketplace.accounts.values import Role
from marketplace.income import services
from marketplace.income.jobs import last_month
from marketplace.income.refusals import NotAPayer
from marketplace.kernel import ids
from marketplace.kernel.db import in_transaction
from marketplace.kernel.errors import Refusal
from marketplace.web.db import writer_engine

#: Who may prepare a settlement, for the area of the grant.
_PAYERS = (Role.COUNTY_OFFICIAL, Role.TOWNSHIP_OFFICIAL)
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)

income_cli = AppGroup("income", help="What sellers have earned, and paying it out.")


def commands(_app: Flask) -> list[click.Command]:
    """Return the commands of this package."""
    return [income_cli]


@income_cli.command("settle")
@click.option("--by", "phone", required=True, help="Telephone of the township or county official who prepares.")
@click.option("--month", default=None, help="YYYY-MM; last month unless told.")
def settle(phone: str, month: str | None) -> None:
    """Prepare a month's settlement of the official's area as a draft. Safe to repeat: a month has one."""
    month = month or last_month()
    if not _MONTH.fullmatch(month):
        raise click.BadParameter("write YYYY-MM", param_hint="--month")
    least_fen = current_app.extensions["settings"].least_settlement_fen
    try:
        ref, area = in_transaction(writer_engine(), lambda session: prepare(session, phone, month, least_fen))
    except Refusal as no:
        click.echo(str(no), err=True)
        raise SystemExit(1) from no
    click.echo(f"{month} of {area}: {ref} is prepared; another official approves it")


def prepare(session: Session, phone: str, month: str, least_fen: int) -> tuple[str, str]:
    """Prepare the settlement of a month; return its reference and area.

    Raises:
        NotAPayer: nobody who may prepare settlements has this telephone number.
        NothingToSettle: nobody can be paid.
    """
    user = user_by_phone(session, phone)
    areas = [
        grant.area_code
        for grant in (grants_of(session, user.id) if user is not None and user.is_active else ())
        if grant.role in _PAYERS and grant.area_code
    ]
    if user is None or not areas:
        raise NotAPayer
    area = min(areas, key=lambda code: (len(code), code))
    batch = services.prepare_batch(session, key=ids.uuid7(), area_code=area, by=user.id, month=month, least_fen=least_fen)
    return batch.ref, batch.area_code
