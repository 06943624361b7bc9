"""What must hold for every route of the whole house, whatever package brought it."""

import importlib
import importlib.util

import pytest
from werkzeug.routing import IntegerConverter

from marketplace.app import PACKAGES
from marketplace.web.policy import Reach, policy_of
from marketplace.web.security import HEADERS


def addresses(app, *, public):
    """Yield (endpoint, path) of each GET route, its parts filled with what names nothing."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or policy_of(app, rule.endpoint).public is not public:
            continue
        values = {
            name: ((converter.max or 999_999_999) if isinstance(converter, IntegerConverter) else "nothing")
            for name, converter in rule._converters.items()
        }
        with app.test_request_context():
            yield rule.endpoint, app.url_for(rule.endpoint, **values)


def test_every_public_page_carries_the_headers_and_never_fails(app, client):
    wrong = []
    for endpoint, path in addresses(app, public=True):
        for query in ("", "?lang=en", "?lang=%00&page=-1&sort=%27&category=%F0%A0%80%80&q=%00&month=2026-13"):
            with client.get(path + query) as answer:
                missing = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
                if missing or (answer.status_code >= 500 and endpoint != "health.ready"):
                    wrong.append((path + query, answer.status_code, missing))
    assert wrong == []


#: Where a guest who holds a number names what else they know of it.
FINDS = ("/orders/find?", "/grievances/find?")


def test_every_other_page_sends_a_guest_to_sign_in(app, client):
    wrong = []
    for endpoint, path in addresses(app, public=False):
        answer = client.get(path)
        if policy_of(app, endpoint).known:  # to whom it is not known, there is none
            assert answer.status_code == 404 or answer.headers["Location"].startswith(FINDS), path
        elif answer.status_code != 302 or not answer.headers["Location"].startswith("/sign-in?next="):
            wrong.append((path, answer.status_code))
        if {name: answer.headers.get(name) for name in HEADERS} != HEADERS:
            wrong.append((path, "headers"))
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_the_navigation_leads_only_where_its_readers_may_go(app, package):
    if not importlib.util.find_spec(f"marketplace.{package}") or not importlib.util.find_spec(f"marketplace.{package}.views"):
        return
    for item in getattr(importlib.import_module(f"marketplace.{package}.views"), "OFFICE_NAV", ()):
        policy = policy_of(app, item.endpoint)
        assert policy.signed_in or set(item.roles) <= set(policy.reach), item.endpoint


def test_the_auditor_changes_nothing(app):
    """Their own session and settings aside, no writing route admits the auditor for being one."""
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"} and "GET" not in rule.methods:
            assert "auditor" not in policy.reach, rule.rule


def test_the_administrator_reaches_nobodys_matters(app):
    """Configuration is people's roles and the county's lists: the role reaches accounts and no household, order or sale."""
    for rule in app.url_map.iter_rules():
        if policy_of(app, rule.endpoint).reach.get("administrator") not in (None, Reach.OWN):
            assert rule.endpoint.startswith(("accounts.", "web.", "areas.", "health.")), rule.rule
