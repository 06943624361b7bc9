"""The way through the house: which pages the links of each person's pages lead to, found without a browser."""

import re
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


def walk(app, people):
    """Return the pages of everybody, one an endpoint: those for everybody as a guest sees them, the others for each person."""
    stops = []
    for role in PEOPLE:
        is_guest = role is None
        for endpoint, path in _pages(_client(app, people.get(role)), app, STARTS if role else ("/",)):
            if is_guest or not policy_of(app, endpoint).public:
                stops.append(Stop(role, endpoint, path))
    return stops


def _client(app, sign_in):
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    if sign_in is not None:
        phone, password = sign_in
        assert client.post("/sign-in", data={"phone": phone, "password": password}).status_code == 303, phone
    return client


def _pages(client, app, starts):
    """Yield (endpoint, path) breadth first; what a person has no way to is not among their links, but may be a start."""
    seen, queue = set(), list(starts)
    while queue:
        path = queue.pop(0)
        endpoint = endpoint_of(app, path)
        if endpoint is None or endpoint in seen:
            continue
        with client.get(path) as answer:
            if answer.status_code in (302, 303):
                queue.append(answer.location.removeprefix("http://localhost"))
                continue
            if path in starts and answer.status_code == 403:
                continue
            seen.add(endpoint)
            if answer.mimetype != "text/html":
                continue
            yield endpoint, path
            queue += [link for found in _LINK.findall(answer.text) if not _LOOKS.search(link := unescape(found))]
