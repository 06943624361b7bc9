"""What the verbs share: rows taken for change, one at a time in one order, and their history.

A purchase's row guards it until it is paid; from then on each order's row guards the order, its lines and its refunds. Who needs
both takes the purchase first.
"""

import datetime as dt
import functools
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderEvent, OrderLine, Purchase, Refund
from marketplace.orders.refusals import StepRefused
from marketplace.orders.values import OrderState, PurchaseState, RefundState

Row = TypeVar("Row", Purchase, HouseholdOrder, Refund)

_LINES = (
    select(OrderLine)
    .where(OrderLine.household_order_id == bindparam("order_id"))
    .order_by(OrderLine.id)
    .execution_options(populate_existing=True)
)
_REFUNDS = (
    select(Refund)
    .where(Refund.household_order_id == bindparam("order_id"))
    .order_by(Refund.id)
    .execution_options(populate_existing=True)
)


@functools.cache
def _taking(model: type[Row]) -> Select[Row]:
    return select(model).where(model.id == bindparam("key")).with_for_update().execution_options(populate_existing=True)


def taken(session: Session, model: type[Row], key: int) -> Row:
    """Return a row that nobody else changes until this transaction ends.

    Raises:
        NotThere: there is none.
    """
    found: Row | None = session.scalar(_taking(model), {"key": key})
    if found is None:
        raise NotThere
    return found


def orders_of(session: Session, purchase: Purchase) -> Sequence[HouseholdOrder]:
    """Return the orders of a purchase, taken for change, in order."""
    return session.scalars(
        select(HouseholdOrder)
        .where(HouseholdOrder.purchase_id == purchase.id)
        .order_by(HouseholdOrder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def lines_of(session: Session, order: HouseholdOrder) -> Sequence[OrderLine]:
    """Return the lines of an order taken before."""
    return session.scalars(_LINES, {"order_id": order.id}).all()


def refunds_of(session: Session, order: HouseholdOrder) -> Sequence[Refund]:
    """Return the refunds of an order taken before."""
    return session.scalars(_REFUNDS, {"order_id": order.id}).all()


def refund_taken(session: Session, refund_id: int) -> tuple[HouseholdOrder, Refund]:
    """Return a refund and its order, both taken for change.

    Raises:
        NotThere: there is none.
    """
    order_id = session.scalar(select(Refund.household_order_id).where(Refund.id == refund_id))
    if order_id is None:
        raise NotThere
    return taken(session, HouseholdOrder, order_id), taken(session, Refund, refund_id)


def is_sellers_own(session: Session, order: HouseholdOrder, by: int | None) -> bool:
    """Say whether somebody acts for the household that sold an order."""
    return by is not None and order.household_id is not None and by in farmers.users_of_household(session, order.household_id)


def move_purchase(
    session: Session, purchase: Purchase, to: PurchaseState, *, by: int | None, at: dt.datetime | None = None
) -> None:
    """Take a purchase along a legal edge."""
    before = PurchaseState(purchase.state)
    if to not in rules.PURCHASE_EDGES[before]:
        raise StepRefused(now=before)
    purchase.state = to
    note(session, OrderEvent(purchase_id=purchase.id, subject="purchase", before=before, after=to, by_user_id=by), at)


def move_order(
    session: Session, order: HouseholdOrder, to: OrderState, *, by: int | None, at: dt.datetime | None = None, words: str = ""
) -> None:
    """Take an order along a legal edge and write down when.

    Raises:
        StepRefused: there is no such edge.
    """
    before = OrderState(order.state)
    if to not in rules.ORDER_EDGES[before]:
        raise StepRefused(now=before)
    order.state = to
    setattr(order, f"{to}_at", at or clock.now())
    event = OrderEvent(
        purchase_id=order.purchase_id,
        household_order_id=order.id,
        subject="order",
        before=before,
        after=to,
        by_user_id=by,
        note=words,
    )
    note(session, event, at)


def move_refund(
    session: Session, order: HouseholdOrder, refund: Refund, to: RefundState, *, by: int | None, at: dt.datetime | None = None,
    words: str = "",
) -> None:  # fmt: skip
    """Take a refund along a legal edge.

    Raises:
        StepRefused: there is no such edge.
    """
    before = RefundState(refund.state)
    if to not in rules.REFUND_EDGES[before]:
        raise StepRefused(now=before)
    refund.state = to
    note_refund(session, order, refund, before, by=by, at=at, words=words)


def note_refund(
    session: Session, order: HouseholdOrder, refund: Refund, before: str, *, by: int | None, at: dt.datetime | None = None,
    words: str = "",
) -> None:  # fmt: skip
    """Write down the state a refund has come to."""
    event = OrderEvent(
        purchase_id=order.purchase_id, household_order_id=order.id, refund_id=refund.id, subject="refund", before=before,
        after=refund.state, by_user_id=by, note=words,
    )  # fmt: skip
    note(session, event, at)


def note(session: Session, event: OrderEvent, at: dt.datetime | None = None) -> None:
    """Write down one step, in the order in which they happen."""
    event.at = at or clock.now()
    session.add(event)
    session.flush()
