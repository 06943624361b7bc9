"""A sack of rice survives a dead connection: listed without reception it reaches the village, once, whatever happens."""

import io
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.products import queries, rules
from marketplace.products.models import Offer
from marketplace.web.db import db
from tests.browser.conftest import come_under_worker, copy_of, sign_in, until, visit

pytestmark = pytest.mark.browser

SIDE = 1280
AT_ONCE = "/desk/offers/at-once"
ITEMS = (
    "async () => (await Outbox.all()).map(i => "
    "({key: i.key, half: !!i.half, fields: i.fields, sizes: i.photos.map(p => p.bytes.byteLength)}))"
)
KEPT = "async () => { const c = await caches.open('desk-pages'); return (await c.keys()).map(r => new URL(r.url).pathname) }"


@pytest.fixture(scope="module")
def ground(scratch, small_county):
    return copy_of(small_county, scratch)


@pytest.fixture(scope="module")
def county(small_county):
    """The phones and passwords of its people."""
    return small_county.people


@pytest.fixture(scope="module")
def photo():
    """A photograph larger than the phone should send: grain does not compress."""
    picture = Image.frombytes("RGB", (2000, 1500), os.urandom(2000 * 1500 * 3))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=60)
    return {"name": "rice.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


@pytest.fixture
def phone(site, browser, county):
    """A farmer's phone, signed in, whose worker has kept what it keeps."""
    page = visit(browser, site)
    page.goto("/?lang=zh")
    sign_in(page, county["farmer"])
    open_desk(page)
    yield page
    page.context.close()


def open_desk(page):
    page.goto("/desk/")
    until(page, "async () => !!(await (await caches.open('desk-pages')).match('/desk/offers/at-once', {ignoreVary: true}))")
    come_under_worker(page)


def offers(site):
    """Return every offer by key, oldest first."""
    with site.app.app_context():
        engine = db.engine
    with Session(engine) as session:
        return list(session.scalars(select(Offer).order_by(Offer.id)))


def list_rice(page, photo, packs="50"):
    """Fill in the page that needs no reception, and press the button."""
    page.locator("input[type=file]").nth(1).set_input_files(photo)
    page.locator("input[name=variety]").first.check(force=True)
    page.locator(f"input[name=stock][value='{packs}']").check(force=True)
    page.locator("button[form=at-once]").click()
    page.wait_for_selector("#outbox-title", state="visible")


def wait_until_sent(page):
    until(page, "async () => (await Outbox.all()).length === 0")


def test_rice_listed_without_reception_waits_at_the_village_once_reception_returns(site, browser, county, phone, photo):
    before = offers(site)
    phone.context.set_offline(True)
    # the desk is still there, and selling is one tap away: the page comes out of the phone
    phone.click(".desktile-1")
    phone.wait_for_selector("form#at-once")
    assert phone.evaluate("getComputedStyle(document.querySelector('.dock .btn')).minHeight") == "60px"
    list_rice(phone, photo)
    (item,) = phone.evaluate(ITEMS)
    assert item["fields"]["stock"] == "50"
    assert item["sizes"][0] < len(photo["buffer"]), "the photograph was not made smaller on the phone"
    assert "等待发送" in phone.locator("#outbox").inner_text()
    assert [each.id for each in offers(site)] == [each.id for each in before]

    # a phone that was switched off in between still has it
    phone.goto(AT_ONCE)
    phone.wait_for_selector("#outbox li")
    assert "等待发送" in phone.locator("#outbox").inner_text()

    phone.context.set_offline(False)
    wait_until_sent(phone)
    (made,) = [each for each in offers(site) if each.id not in {one.id for one in before}]
    assert (made.state, made.client_key.split("/")[1]) == ("submitted", item["key"])

    phone.goto("/desk/offers")
    assert phone.locator("#outbox").is_hidden()
    official = visit(browser, site)
    official.goto("/?lang=zh")
    sign_in(official, county["village_official"])
    official.goto("/office/offers")
    assert official.locator(f"form[action='/office/offers/{made.ref}/approve']").count() <= 1
    assert official.content().count(f"/office/offers/{made.ref}/approve") == 1
    official.context.close()


def test_what_is_delivered_twice_is_one_offer_and_the_second_changes_nothing(site, phone, photo):
    phone.context.set_offline(True)
    phone.goto(AT_ONCE)
    list_rice(phone, photo)
    # what a phone does whose answer was lost on the way: it still has the listing and sends it again
    phone.evaluate("async () => { window.again = (await Outbox.all())[0] }")
    phone.context.set_offline(False)
    wait_until_sent(phone)
    after_first = offers(site)
    said = phone.evaluate(
        "async () => { again.fields.price = '29'; again.fields.stock = '10'; await Outbox.keep(again); return Outbox.flush() }"
    )
    assert phone.evaluate(ITEMS) == []
    (answer,) = said.values()
    after = offers(site)
    assert [(each.id, each.price_fen, each.state) for each in after] == [
        (each.id, each.price_fen, each.state) for each in after_first
    ]
    assert answer["ref"] == after[-1].ref


def test_a_photograph_taken_when_the_line_dies_goes_over_to_the_page_that_needs_none(site, phone, photo):
    count = len(offers(site))
    phone.goto("/desk/offers/new")
    phone.locator("input[type=file]").nth(1).set_input_files(photo)
    phone.context.set_offline(True)
    phone.click("button[form=photo]")
    phone.wait_for_url("**" + AT_ONCE)
    phone.wait_for_selector(".previews img")
    phone.locator("button[form=at-once]").click()
    phone.wait_for_selector("#outbox li")
    (item,) = phone.evaluate(ITEMS)
    assert not item["half"]
    assert len(item["sizes"]) == 1
    phone.context.set_offline(False)
    wait_until_sent(phone)
    assert len(offers(site)) == count + 1


def test_what_was_chosen_on_the_second_screen_when_the_line_died_finishes_the_same_draft(site, phone, photo):
    phone.goto("/desk/offers/new")
    phone.locator("input[type=file]").nth(1).set_input_files(photo)
    phone.click("button[form=photo]")
    phone.wait_for_url("**/goods")
    draft = offers(site)[-1]
    phone.locator("input[name=stock][value='100']").check(force=True)
    phone.context.set_offline(True)
    phone.click("button[form=goods]")
    phone.wait_for_url("**" + AT_ONCE)
    phone.wait_for_selector("#outbox li")
    assert "等待发送" in phone.locator("#outbox").inner_text()
    phone.context.set_offline(False)
    wait_until_sent(phone)
    made = offers(site)[-1]
    assert (made.id, made.state) == (draft.id, "submitted")
    assert made.price_fen


def test_what_the_server_does_not_take_stays_and_says_why_and_signing_out_leaves_nothing(site, phone, photo):
    count = len(offers(site))
    phone.context.set_offline(True)
    phone.goto(AT_ONCE)
    list_rice(phone, photo)
    assert phone.evaluate(KEPT) == [AT_ONCE]
    # a price that the county has moved its guide away from while the phone was without reception
    phone.evaluate("async () => { const [item] = await Outbox.all(); item.fields.price = '9999'; await Outbox.keep(item) }")
    phone.context.set_offline(False)
    until(phone, "() => document.getElementById('outbox').textContent.includes('没有收下')")
    assert "¥9,999.00" in phone.locator("#outbox li").inner_text()
    assert phone.locator("#outbox li button").first.inner_text() == "对，就是这个价"
    phone.click("form[action='/sign-out'] button")
    until(phone, "() => document.querySelector('[data-outbox-words]').textContent.includes('再按一次')")
    assert "/desk" in phone.url
    with phone.expect_navigation():
        phone.click("form[action='/sign-out'] button")
    assert phone.evaluate("caches.keys()") == []
    assert phone.evaluate("indexedDB.databases().then(all => all.map(one => one.name))") == []
    assert phone.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    assert len(offers(site)) == count


def test_only_the_listing_page_and_its_parts_are_ever_kept(site, phone):
    for path in ("/desk/", "/desk/money", "/desk/offers", "/desk/profile", "/desk/"):
        phone.goto(path)
    kept = phone.evaluate(
        "async () => { const all = []; for (const name of await caches.keys()) "
        "for (const r of await (await caches.open(name)).keys()) all.push(new URL(r.url).pathname); return all }"
    )
    assert AT_ONCE in kept
    assert {path.split("/")[1] for path in kept if path != AT_ONCE} == {"static", "drawn"}
    with site.app.app_context():
        engine = db.engine
    with Session(engine) as session:
        assert session.scalar(select(func.count(Offer.id)))  # the pages above had something to show


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_kept_for_no_reception_is_clean_with_something_waiting_on_it(phone, photo, lang):
    phone.goto(f"{AT_ONCE}?lang={lang}")
    phone.context.set_offline(True)
    list_rice(phone, photo)
    phone.locator("input[name=price]").fill("9999")
    phone.locator("input[name=price]").blur()
    phone.wait_for_selector("[data-sure]", state="visible")
    assert not phone.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    violations = Axe().run(phone).response["violations"]
    assert not [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]


#: What a thumb does, counted over all pages of a tab.
COUNTED = """
for (const [what, kind] of [['taps', 'pointerup'], ['typed', 'beforeinput']]) {
  addEventListener(kind, () => { sessionStorage[what] = +(sessionStorage[what] || 0) + 1 }, true)
}
"""


def counted(page, what):
    return int(page.evaluate(f"() => sessionStorage.{what} || 0"))


def test_listing_takes_three_screens_ten_taps_and_no_keyboard(phone, site, photo):
    phone.add_init_script(COUNTED)
    phone.goto("/desk/")
    phone.tap(".desktiles a >> nth=0")
    phone.wait_for_url("**/desk/offers/new*")
    spoken = [phone.locator("[data-speak]").count()]
    with phone.expect_file_chooser() as chooser:
        phone.tap("label.shot >> nth=1")
    chooser.value.set_files(photo)
    phone.tap(".dock button")
    phone.wait_for_url("**/goods")
    spoken.append(phone.locator("[data-speak]").count())

    # the price that is usual in the village stands there, beside the county's guidance
    goods = phone.url
    with site.app.app_context(), Session(db.engine) as session:
        offer = queries.offer_by_ref(session, goods.split("/")[-2])
        chosen = queries.variety(session, phone.input_value("input[name=variety]"))
        usual = queries.usual_prices(session, [chosen.code], offer.village_code)[chosen.code]
        price_fen = rules.unit_price(usual.fen, chosen.basis_grams(chosen.unit_grams))
    assert phone.input_value("input[name=price]") == f"{price_fen / 100:g}"
    hint = phone.locator("#goods").inner_text()
    assert "县里参考价" in hint
    assert "一般是" in hint

    for choice in ("input[name=stock] >> nth=2", "input[name=harvest] >> nth=0"):
        phone.locator(choice).locator("xpath=..").tap()
    phone.tap(".dock button")
    phone.wait_for_url("**/check")
    spoken.append(phone.locator("[data-speak]").count())

    # outside the guidance it asks, and goes on when it is told that the price is right; this is beside the count
    so_far = {what: counted(phone, what) for what in ("taps", "typed")}
    phone.goto(goods)
    phone.fill("input[name=price]", "9999")
    phone.click(".dock button")
    phone.wait_for_selector("input[name=sure]")
    phone.check("input[name=sure]", force=True)
    phone.click(".dock button")
    phone.wait_for_url("**/check")
    assert counted(phone, "typed") > so_far["typed"], "what is typed is counted"
    phone.evaluate("counts => Object.assign(sessionStorage, counts)", so_far)

    phone.tap(".dock button")
    phone.wait_for_url("**new=1*")
    assert spoken == [1, 1, 1]
    assert 7 <= counted(phone, "taps") <= 10
    assert counted(phone, "typed") == 0
