"""Choosing a measure: an official picks, the household agrees, and only then does the measure begin."""

import dataclasses
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import grants_of
from marketplace.accounts.services import record_audit
from marketplace.accounts.values import Actor, Role
from marketplace.assistance import rules as policy
from marketplace.assistance.models import Helper, Measure, MeasurePlan
from marketplace.assistance.queries.help_facts import help_facts_of
from marketplace.assistance.queries.measure_rules import measure_rule_set_on
from marketplace.assistance.refusals import (
    BudgetUnclear,
    EntryDecided,
    NoRules,
    ReasonNeeded,
    SignedByRecorder,
    StandsAlready,
    WitnessNeeded,
)
from marketplace.assistance.rules.choosing import PLANS
from marketplace.assistance.services.deciding import roles_over
from marketplace.assistance.services.record import start_measure
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import AgreedHow, PlanAction, PlanDraft, PlanState
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmer_verbs
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotAllowed, NotThere

#: Who can bear witness to what a household said.
WITNESSES = (Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.HELPER, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL)


def choose_measure(session: Session, *, household_id: int, draft: PlanDraft, by: int, key: str, sealer: Sealer) -> MeasurePlan:
    """Pick a measure for a household, with what the rules of today recommended; the same key again returns the first choice.

    Raises:
        NoRules: no version of the rules counts today.
        ReasonNeeded: the rules do not recommend it and nothing says why it is picked.
        BudgetUnclear: money without a source, or a source without money.
        StandsAlready: the household takes part in it, or has been asked already.
    """
    standing = session.scalar(select(MeasurePlan).where(MeasurePlan.key == key))
    if standing is not None:
        return standing
    today = clock.today()
    facts = help_facts_of(session, [household_id], today).get(household_id)
    if facts is None:
        raise NotThere
    version = measure_rule_set_on(session, today)
    if version is None:
        raise NoRules
    recommended = policy.recommendations(facts, version.rules, version.least_points)
    is_recommended = draft.kind in {one.measure for one in recommended}
    if not is_recommended and len(draft.own_reason) < 4:
        raise ReasonNeeded
    if (draft.budget_fen is None) != (not draft.budget_source):
        raise BudgetUnclear
    _refuse_what_stands(session, household_id, draft)
    ref, own = ids.reference("M", 12), farmer_verbs.sealer_of_household(session, household_id, sealer=sealer)
    plan = MeasurePlan(
        ref=ref, key=key, household_id=household_id, kind=draft.kind, state=PlanState.PROPOSED,
        plan_sealed=own.seal(draft.plan, f"measure_plans/plan/{ref}"),
        expected_sealed=own.seal(draft.expected, f"measure_plans/expected/{ref}"), helper_id=draft.helper_id,
        budget_fen=draft.budget_fen, budget_source=draft.budget_source[:60], rule_set_id=version.id,
        recommended=[dataclasses.asdict(one) for one in recommended], is_recommended=is_recommended,
        own_reason="" if is_recommended else draft.own_reason[:200], chosen_by=by, chosen_at=clock.now(),
    )  # fmt: skip
    session.add(plan)
    session.flush()
    record_audit(
        session, by=by, action="assistance.choose_measure", object_kind="household", object_ref=_ref(session, household_id),
        after={"kind": str(draft.kind), "number": version.number, "recommended": is_recommended, "budget_fen": draft.budget_fen},
    )  # fmt: skip
    return plan


def _refuse_what_stands(session: Session, household_id: int, draft: PlanDraft) -> None:
    asked = select(MeasurePlan.id).where(
        MeasurePlan.household_id == household_id, MeasurePlan.kind == draft.kind, MeasurePlan.state == PlanState.PROPOSED
    )
    stands = select(Measure.id).where(Measure.household_id == household_id, Measure.kind == draft.kind, Measure.to_on.is_(None))
    if session.scalar(asked) is not None or session.scalar(stands) is not None:
        raise StandsAlready
    if draft.helper_id is not None:
        helper = session.get(Helper, draft.helper_id)
        if helper is None or helper.household_id != household_id or helper.to_on is not None:
            raise NotThere


def agree_in_person(session: Session, *, plan_id: int, household_id: int, witness_id: int | None, by: int) -> MeasurePlan:
    """Write down that the household agreed, spoken before a witness; the measure begins today.

    Raises:
        WitnessNeeded: nobody, or somebody without a part in this village, or whoever writes it down, is named as witness.
        EntryDecided: it was decided on already.
        NotAllowed: this is for somebody else to say.
    """
    plan = _open_plan(session, plan_id, household_id, PlanAction.AGREE_IN_PERSON, by)
    village = farmers.villages_of_households(session, [household_id])[household_id]
    if (
        witness_id is None
        or witness_id == by
        or not Actor(witness_id, "", grants_of(session, witness_id)).may_act_in(village, *WITNESSES)
    ):
        raise WitnessNeeded
    return _agree(session, plan, PlanAction.AGREE_IN_PERSON, by, witness_id)


def agree_on_own_phone(session: Session, *, plan_id: int, household_id: int, by: int) -> MeasurePlan:
    """Agree, as somebody matched to the household, on one's own phone; the measure begins today.

    Raises:
        SignedByRecorder: the official who chose it belongs to the household.
        EntryDecided: it was decided on already.
        NotAllowed: this is for somebody else to say.
    """
    plan = _open_plan(session, plan_id, household_id, PlanAction.AGREE_ON_OWN_PHONE, by)
    if plan.chosen_by == by:
        raise SignedByRecorder
    return _agree(session, plan, PlanAction.AGREE_ON_OWN_PHONE, by, None)


def _agree(session: Session, plan: MeasurePlan, action: PlanAction, by: int, witness_id: int | None) -> MeasurePlan:
    how = AgreedHow.IN_PERSON if action is PlanAction.AGREE_IN_PERSON else AgreedHow.OWN_PHONE
    measure = start_measure(
        session, household_id=plan.household_id, kind=MeasureKind(plan.kind), from_on=clock.today(), by=plan.chosen_by
    )
    plan.agreed_how, plan.witness_id, plan.measure_id = str(how), witness_id, measure.id
    _close(session, plan, action, by, {"how": str(how), "witnessed_by": witness_id})
    return plan


def decline_measure(session: Session, *, plan_id: int, household_id: int, by: int) -> MeasurePlan:
    """Say that the household does not want the measure: somebody of it, or an official who writes down its answer.

    Raises:
        EntryDecided: it was decided on already.
        NotAllowed: this is for somebody else to say.
    """
    plan = _open_plan(session, plan_id, household_id, PlanAction.DECLINE, by)
    _close(session, plan, PlanAction.DECLINE, by, {})
    return plan


def withdraw_plan(session: Session, *, plan_id: int, household_id: int, by: int) -> MeasurePlan:
    """Take a choice back before the household has answered.

    Raises:
        EntryDecided: it was decided on already.
        NotAllowed: this is for somebody else to say.
    """
    plan = _open_plan(session, plan_id, household_id, PlanAction.WITHDRAW, by)
    _close(session, plan, PlanAction.WITHDRAW, by, {})
    return plan


def _open_plan(session: Session, plan_id: int, household_id: int, action: PlanAction, by: int) -> MeasurePlan:
    """Return a choice of which this person may take this action."""
    plan = session.get(MeasurePlan, plan_id, with_for_update=True)
    if plan is None or plan.household_id != household_id:
        raise NotThere
    state = PlanState(plan.state)
    if PLANS.after(state, action) is None:
        raise EntryDecided
    if not PLANS.may_take(state, action, _roles_towards(session, by, household_id)):
        raise NotAllowed
    return plan


def _roles_towards(session: Session, user_id: int, household_id: int) -> frozenset[Role]:
    """Return what somebody is to a household: their roles over its village, and a farmer where they are matched to it."""
    roles = roles_over(session, user_id, farmers.villages_of_households(session, [household_id])[household_id])
    return roles | {Role.FARMER} if household_id in farmers.households_of_user(session, user_id) else roles


def _close(session: Session, plan: MeasurePlan, action: PlanAction, by: int, more: dict[str, Any]) -> None:
    state = PLANS.after(PlanState(plan.state), action)
    plan.state, plan.decided_by, plan.decided_at = str(state), by, clock.now()
    session.flush()
    record_audit(
        session, by=by, action=f"assistance.plan_{state}", object_kind="household", object_ref=_ref(session, plan.household_id),
        after={"kind": plan.kind, **more},
    )  # fmt: skip


def _ref(session: Session, household_id: int) -> str:
    household = farmers.household(session, household_id)
    if household is None:
        raise NotThere
    return household.ref
