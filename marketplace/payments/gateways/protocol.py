"""What a way to pay may be able to do, and what is said between it and payments: a capability is a small protocol.

A gateway knows no order, no income and no book. It raises `GatewaySilent` where nobody knows what became of a question (ask again
under the same key), `GatewayRefused` where the service said no, and `NotGenuine` for a notification that it did not send.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from marketplace.payments.values import AttemptState, DueLine, GatewayView, Outcome
from marketplace.payments.values.movements import Movement


class GatewaySilent(Exception):
    """No answer, or none that says what was done: the same question under the same key is safe, and needed.

    `is_stuck`: the service failed over it, and will repeat that failure to the same key.
    """

    def __init__(self, words: str, *, is_stuck: bool = False) -> None:
        self.is_stuck = is_stuck
        super().__init__(words)


class GatewayRefused(Exception):
    """The service said no. Carries its own word for why, never what it was told."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class NotGenuine(Exception):
    """A notification that the service did not send, or not now, or not to us."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a buyer is asked for in the service's currency, in its smallest unit."""

    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutWish:
    """A visit to the service's page that is to be opened. Everything here is frozen before: a repeat of `key` says the same.

    References are opaque and nothing tells who buys.
    """

    key: str
    due_ref: str
    intent_ref: str
    lines: Sequence[DueLine]
    price: Price
    locale: str
    success_url: str
    cancel_url: str
    expires_at: dt.datetime


class Stage(StrEnum):
    """How far a checkout has come at the service."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFact:
    """A checkout as the service has it now."""

    session_id: str
    key: str
    stage: Stage
    url: str
    currency: str
    #: What the page asks for, and what was taken.
    amount_minor: int
    captured_minor: int
    payment_ref: str
    method: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact:
    """A refund as the service has it now. `key` is ours, where we asked for it."""

    refund_ref: str
    payment_ref: str
    key: str
    currency: str
    amount_minor: int
    state: AttemptState
    note: str


class Verdict(StrEnum):
    """What the card's bank has decided so far."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFact:
    """A dispute as the service has it now. The sums are those of its balance: taken, its fee, given back."""

    dispute_ref: str
    payment_ref: str
    currency: str
    amount_minor: int
    taken_minor: int
    returned_minor: int
    fee_minor: int
    fee_returned_minor: int
    verdict: Verdict
    reason: str
    evidence_due_at: dt.datetime | None
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFact:
    """Money that the service hands over to the operator's bank, as it has it now."""

    payout_ref: str
    currency: str
    amount_minor: int
    has_arrived: bool
    has_failed: bool
    at: dt.datetime


Fact = CheckoutFact | RefundFact | DisputeFact | PayoutFact


class About(StrEnum):
    """What a notification is about. NOTHING: a kind that is none of our business."""

    CHECKOUT = "checkout"
    REFUND = "refund"
    CHARGE = "charge"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A genuine notification. It is believed for the name of its object alone; the object is looked up."""

    event_id: str
    kind: str
    about: About
    object_ref: str


class Gateway(Protocol):
    """A way to pay: terms and words. What else it can do, the protocols below say."""

    @property
    def view(self) -> GatewayView:
        """Terms and words."""
        ...


@runtime_checkable
class HostedGateway(Protocol):
    """Has a page of its own on which buyers pay, and sends notifications of what happens there."""

    @property
    def view(self) -> GatewayView:
        """Terms and words."""
        ...

    @property
    def session_life(self) -> dt.timedelta:
        """How long its page takes money."""
        ...

    def price(self, amount_fen: int) -> Price:
        """Return what a sum is in its currency."""
        ...

    def open(self, wish: CheckoutWish) -> CheckoutFact:
        """Open its page, or find the one that was opened under this key.

        Raises:
            GatewaySilent, GatewayRefused
        """
        ...

    def expire(self, session_id: str) -> CheckoutFact:
        """Let its page take no more money; what has been paid meanwhile stays paid.

        Raises:
            GatewaySilent, GatewayRefused
        """
        ...

    def checkout(self, session_id: str) -> CheckoutFact:
        """Return a checkout as it is now.

        Raises:
            GatewaySilent, GatewayRefused
        """
        ...

    def read(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Return a notification, once it is proved to be the service's, of now, and for us.

        Raises:
            NotGenuine
        """
        ...

    def look_up(self, notice: Notice) -> Sequence[Fact]:
        """Return what a notification is about as it is now, whatever the notification said of it.

        Raises:
            GatewaySilent, GatewayRefused
        """
        ...


@runtime_checkable
class Refunding(Protocol):
    """Sends money back by itself."""

    def refund(self, *, key: str, payment_ref: str, amount_minor: int) -> Outcome:
        """Ask for money to go back, under an idempotency key. `event_id` of the answer is its name for the refund."""
        ...

    def refund_state(self, refund_ref: str) -> Outcome:
        """Return what became of a refund that was on its way."""
        ...

    def refundable_until(self, method: str, paid_at: dt.datetime) -> dt.datetime | None:
        """Return until when a payment by a method can go back by machine; None where there is no end to it."""
        ...


@runtime_checkable
class Reporting(Protocol):
    """Holds money and tells its balance line by line."""

    def movements(self, *, since: dt.datetime, until: dt.datetime) -> Iterator[Movement]:
        """Yield what moved its balance from a moment on, before another; the oldest first.

        Raises:
            GatewaySilent, GatewayRefused
        """
        ...

    def movements_of(self, payout_ref: str) -> Iterator[Movement]:
        """Yield what one payout handed over.

        Raises:
            GatewaySilent, GatewayRefused
        """
        ...
