"""Triggers of income: movements and declared costs are append-only, an attribution's frozen columns stay as they were."""

_FROZEN = (
    "source, holder, household_id, seller_ref, village_code, status, spell_id, helper_id, measure, enrolled_measures,"
    " income_category, category, channel, promotion, gateway, order_ref, line_id, title, quantity, sold_at, gross_fen,"
    " platform_fee_bp, gateway_fee_fen"
)

#: (name, event, table)
_GUARDS = (
    ("income_movement_unchanged", "UPDATE", "attribution_movements"),
    ("income_movement_kept", "DELETE", "attribution_movements"),
    ("income_cost_unchanged", "UPDATE", "declared_costs"),
    ("income_cost_kept", "DELETE", "declared_costs"),
    ("income_attribution_frozen", f"UPDATE OF {_FROZEN}", "attributions"),
    ("income_attribution_kept", "DELETE", "attributions"),
    ("income_payout_kept", "DELETE", "payouts"),
)

TRIGGERS = tuple(name for name, _, _ in _GUARDS)

_REFUSE = """
CREATE OR REPLACE FUNCTION income_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'income: this row is kept as it was written';
END $$
"""


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    if dialect_name == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN"
            " SELECT RAISE(ABORT, 'income: this row is kept as it was written'); END"
            for name, event, table in _GUARDS
        ]
    return [
        _REFUSE.strip(),
        *(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION income_refuse_change()"
            for name, event, table in _GUARDS
        ),
    ]
