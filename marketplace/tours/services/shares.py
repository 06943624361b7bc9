"""What each payee gets of a booking: written when it is booked, accrued when it is paid, passed on when another does the work."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard, SellerKind
from marketplace.income import services as income
from marketplace.income.values import TOURS, IncomeCategory, SaleFact
from marketplace.kernel import clock
from marketplace.kernel.money import allocate
from marketplace.tours import rules
from marketplace.tours.models import Booking, BookingRefund, BookingRefundPart, BookingShare, Tour
from marketplace.tours.queries.day import payees_of_departure
from marketplace.tours.values import Role, Theme, TourView

#: What reports call tours among the kinds of goods.
CATEGORY = TOURS


def source_of(share: BookingShare) -> str:
    """Return the name under which income knows a share in the hands of whoever has it now."""
    return f"booking_share/{share.id}/{share.turn}" if share.turn else f"booking_share/{share.id}"


def category_of(role: str) -> IncomeCategory:
    """Return what a household's work on a tour counts as: guiding is a wage, everything else its own business."""
    return IncomeCategory.WAGE if role == Role.GUIDE else IncomeCategory.BUSINESS


def payees_of(session: Session, *, departure_id: int) -> dict[int, SellerCard]:
    """Return who does each component's work on a departure, by component. The departure is taken for change."""
    works = {payee.component_id: payee.seller_id for payee in payees_of_departure(session, departure_id=departure_id)}
    cards = farmers.seller_cards(session, works.values())
    return {component_id: cards[seller_id] for component_id, seller_id in works.items()}


def write_shares(session: Session, booking: Booking, tour: TourView, payees: Mapping[int, SellerCard]) -> None:
    """Divide a booking's price between its payees; a part of nothing is not written."""
    parts = rules.split_price(
        booking.total_fen,
        [rules.Part(one.basis, one.amount) for one in tour.components],
        people=booking.people,
        nights=tour.nights,
    )
    for component, gross_fen in zip(tour.components, parts, strict=True):
        if not gross_fen:
            continue
        share = BookingShare(
            booking_id=booking.id, component_id=component.id, role=component.role.value, gross_fen=gross_fen, turn=0
        )
        _put_into_hands(share, payees[component.id], tour.theme)
        session.add(share)
    session.flush()


def accrue_shares(session: Session, booking: Booking, gateway_fee_fen: int) -> None:
    """Let each share of a booking accrue that has just been paid, with its part of the gateway's fee."""
    if booking.paid_at is None:
        raise AssertionError("only what is paid accrues")
    shares = session.scalars(select(BookingShare).where(BookingShare.booking_id == booking.id).order_by(BookingShare.id)).all()
    cards = farmers.seller_cards(session, {share.seller_id for share in shares})
    theme = _theme(session, booking)
    for share, fee_fen in zip(shares, allocate(gateway_fee_fen, [share.gross_fen for share in shares]), strict=True):
        share.gateway_fee_fen = fee_fen
        income.accrue_sale(session, fact=_fact(booking, share, cards[share.seller_id], theme, at=booking.paid_at))
    session.flush()


def follow_work(session: Session, booking: Booking, payees: Mapping[int, SellerCard]) -> int:
    """Let what is not earned of a booking go to whoever does the work now; return how many shares moved.

    What went back before, and what is earned, stays with who had it, and so does a part that goes back whole: who steps in
    bears nobody's cancellation. The booking is taken for change.
    """
    shares = session.scalars(
        select(BookingShare)
        .where(BookingShare.booking_id == booking.id)
        .order_by(BookingShare.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    promised = promised_back(session, booking)
    moving = [
        share
        for share in shares
        if share.earned_at is None
        and share.seller_id != payees[share.component_id].id
        and promised.get(share.id, 0) < share.gross_fen
    ]
    if not moving:
        return 0
    theme, now = _theme(session, booking), clock.now()
    for share in moving:
        before, card = source_of(share), payees[share.component_id]
        _put_into_hands(share, card, theme)
        if booking.paid_at is not None:
            share.turn += 1
            income.pass_on_sale(session, source=before, fact=_fact(booking, share, card, theme, at=now))
    booking.area_code = rules.smallest_area([booking.village_code, *(share.village_code for share in shares)])
    session.flush()
    return len(moving)


def promised_back(session: Session, booking: Booking) -> dict[int, int]:
    """Return what each share of a booking gives back by refunds written down so far, sent or not."""
    rows = session.execute(
        select(BookingRefundPart.share_id, BookingRefundPart.amount_fen)
        .join(BookingRefund, BookingRefund.id == BookingRefundPart.refund_id)
        .where(BookingRefund.booking_id == booking.id)
    )
    promised: Counter[int] = Counter()
    for share_id, amount_fen in rows:
        promised[share_id] += amount_fen
    return promised


def _put_into_hands(share: BookingShare, card: SellerCard, theme: Theme) -> None:
    share.seller_id, share.household_id, share.village_code = card.id, card.household_id, card.village_code
    share.platform_fee_bp = rules.fee_bp(is_household=card.kind is SellerKind.HOUSEHOLD, theme=theme)


def _theme(session: Session, booking: Booking) -> Theme:
    return Theme(session.scalars(select(Tour.theme).where(Tour.id == booking.tour_id)).one())


def _fact(booking: Booking, share: BookingShare, card: SellerCard, theme: Theme, *, at: dt.datetime) -> SaleFact:
    """Return what is left of a paid share, in the hands of whoever has it from a moment on."""
    if booking.gateway is None or share.gateway_fee_fen is None:
        raise AssertionError("a paid share knows how it was paid")
    return SaleFact(
        source=source_of(share), order_ref=booking.ref, line_id=share.id, seller_ref=card.ref,
        household_id=share.household_id, village_code=share.village_code, category_code=CATEGORY,
        is_cultural=theme is Theme.RED, is_tour=True, income_category=category_of(share.role), title=booking.title_zh,
        quantity=booking.people, gross_fen=share.gross_fen - share.refunded_fen, platform_fee_bp=share.platform_fee_bp,
        gateway_fee_fen=share.gateway_fee_fen, gateway=booking.gateway, sold_at=at, channel=booking.channel,
        promotion=booking.promotion,
    )  # fmt: skip
