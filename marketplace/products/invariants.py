"""Truths of goods and stock (assurance.md, 4, 9 and 15). Each check returns the rows that break it; all are full scans."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.triggers import missing
from marketplace.products.ddl import REVIEW_TRIGGERS
from marketplace.products.models import Offer, OfferEvent, Reservation, Review, Stock, StockMovement
from marketplace.products.rules import OFFER_EDGES
from marketplace.products.values import HoldState, MovementKind, OfferState

Check = tuple[str, Callable[[Session], Sequence[Any]]]
#: The sweep runs each minute; a hold dead for longer means that nobody sweeps.
HOLD_GRACE = dt.timedelta(minutes=10)


def oversold_stock(session: Session) -> Sequence[Any]:
    """Return stocks whose taken figure lies outside 0 … on hand."""
    return session.execute(
        select(Stock.offer_id, Stock.taken, Stock.on_hand).where(or_(Stock.taken < 0, Stock.taken > Stock.on_hand))
    ).all()


def stock_apart_from_holds(session: Session) -> Sequence[Any]:
    """Return stocks whose taken figure is not live holds and sales less what was put back."""
    live = (
        select(Reservation.offer_id, func.sum(Reservation.quantity).label("quantity"))
        .where(Reservation.state.in_((HoldState.HELD, HoldState.COMMITTED)))
        .group_by(Reservation.offer_id)
        .subquery()
    )
    back = (
        select(StockMovement.offer_id, func.sum(StockMovement.taken_delta).label("quantity"))
        .where(StockMovement.kind == MovementKind.RESTOCKED)
        .group_by(StockMovement.offer_id)
        .subquery()
    )
    expected = func.coalesce(live.c.quantity, 0) + func.coalesce(back.c.quantity, 0)
    return session.execute(
        select(Stock.offer_id, Stock.taken, expected.label("expected"))
        .join(live, live.c.offer_id == Stock.offer_id, isouter=True)
        .join(back, back.c.offer_id == Stock.offer_id, isouter=True)
        .where(Stock.taken != expected)
    ).all()


def stock_apart_from_movements(session: Session) -> Sequence[Any]:
    """Return stocks that are not the sum of their movements."""
    sums = (
        select(
            StockMovement.offer_id,
            func.sum(StockMovement.on_hand_delta).label("on_hand"),
            func.sum(StockMovement.taken_delta).label("taken"),
        )
        .group_by(StockMovement.offer_id)
        .subquery()
    )
    return session.execute(
        select(Stock.offer_id, Stock.on_hand, Stock.taken, sums.c.on_hand.label("moved_in"), sums.c.taken.label("moved_taken"))
        .join(sums, sums.c.offer_id == Stock.offer_id, isouter=True)
        .where(or_(Stock.on_hand != func.coalesce(sums.c.on_hand, 0), Stock.taken != func.coalesce(sums.c.taken, 0)))
    ).all()


def offers_without_stock(session: Session) -> Sequence[Any]:
    """Return offers that have no stock row."""
    return session.execute(
        select(Offer.ref).join(Stock, Stock.offer_id == Offer.id, isouter=True).where(Stock.offer_id.is_(None))
    ).all()


def dead_holds(session: Session) -> Sequence[Any]:
    """Return holds that ran out and are still live, and ended ones without their moment."""
    return session.execute(
        select(Reservation.key, Reservation.offer_id, Reservation.state, Reservation.until).where(
            or_(
                (Reservation.state == HoldState.HELD) & (Reservation.until < clock.now() - HOLD_GRACE),
                (Reservation.state != HoldState.HELD) & Reservation.ended_at.is_(None),
                (Reservation.state == HoldState.HELD) & Reservation.ended_at.is_not(None),
            )
        )
    ).all()


def illegal_steps(session: Session) -> Sequence[Any]:
    """Return steps of offers that the table of states does not know, and offers not in the state of their last step."""
    legal = or_(
        *(
            (OfferEvent.before == str(now)) & OfferEvent.after.in_([str(then) for then in edges])
            for now, edges in OFFER_EDGES.items()
            if edges
        ),
        (OfferEvent.before == "") & (OfferEvent.after == str(OfferState.DRAFT)),
    )
    steps = OfferEvent.what == "state"
    latest = select(func.max(OfferEvent.id).label("id")).where(steps).group_by(OfferEvent.offer_id).subquery()
    return [
        *session.execute(select(OfferEvent.offer_id, OfferEvent.before, OfferEvent.after).where(steps, ~legal)).all(),
        *session.execute(
            select(Offer.ref, Offer.state, OfferEvent.after)
            .join(OfferEvent, OfferEvent.offer_id == Offer.id)
            .join(latest, latest.c.id == OfferEvent.id)
            .where(OfferEvent.after != Offer.state)
        ).all(),
    ]


def sold_apart_from_counts(session: Session) -> Sequence[Any]:
    """Return offers whose sold figure is not what was committed."""
    sold = (
        select(Reservation.offer_id, func.sum(Reservation.quantity).label("quantity"))
        .where(Reservation.state == HoldState.COMMITTED)
        .group_by(Reservation.offer_id)
        .subquery()
    )
    counted = case((sold.c.quantity.is_(None), 0), else_=sold.c.quantity)
    return session.execute(
        select(Offer.ref, Offer.sold_count, counted.label("committed"))
        .join(sold, sold.c.offer_id == Offer.id, isouter=True)
        .where(Offer.sold_count != counted)
    ).all()


def ratings_apart_from_reviews(session: Session) -> Sequence[Any]:
    """Return offers whose figures of reviews are not what the reviews that are shown, and those that are hidden, come to."""
    is_shown = Review.hidden_at.is_(None)
    counted = (
        select(
            Review.offer_id,
            func.sum(case((is_shown, 1), else_=0)).label("shown"),
            func.sum(case((is_shown, Review.stars), else_=0)).label("stars"),
            func.sum(case((is_shown, 0), else_=1)).label("hidden"),
        )
        .group_by(Review.offer_id)
        .subquery()
    )
    return session.execute(
        select(Offer.ref, Offer.review_count, Offer.stars_sum, Offer.hidden_reviews)
        .join(counted, counted.c.offer_id == Offer.id, isouter=True)
        .where(
            or_(
                Offer.review_count != func.coalesce(counted.c.shown, 0),
                Offer.stars_sum != func.coalesce(counted.c.stars, 0),
                Offer.hidden_reviews != func.coalesce(counted.c.hidden, 0),
            )
        )
    ).all()


def reviews_beside_offers(session: Session) -> Sequence[Any]:
    """Return reviews that name another seller, household or village than their offer."""
    return session.execute(
        select(Review.ref, Offer.ref)
        .join(Offer, Offer.id == Review.offer_id)
        .where(
            or_(
                Review.seller_id != Offer.seller_id,
                Review.village_code != Offer.village_code,
                func.coalesce(Review.household_id, 0) != func.coalesce(Offer.household_id, 0),
            )
        )
    ).all()


def missing_triggers(session: Session) -> Sequence[Any]:
    """Return the names of the triggers of reviews that do not stand."""
    return missing(session, REVIEW_TRIGGERS)


CHECKS: tuple[Check, ...] = (
    ("products.oversold_stock", oversold_stock),
    ("products.stock_apart_from_holds", stock_apart_from_holds),
    ("products.stock_apart_from_movements", stock_apart_from_movements),
    ("products.offers_without_stock", offers_without_stock),
    ("products.dead_holds", dead_holds),
    ("products.illegal_steps", illegal_steps),
    ("products.sold_apart_from_counts", sold_apart_from_counts),
    ("products.ratings_apart_from_reviews", ratings_apart_from_reviews),
    ("products.reviews_beside_offers", reviews_beside_offers),
    ("products.missing_triggers", missing_triggers),
)
