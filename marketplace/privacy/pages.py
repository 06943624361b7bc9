"""What the templates of privacy are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.privacy.values import Duty, ErasureLine, Holding, Section
from marketplace.privacy.values.erasure import ErasureAction, Party


@dataclass(frozen=True)
class DataPage:
    """What is held about the person, why, how long, who saw it; and the ways to take it along or to let it end."""

    holdings: Sequence[Holding]
    #: Agreements that can be withdrawn: words, whether it stands, its kind.
    consents: Sequence[tuple[str, bool, str]]
    #: Who looked at it in clear, where anybody can.
    looks: Section | None
    #: The latest deeds on the record.
    deeds: Section
    request: ErasureLine | None
    export_url: str
    erase_url: str
    #: Where agreements are given and withdrawn.
    consent_url: str | None = None


@dataclass(frozen=True)
class ExportPage:
    """All that is held, to be read or printed."""

    title: str
    sections: Sequence[Section]
    back_url: str


@dataclass(frozen=True)
class RequestsPage:
    """Requests for erasure of an official's area."""

    waiting: Sequence[ErasureLine]
    decided: Sequence[ErasureLine]


@dataclass(frozen=True)
class RequestPage:
    """One request for erasure: what stands against it, and what whoever reads may do about it now."""

    line: ErasureLine
    duties: Sequence[Duty]
    open: Sequence[ErasureAction]
    #: The household, or the account, is whoever reads; or they proposed it and another has to decide.
    party: Party


@dataclass(frozen=True)
class FilePage:
    """Filing a request that somebody of the household made in person."""

    household_ref: str
    village_code: str
    duties: Sequence[Duty]
    request: ErasureLine | None
    is_erased: bool
    may_write: bool
