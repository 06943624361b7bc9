"""Named reads of people, their roles and sessions, and of the trail."""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts import labels, rules
from marketplace.accounts.models import AuditEvent, AuditLink, RoleGrant, User, UserSession
from marketplace.accounts.values import Actor, Grant, Role
from marketplace.areas.queries import in_areas
from marketplace.areas.values import DIGITS
from marketplace.kernel import clock
from marketplace.kernel.db import UtcDateTime

#: Keys in one IN list: below every engine's limit.
CHUNK = 5_000


def token_hash(token: str) -> str:
    """Return what the database knows of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _holds(on: dt.date | BindParameter[dt.date]) -> ColumnElement[bool]:
    return and_(RoleGrant.from_on <= on, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > on))


#: The roles of somebody on a day. Asked with every deed, so the statement is made once.
_GRANTS = (
    select(RoleGrant.role, RoleGrant.area_code)
    .where(RoleGrant.user_id == bindparam("user_id"), _holds(bindparam("day", type_=Date())))
    .order_by(RoleGrant.id)
)
#: Whoever a session belongs to, with their roles; asked with every request.
_ACTOR = (
    select(User.id, User.name, RoleGrant.role, RoleGrant.area_code)
    .join(UserSession, UserSession.user_id == User.id)
    .outerjoin(RoleGrant, and_(RoleGrant.user_id == User.id, _holds(bindparam("day", type_=Date()))))
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > bindparam("now", type_=UtcDateTime()),
        User.is_active,
    )
    .order_by(RoleGrant.id)
)


def user(session: Session, user_id: int) -> User | None:
    """Return somebody by key."""
    return session.get(User, user_id)


def user_by_phone(session: Session, phone: str) -> User | None:
    """Return whoever has this number."""
    return session.scalar(select(User).where(User.phone == phone))


def user_by_ref(session: Session, ref: str) -> User | None:
    """Return somebody by their public reference."""
    return session.scalar(select(User).where(User.ref == ref))


def names_of_users(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of some people by key; one query a few thousand."""
    wanted = sorted(user_ids)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted[start : start + CHUNK])))
        found.update((row.id, row.name) for row in rows)
    return found


def phones_of(session: Session, user_ids: Collection[int]) -> list[tuple[str, str]]:
    """Return (telephone number, language) of those of some people who have a number and an open account."""
    rows = session.execute(select(User.phone, User.locale).where(User.id.in_(sorted(user_ids)), User.is_active).order_by(User.id))
    return [(phone, locale) for phone, locale in rows if phone is not None]


def refs_of_users(session: Session, user_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return (public reference, name) of some people by key."""
    rows = session.execute(select(User.id, User.ref, User.name).where(User.id.in_(sorted(user_ids))))
    return {row.id: (row.ref, row.name) for row in rows}


def grants_of(session: Session, user_id: int) -> tuple[Grant, ...]:
    """Return the roles somebody holds today."""
    rows = session.execute(_GRANTS, {"user_id": user_id, "day": clock.today()})
    return tuple(Grant(Role(row.role), row.area_code) for row in rows)


def standing_grant(session: Session, user_id: int, role: Role, area_code: str | None) -> RoleGrant | None:
    """Return the grant of a role on exactly this area that has not ended."""
    same = RoleGrant.area_code.is_(None) if area_code is None else RoleGrant.area_code == area_code
    return session.scalar(
        select(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.role == role, same, RoleGrant.to_on.is_(None))
    )


def grant(session: Session, grant_id: int) -> RoleGrant | None:
    """Return a grant by key."""
    return session.get(RoleGrant, grant_id)


@dataclass(frozen=True, slots=True)
class OfficeHolder:
    """Somebody with a role on an area."""

    user_id: int
    name: str
    role: Role
    area_code: str


def officials_over(
    session: Session, area_code: str, roles: Collection[Role], *, is_with_below: bool = False
) -> list[OfficeHolder]:
    """Return the active holders of some roles today on the areas that cover a place; with those inside it, where wanted."""
    covering = RoleGrant.area_code.in_([area_code[:digits] for digits in DIGITS.values() if digits <= len(area_code)])
    where = or_(covering, in_areas(RoleGrant.area_code, [area_code])) if is_with_below else covering
    rows = session.execute(
        select(User.id, User.name, RoleGrant.role, RoleGrant.area_code)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(where, RoleGrant.role.in_([str(role) for role in roles]), _holds(clock.today()), User.is_active)
        .order_by(func.length(RoleGrant.area_code), User.name, User.id)
    )
    return [OfficeHolder(row.id, row.name, Role(row.role), str(row.area_code)) for row in rows]


def holders(session: Session, role: Role) -> int:
    """Return how many active people hold a role today."""
    return (
        session.scalar(
            select(func.count(func.distinct(RoleGrant.user_id)))
            .join(User, User.id == RoleGrant.user_id)
            .where(RoleGrant.role == role, _holds(clock.today()), User.is_active)
        )
        or 0
    )


def actor(session: Session, user_id: int) -> Actor | None:
    """Return an active person with their roles; the households matched to them are added above."""
    found = session.get(User, user_id)
    return Actor(found.id, found.name, grants_of(session, user_id)) if found is not None and found.is_active else None


def actor_for_session(session: Session, token: str) -> Actor | None:
    """Return whoever a session's token belongs to: not ended, not expired, the account open. One query."""
    now = clock.now()
    rows = session.execute(_ACTOR, {"token_hash": token_hash(token), "now": now, "day": clock.day_of(now)}).all()
    if not rows:
        return None
    grants = tuple(Grant(Role(row.role), row.area_code) for row in rows if row.role is not None)
    return Actor(rows[0].id, rows[0].name, grants)


def has_just_shown_a_code(session: Session, *, user_id: int, token: str) -> bool:
    """Say whether this session of somebody was opened by a code, a few minutes ago at most."""
    opened_at = session.scalar(
        select(UserSession.created_at).where(
            UserSession.token_hash == token_hash(token),
            UserSession.user_id == user_id,
            UserSession.proof == "code",
            UserSession.ended_at.is_(None),
        )
    )
    return opened_at is not None and clock.now() < opened_at + rules.CODE_STANDS


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant as the officials' list shows it."""

    id: int
    user_id: int
    user_ref: str
    name: str
    phone: str | None
    role: Role
    area_code: str | None
    from_on: dt.date
    to_on: dt.date | None
    granted_by: int | None


def grants_in(session: Session, prefixes: Sequence[str], *, has_ended: bool = False) -> list[GrantRow]:
    """Return the grants on some areas and all below them, standing or ended, the widest areas first."""
    rows = session.execute(
        select(RoleGrant, User.ref, User.name, User.phone)
        .join(User, User.id == RoleGrant.user_id)
        .where(in_areas(RoleGrant.area_code, prefixes), RoleGrant.to_on.is_not(None) if has_ended else RoleGrant.to_on.is_(None))
        .order_by(func.length(RoleGrant.area_code), RoleGrant.area_code, RoleGrant.role, RoleGrant.id)
        .limit(2_000)
    )
    return [
        GrantRow(one.id, one.user_id, ref, name, phone, Role(one.role), one.area_code, one.from_on, one.to_on, one.granted_by)
        for one, ref, name, phone in rows
    ]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A device signed in."""

    created_at: dt.datetime
    device: str
    is_this: bool


def holders_over(session: Session, area_code: str, roles: Collection[Role]) -> list[tuple[int, str, tuple[Role, ...]]]:
    """Return (key, name, roles) of the active people who hold any of some roles on an area that covers this one, by name."""
    above = [area_code[:size] for size in (6, 9, 12) if size <= len(area_code)]
    rows = session.execute(
        select(User.id, User.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.area_code.in_(above),
            RoleGrant.role.in_([role.value for role in roles]),
            _holds(clock.today()),
            User.is_active,
        )
        .order_by(User.name, User.id)
    )
    found: dict[int, tuple[str, set[Role]]] = {}
    for row in rows:
        found.setdefault(row.id, (row.name, set()))[1].add(Role(row.role))
    return [(key, name, tuple(sorted(held))) for key, (name, held) in found.items()]


def sessions_of(session: Session, user_id: int, token: str) -> list[SessionRow]:
    """Return the devices on which somebody is signed in, the newest first."""
    now, mine = clock.now(), token_hash(token)
    rows = session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.expires_at > now)
        .order_by(UserSession.created_at.desc())
        .limit(20)
    )
    return [SessionRow(row.created_at, row.device, row.token_hash == mine) for row in rows]


def trail_in(
    session: Session,
    prefixes: Sequence[str],
    *,
    user_id: int | None = None,
    object_kind: str = "",
    object_ref: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> Sequence[AuditEvent]:
    """Return lines of the trail of some areas, the newest first, from below a key on.

    Lines of no area (guests, the house itself) are the county's to read.
    """
    inside = in_areas(AuditEvent.area_code, prefixes)
    if any(len(code) <= 6 for code in prefixes):
        inside = or_(inside, AuditEvent.area_code.is_(None))
    wanted = [inside]
    if user_id is not None:
        wanted.append(AuditEvent.user_id == user_id)
    if object_kind:
        wanted.append(AuditEvent.object_kind == object_kind)
    if object_ref:
        wanted.append(AuditEvent.object_ref == object_ref)
    if before_id is not None:
        wanted.append(AuditEvent.id < before_id)
    return session.scalars(select(AuditEvent).where(*wanted).order_by(AuditEvent.id.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the trail as whoever it is about reads it: when, who, in which roles, what (an English sentence), and why."""

    at: dt.datetime
    name: str
    roles: tuple[Role, ...]
    words: str
    reason: str


def deeds_on(session: Session, object_kind: str, object_ref: str, *, limit: int = 200) -> list[Deed]:
    """Return what was done to an object, the latest first: for the person it is about."""
    rows = session.execute(
        select(AuditEvent, User.name)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(AuditEvent.object_kind == object_kind, AuditEvent.object_ref == object_ref)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return [
        Deed(
            event.at, name or "", tuple(Role(role) for role in event.role.split(",") if role in set(Role)),
            labels.ACTIONS.get(event.action, event.action), event.reason or "",
        )
        for event, name in rows
    ]  # fmt: skip


def trail_head(session: Session) -> AuditLink | None:
    """Return the newest link of the chain, whose hash frozen reports print."""
    return session.scalar(select(AuditLink).order_by(AuditLink.position.desc()).limit(1))
