"""From a draft to a closed survey, on both engines: who changes what when, and what the database itself refuses."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import clock
from marketplace.kernel.errors import StaleState
from marketplace.surveys import queries, services
from marketplace.surveys.refusals import ClosingDayPast, SurveyIncomplete, WrongState
from marketplace.surveys.values import TEMPLATE, ItemDraft, SurveyDraft, SurveyState
from tests.surveys import asking


def test_a_draft_is_written_anew_until_it_is_opened_and_then_only_drafted_again(session, cast):
    by = cast.county_official.id
    ref = services.draft_survey(session, key="k1", draft=SurveyDraft(title_zh="感受"), by=by)
    assert services.draft_survey(session, key="k1", draft=TEMPLATE, by=by) == ref
    draft = queries.survey_by_ref(session, ref)
    assert (draft.title("en"), draft.items, draft.version, draft.family) == ("感受", (), 1, ref)
    services.change_draft(session, survey_id=draft.id, revision=1, draft=SurveyDraft(items=(ItemDraft("问"),)), by=by)
    with pytest.raises(SurveyIncomplete):
        services.open_survey(session, survey_id=draft.id, closes_on=asking.CLOSES, by=by)
    with pytest.raises(StaleState):
        services.change_draft(session, survey_id=draft.id, revision=1, draft=TEMPLATE, by=by)
    services.change_draft(session, survey_id=draft.id, revision=2, draft=TEMPLATE, by=by)
    for day in (asking.TODAY - dt.timedelta(days=1), asking.TODAY + dt.timedelta(days=services.MOST_DAYS + 1)):
        with pytest.raises(ClosingDayPast):
            services.open_survey(session, survey_id=draft.id, closes_on=day, by=by)
    services.open_survey(session, survey_id=draft.id, closes_on=asking.TODAY, by=by)
    standing = queries.survey_by_ref(session, ref)
    assert (standing.state, standing.items[0].effect) == (SurveyState.OPEN, "local_economy")
    for verb in (
        lambda: services.change_draft(session, survey_id=draft.id, revision=3, draft=TEMPLATE, by=by),
        lambda: services.open_survey(session, survey_id=draft.id, closes_on=asking.CLOSES, by=by),
    ):
        with pytest.raises(WrongState):
            verb()
    again = services.draft_again(session, key="k2", survey_id=draft.id, by=by)
    second = queries.survey_by_ref(session, again)
    assert (second.version, second.family, second.draft, second.state) == (2, ref, TEMPLATE, SurveyState.DRAFT)
    with pytest.raises(WrongState):
        services.draft_again(session, key="k3", survey_id=second.id, by=by)
    assert [one.ref for one in queries.versions_of(session, ref)] == [ref, again]
    assert [one.ref for one in queries.surveys_before(session)] == [again, ref]
    assert [one.ref for one in queries.surveys_before(session, before=second.id, with_drafts=False)] == [ref]
    assert queries.latest_with_effects(session).ref == ref


def test_a_survey_closes_by_itself_on_the_day_after_its_last(session, cast):
    survey = asking.opened(session, cast.county_official.id, closes_on=asking.TODAY)
    _batch, slips = asking.issued(session, survey, cast.county_official.id)
    assert services.close_due(session) == 0
    with clock.stopped_at(asking.NOW + dt.timedelta(days=1)):
        assert asking.code_of(session, slips[0]).standing == "expired", "whether or not the sweep has run"
        assert services.close_due(session) == 1
        assert queries.survey_by_id(session, survey.id).state is SurveyState.CLOSED
        with pytest.raises(WrongState):
            services.close_survey(session, survey_id=survey.id, by=cast.county_official.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE survey_items SET text_zh = '别的' WHERE survey_id = :id",
        "DELETE FROM survey_items WHERE survey_id = :id",
        "INSERT INTO survey_items (survey_id, position, text_zh, text_en) VALUES (:id, 8, '问', 'Ask')",
        "UPDATE surveys SET title_zh = '别的' WHERE id = :id",
        "UPDATE surveys SET state = 'draft', opened_at = NULL WHERE id = :id",
        "UPDATE survey_answers SET area_code = '360321' WHERE survey_id = :id",
        "DELETE FROM survey_answers WHERE survey_id = :id",
        "UPDATE survey_scores SET score = 1",
        "DELETE FROM survey_scores",
        "UPDATE survey_codes SET number = 99 WHERE survey_id = :id",
        "DELETE FROM survey_codes WHERE survey_id = :id",
        "INSERT INTO survey_scores (answer_id, item_id, score) SELECT MIN(answer_id), MIN(item_id), 6 FROM survey_scores",
        "INSERT INTO survey_answers (survey_id, code_id, area_code, answered_on, respondents, channel)"
        " SELECT survey_id, code_id, area_code, answered_on, respondents, channel FROM survey_answers",
        "INSERT INTO survey_answers (survey_id, area_code, answered_on, respondents, channel)"
        " VALUES (:id, '360321', '2026-09-20', 'anyone', 'phone')",
    ],
)
def test_the_database_itself_keeps_questions_answers_and_codes_as_they_are(session, cast, survey, statement):
    _batch, slips = asking.issued(session, survey, cast.county_official.id)
    services.answer(session, code_id=asking.code_of(session, slips[0]).id, scores=asking.FIVES)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(statement), {"id": survey.id})
    session.rollback()


def test_a_closed_survey_takes_no_answer_even_past_the_services(session, cast, survey):
    services.close_survey(session, survey_id=survey.id, by=cast.county_official.id)
    session.commit()
    with pytest.raises(DBAPIError):
        asking.count_answers(session, survey_id=survey.id, item_ids=[], given=[asking.given(asking.FIVES)])
    session.rollback()
