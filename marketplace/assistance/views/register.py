"""Register imports: upload, findings, what it would change, and the second official's decision."""

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.areas.queries import register_index
from marketplace.assistance import labels, queries, services
from marketplace.assistance.register.areas import AreaEntry, AreaIndex
from marketplace.assistance.register.reading import read_register
from marketplace.assistance.register.refusals import FileTooLarge
from marketplace.assistance.register.sheet import MAX_BYTES
from marketplace.assistance.values import ImportState, StagedKind, StagedLine
from marketplace.assistance.views.blueprint import bp, sealer
from marketplace.kernel import clock
from marketplace.kernel.errors import NotAllowed, Refusal
from marketplace.web.db import primary, reader, write
from marketplace.web.errors import error_page
from marketplace.web.filters import listed
from marketplace.web.forms import tidy
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.requests import page_asked
from marketplace.web.words import flash_refusal, say

#: Findings on one page, and rows on one page of each kind of change.
FINDINGS = 200
ROWS = 50
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ImportLine:
    """One import in the list."""

    ref: str
    at: Any
    file_name: str
    state: str
    by_name: str
    decided_by: str
    counts: dict[str, int]


@dataclass(frozen=True)
class RegisterPage:
    """The upload form and the imports so far."""

    areas: tuple[str, ...]
    lines: tuple[ImportLine, ...]
    can_upload: bool
    error: str | None = None


@dataclass(frozen=True)
class FindingLine:
    """One bad cell."""

    row: int
    column: str
    value: str
    reason: str
    household: str


@dataclass(frozen=True)
class StagedGroup:
    """A page of the households or people of one kind of change; each kind turns its own pages."""

    kind: str
    title: str
    count: int
    columns: tuple[dict[str, str], ...]
    rows: tuple[dict[str, str], ...]
    prev_url: str | None
    next_url: str | None
    label: str


@dataclass(frozen=True)
class ImportPage:
    """One import: findings, changes, decision."""

    line: ImportLine
    area_code: str
    is_only_good: bool
    reason: str
    unknown_columns: tuple[str, ...]
    findings: tuple[FindingLine, ...]
    finding_count: int
    groups: tuple[StagedGroup, ...]
    can_decide: bool
    is_own: bool
    prev_url: str | None
    next_url: str | None
    label: str


@bp.get("/office/register")
@policy("register.list", of="import", county_official=Reach.AREA, auditor=Reach.AREA)
def register() -> str:
    """Show the upload form and what was imported."""
    return _register_page()


def _register_page(error: str | None = None) -> str:
    areas = reachable_areas()
    rows = queries.imports_in(reader(), areas)
    names = names_of_users(reader(), {row.by_user_id for row in rows} | {row.accepted_by for row in rows if row.accepted_by})
    page = RegisterPage(areas, tuple(_line(row, names) for row in rows), _is_county_official(), error)
    return render_template("assistance/register.html", page=page, labels=labels)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say how large a register may be where one was sent; other pages are sent photographs, of which the common words speak."""
    if request.endpoint != "assistance.propose":
        return error_page(RequestEntityTooLarge.code)
    sent = FileTooLarge(megabytes=-(-(request.content_length or 0) // MEGABYTE), limit=MAX_BYTES // MEGABYTE)
    return error_page(RequestEntityTooLarge.code, say(sent))


def _is_county_official() -> bool:
    return any(str(grant.role) == "county_official" for grant in me().grants)


def _line(row: Any, names: dict[int, str]) -> ImportLine:
    return ImportLine(
        ref=row.ref,
        at=row.proposed_at,
        file_name=row.file_name,
        state=row.state,
        by_name=names.get(row.by_user_id, ""),
        decided_by=names.get(row.accepted_by or 0, ""),
        counts=dict(row.counts),
    )


@bp.post("/office/register")
@policy("register.propose", of="import", county_official=Reach.AREA)
def propose() -> str | Response | tuple[str, int]:
    """Read an uploaded register, judge it, and stage what it would change."""
    areas = reachable_areas()
    area = request.form.get("area", areas[0] if areas else "")
    if area not in areas:
        raise NotAllowed
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _register_page(_("Choose the register's file first.")), 400
    content = upload.read()
    by, only_good, file_name = me().user_id, request.form.get("only_good") == "1", tidy(upload.filename or "")[:200]
    sha256 = hashlib.sha256(content).hexdigest()
    look = services.existing_household_of(primary(), sealer=sealer())
    try:
        file = read_register(content, areas=_area_index(), today=clock.today(), existing_household_of=look)
        prepared = services.prepare_import(primary(), file=file, area_code=area, only_good=only_good, sealer=sealer())
        report = write(
            lambda session: services.propose_import(session, prepared=prepared, by=by, sha256=sha256, file_name=file_name)
        )
    except Refusal as no:
        return _register_page(say(no)), no.status
    return redirect(url_for("assistance.one_import", ref=report.ref), 303)


def _area_index() -> AreaIndex:
    return AreaIndex(AreaEntry(*entry) for entry in register_index(reader()))


@bp.get("/office/register/<ref>")
@policy("register.show", of="import", county_official=Reach.AREA, auditor=Reach.AREA)
def one_import(ref: str) -> str:
    """Show an import's findings or changes."""
    held = queries.import_by_ref(reader(), ref)
    held = authorise(held, village_code=held.area_code if held else None)
    number = page_asked()
    names = names_of_users(reader(), {held.by_user_id} | ({held.accepted_by} if held.accepted_by else set()))
    findings = queries.findings_of(reader(), held.id, limit=FINDINGS, offset=(number - 1) * FINDINGS)
    count = int(held.counts.get("findings", 0))
    is_own = held.by_user_id == me().user_id
    page = ImportPage(
        line=_line(held, names),
        area_code=held.area_code,
        is_only_good=held.is_only_good,
        reason=held.reason,
        unknown_columns=tuple(held.unknown_columns),
        findings=tuple(
            FindingLine(one.row, one.column, one.value_masked, _(one.message, **one.params), one.household_number or "")
            for one in findings
        ),
        finding_count=count,
        groups=_groups(held) if held.state != ImportState.REFUSED else (),
        can_decide=held.state == ImportState.PROPOSED and not is_own and _is_county_official(),
        is_own=is_own,
        prev_url=url_for("assistance.one_import", ref=ref, page=number - 1) if number > 1 else None,
        next_url=url_for("assistance.one_import", ref=ref, page=number + 1) if number * FINDINGS < count else None,
        label=_("Page %(number)s", number=number),
    )
    return render_template("assistance/import.html", page=page, labels=labels)


def _groups(held: Any) -> tuple[StagedGroup, ...]:
    found = []
    for kind, word in (
        (StagedKind.NEW, "new"), (StagedKind.CHANGED, "changed"), (StagedKind.HELD, "held"), (StagedKind.ABSENT, "absent"),
        (StagedKind.PERSON_ABSENT, "people_absent"),
    ):  # fmt: skip
        count = int(held.counts.get(word, 0))
        if count:
            found.append(_group(held, kind, _(labels.COUNTS[word]), count))
    return tuple(found)


def _group(held: Any, kind: StagedKind, title: str, count: int) -> StagedGroup:
    last = -(-count // ROWS)
    number = min(max(1, request.args.get(kind, 1, type=int)), last)
    rows = queries.staged_lines(reader(), held.id, kind, sealer=sealer(), limit=ROWS, offset=(number - 1) * ROWS)

    def at(other: int) -> str:
        pages: dict[str, Any] = {str(each): request.args[each] for each in StagedKind if each in request.args}
        return url_for("assistance.one_import", _anchor=kind, **{**pages, "ref": held.ref, str(kind): other})

    columns = [
        {"key": "number", "label": _("Register number")},
        {"key": "name", "label": _("Name, masked") if kind is StagedKind.PERSON_ABSENT else _("Head, masked")},
        {"key": "village", "label": _("Village")},
        {"key": "changes", "label": _("What changes")},
    ]
    # What is new has no name on record yet, and who is absent is only listed.
    left_out = {StagedKind.NEW: ("name", "changes"), StagedKind.ABSENT: ("changes",), StagedKind.PERSON_ABSENT: ("changes",)}
    return StagedGroup(
        kind=kind,
        title=title,
        count=count,
        columns=tuple(column for column in columns if column["key"] not in left_out.get(kind, ())),
        rows=tuple(_staged(row) for row in rows),
        prev_url=at(number - 1) if number > 1 else None,
        next_url=at(number + 1) if number < last else None,
        label=_("Page %(number)s", number=number),
    )


def _staged(row: StagedLine) -> dict[str, str]:
    return {
        "number": row.number,
        "name": row.name_masked or "—",
        "village": current_app.extensions["area_name"](row.village_code),
        "changes": listed(_(labels.CHANGES[word]) for word in row.changes),
    }


@bp.post("/office/register/<ref>/accept")
@policy("register.accept", of="import", county_official=Reach.AREA)
def accept(ref: str) -> Response:
    """Let an import stand; the second official's word."""
    held = queries.import_by_ref(reader(), ref)
    held = authorise(held, village_code=held.area_code if held else None)
    key, by = held.id, me().user_id
    try:
        prepared = services.prepare_acceptance(primary(), import_id=key, sealer=sealer())
        write(lambda session: services.accept_import(session, import_id=key, by=by, prepared=prepared))
        flash(_("The import stands from today."), "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("assistance.one_import", ref=ref), 303)


@bp.post("/office/register/<ref>/reject")
@policy("register.reject", of="import", county_official=Reach.AREA)
def reject(ref: str) -> Response:
    """Turn an import down."""
    held = queries.import_by_ref(reader(), ref)
    held = authorise(held, village_code=held.area_code if held else None)
    key, by, reason = held.id, me().user_id, tidy(request.form.get("reason", ""))[:200]
    try:
        write(lambda session: services.reject_import(session, import_id=key, by=by, reason=reason))
        flash(_("The import was rejected; nothing of it stands."), "info")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("assistance.one_import", ref=ref), 303)
