"""Let a part of a booking that is not earned pass to whoever does the work instead.

Revision ID: 0026_passing_on
Revises: 0025_tour_search
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_passing_on"
down_revision = "0025_tour_search"
branch_labels = None
depends_on = None

_STAGES = ["accrued", "earned"]
_KINDS = ["accrued", "fee_platform", "fee_gateway", "refund", "fee_platform_back", "earned", "paid"]
#: Altering a table drops its triggers on SQLite: these guard the two of income.
_FROZEN = (
    "source, holder, household_id, seller_ref, village_code, status, spell_id, helper_id, measure, enrolled_measures,"
    " income_category, category, channel, promotion, gateway, order_ref, line_id, title, quantity, sold_at, gross_fen,"
    " platform_fee_bp, gateway_fee_fen"
)
_INCOME = "BEGIN SELECT RAISE(ABORT, 'income: this row is kept as it was written'); END"
_GUARDS = {
    "attributions": (
        f"CREATE TRIGGER income_attribution_frozen BEFORE UPDATE OF {_FROZEN} ON attributions {_INCOME}",
        f"CREATE TRIGGER income_attribution_kept BEFORE DELETE ON attributions {_INCOME}",
    ),
    "attribution_movements": (
        f"CREATE TRIGGER income_movement_unchanged BEFORE UPDATE ON attribution_movements {_INCOME}",
        f"CREATE TRIGGER income_movement_kept BEFORE DELETE ON attribution_movements {_INCOME}",
    ),
}
_FROZEN_BOOKING = (
    "ref, key, code, tour_id, village_code, area_code, title_zh, title_en, total_fen, policy, nights, channel, placed_at"
)
#: (name, event, table, condition) of tours, before and after.
_BEFORE = (
    ("booking_frozen", f"UPDATE OF {_FROZEN_BOOKING}", "bookings", ""),
    ("booking_share_frozen", "UPDATE OF booking_id, component_id, role, gross_fen, platform_fee_bp", "booking_shares", ""),
    ("booking_share_earned", "UPDATE OF earned_at, seller_id, household_id", "booking_shares", "OLD.earned_at IS NOT NULL"),
)
_AFTER = (
    ("booking_frozen", f"UPDATE OF {_FROZEN_BOOKING.replace(' area_code,', '')}", "bookings", ""),
    ("booking_share_frozen", "UPDATE OF booking_id, component_id, role, gross_fen", "booking_shares", ""),
    (
        "booking_share_earned",
        "UPDATE OF earned_at, seller_id, household_id, village_code, platform_fee_bp, turn",
        "booking_shares",
        "OLD.earned_at IS NOT NULL",
    ),
)
_NEW = (
    ("substitution_unchanged", "UPDATE", "substitutions", ""),
    ("substitution_kept", "DELETE", "substitutions", ""),
)


def _among(table, column, words):
    name, condition = op.f(f"ck_{table}_{column}"), f"{column} IN ({', '.join(repr(word) for word in words)})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, condition)
        return
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, condition)
    for statement in _GUARDS[table]:
        op.execute(statement)


def _guard(guards):
    for name, event, table, when in guards:
        if op.get_bind().dialect.name == "postgresql":
            how = f" FOR EACH ROW{f' WHEN ({when})' if when else ''} EXECUTE FUNCTION tours_refuse_change()"
        else:
            how = f"{f' WHEN {when}' if when else ''} BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table}{how}")


def _unguard(guards):
    for name, _event, table, _when in guards:
        op.execute(f"DROP TRIGGER {name}{f' ON {table}' if op.get_bind().dialect.name == 'postgresql' else ''}")


def upgrade():
    _among("attributions", "stage", [*_STAGES, "passed_on"])
    _among("attribution_movements", "kind", [*_KINDS[:5], "passed_on", *_KINDS[5:]])
    op.add_column("booking_shares", sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
    _unguard(_BEFORE)
    _guard([*_AFTER, *_NEW])


def downgrade():
    _unguard([*_AFTER, *_NEW])
    op.drop_column("booking_shares", "turn")
    _guard(_BEFORE)
    _among("attribution_movements", "kind", _KINDS)
    _among("attributions", "stage", _STAGES)
