"""Commands of the house itself: set up, migrate, serve, work, check words. Packages bring their own beside these."""

import functools
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
from alembic import command as alembic_command
from alembic.config import Config
from alembic.script import ScriptDirectory
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from flask import Flask, current_app
from flask.cli import with_appcontext

from marketplace.kernel.db import in_transaction
from marketplace.web.db import db

ROOT = Path(__file__).resolve().parent.parent.parent
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None, "N_": None, "pgettext": ((1, "c"), 2),
}  # fmt: skip
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def alembic_config(url: str | None = None) -> Config:
    """Return Alembic's configuration for the house's migrations."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    if url:
        config.attributes["url"] = url
    return config


@functools.cache
def newest_revision(folder: Path) -> str | None:
    """Return the id of the newest migration."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config).get_current_head()


def register(app: Flask) -> None:
    """Add the commands."""
    for command in (init, serve, worker, sweep, words):
        app.cli.add_command(command)


@click.command("init")
@with_appcontext
def init() -> None:
    """Migrate the database and load the county's areas and code lists; safe to repeat."""
    alembic_command.upgrade(alembic_config(), "head")
    for load in current_app.extensions.get("loaders", ()):
        in_transaction(db.engine, load)
    click.echo("ready")


@click.command("sweep")
@click.argument("name", required=False)
@with_appcontext
def sweep(name: str | None) -> None:
    """Run the periodic sweeps once, or the one named."""
    for job in current_app.extensions["sweeps"]:
        if name in (None, job.name):
            click.echo(f"{job.name}: {job.perform(db.engine)}")


@click.command("worker")
@click.option("--once", is_flag=True, help="Run each sweep once and end.")
@with_appcontext
def worker(once: bool) -> None:  # noqa: FBT001 (click)
    """Run the periodic sweeps until told to stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        for job in app.extensions["sweeps"]:
            job.perform(db.engine)
        return
    consumer = app.extensions["make_consumer"](app)
    consumer.run()


@click.command("serve")
@click.option("--threads", default=4, show_default=True, help="Blocking threads of the web process.")
def serve(threads: int) -> None:
    """Start web and worker together; both end when either ends."""
    port = os.environ.get("PORT", "8000")
    python = sys.executable
    web = [
        python, "-m", "granian", "--interface", "wsgi", "--host", os.environ.get("LOTUSFAIR_HOST", "127.0.0.1"), "--port", port,
        "--workers", "1", "--blocking-threads", str(threads), "--no-ws", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
    jobs = [python, "-m", "flask", "--app", "wsgi", "worker"]
    children = [subprocess.Popen(line, cwd=ROOT) for line in (web, jobs)]  # noqa: S603 (our own two commands)

    def stop(*_: Any) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(child.poll() is None for child in children):
        time.sleep(0.3)
    stop()
    for child in children:
        child.wait(timeout=20)


def messages(package: str) -> list[tuple[str, int, Any]]:
    """Return (file, line, msgid or tuple of its plural forms) of all that a package and its templates say."""
    found = []
    for folder in (ROOT / "marketplace" / package, ROOT / "templates" / package, *_shared(package)):
        if not folder.is_dir():
            continue
        for name, line, message, _comments, _context in extract_from_dir(
            folder, METHODS, {"**.html": {"extensions": "jinja2.ext.i18n"}}, KEYWORDS, directory_filter=lambda _path: True
        ):
            found.append((str((folder / name).relative_to(ROOT)), line, message))
    return found


def _shared(package: str) -> tuple[Path, ...]:
    """Return the template folders whose words the web package keeps."""
    return (ROOT / "templates" / "_layouts", ROOT / "templates" / "_macros") if package == "web" else ()


@click.command("words")
@click.argument("package")
def words(package: str) -> None:
    """Add the package's new msgids to its Chinese words, for filling in."""
    path = ROOT / "marketplace" / package / "words" / "zh.po"
    path.parent.mkdir(exist_ok=True)
    catalog = read_po(io.BytesIO(path.read_bytes()), locale="zh") if path.exists() else Catalog(locale="zh", charset="utf-8")
    new = 0
    for name, _line, message in messages(package):
        if catalog.get(message if isinstance(message, str) else message[0]) is None:
            catalog.add(message, None, locations=[(name, 0)])
            new += 1
    with path.open("wb") as file:
        write_po(file, catalog, width=130, omit_header=False, include_lineno=False, sort_output=False)
    click.echo(
        f"{new} new; {sum(1 for entry in catalog if entry.id and not entry.string)} without Chinese in {path.relative_to(ROOT)}"
    )
