"""Alerts: the versions of their rules, what was raised under which, and every step taken on it. No row is ever deleted."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.assistance.values.alerts import (
    STANDING_STATES,
    TUNED,
    AlertAction,
    AlertRule,
    AlertState,
    SweepAction,
    VersionState,
)
from marketplace.kernel.db import Fen, Id, Model, Moment, one_of, partial

_STANDS = one_of("state", STANDING_STATES)
#: The condition that an alert stands, written out: with its words bound apart, SQLite would not know the indexes above it.
STANDS = text(one_of("alerts.state", STANDING_STATES))


class AlertRuleVersion(Model):
    """A rule as it stands from a day on. The first version of each is the house's own; every other names two officials."""

    __tablename__ = "alert_rule_versions"
    __table_args__ = (
        UniqueConstraint("rule", "number"),
        CheckConstraint(one_of("rule", TUNED), name="rule"),
        CheckConstraint(one_of("state", VersionState), name="state"),
        CheckConstraint("(set_by IS NULL) = (number = 1)", name="set_by_somebody"),
        CheckConstraint("decided_by <> set_by", name="decided_by_another"),
        CheckConstraint("number = 1 OR (decided_by IS NULL) = (state = 'proposed')", name="decided_once"),
        partial("uq_alert_rule_versions_waiting", "rule", only="state = 'proposed'", unique=True),
    )

    id: Mapped[Id]
    rule: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_on: Mapped[bool] = mapped_column(Boolean)
    from_on: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[Moment]
    #: What the proposer saw it would do: households flagged now, and then.
    preview: Mapped[dict[str, Any]] = mapped_column(JSON)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]


class MonitoringRange(Model):
    """Below what income a head a household is looked at, in a year. A year without a standing row is unknown, never guessed."""

    __tablename__ = "monitoring_ranges"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2014 AND 2100", name="year"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint("source <> ''", name="has_a_source"),
        CheckConstraint(one_of("state", VersionState), name="state"),
        CheckConstraint("set_by IS NOT NULL OR is_example", name="set_by_somebody"),
        CheckConstraint("decided_by <> set_by", name="decided_by_another"),
        CheckConstraint("is_example OR (decided_by IS NULL) = (state = 'proposed')", name="decided_once"),
        partial("uq_monitoring_ranges_standing", "year", only="state = 'standing' AND superseded_at IS NULL", unique=True),
        partial("uq_monitoring_ranges_waiting", "year", only="state = 'proposed'", unique=True),
    )

    id: Mapped[Id]
    year: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[Fen]
    #: The document, with its number.
    source: Mapped[str] = mapped_column(String(200))
    is_example: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(10))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[Moment]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    superseded_at: Mapped[dt.datetime | None]


class Alert(Model):
    """One warning about one household by one version of a rule. People decide; the nightly pass only notes what it sees."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("household_id", "rule", "period"),
        CheckConstraint(one_of("rule", AlertRule), name="rule"),
        CheckConstraint(one_of("state", AlertState), name="state"),
        CheckConstraint("(state = 'to_check') = (state_by IS NULL)", name="decided_by_somebody"),
        partial("uq_alerts_standing", "household_id", "rule", only=_STANDS, unique=True),
        # each list is read in the order of one of these, whatever the page
        partial("ix_alerts_standing", "id", only=_STANDS),
        partial("ix_alerts_standing_rule", "rule", "id", only=_STANDS),
        partial("ix_alerts_standing_village", "village_code", "id", only=_STANDS),
        Index("ix_alerts_state", "state", "id"),
        Index("ix_alerts_version_id", "version_id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    rule: Mapped[str] = mapped_column(String(20))
    version_id: Mapped[int] = mapped_column(ForeignKey("alert_rule_versions.id"))
    #: What it speaks of: a year, a month, a day.
    period: Mapped[str] = mapped_column(String(10))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    #: Who took the last step, and when; nobody, while it is to be checked.
    state_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state_at: Mapped[Moment]
    raised_at: Mapped[Moment]
    #: Since when the rule finds it no longer.
    gone_at: Mapped[dt.datetime | None]


class AlertStep(Model):
    """One step on an alert. What was found may speak of illness, so it is sealed."""

    __tablename__ = "alert_steps"
    __table_args__ = (
        CheckConstraint(one_of("action", (*AlertAction, *SweepAction)), name="action"),
        CheckConstraint(f"(by_user_id IS NULL) = ({one_of('action', SweepAction)})", name="by_somebody"),
        CheckConstraint("by_user_id IS NULL OR note_sealed IS NOT NULL", name="with_words"),
        Index("ix_alert_steps_alert_id", "alert_id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    action: Mapped[str] = mapped_column(String(10))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Moment]
    note_sealed: Mapped[str | None] = mapped_column(Text)


class Assessment(Model):
    """One nightly pass over all households: how many were looked at, and of how many a rule could not tell."""

    __tablename__ = "assessments"

    assessed_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    begun_at: Mapped[Moment]
    ended_at: Mapped[dt.datetime | None]
    households: Mapped[int] = mapped_column(Integer)
    raised: Mapped[int] = mapped_column(Integer)
    gone: Mapped[int] = mapped_column(Integer)
    #: lack -> households.
    unknown: Mapped[dict[str, Any]] = mapped_column(JSON)
