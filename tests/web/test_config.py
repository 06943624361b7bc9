"""The environment is read once; what would be unsafe does not start."""

import stat

import pytest
from flask import Flask

from marketplace.app import configure_flask
from marketplace.web.config import Mode, Settings, UnsafeConfiguration

GOOD = "k3J-9sQ_xT7vR2mZ8pW4cY6bN1dF5gH0"


def production(tmp_path, **changes):
    env = {
        "LOTUSFAIR_MODE": "production",
        "LOTUSFAIR_DATA_DIR": str(tmp_path),
        "LOTUSFAIR_SECRET_KEY": GOOD,
        "LOTUSFAIR_SEAL_KEY": GOOD[::-1],
    }
    return {name: value for name, value in {**env, **changes}.items() if value is not None}


@pytest.mark.parametrize("name", ["LOTUSFAIR_SECRET_KEY", "LOTUSFAIR_SEAL_KEY"])
@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        "short",
        GOOD[:31],
        "a" * 64,
        "changemechangemechangemechangeme",
        "0101010101010101010101010101010101",
        "for tests alone, never for people",
    ],
)
def test_production_refuses_a_missing_short_or_known_secret(tmp_path, name, secret):
    with pytest.raises(UnsafeConfiguration, match=name):
        Settings.from_environment(production(tmp_path, **{name: secret}))
    assert not (tmp_path / "keys").exists()


def test_production_starts_with_real_secrets(tmp_path):
    settings = Settings.from_environment(production(tmp_path))
    assert settings.is_production
    assert settings.mode is Mode.PRODUCTION
    assert GOOD not in repr(settings)


def test_a_secret_may_lie_in_a_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text(GOOD + "\n")
    env = production(tmp_path, LOTUSFAIR_SECRET_KEY=None, LOTUSFAIR_SECRET_KEY_FILE=str(file))
    assert Settings.from_environment(env).secret == GOOD.encode()
    file.write_text("short")
    with pytest.raises(UnsafeConfiguration):
        Settings.from_environment(env)
    file.unlink()
    with pytest.raises(UnsafeConfiguration, match="cannot be read"):
        Settings.from_environment(env)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOTUSFAIR_MODE", "prod"),
        ("LOTUSFAIR_MODE", "Production"),
        ("LOTUSFAIR_MODE", ""),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "²"),
        ("PORT", "8000; rm"),
        ("PORT", "9" * 400),
        ("LOTUSFAIR_TRUSTED_PROXIES", "many"),
        ("LOTUSFAIR_TRUSTED_PROXIES", "-1"),
        ("LOTUSFAIR_TRUSTED_PROXIES", "100"),
    ],
)
def test_a_word_we_do_not_know_stops_the_start(tmp_path, name, value):
    with pytest.raises(UnsafeConfiguration, match=name):
        Settings.from_environment(production(tmp_path, **{name: value}))


def test_outside_production_a_secret_is_made_once_and_kept_to_ourselves(tmp_path):
    env = {"LOTUSFAIR_MODE": "demo", "LOTUSFAIR_DATA_DIR": str(tmp_path), "LOTUSFAIR_SECRET_KEY": ""}
    first, second = Settings.from_environment(env), Settings.from_environment(env)
    assert first.secret == second.secret
    assert first.secret != first.seal_secret
    assert len(first.secret) == 64
    kept = sorted(path.name for path in (tmp_path / "keys").iterdir())
    assert kept == ["lotusfair_seal_key", "lotusfair_secret_key"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (tmp_path / "keys").iterdir())


def test_in_production_the_cookie_is_bound_to_the_host(tmp_path):
    app = Flask("production")
    configure_flask(app, Settings.from_environment(production(tmp_path)))
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-fair"
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert not app.config["TESTING"]
    assert not app.debug
