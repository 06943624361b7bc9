"""Writing requests come from our own pages: judged by the browser's word for guests, by token too for whoever signed in."""

import re

import pytest

from tests.web.house import sign_in


def token(browser):
    return re.search(r'value="([^"]+)"', browser.get("/mine").text)[1]


def test_a_guest_may_post_from_our_own_page(browser):
    assert browser.post("/open").status_code == 200


def test_a_guest_who_typed_the_address_is_no_forger(browser):
    assert browser.post("/open", headers={"Sec-Fetch-Site": "none"}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN", "same-origin, cross-site", "x" * 5000])
def test_what_another_site_sends_is_refused(browser, site):
    assert browser.post("/open", headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 200),
        ({"Referer": "http://localhost/open?x=1"}, 200),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "http://localhost.elsewhere.example"}, 403),
        ({"Origin": "http://localhost@elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Referer": "http://elsewhere.example/http://localhost/"}, 403),
        ({"Origin": "http://elsewhere.example", "Referer": "http://localhost/"}, 403),
        ({}, 403),
    ],
)
def test_an_older_browser_is_judged_by_origin_then_referer(house, headers, status):
    assert house.test_client().post("/open", headers=headers).status_code == status


def test_whoever_signed_in_needs_the_token(browser):
    sign_in(browser, "buyer")
    good = token(browser)
    assert browser.post("/mine").status_code == 403
    assert browser.post("/mine", data={"csrf_token": "guess"}).status_code == 403
    assert browser.post("/mine", data={"csrf_token": good[:-1]}).status_code == 403
    assert browser.post("/mine", data={"csrf_token": "\x00" * 100}).status_code == 403
    assert browser.post("/mine", data={"csrf_token": good}).status_code == 200
    assert browser.post("/mine", headers={"X-CSRFToken": good}).status_code == 200
    assert browser.post("/mine?csrf_token=" + good).status_code == 403


def test_a_token_alone_does_not_excuse_another_site(browser):
    sign_in(browser, "buyer")
    good = token(browser)
    assert browser.post("/mine", data={"csrf_token": good}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_token_of_one_person_is_of_no_use_to_another(house, browser):
    good = token(sign_in(browser, "buyer"))
    other = sign_in(house.test_client(), "farmer")
    other.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    token(other)
    assert other.post("/mine", data={"csrf_token": good}).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_writing_method_is_guarded(browser, method):
    answer = browser.open("/things/here", method=method, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in (303, 403, 405)
    assert sign_in(browser, "village").open("/open", method=method, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_signed_machine_is_let_through_to_its_own_check(house):
    assert house.test_client().post("/machine").text == "heard"


def test_a_guests_page_carries_no_token_so_that_it_can_be_kept(browser):
    assert "csrf_token" not in browser.get("/open").text
    assert "csrf_token" in sign_in(browser, "buyer").get("/open").text
