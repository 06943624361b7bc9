"""What can be paid: a purchase of goods, or a booking of a tour. Each kind answers the same questions; payments asks no others.

A third kind is one more module with the same functions and a line in `_KINDS`.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from marketplace.payments.dues.bookings import Bookings
from marketplace.payments.dues.protocol import Dues
from marketplace.payments.dues.purchases import Purchases
from marketplace.payments.values import DueKind, DueView, RefundDue

__all__ = ["Dues", "due_by_ref", "dues_of", "every_kind", "refund_by_ref", "refunds_to_carry"]

_KINDS: Mapping[DueKind, Dues] = MappingProxyType({DueKind.PURCHASE: Purchases(), DueKind.BOOKING: Bookings()})


def dues_of(kind: DueKind) -> Dues:
    """Return the kind that knows how to be paid."""
    return _KINDS[kind]


def every_kind() -> tuple[Dues, ...]:
    """Return all kinds, goods first."""
    return tuple(_KINDS.values())


def due_by_ref(session: Session, ref: str) -> DueView | None:
    """Return what is to be paid under a reference, of whatever kind: a purchase's begins with L, a booking's with B."""
    for kind in _KINDS.values():
        if ref.startswith(kind.letter):
            return kind.by_ref(session, ref)
    return None


def refund_by_ref(session: Session, ref: str) -> RefundDue | None:
    """Return money that goes back by its reference, of whatever kind."""
    found = (kind.refund_by_ref(session, ref) for kind in _KINDS.values())
    return next((one for one in found if one is not None), None)


def refunds_to_carry(session: Session, areas: Collection[str]) -> list[RefundDue]:
    """Return the refunds of some areas that people must send, the oldest first. Two queries a kind."""
    every = [refund for kind in _KINDS.values() for refund in kind.refunds_to_carry(session, areas)]
    return sorted(every, key=lambda refund: (refund.requested_at, refund.ref))
