"""Truths of orders (assurance.md, 5, 6 and 9). Each check returns the rows that break it; without `since` all
are full scans.

Every number is checked against the room that keeps it: lines against `income`'s attributions, freight against the book, purchases
against the holds of `products`.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, String, and_, case, cast, func, literal, or_, select, true
from sqlalchemy.orm import Session

from marketplace.income.queries import sales_like
from marketplace.kernel import clock
from marketplace.kernel.triggers import missing
from marketplace.ledger.queries import amounts_by_source
from marketplace.orders import rules
from marketplace.orders.ddl import TRIGGERS
from marketplace.orders.models import HouseholdOrder, OrderEvent, OrderLine, Purchase, Refund
from marketplace.orders.values import LINE_SOURCE, OrderState, PurchaseState, RefundState
from marketplace.products.queries import holds_like, restocks, reviews_like
from marketplace.products.values import HoldState

Check = tuple[str, Callable[[Session], Sequence[Any]]]
#: The sweep runs each minute; a purchase overdue for longer means that nobody sweeps.
GRACE = dt.timedelta(minutes=10)

_FREIGHT = "freight"
_FREIGHT_REFUND = "freight_refund"


def _sum(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def broken_sums(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return purchases that are not the sum of their orders, and orders that are not the sum of their lines."""
    purchases = (
        select(Purchase.ref)
        .join(HouseholdOrder, HouseholdOrder.purchase_id == Purchase.id, isouter=True)
        .where(true() if since is None else Purchase.placed_at >= since)
        .group_by(Purchase.id, Purchase.ref)
        .having(
            or_(
                _sum(HouseholdOrder.goods_fen) != Purchase.goods_fen,
                _sum(HouseholdOrder.discount_fen) != Purchase.discount_fen,
                _sum(HouseholdOrder.freight_fen) != Purchase.freight_fen,
                _sum(HouseholdOrder.paid_fen) != Purchase.total_fen,
            )
        )
    )
    orders = (
        select(HouseholdOrder.ref)
        .join(OrderLine, OrderLine.household_order_id == HouseholdOrder.id, isouter=True)
        .where(true() if since is None else HouseholdOrder.placed_at >= since)
        .group_by(HouseholdOrder.id, HouseholdOrder.ref)
        .having(
            or_(
                _sum(OrderLine.gross_fen) != HouseholdOrder.goods_fen,
                _sum(OrderLine.discount_fen) != HouseholdOrder.discount_fen,
                _sum(OrderLine.paid_fen) + HouseholdOrder.freight_fen != HouseholdOrder.paid_fen,
            )
        )
    )
    return [*session.execute(purchases).all(), *session.execute(orders).all()]


def broken_attributions(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return paid lines that income does not know, or knows otherwise; among all rows, also sales of lines that nobody paid."""
    sales = sales_like(f"{LINE_SOURCE}%")
    source = literal(LINE_SOURCE) + cast(OrderLine.id, String)
    paid = (
        select(
            source.label("source"), HouseholdOrder.ref, Purchase.gateway, OrderLine.household_id, OrderLine.quantity,
            OrderLine.paid_fen, OrderLine.platform_fee_bp, OrderLine.gateway_fee_fen, OrderLine.refunded_fen,
            OrderLine.earned_at.is_not(None).label("is_earned"),
        )
        .join(HouseholdOrder, HouseholdOrder.id == OrderLine.household_order_id)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id)
        .where(Purchase.state == PurchaseState.PAID, true() if since is None else Purchase.paid_at >= since)
        .subquery()
    )  # fmt: skip
    return session.execute(
        select(func.coalesce(paid.c.source, sales.c.source), paid.c.paid_fen, sales.c.gross_fen, sales.c.refunded_fen)
        .select_from(paid)
        .join(sales, sales.c.source == paid.c.source, full=since is None, isouter=True)
        .where(
            or_(
                paid.c.source.is_(None),
                sales.c.source.is_(None),
                sales.c.gross_fen != paid.c.paid_fen,
                sales.c.refunded_fen != paid.c.refunded_fen,
                sales.c.quantity != paid.c.quantity,
                sales.c.platform_fee_bp != paid.c.platform_fee_bp,
                func.coalesce(paid.c.gateway_fee_fen, -1) != sales.c.gateway_fee_fen,
                func.coalesce(sales.c.household_id, 0) != func.coalesce(paid.c.household_id, 0),
                sales.c.gateway != paid.c.gateway,
                sales.c.order_ref != paid.c.ref,
                sales.c.is_earned != paid.c.is_earned,
            )
        )
    ).all()


def broken_gateway_fees(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return purchases whose gateway's fee is not what their lines bear, and unpaid ones that bear any."""
    return session.execute(
        select(Purchase.ref, Purchase.gateway_fee_fen, _sum(OrderLine.gateway_fee_fen))
        .join(HouseholdOrder, HouseholdOrder.purchase_id == Purchase.id)
        .join(OrderLine, OrderLine.household_order_id == HouseholdOrder.id)
        .where(true() if since is None else Purchase.paid_at >= since)
        .group_by(Purchase.id, Purchase.ref, Purchase.gateway_fee_fen)
        .having(_sum(OrderLine.gateway_fee_fen) != func.coalesce(Purchase.gateway_fee_fen, 0))
    ).all()


def freight_beside_the_book(session: Session) -> Sequence[Any]:
    """Return purchases and refunds whose freight stands otherwise in the book, and freight in the book that nobody paid."""
    posted = amounts_by_source(_FREIGHT, (_FREIGHT, _FREIGHT_REFUND))
    paid = select(Purchase.ref.label("source"), (-Purchase.freight_fen).label("fen")).where(
        Purchase.state == PurchaseState.PAID, Purchase.freight_fen > 0
    )
    back = (
        select((Purchase.ref + literal("#") + Refund.ref).label("source"), Refund.freight_fen.label("fen"))
        .join(HouseholdOrder, HouseholdOrder.id == Refund.household_order_id)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id)
        .where(Refund.state.in_([str(state) for state in rules.DONE_REFUNDS]), Refund.freight_fen > 0)
    )
    ours = paid.union_all(back).subquery()
    return session.execute(
        select(func.coalesce(ours.c.source, posted.c.source), ours.c.fen, posted.c.amount_fen)
        .select_from(ours)
        .join(posted, posted.c.source == ours.c.source, full=True)
        # Freight of other rooms has sources that are no purchase's reference.
        .where(or_(ours.c.fen.is_(None) & posted.c.source.like("L%"), func.coalesce(posted.c.amount_fen, 0) != ours.c.fen))
    ).all()


def broken_refunds(session: Session) -> Sequence[Any]:
    """Return lines refunded beyond what was paid or otherwise than their refunds say, and freight that went back twice."""
    is_done = Refund.state.in_([str(state) for state in rules.DONE_REFUNDS])
    is_live = Refund.state != RefundState.REJECTED
    lines = (
        select(OrderLine.id, OrderLine.refunded_fen, OrderLine.refunded_quantity)
        .join(Refund, Refund.order_line_id == OrderLine.id, isouter=True)
        .group_by(OrderLine.id)
        .having(
            or_(
                _sum(case((is_done, Refund.amount_fen), else_=0)) != OrderLine.refunded_fen,
                _sum(case((is_done, Refund.quantity), else_=0)) != OrderLine.refunded_quantity,
                _sum(case((is_live, Refund.amount_fen), else_=0)) > OrderLine.paid_fen,
                _sum(case((is_live, Refund.quantity), else_=0)) > OrderLine.quantity,
            )
        )
    )
    freight = (
        select(HouseholdOrder.ref, HouseholdOrder.freight_fen)
        .join(Refund, Refund.household_order_id == HouseholdOrder.id)
        .group_by(HouseholdOrder.id)
        .having(_sum(case((is_live, Refund.freight_fen), else_=0)) > HouseholdOrder.freight_fen)
    )
    return [*session.execute(lines).all(), *session.execute(freight).all()]


def refunds_beside_the_shelf(session: Session) -> Sequence[Any]:
    """Return refunds whose goods were to go back on the shelf and did not, or did though they were not to."""
    back = restocks()
    is_due = and_(Refund.restock, Refund.state.in_([str(state) for state in rules.DONE_REFUNDS]))
    return session.execute(
        select(Refund.ref, Refund.quantity, back.c.quantity.label("put_back"))
        .join(OrderLine, OrderLine.id == Refund.order_line_id)
        .join(back, and_(back.c.source == Refund.ref, back.c.offer_id == OrderLine.offer_id), isouter=True)
        .where(case((is_due, Refund.quantity), else_=0) != func.coalesce(back.c.quantity, 0))
    ).all()


def holds_beside_purchases(session: Session) -> Sequence[Any]:
    """Return lines whose goods are not held while payment is awaited, not sold though paid, or live though all is over."""
    holds = holds_like("purchase/%")
    kept = (
        select(
            holds.c.source,
            holds.c.offer_id,
            _sum(case((holds.c.state == HoldState.HELD, holds.c.quantity), else_=0)).label("held"),
            _sum(case((holds.c.state == HoldState.COMMITTED, holds.c.quantity), else_=0)).label("sold"),
        )
        .group_by(holds.c.source, holds.c.offer_id)
        .subquery()
    )
    held, sold = func.coalesce(kept.c.held, 0), func.coalesce(kept.c.sold, 0)
    is_waiting = and_(Purchase.state == PurchaseState.AWAITING_PAYMENT, Purchase.hold_until > clock.now())
    is_paid = Purchase.state == PurchaseState.PAID
    return session.execute(
        select(Purchase.ref, OrderLine.offer_id, Purchase.state, held, sold)
        .join(HouseholdOrder, HouseholdOrder.purchase_id == Purchase.id)
        .join(OrderLine, OrderLine.household_order_id == HouseholdOrder.id)
        .join(
            kept,
            and_(kept.c.source == literal("purchase/") + Purchase.ref, kept.c.offer_id == OrderLine.offer_id),
            isouter=True,
        )
        .where(
            or_(
                and_(is_waiting, or_(held != OrderLine.quantity, sold != 0)),
                and_(is_paid, or_(held != 0, sold != OrderLine.quantity)),
                and_(Purchase.state.in_((PurchaseState.EXPIRED, PurchaseState.CANCELLED)), held + sold != 0),
            )
        )
    ).all()


def overdue_purchases(session: Session) -> Sequence[Any]:
    """Return purchases that wait for payment beyond their time."""
    return session.execute(
        select(Purchase.ref, Purchase.hold_until).where(
            Purchase.state == PurchaseState.AWAITING_PAYMENT, Purchase.hold_until < clock.now() - GRACE
        )
    ).all()


def illegal_steps(session: Session) -> Sequence[Any]:
    """Return steps that the tables of states do not know, and whatever is not in the state of its last step."""
    broken: list[Any] = []
    for subject, model, key, edges, first in (
        ("purchase", Purchase, OrderEvent.purchase_id, rules.PURCHASE_EDGES, PurchaseState.AWAITING_PAYMENT),
        ("order", HouseholdOrder, OrderEvent.household_order_id, rules.ORDER_EDGES, OrderState.PLACED),
        ("refund", Refund, OrderEvent.refund_id, rules.REFUND_EDGES, RefundState.REQUESTED),
    ):
        of_subject = OrderEvent.subject == subject
        broken += session.execute(
            select(OrderEvent.subject, key, OrderEvent.before, OrderEvent.after).where(of_subject, ~_legal(edges, first))
        ).all()
        latest = select(func.max(OrderEvent.id).label("id"), key.label("key")).where(of_subject).group_by(key).subquery()
        broken += session.execute(
            select(literal(subject), model.ref, model.state, OrderEvent.after)
            .join(latest, latest.c.key == model.id, isouter=True)
            .join(OrderEvent, OrderEvent.id == latest.c.id, isouter=True)
            .where(func.coalesce(OrderEvent.after, "") != model.state)
        ).all()
    return broken


def _legal(edges: Mapping[Any, frozenset[Any]], first: str) -> Any:
    return or_(
        and_(OrderEvent.before == "", OrderEvent.after == str(first)),
        *(
            and_(OrderEvent.before == str(now), OrderEvent.after.in_([str(then) for then in following]))
            for now, following in edges.items()
            if following
        ),
    )


def broken_windows(session: Session) -> Sequence[Any]:
    """Return lines earned before their window closed or while money may go back, and ended orders with something not earned."""
    ended = HouseholdOrder.state.in_((OrderState.COMPLETED, OrderState.CANCELLED))
    return session.execute(
        select(OrderLine.id, HouseholdOrder.ref, HouseholdOrder.state, OrderLine.due_at, OrderLine.earned_at)
        .join(HouseholdOrder, HouseholdOrder.id == OrderLine.household_order_id)
        .where(
            or_(
                and_(ended, OrderLine.earned_at.is_(None)),
                and_(OrderLine.earned_at.is_not(None), HouseholdOrder.state.in_([str(state) for state in rules.UNDELIVERED])),
                and_(HouseholdOrder.state == OrderState.DELIVERED, OrderLine.due_at.is_(None)),
                OrderLine.earned_at < OrderLine.due_at,
            )
        )
    ).all()


def self_approved_refunds(session: Session) -> Sequence[Any]:
    """Return refunds whose money may go or went back without a second person."""
    return session.execute(
        select(Refund.ref, Refund.requested_by, Refund.approved_by).where(
            Refund.state.not_in((RefundState.REQUESTED, RefundState.REJECTED)),
            or_(Refund.approved_by.is_(None), Refund.approved_by == Refund.requested_by),
        )
    ).all()


def reviews_beside_lines(session: Session) -> Sequence[Any]:
    """Return reviews of what was not delivered, or that name other goods or another province than the order."""
    said = reviews_like(f"{LINE_SOURCE}%")
    # read back into a key, which leads to one line; written out, each line's name would be compared with every review's
    line_id = cast(func.substr(said.c.source, len(LINE_SOURCE) + 1), BigInteger)
    return session.execute(
        select(said.c.source, HouseholdOrder.ref)
        .select_from(said)
        .join(OrderLine, OrderLine.id == line_id, isouter=True)
        .join(HouseholdOrder, HouseholdOrder.id == OrderLine.household_order_id, isouter=True)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id, isouter=True)
        .where(
            or_(
                HouseholdOrder.delivered_at.is_(None),
                OrderLine.offer_id != said.c.offer_id,
                Purchase.province != said.c.province,
            )
        )
    ).all()


def missing_triggers(session: Session) -> Sequence[Any]:
    """Return the names of orders' triggers that do not stand."""
    return missing(session, TRIGGERS)


CHECKS: tuple[Check, ...] = (
    ("orders: purchases are the sum of their orders, and orders of their lines", broken_sums),
    ("orders: each paid line is attributed as it was paid, and none that was not", broken_attributions),
    ("orders: the gateway's fee is borne by the lines, to the fen", broken_gateway_fees),
    ("orders: freight paid and given back stands in the book", freight_beside_the_book),
    ("orders: no line is refunded beyond what was paid, nor freight twice", broken_refunds),
    ("orders: refunded goods are back on the shelf where they should be", refunds_beside_the_shelf),
    ("orders: goods are held, sold or free as the purchase says", holds_beside_purchases),
    ("orders: no purchase waits beyond its time", overdue_purchases),
    ("orders: only legal steps, and each thing in the state of its last step", illegal_steps),
    ("orders: income is earned when the window has closed, and not before", broken_windows),
    ("orders: nobody approved a refund they asked for", self_approved_refunds),
    ("orders: what is reviewed was delivered", reviews_beside_lines),
    ("orders: the triggers stand", missing_triggers),
)
