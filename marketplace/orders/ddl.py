"""Triggers of orders: history is append-only, what a line froze stays frozen, and what has ended stays ended.

Money may still come for a purchase that ran out or was called off, so those two may become paid; paid never changes again.
Errors carry the prefix 'orders:'.
"""

from marketplace.kernel.triggers import Guard, refusing

_FROZEN_LINE = (
    "household_order_id, offer_id, offer_ref, offer_slug, seller_id, household_id, village_code, category_code, is_cultural,"
    " title, title_en, image_id, unit_grams, quantity, price_fen, gross_fen, discount_fen, paid_fen, platform_fee_bp,"
    " after_sale_hours"
)
_FROZEN_ORDER = (
    "ref, purchase_id, seller_id, household_id, village_code, goods_fen, discount_fen, freight_fen, paid_fen, placed_at"
)
_FROZEN_PURCHASE = "ref, key, province, zone_code, area_code, goods_fen, discount_fen, freight_fen, total_fen, placed_at, channel"
_FROZEN_REFUND = "ref, key, household_order_id, order_line_id, household_id, village_code, quantity, amount_fen, requested_by"

_GUARDS = (
    Guard("order_event_unchanged", "UPDATE", "order_events"),
    Guard("order_event_kept", "DELETE", "order_events"),
    Guard("order_line_frozen", f"UPDATE OF {_FROZEN_LINE}", "order_lines"),
    Guard("order_line_fee_frozen", "UPDATE OF gateway_fee_fen", "order_lines", "OLD.gateway_fee_fen IS NOT NULL"),
    Guard("order_line_earned", "UPDATE OF earned_at", "order_lines", "OLD.earned_at IS NOT NULL"),
    Guard("order_line_kept", "DELETE", "order_lines"),
    Guard("order_frozen", f"UPDATE OF {_FROZEN_ORDER}", "household_orders"),
    Guard(
        "order_ended",
        "UPDATE OF state",
        "household_orders",
        "OLD.state IN ('completed', 'cancelled') AND NEW.state <> OLD.state",
    ),
    Guard("order_kept", "DELETE", "household_orders"),
    Guard("purchase_frozen", f"UPDATE OF {_FROZEN_PURCHASE}", "purchases"),
    Guard(
        "purchase_ended",
        "UPDATE OF state",
        "purchases",
        "(OLD.state = 'paid' AND NEW.state <> 'paid')"
        " OR (OLD.state IN ('expired', 'cancelled') AND NEW.state NOT IN ('paid', OLD.state))",
    ),
    Guard("purchase_kept", "DELETE", "purchases"),
    Guard("refund_frozen", f"UPDATE OF {_FROZEN_REFUND}", "refunds"),
    Guard(
        "refund_ended",
        "UPDATE OF state",
        "refunds",
        "OLD.state IN ('rejected', 'succeeded', 'paid_by_hand') AND NEW.state <> OLD.state",
    ),
    Guard("refund_kept", "DELETE", "refunds"),
    Guard("refund_image_unchanged", "UPDATE", "refund_images"),
    Guard("refund_image_kept", "DELETE", "refund_images"),
)

TRIGGERS = tuple(guard.name for guard in _GUARDS)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return refusing("orders", "orders: this is kept as it was written", _GUARDS, dialect_name)
