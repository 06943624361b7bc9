"""Purchases, bookings, payments, refunds, settlements, returns and disputes in any order: every truth holds after each step.

The machine plays buyers, officials, the worker, the bank and a payment service (the stub's own book, asked through the official
library and without a wire) against the services. A few sequences with every run of the tests, thousands by `make faults`.
"""

import datetime as dt
import functools
import itertools
import json
import os
import shutil
import types
import urllib.parse
import uuid

import pytest
import stripe
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.income import queries as income
from marketplace.income import services as settling
from marketplace.income.values import SettlementState
from marketplace.kernel import clock, ids
from marketplace.kernel.db import make_engine
from marketplace.kernel.errors import Refusal
from marketplace.ledger.queries import balance
from marketplace.orders import services as order_services
from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase, Refund
from marketplace.orders.values import RefundReason
from marketplace.payments import services
from marketplace.payments.gateways import Configured, gateways_for
from marketplace.payments.models import (
    OfflineReceipt,
    PaymentDispute,
    PaymentSurplus,
)
from marketplace.payments.values import DueKind, Method
from marketplace.tours import queries as tours
from marketplace.tours import services as tour_services
from marketplace.tours.models import Booking, BookingRefund
from tests import truths
from tests.farmers import places
from tests.income import payees
from tests.orders import sales
from tests.payments.stripe_stub.book import Refused
from tests.payments.stripe_stub.server import _shown, running
from tests.payments.stripe_till import Till
from tests.sharing import sharing
from tests.tours import trips

#: Sequences of steps: a few with every run of the tests, thousands by `make faults`.
SEQUENCES = int(os.environ.get("SEQUENCES", "12"))
STEPS = 30 if "SEQUENCES" in os.environ else 12
PHASES = [Phase.generate, *([Phase.shrink] if "SEQUENCES" in os.environ else [])]
COUNTY = payees.COUNTY
#: What only a worker who never sleeps keeps, and what is said of the tables themselves.
ASIDE = ("tours.visitors_not_told", "tours.holds_beyond_their_time", "tours.guards", "payments.guards", "messages.")
PACKAGES = ("ledger", "income", "farmers", "products", "tours", "orders", "payments")
#: What may happen, in about these proportions.
DEEDS = (
    *["buy", "tell_all", "sweep", "refund", "time_passes"] * 3,
    *["order", "open", "pay", "tell", "pay_offline", "whole_way", "carry", "dispute", "lose", "pay_twice", "refund_and_end"] * 2,
    "decide", "book", "arrive", "other_refunds", "end_refund", "cancel", "deliver", "return_receipt", "return_surplus",
    "hand_over", "prepare", "send", "bank_pays", "bank_returns", "again", "reckon",
)  # fmt: skip


class Wireless(stripe.HTTPClient):
    """Asks the stub as the wire does, without one."""

    name = "wireless"

    def __init__(self, stub):
        super().__init__()
        self.stub = stub

    def request(self, method, url, headers, post_data=None):
        address = urllib.parse.urlsplit(url)
        asking = types.SimpleNamespace(command=method.upper(), headers=headers)
        try:
            status, reply = self.stub._done(asking, address.path, post_data or address.query)
        except Refused as no:
            status, reply = no.status, {"error": {"type": no.kind, "code": no.code, "message": no.message}}
        return json.dumps(_shown(reply)), status, {}

    def close(self):
        """Nothing is open."""


class Fair(RuleBasedStateMachine):
    """A village with goods and a tour on sale, a county's officials, its bank and its payment service."""

    engine = stub = ways = market = clerk = departure = tour = None

    def __init__(self):
        super().__init__()
        self.session = Session(self.engine, expire_on_commit=False)
        self.now, self.numbers = trips.NOW, itertools.count(1)
        self.stub.book.__init__(now=lambda: self.now.timestamp())
        self.stub._kept.clear()
        self.till = Till(self.session, self.stub, self.ways, self.market)
        #: What the county's bank has by what happened there.
        self.bank, self.has_changed = 0, False

    def teardown(self):
        self.session.rollback()
        self.session.close()

    # how deeds are done

    def does(self, verb):
        """Do something at the present moment; what is refused leaves nothing. Return what it gave, or None."""
        with clock.stopped_at(self.now):
            before, point = self._changes(), self.session.begin_nested()
            try:
                given = verb()
                self.session.flush()
            except (Refusal, Refused):
                point.rollback()
                self.session.expire_all()
                return None
            point.commit()
            self.has_changed |= self._changes() > before
            return given

    def _changes(self):
        """Return how many rows were ever written through this connection, also those that were taken back."""
        return self.session.connection().connection.dbapi_connection.total_changes

    def one(self, model, number, *states):
        """Return the key of one of a table's rows, or None."""
        wish = select(model.id).order_by(model.id)
        keys = self.session.scalars(wish.where(model.state.in_(states)) if states else wish).all()
        return keys[number % len(keys)] if keys else None

    def at_stripe(self, kind, number, *statuses):
        found = [each for each in self.stub.book.of_kind(kind) if not statuses or each["status"] in statuses]
        return found[number % len(found)] if found else None

    def due(self, number):
        """Return one of what was ordered or booked."""
        refs = [*self.session.scalars(select(Purchase.ref)), *self.session.scalars(select(Booking.ref))]
        return types.SimpleNamespace(ref=refs[number % len(refs)]) if refs else None

    # buyers

    def order(self, number, some, **_):
        offer = (self.market.seed, self.market.rice, self.market.tea)[some % 3]
        return self.does(lambda: sales.place(self.session, [(offer, 1 + number % 4)], key=f"order-{next(self.numbers)}"))

    def book(self, number, some, **_):
        with clock.stopped_at(self.now):
            departure = tours.departure_by_id(self.session, departure_id=self.departure)
        return self.does(
            lambda: trips.held(self.session, self.tour, departure, 1 + number % 3, some % 2, key=f"b{next(self.numbers)}")
        )

    def open(self, number, **_):
        due = self.due(number)
        return self.does(lambda: self.till.open(due)) if due else None

    def pay(self, number, some, **_):
        """Pay on a page, whatever became here of what it is for: by card, or by a wallet whose money comes later or at once."""
        page = self.at_stripe("checkout.session", number, "open")
        if page:
            self.does(lambda: self.stub.book.pay(page["id"], method=("card", "alipay")[some % 2], later=some % 4 == 3))

    def pay_twice(self, number, some, **_):
        """Pay on a page; before anybody hears of it, pay the same otherwise, call it off, or let its time pass."""
        made = self.book(number, some) if some == 5 else self.order(number, some)
        visit = self.does(lambda: self.till.open(made)) if made else None
        if visit:
            self.stub.book.pay(visit.session_id)
            if some % 3 == 0:
                self.cancel(-1, 1)
            elif made.ref.startswith("L"):
                self._paid_offline(made.ref, some)
            self.tell_all()

    def arrive(self, number, some, **_):
        """Money that was on its way arrives, or does not."""
        waiting = [
            page for page in self.stub.book.of_kind("checkout.session")
            if page["payment_intent"] and self.stub.book.get(page["payment_intent"])["status"] == "processing"
        ]  # fmt: skip
        if waiting:
            self.stub.book.settle(waiting[number % len(waiting)]["id"], arrives=bool(some % 3))

    def buy(self, number, some, **_):
        """Single steps seldom come far enough in a short history."""
        made = self.book(number, some) if some == 5 else self.order(number, some)
        visit = self.does(lambda: self.till.open(made)) if made else None
        if visit:
            self.stub.book.pay(visit.session_id, method=("card", "wechat_pay")[some % 2])
            self.tell_all()

    def refund(self, number, some, **_):
        """Ask for a part of a line, and let an official agree."""
        line_id = self.one(OrderLine, number)
        if line_id is None:
            return
        refund = self.does(
            lambda: order_services.request_refund(
                self.session, key=f"r{next(self.numbers)}", line_id=line_id, quantity=1 + some % 2, reason=RefundReason.DAMAGED,
                note="", restock=bool(some % 2), by=self.market.buyer,
            )
        )  # fmt: skip
        if refund:
            self.does(lambda: order_services.approve_refund(self.session, refund_id=refund.id, by=self.market.second_official))
            if some > 2:
                self.sweep()

    def cancel(self, number, some, **_):
        """Call off an order before it is sent, what is not paid, or a booking."""
        key = f"c{next(self.numbers)}"
        if some % 3 == 0 and (booking := self.one(Booking, number)):
            self.does(lambda: tour_services.cancel_booking(self.session, key=key, booking_id=booking, by=None))
        elif some % 3 == 1 and (purchase := self.one(Purchase, number)):
            self.does(lambda: order_services.cancel_purchase(self.session, purchase_id=purchase, by=None))
        elif order := self.one(HouseholdOrder, number):
            for refund in (
                self.does(lambda: order_services.cancel_order(self.session, order_id=order, by=self.market.buyer, key=key)) or ()
            ):
                approve = functools.partial(order_services.approve_refund, self.session, refund_id=refund.id)
                self.does(functools.partial(approve, by=self.market.second_official))

    def deliver(self, number, **_):
        if order := self.one(HouseholdOrder, number):
            self.does(lambda: sales.sent(self.session, order, self.market.village.farmer))

    # the payment service

    def tell(self, number, **_):
        """Deliver any notification, again too."""
        if events := self.stub.book.events:
            self.does(lambda: self.till.told(events[number % len(events)]))

    def tell_all(self, **_):
        self.does(self.till.told_all)

    def other_refunds(self, some, **_):
        self.stub.book.refunds_are = ("succeeded", "pending", "failed")[some % 3]

    def refund_and_end(self, number, some, **_):
        """A refund is asked of the service, which keeps it, fails it, or lets it go through and come back."""
        self.stub.book.refunds_are = ("succeeded", "pending")[number % 2]
        self.refund(number, some)
        self.sweep()
        self.end_refund(-1, some)
        if some < 4:
            self.tell_all()

    def end_refund(self, number, some, **_):
        """A refund arrives, fails on its way, or comes back after it had arrived."""
        if some % 2 and (refund := self.at_stripe("refund", number, "pending")):
            self.stub.book.finish_refund(refund["id"])
        elif refund := self.at_stripe("refund", number, "pending", "succeeded"):
            self.stub.book.fail_refund(refund["id"])

    def lose(self, number, some, **_):
        """A dispute is opened, lost and decided."""
        self.dispute(number, 0)
        self.dispute(-1, 2)
        if some % 2:
            self.refund(number, some)
        self.decide(-1)

    def dispute(self, number, some, **_):
        """A bank takes a payment, decides, or turns what it decided."""
        disputes = self.stub.book.of_kind("dispute")
        if disputes and some % 3:
            one = disputes[number % len(disputes)]
            won = some % 2 == 1
            if one["status"] != ("won" if won else "lost"):
                if one["status"] == "won":
                    self.stub.book.withdraw(one["id"])
                self.stub.book.close_dispute(one["id"], won=won)
        else:
            paid = [
                each for each in self.stub.book.of_kind("charge")
                if not each["disputed"] and not each["refunded"]
                and all(other["charge"] != each["id"] for other in disputes)
            ]  # fmt: skip
            if paid:
                name, _event = self.stub.book.dispute(paid[number % len(paid)]["payment_intent"])
                self.stub.book.withdraw(name)
        self.tell_all()

    def hand_over(self, number, some, **_):
        """The service pays out to the county's bank, or a payout comes back."""
        payouts = [each for each in self.stub.book.of_kind("payout") if each["status"] == "paid"]
        if payouts and some % 3 == 0:
            one = payouts[number % len(payouts)]
            self.stub.book.fail_payout(one["id"])
        elif sum(each["line"]["net"] for each in self.stub.book.balance if each["payout"] is None) > 0:
            self.stub.book.pay_out()
        self.tell_all()

    # officials

    def pay_offline(self, number, some, **_):
        """Two officials see money that somebody brought, late or twice too."""
        if due := self.due(number):
            self._paid_offline(due.ref, some)

    def _paid_offline(self, ref, some):
        if some % 2:
            self.does(lambda: services.start_payment(self.session, gateways=self.ways, ref=ref, gateway="offline"))
        total = self.session.scalar(select(Purchase.total_fen).where(Purchase.ref == ref)) or self.session.scalar(
            select(Booking.total_fen).where(Booking.ref == ref)
        )
        count = next(self.numbers)
        receipt = self.does(
            lambda: services.record_offline_receipt(
                self.session, key=f"o{count}", ref=ref, method=Method.BANK_TRANSFER, bank_ref=f"IN-{count}", amount_fen=total,
                by=self.market.second_official,
            )
        )  # fmt: skip
        if receipt and self.does(
            lambda: services.confirm_offline_receipt(self.session, gateways=self.ways, receipt_id=receipt.id, by=self.clerk)
        ):
            self.bank += receipt.amount_fen

    def return_receipt(self, number, **_):
        if receipt := self.one(OfflineReceipt, number, "to_return"):
            self._goes_back(
                lambda by: services.record_return(self.session, receipt_id=receipt, by=by, bank_ref=f"BACK-{next(self.numbers)}"),
                lambda by: services.confirm_return(self.session, receipt_id=receipt, by=by),
            )

    def return_surplus(self, number, **_):
        if surplus := self.one(PaymentSurplus, number, "to_return"):
            self._goes_back(
                lambda by: services.record_surplus_return(
                    self.session, surplus_id=surplus, by=by, bank_ref=f"BACK-{next(self.numbers)}"
                ),
                lambda by: services.confirm_surplus_return(self.session, surplus_id=surplus, by=by),
            )

    def carry(self, number, some, **_):
        """Two officials send a refund, or take back that they did."""
        kind = DueKind.BOOKING if some % 2 else DueKind.PURCHASE
        refund = self.one(BookingRefund if some % 2 else Refund, number, "approved", "failed")
        if refund is None:
            return
        count = next(self.numbers)
        transfer = self.does(
            lambda: services.record_refund_transfer(
                self.session, key=f"t{count}", refund_id=refund, bank_ref=f"OUT-{count}", by=self.clerk,
                kind=kind,
            )
        )  # fmt: skip
        if transfer is None:
            return
        if some == 4:
            self.does(
                lambda: services.withdraw_refund_transfer(
                    self.session, transfer_id=transfer.id, by=self.market.second_official, reason="重来"
                )
            )
        elif self.does(
            lambda: services.confirm_refund_transfer(self.session, transfer_id=transfer.id, by=self.market.second_official)
        ):
            self.bank -= transfer.amount_fen

    def _goes_back(self, record, confirm):
        """Let one official record what leaves the bank, and another confirm it."""
        if self.does(lambda: record(self.clerk)) and (done := self.does(lambda: confirm(self.market.second_official))):
            self.bank -= done.amount_fen

    def decide(self, number, **_):
        if dispute := self.one(PaymentDispute, number, "lost"):
            for verb, by in (
                (services.propose_bearer, self.clerk), (services.decide_bearer, self.market.second_official)
            ):  # fmt: skip
                self.does(functools.partial(verb, self.session, dispute_id=dispute, by=by))

    # settlements

    def prepare(self, some, **_):
        """Prepare a batch of a month, or of one seller now, and let another official approve it."""
        chosen = [self.market.village.seller_ref] if some % 2 else None
        batch = self.does(
            lambda: settling.prepare_batch(
                self.session, key=ids.uuid7(), area_code=COUNTY, by=self.clerk,
                month=None if chosen else clock.month_of(self.now), seller_refs=chosen,
            )
        )  # fmt: skip
        if batch:
            self.does(lambda: settling.approve_batch(self.session, batch_id=batch.id, by=self.market.second_official))

    def send(self, number, **_):
        batches = income.batches(self.session, (COUNTY,))
        if batches:
            batch = batches[number % len(batches)].id
            self.does(lambda: settling.make_bank_file(self.session, batch_id=batch, by=self.clerk, sealer=sales.SEALER))

    def _attempt(self, number, *states):
        rows = [one for one in income.payouts(self.session, (COUNTY,), limit=500) if one.state in states and one.way == "bank"]
        return rows[number % len(rows)] if rows else None

    @property
    def who(self):
        """Return those who settle, as the builders of settlements call them."""
        return types.SimpleNamespace(clerk=self.clerk, cashier=self.market.second_official)

    def bank_pays(self, number, **_):
        one = self._attempt(number, SettlementState.SENT)
        if one and self.does(lambda: payees.paid_by_bank(self.session, self.who, one, f"P{next(self.numbers)}")):
            self.bank -= one.amount_fen

    def bank_returns(self, number, **_):
        """What was sent comes back, or what stood as paid."""
        one = self._attempt(number, SettlementState.SENT, SettlementState.PAID)
        if one and self.does(lambda: payees.returned_by_bank(self.session, self.who, one)):
            self.bank += one.amount_fen if one.state == SettlementState.PAID else 0

    def again(self, number, **_):
        one = self._attempt(number, SettlementState.RETURNED)
        second = one and self.does(
            lambda: settling.prepare_attempt(self.session, key=ids.uuid7(), settlement_id=one.id, by=self.who.clerk)
        )
        if second:
            self.does(lambda: settling.approve_attempt(self.session, settlement_id=second.id, by=self.who.cashier))
            self.send(0)

    def whole_way(self, number, some, **_):
        """Sell, deliver, earn, and pay the seller."""
        self.buy(number, some % 3)
        self.deliver(-1)
        self.time_passes(some=5)
        self.prepare(some=1)
        self.send(0)
        if some % 2:
            self.bank_pays(0)

    # time

    def sweep(self, **_):
        self.does(lambda: self.till.sweep() or True)
        for verb in (
            order_services.expire_purchases, order_services.complete_due, services.expire_intents, tour_services.expire_bookings,
            tour_services.close_due, tour_services.run_due, tour_services.earn_due,
        ):  # fmt: skip
            self.does(functools.partial(verb, self.session))

    def time_passes(self, some, **_):
        self.now += dt.timedelta(hours=(0.3, 0.8, 5, 30, 80, 250)[some])
        self.sweep()

    def reckon(self, **_):
        """Once nothing is on its way and all has been told and asked, the book says what lies at the service."""
        self.stub.book.refunds_are = "succeeded"
        for _round in range(3):
            for refund in self.stub.book.of_kind("refund"):
                if refund["status"] == "pending":
                    self.stub.book.finish_refund(refund["id"])
            self.sweep()
            self.tell_all()
        lines = [each["line"] for each in self.stub.book.balance]
        held = sum(line["net"] + (line["fee"] if line["type"] == "charge" else 0) for line in lines)
        assert balance(self.session, "clearing/stripe") == held, "what lies at the service"

    @rule(deed=st.sampled_from(DEEDS), number=st.integers(-4, -1), some=st.integers(0, 5))
    def step(self, deed, number, some):
        """Do one deed: to the latest of its kind or one before, in one of its ways."""
        getattr(self, deed)(number=number, some=some)

    @invariant()
    def every_truth_holds(self):
        if not self.has_changed:
            return
        with clock.stopped_at(self.now):
            assert [name for name, check in TRUTHS if not truths.holds(self.session, name, check)] == []
        handed_over = sum(each["amount"] for each in self.stub.book.of_kind("payout") if each["status"] == "paid")
        assert balance(self.session, "bank") == self.bank + handed_over, "what the bank has"
        self.has_changed = False


TRUTHS = tuple((name, check) for package in PACKAGES for name, check in truths.checks_of(package) if not name.startswith(ASIDE))


@pytest.fixture
def fair(sqlite_template, scratch):
    """A county in which nothing has happened yet; each sequence leaves it so."""
    path = scratch / f"money-{uuid.uuid4().hex[:8]}.db"
    shutil.copy(sqlite_template, path)
    engine = sharing(make_engine(f"sqlite:///{path}"))
    with running() as stub, clock.stopped_at(trips.NOW), Session(engine, expire_on_commit=False) as session:
        market = sales.fair(session, quantity=12)
        village = market.village
        where = types.SimpleNamespace(host_seller=village.seller_id, host_farmer=village.farmer, official=village.official)
        tour = trips.experience(session, where, most=8)
        departure = trips.leaves(session, tour)
        clerk = places.official(session, "county_official", COUNTY)
        who = types.SimpleNamespace(clerk=clerk, cashier=market.second_official)
        for seller, number in ((village.seller_id, "6222000011110001"), (village.shop_id, "6222000011110002")):
            payees.with_account(session, who, seller, number)
        session.commit()
        ways = gateways_for(is_production=False, configured=Configured(stub.words(), is_production=False))
        gateway = ways.get("stripe")
        gateway._client = stripe.StripeClient(
            gateway.terms.secret_key, base_addresses={"api": gateway.terms.api_base}, http_client=Wireless(stub)
        )
        yield type(
            "Fair", (Fair,),
            {
                "engine": engine, "stub": stub, "ways": ways, "market": market, "clerk": clerk, "tour": tour,
                "departure": departure.id,
            },
        )  # fmt: skip
    engine.dispose()
    path.unlink()


def play(fair, sequences, **more):
    run_state_machine_as_test(
        fair,
        settings=settings(
            max_examples=sequences, stateful_step_count=STEPS, deadline=None, phases=PHASES, print_blob=True,
            suppress_health_check=list(HealthCheck), **more,
        ),
    )  # fmt: skip


@pytest.mark.faults
def test_whatever_happens_to_money_in_whatever_order_every_truth_holds(fair):
    play(fair, SEQUENCES)


@pytest.mark.faults
@pytest.mark.long
def test_a_refund_that_comes_back_and_is_owed_to_nobody_is_found_in_some_sequences(fair, monkeypatch):
    monkeypatch.setattr("marketplace.payments.services.sending.owe_again", lambda *_args, **_facts: None)
    with pytest.raises((AssertionError, IntegrityError)):
        play(fair, 100, derandomize=True)


@pytest.mark.faults
@pytest.mark.long
def test_money_taken_for_a_dispute_that_the_book_does_not_hear_of_is_found_when_all_is_compared(fair, monkeypatch):
    monkeypatch.setattr("marketplace.payments.services.disputes._post_sums", lambda *_args, **_facts: None)
    machine = fair()
    machine.buy(number=-1, some=0)
    machine.reckon()
    machine.dispute(number=-1, some=0)
    with pytest.raises(AssertionError, match="what lies at the service"):
        machine.reckon()
    machine.teardown()
