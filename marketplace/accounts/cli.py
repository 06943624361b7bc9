"""`flask accounts …`: open an account and grant a role from the command line, as the first official must be."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from marketplace.accounts import queries, rules, services
from marketplace.accounts.values import Role
from marketplace.kernel import ids
from marketplace.kernel.db import in_transaction
from marketplace.kernel.errors import Refusal
from marketplace.web.db import writer_engine

accounts = AppGroup("accounts", help="People who sign in.")


def commands(app: Flask) -> list[click.Command]:  # noqa: ARG001 (the same for every package)
    """Return this package's commands."""
    return [accounts]


@accounts.command("create")
@click.argument("phone")
@click.option("--name", required=True, help="Name shown to others.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--area", default=None, help="Code of the place the role is held on; it covers all below.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
def create(phone: str, name: str, role: str, area: str | None, password_stdin: bool) -> None:  # noqa: FBT001 (click)
    """Open an account for PHONE and grant a role; one that stands already gets the role alone, unless a password is given."""
    if not rules.PHONE.fullmatch(phone):
        raise click.ClickException("A mobile number has 11 digits and begins with 1.")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ids.reference("", 12)
    if rules.is_weak(password, phone):
        raise click.ClickException(f"Use at least {rules.LEAST_PASSWORD} characters, and not a password everybody would try.")
    password_hash = services.hash_password(password)

    def verb(session: Session) -> bool:
        user = queries.user_by_phone(session, phone)
        is_new = user is None
        if user is None:
            user = services.create_user(session, name=name, phone=phone, password_hash=password_hash)
        elif password_stdin:
            services.set_password(session, user_id=user.id, password_hash=password_hash, by=None)
        if Role(role) not in (Role.BUYER, Role.FARMER):
            services.grant_role(session, user_id=user.id, role=role, area_code=area, by=None, reason="command line")
        return is_new

    try:
        is_new = in_transaction(writer_engine(), verb)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{phone}: {'account opened' if is_new else 'account stood already'}; {role}{' on ' + area if area else ''}")
    if is_new and not password_stdin:
        click.echo(f"password: {password}")
