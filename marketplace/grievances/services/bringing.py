"""What a complainant does: bring a grievance, take it back, appeal against its answer. Nobody asks who they are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import officials_over
from marketplace.accounts.refusals import TryLater
from marketplace.accounts.services import record_audit, spend_try
from marketplace.accounts.values import Origin
from marketplace.areas import queries as areas
from marketplace.areas.values import Level
from marketplace.grievances import queries, rules
from marketplace.grievances.models import Grievance, GrievanceConcerned, GrievancePicture
from marketplace.grievances.refusals import (
    AppealTimeOver,
    AreaUnknown,
    ContactTooLong,
    TooManyGrievances,
    TooManyPictures,
    WordsNeeded,
)
from marketplace.grievances.services import steps
from marketplace.grievances.values import SUBJECT_ROLES, Action, Complaint, Kind, Receipt, State
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer


def bring_grievance(
    session: Session,
    *,
    key: str,
    complaint: Complaint,
    sealer: Sealer,
    image_ids: Sequence[int] = (),
    owner_id: int | None = None,
    origin: Origin | None = None,
) -> Receipt:
    """Take a grievance down and send it to whoever answers; return its number and code. The same key again returns the same.

    The code follows from the key, so that whoever sends the page twice is shown one code; the database keeps hashes of both.
    One with an `origin` is counted against budgets. Officials whose name stands in what was written of whom it is about are shown
    nothing of it from the first moment.

    Raises:
        WordsNeeded, AreaUnknown, ContactTooLong, TooManyPictures: what was sent makes no grievance.
        TooManyGrievances: the browser's or the address's budget is spent.
    """
    key_hash = sealer.blind(key, "grievance_key")
    code = rules.code_of(sealer.blind(key, "grievance_code_of_key"))
    known = session.execute(select(Grievance.ref, Grievance.due_on).where(Grievance.key_hash == key_hash)).one_or_none()
    if known is not None:
        return Receipt(known.ref, code, known.due_on)
    given = _cleaned(session, complaint)
    if len(image_ids) > rules.MOST_PICTURES:
        raise TooManyPictures(most=rules.MOST_PICTURES)
    if origin is not None:
        _count(session, origin)
    rule = queries.handling_rules(session)[given.kind]
    ref = ids.reference("K")
    found = Grievance(
        ref=ref, key_hash=key_hash, code_hash=queries.code_hash(ref, code, sealer=sealer), kind=given.kind, state=State.RECEIVED,
        area_code=given.area_code, subject_role=given.subject_role, owner_id=owner_id,
        handling_code=rules.handling_code(given.area_code, given.kind, rule.level, given.subject_role),
        words_sealed=sealer.seal(given.words, queries.place("words", ref)),
        contact_sealed=sealer.seal(given.contact, queries.place("contact", ref)) if given.contact else None,
        subject_sealed=sealer.seal(given.subject_name, queries.place("subject", ref)) if given.subject_name else None,
        received_at=clock.now(), moved_at=clock.now(), version=0,
        due_on=rules.due_on(State.RECEIVED, rule, clock.today(), None),
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add_all(GrievancePicture(grievance_id=found.id, image_id=image_id) for image_id in dict.fromkeys(image_ids))
    _keep_out_whom_it_names(session, found, given)
    record_audit(
        session, by=None, action="grievances.bring", object_kind="grievance", object_ref=ref, area_code=found.handling_code,
        after={"kind": found.kind, "state": found.state}, is_anonymous=True,
    )  # fmt: skip
    return Receipt(ref, code, found.due_on)


def withdraw_grievance(session: Session, *, grievance_id: int, seen: int, sealer: Sealer) -> None:
    """Take a grievance back for its complainant.

    Raises: NotThere, StaleState, NotNow.
    """
    found = steps.standing(session, grievance_id, seen=seen)
    before, state = State(found.state), steps.reached(found, Action.WITHDRAW)
    version = steps.claim(session, found, state=state, due_on=None)
    steps.write_step(
        session, found, Action.WITHDRAW, steps.Saying(), steps.Signature(), version=version, before=before, sealer=sealer
    )


def appeal_grievance(session: Session, *, grievance_id: int, seen: int, words: str, sealer: Sealer) -> None:
    """Ask the next level, and there another person, to look again.

    Raises:
        NotThere, StaleState, NotNow, WordsNeeded.
        AppealTimeOver: the days for it have passed.
    """
    found = steps.standing(session, grievance_id, seen=seen)
    before, state = State(found.state), steps.reached(found, Action.APPEAL)
    said = steps.cleaned(steps.Saying(words=words), Action.APPEAL)
    if found.appeal_until is None or clock.today() > found.appeal_until:
        raise AppealTimeOver(day=found.appeal_until)
    rule = queries.handling_rules(session)[Kind(found.kind)]
    version = steps.claim(
        session, found, state=state, assignee_id=None, appeal_until=None,
        handling_code=rules.next_level(found.handling_code), due_on=rules.due_on(state, rule, clock.today(), None),
    )  # fmt: skip
    steps.write_step(session, found, Action.APPEAL, said, steps.Signature(), version=version, before=before, sealer=sealer)


def _cleaned(session: Session, given: Complaint) -> Complaint:
    words, contact, name = given.words.strip(), given.contact.strip(), given.subject_name.strip()[:60]
    if not rules.LEAST_WORDS <= len(words) <= rules.MOST_WORDS:
        raise WordsNeeded(least=rules.LEAST_WORDS, most=rules.MOST_WORDS)
    if len(contact) > rules.MOST_CONTACT:
        raise ContactTooLong(most=rules.MOST_CONTACT)
    area = areas.area(session, given.area_code)
    if area is None or area.level == Level.COUNTY:
        raise AreaUnknown
    role = given.subject_role if given.subject_role in SUBJECT_ROLES else None
    return Complaint(given.kind, given.area_code, words, contact, role, name)


def _count(session: Session, origin: Origin) -> None:
    try:
        spend_try(session, kind="grievance", subject="", address=origin.address, device=origin.browser)
    except TryLater as error:
        raise TooManyGrievances(hours=-(-error.params["minutes"] // 60)) from error


def _keep_out_whom_it_names(session: Session, found: Grievance, given: Complaint) -> None:
    if given.subject_name:
        officials = officials_over(session, given.area_code, SUBJECT_ROLES, is_with_below=True)
        named = {one.user_id for one in officials if rules.is_named(one.name, given.subject_name)}
        session.add_all(GrievanceConcerned(grievance_id=found.id, user_id=key, at=clock.now()) for key in sorted(named))
    session.flush()
