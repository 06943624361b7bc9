"""Triggers of tours: history is append-only, what a booking froze stays frozen, and what has ended stays ended.

Money may still come for a booking that ran out of time, so that one may become confirmed. Errors carry the prefix 'tours:'.
"""

from marketplace.kernel.triggers import Guard, refusing

#: The area follows the payees, who may change until they have earned their part.
_FROZEN_BOOKING = "ref, key, code, tour_id, village_code, title_zh, title_en, total_fen, policy, nights, channel, placed_at"
_FROZEN_SHARE = "booking_id, component_id, role, gross_fen"
#: Who gets a share, at what fee: it may pass to a substitute until it is earned.
_HELD_SHARE = "earned_at, seller_id, household_id, village_code, platform_fee_bp, turn"
_FROZEN_REFUND = "ref, key, booking_id, area_code, amount_fen, reason, requested_by, requested_at"

_GUARDS = (
    Guard("tour_event_unchanged", "UPDATE", "tour_events"),
    Guard("tour_event_kept", "DELETE", "tour_events"),
    Guard("tour_archived", "UPDATE OF state", "tours", "OLD.state = 'archived' AND NEW.state <> 'archived'"),
    Guard("departure_ended", "UPDATE OF state", "departures", "OLD.state IN ('settled', 'cancelled') AND NEW.state <> OLD.state"),
    Guard("departure_kept", "DELETE", "departures"),
    Guard("booking_frozen", f"UPDATE OF {_FROZEN_BOOKING}", "bookings"),
    Guard(
        "booking_ended",
        "UPDATE OF state",
        "bookings",
        "(OLD.state IN ('CANCELLED', 'REDEEMED') AND NEW.state <> OLD.state)"
        " OR (OLD.state = 'EXPIRED' AND NEW.state NOT IN ('EXPIRED', 'CONFIRMED'))",
    ),
    Guard("booking_kept", "DELETE", "bookings"),
    Guard("booking_event_unchanged", "UPDATE", "booking_events"),
    Guard("booking_event_kept", "DELETE", "booking_events"),
    Guard("booking_share_frozen", f"UPDATE OF {_FROZEN_SHARE}", "booking_shares"),
    Guard("booking_share_fee_frozen", "UPDATE OF gateway_fee_fen", "booking_shares", "OLD.gateway_fee_fen IS NOT NULL"),
    Guard("booking_share_earned", f"UPDATE OF {_HELD_SHARE}", "booking_shares", "OLD.earned_at IS NOT NULL"),
    Guard("booking_share_kept", "DELETE", "booking_shares"),
    Guard("ticket_ended", "UPDATE OF state", "tickets", "OLD.state <> 'issued' AND NEW.state <> OLD.state"),
    Guard("ticket_kept", "DELETE", "tickets"),
    Guard("booking_refund_frozen", f"UPDATE OF {_FROZEN_REFUND}", "booking_refunds"),
    Guard(
        "booking_refund_ended",
        "UPDATE OF state",
        "booking_refunds",
        "OLD.state IN ('succeeded', 'paid_by_hand') AND NEW.state <> OLD.state",
    ),
    Guard("booking_refund_kept", "DELETE", "booking_refunds"),
    Guard("substitution_unchanged", "UPDATE", "substitutions"),
    Guard("substitution_kept", "DELETE", "substitutions"),
    Guard("check_in_unchanged", "UPDATE", "check_ins"),
    Guard("check_in_kept", "DELETE", "check_ins"),
)

TRIGGERS = tuple(guard.name for guard in _GUARDS)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return refusing("tours", "tours: this is kept as it was written", _GUARDS, dialect_name)
