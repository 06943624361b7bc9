"""The worker: huey wakes the periodic sweeps. A killed sweep is lost by the library, so each is safe to run again."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

import structlog
from flask import Flask
from huey import SqliteHuey, crontab
from huey.consumer import Consumer

from marketplace.kernel.jobs import AnySweep
from marketplace.web.config import Settings
from marketplace.web.db import db

log = structlog.get_logger()

MINUTES_OF_A_DAY = 24 * 60
#: The hour, in UTC, of what runs once a day: two in the morning in Shanghai.
NIGHT = "18"


def make_consumer(app: Flask) -> Consumer:
    """Return a consumer with one periodic task a sweep; seconds are rounded up to whole minutes."""
    settings: Settings = app.extensions["settings"]
    huey = SqliteHuey("lotusfair", filename=str(settings.data_dir / "jobs.db"))
    for sweep in app.extensions["sweeps"]:
        _plan(huey, app, sweep)
    return Consumer(huey, workers=1, worker_type="thread", periodic=True, initial_delay=0.2, check_worker_health=True)


def when(every_seconds: int) -> Callable[[dt.datetime], bool]:
    """Return whether a sweep of this rhythm runs in a minute (UTC): each so many minutes or hours, or once by night."""
    minutes = max(1, -(-every_seconds // 60))
    if minutes < 60:
        rhythm = crontab(minute=f"*/{minutes}")
    else:
        rhythm = crontab(minute="7", hour=f"*/{minutes // 60}" if minutes < MINUTES_OF_A_DAY else NIGHT)
    return cast(Callable[[dt.datetime], bool], rhythm)


def _plan(huey: SqliteHuey, app: Flask, sweep: AnySweep) -> None:
    @huey.periodic_task(when(sweep.every_seconds), name=sweep.name)
    def task() -> Any:
        with app.app_context():
            return run_sweep(sweep)


def run_sweep(sweep: AnySweep) -> int:
    """Run one sweep; a failure is logged and waits for the next time."""
    try:
        touched = sweep.perform(db.engine)
    except Exception:
        log.exception("sweep failed", sweep=sweep.name)
        return 0
    if touched:
        log.info("sweep", sweep=sweep.name, rows=touched)
    return touched
