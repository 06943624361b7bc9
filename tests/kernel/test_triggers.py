"""Triggers that refuse: each room that has some says when one is gone, and what they keep is kept."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.assistance import ddl as assistance_ddl
from marketplace.assistance import invariants as assistance
from marketplace.kernel.triggers import missing
from marketplace.notices import ddl as notices_ddl
from marketplace.notices import invariants as notices
from tests.assistance.cases import Days, Village

ROOMS = {"assistance": (assistance_ddl, assistance, "procedure_steps"), "notices": (notices_ddl, notices, "notices")}


@pytest.mark.breaks_truths("a trigger is taken away", "assistance: the trig", "notices: the trig")
@pytest.mark.parametrize("room", ROOMS)
def test_a_trigger_that_is_gone_is_noticed(session, room):
    ddl, invariants, table = ROOMS[room]
    assert missing(session, ddl.TRIGGERS) == invariants.missing_triggers(session) == []
    name = next(name for name in ddl.TRIGGERS if name in ("procedure_step_kept", "notice_kept"))
    on_table = f" ON {table}" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER {name}{on_table}"))
    assert invariants.missing_triggers(session) == [(name,)]
    session.commit()


def test_what_was_signed_is_neither_changed_nor_deleted_past_the_verbs(session):
    village = Village(session)
    with Days(village.start):
        village.open("identify", by=village.farmer)
    session.commit()
    for statement in (
        "UPDATE procedure_steps SET name = 'x'",
        "DELETE FROM procedure_steps",
        "UPDATE procedures SET kind = 'exit'",
        "DELETE FROM procedures",
    ):
        with pytest.raises(DBAPIError, match="assistance: this is kept as it was written"), session.begin_nested():
            session.execute(text(statement))
