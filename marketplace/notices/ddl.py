"""Triggers of notices: the log is append-only, what a notice said stays as it was put up. Errors carry the prefix 'notices:'."""

_FROZEN = "ref, key, subject, topic, village_code, head, people, from_on, to_on, put_up_by, put_up_at"
#: (name, event, table, condition)
_GUARDS = (
    ("notice_frozen", f"UPDATE OF {_FROZEN}", "notices", ""),
    ("notice_kept", "DELETE", "notices", ""),
    ("notice_log_unchanged", "UPDATE", "notice_logs", ""),
    ("notice_log_kept", "DELETE", "notice_logs", ""),
    ("notice_objection_decided", "UPDATE OF state", "notice_objections", "OLD.state <> 'open' AND NEW.state <> OLD.state"),
    ("notice_objection_kept", "DELETE", "notice_objections", ""),
)

TRIGGERS = tuple(name for name, *_ in _GUARDS)

_WORDS = "notices: this is kept as it was written"
_REFUSE = f"""
CREATE OR REPLACE FUNCTION notices_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{_WORDS}';
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
            " EXECUTE FUNCTION notices_refuse_change()"
            for name, event, table, when in _GUARDS
        ),
    ]
