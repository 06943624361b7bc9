"""One household on its way: it applies, is registered, leaves, is monitored, cleared and comes back; nothing is rewritten."""

import datetime as dt

import pytest

from marketplace.assistance import queries, refusals, services
from marketplace.assistance.models import ProcedureStep, RegistrationSpell
from marketplace.assistance.values import Guarantee, Status
from marketplace.assistance.values.procedures import Opinion, Settings, State
from marketplace.notices import queries as board
from marketplace.notices import services as notices
from tests.assistance.cases import Days, Village, identified
from tests.farmers.places import SEALER
from tests.truths import breaches

START = dt.date(2018, 3, 1)


@pytest.fixture
def village(session):
    made = Village(session, START)
    for year, fen in ((2017, 295200), (2018, 310000), (2019, 321800), (2020, 400000)):
        made.line(year, fen)
    return made


def exit_to_the_county(village, days):
    """Propose an exit and bring it to the county's table."""
    case = village.open("exit")
    village.visit(case, Opinion.NOT_POOR)
    case = village.sign(case, "verify", village.task_force)
    case = village.sign(case, "agree", village.farmer)
    days.later(8)
    case = village.sign(case, "hand_up", village.village)
    for checker in village.checkers:
        case = village.sign(case, "countersign", checker)
    return village.sign(case, "approve", village.township)


def exited(village, days):
    case = village.sign(exit_to_the_county(village, days), "approve", village.county)
    return village.sign(case, "announce", village.county)


def monitored(village, days):
    case = village.open("monitor", by=village.task_force)
    village.visit(case)
    case = village.sign(case, "take_up", village.village)
    case = village.sign(case, "agree", village.farmer)
    village.vote(case)
    case = village.sign(case, "conclude", village.village)
    days.later(8)
    case = village.sign(case, "hand_up", village.village)
    case = village.sign(case, "approve", village.township)
    village.compare(case)
    return village.sign(case, "approve", village.county)


def cleared(village, days):
    case = village.open("clear")
    village.visit(case, Opinion.NOT_POOR)
    case = village.sign(case, "verify", village.task_force)
    case = village.sign(case, "agree", village.farmer)
    days.later(8)
    case = village.sign(case, "hand_up", village.village)
    case = village.sign(case, "approve", village.township)
    return village.sign(case, "approve", village.county)


def test_a_household_applies_leaves_is_monitored_cleared_and_comes_back(session, village):
    with Days(START) as days:
        assert village.standing() is Status.NONE
        case = identified(village, days)
        assert (case.state, village.standing()) == (State.DONE, Status.REGISTERED)
        first_registered = days.on

        # it stays on the register until two complete years lie above their lines, and nobody can propose otherwise
        days.later(to=dt.date(2019, 3, 1))
        village.earned(2018, 2 * 330000)
        with pytest.raises(refusals.BasisMissing) as no:
            village.open("exit")
        assert [(want.code, want.year) for want in no.value.wants] == [("income_unknown", 2017)]
        village.earned(2017, 2 * 295200)
        exited(village, days)
        assert village.standing() is Status.EXITED
        with pytest.raises(refusals.StandingDoesNotFit):
            village.open("identify", by=village.farmer)

        # an illness: watched, helped, and after half a year above the range cleared
        days.later(to=dt.date(2019, 9, 1))
        monitored(village, days)
        assert village.standing() is Status.MONITORED
        days.later(to=dt.date(2020, 2, 1))
        village.earned(2019, 2 * 330000)
        with pytest.raises(refusals.BasisMissing) as no:  # the range of the year is asked for, never guessed
            village.open("clear")
        assert [want.code for want in no.value.wants] == ["line_unknown", "too_early"]
        village.range(2019, 3300)
        with pytest.raises(refusals.BasisMissing) as no:
            village.open("clear")
        assert [want.code for want in no.value.wants] == ["too_early"]
        days.later(to=dt.date(2020, 4, 1))
        cleared(village, days)
        assert village.standing() is Status.EXITED

        # poor again in 2020, it comes back: a second registration beside the first, which stays as it was
        days.later(to=dt.date(2020, 6, 1))
        identified(village, days, "reenter")
        assert village.standing() is Status.REGISTERED
        spells = session.query(RegistrationSpell).order_by(RegistrationSpell.id).all()
        assert [(one.registered_on, one.ended_how, one.origin) for one in spells] == [
            (first_registered, "exited", "procedure"), (days.on, None, "procedure"),
        ]  # fmt: skip

        # from 2021 nobody comes back to the register: who has left is monitored instead
        days.later(to=dt.date(2021, 2, 1))
        village.earned(2020, 2 * 400000)
        exited(village, days)
        with pytest.raises(refusals.ReentryClosed):
            village.open("reenter", by=village.farmer)
        monitored(village, days)
        assert village.standing() is Status.MONITORED
        card = queries.household_card(session, village.household.id, on=days.on, sealer=SEALER)
        assert [one.ended_how for one in card.spells] == ["exited", "exited"]
        assert [bool(one.cleared_on) for one in card.episodes] == [True, False]
        assert {one.cause for one in card.causes if one.to_on is None} == {"illness", "labour"}

        # every notice hung out its days and came down by itself; the log has both lines of each
        days.later(30)
        notices.take_down_due(session)
        assert board.standing_notices(session, area_code="360321", on=days.on) == []
        for line in queries.cases_of_household(session, village.household.id, sealer=SEALER):
            hung = board.notices_about(session, line.ref)
            assert hung
            assert len(board.log_of(session, [one.id for one in hung])) == 2 * len(hung)
        session.commit()
        assert breaches(session) == {}


def test_an_objection_that_is_right_sends_the_case_back_and_the_next_notice_starts_anew(session, village):
    with Days(START) as days:
        case = village.open("identify", by=village.farmer)
        village.paper(case, "application")
        case = village.sign(case, "take_up", village.village)
        village.survey(case)
        village.vote(case)
        case = village.sign(case, "conclude", village.village)
        notice = board.notice_by_ref(session, case.notice_ref)
        assert (notice.head, notice.people) == ("刘**", 2)
        assert notice.stands_on(days.on + dt.timedelta(days=7))
        assert not notice.stands_on(days.on + dt.timedelta(days=8))
        ref = village.object(case)
        days.later(8)
        with pytest.raises(refusals.ObjectionsOpen):
            village.sign(case, "hand_up", village.village)
        objection = board.objection_by_ref(session, ref, sealer=SEALER)
        assert objection.words == "这家有两辆车"
        notices.decide_objection(
            session, objection_id=objection.id, is_upheld=True, answer="属实", by=village.township, sealer=SEALER
        )
        with pytest.raises(refusals.ObjectionUpheld):
            village.sign(case, "hand_up", village.village)
        case = village.sign(case, "send_back", village.township)
        village.survey(case, net_fen=9_000_000)
        with pytest.raises(refusals.ResolutionNeeded):  # the vote still says in need, the figures no longer do
            village.sign(case, "conclude", village.village)
        case = village.sign(case, "reject", village.village)
        assert (case.state, case.due_on) == (State.REJECTED, None)
        session.commit()
        assert breaches(session) == {}


def test_an_appeal_is_heard_above_and_brings_the_case_to_the_township(session, village):
    with Days(START) as days:
        case = village.open("identify", by=village.farmer)
        village.paper(case, "application")
        case = village.sign(case, "take_up", village.village)
        village.survey(case)
        village.vote(case, in_favour=2, against=20)
        case = village.sign(case, "reject", village.village)
        with pytest.raises(refusals.TooSoonAgain):
            village.open("identify", by=village.farmer)
        days.later(15)
        case = village.sign(case, "appeal", village.farmer, "我家确实困难")
        with pytest.raises(refusals.NotYourStep):
            village.sign(case, "uphold", village.village)
        case = village.sign(case, "uphold", village.township)
        assert case.state == State.TOWNSHIP
        village.visit(case)
        with pytest.raises(refusals.ResolutionNeeded):  # the vote said not in need, the visit finds need
            village.sign(case, "approve", village.checkers[0])
        services.bring_resolution(
            session, case_id=case.id, brought=village.brought(village.township, "群众不了解病情"), sealer=SEALER
        )
        case = village.sign(case, "approve", village.checkers[0])
        assert case.state == State.TOWNSHIP_NOTICE
        session.commit()
        assert breaches(session) == {}


def test_an_appeal_that_comes_too_late_is_not_heard(village):
    with Days(START) as days:
        case = village.open("identify", by=village.farmer)
        case = village.sign(case, "reject", village.village)
        days.later(16)
        with pytest.raises(refusals.AppealTooLate):
            village.sign(case, "appeal", village.farmer)


def test_a_household_that_does_not_agree_to_leave_is_heard_and_stays(session, village):
    with Days(START) as days:
        identified(village, days)
        days.later(to=dt.date(2019, 3, 1))
        village.earned(2018, 2 * 330000)
        village.earned(2017, 2 * 330000)
        case = village.open("exit")
        village.visit(case, Opinion.NOT_POOR)
        case = village.sign(case, "verify", village.task_force)
        case = village.sign(case, "refuse", village.farmer, "孩子要上学")
        case = village.sign(case, "uphold", village.township)
        assert (case.state, village.standing()) == (State.REJECTED, Status.REGISTERED)
        session.commit()
        assert breaches(session) == {}


def test_two_officials_in_conflict_leave_one_step_and_one_case(session, village):
    with Days(START):
        case = village.open("identify", by=village.farmer)
        seen = case.seq
        village.paper(case, "application")
        rival = village.session.get(type(case), case.id)
        village.sign(case, "take_up", village.village)
        with pytest.raises(refusals.CaseMoved):
            village.sign(rival, "withdraw", village.farmer, seen=seen)
        with pytest.raises(refusals.CaseOpenAlready):
            village.open("monitor", by=village.task_force)
        # the same step sent twice by a phone that lost the answer is one step
        again = village.sign(case, "take_up", village.village, seen=seen)
        assert (again.seq, again.state) == (seen + 1, State.REVIEWING)
        assert session.query(ProcedureStep).count() == 2


def test_nobody_signs_on_two_levels_and_every_official_declares_kinship(village):
    with Days(START):
        case = village.open("identify", by=village.village)
        village.paper(case, "application")
        with pytest.raises(refusals.KinshipUndeclared):
            village.sign(case, "take_up", village.village, kinship=None)
        case = village.sign(case, "take_up", village.village)
        assert case.state == State.REVIEWING


def test_while_the_register_is_frozen_nothing_is_approved(session, village):
    with Days(START) as days:
        services.freeze_register(
            session,
            from_on=days.on + dt.timedelta(days=10),
            to_on=days.on + dt.timedelta(days=40),
            words="年度结转",
            by=village.county,
        )
        with pytest.raises(refusals.RegisterFrozen):
            identified(village, days)
        days.later(to=START + dt.timedelta(days=41))
        case = queries.open_case_of(session, village.household.id)
        assert case.state == State.COUNTY
        assert village.sign(case, "approve", village.county).state == State.APPROVED


def test_what_the_county_settles_counts_once_a_second_official_lets_it_and_only_for_cases_opened_later(session, village):
    with Days(START) as days:
        case = village.open("identify", by=village.farmer)
        proposed = services.propose_settings(
            session, settings=Settings(from_on=days.on, village_notice_days=10), source="文件", by=village.county
        )
        assert queries.procedure_settings(session, days.on).village_notice_days == 7
        with pytest.raises(refusals.AcceptedByProposer):
            services.approve_settings(session, settings_id=proposed.id, by=village.county)
        services.approve_settings(session, settings_id=proposed.id, by=village.second_county)
        assert queries.procedure_settings(session, days.on).village_notice_days == 10
        assert queries.settings_of(session, case).village_notice_days == 7
        with pytest.raises(refusals.SettingsDecided):
            services.approve_settings(session, settings_id=proposed.id, by=village.second_county)
        with pytest.raises(refusals.DatesCrossed):
            services.propose_settings(
                session, settings=Settings(from_on=days.on - dt.timedelta(days=1)), source="文件", by=village.county
            )


def test_a_mistake_is_struck_off_and_is_no_exit(session, village):
    with Days(START) as days:
        identified(village, days)
        case = village.open("remove", by=village.village)
        village.visit(case, Opinion.NOT_POOR, met={Guarantee.WATER})
        case = village.sign(case, "verify", village.task_force)
        with pytest.raises(refusals.EvidenceMissing):  # signed on paper before an official, the slip must be there
            village.sign(case, "agree", village.village)
        village.paper(case, "slip")
        case = village.sign(case, "agree", village.village)
        days.later(8)
        case = village.sign(case, "hand_up", village.village)
        for checker in village.checkers:
            case = village.sign(case, "countersign", checker)
        case = village.sign(case, "approve", village.township)
        village.compare(case)
        case = village.sign(case, "approve", village.county)
        case = village.sign(case, "announce", village.county)
        assert village.standing() is Status.NONE
        spell = session.get(RegistrationSpell, case.spell_id)
        assert spell.ended_how == "removed"
        session.commit()
        assert breaches(session) == {}
