"""Somebody does a part of a departure in another's place: what of it is not earned goes along, and both are told."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.services import record_audit
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard, SellerState
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.kernel.words import N_, Say
from marketplace.tours.models import Booking, BookingShare, Departure, Substitution, Tour, TourComponent
from marketplace.tours.refusals import (
    DepartureRuns,
    PartEarned,
    ReasonNeeded,
    SubstituteOwn,
    SubstituteSame,
    SubstituteUnknown,
)
from marketplace.tours.services.rows import taken
from marketplace.tours.services.shares import follow_work, payees_of
from marketplace.tours.services.telling import local_time, send_words, where_to_look
from marketplace.tours.values import ROLE_WORDS, DepartureState, Role

_STEPS_IN = N_(
    "LotusFair: you step in for %(other)s: %(role)s of %(title)s, %(when)s, meeting point: %(meeting)s (%(reason)s). %(where)s"
)
_IS_REPLACED = N_(
    "LotusFair: %(other)s steps in for you: %(role)s of %(title)s, %(when)s (%(reason)s). What is not earned yet goes to them."
)


def substitute(
    session: Session, *, departure_id: int, component_id: int, seller_ref: str, reason: str, by: int, say: Say, sealer: Sealer,
    site: str | None = None,
) -> int:  # fmt: skip
    """Let another seller do a part of a departure; return how many bookings' shares went along. Safe to repeat.

    `say` and `site` are what telling somebody takes: words in their language, and the address that people reach us at.

    Raises:
        NotThere: no such departure, or no such part of it.
        ReasonNeeded: without words.
        DepartureRuns: it is settled or was called off.
        SubstituteUnknown: no approved seller has the number.
        SubstituteOwn: the official acts for the household that would step in.
        SubstituteSame: they do this part already.
        PartEarned: all that was paid for it is earned.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise ReasonNeeded
    departure = taken(session, Departure, departure_id)
    payees = payees_of(session, departure_id=departure.id)
    if component_id not in payees:
        raise NotThere
    if departure.state in (DepartureState.SETTLED, DepartureState.CANCELLED):
        raise DepartureRuns
    before, after = payees[component_id], _approved(session, seller_ref)
    if after.household_id is not None and by in farmers.users_of_household(session, after.household_id):
        raise SubstituteOwn
    latest = session.scalars(
        select(Substitution)
        .where(Substitution.departure_id == departure.id, Substitution.component_id == component_id)
        .order_by(Substitution.position.desc())
    ).first()
    if before.id == after.id:
        if latest is not None and (latest.by_user_id, latest.reason) == (by, reason):
            return 0
        raise SubstituteSame
    if departure.state == DepartureState.RUN and _is_earned(session, departure.id, component_id):
        raise PartEarned
    session.add(
        Substitution(
            departure_id=departure.id, component_id=component_id, position=latest.position + 1 if latest else 1,
            from_seller_id=before.id, to_seller_id=after.id, by_user_id=by, at=clock.now(), reason=reason,
        )
    )  # fmt: skip
    session.flush()
    moved = _hand_over(session, departure, payees | {component_id: after})
    role = session.scalars(select(TourComponent.role).where(TourComponent.id == component_id)).one()
    record_audit(
        session, by=by, action="tours.substitute", object_kind="departure", object_ref=departure.ref,
        before={"part": role, "seller": before.ref}, after={"part": role, "seller": after.ref, "bookings": moved}, reason=reason,
    )  # fmt: skip
    _tell(session, departure, Role(role), before, after, reason=reason, say=say, sealer=sealer, site=site)
    return moved


def _approved(session: Session, seller_ref: str) -> SellerCard:
    found = farmers.seller_by_ref(session, seller_ref.strip().upper())
    card = farmers.seller_cards(session, [found.id])[found.id] if found else None
    if card is None or card.state is not SellerState.APPROVED:
        raise SubstituteUnknown
    return card


def _is_earned(session: Session, departure_id: int, component_id: int) -> bool:
    """Say whether something was earned of a part, and nothing is left that could still be."""
    shares = (
        exists()
        .where(BookingShare.component_id == component_id, BookingShare.booking_id == Booking.id)
        .where(Booking.departure_id == departure_id, Booking.paid_at.is_not(None))
    )
    earned = select(shares.where(BookingShare.earned_at.is_not(None)))
    waiting = select(shares.where(BookingShare.earned_at.is_(None)))
    return bool(session.scalar(earned)) and not session.scalar(waiting)


def _hand_over(session: Session, departure: Departure, payees: dict[int, SellerCard]) -> int:
    keys = session.scalars(select(Booking.id).where(Booking.departure_id == departure.id).order_by(Booking.id)).all()
    return sum(follow_work(session, taken(session, Booking, key), payees) for key in keys)


def _tell(
    session: Session, departure: Departure, role: Role, before: SellerCard, after: SellerCard, *, reason: str, say: Say,
    sealer: Sealer, site: str | None,
) -> None:  # fmt: skip
    tour = session.get_one(Tour, departure.tour_id)
    for card, other, sentence in ((after, before, _STEPS_IN), (before, after, _IS_REPLACED)):
        for phone, locale in accounts.phones_of(session, farmers.people_behind(session, card.id)):
            is_english = locale == "en"
            words = say(locale, sentence) % {
                "other": other.display_name, "role": say(locale, ROLE_WORDS[role]), "reason": reason,
                "title": (tour.title_en or tour.title_zh) if is_english else tour.title_zh,
                "meeting": (tour.meeting_en or tour.meeting_zh) if is_english else tour.meeting_zh,
                "when": local_time(departure.starts_at), "where": where_to_look(site, "desk/departures", departure.ref),
            }  # fmt: skip
            send_words(session, phone, words, sealer, departure.ends_at)
