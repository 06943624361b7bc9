"""Words for the states of settlements and for why a batch leaves a seller out, as msgids."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.income.values import BankWord, LeftOut, ResultState, SettlementState
from marketplace.kernel.words import N_

#: State -> (words, kind of tag).
SETTLEMENT_STATE: Mapping[SettlementState, tuple[str, str]] = MappingProxyType(
    {
        SettlementState.DRAFT: (N_("To be approved"), "wait"),
        SettlementState.APPROVED: (N_("Approved, to be sent"), "wait"),
        SettlementState.SENT: (N_("At the bank"), "info"),
        SettlementState.PAID: (N_("Paid by the bank"), "ok"),
        SettlementState.ACKNOWLEDGED: (N_("Receipt confirmed"), "ok"),
        SettlementState.RETURNED: (N_("Came back"), "bad"),
        SettlementState.WITHDRAWN: (N_("Withdrawn"), "plain"),
    }
)
LEFT_OUT: Mapping[LeftOut, str] = MappingProxyType(
    {
        LeftOut.NOTHING_OWED: N_("Refunds have taken more than was earned: taken off what comes next"),
        LeftOut.BELOW_MINIMUM: N_("Less than the least amount: waits for the next month"),
        LeftOut.NO_ACCOUNT: N_("No account on file"),
        LeftOut.ACCOUNT_COOLING: N_("The account is new and waits for its day"),
        LeftOut.OWN_HOUSEHOLD: N_("The preparing official’s own household: another official prepares it"),
    }
)
RESULT_STATE: Mapping[ResultState, tuple[str, str]] = MappingProxyType(
    {
        ResultState.LOADED: (N_("Waits for a second official"), "wait"),
        ResultState.ACCEPTED: (N_("Accepted"), "ok"),
        ResultState.DISCARDED: (N_("Discarded"), "plain"),
    }
)
BANK_WORD: Mapping[BankWord, str] = MappingProxyType({BankWord.PAID: N_("Paid by the bank"), BankWord.RETURNED: N_("Came back")})
#: What the house itself writes as the reason of a withdrawal.
REASON: Mapping[str, str] = MappingProxyType(
    {
        "account_changed": N_("The account changed meanwhile"),
        "no_longer_earned": N_("A refund came meanwhile: the amount is no longer owed"),
    }
)
