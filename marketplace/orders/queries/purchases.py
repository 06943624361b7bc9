"""Named reads of purchases and orders, whole: a fixed number of queries however many lines there are."""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard
from marketplace.kernel.crypto import Sealer
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderEvent, OrderLine, Purchase, Refund
from marketplace.orders.values import (
    STATE_WORDS,
    Contact,
    EventView,
    LineView,
    OrderState,
    OrderView,
    PurchaseHead,
    PurchaseState,
    PurchaseView,
    RefundReason,
    RefundState,
    RefundView,
)


def purchase_by_ref(session: Session, *, ref: str) -> PurchaseView | None:
    """Return a purchase by its reference."""
    return _one(session, session.scalar(select(Purchase).where(Purchase.ref == ref)))


def purchase_by_id(session: Session, *, purchase_id: int) -> PurchaseView | None:
    """Return a purchase by key."""
    return _one(session, session.get(Purchase, purchase_id))


def purchase_by_key(session: Session, *, key: str) -> PurchaseView | None:
    """Return the purchase made under a client's key."""
    return _one(session, session.scalar(select(Purchase).where(Purchase.key == key)))


def head_by_ref(session: Session, *, ref: str) -> PurchaseHead | None:
    """Return a purchase by its reference, without its orders: one query."""
    found = session.scalar(select(Purchase).where(Purchase.ref == ref))
    return None if found is None else purchase_head(found)


def households_of_purchase(session: Session, *, purchase_id: int) -> frozenset[int]:
    """Return the households that sold some of a purchase."""
    sellers = select(HouseholdOrder.household_id).where(
        HouseholdOrder.purchase_id == purchase_id, HouseholdOrder.household_id.is_not(None)
    )
    return frozenset(each for each in session.scalars(sellers) if each is not None)


def head_by_id(session: Session, *, purchase_id: int) -> PurchaseHead | None:
    """Return a purchase by key, without its orders: one query."""
    found = session.get(Purchase, purchase_id)
    return None if found is None else purchase_head(found)


def states_of_purchases(session: Session, *, purchase_ids: Iterable[int]) -> dict[int, PurchaseState]:
    """Return how far some purchases have come, by key."""
    rows = session.execute(select(Purchase.id, Purchase.state).where(Purchase.id.in_(sorted(set(purchase_ids)))))
    return {key: PurchaseState(state) for key, state in rows}


def known_to(session: Session, *, ref: str, last_four: str) -> PurchaseView | None:
    """Return a purchase to whoever knows the last four digits of its telephone number; the caller limits the tries."""
    found = session.scalar(select(Purchase).where(Purchase.ref == ref))
    expected = found.phone_last4 if found else "----"  # as long as the real one: not there and wrong take the same time
    return _one(session, found) if hmac.compare_digest(expected.encode(), last_four.encode()) else None


def contact_of(session: Session, *, purchase_id: int, sealer: Sealer) -> Contact:
    """Return whom a purchase goes to; empty once they are forgotten. The caller has authorised it."""
    found = session.get(Purchase, purchase_id)
    if found is None or found.name_sealed is None or found.phone_sealed is None or found.address_sealed is None:
        return Contact("", "", "")
    return Contact(
        sealer.open(found.name_sealed, place("name", found.ref)),
        sealer.open(found.phone_sealed, place("phone", found.ref)),
        sealer.open(found.address_sealed, place("address", found.ref)),
    )


def place(part: str, ref: str) -> str:
    """Return what a sealed part of a purchase is bound to."""
    return f"purchases/{part}/{ref}"


def order_by_ref(session: Session, *, ref: str) -> OrderView | None:
    """Return one seller's order by its reference."""
    found = session.scalar(select(HouseholdOrder).where(HouseholdOrder.ref == ref))
    return None if found is None else _order(session, found)


def order_by_id(session: Session, *, order_id: int) -> OrderView | None:
    """Return one seller's order by key."""
    found = session.get(HouseholdOrder, order_id)
    return None if found is None else _order(session, found)


def _order(session: Session, found: HouseholdOrder) -> OrderView:
    purchase = session.get_one(Purchase, found.purchase_id)
    return order_views(session, {purchase.id: purchase}, [found])[0]


def _one(session: Session, found: Purchase | None) -> PurchaseView | None:
    return None if found is None else purchase_view(session, found)


def purchase_head(found: Purchase) -> PurchaseHead:
    """Return a purchase without its orders."""
    return PurchaseHead(**_head(found))


def purchase_view(session: Session, found: Purchase) -> PurchaseView:
    """Return a purchase with its orders."""
    orders = session.scalars(
        select(HouseholdOrder).where(HouseholdOrder.purchase_id == found.id).order_by(HouseholdOrder.id)
    ).all()
    return PurchaseView(**_head(found), orders=tuple(order_views(session, {found.id: found}, orders)))


def _head(found: Purchase) -> dict[str, Any]:
    return {
        "id": found.id, "ref": found.ref, "key": found.key, "state": PurchaseState(found.state),
        "buyer_user_id": found.buyer_user_id, "phone_last4": found.phone_last4, "area_code": found.area_code,
        "province": found.province, "goods_fen": found.goods_fen, "discount_fen": found.discount_fen,
        "freight_fen": found.freight_fen, "total_fen": found.total_fen, "gateway": found.gateway,
        "hold_until": found.hold_until, "placed_at": found.placed_at, "paid_at": found.paid_at, "note": found.note,
    }  # fmt: skip


def order_views(session: Session, purchases: Mapping[int, Purchase], orders: Sequence[HouseholdOrder]) -> list[OrderView]:
    """Return orders with lines, refunds and history."""
    keys = [order.id for order in orders]
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in session.scalars(select(OrderLine).where(OrderLine.household_order_id.in_(keys)).order_by(OrderLine.id)):
        lines[line.household_order_id].append(line)
    refunds: dict[int, list[Refund]] = defaultdict(list)
    for refund in session.scalars(select(Refund).where(Refund.household_order_id.in_(keys)).order_by(Refund.id)):
        refunds[refund.household_order_id].append(refund)
    cards = farmers.seller_cards(session, {order.seller_id for order in orders})
    events = _events(session, orders)
    return [
        _order_view(
            order, purchases[order.purchase_id], lines[order.id], refunds[order.id], cards[order.seller_id], events[order.id]
        )
        for order in orders
    ]


def _order_view(
    order: HouseholdOrder,
    purchase: Purchase,
    lines: Sequence[OrderLine],
    refunds: Sequence[Refund],
    card: SellerCard,
    events: Sequence[EventView],
) -> OrderView:
    covered: dict[int, int] = defaultdict(int)
    for refund in refunds:
        if refund.state != RefundState.REJECTED:
            covered[refund.order_line_id] += refund.quantity
    titles = {line.id: (line.title, line.title_en) for line in lines}
    return OrderView(
        id=order.id, ref=order.ref, purchase_id=purchase.id, purchase_ref=purchase.ref,
        purchase_state=PurchaseState(purchase.state), seller_id=order.seller_id, seller_ref=card.ref,
        seller_name=card.display_name, seller_kind=card.kind, household_id=order.household_id,
        village_code=order.village_code, state=OrderState(order.state), goods_fen=order.goods_fen,
        discount_fen=order.discount_fen, freight_fen=order.freight_fen, paid_fen=order.paid_fen, placed_at=order.placed_at,
        paid_at=order.paid_at, confirmed_at=order.confirmed_at, packed_at=order.packed_at, handed_in_at=order.handed_in_at,
        shipped_at=order.shipped_at, delivered_at=order.delivered_at, completed_at=order.completed_at,
        cancelled_at=order.cancelled_at, carrier=order.carrier, tracking_no=order.tracking_no, province=purchase.province,
        note=purchase.note, lines=tuple(_line_view(line, covered[line.id]) for line in lines),
        refunds=tuple(refund_view(refund, order, purchase, *titles[refund.order_line_id]) for refund in refunds),
        events=tuple(events),
    )  # fmt: skip


def _line_view(line: OrderLine, covered: int) -> LineView:
    return LineView(
        id=line.id, offer_id=line.offer_id, offer_ref=line.offer_ref, offer_slug=line.offer_slug, title=line.title,
        title_en=line.title_en, image_id=line.image_id, category_code=line.category_code, unit_grams=line.unit_grams,
        quantity=line.quantity, price_fen=line.price_fen, gross_fen=line.gross_fen, discount_fen=line.discount_fen,
        paid_fen=line.paid_fen, refunded_fen=line.refunded_fen, refunded_quantity=line.refunded_quantity,
        refundable_quantity=line.quantity - covered, household_id=line.household_id, village_code=line.village_code,
        seller_id=line.seller_id, after_sale_hours=line.after_sale_hours, earned_at=line.earned_at,
    )  # fmt: skip


def refund_view(refund: Refund, order: HouseholdOrder, purchase: Purchase, title: str, title_en: str) -> RefundView:
    """Return a refund as others may see it."""
    return RefundView(
        id=refund.id, ref=refund.ref, purchase_ref=purchase.ref, order_ref=order.ref, order_id=order.id,
        line_id=refund.order_line_id, title=title, title_en=title_en, quantity=refund.quantity, amount_fen=refund.amount_fen,
        freight_fen=refund.freight_fen, total_fen=refund.amount_fen + refund.freight_fen, reason=RefundReason(refund.reason),
        note=refund.note, state=RefundState(refund.state), gateway=purchase.gateway or "", village_code=refund.village_code,
        household_id=refund.household_id, area_code=purchase.area_code, requested_at=refund.requested_at,
        requested_by=refund.requested_by, approved_by=refund.approved_by, answer=refund.answer, restock=refund.restock,
        purchase_id=purchase.id, bank_ref=refund.bank_ref,
    )  # fmt: skip


def _events(session: Session, orders: Sequence[HouseholdOrder]) -> dict[int, list[EventView]]:
    """Return each order's history: its own steps, its refunds', and what became of the purchase once it was placed."""
    rows = session.scalars(
        select(OrderEvent)
        .where(OrderEvent.purchase_id.in_(sorted({order.purchase_id for order in orders})))
        .order_by(OrderEvent.at, OrderEvent.id)
    ).all()
    names = accounts.names_of_users(session, {row.by_user_id for row in rows if row.by_user_id is not None})
    found: dict[int, list[EventView]] = defaultdict(list)
    for row in rows:
        if row.subject == "purchase" and row.after == PurchaseState.AWAITING_PAYMENT:
            continue
        view = EventView(row.at, STATE_WORDS[f"{row.subject}/{row.after}"], names.get(row.by_user_id or 0), row.note)
        for order_id in _concerned(row, orders):
            found[order_id].append(view)
    return found


def _concerned(row: OrderEvent, orders: Iterable[HouseholdOrder]) -> list[int]:
    if row.household_order_id is not None:
        return [row.household_order_id]
    return [order.id for order in orders if order.purchase_id == row.purchase_id]


def is_covered(lines: Iterable[OrderLine], refunds: Iterable[Refund]) -> bool:
    """Say whether every unit of an order is asked back or gone back."""
    left = {line.id: line.quantity for line in lines}
    for refund in refunds:
        if refund.state in (*rules.OPEN_REFUNDS, *rules.DONE_REFUNDS):
            left[refund.order_line_id] -= refund.quantity
    return not any(left.values())
