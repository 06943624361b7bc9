"""Alerts: raised once by the nightly pass, decided by people one step at a time, and never deleted."""

import datetime as dt

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from marketplace.assistance import queries, services
from marketplace.assistance.models import Alert, AlertRuleVersion, AlertStep, Assessment, VisitPlan
from marketplace.assistance.refusals import (
    AcceptedByProposer,
    AlertMoved,
    ChangeDecided,
    ChangeWaits,
    ClearedByHelper,
    DatesCrossed,
    EntryDecided,
    FindingNeeded,
    OutOfBounds,
    StepNotOpen,
)
from marketplace.assistance.rules.alerts import defaults
from marketplace.assistance.values import Guarantee, LedgerCategory
from marketplace.assistance.values.alerts import LEVELS, AlertAction, AlertFilter, AlertRule, AlertState, Level, SpendingKind
from marketplace.kernel import clock
from marketplace.kernel.errors import NotAllowed, NotThere
from tests.assistance.warned import COUNTY, NOW, TODAY, TOWN, Village, earned
from tests.farmers.places import OTHER_VILLAGE, SEALER, VILLAGE, official

LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def village(session):
    with clock.stopped_at(NOW):
        yield Village(session)


def poor(village, *, is_visited=True, **facts):
    """Open a household below the range of ¥6,000 a head."""
    village.set_range(6000)
    household = village.household(**facts)
    village.declare(household, 1_000_000)
    if is_visited:
        visit(village, household, TODAY)
    return household


def visit(village, household, day):
    services.record_visit(
        village.session, household_id=household.id, by=village.official, visited_on=day, note="在家", sealer=SEALER
    )


def raised(village):
    household = poor(village)
    village.assess()
    return village.standing(household)["low_income"]


def test_the_pass_raises_each_alert_once_with_its_figures_and_version_and_says_of_how_many_it_could_not_tell(village, session):
    household = poor(village, is_registered=True, is_visited=False)
    village.declare(household, 2_000_000, LedgerCategory.TRANSFER)
    services.record_spending(
        session,
        household_id=household.id,
        year=2026,
        kind=SpendingKind.MEDICAL,
        amount_fen=2_000_000,
        source="发票",
        by=village.official,
    )
    services.record_guarantee(
        session, household_id=household.id, guarantee=Guarantee.WATER, is_met=False, on=TODAY, by=village.official
    )
    silent = village.household()
    for month in ("2026-06", "2026-07", "2026-08", "2025-06", "2025-07", "2025-08", "2025-12"):
        fen = 90_000_000 if month == "2025-12" else 100_000 if month < "2026" else 10_000
        services.record_platform_income(session, month=month, figures={household.id: earned(fen)})
    village.set_range(400_000, year=2024)
    assert village.assess() == 6
    found = village.standing(household)
    assert set(found) == set(AlertRule) - {"low_income"}
    assert found["platform_fall"].figures["fell_basis"] == 9000
    assert {each.state for each in found.values()} == {"to_check"}
    versions = queries.standing_versions(session, TODAY)
    assert {each.version_id for each in found.values()} == {versions[rule].id for rule in found}
    assert village.assess(LATER) == 0
    assert village.standing(silent) == {}
    last = queries.last_assessment(session)
    assert (last.assessed_on, last.households, last.raised) == (TODAY + dt.timedelta(days=1), 2, 0)
    assert last.unknown == {"no_income": 1, "no_categories": 1}


def test_an_alert_whose_condition_is_gone_is_marked_and_comes_back_but_no_person_s_decision_moves(village, session):
    household = poor(village)
    village.assess()
    alert = village.standing(household)["low_income"]
    village.step(alert, AlertAction.CHECK, village.official)
    village.declare(household, 5_000_000, LedgerCategory.BUSINESS)
    assert village.assess(LATER) == 1
    session.expire_all()
    assert (alert.state, alert.gone_at) == ("checked", LATER)
    village.declare(household, 0, LedgerCategory.BUSINESS)
    assert village.assess(LATER + dt.timedelta(days=1)) == 1
    session.expire_all()
    assert (alert.state, alert.gone_at) == ("checked", None)
    steps = session.execute(select(AlertStep.action, AlertStep.by_user_id).order_by(AlertStep.id)).all()
    assert [row.action for row in steps] == ["check", "gone", "back"]
    assert [row.by_user_id for row in steps] == [village.official, None, None]


def test_without_a_range_for_the_year_nobody_is_warned_of_and_what_stands_is_left(village, session):
    household = village.household()
    village.declare(household, 1)
    visit(village, household, TODAY)
    village.set_range(6000, year=2024)
    assert village.assess() == 0
    assert queries.last_assessment(session).unknown["no_range"] == 1
    village.set_range(6000)
    assert village.assess() == 1
    session.execute(text("UPDATE monitoring_ranges SET superseded_at = set_at"))
    assert village.assess(LATER) == 0
    assert village.standing(household)["low_income"].gone_at is None


def test_what_was_dismissed_is_not_raised_again_for_the_same_year_but_for_the_next(village, session):
    alert = raised(village)
    village.step(alert, AlertAction.DISMISS, village.township)
    assert village.assess(LATER) == 0
    village.set_range(6000, year=2026)
    household = session.get_one(Alert, alert.id).household_id
    held = services.record_year_ledger(
        session, household_id=household, year=2026, category=LedgerCategory.WAGE, amount_fen=5, source="调查", by=village.official
    )
    services.approve_year_ledger(session, entry_id=held.id, by=village.county)
    village.assess(NOW + dt.timedelta(days=365))
    periods = session.scalars(select(Alert.period).where(Alert.rule == "low_income").order_by(Alert.id)).all()
    assert periods == ["2025", "2026"]


def test_the_database_itself_keeps_two_of_a_kind_from_standing(village, session):
    alert = raised(village)
    twin = {column.name: getattr(alert, column.name) for column in Alert.__table__.columns}
    with pytest.raises(IntegrityError):
        session.execute(Alert.__table__.insert(), {**twin, "id": alert.id + 1, "ref": "A2", "period": "2024"})
    session.rollback()


def test_an_alert_goes_from_hand_to_hand_and_the_help_is_declared_over_by_another(village, session):
    alert = raised(village)
    with pytest.raises(NotAllowed):
        village.step(alert, AlertAction.DISMISS, village.official)
    with pytest.raises(FindingNeeded):
        village.step(alert, AlertAction.CHECK, village.official, note="好")
    with pytest.raises(StepNotOpen):
        village.step(alert, AlertAction.CLEAR, village.township)
    village.step(alert, AlertAction.CHECK, village.official, note="户主住院两个月，收入没了")
    village.step(alert, AlertAction.HELP, village.task_force)
    with pytest.raises(ClearedByHelper):
        village.step(alert, AlertAction.CLEAR, village.task_force)
    village.step(alert, AlertAction.CLEAR, village.township)
    view = queries.alert_view(session, alert, sealer=SEALER)
    assert [step.action for step in view.steps] == ["check", "help", "clear"]
    assert view.steps[0].note == "户主住院两个月，收入没了"
    assert "住院" not in session.scalar(select(AlertStep.note_sealed).where(AlertStep.action == "check"))
    for stranger in (
        village.county,
        village.farmer,
        official(session, "auditor", COUNTY),
        official(session, "task_force", OTHER_VILLAGE),
    ):
        with pytest.raises(NotAllowed):
            village.step(alert, AlertAction.CHECK, stranger, seen=AlertState.TO_CHECK)


def test_of_two_officials_who_saw_the_same_state_the_later_is_told_that_it_moved(village, session):
    alert = raised(village)
    village.step(alert, AlertAction.CHECK, village.official)
    with pytest.raises(AlertMoved):
        village.step(alert, AlertAction.DISMISS, village.township, seen=AlertState.TO_CHECK)
    assert session.get_one(Alert, alert.id).state == "checked"
    with pytest.raises(NotThere):
        services.take_step(
            session, alert_id=alert.id + 99, action=AlertAction.CHECK, seen=AlertState.TO_CHECK, note="没有的事",
            by=village.official, sealer=SEALER,
        )  # fmt: skip


def test_a_changed_rule_stands_from_its_day_and_older_alerts_keep_the_version_that_raised_them(village, session):
    alert = raised(village)
    preview = queries.rule_preview(session, AlertRule.LOW_INCOME, {"percent_of_range": 50}, TODAY)
    assert (preview.now, preview.then, preview.fewer, preview.more) == (1, 0, 1, 0)
    tomorrow = TODAY + dt.timedelta(days=1)

    def propose(**changed):
        facts = {"parameters": {"percent_of_range": 50}, "is_on": True, "from_on": tomorrow, "by": village.county} | changed
        return services.propose_rule(session, rule="low_income", preview=preview.as_counts(), **facts)

    with pytest.raises(OutOfBounds):
        propose(parameters={"percent_of_range": 0})
    with pytest.raises(DatesCrossed):
        propose(from_on=TODAY - dt.timedelta(days=1))
    version = propose()
    with pytest.raises(ChangeWaits):
        propose(by=village.second)
    with pytest.raises(AcceptedByProposer):
        services.decide_rule(session, rule="low_income", number=2, is_approved=True, by=village.county)
    services.decide_rule(session, rule="low_income", number=2, is_approved=True, by=village.second)
    with pytest.raises(ChangeDecided):
        services.decide_rule(session, rule="low_income", number=2, is_approved=False, by=village.second)
    assert queries.standing_versions(session, TODAY)["low_income"].number == 1
    assert queries.standing_versions(session, tomorrow)["low_income"].parameters == {"percent_of_range": 50}
    assert village.assess(LATER) == 1
    session.expire_all()
    assert alert.gone_at == LATER
    assert alert.version_id != version.id
    propose(is_on=False)
    services.decide_rule(session, rule="low_income", number=3, is_approved=False, by=village.second)
    assert session.scalars(select(AlertRuleVersion.state).where(AlertRuleVersion.number == 3)).all() == ["rejected"]


def test_a_range_takes_the_place_of_an_example_and_of_an_older_figure_which_are_kept(village, session):
    assert services.set_example_ranges(session) == 2
    assert queries.monitoring_ranges(session, [2021, 2022, 2024])[2024].is_example
    assert 2022 not in queries.monitoring_ranges(session, [2022])
    held = services.propose_range(session, year=2024, amount_fen=700_000, source="文号", by=village.county)
    with pytest.raises(ChangeWaits):
        services.propose_range(session, year=2024, amount_fen=1, source="文号", by=village.second)
    with pytest.raises(AcceptedByProposer):
        services.decide_range(session, range_id=held.id, is_approved=True, by=village.county)
    services.decide_range(session, range_id=held.id, is_approved=True, by=village.second)
    assert queries.monitoring_ranges(session, [2024])[2024].amount_fen == 700_000
    village.set_range(8000, year=2024)
    assert queries.monitoring_ranges(session, [2024])[2024].amount_fen == 800_000
    with pytest.raises(DatesCrossed):
        services.propose_range(session, year=2027, amount_fen=1, source="文号", by=village.county)


def test_levels_are_reckoned_from_what_stands_and_counted_as_they_are_listed(village, session):
    urgent, watched, calm = (village.household(is_registered=True) for _ in range(3))
    village.set_range(6000)
    village.declare(urgent, 100)
    services.record_guarantee(
        session, household_id=urgent.id, guarantee=Guarantee.HOUSING, is_met=False, on=TODAY, by=village.official
    )
    visit(village, calm, TODAY)
    village.assess()
    assert queries.levels_of(session, [urgent.id, watched.id, calm.id], TODAY) == {
        urgent.id: Level.URGENT,
        watched.id: Level.WATCH,
    }
    counts = queries.level_counts(session, [TOWN], TODAY)
    for level in Level:
        lines = queries.household_lines(session, [TOWN], on=TODAY, sealer=SEALER, level=level)
        assert {line.level for line in lines} <= {level}
        assert len(lines) == counts.get(level, 1)
    heavier = defaults(LEVELS) | {"weight_no_visit": 3}
    assert queries.level_preview(session, [COUNTY], heavier, TODAY)[Level.CONCERN] == (0, 1)


def test_counts_by_rule_and_state_re_sum_to_the_rows_behind_them(village, session):
    village.set_range(6000)
    for place in (VILLAGE, VILLAGE, OTHER_VILLAGE):
        village.declare(village.household(place, is_registered=True), 100)
    village.assess()
    first = session.scalars(select(Alert).where(Alert.rule == "low_income")).first()
    village.step(first, AlertAction.CHECK, village.official)
    village.step(first, AlertAction.DISMISS, village.township)
    for areas in ([COUNTY], [VILLAGE], [OTHER_VILLAGE], []):
        counts = queries.alert_counts(session, areas)
        for rule in AlertRule:
            for state in AlertState:
                page = queries.alert_page(session, areas, AlertFilter(state, rule), sealer=SEALER, size=100)
                assert len(page.lines) == counts.get((rule, state), 0)
    assert session.scalar(queries.alerts_to_check((VILLAGE,))) == 3


def test_pages_of_alerts_follow_one_another_both_ways_without_gap_or_repeat(village, session):
    for _ in range(5):
        village.household(is_registered=True)
    village.assess()

    def page(**place):
        return queries.alert_page(session, [COUNTY], AlertFilter(), sealer=SEALER, size=2, **place)

    first = page()
    second = page(older_than=first.older_than)
    third = page(older_than=second.older_than)
    refs = [line.ref for each in (first, second, third) for line in each.lines]
    assert len(set(refs)) == 5
    assert (first.newer_than, third.older_than) == (None, None)
    assert page(newer_than=third.newer_than).lines == second.lines
    back = page(newer_than=second.newer_than)
    assert (back.lines, back.newer_than) == (first.lines, None)


def test_the_pass_asks_as_much_of_the_database_for_thirty_households_as_for_three(village, session):
    def statements():
        asked = []
        engine = session.get_bind()

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            village.assess()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    village.set_range(6000)
    for _ in range(3):
        village.declare(village.household(is_registered=True), 100)
    village.assess()
    few = statements()
    for _ in range(27):
        village.declare(village.household(is_registered=True), 100)
    village.assess()
    assert statements() == few
    assert session.get_one(Assessment, TODAY).households == 30


def test_spending_is_entered_once_a_key_and_taken_back_by_name(village, session):
    household = village.household()
    facts = {
        "household_id": household.id,
        "kind": SpendingKind.SCHOOLING,
        "amount_fen": 500,
        "source": "收据",
        "by": village.official,
    }
    entry = services.record_spending(session, year=2026, key="k", **facts)
    assert services.record_spending(session, year=2026, key="k", **facts).id == entry.id
    with pytest.raises(DatesCrossed):
        services.record_spending(session, year=2027, **facts)
    with pytest.raises(NotThere):
        services.withdraw_spending(session, entry_id=entry.id, household_id=household.id + 1, by=village.official)
    services.withdraw_spending(session, entry_id=entry.id, household_id=household.id, by=village.county)
    with pytest.raises(EntryDecided):
        services.withdraw_spending(session, entry_id=entry.id, household_id=household.id, by=village.county)
    assert [row.withdrawn_by for row in queries.spending_of_household(session, household.id)] == [village.county]


def test_visits_fall_due_by_rule_move_on_with_each_visit_and_are_listed_the_longest_overdue_first(village, session):
    long_ago, lately, never = (village.household(is_registered=True) for _ in range(3))
    outside = village.household()
    for household, day in ((long_ago, dt.date(2026, 2, 1)), (lately, dt.date(2026, 9, 1))):
        visit(village, household, day)
    village.assess()
    page = queries.visits_due(session, [COUNTY], by=TODAY, sealer=SEALER, size=1)
    assert [line.household_id for line in page.lines] == [never.id]
    page = queries.visits_due(session, [COUNTY], by=TODAY, sealer=SEALER, size=1, after=page.after)
    assert [line.household_id for line in page.lines] == [long_ago.id]
    assert page.after is None
    assert queries.overdue_count(session, (VILLAGE,)) == 2
    services.plan_visit(session, household_id=never.id, on=TODAY, by=village.official)
    for day in (TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=93)):
        with pytest.raises(DatesCrossed):
            services.plan_visit(session, household_id=never.id, on=day, by=village.official)
    with pytest.raises(NotThere):
        services.plan_visit(session, household_id=outside.id, on=TODAY, by=village.official)
    visit(village, never, TODAY)
    session.expire_all()
    plan = session.get_one(VisitPlan, never.id)
    assert (plan.last_visit_on, plan.planned_on) == (TODAY, None)
    assert plan.due_on == TODAY + dt.timedelta(days=plan.interval_days)
    visit(village, never, dt.date(2026, 3, 1))
    assert session.get_one(VisitPlan, never.id).last_visit_on == TODAY


def test_what_if_counts_who_would_cross_the_line_by_village(village, session):
    village.set_range(6000)
    near, far, below = village.household(), village.household(OTHER_VILLAGE), village.household()
    for household, declared in ((near, 1_150_000), (far, 1_500_000), (below, 100)):
        village.declare(household, declared)
    services.record_platform_income(session, month="2025-07", figures={each.id: earned(100_000) for each in (near, far, below)})
    assert queries.crossings(session, [COUNTY], 10, TODAY) == []
    (crossing,) = queries.crossings(session, [COUNTY], 60, TODAY)
    assert (crossing.household_id, crossing.per_head_fen, crossing.then_per_head_fen) == (near.id, 625_000, 595_000)
    assert queries.crossings(session, [OTHER_VILLAGE], 60, TODAY) == []
    assert queries.crossings(session, [], 60, TODAY, keys=[near.id]) == [crossing]
