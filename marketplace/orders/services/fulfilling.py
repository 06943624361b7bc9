"""An order's way from the seller to the buyer, and the moment its income is earned."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.income import services as income
from marketplace.kernel import clock
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderLine, Refund
from marketplace.orders.queries.purchases import is_covered
from marketplace.orders.refusals import BeingCancelled, OwnParcel, StepRefused, TrackingNeeded, TrackingTaken
from marketplace.orders.services.paying import source_of
from marketplace.orders.services.steps import is_sellers_own, lines_of, move_order, refunds_of, taken
from marketplace.orders.values import OrderState

#: Lines earned in one sweep; the next takes the rest.
MOST_EARNED_AT_ONCE = 500


def confirm_order(session: Session, *, order_id: int, by: int | None) -> OrderState:
    """The seller says that they will send it; return the state it is in now, as all the steps below do.

    Raises (as all the steps below):
        StepRefused: the order is not paid, or is not where this step begins.
        BeingCancelled: all of it is asked back.
    """
    return _step(session, order_id, OrderState.CONFIRMED, by)


def pack_order(session: Session, *, order_id: int, by: int | None) -> OrderState:
    """The parcel is packed."""
    return _step(session, order_id, OrderState.PACKED, by)


def hand_in_order(session: Session, *, order_id: int, by: int | None) -> OrderState:
    """The parcel lies at the collection point."""
    return _step(session, order_id, OrderState.HANDED_IN, by)


def ship_order(session: Session, *, order_id: int, by: int | None, carrier: str, tracking_no: str) -> OrderState:
    """The carrier has it, under a number that no other parcel of that carrier has.

    Raises:
        TrackingNeeded, TrackingTaken: the number is missing or another parcel's.
        OwnParcel: their own household sold it.
    """
    carrier, tracking_no = carrier.strip()[:40], tracking_no.strip().upper()[:40]
    if not carrier or not tracking_no:
        raise TrackingNeeded
    order = _may_hand_on(session, order_id, OrderState.SHIPPED, by)
    if order.state != OrderState.SHIPPED:
        try:
            with session.begin_nested():
                order.carrier, order.tracking_no = carrier, tracking_no
                session.flush()
        except IntegrityError as error:
            raise TrackingTaken from error
        move_order(session, order, OrderState.SHIPPED, by=by, words=f"{carrier} {tracking_no}")
    return OrderState(order.state)


def deliver_order(session: Session, *, order_id: int, by: int | None) -> OrderState:
    """The buyer has it: each line's after-sale window begins, and with its end the seller's money is theirs.

    Raises:
        OwnParcel: their own household sold it.
    """
    order = _may_hand_on(session, order_id, OrderState.DELIVERED, by)
    if order.state != OrderState.DELIVERED:
        move_order(session, order, OrderState.DELIVERED, by=by)
        for line in lines_of(session, order):
            if order.delivered_at is not None and line.earned_at is None:
                line.due_at = order.delivered_at + dt.timedelta(hours=line.after_sale_hours)
        session.flush()
    return OrderState(order.state)


def complete_due(session: Session, now: dt.datetime | None = None) -> int:
    """Make the income of lines whose window has closed the seller's for good; return how many. A line asked back waits."""
    moment = now or clock.now()
    open_refund = select(Refund.id).where(
        Refund.order_line_id == OrderLine.id, Refund.state.in_([str(state) for state in rules.OPEN_REFUNDS])
    )
    due = session.scalars(
        select(OrderLine.household_order_id)
        .where(OrderLine.earned_at.is_(None), OrderLine.due_at <= moment, ~open_refund.exists())
        .order_by(OrderLine.due_at, OrderLine.id)
        .limit(MOST_EARNED_AT_ONCE)
    ).all()
    return sum(_earn_order(session, order_id, moment) for order_id in sorted(set(due)))


def earn_line(session: Session, line: OrderLine, at: dt.datetime) -> None:
    """Let a line's income be earned; what was refunded is off it already."""
    line.earned_at = at
    session.flush()
    income.earn_sale(session, source=source_of(line), at=at)


def _earn_order(session: Session, order_id: int, moment: dt.datetime) -> int:
    order = taken(session, HouseholdOrder, order_id)
    waiting = {refund.order_line_id for refund in refunds_of(session, order) if refund.state in rules.OPEN_REFUNDS}
    lines = lines_of(session, order)
    due = [line for line in lines if line.earned_at is None and line.due_at and line.due_at <= moment and line.id not in waiting]
    for line in due:
        earn_line(session, line, moment)
    if order.state == OrderState.DELIVERED and all(line.earned_at for line in lines):
        move_order(session, order, OrderState.COMPLETED, by=None, at=moment)
    return len(due)


def _step(session: Session, order_id: int, to: OrderState, by: int | None) -> OrderState:
    order = _may_step(session, order_id, to)
    if order.state != to:
        move_order(session, order, to, by=by)
    return OrderState(order.state)


def _may_step(session: Session, order_id: int, to: OrderState) -> HouseholdOrder:
    """Return the order, taken. Being there already is fine: a button pressed twice."""
    order = taken(session, HouseholdOrder, order_id)
    if order.paid_at is None or (order.state != to and to not in rules.ORDER_EDGES[OrderState(order.state)]):
        raise StepRefused(now=order.state)
    if order.state in rules.UNSENT and order.state != to:
        refunds = refunds_of(session, order)
        if refunds and is_covered(lines_of(session, order), refunds):
            raise BeingCancelled(now=order.state)
    return order


def _may_hand_on(session: Session, order_id: int, to: OrderState, by: int | None) -> HouseholdOrder:
    """Return the order, taken, to an official whose own household did not sell it."""
    order = _may_step(session, order_id, to)
    if is_sellers_own(session, order, by):
        raise OwnParcel
    return order
