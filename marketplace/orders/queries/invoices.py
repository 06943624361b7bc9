"""Named reads of invoices that buyers asked for."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.kernel.crypto import Sealer
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, InvoiceRequest, Refund
from marketplace.orders.values import InvoiceState, InvoiceTitle, InvoiceView, TitleKind


def invoice_by_ref(session: Session, *, ref: str) -> InvoiceView | None:
    """Return a request by its reference."""
    return next(iter(_views(session, select(InvoiceRequest).where(InvoiceRequest.ref == ref))), None)


def invoices_of_orders(session: Session, order_ids: Collection[int]) -> dict[int, InvoiceView]:
    """Return the standing request of each order that has one."""
    query = select(InvoiceRequest).where(
        InvoiceRequest.household_order_id.in_(sorted(set(order_ids))), InvoiceRequest.state != InvoiceState.WITHDRAWN
    )
    return {one.order_id: one for one in _views(session, query)}


def invoices_in_areas(
    session: Session, *, areas: Collection[str], state: InvoiceState, before: int | None = None, limit: int = 30
) -> list[InvoiceView]:
    """Return the requests of some areas in a state, the latest first."""
    query = (
        select(InvoiceRequest)
        .where(in_areas(InvoiceRequest.village_code, areas), InvoiceRequest.state == state)
        .order_by(InvoiceRequest.id.desc())
        .limit(limit)
    )
    return _views(session, query if before is None else query.where(InvoiceRequest.id < before))


def count_invoices_waiting(areas: Collection[str]) -> Select[int]:
    """Return the count of invoices to issue in some areas, to be asked together with others."""
    return (
        select(func.count())
        .select_from(InvoiceRequest)
        .where(in_areas(InvoiceRequest.village_code, areas), InvoiceRequest.state == InvoiceState.REQUESTED)
    )


def title_of(session: Session, *, invoice_id: int, sealer: Sealer) -> InvoiceTitle | None:
    """Return what stands on an invoice, or None once its buyer is forgotten. The caller has authorised it."""
    found = session.get(InvoiceRequest, invoice_id)
    if found is None or found.title_sealed is None or found.contact_sealed is None:
        return None
    return InvoiceTitle(
        sealer.open(found.title_sealed, invoice_place("title", found.ref)),
        sealer.open(found.tax_number_sealed, invoice_place("tax_number", found.ref)) if found.tax_number_sealed else "",
        sealer.open(found.contact_sealed, invoice_place("contact", found.ref)),
    )


def invoice_place(part: str, ref: str) -> str:
    """Return what a sealed part of a request is bound to."""
    return f"invoice_requests/{part}/{ref}"


def kept_fen(session: Session, order_ids: Collection[int]) -> dict[int, int]:
    """Return what of each order was paid and has not gone back, freight among it. Two queries."""
    rows = session.execute(
        select(HouseholdOrder.id, HouseholdOrder.paid_fen).where(HouseholdOrder.id.in_(sorted(set(order_ids))))
    )
    paid = {row.id: row.paid_fen for row in rows}
    gone = session.execute(
        select(Refund.household_order_id, func.sum(Refund.amount_fen + Refund.freight_fen))
        .where(Refund.household_order_id.in_(sorted(paid)), Refund.state.in_(rules.DONE_REFUNDS))
        .group_by(Refund.household_order_id)
    )
    for order_id, fen in gone:
        paid[order_id] -= int(fen)
    return paid


def _views(session: Session, query: Select[InvoiceRequest]) -> list[InvoiceView]:
    rows: Sequence[InvoiceRequest] = session.scalars(query).all()
    order_ids = {row.household_order_id for row in rows}
    kept = kept_fen(session, order_ids)
    named = select(HouseholdOrder.id, HouseholdOrder.ref).where(HouseholdOrder.id.in_(order_ids))
    refs = {row.id: row.ref for row in session.execute(named)}
    return [
        InvoiceView(
            id=row.id, ref=row.ref, order_id=row.household_order_id, order_ref=refs[row.household_order_id],
            household_id=row.household_id, village_code=row.village_code, title_kind=TitleKind(row.title_kind),
            state=InvoiceState(row.state), amount_fen=kept[row.household_order_id] if row.amount_fen is None else row.amount_fen,
            requested_at=row.requested_at, issued_at=row.issued_at, invoice_no=row.invoice_no,
        )
        for row in rows
    ]  # fmt: skip
