"""What others may know of households and sellers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from marketplace.kernel.words import N_


class SellerKind(StrEnum):
    """Who sells."""

    HOUSEHOLD = "household"
    COOPERATIVE = "cooperative"
    COLLECTIVE = "collective"
    ENTERPRISE = "enterprise"


#: What a person reads for each kind of seller.
KIND_WORDS: Mapping[SellerKind, str] = MappingProxyType(
    {
        SellerKind.HOUSEHOLD: N_("A household"),
        SellerKind.COOPERATIVE: N_("A cooperative"),
        SellerKind.COLLECTIVE: N_("A village collective"),
        SellerKind.ENTERPRISE: N_("An enterprise of the county"),
    }
)
#: Whose the seller's part of a price is. Only a household's own sale may be said to reach a household.
SHARE_WORDS: Mapping[SellerKind, str] = MappingProxyType(
    {
        SellerKind.HOUSEHOLD: N_("To the household"),
        SellerKind.COOPERATIVE: N_("To the cooperative"),
        SellerKind.COLLECTIVE: N_("To the village collective"),
        SellerKind.ENTERPRISE: N_("To the enterprise"),
    }
)


class SellerState(StrEnum):
    """How far a seller has come; `rules.SELLER_EDGES` says what may follow what."""

    APPLIED = "applied"
    REVIEWING = "reviewing"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class ConsentKind(StrEnum):
    """What a household can agree to, and withdraw without losing sales."""

    NAME = "name"
    PHOTO = "photo"
    LISTING = "listing"


class CloseReason(StrEnum):
    """Why a household is no longer kept up; its record stands."""

    MOVED_AWAY = "moved_away"
    DIED_OUT = "died_out"
    MERGED = "merged"
    MISTAKE = "mistake"
    #: Its people asked that nothing lead back to them.
    ERASED = "erased"


class AccountState(StrEnum):
    """How far a pay-out account has come; `rules.ACCOUNT_EDGES` says what may follow what."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    #: Never confirmed: recorded by mistake, or refused by the second official.
    WITHDRAWN = "withdrawn"
    #: The payee said that it is not theirs, or shall not be used any more.
    STOPPED = "stopped"


class AccountEvidence(StrEnum):
    """What the official held in hand when writing an account down."""

    PASSBOOK = "passbook"
    CARD = "card"
    BANK_LETTER = "bank_letter"


class AccountUse(StrEnum):
    """Whether money can be sent to a seller."""

    USABLE = "usable"
    #: A first account that two officials have seen and that waits for its day.
    COOLING = "cooling"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """A pay-out account as an official writes it down; none of it stands in the repr."""

    holder: str = field(repr=False)
    bank: str = field(repr=False)
    number: str = field(repr=False)
    evidence: AccountEvidence


@dataclass(frozen=True, slots=True)
class AccountView:
    """A pay-out account, masked. Its bank and number are empty where they were erased."""

    id: int
    ref: str
    seller_id: int
    seller_ref: str
    seller_name: str
    household_id: int | None
    village_code: str
    holder_masked: str
    bank: str
    number_masked: str
    evidence: AccountEvidence
    state: AccountState
    recorded_by: int
    recorded_at: dt.datetime
    confirmed_by: int | None
    confirmed_at: dt.datetime | None
    takes_effect_at: dt.datetime | None
    ended_at: dt.datetime | None
    end_reason: str
    #: Other sellers that are paid to the same number, or would be: reference and village.
    shared_with: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """Bank and masked number on one line."""
        return f"{self.bank} {self.number_masked}"


@dataclass(frozen=True, slots=True)
class AccountInUse:
    """Where a seller's money goes now, if anywhere."""

    use: AccountUse
    account_id: int | None = None
    #: The day from which a confirmed account, first or new, is used.
    next_from: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """A pay-out account in clear, for a bank's file alone."""

    holder: str = field(repr=False)
    bank: str = field(repr=False)
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountLookView:
    """One time a full number was shown, or written into a bank's file."""

    at: dt.datetime
    by: int
    reason: str
    file_ref: str | None


@dataclass(frozen=True, slots=True)
class SealedHousehold:
    """A household ready to be opened: its columns and those of its people, sealed for the rows they will stand in."""

    register_number: str | None
    columns: Mapping[str, Any] = field(repr=False)
    people: tuple[Mapping[str, Any], ...] = field(repr=False)
    crops: tuple[str, ...]

    @property
    def id_indexes(self) -> list[str]:
        """Blind indexes of its people's ID numbers."""
        return [person["id_index"] for person in self.people]


@dataclass(frozen=True, slots=True)
class SealedMembers:
    """What restating people closes (keys of spells) and opens (columns, with their household)."""

    closing: tuple[int, ...]
    opening: tuple[Mapping[str, Any], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedPhone:
    """A telephone number sealed for the household it will stand at."""

    phone_sealed: str = field(repr=False)
    phone_index: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SellerCard:
    """A seller as a shop may show it. `display_name` already honours the consent to show the name."""

    id: int
    ref: str
    display_name: str
    village_code: str
    household_id: int | None
    kind: SellerKind
    state: SellerState
    story: str = ""
    has_photo_consent: bool = False


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """One person as a register or an official states them; personal parts stay out of the repr."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    birth_on: dt.date = field(repr=False)
    sex: str
    relation: str
    schooling: str | None = None
    student: str | None = None
    health: str | None = None
    labour: str | None = None


@dataclass(frozen=True, slots=True)
class HouseholdEntry:
    """One household to be opened; one that applies has no number of the register yet."""

    register_number: str | None
    village_code: str
    members: tuple[MemberEntry, ...]
    phone: str | None = field(default=None, repr=False)
    crops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberView:
    """A spell of membership, masked: what a card may show without a reason given."""

    ref: str
    name_masked: str
    id_masked: str
    birth_year: int
    sex: str
    relation: str
    schooling: str | None
    student: str | None
    health: tuple[str, ...]
    labour: str | None
    from_on: dt.date
    to_on: dt.date | None


@dataclass(frozen=True, slots=True)
class PersonOnRecord:
    """A present member without name or number: what rules may look at. None and () mean unknown."""

    birth_on: dt.date
    labour: str | None
    schooling: str | None
    student: str | None
    health: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurrentMember:
    """A spell of membership that holds, with its name in clear: for comparing, never for showing."""

    id: int
    ref: str
    household_id: int
    id_index: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    birth_on: dt.date = field(repr=False)
    sex: str
    relation: str
    schooling: str | None
    student: str | None
    health: str | None
    labour: str | None


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """What a statement of a household's people changes, by blind index: who joins, whose facts change, who is not named."""

    joined: tuple[str, ...]
    changed: tuple[tuple[CurrentMember, MemberEntry], ...]
    absent: tuple[CurrentMember, ...]
