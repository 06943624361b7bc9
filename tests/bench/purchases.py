"""Purchases in bulk, one line each: what the verbs of orders and products would have written of a sale."""

import datetime as dt
from collections import Counter
from itertools import pairwise

from sqlalchemy import bindparam, update

from marketplace.orders.models import HouseholdOrder, OrderEvent, OrderLine, Purchase, Refund
from marketplace.orders.values import OrderState, PurchaseState, RefundReason, RefundState
from marketplace.products.models import Offer, Reservation, Stock, StockMovement
from marketplace.products.values import HoldState, MovementKind
from tests.bench.databases import insert_rows
from tests.bench.slips import Slips

_WAY = (
    OrderState.PLACED, OrderState.CONFIRMED, OrderState.PACKED, OrderState.HANDED_IN, OrderState.SHIPPED, OrderState.DELIVERED,
    OrderState.COMPLETED,
)  # fmt: skip
_REFUND_WAY = (RefundState.REQUESTED, RefundState.APPROVED, RefundState.SUBMITTED, RefundState.SUCCEEDED)
DELIVERED_AFTER = dt.timedelta(days=2)


class Purchases:
    """The rows of purchases, collected before they are written. A sale's number is the key of its purchase, order and line."""

    def __init__(self, county, zone_code, province):
        self.official = county.official
        self.slips = Slips(county.official, county.second)
        self.zone_code = zone_code
        self.province = province
        self.rows = {model: [] for model in (Purchase, HouseholdOrder, OrderLine, Refund, OrderEvent, Reservation, StockMovement)}
        self.sold = Counter()

    def add(self, sale, offer, *, refund, earned_at):
        """Add the purchase of one sale; `refund` is (quantity, amount, moment) or nothing."""
        number, at, fen = sale["id"], sale["sold_at"], sale["gross_fen"]
        ref = purchase_ref(number)
        place = {"village_code": offer["village_code"], "household_id": offer["household_id"]}
        self.rows[Purchase].append(
            {
                "id": number, "ref": ref, "key": f"bench-{number}", "state": str(PurchaseState.PAID), "phone_last4": "1234",
                "province": self.province, "zone_code": self.zone_code, "area_code": offer["village_code"], "goods_fen": fen,
                "discount_fen": 0, "freight_fen": 0, "total_fen": fen, "gateway": sale["gateway"],
                "gateway_fee_fen": sale["gateway_fee_fen"], "channel": sale["channel"], "hold_until": at + dt.timedelta(days=3),
                "placed_at": at, "paid_at": at,
            }
        )  # fmt: skip
        way = _WAY if earned_at else _WAY[:1]
        delivered_at = at + DELIVERED_AFTER if earned_at else None
        self.rows[HouseholdOrder].append(
            {
                "id": number, "ref": order_ref(number), "purchase_id": number, "seller_id": offer["seller_id"], **place,
                "state": str(way[-1]), "goods_fen": fen, "discount_fen": 0, "freight_fen": 0, "paid_fen": fen,
                "grams": offer["unit_grams"] * sale["quantity"], "placed_at": at, "paid_at": at, "delivered_at": delivered_at,
                "completed_at": earned_at,
            }
        )  # fmt: skip
        self.rows[OrderLine].append(
            {
                "id": number, "household_order_id": number, "offer_id": offer["id"], "offer_ref": offer["ref"],
                "offer_slug": offer["slug"], "seller_id": offer["seller_id"], **place, "category_code": offer["category_code"],
                "is_cultural": False, "title": offer["title_zh"], "title_en": offer["title_en"],
                "unit_grams": offer["unit_grams"], "quantity": sale["quantity"], "price_fen": offer["price_fen"],
                "gross_fen": fen, "discount_fen": 0, "paid_fen": fen,
                "platform_fee_bp": sale["platform_fee_bp"], "after_sale_hours": 168, "gateway_fee_fen": sale["gateway_fee_fen"],
                "refunded_fen": refund[1] if refund else 0, "refunded_quantity": refund[0] if refund else 0, "due_at": earned_at,
                "earned_at": earned_at,
            }
        )  # fmt: skip
        self._steps("purchase", number, (PurchaseState.AWAITING_PAYMENT, PurchaseState.PAID), at)
        self._steps("order", number, way, at)
        self.slips.paid(number, purchase_ref=ref, area_code=offer["village_code"], fen=fen, at=at)
        if refund:
            self._refund(number, place, refund)
        self._hold(ref, offer["id"], sale["quantity"], at)

    def _refund(self, number, place, refund):
        quantity, amount, at = refund
        key = len(self.rows[Refund]) + 1
        self.rows[Refund].append(
            {
                "id": key, "ref": refund_ref(number), "key": refund_ref(number), "household_order_id": number,
                "order_line_id": number, **place, "quantity": quantity, "amount_fen": amount, "freight_fen": 0,
                "reason": str(RefundReason.DAMAGED), "restock": False, "state": str(RefundState.SUCCEEDED), "requested_at": at,
                "approved_by": self.official, "approved_at": at, "succeeded_at": at,
            }
        )  # fmt: skip
        self._steps("refund", number, _REFUND_WAY, at, refund_id=key)
        self.slips.sent_back(
            number, refund_id=key, refund_ref=refund_ref(number), area_code=place["village_code"], fen=amount, at=at
        )  # fmt: skip

    def _steps(self, subject, number, way, at, refund_id=None):
        for before, after in pairwise(("", *way)):
            self.rows[OrderEvent].append(
                {
                    "purchase_id": number, "household_order_id": None if subject == "purchase" else number,
                    "refund_id": refund_id, "subject": subject,
                    "before": str(before), "after": str(after), "at": at, "by_user_id": self.official,
                }
            )  # fmt: skip

    def _hold(self, ref, offer_id, quantity, at):
        key = f"purchase/{ref}"
        self.sold[offer_id] += quantity
        self.rows[Reservation].append(
            {
                "key": key, "offer_id": offer_id, "quantity": quantity, "state": str(HoldState.COMMITTED), "until": at,
                "source": key, "made_at": at, "ended_at": at,
            }
        )  # fmt: skip
        self.rows[StockMovement].append(
            {
                "offer_id": offer_id,
                "kind": str(MovementKind.HELD),
                "on_hand_delta": 0,
                "taken_delta": quantity,
                "at": at,
                "source": key,
            }
        )

    def write(self, session):
        """Write them, each table after those it names."""
        for model, rows in self.rows.items():
            insert_rows(session, model, rows)
        self.slips.write(session)
        counts = [{"key": offer_id, "quantity": quantity} for offer_id, quantity in self.sold.items()]
        for table, key, column in ((Stock.__table__, "offer_id", "taken"), (Offer.__table__, "id", "sold_count")):
            statement = update(table).where(table.c[key] == bindparam("key")).values({column: bindparam("quantity")})
            session.connection().execute(statement, counts)


def purchase_ref(number):
    return f"L{number:010d}"


def order_ref(number):
    return f"{purchase_ref(number)}-1"


def refund_ref(number):
    return f"R{number:010d}"
