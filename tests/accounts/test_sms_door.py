"""The door through which SMS leave is named in the environment; a name that leads to no door stops the start."""

import re
import shutil

import pytest

from marketplace.app import create_app, sms_door_for
from marketplace.messages.doors import LogSmsDoor, NoSmsDoor
from marketplace.web.config import Settings, UnsafeConfiguration
from marketplace.web.db import db

SECRET = "k3J-9sQ_xT7vR2mZ8pW4cY6bN1dF5gH0"
PHONE = "13900009990"


def settings(folder, mode, door=None):
    env = {
        "LOTUSFAIR_MODE": mode,
        "LOTUSFAIR_DATA_DIR": str(folder),
        "LOTUSFAIR_SECRET_KEY": SECRET,
        "LOTUSFAIR_SEAL_KEY": SECRET[::-1],
        "DATABASE_URL": f"sqlite:///{folder / 'doors.db'}",
    }
    return Settings.from_environment({**env, **({"LOTUSFAIR_SMS_DOOR": door} if door else {})})


@pytest.fixture
def production(tmp_path, sqlite_template, templates):
    """The application in production, with a door of its own."""
    shutil.copy(sqlite_template, tmp_path / "doors.db")
    app = create_app(settings(tmp_path, "production", "tests.accounts.doors:kept"))
    app.jinja_env.bytecode_cache = templates
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_in_production_a_code_leaves_through_the_named_door_and_lets_in(production):
    browser = production.test_client()
    browser.environ_base.update({"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"})
    secure = {"base_url": "https://localhost"}
    assert "Send me a code" in browser.get("/sign-in?by=code", **secure).text
    assert browser.post("/sign-in/send-code", data={"phone": PHONE}, **secure).status_code == 303
    ((to, text, _key),) = production.extensions["sms_door"].sent
    assert to == PHONE
    code = re.search(r"\d{6}", text).group()
    assert browser.post("/sign-in/code", data={"code": code}, **secure).status_code == 303
    assert "Welcome" in browser.get("/mine", **secure).text


@pytest.mark.parametrize(("mode", "door"), [("production", NoSmsDoor), ("demo", LogSmsDoor), ("test", LogSmsDoor)])
def test_without_a_name_the_log_is_the_door_and_in_production_there_is_none(tmp_path, mode, door):
    assert type(sms_door_for(settings(tmp_path, mode))) is door


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("tests.accounts.doors", "must be written package.module:factory"),
        ("tests/accounts/doors.py:kept", "must be written package.module:factory"),
        ("tests.accounts.nowhere:kept", "makes no door: ModuleNotFoundError"),
        ("tests.accounts.doors:nobody", "makes no door: AttributeError"),
        ("tests.accounts.doors:not_a_factory", "makes no door: TypeError"),
        ("tests.accounts.doors:needs_its_secret", "PROVIDER_SECRET"),
        ("tests.accounts.doors:makes_nothing", "without `is_open` and `send"),
        ("marketplace.messages.doors:LogSmsDoor", "print sign-in codes to the log"),
    ],
)
def test_a_name_that_leads_to_no_door_stops_the_start_with_the_settings_name(tmp_path, name, says):
    with pytest.raises(UnsafeConfiguration, match="LOTUSFAIR_SMS_DOOR") as refused:
        sms_door_for(settings(tmp_path, "production", name))
    assert says in str(refused.value)
