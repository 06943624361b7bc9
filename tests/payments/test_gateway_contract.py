"""The same questions to every way to pay that is registered; a new one answers them by adding itself to `WAYS`.

Which capability it has is its own affair; what a capability promises is not (docs/decisions/0016).
"""

import contextlib
import dataclasses
import datetime as dt
import json
from types import SimpleNamespace

import pytest

from marketplace.kernel import clock
from marketplace.payments.gateways import FACTORIES, BadSetting, Configured, HostedGateway, Refunding, Reporting, gateways_for
from marketplace.payments.gateways import vouched_for as vouched
from marketplace.payments.gateways.protocol import (
    CheckoutWish,
    GatewayRefused,
    GatewaySilent,
    Movement,
    NotGenuine,
    Stage,
)
from marketplace.payments.values import HOLDER_WORDS, AttemptState, DueLine, Holder
from tests.payments import stripe_facts
from tests.payments.stripe_stub.server import FAILS_BEFORE, LOST_AFTER, LOST_BEFORE, running


class Plain:
    """A way to pay with nothing outside."""

    def __init__(self, name):
        self.gateway = gateways_for(is_production=False).get(name)


class AtStripe:
    """Stripe's gateway on a Stripe of our own, and what a buyer and the service do there."""

    def __init__(self, stub):
        self.stub = stub
        words = Configured(stub.words(agreement="2026-017"), is_production=False)
        self.gateway = gateways_for(is_production=False, configured=words).get("stripe")

    def pays(self, session_id):
        return self.stub.book.pay(session_id)

    def sends(self, event, **signing):
        return self.stub.signed(event, at=clock.now().timestamp(), **signing)

    def loses(self, path, how):
        self.stub.hurt({"checkout": "/v1/checkout/sessions", "refund": "/v1/refunds"}[path], how)


WAYS = ("offline", "sandbox", *FACTORIES)


def those(capability):
    """Return the ways to pay that can do something."""
    return [name for name in WAYS if isinstance(stripe_facts.WAYS.get(name), capability)]


@contextlib.contextmanager
def opened(name):
    if name != "stripe":
        yield Plain(name)
        return
    with running() as stub:
        yield AtStripe(stub)


@pytest.fixture(params=WAYS)
def way(request):
    with opened(request.param) as way:
        yield way


@pytest.fixture(params=those(HostedGateway))
def hosted(request):
    with opened(request.param) as way:
        yield way


@pytest.fixture(params=those(Refunding))
def refunding(request):
    with opened(request.param) as way:
        yield way


@pytest.fixture(params=those(Reporting))
def reporting(request):
    with opened(request.param) as way:
        yield way


def wish(gateway, key="k-1", **facts):
    lines = (DueLine("莲子", 3, 10_000), DueLine("运费", 1, 1_201))
    given = {
        "key": key, "due_ref": "LAAAAAAAA", "intent_ref": "YAAAAAAAA", "lines": lines, "locale": "zh",
        "price": gateway.price(11_201),
        "success_url": "https://fair.example/a", "cancel_url": "https://fair.example/b",
        "expires_at": (clock.now() + gateway.session_life).replace(microsecond=0),
    } | facts  # fmt: skip
    return CheckoutWish(**given)


def paid(way):
    """Return the checkout of a payment that went through."""
    visit = way.gateway.open(wish(way.gateway))
    way.pays(visit.session_id)
    return way.gateway.checkout(visit.session_id)


def test_every_service_that_can_be_registered_is_asked_here(way):
    assert way.gateway.view.name in WAYS
    assert set(FACTORIES) <= set(WAYS)
    assert all(make(Configured({}, is_production=False)) is None for make in FACTORIES.values())  # no key, no obstacle


def test_it_says_its_terms_and_who_holds_the_money(way):
    view = way.gateway.view
    assert view.label
    assert view.explained
    assert view.who_holds in HOLDER_WORDS
    assert 0 <= view.fee_bp < 1_000
    assert view.hold > dt.timedelta()
    assert (view.who_holds is Holder.SERVICE) == isinstance(way.gateway, Reporting)  # who holds money tells its balance


def test_production_takes_it_only_with_an_agreement_where_a_service_holds_the_money(way):
    view = way.gateway.view
    assert vouched(way.gateway, is_production=False) is way.gateway
    if view.who_holds is not Holder.SERVICE:
        assert vouched(way.gateway, is_production=True) is way.gateway
        return
    assert vouched(way.gateway, is_production=True).view.agreement == "2026-017"
    without = SimpleNamespace(view=dataclasses.replace(view, agreement=""))
    with pytest.raises(BadSetting, match="AGREEMENT"):
        vouched(without, is_production=True)


def test_a_page_asks_for_the_price_to_the_smallest_unit_and_is_the_same_under_the_same_key(hosted):
    gateway = hosted.gateway
    first, again = gateway.open(wish(gateway)), gateway.open(wish(gateway))
    assert first == again
    assert (first.stage, first.key, first.captured_minor) == (Stage.OPEN, "k-1", 0)
    assert (first.currency, first.amount_minor) == (gateway.price(11_201).currency, gateway.price(11_201).amount_minor)
    assert first.url.startswith("https://")
    assert gateway.open(wish(gateway, key="k-2")).session_id != first.session_id
    with pytest.raises(GatewayRefused):
        gateway.open(wish(gateway, due_ref="LBBBBBBBB"))


@pytest.mark.parametrize("how", [LOST_BEFORE, LOST_AFTER])
def test_an_answer_that_was_lost_is_found_by_asking_again(hosted, how):
    hosted.loses("checkout", how)
    with pytest.raises(GatewaySilent):
        hosted.gateway.open(wish(hosted.gateway))
    assert hosted.gateway.open(wish(hosted.gateway)).stage is Stage.OPEN


def test_what_is_paid_is_told_with_its_name_and_sum(hosted):
    found = paid(hosted)
    assert (found.stage, found.captured_minor) == (Stage.PAID, found.amount_minor)
    assert found.payment_ref
    assert found.method


def test_an_ended_page_takes_no_money_and_ending_it_twice_is_no_error(hosted):
    visit = hosted.gateway.open(wish(hosted.gateway))
    assert [hosted.gateway.expire(visit.session_id).stage for _ in range(2)] == [Stage.EXPIRED, Stage.EXPIRED]
    paid_one = paid_again(hosted)
    assert hosted.gateway.expire(paid_one).stage is Stage.PAID  # what was paid meanwhile stays paid


def paid_again(way):
    visit = way.gateway.open(wish(way.gateway, key="k-9"))
    way.pays(visit.session_id)
    return visit.session_id


def test_a_notification_is_proved_and_its_object_looked_up(hosted):
    visit = hosted.gateway.open(wish(hosted.gateway))
    event = hosted.pays(visit.session_id)
    notice = hosted.gateway.read(*hosted.sends(event))
    assert notice.event_id
    (fact,) = hosted.gateway.look_up(notice)
    assert (fact.session_id, fact.stage) == (visit.session_id, Stage.PAID)
    body, headers = hosted.sends(event)
    for wrong in (
        (body + b" ", headers),
        (body, {}),
        hosted.sends(event, secret="whsec_of_somebody_else"),
        (json.dumps({}).encode(), headers),
    ):
        with pytest.raises(NotGenuine):
            hosted.gateway.read(*wrong)
    for span in (dt.timedelta(seconds=301), -dt.timedelta(seconds=301)):
        with clock.stopped_at(clock.now() + span), pytest.raises(NotGenuine):
            hosted.gateway.read(body, headers)


def test_money_goes_back_once_under_a_key_and_never_more_than_came(refunding):
    way = refunding
    payment = paid(way).payment_ref if isinstance(way.gateway, HostedGateway) else ""

    def refund(key, amount):
        return way.gateway.refund(key=key, payment_ref=payment, amount_minor=amount)

    first, again = refund("r-1", 1_000), refund("r-1", 1_000)
    assert first == again
    assert first.state is AttemptState.SUCCEEDED
    assert way.gateway.refund_state(first.event_id).state is AttemptState.SUCCEEDED
    if payment:
        assert refund("r-2", 10_202).state is AttemptState.FAILED
        assert refund("r-3", 10_201).state is AttemptState.SUCCEEDED
        for how in (FAILS_BEFORE, LOST_BEFORE):
            way.loses("refund", how)
            assert refund("r-4", 1).state is AttemptState.UNKNOWN
        until = way.gateway.refundable_until("alipay", clock.now())
        assert dt.timedelta(days=89) < until - clock.now() <= dt.timedelta(days=90)


def test_who_holds_money_tells_its_balance_line_by_line(reporting):
    way = reporting
    found = paid(way)
    way.gateway.refund(key="r-1", payment_ref=found.payment_ref, amount_minor=500)
    hour = dt.timedelta(hours=1)
    lines = list(way.gateway.movements(since=clock.now() - hour, until=clock.now() + hour))
    assert all(isinstance(line, Movement) and line.net_minor == line.gross_minor - line.fee_minor for line in lines)
    assert [(line.kind, line.gross_minor) for line in lines] == [("charge", found.amount_minor), ("refund", -500)]
    assert [line.payment_ref for line in lines] == [found.payment_ref] * 2
    assert [line.key for line in lines] == ["k-1", "r-1"]
    assert len({line.id for line in lines}) == 2
