"""Named reads of visits to a payment service's page, of its notifications and of disputes."""

from collections.abc import Collection

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.kernel import clock
from marketplace.kernel.words import N_, Say
from marketplace.payments import rules
from marketplace.payments.dues import dues_of
from marketplace.payments.gateways.protocol import CheckoutWish, Price
from marketplace.payments.models import PaymentCheckout, PaymentDispute, PaymentIntent, PaymentNotification, PaymentSurplus
from marketplace.payments.queries import due_of_intent, surplus_view
from marketplace.payments.values import (
    LIVE_CHECKOUTS,
    Bearer,
    CheckoutState,
    CheckoutView,
    DisputeState,
    DisputeView,
    DueLine,
    SurplusView,
)

FREIGHT = N_("Freight")
#: Money that is on its way is looked after this often, should its notification be lost.
_PROCESSING_PATIENCE = rules.PROCESSING_HOLD / 24


def checkouts_of(session: Session, *, due_ref: str) -> tuple[CheckoutView, ...]:
    """Return the visits for a purchase or booking, the first first."""
    rows = session.execute(
        select(PaymentCheckout, PaymentIntent)
        .join(PaymentIntent, PaymentIntent.id == PaymentCheckout.intent_id)
        .where(PaymentIntent.due_ref == due_ref)
        .order_by(PaymentCheckout.id)
    )
    return tuple(checkout_view(row, intent) for row, intent in rows)


def checkout_by_session(session: Session, *, gateway: str, session_id: str) -> CheckoutView | None:
    """Return a visit by the service's name for it."""
    found = session.execute(
        select(PaymentCheckout, PaymentIntent)
        .join(PaymentIntent, PaymentIntent.id == PaymentCheckout.intent_id)
        .where(PaymentCheckout.gateway == gateway, PaymentCheckout.session_id == session_id)
    ).one_or_none()
    return None if found is None else checkout_view(*found)


def checkouts_to_look_after(session: Session, *, limit: int = 40) -> tuple[CheckoutView, ...]:
    """Return the visits that somebody has to ask the service about, the oldest first. Two queries for each that is open.

    Those never opened, those whose purchase is paid, has ended or is to be paid another way, and those whose time is over.
    """
    now = clock.now()
    is_late = PaymentCheckout.expires_at <= now
    rows = session.execute(
        select(PaymentCheckout, PaymentIntent)
        .join(PaymentIntent, PaymentIntent.id == PaymentCheckout.intent_id)
        .where(
            or_(
                and_(
                    PaymentCheckout.state == CheckoutState.OPENING.value,
                    PaymentCheckout.opened_at <= now - rules.OPENING_PATIENCE,
                ),
                PaymentCheckout.state == CheckoutState.OPEN.value,
                and_(
                    PaymentCheckout.state == CheckoutState.PROCESSING.value,
                    PaymentCheckout.opened_at <= now - _PROCESSING_PATIENCE,
                ),
            )
        )
        .order_by(is_late.desc(), PaymentCheckout.id)
        .limit(limit * 5)
    ).all()
    found: list[CheckoutView] = []
    for row, intent in rows:
        view = checkout_view(row, intent)
        if view.state is not CheckoutState.OPEN or row.expires_at <= now or _is_abandoned(session, intent):
            found.append(view)
        if len(found) == limit:
            break
    return tuple(found)


def _is_abandoned(session: Session, intent: PaymentIntent) -> bool:
    """Say whether nobody should pay there any more."""
    kind, due_id = due_of_intent(intent)
    due = dues_of(kind).by_id(session, due_id)
    return due is None or not due.is_waiting or due.gateway != intent.gateway or due.hold_until <= clock.now()


def live_checkouts_of(session: Session, *, due_ref: str) -> tuple[CheckoutView, ...]:
    """Return the visits for a purchase or booking in which somebody may still pay."""
    return tuple(one for one in checkouts_of(session, due_ref=due_ref) if one.state in LIVE_CHECKOUTS)


def wish_of(session: Session, *, checkout: CheckoutView, say: Say) -> CheckoutWish:
    """Return what a service is asked for a visit: always the same, whoever asks and whenever. It tells nothing of who buys."""
    intent = session.get_one(PaymentIntent, checkout.intent_id)
    kind, due_id = due_of_intent(intent)
    dues = dues_of(kind)
    lines, freight_fen = dues.lines(session, due_id, checkout.locale), dues.freight_fen(session, due_id)
    if freight_fen:
        lines = (*lines, DueLine(say(checkout.locale, FREIGHT), 1, freight_fen))
    return CheckoutWish(
        key=checkout.key, due_ref=intent.due_ref, intent_ref=intent.ref, lines=lines,
        price=Price(checkout.currency, checkout.amount_minor), locale=checkout.locale,
        success_url=f"{checkout.site}/payments/{checkout.gateway}/return/{intent.due_ref}",
        cancel_url=f"{checkout.site}/pay/{intent.due_ref}?other=1", expires_at=checkout.expires_at,
    )  # fmt: skip


def is_notified(session: Session, *, gateway: str, event_id: str) -> bool:
    """Say whether a notification was taken down."""
    standing = select(PaymentNotification.id).where(
        PaymentNotification.gateway == gateway, PaymentNotification.event_id == event_id
    )
    return session.scalar(standing) is not None


def surpluses_of(session: Session, *, due_ref: str) -> tuple[SurplusView, ...]:
    """Return what a payment service took too much for a purchase or booking, the first first."""
    rows = session.scalars(select(PaymentSurplus).where(PaymentSurplus.due_ref == due_ref).order_by(PaymentSurplus.id))
    return tuple(surplus_view(row) for row in rows)


def dispute_by_ref(session: Session, *, ref: str) -> DisputeView | None:
    """Return a dispute by its reference."""
    found = session.scalar(select(PaymentDispute).where(PaymentDispute.ref == ref))
    return None if found is None else dispute_view(found)


def disputes_in(session: Session, *, areas: Collection[str], limit: int = 100) -> tuple[DisputeView, ...]:
    """Return the disputes of some areas: first those that are not settled, by the day on which evidence is due."""
    is_settled = or_(PaymentDispute.state == DisputeState.WON.value, PaymentDispute.decided_by.is_not(None))
    rows = session.scalars(
        select(PaymentDispute)
        .where(in_areas(PaymentDispute.area_code, areas))
        .order_by(is_settled, PaymentDispute.evidence_due_at, PaymentDispute.id.desc())
        .limit(limit)
    )
    return tuple(dispute_view(row) for row in rows)


def count_disputes_open(areas: Collection[str]) -> Select[int]:
    """Return the count of the disputes of some areas that are not settled, to be asked together with others."""
    is_open = and_(PaymentDispute.state != DisputeState.WON.value, PaymentDispute.decided_by.is_(None))
    return select(func.count(PaymentDispute.id)).where(is_open, in_areas(PaymentDispute.area_code, areas))


def checkout_view(row: PaymentCheckout, intent: PaymentIntent) -> CheckoutView:
    """Return a visit as others may see it."""
    return CheckoutView(
        id=row.id, key=row.key, intent_id=row.intent_id, due_ref=intent.due_ref, gateway=row.gateway,
        state=CheckoutState(row.state), session_id=row.session_id or "", url=row.url, currency=row.currency,
        amount_minor=row.amount_minor, captured_minor=row.captured_minor, payment_ref=row.payment_ref, method=row.method,
        locale=row.locale, site=row.site, opened_at=row.opened_at, expires_at=row.expires_at,
    )  # fmt: skip


def dispute_view(row: PaymentDispute) -> DisputeView:
    """Return a dispute as officials see it."""
    return DisputeView(
        id=row.id, ref=row.ref, gateway=row.gateway, dispute_ref=row.dispute_ref, due_ref=row.due_ref,
        area_code=row.area_code, state=DisputeState(row.state), reason=row.reason, amount_fen=row.amount_fen,
        fee_fen=row.fee_fen, open_fen=row.taken_fen - row.returned_fen - row.borne_fen - row.refunded_fen,
        evidence_due_at=row.evidence_due_at, opened_at=row.opened_at, bearer=Bearer(row.bearer) if row.bearer else None,
        proposed_by=row.proposed_by, decided_by=row.decided_by,
    )  # fmt: skip
