"""The worker: huey wakes the periodic sweeps. A killed sweep is lost by the library, so each is safe to run again."""

from typing import Any

import structlog
from flask import Flask
from huey import SqliteHuey, crontab
from huey.consumer import Consumer

from marketplace.kernel.jobs import AskingSweep, Sweep
from marketplace.web.config import Settings
from marketplace.web.db import db

log = structlog.get_logger()


def make_consumer(app: Flask) -> Consumer:
    """Return a consumer with one periodic task a sweep; seconds are rounded up to whole minutes."""
    settings: Settings = app.extensions["settings"]
    huey = SqliteHuey("lotusfair", filename=str(settings.data_dir / "jobs.db"))
    for sweep in app.extensions["sweeps"]:
        _plan(huey, app, sweep)
    return Consumer(huey, workers=1, worker_type="thread", periodic=True, initial_delay=0.2, check_worker_health=True)


def _plan(huey: SqliteHuey, app: Flask, sweep: Sweep | AskingSweep) -> None:
    minutes = max(1, -(-sweep.every_seconds // 60))
    when = crontab(minute=f"*/{minutes}") if minutes < 60 else crontab(minute="7", hour=f"*/{min(23, minutes // 60)}")

    @huey.periodic_task(when, name=sweep.name)
    def task() -> Any:
        with app.app_context():
            return run_sweep(sweep)


def run_sweep(sweep: Sweep | AskingSweep) -> int:
    """Run one sweep; a failure is logged and waits for the next time."""
    try:
        touched = sweep.perform(db.engine)
    except Exception:
        log.exception("sweep failed", sweep=sweep.name)
        return 0
    if touched:
        log.info("sweep", sweep=sweep.name, rows=touched)
    return touched
