"""What happens to money at a payment service beside sales: it is a buyer's, is disputed, or pays the service's own fee.

Each verb posts once under the service's own name for what happened; a repeat of the same changes nothing.
"""

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.income import refusals
from marketplace.kernel.money import MOST_FEN
from marketplace.ledger import services as ledger
from marketplace.ledger.values import BANK, FEES_GATEWAY, FEES_PLATFORM, EntryIn, clearing, disputed, owed


def take_owed(session: Session, *, gateway: str, source: str, amount_fen: int, at: dt.datetime) -> None:
    """Post money that a gateway holds and that has to go back to a buyer."""
    _post(session, "owed", gateway, source, at, (clearing(gateway), amount_fen), (owed(gateway), -amount_fen))


def return_owed(session: Session, *, gateway: str, source: str, amount_fen: int, by_machine: bool, at: dt.datetime) -> None:
    """Post that it is back with the buyer: out of the gateway's balance, or out of the bank."""
    paid_from = clearing(gateway) if by_machine else BANK
    _post(session, "owed_returned", gateway, source, at, (owed(gateway), amount_fen), (paid_from, -amount_fen))


def take_disputed(session: Session, *, gateway: str, source: str, amount_fen: int, fee_fen: int, at: dt.datetime) -> None:
    """Post that a gateway took a disputed payment out of its balance, and its fee for that; sellers keep what is theirs."""
    _post(
        session, "dispute", gateway, source, at,
        (disputed(gateway), amount_fen), (FEES_GATEWAY, fee_fen), (clearing(gateway), -amount_fen - fee_fen),
    )  # fmt: skip


def return_disputed(session: Session, *, gateway: str, source: str, amount_fen: int, fee_fen: int, at: dt.datetime) -> None:
    """Post that a gateway gave a disputed payment back, and of its fee what it says."""
    _post(
        session, "dispute_returned", gateway, source, at,
        (clearing(gateway), amount_fen + fee_fen), (disputed(gateway), -amount_fen), (FEES_GATEWAY, -fee_fen),
    )  # fmt: skip


def bear_dispute(session: Session, *, gateway: str, source: str, amount_fen: int, at: dt.datetime) -> None:
    """Post that the platform bears a lost dispute out of its fees."""
    _post(session, "dispute_borne", gateway, source, at, (FEES_PLATFORM, amount_fen), (disputed(gateway), -amount_fen))


def cover_refund_by_dispute(session: Session, *, gateway: str, source: str, amount_fen: int, at: dt.datetime) -> None:
    """Post that a refund's money went to the buyer through a lost dispute, and not out of the gateway's balance again."""
    _post(session, "dispute_refund", gateway, source, at, (clearing(gateway), amount_fen), (disputed(gateway), -amount_fen))


def take_gateway_fee(session: Session, *, gateway: str, source: str, amount_fen: int, at: dt.datetime) -> None:
    """Post what a gateway kept for itself, against what sellers were charged for it; less than nothing is given back."""
    _post(session, "gateway_fee", gateway, source, at, (FEES_GATEWAY, amount_fen), (clearing(gateway), -amount_fen))


def _post(session: Session, kind: str, gateway: str, source: str, at: dt.datetime, *sides: tuple[str, int]) -> None:
    """Post sides that sum to zero.

    Raises:
        AmountWrong: nothing, or beyond bounds.
    """
    entries = [EntryIn(account, amount_fen) for account, amount_fen in sides]
    if not any(entry.amount_fen for entry in entries) or any(abs(entry.amount_fen) > MOST_FEN for entry in entries):
        raise refusals.AmountWrong
    ledger.post(session, kind=kind, source=f"{gateway}/{source}", at=at, entries=entries)
