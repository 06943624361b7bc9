"""Named reads for calendars outside: whose secret address it is, and what leaves with them."""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.kernel.crypto import Sealer
from marketplace.tours.models import CalendarFeed, Departure, Substitution, Tour, TourComponent
from marketplace.tours.queries.departures import departure_views
from marketplace.tours.values import DepartureView, HostedDeparture

#: As many as a busy household has in a season; a program that reads calendars reads them all.
MOST = 500


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
    """Return what leaves between two moments with some households at work, in order, after all substitutions.

    Six queries however many there are, and one a household.
    """
    seller_ids = {one.id for key in household_ids for one in farmers.sellers_of_household(session, key)}
    if not seller_ids:
        return []
    own = {
        (option_id, component_id)
        for option_id, component_id in session.execute(
            select(TourComponent.option_id, TourComponent.id).where(TourComponent.seller_id.in_(seller_ids))
        )
    }
    stands_in = select(Substitution.departure_id).where(Substitution.to_seller_id.in_(seller_ids))
    theirs: ColumnElement[bool] = Departure.option_id.in_({option_id for option_id, _ in own}) | Departure.id.in_(stands_in)
    rows = session.scalars(
        select(Departure)
        .where(theirs, Departure.starts_at >= from_at, Departure.starts_at < to_at)
        .order_by(Departure.starts_at, Departure.id)
        .limit(MOST)
    ).all()
    working = _working(session, rows, own, seller_ids)
    tours = {
        row.id: row
        for row in session.scalars(select(Tour).where(Tour.id.in_({each.tour_id for each in rows if each.id in working})))
    }
    views: list[DepartureView] = departure_views(session, [row for row in rows if row.id in working])
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


def _working(
    session: Session, rows: Sequence[Departure], own: Collection[tuple[int, int]], seller_ids: Collection[int]
) -> frozenset[int]:
    """Return the keys of the departures at which one of the sellers works after all substitutions."""
    parts: dict[tuple[int, int], bool] = {
        (row.id, component_id): True for row in rows for option_id, component_id in own if option_id == row.option_id
    }
    swaps = session.execute(
        select(Substitution.departure_id, Substitution.component_id, Substitution.to_seller_id)
        .where(Substitution.departure_id.in_([row.id for row in rows]))
        .order_by(Substitution.position)
    )
    for departure_id, component_id, to_seller_id in swaps:
        parts[departure_id, component_id] = to_seller_id in seller_ids
    return frozenset(departure_id for (departure_id, _), is_theirs in parts.items() if is_theirs)
