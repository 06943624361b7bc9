"""Default deny: every route and method says who may use it, and start-up fails for one that does not.

A view carries `@policy(action, …)` with the widest reach each role has. Objects are fetched and authorised in one call
(`authorise`), lists are cut to `reachable_areas()`; foreign and missing objects give the same 404.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.errors import NotAllowed, NotThere
from marketplace.web import visits
from marketplace.web.identity import Person, visitor

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])

ROLES = (
    "buyer", "farmer", "village_official", "task_force", "helper", "photographer", "township_official", "county_official",
    "auditor", "administrator", "reseller",
)  # fmt: skip


class Reach(StrEnum):
    """How far a role reaches under one action. HOUSEHOLD: those matched to a farmer, or those a helper is named for."""

    OWN = "own"
    HOUSEHOLD = "household"
    AREA = "area"
    ALL = "all"


@dataclass(frozen=True)
class Policy:
    """Who may do one action. `of` names the kind of object that must be authorised before anything is shown or changed.

    `known` admits whoever holds the object: the browser that placed a purchase or named its four digits, and its buyer. Such an
    object tells its `ref`, and its `buyer_user_id` if it has one.
    """

    action: str
    public: bool = False
    known: bool = False
    signed_in: bool = False
    of: str | None = None
    reach: Mapping[str, Reach] = field(default_factory=dict)


class PolicyMissing(Exception):
    """A route answers a method that no policy covers."""


class NotAuthorised(Exception):
    """A view showed or changed an object without asking whether it may: a bug, never a visitor's fault."""


def policy(
    action: str,
    *,
    public: bool = False,
    known: bool = False,
    signed_in: bool = False,
    of: str | None = None,
    **reach: Reach,
) -> Callable[[View], View]:
    """Declare who may use the view."""
    unknown = set(reach) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles in the policy of {action}: {sorted(unknown)}")
    if not (public or known or signed_in or reach):
        raise ValueError(f"the policy of {action} admits nobody")
    if reach.get("helper") in (Reach.AREA, Reach.ALL):
        raise ValueError(f"the policy of {action} gives helpers more than the households they are named for")
    if known and of is None:
        raise ValueError(f"the policy of {action} says not what must be known")

    def mark(view: View) -> View:
        view.policy = Policy(action, public, known, signed_in, of, dict(reach))  # type: ignore[attr-defined]
        return view

    return mark


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """Return the policy of an endpoint."""
    found: Policy | None = getattr(app.view_functions[endpoint], "policy", None)
    return found


def configure_policy(app: Flask) -> None:
    """Refuse to start with an uncovered route; check each request before its view and each answer after it."""
    uncovered = sorted(
        f"{sorted(rule.methods or ())} {rule.rule}" for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None
    )
    if uncovered:
        raise PolicyMissing("no policy covers " + "; ".join(uncovered))
    app.before_request(_admit)
    app.after_request(_insist)


def _admit() -> Response | None:
    """Let the request through to its view, send a guest to sign in, or refuse."""
    if request.endpoint is None:
        return None
    rule = policy_of(current_app, request.endpoint)
    if rule is None:
        raise PolicyMissing(request.endpoint)
    g.policy = rule
    refusal = _turn_away(rule)
    g.is_admitted = refusal is None
    return refusal


def _turn_away(rule: Policy) -> Response | None:
    if rule.public or rule.known:
        return None
    who = visitor()
    if not who.is_authenticated:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        return redirect(url_for("accounts.sign_in"), code=303)
    if rule.signed_in or who.roles & set(rule.reach):
        return None
    raise NotAllowed


def _insist(response: Response) -> Response:
    """Fail loudly where a view that handles objects never authorised one: shown it, or changed something and moved on."""
    rule: Policy | None = g.get("policy")
    if rule is None or rule.of is None or g.get("authorised") or not g.get("is_admitted") or request.method == "OPTIONS":
        return response
    if response.status_code < (300 if request.method in ("GET", "HEAD") else 400):
        raise NotAuthorised(rule.action)
    return response


def me() -> Person:
    """Return whoever signed in.

    Raises:
        NotAllowed: nobody did.
    """
    person = visitor().person
    if person is None:
        raise NotAllowed
    return person


def reachable_areas() -> tuple[str, ...]:
    """Return the area codes whose rows the person may list under the current policy; each covers all codes it begins."""
    g.authorised = True
    rule: Policy = g.policy
    codes = {
        str(grant.area_code)
        for grant in me().grants
        if rule.reach.get(str(grant.role)) in (Reach.AREA, Reach.ALL) and grant.area_code
    }
    return tuple(sorted(code for code in codes if not any(code != other and code.startswith(other) for other in codes)))


def my_households() -> frozenset[int]:
    """Return the households the person may act for under the current policy."""
    g.authorised = True
    rule: Policy = g.policy
    return me().household_ids if "farmer" in rule.reach else frozenset()


def helped_households() -> frozenset[int]:
    """Return the households the person may list, as their helper, under the current policy."""
    g.authorised = True
    rule: Policy = g.policy
    return me().helped_ids if rule.reach.get("helper") is Reach.HOUSEHOLD else frozenset()


def home_url() -> str:
    """Return the page that a list of the desk leads back to: a household's desk, or the office of who lists for others."""
    return url_for("desk.home" if me().household_ids else "reports.home")


def is_within_reach(*, village_code: str, household_id: int | None) -> bool:
    """Say whether a row of a list lies within the person's reach under the current policy."""
    g.authorised = True
    return _covers(g.policy, me(), village_code, household_id, None)


def authorise(
    thing: T | None,
    *,
    village_code: str | None = None,
    household_id: int | None = None,
    owner_id: int | None = None,
) -> T:
    """Return the object if it stands and the person's reach under the current policy covers it.

    Raises:
        NotThere: there is no such object, or not for this person; the answers do not differ.
    """
    rule: Policy = g.policy
    if thing is None:
        raise NotThere
    if rule.public:
        g.authorised = True
        return thing
    if rule.known:
        if not _is_known(getattr(thing, "ref", None), getattr(thing, "buyer_user_id", None)):
            raise NotThere
        g.authorised = True
        return thing
    village = village_code or getattr(thing, "village_code", None)
    household = household_id if household_id is not None else getattr(thing, "household_id", None)
    owner = owner_id if owner_id is not None else getattr(thing, "owner_id", None)
    if not _covers(rule, me(), village, household, owner):
        raise NotThere
    g.authorised = True
    return thing


def may_open(endpoint: str, *, village_code: str, household_id: int) -> bool:
    """Say whether another page would admit this person for a household: no link shall lead to a refusal."""
    rule = policy_of(current_app, endpoint)
    return rule is not None and _covers(rule, me(), village_code, household_id, None)


def _is_known(ref: str | None, owner_id: int | None) -> bool:
    """Say whether this browser holds the reference, or its person is the owner."""
    person = visitor().person
    return (ref is not None and ref in visits.known_purchases()) or (
        owner_id is not None and person is not None and owner_id == person.user_id
    )


def _covers(rule: Policy, person: Person, village: str | None, household: int | None, owner: int | None) -> bool:
    roles = visitor().roles
    if owner is not None and owner == person.user_id and (rule.signed_in or any(rule.reach.get(r) is Reach.OWN for r in roles)):
        return True
    if household is not None and household in person.household_ids and rule.reach.get("farmer") is Reach.HOUSEHOLD:
        return True
    for grant in person.grants:
        reach = rule.reach.get(str(grant.role))
        if reach is Reach.ALL:
            return True
        is_inside = bool(village and grant.area_code and village.startswith(str(grant.area_code)))
        if reach is Reach.AREA and is_inside:
            return True
        # A helper is appointed for an area and reaches, inside it, the households they are named for.
        if reach is Reach.HOUSEHOLD and str(grant.role) == "helper" and is_inside and household in person.helped_ids:
            return True
    return False
