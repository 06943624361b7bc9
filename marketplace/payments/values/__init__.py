"""What others may know of payments."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.words import N_

OFFLINE = "offline"
SANDBOX = "sandbox"


class Holder(StrEnum):
    """Who has the buyer's money until it is handed over."""

    COUNTY = "county"
    SERVICE = "service"
    NOBODY = "nobody"


class Method(StrEnum):
    """How money arrives that no machine reports."""

    BANK_TRANSFER = "bank_transfer"
    CASH = "cash"


class CheckoutState(StrEnum):
    """How far a buyer has come on a payment service's own page; `rules.CHECKOUT_EDGES` says what may follow what."""

    OPENING = "opening"
    OPEN = "open"
    PROCESSING = "processing"
    COMPLETE = "complete"
    EXPIRED = "expired"
    FAILED = "failed"


#: Somebody may still pay in it.
LIVE_CHECKOUTS = (CheckoutState.OPENING, CheckoutState.OPEN)


class SurplusReason(StrEnum):
    """Why a payment service's money has to go back to a buyer."""

    TOO_LATE = "too_late"
    WRONG_AMOUNT = "wrong_amount"
    REFUND_CAME_BACK = "refund_came_back"


class Route(StrEnum):
    """Who sends it: the payment service itself, or two officials."""

    MACHINE = "machine"
    HAND = "hand"


class DisputeState(StrEnum):
    """How far a buyer's dispute at the card's bank has come; `rules.DISPUTE_EDGES` says what may follow what."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Bearer(StrEnum):
    """Who bears a lost dispute: the platform where the goods came, else the sale is refunded by it."""

    PLATFORM = "platform"
    REFUND = "refund"


class NoteKind(StrEnum):
    """What a buyer is told by SMS of a payment."""

    SENT_BACK = "sent_back"
    NOT_PAID = "not_paid"


class DueKind(StrEnum):
    """What can be paid."""

    PURCHASE = "purchase"
    BOOKING = "booking"


class RefundStep(StrEnum):
    """How far money that goes back has come, whatever was bought."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PAID_BY_HAND = "paid_by_hand"


class IntentState(StrEnum):
    """How far a way of paying one purchase has come."""

    CREATED = "created"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class AttemptState(StrEnum):
    """What became of one try to move money."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class ReceiptState(StrEnum):
    """How far money that an official saw has come. What came too late or twice goes back: to_return, returning, returned."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    TO_RETURN = "to_return"
    RETURNING = "returning"
    RETURNED = "returned"


#: The states of money that goes back.
RETURN_STATES = (ReceiptState.TO_RETURN, ReceiptState.RETURNING, ReceiptState.RETURNED)


class TransferState(StrEnum):
    """How far a refund that officials send themselves has come."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Effect(StrEnum):
    """What money that came changed: it paid, or it has to go back; or it is a refund that did not reach the buyer."""

    PAID = "paid"
    TO_RETURN = "to_return"
    CAME_BACK = "came_back"


HOLDER_WORDS: Mapping[Holder, str] = MappingProxyType(
    {
        Holder.COUNTY: N_("The money goes straight into the county’s own account."),
        Holder.SERVICE: N_("A payment service takes the money for the county and hands it over within days."),
        Holder.NOBODY: N_("Nobody holds anything: no money moves."),
    }
)
SURPLUS_REASON_WORDS: Mapping[SurplusReason, str] = MappingProxyType(
    {
        SurplusReason.TOO_LATE: N_("Came too late or twice"),
        SurplusReason.WRONG_AMOUNT: N_("Another sum than was asked for"),
        SurplusReason.REFUND_CAME_BACK: N_("A refund that did not reach the buyer"),
    }
)
DISPUTE_STATE_WORDS: Mapping[DisputeState, str] = MappingProxyType(
    {
        DisputeState.OPEN: N_("Open: the bank has not decided"),
        DisputeState.WON: N_("Won: the money is back"),
        DisputeState.LOST: N_("Lost"),
    }
)
BEARER_WORDS: Mapping[Bearer, str] = MappingProxyType(
    {
        Bearer.PLATFORM: N_("The goods or the tour were delivered: the platform bears it out of its fees."),
        Bearer.REFUND: N_("It was not delivered: the sale is refunded, and this is the refund’s money."),
    }
)
METHOD_WORDS: Mapping[Method, str] = MappingProxyType(
    {Method.BANK_TRANSFER: N_("Bank transfer"), Method.CASH: N_("Cash at the collection point")}
)
RECEIPT_STATE_WORDS: Mapping[ReceiptState, str] = MappingProxyType(
    {
        ReceiptState.RECORDED: N_("Waits for a second official"),
        ReceiptState.CONFIRMED: N_("Confirmed by two officials"),
        ReceiptState.REJECTED: N_("Not accepted"),
        ReceiptState.TO_RETURN: N_("Came too late or twice: to be sent back"),
        ReceiptState.RETURNING: N_("Sent back; waits for a second official"),
        ReceiptState.RETURNED: N_("Sent back to the buyer"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """What a buyer and the books must know of a way to pay. `fee_bp` is borne by the seller, in hundredths of a percent."""

    name: str
    label: str
    explained: str
    who_holds: Holder
    fee_bp: int
    hold: dt.timedelta
    #: The custody or profit-sharing agreement under which a service holds money for the operator, as it is on file.
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class DueLine:
    """Something of what is due, as a buyer reads it. `amount_fen` is for all of it, discounts taken off."""

    title: str
    quantity: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueView:
    """What is to be paid: a purchase or a booking, as far as payments must know it. `ended` says why it waits no more."""

    kind: DueKind
    id: int
    ref: str
    area_code: str
    total_fen: int
    title_zh: str
    title_en: str
    gateway: str
    phone_last4: str
    buyer_user_id: int | None
    placed_at: dt.datetime
    hold_until: dt.datetime
    is_paid: bool
    ended: IntentState | None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for money, as far as its state says; `hold_until` says how long."""
        return not self.is_paid and self.ended is None

    def title(self, locale: str) -> str:
        """Return what it is, in a language."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDue:
    """Money of a purchase or a booking that goes back."""

    kind: DueKind
    id: int
    ref: str
    due_ref: str
    area_code: str
    gateway: str
    amount_fen: int
    title_zh: str
    title_en: str
    step: RefundStep
    requested_at: dt.datetime
    buyer_user_id: int | None
    household_ids: frozenset[int]

    def title(self, locale: str) -> str:
        """Return what it is, in a language, or as its seller wrote it."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentView:
    """One way of paying one purchase or booking."""

    id: int
    ref: str
    due_kind: DueKind
    due_id: int
    due_ref: str
    area_code: str
    gateway: str
    amount_fen: int
    state: IntentState
    created_at: dt.datetime
    succeeded_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """Money that an official saw, and a second one's word on it."""

    id: int
    ref: str
    intent_id: int
    due_ref: str
    area_code: str
    method: Method
    bank_ref: str
    amount_fen: int
    state: ReceiptState
    recorded_by: int
    recorded_at: dt.datetime
    confirmed_by: int | None
    confirmed_at: dt.datetime | None
    reason: str
    returned_ref: str
    return_recorded_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurplusView:
    """Money that a machine took once too often, or too late, and how far it is on its way back."""

    id: int
    ref: str
    due_ref: str
    area_code: str
    gateway: str
    amount_fen: int
    state: ReceiptState
    came_at: dt.datetime
    returned_ref: str
    return_recorded_by: int | None
    reason: SurplusReason
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutView:
    """One visit to a payment service's own page, as far as it is known here."""

    id: int
    key: str
    intent_id: int
    due_ref: str
    gateway: str
    state: CheckoutState
    session_id: str
    url: str
    currency: str
    amount_minor: int
    captured_minor: int
    payment_ref: str
    method: str
    locale: str
    site: str
    opened_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """A buyer's dispute at the card's bank, and who bears it."""

    id: int
    ref: str
    gateway: str
    dispute_ref: str
    due_ref: str
    area_code: str
    state: DisputeState
    reason: str
    amount_fen: int
    fee_fen: int
    #: What the service has taken for it and not given back, and nobody has borne yet.
    open_fen: int
    evidence_due_at: dt.datetime | None
    opened_at: dt.datetime
    bearer: Bearer | None
    proposed_by: int | None
    decided_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsked:
    """A refund that was begun and that a gateway has not settled: what it is asked, under which key."""

    gateway: str
    key: str
    amount_fen: int
    payment_ref: str
    amount_minor: int
    #: The gateway's own name for it, once it has one; then it is asked what became of it.
    gateway_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferView:
    """A refund that an official sent, and a second one's word on it."""

    id: int
    ref: str
    refund_kind: DueKind
    refund_id: int
    refund_ref: str
    area_code: str
    amount_fen: int
    bank_ref: str
    state: TransferState
    recorded_by: int
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a gateway answered. `event_id` is its own name for the answer; STARTED says that it is still on its way."""

    state: AttemptState
    event_id: str
    note: str = ""
