"""What others may see of pay-outs: settlements, their batches, what the bank says of them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How money leaves: in a file that the bank carries out, or by hand against a slip."""

    BANK = "bank"
    BY_HAND = "by_hand"


class SettlementState(StrEnum):
    """How far an attempt to pay a seller has come; `rules.MOVES` says what may follow what."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    PAID = "paid"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


#: States in which money is promised to an attempt and no other may have it.
HOLDING = (SettlementState.DRAFT, SettlementState.APPROVED, SettlementState.SENT)
#: States of which a settlement has one attempt at most.
LIVE = (*HOLDING, SettlementState.PAID, SettlementState.ACKNOWLEDGED)
#: States that nothing follows.
ENDED = (SettlementState.ACKNOWLEDGED, SettlementState.RETURNED, SettlementState.WITHDRAWN)


class Action(StrEnum):
    """What somebody does to an attempt."""

    APPROVE = "approve"
    #: By hand the second official's word is also the posting: the money has left already.
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    SEND = "send"
    PAY = "pay"
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"


class Actor(StrEnum):
    """Who somebody is to an attempt."""

    PREPARER = "preparer"
    OFFICIAL = "official"
    PAYEE = "payee"


class BatchState(StrEnum):
    """A batch waits for a second official, goes its way, or was withdrawn whole."""

    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class LeftOut(StrEnum):
    """Why a seller with something on its account is not in a batch."""

    NOTHING_OWED = "nothing_owed"
    BELOW_MINIMUM = "below_minimum"
    NO_ACCOUNT = "no_account"
    ACCOUNT_COOLING = "account_cooling"
    OWN_HOUSEHOLD = "own_household"


class BankWord(StrEnum):
    """What the bank says of an attempt."""

    PAID = "paid"
    RETURNED = "returned"


class ResultState(StrEnum):
    """A bank's result waits for a second official, counts, or was discarded."""

    LOADED = "loaded"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Payable:
    """What a seller may be paid now: earned and not yet paid, less what is prepared."""

    seller_ref: str
    household_id: int | None
    village_code: str
    earned_fen: int
    prepared_fen: int
    lines: int

    @property
    def payable_fen(self) -> int:
        """What a new pay-out may reach."""
        return self.earned_fen - self.prepared_fen


@dataclass(frozen=True)
class SettlementView:
    """One attempt to pay a seller, as lists show it."""

    id: int
    ref: str
    attempt: int
    way: Way
    batch_id: int | None
    seller_ref: str
    household_id: int | None
    village_code: str
    amount_fen: int
    account_id: int | None
    state: SettlementState
    bank_ref: str
    prepared_by: int
    prepared_at: dt.datetime
    approved_by: int | None
    approved_at: dt.datetime | None
    sent_at: dt.datetime | None
    paid_on: dt.date | None
    settled_at: dt.datetime | None
    reason: str
    acknowledged_at: dt.datetime | None
    is_assisted: bool
    missing_at: dt.datetime | None
    missing_words: str
    ledger_transaction_id: int | None

    @property
    def attempt_ref(self) -> str:
        """The name under which bank and book know this attempt."""
        return attempt_ref(self.ref, self.attempt)


@dataclass(frozen=True)
class PostedPayout:
    """What one posting paid to a household; negative where the bank took back what had been booked as paid."""

    settlement: SettlementView
    amount_fen: int
    is_taken_back: bool


def attempt_ref(ref: str, attempt: int) -> str:
    """Return the name of an attempt: the settlement's own for the first, with its number for later ones."""
    return ref if attempt == 1 else f"{ref}-{attempt}"


@dataclass(frozen=True)
class PaidLine:
    """What an attempt pays, or would pay now, of one sale; negative where a refund came after the sale had been paid."""

    attribution_id: int
    order_ref: str
    title: str
    sold_at: dt.datetime
    amount_fen: int


@dataclass(frozen=True)
class Omission:
    """A seller that a batch leaves out, with what stands on its account and why."""

    seller_ref: str
    household_id: int | None
    village_code: str
    balance_fen: int
    reason: LeftOut


@dataclass(frozen=True)
class BatchLine:
    """A batch as lists show it: its sums by state of the attempts."""

    id: int
    ref: str
    area_code: str
    month: str | None
    state: BatchState
    prepared_by: int
    prepared_at: dt.datetime
    approved_by: int | None
    approved_at: dt.datetime | None
    least_fen: int
    #: state -> (attempts, fen)
    sums: dict[SettlementState, tuple[int, int]]

    @property
    def count(self) -> int:
        """How many sellers it pays: later attempts are not counted again, withdrawn ones not at all."""
        return sum(count for state, (count, _fen) in self.sums.items() if state in LIVE)

    @property
    def amount_fen(self) -> int:
        """What it pays in all."""
        return sum(fen for state, (_count, fen) in self.sums.items() if state in LIVE)


@dataclass(frozen=True)
class BankFileView:
    """A file that was made for the bank."""

    id: int
    ref: str
    batch_id: int
    made_by: int
    made_at: dt.datetime
    rows: int
    sum_fen: int


@dataclass(frozen=True)
class ResultRowIn:
    """What one row of a bank's result says, read and judged."""

    number: int
    settlement_id: int
    word: BankWord
    bank_ref: str
    on: dt.date
    reason: str = ""


@dataclass(frozen=True)
class ResultFinding:
    """What is wrong with a row of a bank's result: its number in the file, the column, the msgid of the reason."""

    row: int
    column: str
    message: str
    params: dict[str, str | int]


@dataclass(frozen=True)
class ReadResult:
    """A bank's result as it was read: its rows, or everything that is wrong with it."""

    rows: tuple[ResultRowIn, ...]
    findings: tuple[ResultFinding, ...]


@dataclass(frozen=True)
class BankResultView:
    """A bank's result with the sums it reports."""

    id: int
    ref: str
    area_codes: tuple[str, ...]
    state: ResultState
    loaded_by: int
    loaded_at: dt.datetime
    accepted_by: int | None
    accepted_at: dt.datetime | None
    #: word -> (rows, fen)
    sums: dict[BankWord, tuple[int, int]]


@dataclass(frozen=True)
class ResultLine:
    """One row of a bank's result beside the attempt it speaks of."""

    number: int
    attempt_ref: str
    seller_ref: str
    household_id: int | None
    village_code: str
    amount_fen: int
    word: BankWord
    bank_ref: str
    on: dt.date
    reason: str


@dataclass(frozen=True)
class NextPayout:
    """What a household may expect: earned and unpaid, what is on its way, and why nothing may come."""

    owed_fen: int
    holding_fen: int
    least_fen: int

    @property
    def ready_fen(self) -> int:
        """What the next batch may reach."""
        return self.owed_fen - self.holding_fen

    @property
    def is_carried_over(self) -> bool:
        """Whether it is too little to be sent and waits for more."""
        return 0 < self.ready_fen < self.least_fen
