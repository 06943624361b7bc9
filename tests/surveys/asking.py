"""A county that is asked: the study's questionnaire opened, codes handed out, answers given through the services alone."""

import datetime as dt

from marketplace.kernel import ids
from marketplace.kernel.crypto import Sealer, derive_key
from marketplace.surveys import queries, services
from marketplace.surveys.services.counting import count_answers as count_answers
from marketplace.surveys.values import TEMPLATE, Channel, Given, ReadSheet, Respondents, Slice

NOW = dt.datetime(2026, 9, 20, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 9, 20)
CLOSES = dt.date(2026, 12, 31)
COUNTY, TOWN, VILLAGE, NEXT_VILLAGE, FAR_VILLAGE = "360321", "360321101", "360321101005", "360321101006", "360321102200"
SEALER = Sealer({"t": derive_key(b"tests", "seal")}, "t", derive_key(b"tests", "index"))
FIVES = (5, 5, 5, 5, 5, 5, 5)


def opened(session, by, *, draft=TEMPLATE, closes_on=CLOSES):
    """Return an open survey."""
    ref = services.draft_survey(session, key=ids.uuid7(), draft=draft, by=by)
    survey = queries.survey_by_ref(session, ref)
    services.open_survey(session, survey_id=survey.id, closes_on=closes_on, by=by)
    return queries.survey_by_ref(session, ref)


def issued(session, survey, by, *, area=VILLAGE, count=3, respondents=Respondents.RESIDENT, sealer=SEALER):
    """Return (batch, its slips)."""
    ref = services.issue_codes(
        session, key=ids.uuid7(), survey_id=survey.id, area_code=area, respondents=respondents, count=count, by=by, sealer=sealer
    )
    batch = queries.batch_by_ref(session, ref)
    return batch, queries.slips_of(session, batch, sealer=sealer)


def code_of(session, slip, sealer=SEALER):
    return queries.code_by_words(session, slip.code, sealer=sealer)


def given(scores, *, area=VILLAGE, on=TODAY, respondents=Respondents.ANYONE, channel=Channel.EXCEL, code_id=None):
    return Given(tuple(scores), area, on, respondents, channel, code_id)


def counted(session, survey, by, answers, *, area=VILLAGE, on=TODAY, respondents=Respondents.ANYONE):
    """Count answers as a workbook brings them: rows of scores."""
    good = [given(scores, area=area, on=on, respondents=respondents) for scores in answers]
    services.import_answers(
        session, survey_id=survey.id, area_code=COUNTY, sheet=ReadSheet(good, ()), sha256=ids.token(32), is_only_good=False, by=by
    )


def whole():
    return Slice(COUNTY)
