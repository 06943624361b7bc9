"""The pages of courses: offered at the office, places taken at the desk and by helpers, who came ticked on the phone."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from marketplace.assistance import services
from marketplace.assistance.models import Course, CourseEnrolment
from marketplace.kernel import clock
from tests.farmers.places import VILLAGE, county, enter, official, phone_of, selling_household


@pytest.fixture
def where(writing, app):
    county(writing)
    household, farmer, _seller = selling_household(writing, app.extensions["sealer"])
    helper = official(writing, "helper", VILLAGE)
    found = {
        "household": household, "farmer": farmer, "helper": helper, "village": official(writing, "village_official", VILLAGE),
        "elsewhere": official(writing, "village_official", "360321102201"),
        "county": official(writing, "county_official", "360321"),
    }  # fmt: skip
    services.assign_helper(
        writing, household_id=household.id, name="周小英", organisation="县教育局", on=clock.today(), by=found["village"],
        sealer=app.extensions["sealer"], user_id=helper, phone=phone_of(writing, helper),
    )  # fmt: skip
    writing.commit()
    return found


def offer(client, **changes):
    ahead = (clock.today() + dt.timedelta(days=5)).isoformat()
    data = {
        "kind": "culture", "title_zh": "学唱莲花落", "title_en": "Lianhualao", "area": VILLAGE, "audience": "everybody",
        "venue": "村文化广场", "on": ahead, "at": "14:30", "hours": "2", "places": "1", **changes,
    }  # fmt: skip
    return client.post("/office/courses/new", data=data)


def member_in(page):
    return re.findall(r'<option value="([A-Z0-9]+)">', page)


def test_a_farmer_takes_a_place_at_the_desk_and_the_card_shows_who_came(client, where, writing):
    ref = where["household"].ref
    enter(client, where["village"])
    assert "must lie between" in offer(client, on="2020-01-01").text
    assert offer(client, area="360321102201").status_code == 200, "no village of theirs"
    assert offer(client).status_code == 303
    course = writing.scalars(select(Course)).one()
    assert (course.starts_at.astimezone(clock.SHANGHAI).hour, course.minutes) == (14, 120)
    enter(client, where["farmer"])
    assert f"/desk/courses/{ref}" in client.get("/desk/").text
    page = client.get(f"/desk/courses/{ref}").text
    assert "Lianhualao" in page
    head, spouse = member_in(page)
    stranger = client.post(f"/desk/courses/{ref}/{course.ref}/enrol", data={"member": "NOBODY"}, follow_redirects=True)
    assert "find that" in stranger.text
    answer = client.post(f"/desk/courses/{ref}/{course.ref}/enrol", data={"member": head}, follow_redirects=True).text
    assert "A place is kept: Lianhualao." in answer
    assert (
        "Every place is taken."
        in client.post(f"/desk/courses/{ref}/{course.ref}/enrol", data={"member": spouse}, follow_redirects=True).text
    )
    enrolment = writing.scalars(select(CourseEnrolment)).one()
    enter(client, where["village"])
    early = client.post(f"/office/courses/{course.ref}/attendance", data={"came": str(enrolment.id)}, follow_redirects=True).text
    assert "Who came is ticked once it has begun." in early
    assert "Call this off" in client.get(f"/office/courses/{course.ref}").text
    writing.get(Course, course.id).starts_at = clock.now() - dt.timedelta(hours=1)
    writing.commit()
    assert "Save who came" in client.get(f"/office/courses/{course.ref}").text
    client.post(f"/office/courses/{course.ref}/attendance", data={"came": [str(enrolment.id), "x", "99999"]})
    card = client.get(f"/office/households/{ref}").text
    assert re.search(r"Lianhualao.*Came", card, re.DOTALL)
    enter(client, where["elsewhere"])
    assert client.get(f"/office/courses/{course.ref}").status_code == 404
    assert "Lianhualao" not in client.get("/office/courses").text


def test_a_helper_enrols_and_ticks_on_the_page_of_the_household(client, where, writing):
    ref = where["household"].ref
    enter(client, where["county"])
    offer(client, area="360321", places="30")
    course = writing.scalars(select(Course)).one()
    enter(client, where["helper"])
    assert client.get("/office/courses").status_code == 403
    page = client.get(f"/office/households/{ref}/courses").text
    head = member_in(page)[0]
    enrol = f"/office/households/{ref}/courses/{course.ref}/enrol"
    client.post(enrol, data={"member": head})
    enrolment = writing.scalars(select(CourseEnrolment)).one()
    client.post(f"/office/households/{ref}/enrolments/{enrolment.id}/leave")
    client.post(enrol, data={"member": head})
    writing.expire_all()
    again = writing.scalars(select(CourseEnrolment).where(CourseEnrolment.left_at.is_(None))).one()
    assert (again.id != enrolment.id, writing.get(Course, course.id).taken) == (True, 1)
    tick = f"/office/households/{ref}/enrolments/{again.id}/attended"
    assert "once it has begun" in client.post(tick, data={"came": "1"}, follow_redirects=True).text
    writing.get(Course, course.id).starts_at = clock.now() - dt.timedelta(hours=1)
    writing.commit()
    for came in ("1", "0"):
        client.post(tick, data={"came": came})
        writing.expire_all()
        assert writing.get(CourseEnrolment, again.id).attended is (came == "1")
    assert client.post(f"/office/households/{ref}/enrolments/{enrolment.id}/attended").status_code == 404


def test_a_course_is_called_off_with_a_reason_that_stays(client, where, writing):
    enter(client, where["village"])
    offer(client)
    course = writing.scalars(select(Course)).one()
    client.post(f"/office/courses/{course.ref}/cancel", data={"reason": "x"})
    client.post(f"/office/courses/{course.ref}/cancel", data={"reason": "下大雨，改天再办"})
    page = client.get(f"/office/courses/{course.ref}").text
    assert "下大雨，改天再办" in page
    assert "Call this off" not in page
    assert "Called off" in client.get("/office/courses").text


def test_the_county_writes_down_broadband_and_the_report_shows_it(client, where):
    enter(client, where["village"])
    assert client.get("/office/broadband/new").status_code == 403
    assert "No figure is on record." in client.get(f"/office/reports/areas/{VILLAGE}").text
    enter(client, where["county"])
    given = {"village": VILLAGE, "on": clock.today().isoformat(), "percent": "62", "source": "县通信部门年报"}
    assert client.post("/office/broadband/new", data={**given, "percent": "101"}).status_code == 200
    assert "between the beginning and today" in client.post("/office/broadband/new", data={**given, "on": "2099-01-01"}).text
    assert client.post("/office/broadband/new", data=given).status_code == 303
    assert "县通信部门年报" in client.get("/office/broadband").text
    assert "A line reaches 62 of 100 households." in client.get(f"/office/reports/areas/{VILLAGE}").text
    assert "Measured in 1 of" in client.get("/office/reports/areas/360321").text
