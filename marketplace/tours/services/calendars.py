"""Secret addresses of calendars: one a person, made anew or ended by that person alone."""

import hashlib

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.tours.models import CalendarFeed
from marketplace.tours.queries.calendars import token_place


def make_calendar(session: Session, *, user_id: int, sealer: Sealer) -> str:
    """Give somebody a secret address for their calendar and return its token; the one before stops working."""
    token = ids.token(24)
    feed = session.get(CalendarFeed, user_id, with_for_update=True) or CalendarFeed(user_id=user_id)
    feed.token_hash = hashlib.sha256(token.encode()).hexdigest()
    feed.token_sealed = sealer.seal(token, token_place(user_id))
    feed.made_at = clock.now()
    session.add(feed)
    session.flush()
    record_audit(session, by=user_id, action="tours.make_calendar", object_kind="user", object_ref=str(user_id))
    return token


def end_calendar(session: Session, *, user_id: int) -> None:
    """Let the address stop working; ending twice is ending once."""
    feed = session.get(CalendarFeed, user_id, with_for_update=True)
    if feed is None:
        return
    session.delete(feed)
    session.flush()
    record_audit(session, by=user_id, action="tours.end_calendar", object_kind="user", object_ref=str(user_id))
