"""A notice hangs out its days and no longer, shows what was masked before it came, and leaves a log that nobody changes."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import clock
from marketplace.notices import queries, services
from marketplace.notices.refusals import NoticeOver
from marketplace.notices.values import LogKind, Topic
from tests.farmers import places
from tests.farmers.places import SEALER, VILLAGE

PUT_UP = dt.datetime(2026, 9, 14, 2, tzinfo=dt.UTC)
LAST = dt.date(2026, 9, 21)


def at(day):
    """Stop the clock in the last minute of a day in Shanghai."""
    return clock.stopped_at(dt.datetime(day.year, day.month, day.day, 15, 59, tzinfo=dt.UTC))


@pytest.fixture
def notice(session):
    places.county(session)
    with clock.stopped_at(PUT_UP):
        return services.put_up(
            session, key="one", subject="C1", topic=Topic.JOIN_PROPOSED, village_code=VILLAGE, head="刘**", people=3, to_on=LAST,
            by=places.official(session, "village_official", VILLAGE),
        )  # fmt: skip


def shown(session, day):
    return [one.ref for one in queries.standing_notices(session, area_code=VILLAGE, on=day)]


def test_it_comes_down_with_its_last_day_whether_or_not_the_night_has_passed_and_the_log_says_when(session, notice):
    with at(LAST):
        assert services.take_down_due(session) == 0
        assert shown(session, LAST) == [notice]
        services.object_to(session, key="a", notice_ref=notice, words="有房有车", contact=None, sealer=SEALER)
    after = LAST + dt.timedelta(days=1)
    assert shown(session, after) == [], "nobody sees it, though no pass has run"
    with at(after):
        with pytest.raises(NoticeOver):
            services.object_to(session, key="b", notice_ref=notice, words="有房有车", contact=None, sealer=SEALER)
        assert [services.take_down_due(session) for _ in range(2)] == [1, 0]
        assert services.withdraw(session, subject="C1", by=1) == 0, "what is down is not taken down again"
    log = queries.log_of(session, [queries.notice_by_ref(session, notice).id])
    assert [(line.kind, line.head, line.people, line.to_on) for line in log] == [
        (LogKind.PUT_UP, "刘**", 3, LAST), (LogKind.TAKEN_DOWN, "刘**", 3, LAST),
    ]  # fmt: skip


def test_what_the_log_says_was_shown_is_not_changed_by_anybody(session, notice):
    session.commit()
    for change in ("UPDATE notice_logs SET head = '刘一'", "DELETE FROM notice_logs"):
        with pytest.raises(DBAPIError):
            session.execute(text(change))
        session.rollback()
