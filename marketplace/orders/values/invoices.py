"""Tax invoices (发票) that buyers ask of sellers, as others may know them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.words import N_


class InvoiceState(StrEnum):
    """How far a request has come; a later one of the same order withdraws it until it is issued."""

    REQUESTED = "requested"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class TitleKind(StrEnum):
    """In whose name it is issued."""

    PERSON = "person"
    COMPANY = "company"


TITLE_KIND_WORDS: Mapping[TitleKind, str] = MappingProxyType(
    {TitleKind.PERSON: N_("A person"), TitleKind.COMPANY: N_("A company or office")}
)


@dataclass(frozen=True, slots=True)
class InvoiceTitle:
    """What stands on an invoice and where it is sent; personal, so it stays out of the repr."""

    title: str = field(repr=False)
    #: Unified social credit code; '' for a person.
    tax_number: str = field(repr=False)
    #: E-mail address or mobile number.
    contact: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """A request for an invoice, without the personal parts."""

    id: int
    ref: str
    order_id: int
    order_ref: str
    household_id: int | None
    village_code: str
    title_kind: TitleKind
    state: InvoiceState
    #: What it is issued for: what was paid less what went back, frozen when it is issued.
    amount_fen: int
    requested_at: dt.datetime
    issued_at: dt.datetime | None
    invoice_no: str
