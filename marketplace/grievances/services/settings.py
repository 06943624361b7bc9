"""What the county sets: who answers a kind of grievance first, and how soon."""

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.grievances import queries, rules
from marketplace.grievances.models import GrievanceRule
from marketplace.grievances.refusals import RuleOutOfRange
from marketplace.grievances.values import TEAM_ROLES, HandlingRule, Kind
from marketplace.kernel import clock


def set_handling_rule(session: Session, *, kind: Kind, rule: HandlingRule, by: int) -> None:
    """Set who answers a kind first and how soon, for the steps taken from now on. Days that run already stay.

    Raises:
        RuleOutOfRange: a level that answers no grievances, or days that no rule may set.
    """
    days = (rule.accept_days, rule.answer_days, rule.appeal_days, rule.final_days)
    if rule.level not in TEAM_ROLES or not all(1 <= each <= rules.LONGEST_DAYS for each in days):
        raise RuleOutOfRange(most=rules.LONGEST_DAYS)
    before = queries.handling_rules(session)[kind]
    if before == rule:
        return
    standing = session.get(GrievanceRule, kind) or GrievanceRule(kind=kind)
    standing.level, standing.set_by, standing.set_at = rule.level, by, clock.now()
    standing.accept_days, standing.answer_days, standing.appeal_days, standing.final_days = days
    session.add(standing)
    session.flush()
    record_audit(
        session, by=by, action="grievances.set_rule", object_kind="grievance_rule", object_ref=kind,
        before=_facts(before), after=_facts(rule),
    )  # fmt: skip


def _facts(rule: HandlingRule) -> dict[str, str | int]:
    return {
        "level": str(rule.level), "accept_days": rule.accept_days, "answer_days": rule.answer_days,
        "appeal_days": rule.appeal_days, "final_days": rule.final_days,
    }  # fmt: skip
