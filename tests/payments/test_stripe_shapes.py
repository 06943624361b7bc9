"""The stub's Stripe is Stripe's: what it is asked and what it answers fit the official library's own types.

Requests are held against the library's typed parameters, answers against the annotations of its objects, field by field, and
against the kinds of fields of the examples that Stripe publishes.
"""

import builtins
import functools
import json
import sys
import types
import typing
import urllib.parse
from pathlib import Path

import pydantic
import pytest
import stripe
from pydantic import TypeAdapter
from stripe import params
from stripe.params import checkout as checkout_params
from typing_extensions import TypedDict, is_typeddict

from marketplace.payments.gateways import Configured, gateways_for
from marketplace.payments.gateways.protocol import About, Notice
from tests.payments.stripe_stub.server import _fields, _shown, running
from tests.payments.test_gateway_contract import wish

PUBLISHED = Path(__file__).parents[1] / "reference" / "stripe_fixtures.json"
KINDS = {
    type(None): "null", bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object",
}  # fmt: skip
#: name in `object` -> the library's class of it
OBJECTS = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "balance_transaction": stripe.BalanceTransaction,
    "dispute": stripe.Dispute,
    "payout": stripe.Payout,
    "event": stripe.Event,
}
#: (method, beginning and end of the path) -> the typed parameters
PARAMETERS = (
    ("POST", "/v1/checkout/sessions", "/expire", checkout_params.SessionExpireParams),
    ("POST", "/v1/checkout/sessions", "", checkout_params.SessionCreateParams),
    ("GET", "/v1/checkout/sessions/", "", checkout_params.SessionRetrieveParams),
    ("GET", "/v1/checkout/sessions", "", checkout_params.SessionListParams),
    ("POST", "/v1/refunds", "", params.RefundCreateParams),
    ("GET", "/v1/refunds/", "", params.RefundRetrieveParams),
    ("GET", "/v1/refunds", "", params.RefundListParams),
    ("GET", "/v1/disputes/", "", params.DisputeRetrieveParams),
    ("GET", "/v1/payouts/", "", params.PayoutRetrieveParams),
    ("GET", "/v1/balance_transactions", "", params.BalanceTransactionListParams),
)


@pytest.fixture(scope="module")
def lived():
    """A stub at which everything happened once, asked through the real library."""
    with running() as stub:
        gateway = gateways_for(is_production=False, configured=Configured(stub.words(), is_production=False)).get("stripe")
        for key in ("k-1", "k-2", "k-3"):
            opened = gateway.open(wish(gateway, key=key))
            if key == "k-3":
                gateway.expire(opened.session_id)
                continue
            stub.book.pay(opened.session_id, method="wechat_pay", later=True)
            stub.book.settle(opened.session_id, arrives=key == "k-1")
            found = gateway.checkout(opened.session_id)
            if found.payment_ref and key == "k-1":
                refund = gateway.refund(key="r-1", payment_ref=found.payment_ref, amount_minor=100)
                gateway.refund_state(refund.event_id)
                dispute_id, _ = stub.book.dispute(found.payment_ref)
                stub.book.withdraw(dispute_id)
                stub.book.close_dispute(dispute_id, won=True)
                payout_id, _ = stub.book.pay_out()
                charge = next(each["id"] for each in stub.book.of_kind("charge"))
                for about, ref in ((About.DISPUTE, dispute_id), (About.PAYOUT, payout_id), (About.CHARGE, charge)):
                    gateway.look_up(Notice(event_id="e", kind="k", about=about, object_ref=ref))
                list(gateway.movements_of(payout_id))
        stub.book.fail_refund(refund.event_id)
        stub.book.fail_payout(payout_id)
        yield stub


def names_around(module_name):
    """Return what annotations of a module of the library may name: its own names, and those imported for types alone."""
    names = {**vars(builtins), **vars(typing), **vars(sys.modules[module_name])}
    for holder in (stripe, stripe.checkout, params, checkout_params):
        names.update({name: getattr(holder, name) for name in dir(holder) if name[0].isupper()})
    names.setdefault("UntypedStripeObject", dict)
    return names


def loosened(kind):
    """Return the typed parameters as a type that pydantic can build: a form field may be the text of a number."""
    return TypeAdapter(_typed(kind))


@functools.cache
def _typed(kind):
    hints = typing.get_type_hints(kind, localns=_Names(names_around(kind.__module__)), include_extras=True)
    fields = {name: _plain(hint) for name, hint in hints.items()}
    return pydantic.with_config(extra="forbid")(TypedDict(kind.__name__, fields, total=False))


class _Names(dict):
    """Names of an annotation; what the library imports for other kinds of types alone is anything."""

    def __missing__(self, name):
        return typing.Any


def _plain(hint):
    if isinstance(hint, str):
        return typing.Any
    if is_typeddict(hint):
        return _typed(hint)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.NotRequired, typing.Required):
        return _plain(inner[0])
    if origin in (typing.Union, types.UnionType):
        return typing.Union[tuple(_plain(each) for each in inner)]  # noqa: UP007 (the members are known at run time alone)
    if isinstance(origin, type) and issubclass(origin, stripe.StripeObject):
        return dict[str, str]
    if origin in (list, dict):
        return origin[tuple(_plain(each) for each in inner)]
    return dict if isinstance(hint, type) and issubclass(hint, stripe.StripeObject) else hint


def listed(sent):
    """Return nested form fields with lists where Stripe takes them."""
    if not isinstance(sent, dict):
        return sent
    if sent and all(name.isdigit() for name in sent):
        return [listed(sent[name]) for name in sorted(sent, key=int)]
    return {name: listed(value) for name, value in sent.items()}


def test_every_request_fits_the_librarys_typed_parameters(lived):
    kinds = set()
    for method, path, sent in lived.asked:
        kind = next(
            kind for verb, begin, end, kind in PARAMETERS if method == verb and path.startswith(begin) and path.endswith(end)
        )
        kinds.add(kind)
        loosened(kind).validate_python(listed(_fields(sent)))
    assert kinds == {kind for *_, kind in PARAMETERS}
    with pytest.raises(pydantic.ValidationError):  # it would notice
        loosened(params.RefundCreateParams).validate_python({"amount": "much", "surprise": "1"})


def problems(value, hint, path):
    """Return where an answer's value is not what the library's annotation says."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any or isinstance(hint, str | typing.TypeVar):
        return []
    if isinstance(hint, type) and issubclass(hint, stripe.StripeObject):
        if not isinstance(value, dict):
            return [f"{path}: no object"]
        return [] if not _fields_of(hint) else object_problems(value, hint, path)
    if getattr(hint, "__name__", "") == "ExpandableField" or "ExpandableField" in str(origin):
        return [] if isinstance(value, str | dict) else [f"{path}: neither a name nor an object"]
    if origin in (typing.Union, types.UnionType):
        tried = [problems(value, each, path) for each in inner if each is not type(None) or value is None]
        return min(tried, key=len) if tried else [f"{path}: null"]
    if origin is list:
        return [one for number, each in enumerate(value) for one in problems(each, inner[0], f"{path}[{number}]")]
    if origin is typing.Literal:
        return [] if value in inner else [f"{path}: {value!r}"]
    if hint is type(None):
        return [] if value is None else [f"{path}: not null"]
    if hint in (int, str, bool, float):
        return [] if type(value) is hint else [f"{path}: {type(value).__name__} instead of {hint.__name__}"]
    return []


@functools.cache
def _fields_of(kind):
    names = _Names(names_around(kind.__module__))
    return {
        name: hint
        for name, hint in typing.get_type_hints(kind, localns=names).items()
        if not name.startswith("_") and name in getattr(kind, "__annotations__", {}) and "ClassVar" not in str(hint)
        and name not in ("OBJECT_NAME", "deleted")
    }  # fmt: skip


def object_problems(value, kind, path):
    """Return what an answer's object lacks or has otherwise than the library's class says."""
    found = [f"{path}.{name}: unknown to the library" for name in value if name not in _fields_of(kind)]
    for name, hint in _fields_of(kind).items():
        is_optional = type(None) in typing.get_args(hint)
        if name not in value:
            found += [] if is_optional else [f"{path}.{name}: missing"]
        elif not (value[name] is None and is_optional):
            found += problems(value[name], hint, f"{path}.{name}")
    return found


def test_every_object_has_what_the_library_expects_of_it_and_nothing_it_does_not_know(lived):
    things = [*lived.book.objects.values(), *(each["line"] for each in lived.book.balance), *lived.book.events]
    assert {each["object"] for each in things} == set(OBJECTS)
    wrong = {one for each in things for one in object_problems(_shown(each), OBJECTS[each["object"]], each["object"])}
    assert wrong == set()
    broken = dict(_shown(next(iter(lived.book.of_kind("refund")))), amount="1", surprise=1)
    assert len(object_problems(broken, stripe.Refund, "refund")) == 2  # it would notice


#: A name stands for an object that was not expanded.
LOOSE = {("object", "text"), ("text", "object")}


def test_every_object_has_the_kinds_of_fields_of_stripes_published_examples(lived):
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    wrong = set()
    for thing in (*lived.book.objects.values(), *(each["line"] for each in lived.book.balance), *lived.book.events):
        example = published[thing["object"]]
        for name, value in _shown(thing).items():
            kinds = KINDS[type(value)], example.get(name, "null")
            if "null" not in kinds and kinds[0] != kinds[1] and kinds not in LOOSE:
                wrong.add((thing["object"], name, *kinds))
    assert wrong == set()


def test_a_signature_of_the_stub_is_the_librarys_own(lived):
    body, headers = lived.signed(lived.book.events[0])
    event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_of_the_stub_alone")
    assert event.id == lived.book.events[0]["id"]
    assert urllib.parse.urlsplit(lived.address).hostname == "127.0.0.1"
