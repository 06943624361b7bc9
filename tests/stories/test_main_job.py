"""The main job through services alone: from the register's sheet to the county's figure, and back through a refund."""

import datetime as dt

import pytest

from marketplace.assistance import queries as records
from marketplace.assistance import services as assistance
from marketplace.assistance.register.reading import read_register
from marketplace.assistance.values import PlatformFigures, Status
from marketplace.farmers import queries as farmers_queries
from marketplace.farmers import services as farmers
from marketplace.income import queries as income
from marketplace.income import services as income_services
from marketplace.income.queries import drills
from marketplace.income.values import Figure
from marketplace.kernel import clock
from marketplace.kernel.money import share
from marketplace.ledger.queries import balance
from marketplace.orders import queries as orders
from marketplace.orders import services as order_services
from marketplace.orders.values import Contact, OrderState, RefundReason
from marketplace.payments import services as payments
from marketplace.payments.gateways import gateways_for
from marketplace.payments.values import Method
from marketplace.products import services as products
from marketplace.reports import queries as reports
from marketplace.reports.values import Period, Scope
from tests.assistance.register.builders import AREAS, REFERENCE
from tests.farmers import places
from tests.truths import breaches

COUNTY = "360321"
START = dt.datetime(2026, 9, 3, 2, tzinfo=dt.UTC)
MONTH = "2026-09"
GATEWAYS = gateways_for(is_production=False)
SEALER = places.SEALER
PRICE, PIECES = 6900, 4


class County:
    """Who takes part, and what has come of it so far."""

    def __init__(self, session):
        self.session = session
        places.county(session)
        products.load_categories(session)
        order_services.load_freight(session)
        self.proposer = places.official(session, "county_official", COUNTY)
        self.accepter = places.official(session, "county_official", COUNTY)

    def import_register(self):
        file = read_register(REFERENCE / "register_sample.xlsx", areas=AREAS, today=clock.today())
        prepared = assistance.prepare_import(self.session, file=file, area_code=COUNTY, only_good=False, sealer=SEALER)
        report = assistance.propose_import(self.session, prepared=prepared, by=self.proposer, sha256="c" * 64)
        acceptance = assistance.prepare_acceptance(self.session, import_id=report.import_id, sealer=SEALER)
        assistance.accept_import(self.session, import_id=report.import_id, by=self.accepter, prepared=acceptance)
        found = farmers_queries.register_households(self.session)
        self.household = farmers_queries.household_by_register_number(self.session, min(found))
        self.village = self.household.village_code

    def open_shop(self):
        self.official = places.official(self.session, "village_official", self.village)
        self.farmer = places.person(self.session, "种粮人")
        farmers.match_user_to_household(self.session, household_id=self.household.id, user_id=self.farmer, by=self.official)
        seller = farmers.apply_to_sell(self.session, household_id=self.household.id, display_name="井屋人家", by=self.farmer)
        self.seller = farmers.approve_seller(self.session, seller_id=seller.id, by=self.official)

    def list_rice(self):
        offer = products.list_offer(
            self.session, seller_id=self.seller.id, household_id=self.household.id, category_code="rice", variety="white_rice",
            unit_grams=5000, price_fen=PRICE, quantity=20, harvest_on=dt.date(2026, 8, 28), image_ids=(), client_key="sack",
            listed_by=self.farmer,
        )  # fmt: skip
        self.offer = products.approve_offer(self.session, offer_id=offer.id, by=self.official)

    def buy(self):
        contact = Contact("王雨", "13900000011", "浦东新区世纪大道1号")
        self.purchase = order_services.place_purchase(
            self.session, key="guest", items=[(self.offer.ref, PIECES)], contact=contact, province="上海市", sealer=SEALER,
            expected_total_fen=None,
        )  # fmt: skip
        payments.start_payment(self.session, gateways=GATEWAYS, ref=self.purchase.ref, gateway="offline")
        receipt = payments.record_offline_receipt(
            self.session, key="slip", ref=self.purchase.ref, method=Method.BANK_TRANSFER, bank_ref="ICBC-000001",
            amount_fen=self.purchase.total_fen, by=self.proposer,
        )  # fmt: skip
        payments.confirm_offline_receipt(self.session, gateways=GATEWAYS, receipt_id=receipt.id, by=self.accepter)

    def send(self):
        order = self.purchase.orders[0].id
        for step in (order_services.confirm_order, order_services.pack_order):
            step(self.session, order_id=order, by=self.farmer)
        order_services.hand_in_order(self.session, order_id=order, by=self.official)
        order_services.ship_order(self.session, order_id=order, by=self.official, carrier="顺丰", tracking_no="SF1")
        order_services.deliver_order(self.session, order_id=order, by=self.official)

    def refund(self, pieces):
        line = self.purchase.orders[0].lines[0]
        refund = order_services.request_refund(
            self.session, key="complaint", line_id=line.id, quantity=pieces, reason=RefundReason.DAMAGED, note="", restock=False,
            by=None,
        )  # fmt: skip
        order_services.approve_refund(self.session, refund_id=refund.id, by=self.official)
        transfer = payments.record_refund_transfer(
            self.session, key="back", refund_id=refund.id, bank_ref="ICBC-000002", by=self.proposer
        )
        payments.confirm_refund_transfer(self.session, transfer_id=transfer.id, by=self.accepter)

    def figures(self, code):
        """Return an area's figures as its report has them."""
        return reports.area_report(self.session, code, Scope(Period(MONTH)), own=(COUNTY,)).figures

    def order_line_behind(self, kind):
        """Follow a county's figure down to the one order line that makes it; its rows sum to the figure."""
        page = income.lines_of(self.session, period=MONTH, kind=kind, area_code=COUNTY)
        assert sum(line.figures.of(kind) for line in page.lines) == self.figures(COUNTY).of(kind)
        (line,) = page.lines
        return line


@pytest.fixture
def county(session):
    with clock.stopped_at(START):
        made = County(session)
        made.import_register()
        made.open_shop()
        made.list_rice()
    return made


def agree(county):
    """The statement, the household's record, the household, village, township and county all say the same."""
    said = income.statement(county.session, county.household.id, MONTH).total
    for code in (county.village, county.village[:9], COUNTY):
        assert county.figures(code) == said, code
    assert reports.household_report(county.session, county.household.id, Scope(Period(MONTH))).figures == said
    income_services.hand_over_month(county.session, month=MONTH)
    year = records.household_card(county.session, county.household.id, on=clock.today(), sealer=SEALER).years[0]
    assert year.months == ((MONTH, PlatformFigures(*list(said)[:6])),)
    return said


def test_a_households_rice_reaches_its_record_and_the_countys_report(session, county):
    gross = PRICE * PIECES
    with clock.stopped_at(START):
        county.buy()
        paid = county.purchase.total_fen
        platform, gateway = share(gross, 500), share(paid, 60)
        said = agree(county)
        assert (said.gross_fen, said.fees_fen, said.earned_fen) == (gross, platform + gateway, 0)
        county.send()
    with clock.stopped_at(START + dt.timedelta(days=8)):
        assert order_services.complete_due(session) == 1
        said = agree(county)
        assert said.earned_fen == said.net_fen == gross - platform - gateway
        line = county.order_line_behind(Figure.EARNED)
        assert (line.order_ref, line.quantity) == (county.purchase.orders[0].ref, PIECES)
        assert orders.order_by_ref(session, ref=line.order_ref).state == OrderState.COMPLETED
        # what was true on the day of the sale is frozen with it
        standing = records.standing(session, county.household.id, clock.day_of(START))
        frozen = drills.sale(session, line.attribution_id)
        assert (frozen.status, frozen.spell_id) == (str(standing.status), standing.spell_id)
        assert standing.status in (Status.REGISTERED, Status.EXITED)
        assert breaches(session) == {}


def test_a_partial_refund_changes_every_figure_alike(session, county):
    with clock.stopped_at(START):
        county.buy()
        county.send()
    with clock.stopped_at(START + dt.timedelta(days=2)):
        county.refund(1)
        gross, back = PRICE * PIECES, PRICE
        platform, gateway = share(gross - back, 500), share(county.purchase.total_fen, 60)
        said = agree(county)
        assert (said.gross_fen, said.refunds_fen, said.fees_fen) == (gross, back, platform + gateway)
    with clock.stopped_at(START + dt.timedelta(days=8)):
        order_services.complete_due(session)
        said = agree(county)
        assert said.earned_fen == said.net_fen == gross - back - platform - gateway
        assert county.order_line_behind(Figure.REFUNDS).order_ref == county.purchase.orders[0].ref
        assert breaches(session) == {}


def test_a_refund_after_the_money_was_earned_and_paid_out_leaves_a_debt_and_no_lie(session, county):
    with clock.stopped_at(START):
        county.buy()
        county.send()
    with clock.stopped_at(START + dt.timedelta(days=8)):
        order_services.complete_due(session)
        net = agree(county).net_fen
        payout = income_services.record_payout(
            session, key="p", seller_ref=county.seller.ref, amount_fen=net, bank_ref="ICBC-000003", prepared_by=county.proposer
        )
        income_services.confirm_payout(session, payout_id=payout.id, by=county.accepter)
        assert agree(county).paid_fen == net
        county.refund(1)  # spoiled goods are answered for after the window too
        owed = PRICE - (share(PRICE * PIECES, 500) - share(PRICE * (PIECES - 1), 500))
        assert agree(county).net_fen == net - owed
        assert balance(session, f"payable/{county.seller.ref}/earned") == owed
        assert income.payables(session, (COUNTY,))[0].payable_fen == -owed
        assert breaches(session) == {}
