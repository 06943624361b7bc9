"""Bringing what a case stands on: surveys, votes, visits at home, comparisons, resolutions, papers. The last one counts."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.services import record_audit
from marketplace.accounts.values import Actor, Role
from marketplace.assistance import queries, refusals
from marketplace.assistance.models import AssemblyVote, HomeCheck, IncomeSurvey, Procedure, ProcedureEvidence
from marketplace.assistance.rules.procedures import is_wordless
from marketplace.assistance.services.record import record_guarantee
from marketplace.assistance.values import Guarantee
from marketplace.assistance.values.procedures import CLOSED, EvidenceKind, HouseholdYear, Opinion, ProcedureKind, State
from marketplace.farmers import services as farmers
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere

_OFFICES = (Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.HELPER, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL)


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brings evidence, when it was made, and under which key."""

    key: str
    by: int
    on: dt.date
    words: str = ""
    image_id: int | None = None


def bring_survey(
    session: Session, *, case_id: int, brought: Brought, with_user_id: int, year: int, found: HouseholdYear, excluded_fen: int,
    sealer: Sealer,
) -> int:  # fmt: skip
    """File an income survey made by two people; return its key.

    Raises:
        VisitorsAlike: one person, or one without an office where the household lives.
        DatesCrossed: the year is not over, or the day lies ahead.
    """
    row = _open_case(session, case_id)
    if not 1990 <= year < clock.today().year:
        raise refusals.DatesCrossed
    _refuse_alike(session, row, brought.by, with_user_id)
    evidence, is_new = _file(session, row, EvidenceKind.SURVEY, brought, sealer, with_user_id=with_user_id)
    if is_new:
        session.add(
            IncomeSurvey(
                evidence_id=evidence.id, year=year, members=found.members, wage_fen=found.wage_fen,
                business_fen=found.business_fen, property_fen=found.property_fen,
                transfer_fen=found.transfer_fen, expenditure_fen=found.expenditure_fen,
                excluded_fen=excluded_fen,
            )
        )  # fmt: skip
        session.flush()
    return evidence.id


def bring_vote(
    session: Session, *, case_id: int, brought: Brought, group_name: str, eligible: int, in_favour: int, against: int,
    abstained: int, sealer: Sealer,
) -> int:  # fmt: skip
    """File how the village group voted; more in favour than against says that the household is in need. Return its key.

    Raises:
        VoteDoesNotAdd: more votes than people, or no more than half of them came.
    """
    row = _open_case(session, case_id)
    present = in_favour + against + abstained
    if min(in_favour, against, abstained) < 0 or not 0 < present <= eligible or present * 2 <= eligible:
        raise refusals.VoteDoesNotAdd
    opinion = Opinion.POOR if in_favour > against else Opinion.NOT_POOR
    evidence, is_new = _file(session, row, EvidenceKind.ASSEMBLY, brought, sealer, opinion=opinion)
    if is_new:
        session.add(
            AssemblyVote(
                evidence_id=evidence.id, group_name=group_name[:60], eligible=eligible, present=present, in_favour=in_favour,
                against=against, abstained=abstained,
            )
        )  # fmt: skip
        session.flush()
    return evidence.id


def bring_home_check(
    session: Session, *, case_id: int, brought: Brought, with_user_id: int, opinion: Opinion, causes: Sequence[str],
    met: Collection[Guarantee], sealer: Sealer,
) -> int:  # fmt: skip
    """File what two people found at home: causes, the main one first, and which guarantees are met. Return its key.

    Each guarantee is on the record from that day. Except for monitoring, one of the two belongs to the resident task force.

    Raises:
        VisitorsAlike: one person, or none of the task force.
    """
    row = _open_case(session, case_id)
    grants = _refuse_alike(session, row, brought.by, with_user_id)
    if row.kind != ProcedureKind.MONITOR and not any(Role.TASK_FORCE in roles for roles in grants.values()):
        raise refusals.VisitorsAlike
    evidence, is_new = _file(session, row, EvidenceKind.HOME_CHECK, brought, sealer, with_user_id=with_user_id, opinion=opinion)
    if is_new:
        session.add(
            HomeCheck(
                evidence_id=evidence.id,
                causes=",".join(dict.fromkeys(causes)),
                met=",".join(str(one) for one in Guarantee if one in met),
            )
        )
        session.flush()
        for one in Guarantee:
            record_guarantee(
                session, household_id=row.household_id, guarantee=one, is_met=one in met, on=brought.on, by=brought.by
            )
    return evidence.id


def bring_comparison(session: Session, *, case_id: int, brought: Brought, sealer: Sealer) -> int:
    """File that the household was compared with the registers of other offices, and what is to be said of each hit.

    Raises:
        WordsNeeded: there are hits and nothing is said of them.
    """
    row = _open_case(session, case_id)
    if queries.hits_of_household(session, row.household_id, sealer=sealer) and is_wordless(brought.words):
        raise refusals.WordsNeeded
    return _file(session, row, EvidenceKind.COMPARISON, brought, sealer)[0].id


def bring_resolution(session: Session, *, case_id: int, brought: Brought, sealer: Sealer) -> int:
    """File how a disagreement between survey, assembly and home check is resolved, in words.

    Raises:
        WordsNeeded: nothing is said.
    """
    if is_wordless(brought.words):
        raise refusals.WordsNeeded
    return _file(session, _open_case(session, case_id), EvidenceKind.RESOLUTION, brought, sealer)[0].id


def bring_paper(session: Session, *, case_id: int, brought: Brought, kind: EvidenceKind, sealer: Sealer) -> int:
    """File a paper: an application, a slip that the household signed, or another; a photo of it or words say what it is.

    Raises:
        WordsNeeded: neither photo nor words.
    """
    if brought.image_id is None and is_wordless(brought.words):
        raise refusals.WordsNeeded
    if kind not in (EvidenceKind.APPLICATION, EvidenceKind.SLIP, EvidenceKind.OTHER):
        raise refusals.EvidenceMissing
    return _file(session, _open_case(session, case_id), kind, brought, sealer)[0].id


def _open_case(session: Session, case_id: int) -> Procedure:
    """Return a case that is not closed, kept from moving until this transaction ends."""
    row = session.scalar(
        select(Procedure).where(Procedure.id == case_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotThere
    if State(row.state) in CLOSED - {State.REJECTED}:
        raise refusals.NoSuchStep
    return row


def _refuse_alike(session: Session, row: Procedure, by: int, other: int) -> Mapping[int, frozenset[Role]]:
    """Return the offices that two different people hold where the household lives."""
    found = {}
    for user_id in (by, other):
        person = accounts.actor(session, user_id)
        found[user_id] = frozenset(role for role in _OFFICES if person is not None and _holds(person, row.village_code, role))
    if by == other or not all(found.values()):
        raise refusals.VisitorsAlike
    return found


def _holds(person: Actor, village_code: str, role: Role) -> bool:
    return person.may_act_in(village_code, role)


def _file(
    session: Session, row: Procedure, kind: EvidenceKind, brought: Brought, sealer: Sealer, *,
    with_user_id: int | None = None, opinion: Opinion | None = None,
) -> tuple[ProcedureEvidence, bool]:  # fmt: skip
    """Write the row of a piece of evidence; the same key again returns the first. Say whether it is new."""
    standing = session.scalar(select(ProcedureEvidence).where(ProcedureEvidence.key == brought.key))
    if standing is not None:
        return standing, False
    if brought.on > clock.today():
        raise refusals.DatesCrossed
    words, own = brought.words.strip()[:2000], farmers.sealer_of_household(session, row.household_id, sealer=sealer)
    evidence = ProcedureEvidence(
        key=brought.key,
        procedure_id=row.id,
        kind=kind.value,
        at_seq=row.seq,
        on=brought.on,
        by_user_id=brought.by,
        with_user_id=with_user_id,
        at=clock.now(),
        opinion=opinion.value if opinion else None,
        words_sealed=own.seal(words, f"procedure_evidence/words/{brought.key}") if words else None,
        image_id=brought.image_id,
    )
    session.add(evidence)
    session.flush()
    record_audit(
        session, by=brought.by, action="assistance.case_evidence", object_kind="case", object_ref=row.ref,
        after={"kind": kind.value, "on": brought.on.isoformat()}, area_code=row.village_code,
    )  # fmt: skip
    return evidence, True
