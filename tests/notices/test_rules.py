"""Notices and objections: every state, action and party against the tables written out by hand; no database."""

import datetime as dt
import itertools

from marketplace.notices.rules import NOTICES, OBJECTIONS, notice_state, objection_party
from marketplace.notices.values import (
    DECIDED,
    NoticeAction,
    NoticeParty,
    NoticeState,
    ObjectionAction,
    ObjectionParty,
    ObjectionState,
    Topic,
)
from tests.moves import leads_nowhere_else, reached_from, written

LAST = dt.date(2026, 9, 12)
NOTICE_TABLE = """
hanging object public hanging
hanging withdraw case down
told withdraw case down
over withdraw case down
over take_down night down
"""
OBJECTION_TABLE = """
open uphold official upheld
open dismiss official dismissed
"""


def test_every_state_action_and_party_of_a_notice_leads_where_the_table_says_and_nowhere_else():
    expected = written(NOTICE_TABLE, NoticeState, NoticeAction, NoticeParty)
    leads_nowhere_else(NOTICES, expected, NoticeState, NoticeAction, NoticeParty)
    assert not any(state is NoticeState.DOWN for state, _ in NOTICES.table), "nothing is put up again"


def test_every_state_answer_and_official_of_an_objection_leads_where_the_table_says_and_nowhere_else():
    expected = written(OBJECTION_TABLE, ObjectionState, ObjectionAction, ObjectionParty)
    leads_nowhere_else(OBJECTIONS, expected, ObjectionState, ObjectionAction, ObjectionParty)
    assert reached_from(OBJECTIONS, ObjectionState.OPEN) == set(ObjectionState)
    assert [objection_party(by, put_up_by=7) for by in (7, 8)] == [ObjectionParty.PUBLISHER, ObjectionParty.OFFICIAL]


def test_a_notice_hangs_through_its_last_day_and_what_it_tells_as_decided_is_not_objected_to():
    for topic, days, is_down in itertools.product(Topic, (-9, 0, 1), (False, True)):
        wanted = NoticeState.TOLD if topic in DECIDED else NoticeState.HANGING
        if days > 0:
            wanted = NoticeState.OVER
        if is_down:
            wanted = NoticeState.DOWN
        assert notice_state(topic, LAST, is_down=is_down, on=LAST + dt.timedelta(days=days)) is wanted
