"""Named reads of the waiting list."""

import hmac

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer
from marketplace.tours.models import Booking, Departure, Tour, WaitingEntry
from marketplace.tours.queries.departures import departure_views
from marketplace.tours.values import Leader, WaitingState, WaitingView


def waiting_by_ref(session: Session, *, ref: str) -> WaitingView | None:
    """Return a place on a waiting list by its reference."""
    found = session.scalar(select(WaitingEntry).where(WaitingEntry.ref == ref))
    return None if found is None else _view(session, found)


def waiting_known_to(session: Session, *, ref: str, last_four: str) -> WaitingView | None:
    """Return a place on a waiting list to whoever knows the last four digits of its number; the caller limits the tries."""
    found = session.scalar(select(WaitingEntry).where(WaitingEntry.ref == ref))
    expected = found.phone_last4 if found else "----"
    is_known = hmac.compare_digest(expected.encode(), last_four.encode())
    return _view(session, found) if found is not None and is_known else None


def leader_waiting(session: Session, *, waiting_id: int, sealer: Sealer) -> Leader:
    """Return who waits; empty once forgotten. The caller has authorised it."""
    found = session.get(WaitingEntry, waiting_id)
    if found is None or found.name_sealed is None or found.phone_sealed is None:
        return Leader("", "")
    return Leader(
        sealer.open(found.name_sealed, waiting_place("name", found.ref)),
        sealer.open(found.phone_sealed, waiting_place("phone", found.ref)),
    )


def waiting_place(part: str, ref: str) -> str:
    """Return what a sealed part of an entry is bound to."""
    return f"waiting_entries/{part}/{ref}"


def _view(session: Session, found: WaitingEntry) -> WaitingView:
    departure = session.get_one(Departure, found.departure_id)
    tour = session.get_one(Tour, departure.tour_id)
    is_waiting = found.state == WaitingState.WAITING
    before = select(func.count()).where(
        WaitingEntry.departure_id == found.departure_id,
        WaitingEntry.state == WaitingState.WAITING.value,
        WaitingEntry.id < found.id,
    )
    taken_by = select(Booking.ref).where(Booking.id == found.booking_id)
    return WaitingView(
        id=found.id, ref=found.ref, departure=departure_views(session, [departure])[0], tour_slug=tour.slug,
        title_zh=tour.title_zh, title_en=tour.title_en, people=found.people, state=WaitingState(found.state),
        offered_until=found.offered_until, booking_ref=session.scalar(taken_by) if found.booking_id is not None else None,
        before=(session.scalar(before) or 0) if is_waiting else 0,
    )  # fmt: skip
