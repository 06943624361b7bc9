"""Erasure: asked for by the person, or filed by an official before whom they stood; decided by two officials."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.services import erase_user, record_audit
from marketplace.areas.queries import county
from marketplace.assistance.services import forget_people, forget_photos
from marketplace.farmers import queries as farmers
from marketplace.farmers.services import erase_household, hold_household
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.privacy import queries
from marketplace.privacy.models import ErasureRequest
from marketplace.privacy.refusals import DecidedAlone, DutyStands, ErasedAlready, NotOpen, RefusalWordsNeeded
from marketplace.privacy.rules import ERASURES, party_of
from marketplace.privacy.services.resealing import reseal_household
from marketplace.privacy.values import ErasureLine, ErasureState, How
from marketplace.privacy.values.erasure import ErasureAction


def ask_for_erasure(session: Session, *, by: int, household_id: int | None = None) -> str:
    """Ask, as the person, that a household's data or one's own account be erased; return the reference. Twice is once.

    Raises:
        NotThere: no such household.
        ErasedAlready: there is nothing left.
    """
    return _write(session, household_id=household_id, user_id=None if household_id is not None else by, by=by, how=How.SELF)


def file_erasure(session: Session, *, by: int, household_id: int) -> str:
    """File a request that somebody of the household made before an official; return its reference.

    Raises: NotThere, ErasedAlready.
    """
    return _write(session, household_id=household_id, user_id=None, by=by, how=How.IN_PERSON)


def propose_erasure(session: Session, *, ref: str, by: int) -> None:
    """Find that nothing stands against it; another official decides.

    Raises:
        NotThere, NotOpen.
        DecidedAlone: it is about the official.
        DutyStands: a duty stands against it.
    """
    found, line = _taken(session, ref, ErasureAction.PROPOSE, by)
    _refuse_duties(session, line)
    _move(session, found, ErasureState.PROPOSED, by, proposed_by=by, proposed_at=clock.now())


def approve_erasure(session: Session, *, ref: str, by: int, sealer: Sealer) -> None:
    """Erase: destroy the household's key, or forget whose account it was. Figures and the book stay as they are.

    Raises:
        NotThere, NotOpen.
        DecidedAlone: this official proposed it, or it is about them.
        DutyStands: a duty arose since it was proposed.
    """
    found, line = _taken(session, ref, ErasureAction.APPROVE, by)
    if line.household_id is not None:
        hold_household(session, household_id=line.household_id)
    _refuse_duties(session, line)
    _move(session, found, ErasureState.ERASED, by, decided_by=by, decided_at=clock.now())
    if line.household_id is not None:
        reseal_household(session, line.household_id, sealer=sealer)
        forget_photos(session, household_id=line.household_id)
        forget_people(session, household_id=line.household_id)
        erase_household(session, household_id=line.household_id, by=by)
    elif line.user_id is not None:
        erase_user(session, user_id=line.user_id, by=by)


def refuse_erasure(session: Session, *, ref: str, by: int, words: str) -> None:
    """Turn a request down with words for the person.

    Raises: NotThere, NotOpen, RefusalWordsNeeded, DecidedAlone.
    """
    if not 4 <= len(words.strip()) <= 300:
        raise RefusalWordsNeeded
    found, _line = _taken(session, ref, ErasureAction.REFUSE, by)
    _move(session, found, ErasureState.REFUSED, by, decided_by=by, decided_at=clock.now(), refusal=words.strip())


def withdraw_erasure(session: Session, *, ref: str, by: int) -> None:
    """Take a request back, as the person.

    Raises: NotThere, NotOpen.
    """
    found, _line = _taken(session, ref, ErasureAction.WITHDRAW, by)
    _move(session, found, ErasureState.WITHDRAWN, by)


def _write(session: Session, *, household_id: int | None, user_id: int | None, by: int, how: How) -> str:
    latest = (
        queries.latest_of_household(session, household_id)
        if household_id is not None
        else queries.latest_of_account(session, user_id or 0)
    )
    if latest is not None and latest.is_open:
        return latest.ref
    if latest is not None and latest.state is ErasureState.ERASED:
        raise ErasedAlready
    row = ErasureRequest(
        ref=ids.reference("E"), household_id=household_id, user_id=user_id, area_code=_area_of(session, household_id),
        state=ErasureState.ASKED, how=how, asked_by=by, asked_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, row, "ask", by, None)
    return row.ref


def _area_of(session: Session, household_id: int | None) -> str:
    if household_id is None:
        found = county(session)
        if found is None:
            raise NotThere
        return found.code
    household = farmers.household(session, household_id)
    if household is None:
        raise NotThere
    if household.erased_at is not None:
        raise ErasedAlready
    return household.village_code


def _taken(session: Session, ref: str, action: ErasureAction, by: int) -> tuple[ErasureRequest, ErasureLine]:
    """Return a request about which this person may do this now."""
    line = queries.request_by_ref(session, ref)
    found = session.get(ErasureRequest, line.id, populate_existing=True) if line is not None else None
    if line is None or found is None:
        raise NotThere
    state = ErasureState(found.state)
    if ERASURES.after(state, action) is None:
        raise NotOpen
    party = party_of(by, proposed_by=found.proposed_by, people=queries.people_of(session, line))
    if not ERASURES.may_take(state, action, {party}):
        # to whoever is no part of it, somebody else's request is not there
        raise NotThere if action is ErasureAction.WITHDRAW else DecidedAlone
    return found, line


def _refuse_duties(session: Session, line: ErasureLine) -> None:
    duties = queries.duties_of(session, line)
    if duties:
        raise DutyStands(duties=tuple(str(duty) for duty in duties))


def _move(session: Session, found: ErasureRequest, then: ErasureState, by: int, **changes: object) -> None:
    """Move a request by one conditional update: of two officials at once, one is told that it was decided."""
    before = found.state
    moved = session.execute(
        update(ErasureRequest).where(ErasureRequest.id == found.id, ErasureRequest.state == before).values(state=then, **changes),
        execution_options={"synchronize_session": False},
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise NotOpen
    session.expire(found)
    _note(session, found, then, by, before)


def _note(session: Session, row: ErasureRequest, deed: str, by: int, before: str | None) -> None:
    line = queries.request_by_ref(session, row.ref)
    kind = "household" if row.household_id is not None else "user"
    record_audit(
        session, by=by, action=f"privacy.{deed}", object_kind=kind, object_ref=line.subject_ref if line else row.ref,
        before={"state": before} if before else None, after={"state": row.state, "request": row.ref}, area_code=row.area_code,
    )  # fmt: skip
