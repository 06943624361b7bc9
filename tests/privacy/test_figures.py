"""What erasure leaves as it was: every figure of every report, the book, and what each sale was attributed as."""

import hashlib
import html
import re
import shutil

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.queries import user_by_phone
from marketplace.app import create_app
from marketplace.assistance.services import forget_photos
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as verbs
from marketplace.farmers.models import Household, Seller
from marketplace.kernel import clock
from marketplace.privacy.services.resealing import reseal_household
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.conftest import environment_of
from tests.farmers.places import enter

#: The book and what was attributed, whole; statistics of the record.
TABLES = (
    "transactions", "entries", "statement_lines", "attributions", "attribution_movements", "holder_totals", "village_totals",
    "settlements", "registration_spells", "monitoring_episodes", "causes", "measures", "year_ledgers", "platform_incomes",
    "household_orders", "order_lines", "booking_shares",
)  # fmt: skip
#: The household that sold most this year, registered and helped: it stands in every kind of figure, and in the year's lists.
SOLD_MOST = (
    "SELECT household_id FROM attributions WHERE household_id IS NOT NULL AND sold_at >= :since"
    " GROUP BY 1 ORDER BY sum(gross_fen) DESC LIMIT 1"
)


@pytest.fixture
def site(scratch, small_county):
    folder = shutil.copytree(small_county.folder, scratch / "erasing")
    url = f"sqlite:///{folder / 'site.db'}"
    app = create_app(Settings.from_environment(environment_of(folder, url)))
    yield app, small_county.people
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    shutil.rmtree(folder)


def digest(session):
    """Return a hash of each table, row by row."""
    found = {}
    for table in TABLES:
        rows = session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all()
        assert rows or table == "monitoring_episodes", f"{table} is empty: it would prove nothing"
        found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def numbers(page):
    """Return every number that a report shows: tiles, tables, sums, charts."""
    cells = re.findall(r"<(?:td|th|dd|b|text)\b[^>]*>(.*?)</(?:td|th|dd|b|text)>", page, re.S)
    return [said for cell in cells if re.search(r"\d", said := html.unescape(re.sub(r"<[^>]+>", " ", cell)))]


def nameless(found):
    """Return what a page shows without the masked name before a household's reference."""
    return [re.sub(r"(?:\w\*+|—) (?=H\w+)", "", said) for said in found]


def read(app, phone, addresses):
    browser = app.test_client()
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    browser.let_go = lambda: None
    with app.app_context(), Session(db.engine) as session:
        user_id = user_by_phone(session, phone).id
    enter(browser, user_id)
    found = {}
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        found[address] = numbers(answer.text)
        assert found[address], address
    return found


def test_no_figure_and_no_line_of_the_book_changes_when_a_household_that_sold_is_erased(site):
    app, people = site
    sealer = app.extensions["sealer"]
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        home = session.get(Household, session.scalar(text(SOLD_MOST), {"since": f"{clock.today().year}-01-02"}))
        official = user_by_phone(session, people["county_official"][0]).id
        village, ref = home.village_code, home.ref
        addresses = [f"/office/reports/areas/{code}" for code in (village[:6], village[:9], village)]
        addresses += [f"/office/reports/areas/{village}?period={clock.today().year}", f"/office/reports/households/{ref}"]
        for seller in session.scalars(select(Seller).where(Seller.household_id == home.id)).all():
            verbs.close_seller(session, seller_id=seller.id, by=official, reason="测试")
        session.commit()
        before = digest(session)
        session.commit()
    shown = read(app, people["county_official"][0], addresses)
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        reseal_household(session, home.id, sealer=sealer)
        forget_photos(session, household_id=home.id)
        verbs.erase_household(session, household_id=home.id, by=official)
        session.commit()
        assert digest(session) == before
        assert farmers.heads_masked(session, [home.id], sealer=sealer) == {home.id: "—"}
        session.commit()
    after = read(app, people["county_official"][0], addresses)
    assert {address: nameless(found) for address, found in after.items()} == {
        address: nameless(found) for address, found in shown.items()
    }
    # the name in the village's list is all that went
    assert after != shown
