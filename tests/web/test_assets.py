"""Static files: named by content, compressed, within their budgets, served for ever and closed properly."""

import gzip
import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from flask import Flask

from marketplace.web.assets import HASHED, build, configure_assets
from marketplace.web.security import HEADERS

ROOT = Path(__file__).resolve().parents[2]
CSS_GZ = 12 * 1024
JS_GZ = 15 * 1024


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    target = tmp_path_factory.mktemp("assets") / "static"
    return target, build(ROOT / "static", target)


def test_each_file_is_named_by_its_content(built):
    target, manifest = built
    assert {"site.css", "site.js", "img/logo.svg", "img/favicon.svg"} <= set(manifest)
    for hashed in manifest.values():
        assert HASHED.search(f"/static/{hashed}")
        assert hashlib.sha256((target / hashed).read_bytes()).hexdigest()[:12] in hashed
    assert json.loads((target / "manifest.json").read_text()) == manifest


def test_style_and_script_have_their_compressed_twins(built):
    target, manifest = built
    for name in ("site.css", "site.js"):
        plain = (target / manifest[name]).read_bytes()
        assert gzip.decompress((target / f"{manifest[name]}.gz").read_bytes()) == plain
        assert (target / f"{manifest[name]}.br").stat().st_size < len(plain)


def test_style_and_scripts_keep_their_budgets(built):
    target, manifest = built
    assert (target / f"{manifest['site.css']}.gz").stat().st_size <= CSS_GZ
    scripts = [name for name in manifest if name.endswith(".js")]
    # a page carries the site's script and at most one of its own
    sizes = {name: len(gzip.compress((target / manifest[name]).read_bytes(), 9)) for name in scripts}
    assert sizes["site.js"] + max([size for name, size in sizes.items() if name != "site.js"], default=0) <= JS_GZ


def test_a_changed_source_gets_another_name(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "css").mkdir(parents=True)
    (source / "css" / "10.css").write_text("a { color: red } /* why */")
    first = build(source, target)["site.css"]
    (source / "css" / "20.css").write_text("b { color: blue }")
    second = build(source, target)["site.css"]
    assert first != second
    assert (target / second).read_text() == "a { color: red }\nb { color: blue }"


def test_what_the_release_before_named_stays_for_pages_that_are_still_open_and_no_longer(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    sheet, drawing = source / "css" / "10.css", source / "img" / "a.svg"
    for path in (sheet, drawing):
        path.parent.mkdir(parents=True)
    built = []
    for colour in ("red", "green", "blue"):
        sheet.write_text(f"a {{ color: {colour} }}" * 100)
        drawing.write_text(f"<svg fill='{colour}'/>" * 100)
        built.append(build(source, target))
        build(source, target)  # the worker, which starts beside the web process
    for name in ("site.css", "img/a.svg"):
        for twin in ("", ".gz", ".br"):
            assert [(target / f"{each[name]}{twin}").exists() for each in built] == [False, True, True], (name, twin)


def test_a_release_older_by_the_clock_than_what_was_built_is_built_anew(tmp_path):
    source, target = tmp_path / "source", tmp_path / "static"
    sheet = source / "css" / "10.css"
    sheet.parent.mkdir(parents=True)

    def start():
        app = Flask("house")
        configure_assets(app, source, target)
        return app.extensions["static_manifest"]["site.css"]

    sheet.write_text("a { color: red }")
    first, built_at = start(), (target / "manifest.json").stat().st_mtime_ns
    assert start() == first
    assert (target / "manifest.json").stat().st_mtime_ns == built_at, "nothing changed, nothing is built"
    sheet.write_text("a { color: blue }")
    os.utime(sheet, (0, 0))
    second = start()
    assert second != first
    assert (target / second).exists()


def test_two_processes_that_start_together_both_find_their_files(tmp_path):
    target = tmp_path / "static"
    failed = []

    def start():
        try:
            build(ROOT / "static", target)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    manifest = json.loads((target / "manifest.json").read_text())
    assert all((target / name).exists() for name in manifest.values())
    assert [path.name for path in tmp_path.iterdir()] == ["static"]


def test_hashed_files_are_kept_for_ever_and_carry_the_headers(house, browser):
    name = house.extensions["static_manifest"]["site.css"]
    with browser.get(f"/static/{name}", headers={"Accept-Encoding": "br, gzip"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == "br"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"].startswith("text/css")
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert {header: answer.headers.get(header) for header in HEADERS} == HEADERS
    with browser.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
    with browser.get(f"/static/{name}", headers={"Accept-Encoding": "identity"}) as answer:
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.py",
        "/static/%2e%2e/keys/lotusfair_secret_key",
        "/static/nothing.css",
        "/static//etc/passwd",
        "/static/",
    ],
)
def test_nothing_but_the_static_files_is_served(browser, path):
    with browser.get(path) as answer:
        assert answer.status_code == 404


def test_a_page_names_the_hashed_files(house, browser):
    text = browser.get("/open").text
    for name in ("site.css", "site.js"):
        assert f"/static/{house.extensions['static_manifest'][name]}" in text
