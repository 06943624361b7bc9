"""A basket becomes a purchase: priced, held, sealed, split by seller."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.refusals import TryLater
from marketplace.accounts.services import spend_try
from marketplace.accounts.values import Origin
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderEvent, OrderLine, Purchase
from marketplace.orders.queries import purchase_by_key
from marketplace.orders.queries.purchases import place, purchase_view
from marketplace.orders.queries.quotes import Priced, merged, priced
from marketplace.orders.refusals import (
    BasketTooLarge,
    ContactRefused,
    EmptyBasket,
    NoFreight,
    NotOnSale,
    QuantityOutOfRange,
    TooManyOrders,
    TotalChanged,
)
from marketplace.orders.services import steps
from marketplace.orders.values import Contact, OrderState, Problem, PurchaseState, PurchaseView, Quote, QuotedOrder
from marketplace.products.refusals import SoldOut
from marketplace.products.services import hold_stock
from marketplace.products.values import FEES_BP, SaleTerms

_PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)


def hold_key(purchase: Purchase) -> str:
    """Return the key under which a purchase's goods are held."""
    return f"purchase/{purchase.ref}"


def place_purchase(
    session: Session,
    *,
    key: str,
    items: Sequence[tuple[str, int]],
    contact: Contact,
    province: str,
    sealer: Sealer,
    expected_total_fen: int | None,
    buyer_user_id: int | None = None,
    channel: str = "shop",
    promotion: str | None = None,
    note: str = "",
    origin: Origin | None = None,
) -> PurchaseView:
    """Order goods (reference, quantity): hold them for half an hour and freeze their terms. The same key again returns the first.

    An order with an `origin` is counted against budgets, for goods are kept from others before anything is paid.

    Raises:
        EmptyBasket, BasketTooLarge, ContactRefused, NoFreight: what was sent makes no order.
        NotOnSale, QuantityOutOfRange: the offer does not allow it.
        SoldOut: fewer are left; carries which and how many.
        TotalChanged: the sum is not the one the buyer saw.
        TooManyOrders: the telephone number's, the browser's or the address's budget is spent.
    """
    standing = purchase_by_key(session, key=key)
    if standing is not None:
        return standing
    wanted = merged(items)
    if not wanted:
        raise EmptyBasket
    if len(wanted) > rules.MOST_LINES:
        raise BasketTooLarge(most=rules.MOST_LINES)
    contact = _contact(contact)
    found = priced(session, items=tuple(wanted.items()), province=province)
    _refuse_problems(found, wanted)
    if found.zone is None:
        raise NoFreight(province=province)
    if expected_total_fen is not None and expected_total_fen != found.quote.total_fen:
        raise TotalChanged(now_fen=found.quote.total_fen)
    if origin is not None:
        _count(session, contact, origin)
    purchase = _purchase(session, key, found, contact, sealer)
    purchase.province = province
    purchase.buyer_user_id, purchase.channel, purchase.promotion, purchase.note = (
        buyer_user_id,
        channel,
        promotion,
        note.strip()[:200],
    )
    # The key before the stock: of two first tries at once one waits here, and the writer runs it again to find the other's.
    session.add(purchase)
    session.flush()
    hold_stock(
        session,
        key=hold_key(purchase),
        lines=[(line.offer_id, line.quantity) for order in found.quote.orders for line in order.lines],
        until=purchase.hold_until,
        source=hold_key(purchase),
    )
    _write_orders(session, purchase, found)
    return purchase_view(session, purchase)


def _contact(given: Contact) -> Contact:
    phone = re.sub(r"^(\+|00)?86(?=1)", "", re.sub(r"[\s-]", "", given.phone))
    name, address = given.name.strip(), given.address.strip()
    if not 1 <= len(name) <= 40 or not _PHONE.fullmatch(phone) or not 4 <= len(address) <= 200:
        raise ContactRefused
    return Contact(name, phone, address)


def _count(session: Session, contact: Contact, origin: Origin) -> None:
    try:
        spend_try(session, kind="purchase", subject=contact.phone, address=origin.address, device=origin.browser)
    except TryLater as error:
        raise TooManyOrders(hours=-(-error.params["minutes"] // 60)) from error


def _refuse_problems(found: Priced, wanted: Mapping[str, int]) -> None:
    lines = {line.ref: line for order in found.quote.orders for line in order.lines}
    for ref in wanted:
        line = lines.get(ref)
        if line is None or line.problem is Problem.NOT_ON_SALE:
            raise NotOnSale
        if line.problem in (Problem.TOO_FEW, Problem.TOO_MANY):
            raise QuantityOutOfRange(ref=ref, title=line.title, least=line.least, most=line.most)
        if line.problem is Problem.SOLD_OUT:
            raise SoldOut(offer_id=line.offer_id, title=line.title, left=line.left if line.left < line.quantity else 0)


def _purchase(session: Session, key: str, found: Priced, contact: Contact, sealer: Sealer) -> Purchase:
    if found.zone is None:
        raise AssertionError("refused before")
    ref, now, quote = _fresh_ref(session), clock.now(), found.quote
    return Purchase(
        ref=ref,
        key=key,
        state=PurchaseState.AWAITING_PAYMENT,
        name_sealed=sealer.seal(contact.name, place("name", ref)),
        phone_sealed=sealer.seal(contact.phone, place("phone", ref)),
        address_sealed=sealer.seal(contact.address, place("address", ref)),
        phone_last4=contact.phone[-4:],
        zone_code=found.zone.code,
        area_code=rules.smallest_area(order.village_code for order in quote.orders),
        goods_fen=quote.goods_fen,
        discount_fen=quote.discount_fen,
        freight_fen=quote.freight_fen or 0,
        total_fen=quote.total_fen,
        hold_until=now + rules.HOLD,
        placed_at=now,
    )


def _fresh_ref(session: Session) -> str:
    """Return a reference of digits alone: buyers write it into a bank transfer, or say it on the telephone."""
    while True:
        ref = "L" + ids.digits(10)
        if session.scalar(select(Purchase.id).where(Purchase.ref == ref)) is None:
            return ref


def _write_orders(session: Session, purchase: Purchase, found: Priced) -> None:
    quote: Quote = found.quote
    first = OrderEvent(
        purchase_id=purchase.id, subject="purchase", after=purchase.state, by_user_id=purchase.buyer_user_id
    )  # fmt: skip
    steps.note(session, first, purchase.placed_at)
    for number, quoted in enumerate(quote.orders, start=1):
        freight_fen = quoted.freight_fen or 0
        order = HouseholdOrder(
            ref=f"{purchase.ref}-{number}",
            purchase_id=purchase.id,
            seller_id=quoted.seller_id,
            household_id=found.cards[quoted.seller_id].household_id,
            village_code=quoted.village_code,
            state=OrderState.PLACED,
            goods_fen=quoted.goods_fen,
            discount_fen=quoted.discount_fen,
            freight_fen=freight_fen,
            paid_fen=quoted.goods_fen - quoted.discount_fen + freight_fen,
            grams=quoted.grams,
            placed_at=purchase.placed_at,
        )
        session.add(order)
        session.flush()
        session.add_all(_lines(order, quoted, found.terms))
        event = OrderEvent(
            purchase_id=purchase.id,
            household_order_id=order.id,
            subject="order",
            after=order.state,
            by_user_id=purchase.buyer_user_id,
        )
        steps.note(session, event, purchase.placed_at)


def _lines(order: HouseholdOrder, quoted: QuotedOrder, terms: Mapping[str, SaleTerms]) -> list[OrderLine]:
    return [
        OrderLine(
            household_order_id=order.id, offer_id=line.offer_id, offer_ref=line.ref, offer_slug=line.slug,
            seller_id=quoted.seller_id, household_id=terms[line.ref].household_id, village_code=terms[line.ref].village_code,
            category_code=line.category_code, is_cultural=terms[line.ref].is_cultural, title=line.title, title_en=line.title_en,
            image_id=line.image_id, unit_grams=line.unit_grams, quantity=line.quantity, price_fen=line.price_fen,
            gross_fen=line.gross_fen, discount_fen=line.discount_fen, paid_fen=line.paid_fen, platform_fee_bp=FEES_BP[0],
            after_sale_hours=terms[line.ref].after_sale_hours,
        )
        for line in quoted.lines
    ]  # fmt: skip
