"""A real server and a real Chromium for the tests that look at pages."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from marketplace.app import create_app
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests import truths
from tests.conftest import environment_of

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE = {"viewport": {"width": 360, "height": 800}, "device_scale_factor": 1, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}


def chromium() -> str | None:
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


@dataclass
class Site:
    """A running site: its address, the application object on the same database, and its log."""

    address: str
    app: object
    log: Path
    environ: dict

    def logged(self) -> str:
        return self.log.read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(environ, log: Path):
    """Start the web server on a free port; wait until it answers."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=sink, stderr=sink)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1).close()  # noqa: S310 (loopback)
            break
        except OSError:
            time.sleep(0.1)
    return process, address


@pytest.fixture(scope="module")
def ground(scratch, sqlite_template):
    """The folder a module's site begins with: an empty county, unless the module asks for the small one."""
    folder = scratch / ("site-" + uuid.uuid4().hex[:8])
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "site.db")
    return folder


def copy_of(small_county, scratch):
    """Return the folder of a copy of the small county."""
    return Path(shutil.copytree(small_county.folder, scratch / ("site-" + uuid.uuid4().hex[:8])))


@pytest.fixture(scope="module")
def site(request, ground):
    """A site on a fresh database, served by the real server; the tests of a module share it."""
    folder = ground
    environ = {**os.environ, **environment_of(folder, f"sqlite:///{folder / 'site.db'}")}
    app = create_app(Settings.from_environment(environ))
    process, address = serve(environ, folder / "log")
    with truths.kept(environ["DATABASE_URL"], but=truths.excused(request.node)):
        yield Site(address, app, folder / "log", environ)
        process.terminate()
        process.wait(timeout=20)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: CI must not skip the browser")
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def visit(browser: Browser, site: Site, *, lang: str = "zh", wide: bool = False, **options):
    """Return a page of a fresh visitor at phone size, or wide."""
    context = browser.new_context(
        base_url=site.address, locale="zh-CN" if lang == "zh" else "en-GB", **(DESK if wide else PHONE), **options
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def sign_in(page, who):
    """Sign in as (phone, password)."""
    page.goto("/sign-in")
    page.fill("input[name=phone]", who[0])
    page.fill("input[name=password]", who[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)


def until(page, question, seconds=20):
    """Ask the page again and again until the answer is yes; the question may be a promise."""
    for _ in range(seconds * 10):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    raise AssertionError(question)


def come_under_worker(page):
    """Wait until the page's worker answers for it.

    A worker takes over the pages it finds when it wakes; one that was loading then is left out till it is opened again.
    """
    until(page, "() => navigator.serviceWorker.ready.then(found => found.active.state === 'activated')")
    if not page.evaluate("() => !!navigator.serviceWorker.controller"):
        page.reload()
        until(page, "() => !!navigator.serviceWorker.controller")
