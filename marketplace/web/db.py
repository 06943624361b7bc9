"""The request's sessions: readers that cannot write, and a writer opened for one verb (docs/decisions/0002)."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import Flask, g, has_request_context, request
from flask import session as cookie
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.db import Model, driver_url, engine_options, in_transaction, prepare_engine
from marketplace.web.config import Settings

log = structlog.get_logger()
T = TypeVar("T")

db = SQLAlchemy(metadata=Model.metadata, disable_autonaming=True)

#: How long a browser that wrote goes on reading where it wrote; a replica further behind than this must not be read at all.
OWN_WRITES_SECONDS = 60
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_WROTE_AT = "wrote_at"


def configure_database(app: Flask, settings: Settings) -> None:
    """Point Flask-SQLAlchemy at the writer and its binds: 'reader' for reads, 'primary' where that is a replica."""
    url = driver_url(settings.database_url)
    read_urls = {"reader": driver_url(settings.database_read_url or url)}
    if read_urls["reader"] != url:
        read_urls["primary"] = url
        app.after_request(_note_writing)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    app.config["SQLALCHEMY_BINDS"] = {bind: {"url": found, **engine_options(found)} for bind, found in read_urls.items()}
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, read_only=False)
        for bind in read_urls:
            prepare_engine(db.engines[bind], read_only=True)
    app.teardown_appcontext(_close_readers)


def writer_engine() -> Engine:
    """Return the engine that may write."""
    return db.engine


def reading_engine() -> Engine:
    """Return the read-only engine on the database that is written to, for whoever reads outside a request."""
    return db.engines["primary" if _has_replica() else "reader"]


def reader() -> Session:
    """Return this request's read-only session, opened at first use; a write through it is refused by the database.

    It looks at the replica, where there is one, unless this request may write or this browser has just written.
    """
    return primary() if _needs_the_newest() else _opened("reader")


def primary() -> Session:
    """Return this request's read-only session on the database that is written to.

    Who is asking, what they may and how they prove it are read here: a session ended or a role lost counts at once.
    """
    return _opened("primary" if _has_replica() else "reader")


def write(verb: Callable[[Session], T]) -> T:
    """Run one verb in one writing transaction, again on a transient conflict.

    The readers are let go first: a verb must not work on what was read before the lock, and the next read shall see the change.
    """
    _close_readers(None)
    g.has_written = True
    return in_transaction(db.engine, verb)


def write_beside(verb: Callable[[Session], object]) -> None:
    """Run a verb beside a page that only reads, in a transaction of its own, once.

    What it writes is nothing that this reader looks for, so the readers stay open and the cookie stays as it is. No page fails
    for it: where the writer has no turn to give it is left undone, and the log says so.
    """
    try:
        in_transaction(db.engine, verb, tries=1)
    except DBAPIError as error:
        log.warning("not written beside the page", error=type(error).__name__)


def _has_replica() -> bool:
    return "primary" in db.engines


def _needs_the_newest() -> bool:
    if not _has_replica():
        return False
    if "has_written" in g:
        return True
    if not has_request_context():
        return False
    wrote_at = cookie.get(_WROTE_AT)
    return request.method not in _SAFE or (
        isinstance(wrote_at, int) and 0 <= clock.now().timestamp() - wrote_at < OWN_WRITES_SECONDS
    )


def _note_writing(response: Response) -> Response:
    if "has_written" in g:
        cookie[_WROTE_AT] = int(clock.now().timestamp())
    return response


def _opened(bind: str) -> Session:
    readers: dict[str, Session] = g.setdefault("readers", {})
    if bind not in readers:
        readers[bind] = Session(db.engines[bind], autoflush=False)
    return readers[bind]


def _close_readers(_error: BaseException | None) -> None:
    for session in g.pop("readers", {}).values():
        session.close()
