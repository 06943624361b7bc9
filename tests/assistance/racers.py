"""Officials and a household who sign the same case at once: each runs in a process of its own, with its own connections."""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import queries as accounts
from marketplace.assistance import services
from marketplace.assistance.models import Procedure, ProcedureStep
from marketplace.assistance.refusals import CaseMoved
from marketplace.assistance.values.procedures import Action, Kinship, Said, Signer
from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, reading
from tests.assistance.cases import noon
from tests.farmers.places import SEALER
from tests.races import REFUSED, before_anybody_acts, ready

DAY = dt.date(2018, 3, 1)
#: How a racer ends whom only the database stopped.
STOPPED = 9


def signer_of(session, user_id):
    person = accounts.actor(session, user_id)
    roles = frozenset(str(grant.role) for grant in person.grants) or frozenset({"farmer"})
    return Signer(user_id, person.name, roles, "a phone")


def sign_at_once(address, what, number, tries, start):
    """Sign the one step that everybody read the case before: officials take it up, the household withdraws."""
    case_id, people = what
    user_id, action = people[number % len(people)]
    with clock.stopped_at(noon(DAY)), ready(address, start) as engine:
        try:
            in_transaction(
                engine,
                lambda session: services.sign_step(
                    session, case_id=case_id, seen_seq=1, action=Action(action), signer=signer_of(session, user_id),
                    sealer=SEALER, said=Said("因为如此", Kinship.NONE),
                ),
            )  # fmt: skip
        except CaseMoved:
            raise SystemExit(REFUSED) from None


def sign_as_seen(address, what, number, tries, start):
    """Look where the case is, then move it: what must never be written. Only the numbers of the steps stop it."""
    case_id, people = what
    user_id, action = people[number % len(people)]
    with clock.stopped_at(noon(DAY)), ready(address, start) as engine:
        with before_anybody_acts(start), reading(engine) as session:
            seen = session.scalar(select(Procedure.seq).where(Procedure.id == case_id))

        def move(session):
            session.execute(update(Procedure).where(Procedure.id == case_id).values(seq=seen + 1))
            session.add(
                ProcedureStep(
                    procedure_id=case_id, seq=seen + 1, action=action, from_state="applied", to_state="applied",
                    level="household", role="farmer", user_id=user_id, name="某人", at=clock.now(), device="",
                )
            )  # fmt: skip
            session.flush()

        try:
            in_transaction(engine, move)
        except IntegrityError:
            raise SystemExit(STOPPED) from None
