"""Whoever acts at one request for erasure in the same moment: officials, the household, who writes about it. A process each."""

import datetime as dt

from sqlalchemy import insert, select, update

from marketplace.assistance import services as record
from marketplace.farmers import services as farmers
from marketplace.farmers.models import Household, MemberSpell
from marketplace.farmers.refusals import HouseholdClosed
from marketplace.farmers.values import MemberPlan
from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, reading
from marketplace.privacy import services
from marketplace.privacy.models import ErasureRequest
from marketplace.privacy.refusals import NotOpen
from marketplace.privacy.services import erasing
from marketplace.vault.refusals import SubjectErased
from tests.farmers.places import SEALER, member
from tests.races import REFUSED, before_anybody_acts, ready

NOW = dt.datetime(2026, 9, 14, 2, tzinfo=dt.UTC)


def approve(session, request, by):
    services.approve_erasure(session, ref=request, by=by, sealer=SEALER)


def withdraw(session, request, by):
    services.withdraw_erasure(session, ref=request, by=by)


DEEDS = {"approve": approve, "withdraw": withdraw}


def decide_at_once(address, what, racer, _tries, start):
    """Decide a request in one's own way, in the moment in which everybody does: `what` is (request, [(deed, who)])."""
    request, deeds = what
    deed, by = deeds[racer % len(deeds)]
    with clock.stopped_at(NOW), ready(address, start) as engine:
        try:
            in_transaction(engine, lambda session: DEEDS[deed](session, request, by), tries=14)
        except NotOpen:
            raise SystemExit(REFUSED) from None


def decide_as_seen(address, what, racer, _tries, start):
    """Look how far it has come, then decide: what must never be written."""
    request, deeds = what
    _deed, by = deeds[racer % len(deeds)]
    with clock.stopped_at(NOW), ready(address, start) as engine:
        with before_anybody_acts(start), reading(engine) as session:
            seen = session.scalar(select(ErasureRequest.id).where(ErasureRequest.ref == request))

        def move(session):
            row = session.get_one(ErasureRequest, seen)
            session.execute(
                update(ErasureRequest).where(ErasureRequest.id == seen).values(state="erased", decided_by=by, decided_at=NOW)
            )
            erasing._note(session, row, "erased", by, "proposed")

        in_transaction(engine, move, tries=14)


def sealed_person(household_id, number):
    """Return one more person of a household as the register would bring them, sealed before anybody waits."""
    person = member(number, "child")
    index = SEALER.blind(person.id_number, "id_number")
    return farmers.seal_members({household_id: (MemberPlan((index,), (), ()), {index: person})}, sealer=SEALER)


def write_while_erased(address, what, racer, _tries, start):
    """One official erases; the others write a visit, or bring in a person whom the register names."""
    request, household_id, official, visitor = what
    people = sealed_person(household_id, 40 + racer)
    with clock.stopped_at(NOW), ready(address, start) as engine:
        if racer == 0:
            in_transaction(engine, lambda session: approve(session, request, official), tries=14)
            return

        def visit(session):
            record.record_visit(
                session, household_id=household_id, by=visitor, visited_on=clock.today(), note="血压高", sealer=SEALER
            )

        def restate(session):
            farmers.restate_members(session, members=people, on=clock.today())

        try:
            in_transaction(engine, visit if racer % 2 else restate, tries=14)
        except (SubjectErased, HouseholdClosed):
            raise SystemExit(REFUSED) from None


def write_as_seen(address, what, racer, _tries, start):
    """See that a household stands, wait until it was erased, and write what was sealed before: what must never be written."""
    request, household_id, official, _visitor = what
    people = sealed_person(household_id, 40 + racer)
    with clock.stopped_at(NOW), ready(address, start) as engine:
        with reading(engine) as session:
            stands = session.scalar(select(Household.closed_at).where(Household.id == household_id)) is None
        start.wait(30)
        if racer == 0:
            in_transaction(engine, lambda session: approve(session, request, official), tries=14)
        start.wait(30)
        if racer and stands:
            rows = [{**person, "from_on": clock.today()} for person in people.opening]
            in_transaction(engine, lambda session: session.execute(insert(MemberSpell.__table__), rows), tries=14)
