"""Pages of notices: the public board, objecting to a notice, and answering objections in the office."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.accounts.queries import names_of_users
from marketplace.accounts.values import Origin
from marketplace.areas import queries as areas
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.words import N_
from marketplace.notices import queries, services
from marketplace.notices.values import (
    DECIDED,
    LOG_WORDS,
    OBJECTION_WORDS,
    TITLES,
    LogLine,
    NoticeView,
    ObjectionLine,
    ObjectionState,
    ObjectionView,
)
from marketplace.web import visits
from marketplace.web.db import primary, reader, write
from marketplace.web.forms import Form, TidyStringField, posted_key, tidy
from marketplace.web.nav import NavItem, Section
from marketplace.web.pages import private
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.requests import page_asked

bp = Blueprint("notices", __name__)

PAGE = 50
_READERS: dict[str, Any] = {
    "village_official": Reach.AREA,
    "task_force": Reach.AREA,
    "township_official": Reach.AREA,
    "county_official": Reach.AREA,
    "auditor": Reach.AREA,
}
_DECIDERS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA}
OFFICE_NAV = (
    NavItem("notices.objections", N_("Objections"), tuple(_READERS), queries.objections_waiting, 27, section=Section.PUBLIC),
)  # fmt: skip


class ObjectionForm(Form):
    """What somebody has to say against a notice."""

    words = TidyStringField(most=2000, needed=_l("Say in a sentence what is the matter."))
    contact = TidyStringField(most=60)


@dataclass(frozen=True)
class BoardPage:
    """The notices of an area that hang out today."""

    area_code: str
    notices: tuple[NoticeView, ...]
    places: tuple[tuple[str, str], ...]
    prev_url: str | None
    next_url: str | None
    label: str


@dataclass(frozen=True)
class NoticePage:
    """One notice and the form to object to it."""

    notice: NoticeView
    form: Any
    key: str
    may_object: bool
    sent: str


@bp.get("/notices/")
@policy("notices.board", public=True)
def board() -> str:
    """Show what hangs out in an area today; search engines are asked to stay away."""
    names = areas.names(reader())
    asked = request.args.get("area", "")
    code = asked if asked in names else min(names, key=len, default="")
    page_number = page_asked()
    found = queries.standing_notices(reader(), area_code=code, on=clock.today(), limit=PAGE + 1, offset=(page_number - 1) * PAGE)

    def at(number: int) -> str:
        return url_for("notices.board", area=code, page=number)

    page = BoardPage(
        area_code=code,
        notices=tuple(found[:PAGE]),
        places=tuple((one, url_for("notices.board", area=one)) for one in sorted(names) if one[:-3] == code),
        prev_url=at(page_number - 1) if page_number > 1 else None,
        next_url=at(page_number + 1) if len(found) > PAGE else None,
        label=_("Page %(number)s", number=page_number),
    )
    return render_template("notices/board.html", page=page, titles=TITLES)


@bp.get("/notices/<ref>")
@policy("notices.show", public=True)
def show(ref: str) -> str:
    """Show one notice while it hangs out; afterwards there is nothing to see."""
    return _notice_page(_standing(ref), ObjectionForm(formdata=None))


def _standing(ref: str) -> NoticeView:
    notice = queries.notice_by_ref(reader(), ref)
    if notice is None or not notice.stands_on(clock.today()):
        raise NotThere
    return notice


def _notice_page(notice: NoticeView, form: Any, sent: str = "") -> str:
    page = NoticePage(notice, form, ids.uuid7(), notice.topic not in DECIDED, sent)
    return render_template("notices/show.html", page=page, titles=TITLES, has_errors=bool(form.errors or form.form_errors))


@bp.post("/notices/<ref>")
@policy("notices.object", public=True)
def object_to(ref: str) -> Any:
    """Take an objection, from anybody, named or not."""
    notice = _standing(ref)
    form: Any = ObjectionForm()
    if form.is_posted_and_valid():
        key = posted_key()
        origin, seals = Origin(request.remote_addr or "", visits.browser()), sealer()
        words, contact = form.words.data, form.contact.data or None
        try:
            sent = write(
                lambda session: services.object_to(
                    session, key=f"{ref}/{key}", notice_ref=ref, words=words, contact=contact, sealer=seals, origin=origin
                )
            )
        except Refusal as no:
            form.refuse(no)
            return private(_notice_page(notice, form), no.status)
        return private(_notice_page(notice, ObjectionForm(formdata=None), sent))
    return private(_notice_page(notice, form), 400)


def sealer() -> Sealer:
    """Return the application's sealer of personal data."""
    found: Sealer = current_app.extensions["sealer"]
    return found


@dataclass(frozen=True)
class ObjectionsPage:
    """A page of objections."""

    lines: tuple[ObjectionLine, ...]
    show: str
    prev_url: str | None
    next_url: str | None
    label: str


@dataclass(frozen=True)
class ObjectionPage:
    """One objection with the notice it is about and the log of that."""

    objection: ObjectionView
    notice: NoticeView
    log: tuple[LogLine, ...]
    decided_by: str
    can_decide: bool
    typed: str
    error: str


@bp.get("/office/objections")
@policy("notices.objections", of="objection", **_READERS)
def objections() -> str:
    """List the objections of the person's area, those that wait and are due first."""
    show = "all" if request.args.get("show") == "all" else "open"
    number = page_asked()
    found = queries.objections_in(
        reader(), reachable_areas(), state=ObjectionState.OPEN if show == "open" else None, limit=PAGE + 1,
        offset=(number - 1) * PAGE,
    )  # fmt: skip

    def at(other: int) -> str:
        return url_for("notices.objections", show=show, page=other)

    page = ObjectionsPage(
        lines=tuple(found[:PAGE]),
        show=show,
        prev_url=at(number - 1) if number > 1 else None,
        next_url=at(number + 1) if len(found) > PAGE else None,
        label=_("Page %(number)s", number=number),
    )
    return render_template("notices/objections.html", page=page, state_words=OBJECTION_WORDS, today=clock.today())


@bp.get("/office/objections/<ref>")
@policy("notices.objection", of="objection", **_READERS)
def objection(ref: str) -> str:
    """Show one objection and what hung out."""
    return _objection_page(authorise(queries.objection_by_ref(primary(), ref, sealer=sealer())))


def _objection_page(found: ObjectionView, typed: str = "", error: str = "") -> str:
    notice = queries.notice_by_id(reader(), found.notice_id)
    names = names_of_users(reader(), {found.decided_by} if found.decided_by else set())
    page = ObjectionPage(
        objection=found,
        notice=notice,
        log=tuple(queries.log_of(reader(), [found.notice_id])),
        decided_by=names.get(found.decided_by or 0, ""),
        can_decide=found.state is ObjectionState.OPEN and any(str(grant.role) in _DECIDERS for grant in me().grants),
        typed=typed,
        error=error,
    )
    return render_template("notices/objection.html", page=page, titles=TITLES, state_words=OBJECTION_WORDS, log_words=LOG_WORDS)


@bp.post("/office/objections/<ref>/decide")
@policy("notices.decide", of="objection", **_DECIDERS)
def decide(ref: str) -> Any:
    """Answer an objection: it is right, or it is not."""
    found = authorise(queries.objection_by_ref(reader(), ref, sealer=sealer()))
    typed = tidy(request.form.get("answer", ""))[:2000]
    is_upheld, by, seals = request.form.get("is_upheld") == "yes", me().user_id, sealer()
    try:
        write(
            lambda session: services.decide_objection(
                session, objection_id=found.id, is_upheld=is_upheld, answer=typed, by=by, sealer=seals
            )
        )
    except Refusal as no:
        return _objection_page(found, typed, _(no.message)), no.status
    flash(_("Answered."), "ok")
    return redirect(url_for("notices.objection", ref=ref), 303)
