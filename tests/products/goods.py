"""A village with a household that sells, its officials, and goods on sale: made through services alone."""

import datetime as dt
import io
import itertools
from dataclasses import dataclass

from PIL import Image

from marketplace.farmers import services as farmers
from marketplace.farmers.values import SellerKind
from marketplace.kernel import clock
from marketplace.products import services
from marketplace.products.invariants import CHECKS
from tests.beginnings import told_once
from tests.farmers import places

VILLAGE = places.VILLAGE
_keys = itertools.count(1)


@dataclass(frozen=True)
class Village:
    """Keys of who is there."""

    household_id: int
    household_ref: str
    seller_id: int
    seller_ref: str
    farmer: int
    official: int
    stranger: int
    shop_id: int


@told_once
def village(session, sealer=places.SEALER):
    """Build the county, its kinds of goods, one household that may sell, and an enterprise of the village."""
    places.county(session)
    services.load_categories(session)
    home = farmers.open_household(session, entry=places.entry("H1", crops=("莲子", "水稻")), on=places.DAY, sealer=sealer)
    farmer = places.person(session, "刘一")
    official = places.official(session, "village_official", VILLAGE)
    stranger = places.official(session, "village_official", "360321102200")
    farmers.match_user_to_household(session, household_id=home.id, user_id=farmer, by=official)
    seller = farmers.apply_to_sell(session, household_id=home.id, display_name="刘家", by=farmer, story="我们种莲。")
    farmers.approve_seller(session, seller_id=seller.id, by=official)
    shop = farmers.apply_to_sell(session, display_name="莲乡公司", village_code=VILLAGE, kind=SellerKind.ENTERPRISE, by=stranger)
    farmers.approve_seller(session, seller_id=shop.id, by=official)
    session.flush()
    return Village(home.id, home.ref, seller.id, seller.ref, farmer, official, stranger, shop.id)


def listed(session, village, **facts):
    """List goods of the household and leave them waiting."""
    given = {
        "seller_id": village.seller_id, "household_id": village.household_id, "category_code": "lotus", "variety": "lotus_seed",
        "unit_grams": 500, "price_fen": 4800, "quantity": 50, "harvest_on": dt.date(2026, 9, 12), "image_ids": (),
        "client_key": f"key-{next(_keys)}", "listed_by": village.farmer,
    } | facts  # fmt: skip
    return services.list_offer(session, **given)


def on_sale(session, village, **facts):
    """List goods and let the village approve them."""
    offer = listed(session, village, **facts)
    return services.approve_offer(session, offer_id=offer.id, by=village.official)


def soon(minutes=30):
    return clock.now() + dt.timedelta(minutes=minutes)


def assert_truths_hold(session):
    session.flush()
    session.expire_all()
    assert {name: rows for name, check in CHECKS if (rows := list(check(session)))} == {}


def photograph(colour="teal"):
    out = io.BytesIO()
    Image.new("RGB", (500, 400), colour).save(out, "JPEG")
    return out.getvalue()
