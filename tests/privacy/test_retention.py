"""What is past its time is forgotten by sweeps: once, and nothing else with it."""

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.orders import queries, services
from marketplace.orders.models import Purchase
from marketplace.orders.values import Contact
from marketplace.tours import queries as tour_queries
from marketplace.tours import services as tours
from marketplace.tours.models import Booking, Departure
from marketplace.tours.values import Leader
from tests.orders import sales
from tests.tours import trips

LONG = dt.timedelta(days=3 * 366 + 1)


@pytest.mark.breaks_truths("money is said to have come as payments would", "payments.dues_paid_by_nothing")
def test_buyers_are_forgotten_three_years_after_a_finished_order_and_a_month_after_an_unpaid_one(session):
    fair = sales.fair(session)
    with clock.stopped_at(sales.AT):
        unpaid, open_one, done = (sales.place(session, [(fair.seed, 1)]) for _ in range(3))
        for purchase in (open_one, done):
            sales.pay(session, purchase)
        services.expire_purchases(session, now=sales.AT + dt.timedelta(days=1))
        for order in queries.purchase_by_id(session, purchase_id=done.id).orders:
            sales.sent(session, order.id, fair.village.farmer)
    services.complete_due(session, now=sales.AT + dt.timedelta(days=30))
    session.commit()

    def named():
        session.expire_all()
        return [queries.contact_of(session, purchase_id=one.id, sealer=sales.SEALER) != Contact("", "", "") for one in
                (unpaid, open_one, done)]  # fmt: skip

    with clock.stopped_at(sales.AT + dt.timedelta(days=29)):
        assert services.forget_buyers(session) == 0
    with clock.stopped_at(sales.AT + dt.timedelta(days=31)):
        assert services.forget_buyers(session) == 1
        assert named() == [False, True, True]
    with clock.stopped_at(sales.AT + LONG):
        assert services.forget_buyers(session) == 1
        assert services.forget_buyers(session) == 0
        # an order that never ended still needs its address
        assert named() == [False, True, False]
    assert session.scalar(select(Purchase.total_fen).where(Purchase.id == done.id)) == done.total_fen


@pytest.mark.breaks_truths("money is said to have come as payments would", "payments.dues_paid_by_nothing")
def test_who_led_a_visit_is_forgotten_three_years_later(session):
    with clock.stopped_at(trips.NOW):
        where = trips.county(session)
        tour = trips.experience(session, where)
        view = trips.booked(session, tour, trips.leaves(session, tour), 1)
        session.commit()
        assert tours.forget_leaders(session) == 0
    ended = session.scalar(select(Departure.ends_at))
    assert tours.forget_leaders(session, now=ended + LONG) == 1
    assert tours.forget_leaders(session, now=ended + LONG) == 0
    assert tour_queries.leader_of(session, booking_id=view.id, sealer=trips.SEALER) == Leader("", "")
    assert session.scalar(select(Booking.total_fen)) == view.total_fen
