"""Cases for officials: the list with what is due, the page of one, signing a step, and the form to print."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.assistance import labels, queries, refusals, services
from marketplace.assistance.labels import procedures as words
from marketplace.assistance.rules import procedures as rules
from marketplace.assistance.values.procedures import (
    Action,
    CaseLine,
    CaseView,
    EvidenceKind,
    EvidenceView,
    Hit,
    Kinship,
    Level,
    ProcedureKind,
    Said,
    Signed,
    Signer,
    State,
)
from marketplace.assistance.views.blueprint import READERS, SIGNERS, bp, sealer
from marketplace.assistance.views.case_words import evidence_facts, opinion_line, wants_words
from marketplace.assistance.views.households import word
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.media.queries import image_by_ref, private_image_views
from marketplace.media.services import DiskStore
from marketplace.media.values import MEDIA_TYPES, ImageView
from marketplace.notices import queries as notices
from marketplace.notices.values import LOG_WORDS, OBJECTION_WORDS, TITLES, LogLine, ObjectionLine
from marketplace.web.db import primary, reader, write
from marketplace.web.files import send_private
from marketplace.web.forms import tidy
from marketplace.web.identity import visitor
from marketplace.web.policy import authorise, helped_households, may_open, me, policy, reachable_areas
from marketplace.web.words import flash_refusal, say

PAGE = 50
#: The stages of each kind as a strip shows them, in order.
STRIPS: dict[ProcedureKind, tuple[State, ...]] = {
    ProcedureKind.IDENTIFY: (
        State.APPLIED, State.REVIEWING, State.VILLAGE_NOTICE, State.TOWNSHIP, State.TOWNSHIP_NOTICE, State.COUNTY, State.APPROVED,
        State.DONE,
    ),
    ProcedureKind.EXIT: (
        State.VERIFYING, State.HEARING, State.VILLAGE_NOTICE, State.TOWNSHIP, State.COUNTY, State.APPROVED, State.DONE,
    ),
    ProcedureKind.MONITOR: (
        State.APPLIED, State.HEARING, State.REVIEWING, State.VILLAGE_NOTICE, State.TOWNSHIP, State.COUNTY, State.DONE,
    ),
    ProcedureKind.CLEAR: (
        State.VERIFYING, State.HEARING, State.VILLAGE_NOTICE, State.TOWNSHIP, State.COUNTY, State.DONE,
    ),
}  # fmt: skip
STRIPS |= {ProcedureKind.REENTER: STRIPS[ProcedureKind.IDENTIFY], ProcedureKind.REMOVE: STRIPS[ProcedureKind.EXIT]}


@dataclass(frozen=True)
class CasesPage:
    """A page of cases with its filters."""

    lines: Sequence[CaseLine]
    show: str
    kind: str
    today: dt.date
    overdue: int
    prev_url: str | None
    next_url: str | None
    label: str


@dataclass(frozen=True)
class Offered:
    """One step that may be signed here and now, and what it still needs."""

    action: Action
    label: str
    needs_words: bool
    is_against: bool
    missing: tuple[EvidenceKind, ...]
    is_witnessed: bool


@dataclass(frozen=True)
class CasePage:
    """One case whole."""

    case: CaseView
    strip: tuple[tuple[str, str | None, str], ...]
    offered: tuple[Offered, ...]
    must_declare: bool
    evidence: tuple[tuple[EvidenceView, tuple[tuple[str, str], ...]], ...]
    opinions: tuple[tuple[str, str], ...]
    hits: Sequence[Hit]
    images: dict[int, ImageView]
    objections: Sequence[ObjectionLine]
    #: What was shown in public about the case, and when.
    shown: Sequence[LogLine]
    has_kin: bool
    bringing: tuple[tuple[str, str], ...]
    basis: tuple[dict[str, Any], ...]
    is_overdue: bool
    can_sign: bool
    words: str = ""
    errors: tuple[tuple[str, str], ...] = ()


@bp.get("/office/cases")
@policy("cases.list", of="case", **READERS)
def cases() -> str:
    """List the cases of the person's area: open ones by what is due first, closed ones by the newest."""
    areas, helped = reachable_areas(), helped_households()
    show = request.args.get("show", "open")
    asked = request.args.get("kind", "")
    kind = ProcedureKind(asked) if asked in set(ProcedureKind) else None
    today = clock.today()
    if show == "closed":
        before = request.args.get("before", type=int)
        lines = queries.closed_cases(reader(), areas, keys=helped, sealer=sealer(), kind=kind, before=before, limit=PAGE + 1)
    else:
        show = "overdue" if show == "overdue" else "open"
        lines = queries.open_cases(
            reader(), areas, keys=helped, sealer=sealer(), kind=kind, due_before=today if show == "overdue" else None,
            after=_after(), limit=PAGE + 1,
        )  # fmt: skip
    return render_template(
        "assistance/cases.html",
        page=CasesPage(
            lines=lines[:PAGE],
            show=show,
            kind=kind.value if kind else "",
            today=today,
            overdue=queries.cases_overdue(reader(), areas, today),
            prev_url=url_for("assistance.cases", show=show, kind=kind) if {"after", "before"} & set(request.args) else None,
            next_url=_next_url(lines, show, kind),
            label="",
        ),
        labels=labels,
        words=words,
        may_begin=bool(visitor().roles & {"village_official", "township_official"}),
    )


def _after() -> tuple[dt.date, int] | None:
    """Return the last (day due, key) of the page before, from the address."""
    day, _dot, key = request.args.get("after", "").partition(".")
    try:
        return dt.date.fromisoformat(day), int(key)
    except ValueError:
        return None


def _next_url(lines: Sequence[CaseLine], show: str, kind: ProcedureKind | None) -> str | None:
    if len(lines) <= PAGE:
        return None
    last = lines[PAGE - 1]
    seen = {"before": last.id} if show == "closed" else {"after": f"{last.due_on}.{last.id}"}
    return url_for("assistance.cases", show=show, kind=kind, **seen)


def known_case(ref: str) -> Any:
    """Return the case if the person's reach covers it."""
    return authorise(queries.case_by_ref(reader(), ref))


def signer_here(village_code: str, household_id: int) -> Signer:
    """Return whoever is signed in, with the roles they hold where the household lives."""
    person = me()
    roles = {str(grant.role) for grant in person.grants if grant.area_code and village_code.startswith(str(grant.area_code))}
    if household_id not in person.helped_ids:
        roles.discard("helper")
    if household_id in person.household_ids:
        roles.add("farmer")
    return Signer(person.user_id, person.name, frozenset(roles), (request.user_agent.string or "")[:120])


def offered_steps(case: CaseView, signer: Signer) -> tuple[Offered, ...]:
    """Return what the person may sign now; what evidence is still missing stands beside it."""
    steps = [Signed(step.action, step.level, step.user_id, step.from_state) for step in case.steps]
    found = []
    for action in rules.actions_for(case.kind, case.state, signer, steps):
        move = rules.move_of(case.kind, case.state, action)
        level = rules.level_for(move.levels, signer) if move else None
        if move is None or level is None:
            continue
        found.append(
            Offered(
                action=action,
                label=_(words.ACTION[action]),
                needs_words=move.needs_words,
                is_against=move.needs_words,
                missing=tuple(sorted(rules.needed(move, level, signer) - case.findings.evidence)),
                is_witnessed=rules.is_witnessed(level, signer),
            )
        )
    return tuple(found)


def strip_of(case: CaseView) -> tuple[tuple[str, str | None, str], ...]:
    """Return the stages of a case as (words, who signed, state) for the strip; a closed one ends where it ended."""
    stages = STRIPS[case.kind]
    signed = {step.from_state: step for step in case.steps if step.from_state}
    found: list[tuple[str, str | None, str]] = []
    at = stages.index(case.state) if case.state in stages else None
    for number, stage in enumerate(stages):
        step = signed.get(stage)
        note = f"{clock.day_of(step.at)} {step.name}" if step else None
        if at is not None:
            state = "done" if number < at or case.state is State.DONE else "now" if number == at else "todo"
        else:
            state = "done" if step else "todo"
        found.append((_(words.STATE[stage]), note if state == "done" else None, state))
    if at is None:
        last = next((number for number, one in enumerate(found) if one[2] == "todo"), len(found))
        found = [*found[:last], (_(words.STATE[case.state]), None, "now")]
    return tuple(found)


def case_page(row: Any, *, typed: str = "", errors: tuple[tuple[str, str], ...] = ()) -> str:
    """Render the page of a case."""
    case = queries.case_view(primary(), row, sealer=sealer())
    signer = signer_here(case.village_code, case.household_id)
    can_sign = bool(visitor().roles & set(SIGNERS))
    offered = offered_steps(case, signer) if can_sign else ()
    page = CasePage(
        case=case,
        strip=strip_of(case),
        offered=offered,
        must_declare=any(not one.is_witnessed for one in offered),
        evidence=tuple((one, evidence_facts(one)) for one in case.evidence),
        opinions=opinion_line(case.findings),
        hits=queries.hits_of_household(reader(), case.household_id, sealer=sealer()),
        images=_images(case),
        objections=[one for _ref, one in notices.objections_about(reader(), [case.ref])] if case.notice_ref else (),
        shown=notices.log_of(reader(), [one.id for one in notices.notices_about(reader(), case.ref)]),
        has_kin=any(step.kinship is Kinship.KIN for step in case.steps),
        bringing=_bringing(case) if can_sign and not case.is_closed else (),
        basis=tuple(case.basis.get("years", ())),
        is_overdue=case.due_on is not None and case.due_on < clock.today(),
        can_sign=can_sign,
        words=typed,
        errors=errors,
    )
    return render_template(
        "assistance/case.html", page=page, labels=labels, words=words, word=word, objection_words=OBJECTION_WORDS,
        log_words=LOG_WORDS, titles=TITLES,
    )  # fmt: skip


def _bringing(case: CaseView) -> tuple[tuple[str, str], ...]:
    """Return (words, address) of what can be filed at this stage."""
    forms = {
        "assistance.bring_survey": EvidenceKind.SURVEY,
        "assistance.bring_vote": EvidenceKind.ASSEMBLY,
        "assistance.bring_home_check": EvidenceKind.HOME_CHECK,
        "assistance.bring_comparison": EvidenceKind.COMPARISON,
        "assistance.bring_resolution": EvidenceKind.RESOLUTION,
        "assistance.bring_paper": EvidenceKind.OTHER,
    }
    wanted = {EvidenceKind.OTHER} | ({EvidenceKind.RESOLUTION} if case.findings.disagree else set())
    for moves in rules.MOVES[case.kind].values():
        for move in moves:
            wanted |= move.needs
    return tuple(
        (_("Paper or photo") if kind is EvidenceKind.OTHER else _(words.EVIDENCE[kind]), url_for(endpoint, ref=case.ref))
        for endpoint, kind in forms.items()
        if kind in wanted and may_open(endpoint, village_code=case.village_code, household_id=case.household_id)
    )


def _images(case: CaseView) -> dict[int, ImageView]:
    found = private_image_views(reader(), [one.image_id for one in case.evidence if one.image_id is not None])
    of_case = url_for("assistance.case", ref=case.ref)
    return {key: view.at(f"{of_case}/papers/{view.ref}") for key, view in found.items()}


@bp.get("/office/cases/<ref>")
@policy("cases.show", of="case", **READERS)
def case(ref: str) -> str:
    """Show a case whole: where it is, who signed, what it stands on, and what may be signed now."""
    return case_page(known_case(ref))


@bp.post("/office/cases/<ref>/sign")
@policy("cases.sign", of="case", **SIGNERS)
def sign(ref: str) -> Any:
    """Sign one step."""
    row = known_case(ref)
    typed = tidy(request.form.get("words", ""))[:1000]
    try:
        action = said_action()
        moved = sign_as(row, action, typed)
    except refusals.CaseMoved as no:
        flash_refusal(no)
        return redirect(url_for("assistance.case", ref=ref), 303)
    except Refusal as no:
        if no.status == 404:
            raise
        return case_page(row, typed=typed, errors=(("words", refusal_words(no)),)), no.status
    flash(_("Signed: %(step)s.", step=_(words.SIGNED[action])), "ok")
    if moved.state == State.DONE:
        flash(_("The record of the household has changed."), "ok")
    return redirect(url_for("assistance.case", ref=ref), 303)


def said_action() -> Action:
    """Return the step that the form names.

    Raises:
        NoSuchStep: there is none of that name.
    """
    name = request.form.get("step", "")
    if name not in set(Action):
        raise refusals.NoSuchStep
    return Action(name)


def sign_as(row: Any, action: Action, typed: str) -> Any:
    """Sign a step of a case as whoever is signed in."""
    kinship = request.form.get("kinship", "")
    said = Said(typed, Kinship(kinship) if kinship in set(Kinship) else None, tidy(request.form.get("kinship_words", ""))[:200])
    seen = request.form.get("seq", type=int) or 0
    case_id, signer, seals = row.id, signer_here(row.village_code, row.household_id), sealer()
    return write(
        lambda session: services.sign_step(
            session, case_id=case_id, seen_seq=seen, action=action, signer=signer, sealer=seals, said=said
        )
    )


def refusal_words(no: Refusal) -> str:
    """Return a refusal in the reader's language, with what exactly is missing."""
    said: str = say(no)
    if isinstance(no, refusals.EvidenceMissing):
        return f"{said} {'、'.join(_(words.EVIDENCE[kind]) for kind in no.kinds)}"
    if isinstance(no, refusals.BasisMissing):
        return f"{said} {'; '.join(wants_words(no.wants))}"
    return said


@bp.get("/office/cases/<ref>/papers/<image_ref>/<name>")
@policy("cases.paper", of="case", **READERS)
def paper(ref: str, image_ref: str, name: str) -> Response:
    """Send one file of a paper of this case; no cache keeps it."""
    row = known_case(ref)
    image = image_by_ref(reader(), image_ref)
    if image is None or image.id not in {one.image_id for one in queries.evidence_of(reader(), row.id)}:
        raise NotThere
    path = DiskStore(current_app.extensions["settings"].media_dir).path(image.sha256, name)
    if path is None:
        raise NotThere
    return send_private(path, MEDIA_TYPES[path.suffix[1:]])


@bp.get("/office/cases/<ref>/form")
@policy("cases.form", of="case", **READERS)
def case_form(ref: str) -> str:
    """Show the review and approval form of a case, ready to be printed on A4: every signature with role, moment and device."""
    row = known_case(ref)
    case = queries.case_view(reader(), row, sealer=sealer())
    household = farmers.household(reader(), row.household_id)
    members = [one for one in farmers.member_views(reader(), row.household_id, sealer=sealer()) if one.to_on is None]
    levels = [level for level in Level if any(step.level is level for step in case.steps)]
    return render_template(
        "assistance/case_form.html", case=case, household=household, members=members, levels=levels,
        labels=labels, words=words, word=word,
        evidence=[(one, evidence_facts(one)) for one in case.evidence], opinions=opinion_line(case.findings),
        printed_at=clock.now(),
    )  # fmt: skip
