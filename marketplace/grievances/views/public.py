"""What anybody may do, with an account or without: bring a grievance, follow it by number and code, take it back, appeal."""

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import services as accounts
from marketplace.accounts.values import ROLE_NAMES, Origin, Role
from marketplace.areas import queries as areas
from marketplace.areas.values import township_of
from marketplace.grievances import queries, rules, services
from marketplace.grievances.forms import AppealForm, BringForm, FindForm
from marketplace.grievances.pages import BringPage, BroughtPage, FindPage, FollowPage, StartPage, TownsPage
from marketplace.grievances.refusals import TooManyPictures, WordsNeeded
from marketplace.grievances.values import (
    ACTION_WORDS,
    KIND_WORDS,
    OPEN,
    OUTCOME_WORDS,
    SUBJECT_ROLES,
    Action,
    Complaint,
    GrievanceView,
    Kind,
    Receipt,
    State,
    StepView,
    Wording,
)
from marketplace.grievances.views.blueprint import answered_by, bp, place_name, sealer, shown
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.media.services import DiskStore, accept_image, keep_files, store_image
from marketplace.media.values import CleanImage
from marketplace.web import visits
from marketplace.web.db import reader, write
from marketplace.web.filters import day, moment
from marketplace.web.forms import own_key
from marketplace.web.identity import acting_user
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import authorise, policy
from marketplace.web.words import flash_refusal, say


@bp.get("/grievances/")
@policy("grievances.start", public=True)
def start() -> Response:
    """Say how it goes, and list one's own where somebody signed in."""
    user_id = acting_user()
    own = queries.own_lines(reader(), user_id=user_id).rows if user_id is not None else ()
    return private(shown("start", StartPage(own), tab="mine"))


@bp.get("/grievances/new")
@policy("grievances.ask", public=True)
def ask() -> Response:
    """Ask in which township it happened, then for the grievance itself."""
    town = request.args.get("town", "")
    towns = _named(areas.townships(reader()))
    if town not in dict(towns):
        return private(shown("towns", TownsPage(towns), tab="mine"))
    visits.mark_browser()
    kind = request.args.get("kind", "")
    form = BringForm(formdata=None, key=ids.uuid7(), kind=kind if kind in set(Kind) else "", keep="yes")
    return _bring_page(town, form)


@bp.post("/grievances/new")
@policy("grievances.bring", public=True)
def bring() -> Response:
    """Take it down, and show number and code; the page sent again shows the same."""
    form = BringForm()
    town = township_of(form.area.data or request.args.get("town", ""))
    if town not in dict(_named(areas.townships(reader()))):
        return redirect(url_for("grievances.ask"), code=303)
    key = own_key(form.key, "grievance")
    if not form.is_posted_and_valid():
        return _bring_page(town, form, 422)
    try:
        photos = _photos()
    except Refusal as no:
        return _bring_page(town, form, no.status, say(no))
    wish: dict[str, Any] = {
        "key": key, "complaint": _complaint(form), "sealer": sealer(),
        "owner_id": acting_user() if form.keep.data == "yes" else None,
        "origin": Origin(request.remote_addr or "", visits.browser()),
    }  # fmt: skip

    def verb(session: Session) -> Receipt:
        # nobody is noted as the sender of the pictures: that would name the complainant
        kept = [store_image(session, photo, uploaded_by=None).id for photo in photos]
        return services.bring_grievance(session, image_ids=kept, **wish)

    try:
        receipt = write(verb)
    except Refusal as no:
        form.refuse(no, "words" if isinstance(no, WordsNeeded) else None)
        return _bring_page(town, form, no.status)
    visits.remember_purchase(receipt.ref)
    page = BroughtPage(receipt, f"{receipt.code[:5]} {receipt.code[5:]}")
    return private(shown("brought", page, tab="mine"))


@bp.get("/grievances/find")
@policy("grievances.find", public=True)
def find() -> Response:
    """Ask for number and code."""
    form = FindForm(formdata=None, number=request.args.get("number", "")[:24])
    return private(shown("find", FindPage(form), tab="mine"))


@bp.post("/grievances/find")
@policy("grievances.look_up", public=True)
def look_up() -> Response:
    """Open a grievance to whoever knows number and code; tries are counted in the database."""
    form = FindForm()
    if form.is_posted_and_valid():
        ref = (form.number.data or "").upper().replace(" ", "")
        address = request.remote_addr or ""
        try:
            write(lambda session: accounts.spend_try(session, kind="grievance_code", subject=ref, address=address))
        except Refusal as no:
            form.refuse(no)
            return private(shown("find", FindPage(form), tab="mine"), no.status)
        if queries.grievance_known_to(reader(), ref=ref, code=form.code.data or "", sealer=sealer()) is not None:
            visits.remember_purchase(ref)
            return redirect(url_for("grievances.show", ref=ref), code=303)
        form.form_errors = [_("Nothing has this number and this code. Please check both.")]
    return private(shown("find", FindPage(form), tab="mine"), 422)


@bp.get("/grievances/<ref>")
@policy("grievances.follow", known=True, of="grievance")
def show(ref: str) -> Response:
    """Show how far it has come to its complainant; whoever else comes here is asked for the code."""
    try:
        found = _own(ref)
    except NotThere:
        return redirect(url_for("grievances.find", number=ref[:24]), code=303)
    return _follow_page(found, AppealForm(formdata=None, seen=found.version))


@bp.post("/grievances/<ref>/withdraw")
@policy("grievances.withdraw", known=True, of="grievance")
def withdraw(ref: str) -> Response:
    """Take it back."""
    found = _own(ref)
    seen = request.form.get("seen", -1, type=int)
    try:
        write(lambda session: services.withdraw_grievance(session, grievance_id=found.id, seen=seen, sealer=sealer()))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("You took it back. Nobody works on it any more."), "ok")
    return redirect(url_for("grievances.show", ref=ref), code=303)


@bp.post("/grievances/<ref>/appeal")
@policy("grievances.appeal", known=True, of="grievance")
def appeal(ref: str) -> Response:
    """Ask for another look by another person."""
    found, form = _own(ref), AppealForm()
    if not form.is_posted_and_valid():
        return _follow_page(found, form, 422)
    wish: dict[str, Any] = {
        "grievance_id": found.id, "seen": form.seen.data if form.seen.data is not None else -1, "words": form.words.data or "",
        "sealer": sealer(),
    }  # fmt: skip
    try:
        write(lambda session: services.appeal_grievance(session, **wish))
    except WordsNeeded as no:
        form.refuse(no, "words")
        return _follow_page(found, form, no.status)
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("grievances.show", ref=ref), code=303)
    flash(_("The county looks at it again, and another person decides."), "ok")
    return redirect(url_for("grievances.show", ref=ref), code=303)


@bp.post("/grievances/<ref>/forget")
@policy("grievances.forget", known=True, of="grievance")
def forget(ref: str) -> Response:
    """Let this browser forget that it knows the grievance: phones are shared."""
    visits.forget_purchase(_own(ref).ref)
    flash(_("This phone has forgotten it. Number and code open it again."), "ok")
    return redirect(url_for("grievances.start"), code=303)


def _own(ref: str) -> GrievanceView:
    """Return a grievance to the browser that brought or found it, and to whoever keeps it with their account."""
    return authorise(queries.grievance_by_ref(reader(), ref=ref))


def _named(found: Any) -> list[tuple[str, str]]:
    return [(each.code, each.name_en if locale_id() == "en" else each.name_zh) for each in found]


def _complaint(form: BringForm) -> Complaint:
    role = form.subject_role.data or ""
    return Complaint(
        kind=Kind(form.kind.data), area_code=form.area.data or "", words=form.words.data or "", contact=form.contact.data or "",
        subject_role=Role(role) if role in SUBJECT_ROLES else None, subject_name=form.subject_name.data or "",
    )  # fmt: skip


def _photos() -> list[CleanImage]:
    """Return the photos that were sent, cleaned and kept from everybody: work done before the writer opens."""
    sent = [file for file in request.files.getlist("photos") if file.filename]
    if len(sent) > rules.MOST_PICTURES:
        raise TooManyPictures(most=rules.MOST_PICTURES)
    store = DiskStore(current_app.extensions["settings"].media_dir)
    photos = [accept_image(file.read()).kept_private() for file in sent]
    for photo in photos:
        keep_files(store, photo)
    return photos


def _bring_page(town: str, form: BringForm, status: int = 200, photo_refusal: str | None = None) -> Response:
    names = dict(_named(areas.areas_within(reader(), [town])))
    villages = [(code, name) for code, name in names.items() if code != town]
    page = BringPage(
        form=form,
        town=town,
        town_name=names[town],
        places=[("", _("Choose")), *villages, (town, _("The whole township"))],
        kinds=[(str(kind), _(KIND_WORDS[kind])) for kind in Kind],
        roles=[("", _("I do not know, or nobody in particular")), *((str(role), _(ROLE_NAMES[role])) for role in SUBJECT_ROLES)],
        photo_refusal=photo_refusal,
    )
    return private(shown("bring", page, tab="mine"), status)


def _follow_page(found: GrievanceView, form: AppealForm, status: int = 200) -> Response:
    told = queries.wording(reader(), grievance_id=found.id, sealer=sealer())
    page = FollowPage(
        grievance=found,
        wording=told,
        place=place_name(found.area_code),
        answered_by=answered_by(found.handling_code),
        timeline=_timeline(found, told),
        next_words=_next_words(found),
        form=form,
        can_appeal=found.can_be_appealed(clock.today()),
        can_withdraw=found.state in OPEN,
    )
    return private(shown("follow", page, tab="mine"), status)


def _timeline(found: GrievanceView, told: Wording) -> list[tuple[str, str, str]]:
    """Return (words, who and when, state) of what has happened, and of what is awaited."""
    public = [step for step in told.steps if step.is_public]
    rows = [(_("Received"), moment(found.received_at), "done")]
    rows += [(_step_words(step), " · ".join([moment(step.at), *_signed(step)]), "done") for step in public]
    if found.state in OPEN:
        rows.append((_("Awaited"), _next_words(found), "now"))
    return rows


def _step_words(step: StepView) -> str:
    words = _(ACTION_WORDS[step.action])
    return f"{words}: {_(OUTCOME_WORDS[step.outcome])}" if step.outcome is not None else words


def _signed(step: StepView) -> list[str]:
    if step.action is Action.ASSIGN and step.towards_name:
        return [step.towards_name]
    return [f"{_(ROLE_NAMES[step.by_role])} {step.by_name}"] if step.by_role is not None and step.by_name else []


def _next_words(found: GrievanceView) -> str:
    """Return what comes next, and by when."""
    words = _("It is closed.")
    if found.state is State.RECEIVED:
        words = _("Somebody takes it up, or says why not, by %(day)s.", day=day(found.due_on))
    elif found.state in (State.ACCEPTED, State.INVESTIGATING):
        words = _("You have an answer by %(day)s.", day=day(found.due_on))
    elif found.state is State.APPEALED:
        words = _("Another person decides by %(day)s.", day=day(found.due_on))
    elif found.can_be_appealed(clock.today()):
        words = _("If you do not agree, ask for another look by %(day)s.", day=day(found.appeal_until))
    return str(words)
