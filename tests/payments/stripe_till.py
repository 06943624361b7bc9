"""What the site does at Stripe, step by step: open a page, take notifications, let the sweeps run. Services alone, real HTTP."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from marketplace.kernel import clock
from marketplace.orders import queries as orders
from marketplace.orders import services as order_services
from marketplace.payments import jobs, queries, services
from marketplace.payments.queries import hosted
from tests.orders.sales import asked, place

SITE = "https://fair.example"


def say(_locale, words):
    return words


@dataclass
class Till:
    session: Any
    stub: Any
    ways: Any
    market: Any

    @property
    def gateway(self):
        return self.ways.get("stripe")

    def keep_time(self):
        """Set Stripe's clock by ours: its server answers in threads of its own, where a clock that is stopped here goes on."""
        at = clock.now().timestamp()
        self.stub.book.now = lambda: at

    def open(self, purchase, locale="zh"):
        """Open a page for what is due, as the buyer's click does; return the visit."""
        self.keep_time()
        visit = services.begin_checkout(
            self.session, gateways=self.ways, ref=purchase.ref, gateway="stripe", locale=locale, site=SITE
        )
        if visit.state == "opening":
            fact = self.gateway.open(hosted.wish_of(self.session, checkout=visit, say=say))
            services.take_checkout(self.session, gateways=self.ways, gateway="stripe", fact=fact)
        return hosted.checkouts_of(self.session, due_ref=purchase.ref)[-1]

    def told(self, event, **signing):
        """Take a notification as the webhook does; return the word for what it led to."""
        body, headers = self.stub.signed(event, at=clock.now().timestamp(), **signing)
        notice = self.gateway.read(body, headers)
        facts = tuple(self.gateway.look_up(notice))
        return services.take_notice(self.session, gateways=self.ways, gateway="stripe", notice=notice, facts=facts)

    def told_all(self):
        """Take every notification that was not taken yet, the oldest first; return the words."""
        return [
            self.told(event)
            for event in self.stub.book.events
            if not hosted.is_notified(self.session, gateway="stripe", event_id=event["id"])
        ]

    def paid(self, items=None, method="card", **facts):
        """Order, pay on the page, and be told; return the purchase as it stands and its visit."""
        purchase = place(self.session, items or [(self.market.seed, 2)], **facts)
        visit = self.open(purchase)
        self.told(self.stub.book.pay(visit.session_id, method=method))
        return self.now(purchase), self.visit(purchase)

    def now(self, purchase):
        self.session.expire_all()
        return orders.purchase_by_id(self.session, purchase_id=purchase.id)

    def visit(self, purchase):
        self.session.expire_all()
        return hosted.checkouts_of(self.session, due_ref=purchase.ref)[-1]

    def approved(self, line, quantity, **facts):
        refund = asked(self.session, line, quantity, by=self.market.buyer, **facts)
        order_services.approve_refund(self.session, refund_id=refund.id, by=self.market.second_official)
        return refund

    def refund_state(self, refund):
        self.session.expire_all()
        return orders.refund_by_id(self.session, refund_id=refund.id).state

    def sweep(self):
        """Let the sweeps of money run once: begin what is due, ask, take the answers; the same for visits."""
        self.keep_time()
        services.begin_refunds(self.session)
        services.finish_refunds(self.session, answers=jobs.ask_refunds(self.ways, queries.refunds_begun(self.session)))
        looked = [
            (one, hosted.wish_of(self.session, checkout=one, say=say) if one.state == "opening" else None)
            for one in hosted.checkouts_to_look_after(self.session)
        ]
        for checkout, fact in jobs.ask_checkouts(self.ways, looked):
            if fact is None:
                services.give_up_checkout(self.session, checkout_id=checkout.id)
            else:
                services.take_checkout(self.session, gateways=self.ways, gateway=checkout.gateway, fact=fact)

    def surpluses(self, purchase):
        return hosted.surpluses_of(self.session, due_ref=purchase.ref)


def later(**span):
    """Hold the clock at a moment from now."""
    return clock.stopped_at(clock.now() + dt.timedelta(**span))
