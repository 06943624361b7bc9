"""Pages small on the wire, whole on the screen, and silent about what stands in them."""

import gzip
import io

import brotli
import pytest
from flask import Flask, Response, make_response, request, send_file

from marketplace.web.compression import LEAST_BYTES, MOST_PADDING, configure_compression
from tests.web.house import build, pages, sign_in

PAGE = "<p>莲子 lotus seed, grown here</p>" * 200


@pytest.fixture
def small_site():
    app = Flask("compressed", static_folder=None)
    app.config["SESSION_COOKIE_NAME"] = "fair"
    configure_compression(app)

    @app.get("/page")
    def page():
        return PAGE

    @app.get("/short")
    def short():
        return "short"

    @app.get("/kind")
    def kind():
        return Response(PAGE, mimetype=request.args["of"])

    @app.get("/tagged")
    def tagged():
        answer = make_response(PAGE)
        answer.set_etag("a-strong-one")
        return answer.make_conditional(request)

    @app.get("/stream")
    def stream():
        return Response((PAGE for _ in range(3)), mimetype="text/html")

    @app.get("/file")
    def file():
        return send_file(io.BytesIO(PAGE.encode()), mimetype="text/html")

    @app.get("/download")
    def download():
        return PAGE, {"Content-Disposition": "attachment; filename=page.html"}

    @app.get("/ready-made")
    def ready_made():
        return Response(gzip.compress(PAGE.encode()), headers={"Content-Encoding": "gzip"}, mimetype="text/html")

    @app.get("/as-it-is")
    def as_it_is():
        return PAGE, {"Cache-Control": "no-transform"}

    @app.get("/gone")
    def gone():
        return PAGE, 410

    return app.test_client()


UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0, br;q=0", None),
        ("deflate", None),
        ("", None),
        ("gzip;q=nonsense,,;;", None),
    ],
)
def test_a_page_comes_in_the_encoding_the_browser_asked_for_and_whole(small_site, accepted, encoding):
    answer = small_site.get("/page", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert UNPACK[encoding](answer.data).decode() == PAGE
    assert answer.content_length == len(answer.data)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert encoding is None or len(answer.data) < len(PAGE.encode()) / 10


def test_a_request_for_the_head_alone_says_the_same_of_the_page(small_site):
    wanted = {"Accept-Encoding": "gzip"}
    whole, head = small_site.get("/page", headers=wanted), small_site.head("/page", headers=wanted)
    assert head.data == b""
    assert head.headers["Content-Encoding"] == "gzip"
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


@pytest.mark.parametrize(
    ("kind", "is_compressed"),
    [
        ("text/html", True),
        ("application/json", True),
        ("image/svg+xml", True),
        ("image/jpeg", False),
        ("application/zip", False),
        ("text/calendar", False),
    ],
)
def test_only_kinds_that_gain_are_compressed(small_site, kind, is_compressed):
    answer = small_site.get("/kind", query_string={"of": kind}, headers={"Accept-Encoding": "gzip, br"})
    assert ("Content-Encoding" in answer.headers) == is_compressed


@pytest.mark.parametrize("path", ["/short", "/stream", "/file", "/download", "/as-it-is"])
def test_what_is_short_streamed_or_to_be_saved_goes_as_it_is(small_site, path):
    with small_site.get(path, headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data.decode() in (PAGE, PAGE * 3, "short")


def test_nothing_is_compressed_twice(small_site):
    answer = small_site.get("/ready-made", headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(answer.data).decode() == PAGE


def test_an_error_page_is_compressed_too(small_site):
    assert small_site.get("/gone", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


def test_an_etag_promises_no_more_than_the_meaning_and_still_saves_the_page(small_site):
    wanted = {"Accept-Encoding": "gzip"}
    answer = small_site.get("/tagged", headers=wanted)
    assert answer.headers["ETag"] == 'W/"a-strong-one"'
    assert small_site.get("/tagged").headers["ETag"] == '"a-strong-one"'
    again = small_site.get("/tagged", headers={**wanted, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize(
    ("headers", "is_compressed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Referer": "http://localhost/desk/"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Referer": "http://localhost/"}, False),
        ({"Referer": "https://elsewhere.example/"}, False),
        ({}, False),
    ],
)
def test_a_private_page_tells_another_site_nothing_by_its_length(small_site, headers, is_compressed):
    small_site.set_cookie("fair", "signed-in")
    answer = small_site.get("/page", headers={"Accept-Encoding": "gzip, br", **headers})
    assert answer.headers.get("Content-Encoding") == ("gzip" if is_compressed else None)
    # the same request without a session holds no secret
    small_site.delete_cookie("fair")
    assert small_site.get("/page", headers={"Accept-Encoding": "gzip, br", **headers}).headers["Content-Encoding"] == "br"


def test_the_length_of_a_private_page_differs_each_time_and_its_words_do_not(small_site):
    small_site.set_cookie("fair", "signed-in")
    wanted = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
    answers = [small_site.get("/page", headers=wanted).data for _ in range(40)]
    lengths = {len(answer) for answer in answers}
    assert len(lengths) > 5
    assert max(lengths) - min(lengths) <= MOST_PADDING + 1
    assert {gzip.decompress(answer).decode() for answer in answers} == {PAGE}


def test_without_the_padding_every_length_would_be_the_same(small_site):
    answers = [small_site.get("/page", headers={"Accept-Encoding": "gzip"}).data for _ in range(5)]
    assert len({len(answer) for answer in answers}) == 1


def test_the_real_site_compresses_its_pages_headers_and_all(client):
    answer = client.get("/about", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "</html>" in brotli.decompress(answer.data).decode()
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= set(answer.vary)
    assert "Content-Security-Policy" in answer.headers
    missing = client.get("/nowhere", headers={"Accept-Encoding": "gzip"})
    assert (missing.status_code, missing.headers["Content-Encoding"]) == (404, "gzip")


def test_on_the_real_site_a_signed_in_page_opened_from_elsewhere_is_not_compressed(house_settings):
    app = build(house_settings, *pages())
    configure_compression(app)
    browser = sign_in(app.test_client(), "buyer")
    wanted = {"Accept-Encoding": "gzip, br"}
    path = "/open?padding=" + "x" * LEAST_BYTES
    assert "Content-Encoding" not in browser.get(path, headers={**wanted, "Sec-Fetch-Site": "cross-site"}).headers
    assert browser.get(path, headers={**wanted, "Sec-Fetch-Site": "same-origin"}).headers["Content-Encoding"] == "gzip"
