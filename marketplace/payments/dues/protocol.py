"""The questions that payments asks of whatever can be paid."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Protocol

from sqlalchemy import Select
from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer
from marketplace.payments.values import DueKind, DueLine, DueView, IntentState, RefundDue


class Dues(Protocol):
    """A kind of thing that can be paid, and paid back."""

    kind: DueKind
    #: First letter of its references.
    letter: str
    #: Endpoint of its buyer's page; takes `ref`.
    page: str

    def by_ref(self, session: Session, ref: str) -> DueView | None:
        """Return one by its reference."""
        ...

    def by_id(self, session: Session, due_id: int) -> DueView | None:
        """Return one by key."""
        ...

    def take(self, session: Session, due_id: int) -> DueView:
        """Return one that nobody else changes until this transaction ends.

        Raises:
            NotThere: there is none.
        """
        ...

    def households(self, session: Session, due_id: int) -> frozenset[int]:
        """Return the households that are paid by it."""
        ...

    def choose(self, session: Session, due_id: int, *, gateway: str, hold: dt.timedelta) -> DueView:
        """Keep what is held as long as a way of paying takes.

        Raises:
            NothingToPay: it does not wait for money any more.
        """
        ...

    def keep(self, session: Session, due_id: int, *, gateway: str, until: dt.datetime) -> DueView:
        """Keep what is held beyond the buyer's own time: an official saw the money, or a payment service's page takes it so long.

        Raises:
            NothingToPay: it does not wait for money any more.
        """
        ...

    def mark_paid(self, session: Session, due_id: int, *, gateway: str, fee_fen: int, at: dt.datetime) -> bool:
        """Take note that the money is there. True the first time; False where it was paid before or has to go back."""
        ...

    def ended(self, session: Session, due_ids: Iterable[int]) -> dict[int, IntentState]:
        """Return what an unpaid intent of those that have ended becomes, by key; those that wait are left out."""
        ...

    def lines(self, session: Session, due_id: int, locale: str) -> tuple[DueLine, ...]:
        """Return what is paid for, in a language, without what is free; with the freight the sums add up to what is due."""
        ...

    def freight_fen(self, session: Session, due_id: int) -> int:
        """Return the freight among what is due."""
        ...

    def is_delivered(self, session: Session, due_id: int) -> bool:
        """Say whether the buyer has all that was bought."""
        ...

    def phone(self, session: Session, due_id: int, sealer: Sealer) -> str:
        """Return where its buyer can be told something; '' once they are forgotten."""
        ...

    def awaiting(self, session: Session, areas: Collection[str], gateway: str) -> list[DueView]:
        """Return those of some areas that wait for money through a gateway."""
        ...

    def refund(self, session: Session, refund_id: int) -> RefundDue:
        """Return money that goes back.

        Raises:
            NotThere: there is none.
        """
        ...

    def refund_by_ref(self, session: Session, ref: str) -> RefundDue | None:
        """Return money that goes back by its reference."""
        ...

    def refunds_to_submit(self, session: Session, *, limit: int, but_not: str) -> list[RefundDue]:
        """Return approved refunds that a machine sends, the oldest first."""
        ...

    def refunds_to_carry(self, session: Session, areas: Collection[str]) -> list[RefundDue]:
        """Return the refunds of some areas that people send."""
        ...

    def count_to_carry(self, areas: Collection[str]) -> Select[int]:
        """Return the count of the refunds of some areas that people send, to be asked together with others."""
        ...

    def submit(self, session: Session, refund_id: int) -> None:
        """A gateway has been asked, or an official has begun to send it."""
        ...

    def succeeded(self, session: Session, refund_id: int, *, at: dt.datetime) -> bool:
        """The money is back. True the first time."""
        ...

    def failed(self, session: Session, refund_id: int, *, note: str) -> None:
        """The gateway did not pay."""
        ...

    def paid_by_hand(self, session: Session, refund_id: int, *, by: int, bank_ref: str, at: dt.datetime) -> bool:
        """The money went back another way. True the first time."""
        ...

    def all(self) -> Any:
        """Return all of the kind as a subquery for the truths: id, ref, is_paid, gateway, total_fen, paid_at."""
        ...

    def all_refunds(self) -> Any:
        """Return all refunds of the kind as a subquery for the truths: id, ref, is_back, gateway, total_fen."""
        ...
