"""Money comes, or does not: purchases are paid, called off, or run out of time."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.income import services as income
from marketplace.income.values import SaleFact
from marketplace.kernel import clock
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase
from marketplace.orders.queries.purchases import purchase_head, purchase_view
from marketplace.orders.refusals import PaidTooLate, PurchaseClosed
from marketplace.orders.services.placing import hold_key
from marketplace.orders.services.steps import lines_of, move_purchase, orders_of, taken
from marketplace.orders.values import PurchaseHead, PurchaseState, PurchaseView, line_source
from marketplace.products.refusals import HoldEnded, SoldOut
from marketplace.products.services import commit_hold, extend_hold, hold_stock, release_hold

#: Purchases that run out in one sweep; the next takes the rest.
MOST_EXPIRED_AT_ONCE = 200


def source_of(line: OrderLine) -> str:
    """Return the name under which income knows a line."""
    return line_source(line.id)


def choose_gateway(session: Session, *, purchase_id: int, gateway: str, hold: dt.timedelta) -> PurchaseHead:
    """Keep the goods as long as a way of paying takes, counted from the order: choosing anew gains no time, and loses none.

    Raises:
        PurchaseClosed: it is not waiting for money any more.
    """
    purchase = _waiting(session, purchase_id)
    return _keep(session, purchase, gateway, purchase.placed_at + hold)


def keep_goods(session: Session, *, purchase_id: int, gateway: str, until: dt.datetime) -> PurchaseHead:
    """Keep the goods beyond the buyer's own time, because an official saw the money; never shorter than before.

    Raises:
        PurchaseClosed: it is not waiting for money any more.
    """
    return _keep(session, _waiting(session, purchase_id), gateway, until)


def take_purchase(session: Session, *, purchase_id: int) -> PurchaseHead:
    """Return a purchase that nobody else changes until this transaction ends.

    Raises:
        NotThere: there is none.
    """
    return purchase_head(taken(session, Purchase, purchase_id))


def mark_paid(session: Session, *, purchase_id: int, gateway: str, gateway_fee_fen: int, at: dt.datetime) -> bool:
    """Take note that the money is there: the goods are sold and each line's income accrues. True the first time, False after.

    A purchase that ran out or was called off is held anew if its goods are still there.

    Raises:
        PaidTooLate: they are not; nothing is changed, and the money has to go back.
    """
    purchase = taken(session, Purchase, purchase_id)
    if purchase.state == PurchaseState.PAID:
        return False
    orders = orders_of(session, purchase)
    lines = {order.id: lines_of(session, order) for order in orders}
    _sell(session, purchase, [line for order in orders for line in lines[order.id]])
    purchase.gateway, purchase.gateway_fee_fen, purchase.paid_at = gateway, gateway_fee_fen, at
    for order in orders:
        order.paid_at = at
    fees = rules.split_gateway_fee(
        gateway_fee_fen, [(order.paid_fen, [line.paid_fen for line in lines[order.id]]) for order in orders]
    )
    move_purchase(session, purchase, PurchaseState.PAID, by=None, at=at)
    refs = {card.id: card.ref for card in farmers.seller_cards(session, {order.seller_id for order in orders}).values()}
    for order, shares in zip(orders, fees, strict=True):
        for line, fee_fen in zip(lines[order.id], shares, strict=True):
            line.gateway_fee_fen = fee_fen
            income.accrue_sale(session, fact=_fact(purchase, order, line, refs[order.seller_id], fee_fen))
    if purchase.freight_fen:
        income.accrue_freight(session, purchase_ref=purchase.ref, gateway=gateway, amount_fen=purchase.freight_fen, at=at)
    session.flush()
    return True


def cancel_purchase(session: Session, *, purchase_id: int, by: int | None) -> PurchaseView:
    """Call off a purchase before it is paid. Calling off twice, or after its time, changes nothing.

    Raises:
        PurchaseClosed: it is paid; its orders can be cancelled instead.
    """
    purchase = taken(session, Purchase, purchase_id)
    if purchase.state == PurchaseState.PAID:
        raise PurchaseClosed
    if purchase.state == PurchaseState.AWAITING_PAYMENT:
        release_hold(session, key=hold_key(purchase))
        move_purchase(session, purchase, PurchaseState.CANCELLED, by=by)
    return purchase_view(session, purchase)


def expire_purchases(session: Session, now: dt.datetime | None = None) -> int:
    """End the purchases whose time is over and put their goods back; return how many."""
    moment = now or clock.now()
    due = session.scalars(
        select(Purchase)
        .where(Purchase.state == PurchaseState.AWAITING_PAYMENT, Purchase.hold_until <= moment)
        .order_by(Purchase.hold_until, Purchase.id)
        .limit(MOST_EXPIRED_AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for purchase in due:
        release_hold(session, key=hold_key(purchase))
        move_purchase(session, purchase, PurchaseState.EXPIRED, by=None, at=moment)
    return len(due)


def _waiting(session: Session, purchase_id: int) -> Purchase:
    purchase = taken(session, Purchase, purchase_id)
    if purchase.state != PurchaseState.AWAITING_PAYMENT or purchase.hold_until <= clock.now():
        raise PurchaseClosed
    return purchase


def _keep(session: Session, purchase: Purchase, gateway: str, until: dt.datetime) -> PurchaseHead:
    try:
        extend_hold(session, key=hold_key(purchase), until=until)
    except HoldEnded as error:
        raise PurchaseClosed from error
    purchase.gateway, purchase.hold_until = gateway, max(purchase.hold_until, until)
    session.flush()
    return purchase_head(purchase)


def _sell(session: Session, purchase: Purchase, lines: list[OrderLine]) -> None:
    """Turn what is held into what is sold; hold it anew where the hold has ended."""
    if purchase.state == PurchaseState.AWAITING_PAYMENT:
        try:
            commit_hold(session, key=hold_key(purchase))
        except HoldEnded:
            pass  # its time was up, and the sweep of goods came before ours
        else:
            return
    key = f"{hold_key(purchase)}/late"
    try:
        with session.begin_nested():  # all or nothing, though the caller goes on after the refusal
            hold_stock(
                session,
                key=key,
                lines=[(line.offer_id, line.quantity) for line in lines],
                until=clock.now() + rules.HOLD,
                source=hold_key(purchase),
            )
            commit_hold(session, key=key)
    except SoldOut as error:
        raise PaidTooLate from error


def _fact(purchase: Purchase, order: HouseholdOrder, line: OrderLine, seller_ref: str, fee_fen: int) -> SaleFact:
    if purchase.paid_at is None or purchase.gateway is None:
        raise AssertionError("set before")
    return SaleFact(
        source=source_of(line), order_ref=order.ref, line_id=line.id, seller_ref=seller_ref, household_id=line.household_id,
        village_code=line.village_code, category_code=line.category_code, is_cultural=line.is_cultural, title=line.title,
        quantity=line.quantity, gross_fen=line.paid_fen, platform_fee_bp=line.platform_fee_bp, gateway_fee_fen=fee_fen,
        gateway=purchase.gateway, sold_at=purchase.paid_at, channel=purchase.channel, promotion=purchase.promotion,
    )  # fmt: skip
