"""Pay-outs prepared and booked by several at once, each a process: no fen is promised or paid twice; a control of each."""

import pytest
from sqlalchemy import func, select

from marketplace.income.models import BankResult, Settlement
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from tests.income import payees, racers
from tests.income.sales import LATER, breaches
from tests.races import race

pytestmark = pytest.mark.race
CROWD = {"crowd": 6, "tries": 1}


@pytest.fixture
def here(session):
    made = payees.payees(session)
    payees.sold(session, made, made.home, 1)
    session.commit()
    with clock.stopped_at(LATER):
        yield made


def promised(session):
    session.rollback()
    return session.scalar(select(func.sum(Settlement.amount_fen)))


def test_what_was_earned_is_promised_once_to_the_bank_or_by_hand(database_url, session, here):
    what = (here.home, 42473, [here.who.clerk, here.who.cashier])
    assert race(racers.prepare_or_pay, database_url, what, **CROWD) == CROWD["crowd"] - 1
    assert promised(session) == 42473
    assert breaches(session) == {}


def test_without_looking_at_what_others_promised_it_is_promised_more_than_once(database_url, session, here):
    what = (here.home, 42473, [here.who.clerk, here.who.cashier])
    race(racers.prepare_or_pay_unguarded, database_url, what, **CROWD)
    assert promised(session) > 42473


@pytest.fixture
def at_the_bank(session, here):
    """The bank's file that says the household was paid."""
    batch = payees.sent(session, here.who)
    one = payees.attempts(session, batch)[here.home]
    content = payees.result((one.ref, "paid", "B1", one.amount_fen))
    rows = payees.read(session, content).rows
    session.commit()
    return content, rows


def test_a_result_that_several_load_and_accept_at_once_is_booked_once(database_url, session, here, at_the_bank):
    who = here.who
    what = (*at_the_bank, [who.clerk, who.cashier, who.helper])
    assert race(racers.accept_same_file, database_url, what, **CROWD) == 0
    session.rollback()
    assert session.scalar(select(func.count()).select_from(BankResult)) == 1
    assert balance(session, "bank") == -42473
    assert breaches(session) == {}


def test_without_the_file_s_fingerprint_only_the_state_of_the_attempt_stops_the_second(database_url, session, here, at_the_bank):
    who = here.who
    what = (*at_the_bank, [who.clerk, who.cashier, who.helper])
    assert race(racers.accept_same_file_unguarded, database_url, what, **CROWD) == CROWD["crowd"] - 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(BankResult)) == CROWD["crowd"]
    assert balance(session, "bank") == -42473
