"""Calendars as files (RFC 5545): a visitor's booking, and what leaves with a host. Whoever calls brings the words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event

from marketplace.kernel import clock

#: Zones are described from here on; the county has changed its clocks last in 1991.
_FIRST, _LAST = dt.date(2020, 1, 1), dt.date(2038, 1, 1)
_MAKER = "-//LotusFair//Tours//EN"
#: Who reads a calendar from an address asks again so often.
_AGAIN = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event. `uid` stays the same for ever; `sequence` rises with each change that calendars must hear of."""

    uid: str
    sequence: int | None
    #: CONFIRMED, TENTATIVE or CANCELLED.
    status: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    place: str
    words: str
    url: str | None


def one_event(entry: Entry) -> bytes:
    """Return a file that puts one event into a calendar, changes it there, or strikes it out."""
    return _file([entry], method="CANCEL" if entry.status == "CANCELLED" else "PUBLISH")


def feed(entries: Iterable[Entry], *, name: str) -> bytes:
    """Return a calendar that a program reads again and again."""
    return _file(entries, method="PUBLISH", name=name)


def _file(entries: Iterable[Entry], *, method: str, name: str | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name is not None:
        calendar.calendar_name = name
        calendar.refresh_interval = _AGAIN
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones(first_date=_FIRST, last_date=_LAST)
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", clock.now())
    event.add("dtstart", entry.starts_at.astimezone(clock.SHANGHAI))
    event.add("dtend", entry.ends_at.astimezone(clock.SHANGHAI))
    event.add("status", entry.status)
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.words)
    if entry.sequence is not None:
        event.add("sequence", entry.sequence)
    if entry.url is not None:
        event.add("url", entry.url)
    return event
