"""Where sellers' money is sent: officials record and confirm accounts, the payee stops one that is not theirs."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.farmers import labels, queries, services
from marketplace.farmers.values import (
    AccountEntry,
    AccountEvidence,
    AccountInUse,
    AccountLookView,
    AccountState,
    AccountView,
    OpenAccount,
)
from marketplace.farmers.views.blueprint import bp, sealer
from marketplace.kernel import ids
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import Form, TidyStringField, posted_key, tidy
from marketplace.web.policy import Reach, authorise, is_within_reach, me, policy, reachable_areas
from marketplace.web.words import flash_refusal, say

_RECORDERS: dict[str, Any] = {"village_official": Reach.AREA, "township_official": Reach.AREA, "county_official": Reach.AREA}
_CONFIRMERS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA}
_PAYEE: dict[str, Any] = {"farmer": Reach.HOUSEHOLD, "helper": Reach.HOUSEHOLD, "village_official": Reach.AREA}


class AccountForm(Form):
    """An account as it stands on a card or passbook."""

    key = TidyStringField(most=60)
    holder = TidyStringField(most=60, needed=_l("Write the account holder's name."))
    bank = TidyStringField(most=60, needed=_l("Write the bank and its branch."))
    number = TidyStringField(most=60, needed=_l("Write the account number."))
    evidence = TidyStringField(most=12)


@dataclass(frozen=True)
class AccountsPage:
    """Accounts of an area that wait for a second official, and numbers that serve several sellers."""

    waiting: tuple[AccountView, ...]
    shared: tuple[AccountView, ...]
    #: Key of an account -> whom else it serves, as far as the reader may know.
    others: dict[int, str]


@dataclass(frozen=True)
class SellerAccountsPage:
    """One seller's accounts, the form for another, and who has seen a number in full."""

    seller_ref: str
    seller_name: str
    village_code: str
    accounts: tuple[AccountView, ...]
    in_use: AccountInUse
    looks: tuple[AccountLookView, ...]
    names: dict[int, str]
    form: AccountForm
    evidence: tuple[tuple[str, str], ...]
    cooling_days: int
    me: int
    others: dict[int, str]
    is_own: bool
    may_record: bool
    may_confirm: bool
    #: The account opened by this answer, and what was refused.
    opened_ref: str | None = None
    opened: OpenAccount | None = None
    refusal: str | None = None


@bp.get("/office/accounts")
@policy("accounts.waiting", **_RECORDERS, auditor=Reach.AREA)
def accounts() -> str:
    """List the accounts that wait for a second official, and those that serve several sellers."""
    areas = reachable_areas()
    shared = queries.shared_accounts(reader(), areas, sealer=sealer())
    page = AccountsPage(
        waiting=tuple(queries.accounts_waiting_list(reader(), areas, sealer=sealer())),
        shared=tuple(shared),
        others={one.id: _others(one) for one in shared},
    )
    return render_template("farmers/accounts.html", page=page)


@bp.get("/office/sellers/<ref>/account")
@policy("accounts.see", of="seller", **_RECORDERS, auditor=Reach.AREA)
def seller_accounts(ref: str) -> str:
    """Show where a seller's money goes, what went before, and what waits."""
    return _page(_seller(ref), AccountForm(key=ids.uuid7(), evidence=AccountEvidence.PASSBOOK.value))


@bp.post("/office/sellers/<ref>/account")
@policy("accounts.record", of="seller", **_RECORDERS)
def record_account(ref: str) -> Any:
    """Write an account down with its evidence in hand."""
    seller, form = _seller(ref), AccountForm()
    if form.is_posted_and_valid():
        evidence = form.evidence.data if form.evidence.data in set(AccountEvidence) else AccountEvidence.PASSBOOK
        entry = AccountEntry(form.holder.data, form.bank.data, form.number.data, AccountEvidence(evidence))
        key, seller_id, by = posted_key(), seller.id, me().user_id
        try:
            write(lambda session: services.record_account(
                session, key=key, seller_id=seller_id, entry=entry, by=by, sealer=sealer()
            ).id)  # fmt: skip
        except Refusal as no:
            form.refuse(no, "number" if no.code in ("account_number", "account_same") else None)
        else:
            flash(_("Recorded. Another official must see the evidence and confirm it."), "ok")
            return redirect(url_for("farmers.seller_accounts", ref=ref), 303)
    return _page(seller, form), 422


@bp.post("/office/accounts/<ref>/confirm")
@policy("accounts.confirm", of="account", **_CONFIRMERS)
def confirm_account(ref: str) -> Response:
    """Confirm what another official recorded."""
    cooling = dt.timedelta(days=_cooling_days())
    return _decide(
        ref,
        lambda session, account_id, by: services.confirm_account(session, account_id=account_id, by=by, cooling=cooling).id,
        _("Confirmed. The household sees the change on its phone and can stop it until then."),
    )


@bp.post("/office/accounts/<ref>/withdraw")
@policy("accounts.withdraw", of="account", **_RECORDERS)
def withdraw_account(ref: str) -> Response:
    """Withdraw what was recorded by mistake."""
    reason = tidy(request.form.get("reason", ""))
    return _decide(
        ref,
        lambda session, account_id, by: services.withdraw_account(session, account_id=account_id, by=by, reason=reason).id,
        _("Withdrawn. Nothing changes."),
    )


@bp.post("/office/accounts/<ref>/stop")
@policy("accounts.stop", of="account", **_CONFIRMERS)
def stop_account(ref: str) -> Response:
    """Stop an account at the payee's word, as when a card was lost."""
    reason = tidy(request.form.get("reason", ""))
    return _decide(
        ref,
        lambda session, account_id, by: services.stop_account(session, account_id=account_id, by=by, reason=reason).id,
        _("Stopped. Nothing is sent to this account."),
    )


@bp.post("/office/accounts/<ref>/look")
@policy("accounts.look", of="account", **_CONFIRMERS)
def look_at_account(ref: str) -> Any:
    """Show a full account once, against a reason that is kept. The answer is not to be cached."""
    account = _account(ref)
    key, by, reason = account.id, me().user_id, tidy(request.form.get("reason", ""))
    seller = authorise(queries.seller_by_ref(reader(), account.seller_ref))
    form = AccountForm(formdata=None, key=ids.uuid7(), evidence=AccountEvidence.PASSBOOK.value)
    try:
        found = write(
            lambda session: services.look_at_account(session, account_id=key, reason=reason, by=by, sealer=sealer())
        )  # fmt: skip
    except Refusal as no:
        return _page(seller, form, opened_ref=ref, refusal=say(no)), no.status, {"Cache-Control": "no-store"}
    return _page(seller, form, opened_ref=ref, opened=found), 200, {"Cache-Control": "no-store"}


@bp.post("/desk/accounts/<ref>/stop")
@policy("accounts.stop_own", of="account", **_PAYEE)
def stop_own_account(ref: str) -> Response:
    """The household says that an account is not theirs, or shall not be used."""
    account = _account(ref)
    back = redirect(url_for("income.money", household=request.form.get("household") or None), 303)
    if account.household_id not in me().household_ids and request.form.get("agreed") != "yes":
        flash(_("Ask the household first, then tick that it agrees."), "bad")
        return back
    key, by, reason = account.id, me().user_id, tidy(request.form.get("reason", ""))
    try:
        write(lambda session: services.stop_account(session, account_id=key, by=by, reason=reason).id)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Stopped. Nothing is sent to this account. Your village helps you to record the right one."), "ok")
    return back


def _decide(ref: str, verb: Callable[[Any, int, int], Any], done: str) -> Response:
    account = _account(ref)
    key, by = account.id, me().user_id
    try:
        write(lambda session: verb(session, key, by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(done, "ok")
    return redirect(url_for("farmers.seller_accounts", ref=account.seller_ref), 303)


def _seller(ref: str) -> Any:
    return authorise(queries.seller_by_ref(reader(), ref))


def _account(ref: str) -> AccountView:
    return authorise(queries.account_by_ref(reader(), ref, sealer=sealer()))


def _others(account: AccountView) -> str:
    """Return whom else a number serves: by reference within the reader's reach, counted beyond it."""
    near = [ref for ref, village in account.shared_with if is_within_reach(village_code=village, household_id=None)]
    beyond = len(account.shared_with) - len(near)
    counted = [ngettext("%(num)s elsewhere", "%(num)s elsewhere", beyond)] if beyond else []
    return ", ".join([*near, *counted])


def _cooling_days() -> int:
    days: int = current_app.extensions["settings"].account_cooling_days
    return days


def _page(seller: Any, form: AccountForm, **shown: Any) -> str:
    found = queries.accounts_of_seller(reader(), seller.id, sealer=sealer())
    looks = queries.looks_at_accounts(reader(), [one.id for one in found])
    people = {one.recorded_by for one in found} | {one.confirmed_by for one in found if one.confirmed_by}
    roles = {str(grant.role) for grant in me().grants}
    own = seller.household_id is not None and seller.household_id in me().household_ids
    page = SellerAccountsPage(
        seller_ref=seller.ref,
        seller_name=seller.display_name,
        village_code=seller.village_code,
        accounts=tuple(found),
        in_use=queries.account_in_use(reader(), seller.ref),
        looks=tuple(looks),
        names=names_of_users(reader(), people | {look.by for look in looks}),
        form=form,
        evidence=tuple((str(kind), _(labels.ACCOUNT_EVIDENCE[kind])) for kind in AccountEvidence),
        cooling_days=_cooling_days(),
        me=me().user_id,
        others={one.id: _others(one) for one in found if one.shared_with},
        is_own=own or (seller.household_id is None and seller.applied_by == me().user_id),
        may_record=bool(roles & set(_RECORDERS)) and not any(one.state is AccountState.RECORDED for one in found),
        may_confirm=bool(roles & set(_CONFIRMERS)),
        **shown,
    )
    return render_template("farmers/seller_accounts.html", page=page, labels=labels)
