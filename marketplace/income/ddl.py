"""Triggers of income: movements and declared costs are append-only, an attribution's frozen columns stay as they were."""

from marketplace.kernel.triggers import Guard, refusing

_FROZEN = (
    "source, holder, household_id, seller_ref, village_code, status, spell_id, helper_id, measure, enrolled_measures,"
    " income_category, category, channel, promotion, gateway, order_ref, line_id, title, quantity, sold_at, gross_fen,"
    " platform_fee_bp, gateway_fee_fen"
)

_GUARDS = (
    Guard("income_movement_unchanged", "UPDATE", "attribution_movements"),
    Guard("income_movement_kept", "DELETE", "attribution_movements"),
    Guard("income_cost_unchanged", "UPDATE", "declared_costs"),
    Guard("income_cost_kept", "DELETE", "declared_costs"),
    Guard("income_attribution_frozen", f"UPDATE OF {_FROZEN}", "attributions"),
    Guard("income_attribution_kept", "DELETE", "attributions"),
    Guard("income_payout_kept", "DELETE", "payouts"),
)

TRIGGERS = tuple(guard.name for guard in _GUARDS)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return refusing("income", "income: this row is kept as it was written", _GUARDS, dialect_name)
