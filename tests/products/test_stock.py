"""Stock held, sold, let go, put back and counted."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import AuditEvent
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.products import queries, refusals, services
from marketplace.products.invariants import CHECKS
from tests.products.goods import assert_truths_hold, on_sale, soon, village


@pytest.fixture
def place(session):
    return village(session)


def left(session, *offers):
    session.expire_all()
    return [queries.left_of(session, [offer.id])[offer.id] for offer in offers]


def test_a_hold_takes_all_its_lines_or_none(session, place):
    seed, rice = on_sale(session, place, quantity=10), on_sale(session, place, quantity=3)
    session.commit()
    with pytest.raises(refusals.SoldOut) as refused:
        services.hold_stock(session, key="a", lines=[(seed.id, 4), (rice.id, 4)], until=soon(), source="x")
    session.rollback()
    assert (refused.value.offer_id, refused.value.left) == (rice.id, 3)
    assert left(session, seed, rice) == [10, 3]
    services.hold_stock(session, key="a", lines=[(seed.id, 4), (rice.id, 3)], until=soon(), source="x")
    assert left(session, seed, rice) == [6, 0]
    assert_truths_hold(session)


def test_the_same_key_holds_once_and_other_lines_under_it_are_refused(session, place):
    offer = on_sale(session, place)
    for _again in range(3):
        services.hold_stock(session, key="a", lines=[(offer.id, 2), (offer.id, 3)], until=soon(), source="x")
    assert left(session, offer) == [45]
    with pytest.raises(refusals.HoldDiffers):
        services.hold_stock(session, key="a", lines=[(offer.id, 6)], until=soon(), source="x")
    assert_truths_hold(session)


@pytest.mark.parametrize("quantity", [0, -1, 10**9])
def test_a_quantity_that_cannot_be_is_refused(session, place, quantity):
    offer = on_sale(session, place)
    with pytest.raises(refusals.QuantityRefused):
        services.hold_stock(session, key="a", lines=[(offer.id, quantity)], until=soon(), source="x")
    with pytest.raises(refusals.QuantityRefused):
        services.hold_stock(session, key="a", lines=[], until=soon(), source="x")
    assert left(session, offer) == [50]


def test_what_is_not_on_sale_cannot_be_held_however_many_there_are(session, place):
    offer = on_sale(session, place)
    services.pause_offer(session, offer_id=offer.id, by=place.farmer)
    with pytest.raises(refusals.SoldOut) as refused:
        services.hold_stock(session, key="a", lines=[(offer.id, 1)], until=soon(), source="x")
    assert refused.value.left == 0
    assert str(refused.value) == "“莲子 500克” is sold out."
    with pytest.raises(NotThere):
        services.hold_stock(session, key="b", lines=[(999_999, 1)], until=soon(), source="x")


def test_a_hold_runs_out_and_a_sale_does_not(session, place):
    offer = on_sale(session, place)
    services.hold_stock(session, key="dead", lines=[(offer.id, 5)], until=soon(30), source="x")
    services.hold_stock(session, key="paid", lines=[(offer.id, 7)], until=soon(30), source="x")
    services.hold_stock(session, key="longer", lines=[(offer.id, 11)], until=soon(30), source="x")
    services.commit_hold(session, key="paid")
    services.extend_hold(session, key="longer", until=soon(120))
    assert services.expire_holds(session) == 0
    with clock.stopped_at(soon(31)):
        assert services.expire_holds(session) == 1
        assert services.expire_holds(session) == 0
        assert left(session, offer) == [50 - 7 - 11]
        services.release_hold(session, key="dead")
        with pytest.raises(refusals.HoldEnded):
            services.commit_hold(session, key="dead")
        with pytest.raises(refusals.HoldEnded):
            services.extend_hold(session, key="dead", until=soon(60))
        with pytest.raises(refusals.HoldEnded):
            services.hold_stock(session, key="dead", lines=[(offer.id, 5)], until=soon(), source="x")
        assert_truths_hold(session)


def test_a_hold_is_never_shortened(session, place):
    offer = on_sale(session, place)
    services.hold_stock(session, key="a", lines=[(offer.id, 1)], until=soon(60), source="x")
    services.extend_hold(session, key="a", until=soon(5))
    with clock.stopped_at(soon(30)):
        assert services.expire_holds(session) == 0


def test_committing_and_releasing_twice_is_doing_it_once(session, place):
    offer = on_sale(session, place)
    services.hold_stock(session, key="a", lines=[(offer.id, 5)], until=soon(), source="x")
    services.commit_hold(session, key="a")
    services.commit_hold(session, key="a")
    session.refresh(offer)
    assert offer.sold_count == 5
    with pytest.raises(refusals.HoldCommitted):
        services.release_hold(session, key="a")
    services.hold_stock(session, key="b", lines=[(offer.id, 5)], until=soon(), source="x")
    services.release_hold(session, key="b")
    services.release_hold(session, key="b")
    services.release_hold(session, key="never made")
    assert left(session, offer) == [45]
    with pytest.raises(refusals.HoldEnded):
        services.commit_hold(session, key="never made")
    assert_truths_hold(session)


def test_refunded_goods_go_back_once_and_never_more_than_were_sold(session, place):
    offer = on_sale(session, place)
    services.hold_stock(session, key="a", lines=[(offer.id, 5)], until=soon(), source="x")
    services.commit_hold(session, key="a")
    services.restock(session, offer_id=offer.id, quantity=2, source="refund/1")
    services.restock(session, offer_id=offer.id, quantity=2, source="refund/1")
    assert left(session, offer) == [47]
    with pytest.raises(refusals.QuantityRefused):
        services.restock(session, offer_id=offer.id, quantity=4, source="refund/2")
    assert_truths_hold(session)


def test_counting_the_shelf_leaves_what_is_held_and_sold(session, place):
    offer = on_sale(session, place)
    services.hold_stock(session, key="a", lines=[(offer.id, 5)], until=soon(), source="x")
    services.set_stock(session, offer_id=offer.id, left=3, by=place.farmer)
    assert left(session, offer) == [3]
    services.release_hold(session, key="a")
    assert left(session, offer) == [8]
    services.set_stock(session, offer_id=offer.id, left=0, by=place.farmer)
    with pytest.raises(refusals.QuantityRefused):
        services.set_stock(session, offer_id=offer.id, left=-1, by=place.farmer)
    assert left(session, offer) == [0]
    assert_truths_hold(session)


def test_the_trail_says_who_counted_what_was_left_before_and_after(session, place):
    offer = on_sale(session, place, quantity=10)
    services.hold_stock(session, key="a", lines=[(offer.id, 4)], until=soon(), source="x")
    for left_now in (9, 9):
        services.set_stock(session, offer_id=offer.id, left=left_now, by=place.official)
    counted = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "products.set_stock", AuditEvent.before["left"].as_integer() == 6)
    )
    assert [(row.user_id, row.object_ref, row.after) for row in counted] == [(place.official, offer.ref, {"left": 9})]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE stock_movements SET taken_delta = 0, on_hand_delta = 1",
        "DELETE FROM stock_movements",
        "UPDATE reservations SET state = 'held'",
        "UPDATE stocks SET taken = on_hand + 1",
        "UPDATE stocks SET taken = -1",
        "UPDATE offers SET price_fen = 0",
    ],
)
def test_the_database_itself_refuses(session, place, attack):
    offer = on_sale(session, place)
    services.hold_stock(session, key="a", lines=[(offer.id, 5)], until=soon(), source="x")
    services.commit_hold(session, key="a")
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(attack))
    session.rollback()


@pytest.mark.breaks_truths("rows are written over", "products.")
def test_each_truth_names_the_row_that_breaks_it(session, place):
    offer = on_sale(session, place)
    services.hold_stock(session, key="a", lines=[(offer.id, 5)], until=soon(), source="x")
    session.execute(text("UPDATE stocks SET taken = 6"))
    session.execute(text("UPDATE offers SET sold_count = 9"))
    session.execute(text("UPDATE reservations SET until = :then"), {"then": dt.datetime(2020, 1, 1)})  # noqa: DTZ001 (raw)
    session.execute(text("INSERT INTO offer_events (offer_id, what, before, after, at, by_user_id) "
                         "VALUES (:id, 'state', 'draft', 'paused', '2026-01-01', 1)"), {"id": offer.id})  # fmt: skip
    session.expire_all()
    from_checks = {name for name, check in CHECKS if check(session)}
    assert from_checks == {
        "products.stock_apart_from_holds", "products.stock_apart_from_movements", "products.sold_apart_from_counts",
        "products.dead_holds", "products.illegal_steps",
    }  # fmt: skip
