"""Tables of pay-outs: batches, attempts to pay a seller, files to the bank and its results. Guarded by the triggers in `ddl`."""

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.income.values import LIVE, BankWord, BatchState, LeftOut, ResultState, SettlementState, Way
from marketplace.kernel.db import Fen, Id, Key, Model, one_of, partial


class SettlementBatch(Model):
    """Sellers of an area paid together: by the month, or chosen ones on demand."""

    __tablename__ = "settlement_batches"
    __table_args__ = (
        CheckConstraint(one_of("state", BatchState), name="state"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="two_officials"),
        CheckConstraint("(state = 'approved') = (approved_by IS NOT NULL AND approved_at IS NOT NULL)", name="approved_whole"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND reason <> '')", name="withdrawn_with_reason"),
        CheckConstraint("least_fen >= 1", name="least"),
        #: A month of an area is settled by one batch.
        partial(
            "uq_settlement_batches_month",
            "area_code",
            "month",
            only="month IS NOT NULL AND state <> 'withdrawn'",
            unique=True,
        ),
        Index("ix_settlement_batches_area_code", "area_code", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    #: The month it closes; empty where sellers were chosen.
    month: Mapped[str | None] = mapped_column(String(7))
    #: Below this a seller waited.
    least_fen: Mapped[Fen]
    state: Mapped[str] = mapped_column(String(10), default=BatchState.DRAFT.value)
    prepared_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    prepared_at: Mapped[dt.datetime]
    approved_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    approved_at: Mapped[dt.datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    withdrawn_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class SettlementOmission(Model):
    """A seller that a batch left out, as things stood when it was prepared."""

    __tablename__ = "settlement_omissions"
    __table_args__ = (CheckConstraint(one_of("reason", LeftOut), name="reason"),)

    batch_id: Mapped[int] = mapped_column(Key, ForeignKey("settlement_batches.id"), primary_key=True)
    seller_ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    balance_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(String(20))


class Settlement(Model):
    """One attempt to pay a seller an amount: in a batch through the bank, or by hand with two officials.

    A transfer that comes back ends its attempt for good; the next one is a row of its own under the same reference.
    """

    __tablename__ = "settlements"
    __table_args__ = (
        UniqueConstraint("ref", "attempt"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint("attempt >= 1", name="attempt"),
        CheckConstraint(one_of("state", SettlementState), name="state"),
        CheckConstraint(one_of("way", Way), name="way"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="two_officials"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_whole"),
        CheckConstraint("state IN ('draft', 'withdrawn') OR approved_by IS NOT NULL", name="approved_by_somebody"),
        CheckConstraint("way = 'by_hand' OR (batch_id IS NOT NULL AND account_id IS NOT NULL)", name="bank_knows_where"),
        CheckConstraint("way = 'bank' OR (batch_id IS NULL AND bank_ref <> '')", name="hand_has_slip"),
        CheckConstraint(
            "state NOT IN ('paid', 'acknowledged') OR (ledger_transaction_id IS NOT NULL AND bank_ref <> '')",
            name="paid_is_posted",
        ),
        CheckConstraint(
            "state NOT IN ('draft', 'approved', 'sent', 'withdrawn') OR ledger_transaction_id IS NULL",
            name="unpaid_is_not_posted",
        ),
        CheckConstraint("return_transaction_id IS NULL OR state = 'returned'", name="reversed_is_returned"),
        CheckConstraint(
            "state <> 'returned' OR (reason <> '' AND (ledger_transaction_id IS NULL) = (return_transaction_id IS NULL))",
            name="returned_is_reversed",
        ),
        CheckConstraint("(state = 'acknowledged') = (acknowledged_at IS NOT NULL)", name="acknowledged_whole"),
        CheckConstraint("(missing_at IS NULL) = (missing_words = '')", name="missing_has_words"),
        #: One live attempt a settlement.
        partial("uq_settlements_live", "ref", only=one_of("state", LIVE), unique=True),
        partial("uq_settlements_bank_ref", "seller_ref", "bank_ref", only="bank_ref <> '' AND state <> 'withdrawn'", unique=True),
        Index("ix_settlements_state", "state", "village_code"),
        Index("ix_settlements_household_id", "household_id", "prepared_at"),
        Index("ix_settlements_seller_ref", "seller_ref", "state"),
        Index("ix_settlements_batch_id", "batch_id", "village_code"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    way: Mapped[str] = mapped_column(String(10))
    batch_id: Mapped[int | None] = mapped_column(Key, ForeignKey("settlement_batches.id"))
    seller_ref: Mapped[str] = mapped_column(String(40))
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    amount_fen: Mapped[Fen]
    #: Where it is sent; cash by hand has none.
    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("payout_accounts.id"))
    state: Mapped[str] = mapped_column(String(15), default=SettlementState.DRAFT.value)
    prepared_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    prepared_at: Mapped[dt.datetime]
    approved_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    approved_at: Mapped[dt.datetime | None]
    bank_file_id: Mapped[int | None] = mapped_column(Key, ForeignKey("bank_files.id"))
    sent_at: Mapped[dt.datetime | None]
    bank_ref: Mapped[str] = mapped_column(String(60), default="")
    #: The day on which the bank says that it paid.
    paid_on: Mapped[dt.date | None] = mapped_column(Date)
    #: When it was paid or came back, or was withdrawn, as the book knows it.
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    #: Why it came back or was withdrawn.
    reason: Mapped[str] = mapped_column(String(200), default="")
    ledger_transaction_id: Mapped[int | None] = mapped_column(Key, ForeignKey("transactions.id"))
    #: The opposite posting, where the bank took a payment back that had been booked.
    return_transaction_id: Mapped[int | None] = mapped_column(Key, ForeignKey("transactions.id"))
    acknowledged_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    acknowledged_at: Mapped[dt.datetime | None]
    #: A helper pressed the button, with the household's consent.
    is_assisted: Mapped[bool] = mapped_column(default=False)
    #: When the household said that nothing has arrived, and in which words.
    missing_at: Mapped[dt.datetime | None]
    missing_words: Mapped[str] = mapped_column(String(300), default="")


class BankFile(Model):
    """A file made for the bank. Its rows are the attempts that name it; account numbers stand nowhere but in the file itself."""

    __tablename__ = "bank_files"
    __table_args__ = (CheckConstraint("rows > 0 AND sum_fen > 0", name="not_empty"),)

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    batch_id: Mapped[int] = mapped_column(Key, ForeignKey("settlement_batches.id"))
    made_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    made_at: Mapped[dt.datetime]
    rows: Mapped[int]
    sum_fen: Mapped[Fen]


class BankResult(Model):
    """What the bank says of attempts, as one official loaded it; it counts once another has accepted it."""

    __tablename__ = "bank_results"
    __table_args__ = (
        CheckConstraint(one_of("state", ResultState), name="state"),
        CheckConstraint("accepted_by IS NULL OR accepted_by <> loaded_by", name="two_officials"),
        CheckConstraint("(state = 'accepted') = (accepted_by IS NOT NULL AND accepted_at IS NOT NULL)", name="accepted_whole"),
        #: The same file counts once.
        partial("uq_bank_results_sha256", "sha256", only="state <> 'discarded'", unique=True),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default=ResultState.LOADED.value)
    loaded_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    loaded_at: Mapped[dt.datetime]
    accepted_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    accepted_at: Mapped[dt.datetime | None]


class BankResultRow(Model):
    """One row of a bank's result."""

    __tablename__ = "bank_result_rows"
    __table_args__ = (
        UniqueConstraint("result_id", "settlement_id"),
        CheckConstraint(one_of("word", BankWord), name="word"),
        CheckConstraint("word <> 'paid' OR bank_ref <> ''", name="paid_has_reference"),
        CheckConstraint("word <> 'returned' OR reason <> ''", name="returned_has_reason"),
        Index("ix_bank_result_rows_settlement_id", "settlement_id"),
    )

    id: Mapped[Id]
    result_id: Mapped[int] = mapped_column(Key, ForeignKey("bank_results.id"))
    number: Mapped[int]
    settlement_id: Mapped[int] = mapped_column(Key, ForeignKey("settlements.id"))
    word: Mapped[str] = mapped_column(String(10))
    bank_ref: Mapped[str] = mapped_column(String(60), default="")
    said_on: Mapped[dt.date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200), default="")
