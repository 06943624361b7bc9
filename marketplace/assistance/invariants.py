"""Truths of the assistance record: each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import and_, column, exists, func, or_, select, table
from sqlalchemy.orm import Session, aliased

from marketplace.assistance.ddl import TRIGGERS
from marketplace.assistance.models import (
    Alert,
    AlertRuleVersion,
    AlertStep,
    Course,
    CourseEnrolment,
    Measure,
    MeasureOutcome,
    MeasurePlan,
    MeasureRuleRow,
    MeasureRuleSet,
    MonitoringEpisode,
    MonitoringRange,
    Procedure,
    ProcedureEvidence,
    ProcedureStep,
    RegisterImport,
    RegisterImportRow,
    RegistrationSpell,
    Unmasking,
    Visit,
    VisitPlan,
    YearLedgerEntry,
)
from marketplace.assistance.rules.deciding import TRANSITIONS
from marketplace.assistance.rules.procedures import BEGINS, MOVES
from marketplace.assistance.values import ImportState
from marketplace.assistance.values.alerts import AlertState, VersionState
from marketplace.assistance.values.help import RuleSetState
from marketplace.kernel.triggers import missing

Rows = Sequence[Any]
#: (kind, state before, action, state after) of every step that may be signed, in the words of the columns.
_EDGES = {
    *((kind.value, None, "open", first.value) for kind, (first, _) in BEGINS.items()),
    *(
        (kind.value, state.value, move.action.value, move.to.value)
        for kind, table in MOVES.items()
        for state, moves in table.items()
        for move in moves
    ),
}
#: step -> the state it leads to, whatever the state before.
LEADS_TO = {str(action): to for (_state, action), to in TRANSITIONS.items()}
#: The trail is another room's; only the columns this truth speaks of are named here.
_TRAIL = table("audit_events", column("action"), column("object_ref"))


def disclosures_without_their_one_row(session: Session) -> Rows:
    """Each disclosure in the audit trail has exactly one access row, and each access row one disclosure (invariant 13)."""
    told = (
        select(_TRAIL.c.object_ref, func.count().label("times"))
        .where(_TRAIL.c.action == "assistance.unmask")
        .group_by(_TRAIL.c.object_ref)
        .subquery()
    )
    without_trail = session.execute(
        select(Unmasking.ref, told.c.times)
        .outerjoin(told, told.c.object_ref == Unmasking.ref)
        .where(or_(told.c.times.is_(None), told.c.times != 1))
    ).all()
    without_row = session.execute(
        select(told.c.object_ref, told.c.times)
        .outerjoin(Unmasking, Unmasking.ref == told.c.object_ref)
        .where(Unmasking.id.is_(None))
    ).all()
    return [*without_trail, *without_row]


def overlapping_registrations(session: Session) -> Rows:
    """What we hold true of a household's registrations doesn't overlap."""
    other = aliased(RegistrationSpell)
    return session.execute(
        select(RegistrationSpell.household_id, RegistrationSpell.id, other.id)
        .join(other, other.household_id == RegistrationSpell.household_id)
        .where(
            RegistrationSpell.id < other.id,
            RegistrationSpell.superseded_at.is_(None),
            other.superseded_at.is_(None),
            or_(other.ended_on.is_(None), RegistrationSpell.registered_on < other.ended_on),
            or_(RegistrationSpell.ended_on.is_(None), other.registered_on < RegistrationSpell.ended_on),
        )
    ).all()


def decided_by_their_proposer(session: Session) -> Rows:
    """Imports, ledger entries, monitoring episodes and changes of rules and ranges have two officials each."""
    return [
        *session.execute(select(RegisterImport.ref).where(RegisterImport.accepted_by == RegisterImport.by_user_id)),
        *session.execute(select(YearLedgerEntry.id).where(YearLedgerEntry.approved_by == YearLedgerEntry.entered_by)),
        *session.execute(select(AlertRuleVersion.id).where(AlertRuleVersion.decided_by == AlertRuleVersion.set_by)),
        *session.execute(select(MonitoringRange.id).where(MonitoringRange.decided_by == MonitoringRange.set_by)),
        *session.execute(select(MonitoringEpisode.id).where(MonitoringEpisode.approved_by == MonitoringEpisode.proposed_by)),
    ]


def spells_of_imports_that_do_not_stand(session: Session) -> Rows:
    """A registration from the register names an accepted import."""
    return session.execute(
        select(RegistrationSpell.id, RegisterImport.ref, RegisterImport.state)
        .join(RegisterImport, RegisterImport.id == RegistrationSpell.import_id)
        .where(RegisterImport.state != ImportState.ACCEPTED)
    ).all()


def staged_people_kept_after_the_decision(session: Session) -> Rows:
    """Once an import is decided, none of its staged personal data is kept."""
    return session.execute(
        select(RegisterImport.ref, RegisterImportRow.household_number)
        .join(RegisterImportRow, RegisterImportRow.import_id == RegisterImport.id)
        .where(RegisterImport.state != ImportState.PROPOSED, RegisterImportRow.payload_sealed.is_not(None))
    ).all()


def done_procedures_without_their_deed(session: Session) -> Rows:
    """A case that is done and the spell or episode it points to say the same; each spell by procedure has its case."""
    spell, episode, joins = RegistrationSpell, MonitoringEpisode, Procedure.kind.in_(["identify", "reenter"])
    wrong_spells = session.execute(
        select(Procedure.ref, spell.id)
        .join(spell, spell.id == Procedure.spell_id)
        .where(
            or_(
                spell.household_id != Procedure.household_id,
                and_(joins, or_(spell.origin != "procedure", spell.registered_on != Procedure.closed_on)),
                and_(Procedure.kind == "exit", or_(spell.ended_how.is_(None), spell.ended_how != "exited")),
                and_(Procedure.kind == "remove", or_(spell.ended_how.is_(None), spell.ended_how != "removed")),
            )
        )
    ).all()
    wrong_episodes = session.execute(
        select(Procedure.ref, episode.id)
        .join(episode, episode.id == Procedure.episode_id)
        .where(
            or_(
                episode.household_id != Procedure.household_id,
                and_(Procedure.kind == "monitor", episode.opened_on != Procedure.closed_on),
                and_(Procedure.kind == "clear", episode.cleared_on.is_(None)),
            )
        )
    ).all()
    unfounded = session.execute(
        select(spell.id, func.count(Procedure.id))
        .outerjoin(Procedure, and_(Procedure.spell_id == spell.id, joins))
        .where(spell.origin == "procedure")
        .group_by(spell.id)
        .having(func.count(Procedure.id) != 1)
    ).all()
    return [*wrong_spells, *wrong_episodes, *unfounded]


def done_procedures_of_one_hand(session: Session) -> Rows:
    """Whatever is done was signed by two officials at least, on two levels, and nobody signed on two of them (invariant 11)."""
    step = ProcedureStep
    official = step.level != "household"
    thin = session.execute(
        select(Procedure.ref)
        .join(step, step.procedure_id == Procedure.id)
        .where(Procedure.state == "done", official)
        .group_by(Procedure.id, Procedure.ref)
        .having(or_(func.count(step.user_id.distinct()) < 2, func.count(step.level.distinct()) < 2))
    ).all()
    two_hats = session.execute(
        select(Procedure.ref, step.user_id)
        .join(step, step.procedure_id == Procedure.id)
        .where(official)
        .group_by(Procedure.id, Procedure.ref, step.user_id)
        .having(func.count(step.level.distinct()) > 1)
    ).all()
    return [*thin, *two_hats]


def done_procedures_without_evidence(session: Session) -> Rows:
    """Whatever is done stands on evidence."""
    query = select(Procedure.ref).outerjoin(ProcedureEvidence, ProcedureEvidence.procedure_id == Procedure.id)
    return session.execute(query.where(Procedure.state == "done", ProcedureEvidence.id.is_(None))).all()


def procedures_off_their_steps(session: Session) -> Rows:
    """A case stands where its last step put it, its steps are numbered without a gap and each begins where the last ended."""
    step, before = ProcedureStep, aliased(ProcedureStep)
    last = session.execute(
        select(Procedure.ref, Procedure.state, step.to_state)
        .outerjoin(step, and_(step.procedure_id == Procedure.id, step.seq == Procedure.seq))
        .where(or_(step.id.is_(None), step.to_state != Procedure.state))
    ).all()
    gaps = session.execute(
        select(Procedure.ref, step.seq)
        .join(step, step.procedure_id == Procedure.id)
        .outerjoin(before, and_(before.procedure_id == step.procedure_id, before.seq == step.seq - 1))
        .where(step.seq > 1, or_(before.id.is_(None), before.to_state != step.from_state))
    ).all()
    return [*last, *gaps]


def steps_on_no_legal_edge(session: Session) -> Rows:
    """Each kind of step that was ever signed is one of the table's (invariant 9)."""
    signed = session.execute(
        select(Procedure.kind, ProcedureStep.from_state, ProcedureStep.action, ProcedureStep.to_state)
        .join(ProcedureStep, ProcedureStep.procedure_id == Procedure.id)
        .distinct()
    )
    return [row for row in signed if tuple(row) not in _EDGES]


def choices_that_are_not_their_measure(session: Session) -> Rows:
    """A choice agreed to began a measure of its kind and household; what came of a measure came after it began."""
    return [
        *session.execute(
            select(MeasurePlan.ref, Measure.id)
            .join(Measure, Measure.id == MeasurePlan.measure_id)
            .where(or_(Measure.household_id != MeasurePlan.household_id, Measure.kind != MeasurePlan.kind))
        ),
        *session.execute(
            select(MeasureOutcome.ref, Measure.id)
            .join(Measure, Measure.id == MeasureOutcome.measure_id)
            .where(MeasureOutcome.happened_on < Measure.from_on)
        ),
    ]


def versions_without_rules(session: Session) -> Rows:
    """A version of the rules that recommend measures has rules, and two officials where it was approved."""
    has_rules = exists().where(MeasureRuleRow.rule_set_id == MeasureRuleSet.id)
    return session.execute(
        select(MeasureRuleSet.number).where(
            or_(
                ~has_rules,
                and_(MeasureRuleSet.state == RuleSetState.APPROVED, MeasureRuleSet.proposed_by == MeasureRuleSet.decided_by),
            )
        )
    ).all()


def alerts_of_no_standing_version(session: Session) -> Rows:
    """Each alert names a version of its own rule that a second official let stand, or the house's first."""
    return session.execute(
        select(Alert.ref, AlertRuleVersion.rule, AlertRuleVersion.number, AlertRuleVersion.state)
        .outerjoin(AlertRuleVersion, AlertRuleVersion.id == Alert.version_id)
        .where(
            or_(
                AlertRuleVersion.id.is_(None),
                AlertRuleVersion.rule != Alert.rule,
                AlertRuleVersion.state != VersionState.STANDING,
            )
        )
    ).all()


def alerts_decided_by_nobody(session: Session) -> Rows:
    """The state of each alert is where the steps that people took on it lead, and the last of them is who it names."""
    last = (
        select(AlertStep.alert_id, func.max(AlertStep.id).label("id"))
        .where(AlertStep.by_user_id.is_not(None))
        .group_by(AlertStep.alert_id)
        .subquery()
    )
    rows = session.execute(
        select(Alert.ref, Alert.state, Alert.state_by, AlertStep.action, AlertStep.by_user_id)
        .outerjoin(last, last.c.alert_id == Alert.id)
        .outerjoin(AlertStep, AlertStep.id == last.c.id)
        .where(or_(Alert.state != AlertState.TO_CHECK, AlertStep.id.is_not(None)))
    )
    return [row for row in rows if row.action is None or row.by_user_id != row.state_by or LEADS_TO[row.action] != row.state]


def alerts_and_plans_elsewhere(session: Session) -> Rows:
    """An alert and a planned visit lie where their household does."""
    places = table("households", column("id"), column("village_code"))
    return [
        row
        for model in (Alert, VisitPlan)
        for row in session.execute(
            select(model.household_id, model.village_code, places.c.village_code)
            .join(places, places.c.id == model.household_id)
            .where(places.c.village_code != model.village_code)
        )
    ]


def plans_that_missed_a_visit(session: Session) -> Rows:
    """The next visit is reckoned from the last one on record."""
    last = select(Visit.household_id, func.max(Visit.visited_on).label("on")).group_by(Visit.household_id).subquery()
    return session.execute(
        select(VisitPlan.household_id, VisitPlan.last_visit_on, last.c.on)
        .outerjoin(last, last.c.household_id == VisitPlan.household_id)
        .where(VisitPlan.last_visit_on.is_distinct_from(last.c.on))
    ).all()


def miscounted_courses(session: Session) -> Rows:
    """As many places of a course are taken as people have one."""
    having = (
        select(CourseEnrolment.course_id, func.count().label("people"))
        .where(CourseEnrolment.left_at.is_(None))
        .group_by(CourseEnrolment.course_id)
        .subquery()
    )
    return session.execute(
        select(Course.ref, Course.taken, having.c.people)
        .outerjoin(having, having.c.course_id == Course.id)
        .where(Course.taken != func.coalesce(having.c.people, 0))
    ).all()


def missing_triggers(session: Session) -> Rows:
    """The triggers stand: a migration that alters a table can drop them silently."""
    return missing(session, TRIGGERS)


CHECKS: tuple[tuple[str, Callable[[Session], Rows]], ...] = (
    ("assistance: the triggers that keep what was signed stand", missing_triggers),
    ("assistance: each disclosure has exactly one access row", disclosures_without_their_one_row),
    ("assistance: registrations don't overlap", overlapping_registrations),
    ("assistance: nobody decided on what they proposed", decided_by_their_proposer),
    ("assistance: register spells name an accepted import", spells_of_imports_that_do_not_stand),
    ("assistance: alerts name a version of their rule that stood", alerts_of_no_standing_version),
    ("assistance: alerts stand where people's steps led them", alerts_decided_by_nobody),
    ("assistance: alerts and visits lie where their household does", alerts_and_plans_elsewhere),
    ("assistance: the next visit is reckoned from the last", plans_that_missed_a_visit),
    ("assistance: decided imports keep no staged personal data", staged_people_kept_after_the_decision),
    ("assistance: a case that is done did what it says", done_procedures_without_their_deed),
    ("assistance: a case that is done has two officials on two levels", done_procedures_of_one_hand),
    ("assistance: a case that is done stands on evidence", done_procedures_without_evidence),
    ("assistance: a case stands where its steps lead", procedures_off_their_steps),
    ("assistance: steps follow legal edges", steps_on_no_legal_edge),
    ("assistance: places taken are people who have one", miscounted_courses),
    ("assistance: choices and outcomes fit their measures", choices_that_are_not_their_measure),
    ("assistance: versions of the rules have rules and two officials", versions_without_rules),
)
