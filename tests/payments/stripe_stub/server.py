"""The stub's HTTP side: form fields in, JSON out, idempotency keys, and faults on request."""

import json
import re
import threading
import time
import urllib.parse
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import stripe

from tests.payments.stripe_stub.book import Book, Refused

SECRET, KEY = "whsec_of_the_stub_alone", "sk_test_of_the_stub_alone"
#: What goes wrong: nothing is done; it is done and the answer is lost; it is done and called a failure; it is not and called one.
LOST_BEFORE, LOST_AFTER, FAILS_AFTER, FAILS_BEFORE = "lost_before", "lost_after", "fails_after", "fails_before"


class Stub:
    """A running Stripe. `address` is its API base; `book` its state; `asked` every request as it came."""

    def __init__(self, **facts):
        self.book = Book(**facts)
        self.asked = []
        self._kept = {}
        self._faults = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                stub._answer(self)

            do_POST = do_GET  # noqa: N815 (the library's name)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def words(self, **more):
        """Return what a deployment says to be on this Stripe."""
        return {
            "LOTUSFAIR_STRIPE_SECRET_KEY": KEY, "LOTUSFAIR_STRIPE_WEBHOOK_SECRET": SECRET,
            "LOTUSFAIR_STRIPE_API_BASE": self.address,
        } | {f"LOTUSFAIR_STRIPE_{name.upper()}": value for name, value in more.items()}  # fmt: skip

    def hurt(self, path, how, times=1):
        """Let the next requests to a path go wrong."""
        self._faults += [(path, how)] * times

    @staticmethod
    def signed(event, *, at=None, secret=SECRET):
        """Return (body, headers) of an event as Stripe sends it; of text instead of an event, that text."""
        body = event if isinstance(event, str) else json.dumps(_shown(event))
        stamp = stripe.WebhookSignature.generate_signature_header(body, secret, int(time.time() if at is None else at))
        return body.encode(), {"Stripe-Signature": stamp, "Content-Type": "application/json"}

    def _fault(self, path):
        for fault in self._faults:
            if path.startswith(fault[0]):
                self._faults.remove(fault)
                return fault[1]
        return None

    def _answer(self, handler):
        length = int(handler.headers.get("Content-Length") or 0)
        path, _, query = handler.path.partition("?")
        sent = handler.rfile.read(length).decode() if length else query
        with self.book.lock:
            self.asked.append((handler.command, path, sent))
            fault = self._fault(path)
            if fault == LOST_BEFORE:
                handler.close_connection = True
                return
            try:
                status, reply = self._done(handler, path, sent) if fault != FAILS_BEFORE else _failure()
            except Refused as no:
                status = no.status
                reply = {"error": {"type": no.kind, "code": no.code, "message": no.message}}
            if fault == FAILS_AFTER:
                status, reply = _failure()
                self._kept_as(handler, path, sent, status, reply)
        if fault == LOST_AFTER:
            handler.close_connection = True
            return
        body = json.dumps(_shown(reply)).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Request-Id", "req_stub")
        handler.end_headers()
        handler.wfile.write(body)

    def _done(self, handler, path, sent):
        if handler.headers.get("Authorization") != f"Bearer {KEY}":
            raise Refused(401, "authentication_error", "api_key_invalid")
        key = handler.headers.get("Idempotency-Key") if handler.command == "POST" else None
        if key in self._kept:
            question, answer = self._kept[key]
            if question != (path, sent):
                raise Refused(400, "idempotency_error", "idempotency_error")
            return answer
        try:
            answer = 200, json.loads(json.dumps(self._reply(handler.command, path, _fields(sent))))
        except Refused as no:
            if key and no.status != 401:
                self._kept[key] = (path, sent), (no.status, {"error": {"type": no.kind, "code": no.code, "message": no.message}})
            raise
        if key:
            self._kept[key] = (path, sent), answer
        return answer

    def _kept_as(self, handler, path, sent, status, reply):
        if key := handler.headers.get("Idempotency-Key"):
            self._kept[key] = (path, sent), (status, reply)

    def _reply(self, method, path, params):
        expand = list(params.pop("expand", {}).values())
        for pattern, verb in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and verb[0] == method:
                thing = verb[1](self.book, params, *found.groups())
                return _expanded(self.book, thing, expand)
        raise Refused(404, "invalid_request_error", "url_invalid")


def _failure():
    return 500, {"error": {"type": "api_error", "message": "Something went wrong on our end."}}


def _fields(sent):
    """Return form fields `a[b][0][c]=x` as nested dicts."""
    found = {}
    for name, value in urllib.parse.parse_qsl(sent, keep_blank_values=True):
        head, *rest = re.findall(r"[^\[\]]+", name)
        place, path = found, [head, *rest]
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return found


def _shown(thing):
    """Return a thing without what the stub alone knows."""
    if isinstance(thing, dict):
        return {name: _shown(value) for name, value in thing.items() if not name.startswith("_")}
    return [_shown(each) for each in thing] if isinstance(thing, list) else thing


def _expanded(book, thing, paths):
    shown = json.loads(json.dumps(thing))
    for path in paths:
        _expand(book, shown, path.split("."))
    return shown


def _expand(book, thing, path):
    if not path or not isinstance(thing, dict):
        return
    head, *rest = path
    if isinstance(thing.get(head), list):
        for each in thing[head]:
            _expand(book, each, rest)
        return
    if isinstance(thing.get(head), str) and thing[head] in book.objects:
        thing[head] = json.loads(json.dumps(book.objects[thing[head]]))
    _expand(book, thing.get(head), rest)


def _list(found, params):
    """Return a page of things, the newest first."""
    found = list(reversed(found))
    if after := params.get("starting_after"):
        found = found[[each["id"] for each in found].index(after) + 1 :]
    limit = int(params.get("limit", 10))
    return {"object": "list", "url": "/v1", "has_more": len(found) > limit, "data": found[:limit]}


def _refunds(book, params):
    wanted = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return _list([each for each in book.of_kind("refund") if all(each[name] == to for name, to in wanted.items())], params)


def _sessions(book, params):
    wanted = params.get("payment_intent")
    return _list([each for each in book.of_kind("checkout.session") if each["payment_intent"] == wanted], params)


def _balance(book, params):
    created = params.get("created", {})
    low, high = int(created.get("gte", 0)), int(created.get("lt", 2**53))
    payout = params.get("payout")
    return _list(
        [each["line"] for each in book.balance if low <= each["line"]["created"] < high and payout in (None, each["payout"])],
        params,
    )


def _get(kind):
    return "GET", lambda book, _params, name: book.get(name, kind)


_ROUTES = (
    ("/v1/checkout/sessions", ("POST", lambda book, params: book.create_session(params))),
    ("/v1/checkout/sessions", ("GET", _sessions)),
    (r"/v1/checkout/sessions/(\w+)", _get("checkout.session")),
    (r"/v1/checkout/sessions/(\w+)/expire", ("POST", lambda book, _params, name: book.expire_session(name))),
    ("/v1/refunds", ("POST", lambda book, params: book.create_refund(params))),
    ("/v1/refunds", ("GET", _refunds)),
    (r"/v1/refunds/(\w+)", _get("refund")),
    (r"/v1/disputes/(\w+)", _get("dispute")),
    (r"/v1/payouts/(\w+)", _get("payout")),
    (r"/v1/payment_intents/(\w+)", _get("payment_intent")),
    ("/v1/balance_transactions", ("GET", _balance)),
)


@contextmanager
def running(**facts):
    """A stub that runs as long as it is needed."""
    stub = Stub(**facts)
    try:
        yield stub
    finally:
        stub.close()
