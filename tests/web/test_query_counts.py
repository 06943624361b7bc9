"""No page asks the database a question a row: a list of fifty costs as many statements as a list of five."""

import contextlib
import dataclasses
import datetime as dt
import itertools

import pytest
from sqlalchemy import event

from marketplace.accounts import services as accounts
from marketplace.assistance import services as assistance
from marketplace.assistance.values import LedgerCategory
from marketplace.farmers import queries as farmers_queries
from marketplace.farmers import services as farmers
from marketplace.farmers.values import HouseholdEntry, MemberEntry
from marketplace.income import queries as income_queries
from marketplace.income import services as income
from marketplace.income.values import SaleFact
from marketplace.kernel import clock, ids
from marketplace.kernel.identity import check_character
from marketplace.products import services as products
from marketplace.tours import services as tours
from marketplace.tours.values import Wish
from marketplace.web.db import db
from tests.farmers import places
from tests.tours import trips

pytestmark = pytest.mark.breaks_truths("sales are handed in without orders", "orders: each paid line is attributed")

FEW, MANY = 5, 50
NOW = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
#: (who asks, address). `{household}` and `{seller}` are those who own every row of the lists.
PAGES = (
    (None, "/"),
    (None, "/products/"),
    (None, "/products/?sort=price&price=20-50"),
    (None, "/search?q=大米"),
    (None, "/sellers/{seller}"),
    (None, "/tours/"),
    (None, "/sites/"),
    (None, f"/villages/{places.VILLAGE}"),
    (None, "/sitemap.xml"),
    ("farmer", "/desk/"),
    ("farmer", "/desk/offers"),
    ("farmer", "/desk/money"),
    ("farmer", "/desk/money/2026-11"),
    ("farmer", "/desk/tours"),
    ("farmer", "/desk/tours/today"),
    ("official", "/office/"),
    ("official", "/office/offers"),
    ("official", "/office/tours"),
    ("official", "/office/departures"),
    ("official", "/office/sellers"),
    ("official", "/office/households"),
    ("official", "/office/households/{household}"),
    ("official", "/office/payouts"),
    ("official", "/office/disputes"),
    ("official", "/office/people"),
    ("official", "/office/audit"),
    ("official", "/office/register"),
    ("official", "/office/reports/areas/360321"),
    ("official", "/office/reports/areas/360321101"),
    ("official", f"/office/reports/areas/{places.VILLAGE}"),
    ("official", "/office/reports/lines?area=360321&kind=gross"),
    ("official", "/office/reports/areas/360321/households/active"),
    ("official", "/office/reports/areas/360321/declared?period=2026"),
    ("official", "/office/reports/households/{household}"),
    ("official", "/office/reports/areas/360321/excel"),
    ("official", "/office/reports/lines/excel?area=360321&kind=gross"),
)


@dataclasses.dataclass
class Street:
    """Households of one village, each with a shop, goods, a sale, a pay-out, a dispute; the first owns as much as all others."""

    session: object
    sealer: object
    clerk: int = 0
    official: int = 0
    farmer: int = 0
    household: object = None
    seller: object = None
    numbers: object = dataclasses.field(default_factory=itertools.count)

    def open(self):
        places.county(self.session)
        products.load_categories(self.session)
        self.clerk = places.official(self.session, "county_official", "360321")
        self.official = places.official(self.session, "county_official", "360321")
        self.farmer, self.household, self.seller = self._home()
        return self

    def grow(self, count):
        """Add so many households with one row of everything, and as many rows of everything to the first household."""
        for _ in range(count):
            farmer, household, seller = self._home()
            self._rows(farmer, household, seller)
            self._rows(self.farmer, self.household, self.seller)
        self.session.commit()

    def _home(self):
        number = next(self.numbers)
        body = f"36039919700101{number + 1:03d}"
        head = MemberEntry(
            name="刘某", id_number=body + check_character(body), birth_on=dt.date(1970, 1, 1), relation="head",
            sex="male" if number % 2 == 0 else "female",
        )  # fmt: skip
        entry = HouseholdEntry(register_number=f"Q{number}", village_code=places.VILLAGE, members=(head,))
        household = farmers.open_household(self.session, entry=entry, on=dt.date(2026, 1, 1), sealer=self.sealer)
        farmer = places.person(self.session, "刘某")
        farmers.match_user_to_household(self.session, household_id=household.id, user_id=farmer, by=self.clerk)
        seller = farmers.apply_to_sell(self.session, household_id=household.id, display_name="刘家", by=farmer)
        farmers.approve_seller(self.session, seller_id=seller.id, by=self.clerk)
        accounts.grant_role(self.session, user_id=farmer, role="helper", area_code=places.VILLAGE, by=self.clerk)
        entry = assistance.record_year_ledger(
            self.session, household_id=household.id, year=2026, category=LedgerCategory.WAGE, amount_fen=600000, source="survey",
            by=self.clerk,
        )  # fmt: skip
        assistance.approve_year_ledger(self.session, entry_id=entry.id, by=self.official)
        return farmer, household, seller

    def _rows(self, farmer, household, seller):
        for is_waiting in (True, False):
            offer = products.list_offer(
                self.session, seller_id=seller.id, household_id=household.id, category_code="rice", variety="",
                unit_grams=5000, price_fen=4000, quantity=50, harvest_on=None, image_ids=(), client_key=ids.uuid7(),
                listed_by=farmer, title="大米",
            )  # fmt: skip
            if not is_waiting:
                products.approve_offer(self.session, offer_id=offer.id, by=self.clerk)
        self._tours(farmer, seller)
        slug = f"park-{next(self.numbers)}"
        tours.load_sites(self.session, [{**trips.SITES[1], "slug": slug, "village_code": places.VILLAGE}])
        line = next(self.numbers)
        source = f"order_line/{line}"
        fact = SaleFact(
            source=source, order_ref=f"L{line:08d}-1", line_id=line, seller_ref=seller.ref, household_id=household.id,
            village_code=places.VILLAGE, category_code="rice", is_cultural=False, title="大米", quantity=1, gross_fen=4000,
            platform_fee_bp=500, gateway_fee_fen=24, gateway="offline", sold_at=NOW - dt.timedelta(days=12),
        )  # fmt: skip
        attribution = income.accrue_sale(self.session, fact=fact)
        income.earn_sale(self.session, source=source, at=NOW - dt.timedelta(days=3))
        income.record_payout(
            self.session, key=ids.uuid7(), seller_ref=seller.ref, amount_fen=100, bank_ref=f"ICBC-{line}", prepared_by=self.clerk
        )
        income.dispute_line(
            self.session, household_id=household.id, month="2026-11", attribution_id=attribution, by=farmer, words="少了一袋"
        )

    def _tours(self, farmer, seller):
        """Offer two experiences, one of them with a date tomorrow."""
        for is_waiting in (True, False):
            wish = Wish(template="farm_meal", weekdays=[2], start_times=["11:30"], weeks=1, seats=10, price_fen=5800)
            key = tours.offer_experience(self.session, key=ids.uuid7(), seller_id=seller.id, wish=wish, by=farmer)
            if not is_waiting:
                tours.approve_tour(self.session, tour_id=key, by=self.clerk)


@pytest.fixture
def street(app, writing):
    with clock.stopped_at(NOW):
        made = Street(writing, app.extensions["sealer"]).open()
        made.grow(FEW)
        yield made


@contextlib.contextmanager
def statements(app):
    """Yield the list of statements that both engines of the application run meanwhile."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def counts(app, street, clients):
    """Return {address: statements} of every page, asked once before so that nothing is counted that is read once a process."""
    found = {}
    for who, address in PAGES:
        path = address.format(household=street.household.ref, seller=street.seller.ref)
        with clients[who].get(path) as answer:
            assert answer.status_code == 200, path
        with statements(app) as seen, clients[who].get(path) as answer:
            assert answer.status_code == 200, path
            answer.get_data()
        found[address] = [statement for statement in seen if not statement.startswith("BEGIN")]
    return found


def browser(app, writing):
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    client.let_go = writing.commit
    return client


def test_no_list_page_asks_a_question_a_row(app, street, writing):
    clients = {who: browser(app, writing) for who in (None, "farmer", "official")}
    places.enter(clients["farmer"], street.farmer)
    places.enter(clients["official"], street.official)
    few = counts(app, street, clients)
    street.grow(MANY - FEW)
    many = counts(app, street, clients)
    grown = {address: (len(few[address]), len(many[address])) for address in few if len(many[address]) > len(few[address])}
    assert grown == {}


def test_the_lists_do_grow(app, street, writing):
    """Or the test above would count nothing."""
    before = {name: len(read(writing)) for name, read in LISTS.items()}
    street.grow(3)
    after = {name: len(read(writing)) for name, read in LISTS.items()}
    assert all(after[name] > before[name] for name in LISTS), (before, after)


LISTS = {
    "disputes": lambda session: income_queries.open_disputes(session, ("360321",)),
    "payouts": lambda session: income_queries.payouts(session, ("360321",)),
}


def test_a_question_a_row_is_seen(app, street, writing):
    """The control: a page that reads each seller by itself."""
    with statements(app) as few:
        farmers_read(writing, 2)
    with statements(app) as many:
        farmers_read(writing, FEW)
    assert len(many) >= len(few) + FEW - 2 - 1  # one of the few may be the transaction's beginning


def farmers_read(session, count):
    session.expire_all()
    for number in range(1, count + 1):
        assert farmers_queries.seller(session, number) is not None
