"""Purchases of goods, as something to be paid."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.orders import queries as orders
from marketplace.orders import services
from marketplace.orders.refusals import PaidTooLate, PurchaseClosed
from marketplace.orders.values import OrderState, PurchaseHead, PurchaseState, RefundState, RefundView
from marketplace.payments.refusals import NothingToPay
from marketplace.payments.values import DueKind, DueLine, DueView, IntentState, RefundDue, RefundStep

#: What an unpaid intent becomes when its purchase has ended.
_ENDED = {
    PurchaseState.EXPIRED: IntentState.EXPIRED,
    PurchaseState.CANCELLED: IntentState.CANCELLED,
    PurchaseState.PAID: IntentState.CANCELLED,
}
_DELIVERED = (OrderState.DELIVERED, OrderState.COMPLETED)
_BACK = (RefundState.SUCCEEDED.value, RefundState.PAID_BY_HAND.value)


class Purchases:
    """Goods of one buyer, paid together."""

    kind = DueKind.PURCHASE
    letter = "L"
    page = "orders.show"

    def by_ref(self, session: Session, ref: str) -> DueView | None:
        """Return one by its reference."""
        found = orders.head_by_ref(session, ref=ref)
        return None if found is None else _view(found)

    def by_id(self, session: Session, due_id: int) -> DueView | None:
        """Return one by key."""
        found = orders.head_by_id(session, purchase_id=due_id)
        return None if found is None else _view(found)

    def take(self, session: Session, due_id: int) -> DueView:
        """Return one that nobody else changes until this transaction ends."""
        return _view(services.take_purchase(session, purchase_id=due_id))

    def households(self, session: Session, due_id: int) -> frozenset[int]:
        """Return the households that sold some of it."""
        return orders.households_of_purchase(session, purchase_id=due_id)

    def choose(self, session: Session, due_id: int, *, gateway: str, hold: dt.timedelta) -> DueView:
        """Keep the goods as long as a way of paying takes."""
        try:
            return _view(services.choose_gateway(session, purchase_id=due_id, gateway=gateway, hold=hold))
        except PurchaseClosed as error:
            raise NothingToPay from error

    def keep(self, session: Session, due_id: int, *, gateway: str, until: dt.datetime) -> DueView:
        """Keep the goods beyond the buyer's own time."""
        try:
            return _view(services.keep_goods(session, purchase_id=due_id, gateway=gateway, until=until))
        except PurchaseClosed as error:
            raise NothingToPay from error

    def mark_paid(self, session: Session, due_id: int, *, gateway: str, fee_fen: int, at: dt.datetime) -> bool:
        """Sell the goods and let each line's income accrue."""
        try:
            return services.mark_paid(session, purchase_id=due_id, gateway=gateway, gateway_fee_fen=fee_fen, at=at)
        except PaidTooLate:
            return False

    def ended(self, session: Session, due_ids: Iterable[int]) -> dict[int, IntentState]:
        """Return what an unpaid intent of those that have ended becomes."""
        states = orders.states_of_purchases(session, purchase_ids=due_ids)
        return {key: _ENDED[state] for key, state in states.items() if state in _ENDED}

    def lines(self, session: Session, due_id: int, locale: str) -> tuple[DueLine, ...]:
        """Return the lines of all its orders."""
        found = orders.purchase_by_id(session, purchase_id=due_id)
        every = [line for order in found.orders for line in order.lines] if found else []
        return tuple(DueLine(line.title_in(locale), line.quantity, line.paid_fen) for line in every if line.paid_fen)

    def freight_fen(self, session: Session, due_id: int) -> int:
        """Return what is paid for sending it."""
        found = orders.head_by_id(session, purchase_id=due_id)
        return found.freight_fen if found else 0

    def is_delivered(self, session: Session, due_id: int) -> bool:
        """Say whether every order was delivered."""
        found = orders.purchase_by_id(session, purchase_id=due_id)
        return found is not None and all(order.state in _DELIVERED for order in found.orders)

    def phone(self, session: Session, due_id: int, sealer: Sealer) -> str:
        """Return the telephone that the goods go to."""
        return orders.contact_of(session, purchase_id=due_id, sealer=sealer).phone

    def awaiting(self, session: Session, areas: Collection[str], gateway: str) -> list[DueView]:
        """Return those of some areas that wait for money through a gateway. One query more for each: the list is short."""
        rows = orders.awaiting_payment(session, areas=areas, gateway=gateway).rows
        found = [self.by_ref(session, row.ref) for row in rows]
        return [one for one in found if one is not None]

    def refund(self, session: Session, refund_id: int) -> RefundDue:
        """Return money that goes back."""
        found = orders.refund_by_id(session, refund_id=refund_id)
        if found is None:
            raise NotThere
        return self._refund(session, found)

    def refund_by_ref(self, session: Session, ref: str) -> RefundDue | None:
        """Return money that goes back by its reference."""
        found = orders.refund_by_ref(session, ref=ref)
        return None if found is None else self._refund(session, found)

    def refunds_to_submit(self, session: Session, *, limit: int, but_not: str) -> list[RefundDue]:
        """Return approved refunds that a machine sends."""
        return [_plain(refund) for refund in orders.refunds_to_submit(session, limit=limit, but_not=but_not)]

    def refunds_to_carry(self, session: Session, areas: Collection[str]) -> list[RefundDue]:
        """Return the refunds of some areas that people send."""
        return [_plain(refund) for refund in orders.refunds_to_carry(session, areas=areas)]

    def count_to_carry(self, areas: Collection[str]) -> Select[int]:
        """Return the count of the refunds of some areas that people send."""
        return orders.count_refunds_to_carry(areas)

    def submit(self, session: Session, refund_id: int) -> None:
        """Say that it has been asked for."""
        services.submit_refund(session, refund_id=refund_id)

    def succeeded(self, session: Session, refund_id: int, *, at: dt.datetime) -> bool:
        """Say that the money is back."""
        return services.refund_succeeded(session, refund_id=refund_id, at=at)

    def failed(self, session: Session, refund_id: int, *, note: str) -> None:
        """Say that the gateway did not pay."""
        services.refund_failed(session, refund_id=refund_id, note=note)

    def paid_by_hand(self, session: Session, refund_id: int, *, by: int, bank_ref: str, at: dt.datetime) -> bool:
        """Say that it went back another way."""
        return services.refund_paid_by_hand(session, refund_id=refund_id, by=by, bank_ref=bank_ref, at=at)

    def all(self) -> Any:
        """Return all purchases for the truths."""
        rows = orders.purchases()
        return select(
            rows.c.id,
            rows.c.ref,
            (rows.c.state == PurchaseState.PAID.value).label("is_paid"),
            rows.c.gateway,
            rows.c.total_fen,
            rows.c.paid_at,
        ).subquery()

    def all_refunds(self) -> Any:
        """Return all refunds of purchases for the truths."""
        rows = orders.refunds()
        return select(
            rows.c.id, rows.c.ref, rows.c.state.in_(_BACK).label("is_back"), rows.c.gateway, rows.c.total_fen
        ).subquery()

    def _refund(self, session: Session, refund: RefundView) -> RefundDue:
        head = orders.head_by_id(session, purchase_id=refund.purchase_id)
        return _plain(refund, None if head is None else head.buyer_user_id)


def _plain(refund: RefundView, buyer: int | None = None) -> RefundDue:
    households = frozenset() if refund.household_id is None else frozenset({refund.household_id})
    return RefundDue(
        kind=DueKind.PURCHASE, id=refund.id, ref=refund.ref, due_ref=refund.order_ref, area_code=refund.area_code,
        gateway=refund.gateway, amount_fen=refund.total_fen, title_zh=f"{refund.title_in('zh')} × {refund.quantity}",
        title_en=f"{refund.title_in('en')} × {refund.quantity}",
        step=RefundStep(refund.state), requested_at=refund.requested_at, buyer_user_id=buyer, household_ids=households,
    )  # fmt: skip


def _view(head: PurchaseHead) -> DueView:
    is_paid = head.state is PurchaseState.PAID
    return DueView(
        kind=DueKind.PURCHASE, id=head.id, ref=head.ref, area_code=head.area_code, total_fen=head.total_fen, title_zh="",
        title_en="", gateway=head.gateway or "", phone_last4=head.phone_last4, buyer_user_id=head.buyer_user_id,
        placed_at=head.placed_at, hold_until=head.hold_until, is_paid=is_paid,
        ended=None if is_paid else _ENDED.get(head.state),
    )  # fmt: skip
