"""`flask register import`: the county's register from a file, in the names of two different officials."""

import hashlib
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from marketplace.accounts.queries import grants_of, user_by_phone
from marketplace.accounts.values import Role
from marketplace.areas import queries as areas
from marketplace.assistance import labels, queries, services
from marketplace.assistance.imports import PreparedImport
from marketplace.assistance.jobs import SWEEPS
from marketplace.assistance.refusals import AcceptedByProposer
from marketplace.assistance.register.areas import AreaEntry, AreaIndex
from marketplace.assistance.register.reading import read_register
from marketplace.assistance.register.values import RegisterFile
from marketplace.assistance.values import ImportReport, StagedKind
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import in_transaction, reading
from marketplace.kernel.errors import NotAllowed, Refusal
from marketplace.kernel.words import N_
from marketplace.web.db import reading_engine, writer_engine

#: Absent households or people read at once for printing.
ABSENT_AT_ONCE = 500


class NoSuchOfficial(Refusal):
    """The telephone number is no county official's."""

    code = "no_such_official"
    message = N_("No county official has this telephone number.")
    status = 403


class _DryRun(Exception):
    """Rolls the writing transaction back after everything has been tried."""


def commands(_app: Flask) -> list[click.Command]:
    """Return the commands of this package."""
    return [register_cli, alerts_cli]


alerts_cli = AppGroup("alerts", help="The nightly judgement of households.")


@alerts_cli.command("assess")
def assess() -> None:
    """Judge every household now, as the worker does each night; safe to repeat."""
    for sweep in SWEEPS:
        click.echo(f"{sweep.perform(writer_engine())} alerts changed")
    with reading(reading_engine()) as session:
        last = queries.last_assessment(session)
        if last is not None:
            click.echo(f"{last.households} households judged, {last.raised} alerts raised, {last.gone} found no longer")


register_cli = AppGroup("register", help="The household register.")


@register_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "by_phone", required=True, help="Telephone of the county official who proposes.")
@click.option("--accepted-by", "accepted_phone", required=True, help="Telephone of the county official who accepts.")
@click.option("--dry-run", is_flag=True, help="Try everything and keep nothing.")
@click.option("--only-good", is_flag=True, help="Leave out the households with errors.")
def import_register(file: Path, by_phone: str, accepted_phone: str, *, dry_run: bool, only_good: bool) -> None:
    """Import FILE.xlsx; every bad row is printed. Exit code 1 where nothing was imported."""
    sealer: Sealer = current_app.extensions["sealer"]
    try:
        run_import(file, by_phone, accepted_phone, sealer=sealer, dry_run=dry_run, only_good=only_good)
    except Refusal as no:
        click.echo(str(no), err=True)
        raise SystemExit(1) from no


def run_import(path: Path, by_phone: str, accepted_phone: str, *, sealer: Sealer, dry_run: bool, only_good: bool) -> ImportReport:
    """Read, judge, propose and accept a file; print what was found. All but the writing is done before the writer opens.

    Raises: NoSuchOfficial, AcceptedByProposer, NotAllowed, any refusal of reader or import; SystemExit(1) for findings.
    """
    engine = writer_engine()
    with reading(reading_engine()) as session:
        by, area = _official(session, by_phone)
        accepted_by, accepting_area = _official(session, accepted_phone)
        if by == accepted_by:
            raise AcceptedByProposer
        if area != accepting_area:
            raise NotAllowed
        index = AreaIndex(AreaEntry(*entry) for entry in areas.register_index(session))
        look = services.existing_household_of(session, sealer=sealer)
    register = read_register(path, areas=index, today=clock.today(), existing_household_of=look)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    _print_findings(register)
    with reading(reading_engine()) as session:
        prepared = services.prepare_import(
            session, file=register, area_code=area, only_good=only_good, sealer=sealer, is_decided_later=False
        )
    if prepared.is_refused:
        click.echo(f"{len(register.findings)} errors: nothing was imported.", err=True)
        if not dry_run:
            in_transaction(
                engine,
                lambda session: services.propose_import(session, prepared=prepared, by=by, sha256=sha256, file_name=path.name),
            )
        raise SystemExit(1)
    with reading(reading_engine()) as session:
        waiting = queries.waiting_import(session, sha256, area, only_good=only_good)
        acceptance = (
            services.prepare_acceptance_of(session, prepared=prepared, file=register, sealer=sealer)
            if waiting is None
            else services.prepare_acceptance(session, import_id=waiting.id, sealer=sealer)
        )
        absent = _absent_lines(session, prepared, sealer)
    done: list[ImportReport] = []

    def stand(session: Session) -> None:
        report = services.propose_import(session, prepared=prepared, by=by, sha256=sha256, file_name=path.name)
        done[:] = [services.accept_import(session, import_id=report.import_id, by=accepted_by, prepared=acceptance)]
        if dry_run:
            raise _DryRun

    try:
        in_transaction(engine, stand)
    except _DryRun:
        click.echo("Dry run: everything was tried and nothing kept.")
    _print_counts(done[0], register)
    for line in absent:
        click.echo(line)
    return done[0]


def _absent_lines(session: Session, prepared: PreparedImport, sealer: Sealer) -> list[str]:
    """Return a line for each household and person that stands and the file leaves out; none of them is ended."""
    names = areas.names(session)
    found = []
    for kind, words in ((StagedKind.ABSENT, "household not in the file"), (StagedKind.PERSON_ABSENT, "person not in the file")):
        rows = [row for row in prepared.rows if row.kind == kind]
        for start in range(0, len(rows), ABSENT_AT_ONCE):
            lines = queries.named_lines(session, rows[start : start + ABSENT_AT_ONCE], sealer=sealer)
            found += [
                f"{words}: {line.number} {line.name_masked or '-'} {names.get(line.village_code, ('',))[0]}" for line in lines
            ]
    return found


def _official(session: Session, phone: str) -> tuple[int, str]:
    user = user_by_phone(session, phone)
    grants = grants_of(session, user.id) if user is not None and user.is_active else ()
    areas = [grant.area_code for grant in grants if grant.role is Role.COUNTY_OFFICIAL and grant.area_code]
    if user is None or not areas:
        raise NoSuchOfficial
    return user.id, areas[0]


def _print_findings(register: RegisterFile) -> None:
    for finding in register.findings:
        shown = f" [{finding.value_masked}]" if finding.value_masked else ""
        click.echo(f"row {finding.row}  {finding.column}{shown}  {finding.code}: {finding}")
    if register.unknown_columns:
        click.echo(f"columns not read: {', '.join(register.unknown_columns)}")


def _print_counts(report: ImportReport, register: RegisterFile) -> None:
    click.echo(f"{register.row_count} rows, {len(register.household_numbers)} households")
    for word, label in labels.COUNTS.items():
        if report.counts.get(word):
            click.echo(f"{label}: {report.counts[word]}")
    click.echo(f"import {report.ref}: {report.state}")
