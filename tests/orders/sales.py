"""A village with two sellers, their goods, a buyer and officials; and an order's way, made through services alone."""

import datetime as dt
import itertools
from dataclasses import dataclass

from marketplace.accounts.invariants import CHECKS as ACCOUNT_CHECKS
from marketplace.income.invariants import CHECKS as INCOME_CHECKS
from marketplace.kernel import clock
from marketplace.ledger.invariants import CHECKS as LEDGER_CHECKS
from marketplace.orders import queries, services
from marketplace.orders.invariants import CHECKS as ORDER_CHECKS
from marketplace.orders.values import Contact, RefundReason
from marketplace.products.invariants import CHECKS as PRODUCT_CHECKS
from tests.beginnings import told_once
from tests.farmers import places
from tests.products import goods

SEALER = places.SEALER
CONTACT = Contact("王雨", "13900000011", "萍乡市莲花县琴亭镇解放路1号")
PROVINCE = "江西省"
AT = dt.datetime(2026, 9, 3, 4, tzinfo=dt.UTC)
_keys = itertools.count(1)


@dataclass(frozen=True)
class Fair:
    """Keys of who is there; `household` and `shop` sell, `seed`, `rice` and `tea` are references of offers."""

    village: goods.Village
    buyer: int
    second_official: int
    seed: str
    rice: str
    tea: str


@told_once
def fair(session, **facts):
    """Build the village, freight, and three offers: lotus seed and rice of a household, fresh tea of an enterprise."""
    place = goods.village(session)
    services.load_freight(session)
    seed = goods.on_sale(session, place, **{"unit_grams": 500, "price_fen": 4800, "quantity": 50} | facts)
    rice = goods.on_sale(session, place, category_code="rice", variety="white_rice", unit_grams=5000, price_fen=6900, quantity=20)
    tea = goods.on_sale(
        session, place, seller_id=place.shop_id, household_id=None, category_code="vegetables", variety="", price_fen=1500,
        quantity=30, listed_by=place.stranger, title="空心菜",
    )  # fmt: skip
    buyer = places.person(session, "王雨")
    second = places.official(session, "township_official", "360321101")
    session.commit()
    return Fair(place, buyer, second, seed.ref, rice.ref, tea.ref)


def place(session, items, **facts):
    """Order (reference, quantity) items."""
    given = {
        "key": f"order-{next(_keys)}", "items": items, "contact": CONTACT, "province": PROVINCE, "sealer": SEALER,
        "expected_total_fen": None,
    } | facts  # fmt: skip
    return services.place_purchase(session, **given)


def pay(session, purchase, fee_fen=0, at=None, gateway="offline"):
    return services.mark_paid(session, purchase_id=purchase.id, gateway=gateway, gateway_fee_fen=fee_fen, at=at or clock.now())


def bought(session, items, fee_fen=0, **facts):
    """Order and pay; return the purchase as it stands."""
    purchase = place(session, items, **facts)
    assert pay(session, purchase, fee_fen)
    return queries.purchase_by_id(session, purchase_id=purchase.id)


def sent(session, order_id, by, until="delivered"):
    """Take an order along its way as far as told: the seller brings it, the carrier does the rest."""
    for verb, state in (
        (services.confirm_order, "confirmed"),
        (services.pack_order, "packed"),
        (services.hand_in_order, "handed_in"),
    ):
        assert verb(session, order_id=order_id, by=by) == state
        if state == until:
            return queries.order_by_id(session, order_id=order_id)
    services.ship_order(session, order_id=order_id, by=None, carrier="顺丰", tracking_no=f"SF{order_id:08d}")
    if until != "shipped":
        services.deliver_order(session, order_id=order_id, by=None)
    return queries.order_by_id(session, order_id=order_id)


def asked(session, line, quantity, by=None, reason=RefundReason.DAMAGED, restock=False, key=None):
    """Ask for the money of some units."""
    return services.request_refund(
        session, key=key or f"refund-{next(_keys)}", line_id=line.id, quantity=quantity, reason=reason, note="", restock=restock,
        by=by,
    )  # fmt: skip


def refunded(session, fair, refund, at=None):
    """Approve a refund and let the money go back."""
    services.approve_refund(session, refund_id=refund.id, by=fair.second_official)
    services.submit_refund(session, refund_id=refund.id)
    assert services.refund_succeeded(session, refund_id=refund.id, at=at or clock.now())


def left(session, ref):
    return queries.quote(session, items=[(ref, 1)], province=None).orders[0].lines[0].left


def breaches(session):
    """Return every broken truth of orders and of the rooms below."""
    session.flush()
    session.expire_all()
    checks = (*LEDGER_CHECKS, *INCOME_CHECKS, *PRODUCT_CHECKS, *ORDER_CHECKS, *ACCOUNT_CHECKS)
    return {name: rows for name, check in checks if (rows := list(check(session)))}
