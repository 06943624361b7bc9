"""How often and how late a message is tried again."""

import datetime as dt

#: More tries than this are not made.
MOST_ATTEMPTS = 8
#: A process that died while sending frees its message after this long.
SENDING_LEASE = dt.timedelta(minutes=2)


def wait_before(attempt: int) -> dt.timedelta:
    """Return how long to wait after the `attempt`-th failed try: 30 s, then twice as long each time, at most an hour."""
    return min(dt.timedelta(seconds=30 * 2 ** min(attempt - 1, 10)), dt.timedelta(hours=1))
