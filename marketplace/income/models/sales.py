"""Tables of sales, their movements, roll-ups and statements. Frozen and append-only rows are guarded by the triggers in `ddl`."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.income.values import CostKind, IncomeCategory, LineState, Measure, Movement, Stage
from marketplace.kernel.db import Fen, Id, Key, Model


def _among(column: str, words: type[Any]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class Attribution(Model):
    """One household's (or named pool's) share of one sale, with the standing of that day. Only its running figures change."""

    __tablename__ = "attributions"
    __table_args__ = (
        #: No fen twice.
        UniqueConstraint("source", "holder", "income_category"),
        #: No fen without a household or a named pool.
        CheckConstraint("(household_id IS NULL) = (holder LIKE 'pool/%')", name="household_or_pool"),
        CheckConstraint(_among("measure", Measure), name="measure"),
        CheckConstraint(_among("income_category", IncomeCategory), name="income_category"),
        CheckConstraint(_among("stage", Stage), name="stage"),
        CheckConstraint("gross_fen >= 0 AND gateway_fee_fen >= 0 AND platform_fee_bp BETWEEN 0 AND 10000", name="amounts"),
        CheckConstraint("refunded_fen BETWEEN 0 AND gross_fen", name="refunded_within_gross"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("distributed_fen BETWEEN 0 AND gross_fen", name="distributed_within_gross"),
        Index("ix_attributions_order_ref", "order_ref"),
        Index("ix_attributions_household_id", "household_id", "sold_at"),
        Index("ix_attributions_village_code", "village_code", "sold_at"),
        Index(
            "ix_attributions_promotion",
            "promotion",
            postgresql_where=text("promotion IS NOT NULL"),
            sqlite_where=text("promotion IS NOT NULL"),
        ),
        #: What a pay-out has to look at: sales with something earned and unpaid, or paid and taken back.
        Index(
            "ix_attributions_outstanding",
            "seller_ref",
            postgresql_where=text("earned_fen <> paid_fen"),
            sqlite_where=text("earned_fen <> paid_fen"),
        ),
    )

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(60))
    holder: Mapped[str] = mapped_column(String(60))
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    seller_ref: Mapped[str] = mapped_column(String(40))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    #: Standing on the day of the sale: registered, monitored, exited, none.
    status: Mapped[str] = mapped_column(String(20))
    spell_id: Mapped[int | None] = mapped_column(Key, ForeignKey("registration_spells.id"))
    helper_id: Mapped[int | None] = mapped_column(Key, ForeignKey("helpers.id"))
    #: The help mechanism of the sale itself; the household's own enrolments stand beside it.
    measure: Mapped[str] = mapped_column(String(20))
    enrolled_measures: Mapped[list[str]] = mapped_column(JSON)
    income_category: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(40))
    promotion: Mapped[str | None] = mapped_column(String(60))
    gateway: Mapped[str] = mapped_column(String(30))
    order_ref: Mapped[str] = mapped_column(String(40))
    line_id: Mapped[int] = mapped_column(Key)
    title: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int] = mapped_column(Integer)
    sold_at: Mapped[dt.datetime]
    gross_fen: Mapped[Fen]
    platform_fee_bp: Mapped[int] = mapped_column(Integer)
    gateway_fee_fen: Mapped[Fen]
    # Running figures, each the sum of its movements (checked by the invariants).
    stage: Mapped[str] = mapped_column(String(20), default=Stage.ACCRUED.value)
    platform_fee_fen: Mapped[Fen]
    refunded_fen: Mapped[Fen] = mapped_column(default=0)
    earned_fen: Mapped[Fen] = mapped_column(default=0)
    paid_fen: Mapped[Fen] = mapped_column(default=0)
    costs_fen: Mapped[Fen] = mapped_column(default=0)
    #: What a cooperative gave of it to its members, whose income it is from then on.
    distributed_fen: Mapped[Fen] = mapped_column(default=0, server_default=text("0"))


class AttributionMovement(Model):
    """What happened to an attribution, with the posting that carried it. Append-only."""

    __tablename__ = "attribution_movements"
    __table_args__ = (
        UniqueConstraint("attribution_id", "kind", "ledger_transaction_id"),
        CheckConstraint(_among("kind", Movement), name="kind"),
        CheckConstraint("amount_fen <> 0", name="some_amount"),
        Index("ix_attribution_movements_area", "month", "village_code"),
        Index("ix_attribution_movements_household", "household_id", "month"),
        Index("ix_attribution_movements_posting", "ledger_transaction_id"),
    )

    id: Mapped[Id]
    attribution_id: Mapped[int] = mapped_column(Key, ForeignKey("attributions.id"))
    #: Copied from the attribution, so that a month of an area is read without it.
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    kind: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[Fen]
    at: Mapped[dt.datetime]
    #: Month of `at` in Asia/Shanghai.
    month: Mapped[str] = mapped_column(String(7))
    ledger_transaction_id: Mapped[int] = mapped_column(Key, ForeignKey("transactions.id"))


class DeclaredCost(Model):
    """What a household says it spent on a sale; no ledger posting, but part of its net. A slip is undone by its negative."""

    __tablename__ = "declared_costs"
    __table_args__ = (
        CheckConstraint(_among("kind", CostKind), name="kind"),
        CheckConstraint("amount_fen <> 0", name="some_amount"),
        Index("ix_declared_costs_area", "month", "village_code"),
        Index("ix_declared_costs_household", "household_id", "month"),
        Index("ix_declared_costs_attribution_id", "attribution_id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    attribution_id: Mapped[int] = mapped_column(Key, ForeignKey("attributions.id"))
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    kind: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[Fen]
    declared_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    at: Mapped[dt.datetime]
    month: Mapped[str] = mapped_column(String(7))


class VillageTotal(Model):
    """Roll-up per village, by month ('2026-09') and by year ('2026'), kept in the transaction that moves the money."""

    __tablename__ = "village_totals"

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"), primary_key=True)
    status: Mapped[str] = mapped_column(String(20), primary_key=True)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    gross_fen: Mapped[Fen]
    refunds_fen: Mapped[Fen]
    fees_fen: Mapped[Fen]
    costs_fen: Mapped[Fen]
    earned_fen: Mapped[Fen]
    paid_fen: Mapped[Fen]
    lines: Mapped[int]


class HolderTotal(Model):
    """The same per household or pool of a village."""

    __tablename__ = "holder_totals"
    __table_args__ = (Index("ix_holder_totals_household_id", "household_id", "period"),)

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60), primary_key=True)
    status: Mapped[str] = mapped_column(String(20), primary_key=True)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    gross_fen: Mapped[Fen]
    refunds_fen: Mapped[Fen]
    fees_fen: Mapped[Fen]
    costs_fen: Mapped[Fen]
    earned_fen: Mapped[Fen]
    paid_fen: Mapped[Fen]
    lines: Mapped[int]


class StatementHead(Model):
    """A household's month, opened when its first line is answered or when the month has ended."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("household_id", "month"),)

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(Key, ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    month: Mapped[str] = mapped_column(String(7))
    opened_at: Mapped[dt.datetime]


class StatementAnswer(Model):
    """What the household said of one line of its month, with the figures it saw."""

    __tablename__ = "statement_lines"
    __table_args__ = (
        UniqueConstraint("statement_id", "attribution_id"),
        CheckConstraint(_among("state", LineState), name="state"),
        CheckConstraint("state NOT IN ('disputed', 'answered') OR words <> ''", name="dispute_has_words"),
        CheckConstraint("state <> 'answered' OR (answer <> '' AND answered_by IS NOT NULL)", name="answer_has_words"),
        CheckConstraint("answered_by IS NULL OR answered_by <> said_by", name="answered_by_another"),
        CheckConstraint("state = 'open' OR said_by IS NOT NULL", name="somebody_said_it"),
        Index("ix_statement_lines_state", "state", "village_code"),
        Index("ix_statement_lines_attribution_id", "attribution_id"),
    )

    id: Mapped[Id]
    statement_id: Mapped[int] = mapped_column(Key, ForeignKey("statements.id"))
    attribution_id: Mapped[int] = mapped_column(Key, ForeignKey("attributions.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    state: Mapped[str] = mapped_column(String(20), default=LineState.OPEN.value)
    #: The figures the household saw when it spoke: gross, refunds, fees, costs, earned, paid, lines.
    seen: Mapped[list[int] | None] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text, default="")
    said_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    said_at: Mapped[dt.datetime | None]
    #: A helper pressed the button, with the household's consent.
    is_assisted: Mapped[bool] = mapped_column(default=False)
    consent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("consents.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    answered_at: Mapped[dt.datetime | None]
