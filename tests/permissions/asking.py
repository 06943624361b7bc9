"""Asking for a route as a person of a role, for an object within reach and for one a step beyond, and judging the answer."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from tests.permissions.matrix import COLUMNS, Row
from tests.permissions.objects import World, names_an_object, parts_of

#: Where an object lies, seen from the home of every person: their own, the next household, the next village, another township.
OWN, NEIGHBOUR, VILLAGE, TOWNSHIP = "own", "neighbour", "village", "township"
#: cell -> (the farthest object still within it, the nearest one beyond it)
PLACES = {
    "own": (OWN, NEIGHBOUR),
    "household": (OWN, NEIGHBOUR),
    "village": (NEIGHBOUR, VILLAGE),
    "township": (VILLAGE, TOWNSHIP),
    "county": (TOWNSHIP, None),
    # every browser knows the purchases of its own place
    "known": (OWN, NEIGHBOUR),
    "public": (TOWNSHIP, None),
}
#: It answers that the database waits for its migration, as it does in tests.
NOT_READY = "health.ready"
#: These end where one signs in.
LEAVING = ("accounts.sign_out", "accounts.sign_out_everywhere")


@dataclass
class Asker:
    """Sends requests to the application as anybody."""

    app: Flask
    world: World
    clients: dict = field(default_factory=dict)

    def client(self, role: str, *, fresh: bool):
        """Return the browser of a person of the role; a fresh one where the request may end the session."""
        if fresh or role not in self.clients:
            client = self.app.test_client()
            client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
            with client.session_transaction() as session:
                session["orders"] = self.world.places[OWN].known
            if role != "guest":
                with client.session_transaction() as session:
                    session["_user_id"] = self.world.token(role)
                    session["csrf_token"] = "of this session"
                signer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
                client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps("of this session")
            self.clients[role] = client
        return self.clients[role]

    def ask(self, row: Row, role: str, place: str, *, missing: bool = False):
        """Return (address, status, where it leads, body) of one request."""
        where = self.world.places[place]
        path, query, form = parts_of(self.app, self.world, row.endpoint, row.route, where, missing=missing)
        self.world.is_touched |= row.method != "GET"
        client = self.client(role, fresh=row.endpoint in LEAVING)
        with client.open(path, method=row.method, query_string=query, data=form or None) as answer:
            names = tuple(str(value) for value in query.values())
            return Answer(path, answer.status_code, answer.headers.get("Location", ""), unpacked(answer.get_data()), names)


@dataclass
class Rememberer:
    """Asks what changes nothing once only: each test finds the county as it was made, and would get the same answer again."""

    asker: Asker
    answers: dict = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.asker.world

    def ask(self, row: Row, role: str, place: str):
        """Return the answer to one request, which may have been asked for another place where its address names none."""
        if row.method != "GET" or row.endpoint in LEAVING:
            return self.asker.ask(row, role, place)
        path, query, _form = parts_of(self.asker.app, self.world, row.endpoint, row.route, self.world.places[place])
        key = (role, path, *sorted(query.items()))
        if key not in self.answers:
            self.answers[key] = self.asker.ask(row, role, place)
        return self.answers[key]


def unpacked(body: bytes) -> bytes:
    """Return what was sent, or what lies in it where it is a workbook."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


@dataclass(frozen=True)
class Answer:
    """What came back."""

    path: str
    status: int
    leads_to: str
    body: bytes
    #: What the query named.
    names: tuple[str, ...]

    @property
    def is_sent_to_sign_in(self) -> bool:
        return self.status in (302, 303) and bool(re.match(r"/sign-in(\?next=|$)", self.leads_to))

    @property
    def is_sent_to_find(self) -> bool:
        """Whether whoever does not know an order or a grievance is asked for its number and four digits, or its code."""
        return self.status == 303 and self.leads_to.startswith(("/orders/find?", "/grievances/find?"))

    @property
    def without_itself(self) -> bytes:
        """Return the body without what must differ: the request's id and the address asked for."""
        body = re.sub(rb'<span class="code">[^<]*</span>', b"", self.body)
        for word in (self.path, *self.names):
            body = body.replace(word.encode(), b"")
        return body


def complaints(asker: Asker | Rememberer, row: Row, roles=COLUMNS) -> Iterator[str]:
    """Yield what is answered otherwise than the matrix says, one request after another."""
    for role in roles:
        cell = row.cell(role)
        if cell == "none":
            answer = asker.ask(row, role, OWN)
            good = answer.is_sent_to_sign_in if role == "guest" else answer.status == 403
            if not good:
                yield f"{row.id} as {role}, who has no part in it: {answer.status} {answer.leads_to}"
            continue
        inside, beyond = PLACES[cell]
        answer = asker.ask(row, role, inside)
        if not is_admitted(row, answer):
            yield f"{row.id} as {role}, within reach ({inside}, {answer.path}): {answer.status} {answer.leads_to}"
        if beyond and names_an_object(row):
            answer = asker.ask(row, role, beyond)
            if answer.status not in (403, 404) and not answer.is_sent_to_find:
                yield f"{row.id} as {role}, beyond reach ({beyond}, {answer.path}): {answer.status} {answer.leads_to}"


def is_admitted(row: Row, answer: Answer) -> bool:
    """Say whether the person got as far as the matter itself (which may still refuse an empty form, or a state)."""
    if row.endpoint == NOT_READY:
        return answer.status == 503
    return (
        answer.status not in (401, 403, 404)
        and answer.status < 500
        and (row.endpoint in LEAVING or not answer.is_sent_to_sign_in)
        and not answer.is_sent_to_find
    )


#: cell -> the places whose objects a list must not name.
BEYOND = {
    "own": (NEIGHBOUR, VILLAGE, TOWNSHIP),
    "household": (NEIGHBOUR, VILLAGE, TOWNSHIP),
    "village": (VILLAGE, TOWNSHIP),
    "township": (TOWNSHIP,),
}


#: Pages on which the second person of a check is chosen: among those who hold an office in the same village.
NAME_COLLEAGUES = frozenset({"assistance.bring_survey", "assistance.bring_home_check"})


def leaks(asker: Asker | Rememberer, row: Row, role: str) -> list[str]:
    """Return what a list of a role names although it lies beyond their reach."""
    answer = asker.ask(row, role, OWN)
    assert answer.status < 400, (row.id, role, answer.status)
    return named_beyond(asker, row, role, answer)


def named_beyond(asker: Asker | Rememberer, row: Row, role: str, answer: Answer) -> list[str]:
    """Return what an answer names although it lies beyond the reach of a role."""
    own = asker.world.names_in(OWN).values()
    return [
        f"{row.id} as {role} names the {what} {name} of {place}"
        for place in BEYOND.get(row.cell(role), ())
        for what, name in asker.world.names_in(place).items()
        if not (what == "grant" and place == "neighbour" and row.endpoint in NAME_COLLEAGUES)
        if name not in own and (name.encode() in answer.body or name in answer.leads_to)
    ]
