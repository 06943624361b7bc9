"""A grievance from its arrival to its end: who sees it, who may act, what is kept, what is forgotten."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import AuditEvent
from marketplace.accounts.services import asking_from
from marketplace.accounts.values import Origin, Role
from marketplace.areas.values import Level
from marketplace.grievances import invariants, queries, refusals, rules, services
from marketplace.grievances.models import Grievance
from marketplace.grievances.services import Saying
from marketplace.grievances.values import Action, HandlingRule, Kind, Outcome, Party, State
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, StaleState
from tests.cast import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.grievances.county import (
    ANSWER,
    MONDAY,
    REFUSAL,
    SEALER,
    WORDS,
    answer,
    appeal,
    bring,
    county,
    look,
    row,
    step,
)


@pytest.fixture
def cast(session):
    with clock.stopped_at(MONDAY):
        yield county(session)


def days_later(days):
    return clock.stopped_at(MONDAY + dt.timedelta(days=days))


def test_a_grievance_goes_from_its_arrival_to_the_final_answer_of_another_person(session, cast):
    receipt = bring(session, contact="13900000099")
    ref, first, second = receipt.ref, cast.township_official, cast.county_official
    assert receipt.due_on == dt.date(2026, 9, 17)
    assert look(session, ref).handling_code == TOWNSHIP
    step(session, ref, Action.ACCEPT, first, Saying(words="已收到，正在安排。"))
    assert (look(session, ref).due_on, look(session, ref).assignee_id) == (dt.date(2026, 9, 29), first.id)
    step(session, ref, Action.NOTE, first, Saying(note="问过村会计"))
    step(session, ref, Action.INVESTIGATE, first)
    step(session, ref, Action.ANSWER, first, ANSWER)
    answered = look(session, ref)
    assert (answered.state, answered.outcome, answered.due_on) == (State.ANSWERED, Outcome.UPHELD, None)
    assert answered.appeal_until == dt.date(2026, 9, 24)
    appeal(session, ref)
    appealed = look(session, ref)
    assert (appealed.state, appealed.handling_code, appealed.assignee_id) == (State.APPEALED, COUNTY, None)
    step(session, ref, Action.ASSIGN, second, Saying(towards_id=second.id))
    step(session, ref, Action.DECIDE, second, Saying(words="维持原答复。", outcome=Outcome.REJECTED))
    session.commit()
    told = queries.wording(session, grievance_id=appealed.id, sealer=SEALER)
    assert told.words == WORDS
    assert [(one.action, one.by_name, one.by_role) for one in told.steps if one.is_public] == [
        (Action.ACCEPT, "刘建平", Role.TOWNSHIP_OFFICIAL),
        (Action.INVESTIGATE, "刘建平", Role.TOWNSHIP_OFFICIAL),
        (Action.ANSWER, "刘建平", Role.TOWNSHIP_OFFICIAL),
        (Action.APPEAL, None, None),
        (Action.ASSIGN, "陈志远", Role.COUNTY_OFFICIAL),
        (Action.DECIDE, "陈志远", Role.COUNTY_OFFICIAL),
    ]
    assert [one.note for one in told.steps if one.action is Action.NOTE] == ["问过村会计"]
    lines = dict(session.execute(select(AuditEvent.id, AuditEvent.action).where(AuditEvent.object_ref == ref)).all())
    assert [lines[one.trail_id] for one in told.steps] == [f"grievances.{one.action}" for one in told.steps]
    final = look(session, ref)
    assert (final.state, final.outcome, final.can_be_appealed(clock.today())) == (State.FINAL, Outcome.REJECTED, False)


def test_nothing_in_the_database_says_who_complained_or_what_of(session, cast):
    asking_from("198.51.100.7")
    try:
        receipt = bring(session, contact="13900000099", subject_name="朱秋生", subject_role=Role.VILLAGE_OFFICIAL)
        found = look(session, receipt.ref)
        services.withdraw_grievance(session, grievance_id=found.id, seen=0, sealer=SEALER)
    finally:
        asking_from(None)
    session.commit()
    secrets = (WORDS, "13900000099", receipt.code, "198.51.100.7")
    held = [*session.execute(select(Grievance.__table__)), *session.execute(text("SELECT * FROM grievance_steps"))]
    held += session.execute(select(AuditEvent.__table__).where(AuditEvent.object_kind == "grievance"))
    assert len(held) == 4
    assert not [one for one in held if any(secret in str(one) for secret in secrets)]


def test_number_and_code_open_it_and_the_same_page_sent_twice_is_one_grievance(session, cast):
    receipt = bring(session, key="impatient")
    assert bring(session, key="impatient") == receipt
    session.commit()
    assert session.scalars(select(Grievance.ref)).all() == [receipt.ref]
    typed = f"{receipt.code[:5].lower()} {receipt.code[5:]}"
    assert queries.grievance_known_to(session, ref=receipt.ref, code=typed, sealer=SEALER).ref == receipt.ref
    other = bring(session)
    assert queries.grievance_known_to(session, ref=receipt.ref, code=other.code, sealer=SEALER) is None
    assert queries.grievance_known_to(session, ref="K0000000", code=receipt.code, sealer=SEALER) is None


def test_whoever_is_complained_of_sees_nothing_of_it_and_never_handles_it(session, cast):
    named, colleague = cast.township_official, cast.second_township_official
    ref = bring(session, subject_name="刘建平 主任").ref
    session.commit()
    assert queries.grievance_for(session, ref=ref, reader_id=named.id) is None
    assert queries.grievance_for(session, ref=ref, reader_id=colleague.id) is not None
    assert queries.lines_in(session, [TOWNSHIP], reader_id=named.id).rows == ()
    assert session.scalar(queries.count_waiting([TOWNSHIP], reader_id=named.id)) == 0
    assert queries.party(session, look(session, ref), user_id=named.id) is Party.CONCERNED
    with pytest.raises(NotThere):
        step(session, ref, Action.ACCEPT, named)
    with pytest.raises(refusals.MayNotHandle):
        step(session, ref, Action.ACCEPT, colleague, Saying(towards_id=named.id))
    assert look(session, ref).version == 0


def test_an_official_who_brought_it_is_kept_from_it_and_one_can_be_kept_out_later(session, cast):
    first, second = cast.township_official, cast.second_township_official
    own = bring(session, owner_id=first.id).ref
    assert queries.grievance_for(session, ref=own, reader_id=first.id) is None
    assert [line.ref for line in queries.own_lines(session, user_id=first.id).rows] == [own]
    ref = bring(session).ref
    step(session, ref, Action.ACCEPT, first)
    with pytest.raises(refusals.NotNow):  # somebody must answer
        step(session, ref, Action.KEEP_OUT, second, Saying(towards_id=first.id))
    step(session, ref, Action.ASSIGN, second, Saying(towards_id=second.id))
    step(session, ref, Action.KEEP_OUT, second, Saying(towards_id=first.id))
    assert queries.grievance_for(session, ref=ref, reader_id=first.id) is None
    assert first.id not in {one.user_id for one in queries.officers(session, look(session, ref))}


def test_an_appeal_is_not_for_anybody_who_had_a_hand_in_the_answer(session, cast):
    services.set_handling_rule(session, kind=Kind.HELP, rule=HandlingRule(Level.COUNTY, 2, 10, 5, 20), by=cast.county_official.id)
    ref = bring(session).ref
    first, second = cast.county_official, cast.second_county_official
    assert (look(session, ref).handling_code, look(session, ref).due_on) == (COUNTY, dt.date(2026, 9, 16))
    answer(session, ref, first)
    appeal(session, ref)
    assert [one.user_id for one in queries.officers(session, look(session, ref))] == [second.id]
    for towards in (first, second):
        with pytest.raises(refusals.NotTheirs):
            step(session, ref, Action.ASSIGN, first, Saying(towards_id=towards.id))
    with pytest.raises(refusals.MayNotHandle):
        step(session, ref, Action.ASSIGN, second, Saying(towards_id=first.id))
    step(session, ref, Action.ASSIGN, second, Saying(towards_id=second.id))
    step(session, ref, Action.DECIDE, second, ANSWER)
    assert look(session, ref).state is State.FINAL


def test_a_refusal_can_be_appealed_against_until_its_day_and_not_after(session, cast):
    refs = [bring(session).ref for _ in range(2)]
    for ref in refs:
        step(session, ref, Action.REFUSE, cast.township_official, REFUSAL)
    session.commit()
    with days_later(10):
        appeal(session, refs[0])
    with days_later(11), pytest.raises(refusals.AppealTimeOver):
        appeal(session, refs[1])
    assert [look(session, ref).state for ref in refs] == [State.APPEALED, State.REFUSED]


def test_only_the_one_it_was_given_to_answers_and_sees_the_contact(session, cast):
    first, second = cast.township_official, cast.second_township_official
    receipt = bring(session, contact="13900000099")
    found = look(session, receipt.ref)
    step(session, receipt.ref, Action.ACCEPT, first)
    step(session, receipt.ref, Action.INVESTIGATE, first)
    with pytest.raises(refusals.NotTheirs):
        step(session, receipt.ref, Action.ANSWER, second, ANSWER)
    with pytest.raises(refusals.NotTheirs):
        services.read_contact(session, grievance_id=found.id, by=second.id, sealer=SEALER)
    assert services.read_contact(session, grievance_id=found.id, by=first.id, sealer=SEALER) == "13900000099"
    looked = select(AuditEvent.user_id).where(AuditEvent.action == "grievances.read_contact")
    assert session.scalars(looked).all() == [first.id]
    for stranger in (cast.village_official, cast.other_village_official, cast.task_force, cast.auditor, cast.administrator):
        with pytest.raises(NotThere):
            step(session, receipt.ref, Action.NOTE, stranger, Saying(note="不该看到"))


def test_a_step_on_what_somebody_else_moved_meanwhile_is_refused(session, cast):
    ref = bring(session).ref
    step(session, ref, Action.ACCEPT, cast.township_official)
    with pytest.raises(StaleState):
        step(session, ref, Action.REFUSE, cast.second_township_official, REFUSAL, seen=0)
    with pytest.raises(refusals.NotNow):
        step(session, ref, Action.REFUSE, cast.second_township_official, REFUSAL)
    with pytest.raises(StaleState):
        services.withdraw_grievance(session, grievance_id=look(session, ref).id, seen=0, sealer=SEALER)
    assert look(session, ref).version == 1


def test_what_says_nothing_or_makes_no_grievance_is_refused(session, cast):
    ref = bring(session).ref
    with pytest.raises(refusals.WordsNeeded):
        step(session, ref, Action.REFUSE, cast.township_official, Saying(words="不"))
    answer_without = Saying(words="已补发大米两袋。")
    with pytest.raises(refusals.OutcomeNeeded):
        answer(session, ref, cast.township_official, answer_without)
    for facts, refusal in (
        ({"words": "  米 "}, refusals.WordsNeeded),
        ({"words": "米" * (rules.MOST_WORDS + 1)}, refusals.WordsNeeded),
        ({"contact": "1" * 101}, refusals.ContactTooLong),
        ({"area_code": COUNTY}, refusals.AreaUnknown),
        ({"area_code": "360321999"}, refusals.AreaUnknown),
        ({"image_ids": [1, 2, 3, 4]}, refusals.TooManyPictures),
    ):
        with pytest.raises(refusal):
            bring(session, **facts)
    with pytest.raises(refusals.RuleOutOfRange):
        services.set_handling_rule(session, kind=Kind.HELP, rule=HandlingRule(Level.VILLAGE, 1, 1, 1, 1), by=1)
    with pytest.raises(refusals.RuleOutOfRange):
        services.set_handling_rule(session, kind=Kind.HELP, rule=HandlingRule(Level.COUNTY, 0, 1, 1, 1), by=1)


def test_one_browser_brings_eight_a_day(session, cast):
    for _ in range(8):
        bring(session, origin=Origin("198.51.100.7", "one"))
    with pytest.raises(refusals.TooManyGrievances):
        bring(session, origin=Origin("198.51.100.7", "one"))
    bring(session, origin=Origin("198.51.100.7", "another"))


def test_what_is_late_is_listed_oldest_first_a_page_at_a_time_along_the_index(session, cast, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    reader = cast.county_official.id
    refs = []
    for days in range(5):
        with days_later(days):
            refs.append(bring(session, area_code=OTHER_VILLAGE if days == 3 else VILLAGE).ref)
    session.commit()
    with days_later(7):  # the last is due today
        seen, after = [], ""
        while after is not None:
            page = queries.overdue_in(session, [COUNTY], reader_id=reader, after=after)
            assert len(page.rows) <= 2
            seen += [line.ref for line in page.rows]
            after = page.next_after
        assert seen == refs[:4]
        assert [line.ref for line in queries.overdue_in(session, [TOWNSHIP], reader_id=reader).rows] == refs[:2]
        assert queries.count_overdue(session, [TOWNSHIP], reader_id=reader) == 3
    latest = queries.lines_in(session, [COUNTY], reader_id=reader)
    assert [line.ref for line in latest.rows] == [refs[4], refs[3]]
    assert [line.ref for line in queries.lines_in(session, [COUNTY], reader_id=reader, after=latest.next_after).rows] == [
        refs[2],
        refs[1],
    ]
    assert queries.overdue_in(session, [COUNTY], reader_id=reader, after="no day.1").rows == ()


def test_contact_then_words_are_forgotten_and_what_became_of_it_stays(session, cast):
    ref = bring(session, contact="13900000099", owner_id=cast.buyer.id, subject_name="村会计").ref
    still_open = bring(session, contact="13900000098").ref
    answer(session, ref, cast.township_official)
    session.commit()
    assert services.forget_grievances(session) == 0
    with days_later(181):
        assert services.forget_grievances(session) == 1
        assert services.forget_grievances(session) == 0
        assert (row(session, ref).contact_sealed, row(session, ref).owner_id) == (None, None)
        assert row(session, ref).words_sealed is not None
        assert row(session, still_open).contact_sealed is not None
    with days_later(3 * 365 + 1):
        assert services.forget_grievances(session) == 1
    told = queries.wording(session, grievance_id=look(session, ref).id, sealer=SEALER)
    assert (told.words, told.subject_name, {one.words for one in told.steps}) == ("", "", {""})
    assert (look(session, ref).state, look(session, ref).outcome) == (State.ANSWERED, Outcome.UPHELD)
    assert queries.wording(session, grievance_id=look(session, still_open).id, sealer=SEALER).words == WORDS


def test_the_database_itself_refuses_a_grievance_that_cannot_be(session, cast):
    ref = bring(session).ref
    session.commit()
    for change in (
        "state = 'answered'",
        "due_on = NULL",
        "state = 'investigating'",
        "handling_code = area_code",
        "kind = 'gossip'",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(f"UPDATE grievances SET {change} WHERE ref = :ref"), {"ref": ref})
        session.rollback()


@pytest.mark.breaks_truths("rows are bent by hand", "grievances:")
def test_the_truths_notice_what_the_database_lets_through(session, cast):
    first = cast.township_official
    refs = [bring(session).ref for _ in range(4)]
    answer(session, refs[1], first)
    appeal(session, refs[1])
    step(session, refs[1], Action.ASSIGN, cast.county_official, Saying(towards_id=cast.county_official.id))
    step(session, refs[1], Action.DECIDE, cast.county_official, ANSWER)
    step(session, refs[2], Action.ACCEPT, first)
    session.commit()
    assert [name for name, check in invariants.CHECKS if check(session)] == []
    for change in (
        f"UPDATE grievances SET version = 3 WHERE ref = '{refs[0]}'",
        f"UPDATE grievances SET handling_code = '360321102' WHERE ref = '{refs[3]}'",
        f"UPDATE grievance_steps SET by_user_id = {first.id} WHERE action = 'decide'",
        f"UPDATE grievances SET state = 'investigating' WHERE ref = '{refs[2]}'",
        f"INSERT INTO grievance_concerned (grievance_id, user_id, at) SELECT id, {first.id}, received_at FROM grievances"
        f" WHERE ref = '{refs[2]}'",
    ):
        session.execute(text(change))
    session.commit()
    assert [name for name, check in invariants.CHECKS if not check(session)] == []
