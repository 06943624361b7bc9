"""kill -9 of a web server at each named point of a settlement, before what was done is committed and after: paid once.

Officials ask again; who was cut off after the file for the bank was made has it again. Only `make faults` has the time.
"""

import datetime as dt
import hashlib
import signal
import types

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from marketplace.accounts import queries as users
from marketplace.accounts import services as accounts
from marketplace.farmers import services as farmers
from marketplace.income import queries, services
from marketplace.income.models import BankFile
from marketplace.income.values import attempt_ref
from marketplace.kernel import clock, ids
from marketplace.ledger.queries import balance
from marketplace.orders import services as order_services
from tests import truths
from tests.farmers import places
from tests.faults.site import Browser, Down
from tests.income import payees
from tests.orders import sales
from tests.payments.money import paid_offline

pytestmark = [pytest.mark.race, pytest.mark.faults, pytest.mark.long]
KILLED = -signal.SIGKILL
NUMBER = "6222000011110001"


@pytest.fixture
def earned(site, shared_app):
    """A batch that is prepared: a household's sale was paid offline, delivered, and earned."""

    def build(session):
        early = clock.now() - dt.timedelta(days=40)
        with clock.stopped_at(early):
            market = sales.fair(session)
            clerk, cashier = (places.official(session, "county_official", payees.COUNTY) for _ in range(2))
            who = types.SimpleNamespace(clerk=clerk, cashier=cashier)
            account = farmers.record_account(
                session, key=ids.uuid7(), seller_id=market.village.seller_id, entry=payees.entry(NUMBER), by=clerk,
                sealer=shared_app.extensions["sealer"],
            )  # fmt: skip
            farmers.confirm_account(session, account_id=account.id, by=cashier, cooling=dt.timedelta(0))
            purchase = sales.place(session, [(market.seed, 3)])
            paid_offline(session, purchase, clerk, cashier)
            sales.sent(session, purchase.orders[0].id, market.village.farmer)
        order_services.complete_due(session)
        batch = services.prepare_batch(
            session, key=ids.uuid7(), area_code=payees.COUNTY, by=clerk, seller_refs=[market.village.seller_ref]
        )
        return types.SimpleNamespace(who=who, batch=batch.id, ref=batch.ref, came=purchase.total_fen)

    return site.in_database(build)


def signed_in(site, shared_app, user_id, number):
    """Return the browser of an official who has signed in."""

    def begin(session):
        phone = users.user(session, user_id).phone
        attempt = accounts.begin_attempt(session, kind="password", phone=phone, address="127.0.0.1", device="test")
        return accounts.sign_in_with_password(session, attempt_id=attempt, user_id=user_id, device="test").token

    held = {"_user_id": site.in_database(begin), "_fresh": True, "csrf_token": "of this session"}
    cookie = shared_app.session_interface.get_signing_serializer(shared_app).dumps(held)
    token = URLSafeTimedSerializer(shared_app.secret_key, salt="wtf-csrf-token").dumps("of this session")
    return Browser(
        site, number, is_patient=False, cookies={shared_app.config["SESSION_COOKIE_NAME"]: cookie},
        headers={"X-CSRFToken": token},
    )  # fmt: skip


def insist(site, official, path, point, **facts):
    """Ask for something while the web server dies at a point, and once more of the next; return what that answered."""
    web = site.web(dies_at=point, **facts)
    with pytest.raises(Down):
        official.ask("POST", path, format="csv")
    assert web.ended() == KILLED, point
    web = site.web(**facts)
    status, where, words = official.ask("POST", path, format="csv")
    assert status in (200, 303), words[:2000]
    web.kill()
    return where or words


def attempt(site, earned):
    (one,) = site.in_database(lambda session: queries.settlements_of(session, earned.batch))
    return one


def accepted(site, shared_app, earned, points, **facts):
    """Approve a batch, send it, and accept the bank's result, killed at each of some points."""
    clerk = signed_in(site, shared_app, earned.who.clerk, 1)
    cashier = signed_in(site, shared_app, earned.who.cashier, 2)
    of_approving, of_sending, of_accepting = points
    insist(site, cashier, f"/office/settlements/{earned.ref}/approve", of_approving)
    assert attempt(site, earned).state == "approved"
    insist(site, clerk, f"/office/settlements/{earned.ref}/file", of_sending)
    one = attempt(site, earned)
    assert one.state == "sent"
    file_ref = site.in_database(lambda session: session.scalars(select(BankFile.ref)).one())
    web = site.web()
    _, _, again = clerk.ask("POST", f"/office/settlements/files/{file_ref}", format="csv")
    web.kill()
    assert NUMBER in again

    def load(session):
        content = payees.result((attempt_ref(one.ref, one.attempt), "paid", "B-1", one.amount_fen))
        found = payees.read(session, content)
        sha256 = hashlib.sha256(content).hexdigest()
        return services.load_result(session, rows=found.rows, sha256=sha256, by=earned.who.clerk).ref

    insist(site, cashier, f"/office/settlements/results/{site.in_database(load)}/accept", of_accepting, **facts)
    return one.amount_fen


def paid_once(site, earned, amount_fen):
    assert truths.breaches_in(site.url) == {}
    assert attempt(site, earned).state == "paid"
    assert site.in_database(lambda session: balance(session, "bank")) == earned.came - amount_fen
    assert site.in_database(lambda session: session.scalar(select(func.count(BankFile.id)))) == 1


@pytest.mark.parametrize(
    "points",
    [("settlement.approved", "settlement.sent", "settlement.accepted"), ("settlement.committed",) * 3],
    ids=["before it is committed", "after"],
)
def test_killed_at_each_point_of_a_settlement_a_seller_is_paid_once(site, shared_app, earned, points):
    paid_once(site, earned, accepted(site, shared_app, earned, points))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_its_guard_a_result_is_accepted_and_nobody_paid(site, shared_app, earned):
    points = ("settlement.approved", "settlement.sent", "settlement.accepted")
    amount_fen = accepted(site, shared_app, earned, points, forgets="that_a_result_stands_with_what_it_moves")
    with pytest.raises(AssertionError, match="sent"):
        paid_once(site, earned, amount_fen)
