"""Structured logs: one JSON line an event, with the request's id; no names, numbers or addresses of people in them."""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

from marketplace.kernel import ids

log = structlog.get_logger()
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
#: Mobile and resident ID numbers. Areas' codes (at most twelve digits, none beginning with 1) stay readable.
_PERSONAL = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx])(?![0-9])", re.ASCII)


def set_up_logging(*, pretty: bool = False) -> None:
    """Send structlog and the standard library's warnings to standard error, in one form."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False) if pretty else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        withhold_numbers,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatting = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=formatting, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def withhold_numbers(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Star out people's numbers in a traceback: an error may quote the value it stumbled over."""
    if "exception" in line:
        line["exception"] = _PERSONAL.sub("***", line["exception"])
    return line


def configure_logging(app: Flask) -> None:
    """Give each request an id, tell it in the answer, log one line at the end."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else ids.reference("", 12)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    if "request_id" not in g:
        return response
    response.headers["X-Request-Id"] = g.request_id
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.started) * 1000, 1),
    )
    return response
