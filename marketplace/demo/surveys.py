"""How people in some villages feel the effect of the help: an open survey with answers of two months, a draft of the next."""

import datetime as dt
import functools
import random

from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.kernel import clock
from marketplace.surveys import queries, services
from marketplace.surveys.values import TEMPLATE, Channel, Given, ReadSheet, Respondents, Slip

#: Dice of its own: whatever is asked, nobody buys or books otherwise for it.
_SEED = 20_170_107
#: Opened so long ago that its answers fall into two months, whatever today is.
_OPENED, _LAST = 40, 30
#: village's place -> (to whom, how many slips): together about seventy, of which most come back.
_HANDED = ((0, Respondents.RESIDENT, 24), (1, Respondents.REGISTERED, 16), (2, Respondents.VISITOR, 20))
_FROM_EXCEL = 8
_COMES_BACK, _LEAVES_OUT = 0.88, 0.04
#: How readily an item scores 3, 4 or 5; few disagree.
_WEIGHTS = ((2, 3, 4, 5), (2, 8, 48, 42))


def plan_survey(build: Building, timeline: Timeline) -> None:
    """Arrange that the survey is opened, its slips handed out, and most of them answered one after the other."""
    timeline.at(in_working_hours(build.ago(days=_OPENED)), functools.partial(_open, build, timeline, random.Random(_SEED)))


def _open(build: Building, timeline: Timeline, dice: random.Random) -> None:
    session, by = build.session, build.posts().county[0]
    ref = services.draft_survey(session, key="demo-survey", draft=TEMPLATE, by=by)
    survey = queries.survey_by_ref(session, ref)
    if survey is None:
        raise LookupError(ref)
    closes_on = clock.today() + dt.timedelta(days=_OPENED + _LAST)
    services.open_survey(session, survey_id=survey.id, closes_on=closes_on, by=by)
    for place, group, count in _HANDED:
        village = build.villages[place % len(build.villages)]
        batch_ref = services.issue_codes(
            session, key=f"demo-slips-{place}", survey_id=survey.id, area_code=village.code, respondents=group, count=count,
            by=village.official, sealer=build.sealer,
        )  # fmt: skip
        batch = queries.batch_by_ref(session, batch_ref)
        for slip in queries.slips_of(session, batch, sealer=build.sealer) if batch else ():
            if dice.random() < _COMES_BACK:
                day = build.ago(days=dice.uniform(1, _OPENED - 1))
                timeline.at(
                    in_working_hours(day), functools.partial(_answer, build, survey.id, slip, village.code, _scores(dice))
                )
    timeline.at(in_working_hours(build.ago(days=3)), functools.partial(_send_workbook, build, survey.id, dice))
    timeline.at(in_working_hours(build.ago(days=2)), functools.partial(_draft_again, build, survey.id))


def _answer(build: Building, survey_id: int, slip: Slip, village_code: str, scores: tuple[int | None, ...]) -> None:
    """Give an answer: every third is typed off paper by the village's official."""
    session = build.session
    code = queries.code_by_words(session, slip.code, sealer=build.sealer)
    if code is None:
        raise LookupError(slip.number)
    if slip.number % 3:
        services.answer(session, code_id=code.id, scores=scores)
    else:
        services.enter_sheets(
            session, survey_id=survey_id, sheets=[(slip.number, scores)], areas=[village_code], answered_on=clock.today(),
            by=build.village_officials[village_code],
        )  # fmt: skip


def _send_workbook(build: Building, survey_id: int, dice: random.Random) -> None:
    village = build.villages[0]
    good = [
        Given(_scores(dice), village.township, clock.today(), Respondents.ANYONE, Channel.EXCEL) for _one in range(_FROM_EXCEL)
    ]
    services.import_answers(
        build.session, survey_id=survey_id, area_code=village.township, sheet=ReadSheet(good, ()), sha256="0" * 64,
        is_only_good=False, by=build.posts().townships[village.township],
    )  # fmt: skip


def _draft_again(build: Building, survey_id: int) -> None:
    services.draft_again(build.session, key="demo-survey-again", survey_id=survey_id, by=build.posts().county[0])


def _scores(dice: random.Random) -> tuple[int | None, ...]:
    scores = dice.choices(*_WEIGHTS, k=len(TEMPLATE.items))
    return tuple(None if place and dice.random() < _LEAVES_OUT else score for place, score in enumerate(scores))
