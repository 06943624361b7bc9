"""Every page of everybody: within its bytes, clean under axe, in one language, nothing overflowing, no script complaints."""

import gzip
import io
import json
import re
import shutil
import urllib.parse
from dataclasses import astuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from marketplace.app import create_app
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.browser.conftest import copy_of, sign_in, visit
from tests.browser.walking import PEOPLE, Stop, endpoint_of, walk
from tests.conftest import environment_of, once_a_run

pytestmark = pytest.mark.browser

#: Read into every page as it opens: sent after each one, and with all that axe found in order sent back, it took twice as long.
AXE = Axe().axe_script
JUDGE = "options => axe.run(options).then(found => found.violations)"
HTML_GZ = 14 * 1024
#: Words that stay Latin in Chinese text: the other language's own name, ours, marks of formats, browsers and systems.
LATIN_ALLOWED = re.compile(r"^(English|LotusFair|lianzi|Excel|xlsx|XLSX|SMS|CSV|PDF|JPG|JPEG|PNG|HEIC|WebP|AVIF|Chrome|Linux)$")
#: References and licence numbers.
CODES = re.compile(r"(?<![A-Za-z0-9])([A-Z0-9]{6,12}|[A-Z]+(-[A-Z0-9]+)+)(?![A-Za-z0-9])")


def english_words(text: str) -> list[str]:
    words = re.findall(r"[A-Za-z][A-Za-z'-]{2,}", CODES.sub(" ", text))
    return [word for word in words if not LATIN_ALLOWED.match(word)]


#: Colours are judged once a page: they are the same in the other language and for the next person, and take most of the time.
ALL_RULES = {"resultTypes": ["violations"]}
BUT_COLOURS = ALL_RULES | {"rules": {"color-contrast": {"enabled": False}}}


def look(page, answer, endpoint, complaints, lang, *, is_first=True):
    """Return what is wrong with the page before us; one that was looked at before has the colours it had."""
    wrong = []
    if answer.status != 200:
        return [f"status {answer.status}"]
    size = len(gzip.compress(answer.body(), 6))
    if size > HTML_GZ:
        wrong.append(f"{size} bytes of HTML compressed")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        wrong.append("wider than the phone")
    violations = page.evaluate(JUDGE, ALL_RULES if is_first and lang == "zh" else BUT_COLOURS)
    wrong += [f"axe {v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]
    if lang == "zh":
        text = page.evaluate(
            "() => [...document.querySelectorAll('body *')]"
            ".filter(e => !e.closest('script,[lang=en],code,.code,[data-as-written],[translate=no]'))"
            ".flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent)).join('\\n')"
        )
        if words := english_words(text):
            wrong.append(f"English in Chinese: {sorted(set(words))[:8]}")
    wrong += complaints
    complaints.clear()
    return wrong


@pytest.fixture(scope="module")
def ground(scratch, small_county):
    return copy_of(small_county, scratch)


@pytest.fixture(scope="module")
def county(small_county):
    """The phones and passwords of its people."""
    return small_county.people


def opened(browser, site, lang):
    """Return a phone in that language, and the list of what its pages complain of."""
    page = visit(browser, site, lang=lang)
    page.add_init_script(AXE)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/?lang={lang}")
    return page, complaints


def test_faults_put_into_a_page_are_noticed(site, browser):
    """The control: what must not be on a page is found as soon as it is."""
    page, complaints = opened(browser, site, "zh")
    answer = page.goto("/about")
    page.evaluate("""() => {
      const [picture, pale, wide] = ["img", "p", "p"].map(name => document.createElement(name));
      picture.src = "/nowhere.png"; picture.width = 40;
      pale.textContent = "Read me if you can"; pale.style.color = "#ddd"; pale.style.background = "#fff";
      wide.style.width = "900px"; wide.textContent = "宽";
      document.querySelector("main").append(picture, pale, wide);
    }""")
    page.wait_for_function("() => document.querySelector('main > img').complete")
    found = look(page, answer, "storefront.about", complaints, "zh")
    assert [words.split(":")[0] for words in found] == [
        "wider than the phone", "axe color-contrast", "axe image-alt", "English in Chinese", "Failed to load resource"
    ]  # fmt: skip
    assert "axe color-contrast" not in str(look(page, answer, "storefront.about", complaints, "zh", is_first=False))
    page.context.close()


def order_something(page):
    """Order something as a guest, step by step; yield the addresses that only its buyer sees."""
    page.goto("/products/")
    page.locator(".product a").first.click()
    page.locator("button[form=buy], form#buy button").last.click()
    page.wait_for_url("**/cart")
    page.goto("/checkout?province=%E6%B1%9F%E8%A5%BF%E7%9C%81")
    yield from ("/cart", "/checkout")
    for name, value in {"name": "王雨", "phone": "13900000011", "address": "萍乡市莲花县琴亭镇解放路1号"}.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=province]", "江西省")
    page.locator("button[form=order]").click()
    page.wait_for_load_state()
    if "/checkout" in page.url:
        page.locator("button[form=order]").click()
    page.wait_for_url("**/pay/*")
    ref = page.url.rsplit("/", 1)[1]
    yield from (f"/pay/{ref}", f"/pay/{ref}/sandbox", f"/orders/{ref}")
    page.goto(f"/pay/{ref}/sandbox")
    page.locator("button[value=pay]").click()
    page.wait_for_url(f"**/orders/{ref}")
    yield from (f"/orders/{ref}?paid", page.locator("a[href$='/refund']").first.get_attribute("href"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_of_an_order_are_light_clean_and_in_one_language(site, browser, county, lang):
    page, complaints = opened(browser, site, lang)
    wrong = {}
    for path in order_something(page):
        if found := look(page, page.goto(path), endpoint_of(site.app, path), complaints, lang):
            wrong[path] = found
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()


#: Pages that no link leads to, and the tests that look at them.
LOOKED_AT_ELSEWHERE = {
    "orders.checkout": "test_the_pages_of_an_order_are_light_clean_and_in_one_language",
    "payments.start": "test_the_pages_of_an_order_are_light_clean_and_in_one_language",
    "payments.trial": "test_the_pages_of_an_order_are_light_clean_and_in_one_language",
    "payments.returned": "test_the_pages_of_a_payment_service_are_light_clean_and_in_one_language",
    "accounts.code": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "storefront.search": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "products.describe": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "products.check": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "products.at_once": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "tours.choose_days": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "tours.choose_price": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "tours.check_experience": "test_the_pages_of_forms_are_light_clean_and_in_one_language",
    "tours.move": "test_a_tourist_books_pays_shows_the_code_and_takes_one_person_off",
    "tours.cancel": "test_a_tourist_books_pays_shows_the_code_and_takes_one_person_off",
    "tours.roster": "test_a_school_finds_its_booking_by_number_and_brings_its_names",
    "tours.wait": "test_a_tourist_books_pays_shows_the_code_and_takes_one_person_off",
    "surveys.ask": "test_the_questionnaire_of_a_slip_is_light_clean_and_in_one_language",
    "tours.waiting": "test_a_tourist_books_pays_shows_the_code_and_takes_one_person_off",
}
#: Addresses that answer with something else than a page for people.
NO_PAGES = re.compile(
    r"^(health\..*|static|storefront\.(drawn|robots|sitemap)|desk\.worker|media\.show|products\.ticket|reports\.(county|excel_.*)"
    r"|tours\.(poster|gate_list|booking_calendar|calendar_feed)|orders\.claim_photo|assistance\.(photo|paper|visit_ticket)|grievances\.photo"
    r"|surveys\.(template|excel|effects)|income\.(batch_excel|statement_paper)|payments\.(purchase|booking)_paper|reconciliation\.excel)$"
)


#: Who looks at which pages although somebody did before them.
AGAIN = {"village_official": ("reports.", "assistance."), "county_official": ("reports.", "assistance.")}


@pytest.fixture(scope="module")
def walked(small_county):
    """The pages on everybody's way, looked for once a run: every copy of the small county has them while it is untouched."""

    def look_for(folder):
        shutil.copytree(small_county.folder, folder)
        app = create_app(Settings.from_environment(environment_of(folder, f"sqlite:///{folder / 'site.db'}")))
        found, astray = walk(app, small_county.people, pages_of(app) - set(LOOKED_AT_ELSEWHERE), AGAIN)
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
        (folder / "walk.json").write_text(json.dumps({"stops": [astuple(stop) for stop in found], "astray": astray}))

    return json.loads((once_a_run("walk", look_for) / "walk.json").read_text())


@pytest.fixture(scope="module")
def stops(walked):
    return [Stop(*each) for each in walked["stops"]]


def pages_of(app):
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods and not NO_PAGES.match(rule.endpoint)}


def test_every_page_is_looked_at(site, stops):
    pages = pages_of(site.app)
    assert pages - {stop.endpoint for stop in stops} <= set(LOOKED_AT_ELSEWHERE) <= pages


def test_no_page_leads_its_reader_to_what_they_may_not_open(walked):
    assert walked["astray"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_is_light_clean_and_in_one_language(site, browser, county, stops, role, lang):
    """Each page as the first person sees it who comes to it; reports and records as officials of village and county do too."""
    first = {stop.endpoint: stop for stop in reversed(stops)}
    own = [stop for stop in stops if stop.role == role and (lang == "zh" or first[stop.endpoint] == stop)]
    page, complaints = opened(browser, site, lang)
    if role:
        sign_in(page, county[role])
    wrong = {}
    for stop in own:
        answer, is_first = page.goto(stop.path), first[stop.endpoint] == stop
        if found := look(page, answer, stop.endpoint, complaints, lang, is_first=is_first):
            wrong[f"{stop.endpoint} {stop.path}"] = found
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()


def forms_filled_in(page, county):
    """Fill in the forms that lead to pages of their own, as a farmer does; yield after each step."""
    page.goto("/search?q=%E5%A4%A7%E7%B1%B3")
    yield
    page.goto("/sign-in?by=code")
    page.fill("input[name=phone]", county["farmer"][0])
    page.press("input[name=phone]", "Enter")
    page.wait_for_url("**/sign-in/code*")
    yield
    sign_in(page, county["farmer"])
    page.goto("/desk/offers/at-once")
    yield
    page.goto("/desk/offers/new")
    held = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(held, "JPEG")
    page.locator("input[type=file]").last.set_input_files(
        {"name": "rice.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}
    )
    page.locator(".dock button").click()
    page.wait_for_url("**/goods")
    yield
    page.locator("input[name=stock]").first.check(force=True)
    page.locator("input[name=harvest]").first.check(force=True)
    page.locator(".dock button").click()
    page.wait_for_url("**/check")
    yield
    page.goto("/desk/tours/new")
    page.locator("input[name=template][value=lotus_picking]").check(force=True)
    for address in ("days", "price", "check"):
        page.locator(".dock button").click()
        page.wait_for_url(f"**/desk/tours/new/{address}*")
        yield


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_of_forms_are_light_clean_and_in_one_language(site, browser, county, lang):
    page, complaints = opened(browser, site, lang)
    wrong, seen = {}, set()
    for _step in forms_filled_in(page, county):
        path = urllib.parse.urlsplit(page.url).path
        seen.add(endpoint_of(site.app, path))
        answer = page.goto(page.url)
        if found := look(page, answer, endpoint_of(site.app, path), complaints, lang):
            wrong[path] = found
    assert seen == {name for name, test in LOOKED_AT_ELSEWHERE.items() if test.startswith("test_the_pages_of_forms")}
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_questionnaire_of_a_slip_is_light_clean_and_in_one_language(site, browser, county, lang):
    """The link of a slip as somebody with a phone opens it: empty, with a mistake, and counted."""
    office, _complaints = opened(browser, site, lang)
    sign_in(office, county["village_official"])
    office.goto("/office/surveys")
    for link in ("tbody a[href^='/office/surveys/']", "a[href$='/codes']", "tbody a[href$='/slips']"):
        office.goto(office.locator(link).first.get_attribute("href"))
    path = office.locator(".slip a").first.get_attribute("href")
    office.context.close()
    page, complaints = opened(browser, site, lang)
    wrong = look(page, page.goto(path), "surveys.ask", complaints, lang)
    page.locator("main button").click()
    page.wait_for_selector("[data-error-summary]")
    assert page.locator("[data-error-summary] a").count() == 7
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    complaints.clear()  # the browser itself notes that the answer was 422
    for number in range(1, 8):
        page.locator(f"input[name=item-{number}][value='4']").check(force=True)
    page.locator("main button").click()
    page.wait_for_selector(".result-mark.ok")
    wrong += look(page, page.goto(path), "surveys.ask", complaints, lang)
    assert not wrong
    page.context.close()
