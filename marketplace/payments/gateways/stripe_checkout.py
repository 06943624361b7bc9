"""Stripe Checkout: cards, Alipay and WeChat Pay on Stripe's own page, asked by its official library.

The library is told our opaque references, titles of what is sold and sums; never who buys. Nothing is fulfilled here.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

import stripe
import structlog
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

from marketplace.kernel import clock
from marketplace.kernel.money import allocate
from marketplace.kernel.words import N_
from marketplace.payments.gateways import stripe_reading as reading
from marketplace.payments.gateways.configured import Configured
from marketplace.payments.gateways.protocol import (
    About,
    CheckoutFact,
    CheckoutWish,
    Fact,
    GatewayRefused,
    GatewaySilent,
    NotGenuine,
    Notice,
    Price,
)
from marketplace.payments.gateways.stripe_terms import STRIPE, Terms, terms_from
from marketplace.payments.values import AttemptState, GatewayView, Holder, Outcome
from marketplace.payments.values.movements import Movement
from marketplace.products.values import FEES_BP

log = structlog.get_logger()
T = TypeVar("T")

#: A page must not wait longer for Stripe: to be connected, and for an answer.
PATIENCE_SECONDS = (3.05, 12.0)
#: How far the stamp of a notification may lie from now, before and after.
TOLERANCE_SECONDS = 300
#: Stripe's sessions live for half an hour at least; ten minutes more, so that the same wish can be repeated.
SESSION_LIFE = dt.timedelta(minutes=40)
#: Until when a payment can go back by machine. Stripe's terms for the wallets; of cards it says no end, and old ones fail at
#: the card's bank, so that half a year is ours.
REFUND_WINDOWS: Mapping[str, dt.timedelta] = MappingProxyType(
    {"alipay": dt.timedelta(days=90), "wechat_pay": dt.timedelta(days=180), "card": dt.timedelta(days=180)}
)
#: What buyers read, by the ways that are configured.
LABELS: Mapping[frozenset[str], str] = MappingProxyType(
    {
        frozenset({"card"}): N_("Bank card"),
        frozenset({"alipay"}): N_("Alipay"),
        frozenset({"wechat_pay"}): N_("WeChat Pay"),
        frozenset({"card", "alipay"}): N_("Card or Alipay"),
        frozenset({"card", "wechat_pay"}): N_("Card or WeChat Pay"),
        frozenset({"alipay", "wechat_pay"}): N_("Alipay or WeChat Pay"),
        frozenset({"card", "alipay", "wechat_pay"}): N_("Card, Alipay or WeChat Pay"),
    }
)
_EXPANDED = ["payment_intent.latest_charge"]
_MOST_TITLE = 200
_PAGE = 100


def stripe_from(configured: Configured) -> "StripeGateway | None":
    """Return the gateway that a deployment configures; None without a key.

    Raises:
        BadSetting: what is configured is not sound.
    """
    terms = terms_from(configured)
    return None if terms is None else StripeGateway(terms)


class StripeGateway:
    """A hosted page, refunds by machine, and a balance that can be read line by line."""

    session_life = SESSION_LIFE

    def __init__(self, terms: Terms) -> None:
        stripe.enable_telemetry = False
        self.terms = terms
        self.view = GatewayView(
            name=STRIPE,
            label=LABELS[frozenset(terms.methods)],
            explained=N_("You pay on the page of Stripe, a payment service. What you buy is kept for you meanwhile."),
            who_holds=Holder.SERVICE,
            fee_bp=FEES_BP[1],
            hold=dt.timedelta(minutes=30),
            agreement=terms.agreement,
        )
        self._client = stripe.StripeClient(
            terms.secret_key,
            base_addresses={"api": terms.api_base},
            http_client=stripe.RequestsClient(timeout=PATIENCE_SECONDS),
            max_network_retries=0,
        )

    def price(self, amount_fen: int) -> Price:
        """Return what a sum is in its currency."""
        return self.terms.price(amount_fen)

    def open(self, wish: CheckoutWish) -> CheckoutFact:
        """Open a session, or find the one that was opened under this key."""
        notes = {
            reading.CHECKOUT_KEY: wish.key, reading.DUE_REF: wish.due_ref, reading.INTENT_REF: wish.intent_ref,
        }  # fmt: skip
        params: SessionCreateParams = {
            "mode": "payment",
            "client_reference_id": wish.due_ref,
            "line_items": list(_lines(wish)),
            "allowed_payment_method_types": list(self.terms.methods),
            "adaptive_pricing": {"enabled": False},
            "expires_at": int(wish.expires_at.timestamp()),
            "locale": wish.locale,
            "success_url": wish.success_url,
            "cancel_url": wish.cancel_url,
            "metadata": notes,
            "payment_intent_data": {"metadata": notes},
            "expand": _EXPANDED,
        }
        if "wechat_pay" in self.terms.methods:
            params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        return reading.checkout_fact(
            self._asked(lambda: self._client.v1.checkout.sessions.create(params, {"idempotency_key": wish.key}))
        )

    def expire(self, session_id: str) -> CheckoutFact:
        """Let a session take no more money; one that has ended is returned as it ended."""
        try:
            return reading.checkout_fact(
                self._asked(lambda: self._client.v1.checkout.sessions.expire(session_id, {"expand": _EXPANDED}))
            )
        except GatewayRefused:
            return self.checkout(session_id)

    def checkout(self, session_id: str) -> CheckoutFact:
        """Return a session as it is now."""
        return reading.checkout_fact(
            self._asked(lambda: self._client.v1.checkout.sessions.retrieve(session_id, {"expand": _EXPANDED}))
        )

    def read(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Return a notification: signed by Stripe, stamped within five minutes of now, of our mode and our own account."""
        header = headers.get("Stripe-Signature", "")
        try:
            stripe.WebhookSignature.verify_header(body, header, self.terms.webhook_secret)
            stamp = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
            event = json.loads(body)
            event_id, kind, object_ref = event["id"], event["type"], event["data"]["object"].get("id")
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
            raise NotGenuine from error
        # the library accepts stamps of the future, and would ask the machine's clock instead of ours
        if abs(clock.now().timestamp() - stamp) > TOLERANCE_SECONDS:
            raise NotGenuine
        if event.get("object") != "event" or event.get("livemode") is not self.terms.is_live or event.get("account"):
            raise NotGenuine
        about = reading.ABOUT.get(str(kind), About.NOTHING)
        if not isinstance(event_id, str) or not 0 < len(event_id) <= 120 or (about is not About.NOTHING and not object_ref):
            raise NotGenuine
        return Notice(event_id=event_id, kind=str(kind)[:60], about=about, object_ref=str(object_ref or "")[:120])

    def look_up(self, notice: Notice) -> Sequence[Fact]:
        """Return the object of a notification as it is now."""
        v1, ref = self._client.v1, notice.object_ref
        if notice.about is About.CHECKOUT:
            return (self.checkout(ref),)
        if notice.about is About.REFUND:
            return (reading.refund_fact(self._asked(lambda: v1.refunds.retrieve(ref))),)
        if notice.about is About.CHARGE:
            listed = self._asked(lambda: v1.refunds.list({"charge": ref, "limit": _PAGE}))
            return tuple(reading.refund_fact(each) for each in listed["data"])
        if notice.about is About.DISPUTE:
            dispute = reading.dispute_fact(self._asked(lambda: v1.disputes.retrieve(ref)))
            return (*self._checkouts_of(dispute.payment_ref), dispute)
        if notice.about is About.PAYOUT:
            return (reading.payout_fact(self._asked(lambda: v1.payouts.retrieve(ref))),)
        return ()

    def refund(self, *, key: str, payment_ref: str, amount_minor: int) -> Outcome:
        """Ask for money to go back under a key; where Stripe fails over it, look whether it was begun all the same."""
        wish: Any = {"payment_intent": payment_ref, "amount": amount_minor, "metadata": {reading.REFUND_KEY: key}}
        try:
            return reading.refund_outcome(self._asked(lambda: self._client.v1.refunds.create(wish, {"idempotency_key": key})))
        except GatewayRefused as no:
            return Outcome(AttemptState.FAILED, key, no.code)
        except GatewaySilent:
            return self._begun(key, payment_ref)

    def refund_state(self, refund_ref: str) -> Outcome:
        """Return what became of a refund that was on its way."""
        try:
            return reading.refund_outcome(self._asked(lambda: self._client.v1.refunds.retrieve(refund_ref)))
        except (GatewayRefused, GatewaySilent):
            return Outcome(AttemptState.UNKNOWN, refund_ref)

    def refundable_until(self, method: str, paid_at: dt.datetime) -> dt.datetime | None:
        """Return until when a payment can go back by machine; of a method we did not name, as of a card."""
        return paid_at + REFUND_WINDOWS.get(method, REFUND_WINDOWS["card"])

    def movements(self, *, since: dt.datetime, until: dt.datetime) -> Iterator[Movement]:
        """Yield the balance transactions of a time, the oldest first."""
        created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        yield from self._lines_of_balance({"created": created})

    def movements_of(self, payout_ref: str) -> Iterator[Movement]:
        """Yield the balance transactions that a payout handed over, the oldest first."""
        yield from self._lines_of_balance({"payout": payout_ref}, payout_ref)

    def _checkouts_of(self, payment_ref: str) -> Iterator[CheckoutFact]:
        """Yield the session behind a payment: a dispute may be told of before the payment is."""
        wish: Any = {"payment_intent": payment_ref, "limit": 1, "expand": [f"data.{path}" for path in _EXPANDED]}
        listed = self._asked(lambda: self._client.v1.checkout.sessions.list(wish))
        yield from (reading.checkout_fact(each) for each in listed["data"])

    def _lines_of_balance(self, wish: dict[str, Any], payout_ref: str = "") -> Iterator[Movement]:
        """Yield them in Stripe's order turned round. One question for each hundred."""
        found: list[Any] = []
        more: dict[str, Any] = {}
        while True:
            asked: Any = {**wish, **more, "limit": _PAGE, "expand": ["data.source"]}
            listed = self._asked(lambda asked=asked: self._client.v1.balance_transactions.list(asked))  # type: ignore[misc]
            found += listed["data"]
            if not listed.get("has_more"):
                break
            more = {"starting_after": listed["data"][-1]["id"]}
        yield from (reading.movement(line, self.terms, payout_ref) for line in reversed(found))

    def _begun(self, key: str, payment_ref: str) -> Outcome:
        """Return the refund that stands under our key at a payment, or that nobody knows: Stripe repeats its own failures."""
        wish: Any = {"payment_intent": payment_ref, "limit": _PAGE}
        try:
            listed = self._asked(lambda: self._client.v1.refunds.list(wish))
        except (GatewayRefused, GatewaySilent):
            return Outcome(AttemptState.UNKNOWN, key)
        ours = (each for each in listed["data"] if reading.refund_fact(each).key == key)
        found = next(ours, None)
        return Outcome(AttemptState.UNKNOWN, key) if found is None else reading.refund_outcome(found)

    def _asked(self, question: Callable[[], Any]) -> dict[str, Any]:
        """Return the answer to a question as a plain dict.

        Raises:
            GatewayRefused: Stripe understood and said no.
            GatewaySilent: it did not answer, answered that it failed, or would not know us: not a word about the question.
        """
        try:
            answer: dict[str, Any] = question().to_dict()
        except (stripe.InvalidRequestError, stripe.CardError) as no:
            raise GatewayRefused(str(no.code or "invalid_request")[:60]) from no
        except stripe.IdempotencyError as no:
            if no.http_status == 409:
                raise GatewaySilent("the same question is being answered") from no
            raise GatewayRefused("idempotency") from no
        except stripe.StripeError as error:
            # the words of an error may hold what was asked; its kind and number are enough to look it up
            log.warning("stripe", error=type(error).__name__, status=error.http_status, request=error.request_id)
            raise GatewaySilent(type(error).__name__, is_stuck=(error.http_status or 0) >= 500) from error
        return answer


def _lines(wish: CheckoutWish) -> Iterator[SessionCreateParamsLineItem]:
    """Yield the lines so that they sum to the price exactly, by largest remainder; what a quantity does not divide is one."""
    parts = allocate(wish.price.amount_minor, [line.amount_fen for line in wish.lines])
    for line, amount_minor in zip(wish.lines, parts, strict=True):
        each, rest = divmod(amount_minor, line.quantity)
        is_even = not rest
        title = line.title[:_MOST_TITLE]
        yield {
            "quantity": line.quantity if is_even else 1,
            "price_data": {
                "currency": wish.price.currency,
                "unit_amount": each if is_even else amount_minor,
                "product_data": {"name": title if is_even or line.quantity == 1 else f"{title} × {line.quantity}"},
            },
        }
