"""/office/pools: lots that cooperatives gather, who gave what and owns what, and how a sale is shared among the members."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries import references
from marketplace.farmers.values import SellerKind, SellerState
from marketplace.income import queries, services
from marketplace.income.values import ContributionView, DistributionView, EquityView, LotView, PoolSale
from marketplace.income.views.blueprint import AUDITOR, PAYERS, bp
from marketplace.income.views.trying import tried
from marketplace.kernel import ids
from marketplace.kernel.errors import NotThere
from marketplace.web.db import reader
from marketplace.web.forms import Form, TidyStringField, WholeNumberField, YuanField, posted_key, tidy
from marketplace.web.identity import visitor
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.requests import before_asked

PER_PAGE = 24
_KILO = 1000
#: Percent to hundredths of a percent.
_BP = 100


class LotForm(Form):
    """What a cooperative gathers."""

    title = TidyStringField(most=100)
    kilos = WholeNumberField(least=1, most=1_000_000)


class ContributionForm(Form):
    """What a member gave, as the scales said before a witness; without a household the cooperative pays it itself."""

    household = TidyStringField(most=20)
    kilos = WholeNumberField(least=1, most=1_000_000)
    price = YuanField()
    weigh_ticket = TidyStringField(most=40)
    witness = TidyStringField(most=60)


class EquityForm(Form):
    """How many parts a household, or all others together, own."""

    household = TidyStringField(most=20)
    parts = WholeNumberField(least=0, most=100_000_000)


class ShareForm(Form):
    """How a sale is shared: what processing cost, what stays, and what of the rest goes by weight, in percent."""

    processing = YuanField()
    reserve = WholeNumberField(least=0, most=100)
    patronage = WholeNumberField(least=0, most=100)


@dataclass(frozen=True)
class PoolsPage:
    """The pooled lots of an official's area."""

    lots: tuple[LotView, ...]
    #: Reference and name of those that can gather one.
    sellers: tuple[tuple[str, str], ...]
    seller_names: dict[str, str]
    key: str
    may_pay: bool
    next_url: str | None


@dataclass(frozen=True)
class PoolPage:
    """One lot: the scales' slips, who owns the cooperative, what was sold, and how it is shared."""

    lot: LotView
    seller_name: str
    contributions: tuple[ContributionView, ...]
    equities: tuple[EquityView, ...]
    sales: tuple[PoolSale, ...]
    distributions: tuple[DistributionView, ...]
    household_refs: dict[int, str]
    names: dict[int, str]
    me: int
    key: str
    may_pay: bool


@bp.get("/office/pools")
@policy("pools.list", **PAYERS, **AUDITOR)
def pools() -> str:
    """List the pooled lots of the official's area, the latest first."""
    found = queries.lots(reader(), reachable_areas(), limit=PER_PAGE + 1, before=before_asked())
    shown = found[:PER_PAGE]
    sellers = farmers.sellers_in(reader(), reachable_areas(), [SellerState.APPROVED])
    names = farmers.sellers_by_refs(reader(), {lot.seller_ref for lot in shown})
    page = PoolsPage(
        lots=tuple(shown),
        sellers=tuple((one.ref, one.display_name) for one in sellers if one.kind != SellerKind.HOUSEHOLD),
        seller_names={ref: one.display_name for ref, one in names.items()},
        key=ids.uuid7(),
        may_pay=_may_pay(),
        next_url=url_for("income.pools", before=shown[-1].id) if len(found) > PER_PAGE else None,
    )
    return render_template("income/pools.html", page=page)


@bp.post("/office/pools")
@policy("pools.open_lot", of="seller", **PAYERS)
def open_lot() -> Response:
    """Open a lot that a cooperative gathers from its members."""
    seller = authorise(farmers.seller_by_ref(reader(), request.form.get("seller", "")), household_id=0)
    form, by = LotForm(), me().user_id
    if not form.is_posted_and_valid() or not form.title.data or not form.kilos.data:
        flash(_("Write what it is and how many kilograms."), "bad")
        return redirect(url_for("income.pools"), 303)
    # one key a page: what is sent twice opens one lot
    ref = f"P-{posted_key()}"
    category = queries.latest_category(reader(), seller.ref) or "other"
    wish: dict[str, Any] = {"title": form.title.data, "grams": form.kilos.data * _KILO, "category": category}
    return _try(ref, lambda session: services.open_lot(session, ref=ref, seller_ref=seller.ref, by=by, **wish).id, _("Opened."))


@bp.get("/office/pools/<ref>")
@policy("pools.see", of="lot", **PAYERS, **AUDITOR)
def pool(ref: str) -> str:
    """Show a lot with the scales' slips, the parts, its sales, and how they are shared."""
    lot = _lot(ref)
    contributions = queries.contributions(reader(), lot.id)
    equities = queries.equities(reader(), lot.seller_ref)
    distributions = queries.distributions_of_lot(reader(), lot.id)
    members = {one.household_id for one in contributions} | {one.household_id for one in equities}
    members |= {line.household_id for one in distributions for line in one.lines}
    people = {one.prepared_by for one in distributions} | {one.approved_by for one in distributions}
    people |= {one.recorded_by for one in contributions}
    sellers = farmers.sellers_by_refs(reader(), [lot.seller_ref])
    page = PoolPage(
        lot=lot,
        seller_name=sellers[lot.seller_ref].display_name if lot.seller_ref in sellers else lot.seller_ref,
        contributions=tuple(contributions),
        equities=tuple(equities),
        sales=tuple(queries.sales_to_share(reader(), lot.seller_ref)) if lot.shared is None else (),
        distributions=tuple(distributions),
        household_refs=references.refs_of_households(reader(), {key for key in members if key is not None}),
        names=names_of_users(reader(), {key for key in people if key is not None}),
        me=me().user_id,
        key=ids.uuid7(),
        may_pay=_may_pay(),
    )
    return render_template("income/pool.html", page=page)


@bp.post("/office/pools/<ref>/contributions")
@policy("pools.contribute", of="lot", **PAYERS)
def contribute(ref: str) -> Response:
    """Write down what a member gave."""
    lot, form, key, by = _lot(ref), ContributionForm(), posted_key(), me().user_id
    if not form.is_posted_and_valid() or form.kilos.data is None or form.price.data is None:
        return _incomplete(ref)
    wish: dict[str, Any] = {
        "household_id": _member(form.household.data), "grams": form.kilos.data * _KILO, "price_fen": form.price.data,
        "weigh_ticket": form.weigh_ticket.data or "", "witness": form.witness.data or "",
    }  # fmt: skip
    return _try(ref, lambda session: services.contribute(session, key=key, lot_id=lot.id, by=by, **wish).id, _("Written down."))


@bp.post("/office/pools/<ref>/equities")
@policy("pools.set_equity", of="lot", **PAYERS)
def set_equity(ref: str) -> Response:
    """Say how many parts of the cooperative a household, or all others together, own from now on."""
    lot, form, by = _lot(ref), EquityForm(), me().user_id
    if not form.is_posted_and_valid() or form.parts.data is None:
        return _incomplete(ref)
    member, parts = _member(form.household.data), form.parts.data
    return _try(
        ref,
        lambda session: services.set_equity(session, seller_ref=lot.seller_ref, household_id=member, parts=parts, by=by),
        _("Written down."),
    )


@bp.post("/office/pools/<ref>/distributions")
@policy("pools.prepare", of="lot", **PAYERS)
def prepare_distribution(ref: str) -> Response:
    """Reckon how chosen sales are shared; another official approves it."""
    lot, form, key, by = _lot(ref), ShareForm(), posted_key(), me().user_id
    reserve, patronage = form.reserve.data, form.patronage.data
    if not form.is_posted_and_valid() or form.processing.data is None or reserve is None or patronage is None:
        return _incomplete(ref)
    wish: dict[str, Any] = {
        "sources": request.form.getlist("source")[:200], "processing_fen": form.processing.data,
        "reserve_bp": reserve * _BP, "patronage_bp": patronage * _BP,
    }  # fmt: skip
    return _try(
        ref,
        lambda session: services.prepare_distribution(session, key=key, lot_id=lot.id, by=by, **wish).id,
        _("Prepared. Another official must approve it."),
    )


@bp.post("/office/pools/distributions/<ref>/approve")
@policy("pools.approve", of="distribution", **PAYERS)
def approve_distribution(ref: str) -> Response:
    """Approve what another official prepared: the members' parts are theirs."""
    found, by = _distribution(ref), me().user_id
    return _try(
        found.lot_ref,
        lambda session: services.approve_distribution(session, distribution_id=found.id, by=by).id,
        _("Approved. The members’ parts are theirs and go out with their next settlement."),
    )


@bp.post("/office/pools/distributions/<ref>/withdraw")
@policy("pools.withdraw", of="distribution", **PAYERS)
def withdraw_distribution(ref: str) -> Response:
    """Withdraw what was not approved, with a reason."""
    found, by, reason = _distribution(ref), me().user_id, tidy(request.form.get("reason", ""))
    return _try(
        found.lot_ref,
        lambda session: services.withdraw_distribution(session, distribution_id=found.id, by=by, reason=reason).id,
        _("Withdrawn. Nothing was posted."),
    )


def _lot(ref: str) -> LotView:
    return authorise(queries.lot_by_ref(reader(), ref), household_id=0)


def _distribution(ref: str) -> DistributionView:
    return authorise(queries.distribution_by_ref(reader(), ref), household_id=0)


def _member(ref: str | None) -> int | None:
    """Return the household of a reference, or None where none is named.

    Raises:
        NotThere: no such household in the official's reach.
    """
    if not ref:
        return None
    found = farmers.household_by_ref(reader(), ref.upper())
    if found is None or not found.village_code.startswith(reachable_areas()):
        raise NotThere
    return found.id


def _incomplete(ref: str) -> Response:
    flash(_("Something is missing or no number. Fill in every box and send it again."), "bad")
    return redirect(url_for("income.pool", ref=ref), 303)


def _try(ref: str, verb: Callable[[Any], Any], done: str) -> Response:
    return tried(verb, done, back="income.pool", ref=ref)


def _may_pay() -> bool:
    return bool(visitor().roles & set(PAYERS))
