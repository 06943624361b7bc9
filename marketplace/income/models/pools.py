"""Tables of pooled lots: who gave what, who owns which part, and how what was sold of a lot was shared."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.income.values import DistributionState
from marketplace.kernel.db import Fen, Id, Key, Model, one_of, partial


class PooledLot(Model):
    """A lot that a cooperative gathers from its members; `contributed_grams` is the sum of what they gave."""

    __tablename__ = "pooled_lots"
    __table_args__ = (
        CheckConstraint("grams > 0 AND contributed_grams BETWEEN 0 AND grams", name="contributed_within_lot"),
        Index("ix_pooled_lots_village_code", "village_code", "id"),
    )

    id: Mapped[Id]
    #: The lot's own reference; whoever keeps lots may know more of it.
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    seller_ref: Mapped[str] = mapped_column(String(40))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    category: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    grams: Mapped[int]
    contributed_grams: Mapped[int] = mapped_column(default=0)
    opened_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    opened_at: Mapped[dt.datetime]


class LotContribution(Model):
    """What a member gave to a lot, weighed before a witness, and the price agreed for it. Kept as it was written."""

    __tablename__ = "lot_contributions"
    __table_args__ = (
        UniqueConstraint("lot_id", "weigh_ticket"),
        CheckConstraint("grams > 0 AND price_fen >= 0", name="amounts"),
        CheckConstraint("weigh_ticket <> '' AND witness <> ''", name="weighed_before_somebody"),
        Index("ix_lot_contributions_household_id", "household_id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    lot_id: Mapped[int] = mapped_column(Key, ForeignKey("pooled_lots.id"))
    #: Empty for members who are on no record here: the cooperative pays them itself.
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    grams: Mapped[int]
    price_fen: Mapped[Fen]
    weigh_ticket: Mapped[str] = mapped_column(String(40))
    witness: Mapped[str] = mapped_column(String(60))
    recorded_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    at: Mapped[dt.datetime]


class MemberEquity(Model):
    """Parts of a cooperative that a household, or all others together, own from a moment on."""

    __tablename__ = "member_equities"
    __table_args__ = (
        CheckConstraint("parts >= 0", name="parts"),
        partial(
            "uq_member_equities_household",
            "seller_ref",
            "household_id",
            only="ended_at IS NULL AND household_id IS NOT NULL",
            unique=True,
        ),
        partial("uq_member_equities_others", "seller_ref", only="ended_at IS NULL AND household_id IS NULL", unique=True),
    )

    id: Mapped[Id]
    seller_ref: Mapped[str] = mapped_column(String(40))
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    parts: Mapped[int]
    set_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    set_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class Distribution(Model):
    """How the money of a pooled sale is shared; its amounts are frozen when it is prepared."""

    __tablename__ = "distributions"
    __table_args__ = (
        CheckConstraint(one_of("state", DistributionState), name="state"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="two_people"),
        CheckConstraint("(state = 'approved') = (approved_by IS NOT NULL AND approved_at IS NOT NULL)", name="approved_whole"),
        CheckConstraint("reserve_bp BETWEEN 0 AND 10000 AND patronage_bp BETWEEN 0 AND 10000", name="basis_points"),
        #: A lot is shared once.
        partial("uq_distributions_lot", "lot_id", only="state <> 'withdrawn'", unique=True),
        Index("ix_distributions_village_code", "village_code", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    lot_id: Mapped[int] = mapped_column(Key, ForeignKey("pooled_lots.id"))
    seller_ref: Mapped[str] = mapped_column(String(40))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    state: Mapped[str] = mapped_column(String(10), default=DistributionState.DRAFT.value)
    sale_fen: Mapped[Fen]
    fees_fen: Mapped[Fen]
    processing_fen: Mapped[Fen]
    purchase_fen: Mapped[Fen]
    surplus_fen: Mapped[Fen]
    reserve_fen: Mapped[Fen]
    reserve_bp: Mapped[int] = mapped_column(Integer)
    patronage_bp: Mapped[int] = mapped_column(Integer)
    prepared_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    prepared_at: Mapped[dt.datetime]
    approved_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    approved_at: Mapped[dt.datetime | None]
    ledger_transaction_id: Mapped[int | None] = mapped_column(Key, ForeignKey("transactions.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")


class DistributionLine(Model):
    """What one member gets of a distribution."""

    __tablename__ = "distribution_lines"
    __table_args__ = (
        UniqueConstraint("distribution_id", "position"),
        CheckConstraint("purchase_fen >= 0 AND patronage_fen >= 0 AND dividend_fen >= 0", name="amounts"),
        CheckConstraint("seller_ref IS NULL OR household_id IS NOT NULL", name="payee_is_a_household"),
        Index("ix_distribution_lines_household_id", "household_id"),
    )

    id: Mapped[Id]
    distribution_id: Mapped[int] = mapped_column(Key, ForeignKey("distributions.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    #: The household's seller, whose payable account gets it; empty where the cooperative pays the member itself.
    seller_ref: Mapped[str | None] = mapped_column(String(40))
    grams: Mapped[int]
    purchase_fen: Mapped[Fen]
    patronage_fen: Mapped[Fen]
    equity_parts: Mapped[int]
    dividend_fen: Mapped[Fen]


class DistributedSale(Model):
    """A sale of the pool that a distribution shares out."""

    __tablename__ = "distributed_sales"
    __table_args__ = (Index("ix_distributed_sales_attribution_id", "attribution_id"),)

    distribution_id: Mapped[int] = mapped_column(Key, ForeignKey("distributions.id"), primary_key=True)
    attribution_id: Mapped[int] = mapped_column(Key, ForeignKey("attributions.id"), primary_key=True)
