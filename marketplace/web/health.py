"""Whether the process lives, whether it can serve, and what it did: /healthz, /readyz, /metrics."""

import hmac
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Blueprint, Flask, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.web.db import primary, reader
from marketplace.web.policy import policy

bp = Blueprint("health", __name__)

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def configure_health(app: Flask) -> None:
    """Count and time each request by endpoint."""
    registry = CollectorRegistry()
    requests = Counter("lotusfair_requests_total", "Requests answered", ["endpoint", "method", "status"], registry=registry)
    seconds = Histogram("lotusfair_request_seconds", "Time to answer", ["endpoint"], registry=registry)
    app.extensions["metrics"] = registry

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"  # a stranger's words must not become labels
        requests.labels(endpoint, method, str(response.status_code)).inc()
        if "started" in g:
            seconds.labels(endpoint).observe(time.perf_counter() - g.started)
        return response


class TruthGauges(Collector):
    """How many rows broke a truth when the worker last looked, and how long ago that was: it keeps both in the database."""

    def __init__(self, last_checks: Callable[[Session], Iterable[Any]]) -> None:
        self._last_checks = last_checks

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return both gauges; nothing where the database does not answer, for the other figures are wanted then."""
        broken = GaugeMetricFamily("lotusfair_truths_broken_rows", "Rows that broke a truth at the last check", labels=["scope"])
        age = GaugeMetricFamily("lotusfair_truths_check_age_seconds", "Time since that check began", labels=["scope"])
        try:
            for found in self._last_checks(primary()):
                broken.add_metric([found.scope], found.broken)
                age.add_metric([found.scope], (clock.now() - found.began_at).total_seconds())
        except SQLAlchemyError:
            return
        yield from (broken, age)


@bp.get("/healthz")
@policy("health.live", public=True)
def live() -> tuple[str, int]:
    """Answer that the process lives."""
    return "ok\n", 200


@bp.get("/readyz")
@policy("health.ready", public=True)
def ready() -> tuple[str, int]:
    """Answer whether the database, and its replica, can be read and stand at the newest migration."""
    try:
        found = {session.scalar(text("SELECT version_num FROM alembic_version")) for session in (primary(), reader())}
    except SQLAlchemyError:
        return "no database, or not set up: run 'flask --app wsgi init'\n", 503
    if found != {current_app.config["EXPECTED_REVISION"]}:
        return "the database waits for 'flask --app wsgi db upgrade'\n", 503
    return "ready\n", 200


@bp.get("/metrics")
@policy("health.metrics", public=True)
def metrics() -> Response:
    """Answer Prometheus: from this machine, or with the configured token."""
    token = current_app.config.get("METRICS_TOKEN")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        if not hmac.compare_digest(token.encode(), given.encode()):
            raise NotThere
    elif request.remote_addr not in ("127.0.0.1", "::1"):
        raise NotThere
    return Response(generate_latest(current_app.extensions["metrics"]), content_type=CONTENT_TYPE_LATEST)
