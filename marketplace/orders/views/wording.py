"""Words for states: what happened, when, and what happens next."""

from collections.abc import Sequence

from flask_babel import gettext as _

from marketplace.kernel import clock
from marketplace.orders.values import (
    ORDER_STATE_WORDS,
    REFUND_STATE_WORDS,
    OrderState,
    OrderView,
    PurchaseState,
    PurchaseView,
    RefundState,
    RefundView,
)
from marketplace.web.filters import moment

#: state -> kind of its tag
KINDS = {
    OrderState.PLACED: "wait", OrderState.CONFIRMED: "info", OrderState.PACKED: "info", OrderState.HANDED_IN: "info",
    OrderState.SHIPPED: "info", OrderState.DELIVERED: "ok", OrderState.COMPLETED: "ok", OrderState.CANCELLED: "plain",
}  # fmt: skip
REFUND_KINDS = {
    RefundState.REQUESTED: "wait", RefundState.APPROVED: "info", RefundState.REJECTED: "bad", RefundState.SUBMITTED: "info",
    RefundState.SUCCEEDED: "ok", RefundState.FAILED: "wait", RefundState.PAID_BY_HAND: "ok",
}  # fmt: skip
_WAY = (
    (OrderState.PLACED, "paid_at"), (OrderState.CONFIRMED, "confirmed_at"), (OrderState.PACKED, "packed_at"),
    (OrderState.HANDED_IN, "handed_in_at"), (OrderState.SHIPPED, "shipped_at"), (OrderState.DELIVERED, "delivered_at"),
)  # fmt: skip


def state_of(order: OrderView) -> tuple[str, str]:
    """Return words and kind for where an order is; before payment nothing of its way has begun."""
    if order.paid_at is None:
        words: str = {
            PurchaseState.EXPIRED: _("Not paid in time"),
            PurchaseState.CANCELLED: _("Order cancelled"),
        }.get(order.purchase_state, _("Waiting for payment"))
        return str(words), "wait" if order.purchase_state is PurchaseState.AWAITING_PAYMENT else "plain"
    if order.state is OrderState.PLACED:
        return _("Paid; the seller prepares it"), "wait"
    return _(ORDER_STATE_WORDS[order.state]), KINDS[order.state]


def steps_of(order: OrderView) -> Sequence[tuple[str, str, str]]:
    """Return an order's way as (words, when, done | now | todo)."""
    found = []
    is_next = True
    for state, column in _WAY:
        words = _("Paid") if state is OrderState.PLACED else _(ORDER_STATE_WORDS[state])
        at = getattr(order, column)
        if at is not None:
            found.append((words, moment(at), "done"))
        elif order.state is not OrderState.CANCELLED:
            found.append((words, "", "now" if is_next and order.paid_at is not None else "todo"))
            is_next = False
    if order.cancelled_at is not None:
        found.append((_(ORDER_STATE_WORDS[OrderState.CANCELLED]), moment(order.cancelled_at), "now"))
    return found


def next_of(order: OrderView) -> str:
    """Say what happens next, to whoever waits for the parcel."""
    if order.paid_at is None:
        return ""
    if order.state is OrderState.DELIVERED:
        closes = order.closes_at
        if closes is not None and clock.now() < closes:
            return str(_("If something is wrong, tell us until %(moment)s.", moment=moment(closes)))
        return ""
    words: dict[OrderState, str] = {
        OrderState.PLACED: _("The household has been told. It confirms within a day."),
        OrderState.CONFIRMED: _("The household is packing it."),
        OrderState.PACKED: _("Next it goes to the village collection point."),
        OrderState.HANDED_IN: _("The carrier fetches it at the collection point."),
        OrderState.SHIPPED: _("It comes to the address below."),
    }
    return words.get(order.state, "")


def purchase_words(purchase: PurchaseView) -> tuple[str, str, str]:
    """Return headline, kind and what it means for the buyer."""
    if purchase.state is PurchaseState.AWAITING_PAYMENT:
        if purchase.gateway == "offline":
            return (
                _("Waiting for your money"),
                "wait",
                _("We keep everything for you until %(moment)s.", moment=moment(purchase.hold_until)),
            )
        return (
            _("Waiting for payment"),
            "wait",
            _("We keep everything for you until %(moment)s.", moment=moment(purchase.hold_until)),
        )
    if purchase.state is PurchaseState.PAID:
        if all(order.state is OrderState.CANCELLED for order in purchase.orders):
            return _("Order cancelled"), "info", _("The money goes back the way it came.")
        if all(order.state in (OrderState.DELIVERED, OrderState.COMPLETED) for order in purchase.orders):
            return _("Delivered"), "ok", _("Thank you. Every yuan of it stands in the household’s record.")
        return _("Thank you. It is paid."), "ok", _("The sellers have been told. You can follow each parcel below.")
    if purchase.state is PurchaseState.EXPIRED:
        return _("Not paid in time"), "info", _("The goods went back on the shelf. You can order them again.")
    return _("Order cancelled"), "info", _("Nothing was paid and nothing is owed.")


def refund_words(refund: RefundView) -> str:
    """Say how far a refund is; an answer is quoted."""
    words = _(REFUND_STATE_WORDS[refund.state])
    return f"{words}: {refund.answer}" if refund.state is RefundState.REJECTED and refund.answer else words
