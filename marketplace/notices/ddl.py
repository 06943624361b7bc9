"""Triggers of notices: the log is append-only, what a notice said stays as it was put up. Errors carry the prefix 'notices:'."""

from marketplace.kernel.triggers import Guard, refusing

_FROZEN = "ref, key, subject, topic, village_code, head, people, from_on, to_on, put_up_by, put_up_at"
_GUARDS = (
    Guard("notice_frozen", f"UPDATE OF {_FROZEN}", "notices"),
    Guard("notice_kept", "DELETE", "notices"),
    Guard("notice_log_unchanged", "UPDATE", "notice_logs"),
    Guard("notice_log_kept", "DELETE", "notice_logs"),
    Guard("notice_objection_decided", "UPDATE OF state", "notice_objections", "OLD.state <> 'open' AND NEW.state <> OLD.state"),
    Guard("notice_objection_kept", "DELETE", "notice_objections"),
)

TRIGGERS = tuple(guard.name for guard in _GUARDS)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return refusing("notices", "notices: this is kept as it was written", _GUARDS, dialect_name)
