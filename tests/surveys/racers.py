"""Two phones with one slip, a village that types its sheets at the same moment: each in a process, with its own connections.

The unguarded one acts on what it saw before anybody acted, with the UNIQUE on the code taken out beneath.
"""

from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, reading
from marketplace.surveys import queries, services
from marketplace.surveys.refusals import CodeUsed
from marketplace.surveys.services.counting import count_answers
from marketplace.surveys.values import Channel, CodeStanding
from tests.races import REFUSED, before_anybody_acts, ready
from tests.surveys import asking


def scores_of(number):
    """Everybody's own answer, so that none is taken for another's repeat."""
    return (number % 5 + 1, number // 5 + 1, 3, 3, 3, 3, 3)


def answer(address, code_ids, number, tries, start):
    """Answer under each of some codes, each racer beginning with another one."""
    refused = 0
    with clock.stopped_at(asking.NOW), ready(address, start) as engine:
        for attempt in range(tries):
            code_id = code_ids[(number + attempt) % len(code_ids)]
            try:
                in_transaction(
                    engine, lambda session, key=code_id: services.answer(session, code_id=key, scores=scores_of(number))
                )
            except CodeUsed:
                refused += 1
    if refused == tries:
        raise SystemExit(REFUSED)


def answer_unguarded(address, code_ids, number, tries, start):
    """Look whether a code is good, then count: what must never be written."""
    with clock.stopped_at(asking.NOW), ready(address, start) as engine:
        for attempt in range(tries):
            code_id = code_ids[attempt % len(code_ids)]
            with before_anybody_acts(start), reading(engine) as session:
                code = queries.code_by_id(session, code_id)
                survey = queries.survey_by_id(session, code.survey_id)
            if code.standing is CodeStanding.GOOD:
                given = asking.given(scores_of(number), respondents=code.respondents, channel=Channel.PHONE, code_id=code_id)
                in_transaction(engine, lambda session, one=given, of=survey: _count(session, of, one))


def _count(session: Session, survey, given):
    count_answers(session, survey_id=survey.id, item_ids=[item.id for item in survey.items], given=[given])
