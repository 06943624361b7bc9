"""The pictures of the README, taken of the demonstration: `python -m tests.browser.shots [ADDRESS]` while it is served."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from marketplace.demo.values import PASSWORD, SIGN_INS
from tests.browser.conftest import ARGUMENTS, chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PHONE = {"viewport": {"width": 360, "height": 760}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONES = {item.key: item.phone for item in SIGN_INS}
#: Space between the phones of one picture, and what is behind them.
GAP, BEHIND = 32, (239, 244, 238)


def main(address: str) -> None:
    """Take all pictures and write them beside the documents."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        shop = [shot(visitor(browser, address), path) for path in ("/", first_of(browser, address, "/products/?category=lotus"))]
        desk = [shot(visitor(browser, address, "farmer"), path) for path in ("/desk/", "/desk/money")]
        save("phones", side_by_side([*shop, *desk]))
        save("report", shot(visitor(browser, address, "county_official", wide=True), "/office/reports/"))
        trip = first_of(browser, address, "/tours/", "a[href^='/tours/']:not([href='/tours/'], [href*='?'])")
        if trip != "/":
            tours = [shot(visitor(browser, address), path) for path in ("/tours/", trip, f"{trip}/dates")]
            buyer = visitor(browser, address, "buyer")
            buyer.goto("/bookings")
            save("tours", side_by_side([*tours, shot(buyer, own_booking(buyer))]))
        browser.close()


def visitor(browser: Browser, address: str, who: str = "", *, wide: bool = False) -> Page:
    """Return the page of somebody who reads Chinese, signed in if told who."""
    page = browser.new_context(base_url=address, locale="zh-CN", **(WIDE if wide else PHONE)).new_page()
    page.goto("/?lang=zh")
    if who:
        page.goto("/sign-in")
        page.fill("input[name=phone]", PHONES[who])
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
    return page


def first_of(browser: Browser, address: str, path: str, link: str = ".product h3 a") -> str:
    """Return where the first link of a list leads, or the front door where there is none."""
    page = visitor(browser, address)
    page.goto(path)
    found = page.locator(link)
    return found.first.get_attribute("href") or "/" if found.count() else "/"


def own_booking(page: Page) -> str:
    """Return where the first booking of a list leads."""
    return page.locator("a[href^='/bookings/B']").first.get_attribute("href") or "/bookings"


def shot(page: Page, path: str) -> Image.Image:
    """Return what the screen shows."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def side_by_side(screens: list[Image.Image]) -> Image.Image:
    """Return screens in one picture."""
    width = sum(screen.width for screen in screens) + GAP * (len(screens) + 1)
    sheet = Image.new("RGB", (width, screens[0].height + 2 * GAP), BEHIND)
    left = GAP
    for screen in screens:
        sheet.paste(screen, (left, GAP))
        left += screen.width + GAP
    return sheet


def save(name: str, picture: Image.Image) -> None:
    """Write a picture small enough to be kept with the code."""
    if picture.width > 1600:
        picture = picture.resize((1600, round(picture.height * 1600 / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
