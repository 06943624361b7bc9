"""Choosing help for a household: its facts, what the rules recommend and why, what was chosen, agreed and came of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField

from marketplace.accounts.queries import user_by_phone
from marketplace.accounts.values import Role
from marketplace.assistance import labels, queries, rules, services
from marketplace.assistance.register.values import Schooling
from marketplace.assistance.rules.choosing import PLANS
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import (
    AMOUNTS,
    LAND,
    SKILLS,
    Capacity,
    HouseholdFacts,
    OutcomeView,
    PlanAction,
    PlanDraft,
    PlanView,
    Reason,
    Recommendation,
    Unit,
)
from marketplace.assistance.views.blueprint import OFFICIALS, READERS, RULE_READERS, VISITORS, bp, sealer
from marketplace.assistance.views.entry import entry_page, field_of
from marketplace.assistance.views.households import known, photos_at, word
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.media.values import ImageView
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, PhoneField, TidyStringField, WholeNumberField, YuanField, posted_key
from marketplace.web.identity import visitor
from marketplace.web.policy import me, policy
from marketplace.web.steps import Step, first_steps
from marketplace.web.words import flash_refusal

#: What another measure is scored at is shown below those recommended, so many of them.
MOST_OTHERS = 5
_MU = re.compile(r"[0-9]{1,4}(\.[0-9])?", re.ASCII)


@dataclass(frozen=True)
class HelpPage:
    """How to help one household."""

    ref: str
    village_code: str
    facts: HouseholdFacts
    amounts: tuple[tuple[str, str], ...]
    skills: tuple[str, ...]
    wishes: tuple[str, ...]
    is_known: bool
    #: Number of the version that counts today; None where none is loaded.
    version: int | None
    least_points: int
    recommended: tuple[Recommendation, ...]
    others: tuple[Recommendation, ...]
    plans: tuple[PlanView, ...]
    outcomes: tuple[OutcomeView, ...]
    measures: tuple[Any, ...]
    helpers: dict[int, str]
    slips: dict[int, ImageView]
    steps: tuple[Step, ...]
    #: Measures it takes part in, or was asked about: not to be chosen again now.
    taken: frozenset[str]
    can_write: bool
    can_choose: bool
    #: Chosen measure -> what whoever reads may do about it now.
    answers: Mapping[int, tuple[PlanAction, ...]]
    can_read_rules: bool


class MuField(WholeNumberField):
    """An area typed in mu with one decimal; `.data` is tenths of a mu."""

    wrong = _l("Write an area in mu, such as 2.5.")

    def parse(self, text: str) -> int:
        """Return tenths of a mu."""
        if not _MU.fullmatch(text):
            raise ValueError(text)
        try:
            return int(Decimal(text) * 10)
        except InvalidOperation as error:
            raise ValueError(text) from error

    def shown(self, value: Any) -> str:
        """Return mu."""
        return "" if value is None else f"{value / 10:g}"


class CapacitiesForm(Form):
    """What a household has, can do and wishes."""

    farmland = MuField(most=10_000)
    woodland = MuField(most=10_000)
    pond = MuField(most=10_000)
    rooms = WholeNumberField(most=50)
    skills = SelectMultipleField(choices=[str(skill) for skill in SKILLS])
    wishes = SelectMultipleField(choices=[str(kind) for kind in MeasureKind])
    on = DayField(needed=_l("Say from which day."))


class PlanForm(Form):
    """A measure picked for a household."""

    kind = SelectField(choices=[str(kind) for kind in MeasureKind])
    own_reason = TidyStringField(most=200)
    plan = TidyStringField(most=1000, needed=_l("Say in words what shall be done."))
    expected = TidyStringField(most=400, needed=_l("Say what it shall bring, and by when."))
    helper = SelectField(default="")
    budget_fen = YuanField(least=1, most=10**9)
    budget_source = TidyStringField(most=60)


class WitnessForm(Form):
    """Who heard the household agree."""

    phone = PhoneField(needed=_l("Enter the mobile number of the witness."))


def found_words(unit: Unit, found: int | str) -> str:
    """Return what a rule found, or compares with, in the reader's language."""
    if unit is Unit.MU:
        return str(_("%(number)s mu", number=f"{int(found) / 10:g}"))
    if unit is Unit.PERCENT:
        return f"{found}%"
    if unit is Unit.SCHOOLING:
        return word("Schooling", list(Schooling)[int(found)].code)
    if unit is Unit.CAUSE:
        return word("Cause", str(found))
    words = {Unit.MEASURE: labels.MEASURE, Unit.CAPACITY: labels.CAPACITY, Unit.GUARANTEE: labels.GUARANTEE}.get(unit)
    return str(found) if words is None else str(_(words[str(found)]))


def reason_words(reason: Reason) -> str:
    """Return the reason of a recommendation in the reader's language."""
    return str(_(labels.REASON[reason.words], found=found_words(reason.unit, reason.found)))


def amount_words(capacity: str, amount: int) -> str:
    """Return how much land or how many rooms a household has."""
    return found_words(Unit.MU if capacity in LAND else Unit.NUMBER, amount)


@bp.get("/office/households/<ref>/help")
@policy("households.help", of="household", **READERS)
def help_household(ref: str) -> str:
    """Show what the rules recommend for a household, each measure with its reasons, and what was chosen and came of it."""
    household = known(ref)
    return render_template(
        "assistance/help.html",
        page=_help_page(household),
        labels=labels,
        reason_words=reason_words,
        word=word,
    )


def _help_page(household: Any) -> HelpPage:
    today, key, roles = clock.today(), household.id, visitor().roles
    facts = queries.help_facts_of(reader(), [key], today)[key]
    version = queries.measure_rule_set_on(reader(), today)
    scored = rules.scores(facts, version.rules) if version else ()
    recommended = tuple(one for one in scored if version and one.score >= version.least_points)
    others = tuple(one for one in scored if one not in recommended and one.score > 0)
    measures = tuple(queries.measures_of_household(reader(), key))
    plans = queries.plans_of_household(reader(), key, sealer=sealer())
    outcomes = queries.outcomes_of_household(reader(), key, sealer=sealer())
    capacities = queries.capacities_now(reader(), key)
    standing = frozenset(one.kind for one in measures if one.to_on is None)
    return HelpPage(
        ref=household.ref,
        village_code=household.village_code,
        facts=facts,
        amounts=tuple((one.capacity, amount_words(one.capacity, one.amount)) for one in capacities if one.amount is not None),
        skills=tuple(one.capacity for one in capacities if one.amount is None),
        wishes=queries.wishes_now(reader(), key),
        is_known=bool(capacities),
        version=version.number if version else None,
        least_points=version.least_points if version else 0,
        recommended=recommended,
        others=others[:MOST_OTHERS],
        plans=plans,
        outcomes=outcomes,
        measures=measures,
        helpers=queries.helper_names(reader(), key, sealer=sealer()),
        slips=photos_at(household.ref, [one.image_id for one in outcomes if one.image_id]),
        steps=first_steps(standing, household_id=key, village_code=household.village_code, ref=household.ref),
        taken=standing | {str(one.kind) for one in plans if one.state == "proposed"},
        can_write=bool(roles & set(VISITORS)),
        can_choose=bool(roles & set(OFFICIALS)),
        answers={plan.id: PLANS.open_to(plan.state, [role for role in Role if role in roles]) for plan in plans},
        can_read_rules=bool(roles & set(RULE_READERS)),
    )


@bp.route("/office/households/<ref>/capacities", methods=["GET", "POST"])
@policy("households.capacities", of="household", **VISITORS)
def capacities(ref: str) -> Any:
    """Write down land, rooms, skills and wishes."""
    household = known(ref)
    form: Any = CapacitiesForm()
    by, key = me().user_id, household.id
    if request.method == "GET":
        _fill(form, key)
    elif form.is_posted_and_valid():
        amounts = {one: form[one.value].data for one in AMOUNTS if form[one.value].data is not None}
        try:
            write(
                lambda session: services.state_capacities(
                    session, household_id=key, amounts=amounts, skills=[Capacity(one) for one in form.skills.data or ()],
                    wishes=[MeasureKind(one) for one in form.wishes.data or ()], on=form.on.data, by=by,
                )
            )  # fmt: skip
            flash(_("It is on record, and the rules look at it."), "ok")
            return redirect(url_for("assistance.help_household", ref=ref), 303)
        except Refusal as no:
            form.refuse(no)
    mu = _("mu")
    fields = (
        *(field_of(form, one.value, _(labels.CAPACITY[one]), type="number", size="s", suffix=mu, optional=True) for one in LAND),
        field_of(form, "rooms", _(labels.CAPACITY[Capacity.ROOMS]), type="number", size="s", optional=True),
        _chips(form, "skills", _("Skills"), [(str(one), _(labels.CAPACITY[one])) for one in SKILLS]),
        _chips(form, "wishes", _("Help the household wishes"), [(str(one), _(labels.MEASURE[one])) for one in MeasureKind]),
        field_of(form, "on", _("From"), hint=_("For example 2026-09-12"), size="m"),
    )
    words = _("Write 0 where there is none, and leave empty what nobody knows. What you no longer say ends on that day.")
    return entry_page(form, household, _("Land, skills and wishes"), words, fields)


def _fill(form: Any, household_id: int) -> None:
    form.on.data = clock.today()
    standing = {one.capacity: one.amount for one in queries.capacities_now(reader(), household_id)}
    for one in AMOUNTS:
        form[one.value].data = standing.get(one)
    form.skills.data = [one for one, amount in standing.items() if amount is None]
    form.wishes.data = list(queries.wishes_now(reader(), household_id))


def _chips(form: Any, name: str, label: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "label": label, "type": "chips", "options": options, "value": form[name].data or []}


@bp.route("/office/households/<ref>/help/choose", methods=["GET", "POST"])
@policy("households.choose_measure", of="household", **OFFICIALS)
def choose_measure(ref: str) -> Any:
    """Pick a measure, recommended or another with a reason; the household answers next."""
    household = known(ref)
    form: Any = PlanForm()
    by, household_id, key = me().user_id, household.id, posted_key()
    helpers = _standing_helpers(household_id)
    form.helper.choices = ["", *helpers]
    if request.method == "GET":
        form.kind.data = request.args.get("kind", "")
        form.helper.data = next(iter(helpers), "")
    elif form.is_posted_and_valid():
        draft = PlanDraft(
            kind=MeasureKind(form.kind.data), plan=form.plan.data, expected=form.expected.data,
            helper_id=int(form.helper.data) if form.helper.data else None, budget_fen=form.budget_fen.data,
            budget_source=form.budget_source.data, own_reason=form.own_reason.data,
        )  # fmt: skip
        try:
            write(
                lambda session: services.choose_measure(
                    session, household_id=household_id, draft=draft, by=by, key=key, sealer=sealer()
                )
            )
            flash(_("Chosen. It begins once the household agrees."), "ok")
            return redirect(url_for("assistance.help_household", ref=ref, _anchor="plans"), 303)
        except Refusal as no:
            form.refuse(no)
    options = [(str(kind), _(labels.MEASURE[kind])) for kind in MeasureKind]
    fields = (
        field_of(form, "kind", _("Measure"), type="select", options=options),
        field_of(form, "own_reason", _("Reason, if the rules do not recommend it"), optional=True,
                 hint=_("Nothing about illness: this note is not sealed.")),
        field_of(form, "plan", _("Plan"), type="textarea", rows=4, hint=_("What is done, by whom, from when. It is sealed.")),
        field_of(form, "expected", _("What it shall bring"), type="textarea", rows=2),
        field_of(form, "helper", _("Helper"), type="select", options=[("", "—"), *helpers.items()]),
        field_of(form, "budget_fen", _("Money set aside"), type="number", prefix="¥", size="m", optional=True),
        field_of(form, "budget_source", _("Where the money comes from"), optional=True),
    )  # fmt: skip
    return entry_page(
        form, household, _("Choose a measure"),
        _("The rules' reasons of today are kept with your choice. Nothing begins before the household agrees."), fields, key=key,
        submit=_("Choose it"),
    )  # fmt: skip


def _standing_helpers(household_id: int) -> dict[str, str]:
    helper = queries.helper_contact(reader(), household_id, clock.today(), sealer=sealer())
    return {str(helper.id): helper.name} if helper else {}


@bp.route("/office/households/<ref>/plans/<int:plan_id>/agree", methods=["GET", "POST"])
@policy("households.agree_measure", of="household", **OFFICIALS)
def agree_measure(ref: str, plan_id: int) -> Any:
    """Write down that the household agreed, spoken before a witness."""
    household = known(ref)
    form: Any = WitnessForm()
    by, household_id = me().user_id, household.id
    if form.is_posted_and_valid():
        witness = user_by_phone(reader(), form.phone.data)
        witness_id = witness.id if witness and witness.is_active else None
        try:
            write(
                lambda session: services.agree_in_person(
                    session, plan_id=plan_id, household_id=household_id, witness_id=witness_id, by=by
                )
            )
            flash(_("The household agreed, and the measure begins today."), "ok")
            return redirect(url_for("assistance.help_household", ref=ref), 303)
        except Refusal as no:
            if no.status == 404:
                raise
            form.refuse(no, "phone")
    fields = (
        field_of(form, "phone", _("Mobile number of the witness"), type="tel", autocomplete="off",
                 hint=_("Somebody else who serves in this village: an official, the task force, a helper.")),
    )  # fmt: skip
    words = _("Read the plan to the household in the presence of a witness. Write this down only if it agreed.")
    return entry_page(form, household, _("The household agrees"), words, fields, submit=_("The household agreed"))


def _answer(ref: str, verb: Any, plan_id: int, done: str) -> Response:
    household = known(ref)
    by, household_id = me().user_id, household.id
    try:
        write(lambda session: verb(session, plan_id=plan_id, household_id=household_id, by=by))
        flash(done, "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.help_household", ref=ref, _anchor="plans"), 303)


@bp.post("/office/households/<ref>/plans/<int:plan_id>/decline")
@policy("households.decline_measure", of="household", **OFFICIALS)
def decline_measure(ref: str, plan_id: int) -> Response:
    """Write down that the household does not want it."""
    return _answer(ref, services.decline_measure, plan_id, _("The household declined; that stays on record."))


@bp.post("/office/households/<ref>/plans/<int:plan_id>/withdraw")
@policy("households.withdraw_measure", of="household", **OFFICIALS)
def withdraw_measure(ref: str, plan_id: int) -> Response:
    """Take the choice back."""
    return _answer(ref, services.withdraw_plan, plan_id, _("Taken back."))
