"""Named reads of what sending costs and of sellers' discounts."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.orders.models import FreightProvince, FreightZone, SellerDiscount
from marketplace.orders.values import DiscountView
from marketplace.orders.values import FreightZone as FreightZoneView


def freight_zones(session: Session) -> tuple[FreightZoneView, ...]:
    """Return the zones in order, each with its provinces."""
    provinces: dict[FreightZone, list[str]] = {}
    for zone, name in session.execute(
        select(FreightZone, FreightProvince.name)
        .join(FreightProvince, FreightProvince.zone_code == FreightZone.code, isouter=True)
        .order_by(FreightZone.position, FreightProvince.position)
    ):
        provinces.setdefault(zone, []).extend([name] if name else ())
    return tuple(
        FreightZoneView(zone.code, zone.zh, zone.en, tuple(names), zone.first_kg_fen, zone.next_kg_fen, zone.free_over_fen)
        for zone, names in provinces.items()
    )


def provinces(session: Session) -> tuple[str, ...]:
    """Return the provinces we send to, the nearest first."""
    return tuple(session.scalars(select(FreightProvince.name).order_by(FreightProvince.position)))


def zone_of(session: Session, *, province: str) -> FreightZoneView | None:
    """Return the zone of a province, or None if we do not send there."""
    return next((zone for zone in freight_zones(session) if province in zone.provinces), None)


def discounts_of_seller(session: Session, *, seller_id: int, on: dt.date | None = None) -> tuple[DiscountView, ...]:
    """Return a seller's discounts that count on a day (today unless told) or later, the first to end first."""
    rows = session.scalars(
        select(SellerDiscount)
        .where(SellerDiscount.seller_id == seller_id, SellerDiscount.to_on >= (on or clock.today()))
        .order_by(SellerDiscount.to_on, SellerDiscount.id)
    )
    return tuple(view_of(row) for row in rows)


def discounts_on(session: Session, seller_ids: Iterable[int], on: dt.date) -> dict[int, list[DiscountView]]:
    """Return the discounts of some sellers that count on a day."""
    found: dict[int, list[DiscountView]] = {}
    for row in session.scalars(
        select(SellerDiscount).where(
            SellerDiscount.seller_id.in_(sorted(set(seller_ids))), SellerDiscount.from_on <= on, SellerDiscount.to_on >= on
        )
    ):
        found.setdefault(row.seller_id, []).append(view_of(row))
    return found


def view_of(row: SellerDiscount) -> DiscountView:
    """Return a discount as others may see it."""
    return DiscountView(
        id=row.id, seller_id=row.seller_id, threshold_fen=row.threshold_fen, off_fen=row.off_fen, from_on=row.from_on,
        to_on=row.to_on,
    )  # fmt: skip
