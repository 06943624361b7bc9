"""Answers under codes, from sheets of paper and from workbooks, counted once each; and what they add up to, on both engines."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.accounts.models import AuditEvent
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, StaleState
from marketplace.surveys import queries, rules, services
from marketplace.surveys.models import SurveyAnswer, SurveyCode
from marketplace.surveys.refusals import (
    CodeExpired,
    CodeUsed,
    NoSuchSheet,
    SurveyNotOpen,
    TooManyCodes,
    WrongCount,
    WrongDay,
    WrongScores,
)
from marketplace.surveys.values import EFFECT_OF, Channel, Finding, ReadSheet, Respondents, Slice
from tests.surveys import asking
from tests.surveys.test_rules import SYNTHETIC

WHOLE = Slice(asking.COUNTY)


def test_a_code_counts_once_a_repeat_is_forgiven_and_another_answer_refused(session, cast, survey):
    _batch, slips = asking.issued(session, survey, cast.county_official.id)
    code = asking.code_of(session, slips[0])
    scores = (5, 4, None, 5, 3, 4, 5)
    assert services.answer(session, code_id=code.id, scores=scores) is True
    assert services.answer(session, code_id=code.id, scores=scores) is False
    with pytest.raises(CodeUsed):
        services.answer(session, code_id=code.id, scores=asking.FIVES)
    for wrong, refusal in (((5,), WrongCount), ((6, 5, 5, 5, 5, 5, 5), WrongScores), ((None,) * 7, WrongScores)):
        with pytest.raises(refusal):
            services.answer(session, code_id=asking.code_of(session, slips[1]).id, scores=wrong)
    with pytest.raises(NotThere):
        services.answer(session, code_id=987654, scores=asking.FIVES)
    found = queries.results_of(session, survey, WHOLE)
    assert (found.answers, found.by_channel[Channel.PHONE]) == (1, 1)
    assert [found.items[item.id].n for item in survey.items] == [1, 1, 0, 1, 1, 1, 1], "an item left out is nobody's answer"


def test_codes_are_kept_as_keyed_hashes_and_found_however_they_are_typed(session, cast, survey):
    batch, slips = asking.issued(session, survey, cast.county_official.id, count=40)
    assert [slip.number for slip in slips] == list(range(1, 41))
    assert len({slip.code for slip in slips}) == 40
    hashes = set(session.scalars(select(SurveyCode.code_hash)))
    assert hashes == {asking.SEALER.blind(slip.code, "survey_code") for slip in slips}
    assert slips == queries.slips_of(session, batch, sealer=asking.SEALER), "a spoilt sheet is printed again"
    code = slips[0].code
    written = f" {code[:4].lower()}-{code[4:8]} {code[8:]} ".replace("0", "o").replace("1", "l")
    assert queries.code_by_words(session, written, sealer=asking.SEALER).number == 1
    for wrong in ("", code[:-1], code + "A", "!" * 12, "A" * 4000):
        assert queries.code_by_words(session, wrong, sealer=asking.SEALER) is None
    services.answer(session, code_id=asking.code_of(session, slips[6]).id, scores=asking.FIVES)
    assert 7 not in [slip.number for slip in queries.slips_of(session, batch, sealer=asking.SEALER)], "a used one is not"


def test_batches_are_numbered_on_and_can_be_ended(session, cast, survey):
    by = cast.county_official.id
    first, _slips = asking.issued(session, survey, by, count=5)
    second, slips = asking.issued(session, survey, by, area=asking.FAR_VILLAGE, count=2, respondents=Respondents.VISITOR)
    assert (first.first_number, first.last_number, second.first_number) == (1, 5, 6)
    services.answer(session, code_id=asking.code_of(session, slips[0]).id, scores=asking.FIVES)
    services.end_codes(session, batch_id=second.id, by=by)
    services.end_codes(session, batch_id=second.id, by=by)
    assert [asking.code_of(session, slip).standing for slip in slips] == ["used", "expired"]
    with pytest.raises(CodeExpired):
        services.answer(session, code_id=asking.code_of(session, slips[1]).id, scores=asking.FIVES)
    assert [each.used for each in queries.batches_of(session, survey.id, areas=[asking.COUNTY])] == [1, 0]
    assert [each.ref for each in queries.batches_of(session, survey.id, areas=[asking.TOWN])] == [first.ref]
    for count in (0, services.MOST_CODES + 1):
        with pytest.raises(TooManyCodes):
            asking.issued(session, survey, by, count=count)
    deeds = session.scalars(select(AuditEvent.action).where(AuditEvent.object_ref == second.ref)).all()
    assert deeds == ["surveys.issue", "surveys.end_codes"]


def test_sheets_of_paper_are_counted_one_by_one_and_each_refusal_stands_by_its_sheet(session, cast, survey):
    by = cast.village_official.id
    asking.issued(session, survey, by, count=5)
    asking.issued(session, survey, by, area=asking.FAR_VILLAGE, count=1)
    rows = [
        (1, asking.FIVES),
        (2, (4, None, 4, 4, 4, 4, 4)),
        (2, asking.FIVES),
        (6, asking.FIVES),
        (99, asking.FIVES),
        (3, (9,) * 7),
    ]
    day = asking.TODAY
    refused = services.enter_sheets(session, survey_id=survey.id, sheets=rows, areas=[asking.TOWN], answered_on=day, by=by)
    assert [type(no) for no in refused] == [type(None), type(None), CodeUsed, NoSuchSheet, NoSuchSheet, WrongScores]
    again = services.enter_sheets(session, survey_id=survey.id, sheets=rows[:2], areas=[asking.TOWN], answered_on=day, by=by)
    assert again == [None, None]
    found = queries.results_of(session, survey, WHOLE)
    assert (found.answers, found.by_channel[Channel.PAPER]) == (2, 2)
    (entered,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "surveys.enter"))
    assert entered.after == {"count": 2, "on": "2026-09-20"}
    for wrong in (day + dt.timedelta(days=1), day - dt.timedelta(days=1)):
        with pytest.raises(WrongDay):
            services.enter_sheets(session, survey_id=survey.id, sheets=[], areas=[asking.TOWN], answered_on=wrong, by=by)
    services.close_survey(session, survey_id=survey.id, by=cast.county_official.id)
    with pytest.raises(SurveyNotOpen):
        services.enter_sheets(session, survey_id=survey.id, sheets=rows, areas=[asking.TOWN], answered_on=day, by=by)


def test_a_workbook_counts_whole_or_not_at_all_and_once(session, cast, survey):
    by = cast.county_official.id
    _batch, slips = asking.issued(session, survey, by)
    held = asking.code_of(session, slips[0])
    sheet = ReadSheet(
        [asking.given(asking.FIVES), asking.given(asking.FIVES, code_id=held.id, respondents=Respondents.RESIDENT)],
        [Finding(4, "题", "wrong"), Finding(4, "题", "wrong too")],
    )
    send = {"survey_id": survey.id, "area_code": asking.COUNTY, "by": by}
    refused = services.import_answers(session, sheet=sheet, sha256="a" * 64, is_only_good=False, **send)
    view = queries.import_by_ref(session, refused)
    assert (view.state, view.answers, view.bad, [finding.row for finding in view.findings]) == ("refused", 0, 1, [4, 4])
    assert queries.results_of(session, survey, WHOLE).answers == 0
    taken = services.import_answers(session, sheet=sheet, sha256="a" * 64, is_only_good=True, **send)
    assert services.import_answers(session, sheet=sheet, sha256="a" * 64, is_only_good=True, **send) == taken
    assert queries.results_of(session, survey, WHOLE).by_channel[Channel.EXCEL] == 2
    with pytest.raises(StaleState):
        services.import_answers(session, sheet=sheet, sha256="b" * 64, is_only_good=True, **send)
    assert [one.ref for one in queries.imports_of(session, survey.id, areas=[asking.COUNTY])] == [taken, refused]
    assert [one.ref for one in queries.imports_of(session, survey.id, areas=[asking.COUNTY], before=taken)] == [refused]


def test_the_known_answer_comes_through_the_database(session, cast, survey):
    """The synthetic counts of the study's table, as answers to three items, some of them leaving the others out."""
    item_of = {EFFECT_OF[item.effect].mean: place for place, item in enumerate(survey.items)}
    for case in SYNTHETIC:
        place = next(at for mean, at in item_of.items() if float(mean) == case["mean"])
        scores = [score for score, count in enumerate(case["counts"], start=1) for _one in range(count)]
        rows = [[score if at == place else None for at in range(7)] for score in scores]
        asking.counted(session, survey, cast.county_official.id, rows)
    found = queries.results_of(session, survey, WHOLE)
    for item in survey.items:
        case = next((one for one in SYNTHETIC if one["mean"] == float(EFFECT_OF[item.effect].mean)), None)
        figures = found.items[item.id]
        if case is None:
            assert figures.n == 0
        else:
            assert (figures.n, list(figures.counts)) == (case["n"], case["counts"])
            assert rules.beside(figures, EFFECT_OF[item.effect]) == (0, 0, 0)


def test_results_are_cut_by_area_month_and_group_and_the_parts_add_up(session, cast, survey):
    by = cast.county_official.id
    later = asking.TODAY + dt.timedelta(days=20)
    with clock.stopped_at(asking.NOW + dt.timedelta(days=21)):
        asking.counted(session, survey, by, [asking.FIVES] * 3)
        asking.counted(session, survey, by, [(1,) * 7] * 2, area=asking.NEXT_VILLAGE, respondents=Respondents.VISITOR, on=later)
        asking.counted(session, survey, by, [(3,) * 7], area=asking.FAR_VILLAGE)
        asking.counted(session, survey, by, [(2,) * 7], area=asking.COUNTY)
    whole = queries.results_of(session, survey, WHOLE)
    first = survey.items[0].id
    assert (whole.answers, whole.items[first].counts) == (7, (2, 1, 1, 0, 3))
    for change, answers, counts in (
        ({"area_code": asking.TOWN}, 5, (2, 0, 0, 0, 3)),
        ({"area_code": asking.VILLAGE}, 3, (0, 0, 0, 0, 3)),
        ({"month": "2026-10"}, 2, (2, 0, 0, 0, 0)),
        ({"respondents": Respondents.VISITOR}, 2, (2, 0, 0, 0, 0)),
        ({"area_code": asking.VILLAGE, "month": "2026-10"}, 0, (0, 0, 0, 0, 0)),
    ):
        found = queries.results_of(session, survey, dataclasses.replace(WHOLE, **change))
        assert (found.answers, found.items[first].counts) == (answers, counts), change
    counts = queries.counts_of(session, survey, asking.COUNTY, digits=9)
    towns = rules.parts_of(counts)
    assert [(one.code, one.answers, one.all_items.n) for one in towns] == [
        ("360321", 1, 7), (asking.TOWN, 5, 35), (asking.FAR_VILLAGE[:9], 1, 7),
    ]  # fmt: skip
    months = rules.months_of(counts)
    assert [(one.code, one.answers) for one in rules.parts_of(counts, "2026-10")] == [(asking.TOWN, 2)]
    assert [(one.code, one.answers) for one in months] == [("2026-09", 5), ("2026-10", 2)]
    pages, after = [], None
    while page := queries.answers_in(session, survey, WHOLE, after=after, limit=3):
        pages.append(page)
        after = (page[-1].area_code, page[-1].id)
    rows = [one for page in pages for one in page]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({one.id for one in rows}) == whole.answers == len(session.scalars(select(SurveyAnswer.id)).all())
    assert sorted(one.scores[first] for one in rows) == [1, 1, 2, 3, 5, 5, 5]
    october = dataclasses.replace(WHOLE, month="2026-10", respondents=Respondents.VISITOR)
    assert {one.answered_on for one in queries.answers_in(session, survey, october)} == {later}
