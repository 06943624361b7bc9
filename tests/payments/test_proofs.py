"""A buyer's receipt says what was paid, how, to whom and what went back, on the page and as PDF, and to nobody else."""

import re

import pytest

from marketplace.kernel import clock
from marketplace.orders import queries as orders
from marketplace.payments import services as payments
from marketplace.tours import services as tours
from marketplace.web import faces
from tests.orders import sales
from tests.papers import pages_of
from tests.payments import money
from tests.tours import trips

by_orders_alone = pytest.mark.breaks_truths(
    "paid and refunded through orders alone", "payments.dues_paid_by_nothing", "payments.refunds_nobody_sent"
)
needs_face = pytest.mark.skipif(faces.installed_face() is None, reason="no Chinese face is installed, so no PDF is offered")


@pytest.fixture
def bought(app, writing, client):
    """Two packs of seed and a box of greens of another seller, paid in trial; one pack has gone back."""
    client.set_cookie("lang", "en")
    fair = sales.fair(writing)
    waiting = sales.place(writing, [(fair.seed, 2), (fair.tea, 1)], sealer=app.extensions["sealer"])
    assert sales.pay(writing, waiting, fee_fen=70, gateway="sandbox")
    placed = orders.purchase_by_id(writing, purchase_id=waiting.id)
    line = next(line for order in placed.orders for line in order.lines if line.quantity == 2)
    sales.refunded(writing, fair, sales.asked(writing, line, 1))
    writing.commit()
    knows(client, placed.ref)
    return orders.purchase_by_id(writing, purchase_id=placed.id)


def knows(client, *refs):
    with client.session_transaction() as held:
        held["orders"] = list(refs)


def split_of(page):
    return sum(int(fen.replace(",", "").replace(".", "")) for fen in re.findall(r'dots"></span><b class="num">¥([\d,.]+)<', page))


@by_orders_alone
def test_it_says_what_was_paid_and_what_went_back_and_where_the_rest_is(bought, client):
    answer = client.get(f"/orders/{bought.ref}/receipt")
    assert answer.headers["Cache-Control"] == "private, no-store"
    page = answer.text
    back_fen = sum(refund.total_fen for order in bought.orders for refund in order.refunds)
    assert back_fen == 4_800
    assert "−¥48.00" in page
    assert "Money has gone back" in page
    assert "not a tax invoice" in page
    assert "王雨" not in page
    assert "139" not in page
    assert split_of(page) == bought.total_fen - back_fen
    assert f"/orders/{bought.ref}/receipt" in client.get(f"/orders/{bought.ref}").text


@by_orders_alone
@needs_face
def test_the_pdf_carries_the_same_sums_and_is_the_same_each_time(bought, client):
    first = client.get(f"/orders/{bought.ref}/receipt.pdf")
    assert (first.mimetype, first.headers["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert client.get(f"/orders/{bought.ref}/receipt.pdf").get_data() == first.get_data()
    (words,) = pages_of(first.get_data())
    total = f"{bought.total_fen // 100}.{bought.total_fen % 100:02d}"
    for piece in ("Receipt", bought.ref, "Trial payment", total, "−48.00", "空心菜"):
        assert piece in words
    back = next(refund for order in bought.orders for refund in order.refunds)
    assert words.replace("\n", " ").count(back.title_in("en")) == 2, "the goods, and the money for them that went back"
    assert "13900000011" not in words.replace("\n", "")


@by_orders_alone
def test_whoever_does_not_know_the_order_has_no_receipt_of_it(bought, client):
    knows(client)
    for ending in ("", ".pdf"):
        assert client.get(f"/orders/{bought.ref}/receipt{ending}").status_code == 404
        assert client.get(f"/bookings/{bought.ref}/receipt{ending}").status_code == 404


@by_orders_alone
def test_what_is_not_paid_has_no_receipt(app, bought, writing, client):
    waits = sales.place(writing, [(bought.orders[0].lines[0].offer_ref, 1)], sealer=app.extensions["sealer"])
    writing.commit()
    knows(client, waits.ref)
    assert client.get(f"/orders/{waits.ref}/receipt").location == f"/orders/{waits.ref}"
    assert client.get(f"/orders/{waits.ref}/receipt.pdf").status_code == 404


@by_orders_alone
def test_without_a_face_the_page_is_printed_and_no_pdf_is_offered(bought, client, monkeypatch):
    monkeypatch.setattr("marketplace.payments.views.proofs.installed_face", lambda: None)
    page = client.get(f"/orders/{bought.ref}/receipt").text
    assert "receipt.pdf" not in page
    assert "data-print" in page
    assert client.get(f"/orders/{bought.ref}/receipt.pdf").status_code == 404


@needs_face
def test_a_booking_has_one_with_its_payees_by_name(writing, client):
    client.set_cookie("lang", "en")
    with clock.stopped_at(trips.NOW):
        where = trips.county(writing)
        tour = trips.experience(writing, where)
        booking = trips.held(writing, tour, trips.leaves(writing, tour), 3)
        intent = payments.start_payment(writing, gateways=money.GATEWAYS, ref=booking.ref, gateway="sandbox")
        payments.pay_at_trial_till(writing, gateways=money.GATEWAYS, intent_id=intent.id, key="t", succeeds=True)
        writing.commit()
        knows(client, booking.ref)
        page = client.get(f"/bookings/{booking.ref}/receipt").text
        assert split_of(page) == booking.total_fen
        assert "Trial payment" in page
        (words,) = pages_of(client.get(f"/bookings/{booking.ref}/receipt.pdf").get_data())
        assert booking.ref in words
        tours.cancel_booking(writing, key="c", booking_id=booking.id, by=None)
        writing.commit()
        assert f"−¥{booking.total_fen // 100}" in client.get(f"/bookings/{booking.ref}/receipt").text
