"""Tax invoices: a buyer asks each seller for one, the seller or an official says that it was issued, under which number."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from marketplace.accounts import services as accounts
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.orders import queries, refusals
from marketplace.orders.models import HouseholdOrder, InvoiceRequest
from marketplace.orders.queries.invoices import invoice_place, kept_fen
from marketplace.orders.values import InvoiceState, InvoiceTitle, InvoiceView, TitleKind

#: Electronic invoices have 20 digits, paper ones 8, or 10 or 12 of their code before them.
_NUMBER = re.compile(r"[0-9]{8}|[0-9]{18}|[0-9]{20}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,120}\.[^@\s.]{2,20}", re.ASCII)
_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)


def ask_invoice(
    session: Session, *, key: str, order_id: int, kind: TitleKind, title: InvoiceTitle, by: int | None, sealer: Sealer
) -> InvoiceView:
    """Ask the seller of a paid order for an invoice. A repeat of `key` gives the first; a new one takes an open one's place.

    Raises:
        NotThere: no such order, or it was not paid.
        TitleMissing: nobody to issue it to.
        TaxNumberWrong: a company's number is no unified social credit code, or a person gave one.
        InvoiceContactWrong: neither an e-mail address nor a mobile number.
        InvoiceIssued: it was issued already.
        NothingToInvoice: all of it went back.
    """
    first = session.scalar(select(InvoiceRequest).where(InvoiceRequest.key == key))
    if first is not None:
        return _view(session, first)
    order = session.scalar(select(HouseholdOrder).where(HouseholdOrder.id == order_id).with_for_update())
    if order is None or order.paid_at is None:
        raise NotThere
    number = _checked(kind, title)
    standing = session.scalar(
        select(InvoiceRequest).where(
            InvoiceRequest.household_order_id == order.id, InvoiceRequest.state != InvoiceState.WITHDRAWN
        )
    )
    if standing is not None and standing.state == InvoiceState.ISSUED:
        raise refusals.InvoiceIssued
    if kept_fen(session, [order.id])[order.id] <= 0:
        raise refusals.NothingToInvoice
    if standing is not None:
        standing.state = InvoiceState.WITHDRAWN.value
        standing.title_sealed = standing.tax_number_sealed = standing.contact_sealed = None
        session.flush()
    ref = ids.reference("F")
    request = InvoiceRequest(
        ref=ref, key=key, household_order_id=order.id, household_id=order.household_id, village_code=order.village_code,
        title_kind=kind.value, title_sealed=sealer.seal(title.title.strip(), invoice_place("title", ref)),
        tax_number_sealed=sealer.seal(number, invoice_place("tax_number", ref)) if number else None,
        contact_sealed=sealer.seal(title.contact.strip(), invoice_place("contact", ref)), state=InvoiceState.REQUESTED.value,
        requested_at=clock.now(),
    )  # fmt: skip
    session.add(request)
    session.flush()
    _audit(session, "invoice.ask", request, by)
    return _view(session, request)


def issue_invoice(session: Session, *, invoice_id: int, invoice_no: str, by: int) -> InvoiceView:
    """Say that an invoice was issued and under which number; what it is for stands from then on. Safe to repeat.

    Raises:
        NotThere: no such request.
        InvoiceNumberWrong: a number that no invoice has.
        InvoiceIssued: it was issued under another number.
        InvoiceWithdrawn: the buyer has asked anew meanwhile.
        NothingToInvoice: all of it went back.
    """
    number = invoice_no.replace(" ", "")
    if not _NUMBER.fullmatch(number):
        raise refusals.InvoiceNumberWrong
    request = session.scalar(
        select(InvoiceRequest).where(InvoiceRequest.id == invoice_id).with_for_update().execution_options(populate_existing=True)
    )
    if request is None:
        raise NotThere
    if request.state == InvoiceState.WITHDRAWN:
        raise refusals.InvoiceWithdrawn
    if request.state == InvoiceState.ISSUED:
        if request.invoice_no != number:
            raise refusals.InvoiceIssued
        return _view(session, request)
    amount_fen = kept_fen(session, [request.household_order_id])[request.household_order_id]
    if amount_fen <= 0:
        raise refusals.NothingToInvoice
    request.state, request.invoice_no, request.amount_fen = InvoiceState.ISSUED.value, number, amount_fen
    request.issued_by, request.issued_at = by, clock.now()
    session.flush()
    _audit(session, "invoice.issue", request, by, amount_fen=amount_fen)
    return _view(session, request)


def _checked(kind: TitleKind, title: InvoiceTitle) -> str:
    """Return the tax number as it is written, once all that stands on an invoice can stand there."""
    number = title.tax_number.replace(" ", "").upper()
    if not 2 <= len(title.title.strip()) <= 100:
        raise refusals.TitleMissing
    if (kind is TitleKind.COMPANY) != bool(number) or (number and not uscc.is_valid(number)):
        raise refusals.TaxNumberWrong
    contact = title.contact.strip()
    if not (_EMAIL.fullmatch(contact) or _MOBILE.fullmatch(contact)):
        raise refusals.InvoiceContactWrong
    return number


def _view(session: Session, request: InvoiceRequest) -> InvoiceView:
    found = queries.invoice_by_ref(session, ref=request.ref)
    if found is None:
        raise NotThere
    return found


def _audit(session: Session, action: str, request: InvoiceRequest, by: int | None, **after: int) -> None:
    accounts.record_audit(
        session, by=by, action=action, object_kind="invoice_request", object_ref=request.ref, area_code=request.village_code,
        after=after,
    )  # fmt: skip
