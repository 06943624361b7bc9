"""Triggers of payments: what a gateway said and what it changed is kept as written; sums never change; what is decided stays.

Errors carry the prefix 'payments:'.
"""

_WORDS = "payments: this is kept as it was written"
_FROZEN_INTENT = "ref, purchase_id, booking_id, due_ref, area_code, gateway, amount_fen, created_at"
_FROZEN_RECEIPT = "ref, key, intent_id, due_ref, area_code, method, bank_ref, amount_fen, recorded_by, recorded_at"
_FROZEN_SURPLUS = "ref, event_id, due_ref, area_code, gateway, amount_fen, came_at, reason, checkout_id, is_booked"
_FROZEN_ATTEMPT = (
    "key, intent_id, refund_id, booking_refund_id, surplus_id, gateway, amount_fen, checkout_id, payment_ref, amount_minor"
)
_FROZEN_CHECKOUT = "key, intent_id, gateway, locale, site, currency, amount_minor, opened_at, expires_at"
_FROZEN_DISPUTE = "ref, gateway, dispute_ref, checkout_id, due_ref, area_code, opened_at"
_FROZEN_TRANSFER = "ref, key, refund_id, booking_refund_id, refund_ref, area_code, amount_fen, bank_ref, recorded_by, recorded_at"

#: (name, event, table, condition)
_GUARDS = (
    ("payment_event_unchanged", "UPDATE", "payment_events", ""),
    ("payment_event_kept", "DELETE", "payment_events", ""),
    ("payment_effect_unchanged", "UPDATE", "payment_effects", ""),
    ("payment_effect_kept", "DELETE", "payment_effects", ""),
    ("payment_intent_frozen", f"UPDATE OF {_FROZEN_INTENT}", "payment_intents", ""),
    ("payment_intent_ended", "UPDATE OF state", "payment_intents", "OLD.state = 'succeeded' AND NEW.state <> 'succeeded'"),
    ("payment_intent_kept", "DELETE", "payment_intents", ""),
    (
        "payment_attempt_ended",
        "UPDATE OF state",
        "payment_attempts",
        "OLD.state IN ('succeeded', 'failed') AND NEW.state <> OLD.state",
    ),
    ("payment_attempt_frozen", f"UPDATE OF {_FROZEN_ATTEMPT}", "payment_attempts", ""),
    ("payment_attempt_kept", "DELETE", "payment_attempts", ""),
    ("payment_checkout_frozen", f"UPDATE OF {_FROZEN_CHECKOUT}", "payment_checkouts", ""),
    (
        "payment_checkout_complete",
        "UPDATE OF state, captured_minor, effect, session_id, payment_ref",
        "payment_checkouts",
        "OLD.state = 'complete'",
    ),
    ("payment_checkout_kept", "DELETE", "payment_checkouts", ""),
    ("payment_notification_unchanged", "UPDATE", "payment_notifications", ""),
    ("payment_notification_kept", "DELETE", "payment_notifications", ""),
    ("payment_dispute_frozen", f"UPDATE OF {_FROZEN_DISPUTE}", "payment_disputes", ""),
    ("payment_dispute_ended", "UPDATE OF state", "payment_disputes", "OLD.state = 'lost' AND NEW.state = 'open'"),
    (
        "payment_dispute_decided",
        "UPDATE OF bearer, proposed_by, decided_by",
        "payment_disputes",
        "OLD.decided_by IS NOT NULL",
    ),
    ("payment_dispute_kept", "DELETE", "payment_disputes", ""),
    ("offline_receipt_frozen", f"UPDATE OF {_FROZEN_RECEIPT}", "offline_receipts", ""),
    (
        "offline_receipt_ended",
        "UPDATE OF state",
        "offline_receipts",
        "OLD.state IN ('confirmed', 'rejected', 'returned') AND NEW.state <> OLD.state",
    ),
    ("offline_receipt_kept", "DELETE", "offline_receipts", ""),
    ("payment_surplus_frozen", f"UPDATE OF {_FROZEN_SURPLUS}", "payment_surpluses", ""),
    ("payment_surplus_ended", "UPDATE OF state", "payment_surpluses", "OLD.state = 'returned' AND NEW.state <> 'returned'"),
    ("payment_surplus_kept", "DELETE", "payment_surpluses", ""),
    ("refund_transfer_frozen", f"UPDATE OF {_FROZEN_TRANSFER}", "refund_transfers", ""),
    (
        "refund_transfer_ended",
        "UPDATE OF state",
        "refund_transfers",
        "OLD.state IN ('confirmed', 'withdrawn') AND NEW.state <> OLD.state",
    ),
    ("refund_transfer_kept", "DELETE", "refund_transfers", ""),
)

#: The names of all triggers, for the check that they stand.
TRIGGERS = tuple(name for name, *_ in _GUARDS)

_REFUSE = f"""
CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'check_violation';
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
            " EXECUTE FUNCTION payments_refuse_change()"
            for name, event, table, when in _GUARDS
        ),
    ]
