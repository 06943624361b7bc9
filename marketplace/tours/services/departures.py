"""Departures are opened with all that they draw on, become sure, close, run, or are called off."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.kernel.db import dialect_of, insert_into
from marketplace.kernel.errors import NotThere
from marketplace.tours import rules
from marketplace.tours.models import (
    Departure,
    DepartureDraw,
    Resource,
    Site,
    Tour,
    TourComponent,
    TourOption,
    TourStop,
)
from marketplace.tours.queries.tours import site_view
from marketplace.tours.refusals import DateRefused
from marketplace.tours.services.inventory import buckets_at
from marketplace.tours.services.places import is_open
from marketplace.tours.services.rows import move_departure, taken
from marketplace.tours.values import DepartureState, Draw, SiteView

#: Departures that one sweep closes; the next takes the rest.
MOST_AT_ONCE = 200
_LONGEST = dt.timedelta(days=rules.DAYS_AHEAD)
#: What each departure draws on: (resource, how, how long after the start, the place if it is one).
_Use = tuple[Resource, Draw, dt.timedelta, SiteView | None]


def open_departures(
    session: Session, *, tour_id: int, starts: Sequence[dt.datetime], most_people: int | None = None, skip_closed: bool = False
) -> list[int]:
    """Open a tour's departures at some moments; return their keys. One that stands already is left as it is.

    With `skip_closed`, dates on which a place is closed are left out instead of refused.

    Raises:
        NotThere: no such tour.
        DateRefused: a moment has passed, is too far ahead, or finds a place closed; carries the day.
    """
    option = session.scalars(select(TourOption).where(TourOption.tour_id == tour_id).order_by(TourOption.id)).first()
    tour = session.get(Tour, tour_id)
    if option is None or tour is None:
        raise NotThere
    uses = _uses(session, tour, option)
    free = []
    for starts_at in sorted(set(starts)):
        try:
            _refuse_date(starts_at, uses)
        except DateRefused:
            if not skip_closed:
                raise
        else:
            free.append(starts_at)
    opened = _make(session, tour, option, free, most_people or option.most_people)
    _draw(session, opened, uses)
    return [key for key, _starts_at in opened]


def open_usual_dates(session: Session, *, tour_id: int, weeks: int | None = None) -> list[int]:
    """Open the dates on which a tour usually leaves, from tomorrow on for some weeks; return the keys of the new ones.

    What has been open before stays as it is, and days on which a place is closed are left out.

    Raises:
        NotThere: no such tour.
    """
    option = session.scalars(select(TourOption).where(TourOption.tour_id == tour_id).order_by(TourOption.id)).first()
    if option is None:
        raise NotThere
    days = min(rules.DAYS_AHEAD, 7 * (option.weeks if weeks is None else weeks))
    tomorrow = clock.today() + dt.timedelta(days=1)
    starts = rules.usual_starts(option.weekdays, option.start_times, first=tomorrow, days=days)
    return open_departures(session, tour_id=tour_id, starts=starts, skip_closed=True)


def refresh_state(session: Session, departure: Departure) -> None:
    """Let a departure be sure once enough people have paid, and no longer so once too few remain. It must be taken for change."""
    session.refresh(departure)
    is_enough = departure.confirmed >= departure.least_people
    if departure.state == DepartureState.OPEN and is_enough:
        move_departure(session, departure, DepartureState.GUARANTEED)
    elif departure.state == DepartureState.GUARANTEED and not is_enough:
        move_departure(session, departure, DepartureState.OPEN)


def departures_past_cutoff(session: Session, now: dt.datetime | None = None) -> list[tuple[int, bool]]:
    """Return the open departures that can no longer be booked, with whether enough people come."""
    rows = session.execute(
        select(Departure.id, Departure.confirmed >= Departure.least_people)
        .where(
            Departure.state.in_([DepartureState.OPEN.value, DepartureState.GUARANTEED.value]),
            Departure.cutoff_at <= (now or clock.now()),
        )
        .order_by(Departure.cutoff_at, Departure.id)
        .limit(MOST_AT_ONCE)
    )
    return [(key, bool(is_enough)) for key, is_enough in rows]


def close_departure(session: Session, *, departure_id: int) -> None:
    """Take no more bookings for a departure. Closing twice is closing once."""
    departure = taken(session, Departure, departure_id)
    if departure.state != DepartureState.CLOSED:
        move_departure(session, departure, DepartureState.CLOSED)


def _uses(session: Session, tour: Tour, option: TourOption) -> list[_Use]:
    """Return what each departure draws on."""
    found: list[_Use] = []
    components = session.execute(
        select(TourComponent, Resource)
        .join(Resource, Resource.id == TourComponent.resource_id)
        .where(TourComponent.option_id == option.id)
        .order_by(TourComponent.position)
    )
    for component, resource in components:
        nights = max(1, tour.nights) if resource.kind == "beds" else 1
        found += [
            (resource, Draw(component.draw), dt.timedelta(minutes=component.after_minutes, days=night), None)
            for night in range(nights)
        ]
    stops = session.execute(
        select(TourStop, Site, Resource)
        .join(Site, Site.id == TourStop.site_id)
        .join(Resource, Resource.site_id == Site.id)
        .where(TourStop.tour_id == tour.id)
        .order_by(TourStop.position)
    ).all()
    zero = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    times = rules.stop_times(zero, [(stop.dwell_minutes, stop.travel_minutes) for stop, _site, _resource in stops])
    for (_stop, site, resource), (arrives, _leaves) in zip(stops, times, strict=True):
        found.append((resource, Draw.PERSON, arrives - zero, site_view(site)))
    return found


def _refuse_date(starts_at: dt.datetime, uses: Sequence[_Use]) -> None:
    now = clock.now()
    if not now < starts_at <= now + _LONGEST:
        raise DateRefused(on=clock.day_of(starts_at))
    if any(site is not None and not is_open(site, starts_at + after) for _resource, _how, after, site in uses):
        raise DateRefused(on=clock.day_of(starts_at))


def _make(
    session: Session, tour: Tour, option: TourOption, starts: Sequence[dt.datetime], most_people: int
) -> list[tuple[int, dt.datetime]]:
    """Write down departures; return (key, start) of the new ones, in order. Those that stand already are left as they are."""
    if not starts:
        return []
    rows = [
        {
            "ref": ids.reference("D"), "option_id": option.id, "tour_id": tour.id, "village_code": tour.village_code,
            "starts_at": starts_at, "ends_at": starts_at + dt.timedelta(minutes=tour.minutes, days=tour.nights),
            "cutoff_at": rules.cutoff(starts_at, hours=option.cutoff_hours), "least_people": option.least_people,
            "most_people": max(most_people, option.least_people), "taken": 0, "confirmed": 0, "state": DepartureState.OPEN.value,
            "words": "",
        }
        for starts_at in starts
    ]  # fmt: skip
    made = insert_into(Departure, dialect_of(session)).on_conflict_do_nothing(index_elements=["option_id", "starts_at"])
    found = session.execute(made.returning(Departure.__table__.c.id, Departure.__table__.c.starts_at), rows)
    return sorted(((row.id, row.starts_at) for row in found), key=lambda one: one[1])


def _draw(session: Session, opened: Sequence[tuple[int, dt.datetime]], uses: Sequence[_Use]) -> None:
    """Write down what new departures draw on."""
    buckets = buckets_at(session, ((resource, at + after) for _key, at in opened for resource, _how, after, _site in uses))
    drawn: Counter[tuple[int, int, Draw]] = Counter()
    for key, at in opened:
        for resource, draw, after, _site in uses:
            drawn[key, buckets[resource.id, at + after], draw] += 1
    if drawn:
        rows = [
            {"departure_id": key, "bucket_id": bucket_id, "draw": draw.value, "quantity": quantity}
            for (key, bucket_id, draw), quantity in sorted(drawn.items())
        ]
        session.execute(insert(DepartureDraw), rows)
