"""`flask demo build`: build the demonstration county, showing how far it has come; what stands already is left as it is."""

import os
import time

import click
from flask import Flask
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from marketplace.areas import queries as areas
from marketplace.demo.services import SIGN_INS, SIZES, build_county
from marketplace.kernel.db import reading
from marketplace.media.storage import DiskStore
from marketplace.web.config import Settings
from marketplace.web.db import writer_engine

_WIDTH = 24


def commands(app: Flask) -> list[click.Command]:
    """Return this package's commands."""
    demo = AppGroup("demo", help="The demonstration county.")

    @demo.command("build")
    @click.option("--size", type=click.Choice(list(SIZES)), default="full", show_default=True, help="How much is built.")
    def build(size: str) -> None:
        """Build the demonstration county; where it stands already, say so and end."""
        settings: Settings = app.extensions["settings"]
        if settings.is_production:
            raise click.ClickException("The demonstration is never built in production.")
        engine = writer_engine()
        with reading(engine) as session:
            if areas.county(session) is None:
                raise click.ClickException("Run `flask --app wsgi init` first.")
        begun = time.monotonic()

        def tell(words: str) -> None:
            click.echo(f"{time.monotonic() - begun:5.1f} s  {words}")

        click.echo(f"building the demonstration county ({size}); every person in it is invented")
        is_new = build_county(
            engine, SIZES[size], sealer=app.extensions["sealer"], gateways=app.extensions["gateways"],
            store=DiskStore(settings.media_dir), say=app.extensions["words"].said, tell=tell,
        )  # fmt: skip
        click.echo(f"built in {time.monotonic() - begun:.0f} s" if is_new else "it stands already")
        _show_sign_ins(settings.port)

    return [demo]


def _show_sign_ins(port: int) -> None:
    host = os.environ.get("LOTUSFAIR_HOST", "127.0.0.1")
    click.echo(f"\n  http://{host}:{port}/sign-in")
    for one in SIGN_INS:
        with force_locale("zh"):
            in_chinese = gettext(one.words)
        click.echo(f"  {one.words:<{_WIDTH}} {one.phone}  {one.password}  {in_chinese}")
    click.echo("")
