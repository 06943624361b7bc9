"""Tables of households, their members, who may act for them, what they agreed to, and sellers."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.farmers.values import AccountEvidence, AccountState, CloseReason, ConsentKind, SellerKind, SellerState
from marketplace.kernel.db import Id, Model, Moment, partial


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class Household(Model):
    """A household of a village. Never deleted; closed with a reason."""

    __tablename__ = "households"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_reason IS NULL)", name="closed_with_reason"),
        CheckConstraint(f"closed_reason IS NULL OR {_one_of('closed_reason', CloseReason)}", name="closed_reason"),
        CheckConstraint("(phone_sealed IS NULL) = (phone_index IS NULL)", name="phone_whole"),
        CheckConstraint(
            "erased_at IS NULL OR (closed_at IS NOT NULL AND register_number IS NULL AND phone_sealed IS NULL)",
            name="erased_whole",
        ),
        Index("ix_households_village_code_ref", "village_code", "ref"),
        Index("ix_households_phone_index", "phone_index"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: 户编号, as the county's register numbers it.
    register_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[str | None] = mapped_column(String(64))
    is_cadre_kin: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    closed_at: Mapped[dt.datetime | None]
    closed_reason: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[Moment]
    #: When its people's data was erased; what it did and got stands under its reference.
    erased_at: Mapped[dt.datetime | None]

    @property
    def household_id(self) -> int:
        """The household's own key, under the name by which policy asks for it."""
        return self.id


class MemberSpell(Model):
    """A time during which a person belonged to a household and these facts held. A changed fact closes it and opens the next."""

    __tablename__ = "member_spells"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        CheckConstraint("sex IN ('male', 'female')", name="sex"),
        Index("ix_member_spells_household_id_to_on", "household_id", "to_on"),
        Index("uq_member_spells_present", "id_index", unique=True, sqlite_where=text("to_on IS NULL"),
              postgresql_where=text("to_on IS NULL")),
        Index("ix_member_spells_id_index", "id_index"),
        Index("uq_member_spells_head", "household_id", unique=True,
              sqlite_where=text("to_on IS NULL AND relation = 'head'"),
              postgresql_where=text("to_on IS NULL AND relation = 'head'")),
    )  # fmt: skip

    id: Mapped[Id]
    #: Names the row in the associated data of what is sealed in it.
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    from_on: Mapped[dt.date] = mapped_column(Date)
    #: The first day on which it no longer held; empty while it holds.
    to_on: Mapped[dt.date | None] = mapped_column(Date)
    name_sealed: Mapped[str] = mapped_column(Text)
    id_sealed: Mapped[str] = mapped_column(Text)
    id_index: Mapped[str] = mapped_column(String(64))
    birth_on: Mapped[dt.date] = mapped_column(Date)
    sex: Mapped[str] = mapped_column(String(6))
    relation: Mapped[str] = mapped_column(String(20))
    schooling: Mapped[str | None] = mapped_column(String(20))
    student: Mapped[str | None] = mapped_column(String(20))
    #: Codes joined by a comma, in alphabetical order.
    health: Mapped[str | None] = mapped_column(String(60))
    labour: Mapped[str | None] = mapped_column(String(20))


class HouseholdCrop(Model):
    """What a household grows, in the register's own word, from a day to a day."""

    __tablename__ = "household_crops"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        Index("uq_household_crops_present", "household_id", "crop", unique=True, sqlite_where=text("to_on IS NULL"),
              postgresql_where=text("to_on IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    crop: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date | None] = mapped_column(Date)


class HouseholdUser(Model):
    """A user who may act for a household, matched to it by an official in person."""

    __tablename__ = "household_users"
    __table_args__ = (
        CheckConstraint("matched_by <> user_id", name="matched_by_another"),
        Index("uq_household_users_present", "household_id", "user_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index("ix_household_users_user_id", "user_id"),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    matched_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    matched_at: Mapped[Moment]
    ended_at: Mapped[dt.datetime | None]


class Seller(Model):
    """Who offers goods: a household, or a cooperative, collective or enterprise of the county."""

    __tablename__ = "sellers"
    __table_args__ = (
        CheckConstraint(_one_of("kind", SellerKind), name="kind"),
        CheckConstraint(_one_of("state", SellerState), name="state"),
        CheckConstraint("(kind = 'household') = (household_id IS NOT NULL)", name="household_of_its_kind"),
        CheckConstraint("approved_by IS NULL OR approved_by <> applied_by", name="approved_by_another"),
        CheckConstraint("state NOT IN ('approved', 'suspended') OR approved_by IS NOT NULL", name="approved_by_somebody"),
        Index("uq_sellers_household_live", "household_id", unique=True, sqlite_where=text("state <> 'closed'"),
              postgresql_where=text("state <> 'closed'")),
        Index("ix_sellers_village_code_state", "village_code", "state"),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    #: The name the seller chose. A household's is shown in public only while its consent stands.
    display_name: Mapped[str] = mapped_column(String(60))
    story: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[str] = mapped_column(String(10))
    applied_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    applied_at: Mapped[Moment]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[dt.datetime | None]


class SellerEvent(Model):
    """One step of a seller's way, kept."""

    __tablename__ = "seller_events"
    __table_args__ = (Index("ix_seller_events_seller_id", "seller_id"),)

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    from_state: Mapped[str | None] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    at: Mapped[Moment]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class PayoutAccount(Model):
    """Where a seller's money is sent: seen by two officials, and used from a day on which the payee could have stopped it."""

    __tablename__ = "payout_accounts"
    __table_args__ = (
        CheckConstraint(_one_of("state", AccountState), name="state"),
        CheckConstraint(_one_of("evidence", AccountEvidence), name="evidence"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_people"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (confirmed_by IS NULL) = (takes_effect_at IS NULL)",
            name="confirmed_whole",
        ),
        CheckConstraint("state <> 'confirmed' OR confirmed_by IS NOT NULL", name="confirmed_by_somebody"),
        CheckConstraint("state <> 'recorded' OR confirmed_by IS NULL", name="recorded_by_one"),
        CheckConstraint("(state IN ('withdrawn', 'stopped')) = (ended_at IS NOT NULL)", name="ended_whole"),
        partial("uq_payout_accounts_recorded", "seller_id", only="state = 'recorded'", unique=True),
        Index("ix_payout_accounts_seller_id", "seller_id", "id"),
        Index("ix_payout_accounts_number_index", "number_index"),
        Index("ix_payout_accounts_state", "state", "village_code"),
    )

    id: Mapped[Id]
    #: Names the row in the associated data of what is sealed in it.
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    #: Copied from the seller, for whose key seals the account and who may see it.
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    holder_sealed: Mapped[str] = mapped_column(Text)
    bank_sealed: Mapped[str] = mapped_column(Text)
    number_sealed: Mapped[str] = mapped_column(Text)
    #: Blind: equal numbers meet, so that one account of many sellers is noticed. Emptied by erasure.
    number_index: Mapped[str | None] = mapped_column(String(64))
    evidence: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[Moment]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[dt.datetime | None]
    #: Money goes here from this moment on, and no earlier.
    takes_effect_at: Mapped[dt.datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[dt.datetime | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class AccountLook(Model):
    """One disclosure of one account in clear: to an official who said why, or in a bank's file. Written before it is shown."""

    __tablename__ = "account_looks"
    __table_args__ = (
        CheckConstraint("length(reason) >= 4 OR file_ref IS NOT NULL", name="reason_given"),
        Index("ix_account_looks_account_id", "account_id", "id"),
        Index("ix_account_looks_file_ref", "file_ref"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    at: Mapped[Moment]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("payout_accounts.id"))
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: The bank's file in which it went out; empty where an official looked.
    file_ref: Mapped[str | None] = mapped_column(String(20))


class Consent(Model):
    """What a household agreed to, for what, and when it took that back."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(_one_of("kind", ConsentKind), name="kind"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= given_at", name="in_order"),
        Index("uq_consents_standing", "household_id", "kind", "scope", unique=True, sqlite_where=text("withdrawn_at IS NULL"),
              postgresql_where=text("withdrawn_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(String(60), default="", server_default="")
    given_at: Mapped[Moment]
    withdrawn_at: Mapped[dt.datetime | None]
    #: The official or helper before whom it was given; empty when the household gave it on its own phone.
    witnessed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    given_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
