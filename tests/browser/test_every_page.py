"""Every page of everybody: within its bytes, clean under axe, in one language, nothing overflowing, no script complaints."""

import gzip
import re
import urllib.parse

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from werkzeug.exceptions import HTTPException

from marketplace.demo import services as demo
from tests.browser.conftest import visit

pytestmark = pytest.mark.browser

HTML_GZ = 14 * 1024
REPORT_BYTES = 80 * 1024
#: Pages that are not HTML for people, or are the end of a POST only.
NOT_PAGES = re.compile(r"^(health\.|media\.|.*\.(sitemap|robots|poster|excel|download|export))")
#: Words that stay Latin in Chinese text: units, marks, file formats, our own names, codes.
LATIN_ALLOWED = re.compile(
    r"^(English|LotusFair|lianzi|lotus|seed|Excel|xlsx|XLSX|kg|g|km|A4|QR|ID|SMS|CSV|PDF|JPG|JPEG|PNG|HEIC|WebP|OK|VIP|GB|MB|KB|AVIF|P\d+|[A-Z0-9-]{2,}|[a-z]?\d+.*)$"
)


def endpoint_of(app: Flask, path: str) -> str | None:
    try:
        return app.url_map.bind("localhost").match(path)[0]
    except HTTPException:
        return None


def crawl(page, site, starts, limit=140):
    """Yield (endpoint, path) of one page an endpoint, following links breadth first."""
    seen, queue = {}, list(starts)
    while queue and len(seen) < limit:
        path = queue.pop(0)
        endpoint = endpoint_of(site.app, urllib.parse.urlsplit(path).path)
        if endpoint is None or endpoint in seen or NOT_PAGES.match(endpoint):
            continue
        answer = page.goto(path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        seen[endpoint] = path
        yield endpoint, path, answer
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        queue += [link for link in links if link.startswith("/") and not re.search(r"[?&](lang|elder|lite)=", link)]


def english_words(text: str) -> list[str]:
    words = re.findall(r"[A-Za-z][A-Za-z'-]{2,}", text)
    return [word for word in words if not LATIN_ALLOWED.match(word)]


def look(page, answer, endpoint, complaints, lang):
    """Return what is wrong with the page before us."""
    wrong = []
    if answer.status != 200:
        return [f"status {answer.status}"]
    size = len(gzip.compress(answer.body(), 6))
    if size > HTML_GZ and not endpoint.startswith("reports."):
        wrong.append(f"{size} bytes of HTML compressed")
    if endpoint.startswith("reports.") and size > REPORT_BYTES:
        wrong.append(f"{size} bytes of report")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        wrong.append("wider than the phone")
    found = Axe().run(page)
    wrong += [f"axe {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
    if lang == "zh":
        text = page.evaluate(
            "() => [...document.querySelectorAll('body *')]"
            ".filter(e => !e.closest('[lang=en],code,.code,[data-as-written],[translate=no]'))"
            ".flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent)).join('\\n')"
        )
        if words := english_words(text):
            wrong.append(f"English in Chinese: {sorted(set(words))[:8]}")
    wrong += complaints
    return wrong


@pytest.fixture(scope="module")
def county(site):
    """The small demonstration county on the running site."""
    return demo.build_for_tests(site.app)


def sign_in(page, phone, password):
    page.goto("/sign-in")
    page.fill("input[name=phone]", phone)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()


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
    page = visit(browser, site, lang=lang)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/?lang={lang}")
    wrong = {}
    for path in order_something(page):
        answer = page.goto(path)
        if found := look(page, answer, endpoint_of(site.app, urllib.parse.urlsplit(path).path), list(complaints), lang):
            wrong[path] = found
        complaints.clear()
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("role", "starts"),
    [
        (
            None,
            [
                "/",
                "/products/",
                "/tours/",
                "/sites/",
                "/search?q=%E5%A4%A7%E7%B1%B3",
                "/cart",
                "/sign-in",
                "/orders/find",
                "/about",
            ],
        ),
        ("farmer", ["/desk/"]),
        ("village_official", ["/office/"]),
        ("county_official", ["/office/"]),
    ],
)
def test_every_page_is_light_clean_and_in_one_language(site, browser, county, role, starts, lang):
    page = visit(browser, site, lang=lang)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/?lang={lang}")
    if role:
        sign_in(page, *county[role])
    wrong = {}
    visited = []
    for endpoint, path, answer in crawl(page, site, starts):
        visited.append(endpoint)
        if found := look(page, answer, endpoint, list(complaints), lang):
            wrong[f"{endpoint} {path}"] = found
        complaints.clear()
    assert len(visited) >= 5, visited
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()
