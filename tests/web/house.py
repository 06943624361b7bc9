"""The house without its rooms: only what `web` brings, with a few pages of the test's own, so that each guard is seen alone."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, render_template_string, request
from markupsafe import Markup

from marketplace.app import configure_flask, configure_health
from marketplace.kernel.errors import StaleState
from marketplace.media import illustrations
from marketplace.web.assets import configure_assets
from marketplace.web.config import Settings
from marketplace.web.db import configure_database
from marketplace.web.errors import configure_errors
from marketplace.web.filters import configure_filters
from marketplace.web.identity import configure_identity
from marketplace.web.language import configure_language
from marketplace.web.logging import configure_logging
from marketplace.web.pages import configure_pages
from marketplace.web.policy import Reach, authorise, configure_policy, my_households, policy, reachable_areas
from marketplace.web.security import configure_security

ROOT = Path(__file__).resolve().parents[2]
VILLAGE, OTHER_VILLAGE, OTHER_TOWNSHIP = "360321101005", "360321101006", "360321102001"


@dataclass(frozen=True)
class Grant:
    role: str
    area_code: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody signed in; their token is their name."""

    user_id: int
    name: str
    grants: tuple[Grant, ...] = ()
    household_ids: frozenset[int] = frozenset()
    helped_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Thing:
    village_code: str | None = None
    household_id: int | None = None
    owner_id: int | None = None


PEOPLE = {
    person.name: person
    for person in (
        Person(1, "buyer"),
        Person(2, "farmer", household_ids=frozenset({7})),
        Person(3, "village", (Grant("village_official", VILLAGE),)),
        Person(4, "township", (Grant("township_official", VILLAGE[:9]),)),
        Person(5, "county", (Grant("county_official", VILLAGE[:6]),)),
        Person(6, "nowhere", (Grant("village_official", None),)),
        Person(7, "admin", (Grant("administrator", None),)),
        Person(9, "helper", (Grant("helper", VILLAGE),), helped_ids=frozenset({7})),
        Person(10, "helper_elsewhere", (Grant("helper", OTHER_VILLAGE),), helped_ids=frozenset({7})),
        Person(11, "helper_no_more", helped_ids=frozenset({7})),
        Person(8, "both", (Grant("village_official", VILLAGE), Grant("township_official", VILLAGE[:9]))),
    )
}
THINGS = {
    "here": Thing(VILLAGE, 7, 1),
    "next": Thing(OTHER_VILLAGE, 8, 9),
    "far": Thing(OTHER_TOWNSHIP, 9, 10),
    "nobodys": Thing(),
}


def pages():  # noqa: C901 (one small view after another)
    """Return blueprints with one view for each thing that can be got right or wrong."""
    bp = Blueprint("probe", __name__)
    accounts = Blueprint("accounts", __name__)

    @accounts.get("/sign-in")
    @policy("accounts.sign_in", public=True)
    def sign_in():
        return "sign in here"

    @bp.route("/open", methods=["GET", "POST"])
    @policy("probe.open", public=True)
    def show():
        return render_template_string('{% extends "_layouts/shop.html" %}{% block main %}{{ csrf_field() }}open{% endblock %}')

    @bp.get("/open/<name>")
    @policy("probe.open_thing", public=True, of="thing")
    def open_thing(name):
        authorise(THINGS.get(name))
        return name

    @bp.route("/mine", methods=["GET", "POST"])
    @policy("probe.mine", signed_in=True)
    def mine():
        return render_template_string("{{ csrf_field() }}")

    @bp.get("/own/<name>")
    @policy("probe.own", of="thing", buyer=Reach.OWN)
    def own(name):
        authorise(THINGS.get(name))
        return "own"

    @bp.route("/things/<name>", methods=["GET", "POST"])
    @policy(
        "probe.things",
        of="thing",
        farmer=Reach.HOUSEHOLD,
        helper=Reach.HOUSEHOLD,
        village_official=Reach.AREA,
        township_official=Reach.AREA,
        county_official=Reach.AREA,
    )
    def thing(name):
        authorise(THINGS.get(name))
        return "yours"

    @bp.get("/areas")
    @policy("probe.areas", village_official=Reach.AREA, township_official=Reach.AREA)
    def areas():
        return " ".join(reachable_areas())

    @bp.get("/households")
    @policy("probe.households", farmer=Reach.HOUSEHOLD, village_official=Reach.AREA)
    def households():
        return " ".join(str(found) for found in sorted(my_households()))

    @bp.route("/careless", methods=["GET", "POST"])
    @policy("probe.careless", public=True, of="thing")
    def careless():
        return ("", 303, {"Location": "/open"}) if request.method == "POST" else "shown to anyone"

    @bp.post("/machine")
    @policy("webhook.probe", public=True)
    def machine():
        return "heard"

    @bp.get("/broken")
    @policy("probe.broken", public=True)
    def broken():
        return str(1 // 0)

    @bp.get("/office/broken")
    @policy("probe.office_broken", public=True)
    def office_broken():
        return str(1 // 0)

    @bp.get("/stale")
    @policy("probe.stale", public=True)
    def stale():
        raise StaleState

    return accounts, bp


@dataclass
class Failing:
    """A loader of people that can be told to fail, as it does when the database is gone."""

    is_failing: bool = False
    asked: list[str] = field(default_factory=list)

    def __call__(self, token):
        self.asked.append(token)
        if self.is_failing:
            raise ConnectionError("no database")
        return PEOPLE.get(token)


def build(settings: Settings, *blueprints: Blueprint, load=PEOPLE.get, nav=(), covered: bool = True) -> Flask:
    """Return the bare house with the given pages."""
    app = Flask("house", root_path=str(ROOT / "marketplace"), template_folder=str(ROOT / "templates"), static_folder=None)
    configure_flask(app, settings)
    configure_logging(app)
    configure_errors(app)
    configure_language(app)
    configure_database(app, settings)
    configure_identity(app, load)
    configure_assets(app, ROOT / "static", settings.static_dir)
    configure_filters(app)
    configure_health(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    configure_pages(app, nav)
    if covered:
        configure_policy(app)
        configure_security(app)
    app.jinja_env.globals["illustration"] = lambda kind, seed=1, mood="noon": Markup(illustrations.render(kind, seed, mood))  # noqa: S704 (our own drawing)
    return app


def sign_in(client, name):
    """Let the browser carry the named person's session."""
    with client.session_transaction() as session:
        session["_user_id"] = name
    return client
