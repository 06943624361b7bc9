"""kill -9 of a web server and of a worker at each named point of paying and refunding: every acknowledged payment stands once.

Each process is started again, whoever was cut off asks again, and nothing is lost or counted twice. Controls take one guard away.
"""

import contextlib
import signal

import pytest

from marketplace.orders import queries as orders
from marketplace.orders import services as order_services
from tests.conftest import fresh_database
from tests.faults.conftest import STOCK
from tests.faults.site import Buyer, Down, delivered
from tests.faults.standing import stands
from tests.orders.sales import asked

KILLED = -signal.SIGKILL
#: Points in the order in which one purchase comes by them.
OF_THE_WEB = ("checkout.attempted", "checkout.called", "webhook.taken", "webhook.committed")
OF_THE_WORKER = ("refund.begun", "refund.called")

LONG = (pytest.mark.faults, pytest.mark.long)
pytestmark = pytest.mark.race


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=LONG)])
def database_url(request, scratch):
    """Both engines by `make faults`, SQLite alone with every run of the tests."""
    with fresh_database(request, scratch) as url:
        yield url


def pay(site, market, points, **facts):
    """Let a guest order and pay while the web server dies at points; return the reference of what was paid."""
    buyer, ref, event = Buyer(site, 1, is_patient=False), None, None
    for point in (*(each for each in points if each in OF_THE_WEB), ""):
        web = site.web(dies_at=point, **facts)
        with contextlib.suppress(Down):
            ref = ref or buyer.order(market.seed, 3)
            event = event or site.stub.book.pay(buyer.page_of(ref))
            site.notify(event)
        if point:
            assert web.ended() == KILLED
    delivered(site, [event])
    return ref


def refund(site, market, ref, points, **facts):
    """Let a part go back while the worker dies at some points; then the service tells of it."""

    def approved(session):
        line = orders.purchase_by_ref(session, ref=ref).orders[0].lines[0]
        refund = asked(session, line, 1, by=market.buyer)
        order_services.approve_refund(session, refund_id=refund.id, by=market.second_official)

    site.in_database(approved)
    for point in points:
        if point in OF_THE_WORKER:
            assert site.swept(dies_at=point, **facts) == KILLED
    assert site.swept(**facts) == 0
    delivered(site, site.stub.book.events)


def test_killed_at_every_named_point_in_turn_one_purchase_is_paid_and_refunded_once(site, market):
    points = (*OF_THE_WEB, *OF_THE_WORKER)
    ref = pay(site, market, points)
    refund(site, market, ref, points)
    stands(site.url, site.stub, [ref], stock={market.seed: STOCK})


@pytest.mark.faults
@pytest.mark.long
@pytest.mark.parametrize("point", [*OF_THE_WEB, *OF_THE_WORKER])
def test_served_as_in_production_and_killed_at_a_named_point_it_stands_once(site, market, point):
    site.as_served = True
    ref = pay(site, market, (point,))
    refund(site, market, ref, (point,))
    stands(site.url, site.stub, [ref], stock={market.seed: STOCK})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("point", "forgets", "found"),
    [
        pytest.param("checkout.called", "the_keys", "no page stands open", marks=LONG),
        pytest.param("refund.called", "the_keys", "each refund is sent once", marks=LONG),
        ("webhook.taken", "that_a_notification_stands_with_its_effect", "each payment counts once"),
    ],
)
def test_without_its_guard_it_does_not_stand(site, market, point, forgets, found):
    ref = pay(site, market, (point,), forgets=forgets)
    if point in OF_THE_WORKER:
        refund(site, market, ref, (point,), forgets=forgets)
    with pytest.raises(AssertionError, match=found):
        stands(site.url, site.stub, [ref], stock={market.seed: STOCK})
