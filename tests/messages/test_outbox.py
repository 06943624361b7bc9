"""The outbox: sealed until sent, empty afterwards, tried again, given up."""

import datetime as dt

import pytest
import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.messages import rules, services
from marketplace.messages.invariants import CHECKS
from marketplace.messages.jobs import sweeps_for
from marketplace.messages.models import Message
from marketplace.messages.values import DoorClosed

SEALER = Sealer({"k1": b"1" * 32}, "k1", b"2" * 32)
TO, WORDS = "13900009999", "Your code is 482913"


class KeptDoor:
    """A door that keeps what it was given, or is shut."""

    is_open = True

    def __init__(self):
        self.sent = []
        self.is_shut = False
        self.is_broken = False

    def send(self, *, to, text, key):
        if self.is_shut:
            raise DoorClosed
        if self.is_broken:
            raise ConnectionError(text)
        self.sent.append((to, text, key))


@pytest.fixture
def door():
    return KeptDoor()


@pytest.fixture
def message(session):
    made = services.enqueue_sms(session, to=TO, text=WORDS, sealer=SEALER)
    session.commit()
    return made


def row(session):
    found = session.execute(text("SELECT * FROM outbox")).mappings().one()
    session.rollback()  # SQLite's one writer must be free for the outbox's own transactions
    return found


def breaches(session):
    return [(name, one) for name, find in CHECKS for one in find(session)]


def drain(engine, door):
    with Session(engine) as own:
        return services.drain(own, door=door, sealer=SEALER)


def test_a_waiting_message_shows_neither_number_nor_words(session, message):
    shown = str(dict(row(session)))
    assert TO not in shown
    assert "482913" not in shown


def test_a_sent_message_left_once_and_is_empty(engine, session, message, door):
    assert drain(engine, door) == 1
    assert drain(engine, door) == 0
    assert [(to, words) for to, words, _key in door.sent] == [(TO, WORDS)]
    session.expire_all()
    assert (row(session)["state"], row(session)["to_sealed"], row(session)["body_sealed"]) == ("sent", "", "")
    assert breaches(session) == []


def test_a_shut_door_is_tried_again_later_and_not_at_once(engine, session, message, door):
    door.is_shut = True
    assert drain(engine, door) == 0
    door.is_shut = False
    assert drain(engine, door) == 0
    with clock.stopped_at(clock.now() + dt.timedelta(seconds=31)):
        assert drain(engine, door) == 1


def test_a_door_that_breaks_keeps_no_other_message_and_its_words_stay_out_of_the_log(engine, session, message, door):
    services.enqueue_sms(session, to=TO, text=WORDS, sealer=SEALER)
    session.commit()
    door.is_broken = True
    with structlog.testing.capture_logs() as lines:
        assert drain(engine, door) == 0
    assert [line["kind"] for line in lines] == ["ConnectionError", "ConnectionError"]
    assert WORDS not in str(lines)
    door.is_broken = False
    with clock.stopped_at(clock.now() + dt.timedelta(seconds=31)):
        assert drain(engine, door) == 2


def test_a_message_is_given_up_and_emptied_after_the_last_try(engine, session, message, door):
    door.is_shut = True
    moment = clock.now()
    for _ in range(rules.MOST_ATTEMPTS):
        with clock.stopped_at(moment):
            drain(engine, door)
        moment += dt.timedelta(hours=1)
    assert (row(session)["state"], row(session)["body_sealed"]) == ("failed", "")
    door.is_shut = False
    with clock.stopped_at(moment):
        assert drain(engine, door) == 0


def test_what_nobody_needs_any_more_is_not_sent(engine, session, door):
    services.enqueue_sms(session, to=TO, text=WORDS, sealer=SEALER, useful_until=clock.now() + dt.timedelta(minutes=10))
    session.commit()
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=11)):
        assert drain(engine, door) == 0
    assert (row(session)["state"], row(session)["body_sealed"]) == ("failed", "")


def test_a_message_in_one_hand_is_not_taken_by_another_until_the_hand_is_lost(engine, session, message, door):
    with Session(engine) as one:
        assert services.claim(one, message_id=message.id, sealer=SEALER) is not None
        one.commit()
    assert drain(engine, door) == 0
    with clock.stopped_at(clock.now() + rules.SENDING_LEASE):
        assert drain(engine, door) == 1


def test_the_outside_is_never_called_inside_a_transaction(session, message, door):
    session.execute(select(Message))
    with pytest.raises(RuntimeError, match="outside the writing transaction"):
        services.deliver(session, message_id=message.id, door=door, sealer=SEALER)


def test_waits_double_and_end_at_an_hour():
    waits = [rules.wait_before(attempt).total_seconds() for attempt in range(1, 12)]
    assert waits[:4] == [30, 60, 120, 240]
    assert max(waits) == 3600
    assert waits == sorted(waits)


def test_the_sweeps_use_the_door_of_the_application(engine, session, message, door):
    drain_sweep, forget = sweeps_for({"sms_door": door, "sealer": SEALER})
    with Session(engine) as own:
        assert drain_sweep.run(own) == 1
    with Session(engine) as own:
        assert forget.run(own) == 0
    with clock.stopped_at(clock.now() + dt.timedelta(days=91)), Session(engine) as own:
        assert forget.run(own) == 1
