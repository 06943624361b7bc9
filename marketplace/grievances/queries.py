"""Named reads of grievances. Whoever one concerns is answered as if it were not there."""

import datetime as dt
import hmac
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of_users, officials_over
from marketplace.accounts.values import Role
from marketplace.areas.queries import in_areas
from marketplace.areas.values import Level
from marketplace.grievances import rules
from marketplace.grievances.models import Grievance, GrievanceConcerned, GrievancePicture, GrievanceRule, GrievanceStep
from marketplace.grievances.values import (
    Action,
    GrievanceLine,
    GrievanceView,
    HandlingRule,
    Kind,
    Lines,
    Officer,
    Outcome,
    Party,
    State,
    StepView,
    Wording,
)
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer

PAGE = 50
MOST_OWN = 50


def handling_rules(session: Session) -> dict[Kind, HandlingRule]:
    """Return what holds for each kind: what the county set, or what is usual."""
    standing = {
        Kind(row.kind): HandlingRule(Level(row.level), row.accept_days, row.answer_days, row.appeal_days, row.final_days)
        for row in session.scalars(select(GrievanceRule))
    }
    return rules.DEFAULT_RULES | standing


def grievance_by_ref(session: Session, *, ref: str) -> GrievanceView | None:
    """Return a grievance by its number: for its complainant."""
    found = session.scalar(select(Grievance).where(Grievance.ref == ref))
    return _view(session, found) if found is not None else None


def grievance_for(session: Session, *, ref: str, reader_id: int) -> GrievanceView | None:
    """Return a grievance by its number to an official whom it does not concern."""
    found = session.scalar(select(Grievance).where(Grievance.ref == ref, _is_not_about(reader_id)))
    return _view(session, found) if found is not None else None


def grievance_known_to(session: Session, *, ref: str, code: str, sealer: Sealer) -> GrievanceView | None:
    """Return a grievance to whoever knows its code; the caller limits the tries."""
    found = session.scalar(select(Grievance).where(Grievance.ref == ref))
    expected = found.code_hash if found is not None else ""
    is_known = hmac.compare_digest(expected, code_hash(ref, rules.typed_code(code), sealer=sealer))
    return _view(session, found) if found is not None and is_known else None


def code_hash(ref: str, code: str, *, sealer: Sealer) -> str:
    """Return what the database knows of a grievance's code."""
    return sealer.blind(f"{ref}/{code}", "grievance_code")


def wording(session: Session, *, grievance_id: int, sealer: Sealer) -> Wording:
    """Return what was written of a grievance and of its steps; what is forgotten is empty. The caller has authorised it."""
    found = session.get_one(Grievance, grievance_id)
    steps = session.scalars(
        select(GrievanceStep).where(GrievanceStep.grievance_id == grievance_id).order_by(GrievanceStep.id)
    ).all()
    names = names_of_users(session, {step.towards_id for step in steps if step.towards_id is not None})
    return Wording(
        words=_opened(found.words_sealed, place("words", found.ref), sealer),
        subject_name=_opened(found.subject_sealed, place("subject", found.ref), sealer),
        steps=tuple(_step(step, names, sealer) for step in steps),
    )


def contact_of(session: Session, *, grievance_id: int, sealer: Sealer) -> str:
    """Return how the complainant can be reached, or nothing. The caller has authorised it."""
    found = session.get_one(Grievance, grievance_id)
    return _opened(found.contact_sealed, place("contact", found.ref), sealer)


def place(part: str, ref: str) -> str:
    """Return what a sealed part of a grievance is bound to."""
    return f"grievances/{part}/{ref}"


def step_place(part: str, ref: str) -> str:
    """Return what a sealed part of a step is bound to."""
    return f"grievance_steps/{part}/{ref}"


def lines_in(
    session: Session,
    areas: Sequence[str],
    *,
    reader_id: int,
    states: Sequence[State] = (),
    is_mine: bool = False,
    after: str = "",
) -> Lines:
    """Return the grievances that the officials of some areas answer, the latest first, a page at a time."""
    wanted = [in_areas(Grievance.handling_code, areas), _is_not_about(reader_id)]
    if states:
        wanted.append(Grievance.state.in_([str(state) for state in states]))
    if is_mine:
        wanted.append(Grievance.assignee_id == reader_id)
    if after.isascii() and after.isdigit():
        wanted.append(Grievance.id < int(after[:18]))
    found = session.scalars(select(Grievance).where(*wanted).order_by(Grievance.id.desc()).limit(PAGE + 1)).all()
    return _lines(session, found, str(found[PAGE - 1].id) if len(found) > PAGE else None)


def overdue_in(session: Session, areas: Sequence[str], *, reader_id: int, after: str = "") -> Lines:
    """Return what is late in some areas, the longest late first, a page at a time, along the index of due days."""
    wanted = [
        Grievance.due_on.is_not(None),
        Grievance.due_on < clock.today(),
        in_areas(Grievance.handling_code, areas),
        _is_not_about(reader_id),
    ]
    day, _, key = after.partition(".")
    if key.isascii() and key.isdigit() and (since := _day(day)) is not None:
        wanted.append(or_(Grievance.due_on > since, and_(Grievance.due_on == since, Grievance.id > int(key[:18]))))
    found = session.scalars(select(Grievance).where(*wanted).order_by(Grievance.due_on, Grievance.id).limit(PAGE + 1)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    return _lines(session, found, f"{last.due_on}.{last.id}" if last else None)


def own_lines(session: Session, *, user_id: int) -> Lines:
    """Return the latest grievances that somebody keeps with their account."""
    wanted = select(Grievance).where(Grievance.owner_id == user_id).order_by(Grievance.id.desc()).limit(MOST_OWN)
    return _lines(session, session.scalars(wanted).all(), None)


def count_waiting(areas: Sequence[str], *, reader_id: int) -> Select[int]:
    """Return the count of the grievances that wait for somebody to take them up, to be asked together with others."""
    return _count(areas, reader_id, Grievance.state.in_([State.RECEIVED, State.APPEALED]))


def count_overdue(session: Session, areas: Sequence[str], *, reader_id: int) -> int:
    """Return how many are late."""
    return session.scalar(_count(areas, reader_id, Grievance.due_on < clock.today())) or 0


def party(session: Session, grievance: GrievanceView, *, user_id: int) -> Party:
    """Return what an official is to a grievance."""
    return rules.party_of(
        user_id,
        is_in_team=any(one.user_id == user_id for one in team(session, grievance.handling_code)),
        assignee_id=grievance.assignee_id,
        concerned_ids=_concerned(session, grievance),
        earlier_ids=earlier_hands(session, grievance),
    )


def officers(session: Session, grievance: GrievanceView) -> tuple[Officer, ...]:
    """Return who may be given a grievance: officials of the area or above, not concerned, and new to it after an appeal."""
    out = {*_concerned(session, grievance), *earlier_hands(session, grievance)}
    return tuple(one for one in team(session, grievance.handling_code) if one.user_id not in out)


def earlier_hands(session: Session, grievance: GrievanceView) -> frozenset[int]:
    """Return who had a hand in the answer that is appealed against: took a step, or was given it."""
    if grievance.state is not State.APPEALED:
        return frozenset()
    appeal = select(func.max(GrievanceStep.version)).where(
        GrievanceStep.grievance_id == grievance.id, GrievanceStep.action == Action.APPEAL
    )
    rows = session.execute(
        select(GrievanceStep.by_user_id, GrievanceStep.towards_id, GrievanceStep.action).where(
            GrievanceStep.grievance_id == grievance.id, GrievanceStep.version < appeal.scalar_subquery()
        )
    ).all()
    hands = [row.by_user_id for row in rows]
    hands += [row.towards_id for row in rows if row.action in (Action.ACCEPT, Action.ASSIGN)]
    return frozenset(key for key in hands if key is not None)


def has_picture(session: Session, *, grievance_id: int, image_id: int) -> bool:
    """Say whether a picture was sent with a grievance."""
    return session.get(GrievancePicture, (grievance_id, image_id)) is not None


def team(session: Session, code: str) -> list[Officer]:
    """Return who answers for an area: its own officials of that level, and the county's."""
    roles = {rules.team_role(code), Role.COUNTY_OFFICIAL}
    found: dict[int, Officer] = {}
    for one in officials_over(session, code, roles):
        found[one.user_id] = Officer(one.user_id, one.name, one.role, one.area_code)
    return list(found.values())


def _concerned(session: Session, grievance: GrievanceView) -> frozenset[int]:
    named = session.scalars(select(GrievanceConcerned.user_id).where(GrievanceConcerned.grievance_id == grievance.id))
    return frozenset(named) | ({grievance.buyer_user_id} if grievance.buyer_user_id is not None else frozenset())


def _is_not_about(reader_id: int) -> ColumnElement[bool]:
    named = select(GrievanceConcerned).where(
        GrievanceConcerned.grievance_id == Grievance.id, GrievanceConcerned.user_id == reader_id
    )
    return and_(~named.exists(), or_(Grievance.owner_id.is_(None), Grievance.owner_id != reader_id))


def _count(areas: Sequence[str], reader_id: int, wanted: ColumnElement[bool]) -> Select[int]:
    return (
        select(func.count())
        .select_from(Grievance)
        .where(Grievance.due_on.is_not(None), wanted, in_areas(Grievance.handling_code, areas), _is_not_about(reader_id))
    )


def _lines(session: Session, found: Sequence[Grievance], next_after: str | None) -> Lines:
    names = names_of_users(session, {row.assignee_id for row in found if row.assignee_id is not None})
    rows = tuple(
        GrievanceLine(
            row.id, row.ref, Kind(row.kind), State(row.state), row.area_code, row.received_at, row.due_on,
            names.get(row.assignee_id) if row.assignee_id else None,
        )
        for row in found[:PAGE]
    )  # fmt: skip
    return Lines(rows, next_after)


def _view(session: Session, row: Grievance) -> GrievanceView:
    images = session.scalars(
        select(GrievancePicture.image_id).where(GrievancePicture.grievance_id == row.id).order_by(GrievancePicture.image_id)
    )
    return GrievanceView(
        id=row.id, ref=row.ref, kind=Kind(row.kind), state=State(row.state), area_code=row.area_code,
        handling_code=row.handling_code, subject_role=Role(row.subject_role) if row.subject_role else None,
        outcome=Outcome(row.outcome) if row.outcome else None, received_at=row.received_at, due_on=row.due_on,
        appeal_until=row.appeal_until, assignee_id=row.assignee_id, version=row.version,
        has_contact=row.contact_sealed is not None, image_ids=tuple(images), buyer_user_id=row.owner_id,
    )  # fmt: skip


def _step(row: GrievanceStep, names: dict[int, str], sealer: Sealer) -> StepView:
    return StepView(
        action=Action(row.action), at=row.at, by_name=row.by_name, by_role=Role(row.by_role) if row.by_role else None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        towards_name=names.get(row.towards_id) if row.towards_id else None,
        words=_opened(row.words_sealed, step_place("words", row.ref), sealer),
        note=_opened(row.note_sealed, step_place("note", row.ref), sealer), trail_id=row.trail_id,
    )  # fmt: skip


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _opened(sealed: str | None, where: str, sealer: Sealer) -> str:
    return sealer.open(sealed, where) if sealed is not None else ""
