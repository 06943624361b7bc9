"""What sending costs, loaded from the county's list; and sellers' discounts."""

import datetime as dt
import json
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.orders import rules
from marketplace.orders.models import FreightProvince, FreightZone, SellerDiscount
from marketplace.orders.queries.freight import view_of
from marketplace.orders.refusals import DiscountRefused
from marketplace.orders.values import DiscountView


def load_freight(session: Session) -> None:
    """Load the freight zones; what the county has changed since stays as it is."""
    zones = json.loads(resources.files("marketplace.orders").joinpath("freight.json").read_text(encoding="utf-8"))
    known = set(session.scalars(select(FreightZone.code)))
    placed = set(session.scalars(select(FreightProvince.name)))
    position = 0
    for number, row in enumerate(zones):
        names = row.pop("provinces")
        if row["code"] not in known:
            session.add(FreightZone(**row, position=number))
            session.flush()
        for name in names:
            if name not in placed:
                session.add(FreightProvince(name=name, zone_code=row["code"], position=position))
            position += 1
    session.flush()


def set_discount(
    session: Session, *, seller_id: int, threshold_fen: int, off_fen: int, from_on: dt.date, to_on: dt.date, by: int
) -> DiscountView:
    """Take so much off from so much on, at the seller's cost, over some days. The same again returns the first.

    Raises:
        DiscountRefused: nothing, more than half, over long, or over days that are past.
    """
    fits = off_fen > 0 and 2 * off_fen <= threshold_fen and from_on <= to_on
    if not fits or to_on < clock.today() or to_on - from_on > rules.LONGEST_DISCOUNT:
        raise DiscountRefused
    standing = session.scalar(
        select(SellerDiscount).where(
            SellerDiscount.seller_id == seller_id,
            SellerDiscount.threshold_fen == threshold_fen,
            SellerDiscount.off_fen == off_fen,
            SellerDiscount.from_on == from_on,
            SellerDiscount.to_on == to_on,
        )
    )
    if standing is None:
        standing = SellerDiscount(
            seller_id=seller_id, threshold_fen=threshold_fen, off_fen=off_fen, from_on=from_on, to_on=to_on, set_by=by,
            set_at=clock.now(),
        )  # fmt: skip
        session.add(standing)
        session.flush()
        record_audit(
            session, by=by, action="orders.set_discount", object_kind="seller", object_ref=str(seller_id),
            after={"threshold_fen": threshold_fen, "off_fen": off_fen, "from_on": str(from_on), "to_on": str(to_on)},
        )  # fmt: skip
    return view_of(standing)


def end_discount(session: Session, *, discount_id: int, by: int) -> None:
    """Take a discount away from today on; orders placed under it keep it."""
    found = session.get(SellerDiscount, discount_id)
    if found is None:
        raise NotThere
    yesterday = clock.today() - dt.timedelta(days=1)
    if found.from_on > yesterday:
        session.delete(found)
    elif found.to_on > yesterday:
        found.to_on = yesterday
    session.flush()
    record_audit(
        session, by=by, action="orders.end_discount", object_kind="seller", object_ref=str(found.seller_id),
        before={"threshold_fen": found.threshold_fen, "off_fen": found.off_fen},
    )  # fmt: skip
