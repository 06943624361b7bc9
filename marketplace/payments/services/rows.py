"""Rows taken for change. The order is receipt or visit, intent, purchase: nobody takes them the other way round."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotThere
from marketplace.payments.models import (
    OfflineReceipt,
    PaymentAttempt,
    PaymentCheckout,
    PaymentDispute,
    PaymentIntent,
    PaymentSurplus,
    RefundTransfer,
)

Row = TypeVar(
    "Row", PaymentIntent, PaymentAttempt, OfflineReceipt, PaymentSurplus, RefundTransfer, PaymentCheckout, PaymentDispute
)


def taken(session: Session, model: type[Row], key: int) -> Row:
    """Return a row that nobody else changes until this transaction ends.

    Raises:
        NotThere: there is none.
    """
    found = session.scalar(select(model).where(model.id == key).with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotThere
    return found
