"""Truths of grievances. Each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.grievances.models import Grievance, GrievanceConcerned, GrievanceStep
from marketplace.grievances.values import Action, State

Check = tuple[str, Callable[[Session], Sequence[Any]]]

#: Steps that leave the state as it was.
_STAYING = (Action.ASSIGN, Action.KEEP_OUT)
#: The state each other step leads to.
_LEADS_TO = {
    Action.ACCEPT: State.ACCEPTED, Action.REFUSE: State.REFUSED, Action.INVESTIGATE: State.INVESTIGATING,
    Action.ANSWER: State.ANSWERED, Action.APPEAL: State.APPEALED, Action.DECIDE: State.FINAL, Action.WITHDRAW: State.WITHDRAWN,
}  # fmt: skip


def steps_miscounted(session: Session) -> Sequence[Any]:
    """Return grievances that count more or fewer steps than are signed."""
    signed = (
        select(func.count(GrievanceStep.version))
        .where(GrievanceStep.grievance_id == Grievance.id)
        .correlate(Grievance)
        .scalar_subquery()
    )
    return session.execute(select(Grievance.id, Grievance.version).where(Grievance.version != signed)).all()


def states_without_their_step(session: Session) -> Sequence[Any]:
    """Return grievances in another state than their last moving step led to."""
    last = (
        select(GrievanceStep.grievance_id, func.max(GrievanceStep.version).label("version"))
        .where(GrievanceStep.action.not_in(_STAYING), GrievanceStep.version.is_not(None))
        .group_by(GrievanceStep.grievance_id)
        .subquery()
    )
    step = aliased(GrievanceStep)
    led_to = case(*((step.action == str(action), str(state)) for action, state in _LEADS_TO.items()), else_=str(State.RECEIVED))
    return session.execute(
        select(Grievance.id, Grievance.state)
        .outerjoin(last, last.c.grievance_id == Grievance.id)
        .outerjoin(step, (step.grievance_id == Grievance.id) & (step.version == last.c.version))
        .where(Grievance.state != led_to)
    ).all()


def judges_of_themselves(session: Session) -> Sequence[Any]:
    """Return steps taken, or grievances held, by an official after it was known that it concerns them."""
    named = GrievanceConcerned
    steps = select(GrievanceStep.id, GrievanceStep.by_user_id).join(
        named,
        (named.grievance_id == GrievanceStep.grievance_id)
        & (named.user_id == GrievanceStep.by_user_id)
        & (named.at < GrievanceStep.at),
    )
    held = select(Grievance.id, Grievance.assignee_id).join(
        named, (named.grievance_id == Grievance.id) & (named.user_id == Grievance.assignee_id)
    )
    return [*session.execute(steps), *session.execute(held)]


def appeals_decided_by_the_same(session: Session) -> Sequence[Any]:
    """Return appeals decided by somebody who had a hand in the answer appealed against."""
    decided, appeal, earlier = aliased(GrievanceStep), aliased(GrievanceStep), aliased(GrievanceStep)
    return session.execute(
        select(decided.id, decided.by_user_id)
        .join(appeal, (appeal.grievance_id == decided.grievance_id) & (appeal.action == Action.APPEAL))
        .join(earlier, (earlier.grievance_id == decided.grievance_id) & (earlier.version < appeal.version))
        .where(
            decided.action == Action.DECIDE,
            or_(earlier.by_user_id == decided.by_user_id,
                earlier.action.in_([Action.ACCEPT, Action.ASSIGN]) & (earlier.towards_id == decided.by_user_id)),
        )
    ).all()  # fmt: skip


def answered_elsewhere(session: Session) -> Sequence[Any]:
    """Return grievances whose answering area does not cover their own."""
    covering = func.substr(Grievance.area_code, 1, func.length(Grievance.handling_code))
    return session.execute(select(Grievance.id).where(covering != Grievance.handling_code)).all()


CHECKS: tuple[Check, ...] = (
    ("grievances: each step that counts is signed once", steps_miscounted),
    ("grievances: the state is the one the last step led to", states_without_their_step),
    ("grievances: nobody handles what concerns them", judges_of_themselves),
    ("grievances: an appeal is decided by another person", appeals_decided_by_the_same),
    ("grievances: the answering area covers the place", answered_elsewhere),
)
