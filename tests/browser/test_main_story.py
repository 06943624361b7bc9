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
from tests.stories.truths import breaches

pytestmark = pytest.mark.browser

COUNTY, REGISTER = "360321", "tests/reference/register_sample.xlsx"
START = dt.datetime(2026, 11, 3, 1, 30, tzinfo=dt.UTC)
MONTH = "2026-11"
PIECES, BACK = 4, 1


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
        with self.app.app_context():
            engine = db.engine
        with clock.stopped_at(self.moving.at):
            for sweep in self.app.extensions["sweeps"]:
                sweep.perform(engine)


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
    page.get_by_text("已交给村里").or_(page.get_by_text("村里")).first.wait_for()


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


def shown_fen(page, label):
    """Return the fen that a list of sums shows for a label."""
    found = page.locator(f"dl div:has(dt:text-is('{label}')) dd").first
    return fen(re.search(r"[−-]?¥[\d,.]+", found.inner_text())[0])


def look_at_figures(fair, household, order_ref, expected):
    """Statement and county report show the same fen, and the county's figure opens the order line within three clicks."""
    farmer = fair.phone("种粮人")
    farmer.goto(f"/desk/money/{MONTH}")
    statement = farmer.locator("main").inner_text()
    assert grouped(expected["net"]) in statement, statement
    assert order_ref in statement
    official = fair.phone("陈志远")
    for code in (COUNTY, household.village_code[:9], household.village_code):
        official.goto(f"/office/reports/areas/{code}?period={MONTH}")
        words = official.locator("main").inner_text()
        for figure in expected.values():
            assert grouped(figure) in words, (code, figure)
    official.goto(f"/office/reports/areas/{COUNTY}?period={MONTH}")
    official.locator("a[href*='/office/reports/lines?'][href*='kind=gross']").first.click()
    official.wait_for_load_state()
    assert grouped(expected["gross"]) in official.locator("main").inner_text()
    official.locator("main table a[href*='/office/reports/lines/']").first.click()
    official.wait_for_load_state()
    line = official.locator("main").inner_text()
    assert order_ref in line
    assert grouped(expected["net"]) in line


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
    net = gross - share(gross, 500) - gateway
    look_at_figures(fair, household, order.ref, {"gross": gross, "net": net})
    complain(fair, number, order.ref)
    back = order.lines[0].price_fen * BACK
    kept = gross - back
    net = kept - share(kept, 500) - gateway
    look_at_figures(fair, household, order.ref, {"gross": gross, "refunds": back, "net": net})
    assert fair.read(breaches) == {}
