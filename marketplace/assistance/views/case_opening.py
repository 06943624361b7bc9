"""Opening a case: for a household on record, or for one that applies and is on no record yet."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import SelectField

from marketplace.areas.queries import villages
from marketplace.assistance import labels, queries, services
from marketplace.assistance.labels import procedures as words
from marketplace.assistance.register.values import Attribute, Relation
from marketplace.assistance.rules import procedures as rules
from marketplace.assistance.values import MonitoringKind
from marketplace.assistance.values.procedures import Ground, Kinship, ProcedureKind, Said
from marketplace.assistance.views.blueprint import OPENERS, bp, sealer
from marketplace.assistance.views.case_words import wants_words
from marketplace.assistance.views.cases import refusal_words, signer_here
from marketplace.assistance.views.entry import entry_page, field_of
from marketplace.assistance.views.households import known, word
from marketplace.farmers import services as farmers
from marketplace.farmers.values import HouseholdEntry, MemberEntry
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.kernel.identity import IdNumber
from marketplace.web.db import reader, write
from marketplace.web.forms import Form, TidyStringField, posted_key, tidy
from marketplace.web.policy import Reach, policy, reachable_areas
from marketplace.web.words import say

#: People that the form of a new application has rows for.
MOST_PEOPLE = 6


class OpeningForm(Form):
    """What opening a case asks."""

    kind = SelectField(choices=[str(kind) for kind in ProcedureKind])
    attribute = SelectField(choices=[one.code for one in Attribute])
    monitoring = SelectField(choices=[str(kind) for kind in MonitoringKind])
    kinship = SelectField(choices=["", *(str(one) for one in Kinship)])
    kinship_words = TidyStringField(most=200)
    note = TidyStringField(most=1000)


class NewHouseholdForm(Form):
    """A household that is not on record: its village and telephone; its people are rows of plain fields."""

    village = SelectField(validate_choice=False)
    phone = TidyStringField(most=20)


@bp.route("/office/households/<ref>/case", methods=["GET", "POST"])
@policy("cases.open", of="household", **OPENERS)
def open_case(ref: str) -> Any:
    """Open a case of a household: the form says beforehand what the record lacks for an exit or a clearing."""
    household = known(ref)
    signer = signer_here(household.village_code, household.id)
    kinds = [kind for kind, (_state, levels) in rules.BEGINS.items() if rules.level_for(levels, signer) is not None]
    form: Any = OpeningForm()
    asked = request.args.get("kind", "")
    key, seals, household_id = posted_key(), sealer(), household.id
    if request.method == "GET":
        form.kind.data = asked if asked in set(ProcedureKind) else None
    elif form.is_posted_and_valid():
        said = Said(form.note.data, Kinship(form.kinship.data) if form.kinship.data else None, form.kinship_words.data)
        kind, alert = ProcedureKind(form.kind.data), _alert_of(household_id)
        try:
            row = write(
                lambda session: services.open_case(
                    session, key=f"{household_id}/{key}", household_id=household_id, kind=kind, signer=signer, sealer=seals,
                    said=said, attribute=form.attribute.data, monitoring_kind=MonitoringKind(form.monitoring.data),
                    ground=_ground(kind, alert), ground_ref=alert,
                )
            )  # fmt: skip
        except Refusal as no:
            form.form_errors = [*form.form_errors, refusal_words(no)]
        else:
            flash(_("The case is open."), "ok")
            return redirect(url_for("assistance.case", ref=row.ref), 303)
    return entry_page(
        form, household, _("Open a case"), _what_is_lacking(household_id), _opening_fields(form, kinds), key=key,
        submit=_("Sign and open"),
    )  # fmt: skip


def _alert_of(household_id: int) -> str | None:
    """Return the alert that the address names, if it is this household's."""
    found = queries.alert_by_ref(reader(), request.args.get("alert", "")[:20])
    return found.ref if found is not None and found.household_id == household_id else None


def _ground(kind: ProcedureKind, alert: str | None) -> Ground:
    if alert:
        return Ground.ALERT
    return Ground.APPLICATION if kind in (ProcedureKind.IDENTIFY, ProcedureKind.REENTER) else Ground.VILLAGE


def _what_is_lacking(household_id: int) -> str:
    """Return what the record lacks before an exit may be proposed, where the household is on the register."""
    today = clock.today()
    standing = queries.standing(reader(), household_id, today)
    kind = {"registered": ProcedureKind.EXIT, "monitored": ProcedureKind.CLEAR}.get(standing.status)
    if kind is None:
        return ""
    settings = queries.procedure_settings(reader(), today)
    wants, _basis = queries.wants_of(reader(), household_id, kind, settings, today)
    title = _(words.KIND[kind])
    if not wants:
        return str(_("The record bears this proposal: %(kind)s.", kind=title))
    lacking = "; ".join(wants_words(wants))
    return f"{_('Before this can be proposed: %(kind)s.', kind=title)} {lacking}"


def _opening_fields(form: Any, kinds: list[ProcedureKind]) -> tuple[dict[str, Any], ...]:
    return (
        field_of(form, "kind", _("What the case decides on"), type="radio", options=[(str(k), _(words.KIND[k])) for k in kinds]),
        field_of(
            form, "attribute", _("Kind of household, if it is to be registered"), type="select",
            options=[(one.code, word("Attribute", one.code)) for one in Attribute],
        ),
        field_of(
            form, "monitoring", _("Why, if it is to be monitored"), type="select",
            options=[(str(one), _(labels.MONITORING[one])) for one in MonitoringKind],
        ),
        *kinship_fields(form),
        field_of(form, "note", _("Reason"), type="textarea", rows=3, optional=True),
    )  # fmt: skip


def kinship_fields(form: Any) -> tuple[dict[str, Any], ...]:
    """Return the fields in which an official declares kinship to the household."""
    return (
        field_of(
            form, "kinship", _("Are you kin to this household?"), type="radio",
            options=[(str(one), _(words.KINSHIP[one])) for one in Kinship],
        ),
        field_of(form, "kinship_words", _("Who is kin, and how"), optional=True),
    )  # fmt: skip


@bp.route("/office/households/new", methods=["GET", "POST"])
@policy("households.new", of="household", village_official=Reach.AREA, township_official=Reach.AREA)
def new_household() -> Any:
    """Put a household on record that applies and is not there yet; its application is opened on the next page."""
    codes = [one.code for area in reachable_areas() for one in villages(reader(), area)]
    form: Any = NewHouseholdForm()
    rows, errors = _people_rows()
    if form.is_posted_and_valid() and not errors and form.village.data in codes:
        entry = HouseholdEntry(
            register_number=None, village_code=form.village.data, members=tuple(_member(row) for row in rows if row["name"]),
            phone=form.phone.data or None,
        )  # fmt: skip
        seals = sealer()
        try:
            opened = write(lambda session: farmers.open_household(session, entry=entry, on=clock.today(), sealer=seals).ref)
        except Refusal as no:
            form.refuse(no)
        else:
            flash(_("The household is on record. Now open its application."), "ok")
            return redirect(url_for("assistance.open_case", ref=opened, kind=ProcedureKind.IDENTIFY), 303)
    return render_template(
        "assistance/new_household.html", form=form, rows=rows,
        errors=[*errors, *(("village", str(one)) for one in form.form_errors)],
        villages=codes, relations=[(one.code, word("Relation", one.code)) for one in Relation],
    )  # fmt: skip


def _people_rows() -> tuple[list[dict[str, str]], list[tuple[str, str]]]:
    """Return the rows of people as typed, and what is wrong with them; the first is the head."""
    rows, errors = [], []
    for number in range(MOST_PEOPLE):
        row = {name: tidy(request.form.get(f"{name}-{number}", ""))[:60] for name in ("name", "id", "relation")}
        row["relation"] = "head" if number == 0 else row["relation"] or "other"
        rows.append(row)
        if request.method == "GET":
            continue
        if row["name"] or row["id"]:
            try:
                IdNumber.parse(row["id"], today=clock.today())
            except Refusal as no:
                errors.append((f"id-{number}", say(no)))
            if not row["name"]:
                errors.append((f"name-{number}", _("Enter a name.")))
        elif number == 0:
            errors.append(("name-0", _("Enter the name of the head.")))
    return rows, errors


def _member(row: dict[str, str]) -> MemberEntry:
    parsed = IdNumber.parse(row["id"], today=clock.today())
    return MemberEntry(
        name=row["name"], id_number=parsed.text, birth_on=parsed.birth_on, sex=str(parsed.sex), relation=row["relation"]
    )
