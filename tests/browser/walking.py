"""The way through the house: which pages the links of each person's pages lead to, found without a browser."""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from marketplace.web.policy import policy_of

#: In this order: a page that everybody may see is looked at as a guest.
PEOPLE = (
    None,
    "buyer",
    "farmer",
    "helper",
    "village_official",
    "township_official",
    "county_official",
    "auditor",
    "administrator",
)
#: Who looks further for what nobody came to, in the order in which it is soonest found.
SEEKERS = ("buyer", "farmer", "county_official", "auditor", "administrator", "township_official", "village_official", "helper")
STARTS = ("/", "/mine", "/desk/", "/office/")
#: Another look of the same page.
_LOOKS = re.compile(r"[?&](lang|elder|lite)=")
_LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')
#: At most so many addresses of one endpoint are read for their links.
_DEPTH = 24


@dataclass(frozen=True)
class Stop:
    """One page as one person comes to it."""

    role: str | None
    endpoint: str
    path: str


def endpoint_of(app, path):
    """Return the endpoint behind an address, or None."""
    try:
        return app.url_map.bind("localhost").match(urlsplit(path).path)[0]
    except HTTPException:
        return None


def walk(app, people, wanted, again):
    """Return the pages that are to be looked at, each as the first person sees it who comes to it; and the links on the way that
    lead their reader to what the policy refuses them, as (role, page, link).

    `again` names, for some people, the beginnings of endpoints that they look at although somebody did before. One address of an
    endpoint is read for its links, and more only while some of the `wanted` endpoints that a person may open are not reached: of
    the first order or departure of a list there may be nothing left to do at this hour.
    """
    visitors, stops, reached, files, astray = {}, [], set(), set(), set()
    for role in PEOPLE:
        known = {endpoint for endpoint in reached if not endpoint.startswith(again.get(role, ()))}
        visitors[role] = _Visitor(role, _client(app, people.get(role)), app, STARTS if role else ("/",), known, files, astray)
        stops += [Stop(role, *one) for one in visitors[role].pages() if one[0] not in known]
        reached |= {stop.endpoint for stop in stops}
    for role in SEEKERS:
        missing = {endpoint for endpoint in set(wanted) - reached if _may_open(app, endpoint, role)}
        stops += [Stop(role, *one) for one in visitors[role].further(missing)]
        reached |= {stop.endpoint for stop in stops}
    for visitor in visitors.values():
        visitor.glance()
    return stops, sorted(astray)


def _may_open(app, endpoint, role):
    policy = policy_of(app, endpoint)
    return policy.public or policy.known or policy.signed_in or role in policy.reach


def _client(app, sign_in):
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    if sign_in is not None:
        phone, password = sign_in
        assert client.post("/sign-in", data={"phone": phone, "password": password}).status_code == 303, phone
    return client


class _Visitor:
    """One person on the way, breadth first; what they have no way to is not among their links, but may be a start.

    Pages of `known` endpoints are put off. `files` gathers the endpoints that answer with no page; `astray` the
    links to what the reader may not open.
    """

    def __init__(self, role, client, app, starts, known, files, astray):
        self.role, self.client, self.app, self.starts = role, client, app, starts
        self.known, self.files, self.astray = known, files, astray
        self.queue, self.put_off, self.looks, self.seen = list(starts), [], Counter(), set()

    def pages(self):
        """Yield (endpoint, path) of the pages that the first address of each endpoint leads to."""
        while self.queue:
            path = self.queue.pop(0)
            endpoint = endpoint_of(self.app, path)
            if endpoint is None or path in self.seen or endpoint in self.files:
                continue
            if self.looks[endpoint] or (endpoint in self.known and path not in self.starts):
                self.put_off.append((endpoint, path))
                continue
            if self._read(endpoint, path):
                yield endpoint, path

    def further(self, missing):
        """Return the (endpoint, path) among `missing` that more addresses of the endpoints already seen lead to."""
        found = []
        for endpoint, path in self.put_off:
            if not missing - {one for one, _ in found} or path in self.seen or self.looks[endpoint] >= _DEPTH:
                continue
            if not (policy_of(self.app, endpoint).public and self.looks[endpoint]):
                self._read(endpoint, path)
                found += [one for one in self.pages() if one[0] in missing]
        return found

    def glance(self):
        """Read what was put off, one address of each endpoint, only to see where it leads this person."""
        for endpoint, path in self.put_off:
            if not self.looks[endpoint]:
                self._read(endpoint, path)

    def _read(self, endpoint, path):
        """Open a page and queue its links; say whether it is one."""
        self.seen.add(path)
        with self.client.get(path) as answer:
            if answer.status_code in (302, 303):
                self.queue.append(answer.location.removeprefix("http://localhost"))
                return False
            if path in self.starts and answer.status_code == 403:
                return False
            self.looks[endpoint] += 1
            if answer.mimetype != "text/html":
                self.files.add(endpoint)
                return False
            links = [link for found in _LINK.findall(answer.text) if not _LOOKS.search(link := unescape(found))]
            self.queue += links
            if self.role:  # a guest is asked to sign in
                leads = ((link, endpoint_of(self.app, link)) for link in links)
                self.astray |= {(self.role, path, link) for link, to in leads if to and not _may_open(self.app, to, self.role)}
            return True
