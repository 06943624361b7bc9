"""Two thousand bad inputs over every route, as a guest and as every kind of person: refused or forgiven, never a fault.

Half of them go to each engine, and none to both.
"""

import copy
import gc
import hashlib
import random
import re
import shutil
import uuid
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Blueprint, request
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from marketplace.app import create_app
from marketplace.web.config import Settings
from marketplace.web.db import db
from marketplace.web.policy import policy, policy_of
from tests import truths
from tests.permissions.objects import NobodyBuilds, World, parts_of
from tests.sharing import share
from tests.web import house as built
from tests.web.bad_inputs import BAD_HEADERS, BAD_SESSIONS, METHODS, Maker, Sent, bad_paths, forms_in, names_heard

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")

SEED = 20261124
LEAST = 1000  # on each engine
ENGINES = ("sqlite", "postgresql")
#: It answers that the database waits for its migration, as it does in tests.
NOT_READY = "health.ready"
#: In so many a request is found that was not sent before, however little a route listens to.
MOST_TRIES = 200
#: After so many routes the truths are asked for and the county is put back.
TOGETHER = 16
WRITING = ("POST", "PUT", "PATCH", "DELETE")


class Asked:
    """A site, its people, and every answer they got."""

    def __init__(self, app, world, engine="sqlite"):
        self.app, self.world = app, world
        self.chance = random.Random(f"{SEED} on {engine}")
        #: What marks the requests that are this engine's to answer, and those it was sent.
        self.share = ENGINES.index(engine)
        self.marks = set()
        self.statuses = Counter()
        self.faults = []
        self.clients = {}

    def client(self, role):
        """Return the browser of a person of the role, carrying what lets requests reach the views."""
        client = self.app.test_client(use_cookies=True)
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        with client.session_transaction() as session:
            session["orders"] = self.world.places["own"].known if self.world.users else []
        if role != "guest":
            with client.session_transaction() as session:
                session["_user_id"] = self.world.token(role)
                session["csrf_token"] = "of this session"
            signer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
            client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps("of this session")
        return client

    def send(self, sent, role, client=None):
        """Send one request; note its answer, and a fault if it is one."""
        # an address that begins with two slashes is another host's: no client sends it here
        sent = replace(sent, path="/" + sent.path.lstrip("/"))
        if client is None:
            client = self.clients[role] = self.clients.get(role) or self.client(role)
        self.world.is_touched |= sent.method.upper() not in ("GET", "HEAD", "OPTIONS")
        try:
            with client.open(sent.path, method=sent.method, **sent.arguments) as answer:
                status, body, leads_to = answer.status_code, answer.get_data(), answer.headers.get("Location", "")
        except Exception as error:  # noqa: BLE001 (whatever escaped the application is what we look for)
            status, body, leads_to = 599, repr(error).encode(), ""
        self.statuses[status] += 1
        is_waiting = status == 503 and sent.path.startswith("/readyz")
        if (status >= 500 and not is_waiting) or b"Traceback (most recent call last)" in body:
            self.faults.append(
                f"{status} {role}: {sent.method} {sent.path[:200]!r}: {sent.what[:700]} {body[:200] if status == 599 else ''}"
            )
        if status in (302, 303) and leads_to.startswith("/") and sent.method == "POST" and self.chance.random() < 0.25:
            # what was written must be readable
            self.send(Sent("GET", leads_to, {}, f"after {sent.what}"), role, client)
        return status, body

    def broken(self):
        """Return every broken truth of every package."""
        with self.app.app_context(), Session(db.engine) as session:
            return truths.breaches(session)

    def note_breaches(self, after):
        """Take down every truth that did not hold any more."""
        if self.world.is_touched:
            self.faults += [f"broken after {after}: {name} {rows[:3]}" for name, rows in self.broken().items()]

    def is_anew(self, rule, sent):
        """Say whether the request is this engine's, and none like it was sent before; then it counts as sent."""
        mark = mark_of(rule, sent)
        if mark[0] % len(ENGINES) != self.share or mark in self.marks:
            return False
        self.marks.add(mark)
        return True

    def restore(self):
        """Put the database back, and sign everybody in anew."""
        if self.world.restore():
            self.clients.clear()


class OtherWorld(World):
    """The same county on PostgreSQL, which is stricter: no NUL, no text that is too long, no number that is too large."""

    def __init__(self, app, admin, name):
        self.admin, self.name = admin, name
        super().__init__(app, Path("on a server"))

    def _save(self):
        self._say(f"CREATE DATABASE {self.name}_saved TEMPLATE {self.name} STRATEGY FILE_COPY")

    def _put_back(self):
        self._say(f"DROP DATABASE {self.name} WITH (FORCE)")
        self._say(f"CREATE DATABASE {self.name} TEMPLATE {self.name}_saved STRATEGY FILE_COPY")

    def _say(self, statement):
        with self.admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="module", params=ENGINES)
def asked(request, scratch, templates):
    """The county on each engine, and everybody in it."""
    name = f"b{uuid.uuid4().hex[:12]}"
    url = f"sqlite:///{scratch / name}.db"
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), scratch / f"{name}.db")
    else:
        admin, address = request.getfixturevalue("postgres")
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_fair STRATEGY FILE_COPY"))
        url = with_database(address, name)
    settings = {
        "LOTUSFAIR_MODE": "test",
        "LOTUSFAIR_DATA_DIR": str(scratch / "bad-inputs"),
        "DATABASE_URL": url,
        "LOTUSFAIR_SECRET_KEY": "for tests alone, never for people",
        "LOTUSFAIR_SEAL_KEY": "for tests alone, never for people",
    }
    app = share(create_app(Settings.from_environment(settings)), templates)
    world = World(app, scratch / f"{name}.db") if request.param == "sqlite" else OtherWorld(app, admin, name)
    made = Asked(app, world, request.param)
    assert made.broken() == {}, "the county itself breaks a truth"
    yield made
    # the multipart parser drops the file it was at when the body breaks off; let that happen here
    gc.collect()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def with_database(address, name):
    """Return the address of another database on the same server."""
    return make_url(address).set(database=name).render_as_string(hide_password=False)


#: Those who have most to do come first.
BUSIEST = ("county_official", "farmer", "village_official")


def admitted(app, endpoint):
    """Return the kinds of people whom an endpoint's policy lets in, the busiest first; guests where they may."""
    found = policy_of(app, endpoint)
    if found.public or found.known:
        return ["guest", "buyer", "farmer", "county_official"]
    if found.signed_in:
        return ["farmer", "buyer", "county_official"]
    return sorted(set(found.reach) - {"reseller"}, key=lambda role: (role not in BUSIEST, role)) or ["buyer"]


def good_request(asked, rule):
    """Return path, query and form of a request for an object that is there; any part nobody can build gets a plain word."""
    try:
        return parts_of(asked.app, asked.world, rule.endpoint, rule.rule, asked.world.places["own"])
    except NobodyBuilds:
        built = rule.build(
            {part: 1 if isinstance(how, IntegerConverter) else "nothing" for part, how in rule._converters.items()}
        )
        return built[1], {}, {}


def shown_forms(asked):
    """Open every page as those who may, and return the forms that lead to each endpoint."""
    found = defaultdict(list)
    routes = asked.app.url_map.bind("localhost")
    for rule in asked.app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        path, query, _form = good_request(asked, rule)
        for role in admitted(asked.app, rule.endpoint)[:1]:
            _status, body = asked.send(Sent("GET", path, {"query_string": query}, "as it should be asked"), role)
            for form in forms_in(body.decode("utf-8", "replace")) if body[:15].lower() == b"<!doctype html>" else ():
                try:
                    endpoint, _parts = routes.match(urlsplit(form.action).path or path, method=form.method)
                except HTTPException:
                    continue
                found[endpoint, form.method].append(form)
    return found


def test_no_bad_input_is_ever_a_fault(asked):
    """Every route, every field, every kind of person; after every few routes the truths of all packages still hold."""
    app = asked.app
    forms = shown_forms(asked)
    assert asked.faults == [], "pages fail without any bad input"
    assert len(forms) >= 30, "the forms of the pages are found"
    asked.statuses.clear()
    heard = {package: names_heard(package) for package in {rule.endpoint.split(".")[0] for rule in app.url_map.iter_rules()}}
    routes = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods & {"GET", "POST"})
        if rule.endpoint != NOT_READY
    ]
    writing = sum(method == "POST" for _rule, method in routes)
    each = -(-LEAST // (2 * writing + len(routes) - writing))
    number_asked = 0
    for turn, (rule, method) in enumerate(sorted(routes, key=lambda one: (one[1], one[0].rule))):
        maker = Maker(asked.chance, heard[rule.endpoint.split(".")[0]], forms[rule.endpoint, method])
        path, query, form = good_request(asked, rule)
        allowed = admitted(app, rule.endpoint)
        for number in range(2 * each if method == "POST" else each):
            role = asked.chance.choice(allowed if number % 4 else ["guest", *sorted(asked.world.users)])
            tries = (spoiled(maker, rule, method, path, {**query}, {**form}, number + more) for more in range(MOST_TRIES))
            sent = next(sent for sent in tries if asked.is_anew(rule, sent))
            asked.send(sent, role, fresh(asked, rule, role))
            number_asked += 1
        if turn % TOGETHER == TOGETHER - 1:
            # what was written stands until here, so that pages are asked to show it; then everything is as it was
            asked.note_breaches(f"{method} {rule.rule} or one of the {TOGETHER - 1} before it")
            asked.restore()
    asked.note_breaches("the last routes")
    assert asked.faults == [], f"{len(asked.faults)} faults:\n" + "\n".join(asked.faults[:30])
    assert len(asked.marks) == number_asked >= LEAST
    # most got as far as the views: they were answered, sent on, or refused for what they are
    answered = sum(asked.statuses[code] for code in (200, 302, 303, 400, 404, 409, 413, 422))
    assert answered > 0.75 * number_asked, asked.statuses
    assert asked.statuses[303] > 50, asked.statuses


def mark_of(rule, sent):
    """Return what tells a request from others: names of things, which each county makes up anew, count for nothing."""
    told = [sent.method, rule.rule, sent.path, *(str(sent.arguments[part]) for part in sorted(sent.arguments))]
    plain = re.sub(r"[0-9A-Za-z_-]{8,}", "…", "\n".join(part[:1000] for part in told))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()


def fresh(asked, rule, role):
    """Return a browser of its own where the request may end the session; else the role's own."""
    return asked.client(role) if "sign_out" in rule.endpoint or rule.endpoint.endswith("set_password") else None


def spoiled(maker, rule, method, path, query, form, number):
    """Return the route's good request with something bad about it."""
    if method == "GET":
        if number % 3 == 0:
            path = maker.chance.choice(list(bad_paths(maker.chance, rule, path)))
            return Sent(method, path, {}, "a bad address")
        asked_for = "&".join([*(f"{name}={value}" for name, value in query.items()), maker.query()])
        return Sent(method, path, {"query_string": asked_for}, asked_for)
    if number % 8 == 0:
        path = maker.chance.choice(list(bad_paths(maker.chance, rule, path)))
    body = maker.body()
    if form and body["content_type"] == "application/x-www-form-urlencoded" and isinstance(body["data"], str):
        body["data"] = "&".join([*(f"{name}={value}" for name, value in form.items()), body["data"]])
    return Sent(method, path, body, f"{body['content_type']} {body['data'][:600]!r}")


def test_no_odd_header_cookie_or_method_is_ever_a_fault(asked):
    asked.restore()
    asked.faults.clear()
    rules = [rule for rule in asked.app.url_map.iter_rules() if rule.endpoint != NOT_READY]
    for number, (name, value) in enumerate(BAD_HEADERS * 3):
        rule = asked.chance.choice(rules)
        method = "POST" if "POST" in rule.methods else "GET"
        path, query, form = good_request(asked, rule)
        role = asked.chance.choice(admitted(asked.app, rule.endpoint))
        client = asked.client(role) if number % 2 or name != "Cookie" else asked.app.test_client(use_cookies=False)
        arguments = {"query_string": query, "data": form or None, "headers": [(name, value)]}
        asked.send(Sent(method, path, arguments, f"{name}: {value!r}"), role, client)
    for rule in rules:
        path, query, _form = good_request(asked, rule)
        method = asked.chance.choice(METHODS)
        asked.send(Sent(method, path, {"query_string": query}, method), asked.chance.choice(admitted(asked.app, rule.endpoint)))
    asked.note_breaches("odd headers")
    assert asked.faults == [], "\n".join(asked.faults[:30])


@pytest.mark.parametrize("held", BAD_SESSIONS, ids=repr)
def test_no_odd_signed_cookie_is_ever_a_fault(asked, held):
    asked.faults.clear()
    for path in ("/", "/mine", "/products/", "/sign-in"):
        for method in ("GET", "POST"):
            client = asked.client("guest")
            with client.session_transaction() as session:
                session.update(held)
            asked.send(Sent(method, path, {}, repr(held)), "guest", client)
    assert asked.faults == [], "\n".join(asked.faults)


def test_a_view_that_trusts_its_reader_is_found_out(house_settings):
    """The control: the same inputs do find a view that reads a number out of whatever was sent, and one that echoes a fault."""
    bp = Blueprint("trusting", __name__)

    @bp.route("/careless", methods=["GET", "POST"])
    @policy("trusting.careless", public=True)
    def careless():
        return str(int(request.values.get("page", "1")))

    class Nobody:
        is_touched = False
        users = ()

    app = built.build(house_settings, *built.pages(), bp)
    asked = Asked(app, Nobody())
    heard = copy.deepcopy(names_heard("income"))
    heard.query.add("page")
    heard.form.add("page")
    rule = next(app.url_map.iter_rules("trusting.careless"))
    for method in ("GET", "POST"):
        for number in range(40):
            asked.send(spoiled(Maker(asked.chance, heard, []), rule, method, "/careless", {}, {}, number), "guest")
        assert asked.faults, method
        asked.faults.clear()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
