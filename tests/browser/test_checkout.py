"""The paste-address box in a real browser: with the script, without it, and what both leave to the person."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from marketplace.web.db import db
from tests.browser.conftest import visit
from tests.orders import sales
from tests.orders.test_shop_pages import PASTED, WHERE


@pytest.fixture(scope="module")
def seed(site):
    with site.app.app_context(), Session(db.engine) as session:
        return sales.fair(session).seed


def at_checkout(browser, site, seed, **options):
    page = visit(browser, site, lang="en", **options)
    page.request.post("/cart/add", form={"offer": seed, "quantity": "1"}, headers={"Sec-Fetch-Site": "same-origin"})
    page.goto("/checkout")
    return page


def boxes(page):
    return {name: page.input_value(f"#f-{name}") for name in WHERE}


def test_pasting_fills_the_boxes_and_shows_the_freight_without_leaving_the_page(browser, site, seed):
    page = at_checkout(browser, site, seed)
    page.evaluate("window.isTheSame = true")
    page.fill("#f-address_text", PASTED)
    page.dispatch_event("#f-address_text", "paste")
    expect(page.locator("#f-address")).to_have_value(WHERE["address"])
    assert boxes(page) == WHERE
    expect(page.locator(".dock .price")).to_contain_text("55.00")
    assert page.input_value("[name=seen]") == "5500"
    assert page.evaluate("window.isTheSame") is True
    page.click(".dock button")
    page.wait_for_url("**/pay/L*")
    page.context.close()


def test_the_button_does_the_same_and_what_is_missing_gets_the_focus(browser, site, seed):
    page = at_checkout(browser, site, seed)
    page.fill("#f-address_text", "13900000011 江西省萍乡市莲花县琴亭镇解放路1号")
    page.click("button[value=parse]")
    expect(page.locator("#f-phone")).to_have_value(WHERE["phone"])
    expect(page.locator("#f-name")).to_be_focused()
    page.context.close()


def test_what_the_button_fills_in_is_called_wrong_no_longer(browser, site, seed):
    page = at_checkout(browser, site, seed)
    page.click(".dock button")
    page.wait_for_selector("[data-error-summary]")
    assert page.locator("[data-error-summary] li").count() == page.locator(".field .error").count() == len(WHERE)
    page.fill("#f-address_text", "13900000011 江西省萍乡市莲花县琴亭镇解放路1号")
    page.click("button[value=parse]")
    expect(page.locator("#f-phone")).to_have_value(WHERE["phone"])
    assert page.locator("[data-error-summary] a").evaluate_all("all => all.map(a => a.hash)") == ["#f-name"]
    assert page.locator(".field.has-error [aria-invalid]").evaluate_all("all => all.map(box => box.name)") == ["name"]
    page.fill("#f-address_text", PASTED)
    page.click("button[value=parse]")
    expect(page.locator("#f-name")).to_have_value(WHERE["name"])
    assert page.locator("[data-error-summary], .error").count() == 0
    page.context.close()


def test_choosing_a_province_shows_its_freight_and_keeps_what_was_typed(browser, site, seed):
    page = at_checkout(browser, site, seed)
    page.fill("#f-name", "王雨")
    page.select_option("#f-province", "新疆维吾尔自治区")
    expect(page.locator(".dock .price")).to_contain_text("68.00")
    assert page.input_value("#f-name") == "王雨"
    page.context.close()


def test_without_a_script_the_button_fills_the_boxes_as_well(browser, site, seed):
    page = at_checkout(browser, site, seed, java_script_enabled=False)
    page.fill("#f-address_text", PASTED)
    page.click("button[value=parse]")
    page.wait_for_load_state()
    assert boxes(page) == WHERE
    page.context.close()
