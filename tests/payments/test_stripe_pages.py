"""The site at Stripe as people and Stripe meet it: choosing, coming back, notifications; and what a deployment may configure."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from marketplace.app import create_app
from marketplace.kernel import clock
from marketplace.messages.models import Message
from marketplace.orders import queries as orders
from marketplace.payments import services
from marketplace.payments.jobs import sweeps_for
from marketplace.payments.models import PaymentCheckout, PaymentNotification
from marketplace.payments.queries import hosted
from marketplace.web.config import Settings, UnsafeConfiguration
from tests.conftest import environment_of
from tests.orders.sales import fair, place
from tests.payments.stripe_stub.server import FAILS_BEFORE, LOST_AFTER

WEBHOOK = "/payments/stripe/webhook"


@pytest.fixture
def shop(app, stub, ways, writing):
    """The application on a Stripe of our own, with goods on sale."""
    app.extensions["gateways"] = ways
    return fair(writing)


@pytest.fixture
def bought(app, client, writing, shop):
    """A purchase that this browser knows."""
    purchase = place(writing, [(shop.seed, 2)], sealer=app.extensions["sealer"])
    writing.commit()
    with client.session_transaction() as cookie:
        cookie["orders"] = [purchase.ref]
    return purchase


def choose(client, ref, gateway="stripe"):
    return client.post(f"/pay/{ref}", data={"gateway": gateway})


def visit_of(writing, ref):
    writing.commit()
    writing.expire_all()
    return hosted.checkouts_of(writing, due_ref=ref)[-1]


def notify(client, stub, event, **signing):
    body, headers = stub.signed(event, at=clock.now().timestamp(), **signing)
    return client.post(WEBHOOK, data=body, headers={**headers, "Sec-Fetch-Site": "cross-site"})


def test_a_guest_pays_at_stripe_and_the_way_back_only_reports(client, writing, stub, shop, bought):
    page = client.get(f"/pay/{bought.ref}?lang=en").get_data(as_text=True)
    assert "Card, Alipay or WeChat Pay" in page
    assert "A payment service takes the money for the county" in page
    assert choose(client, bought.ref).headers["Location"] == f"/pay/{bought.ref}"
    visit = visit_of(writing, bought.ref)
    page = client.get(f"/pay/{bought.ref}").get_data(as_text=True)
    assert visit.url in page
    assert visit.locale == "en"
    back = client.get(f"/payments/stripe/return/{bought.ref}")
    assert back.status_code == 200
    assert back.headers["Refresh"].startswith("4; url=/payments/stripe/return/")
    assert "Refresh" not in client.get(f"/payments/stripe/return/{bought.ref}?n=20").headers
    event = stub.book.pay(visit.session_id)
    assert client.get(f"/payments/stripe/return/{bought.ref}").status_code == 200  # nothing is fulfilled by coming back
    assert orders.purchase_by_id(writing, purchase_id=bought.id).state == "awaiting_payment"
    assert [notify(client, stub, event).status_code for _ in range(2)] == [200, 200]
    back = client.get(f"/payments/stripe/return/{bought.ref}")
    assert (back.status_code, back.headers["Location"]) == (303, f"/orders/{bought.ref}")
    assert writing.scalars(select(PaymentNotification.outcome)).all() == ["paid"]


def test_money_on_its_way_is_said_and_no_second_page_is_offered(client, writing, stub, shop, bought):
    choose(client, bought.ref)
    notify(client, stub, stub.book.pay(visit_of(writing, bought.ref).session_id, method="alipay", later=True))
    client.get("/?lang=en")
    assert "Your payment is on its way" in client.get(f"/pay/{bought.ref}").get_data(as_text=True)
    assert "Your payment is on its way" in client.get(f"/payments/stripe/return/{bought.ref}").get_data(as_text=True)
    assert choose(client, bought.ref).headers["Location"] == f"/payments/stripe/return/{bought.ref}"
    assert len(stub.book.of_kind("checkout.session")) == 1


def test_another_way_ends_the_page_first_and_a_payment_in_that_moment_is_found(client, writing, stub, shop, bought):
    choose(client, bought.ref)
    first = visit_of(writing, bought.ref)
    assert choose(client, bought.ref, "offline").headers["Location"] == f"/pay/{bought.ref}"
    assert stub.book.get(first.session_id)["status"] == "expired"
    choose(client, bought.ref)
    second = visit_of(writing, bought.ref)
    assert second.session_id != first.session_id
    client.get("/?lang=en")  # the page was opened in Chinese: one in English is opened, once the first takes no more money
    choose(client, bought.ref)
    third = visit_of(writing, bought.ref)
    asked = [(method, path) for method, path, _ in stub.asked if path.startswith("/v1/checkout/sessions")]
    assert asked[-2:] == [("POST", f"/v1/checkout/sessions/{second.session_id}/expire"), ("POST", "/v1/checkout/sessions")]
    stub.book.pay(third.session_id)
    assert choose(client, bought.ref, "offline").headers["Location"] == f"/payments/stripe/return/{bought.ref}"
    assert orders.purchase_by_id(writing, purchase_id=bought.id).state == "paid"


@pytest.mark.parametrize(("how", "words"), [(FAILS_BEFORE, "does not answer"), (LOST_AFTER, "does not answer")])
def test_a_silent_stripe_is_said_in_words_and_the_next_try_succeeds(client, writing, stub, shop, bought, how, words):
    client.get("/?lang=en")
    stub.hurt("/v1/checkout/sessions", how)
    assert words in client.post(f"/pay/{bought.ref}", data={"gateway": "stripe"}, follow_redirects=True).get_data(as_text=True)
    choose(client, bought.ref)
    assert visit_of(writing, bought.ref).state == "open"
    assert len(stub.book.of_kind("checkout.session")) == 1


def test_refused_notifications_say_nothing_and_change_nothing(client, writing, stub, shop, bought):
    choose(client, bought.ref)
    event = stub.book.pay(visit_of(writing, bought.ref).session_id)
    forged = notify(client, stub, event, secret="whsec_of_somebody_else")
    assert (forged.status_code, forged.get_data()) == (400, b"")
    too_long = stub.signed("x" * 300_000)
    assert client.post(WEBHOOK, data=too_long[0], headers=too_long[1]).status_code == 413
    assert client.get(WEBHOOK).status_code == 405
    assert client.post("/payments/offline/webhook", data=b"{}").status_code == 400
    stub.hurt("/v1/checkout/sessions", FAILS_BEFORE)
    assert notify(client, stub, event).status_code == 503  # Stripe sends it again
    assert writing.scalars(select(PaymentNotification.id)).all() == []
    assert notify(client, stub, event).status_code == 200


def test_a_buyer_whose_money_goes_back_reads_it_and_is_told(app, client, writing, stub, ways, shop, bought):
    choose(client, bought.ref)
    event = stub.book.pay(visit_of(writing, bought.ref).session_id)
    other = place(writing, [(shop.seed, 1)])
    services.start_payment(writing, gateways=ways, ref=bought.ref, gateway="sandbox")
    intent = services.start_payment(writing, gateways=ways, ref=bought.ref, gateway="sandbox")
    services.pay_at_trial_till(writing, gateways=ways, intent_id=intent.id, key="t", succeeds=True)
    writing.commit()
    assert notify(client, stub, event).status_code == 200
    client.get("/?lang=en")
    assert "goes back the way it came" in client.get(f"/pay/{bought.ref}").get_data(as_text=True)
    assert client.get(f"/payments/stripe/return/{bought.ref}").headers["Location"] == f"/pay/{bought.ref}"
    for sweep in sweeps_for(app.extensions):
        sweep.perform(writing.get_bind())
    assert "is back" in client.get(f"/pay/{bought.ref}").get_data(as_text=True)
    (message,) = writing.scalars(select(Message)).all()
    sealer = app.extensions["sealer"]
    said = sealer.open(message.body_sealed, f"outbox/{message.ref}/body")
    assert bought.ref in said
    assert re.search("[一-鿿]", said)  # in the language in which the page was opened
    assert other.ref not in said


def test_nobody_else_sees_how_a_payment_stands(client, open_browser, writing, stub, shop, bought):
    choose(client, bought.ref)
    stranger = open_browser()
    assert stranger.get(f"/payments/stripe/return/{bought.ref}").status_code in (303, 404)
    assert visit_of(writing, bought.ref).url not in stranger.get(f"/pay/{quote(bought.ref)}").get_data(as_text=True)


def test_an_open_pages_address_is_forgotten_with_it(client, writing, stub, shop, bought):
    choose(client, bought.ref)
    notify(client, stub, stub.book.pay(visit_of(writing, bought.ref).session_id))
    assert writing.scalars(select(PaymentCheckout.url)).all() == [""]


LIVE = {"LOTUSFAIR_STRIPE_SECRET_KEY": "sk_live_abcdefgh", "LOTUSFAIR_STRIPE_WEBHOOK_SECRET": "whsec_abc"}
SECRETS = {
    "LOTUSFAIR_SECRET_KEY": "kJ8s-Qm2v.Zx71bT0pW4yL9eRc6uHd3a", "LOTUSFAIR_SEAL_KEY": "pW4yL9eRc6uHd3akJ8s-Qm2v.Zx71bT0",
}  # fmt: skip
AGREED = {"LOTUSFAIR_STRIPE_AGREEMENT": "监管协议 2026-017, 2026-10-08", "LOTUSFAIR_PUBLIC_URL": "https://fair.example"}


def started(tmp_path, **words):
    environ = environment_of(tmp_path, f"sqlite:///{tmp_path / 'x.db'}") | words
    return create_app(Settings.from_environment(environ)).extensions["gateways"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"LOTUSFAIR_STRIPE_SECRET_KEY": "pk_test_abc"}, "no secret or restricted key"),
        ({"LOTUSFAIR_STRIPE_SECRET_KEY": "sk_test_abc"}, "WEBHOOK_SECRET is missing"),
        ({"LOTUSFAIR_STRIPE_SECRET_KEY_FILE": "/nowhere/at/all"}, "cannot be read"),
        (LIVE, "in production alone"),
        (
            LIVE | SECRETS | AGREED | {"LOTUSFAIR_MODE": "production", "LOTUSFAIR_STRIPE_AGREEMENT": ""},
            "needs the number and date",
        ),
        (LIVE | SECRETS | AGREED | {"LOTUSFAIR_MODE": "production", "LOTUSFAIR_PUBLIC_URL": ""}, "LOTUSFAIR_PUBLIC_URL"),
        (
            LIVE | SECRETS | AGREED | {"LOTUSFAIR_MODE": "production", "LOTUSFAIR_STRIPE_API_BASE": "http://127.0.0.1:1"},
            "must not be set in production",
        ),
        (
            LIVE | SECRETS | AGREED | {"LOTUSFAIR_MODE": "production", "LOTUSFAIR_STRIPE_SECRET_KEY": "sk_test_abc"},
            "production needs a live key",
        ),
        ({"LOTUSFAIR_STRIPE_METHODS": "card,cash"}, "LOTUSFAIR_STRIPE_METHODS may name"),
        ({"LOTUSFAIR_STRIPE_METHODS": ","}, "LOTUSFAIR_STRIPE_METHODS may name"),
        ({"LOTUSFAIR_STRIPE_CURRENCY": "jpy"}, "must be one of"),
        ({"LOTUSFAIR_STRIPE_CURRENCY": "usd"}, "must say how many USD"),
        ({"LOTUSFAIR_STRIPE_CURRENCY": "usd", "LOTUSFAIR_STRIPE_RATE": "NaN"}, "must say how many USD"),
        ({"LOTUSFAIR_STRIPE_CURRENCY": "usd", "LOTUSFAIR_STRIPE_RATE": "-1"}, "must say how many USD"),
        ({"LOTUSFAIR_STRIPE_RATE": "1"}, "for another currency"),
    ],
)
def test_what_is_configured_unsoundly_stops_the_start(tmp_path, words, said):
    test = {"LOTUSFAIR_STRIPE_SECRET_KEY": "sk_test_abc", "LOTUSFAIR_STRIPE_WEBHOOK_SECRET": "whsec_abc"}
    given = words if any("_SECRET" in name for name in words) else test | words
    with pytest.raises(UnsafeConfiguration, match=re.escape(said)):
        started(tmp_path, **given)


def test_production_takes_a_service_that_holds_money_with_an_agreement_and_none_without_keys(tmp_path):
    offered = started(tmp_path, **LIVE, **SECRETS, **AGREED, LOTUSFAIR_MODE="production").offered
    assert [view.name for view in offered] == ["stripe", "offline"]
    assert offered[0].agreement == AGREED["LOTUSFAIR_STRIPE_AGREEMENT"]
    assert [view.name for view in started(tmp_path).offered] == ["sandbox", "offline"]
    secret = tmp_path / "key"
    secret.write_text("rk_test_abcdef\n")
    found = started(tmp_path, LOTUSFAIR_STRIPE_SECRET_KEY_FILE=str(secret), LOTUSFAIR_STRIPE_WEBHOOK_SECRET="whsec_x").get(
        "stripe"
    )
    assert found.terms.secret_key == "rk_test_abcdef"
    assert "rk_test" not in repr(found.terms)
