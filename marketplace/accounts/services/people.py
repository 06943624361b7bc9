"""Users and the roles they hold."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts import queries, rules
from marketplace.accounts.models import RoleGrant, User, UserSession
from marketplace.accounts.refusals import (
    GrantedToOneself,
    LastOneStanding,
    MayNotGrant,
    PhoneRefused,
    PhoneTaken,
    RoleNeedsArea,
    RolesClash,
)
from marketplace.accounts.services.trail import record_audit
from marketplace.accounts.values import Role
from marketplace.areas.queries import area
from marketplace.areas.refusals import UnknownArea
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere


def create_user(
    session: Session,
    *,
    name: str,
    phone: str | None = None,
    password_hash: str | None = None,
    email: str | None = None,
    locale: str = "zh",
    by: int | None = None,
) -> User:
    """Open an account. `password_hash` comes from `hash_password`, called before the writer opened.

    Raises: PhoneRefused, PhoneTaken.
    """
    if phone is not None:
        if not rules.PHONE.fullmatch(phone):
            raise PhoneRefused
        if queries.user_by_phone(session, phone) is not None:
            raise PhoneTaken
    user = User(
        ref=ids.reference("U"),
        phone=phone,
        email=email,
        name=name.strip()[:60],
        password_hash=password_hash,
        locale=locale,
        is_active=True,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    record_audit(session, by=by, action="accounts.create", object_kind="user", object_ref=user.ref)
    return user


def rename_user(session: Session, *, user_id: int, name: str, by: int) -> None:
    """Change the name shown for an account; the trail notes that it changed, not the names."""
    user = _user(session, user_id)
    if user.name != name:
        user.name = name
        record_audit(session, by=by, action="accounts.rename", object_kind="user", object_ref=user.ref)


def set_password(session: Session, *, user_id: int, password_hash: str, by: int | None) -> None:
    """Set a password; every device signed in is signed out."""
    user = _user(session, user_id)
    user.password_hash = password_hash
    _end_sessions(session, user_id)
    record_audit(session, by=by, action="accounts.set_password", object_kind="user", object_ref=user.ref)


def set_active(session: Session, *, user_id: int, is_active: bool, by: int | None, reason: str) -> None:
    """Close an account or open it again; closing signs every device out."""
    user = _user(session, user_id)
    if by == user_id:
        raise MayNotGrant
    before, user.is_active = user.is_active, is_active
    if not is_active:
        _end_sessions(session, user_id)
    record_audit(
        session, by=by, action="accounts.set_active", object_kind="user", object_ref=user.ref,
        before={"is_active": before}, after={"is_active": is_active}, reason=reason,
    )  # fmt: skip


def grant_role(
    session: Session, *, user_id: int, role: Role | str, area_code: str | None, by: int | None, reason: str = ""
) -> RoleGrant:
    """Grant a role on an area and all below it, from today. A standing grant is returned as it is.

    `by` is the official who grants; nobody, where the command line or the demonstration does. Row locks on the person make two
    grants at once wait for each other, so that clashing roles cannot slip in side by side.

    Raises: GrantedToOneself, MayNotGrant, RoleNeedsArea, UnknownArea, RolesClash.
    """
    role = Role(role)
    if by == user_id:
        raise GrantedToOneself
    user = session.scalar(select(User).where(User.id == user_id).with_for_update())
    if user is None:
        raise NotThere
    if by is not None and not rules.may_grant(queries.grants_of(session, by), role, area_code):
        raise MayNotGrant
    if not rules.fits_area(role, area_code):
        raise RoleNeedsArea
    if area_code is not None and area(session, area_code) is None:
        raise UnknownArea(area_code=area_code)
    standing = queries.standing_grant(session, user_id, role, area_code)
    if standing is not None:
        return standing
    if rules.clash(queries.grants_of(session, user_id), role, area_code):
        raise RolesClash
    grant = RoleGrant(
        user_id=user_id, role=str(role), area_code=area_code, from_on=clock.today(), granted_by=by, reason=reason[:200]
    )
    session.add(grant)
    session.flush()
    record_audit(
        session, by=by, action="accounts.grant_role", object_kind="user", object_ref=user.ref,
        after={"role": str(role), "area": area_code}, reason=reason or None, area_code=area_code if by is None else None,
    )  # fmt: skip
    return grant


def revoke_role(session: Session, *, grant_id: int, by: int | None, reason: str = "") -> None:
    """End a grant today; the person's devices are signed out. A grant that has ended stays as it is.

    Raises: NotThere, MayNotGrant, GrantedToOneself, LastOneStanding.
    """
    grant = session.scalar(select(RoleGrant).where(RoleGrant.id == grant_id).with_for_update())
    if grant is None:
        raise NotThere
    if grant.to_on is not None:
        return
    if by == grant.user_id:
        raise GrantedToOneself
    role = Role(grant.role)
    if by is not None and not rules.may_grant(queries.grants_of(session, by), role, grant.area_code):
        raise MayNotGrant
    if role in (Role.ADMINISTRATOR, Role.COUNTY_OFFICIAL) and queries.holders(session, role) <= 1:
        raise LastOneStanding
    grant.to_on, grant.ended_by = clock.today(), by
    session.flush()
    _end_sessions(session, grant.user_id)
    record_audit(
        session, by=by, action="accounts.revoke_role", object_kind="user", object_ref=_user(session, grant.user_id).ref,
        before={"role": grant.role, "area": grant.area_code}, reason=reason or None,
    )  # fmt: skip


def erase_user(session: Session, *, user_id: int, by: int) -> None:
    """Forget who an account belonged to and close it; what it did stands under its reference. A second call changes nothing.

    Whoever calls has made sure that it holds no office and that nothing is under way in its name.
    """
    user = _user(session, user_id)
    if user.phone is None and user.email is None and not user.is_active:
        return
    user.name, user.phone, user.email, user.password_hash, user.is_active = "—", None, None, None, False
    _end_sessions(session, user_id)
    session.execute(update(UserSession).where(UserSession.user_id == user_id).values(device=""))
    session.flush()
    record_audit(session, by=by, action="accounts.erase", object_kind="user", object_ref=user.ref)


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotThere
    return user


def _end_sessions(session: Session, user_id: int) -> None:
    session.execute(
        update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None)).values(ended_at=clock.now())
    )
