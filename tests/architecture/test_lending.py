"""What tests are lent is as empty as new, and what was tampered with is not lent again."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.ddl import trigger_names
from tests.cast import build_cast
from tests.lending import engine_on, filled_tables, let_go


def told(url):
    """Build the cast in a lent database; return the keys of its people."""
    engine = engine_on(url)
    with Session(engine) as session:
        made = build_cast(session)
        session.commit()
        keys = [one.id for one in vars(made).values()]
    let_go(engine)
    return keys


def filled(url):
    engine = engine_on(url)
    with Session(engine) as session:
        found = set(session.scalars(filled_tables()))
    let_go(engine)
    return found


def test_a_database_is_emptied_its_numbers_begin_anew_and_it_is_lent_again(lending):
    url = lending.lend()
    keys = told(url)
    assert {"users", "role_grants", "audit_events"} <= filled(url)
    lending.take_back(url, was_written=True)
    again = lending.lend()
    assert again == url
    assert filled(url) == set()
    assert told(url) == keys
    lending.take_back(url, was_written=True)


@pytest.mark.parametrize(
    "deed",
    [
        "DROP TRIGGER {} ON audit_events",
        "ALTER TABLE audit_events DISABLE TRIGGER {}",
        "ALTER TABLE role_grants DROP COLUMN to_on",
        "ANALYZE areas",
        "CREATE TABLE left_behind (id integer)",
    ],
)
def test_a_database_whose_schema_was_changed_is_thrown_away(lending, deed):
    url = lending.lend()
    told(url)
    engine = engine_on(url)
    with engine.begin() as connection:
        connection.execute(text(deed.format(trigger_names("postgresql")[0])))
    let_go(engine)
    lending.take_back(url, was_written=True)
    assert url not in {one.engine.url.render_as_string(hide_password=False) for one in lending.idle}
