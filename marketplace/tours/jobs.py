"""Sweeps of tours: holds whose time is over, dates that close, run and are earned, seats freed for those who wait, words owed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.jobs import Sweep
from marketplace.tours.services import (
    close_due,
    earn_due,
    expire_bookings,
    forget_leaders,
    forget_names,
    offer_freed_seats,
    run_due,
    tell_visitors,
)


def sweeps_for(outside: Mapping[str, Any]) -> tuple[Sweep, ...]:
    """Return the sweeps, given where the application keeps `words`, `sealer` and `settings`; they are looked up at each run."""

    def tell(session: Session) -> int:
        return tell_visitors(session, say=outside["words"].said, sealer=outside["sealer"], site=outside["settings"].public_url)

    return (
        Sweep("tours.expire_bookings", 60, expire_bookings),
        Sweep("tours.offer_freed_seats", 60, _offer),
        Sweep("tours.tell_visitors", 60, tell),
        Sweep("tours.close_due", 300, close_due),
        Sweep("tours.run_due", 300, run_due),
        Sweep("tours.earn_due", 600, earn_due),
        Sweep("tours.forget_names", 3600, forget_names),
        Sweep("tours.forget_leaders", 24 * 3600, forget_leaders),
    )


def _offer(session: Session) -> int:
    return len(offer_freed_seats(session))
