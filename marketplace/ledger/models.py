"""The book's tables. What their columns cannot refuse, the triggers in `ddl` do."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model


class Transaction(Model):
    """One posting. Its row is inserted after its entries, and then the set is closed."""

    __tablename__ = "transactions"
    __table_args__ = (
        #: A posting happens once.
        UniqueConstraint("kind", "source"),
        CheckConstraint("entry_count >= 2", name="two_sides"),
        CheckConstraint("currency = 'CNY'", name="one_currency"),
        Index("ix_transactions_posted_at", "posted_at"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    #: Reason code: sale, freight, refund, earned, payout, settlement.
    kind: Mapped[str] = mapped_column(String(40))
    #: Opaque reference of what caused it.
    source: Mapped[str] = mapped_column(String(120))
    posted_at: Mapped[dt.datetime]
    entry_count: Mapped[int] = mapped_column(SmallInteger)
    currency: Mapped[str] = mapped_column(String(3), server_default="CNY")
    note: Mapped[str] = mapped_column(String(200), server_default="")


class Entry(Model):
    """One side of a posting: debit > 0, credit < 0."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="some_amount"),
        Index("ix_entries_transaction_id", "transaction_id"),
        Index("ix_entries_account", "account", "transaction_id"),
    )

    id: Mapped[Id]
    #: Deferred: the transaction row comes last, and at commit it must be there.
    transaction_id: Mapped[int] = mapped_column(Key, ForeignKey("transactions.id", deferrable=True, initially="DEFERRED"))
    account: Mapped[str] = mapped_column(String(80))
    amount_fen: Mapped[Fen]


class TruthCheck(Model):
    """When the truths of the house were last asked for, of new rows or of all, and how many rows broke them. One row each."""

    __tablename__ = "truth_checks"
    __table_args__ = (
        CheckConstraint("scope IN ('new', 'all')", name="known_scope"),
        CheckConstraint("broken >= 0", name="counts"),
    )

    scope: Mapped[str] = mapped_column(String(10), primary_key=True)
    began_at: Mapped[dt.datetime]
    broken: Mapped[int]
    #: The last time that nothing was broken: what came since is looked at again until it is sound.
    sound_at: Mapped[dt.datetime | None]


class AccountBalance(Model):
    """The cached sum of an account's entries, moved in the transaction that posts them."""

    __tablename__ = "account_balances"

    account: Mapped[str] = mapped_column(String(80), primary_key=True)
    amount_fen: Mapped[Fen]
