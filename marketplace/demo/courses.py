"""Courses and activities of the year, who took places and who came; and what buyers looked for in vain."""

import datetime as dt
import functools
import random
from dataclasses import dataclass

from marketplace.assistance import services as assistance
from marketplace.assistance.values.courses import Audience, CourseDraft, CourseKind
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.demo.values import COUNTY
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.products import services as products

_SEED = 20_260_322


@dataclass(frozen=True)
class _Offered:
    """A course as it is offered in several villages."""

    kind: CourseKind
    title_zh: str
    title_en: str
    venue: str
    hours: int
    places: int
    audience: Audience
    #: Days from today that it begins, and so many days before that it is offered.
    begins: int
    offered_before: int


_OFFERED = (
    _Offered(
        CourseKind.TRAINING, "莲田管理培训", "Caring for the lotus fields", "村党群服务中心", 3, 20, Audience.HELPED, -40, 12
    ),
    _Offered(
        CourseKind.CULTURE, "重阳莲花落演唱会", "Lianhualao for the elders", "村文化广场", 2, 60, Audience.EVERYBODY, -25, 10
    ),
    _Offered(
        CourseKind.TRAINING, "手机卖货和拍照", "Selling by phone", "村党群服务中心", 3, 12, Audience.EVERYBODY, 6, 20
    ),
    _Offered(
        CourseKind.CULTURE, "龙灯扎制学习", "Making dragon lanterns", "村文化广场", 4, 15, Audience.EVERYBODY, 13, 20
    ),
)  # fmt: skip
#: For the whole county.
_FOR_ALL = _Offered(
    CourseKind.TRAINING, "电商直播培训", "Selling by live video", "县电商公共服务中心", 6, 40, Audience.EVERYBODY, 9, 25
)
#: What was looked for in vain, and how often in a month; the last is a person's name, and told to nobody.
_MISSED = (("土鸡蛋", 11), ("腊肉", 9), ("莲心茶", 7), ("葛根粉", 6), ("红薯粉丝", 5), ("刘金莲", 1))


def plan_courses(build: Building, timeline: Timeline) -> None:
    """Arrange courses in the first villages and one for the whole county, and the searches of two months."""
    dice = random.Random(_SEED)
    for number, village in enumerate(build.villages[:4]):
        for offered in _OFFERED[number % 2 :: 2] if number else _OFFERED:
            _plan(build, timeline, dice, village.code, village.official, offered)
    _plan(build, timeline, dice, COUNTY, build.posts().county[0], _FOR_ALL)
    for days in (2, 33):
        timeline.at(in_working_hours(build.ago(days=days)), functools.partial(_search, build))


def _plan(build: Building, timeline: Timeline, dice: random.Random, area: str, by: int, offered: _Offered) -> None:
    day = clock.day_of(build.now) + dt.timedelta(days=offered.begins)
    starts_at = dt.datetime.combine(day, dt.time(9), clock.SHANGHAI).astimezone(dt.UTC)
    draft = CourseDraft(
        offered.kind, offered.title_zh, offered.title_en, area, offered.venue, starts_at, offered.hours * 60, offered.places,
        offered.audience,
    )  # fmt: skip
    opened_at = in_working_hours(starts_at - dt.timedelta(days=offered.offered_before))
    timeline.at(opened_at, functools.partial(_open, build, timeline, dice, draft, by))


def _open(build: Building, timeline: Timeline, dice: random.Random, draft: CourseDraft, by: int) -> None:
    """Offer it, let some households of the area take places, and once it has begun tick who came."""
    session = build.session
    course = assistance.open_course(session, draft=draft, by=by, key=f"demo-course-{draft.area_code}-{draft.title_zh}")
    homes = [home for home in build.homes if home.is_registered and home.village_code.startswith(draft.area_code)][:8]
    members = farmers.members_on_record(session, [home.id for home in homes])
    places = [
        assistance.enrol_in_course(
            session, course_id=course.id, household_id=home.id, member_ref=dice.choice(members[home.id])[1], by=by
        ).id
        for home in homes
        if dice.random() < 0.7 or home is homes[0]
    ]
    came = {place for place in places if dice.random() < 0.8}

    def tick() -> None:
        assistance.mark_attendance(session, course_id=course.id, present=came, absent=set(places) - came, by=by)

    timeline.at(draft.starts_at + dt.timedelta(hours=1), tick)


def _search(build: Building) -> None:
    """Look for what nobody sells, as often as buyers did that month; a person's name, looked for once, is told to nobody."""
    for words, times in _MISSED:
        for _ in range(times):
            products.count_missed_search(build.session, words=words, sealer=build.sealer)
