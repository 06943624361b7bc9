"""Stock: held, sold, let go, put back. One conditional UPDATE per offer, in ascending order, and a movement for each step."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.products import rules
from marketplace.products.models import Offer, Reservation, Stock, StockMovement
from marketplace.products.refusals import HoldCommitted, HoldDiffers, HoldEnded, QuantityRefused, SoldOut
from marketplace.products.values import HoldState, MovementKind, OfferState

#: Reservations ended in one sweep; the next takes the rest.
MOST_EXPIRED_AT_ONCE = 500


def hold_stock(session: Session, *, key: str, lines: Sequence[tuple[int, int]], until: dt.datetime, source: str) -> None:
    """Keep (offer id, quantity) lines until a moment, all or none. The same key and lines again change nothing.

    Raises:
        SoldOut: fewer are left than asked for, or the offer is not on sale; carries what is left.
        QuantityRefused: a quantity below 1 or beyond belief.
        HoldDiffers: the key stands with other lines.
        HoldEnded: the key stood and has ended.
    """
    wanted: dict[int, int] = defaultdict(int)
    for offer_id, quantity in lines:
        if not 1 <= quantity <= rules.MOST_STOCK:
            raise QuantityRefused(least=1, most=rules.MOST_STOCK)
        wanted[offer_id] += quantity
    if not wanted:
        raise QuantityRefused(least=1, most=rules.MOST_STOCK)
    if _held_already(session, key, wanted):
        return
    now = clock.now()
    ordered = sorted(wanted.items())
    for offer_id, quantity in ordered:
        _take(session, offer_id, quantity)
    session.execute(
        insert(Reservation),
        [
            {
                "key": key, "offer_id": offer_id, "quantity": quantity, "state": HoldState.HELD, "until": until, "source": source,
                "made_at": now, "ended_at": None,
            }
            for offer_id, quantity in ordered
        ],
    )  # fmt: skip
    _note(session, MovementKind.HELD, [(offer_id, 0, quantity) for offer_id, quantity in ordered], key)


def extend_hold(session: Session, *, key: str, until: dt.datetime) -> None:
    """Keep a hold longer; it is never shortened.

    Raises:
        HoldEnded: nothing is held under this key.
    """
    held = update(Reservation).where(Reservation.key == key, Reservation.state == HoldState.HELD)
    session.execute(held.where(Reservation.until < until).values(until=until).execution_options(synchronize_session=False))
    if not _states(session, key) & {HoldState.HELD}:
        raise HoldEnded


def commit_hold(session: Session, *, key: str) -> None:
    """Turn what is held into what is sold. Once committed, a repeat changes nothing.

    Raises:
        HoldEnded: it ran out or was let go before; the caller may try to hold anew.
    """
    ended = _end(session, [key], HoldState.COMMITTED)
    if not ended and HoldState.COMMITTED not in _states(session, key):
        raise HoldEnded
    for offer_id, quantity in sorted((offer_id, quantity) for _key, offer_id, quantity in ended):
        session.execute(
            update(Offer)
            .where(Offer.id == offer_id)
            .values(sold_count=Offer.sold_count + quantity)
            .execution_options(synchronize_session=False)
        )


def release_hold(session: Session, *, key: str) -> None:
    """Let go what is held. A hold that has ended already, or was never made, is left as it is.

    Raises:
        HoldCommitted: the goods are sold; `restock` puts refunded goods back.
    """
    ended = _end(session, [key], HoldState.RELEASED)
    if not ended and HoldState.COMMITTED in _states(session, key):
        raise HoldCommitted
    _put_back(session, ended, MovementKind.RELEASED)


def expire_holds(session: Session, now: dt.datetime | None = None) -> int:
    """End the holds whose time is over and put their goods back; return how many rows ended."""
    due = session.scalars(
        select(Reservation.key)
        .where(Reservation.state == HoldState.HELD, Reservation.until <= (now or clock.now()))
        .order_by(Reservation.until, Reservation.id)
        .limit(MOST_EXPIRED_AT_ONCE)
    ).all()
    ended = _end(session, sorted(set(due)), HoldState.EXPIRED, due_by=now or clock.now()) if due else []
    _put_back(session, ended, MovementKind.EXPIRED)
    return len(ended)


def restock(session: Session, *, offer_id: int, quantity: int, source: str) -> None:
    """Put refunded goods back on the shelf; the same source twice puts them back once.

    Raises:
        QuantityRefused: more than are sold.
    """
    if session.scalar(
        select(StockMovement.id).where(
            StockMovement.kind == MovementKind.RESTOCKED, StockMovement.source == source, StockMovement.offer_id == offer_id
        )
    ):
        return
    if quantity < 1 or not _give(session, offer_id, quantity):
        raise QuantityRefused(least=1, most=quantity)
    _note(session, MovementKind.RESTOCKED, [(offer_id, 0, -quantity)], source)


def set_stock(session: Session, *, offer_id: int, left: int, by: int, kind: MovementKind = MovementKind.COUNTED) -> None:
    """Say how many are left to sell, counted now; what is held or sold stays so.

    Raises:
        QuantityRefused: below nothing or beyond belief.
    """
    if not 0 <= left <= rules.MOST_STOCK:
        raise QuantityRefused(least=0, most=rules.MOST_STOCK)
    before = session.execute(
        select(Stock.on_hand, Stock.taken, Offer.ref)
        .join(Offer, Offer.id == Stock.offer_id)
        .where(Stock.offer_id == offer_id)
        .with_for_update(of=Stock)
    ).one_or_none()
    if before is None:
        raise NotThere
    delta = before.taken + left - before.on_hand
    if delta:
        session.execute(
            update(Stock)
            .where(Stock.offer_id == offer_id)
            .values(on_hand=Stock.taken + left)
            .execution_options(synchronize_session=False)
        )
        _note(session, kind, [(offer_id, delta, 0)], f"user/{by}")
        record_audit(
            session, by=by, action="products.set_stock", object_kind="offer", object_ref=before.ref,
            before={"left": before.on_hand - before.taken}, after={"left": left},
        )  # fmt: skip


def _take(session: Session, offer_id: int, quantity: int) -> None:
    """Count more as taken if that many are left: the guard is in the statement, not before it."""
    done = session.execute(
        update(Stock)
        .where(
            Stock.offer_id == offer_id,
            Stock.taken + quantity <= Stock.on_hand,
            select(Offer.id).where(Offer.id == offer_id, Offer.state == OfferState.ON_SALE).exists(),
        )
        .values(taken=Stock.taken + quantity)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 1:  # type: ignore[attr-defined]
        return
    found = session.execute(
        select(Offer.title_zh, Offer.state, Stock.on_hand - Stock.taken)
        .join(Stock, Stock.offer_id == Offer.id)
        .where(Offer.id == offer_id)
    ).one_or_none()
    if found is None:
        raise NotThere
    title, state, left = found
    # Never say that as many are left as were asked for: an offer off sale has none.
    raise SoldOut(offer_id=offer_id, title=title, left=left if state == OfferState.ON_SALE and left < quantity else 0)


def _give(session: Session, offer_id: int, quantity: int) -> bool:
    done = session.execute(
        update(Stock)
        .where(Stock.offer_id == offer_id, Stock.taken >= quantity)
        .values(taken=Stock.taken - quantity)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _end(
    session: Session, keys: Sequence[str], state: HoldState, due_by: dt.datetime | None = None
) -> list[tuple[str, int, int]]:
    """End what is held under some keys; return (key, offer id, quantity) of the rows that this call ended."""
    ending = update(Reservation).where(Reservation.key.in_(keys), Reservation.state == HoldState.HELD)
    if due_by is not None:  # a hold extended meanwhile is no longer due
        ending = ending.where(Reservation.until <= due_by)
    rows = session.execute(
        ending.values(state=state, ended_at=clock.now())
        .returning(Reservation.key, Reservation.offer_id, Reservation.quantity)
        .execution_options(synchronize_session=False)
    )
    return [(key, offer_id, quantity) for key, offer_id, quantity in rows]


def _put_back(session: Session, ended: Iterable[tuple[str, int, int]], kind: MovementKind) -> None:
    for key, offer_id, quantity in sorted(ended, key=lambda row: (row[1], row[0])):
        if not _give(session, offer_id, quantity):
            raise QuantityRefused(least=1, most=quantity)
        _note(session, kind, [(offer_id, 0, -quantity)], key)


def _held_already(session: Session, key: str, wanted: Mapping[int, int]) -> bool:
    rows = session.execute(
        select(Reservation.offer_id, Reservation.quantity, Reservation.state).where(Reservation.key == key)
    ).all()
    if not rows:
        return False
    if any(state in (HoldState.RELEASED, HoldState.EXPIRED) for _offer, _quantity, state in rows):
        raise HoldEnded
    if {offer_id: quantity for offer_id, quantity, _state in rows} != dict(wanted):
        raise HoldDiffers
    return True


def _states(session: Session, key: str) -> set[str]:
    return set(session.scalars(select(Reservation.state).where(Reservation.key == key)))


def _note(session: Session, kind: MovementKind, moves: Sequence[tuple[int, int, int]], source: str) -> None:
    now = clock.now()
    session.execute(
        insert(StockMovement),
        [
            {
                "offer_id": offer_id, "kind": kind, "on_hand_delta": on_hand, "taken_delta": taken, "at": now, "source": source,
            }
            for offer_id, on_hand, taken in moves
        ],
    )  # fmt: skip
