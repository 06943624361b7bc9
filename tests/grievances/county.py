"""A county with officials who answer, and a grievance taken some way, through services alone."""

import datetime as dt
import itertools

from sqlalchemy import select

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Role
from marketplace.grievances import queries, services
from marketplace.grievances.models import Grievance
from marketplace.grievances.services import Saying
from marketplace.grievances.values import Action, Complaint, Kind, Outcome
from marketplace.kernel.crypto import Sealer
from tests.cast import TOWNSHIP, VILLAGE, build_cast

SEALER = Sealer(keys={"k1": bytes(range(32))}, current="k1", index_key=bytes(32))
MONDAY = dt.datetime(2026, 9, 14, 2, tzinfo=dt.UTC)
WORDS = "村里发米没有我家，户号 L101005"
_keys = itertools.count(1)
ANSWER = Saying(words="已补发大米两袋。", outcome=Outcome.UPHELD)
REFUSAL = Saying(words="不属于受理范围。")


def county(session):
    """Open everybody's account; a second official of the township stands beside the first."""
    cast = build_cast(session)
    second = accounts.create_user(session, name="颜开", phone="13900000020")
    accounts.grant_role(session, user_id=second.id, role=Role.TOWNSHIP_OFFICIAL, area_code=TOWNSHIP, by=None)
    cast.second_township_official = second
    session.commit()
    return cast


def bring(session, **facts):
    """Bring a grievance; return its receipt."""
    complaint = {"kind": Kind.HELP, "area_code": VILLAGE, "words": WORDS}
    complaint |= {name: facts.pop(name) for name in list(facts) if name in Complaint.__dataclass_fields__}
    given = {"key": f"grievance-{next(_keys)}", "complaint": Complaint(**complaint), "sealer": SEALER} | facts
    return services.bring_grievance(session, **given)


def look(session, ref):
    return queries.grievance_by_ref(session, ref=ref)


def step(session, ref, action, by, saying=None, **facts):
    """Take a step on what stands."""
    found = look(session, ref)
    given = {"seen": found.version, "saying": saying or Saying()} | facts
    return services.take_step(session, grievance_id=found.id, action=action, by=by.id, sealer=SEALER, **given)


def answer(session, ref, by, saying=ANSWER):
    """Take a grievance from its arrival to its answer."""
    for action in (Action.ACCEPT, Action.INVESTIGATE):
        step(session, ref, action, by)
    return step(session, ref, Action.ANSWER, by, saying)


def appeal(session, ref, words="米还是没有收到"):
    found = look(session, ref)
    services.appeal_grievance(session, grievance_id=found.id, seen=found.version, words=words, sealer=SEALER)


def row(session, ref):
    return session.scalar(select(Grievance).where(Grievance.ref == ref))
