"""Requests for erasure: how far they have come, and what stands against them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from marketplace.kernel.words import N_


class ErasureState(StrEnum):
    """How far a request has come."""

    #: The person asked; no official has looked yet.
    ASKED = "asked"
    #: One official found nothing against it; another decides.
    PROPOSED = "proposed"
    ERASED = "erased"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = (ErasureState.ASKED, ErasureState.PROPOSED)


class ErasureAction(StrEnum):
    """What somebody does about a request."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Party(StrEnum):
    """What somebody is to a request."""

    #: Somebody whom it is about.
    PERSON = "person"
    PROPOSER = "proposer"
    OFFICIAL = "official"


class How(StrEnum):
    """How it was asked for."""

    SELF = "self"
    IN_PERSON = "in_person"


class Duty(StrEnum):
    """Why personal data must be kept for now."""

    REGISTERED = "registered"
    OPEN_CASE = "open_case"
    SELLS = "sells"
    OPEN_ORDER = "open_order"
    UNPAID = "unpaid"
    RECENT_SALE = "recent_sale"
    OFFICE = "office"
    HOUSEHOLD = "household"


STATE_WORDS = {
    ErasureState.ASKED: N_("Asked for"),
    ErasureState.PROPOSED: N_("Proposed, waits for a second official"),
    ErasureState.ERASED: N_("Personal data erased"),
    ErasureState.REFUSED: N_("Turned down"),
    ErasureState.WITHDRAWN: N_("Request taken back"),
}
STATE_KINDS = {
    ErasureState.ASKED: "wait", ErasureState.PROPOSED: "wait", ErasureState.ERASED: "ok", ErasureState.REFUSED: "bad",
    ErasureState.WITHDRAWN: "plain",
}  # fmt: skip
DUTY_WORDS = {
    Duty.REGISTERED: N_("The household is registered or watched: its record must be kept."),
    Duty.OPEN_CASE: N_("A procedure is open. It ends first."),
    Duty.SELLS: N_("The household still sells. Its seller is closed first."),
    Duty.OPEN_ORDER: N_("An order or a booking is under way."),
    Duty.UNPAID: N_("Money is still owed."),
    Duty.RECENT_SALE: N_("The last sale is less than three years ago: accounts must name the payee for so long."),
    Duty.OFFICE: N_("The account holds an office. It ends first."),
    Duty.HOUSEHOLD: N_("The account acts for a household. An official ends that first."),
}


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One request."""

    id: int
    ref: str
    state: ErasureState
    how: How
    #: Reference of the household or of the account.
    subject_ref: str
    household_id: int | None
    user_id: int | None
    area_code: str
    asked_at: dt.datetime
    proposed_by: int | None
    proposed_name: str
    decided_name: str
    decided_at: dt.datetime | None
    refusal: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.state in OPEN
