"""Courses and activities: offered by officials, places given at the office, on the household's page and at the desk, who came."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from marketplace.areas.queries import areas_within
from marketplace.assistance import labels, queries, services
from marketplace.assistance.values import Status
from marketplace.assistance.values.courses import Audience, CourseDraft, CourseKind, CourseView, EnrolmentView, RosterLine
from marketplace.assistance.views.blueprint import OFFICIALS, READERS, VISITORS, bp, sealer
from marketplace.assistance.views.households import known, word
from marketplace.assistance.views.own_help import own
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import MemberView
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField, posted_key, tidy
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.requests import page_asked
from marketplace.web.words import flash_refusal

PAGE = 30
#: Who reads the lists of courses of an area; helpers work on the pages of the households they are named for.
COURSE_READERS: dict[str, Any] = {role: reach for role, reach in READERS.items() if role != "helper"}
#: Who ticks at the door.
TICKERS: dict[str, Any] = {role: reach for role, reach in VISITORS.items() if role != "helper"}
#: Half hours at which something can begin.
STARTS = tuple(f"{hour:02d}:{minute:02d}" for hour in range(7, 21) for minute in (0, 30))
HOURS = (1, 2, 3, 4, 6, 8, 16, 24)


@dataclass(frozen=True)
class CoursesPage:
    """Courses and activities of an official's area."""

    courses: tuple[CourseView, ...]
    can_open: bool
    prev_url: str | None
    next_url: str | None
    label: str


@dataclass(frozen=True)
class NewCoursePage:
    """The form of a new course."""

    form: Any
    key: str
    areas: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CoursePage:
    """One course and who has a place in it."""

    course: CourseView
    roster: tuple[RosterLine, ...]
    has_begun: bool
    can_tick: bool
    can_cancel: bool
    came: int


@dataclass(frozen=True)
class HouseholdCoursesPage:
    """Courses open to one household, and the places its people have."""

    ref: str
    village_code: str
    members: tuple[MemberView, ...]
    ahead: tuple[CourseView, ...]
    enrolments: tuple[EnrolmentView, ...]
    now: dt.datetime
    can_write: bool


class CourseForm(Form):
    """A course or activity."""

    kind = SelectField(choices=[str(kind) for kind in CourseKind])
    title_zh = TidyStringField(most=60, needed=_l("Give it a title in Chinese."))
    title_en = TidyStringField(most=100)
    area = SelectField()
    audience = SelectField(choices=[str(one) for one in Audience])
    venue = TidyStringField(most=80, needed=_l("Say where it is held."))
    on = DayField(needed=_l("Say on which day."))
    at = SelectField(choices=list(STARTS), default="09:00")
    hours = SelectField(choices=[str(hours) for hours in HOURS], default="3")
    places = WholeNumberField(least=1, most=2000, needed=_l("Say how many places there are."))


@bp.get("/office/courses")
@policy("courses.list", of="course", **COURSE_READERS)
def courses() -> str:
    """List the courses and activities of the person's area, the latest first."""
    page = page_asked()
    found = queries.courses_in(reader(), reachable_areas(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "assistance/courses.html",
        page=CoursesPage(
            courses=found[:PAGE],
            can_open=bool(visitor().roles & set(OFFICIALS)),
            prev_url=url_for("assistance.courses", page=page - 1) if page > 1 else None,
            next_url=url_for("assistance.courses", page=page + 1) if len(found) > PAGE else None,
            label=_("Page %(number)s", number=page),
        ),
        labels=labels,
        now=clock.now(),
        locale=locale_id(),
    )


@bp.route("/office/courses/new", methods=["GET", "POST"])
@policy("courses.open", of="course", **OFFICIALS)
def new_course() -> Any:
    """Offer a course or activity to an area of one's own."""
    form: Any = CourseForm()
    at = int(locale_id() == "en")
    areas = tuple((area.code, (area.name_zh, area.name_en)[at]) for area in areas_within(reader(), reachable_areas()))
    form.area.choices = [code for code, _name in areas]
    key, by = posted_key(), me().user_id
    if request.method == "GET":
        form.on.data = clock.today() + dt.timedelta(days=7)
        form.places.data = 30
    elif form.is_posted_and_valid():
        draft = _draft(form)
        try:
            ref = write(lambda session: services.open_course(session, draft=draft, by=by, key=key).ref)
            flash(_("Offered. Households of the area can take places now."), "ok")
            return redirect(url_for("assistance.course", ref=ref), 303)
        except Refusal as no:
            form.refuse(no)
    page = NewCoursePage(form, key, areas)
    return render_template("assistance/new_course.html", page=page, labels=labels, starts=STARTS, hours=HOURS)


def _draft(form: Any) -> CourseDraft:
    hour, minute = (int(part) for part in form.at.data.split(":"))
    starts_at = dt.datetime.combine(form.on.data, dt.time(hour, minute), clock.SHANGHAI)
    return CourseDraft(
        kind=CourseKind(form.kind.data), title_zh=form.title_zh.data, title_en=form.title_en.data, area_code=form.area.data,
        venue=form.venue.data, starts_at=starts_at, minutes=int(form.hours.data) * 60, places=form.places.data,
        audience=Audience(form.audience.data),
    )  # fmt: skip


@bp.get("/office/courses/<ref>")
@policy("courses.show", of="course", **COURSE_READERS)
def course(ref: str) -> str:
    """Show a course with everybody who has a place in it."""
    found = authorise(queries.course_by_ref(reader(), ref))
    lines = queries.course_roster(reader(), found.id, sealer=sealer())
    has_begun = found.starts_at <= clock.now()
    roles, stands = visitor().roles, found.cancelled_at is None
    page = CoursePage(
        course=found,
        roster=lines,
        has_begun=has_begun,
        can_tick=has_begun and stands and bool(roles & set(TICKERS)),
        can_cancel=not has_begun and stands and bool(roles & set(OFFICIALS)),
        came=sum(line.attended is True for line in lines),
    )
    return render_template("assistance/course.html", page=page, labels=labels, locale=locale_id())


@bp.post("/office/courses/<ref>/attendance")
@policy("courses.attendance", of="course", **TICKERS)
def tick_attendance(ref: str) -> Response:
    """Tick who came; whoever is on the list and not ticked did not."""
    found = authorise(queries.course_by_ref(reader(), ref))
    present = {int(key) for key in request.form.getlist("came") if key.isascii() and key.isdigit() and len(key) < 16}
    listed = {line.enrolment_id for line in queries.course_roster(reader(), found.id, sealer=sealer())}
    by = me().user_id
    try:
        write(
            lambda session: services.mark_attendance(
                session, course_id=found.id, present=present & listed, absent=listed - present, by=by
            )
        )
        flash(_("Ticked: %(came)d came.", came=len(present & listed)), "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("assistance.course", ref=ref), 303)


@bp.post("/office/courses/<ref>/cancel")
@policy("courses.cancel", of="course", **OFFICIALS)
def cancel_course(ref: str) -> Response:
    """Call a course off, with a reason."""
    found = authorise(queries.course_by_ref(reader(), ref))
    by, reason = me().user_id, tidy(request.form.get("reason", ""))
    try:
        write(lambda session: services.cancel_course(session, course_id=found.id, reason=reason, by=by))
        flash(_("Called off. It stays in the lists with your reason."), "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("assistance.course", ref=ref), 303)


def _page(household: Any, *, can_write: bool) -> HouseholdCoursesPage:
    now, key = clock.now(), household.id
    is_helped = queries.standing(reader(), key, clock.today()).status is not Status.NONE
    members = farmers.member_views(reader(), key, sealer=sealer())
    return HouseholdCoursesPage(
        ref=household.ref,
        village_code=household.village_code,
        members=tuple(member for member in members if member.to_on is None),
        ahead=queries.courses_ahead(reader(), household.village_code, after=now, is_helped=is_helped),
        enrolments=queries.enrolments_of_households(reader(), [key], sealer=sealer()),
        now=now,
        can_write=can_write,
    )


def _course(course_ref: str) -> CourseView:
    found = queries.course_by_ref(reader(), course_ref)
    if found is None:
        raise NotThere
    return found


def _enrol(household: Any, course_ref: str, back: str) -> Response:
    found, key, by = _course(course_ref), household.id, me().user_id
    member_ref = request.form.get("member", "")[:20]
    try:
        write(
            lambda session: services.enrol_in_course(session, course_id=found.id, household_id=key, member_ref=member_ref, by=by)
        )
        flash(_("A place is kept: %(title)s.", title=found.title(locale_id())), "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(back, 303)


def _leave(household: Any, enrolment_id: int, back: str) -> Response:
    key, by = household.id, me().user_id
    try:
        write(lambda session: services.leave_course(session, enrolment_id=enrolment_id, household_id=key, by=by))
        flash(_("The place is given back."), "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(back, 303)


@bp.get("/office/households/<ref>/courses")
@policy("households.courses", of="household", **READERS)
def household_courses(ref: str) -> str:
    """Show the courses open to a household and the places its people have."""
    page = _page(known(ref), can_write=bool(visitor().roles & set(VISITORS)))
    return render_template("assistance/household_courses.html", page=page, labels=labels, word=word, locale=locale_id())


@bp.post("/office/households/<ref>/courses/<course_ref>/enrol")
@policy("households.enrol", of="household", **VISITORS)
def enrol_member(ref: str, course_ref: str) -> Response:
    """Give somebody of the household a place."""
    return _enrol(known(ref), course_ref, url_for("assistance.household_courses", ref=ref))


@bp.post("/office/households/<ref>/enrolments/<int:enrolment_id>/leave")
@policy("households.leave_course", of="household", **VISITORS)
def leave_for_member(ref: str, enrolment_id: int) -> Response:
    """Give somebody's place back."""
    return _leave(known(ref), enrolment_id, url_for("assistance.household_courses", ref=ref))


@bp.post("/office/households/<ref>/enrolments/<int:enrolment_id>/attended")
@policy("households.attended", of="household", **VISITORS)
def tick_member(ref: str, enrolment_id: int) -> Response:
    """Tick on the phone whether one person of a household came: what a helper can do who sees no other household."""
    household = known(ref)
    found = queries.enrolment_of(reader(), enrolment_id, household.id)
    if found is None:
        raise NotThere
    by, came, course_id = me().user_id, request.form.get("came") == "1", found.course_id
    ticks = {"present": [enrolment_id] if came else [], "absent": [] if came else [enrolment_id]}
    try:
        write(lambda session: services.mark_attendance(session, course_id=course_id, by=by, **ticks))
        flash(_("Ticked."), "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("assistance.household_courses", ref=ref), 303)


@bp.get("/desk/courses/<ref>")
@policy("courses.own", of="household", farmer=Reach.HOUSEHOLD)
def own_courses(ref: str) -> str:
    """Show the household what it can go to, and where it has places."""
    return render_template(
        "assistance/own_courses.html", page=_page(own(ref), can_write=True), labels=labels, word=word, locale=locale_id(),
        back_url=url_for("desk.home", household=ref),
    )  # fmt: skip


@bp.post("/desk/courses/<ref>/<course_ref>/enrol")
@policy("courses.enrol", of="household", farmer=Reach.HOUSEHOLD)
def enrol_ourselves(ref: str, course_ref: str) -> Response:
    """Take a place for somebody of one's own household."""
    return _enrol(own(ref), course_ref, url_for("assistance.own_courses", ref=ref))


@bp.post("/desk/courses/<ref>/enrolments/<int:enrolment_id>/leave")
@policy("courses.leave", of="household", farmer=Reach.HOUSEHOLD)
def leave_ourselves(ref: str, enrolment_id: int) -> Response:
    """Give a place of one's own household back."""
    return _leave(own(ref), enrolment_id, url_for("assistance.own_courses", ref=ref))
