"""Triggers of tours: history is append-only, what a booking froze stays frozen, and what has ended stays ended.

Money may still come for a booking that ran out of time, so that one may become confirmed. Errors carry the prefix 'tours:'.
"""

#: The area follows the payees, who may change until they have earned their part.
_FROZEN_BOOKING = "ref, key, code, tour_id, village_code, title_zh, title_en, total_fen, policy, nights, channel, placed_at"
_FROZEN_SHARE = "booking_id, component_id, role, gross_fen"
#: Who gets a share, at what fee: it may pass to a substitute until it is earned.
_HELD_SHARE = "earned_at, seller_id, household_id, village_code, platform_fee_bp, turn"
_FROZEN_REFUND = "ref, key, booking_id, area_code, amount_fen, reason, requested_by, requested_at"

#: (name, event, table, condition)
_GUARDS = (
    ("tour_event_unchanged", "UPDATE", "tour_events", ""),
    ("tour_event_kept", "DELETE", "tour_events", ""),
    ("tour_archived", "UPDATE OF state", "tours", "OLD.state = 'archived' AND NEW.state <> 'archived'"),
    ("departure_ended", "UPDATE OF state", "departures", "OLD.state IN ('settled', 'cancelled') AND NEW.state <> OLD.state"),
    ("departure_kept", "DELETE", "departures", ""),
    ("booking_frozen", f"UPDATE OF {_FROZEN_BOOKING}", "bookings", ""),
    (
        "booking_ended",
        "UPDATE OF state",
        "bookings",
        "(OLD.state IN ('CANCELLED', 'REDEEMED') AND NEW.state <> OLD.state)"
        " OR (OLD.state = 'EXPIRED' AND NEW.state NOT IN ('EXPIRED', 'CONFIRMED'))",
    ),
    ("booking_kept", "DELETE", "bookings", ""),
    ("booking_event_unchanged", "UPDATE", "booking_events", ""),
    ("booking_event_kept", "DELETE", "booking_events", ""),
    ("booking_share_frozen", f"UPDATE OF {_FROZEN_SHARE}", "booking_shares", ""),
    ("booking_share_fee_frozen", "UPDATE OF gateway_fee_fen", "booking_shares", "OLD.gateway_fee_fen IS NOT NULL"),
    ("booking_share_earned", f"UPDATE OF {_HELD_SHARE}", "booking_shares", "OLD.earned_at IS NOT NULL"),
    ("booking_share_kept", "DELETE", "booking_shares", ""),
    ("ticket_ended", "UPDATE OF state", "tickets", "OLD.state <> 'issued' AND NEW.state <> OLD.state"),
    ("ticket_kept", "DELETE", "tickets", ""),
    ("booking_refund_frozen", f"UPDATE OF {_FROZEN_REFUND}", "booking_refunds", ""),
    (
        "booking_refund_ended",
        "UPDATE OF state",
        "booking_refunds",
        "OLD.state IN ('succeeded', 'paid_by_hand') AND NEW.state <> OLD.state",
    ),
    ("booking_refund_kept", "DELETE", "booking_refunds", ""),
    ("substitution_unchanged", "UPDATE", "substitutions", ""),
    ("substitution_kept", "DELETE", "substitutions", ""),
    ("check_in_unchanged", "UPDATE", "check_ins", ""),
    ("check_in_kept", "DELETE", "check_ins", ""),
)

TRIGGERS = tuple(name for name, *_ in _GUARDS)

_WORDS = "tours: this is kept as it was written"
_REFUSE = f"""
CREATE OR REPLACE FUNCTION tours_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
            " EXECUTE FUNCTION tours_refuse_change()"
            for name, event, table, when in _GUARDS
        ),
    ]
