"""The household's month: confirmed, disputed, answered."""

import datetime as dt

import pytest

from marketplace.assistance.models import PlatformHandover, PlatformIncome
from marketplace.farmers import services as farmers
from marketplace.income import jobs, queries, refusals, rules, services
from marketplace.income.values import LineState
from marketplace.kernel import clock
from tests.farmers.places import VILLAGE
from tests.income.sales import LATER, MONTH, NEXT_MONTH, breaches, earn, fact, refund, village


@pytest.fixture
def who(session):
    people = village(session)
    people = village_with_sale(session, people)
    session.commit()
    with clock.stopped_at(LATER):
        yield people


def village_with_sale(session, people):
    services.accrue_sale(session, fact=fact(1, people.household_id))
    return people


def the_line(session, who, month=MONTH):
    (found,) = queries.statement(session, who.household_id, month).lines
    return found


def keys(session, who):
    return {"household_id": who.household_id, "month": MONTH, "attribution_id": the_line(session, who).line.attribution_id}


def test_a_line_is_open_until_the_household_speaks(session, who):
    assert the_line(session, who).state is LineState.OPEN
    services.confirm_line(session, **keys(session, who), by=who.farmer)
    session.commit()
    assert the_line(session, who).state is LineState.CONFIRMED


def test_a_confirmed_line_asks_again_when_its_figures_move(session, who):
    services.confirm_line(session, **keys(session, who), by=who.farmer)
    refund(session, 9000, 36000)
    found = the_line(session, who)
    assert (found.state, found.is_changed) == (LineState.OPEN, True)
    services.confirm_line(session, **keys(session, who), by=who.farmer)
    assert the_line(session, who).state is LineState.CONFIRMED


def test_figures_that_moved_after_they_were_seen_are_not_agreed_to(session, who):
    seen = rules.seen_words(the_line(session, who).line.figures)
    refund(session, 9000, 36000)
    with pytest.raises(refusals.LineMoved):
        services.confirm_line(session, **keys(session, who), by=who.farmer, seen=seen)
    session.rollback()
    refund(session, 9000, 36000)
    assert the_line(session, who).state is LineState.OPEN
    services.confirm_line(
        session, **keys(session, who), by=who.farmer, seen=rules.seen_words(the_line(session, who).line.figures)
    )
    assert the_line(session, who).state is LineState.CONFIRMED


def test_what_happens_next_month_leaves_the_confirmed_month_alone(session, who):
    services.confirm_line(session, **keys(session, who), by=who.farmer)
    refund(session, 9000, 36000, at=NEXT_MONTH)
    assert the_line(session, who).state is LineState.CONFIRMED
    october = the_line(session, who, "2026-10").line.figures
    assert (october.refunds_fen, october.gross_fen, october.lines) == (9000, 0, 0)


def test_a_dispute_has_words_and_another_person_answers_it(session, who):
    with pytest.raises(refusals.WordsMissing):
        services.dispute_line(session, **keys(session, who), by=who.farmer, words="  ")
    services.dispute_line(session, **keys(session, who), by=who.farmer, words="少算两包")
    session.commit()
    (waiting,) = queries.open_disputes(session, (VILLAGE[:6],))
    assert (waiting.words, waiting.month) == ("少算两包", MONTH)
    assert queries.open_disputes(session, ("360321102",)) == []
    assert session.scalar(queries.disputes_waiting((VILLAGE,))) == 1
    with pytest.raises(refusals.SameOfficial):
        services.answer_dispute(session, statement_line_id=waiting.statement_line_id, by=who.farmer, answer="好")
    services.answer_dispute(session, statement_line_id=waiting.statement_line_id, by=who.clerk, answer="两包已退款")
    session.commit()
    found = the_line(session, who)
    assert (found.state, found.answer) == (LineState.ANSWERED, "两包已退款")
    assert queries.dispute(session, waiting.statement_line_id) is None
    with pytest.raises(refusals.LineMove):
        services.answer_dispute(session, statement_line_id=waiting.statement_line_id, by=who.clerk, answer="again")


def test_nobody_answers_the_question_of_their_own_household(session, who):
    services.dispute_line(session, **keys(session, who), by=who.farmer, words="少算两包")
    farmers.match_user_to_household(session, household_id=who.household_id, user_id=who.clerk, by=who.cashier)
    (waiting,) = queries.open_disputes(session, (VILLAGE,))
    with pytest.raises(refusals.OwnMoney):
        services.answer_dispute(session, statement_line_id=waiting.statement_line_id, by=who.clerk, answer="没错")
    services.answer_dispute(session, statement_line_id=waiting.statement_line_id, by=who.cashier, answer="两包已退款")


def test_a_line_of_another_household_or_month_cannot_be_confirmed(session, who):
    mine = keys(session, who)
    for wrong in ({"household_id": who.neighbour_id}, {"month": "2026-08"}, {"attribution_id": 999}):
        with pytest.raises(refusals.LineNotInMonth):
            services.confirm_line(session, **{**mine, **wrong}, by=who.farmer)


def test_a_helper_s_button_is_remembered_as_such(session, who):
    services.confirm_line(session, **keys(session, who), by=who.helper, is_assisted=True)
    assert the_line(session, who).is_assisted


def test_the_month_that_ended_is_opened_once_for_every_household_that_sold(session, who):
    with clock.stopped_at(NEXT_MONTH):
        assert jobs.open_statements(session) == 1
        session.commit()
        assert jobs.open_statements(session) == 0


def test_the_assistance_record_is_handed_the_month(session, who):
    earn(session)
    with clock.stopped_at(LATER):
        assert jobs.hand_over(session) == 1
        assert jobs.hand_over(session) == 0
        session.commit()
        (handed,) = session.query(PlatformIncome).all()
        assert (handed.gross_fen, handed.fees_fen, handed.net_fen, handed.earned_fen, handed.paid_fen) == (
            45000, 2527, 42473, 42473, 0,
        )  # fmt: skip
        refund(session, 9000, 36000, at=LATER)
        assert jobs.hand_over(session) == 1
    session.expire_all()
    assert (handed.refunds_fen, handed.net_fen) == (9000, 45000 - 9000 - 1800 - 277)
    assert breaches(session) == {}


def test_a_month_that_a_sleeping_worker_missed_is_handed_over_by_the_nightly_pass(session, who):
    with clock.stopped_at(LATER + dt.timedelta(days=200)):
        assert jobs.hand_over(session) == 0
        assert services.hand_over_all(session) == 1
    assert session.query(PlatformHandover).filter_by(month=MONTH).one().handed_at == LATER + dt.timedelta(days=200)


def test_a_long_month_is_paged_and_its_total_is_whole_on_every_page(session, who):
    for number in range(2, 8):
        services.accrue_sale(session, fact=fact(number, who.household_id))
    refund(session, 9000, 36000, number=3)
    session.commit()
    whole = queries.sum_of_lines(session, period=MONTH, household_id=who.household_id)
    seen, before = [], None
    while True:
        page = queries.statement(session, who.household_id, MONTH, before=before, limit=3)
        assert page.total == whole
        assert len(page.lines) <= 3
        seen += [found.line.attribution_id for found in page.lines]
        if (before := page.next_before) is None:
            break
    assert len(seen) == len(set(seen)) == 7
    assert queries.open_lines(session, who.household_id, MONTH) == 7
    services.confirm_line(session, household_id=who.household_id, month=MONTH, attribution_id=seen[-1], by=who.farmer)
    services.dispute_line(
        session, household_id=who.household_id, month=MONTH, attribution_id=seen[0], by=who.farmer, words="少了"
    )
    assert queries.open_lines(session, who.household_id, MONTH) == 5
    refund(session, 9000, 36000)
    assert queries.open_lines(session, who.household_id, MONTH) == 6, "a confirmed line whose figures moved asks again"
