"""Triggers of surveys: a question that was put to people stays as it was, and so do answers and codes."""

_ITEM = "surveys: the items of an opened survey are not changed"
_WORDS = "surveys: an opened survey keeps its words"
_STEP = "surveys: this step leads nowhere"
_CLOSED = "surveys: this survey takes no answers"
_KEPT = "surveys: this row is kept as it was written"

_IS_DRAFT = "(SELECT state FROM surveys WHERE id = {row}.survey_id) = 'draft'"
_IS_STEP = "(OLD.state = 'draft' AND NEW.state = 'open') OR (OLD.state = 'open' AND NEW.state = 'closed')"
#: (name, event, table, condition under which it is refused, what is said)
_GUARDS = (
    *(
        (f"survey_items_frozen_{verb.lower()}", verb, "survey_items", f"NOT ({_IS_DRAFT.format(row=row)})", _ITEM)
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    (
        "surveys_words_frozen", "UPDATE OF title_zh, title_en, intro_zh, intro_en, family, version", "surveys",
        "OLD.state <> 'draft'", _WORDS,
    ),
    ("surveys_step", "UPDATE OF state", "surveys", f"OLD.state <> NEW.state AND NOT ({_IS_STEP})", _STEP),
    (
        "survey_answers_while_open", "INSERT", "survey_answers",
        "(SELECT state FROM surveys WHERE id = NEW.survey_id) <> 'open'", _CLOSED,
    ),
    *(
        (f"{table}_{past}", verb, table, "", _KEPT)
        for table in ("survey_answers", "survey_scores", "survey_codes")
        for past, verb in (("unchanged", "UPDATE"), ("kept", "DELETE"))
    ),
)  # fmt: skip

TRIGGERS = tuple(guard[0] for guard in _GUARDS)


def _sqlite(name: str, event: str, table: str, when: str, says: str) -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{says}'); END"


def _postgres(name: str, event: str, table: str, when: str, says: str) -> tuple[str, str]:
    back = "OLD" if event == "DELETE" else "NEW"
    return (
        f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {when or "true"} THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{says}';
          END IF;
          RETURN {back};
        END $$
        """.strip(),
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    if dialect_name == "sqlite":
        return [_sqlite(*guard) for guard in _GUARDS]
    return [statement for guard in _GUARDS for statement in _postgres(*guard)]
