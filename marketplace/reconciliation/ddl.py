"""Triggers of reconciliation: what either side said stays as it was said, and what two people closed stays closed."""

from marketplace.kernel.triggers import Guard, refusing

_WORDS = "reconciliation: this is kept as it was written"
_SAID = "account, side, key, kind, amount_fen, ref, words, at, on_day, bank_statement_id"
_JOINED = "ref, key, account, how, difference_fen, reason, proposed_by, proposed_at"

_GUARDS = (
    Guard("reconciliation_row_said", f"UPDATE OF {_SAID}", "reconciliation_rows"),
    Guard("reconciliation_row_handed_over", "UPDATE OF batch_ref", "reconciliation_rows", "OLD.batch_ref <> ''"),
    Guard("reconciliation_row_kept", "DELETE", "reconciliation_rows"),
    Guard("reconciliation_group_frozen", f"UPDATE OF {_JOINED}", "reconciliation_groups"),
    Guard(
        "reconciliation_group_ended",
        "UPDATE OF state",
        "reconciliation_groups",
        "OLD.state IN ('closed', 'withdrawn') AND NEW.state <> OLD.state",
    ),
    Guard("reconciliation_group_kept", "DELETE", "reconciliation_groups"),
    Guard("bank_statement_unchanged", "UPDATE", "bank_statements"),
    Guard("bank_statement_kept", "DELETE", "bank_statements"),
)

#: The names of all triggers, for the check that they stand.
TRIGGERS = tuple(guard.name for guard in _GUARDS)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return refusing("reconciliation", _WORDS, _GUARDS, dialect_name)
