"""Tables of reconciliation: rows of both sides, the groups they form, and the bank's lists. No name of anybody is kept."""

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model, Moment, one_of, partial
from marketplace.reconciliation.values import GroupState, How, RowKind, Side


class BankStatement(Model):
    """A list of the bank's that was taken in. Its lines are rows; the file itself is not kept."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="in_order"),
        CheckConstraint("rows > 0 AND new_rows BETWEEN 0 AND rows", name="some_rows"),
        Index("ix_bank_statements_to_on", "to_on", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: The same file again is the same list.
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date] = mapped_column(Date)
    opening_fen: Mapped[Fen]
    closing_fen: Mapped[Fen]
    rows: Mapped[int] = mapped_column(Integer)
    #: Those that no earlier list had.
    new_rows: Mapped[int] = mapped_column(Integer)
    #: The balance jumps between the list before it and this one.
    has_gap: Mapped[bool]
    by_user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    at: Mapped[Moment]


class ReconciliationGroup(Model):
    """Rows that belong together: by what they refer to, by their amount, or because two people say so."""

    __tablename__ = "reconciliation_groups"
    __table_args__ = (
        CheckConstraint(one_of("how", How), name="how"),
        CheckConstraint(one_of("state", GroupState), name="state"),
        CheckConstraint("how = 'by_hand' OR (difference_fen = 0 AND state = 'closed')", name="nothing_left_over"),
        CheckConstraint("how <> 'by_hand' OR (reason <> '' AND proposed_by IS NOT NULL)", name="reason"),
        CheckConstraint("how <> 'by_hand' OR (state = 'closed') = (closed_by IS NOT NULL)", name="closed_by_somebody"),
        CheckConstraint("closed_by IS NULL OR closed_by <> proposed_by", name="two_people"),
        partial("ix_reconciliation_groups_waiting", "account", "id", only="state = 'proposed'"),
        partial("ix_reconciliation_groups_explained", "account", "id", only="state = 'closed' AND how = 'by_hand'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: Made by the page that proposed it; a repeat finds the first.
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    account: Mapped[str] = mapped_column(String(40))
    how: Mapped[str] = mapped_column(String(10))
    #: What the book says of the rows less what the outside says.
    difference_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(String(400), default="", server_default="")
    state: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    proposed_at: Mapped[Moment]
    closed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    closed_at: Mapped[dt.datetime | None]


class ReconciliationRow(Model):
    """What one side says happened on an account. Only its group changes, and once the pay-out that handed it over."""

    __tablename__ = "reconciliation_rows"
    __table_args__ = (
        UniqueConstraint("account", "side", "key"),
        CheckConstraint(one_of("side", Side), name="side"),
        CheckConstraint(one_of("kind", RowKind), name="kind"),
        CheckConstraint("amount_fen <> 0", name="some_amount"),
        partial("ix_reconciliation_rows_open", "account", "on_day", "id", only="group_id IS NULL"),
        Index("ix_reconciliation_rows_group_id", "group_id"),
        partial("ix_reconciliation_rows_held", "account", "on_day", "id", only="batch_ref = '' AND side = 'outside'"),
        partial("ix_reconciliation_rows_bank_statement_id", "bank_statement_id", only="bank_statement_id IS NOT NULL"),
    )

    id: Mapped[Id]
    account: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    amount_fen: Mapped[Fen]
    ref: Mapped[str] = mapped_column(String(80), default="", server_default="")
    #: Remark of the bank's, without the other party's name.
    words: Mapped[str] = mapped_column(String(120), default="", server_default="")
    #: The payment service's own pay-out that handed it over, once it did.
    batch_ref: Mapped[str] = mapped_column(String(80), default="", server_default="")
    at: Mapped[Moment]
    on_day: Mapped[dt.date] = mapped_column(Date)
    bank_statement_id: Mapped[int | None] = mapped_column(Key, ForeignKey("bank_statements.id"))
    group_id: Mapped[int | None] = mapped_column(Key, ForeignKey("reconciliation_groups.id"))
