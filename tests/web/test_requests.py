"""What no database takes never reaches a view, whichever way it is sent."""

import io

import flask
import pytest
from flask import Blueprint, jsonify, request
from sqlalchemy import literal, select

from marketplace.web.policy import policy
from marketplace.web.requests import keepable
from tests.web.house import build, pages

SENT = "莲\x00子\x00"


@pytest.fixture
def echo(house_settings):
    bp = Blueprint("echo", __name__)

    @bp.route("/echo", methods=["GET", "POST"])
    @policy("echo.echo", public=True)
    def echo():
        return jsonify([*request.args.items(multi=True), *request.form.items(multi=True), request.get_json(silent=True)])

    return build(house_settings, *pages(), bp)


def ask(app, **sent):
    browser = app.test_client()
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return browser.open("/echo", **sent).json


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ({"query_string": {"a\x00": SENT}}, [["a", "莲子"], None]),
        ({"method": "POST", "data": {"a\x00": [SENT, "b"]}}, [["a", "莲子"], ["a", "b"], None]),
        ({"method": "POST", "data": {"a": SENT, "file": (io.BytesIO(b"x"), "x.png")}}, [["a", "莲子"], None]),
        ({"method": "POST", "json": {"a\ud800": [SENT, 1, {"b": "\udfff"}]}}, [{"a": ["莲子", 1, {"b": ""}]}]),
    ],
    ids=["query", "form", "form with a file", "json"],
)
def test_what_cannot_be_kept_is_left_out_of_fields_query_and_json(echo, sent, heard):
    assert ask(echo, **sent) == heard


def test_flasks_own_request_lets_it_through(echo):
    """The control."""
    echo.request_class = flask.Request
    assert ask(echo, query_string={"a": SENT}) == [["a", SENT], None]


def test_files_keep_every_byte(house_settings):
    with build(house_settings).test_request_context(method="POST", data={"photo": (io.BytesIO(b"\x00\xed\xa0\x80"), "x.png")}):
        assert request.files["photo"].read() == b"\x00\xed\xa0\x80"


def test_an_address_that_cannot_be_kept_leads_nowhere(browser):
    assert browser.get("/open/here").status_code == 200
    assert browser.get("/open/here%00").status_code == 404


@pytest.mark.parametrize("text", ["\x00", "莲\x00子", "\ud800", "a\udfffb", "\ud83c\udf5a", "\uffff", "𠀀"], ids=ascii)
def test_every_text_that_is_left_can_be_looked_for(session, text):
    assert session.scalar(select(literal(keepable(text)))) == keepable(text)


def test_a_number_that_no_key_can_be_names_nothing(client):
    assert client.get(f"/office/reports/lines/{2**63}").status_code == 404
    assert client.get(f"/office/reports/lines/{2**63 - 1}").status_code == 302  # it could be one: a guest is asked who they are


def test_a_number_that_no_version_can_have_is_nowhere(client):
    """A version's number is kept in four bytes: PostgreSQL refuses to compare it with a larger one."""
    for number, seen, sent in ((2**31, 404, 404), (9999, 302, 303)):  # it could be one: a guest is asked who they are
        assert client.get(f"/office/help/rules/{number}").status_code == seen
        for path in (f"/office/help/rules/{number}/approve", f"/office/help/rules/{number}/reject",
                     f"/office/alerts/rules/no_income/{number}/approve"):  # fmt: skip
            assert client.post(path).status_code == sent, path
