"""Triggers of the record: what was signed, and what it stood on, stays as it was. Errors carry the prefix 'assistance:'."""

_FROZEN = (
    "ref, key, kind, household_id, village_code, ground, ground_ref, monitoring_kind, attribute, opened_on, settings_id, basis"
)
_ENDED = "OLD.state IN ('done', 'dismissed', 'withdrawn', 'continued') AND NEW.state <> OLD.state"
#: (name, event, table, condition)
_GUARDS = (
    ("procedure_frozen", f"UPDATE OF {_FROZEN}", "procedures", ""),
    ("procedure_ended", "UPDATE OF state", "procedures", _ENDED),
    ("procedure_kept", "DELETE", "procedures", ""),
    ("procedure_step_unchanged", "UPDATE", "procedure_steps", ""),
    ("procedure_step_kept", "DELETE", "procedure_steps", ""),
    ("procedure_evidence_kept", "DELETE", "procedure_evidence", ""),
    ("income_survey_unchanged", "UPDATE", "income_surveys", ""),
    ("assembly_vote_unchanged", "UPDATE", "assembly_votes", ""),
    ("home_check_unchanged", "UPDATE", "home_checks", ""),
)

TRIGGERS = tuple(name for name, *_ in _GUARDS)

_WORDS = "assistance: this is kept as it was written"
_REFUSE = f"""
CREATE OR REPLACE FUNCTION assistance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
            " EXECUTE FUNCTION assistance_refuse_change()"
            for name, event, table, when in _GUARDS
        ),
    ]
