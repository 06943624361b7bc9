"""/office/erasures: what people asked to be erased; one official looks, another decides."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_
from marketplace.privacy import queries, services
from marketplace.privacy.pages import FilePage, RequestPage, RequestsPage
from marketplace.privacy.refusals import DutyStands
from marketplace.privacy.rules import ERASURES, party_of
from marketplace.privacy.values import ErasureLine
from marketplace.privacy.values.erasure import ErasureAction
from marketplace.privacy.views.blueprint import bp, sealer, shown
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.identity import visitor
from marketplace.web.nav import NavItem
from marketplace.web.pages import private
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal

#: Who files and looks; the county decides.
OFFICIALS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA}
READERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}
DECIDERS: dict[str, Any] = {"county_official": Reach.AREA}
#: Who does what in an office; the person takes it back on a page of their own.
DEEDS = {ErasureAction.PROPOSE: OFFICIALS, ErasureAction.REFUSE: OFFICIALS, ErasureAction.APPROVE: DECIDERS}
#: What a duty stands against.
HELD_UP = (ErasureAction.PROPOSE, ErasureAction.APPROVE)

OFFICE_NAV = (NavItem("privacy.requests", N_("Requests for erasure"), tuple(READERS), queries.count_waiting, order=62),)


@bp.get("/office/erasures")
@policy("privacy.requests", **READERS)
def requests() -> Response:
    """List what waits, those that came first before the others, and what was decided."""
    waiting, decided = (queries.requests_in(reader(), reachable_areas(), is_open=is_open) for is_open in (True, False))
    return private(shown("requests", RequestsPage(waiting, decided)))


@bp.get("/office/erasures/<ref>")
@policy("privacy.request", of="request", **READERS)
def one_request(ref: str) -> Response:
    """Show a request with the duties that stand against it, and what this official may do about it."""
    line, roles = _request(ref), visitor().roles
    duties = queries.duties_of(reader(), line) if line.is_open else ()
    party = party_of(me().user_id, proposed_by=line.proposed_by, people=queries.people_of(reader(), line))
    may = {action for action, who in DEEDS.items() if roles & set(who) and not (duties and action in HELD_UP)}
    page = RequestPage(line, duties, [action for action in ERASURES.open_to(line.state, {party}) if action in may], party)
    return private(shown("request", page))


@bp.get("/office/households/<ref>/privacy")
@policy("privacy.file", of="household", **READERS)
def ask_for_household(ref: str) -> Response:
    """Show what stands against erasing a household, and file a request made in person."""
    household = _household(ref)
    page = FilePage(
        household_ref=ref,
        village_code=household.village_code,
        duties=queries.duties_of_household(reader(), household.id),
        request=queries.latest_of_household(reader(), household.id),
        is_erased=household.erased_at is not None,
        may_write=bool(visitor().roles & set(OFFICIALS)),
    )
    return private(shown("file", page))


@bp.post("/office/households/<ref>/privacy")
@policy("privacy.file_request", of="household", **OFFICIALS)
def file(ref: str) -> Response:
    """File a request that somebody of the household made before this official."""
    household, by = _household(ref), me().user_id
    try:
        write(lambda session: services.file_erasure(session, by=by, household_id=household.id))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("It is filed. Look at it in the list, and let another official decide."), "ok")
    return redirect(url_for("privacy.requests"), code=303)


@bp.post("/office/erasures/<ref>/propose")
@policy("privacy.propose", of="request", **OFFICIALS)
def propose(ref: str) -> Response:
    """Find that nothing stands against it."""
    line, by = _request(ref), me().user_id
    return _done(line, lambda session: services.propose_erasure(session, ref=line.ref, by=by))


@bp.post("/office/erasures/<ref>/approve")
@policy("privacy.approve", of="request", **DECIDERS)
def approve(ref: str) -> Response:
    """Erase, as the second official."""
    line, by = _request(ref), me().user_id
    return _done(line, lambda session: services.approve_erasure(session, ref=line.ref, by=by, sealer=sealer()))


@bp.post("/office/erasures/<ref>/refuse")
@policy("privacy.refuse", of="request", **OFFICIALS)
def refuse(ref: str) -> Response:
    """Turn it down with words."""
    line, by, words = _request(ref), me().user_id, tidy(request.form.get("words", ""))
    return _done(line, lambda session: services.refuse_erasure(session, ref=line.ref, by=by, words=words))


def _request(ref: str) -> ErasureLine:
    found = queries.request_by_ref(reader(), ref)
    return authorise(found, village_code=found.area_code if found else None)


def _household(ref: str) -> Any:
    return authorise(farmers.household_by_ref(reader(), ref))


def _done(line: ErasureLine, verb: Any) -> Response:
    try:
        write(verb)
    except DutyStands:
        flash(_("It cannot be erased now: a duty stands against it. It is named below."), "bad")
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Done."), "ok")
    return redirect(url_for("privacy.one_request", ref=line.ref), code=303)
