"""/office/grievances: what is to be answered in one's area, what is late, and one case with its next steps."""

import datetime as dt
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.grievances import queries, rules, services
from marketplace.grievances.forms import StepForm
from marketplace.grievances.pages import CasePage, ListPage, SheetPage
from marketplace.grievances.refusals import OutcomeNeeded, WordsNeeded
from marketplace.grievances.services import Saying
from marketplace.grievances.values import OPEN, Action, GrievanceView, Lines, Party, State
from marketplace.grievances.views.blueprint import OFFICIALS, READERS, answered_by, bp, place_name, place_names, sealer, shown
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.words import N_
from marketplace.media import queries as media
from marketplace.media.services import DiskStore
from marketplace.media.values import MEDIA_TYPES, ImageView
from marketplace.web.db import reader, write
from marketplace.web.files import send_private
from marketplace.web.identity import visitor
from marketplace.web.nav import NavItem, Section
from marketplace.web.pages import private
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal


def _waiting(codes: tuple[str, ...]) -> Select[int]:
    return queries.count_waiting(codes, reader_id=me().user_id)


OFFICE_NAV = (
    NavItem("grievances.cases", N_("Complaints to answer"), tuple(READERS), _waiting, order=36, section=Section.PUBLIC),
)
#: What the list may be cut to: its word in the address, what it is called, the states.
_CUTS: tuple[tuple[str, str, tuple[State, ...]], ...] = (
    ("", N_("Still open"), OPEN),
    ("mine", N_("Given to me"), ()),
    ("closed", N_("Closed cases"), tuple(state for state in State if state not in OPEN)),
)


@bp.get("/office/grievances")
@policy("grievances.list", **READERS)
def cases() -> str:
    """List what the person's office answers, the latest first."""
    asked = request.args.get("show", "")
    cut, _words, states = next((one for one in _CUTS if one[0] == asked), _CUTS[0])
    found = queries.lines_in(
        reader(), reachable_areas(), reader_id=me().user_id, states=states, is_mine=cut == "mine",
        after=request.args.get("after", ""),
    )  # fmt: skip
    return _list_page(found, cut)


@bp.get("/office/grievances/overdue")
@policy("grievances.overdue", **READERS)
def overdue() -> str:
    """List what is late, the longest late first."""
    found = queries.overdue_in(reader(), reachable_areas(), reader_id=me().user_id, after=request.args.get("after", ""))
    return _list_page(found, "overdue")


def _list_page(found: Lines, cut: str) -> str:
    page = ListPage(
        rows=found.rows,
        places=place_names(found.rows),
        choices=[
            *((url_for("grievances.cases", show=one or None), _(words), one == cut) for one, words, _states in _CUTS),
            (url_for("grievances.overdue"), _("Overdue"), cut == "overdue"),
        ],
        next_url=_next_page(found, cut),
        today=clock.today(),
        overdue=queries.count_overdue(reader(), reachable_areas(), reader_id=me().user_id),
        may_set_rules="county_official" in visitor().roles,
    )
    return shown("cases", page)


def _next_page(found: Lines, cut: str) -> str | None:
    if found.next_after is None:
        return None
    if cut == "overdue":
        return url_for("grievances.overdue", after=found.next_after)
    return url_for("grievances.cases", after=found.next_after, show=cut or None)


@bp.get("/office/grievances/<ref>")
@policy("grievances.read", of="grievance", **READERS)
def case(ref: str) -> Response:
    """Show a case with the steps this official may take."""
    return _case_page(_reached(ref))


@bp.post("/office/grievances/<ref>/<any(accept, refuse, assign, investigate, answer, decide, keep_out, note):step>")
@policy("grievances.step", of="grievance", **OFFICIALS)
def take(ref: str, step: str) -> Response:
    """Take one step."""
    found, action = _reached(ref), Action(step)
    form = StepForm.of(action)
    if not form.is_posted_and_valid():
        return _case_page(found, {action: form}, 422)
    wish: dict[str, Any] = {
        "grievance_id": found.id, "action": action, "by": me().user_id, "sealer": sealer(),
        "seen": form.seen.data if form.seen.data is not None else -1,
        "saying": Saying(form.words.data or "", form.note.data or "", form.chosen_outcome(), form.towards.data),
    }  # fmt: skip
    try:
        write(lambda session: services.take_step(session, **wish))
    except (WordsNeeded, OutcomeNeeded) as no:
        form.refuse(no, "outcome" if isinstance(no, OutcomeNeeded) else "note" if action is Action.NOTE else "words")
        return _case_page(found, {action: form}, no.status)
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("grievances.case", ref=ref), code=303)
    flash(_("Done."), "ok")
    return redirect(url_for("grievances.case", ref=ref), code=303)


@bp.post("/office/grievances/<ref>/contact")
@policy("grievances.contact", of="grievance", **OFFICIALS)
def contact(ref: str) -> Response:
    """Show this once how to reach the complainant; the trail keeps who looked."""
    found, by = _reached(ref), me().user_id
    try:
        told = write(lambda session: services.read_contact(session, grievance_id=found.id, by=by, sealer=sealer()))
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("grievances.case", ref=ref), code=303)
    return _case_page(found, contact=told)


@bp.get("/office/grievances/<ref>/print")
@policy("grievances.print", of="grievance", **READERS)
def sheet(ref: str) -> Response:
    """Show the form on paper, without what officials say among themselves."""
    found = _reached(ref)
    page = SheetPage(
        grievance=found,
        wording=queries.wording(reader(), grievance_id=found.id, sealer=sealer()),
        place=place_name(found.area_code),
        answered_by=answered_by(found.handling_code),
        printed_at=clock.now(),
    )
    return private(shown("sheet", page))


@bp.get("/office/grievances/<ref>/photos/<image_ref>/<name>")
@policy("grievances.photo", of="grievance", **READERS)
def photo(ref: str, image_ref: str, name: str) -> Response:
    """Send one file of a picture sent with a grievance; no cache keeps it."""
    found = _reached(ref)
    image = media.image_by_ref(reader(), image_ref)
    if image is None or not queries.has_picture(reader(), grievance_id=found.id, image_id=image.id):
        raise NotThere
    path = DiskStore(current_app.extensions["settings"].media_dir).path(image.sha256, name)
    if path is None:
        raise NotThere
    return send_private(path, MEDIA_TYPES[path.suffix[1:]])


def _reached(ref: str) -> GrievanceView:
    """Return a grievance to the officials who answer it, as if there were none to whoever it concerns."""
    found = queries.grievance_for(reader(), ref=ref, reader_id=me().user_id)
    return authorise(found, village_code=found.handling_code if found else None)


def _steps_open_to_me(found: GrievanceView) -> tuple[Action, ...]:
    if not visitor().roles & set(OFFICIALS):
        return ()
    return rules.steps_for(found.state, queries.party(reader(), found, user_id=me().user_id))


def _case_page(
    found: GrievanceView, failed: dict[Action, StepForm] | None = None, status: int = 200, contact: str = ""
) -> Response:
    failed = failed or {}
    steps = _steps_open_to_me(found)
    officers = queries.officers(reader(), found) if steps else ()
    names = names_of_users(reader(), [found.assignee_id]) if found.assignee_id else {}
    page = CasePage(
        grievance=found,
        wording=queries.wording(reader(), grievance_id=found.id, sealer=sealer()),
        place=place_name(found.area_code),
        answered_by=answered_by(found.handling_code),
        assignee=names.get(found.assignee_id or 0, ""),
        images=_images(found),
        forms={step: failed.get(step) or StepForm.of(step, formdata=None, seen=found.version) for step in steps},
        officers=officers,
        is_late=_is_late(found.due_on),
        may_reach=found.has_contact and bool(steps) and queries.party(reader(), found, user_id=me().user_id) is Party.ASSIGNEE,
        contact=contact,
    )
    return private(shown("case", page, my_user_id=me().user_id), status)


def _is_late(due_on: dt.date | None) -> bool:
    return due_on is not None and due_on < clock.today()


def _images(found: GrievanceView) -> dict[int, ImageView]:
    """Return the pictures, each at the address that asks who is looking."""
    views = media.private_image_views(reader(), found.image_ids)
    of_case = url_for("grievances.case", ref=found.ref)
    return {key: view.at(f"{of_case}/photos/{view.ref}") for key, view in views.items()}
