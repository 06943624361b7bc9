"""Officials for the race over one grievance: each runs in a process of its own, with its own connections."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.grievances import queries, services
from marketplace.grievances.models import Grievance
from marketplace.grievances.refusals import NotNow
from marketplace.grievances.services import Saying, steps
from marketplace.grievances.services.steps import Signature
from marketplace.grievances.values import Action, State
from marketplace.kernel.db import in_transaction, reading
from marketplace.kernel.errors import StaleState
from tests.grievances.county import REFUSAL, SEALER
from tests.races import REFUSED, before_anybody_acts, ready

ACTIONS = (Action.ACCEPT, Action.REFUSE)


def act(address, what, racer, _tries, start):
    """Take the grievance up, or refuse it, as it was seen by everybody."""
    grievance_id, officials = what
    with ready(address, start) as engine:
        action, by = ACTIONS[racer % 2], officials[racer % len(officials)]
        saying = REFUSAL if action is Action.REFUSE else Saying()
        try:
            in_transaction(
                engine,
                lambda session: services.take_step(
                    session, grievance_id=grievance_id, action=action, by=by, seen=0, saying=saying, sealer=SEALER
                ),
                tries=14,
            )
        except (StaleState, NotNow):
            raise SystemExit(REFUSED) from None


def act_unguarded(address, what, racer, _tries, start):
    """Look how far it has come, then write the step down: what must never be written."""
    grievance_id, officials = what
    by = officials[racer % len(officials)]
    with ready(address, start) as engine:
        with before_anybody_acts(start), reading(engine) as session:
            is_open = session.get_one(Grievance, grievance_id).state == State.RECEIVED
        if is_open:
            in_transaction(engine, lambda session: _write(session, grievance_id, by), tries=14)


def _write(session: Session, grievance_id: int, by: int) -> None:
    """Count a step without asking whether somebody else took it."""
    session.execute(
        update(Grievance).where(Grievance.id == grievance_id).values(version=Grievance.version + 1, state="refused", due_on=None)
    )
    found = session.get_one(Grievance, grievance_id)
    officer = next(one for one in queries.team(session, found.handling_code) if one.user_id == by)
    steps.write_step(
        session, found, Action.REFUSE, REFUSAL, Signature(by, officer.name, officer.role), version=found.version,
        before=State.RECEIVED, sealer=SEALER,
    )  # fmt: skip
