"""Officials who decide on the same alert at once: each runs in a process of its own, with its own connections."""

from sqlalchemy import select, update

from marketplace.assistance import services
from marketplace.assistance.models import Alert, AlertStep
from marketplace.assistance.refusals import AlertMoved
from marketplace.assistance.values.alerts import AlertAction, AlertState
from marketplace.kernel import clock, ids
from marketplace.kernel.db import in_transaction, reading
from tests.assistance.warned import NOW
from tests.farmers.places import SEALER
from tests.races import REFUSED, before_anybody_acts, ready

#: The village looks into it, the township dismisses it: both steps are open from where they saw it.
STEPS = (AlertAction.CHECK, AlertAction.DISMISS)
LEADS = (AlertState.CHECKED, AlertState.DISMISSED)


def decide_at_once(address, what, number, tries, start):
    """Take the step that is open from where everybody saw the alert."""
    alert_id, people = what
    with clock.stopped_at(NOW), ready(address, start) as engine:
        try:
            in_transaction(
                engine,
                lambda session: services.take_step(
                    session, alert_id=alert_id, action=STEPS[number % 2], seen=AlertState.TO_CHECK, note="看过了，情况属实",
                    by=people[number % 2], sealer=SEALER,
                ),
            )  # fmt: skip
        except AlertMoved:
            raise SystemExit(REFUSED) from None


def decide_as_seen(address, what, number, tries, start):
    """Look where the alert stands, then move it from there whatever has happened: what the conditional update prevents."""
    alert_id, people = what
    with clock.stopped_at(NOW), ready(address, start) as engine:
        with before_anybody_acts(start), reading(engine) as session:
            seen = session.scalar(select(Alert.state).where(Alert.id == alert_id))
        if seen != AlertState.TO_CHECK:
            raise SystemExit(REFUSED)

        def move(session):
            by, ref = people[number % 2], ids.reference("A", 12)
            session.execute(update(Alert).where(Alert.id == alert_id).values(state=LEADS[number % 2], state_by=by))
            step = {"action": STEPS[number % 2], "by_user_id": by, "at": NOW, "note_sealed": "k1.AA"}
            session.add(AlertStep(ref=ref, alert_id=alert_id, **step))

        in_transaction(engine, move)
