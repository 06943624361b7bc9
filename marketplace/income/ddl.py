"""Triggers of income: movements and declared costs are append-only, what is frozen stays as it was, what ended stays ended."""

from marketplace.income.values import ENDED
from marketplace.kernel.triggers import Guard, refusing

_FROZEN = (
    "source, holder, household_id, seller_ref, village_code, status, spell_id, helper_id, measure, enrolled_measures,"
    " income_category, category, channel, promotion, gateway, order_ref, line_id, title, quantity, sold_at, gross_fen,"
    " platform_fee_bp, gateway_fee_fen"
)

_PROMISED = (
    "ref, attempt, key, way, batch_id, seller_ref, household_id, village_code, amount_fen, account_id, prepared_by, prepared_at"
)

_GUARDS = (
    Guard("income_movement_unchanged", "UPDATE", "attribution_movements"),
    Guard("income_movement_kept", "DELETE", "attribution_movements"),
    Guard("income_cost_unchanged", "UPDATE", "declared_costs"),
    Guard("income_cost_kept", "DELETE", "declared_costs"),
    Guard("income_attribution_frozen", f"UPDATE OF {_FROZEN}", "attributions"),
    Guard("income_attribution_kept", "DELETE", "attributions"),
    Guard("income_settlement_frozen", f"UPDATE OF {_PROMISED}", "settlements"),
    Guard(
        "income_settlement_ended",
        "UPDATE OF state",
        "settlements",
        f"OLD.state IN ({', '.join(repr(str(state)) for state in ENDED)}) AND NEW.state <> OLD.state",
    ),
    Guard("income_settlement_kept", "DELETE", "settlements"),
    Guard("income_bank_row_unchanged", "UPDATE", "bank_result_rows"),
    Guard("income_bank_row_kept", "DELETE", "bank_result_rows"),
    Guard("income_contribution_unchanged", "UPDATE", "lot_contributions"),
    Guard("income_contribution_kept", "DELETE", "lot_contributions"),
    Guard("income_distribution_ended", "UPDATE OF state", "distributions", "OLD.state <> 'draft' AND NEW.state <> OLD.state"),
    Guard("income_distribution_kept", "DELETE", "distributions"),
    Guard("income_share_unchanged", "UPDATE", "distribution_lines"),
    Guard("income_share_kept", "DELETE", "distribution_lines"),
)

TRIGGERS = tuple(guard.name for guard in _GUARDS)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return refusing("income", "income: this row is kept as it was written", _GUARDS, dialect_name)
