"""/office/grievances/rules: who answers each kind of grievance first, and how soon."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas.values import Level
from marketplace.grievances import queries, services
from marketplace.grievances.forms import RuleForm
from marketplace.grievances.pages import RulesPage
from marketplace.grievances.values import HandlingRule, Kind
from marketplace.grievances.views.blueprint import bp, shown
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.policy import Reach, me, policy
from marketplace.web.words import flash_refusal


@bp.get("/office/grievances/rules")
@policy("grievances.rules", county_official=Reach.ALL, auditor=Reach.ALL)
def handling() -> str:
    """Show what holds for each kind."""
    return _page()


@bp.post("/office/grievances/rules/<kind>")
@policy("grievances.set_rule", county_official=Reach.ALL)
def set_rule(kind: str) -> str | Response | tuple[str, int]:
    """Set who answers a kind, and how soon."""
    if kind not in set(Kind):
        raise NotThere
    form, by = RuleForm.of(Kind(kind)), me().user_id
    if not form.is_posted_and_valid():
        return _page({Kind(kind): form}), 422
    rule = HandlingRule(
        Level(form.level.data), form.accept_days.data or 0, form.answer_days.data or 0, form.appeal_days.data or 0,
        form.final_days.data or 0,
    )  # fmt: skip
    try:
        write(lambda session: services.set_handling_rule(session, kind=Kind(kind), rule=rule, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("It holds for the steps taken from now on."), "ok")
    return redirect(url_for("grievances.handling"), code=303)


def _page(failed: dict[Kind, RuleForm] | None = None) -> str:
    standing, failed = queries.handling_rules(reader()), failed or {}
    forms = {kind: failed.get(kind) or RuleForm.of(kind, standing[kind]) for kind in Kind}
    errors = {f"{kind}-{name}": form.errors_for(name) or "" for kind, form in failed.items() for name in form.errors}
    page = RulesPage(forms, "county_official" in visitor().roles, errors)
    return shown("rules", page, has_errors=bool(errors))
