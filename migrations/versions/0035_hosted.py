"""Payment services with a page of their own: visits to it, notifications, disputes, words to buyers; money that is a buyer's.

Revision ID: 0035_hosted
Revises: 0034_privacy
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import Key, UtcDateTime

revision = "0035_hosted"
down_revision = "0034_privacy"
branch_labels = None
depends_on = None

WORDS = "payments: this is kept as it was written"
#: (name, event, table, condition): those of tables that are made anew stand aside while they are.
EFFECTS = (
    ("payment_effect_unchanged", "UPDATE", "payment_effects", ""),
    ("payment_effect_kept", "DELETE", "payment_effects", ""),
)
ATTEMPTS = (
    (
        "payment_attempt_ended",
        "UPDATE OF state",
        "payment_attempts",
        "OLD.state IN ('succeeded', 'failed') AND NEW.state <> OLD.state",
    ),
    ("payment_attempt_kept", "DELETE", "payment_attempts", ""),
)
FROZEN_ATTEMPT = (
    "payment_attempt_frozen",
    "UPDATE OF key, intent_id, refund_id, booking_refund_id, surplus_id, gateway, amount_fen, checkout_id, payment_ref,"
    " amount_minor",
    "payment_attempts",
    "",
)
_FROZEN_SURPLUS = "ref, event_id, due_ref, area_code, gateway, amount_fen, came_at"
SURPLUSES_BEFORE = (
    ("payment_surplus_frozen", f"UPDATE OF {_FROZEN_SURPLUS}", "payment_surpluses", ""),
    ("payment_surplus_ended", "UPDATE OF state", "payment_surpluses", "OLD.state = 'returned' AND NEW.state <> 'returned'"),
    ("payment_surplus_kept", "DELETE", "payment_surpluses", ""),
)
SURPLUSES = (
    ("payment_surplus_frozen", f"UPDATE OF {_FROZEN_SURPLUS}, reason, checkout_id, is_booked", "payment_surpluses", ""),
    *SURPLUSES_BEFORE[1:],
)
NEW = (
    (
        "payment_checkout_frozen",
        "UPDATE OF key, intent_id, gateway, locale, site, currency, amount_minor, opened_at, expires_at",
        "payment_checkouts",
        "",
    ),
    (
        "payment_checkout_complete",
        "UPDATE OF state, captured_minor, effect, session_id, payment_ref",
        "payment_checkouts",
        "OLD.state = 'complete'",
    ),
    ("payment_checkout_kept", "DELETE", "payment_checkouts", ""),
    ("payment_notification_unchanged", "UPDATE", "payment_notifications", ""),
    ("payment_notification_kept", "DELETE", "payment_notifications", ""),
    (
        "payment_dispute_frozen",
        "UPDATE OF ref, gateway, dispute_ref, checkout_id, due_ref, area_code, opened_at",
        "payment_disputes",
        "",
    ),
    ("payment_dispute_ended", "UPDATE OF state", "payment_disputes", "OLD.state = 'lost' AND NEW.state = 'open'"),
    ("payment_dispute_decided", "UPDATE OF bearer, proposed_by, decided_by", "payment_disputes", "OLD.decided_by IS NOT NULL"),
    ("payment_dispute_kept", "DELETE", "payment_disputes", ""),
)
_COUNTED = (
    "CASE WHEN intent_id IS NULL THEN 0 ELSE 1 END + CASE WHEN refund_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN booking_refund_id IS NULL THEN 0 ELSE 1 END{more} = 1"
)
_SURPLUS_COUNTED = " + CASE WHEN surplus_id IS NULL THEN 0 ELSE 1 END"
_IS_OPEN = "state IN ('started', 'succeeded')"


def upgrade():
    op.create_table(
        "payment_notifications",
        sa.Column("id", Key, nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("object_ref", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_notifications")),
        sa.UniqueConstraint("gateway", "event_id", name=op.f("uq_payment_notifications_gateway_event_id")),
    )
    op.create_index("ix_payment_notifications_object_ref", "payment_notifications", ["gateway", "object_ref"], unique=False)
    op.create_table(
        "payment_checkouts",
        sa.Column("id", Key, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("intent_id", Key, nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.String(length=120), nullable=True),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", Key, nullable=False),
        sa.Column("captured_minor", Key, server_default="0", nullable=False),
        sa.Column("refunded_minor", Key, server_default="0", nullable=False),
        sa.Column("payment_ref", sa.String(length=120), server_default="", nullable=False),
        sa.Column("method", sa.String(length=30), server_default="", nullable=False),
        sa.Column("effect", sa.String(length=12), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("refundable_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'complete') = (captured_minor > 0)", name=op.f("ck_payment_checkouts_captured")),
        sa.CheckConstraint("(state = 'complete') = (effect IS NOT NULL)", name=op.f("ck_payment_checkouts_effect")),
        sa.CheckConstraint("effect IS NULL OR effect IN ('paid', 'to_return')", name=op.f("ck_payment_checkouts_effect_kind")),
        sa.CheckConstraint("locale IN ('zh', 'en')", name=op.f("ck_payment_checkouts_locale")),
        sa.CheckConstraint(
            "state IN ('opening', 'open', 'processing', 'complete', 'expired', 'failed')", name=op.f("ck_payment_checkouts_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'processing', 'complete') OR session_id IS NOT NULL", name=op.f("ck_payment_checkouts_session")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_checkouts_some_amount")),
        sa.CheckConstraint(
            "refunded_minor BETWEEN 0 AND captured_minor", name=op.f("ck_payment_checkouts_refunded_within_captured")
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["payment_intents.id"], name=op.f("fk_payment_checkouts_intent_id_payment_intents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_checkouts")),
        sa.UniqueConstraint("gateway", "session_id", name=op.f("uq_payment_checkouts_gateway_session_id")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_checkouts_key")),
    )
    op.create_index("ix_payment_checkouts_intent_id", "payment_checkouts", ["intent_id"], unique=False)
    op.create_index(
        "ix_payment_checkouts_unsettled",
        "payment_checkouts",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('opening', 'open', 'processing')"),
        postgresql_where=sa.text("state IN ('opening', 'open', 'processing')"),
    )
    op.create_index(
        "uq_payment_checkouts_live",
        "payment_checkouts",
        ["intent_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('opening', 'open')"),
        postgresql_where=sa.text("state IN ('opening', 'open')"),
    )
    op.create_index(
        "uq_payment_checkouts_paid",
        "payment_checkouts",
        ["intent_id"],
        unique=True,
        sqlite_where=sa.text("effect = 'paid'"),
        postgresql_where=sa.text("effect = 'paid'"),
    )
    op.create_index(
        "uq_payment_checkouts_payment_ref",
        "payment_checkouts",
        ["gateway", "payment_ref"],
        unique=True,
        sqlite_where=sa.text("payment_ref <> ''"),
        postgresql_where=sa.text("payment_ref <> ''"),
    )
    op.create_table(
        "payment_disputes",
        sa.Column("id", Key, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("dispute_ref", sa.String(length=120), nullable=False),
        sa.Column("checkout_id", Key, nullable=False),
        sa.Column("due_ref", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("taken_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("borne_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("evidence_due_at", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("bearer", sa.String(length=12), nullable=True),
        sa.Column("proposed_by", Key, nullable=True),
        sa.Column("decided_by", Key, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("bearer IS NULL OR bearer IN ('platform', 'refund')", name=op.f("ck_payment_disputes_bearer")),
        sa.CheckConstraint("bearer IS NULL OR state = 'lost'", name=op.f("ck_payment_disputes_lost_first")),
        sa.CheckConstraint("state IN ('open', 'won', 'lost')", name=op.f("ck_payment_disputes_state")),
        sa.CheckConstraint("(bearer IS NULL) = (proposed_by IS NULL)", name=op.f("ck_payment_disputes_proposed")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_disputes_some_amount")),
        sa.CheckConstraint(
            "decided_by IS NOT NULL OR borne_fen + refunded_fen = 0", name=op.f("ck_payment_disputes_decided_first")
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_payment_disputes_two_officials")),
        sa.CheckConstraint(
            "returned_fen + borne_fen + refunded_fen <= taken_fen", name=op.f("ck_payment_disputes_no_more_than_taken")
        ),
        sa.CheckConstraint(
            "taken_fen >= 0 AND returned_fen >= 0 AND borne_fen >= 0 AND refunded_fen >= 0 AND fee_fen >= 0",
            name=op.f("ck_payment_disputes_amounts"),
        ),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_payment_disputes_area_code_areas")),
        sa.ForeignKeyConstraint(
            ["checkout_id"], ["payment_checkouts.id"], name=op.f("fk_payment_disputes_checkout_id_payment_checkouts")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_payment_disputes_decided_by_users")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_payment_disputes_proposed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_disputes")),
        sa.UniqueConstraint("gateway", "dispute_ref", name=op.f("uq_payment_disputes_gateway_dispute_ref")),
        sa.UniqueConstraint("ref", name=op.f("uq_payment_disputes_ref")),
    )
    op.create_index("ix_payment_disputes_checkout_id", "payment_disputes", ["checkout_id"], unique=False)
    op.create_index(
        "ix_payment_disputes_open",
        "payment_disputes",
        ["area_code"],
        unique=False,
        sqlite_where=sa.text("decided_by IS NULL AND state <> 'won'"),
        postgresql_where=sa.text("decided_by IS NULL AND state <> 'won'"),
    )
    op.create_table(
        "payment_notes",
        sa.Column("id", Key, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("checkout_id", Key, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('sent_back', 'not_paid')", name=op.f("ck_payment_notes_kind")),
        sa.ForeignKeyConstraint(
            ["checkout_id"], ["payment_checkouts.id"], name=op.f("fk_payment_notes_checkout_id_payment_checkouts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_notes")),
        sa.UniqueConstraint("kind", "checkout_id", name=op.f("uq_payment_notes_kind_checkout_id")),
    )
    op.create_index(
        "ix_payment_notes_untold",
        "payment_notes",
        ["id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    drop(*EFFECTS, *ATTEMPTS, *SURPLUSES_BEFORE)
    with op.batch_alter_table("payment_effects") as table:
        table.drop_constraint(op.f("ck_payment_effects_kind"), type_="check")
        table.create_check_constraint(op.f("ck_payment_effects_kind"), "kind IN ('paid', 'to_return', 'came_back')")
    with op.batch_alter_table("payment_surpluses") as table:
        table.add_column(sa.Column("reason", sa.String(20), server_default="too_late", nullable=False))
        table.add_column(sa.Column("route", sa.String(10), server_default="hand", nullable=False))
        table.add_column(sa.Column("checkout_id", Key, nullable=True))
        table.add_column(sa.Column("is_booked", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_foreign_key(
            op.f("fk_payment_surpluses_checkout_id_payment_checkouts"), "payment_checkouts", ["checkout_id"], ["id"]
        )
        for name in ("recorded", "returned"):
            table.drop_constraint(op.f(f"ck_payment_surpluses_{name}"), type_="check")
        for name, condition in (
            ("reason", "reason IN ('too_late', 'wrong_amount', 'refund_came_back')"),
            ("route", "route IN ('machine', 'hand')"),
            ("machine_needs_a_payment", "route = 'hand' OR checkout_id IS NOT NULL"),
            ("machine_asks_nobody", "route = 'hand' OR state <> 'returning'"),
            (
                "recorded",
                "(return_recorded_by IS NULL) = (state = 'to_return' OR (route = 'machine' AND state = 'returned'))",
            ),
            (
                "returned",
                "(return_confirmed_by IS NULL) = (state <> 'returned' OR (route = 'machine' AND state = 'returned'))",
            ),
        ):
            table.create_check_constraint(op.f(f"ck_payment_surpluses_{name}"), condition)
    with op.batch_alter_table("payment_attempts") as table:
        table.add_column(sa.Column("surplus_id", Key, nullable=True))
        table.add_column(sa.Column("checkout_id", Key, nullable=True))
        table.add_column(sa.Column("payment_ref", sa.String(120), server_default="", nullable=False))
        table.add_column(sa.Column("amount_minor", Key, server_default="0", nullable=False))
        table.add_column(sa.Column("gateway_ref", sa.String(120), server_default="", nullable=False))
        table.create_foreign_key(
            op.f("fk_payment_attempts_surplus_id_payment_surpluses"), "payment_surpluses", ["surplus_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_payment_attempts_checkout_id_payment_checkouts"), "payment_checkouts", ["checkout_id"], ["id"]
        )
        table.drop_constraint(op.f("ck_payment_attempts_one_subject"), type_="check")
        table.create_check_constraint(op.f("ck_payment_attempts_one_subject"), _COUNTED.format(more=_SURPLUS_COUNTED))
        table.create_check_constraint(op.f("ck_payment_attempts_payment_ref"), "(checkout_id IS NULL) = (payment_ref = '')")
        table.create_check_constraint(op.f("ck_payment_attempts_some_minor"), "amount_minor >= 0")
    op.execute("UPDATE payment_attempts SET amount_minor = amount_fen WHERE intent_id IS NULL")
    op.create_index("ix_payment_attempts_checkout_id", "payment_attempts", ["checkout_id"])
    partial("uq_payment_attempts_gateway_ref", ["gateway", "gateway_ref"], "gateway_ref <> ''")
    partial("uq_payment_attempts_surplus", ["surplus_id"], _IS_OPEN)
    make(*EFFECTS, *ATTEMPTS, FROZEN_ATTEMPT, *SURPLUSES, *NEW)


def downgrade():
    drop(*EFFECTS, *ATTEMPTS, FROZEN_ATTEMPT, *SURPLUSES, *NEW)
    for name in ("uq_payment_attempts_surplus", "uq_payment_attempts_gateway_ref", "ix_payment_attempts_checkout_id"):
        op.drop_index(name, table_name="payment_attempts")
    with op.batch_alter_table("payment_attempts") as table:
        for name in ("some_minor", "payment_ref", "one_subject"):
            table.drop_constraint(op.f(f"ck_payment_attempts_{name}"), type_="check")
        for name in ("checkout_id_payment_checkouts", "surplus_id_payment_surpluses"):
            table.drop_constraint(op.f(f"fk_payment_attempts_{name}"), type_="foreignkey")
        for name in ("gateway_ref", "amount_minor", "payment_ref", "checkout_id", "surplus_id"):
            table.drop_column(name)
        table.create_check_constraint(op.f("ck_payment_attempts_one_subject"), _COUNTED.format(more=""))
    with op.batch_alter_table("payment_surpluses") as table:
        for name in ("reason", "route", "machine_needs_a_payment", "machine_asks_nobody", "recorded", "returned"):
            table.drop_constraint(op.f(f"ck_payment_surpluses_{name}"), type_="check")
        table.drop_constraint(op.f("fk_payment_surpluses_checkout_id_payment_checkouts"), type_="foreignkey")
        for name in ("is_booked", "checkout_id", "route", "reason"):
            table.drop_column(name)
        table.create_check_constraint(
            op.f("ck_payment_surpluses_recorded"), "(state = 'to_return') = (return_recorded_by IS NULL)"
        )
        table.create_check_constraint(
            op.f("ck_payment_surpluses_returned"), "(state = 'returned') = (return_confirmed_by IS NOT NULL)"
        )
    with op.batch_alter_table("payment_effects") as table:
        table.drop_constraint(op.f("ck_payment_effects_kind"), type_="check")
        table.create_check_constraint(op.f("ck_payment_effects_kind"), "kind IN ('paid', 'to_return')")
    make(*EFFECTS, *ATTEMPTS, *SURPLUSES_BEFORE)
    for name in ("payment_notes", "payment_disputes", "payment_checkouts", "payment_notifications"):
        op.drop_table(name)


def partial(name, columns, only):
    where = sa.text(only)
    op.create_index(name, "payment_attempts", columns, unique=True, sqlite_where=where, postgresql_where=where)


def make(*guards):
    connection = op.get_bind()
    for name, event, table, when in guards:
        if connection.dialect.name == "sqlite":
            held = f" WHEN {when}" if when else ""
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table}{held} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
        else:
            held = f" WHEN ({when})" if when else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{held} EXECUTE FUNCTION payments_refuse_change()"
            )


def drop(*guards):
    connection = op.get_bind()
    for name, _event, table, _when in guards:
        op.execute(f"DROP TRIGGER {name}" if connection.dialect.name == "sqlite" else f"DROP TRIGGER {name} ON {table}")
