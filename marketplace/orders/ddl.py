"""Triggers of orders: history is append-only, what a line froze stays frozen, and what has ended stays ended.

Money may still come for a purchase that ran out or was called off, so those two may become paid; paid never changes again.
Errors carry the prefix 'orders:'.
"""

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

#: (name, event, table, condition)
_GUARDS = (
    ("order_event_unchanged", "UPDATE", "order_events", ""),
    ("order_event_kept", "DELETE", "order_events", ""),
    ("order_line_frozen", f"UPDATE OF {_FROZEN_LINE}", "order_lines", ""),
    ("order_line_fee_frozen", "UPDATE OF gateway_fee_fen", "order_lines", "OLD.gateway_fee_fen IS NOT NULL"),
    ("order_line_earned", "UPDATE OF earned_at", "order_lines", "OLD.earned_at IS NOT NULL"),
    ("order_line_kept", "DELETE", "order_lines", ""),
    ("order_frozen", f"UPDATE OF {_FROZEN_ORDER}", "household_orders", ""),
    (
        "order_ended",
        "UPDATE OF state",
        "household_orders",
        "OLD.state IN ('completed', 'cancelled') AND NEW.state <> OLD.state",
    ),
    ("order_kept", "DELETE", "household_orders", ""),
    ("purchase_frozen", f"UPDATE OF {_FROZEN_PURCHASE}", "purchases", ""),
    (
        "purchase_ended",
        "UPDATE OF state",
        "purchases",
        "(OLD.state = 'paid' AND NEW.state <> 'paid')"
        " OR (OLD.state IN ('expired', 'cancelled') AND NEW.state NOT IN ('paid', OLD.state))",
    ),
    ("purchase_kept", "DELETE", "purchases", ""),
    ("refund_frozen", f"UPDATE OF {_FROZEN_REFUND}", "refunds", ""),
    (
        "refund_ended",
        "UPDATE OF state",
        "refunds",
        "OLD.state IN ('rejected', 'succeeded', 'paid_by_hand') AND NEW.state <> OLD.state",
    ),
    ("refund_kept", "DELETE", "refunds", ""),
    ("refund_image_unchanged", "UPDATE", "refund_images", ""),
    ("refund_image_kept", "DELETE", "refund_images", ""),
)

TRIGGERS = tuple(name for name, *_ in _GUARDS)

_WORDS = "orders: this is kept as it was written"
_REFUSE = f"""
CREATE OR REPLACE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{_WORDS}';
END $$
"""


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    if dialect_name == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}{f' WHEN {when}' if when else ''} BEGIN"
            f" SELECT RAISE(ABORT, '{_WORDS}'); END"
            for name, event, table, when in _GUARDS
        ]
    return [
        _REFUSE.strip(),
        *(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{f' WHEN ({when})' if when else ''}"
            " EXECUTE FUNCTION orders_refuse_change()"
            for name, event, table, when in _GUARDS
        ),
    ]
