"""Lists of purchases and orders, the latest first, each page by the key that follows the last one shown."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.farmers import queries as farmers
from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase
from marketplace.orders.rules import UNSENT
from marketplace.orders.values import OrderRow, OrdersPage, OrderState, PurchaseRow, PurchasesPage, PurchaseState


def orders_of_households(
    session: Session,
    *,
    household_ids: Collection[int],
    states: Collection[OrderState] = (),
    before: int | None = None,
    limit: int = 30,
) -> OrdersPage:
    """Return the paid orders of some households, in some states (of all, if none are named)."""
    if not household_ids:
        return OrdersPage((), None)
    return _orders(session, _paid(states).where(HouseholdOrder.household_id.in_(sorted(household_ids))), before, limit)


def orders_in_areas(
    session: Session,
    *,
    areas: Collection[str],
    states: Collection[OrderState] = (),
    before: int | None = None,
    limit: int = 50,
    search: str = "",
) -> OrdersPage:
    """Return the paid orders of some areas; `search` is a reference or its beginning."""
    wanted = _paid(states).where(in_areas(HouseholdOrder.village_code, areas))
    if search := search.strip().upper():
        wanted = wanted.where(HouseholdOrder.ref.startswith(search, autoescape=True))
    return _orders(session, wanted, before, limit)


def count_to_do(session: Session, *, household_ids: Collection[int]) -> int:
    """Return how many paid orders wait for the farmer."""
    if not household_ids:
        return 0
    waiting = _paid(UNSENT).where(HouseholdOrder.household_id.in_(sorted(household_ids)))
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def purchases_of_buyer(session: Session, *, user_id: int, before: int | None = None, limit: int = 30) -> PurchasesPage:
    """Return what a signed-in buyer ordered."""
    return _purchases(session, select(Purchase).where(Purchase.buyer_user_id == user_id), before, limit)


def awaiting_payment(
    session: Session, *, areas: Collection[str], gateway: str, before: int | None = None, limit: int = 50
) -> PurchasesPage:
    """Return the purchases of some areas that wait for money through a gateway."""
    wanted = select(Purchase).where(
        Purchase.state == PurchaseState.AWAITING_PAYMENT, Purchase.gateway == gateway, in_areas(Purchase.area_code, areas)
    )
    return _purchases(session, wanted, before, limit)


def has_open_purchase(session: Session, *, user_id: int) -> bool:
    """Say whether something a buyer ordered is still to be paid, sent, or within its after-sale time."""
    under_way = select(HouseholdOrder.id).where(
        HouseholdOrder.purchase_id == Purchase.id,
        HouseholdOrder.paid_at.is_not(None),
        HouseholdOrder.state.not_in([OrderState.COMPLETED, OrderState.CANCELLED]),
    )
    is_open = or_(Purchase.state == PurchaseState.AWAITING_PAYMENT, under_way.exists())
    return session.scalar(select(Purchase.id).where(Purchase.buyer_user_id == user_id, is_open).limit(1)) is not None


def _paid(states: Collection[OrderState]) -> Select[HouseholdOrder]:
    wanted = select(HouseholdOrder).where(HouseholdOrder.paid_at.is_not(None))
    return wanted.where(HouseholdOrder.state.in_([str(state) for state in states])) if states else wanted


def _cut(session: Session, wanted: Any, model: Any, before: int | None, limit: int) -> tuple[Sequence[Any], int | None]:
    if before is not None:
        wanted = wanted.where(model.id < before)
    rows = session.scalars(wanted.order_by(model.id.desc()).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _orders(session: Session, wanted: Any, before: int | None, limit: int) -> OrdersPage:
    rows, following = _cut(session, wanted, HouseholdOrder, before, limit)
    firsts = _firsts(session, (row.id for row in rows), OrderLine.household_order_id)
    cards = farmers.seller_cards(session, {row.seller_id for row in rows})
    return OrdersPage(
        tuple(
            OrderRow(
                id=row.id, ref=row.ref, purchase_ref=row.ref.rpartition("-")[0], state=OrderState(row.state),
                **firsts[row.id], paid_fen=row.paid_fen, placed_at=row.placed_at, paid_at=row.paid_at,
                village_code=row.village_code, seller_name=cards[row.seller_id].display_name, household_id=row.household_id,
            )
            for row in rows
        ),
        following,
    )  # fmt: skip


def _purchases(session: Session, wanted: Any, before: int | None, limit: int) -> PurchasesPage:
    rows, following = _cut(session, wanted, Purchase, before, limit)
    firsts = _firsts(session, (row.id for row in rows), HouseholdOrder.purchase_id)
    return PurchasesPage(
        tuple(
            PurchaseRow(
                id=row.id, ref=row.ref, state=PurchaseState(row.state), area_code=row.area_code, total_fen=row.total_fen,
                gateway=row.gateway, hold_until=row.hold_until, placed_at=row.placed_at, paid_at=row.paid_at,
                phone_last4=row.phone_last4, **firsts[row.id],
            )
            for row in rows
        ),
        following,
    )  # fmt: skip


def _firsts(session: Session, keys: Iterable[int], owner: Any) -> dict[int, dict[str, Any]]:
    """Return the first title and picture of some orders or purchases, their lines and units, as rows name them."""
    found: dict[int, dict[str, Any]] = {}
    for key, title, title_en, image_id, quantity in session.execute(
        select(owner, OrderLine.title, OrderLine.title_en, OrderLine.image_id, OrderLine.quantity)
        .join(HouseholdOrder, HouseholdOrder.id == OrderLine.household_order_id)
        .where(owner.in_(list(keys)))
        .order_by(OrderLine.id)
    ):
        first = {"first_title": title, "first_title_en": title_en, "first_image_id": image_id, "lines": 0, "quantity": 0}
        row = found.setdefault(key, first)
        row["lines"] += 1
        row["quantity"] += quantity
    return found
