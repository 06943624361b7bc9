"""Choosing help: what a household can do and wishes, the versions of the rules, measures chosen, and what came of them."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import (
    AMOUNTS,
    AgreedHow,
    Capacity,
    Condition,
    PlanState,
    ReasonWords,
    RuleSetState,
    SignedHow,
)
from marketplace.kernel.db import Id, Model, Moment, one_of, partial


class HouseholdCapacity(Model):
    """Land, rooms or a skill of a household, from a day to a day."""

    __tablename__ = "capacities"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        CheckConstraint(one_of("capacity", Capacity), name="capacity"),
        CheckConstraint(f"({one_of('capacity', AMOUNTS)}) = (amount IS NOT NULL)", name="amount_where_counted"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        partial("uq_capacities_present", "household_id", "capacity", only="to_on IS NULL", unique=True),
        Index("ix_capacities_household_id", "household_id"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    capacity: Mapped[str] = mapped_column(String(12))
    #: Land in tenths of a mu, rooms by number; empty for a skill.
    amount: Mapped[int | None] = mapped_column(Integer)
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date | None] = mapped_column(Date)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class MeasureWish(Model):
    """Help that a household wishes, from a day to a day."""

    __tablename__ = "wishes"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        CheckConstraint(one_of("measure", MeasureKind), name="measure"),
        partial("uq_wishes_present", "household_id", "measure", only="to_on IS NULL", unique=True),
        Index("ix_wishes_household_id", "household_id"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    measure: Mapped[str] = mapped_column(String(16))
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date | None] = mapped_column(Date)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class MeasureRuleSet(Model):
    """A version of the rules that recommend measures. Decided on once; its rows are never changed."""

    __tablename__ = "measure_rule_sets"
    __table_args__ = (
        CheckConstraint(one_of("state", RuleSetState), name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by OR state = 'rejected'", name="approved_by_another"),
        CheckConstraint("number = 1 OR (proposed_by IS NOT NULL AND (state = 'proposed') = (decided_by IS NULL))",
                        name="decided_by_somebody"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_at_a_moment"),
        CheckConstraint("least_points > 0", name="some_points"),
        CheckConstraint("outcome_days > 0", name="some_days"),
        partial("uq_measure_rule_sets_proposed", "state", only="state = 'proposed'", unique=True),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Integer, unique=True)
    state: Mapped[str] = mapped_column(String(10))
    #: The first day on which it counts.
    from_on: Mapped[dt.date] = mapped_column(Date)
    least_points: Mapped[int] = mapped_column(Integer)
    outcome_days: Mapped[int] = mapped_column(Integer)
    #: What was changed and why, in the words of whoever proposed it.
    note: Mapped[str] = mapped_column(String(400), default="", server_default="")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[Moment]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class MeasureRuleRow(Model):
    """One rule of a version."""

    __tablename__ = "measure_rules"
    __table_args__ = (
        UniqueConstraint("rule_set_id", "seq"),
        CheckConstraint(one_of("measure", MeasureKind), name="measure"),
        CheckConstraint(one_of("condition", Condition), name="condition"),
        CheckConstraint(one_of("reason", ReasonWords), name="reason"),
        CheckConstraint("points <> 0 AND points BETWEEN -100 AND 100", name="points"),
        CheckConstraint("(number IS NULL) <> (word IS NULL)", name="compares_or_seeks"),
    )

    id: Mapped[Id]
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("measure_rule_sets.id"))
    seq: Mapped[int] = mapped_column(Integer)
    measure: Mapped[str] = mapped_column(String(16))
    condition: Mapped[str] = mapped_column(String(24))
    number: Mapped[int | None] = mapped_column(Integer)
    word: Mapped[str | None] = mapped_column(String(24))
    points: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(24))


class MeasurePlan(Model):
    """A measure that an official chose for a household, and what the household said to it. Its words are sealed."""

    __tablename__ = "measure_plans"
    __table_args__ = (
        CheckConstraint(one_of("kind", MeasureKind), name="kind"),
        CheckConstraint(one_of("state", PlanState), name="state"),
        CheckConstraint("is_recommended OR length(own_reason) >= 4", name="reason_given"),
        CheckConstraint("(budget_fen IS NULL) = (budget_source = '')", name="budget_has_a_source"),
        CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name="some_budget"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
                        name="decided_by_somebody"),
        CheckConstraint("(state = 'agreed') = (measure_id IS NOT NULL) AND (state = 'agreed') = (agreed_how IS NOT NULL)",
                        name="agreed_begins_a_measure"),
        CheckConstraint(f"agreed_how IS NULL OR {one_of('agreed_how', AgreedHow)}", name="agreed_how"),
        CheckConstraint("(agreed_how IS NOT NULL AND agreed_how = 'in_person') = (witness_id IS NOT NULL)", name="witnessed"),
        CheckConstraint("witness_id IS NULL OR witness_id <> decided_by", name="witnessed_by_another"),
        CheckConstraint("agreed_how IS NULL OR agreed_how <> 'own_phone' OR decided_by <> chosen_by", name="agreed_by_another"),
        partial("uq_measure_plans_proposed", "household_id", "kind", only="state = 'proposed'", unique=True),
        Index("ix_measure_plans_household_id", "household_id"),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    #: Made by the page: the same choice sent twice is one.
    key: Mapped[str] = mapped_column(String(60), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(10))
    plan_sealed: Mapped[str] = mapped_column(Text)
    expected_sealed: Mapped[str] = mapped_column(Text)
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("helpers.id"))
    budget_fen: Mapped[int | None]
    budget_source: Mapped[str] = mapped_column(String(60), default="", server_default="")
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("measure_rule_sets.id"))
    #: What the rules recommended that day with every reason and what it found, so that it can be read when the rules are others.
    recommended: Mapped[list[Any]] = mapped_column(JSON)
    is_recommended: Mapped[bool]
    own_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    chosen_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    chosen_at: Mapped[Moment]
    #: Who wrote down what the household said, or the person of the household who said it; or the official who took it back.
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    agreed_how: Mapped[str | None] = mapped_column(String(10))
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measures.id"), unique=True)


class MeasureOutcome(Model):
    """What came of a measure by a day. It counts once the household signed it."""

    __tablename__ = "measure_outcomes"
    __table_args__ = (
        CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="some_amount"),
        CheckConstraint("(signed_at IS NULL) = (signed_how IS NULL) AND (signed_at IS NULL) = (signed_by IS NULL)",
                        name="signed_whole"),
        CheckConstraint(f"signed_how IS NULL OR {one_of('signed_how', SignedHow)}", name="signed_how"),
        CheckConstraint("(signed_how IS NOT NULL AND signed_how = 'by_hand') = (image_id IS NOT NULL)", name="slip_of_a_hand"),
        CheckConstraint("signed_how IS NULL OR signed_how = 'by_hand' OR signed_by <> recorded_by", name="signed_by_another"),
        Index("ix_measure_outcomes_measure_id", "measure_id", "signed_at"),
        Index("ix_measure_outcomes_image_id", "image_id"),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"))
    happened_on: Mapped[dt.date] = mapped_column(Date)
    words_sealed: Mapped[str] = mapped_column(Text)
    #: What it brought or saved, where that can be said.
    amount_fen: Mapped[int | None]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[Moment]
    signed_at: Mapped[dt.datetime | None]
    signed_how: Mapped[str | None] = mapped_column(String(12))
    #: The person of the household, or the official before whom it was signed by hand.
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Photo of the slip that was signed by hand.
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
