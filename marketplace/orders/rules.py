"""Policy of orders as plain tables and functions: edges, freight, discounts, fees, refunds."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from marketplace.kernel.money import allocate, ratio
from marketplace.orders.addresses import ParsedAddress, parse_address
from marketplace.orders.values import (
    ClaimBasis,
    DiscountView,
    FreightZone,
    OrderState,
    Problem,
    PurchaseState,
    RefundReason,
    RefundState,
)

__all__ = ["ParsedAddress", "parse_address"]

#: What a purchase may become. Money that comes after the end may still be taken if the goods are there.
PURCHASE_EDGES: Mapping[PurchaseState, frozenset[PurchaseState]] = MappingProxyType(
    {
        PurchaseState.AWAITING_PAYMENT: frozenset({PurchaseState.PAID, PurchaseState.EXPIRED, PurchaseState.CANCELLED}),
        PurchaseState.EXPIRED: frozenset({PurchaseState.PAID}),
        PurchaseState.CANCELLED: frozenset({PurchaseState.PAID}),
        PurchaseState.PAID: frozenset(),
    }
)
#: What an order may become. It is cancelled when all of it went back before it came.
ORDER_EDGES: Mapping[OrderState, frozenset[OrderState]] = MappingProxyType(
    {
        OrderState.PLACED: frozenset({OrderState.CONFIRMED, OrderState.CANCELLED}),
        OrderState.CONFIRMED: frozenset({OrderState.PACKED, OrderState.CANCELLED}),
        OrderState.PACKED: frozenset({OrderState.HANDED_IN, OrderState.CANCELLED}),
        OrderState.HANDED_IN: frozenset({OrderState.SHIPPED, OrderState.CANCELLED}),
        OrderState.SHIPPED: frozenset({OrderState.DELIVERED, OrderState.CANCELLED}),
        OrderState.DELIVERED: frozenset({OrderState.COMPLETED}),
        OrderState.COMPLETED: frozenset(),
        OrderState.CANCELLED: frozenset(),
    }
)
#: What a refund may become.
REFUND_EDGES: Mapping[RefundState, frozenset[RefundState]] = MappingProxyType(
    {
        RefundState.REQUESTED: frozenset({RefundState.APPROVED, RefundState.REJECTED}),
        RefundState.APPROVED: frozenset({RefundState.SUBMITTED}),
        RefundState.SUBMITTED: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
        RefundState.FAILED: frozenset({RefundState.SUBMITTED, RefundState.PAID_BY_HAND}),
        RefundState.REJECTED: frozenset(),
        RefundState.SUCCEEDED: frozenset(),
        RefundState.PAID_BY_HAND: frozenset(),
    }
)
#: Article 31 of the E-Commerce Law asks for three years; of what was never paid, nothing is asked.
CONTACT_KEPT = dt.timedelta(days=3 * 366)
UNPAID_CONTACT_KEPT = dt.timedelta(days=30)
#: Purchases that ended without money: nothing is held for them any more.
ENDED_UNPAID = (PurchaseState.EXPIRED, PurchaseState.CANCELLED)
#: The seller still has the goods.
UNSENT = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.PACKED)
#: The goods have not come yet.
UNDELIVERED = (*UNSENT, OrderState.HANDED_IN, OrderState.SHIPPED)
#: The buyer has the goods.
ARRIVED = (OrderState.DELIVERED, OrderState.COMPLETED)
#: A refund in one of these may still take money.
OPEN_REFUNDS = (RefundState.REQUESTED, RefundState.APPROVED, RefundState.SUBMITTED, RefundState.FAILED)
#: The money is back with the buyer.
DONE_REFUNDS = (RefundState.SUCCEEDED, RefundState.PAID_BY_HAND)

MOST_LINES = 30
MOST_UNITS = 1_000_000
HOLD = dt.timedelta(minutes=30)
LONGEST_DISCOUNT = dt.timedelta(days=366)
#: Hours of the return without a fault; goods with a shorter window have a photo claim in its place.
RETURN_HOURS = 168
#: What can be seen on a photo.
VISIBLE_FAULTS = (
    RefundReason.SHORT_WEIGHT, RefundReason.DAMAGED, RefundReason.SPOILED, RefundReason.NOT_AS_DESCRIBED, RefundReason.OTHER,
)  # fmt: skip
MOST_CLAIM_PHOTOS = 3


def freight(zone: FreightZone, *, grams: int, goods_fen: int) -> int:
    """Return what one seller's parcel costs to send: each begun kilogram counts; `goods_fen` is what is paid for the goods."""
    if zone.free_over_fen is not None and goods_fen >= zone.free_over_fen:
        return 0
    begun = max(1, -(-grams // 1000))
    return zone.first_kg_fen + (begun - 1) * zone.next_kg_fen


def discount(discounts: Iterable[DiscountView], *, goods_fen: int, on: dt.date) -> int:
    """Return the most that a seller's discounts of a day take off these goods; they do not add up."""
    fitting = [each.off_fen for each in discounts if each.from_on <= on <= each.to_on and each.threshold_fen <= goods_fen]
    return max(fitting, default=0)


def spread(amount_fen: int, gross: Sequence[int]) -> list[int]:
    """Split a discount over lines by their gross; the parts sum to it, and each line keeps more than nothing."""
    return allocate(amount_fen, gross)


def split_gateway_fee(fee_fen: int, orders: Sequence[tuple[int, Sequence[int]]]) -> list[list[int]]:
    """Split a gateway's fee over orders by all that was paid for each, freight too, then over their lines.

    Largest remainder both times: the parts sum to the fee, and each seller bears the fee on their own parcel.
    """
    shares = allocate(fee_fen, [paid_fen for paid_fen, _ in orders])
    return [allocate(share, lines) for share, (_, lines) in zip(shares, orders, strict=True)]


def refund_amount(*, remaining_fen: int, remaining_quantity: int, quantity: int) -> int:
    """Return what some units of a line are worth, of what no other refund covers yet.

    The last units take all that remains, so the refunds of a line sum to what was paid for it, whichever of them were
    turned down in between.

    Raises:
        ValueError: nothing, or more than remains.
    """
    if not 0 < quantity <= remaining_quantity:
        raise ValueError("quantity beyond what remains")
    return ratio(remaining_fen, quantity, remaining_quantity)


def may_return(
    reason: RefundReason, *, state: OrderState, after_sale_hours: int, delivered_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Say whether goods may come back for a reason. Claims of quality stand always; a change of mind has its window."""
    if state in UNSENT:
        return True
    if reason not in (RefundReason.CHANGED_MIND, RefundReason.CANCELLED):
        return True
    if after_sale_hours < RETURN_HOURS:
        return False
    return delivered_at is None or now <= delivered_at + dt.timedelta(hours=after_sale_hours)


def is_photo_claim(reason: RefundReason, *, after_sale_hours: int, delivered_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Say whether a claim falls under the promise for fresh goods: a photo within their hours, and the money comes back."""
    if delivered_at is None or after_sale_hours >= RETURN_HOURS or reason not in VISIBLE_FAULTS:
        return False
    return delivered_at <= now <= delivered_at + dt.timedelta(hours=after_sale_hours)


def basis_of(
    reason: RefundReason,
    *,
    after_sale_hours: int,
    delivered_at: dt.datetime | None,
    requested_at: dt.datetime,
    has_photos: bool,
) -> ClaimBasis:
    """Return what a claim stands on."""
    if delivered_at is None or requested_at < delivered_at:
        return ClaimBasis.UNDELIVERED
    if reason in (RefundReason.CHANGED_MIND, RefundReason.CANCELLED):
        return ClaimBasis.RETURN
    if has_photos and is_photo_claim(reason, after_sale_hours=after_sale_hours, delivered_at=delivered_at, now=requested_at):
        return ClaimBasis.PHOTO
    return ClaimBasis.QUALITY


def problem_of(quantity: int, *, left: int, least: int, most: int) -> Problem | None:
    """Say why so many cannot be bought, the strongest reason first."""
    if left < max(1, least) or (left < quantity <= most):
        return Problem.SOLD_OUT
    if quantity < least:
        return Problem.TOO_FEW
    return Problem.TOO_MANY if quantity > most else None


def smallest_area(village_codes: Iterable[str]) -> str:
    """Return the code of the smallest area that holds some villages: a village, a township or the county."""
    codes = set(village_codes)
    return next(min(codes)[:length] for length in (12, 9, 6) if len({code[:length] for code in codes}) == 1)
