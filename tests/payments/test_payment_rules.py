"""The plain rules of payments, exhaustively: what may follow what, and what of a payment goes back by machine."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import Event

from marketplace.kernel import clock
from marketplace.kernel.faults import Fuse
from marketplace.payments import rules
from marketplace.payments.gateways import Configured
from marketplace.payments.gateways.stripe_checkout import StripeGateway
from marketplace.payments.gateways.stripe_reading import ABOUT
from marketplace.payments.gateways.stripe_terms import METHODS, terms_from
from marketplace.payments.values import Bearer, CheckoutState, DisputeState


def test_every_state_of_a_visit_and_a_dispute_says_what_may_follow():
    assert set(rules.CHECKOUT_EDGES) == set(CheckoutState)
    assert set(rules.DISPUTE_EDGES) == set(DisputeState)
    assert all(state not in after for edges in (rules.CHECKOUT_EDGES, rules.DISPUTE_EDGES) for state, after in edges.items())


def test_money_that_was_taken_is_never_taken_back_by_a_state_and_can_be_told_of_from_every_other():
    assert rules.CHECKOUT_EDGES[CheckoutState.COMPLETE] == frozenset()
    others = set(CheckoutState) - {CheckoutState.COMPLETE}
    assert all(CheckoutState.COMPLETE in rules.CHECKOUT_EDGES[state] for state in others)
    assert not any(CheckoutState.OPENING in after for after in rules.CHECKOUT_EDGES.values())


@given(
    paid=st.integers(1, 10**9),
    rate=st.floats(0.001, 100),
    parts=st.lists(st.integers(1, 1000), min_size=1, max_size=8),
)
def test_refunds_of_a_whole_payment_sum_to_what_was_captured_in_any_currency(paid, rate, parts):
    captured = max(1, round(paid * rate))
    whole = sum(parts)
    amounts = [paid * part // whole for part in parts]
    amounts[-1] += paid - sum(amounts)
    before_fen = before_minor = 0
    for amount in amounts:
        minor = rules.refund_minor(
            amount_fen=amount, before_fen=before_fen, before_minor=before_minor, paid_fen=paid, captured_minor=captured
        )
        assert 0 <= minor <= captured - before_minor
        before_fen, before_minor = before_fen + amount, before_minor + minor
    assert before_minor == captured
    assert rules.refund_minor(
        amount_fen=max(1, paid // captured + 1), before_fen=paid, before_minor=captured, paid_fen=paid, captured_minor=captured
    ) == 0  # fmt: skip


def test_a_machine_sends_until_the_moment_and_not_at_it():
    now = clock.now()
    assert rules.is_refundable(until=None, now=now)
    assert rules.is_refundable(until=now + dt.timedelta(microseconds=1), now=now)
    assert not rules.is_refundable(until=now, now=now)


def test_what_was_delivered_the_platform_bears():
    assert [rules.bearer_of(is_delivered=done) for done in (True, False)] == [Bearer.PLATFORM, Bearer.REFUND]


@pytest.mark.parametrize(("currency", "rate"), [("cny", ""), ("usd", "0.1385"), ("hkd", "1.0921")])
def test_a_price_in_another_currency_comes_back_as_its_fen_to_half_a_unit(currency, rate):
    words = {
        "LOTUSFAIR_STRIPE_SECRET_KEY": "sk_test_a", "LOTUSFAIR_STRIPE_WEBHOOK_SECRET": "whsec_a",
        "LOTUSFAIR_STRIPE_CURRENCY": currency, "LOTUSFAIR_STRIPE_RATE": rate,
    }  # fmt: skip
    terms = terms_from(Configured(words, is_production=False))
    for fen in (1, 99, 10_000, 123_456_789):
        back = terms.fen(terms.price(fen).amount_minor)
        assert abs(back - fen) <= (0 if currency == "cny" else 0.5 / float(rate) + 0.5)


def test_every_kind_of_event_that_is_acted_on_is_one_the_library_knows():
    known = set(itertools.chain.from_iterable(each.__args__ for each in [Event.__annotations__["type"]]))
    assert set(ABOUT) <= known


def test_a_fuse_burns_in_tests_alone_at_its_name_and_after_so_many_passings():
    armed = Fuse({"LOTUSFAIR_MODE": "test", "LOTUSFAIR_DIES_AT": "webhook.taken*2"})
    assert [armed.burns(name) for name in ("webhook.taken", "refund.begun", "webhook.taken", "webhook.taken")] == [
        False, False, True, False,
    ]  # fmt: skip
    assert not Fuse({"LOTUSFAIR_MODE": "production", "LOTUSFAIR_DIES_AT": "webhook.taken"}).burns("webhook.taken")
    assert not Fuse({"LOTUSFAIR_MODE": "test"}).burns("")


@pytest.mark.parametrize("methods", [each for count in (1, 2, 3) for each in itertools.combinations(METHODS, count)])
def test_each_choice_of_methods_has_its_words(methods):
    words = {
        "LOTUSFAIR_STRIPE_SECRET_KEY": "sk_test_a", "LOTUSFAIR_STRIPE_WEBHOOK_SECRET": "whsec_a",
        "LOTUSFAIR_STRIPE_METHODS": ", ".join(methods),
    }  # fmt: skip
    gateway = StripeGateway(terms_from(Configured(words, is_production=False)))
    assert ("WeChat Pay" in gateway.view.label) is ("wechat_pay" in methods)
    assert ("Alipay" in gateway.view.label) is ("alipay" in methods)
    assert ("ard" in gateway.view.label) is ("card" in methods)
