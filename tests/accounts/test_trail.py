"""The trail: append-only in the database itself, chained, and its chain tells what was tampered with."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import marketplace
from marketplace.accounts import labels, queries, services
from marketplace.accounts.ddl import trigger_names
from marketplace.accounts.models import AuditEvent
from marketplace.kernel import clock
from tests.accounts.truths import breaches
from tests.cast import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, build_cast


@pytest.fixture
def cast(session):
    made = build_cast(session)
    services.link_trail(session)
    session.commit()
    return made


FORGED = pytest.mark.breaks_truths("the triggers are away and rows forged", "accounts: the")


def note(session, by, ref="H1", **facts):
    key = services.record_audit(session, by=by, action="test.note", object_kind="household", object_ref=ref, **facts)
    return session.get_one(AuditEvent, key)


def unguarded(session, statement):
    """Change a row as somebody with the keys of the database would: with the triggers away."""
    dialect = session.get_bind().dialect.name
    for name in trigger_names(dialect):
        table = "audit_events" if name.startswith("audit_events") else "audit_links"
        session.execute(text(f"DROP TRIGGER {name}" if dialect == "sqlite" else f"ALTER TABLE {table} DISABLE TRIGGER {name}"))
    session.execute(text(statement))
    session.commit()


def names_of(found):
    return {name for name, _row in found}


@pytest.mark.parametrize("table", ["audit_events", "audit_links"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_a_line(session, cast, table, deed):
    column = "action = 'x'" if table == "audit_events" else "hash = 'x'"
    with pytest.raises(DBAPIError, match="neither changed nor deleted"):
        session.execute(text(deed.format(table, column)))
    session.rollback()
    assert breaches(session) == []


def test_the_database_refuses_to_replace_or_truncate(session, cast):
    statement = "TRUNCATE audit_events CASCADE"
    if session.get_bind().dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO audit_links SELECT position, event_id, prev_hash, 'x', linked_at FROM audit_links"
    with pytest.raises(DBAPIError, match="neither changed nor deleted"):
        session.execute(text(statement))
    session.rollback()


def test_a_line_says_who_with_which_roles_where_and_what_changed(session, cast):
    services.asking_from("203.0.113.9")
    event = note(session, cast.township_official.id, before={"n": 1}, after={"n": 2}, reason="counted again")
    services.asking_from(None)
    assert (event.role, event.area_code, event.address) == ("township_official", TOWNSHIP, "203.0.113.9")
    assert (event.before, event.after, event.reason) == ({"n": 1}, {"n": 2}, "counted again")


def test_the_chain_grows_by_what_is_new_and_a_second_sweep_finds_nothing(session, cast):
    head = queries.trail_head(session)
    note(session, cast.buyer.id)
    note(session, None)
    assert services.link_trail(session) == 2
    assert services.link_trail(session) == 0
    assert queries.trail_head(session).position == head.position + 2
    assert breaches(session) == []


def test_the_chain_goes_on_where_a_limit_stopped_it(session, cast):
    for number in range(5):
        note(session, None, ref=f"H{number}")
    assert [services.link_trail(session, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert breaches(session) == []


@FORGED
def test_a_changed_line_breaks_the_chain(session, cast):
    unguarded(session, "UPDATE audit_events SET action = 'accounts.forged' WHERE id = (SELECT min(id) FROM audit_events)")
    assert "accounts: the trail's chain is contiguous and fits its lines" in names_of(breaches(session))


@FORGED
def test_a_removed_link_breaks_the_chain(session, cast):
    unguarded(session, "DELETE FROM audit_links WHERE position = 3")
    assert "accounts: the trail's chain is contiguous and fits its lines" in names_of(breaches(session))


@FORGED
def test_missing_triggers_are_named(session, cast):
    unguarded(session, "SELECT 1")
    assert "accounts: the triggers of the trail stand" in names_of(breaches(session))


@FORGED
def test_a_line_passed_over_is_told_after_an_hour(session, cast):
    unguarded(session, "DELETE FROM audit_links WHERE position = (SELECT max(position) FROM audit_links)")
    session.execute(text("DELETE FROM audit_links WHERE position > 3"))
    note(session, None)
    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)):
        services.link_trail(session)
        assert "accounts: the chain passes no line over" not in names_of(breaches(session))
    session.execute(text("DELETE FROM audit_links WHERE position = 2"))
    assert "accounts: the chain passes no line over" in names_of(breaches(session))


def test_the_trail_is_cut_to_the_area_and_paged(session, cast):
    mine = note(session, cast.township_official.id)
    foreign = note(session, cast.other_village_official.id)
    nobodys = note(session, cast.buyer.id)
    keys = lambda *prefixes, **wanted: [event.id for event in queries.trail_in(session, prefixes, **wanted)]  # noqa: E731
    assert mine.id in keys(TOWNSHIP)
    assert foreign.id not in keys(TOWNSHIP)
    assert nobodys.id not in keys(TOWNSHIP)
    assert {mine.id, foreign.id, nobodys.id} <= set(keys(COUNTY))
    assert keys() == []
    assert foreign.id in keys(OTHER_TOWNSHIP)
    assert keys(COUNTY, object_kind="household", object_ref="H1") == [nobodys.id, foreign.id, mine.id]
    assert keys(COUNTY, object_kind="household", before_id=nobodys.id, limit=1) == [foreign.id]
    assert keys(COUNTY, user_id=cast.buyer.id) == [nobodys.id]


def deeds():
    """Yield (file, the words that the code of the house gives to a deed, its object and its parts)."""
    for path in sorted(Path(marketplace.__path__[0]).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in (
                "record_audit",
                "_audit",
            ):
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                dicts = [
                    part
                    for name in ("before", "after")
                    for part in ast.walk(given.get(name, ast.Pass()))
                    if isinstance(part, ast.Dict)
                ]
                fields = {key.value for each in dicts for key in each.keys if isinstance(key, ast.Constant)}
                yield path.name, literal(given.get("action")), literal(given.get("object_kind")), fields


def literal(node):
    """Return the words of a literal, or the beginning of one that ends in a variable."""
    if isinstance(node, ast.JoinedStr):
        return node.values[0].value + "*"
    return node.value if isinstance(node, ast.Constant) else None


def test_every_deed_object_and_part_that_the_house_writes_has_a_name():
    unnamed, seen = set(), 0
    for file, action, kind, fields in deeds():
        seen += action is not None
        beginnings = [known for known in labels.ACTIONS if action and known.startswith(action.rstrip("*"))]
        if action and not (beginnings if action.endswith("*") else action in labels.ACTIONS):
            unnamed.add((file, action))
        if kind and kind not in labels.OBJECTS:
            unnamed.add((file, kind))
        unnamed |= {(file, field) for field in fields - labels.FIELDS.keys()}
    assert unnamed == set()
    assert seen > 50
