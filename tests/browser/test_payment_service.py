"""A buyer at a payment service in a real browser: it is chosen, left for, come back from; money that was too late goes back."""

import time

import pytest
from sqlalchemy.orm import Session

from marketplace.orders import services as orders
from marketplace.payments.queries import hosted
from marketplace.web.db import db
from tests.browser.conftest import visit
from tests.browser.test_every_page import endpoint_of, look, opened
from tests.orders import sales
from tests.payments.money import paid_offline
from tests.payments.stripe_stub.server import running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stripe():
    with running() as stub:
        yield stub


@pytest.fixture(scope="module")
def ground(stripe, ground):
    """An empty county whose site is on a Stripe of our own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in stripe.words().items():
            patch.setenv(name, value)
        yield ground


@pytest.fixture(scope="module")
def market(site):
    with site.app.app_context(), Session(db.engine) as session:
        return sales.fair(session)


def order(page, lang, offer, quantity):
    """Order as a guest; return the number."""
    page.goto(f"/?lang={lang}")
    page.request.post("/cart/add", form={"offer": offer, "quantity": str(quantity)}, headers={"Sec-Fetch-Site": "same-origin"})
    page.goto("/checkout?province=%E6%B1%9F%E8%A5%BF%E7%9C%81")
    for name, value in {"name": "王雨", "phone": "13900000011", "address": "萍乡市莲花县琴亭镇解放路1号"}.items():
        page.fill(f"[name={name}]", value)
    page.locator("button[form=order]").click()
    page.wait_for_url("**/pay/*")
    return page.url.rsplit("/", 1)[1]


def notify(page, stripe, event):
    body, headers = stripe.signed(event)
    assert page.request.post("/payments/stripe/webhook", data=body, headers=headers).status == 200


def session_of(site, ref):
    with site.app.app_context(), Session(db.engine) as session:
        return hosted.checkouts_of(session, due_ref=ref)[-1].session_id


def call_off(site, market, ref, offer):
    """Call the order off, and sell so many of its goods to somebody else that too few are left."""
    with site.app.app_context(), Session(db.engine) as session:
        purchase = sales.queries.purchase_by_ref(session, ref=ref)
        orders.cancel_purchase(session, purchase_id=purchase.id, by=None)
        other = sales.place(session, [(offer, sales.left(session, offer) - 1)])
        paid_offline(session, other, market.village.official, market.second_official)
        session.commit()


@pytest.mark.parametrize(("lang", "what"), [("zh", "rice"), ("en", "seed")])
def test_the_pages_of_a_payment_service_are_light_clean_and_in_one_language(site, browser, stripe, market, lang, what):
    page, complaints = opened(browser, site, lang)
    offer, wrong = getattr(market, what), {}
    ref = order(page, lang, offer, 4)

    def check(path):
        if found := look(page, page.goto(path), endpoint_of(site.app, path), complaints, lang):
            wrong[path] = found

    check(f"/pay/{ref}")
    page.locator("form:has([value=stripe]) button").click()
    page.wait_for_selector("a[href*='checkout.stripe.invalid']")
    check(f"/pay/{ref}")
    check(f"/payments/stripe/return/{ref}?n=20")
    event = stripe.book.pay(session_of(site, ref), method="wechat_pay", later=True)
    notify(page, stripe, event)
    check(f"/payments/stripe/return/{ref}?n=20")
    check(f"/pay/{ref}")
    call_off(site, market, ref, offer)
    notify(page, stripe, stripe.book.settle(session_of(site, ref)))
    page.goto(f"/payments/stripe/return/{ref}")
    assert page.url.endswith(f"/pay/{ref}")
    check(f"/pay/{ref}")
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()


def test_coming_back_the_page_looks_again_by_itself_without_a_script(site, browser, stripe, market):
    page = visit(browser, site, lang="en", java_script_enabled=False)
    ref = order(page, "en", market.tea, 1)
    page.locator("form:has([value=stripe]) button").click()
    page.wait_for_selector("a[href*='checkout.stripe.invalid']")
    page.goto(f"/payments/stripe/return/{ref}")
    notify(page, stripe, stripe.book.pay(session_of(site, ref)))
    began = time.monotonic()
    page.wait_for_url(f"**/orders/{ref}", timeout=15_000)
    assert time.monotonic() - began < 15
    page.context.close()
