"""Signing in from many processes at once: a budget holds, a code works once. Each with its control."""

import re

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts import rules, services
from marketplace.accounts.models import SignInCode, UserSession
from marketplace.accounts.refusals import TryLater
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import in_transaction, make_engine
from marketplace.messages import services as messages
from tests.cast import build_cast
from tests.races import PROCESSES

SEALER = Sealer({"k1": b"1" * 32}, "k1", b"2" * 32)
PHONE = "13900000010"
WORKERS = 6
pytestmark = pytest.mark.race


def at_once(url, work, *facts):
    """Run the work in processes of their own that begin together; return what each found."""
    with PROCESSES.Manager() as manager:
        barrier, found = manager.Barrier(WORKERS), manager.list()
        processes = [PROCESSES.Process(target=work, args=(url, barrier, found, *facts)) for _ in range(WORKERS)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(timeout=90)
            assert process.exitcode == 0
        return list(found)


def send_some(url, barrier, found):
    engine = make_engine(url)
    barrier.wait()
    for number in range(4):
        try:
            in_transaction(
                engine,
                lambda s, n=number: services.send_code(
                    s, phone=PHONE, words="%(code)s", sealer=SEALER, address="10.0.0.1", device=f"d{n}"
                ),
                tries=12,
            )
            found.append("sent")
        except TryLater:
            found.append("refused")
    engine.dispose()


def use_guarded(url, barrier, found, code):
    engine = make_engine(url)
    barrier.wait()
    signed = in_transaction(
        engine,
        lambda s: services.sign_in_with_code(s, attempt_id=0, phone=PHONE, code=code, device="", sealer=SEALER),
        tries=12,
    )
    found.append(signed is not None)
    engine.dispose()


def use_unguarded(url, barrier, found):
    """Look, wait for the others to have looked, then mark: what the conditional update prevents."""
    engine = make_engine(url, read_only=True)
    with Session(engine) as reading:
        is_fresh = reading.scalar(select(SignInCode.used_at).where(SignInCode.phone == PHONE)) is None
    engine.dispose()
    barrier.wait()
    engine = make_engine(url)
    if is_fresh:
        in_transaction(engine, lambda s: s.execute(update(SignInCode).values(used_at=clock.now())), tries=12)
    found.append(is_fresh)
    engine.dispose()


@pytest.fixture
def code(session):
    build_cast(session)
    key = services.send_code(session, phone=PHONE, words="code %(code)s", sealer=SEALER, address="a", device="d")
    session.commit()
    claimed = messages.claim(session, message_id=key, sealer=SEALER)
    session.commit()
    return re.search(r"\d{6}", claimed.text).group()


def test_the_budget_of_a_number_holds_across_processes(database_url, session):
    build_cast(session)
    session.commit()
    found = at_once(database_url, send_some)
    assert found.count("sent") == rules.BUDGETS["send"]["phone"].most
    assert found.count("refused") == WORKERS * 4 - found.count("sent")


def test_a_code_used_by_many_at_once_lets_one_in(database_url, session, code):
    found = at_once(database_url, use_guarded, code)
    assert found.count(True) == 1
    assert session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_control_without_the_condition_a_code_lets_many_in(database_url, session, code):
    assert at_once(database_url, use_unguarded).count(True) > 1
