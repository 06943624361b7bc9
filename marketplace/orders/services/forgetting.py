"""Whom a purchase went to is forgotten once the law no longer asks for it; what was bought and paid stands.

The last four digits of the telephone stay: they open the purchase to whoever knows its number, and lead to nobody.
"""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, InvoiceRequest, Purchase
from marketplace.orders.values import OrderState, PurchaseState

MOST_AT_ONCE = 500


def forget_buyers(session: Session) -> int:
    """Forget name, telephone, address and invoice titles of purchases that ended long ago, some at once; return how many."""
    under_way = select(HouseholdOrder.id).where(
        HouseholdOrder.purchase_id == Purchase.id,
        HouseholdOrder.paid_at.is_not(None),
        HouseholdOrder.state.not_in([OrderState.COMPLETED, OrderState.CANCELLED]),
    )
    was_paid = Purchase.state == PurchaseState.PAID
    due = (
        select(Purchase.id)
        .where(
            Purchase.name_sealed.is_not(None),
            Purchase.state != PurchaseState.AWAITING_PAYMENT,
            or_(
                was_paid & (Purchase.placed_at < clock.now() - rules.CONTACT_KEPT) & ~under_way.exists(),
                ~was_paid & (Purchase.placed_at < clock.now() - rules.UNPAID_CONTACT_KEPT),
            ),
        )
        .order_by(Purchase.id)
        .limit(MOST_AT_ONCE)
    )
    keys = session.scalars(due).all()
    session.execute(
        update(Purchase).where(Purchase.id.in_(keys)).values(name_sealed=None, phone_sealed=None, address_sealed=None, note="")
    )
    orders = select(HouseholdOrder.id).where(HouseholdOrder.purchase_id.in_(keys))
    session.execute(
        update(InvoiceRequest)
        .where(InvoiceRequest.household_order_id.in_(orders))
        .values(title_sealed=None, tax_number_sealed=None, contact_sealed=None)
    )
    return len(keys)
