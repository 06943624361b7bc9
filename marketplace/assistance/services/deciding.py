"""What people do about an alert: look, help, say that it is over, or that it never was. Each step keeps its words, sealed."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.queries import grants_of
from marketplace.accounts.services import record_audit
from marketplace.accounts.values import Actor, Role
from marketplace.assistance.models import Alert, AlertStep
from marketplace.assistance.refusals import AlertMoved, ClearedByHelper, FindingNeeded, StepNotOpen
from marketplace.assistance.rules.deciding import may_take, target
from marketplace.assistance.values.alerts import AlertAction, AlertState
from marketplace.farmers import services as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotAllowed, NotThere


def take_step(
    session: Session, *, alert_id: int, action: AlertAction, seen: AlertState, note: str, by: int, sealer: Sealer
) -> AlertStep:
    """Take a step on an alert from the state in which the person saw it, with what they found or why.

    Of two at once one counts: the row moves by one conditional UPDATE.

    Raises:
        NotThere: there is no such alert.
        FindingNeeded: the note is shorter than 4 or longer than 2000 characters.
        NotAllowed: no role that the person holds over the village takes this step.
        StepNotOpen: the step leads nowhere from that state.
        ClearedByHelper: whoever took up the help would say as well that it is over.
        AlertMoved: somebody else took a step first.
    """
    alert = session.get(Alert, alert_id)
    if alert is None:
        raise NotThere
    note = note.strip()
    if not 4 <= len(note) <= 2000:
        raise FindingNeeded
    if not may_take(action, roles_over(session, by, alert.village_code)):
        raise NotAllowed
    to = target(seen, action)
    if to is None:
        raise StepNotOpen
    if action is AlertAction.CLEAR and alert.state_by == by:
        raise ClearedByHelper
    now = clock.now()
    moved = session.execute(
        update(Alert)
        .where(Alert.id == alert_id, Alert.state == seen)
        .values(state=to, state_by=by, state_at=now)
        .returning(Alert.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        raise AlertMoved
    session.expire(alert)
    ref, own = ids.reference("A", 12), farmers.sealer_of_household(session, alert.household_id, sealer=sealer)
    step = AlertStep(
        ref=ref, alert_id=alert_id, action=action, by_user_id=by, at=now, note_sealed=own.seal(note, f"alert_steps/note/{ref}")
    )
    session.add(step)
    session.flush()
    household = refs_of_households(session, [alert.household_id])[alert.household_id]
    record_audit(
        session, by=by, action="assistance.alert_step", object_kind="alert", object_ref=alert.ref,
        before={"alert_state": str(seen)}, after={"alert_state": str(to), "household": household}, area_code=alert.village_code,
    )  # fmt: skip
    return step


def roles_over(session: Session, user_id: int, village_code: str) -> frozenset[Role]:
    """Return the roles that somebody holds on a village or an area around it. One query."""
    actor = Actor(user_id, "", grants_of(session, user_id))
    return frozenset(role for role in Role if actor.may_act_in(village_code, role))
