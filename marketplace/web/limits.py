"""A coarse shield: so many requests a minute from one network address. Budgets that must hold are rows of `accounts`.

The counts lie in this process. The library's own store in memory starts a thread at nearly every request, and each thread reads
through all addresses; here the request that finds the minute over does the sweeping.
"""

import logging
import threading
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage

from marketplace.kernel import clock
from marketplace.web.config import Mode

PER_ADDRESS = "1200 per minute"
_SWEEP_SECONDS = 60


class ProcessStore(Storage):
    """Counts by key, each until its own end."""

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 (declared so by the library)
    base_exceptions = ValueError

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        self._lock = threading.Lock()
        #: key -> (count, when it ends)
        self._held: dict[str, tuple[int, float]] = {}
        self._sweep_at = 0.0

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, which begins anew where it had ended; return it."""
        now = clock.now().timestamp()
        with self._lock:
            if now >= self._sweep_at:
                self._held = {each: held for each, held in self._held.items() if held[1] > now}
                self._sweep_at = now + _SWEEP_SECONDS
            count, ends = self._held.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._held[key] = (count + amount, ends)
        return count + amount

    def get(self, key: str) -> int:
        """Return a count."""
        count, ends = self._held.get(key, (0, 0.0))
        return count if ends > clock.now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """Return when a count ends."""
        return self._held.get(key, (0, clock.now().timestamp()))[1]

    def check(self) -> bool:
        """Say that the store works."""
        return True

    def reset(self) -> int:
        """Forget all counts; return how many there were."""
        with self._lock:
            count = len(self._held)
            self._held = {}
        return count

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._held.pop(key, None)


def configure_limits(app: Flask) -> None:
    """Limit what one address asks for; the tests ask for more."""
    app.config["RATELIMIT_ENABLED"] = app.config["MODE"] != Mode.TEST
    app.extensions["rate_limiter"] = Limiter(get_remote_address, app=app, default_limits=[PER_ADDRESS], storage_uri="process://")
    logging.getLogger("flask-limiter").setLevel(logging.ERROR)
