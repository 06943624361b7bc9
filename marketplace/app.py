"""The composition root: builds the application from the packages. The only importer of views and cli modules."""

import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask_migrate import Migrate
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.accounts.values import Role
from marketplace.areas import queries as areas
from marketplace.demo.services import ReadySignIns
from marketplace.kernel import clock
from marketplace.ledger import queries as ledger
from marketplace.media import illustrations
from marketplace.messages.doors import LogSmsDoor, NoSmsDoor
from marketplace.messages.values import SmsDoor
from marketplace.payments.gateways import BadSetting, Configured, Gateways, gateways_for
from marketplace.web import cli as house_cli
from marketplace.web import health
from marketplace.web.assets import configure_assets
from marketplace.web.compression import configure_compression
from marketplace.web.config import Mode, Settings, UnsafeConfiguration
from marketplace.web.db import configure_database, db, primary, reader, reading_engine
from marketplace.web.errors import configure_errors
from marketplace.web.filters import configure_filters
from marketplace.web.identity import Person, configure_identity
from marketplace.web.language import configure_language, locale_id
from marketplace.web.limits import configure_limits
from marketplace.web.logging import configure_logging, set_up_logging
from marketplace.web.nav import NavItem
from marketplace.web.pages import configure_pages
from marketplace.web.policy import configure_policy
from marketplace.web.requests import KeyConverter, Request
from marketplace.web.security import configure_security
from marketplace.web.visits import configure_visits
from marketplace.worker import make_consumer

ROOT = Path(__file__).resolve().parent.parent
#: The rooms that bring pages, jobs, truths and commands, lowest first.
PACKAGES = (
    "areas", "accounts", "messages", "media", "ledger", "notices", "vault", "farmers", "assistance", "income", "products",
    "tours", "surveys", "grievances", "orders", "payments", "reconciliation", "storefront", "desk", "reports", "privacy", "demo",
)  # fmt: skip
#: Pictures from a camera are about 4 MB; a register of 60,000 people less than 20.
MOST_REQUEST_BYTES = 24 * 1024 * 1024


def _part(package: str, part: str) -> Any:
    name = f"marketplace.{package}.{part}"
    if importlib.util.find_spec(f"marketplace.{package}") is None:
        return None
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, ready to serve; touches no database."""
    settings = settings or Settings.from_environment()
    set_up_logging(pretty=False)
    app = Flask("marketplace", root_path=str(ROOT / "marketplace"), template_folder=str(ROOT / "templates"), static_folder=None)
    configure_flask(app, settings)
    configure_compression(app)
    configure_logging(app)
    configure_errors(app)
    configure_language(app)
    configure_database(app, settings)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    configure_identity(app, functools.partial(_person_behind))
    configure_limits(app)
    configure_assets(app, ROOT / "static", settings.static_dir)
    configure_filters(app)
    configure_health(app)
    items = configure_packages(app)
    configure_pages(app, items)
    configure_visits(app)
    if settings.mode is Mode.DEMO:
        app.config["DEMO_SIGN_INS"] = ReadySignIns(reader)
    configure_policy(app)
    configure_security(app)
    app.jinja_env.globals.update(illustration=_illustration, area_name=_area_namer(app))
    return app


def configure_flask(app: Flask, settings: Settings) -> None:
    """Set Flask's own switches."""
    app.request_class = Request
    app.url_map.converters["int"] = KeyConverter
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME="__Host-fair" if settings.is_production else "fair",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=MOST_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=400,
        METRICS_TOKEN=settings.metrics_token,
        MODE=str(settings.mode),
        TESTING=settings.mode is Mode.TEST,
        PROPAGATE_EXCEPTIONS=False,
        EXPECTED_REVISION=house_cli.newest_revision(ROOT / "migrations"),
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["settings"] = settings
    app.extensions["sealer"] = settings.sealer()
    app.extensions["gateways"] = ways_to_pay(settings)
    app.extensions["sms_door"] = sms_door_for(settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def ways_to_pay(settings: Settings) -> Gateways:
    """Return the ways to pay that the configuration names.

    Raises:
        UnsafeConfiguration: a payment service's is not sound, or it holds money without an agreement in production.
    """
    configured = Configured(settings.words, settings.is_production, settings.public_url)
    try:
        return gateways_for(is_production=settings.is_production, configured=configured)
    except BadSetting as error:
        raise UnsafeConfiguration(str(error)) from error


def sms_door_for(settings: Settings) -> SmsDoor:
    """Return the door that the configuration names; without one the log, which in production would let its readers in.

    Raises:
        UnsafeConfiguration: nothing of that name makes a door.
    """
    if settings.sms_door is None:
        return NoSmsDoor() if settings.is_production else LogSmsDoor()
    named = f"LOTUSFAIR_SMS_DOOR={settings.sms_door}"
    try:
        door = pkgutil.resolve_name(settings.sms_door)()
    except Exception as error:  # whatever a stranger's module raises, the operator shall read which setting to mend
        raise UnsafeConfiguration(f"{named} makes no door: {type(error).__name__}: {error}") from error
    if not isinstance(getattr(door, "is_open", None), bool) or not callable(getattr(door, "send", None)):
        raise UnsafeConfiguration(f"{named} makes something without `is_open` and `send(to=, text=, key=)`")
    if settings.is_production and isinstance(door, LogSmsDoor):
        raise UnsafeConfiguration(f"{named} would print sign-in codes to the log in production")
    return cast(SmsDoor, door)


def configure_health(app: Flask) -> None:
    """Mount the health pages."""
    health.configure_health(app)
    app.extensions["metrics"].register(health.TruthGauges(ledger.last_checks))
    app.register_blueprint(health.bp)


def configure_packages(app: Flask) -> tuple[NavItem, ...]:
    """Mount each package's pages and commands; gather its jobs and truths; return the entries of the officials' navigation."""
    items: list[NavItem] = []
    checks: list[Any] = []
    sweeps: list[Any] = []
    loaders: list[Any] = []
    steps: list[Any] = []
    for package in PACKAGES:
        if views := _part(package, "views"):
            app.register_blueprint(views.bp)
            items += getattr(views, "OFFICE_NAV", ())
            steps += getattr(views, "FIRST_STEPS", ())
        if invariants := _part(package, "invariants"):
            checks += invariants.CHECKS
        if jobs := _part(package, "jobs"):
            sweeps += jobs.sweeps_for(app.extensions) if hasattr(jobs, "sweeps_for") else jobs.SWEEPS
        if found := _part(package, "loaders"):
            loaders += found.LOADERS
    app.extensions["checks"] = tuple(checks)
    app.extensions["sweeps"] = tuple(sweeps)
    app.extensions["loaders"] = tuple(loaders)
    app.extensions["first_steps"] = tuple(steps)
    app.extensions["make_consumer"] = make_consumer
    app.extensions["reading_engine"] = reading_engine
    house_cli.register(app)
    for package in PACKAGES:
        if cli := _part(package, "cli"):
            for command in cli.commands(app):
                app.cli.add_command(command)
    return tuple(items)


def _person_behind(token: str) -> Person | None:
    """Return the person a session token belongs to, with the households matched to them and those they help."""
    accounts = _part("accounts", "queries")
    farmers = _part("farmers", "queries")
    assistance = _part("assistance", "queries")
    actor = accounts.actor_for_session(primary(), token)
    if actor is None:
        return None
    found = actor.of_households(farmers.households_of_user(primary(), actor.user_id))
    if actor.has(Role.HELPER):
        areas_helped = actor.areas_of(Role.HELPER)
        helped = assistance.households_helped_by(primary(), actor.user_id, areas_helped, clock.today())
        found = found.helping(helped)
    return cast(Person, found)


@functools.lru_cache(maxsize=256)
def _drawn(kind: str, seed: int | str, mood: str) -> Markup:
    return Markup(illustrations.render(kind, seed, mood))  # noqa: S704 (drawn by us from numbers, no reader's text in it)


def _illustration(kind: str, seed: int | str = 1, mood: str = "noon") -> Markup:
    """Return one of the house's pictures for a template, hidden from screen readers."""
    return _drawn(kind, seed, mood).replace(
        "<svg ", Markup('<svg aria-hidden="true" focusable="false" preserveAspectRatio="xMidYMid slice" '), 1
    )


def _area_namer(app: Flask) -> Callable[[str], str]:
    """Return the templates' `area_name(code)`: the county's few names are read once a process."""
    known: dict[str, tuple[str, str]] = {}

    def area_name(code: str) -> str:
        if code not in known:
            known.update(areas.names(reader()))
        zh, en = known.get(code, (code, code))
        return en if locale_id() == "en" else zh

    app.extensions["area_name"] = area_name
    return area_name
