"""The household's own page of help: what was chosen for it, to agree to or decline, and what came of it, to sign."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.assistance import labels, queries, services
from marketplace.assistance.values.help import OutcomeView, PlanState, PlanView
from marketplace.assistance.views.blueprint import bp, sealer
from marketplace.assistance.views.help import reason_words
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.policy import Reach, authorise, me, policy
from marketplace.web.steps import Step, first_steps
from marketplace.web.words import flash_refusal


@dataclass(frozen=True)
class OwnHelpPage:
    """What helps one household, as it reads it itself."""

    ref: str
    waiting: tuple[PlanView, ...]
    unsigned: tuple[OutcomeView, ...]
    #: Measures that stand, with the plan where there is one.
    standing: tuple[tuple[Any, PlanView | None], ...]
    signed: tuple[OutcomeView, ...]
    steps: tuple[Step, ...]
    my_user_id: int


def own(ref: str) -> Any:
    """Return a household that the person may act for."""
    return authorise(farmers.household_by_ref(reader(), ref))


@bp.get("/desk/help/<ref>")
@policy("help.own", of="household", farmer=Reach.HOUSEHOLD)
def own_help(ref: str) -> str:
    """Show the household what was chosen for it and what came of it."""
    household = own(ref)
    plans = queries.plans_of_household(reader(), household.id, sealer=sealer())
    outcomes = queries.outcomes_of_household(reader(), household.id, sealer=sealer())
    measures = [one for one in queries.measures_of_household(reader(), household.id) if one.to_on is None]
    plan_of = {plan.measure_id: plan for plan in plans if plan.measure_id is not None}
    page = OwnHelpPage(
        ref=ref,
        waiting=tuple(plan for plan in plans if plan.state is PlanState.PROPOSED),
        unsigned=tuple(one for one in outcomes if one.signed_at is None),
        standing=tuple((one, plan_of.get(one.id)) for one in measures),
        signed=tuple(one for one in outcomes if one.signed_at is not None),
        steps=first_steps(
            {one.kind for one in measures}, household_id=household.id, village_code=household.village_code, ref=ref
        ),
        my_user_id=me().user_id,
    )
    return render_template(
        "assistance/own_help.html",
        page=page,
        labels=labels,
        reason_words=reason_words,
        back_url=url_for("desk.home", household=ref),
    )


def _say(ref: str, verb: Any, done: str) -> Response:
    household = own(ref)
    household_id, by = household.id, me().user_id
    try:
        write(lambda session: verb(session, household_id=household_id, by=by))
        flash(done, "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.own_help", ref=ref), 303)


@bp.post("/desk/help/<ref>/plans/<int:plan_id>/agree")
@policy("help.agree", of="household", farmer=Reach.HOUSEHOLD)
def agree_ourselves(ref: str, plan_id: int) -> Response:
    """Agree to a measure with one's own account."""

    def agree(session: Any, **who: int) -> None:
        services.agree_on_own_phone(session, plan_id=plan_id, **who)

    return _say(ref, agree, _("Agreed. It begins on %(day)s.", day=clock.today().isoformat()))


@bp.post("/desk/help/<ref>/plans/<int:plan_id>/decline")
@policy("help.decline", of="household", farmer=Reach.HOUSEHOLD)
def decline_ourselves(ref: str, plan_id: int) -> Response:
    """Decline a measure."""

    def decline(session: Any, **who: int) -> None:
        services.decline_measure(session, plan_id=plan_id, **who)

    return _say(ref, decline, _("Declined. Nothing begins, and nothing else changes."))


@bp.post("/desk/help/<ref>/outcomes/<int:outcome_id>/sign")
@policy("help.sign", of="household", farmer=Reach.HOUSEHOLD)
def sign_ourselves(ref: str, outcome_id: int) -> Response:
    """Sign an outcome with one's own account."""

    def sign(session: Any, **who: int) -> None:
        services.sign_outcome(session, outcome_id=outcome_id, **who)

    return _say(ref, sign, _("Signed. Thank you."))
