"""Tables of accounts. What their columns cannot refuse of the trail, the triggers in `ddl` do."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.values import ON_AN_AREA, Role
from marketplace.kernel.db import Id, Key, Model


def _words(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in sorted(str(value) for value in values))


class User(Model):
    """Somebody who may sign in."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("locale IN ('zh', 'en')", name="known_locale"),
        CheckConstraint("length(name) > 0", name="has_a_name"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    #: 11 digits; nothing stands here for people known by another way.
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    email: Mapped[str | None] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    #: argon2id; nothing for those who sign in by code alone.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[dt.datetime]


class RoleGrant(Model):
    """A role somebody holds on an area, from a day to a day."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(f"role IN ({_words(Role)})", name="known_role"),
        CheckConstraint(f"(role IN ({_words(ON_AN_AREA)})) = (area_code IS NOT NULL)", name="area_where_the_role_has_one"),
        #: Nobody grants a role to themselves.
        CheckConstraint("granted_by IS NULL OR granted_by <> user_id", name="granted_by_another"),
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="ends_after_it_begins"),
        Index("uq_role_grants_standing", "user_id", "role", "area_code", unique=True,
              sqlite_where=text("to_on IS NULL AND area_code IS NOT NULL"),
              postgresql_where=text("to_on IS NULL AND area_code IS NOT NULL")),
        Index("uq_role_grants_standing_anywhere", "user_id", "role", unique=True,
              sqlite_where=text("to_on IS NULL AND area_code IS NULL"),
              postgresql_where=text("to_on IS NULL AND area_code IS NULL")),
        Index("ix_role_grants_area_code", "area_code", "role"),
    )  # fmt: skip

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(20))
    area_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("areas.code"))
    from_on: Mapped[dt.date] = mapped_column(Date)
    #: First day on which it no longer holds.
    to_on: Mapped[dt.date | None] = mapped_column(Date)
    #: Nothing where the command line granted it.
    granted_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    ended_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")


class UserSession(Model):
    """One device signed in. Only the hash of its token is here."""

    __tablename__ = "user_sessions"
    __table_args__ = (
        CheckConstraint("proof IN ('password', 'code')", name="known_proof"),
        Index("ix_user_sessions_user_id", "user_id", "created_at"),
        Index("ix_user_sessions_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    #: What the browser calls itself, cut short.
    device: Mapped[str] = mapped_column(String(120), default="")
    #: What was shown to open it.
    proof: Mapped[str] = mapped_column(String(10), server_default="password")


class SignInAttempt(Model):
    """One try to sign in, written as failed before it is judged: a process that dies forgives nothing."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        CheckConstraint("kind IN ('password', 'code')", name="known_kind"),
        Index("ix_sign_in_attempts_phone", "phone", "id"),
        Index("ix_sign_in_attempts_at", "at"),
    )

    id: Mapped[Id]
    at: Mapped[dt.datetime]
    kind: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(120))
    is_good: Mapped[bool] = mapped_column(Boolean, default=False)


class SignInBudget(Model):
    """How much of a budget is spent in one window; moved by one conditional upsert, so that it holds across processes."""

    __tablename__ = "sign_in_budgets"
    __table_args__ = (CheckConstraint("used >= 1", name="spent"), Index("ix_sign_in_budgets_window_at", "window_at"))

    #: 'send/phone/…', hashed where it would name somebody.
    subject: Mapped[str] = mapped_column(String(90), primary_key=True)
    window_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    used: Mapped[int]


class SignInCode(Model):
    """A one-time code, as its keyed hash."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (Index("ix_sign_in_codes_phone", "phone", "id"), Index("ix_sign_in_codes_expires_at", "expires_at"))

    id: Mapped[Id]
    phone: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)


class AuditEvent(Model):
    """Who did what to which object. Never changed, never deleted."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_area_code", "area_code", "id"),
        Index("ix_audit_events_user_id", "user_id", "id"),
        Index("ix_audit_events_object", "object_kind", "object_ref", "id"),
    )

    id: Mapped[Id]
    at: Mapped[dt.datetime]
    user_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    #: Roles held at that moment, by comma.
    role: Mapped[str] = mapped_column(String(200))
    #: The widest area the person was responsible for, by which the trail is cut to those who may read it.
    area_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("areas.code"))
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_ref: Mapped[str] = mapped_column(String(80))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str | None] = mapped_column(String(500))
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(64))


class AuditLink(Model):
    """One link of the chain over the trail: the hash of an event with the hash before it. Never changed, never deleted."""

    __tablename__ = "audit_links"
    __table_args__ = (UniqueConstraint("event_id"), CheckConstraint("position >= 1", name="counts_from_one"))

    position: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(Key, ForeignKey("audit_events.id"))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    linked_at: Mapped[dt.datetime]
