"""Words owed to visitors: written down with what caused them, said in the visitor's language by a sweep, sent by the outbox.

What causes them (a payment that came, a departure called off, a seat freed) happens where neither the reader's language nor the
seal of telephone numbers is at hand; a notice holds nobody's name or number.
"""

import datetime as dt
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.crypto import CannotOpen, Sealer
from marketplace.kernel.words import N_, Say
from marketplace.messages.services import enqueue_sms
from marketplace.tours.models import Booking, Departure, Tour, VisitorNotice, WaitingEntry
from marketplace.tours.queries.bookings import place
from marketplace.tours.queries.waiting import waiting_place
from marketplace.tours.values import CANCEL_WORDS, CancelReason, NoticeKind

log = structlog.get_logger()

MOST_AT_ONCE = 100

_CONFIRMED = N_(
    "LotusFair: booked. %(title)s, %(when)s, %(people)d people, meeting point: %(meeting)s. Your code: %(code)s. %(where)s"
)
_CALLED_OFF = N_(
    "LotusFair: %(title)s on %(when)s is called off (%(reason)s). All that you paid goes back the way it came. %(where)s"
)
_CALLED_OFF_UNPAID = N_("LotusFair: %(title)s on %(when)s is called off (%(reason)s). You have paid nothing. %(where)s")
_OFFERED = N_(
    "LotusFair: %(people)d places are free for %(title)s on %(when)s. Book them by %(until)s; others may as well until then. "
    "%(where)s"
)


def owe_words(session: Session, kind: NoticeKind, *, booking_id: int | None = None, waiting_entry_id: int | None = None) -> None:
    """Write down that a visitor has to be told something."""
    session.add(VisitorNotice(kind=kind.value, booking_id=booking_id, waiting_entry_id=waiting_entry_id, made_at=clock.now()))
    session.flush()


def tell_visitors(session: Session, *, say: Say, sealer: Sealer, site: str | None) -> int:
    """Put what is owed into the outbox, the oldest first; return how many. What helps nobody any more is passed over.

    `site` is the address that people reach us at; without one the words name the reference alone.
    """
    rows = session.scalars(
        select(VisitorNotice)
        .where(VisitorNotice.told_at.is_(None))
        .order_by(VisitorNotice.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    told = 0
    for notice in rows:
        try:
            told += _tell_waiting(session, notice, say, sealer, site) or _tell_booking(session, notice, say, sealer, site)
        except CannotOpen:  # one contact that does not open must not keep the words from all others
            log.error("a visitor cannot be told", notice=notice.id)
        notice.told_at = clock.now()
    session.flush()
    return told


def _tell_booking(session: Session, notice: VisitorNotice, say: Say, sealer: Sealer, site: str | None) -> bool:
    booking = session.get(Booking, notice.booking_id) if notice.booking_id is not None else None
    if booking is None or booking.phone_sealed is None:
        return False
    departure, tour = session.get_one(Departure, booking.departure_id), session.get_one(Tour, booking.tour_id)
    is_english = booking.locale == "en"
    facts: dict[str, Any] = {
        "title": (booking.title_en or booking.title_zh) if is_english else booking.title_zh,
        "when": local_time(departure.starts_at),
        "where": where_to_look(site, "bookings", booking.ref),
    }
    if notice.kind == NoticeKind.CONFIRMED:
        sentence, useful_until = _CONFIRMED, departure.starts_at
        facts |= {
            "people": booking.people, "code": booking.code,
            "meeting": (tour.meeting_en or tour.meeting_zh) if is_english else tour.meeting_zh,
        }  # fmt: skip
    else:
        sentence = _CALLED_OFF if booking.paid_at is not None else _CALLED_OFF_UNPAID
        useful_until = departure.ends_at
        facts["reason"] = say(booking.locale, CANCEL_WORDS[CancelReason(str(booking.reason))])
    phone = sealer.open(booking.phone_sealed, place("phone", booking.ref))
    return send_words(session, phone, say(booking.locale, sentence) % facts, sealer, useful_until)


def _tell_waiting(session: Session, notice: VisitorNotice, say: Say, sealer: Sealer, site: str | None) -> bool:
    entry = session.get(WaitingEntry, notice.waiting_entry_id) if notice.waiting_entry_id is not None else None
    if entry is None or entry.phone_sealed is None or entry.offered_until is None:
        return False
    departure = session.get_one(Departure, entry.departure_id)
    tour = session.get_one(Tour, departure.tour_id)
    facts = {
        "title": (tour.title_en or tour.title_zh) if entry.locale == "en" else tour.title_zh,
        "when": local_time(departure.starts_at),
        "until": local_time(entry.offered_until),
        "people": entry.people,
        "where": where_to_look(site, "waiting", entry.ref),
    }
    phone = sealer.open(entry.phone_sealed, waiting_place("phone", entry.ref))
    return send_words(session, phone, say(entry.locale, _OFFERED) % facts, sealer, entry.offered_until)


def send_words(session: Session, phone: str, words: str, sealer: Sealer, useful_until: dt.datetime) -> bool:
    """Put words into the outbox; False where they help nobody any more."""
    if useful_until <= clock.now():
        return False
    enqueue_sms(session, to=phone, text=words, sealer=sealer, useful_until=useful_until)
    return True


def where_to_look(site: str | None, path: str, ref: str) -> str:
    """Return the address of something, or its reference alone where nobody knows how people reach us."""
    return f"{site.rstrip('/')}/{path}/{ref}" if site else ref


def local_time(at: dt.datetime) -> str:
    """Return a moment on the county's clock, written as both languages write it."""
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
