"""A helper writes a visit down without reception; it reaches the record once, and the phone's cache never named a household."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance.models import GuaranteeCheck, Visit
from marketplace.web.db import db
from tests.browser.conftest import come_under_worker, copy_of, sign_in, until, visit

pytestmark = pytest.mark.browser

NOTES = "async () => (await Notes.all()).length"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      found.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
  }
  return found.filter(each => each[0].startsWith('/desk/') || each[0].startsWith('/office/'));
}"""


@pytest.fixture(scope="module")
def ground(scratch, small_county):
    return copy_of(small_county, scratch)


@pytest.fixture(scope="module")
def county(small_county):
    """The phones and passwords of its people."""
    return small_county.people


def test_a_visit_without_reception_is_kept_sent_once_and_forgotten_at_signing_out(site, browser, county):
    page = visit(browser, site)
    page.goto("/?lang=zh")
    sign_in(page, county["helper"])
    page.goto("/desk/visits")
    homes = page.evaluate("JSON.parse(document.getElementById('visit-homes').textContent)")
    come_under_worker(page)
    until(page, "async () => !!(await (await caches.open('desk-forms')).match('/desk/visits/note', {ignoreVary: true}))")
    page.context.set_offline(True)
    page.goto("/desk/visits")
    assert page.locator("#note").is_visible()
    names = page.locator("select[name=household] option").all_inner_texts()
    assert names == [f"{home['name']} {home['ref']}" for home in homes]
    assert Axe().run(page).response["violations"] == []
    page.fill("textarea[name=note]", "无信号时写的：屋顶漏雨")
    page.locator("input[name=housing][value=unmet]").check(force=True)
    page.click("#note button[type=submit]")
    until(page, "async () => (await Notes.all()).length === 1")
    assert "等待发送" in page.locator("#notes").inner_text()
    page.reload()
    until(page, "async () => (await Notes.all()).length === 1")
    kept = page.evaluate(KEPT)
    assert [path for path, _ in kept] == ["/desk/visits/note"]
    assert not [home for home in homes if home["ref"] in kept[0][1]]
    page.context.set_offline(False)
    until(page, "async () => (await Notes.all()).length === 0")
    with site.app.app_context(), Session(db.engine) as session:
        written = session.scalars(select(Visit).order_by(Visit.id.desc()).limit(1)).one()
        assert written.visited_on is not None
        checks = session.scalars(select(GuaranteeCheck).order_by(GuaranteeCheck.id.desc()).limit(1)).one()
        assert (checks.household_id, checks.guarantee, checks.is_met) == (written.household_id, "housing", False)
    page.locator("form[action^='/sign-out'] button").click()
    page.wait_for_url("**/")
    assert page.evaluate("async () => (await indexedDB.databases()).map(each => each.name)") == []
    page.context.close()
