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
STARTS = ("/", "/mine", "/desk/", "/office/")
#: Another look of the same page.
_LOOKS = re.compile(r"[?&](lang|elder|lite)=")
_LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')
#: At most so many addresses of one endpoint are read for their links.
_DEPTH = 8


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


def walk(app, people, wanted):
    """Return the pages of everybody, one an endpoint: those for everybody as a guest sees them, the others for each person.

    One address of each endpoint is read for its links, and more only while some of the `wanted` endpoints are not reached: of the
    first order or departure of a list there may be nothing left to do at this hour.
    """
    stops = []
    for role in PEOPLE:
        visitor = _Visitor(_client(app, people.get(role)), app, STARTS if role else ("/",))
        found = list(visitor.pages())
        reached = {stop.endpoint for stop in stops} | {endpoint for endpoint, _ in found}
        if role:
            found += visitor.further(frozenset(wanted) - reached)
        for endpoint, path in found:
            if role is None or not policy_of(app, endpoint).public:
                stops.append(Stop(role, endpoint, path))
    return stops


def _client(app, sign_in):
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    if sign_in is not None:
        phone, password = sign_in
        assert client.post("/sign-in", data={"phone": phone, "password": password}).status_code == 303, phone
    return client


class _Visitor:
    """One person on the way, breadth first; what they have no way to is not among their links, but may be a start."""

    def __init__(self, client, app, starts):
        self.client, self.app, self.starts = client, app, starts
        self.queue, self.put_off, self.looks, self.seen = list(starts), [], Counter(), set()

    def pages(self):
        """Yield (endpoint, path) of the pages that the first address of each endpoint leads to."""
        while self.queue:
            path = self.queue.pop(0)
            endpoint = endpoint_of(self.app, path)
            if endpoint is None or path in self.seen:
                continue
            if self.looks[endpoint]:
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
            if not policy_of(self.app, endpoint).public:
                self._read(endpoint, path)
                found += [one for one in self.pages() if one[0] in missing]
        return found

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
                return False
            self.queue += [link for found in _LINK.findall(answer.text) if not _LOOKS.search(link := unescape(found))]
            return True
