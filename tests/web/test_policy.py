"""Default deny: nothing is answered that no policy covers, and nobody sees beyond their reach."""

import re

import pytest
from flask import Blueprint

from marketplace.web.policy import PolicyMissing, Reach, policy
from tests.web.house import OTHER_VILLAGE, VILLAGE, build, sign_in

REQUEST_ID = re.compile(rb'<span class="code">[^<]+</span>')


def test_a_route_without_a_policy_stops_the_start(house_settings):
    bp = Blueprint("bare", __name__)
    bp.add_url_rule("/bare", "view", lambda: "anyone")
    with pytest.raises(PolicyMissing, match="/bare"):
        build(house_settings, bp)


def test_a_policy_admits_somebody_and_only_known_roles():
    with pytest.raises(ValueError, match="admits nobody"):
        policy("nobody.comes")
    with pytest.raises(ValueError, match="vilage_official"):
        policy("typo", vilage_official=Reach.AREA)
    with pytest.raises(ValueError, match="more than the households"):
        policy("everybody.helped", helper=Reach.AREA)


def test_a_guest_is_sent_to_sign_in_and_back(browser):
    answer = browser.get("/mine?page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/mine?page%3D2"
    assert browser.post("/mine").headers["Location"] == "/sign-in"


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("farmer", "here", 200),
        ("farmer", "next", 404),
        ("helper", "here", 200),
        ("helper", "next", 404),
        ("helper_elsewhere", "here", 404),
        ("helper_no_more", "here", 403),
        ("village", "here", 200),
        ("village", "next", 404),
        ("village", "far", 404),
        ("township", "here", 200),
        ("township", "next", 200),
        ("township", "far", 404),
        ("county", "far", 200),
        ("county", "nobodys", 404),
        ("nowhere", "here", 404),
        ("nowhere", "nobodys", 404),
        ("buyer", "here", 403),
        ("admin", "here", 403),
    ],
)
def test_a_thing_is_seen_within_the_reach_of_the_role_alone(browser, who, name, status):
    assert sign_in(browser, who).get(f"/things/{name}").status_code == status


@pytest.mark.parametrize(("who", "name", "status"), [("buyer", "here", 200), ("buyer", "next", 404), ("village", "here", 404)])
def test_own_means_owned(browser, who, name, status):
    assert sign_in(browser, who).get(f"/own/{name}").status_code == status


def test_foreign_and_missing_things_get_the_same_answer(browser):
    sign_in(browser, "village")
    browser.get("/mine")  # the first answer of a session may set its cookie
    foreign, missing = browser.get("/things/next"), browser.get("/things/none")
    # the address is in the language switch, the id is the request's own
    bodies = [
        REQUEST_ID.sub(b"", answer.data).replace(path, b"")
        for answer, path in ((foreign, b"/things/next"), (missing, b"/things/none"))
    ]
    assert foreign.status_code == missing.status_code == 404
    assert bodies[0] == bodies[1]
    assert {name for name, _ in foreign.headers} == {name for name, _ in missing.headers}


def test_a_public_thing_that_is_missing_is_missing(browser):
    assert browser.get("/open/here").status_code == 200
    assert browser.get("/open/none").status_code == 404


def test_lists_are_cut_to_what_the_grants_cover(browser):
    assert sign_in(browser, "both").get("/areas").text == VILLAGE[:9]
    assert sign_in(browser, "village").get("/areas").text == VILLAGE
    assert sign_in(browser, "nowhere").get("/areas").text == ""
    assert not OTHER_VILLAGE.startswith(VILLAGE)


def test_households_are_those_matched_to_the_farmer(browser):
    assert sign_in(browser, "farmer").get("/households").text == "7"
    assert sign_in(browser, "village").get("/households").text == ""


def test_a_view_that_never_authorises_its_thing_fails_loudly(browser):
    assert browser.get("/careless").status_code == 500
    assert browser.post("/careless").status_code == 500


def test_asking_for_the_allowed_methods_is_no_carelessness(browser):
    answer = browser.options("/things/here")
    assert answer.status_code == 303
    answer = sign_in(browser, "village").options("/things/here")
    assert answer.status_code == 200
    assert "POST" in answer.headers["Allow"]


def test_an_unknown_token_is_a_guest(browser):
    assert sign_in(browser, "nobody-of-this-name").get("/mine").status_code == 302
