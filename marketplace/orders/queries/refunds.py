"""Named reads of refunds."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase, Refund, RefundImage
from marketplace.orders.queries.purchases import refund_view
from marketplace.orders.values import ClaimView, RefundReason, RefundsPage, RefundState, RefundView


def refund_by_ref(session: Session, *, ref: str) -> RefundView | None:
    """Return a refund by its reference."""
    return next(iter(_views(session, _joined().where(Refund.ref == ref))), None)


def refund_by_id(session: Session, *, refund_id: int) -> RefundView | None:
    """Return a refund by key."""
    return next(iter(_views(session, _joined().where(Refund.id == refund_id))), None)


def refunds_in_areas(
    session: Session,
    *,
    areas: Collection[str],
    states: Collection[RefundState] = (),
    before: int | None = None,
    limit: int = 50,
) -> RefundsPage:
    """Return the refunds of orders of some areas, in some states (of all, if none are named), the latest first."""
    wanted = _joined().where(in_areas(Refund.village_code, areas))
    if states:
        wanted = wanted.where(Refund.state.in_([str(state) for state in states]))
    if before is not None:
        wanted = wanted.where(Refund.id < before)
    rows = _views(session, wanted.order_by(Refund.id.desc()).limit(limit + 1))
    return RefundsPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def claims_of_refunds(session: Session, *, refund_ids: Collection[int]) -> dict[int, ClaimView]:
    """Return what some refunds were asked for with, by key. Two queries."""
    if not refund_ids:
        return {}
    photos: dict[int, list[int]] = {}
    for refund_id, image_id in session.execute(
        select(RefundImage.refund_id, RefundImage.image_id)
        .where(RefundImage.refund_id.in_(sorted(refund_ids)))
        .order_by(RefundImage.refund_id, RefundImage.position)
    ):
        photos.setdefault(refund_id, []).append(image_id)
    rows = session.execute(
        select(Refund.id, Refund.reason, Refund.requested_at, HouseholdOrder.delivered_at, OrderLine.after_sale_hours)
        .join(HouseholdOrder, HouseholdOrder.id == Refund.household_order_id)
        .join(OrderLine, OrderLine.id == Refund.order_line_id)
        .where(Refund.id.in_(sorted(refund_ids)))
    )
    found = {}
    for refund_id, reason, requested_at, delivered_at, hours in rows:
        shown = tuple(photos.get(refund_id, ()))
        basis = rules.basis_of(
            RefundReason(reason), after_sale_hours=hours, delivered_at=delivered_at, requested_at=requested_at,
            has_photos=bool(shown),
        )  # fmt: skip
        found[refund_id] = ClaimView(basis, shown)
    return found


def has_claim_photo(session: Session, *, refund_id: int, image_id: int) -> bool:
    """Say whether a picture was sent with a claim."""
    sent = select(RefundImage.image_id).where(RefundImage.refund_id == refund_id, RefundImage.image_id == image_id)
    return session.scalar(sent) is not None


def count_refunds_waiting(areas: Collection[str]) -> Select[int]:
    """Return the count of the refunds of some areas that wait for an answer, to be asked together with others."""
    is_waiting = Refund.state == RefundState.REQUESTED
    return select(func.count()).select_from(Refund).where(is_waiting, in_areas(Refund.village_code, areas))


def refunds_to_submit(session: Session, *, limit: int = 100, but_not: str = "") -> tuple[RefundView, ...]:
    """Return the refunds that are approved and that nobody has asked a gateway for (other than one), the oldest first."""
    wanted = _joined().where(Refund.state == RefundState.APPROVED, Purchase.gateway != but_not)
    return _views(session, wanted.order_by(Refund.id).limit(limit))


def refunds_to_carry(session: Session, *, areas: Collection[str], limit: int = 100) -> tuple[RefundView, ...]:
    """Return the refunds that people must send: approved ones of purchases paid offline, and those that did not go through.

    They are work for whoever holds every village of the purchase. The oldest first.
    """
    return _views(session, _joined().where(_is_carried_in(areas)).order_by(Refund.id).limit(limit))


def count_refunds_to_carry(areas: Collection[str]) -> Select[int]:
    """Return the count of the refunds that people of some areas must send, to be asked together with others."""
    return (
        select(func.count())
        .select_from(Refund)
        .join(HouseholdOrder, HouseholdOrder.id == Refund.household_order_id)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id)
        .where(_is_carried_in(areas))
    )


def _is_carried_in(areas: Collection[str]) -> ColumnElement[bool]:
    by_people = or_(and_(Refund.state == RefundState.APPROVED, Purchase.gateway == "offline"), Refund.state == RefundState.FAILED)
    return and_(by_people, in_areas(Purchase.area_code, areas))


def _joined() -> Any:
    return (
        select(Refund, HouseholdOrder, Purchase, OrderLine.title, OrderLine.title_en)
        .join(HouseholdOrder, HouseholdOrder.id == Refund.household_order_id)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id)
        .join(OrderLine, OrderLine.id == Refund.order_line_id)
    )


def _views(session: Session, wanted: Any) -> tuple[RefundView, ...]:
    return tuple(refund_view(*row) for row in session.execute(wanted))
