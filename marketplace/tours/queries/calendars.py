"""Named reads for calendars outside: whose secret address it is, and what leaves with them."""

import datetime as dt
import hashlib
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.kernel.crypto import Sealer
from marketplace.tours.models import CalendarFeed, Tour
from marketplace.tours.queries.day import departures_of_sellers
from marketplace.tours.values import HostedDeparture


def calendar_token(session: Session, *, user_id: int, sealer: Sealer) -> str | None:
    """Return the token of somebody's own calendar, if they have one."""
    feed = session.get(CalendarFeed, user_id)
    return sealer.open(feed.token_sealed, token_place(user_id)) if feed is not None else None


def owner_of_calendar(session: Session, *, token: str) -> int | None:
    """Return the user whose calendar a token opens."""
    token_hash = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    return session.scalar(select(CalendarFeed.user_id).where(CalendarFeed.token_hash == token_hash))


def hosted_departures(
    session: Session, *, household_ids: Collection[int], from_at: dt.datetime, to_at: dt.datetime
) -> list[HostedDeparture]:
    """Return what leaves between two moments with some households at work, in order, what was called off too.

    Five queries however many there are, and one a household.
    """
    seller_ids = {one.id for key in household_ids for one in farmers.sellers_of_household(session, key)}
    views = departures_of_sellers(session, seller_ids=seller_ids, from_at=from_at, to_at=to_at, but=())
    tours = {row.id: row for row in session.scalars(select(Tour).where(Tour.id.in_(sorted({view.tour_id for view in views}))))}
    return [
        HostedDeparture(
            departure=view, title_zh=tours[view.tour_id].title_zh, title_en=tours[view.tour_id].title_en,
            meeting_zh=tours[view.tour_id].meeting_zh, meeting_en=tours[view.tour_id].meeting_en,
        )
        for view in views
    ]  # fmt: skip


def token_place(user_id: int) -> str:
    """Return what a sealed token is bound to."""
    return f"calendar_feeds/token/{user_id}"
