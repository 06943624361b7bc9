"""What officials do: take a grievance up, give it to one of them, look into it, answer it, decide an appeal."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.grievances import queries, rules
from marketplace.grievances.models import Grievance, GrievanceConcerned
from marketplace.grievances.refusals import MayNotHandle, NotNow, NotTheirs, OutcomeNeeded
from marketplace.grievances.services import steps
from marketplace.grievances.services.steps import Saying, Signature
from marketplace.grievances.values import Action, GrievanceView, Kind, Officer, Party, State
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere


def take_step(
    session: Session, *, grievance_id: int, action: Action, by: int, seen: int, saying: Saying, sealer: Sealer
) -> State:
    """Take one step as an official; return the state it led to. `seen` is how many steps the official had seen.

    Raises:
        NotThere: no such grievance, or it concerns this official, or lies outside their office.
        StaleState: another step was taken meanwhile.
        NotNow, NotTheirs: the step is not open, or not to this official.
        WordsNeeded, OutcomeNeeded: it has to say something.
        MayNotHandle: whoever it is given to may not answer it.
    """
    found = steps.standing(session, grievance_id, seen=seen)
    view, officer = _seen_by(session, found, by)
    before, state = State(found.state), steps.reached(found, action)
    if not rules.may_take(before, action, queries.party(session, view, user_id=by)):
        raise NotTheirs
    said = _complete(session, view, steps.cleaned(saying, action), action, by)
    version = None if action is Action.NOTE else steps.claim(session, found, **_changes(session, found, action, state, said))
    if action is Action.KEEP_OUT:
        session.add(GrievanceConcerned(grievance_id=found.id, user_id=said.towards_id, named_by=by, at=clock.now()))
    signed = Signature(by, officer.name, officer.role)
    steps.write_step(session, found, action, said, signed, version=version, before=before, sealer=sealer)
    return state


def read_contact(session: Session, *, grievance_id: int, by: int, sealer: Sealer) -> str:
    """Return how the complainant can be reached, to the one who answers; the trail says who looked.

    Raises:
        NotThere: no such grievance for this official, or no contact was left.
        NotTheirs: it was given to somebody else.
    """
    found = session.get(Grievance, grievance_id)
    if found is None or found.contact_sealed is None:
        raise NotThere
    view, _officer = _seen_by(session, found, by)
    if queries.party(session, view, user_id=by) is not Party.ASSIGNEE:
        raise NotTheirs
    record_audit(
        session, by=by, action="grievances.read_contact", object_kind="grievance", object_ref=found.ref,
        area_code=found.handling_code,
    )  # fmt: skip
    return queries.contact_of(session, grievance_id=grievance_id, sealer=sealer)


def _seen_by(session: Session, found: Grievance, by: int) -> tuple[GrievanceView, Officer]:
    """Return the grievance as an official sees it, and the official in the office that answers it."""
    view = queries.grievance_for(session, ref=found.ref, reader_id=by)
    officer = next((one for one in queries.team(session, found.handling_code) if one.user_id == by), None)
    if view is None or officer is None:
        raise NotThere
    return view, officer


def _complete(session: Session, view: GrievanceView, said: Saying, action: Action, by: int) -> Saying:
    """Return what is said with whom it is for: without a name, who takes a grievance up keeps it."""
    if action in rules.CONCLUDING and said.outcome is None:
        raise OutcomeNeeded
    outcome = said.outcome if action in rules.CONCLUDING else None
    towards = said.towards_id if action in (Action.ACCEPT, Action.ASSIGN, Action.KEEP_OUT) else None
    if action is Action.ACCEPT:
        towards = towards or by
    if action in (Action.ACCEPT, Action.ASSIGN) and towards not in {one.user_id for one in queries.officers(session, view)}:
        raise MayNotHandle
    if action is Action.KEEP_OUT:
        if towards == view.assignee_id:  # it is given to another first, so that somebody always answers
            raise NotNow
        if towards not in {one.user_id for one in queries.officers(session, view)}:
            raise MayNotHandle
    return Saying(said.words, said.note, outcome, towards)


def _changes(session: Session, found: Grievance, action: Action, state: State, said: Saying) -> dict[str, Any]:
    """Return what a step changes of the grievance itself."""
    rule = queries.handling_rules(session)[Kind(found.kind)]
    changes: dict[str, Any] = {"state": state}
    if action in (Action.ACCEPT, Action.ASSIGN):
        changes["assignee_id"] = said.towards_id
    if state != found.state:
        changes["due_on"] = rules.due_on(state, rule, clock.today(), found.due_on)
    if action in (Action.ANSWER, Action.REFUSE):
        changes["appeal_until"] = steps.days_after(rule.appeal_days)
    if said.outcome is not None:
        changes["outcome"] = said.outcome
    return changes
