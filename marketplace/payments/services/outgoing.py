"""Money that leaves: each reference of the bank's vouches for one sum that went out, whatever it went out for."""

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from marketplace.payments.models import OfflineReceipt, PaymentSurplus, RefundTransfer
from marketplace.payments.refusals import ReferenceNeeded, ReferenceUsed
from marketplace.payments.values import TransferState


def outgoing_reference(session: Session, written: str) -> str:
    """Return a reference as it is kept.

    Raises:
        ReferenceNeeded: nothing is written.
        ReferenceUsed: a refund or a return stands under it.
    """
    bank_ref = written.strip()[:80]
    if not bank_ref:
        raise ReferenceNeeded
    used = union_all(
        select(literal(1)).where(RefundTransfer.bank_ref == bank_ref, RefundTransfer.state != TransferState.WITHDRAWN.value),
        select(literal(1)).where(OfflineReceipt.returned_ref == bank_ref),
        select(literal(1)).where(PaymentSurplus.returned_ref == bank_ref),
    )
    if session.execute(used.limit(1)).first() is not None:
        raise ReferenceUsed
    return bank_ref
