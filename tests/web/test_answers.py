"""What every answer carries, and how refusals and faults end: in a page, in the reader's language, whatever was sent."""

import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.web.nav import NavItem
from marketplace.web.security import CONTENT_SECURITY_POLICY, HEADERS
from tests.web.house import build, pages, sign_in


@pytest.mark.parametrize("path", ["/open", "/sign-in", "/open/here", "/nowhere", "/broken", "/mine", "/healthz", "/stale"])
def test_every_answer_carries_the_headers(browser, path):
    answer = browser.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert re.fullmatch(r"[A-Za-z0-9-]{8,64}", answer.headers["X-Request-Id"])


def test_the_policy_of_content_allows_nothing_inline_and_no_one_else():
    for word in ("unsafe-inline", "unsafe-eval", "nonce-", "http:", "https:", "*", "data:"):
        assert word not in CONTENT_SECURITY_POLICY
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert rule in CONTENT_SECURITY_POLICY.split("; ")


def test_a_secure_connection_is_asked_to_stay_so(browser):
    assert "Strict-Transport-Security" in browser.get("/open", base_url="https://localhost").headers
    assert "Strict-Transport-Security" not in browser.get("/open").headers


def test_what_is_shown_to_a_person_is_kept_by_nobody(browser):
    assert "no-store" not in browser.get("/open").headers.get("Cache-Control", "")
    assert browser.get("/open").headers["Vary"].count("Accept-Language") == 1
    assert sign_in(browser, "buyer").get("/open").headers["Cache-Control"] == "private, no-store"


def test_a_request_id_is_taken_over_only_where_it_is_one(browser):
    assert browser.get("/open", headers={"X-Request-Id": "abcd-1234"}).headers["X-Request-Id"] == "abcd-1234"
    assert browser.get("/open", headers={"X-Request-Id": "<script>alert"}).headers["X-Request-Id"] != "<script>alert"


@pytest.mark.parametrize(
    ("path", "status", "zh", "en"),
    [
        ("/nowhere", 404, "找不到这个页面", "We cannot find that page"),
        ("/broken", 500, None, None),
        ("/stale", 409, "这条内容刚刚被别人改过", "Somebody has changed this meanwhile"),
    ],
)
def test_an_error_is_a_page_in_the_readers_language(browser, path, status, zh, en):
    pages = {lang: browser.get(path, headers={"Accept-Language": lang}) for lang in ("zh-CN", "en-GB")}
    assert {answer.status_code for answer in pages.values()} == {status}
    assert '<html lang="zh-CN"' in pages["zh-CN"].text
    assert '<html lang="en-GB"' in pages["en-GB"].text
    for answer in pages.values():
        assert "<h1>" in answer.text
        assert "Traceback" not in answer.text
        assert "ZeroDivision" not in answer.text
        assert answer.headers["X-Request-Id"] in answer.text
    if en:
        assert zh in pages["zh-CN"].text
        assert en in pages["en-GB"].text


def test_a_wrong_method_is_told_which_are_right(browser):
    answer = browser.post("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_too_much_is_refused_with_a_page(browser):
    answer = browser.post("/mine", data={"story": "x" * (1024 * 1024 + 10)})
    assert answer.status_code in (303, 413)
    sign_in(browser, "buyer")
    answer = browser.post("/mine", data={"story": "x" * (1024 * 1024 + 10)})
    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_an_error_page_stands_when_nothing_else_does(house, loader, browser):
    """Who is asking cannot be learnt, because the database is gone: still a page, not a bare server's words."""
    sign_in(browser, "village")
    loader.is_failing = True
    for path in ("/mine", "/things/here"):
        answer = browser.get(path)
        assert answer.status_code == 500
        assert "<h1>" in answer.text


def test_an_error_page_of_the_office_does_not_count_its_queues(house_settings):
    def count(_areas):
        raise ConnectionError("no database")

    nav = (NavItem("probe.thing", "Office", ("village_official",), count),)
    client = sign_in(build(house_settings, *pages(), nav=nav).test_client(), "village")
    answer = client.get("/office/broken")
    assert answer.status_code == 500
    assert "<h1>" in answer.text


def test_the_switches_of_a_lost_page_do_not_lead_elsewhere(browser):
    """A browser reads '/\\elsewhere.example' as another site's address."""
    for path in ("/%5Celsewhere.example/x", "//elsewhere.example/x", "/%0d%0aelsewhere", "/%22onclick=x", "/a%3Fb=c"):
        text = browser.get(path).text
        for link in re.findall(r'href="([^"]*)"', text):
            assert re.match(r"#main$|/(?![/\\])[^\\\s]*$", link), link


GARBAGE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["zh", "en", "ZH", "en\x00", "../../en", "zh_CN.UTF-8", "%s%n", "%(x)s", "zh" * 500, "NaN", "1e400", "𠀀", "\u202een"]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lang=GARBAGE,
    elder=GARBAGE,
    accept=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
    path=st.text(max_size=20),
)
def test_no_garbage_in_the_address_or_the_language_breaks_a_page(browser, lang, elder, accept, path):
    headers = {"Accept-Language": accept}
    assert browser.get("/open", query_string={"lang": lang, "elder": elder, "lite": lang}, headers=headers).status_code == 200
    assert browser.get(f"/open/{quote(path, safe='')}", query_string={"lang": lang}, headers=headers).status_code < 500


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=40))
def test_no_bytes_in_the_query_or_the_cookies_break_a_page(house, raw):
    browser = house.test_client()
    query = "".join(f"%{byte:02x}" for byte in raw)
    assert browser.get(f"/open?lang={query}&{query}").status_code == 200
    cookie = raw.decode("latin-1").replace("\r", "").replace("\n", "")
    environ = {"HTTP_COOKIE": f"lang={cookie}; fair={cookie}; elder={cookie}"}
    assert browser.get("/open", environ_overrides=environ).status_code == 200


def test_a_language_asked_for_is_remembered_and_rubbish_is_not(browser):
    browser.get("/open?lang=en")
    assert '<html lang="en-GB"' in browser.get("/open", headers={"Accept-Language": "zh"}).text
    browser.get("/open?lang=fr")
    assert '<html lang="en-GB"' in browser.get("/open").text
    assert "Set-Cookie" not in browser.get("/open?lang=%00").headers
    browser.get("/open?lang=zh")
    assert '<html lang="zh-CN"' in browser.get("/open", headers={"Accept-Language": "en"}).text


def test_metrics_count_known_methods_only(browser):
    browser.open("/open", method="XYZZY")
    text = browser.get("/metrics").text
    assert "XYZZY" not in text
    assert 'method="other"' in text


def test_metrics_are_not_for_strangers(browser):
    assert browser.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
