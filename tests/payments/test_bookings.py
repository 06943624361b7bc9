"""A booking is paid, and paid back, by the same two roads as a purchase: two officials, or a machine."""

import datetime as dt

import pytest

from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.ledger.queries import balance
from marketplace.payments import queries, services
from marketplace.payments.dues import due_by_ref, refunds_to_carry
from marketplace.payments.refusals import NeedsSecondOfficial, NothingToPay, OwnPurchase
from marketplace.payments.values import SANDBOX, DueKind, IntentState, Method, ReceiptState
from marketplace.tours import queries as tours
from marketplace.tours import services as tour_services
from marketplace.tours.values import BookingState
from tests import truths
from tests.farmers import places
from tests.payments import money
from tests.payments.stripe_till import Till
from tests.tours import trips

GATEWAYS = money.GATEWAYS


@pytest.fixture(autouse=True)
def _stopped():
    with clock.stopped_at(trips.NOW):
        yield


@pytest.fixture
def where(session):
    found = trips.county(session)
    yield found
    assert truths.breaches(session) == {}


@pytest.fixture
def seats(session, where):
    tour = trips.experience(session, where)
    return trips.held(session, tour, trips.leaves(session, tour), 3)


def state_of(session, booking):
    return tours.booking_by_id(session, booking_id=booking.id).state


def record(session, booking, by, key="slip", bank_ref="B-1"):
    return services.record_offline_receipt(
        session, key=key, ref=booking.ref, method=Method.BANK_TRANSFER, bank_ref=bank_ref, amount_fen=booking.total_fen, by=by
    )


def test_two_officials_see_the_money_and_the_seats_are_sold(session, where, seats):
    chosen = services.start_payment(session, gateways=GATEWAYS, ref=seats.ref, gateway="offline")
    assert (chosen.due_kind, chosen.due_ref, chosen.amount_fen) == (DueKind.BOOKING, seats.ref, 26_400)
    receipt = record(session, seats, where.township)
    with pytest.raises(NeedsSecondOfficial):
        services.confirm_offline_receipt(session, gateways=GATEWAYS, receipt_id=receipt.id, by=where.township)
    seen = services.confirm_offline_receipt(session, gateways=GATEWAYS, receipt_id=receipt.id, by=where.second)
    assert seen.state is ReceiptState.CONFIRMED
    assert state_of(session, seats) is BookingState.CONFIRMED
    assert balance(session, "bank") == 26_400
    (intent,) = queries.intents_of(session, due_by_ref(session, seats.ref))
    assert intent.state is IntentState.SUCCEEDED
    with pytest.raises(NothingToPay):
        services.start_payment(session, gateways=GATEWAYS, ref=seats.ref, gateway="offline")


def test_the_host_does_not_vouch_for_the_money_of_their_own_guests(session, where, seats):
    with pytest.raises(OwnPurchase):
        record(session, seats, where.host_farmer)


def test_the_trial_till_sells_seats_and_gives_money_back_by_itself(session, where, seats):
    intent = services.start_payment(session, gateways=GATEWAYS, ref=seats.ref, gateway=SANDBOX)
    services.pay_at_trial_till(session, gateways=GATEWAYS, intent_id=intent.id, key="t", succeeds=True)
    assert state_of(session, seats) is BookingState.CONFIRMED
    tour_services.cancel_booking(session, key="c", booking_id=seats.id, by=None)
    assert services.begin_refunds(session) == 1
    begun = queries.refunds_begun(session)
    answers = {
        number: GATEWAYS.get(asked.gateway).refund(key=asked.key, payment_ref="", amount_minor=asked.amount_minor)
        for number, asked in begun.items()
    }
    assert services.finish_refunds(session, answers=answers) == 1
    (refund,) = tours.booking_by_id(session, booking_id=seats.id).refunds
    assert (refund.state, refund.amount_fen) == ("succeeded", 26_400)
    assert balance(session, "clearing/sandbox") == 0


def test_officials_send_back_what_came_by_transfer(session, where, seats):
    services.start_payment(session, gateways=GATEWAYS, ref=seats.ref, gateway="offline")
    receipt = record(session, seats, where.township)
    services.confirm_offline_receipt(session, gateways=GATEWAYS, receipt_id=receipt.id, by=where.second)
    tour_services.cancel_booking(session, key="c", booking_id=seats.id, by=None)
    (refund,) = refunds_to_carry(session, [places.VILLAGE])
    assert (refund.kind, refund.due_ref) == (DueKind.BOOKING, seats.ref)
    assert session.scalar(queries.count_transfers_waiting([places.VILLAGE])) == 1
    sent = services.record_refund_transfer(
        session, key="s", kind=refund.kind, refund_id=refund.id, bank_ref="B-2", by=where.township
    )
    assert session.scalar(queries.count_transfers_waiting([places.VILLAGE])) == 1
    services.confirm_refund_transfer(session, transfer_id=sent.id, by=where.second)
    assert refunds_to_carry(session, [places.VILLAGE]) == []
    assert session.scalar(queries.count_transfers_waiting([places.VILLAGE])) == 0
    assert balance(session, "bank") == 0


def test_money_for_seats_that_are_gone_has_to_go_back(session, where):
    tour = trips.experience(session, where, most=2)
    departure = trips.leaves(session, tour)
    late = trips.held(session, tour, departure)
    services.start_payment(session, gateways=GATEWAYS, ref=late.ref, gateway="offline")
    with clock.stopped_at(trips.NOW + dt.timedelta(days=4)):
        tour_services.expire_bookings(session)
        assert services.expire_intents(session) == 1
        trips.held(session, tour, departure)
        receipt = record(session, late, where.township)
        seen = services.confirm_offline_receipt(session, gateways=GATEWAYS, receipt_id=receipt.id, by=where.second)
        assert seen.state is ReceiptState.TO_RETURN
        services.record_return(session, receipt_id=receipt.id, by=where.township, bank_ref="B-9")
        services.confirm_return(session, receipt_id=receipt.id, by=where.second)
        assert state_of(session, late) is BookingState.EXPIRED


def test_a_reference_that_names_nothing_is_not_there(session, where):
    with pytest.raises(NotThere):
        services.start_payment(session, gateways=GATEWAYS, ref="B0000000000", gateway="offline")


def test_seats_are_paid_at_a_payment_service_and_go_back_the_same_way(session, stub, ways, where, seats):
    till = Till(session, stub, ways, where)
    visit = till.open(seats)
    held = tours.booking_by_id(session, booking_id=seats.id)
    assert held.hold_until == visit.expires_at + dt.timedelta(minutes=2)
    assert till.told(stub.book.pay(visit.session_id, method="alipay")) == "paid"
    assert state_of(session, seats) is BookingState.CONFIRMED
    assert balance(session, "clearing/stripe") == 26_400
    tour_services.cancel_booking(session, key="c", booking_id=seats.id, by=None)
    till.sweep()
    assert tours.booking_by_id(session, booking_id=seats.id).refunds[0].state == "succeeded"
    assert balance(session, "clearing/stripe") == 0
