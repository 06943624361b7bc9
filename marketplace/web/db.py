"""The request's two sessions: a reader that cannot write, and a writer opened for one verb."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.kernel.db import Model, driver_url, engine_options, in_transaction, prepare_engine, reader_url
from marketplace.web.config import Settings

T = TypeVar("T")

db = SQLAlchemy(metadata=Model.metadata, disable_autonaming=True)


def configure_database(app: Flask, settings: Settings) -> None:
    """Point Flask-SQLAlchemy at the writer and, as bind 'reader', at where reads go."""
    url = driver_url(settings.database_url)
    options = engine_options(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    app.config["SQLALCHEMY_BINDS"] = {"reader": {"url": driver_url(reader_url(url, settings.database_read_url)), **options}}
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, read_only=False)
        prepare_engine(db.engines["reader"], read_only=True)
    app.teardown_appcontext(_close_reader)


def writer_engine() -> Engine:
    """Return the engine that may write."""
    return db.engine


def reader() -> Session:
    """Return this request's read-only session, opened at first use; a write through it is refused by the database."""
    if "reader" not in g:
        g.reader = Session(db.engines["reader"], autoflush=False)
    session: Session = g.reader
    return session


def write(verb: Callable[[Session], T]) -> T:
    """Run one verb in one writing transaction, again on a transient conflict.

    The reader is let go first: a verb must not work on what was read before the lock, and the next read shall see the change.
    """
    _close_reader(None)
    return in_transaction(db.engine, verb)


def _close_reader(_error: BaseException | None) -> None:
    session = g.pop("reader", None)
    if session is not None:
        session.close()
