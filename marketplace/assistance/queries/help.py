"""Named reads of chosen measures, what came of them, and measures that have shown nothing yet."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of_users
from marketplace.assistance.models import (
    Helper,
    HouseholdCapacity,
    Measure,
    MeasureOutcome,
    MeasurePlan,
    MeasureRuleSet,
    MeasureWish,
)
from marketplace.assistance.queries.standings import open_helper
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import (
    AgreedHow,
    OpenMeasure,
    OutcomeView,
    PlanState,
    PlanView,
    Reason,
    ReasonWords,
    Recommendation,
    SignedHow,
    Unit,
)
from marketplace.farmers.queries.references import lies_in
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.vault import queries as vault


def capacities_now(session: Session, household_id: int) -> Sequence[HouseholdCapacity]:
    """Return what a household has and can do now, as far as it is on record."""
    return session.scalars(
        select(HouseholdCapacity)
        .where(HouseholdCapacity.household_id == household_id, HouseholdCapacity.to_on.is_(None))
        .order_by(HouseholdCapacity.id)
    ).all()


def wishes_now(session: Session, household_id: int) -> tuple[str, ...]:
    """Return the measures a household wishes now."""
    return tuple(
        session.scalars(
            select(MeasureWish.measure)
            .where(MeasureWish.household_id == household_id, MeasureWish.to_on.is_(None))
            .order_by(MeasureWish.id)
        )
    )


def measures_of_household(session: Session, household_id: int) -> Sequence[Measure]:
    """Return the measures a household takes part in or took part in, the latest first."""
    return session.scalars(
        select(Measure).where(Measure.household_id == household_id).order_by(Measure.from_on.desc(), Measure.id.desc())
    ).all()


def helper_names(session: Session, household_id: int, *, sealer: Sealer) -> dict[int, str]:
    """Return the names of a household's helpers, present and former, by key, in clear."""
    rows = session.scalars(select(Helper).where(Helper.household_id == household_id).order_by(Helper.id))
    return {row.id: open_helper(row, sealer).name for row in rows}


def plans_of_household(session: Session, household_id: int, *, sealer: Sealer) -> tuple[PlanView, ...]:
    """Return the measures chosen for a household in clear, the latest first; two queries."""
    rows = session.execute(
        select(MeasurePlan, MeasureRuleSet.number)
        .join(MeasureRuleSet, MeasureRuleSet.id == MeasurePlan.rule_set_id)
        .where(MeasurePlan.household_id == household_id)
        .order_by(MeasurePlan.id.desc())
    ).all()
    people = {key for row, _ in rows for key in (row.chosen_by, row.decided_by, row.witness_id) if key is not None}
    names = names_of_users(session, people)
    opening = vault.opener(session, sealer, (each for row, _ in rows for each in (row.plan_sealed, row.expected_sealed)))
    return tuple(_plan(row, number, names, opening) for row, number in rows)


def _plan(row: MeasurePlan, number: int, names: Mapping[int, str], sealer: Sealer) -> PlanView:
    return PlanView(
        id=row.id,
        kind=MeasureKind(row.kind),
        state=PlanState(row.state),
        plan=sealer.open_if_kept(row.plan_sealed, f"measure_plans/plan/{row.ref}") or "",
        expected=sealer.open_if_kept(row.expected_sealed, f"measure_plans/expected/{row.ref}") or "",
        helper_id=row.helper_id,
        budget_fen=row.budget_fen,
        budget_source=row.budget_source,
        own_reason=row.own_reason,
        chosen_on=clock.day_of(row.chosen_at),
        chosen_by=names.get(row.chosen_by, ""),
        rule_set=number,
        recommended=tuple(_recommendation(one) for one in row.recommended),
        decided_on=clock.day_of(row.decided_at) if row.decided_at else None,
        decided_by=names.get(row.decided_by or 0, ""),
        agreed_how=AgreedHow(row.agreed_how) if row.agreed_how else None,
        witness=names.get(row.witness_id or 0, ""),
        measure_id=row.measure_id,
    )


def _recommendation(held: Mapping[str, Any]) -> Recommendation:
    reasons = tuple(Reason(ReasonWords(one["words"]), Unit(one["unit"]), one["found"], one["points"]) for one in held["reasons"])
    return Recommendation(MeasureKind(held["measure"]), held["score"], reasons)


def outcomes_of_household(session: Session, household_id: int, *, sealer: Sealer) -> tuple[OutcomeView, ...]:
    """Return what came of a household's measures, in clear, the latest first; two queries."""
    rows = session.execute(
        select(MeasureOutcome, Measure.kind)
        .join(Measure, Measure.id == MeasureOutcome.measure_id)
        .where(Measure.household_id == household_id)
        .order_by(MeasureOutcome.happened_on.desc(), MeasureOutcome.id.desc())
    ).all()
    names = names_of_users(session, {key for row, _ in rows for key in (row.recorded_by, row.signed_by) if key is not None})
    opening = vault.opener(session, sealer, (row.words_sealed for row, _ in rows))
    return tuple(
        OutcomeView(
            id=row.id,
            measure_id=row.measure_id,
            kind=MeasureKind(kind),
            happened_on=row.happened_on,
            words=opening.open_if_kept(row.words_sealed, f"measure_outcomes/words/{row.ref}") or "",
            amount_fen=row.amount_fen,
            recorded_by=names.get(row.recorded_by, ""),
            recorded_by_id=row.recorded_by,
            signed_at=row.signed_at,
            signed_how=SignedHow(row.signed_how) if row.signed_how else None,
            signed_by=names.get(row.signed_by or 0, ""),
            image_id=row.image_id,
        )
        for row, kind in rows
    )


def has_slip(session: Session, household_id: int, image_id: int) -> bool:
    """Say whether a picture shows a slip that this household signed."""
    found = session.scalar(
        select(MeasureOutcome.id)
        .join(Measure, Measure.id == MeasureOutcome.measure_id)
        .where(MeasureOutcome.image_id == image_id, Measure.household_id == household_id)
        .limit(1)
    )
    return found is not None


def measures_without_outcome(
    session: Session,
    codes: Sequence[str],
    *,
    before: dt.date,
    keys: Collection[int] = (),
    after: tuple[dt.date, int] | None = None,
    limit: int = 50,
) -> tuple[OpenMeasure, ...]:
    """Return standing measures that began before a day and of which no outcome is signed yet, the longest standing first.

    Of the households of some areas and of some keys. A page begins `after` the day and key of the last measure of the
    page before: it walks an index of standing measures in order, leaves out what does not belong, and sorts nothing.
    """
    if not codes and not keys:
        return ()
    reached = [lies_in(Measure.household_id, code) for code in codes]
    if keys:
        reached.append(Measure.household_id.in_(sorted(keys)))
    wanted = (
        select(Measure.id, Measure.household_id, Measure.kind, Measure.from_on)
        .where(Measure.to_on.is_(None), Measure.from_on < before, or_(*reached), ~has_signed_outcome())
        .order_by(Measure.from_on, Measure.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(tuple_(Measure.from_on, Measure.id) > after)
    return tuple(OpenMeasure(row.id, row.household_id, MeasureKind(row.kind), row.from_on) for row in session.execute(wanted))


def has_signed_outcome() -> Any:
    """Return the condition that the household signed what came of a measure."""
    return exists().where(MeasureOutcome.measure_id == Measure.id, MeasureOutcome.signed_at.is_not(None))


def answers_waiting(session: Session, household_id: int) -> int:
    """Return how many chosen measures and outcomes wait for the household's word; one query."""
    plans = select(MeasurePlan.id).where(MeasurePlan.household_id == household_id, MeasurePlan.state == PlanState.PROPOSED)
    outcomes = (
        select(MeasureOutcome.id)
        .join(Measure, Measure.id == MeasureOutcome.measure_id)
        .where(Measure.household_id == household_id, MeasureOutcome.signed_at.is_(None))
    )
    return session.scalar(select(func.count()).select_from(plans.union_all(outcomes).subquery())) or 0
