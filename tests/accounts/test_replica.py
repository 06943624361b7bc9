"""Signing in and out where reads go to a replica: here a copy that stands still, so that whatever leans on it is seen to."""

import datetime as dt
import re
import shutil

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts import services
from marketplace.app import create_app
from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, make_engine
from marketplace.web.config import Settings
from marketplace.web.db import OWN_WRITES_SECONDS, db
from tests.cast import COUNTY, PASSWORD, VILLAGE, build_cast

REPORT = f"/office/reports/areas/{COUNTY}"


@pytest.fixture
def cast_and_app(sqlite_template, tmp_path, templates):
    """The cast, and the application on a database with a copy of it for the reader; townships were renamed since the copy."""
    primary, replica = tmp_path / "primary.db", tmp_path / "replica.db"
    shutil.copy(sqlite_template, primary)
    engine = make_engine(f"sqlite:///{primary}")
    with Session(engine, expire_on_commit=False) as session:
        cast = build_cast(session)
        session.commit()
    engine.dispose()  # the last connection puts everything into the one file
    shutil.copy(primary, replica)
    in_transaction(engine, lambda session: session.execute(text("UPDATE areas SET name_en = 'Newname' WHERE level = 'township'")))
    engine.dispose()
    app = create_app(
        Settings.from_environment(
            {
                "LOTUSFAIR_MODE": "test",
                "LOTUSFAIR_DATA_DIR": str(tmp_path),
                "DATABASE_URL": f"sqlite:///{primary}",
                "DATABASE_READ_URL": f"sqlite:///{replica}",
            }
        )
    )
    app.jinja_env.bytecode_cache = templates
    yield cast, app
    with app.app_context():
        for found in db.engines.values():
            found.dispose()


def browser_of(app):
    browser = app.test_client()
    browser.environ_base.update({"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"})
    return browser


def enter(app, who):
    browser = browser_of(app)
    assert browser.post("/sign-in", data={"phone": who.phone, "password": PASSWORD}).status_code == 303
    return browser


def later():
    return clock.stopped_at(clock.now() + dt.timedelta(seconds=OWN_WRITES_SECONDS + 1))


def test_whoever_signs_in_is_known_at_once_and_later(cast_and_app):
    cast, app = cast_and_app
    browser = enter(app, cast.buyer)
    assert "Welcome, 王雨" in browser.get("/mine").text
    with later():
        assert "Welcome, 王雨" in browser.get("/mine").text


def test_a_session_that_was_ended_is_refused_at_once(cast_and_app):
    cast, app = cast_and_app
    browser, elsewhere = enter(app, cast.county_official), enter(app, cast.county_official)
    with app.app_context():
        in_transaction(db.engine, lambda session: services.end_all_sessions(session, user_id=cast.county_official.id, by=None))
    for one in (browser, elsewhere):
        with later():
            assert one.get(REPORT).status_code == 302


def test_a_role_granted_or_ended_counts_at_once(cast_and_app):
    cast, app = cast_and_app
    browser = enter(app, cast.farmer)
    with later():
        assert browser.get("/office/people").status_code == 403
    with app.app_context():
        in_transaction(
            db.engine,
            lambda s: services.grant_role(s, user_id=cast.farmer.id, role="township_official", area_code=VILLAGE[:9], by=None),
        )
    with later():
        assert browser.get("/office/people").status_code == 200


def test_reports_are_read_from_the_replica_and_what_one_wrote_oneself_from_the_primary(cast_and_app):
    cast, app = cast_and_app
    browser = enter(app, cast.county_official)
    with later():
        assert "Newname" not in browser.get(REPORT).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/office/people").text).group(1)
        role = {"phone": "13900009980", "name": "新人", "role": "helper", "area": VILLAGE, "csrf_token": token}
        assert browser.post("/office/people", data=role).status_code == 303
        assert "新人" in browser.get("/office/people").text
        assert "Newname" in browser.get(REPORT).text
        with later():
            assert "新人" not in browser.get("/office/people").text
