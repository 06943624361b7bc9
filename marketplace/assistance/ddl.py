"""Triggers of the record: what was signed, and what it stood on, stays as it was. Errors carry the prefix 'assistance:'."""

from marketplace.kernel.triggers import Guard, refusing

_FROZEN = (
    "ref, key, kind, household_id, village_code, ground, ground_ref, monitoring_kind, attribute, opened_on, settings_id, basis"
)
_ENDED = "OLD.state IN ('done', 'dismissed', 'withdrawn', 'continued') AND NEW.state <> OLD.state"
_GUARDS = (
    Guard("procedure_frozen", f"UPDATE OF {_FROZEN}", "procedures"),
    Guard("procedure_ended", "UPDATE OF state", "procedures", _ENDED),
    Guard("procedure_kept", "DELETE", "procedures"),
    Guard("procedure_step_unchanged", "UPDATE", "procedure_steps"),
    Guard("procedure_step_kept", "DELETE", "procedure_steps"),
    Guard("procedure_evidence_kept", "DELETE", "procedure_evidence"),
    Guard("income_survey_unchanged", "UPDATE", "income_surveys"),
    Guard("assembly_vote_unchanged", "UPDATE", "assembly_votes"),
    Guard("home_check_unchanged", "UPDATE", "home_checks"),
)

TRIGGERS = tuple(guard.name for guard in _GUARDS)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return refusing("assistance", "assistance: this is kept as it was written", _GUARDS, dialect_name)
