"""What is asked for twice at once is made once: both look for the key before either writes, on two connections."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import queries, services
from marketplace.accounts.models import User
from marketplace.kernel.db import in_transaction
from marketplace.media.models import Image
from marketplace.media.services import store_image
from marketplace.media.values import CleanImage

CLEAN = CleanImage(sha256="a" * 64, width=4, height=3, taken_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC), variants=())


def keep_picture(session):
    return store_image(session, CLEAN, None).id


def open_account(session):
    phone = "13900000077"
    return (queries.user_by_phone(session, phone) or services.create_user(session, name="刘桂英", phone=phone)).id


def twice_at_once(engine, verb, table, **options):
    """Run the verb on two connections; on PostgreSQL both have looked when the first writes. SQLite has one writer at a time."""
    both_looked = threading.Barrier(2)
    waited = threading.local()

    def hold(_connection, _cursor, statement, *_rest):
        if engine.dialect.name == "postgresql" and f"INSERT INTO {table} " in statement and not hasattr(waited, "once"):
            waited.once = True
            both_looked.wait(10)

    event.listen(engine, "before_cursor_execute", hold)
    try:
        with ThreadPoolExecutor(2) as two:
            return [each.result(30) for each in [two.submit(in_transaction, engine, verb, **options) for _ in range(2)]]
    finally:
        event.remove(engine, "before_cursor_execute", hold)


@pytest.mark.parametrize(("verb", "model"), [(keep_picture, Image), (open_account, User)])
def test_two_repeats_at_once_have_one_answer(engine, session, verb, model):
    first, second = twice_at_once(engine, verb, model.__tablename__)
    assert first == second
    assert session.scalar(select(func.count()).select_from(model)) == 1


def test_without_the_second_look_one_of_them_would_fail(engine):
    """The control: the race is real where there is more than one writer."""
    if engine.dialect.name == "sqlite":
        assert len(set(twice_at_once(engine, keep_picture, "images", tries=1))) == 1
        return
    with pytest.raises(IntegrityError):
        twice_at_once(engine, keep_picture, "images", tries=1)
