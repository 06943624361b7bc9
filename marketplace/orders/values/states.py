"""States, reasons and problems of orders, each with what a person reads for it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.words import N_


class PurchaseState(StrEnum):
    """How far what is paid together has come; `rules.PURCHASE_EDGES` says what may follow what."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class OrderState(StrEnum):
    """How far one seller's order has come; `rules.ORDER_EDGES` says what may follow what."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    PACKED = "packed"
    HANDED_IN = "handed_in"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class RefundState(StrEnum):
    """How far a refund has come; `rules.REFUND_EDGES` says what may follow what."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PAID_BY_HAND = "paid_by_hand"


class RefundReason(StrEnum):
    """Why money goes back."""

    CANCELLED = "cancelled"
    SHORT_WEIGHT = "short_weight"
    DAMAGED = "damaged"
    SPOILED = "spoiled"
    NOT_AS_DESCRIBED = "not_as_described"
    CHANGED_MIND = "changed_mind"
    LOST = "lost"
    OTHER = "other"


class ClaimBasis(StrEnum):
    """What a claim stands on; `rules.basis_of` says which. Claims of quality stand on the law and have no end here."""

    UNDELIVERED = "undelivered"
    RETURN = "return"
    PHOTO = "photo"
    QUALITY = "quality"


class Problem(StrEnum):
    """Why a line of a basket cannot be bought as it stands."""

    SOLD_OUT = "sold_out"
    NOT_ON_SALE = "not_on_sale"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"


#: What a person reads for each state, reason and problem.
PURCHASE_STATE_WORDS: Mapping[PurchaseState, str] = MappingProxyType(
    {
        PurchaseState.AWAITING_PAYMENT: N_("Waiting for payment"),
        PurchaseState.PAID: N_("Paid by the buyer"),
        PurchaseState.EXPIRED: N_("Not paid in time"),
        PurchaseState.CANCELLED: N_("Order cancelled"),
    }
)
ORDER_STATE_WORDS: Mapping[OrderState, str] = MappingProxyType(
    {
        OrderState.PLACED: N_("Ordered"),
        OrderState.CONFIRMED: N_("Confirmed by the seller"),
        OrderState.PACKED: N_("Packed"),
        OrderState.HANDED_IN: N_("At the collection point"),
        OrderState.SHIPPED: N_("On its way"),
        OrderState.DELIVERED: N_("Delivered"),
        OrderState.COMPLETED: N_("Completed"),
        OrderState.CANCELLED: N_("Order cancelled"),
    }
)
REFUND_STATE_WORDS: Mapping[RefundState, str] = MappingProxyType(
    {
        RefundState.REQUESTED: N_("Refund asked for"),
        RefundState.APPROVED: N_("Refund approved"),
        RefundState.REJECTED: N_("Refund turned down"),
        RefundState.SUBMITTED: N_("Money is on its way back"),
        RefundState.SUCCEEDED: N_("Money has gone back"),
        RefundState.FAILED: N_("The refund did not go through"),
        RefundState.PAID_BY_HAND: N_("Money was given back by hand"),
    }
)
REFUND_REASON_WORDS: Mapping[RefundReason, str] = MappingProxyType(
    {
        RefundReason.CANCELLED: N_("The order was cancelled"),
        RefundReason.SHORT_WEIGHT: N_("It weighed too little"),
        RefundReason.DAMAGED: N_("It came damaged"),
        RefundReason.SPOILED: N_("It came spoiled"),
        RefundReason.NOT_AS_DESCRIBED: N_("It is not what was described"),
        RefundReason.CHANGED_MIND: N_("I changed my mind"),
        RefundReason.LOST: N_("It never came"),
        RefundReason.OTHER: N_("Another reason"),
    }
)
#: What whoever decides must know of it.
CLAIM_BASIS_WORDS: Mapping[ClaimBasis, str] = MappingProxyType(
    {
        ClaimBasis.UNDELIVERED: N_("Asked before it was delivered."),
        ClaimBasis.RETURN: N_("A return without a reason, within its days."),
        ClaimBasis.PHOTO: N_("Fresh goods, with a photo within 24 hours of delivery: the shop promises the money back."),
        ClaimBasis.QUALITY: N_("A claim of quality: the law sets no such limit. Look at it and decide."),
    }
)
#: With `left`, `least` and `most` of the line.
PROBLEM_WORDS: Mapping[Problem, str] = MappingProxyType(
    {
        Problem.SOLD_OUT: N_("Only %(left)d are left now."),
        Problem.NOT_ON_SALE: N_("This is not on sale any more."),
        Problem.TOO_FEW: N_("The seller sends at least %(least)d."),
        Problem.TOO_MANY: N_("At most %(most)d can be ordered at once."),
    }
)
#: The package's state words under one name, by kind.
STATE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{f"purchase/{state}": words for state, words in PURCHASE_STATE_WORDS.items()},
        **{f"order/{state}": words for state, words in ORDER_STATE_WORDS.items()},
        **{f"refund/{state}": words for state, words in REFUND_STATE_WORDS.items()},
    }
)
