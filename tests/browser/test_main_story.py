"""The main job in a real browser at phone size: register, listing, approval, purchase, two officials, parcel, statement, report.

The site runs in this process, so that its clock can be moved on: the week after delivery passes between two pages.
"""

import datetime as dt
import io
import re
import threading
import uuid

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from marketplace.accounts import services as accounts
from marketplace.app import create_app
from marketplace.farmers import queries as farmers_queries
from marketplace.farmers import services as farmers
from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction
from marketplace.kernel.money import grouped, share
from marketplace.orders import queries as orders
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.browser.conftest import PHONE
from tests.cast import PASSWORD, password_hash
from tests.reports.reading import fen
from tests.truths import breaches

pytestmark = pytest.mark.browser

COUNTY, REGISTER = "360321", "tests/reference/register_sample.xlsx"
START = dt.datetime(2026, 11, 3, 1, 30, tzinfo=dt.UTC)
MONTH = "2026-11"
PIECES, BACK = 4, 1
FIGURES = ("refunds", "fees", "net", "earned", "paid", "gross")
#: What the farmer's month and the officials' pages call each figure.
STATEMENT = {
    "gross": "卖出", "refunds": "退款", "fees": "手续费", "costs": "您的成本", "net": "您净得", "earned": "已归您",
    "paid": "已付到您的银行卡",
}  # fmt: skip
REPORT = {
    "gross": "销售额", "refunds": "退款", "fees": "手续费", "costs": "申报成本", "net": "净额", "earned": "已实现",
    "paid": "已到账",
}  # fmt: skip


class MovingClock:
    """A WSGI application under a clock that the test moves."""

    def __init__(self, application, at):
        self.application, self.at = application, at

    def __call__(self, environ, start_response):
        with clock.stopped_at(self.at):
            return self.application(environ, start_response)


class Fair:
    """The site, its people, and their phones."""

    def __init__(self, app, browser, address, moving):
        self.app, self.browser, self.address, self.moving = app, browser, address, moving
        self.people, self.phones = {}, {}

    def write(self, verb):
        with self.app.app_context():
            engine = db.engine
        with clock.stopped_at(self.moving.at):
            return in_transaction(engine, verb)

    def read(self, question):
        with self.app.app_context():
            engine = db.engine
        with Session(engine) as session, clock.stopped_at(self.moving.at):
            return question(session)

    def run(self, *words):
        with clock.stopped_at(self.moving.at):
            answer = self.app.test_cli_runner().invoke(args=list(words))
        assert answer.exit_code == 0, answer.output
        return answer.output

    def person(self, name, role=None, area=None):
        """Open an account; remember its number."""
        phone = f"139000010{len(self.people):02d}"

        def open_account(session):
            user = accounts.create_user(session, name=name, phone=phone, password_hash=password_hash())
            if role:
                accounts.grant_role(session, user_id=user.id, role=role, area_code=area, by=None)
            return user.id

        self.people[name] = (self.write(open_account), phone)
        return self.people[name][0]

    def phone(self, name=None):
        """Return the phone of a person, signed in; or a guest's."""
        if name not in self.phones:
            context = self.browser.new_context(base_url=self.address, locale="zh-CN", **PHONE)
            page = context.new_page()
            page.set_default_timeout(15_000)
            if name is not None:
                page.goto("/sign-in")
                page.fill("input[name=phone]", self.people[name][1])
                page.fill("input[name=password]", PASSWORD)
                page.press("input[name=password]", "Enter")
                page.wait_for_url(lambda address: "/sign-in" not in address)
            self.phones[name] = page
        return self.phones[name]

    def later(self, **span):
        """Move the clock on, past everybody's sign-in, and let the worker do what is due."""
        self.moving.at += dt.timedelta(**span)
        for name in [name for name in self.phones if name is not None]:
            self.phones.pop(name).context.close()
        with self.app.app_context(), clock.stopped_at(self.moving.at):
            for sweep in self.app.extensions["sweeps"]:
                sweep.perform(db.engine)


@pytest.fixture
def fair(browser, scratch):
    folder = scratch / ("story-" + uuid.uuid4().hex[:8])
    folder.mkdir()
    environ = {
        "LOTUSFAIR_MODE": "test",
        "LOTUSFAIR_DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'story.db'}",
        "LOTUSFAIR_SECRET_KEY": "for tests alone, never for people",
        "LOTUSFAIR_SEAL_KEY": "for tests alone, never for people",
    }
    app = create_app(Settings.from_environment(environ))
    moving = MovingClock(app, START)
    server = make_server("127.0.0.1", 0, moving, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made = Fair(app, browser, f"http://127.0.0.1:{server.server_port}", moving)
    yield made
    for page in made.phones.values():
        page.context.close()
    server.shutdown()
    thread.join(20)
    server.server_close()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def photograph():
    held = io.BytesIO()
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(held, "JPEG", quality=85)
    return {"name": "rice.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


def prepare(fair):
    """Migrate, import the register in the names of two officials, and match the farmer in person."""
    fair.run("init")
    fair.person("陈志远", "county_official", COUNTY)
    fair.person("罗晓梅", "county_official", COUNTY)
    said = fair.run("register", "import", REGISTER, "--by", fair.people["陈志远"][1], "--accepted-by", fair.people["罗晓梅"][1])
    assert "New households: 60" in said
    number = min(fair.read(farmers_queries.register_households))
    household = fair.read(lambda session: farmers_queries.household_by_register_number(session, number))
    fair.person("朱秋生", "village_official", household.village_code)
    fair.person("刘建平", "township_official", household.village_code[:9])
    fair.person("种粮人")
    farmer, official = fair.people["种粮人"][0], fair.people["朱秋生"][0]

    def match(session):
        farmers.match_user_to_household(session, household_id=household.id, user_id=farmer, by=official)
        seller = farmers.apply_to_sell(session, household_id=household.id, display_name="井屋人家", by=farmer)
        farmers.approve_seller(session, seller_id=seller.id, by=official)

    fair.write(match)
    return household


def list_rice(fair):
    """Three screens and not a key pressed."""
    page = fair.phone("种粮人")
    page.goto("/desk/")
    page.click(".desktile-1")
    page.locator("input[type=file]").nth(1).set_input_files(photograph())
    page.click("button[form=photo]")
    page.locator(".pick a.tile", has_text="米").first.click()
    page.locator("input[name=stock][value='50']").check(force=True)
    page.click("button[form=goods]")
    page.click("button[form=sell]")
    page.wait_for_url(re.compile(r"/desk/offers/\w+\?new=1$"))
    assert {state for (state,) in fair.read(lambda session: session.execute(text("SELECT state FROM offers")).all())} == {
        "submitted"
    }


def approve(fair):
    page = fair.phone("朱秋生")
    page.goto("/office/offers")
    page.get_by_role("button", name=re.compile("同意|批准|通过")).first.click()
    page.wait_for_load_state()


def buy(fair):
    """A guest: product, basket, address, payment. Returns the purchase's number."""
    page = fair.phone()
    page.goto("/products/")
    page.locator(".product a").first.click()
    page.fill("input[name=quantity]", str(PIECES))
    page.locator(".dock button").click()
    page.wait_for_url("**/cart")
    page.locator(".dock a.btn").click()
    page.fill("textarea[name=address_text]", "收货人：王雨 手机 139-0000-0011 上海市浦东新区世纪大道1号")
    page.locator("button[name=action]").click()
    expect(page.locator("input[name=phone]")).to_have_value("13900000011")
    page.locator(".dock button").click()
    page.wait_for_load_state()
    if "/checkout" in page.url:  # freight is known now; the sum is looked at once more
        page.locator(".dock button").click()
    page.wait_for_url("**/pay/*")
    number = page.url.rsplit("/", 1)[1]
    page.locator("form:has(input[value=offline]) button").click()
    page.wait_for_load_state()
    assert number in page.content()
    return number


def see_money(fair, number, total):
    """One official records, another confirms."""
    first, second = fair.phone("陈志远"), fair.phone("罗晓梅")
    first.goto(f"/office/payments/{number}")
    first.fill("input[name=amount]", f"{total / 100:.2f}")
    first.fill("input[name=bank_ref]", "ICBC-000001")
    first.locator("main form button.btn").last.click()
    first.wait_for_url("**/office/payments")
    assert first.locator("form[action$='/confirm']").count() == 0, "whoever recorded it cannot confirm it"
    second.goto("/office/payments")
    second.locator("form[action$='/confirm'] button").click()
    second.wait_for_load_state()


def send(fair, order_ref):
    farmer = fair.phone("种粮人")
    farmer.goto("/desk/")
    farmer.click("a[href='/desk/orders']")
    farmer.locator(".buyline a").first.click()
    for _step in range(3):
        farmer.locator(".dock button").click()
        farmer.wait_for_load_state()
    assert farmer.locator(".dock button").count() == 0
    village = fair.phone("朱秋生")
    village.goto(f"/office/orders/{order_ref}")
    village.fill("input[name=carrier]", "顺丰")
    village.fill("input[name=tracking_no]", "SF0000001")
    village.locator("form[action$='/ship'] button").click()
    village.wait_for_load_state()
    village.locator("form[action$='/deliver'] button").click()
    village.wait_for_load_state()


def sums_on(page):
    """Return the sums that a page's lists show, in fen by label; the first of a label counts. Signs are left out."""
    pairs = page.eval_on_selector_all(
        "main dl > div",
        "all => all.map(e => [e.querySelector('dt')?.textContent ?? '', e.querySelector('dd')?.textContent ?? ''])",
    )
    found = {}
    for label, words in pairs:
        if money := re.search(r"¥[\d,]+\.\d\d", words):
            found.setdefault(label.strip(), fen(money[0]))
    return found


def look_at_figures(fair, household, order_ref, expected):
    """Statement, county report, order line and record show the same fen; the county's figure opens the line in three clicks."""
    farmer = fair.phone("种粮人")
    farmer.goto(f"/desk/money/{MONTH}")
    assert order_ref in farmer.locator("main").inner_text()
    statement = sums_on(farmer)
    shown = {name: statement.get(label, 0) for name, label in STATEMENT.items()}
    assert shown == expected
    official = fair.phone("陈志远")
    for code in (COUNTY, household.village_code[:9], household.village_code):
        official.goto(f"/office/reports/areas/{code}?period={MONTH}")
        report = sums_on(official)
        assert {name: report.get(label, 0) for name, label in REPORT.items()} == expected, code
        reached = official.locator(".kpi", has_text="惠及建档立卡户").locator(".figure").inner_text()
        assert int(re.sub(r"\D", "", reached)) == 1, code
    for figure in (each for each in FIGURES if expected[each]):
        official.goto(f"/office/reports/areas/{COUNTY}?period={MONTH}")
        official.locator(f"a[href*='/office/reports/lines?'][href*='kind={figure}']").first.click()
        official.wait_for_load_state()
        total = official.locator("dl.money-in .bignum").inner_text()
        assert fen(total.lstrip("−-")) == expected[figure], figure
    official.locator("main table a[href*='/office/reports/lines/']").first.click()
    official.wait_for_load_state()
    assert order_ref in official.locator("main").inner_text()
    line = sums_on(official)
    assert {name: line.get(label, 0) for name, label in REPORT.items()} == expected
    official.goto(f"/office/households/{household.ref}")
    card = official.locator("main").inner_text()
    for figure in ("gross", "fees", "net", "earned", "paid"):
        assert re.search(rf"(?<![\d,])¥?{re.escape(grouped(expected[figure]))}(?!\d)", card), figure


def pay_out(fair, household, fen_due):
    """One official of the county records what the bank sent, another confirms it."""
    first, second = fair.phone("陈志远"), fair.phone("罗晓梅")
    first.goto("/office/payouts")
    first.locator("main table a[href*='/office/payouts/new/']").first.click()
    first.wait_for_load_state()
    first.fill("input[name=amount]", f"{fen_due / 100:.2f}")
    first.fill("input[name=bank_ref]", "ICBC-000009")
    first.locator("main form button.btn").last.click()
    first.wait_for_url("**/office/payouts")
    second.goto("/office/payouts")
    second.locator("form[action$='/confirm'] button").first.click()
    second.wait_for_load_state()


def complain(fair, number, order_ref):
    """The guest asks for one sack's money; village, then two officials of the county, give it back."""
    page = fair.phone()
    page.goto(f"/orders/{number}")
    page.locator("a[href$='/refund']").first.click()
    page.locator("input[name=reason][value=damaged]").check(force=True)
    page.fill("input[name=quantity]", str(BACK))
    page.locator("main form button.btn").last.click()
    page.wait_for_url(f"**/orders/{number}")
    village = fair.phone("朱秋生")
    village.goto("/office/after-sale")
    village.locator("form[action$='/approve'] button").click()
    village.wait_for_load_state()
    first, second = fair.phone("陈志远"), fair.phone("罗晓梅")
    first.goto("/office/refunds")
    first.locator("form[action$='/send'] input[name=bank_ref]").fill("ICBC-000002")
    first.locator("form[action$='/send'] button").click()
    first.wait_for_load_state()
    second.goto("/office/refunds")
    second.locator("form[action$='/confirm'] button").click()
    second.wait_for_load_state()
    page.goto(f"/orders/{number}")
    assert "已退" in page.locator("main").inner_text()


def test_a_households_rice_reaches_its_record_and_the_countys_report(fair):
    household = prepare(fair)
    list_rice(fair)
    approve(fair)
    number = buy(fair)
    purchase = fair.read(lambda session: orders.purchase_by_ref(session, ref=number))
    order = purchase.orders[0]
    see_money(fair, number, purchase.total_fen)
    send(fair, order.ref)
    fair.later(days=8)
    gross = order.lines[0].paid_fen
    gateway = share(purchase.total_fen, 60)
    fees = share(gross, 500) + gateway
    net = gross - fees
    figures = {"gross": gross, "refunds": 0, "fees": fees, "costs": 0, "net": net, "earned": net, "paid": 0}
    look_at_figures(fair, household, order.ref, figures)
    pay_out(fair, household, net)
    fair.later(minutes=1)
    look_at_figures(fair, household, order.ref, figures | {"paid": net})
    complain(fair, number, order.ref)
    fair.later(minutes=1)
    back = order.lines[0].price_fen * BACK
    kept = gross - back
    fees = share(kept, 500) + gateway
    figures |= {"refunds": back, "fees": fees, "net": kept - fees, "earned": kept - fees, "paid": net}
    look_at_figures(fair, household, order.ref, figures)
    assert fair.read(breaches) == {}
