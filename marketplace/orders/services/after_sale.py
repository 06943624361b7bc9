"""Refunds are asked for and answered. Whoever asked does not approve."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase, Refund, RefundImage
from marketplace.orders.queries import refund_by_id
from marketplace.orders.queries.purchases import is_covered
from marketplace.orders.refusals import AnswerNeeded, ClaimPhotoNeeded, NeedsAnother, RefundTooLarge, ReturnClosed, StepRefused
from marketplace.orders.services.steps import is_sellers_own, lines_of, move_refund, note_refund, refund_taken, refunds_of, taken
from marketplace.orders.values import OrderState, RefundReason, RefundState, RefundView


def request_refund(
    session: Session,
    *,
    key: str,
    line_id: int,
    quantity: int,
    reason: RefundReason,
    note: str,
    restock: bool,
    by: int | None,
    image_ids: Sequence[int] = (),
    is_quality_claim: bool = True,
) -> RefundView:
    """Ask for the money of some units of a line. The same key again returns the first.

    The amount is fixed now. If with it a whole order that was not sent is asked back, its freight goes back too.
    A claim of quality needs no photo and has no end; what is none, of fresh goods within their hours, needs one.

    Raises:
        StepRefused: the order is not paid, or was cancelled.
        ReturnClosed: a change of mind outside its window.
        ClaimPhotoNeeded: fresh goods, no photo, and no claim of quality.
        RefundTooLarge: more units than no other refund covers; carries how many are left.
    """
    order_id = session.scalar(select(OrderLine.household_order_id).where(OrderLine.id == line_id))
    if order_id is None:
        raise NotThere
    order = taken(session, HouseholdOrder, order_id)
    standing = session.scalar(select(Refund.id).where(Refund.key == key))
    if standing is not None:
        return _shown(session, standing)
    reason = RefundReason(reason)
    state = OrderState(order.state)
    if order.paid_at is None or state == OrderState.CANCELLED:
        raise StepRefused(now=state)
    lines = lines_of(session, order)
    line = next(each for each in lines if each.id == line_id)
    if not rules.may_return(
        reason, state=state, after_sale_hours=line.after_sale_hours, delivered_at=order.delivered_at, now=clock.now()
    ):
        raise ReturnClosed
    if (
        not is_quality_claim
        and not image_ids
        and rules.is_photo_claim(reason, after_sale_hours=line.after_sale_hours, delivered_at=order.delivered_at, now=clock.now())
    ):
        raise ClaimPhotoNeeded
    others = [each for each in refunds_of(session, order) if each.state != RefundState.REJECTED]
    covered = [each for each in others if each.order_line_id == line_id]
    left = line.quantity - sum(each.quantity for each in covered)
    if not 0 < quantity <= left:
        raise RefundTooLarge(left=left)
    remaining_fen = line.paid_fen - sum(each.amount_fen for each in covered)
    refund = Refund(
        ref=ids.reference("R"),
        key=key,
        household_order_id=order.id,
        order_line_id=line.id,
        household_id=order.household_id,
        village_code=order.village_code,
        quantity=quantity,
        amount_fen=rules.refund_amount(remaining_fen=remaining_fen, remaining_quantity=left, quantity=quantity),
        freight_fen=0,
        reason=reason,
        note=note.strip()[:400],
        restock=restock,
        state=RefundState.REQUESTED,
        requested_by=by,
        requested_at=clock.now(),
    )
    if state in rules.UNSENT and is_covered(lines, [*others, refund]):
        refund.freight_fen = order.freight_fen - sum(each.freight_fen for each in others)
    session.add(refund)
    session.flush()
    shown = list(dict.fromkeys(image_ids))[: rules.MOST_CLAIM_PHOTOS]
    session.add_all(RefundImage(refund_id=refund.id, position=at, image_id=image_id) for at, image_id in enumerate(shown))
    note_refund(session, order, refund, "", by=by, words=refund.note)
    return _shown(session, refund.id)


def cancel_order(session: Session, *, order_id: int, by: int | None, key: str) -> tuple[RefundView, ...]:
    """Ask for all that is left of a paid order that was not handed in, and its freight; an official has to agree.

    Raises:
        StepRefused: it is not paid, or has left the seller.
        RefundTooLarge: all of it is asked back already.
    """
    order = taken(session, HouseholdOrder, order_id)
    keys = {line.id: f"{key}/{line.id}" for line in lines_of(session, order)}
    standing = session.scalars(select(Refund.id).where(Refund.key.in_(keys.values())).order_by(Refund.id)).all()
    if standing:
        return tuple(_shown(session, refund_id) for refund_id in standing)
    if order.paid_at is None or order.state not in rules.UNSENT:
        raise StepRefused(now=order.state)
    left = {line.id: line.quantity for line in lines_of(session, order)}
    for refund in refunds_of(session, order):
        if refund.state != RefundState.REJECTED:
            left[refund.order_line_id] -= refund.quantity
    if not any(left.values()):
        raise RefundTooLarge(left=0)
    return tuple(
        request_refund(
            session,
            key=keys[line_id],
            line_id=line_id,
            quantity=quantity,
            reason=RefundReason.CANCELLED,
            note="",
            restock=True,
            by=by,
        )
        for line_id, quantity in left.items()
        if quantity
    )


def approve_refund(session: Session, *, refund_id: int, by: int) -> RefundView:
    """An official agrees; `payments` sends the money next. Agreeing twice changes nothing.

    Raises:
        NeedsAnother: they asked for it themselves, or bought or sold the goods.
        StepRefused: it is answered already.
    """
    order, refund = refund_taken(session, refund_id)
    _refuse_own(session, order, refund, by)
    if refund.state != RefundState.APPROVED:
        if refund.state == RefundState.REQUESTED:
            refund.approved_by, refund.approved_at = by, clock.now()
        move_refund(session, order, refund, RefundState.APPROVED, by=by)
        record_audit(
            session, by=by, action="orders.approve_refund", object_kind="refund", object_ref=refund.ref,
            after={"amount_fen": refund.amount_fen, "freight_fen": refund.freight_fen},
        )  # fmt: skip
    return _shown(session, refund_id)


def reject_refund(session: Session, *, refund_id: int, by: int, answer: str) -> RefundView:
    """An official turns it down, in words the buyer reads.

    Raises:
        AnswerNeeded: without words.
        NeedsAnother: they asked for it themselves, or bought or sold the goods.
        StepRefused: it is answered already.
    """
    answer = answer.strip()[:400]
    if not answer:
        raise AnswerNeeded
    order, refund = refund_taken(session, refund_id)
    _refuse_own(session, order, refund, by)
    if refund.state == RefundState.REJECTED:
        return _shown(session, refund_id)
    if refund.state == RefundState.REQUESTED:
        refund.answer, refund.answered_by = answer, by
    move_refund(session, order, refund, RefundState.REJECTED, by=by, words=answer)
    for other in refunds_of(session, order):  # something of the order is sent after all, so its freight is due
        if other.state in (RefundState.REQUESTED, RefundState.APPROVED):
            other.freight_fen = 0
    session.flush()
    record_audit(
        session, by=by, action="orders.reject_refund", object_kind="refund", object_ref=refund.ref, reason=answer,
    )  # fmt: skip
    return _shown(session, refund_id)


def _refuse_own(session: Session, order: HouseholdOrder, refund: Refund, by: int) -> None:
    buyer = session.get_one(Purchase, order.purchase_id).buyer_user_id
    if by in (refund.requested_by, buyer) or is_sellers_own(session, order, by):
        raise NeedsAnother


def _shown(session: Session, refund_id: int) -> RefundView:
    found = refund_by_id(session, refund_id=refund_id)
    if found is None:
        raise AssertionError("written before")
    return found
