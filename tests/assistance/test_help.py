"""Choosing help: dated facts, versions of the rules, choices with a household's consent, outcomes with its signature."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.assistance import queries, services
from marketplace.assistance.models import (
    HouseholdCapacity,
    Measure,
    MeasureOutcome,
    MeasurePlan,
    MeasureRuleSet,
)
from marketplace.assistance.refusals import (
    AcceptedByProposer,
    BrokenRule,
    BudgetUnclear,
    DatesCrossed,
    EntryDecided,
    NoRules,
    ReasonNeeded,
    RulesWaiting,
    SignedByRecorder,
    StandsAlready,
    WitnessNeeded,
)
from marketplace.assistance.services.outcomes import sign_outcome_by_hand
from marketplace.assistance.values import Guarantee, MeasureKind, MonitoringKind
from marketplace.assistance.values.help import Capacity, Condition, MeasureRule, PlanDraft, PlanState, ReasonWords
from marketplace.farmers import services as farmers_services
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from tests.assistance.test_record import picture
from tests.farmers.places import DAY, SEALER, VILLAGE, county, entry, id_of, member, official, person

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
TODAY = clock.day_of(NOW)
DRAFT = PlanDraft(MeasureKind.AGRICULTURE, plan="扩种两亩莲", expected="多收三百斤", budget_fen=80_000, budget_source="衔接资金")


@pytest.fixture(autouse=True)
def stopped(session):
    with clock.stopped_at(NOW):
        yield


@pytest.fixture
def household(session):
    county(session)
    services.load_measure_rules(session)
    members = (member(1, labour="ordinary", schooling="primary"), member(2, "spouse", labour="weak", health="chronic,disabled"))
    return farmers_services.open_household(session, entry=entry(members=members, crops=("莲子",)), on=DAY, sealer=SEALER)


@pytest.fixture
def who(session, household):
    """The village's official, its task force, and a farmer matched to the household."""
    found = {
        "official": official(session, "village_official", VILLAGE), "task_force": official(session, "task_force", VILLAGE),
        "stranger": official(session, "task_force", "360321102"), "farmer": person(session, "刘一"),
    }  # fmt: skip
    farmers_services.match_user_to_household(session, household_id=household.id, user_id=found["farmer"], by=found["official"])
    return found


def state(session, household, by, on=DAY, amounts=None, skills=(), wishes=()):
    given = {Capacity.FARMLAND: 35} if amounts is None else amounts
    services.state_capacities(session, household_id=household.id, amounts=given, skills=skills, wishes=wishes, on=on, by=by)


def choose(session, household, by, draft=DRAFT, key="k1"):
    return services.choose_measure(session, household_id=household.id, draft=draft, by=by, key=key, sealer=SEALER)


def agreed(session, household, who, **options):
    plan = choose(session, household, who["official"], **options)
    return services.agree_on_own_phone(session, plan_id=plan.id, household_id=household.id, by=who["farmer"])


def test_facts_are_dated_and_what_is_no_longer_said_ends(session, household, who):
    state(session, household, who["official"], amounts={Capacity.FARMLAND: 35, Capacity.ROOMS: 2}, skills=[Capacity.TEA])
    state(session, household, who["official"], on=TODAY, amounts={Capacity.FARMLAND: 20, Capacity.ROOMS: 2},
          wishes=[MeasureKind.TOURISM])  # fmt: skip
    rows = {(row.capacity, row.amount): (row.from_on, row.to_on) for row in session.scalars(select(HouseholdCapacity))}
    assert rows == {
        ("farmland", 35): (DAY, TODAY), ("farmland", 20): (TODAY, None), ("rooms", 2): (DAY, None), ("tea", None): (DAY, TODAY),
    }  # fmt: skip
    before, now = (queries.help_facts_of(session, [household.id], on)[household.id] for on in (DAY, TODAY))
    assert (before.amounts, before.skills) == ({"farmland": 35, "rooms": 2}, {"tea"})
    assert (now.amounts, now.skills, now.wishes) == ({"farmland": 20, "rooms": 2}, frozenset(), {"tourism"})
    with pytest.raises(DatesCrossed):
        state(session, household, who["official"], on=TODAY + dt.timedelta(days=1))


def test_the_rules_see_people_causes_guarantees_crops_and_the_villages_broadband(session, household, who):
    services.state_causes(session, household_id=household.id, main="skills", others=["illness"], on=DAY, by=who["official"])
    for is_met, on in ((False, DAY), (False, TODAY), (True, TODAY)):
        services.record_guarantee(
            session, household_id=household.id, guarantee=Guarantee.HOUSING, is_met=is_met, on=on, by=who["official"]
        )
    services.record_guarantee(
        session, household_id=household.id, guarantee=Guarantee.WATER, is_met=False, on=DAY, by=who["official"]
    )
    for percent, on in ((20, DAY), (64, TODAY)):
        services.record_broadband(
            session, village_code=VILLAGE, measured_on=on, households_percent=percent, source="年报", by=who["official"]
        )
    facts = queries.help_facts_of(session, [household.id], TODAY)[household.id]
    assert [(one.age, one.labour, one.health) for one in facts.people] == [
        (56, "ordinary", ()), (56, "weak", ("chronic", "disabled")),
    ]  # fmt: skip
    assert (facts.causes, facts.unmet, facts.crops, facts.broadband_percent) == ({"skills", "illness"}, {"water"}, 1, 64)
    then = queries.help_facts_of(session, [household.id], TODAY - dt.timedelta(days=1))[household.id]
    assert (then.unmet, then.broadband_percent) == ({"housing", "water"}, 20)


def test_a_household_agrees_on_its_own_phone_and_only_then_the_measure_begins(session, household, who):
    state(session, household, who["official"])
    plan = choose(session, household, who["official"])
    assert choose(session, household, who["official"]).id == plan.id, "sent twice, chosen once"
    assert session.scalars(select(Measure)).all() == []
    assert "扩种" not in plan.plan_sealed
    services.agree_on_own_phone(session, plan_id=plan.id, household_id=household.id, by=who["farmer"])
    measure = session.scalars(select(Measure)).one()
    assert (measure.kind, measure.from_on, plan.measure_id) == ("agriculture", TODAY, measure.id)
    (view,) = queries.plans_of_household(session, household.id, sealer=SEALER)
    assert (view.state, view.plan, view.budget_fen, view.agreed_how) == (PlanState.AGREED, "扩种两亩莲", 80_000, "own_phone")
    for verb in (services.decline_measure, services.withdraw_plan, services.agree_on_own_phone):
        with pytest.raises(EntryDecided):
            verb(session, plan_id=plan.id, household_id=household.id, by=who["farmer"])
    with pytest.raises(StandsAlready):
        choose(session, household, who["official"], key="k2")
    with pytest.raises(NotThere):
        services.withdraw_plan(session, plan_id=plan.id, household_id=household.id + 1, by=who["official"])


def test_spoken_consent_needs_a_witness_who_serves_there_and_is_somebody_else(session, household, who):
    state(session, household, who["official"])
    plan = choose(session, household, who["official"])
    for witness in (None, who["official"], who["farmer"], who["stranger"]):
        with pytest.raises(WitnessNeeded):
            services.agree_in_person(session, plan_id=plan.id, household_id=household.id, witness_id=witness, by=who["official"])
    services.agree_in_person(
        session, plan_id=plan.id, household_id=household.id, witness_id=who["task_force"], by=who["official"]
    )
    (view,) = queries.plans_of_household(session, household.id, sealer=SEALER)
    assert (view.agreed_how, view.witness) == ("in_person", "task_force")


def test_a_choice_is_refused_without_rules_reason_source_or_where_the_chooser_would_agree_as_well(session, household, who):
    state(session, household, who["farmer"])
    with pytest.raises(ReasonNeeded):
        choose(session, household, who["official"], replace(DRAFT, kind=MeasureKind.SOLAR))
    with pytest.raises(BudgetUnclear):
        choose(session, household, who["official"], replace(DRAFT, budget_source=""))
    own_way = replace(DRAFT, kind=MeasureKind.SOLAR, own_reason="屋顶朝南，村里有指标")
    plan = choose(session, household, who["farmer"], own_way, key="k3")
    assert (plan.is_recommended, plan.own_reason) == (False, "屋顶朝南，村里有指标")
    with pytest.raises(StandsAlready):
        choose(session, household, who["official"], own_way, key="k4")
    with pytest.raises(SignedByRecorder):
        services.agree_on_own_phone(session, plan_id=plan.id, household_id=household.id, by=who["farmer"])
    services.decline_measure(session, plan_id=plan.id, household_id=household.id, by=who["farmer"])
    assert session.scalars(select(Measure)).all() == []
    session.execute(update(MeasureRuleSet).values(from_on=TODAY + dt.timedelta(days=1)))
    with pytest.raises(NoRules):
        choose(session, household, who["official"], key="k5")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("decided_by = chosen_by", "agreed_by_another"),
        ("agreed_how = 'in_person'", "witnessed"),
        ("measure_id = NULL", "agreed_begins_a_measure"),
        ("budget_source = ''", "budget_has_a_source"),
        ("is_recommended = false", "reason_given"),
    ],
)
def test_the_database_itself_refuses_a_choice_that_is_not_whole(session, household, who, change, name):
    state(session, household, who["official"])
    agreed(session, household, who)
    session.commit()
    with pytest.raises(IntegrityError, match=name):
        session.execute(text(f"UPDATE measure_plans SET {change}"))
    session.rollback()


def test_an_old_choice_explains_itself_by_the_rules_of_its_day(session, household, who):
    state(session, household, who["official"])
    choose(session, household, who["official"])
    other = MeasureRule(MeasureKind.CULTURE, Condition.CROPS_LEAST, 50, ReasonWords.CROPS, number=1)
    number = services.propose_measure_rules(
        session, rules=[other], least_points=40, outcome_days=90, from_on=TODAY, note="只看种了什么", by=who["official"]
    )
    services.approve_measure_rules(session, number=number, by=who["task_force"])
    assert [one.measure for one in queries.recommended_to(session, household.id, TODAY)] == [MeasureKind.CULTURE]
    assert queries.recommended_to(session, household.id, TODAY - dt.timedelta(days=1))[0].measure is MeasureKind.AGRICULTURE
    (view,) = queries.plans_of_household(session, household.id, sealer=SEALER)
    (agriculture,) = (one for one in view.recommended if one.measure is MeasureKind.AGRICULTURE)
    assert (view.rule_set, view.score) == (1, agriculture.score)
    assert {reason.words: reason.found for reason in agriculture.reasons} == {
        ReasonWords.FARMLAND: 35, ReasonWords.HANDS: 1, ReasonWords.CROPS: 1,
    }  # fmt: skip


def test_a_version_is_proposed_by_one_and_decided_by_another_once(session, household, who):
    def propose(**options):
        given = {
            "rules": services.first_measure_rules(),
            "least_points": 40,
            "outcome_days": 90,
            "from_on": TODAY,
            "note": "多看一眼技能",
        }
        return services.propose_measure_rules(session, by=who["official"], **{**given, **options})

    for broken in ({"from_on": DAY}, {"note": "x"}, {"rules": []}, {"least_points": 0}, {"outcome_days": 0}):
        with pytest.raises((DatesCrossed, ReasonNeeded, BrokenRule)):
            propose(**broken)
    with pytest.raises(BrokenRule, match="Rule 2"):
        propose(rules=[services.first_measure_rules()[0], replace(services.first_measure_rules()[1], points=0)])
    number = propose(from_on=TODAY)
    with pytest.raises(RulesWaiting):
        propose()
    with pytest.raises(AcceptedByProposer):
        services.approve_measure_rules(session, number=number, by=who["official"])
    assert queries.measure_rule_set_on(session, TODAY).number == 1, "it does not count yet"
    with clock.stopped_at(NOW + dt.timedelta(days=9)):
        services.approve_measure_rules(session, number=number, by=who["task_force"])
    assert queries.measure_rule_set_on(session, TODAY + dt.timedelta(days=8)).number == 1, "nothing counts before it was decided"
    assert queries.measure_rule_set_on(session, TODAY + dt.timedelta(days=9)).number == number
    with pytest.raises(EntryDecided):
        services.reject_measure_rules(session, number=number, by=who["task_force"], reason="后悔了，不要")
    again = propose(from_on=TODAY)
    services.reject_measure_rules(session, number=again, by=who["official"], reason="自己收回")
    session.commit()
    with pytest.raises(IntegrityError, match="approved_by_another"):
        session.execute(text(f"UPDATE measure_rule_sets SET state = 'approved' WHERE number = {again}"))
    session.rollback()


def test_a_preview_counts_only_those_whom_measures_are_for_and_says_what_each_gains_and_loses(session, household, who):
    state(session, household, who["official"])
    other = farmers_services.open_household(session, entry=entry("H2", members=(member(9),)), on=DAY, sealer=SEALER)
    for one in (household, other):
        services.open_monitoring(
            session, household_id=one.id, kind=MonitoringKind.BORDERLINE, on=DAY, proposed_by=who["official"],
            approved_by=who["task_force"],
        )  # fmt: skip
    farmers_services.open_household(session, entry=entry("H3", members=(member(11),), crops=("茶叶",)), on=DAY, sealer=SEALER)
    standing = queries.measure_rule_set_on(session, TODAY)
    culture = MeasureRule(MeasureKind.CULTURE, Condition.CROPS_LEAST, 50, ReasonWords.CROPS, number=1)
    found = queries.preview_measure_rules(session, standing, replace(standing, rules=(culture,)), TODAY)
    assert found.households == 2
    (change,) = found.changes
    assert change.household_id == household.id
    assert (MeasureKind.CULTURE in change.gains, MeasureKind.AGRICULTURE in change.loses) == (True, True)
    assert found.counts()[MeasureKind.CULTURE] == (1, 0)
    assert queries.preview_measure_rules(session, standing, standing, TODAY).changes == ()


def test_an_outcome_counts_once_the_household_signed_it(session, household, who):
    state(session, household, who["official"])
    measure_id = agreed(session, household, who).measure_id
    given = {"measure_id": measure_id, "household_id": household.id, "words": "多收三百斤", "sealer": SEALER}
    with pytest.raises(DatesCrossed):
        services.record_outcome(session, happened_on=DAY, amount_fen=None, by=who["official"], key="o0", **given)
    first, second = (
        services.record_outcome(session, happened_on=TODAY, amount_fen=90_000, by=by, key=key, **given)
        for key, by in (("o1", who["official"]), ("o2", who["farmer"]))
    )
    assert services.record_outcome(session, happened_on=TODAY, amount_fen=1, by=1, key="o1", **given).id == first.id
    assert queries.answers_waiting(session, household.id) == 2
    with pytest.raises(SignedByRecorder):
        services.sign_outcome(session, outcome_id=second.id, household_id=household.id, by=who["farmer"])
    services.sign_outcome(session, outcome_id=first.id, household_id=household.id, by=who["farmer"])
    slip = picture(session, "green", who["official"])
    sign_outcome_by_hand(session, outcome_id=second.id, household_id=household.id, image_id=slip, by=who["official"])
    with pytest.raises(EntryDecided):
        sign_outcome_by_hand(session, outcome_id=first.id, household_id=household.id, image_id=slip, by=who["official"])
    found = {one.id: one for one in queries.outcomes_of_household(session, household.id, sealer=SEALER)}
    assert (found[first.id].signed_how, found[second.id].signed_how) == ("own_account", "by_hand")
    assert (found[first.id].words, found[second.id].signed_by) == ("多收三百斤", "village_official")
    assert queries.has_slip(session, household.id, slip)
    assert not queries.has_slip(session, household.id + 1, slip)
    session.commit()
    with pytest.raises(IntegrityError, match="slip_of_a_hand"):
        session.execute(update(MeasureOutcome).where(MeasureOutcome.id == second.id).values(image_id=None))
    session.rollback()


def test_measures_that_show_nothing_are_walked_in_the_order_of_an_index(session, household, who):
    began = [dt.date(2026, 1, day) for day in (5, 5, 6, 7)]
    kinds = (MeasureKind.TRAINING, MeasureKind.CULTURE, MeasureKind.SOLAR, MeasureKind.HEALTH)
    keys = [
        services.start_measure(session, household_id=household.id, kind=kind, from_on=on, by=who["official"]).id
        for kind, on in zip(kinds, began, strict=True)
    ]
    outcome = services.record_outcome(
        session, measure_id=keys[2], household_id=household.id, happened_on=TODAY, words="有电了", amount_fen=None,
        by=who["official"], key="o1", sealer=SEALER,
    )  # fmt: skip

    def silent(**options):
        given = {"codes": [VILLAGE], "before": dt.date(2026, 1, 7), **options}
        return [one.measure_id for one in queries.measures_without_outcome(session, **given)]

    assert silent() == keys[:3], "an outcome that nobody signed is none"
    services.sign_outcome(session, outcome_id=outcome.id, household_id=household.id, by=who["farmer"])
    assert silent() == keys[:2]
    assert silent(limit=1) == keys[:1]
    assert silent(after=(began[0], keys[0])) == keys[1:2]
    assert silent(codes=[], keys=[household.id]) == keys[:2]
    assert silent(codes=["360321102"]) == silent(codes=[]) == []


def test_plans_and_people_of_another_household_are_not_there(session, household, who):
    state(session, household, who["official"])
    plan = choose(session, household, who["official"])
    other = farmers_services.open_household(session, entry=entry("H2", members=(member(9),)), on=DAY, sealer=SEALER)
    with pytest.raises(NotThere):
        services.agree_on_own_phone(session, plan_id=plan.id, household_id=other.id, by=who["farmer"])
    assert session.scalars(select(MeasurePlan.state)).all() == ["proposed"]
    assert id_of(1) not in plan.plan_sealed
