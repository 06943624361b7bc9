"""Visitors and sweeps for the races over seats: each runs in a process of its own, with its own connections.

The unguarded ones act on what they saw before anybody acted, take places in an order of their own, or stop asking for the row.
"""

import contextlib
import datetime as dt
import time

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, make_engine, reading
from marketplace.tours import queries, services
from marketplace.tours.models import Allocation, Booking, Bucket, Departure
from marketplace.tours.refusals import BookingClosed, DepartureFull, PaidTooLate
from marketplace.tours.services import booking as bookings
from marketplace.tours.services import cancelling, inventory, rows
from tests.races import REFUSED, before_anybody_acts, ready
from tests.tours import trips

#: When the holds of the race have just run out.
OVER = trips.NOW + services.HOLD + dt.timedelta(seconds=1)


def book_one(session, tour_id, date_id, key):
    """Hold one seat and pay for it."""
    tour, date = queries.tour_by_id(session, tour_id=tour_id), queries.departure_by_id(session, departure_id=date_id)
    return trips.booked(session, tour, date, 1, key=key).id


def book(address, dates, visitor, tries, start):
    """Book one seat after another on one of some dates until nothing is left."""
    tour_id, date_id = dates[visitor % len(dates)]
    with clock.stopped_at(trips.NOW), ready(address, start) as engine:
        # a deadlock, which only PostgreSQL knows, is not to be slept over and tried again
        patience = 1 if engine.dialect.name == "postgresql" else 12
        for attempt in range(tries):
            try:
                in_transaction(
                    engine, lambda session, key=f"{visitor}/{attempt}": book_one(session, tour_id, date_id, key), tries=patience
                )
            except DepartureFull:
                break


def take_unasked(session, departure_id, booking, *, now):
    """Count places as taken, however many are left: the verb without its guard."""
    session.execute(update(Departure).where(Departure.id == departure_id).values(taken=Departure.taken + booking.people))
    for bucket_id, quantity in sorted(inventory.draws_of(session, departure_id, people=booking.people).items()):
        session.execute(update(Bucket).where(Bucket.id == bucket_id).values(taken=Bucket.taken + quantity))
        session.add(Allocation(booking_id=booking.id, bucket_id=bucket_id, quantity=quantity))
    session.flush()


def book_unguarded(address, dates, visitor, tries, start):
    """Look whether a place is left, then take it: what must never be written."""
    bookings.take = take_unasked
    tour_id, date_id = dates[visitor % len(dates)]
    with clock.stopped_at(trips.NOW), ready(address, start) as engine:
        for attempt in range(tries):
            with before_anybody_acts(start), reading(engine) as session:
                is_one_left = queries.departure_by_id(session, departure_id=date_id).left > 0
            if is_one_left:
                in_transaction(
                    engine, lambda session, key=f"{visitor}/{attempt}": book_one(session, tour_id, date_id, key), tries=12
                )


class OwnOrder:
    """Stands for `sorted` in the inventory: leaves each visitor's buckets in an order of their own, and dawdles between them."""

    def __init__(self, visitor):
        self.visitor = visitor

    def __call__(self, wanted):
        found = sorted(wanted)
        for bucket in found if self.visitor % 2 else reversed(found):
            yield bucket
            time.sleep(0.05)


def book_in_own_order(address, dates, visitor, tries, start):
    """Take the same buckets in one's own order: PostgreSQL ends one of two who wait for each other."""
    inventory.sorted = OwnOrder(visitor)
    try:
        book(address, dates, visitor, tries, start)
    except OperationalError as error:
        if error.orig.sqlstate != "40P01":
            raise
        raise SystemExit(REFUSED) from None


def end_together(address, what, racer, _tries, start):
    """Let holds run out, pay for them late, cancel what is paid twice over, and book what comes free, all at once."""
    with clock.stopped_at(OVER), ready(address, start) as engine:
        _end(engine, what, racer)


def _end(engine, what, racer):
    """Do one of the deeds, by the racer's number."""
    held, paid = what["held"], what["paid"]
    deeds = [
        *[lambda session: services.expire_bookings(session)] * 2,
        *[lambda session, key=key: _pay(session, key) for key in held],
        *[lambda session, twin=twin: _cancel(session, paid, f"cancel/{twin}") for twin in (1, 2)],
        *[lambda session, twin=twin: book_one(session, *what["date"], f"free/{twin}") for twin in (1, 2)],
    ]
    with contextlib.suppress(DepartureFull, PaidTooLate, BookingClosed):
        in_transaction(engine, deeds[racer], tries=14)


def _pay(session, booking_id):
    return services.confirm_booking(session, booking_id=booking_id, gateway="offline", gateway_fee_fen=53, at=clock.now())


def _cancel(session, booking_id, key):
    view = services.cancel_booking(session, key=key, booking_id=booking_id, by=None)
    for refund in view.refunds:
        services.submit_refund(session, refund_id=refund.id) if refund.state == "approved" else None
        services.refund_succeeded(session, refund_id=refund.id, at=clock.now())


def end_together_unguarded(address, what, racer, tries, start):
    """The same on rows read before anybody acted, as a view would that hands its verb rows instead of keys."""
    engine = make_engine(address, pool_size=1)
    with Session(engine, expire_on_commit=False) as session:
        seen = {key: session.get(Booking, key) for key in (*what["held"], what["paid"])}
        date = session.get(Departure, what["date"][1])
        session.expunge_all()
    engine.dispose()

    def as_it_was(session, booking_id):
        if booking_id not in seen:
            return rows.booking_taken(session, booking_id)
        return session.merge(date, load=False), session.merge(seen[booking_id], load=False)

    bookings.booking_taken = cancelling.booking_taken = as_it_was
    end_together(address, what, racer, tries, start)
