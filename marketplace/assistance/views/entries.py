"""Writing into the record: visits, measures, causes, helper, year ledger."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField

from marketplace.assistance import labels, queries, services
from marketplace.assistance.register.values import Cause
from marketplace.assistance.values import Guarantee, LedgerCategory, MeasureKind
from marketplace.assistance.views.blueprint import OFFICIALS, VISITORS, bp, sealer
from marketplace.assistance.views.entry import attempt, entry_page, field_of, photos_of
from marketplace.assistance.views.households import known, word
from marketplace.assistance.views.offline import NoteForm, seen_words
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.media.services import store_image
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, PhoneField, TidyStringField, WholeNumberField, YuanField, posted_key
from marketplace.web.policy import me, policy
from marketplace.web.words import flash_refusal


class MeasureForm(Form):
    """A measure begun."""

    kind = SelectField(choices=[str(kind) for kind in MeasureKind])
    from_on = DayField(needed=_l("Say from which day."))
    note = TidyStringField(most=200)


class CausesForm(Form):
    """Why the household is poor."""

    main = SelectField(choices=["", *(cause.code for cause in Cause)])
    others = SelectMultipleField(choices=[cause.code for cause in Cause])
    on = DayField(needed=_l("Say from which day."))


class HelperForm(Form):
    """Who helps."""

    name = TidyStringField(most=40, needed=_l("Enter the helper's name."))
    organisation = TidyStringField(most=200)
    phone = PhoneField(needed=_l("Enter a mobile number."))
    on = DayField(needed=_l("Say from which day."))


class LedgerForm(Form):
    """A declared amount of a year."""

    year = WholeNumberField(least=1990, most=2100, needed=_l("Enter a year."))
    category = SelectField(choices=[str(one) for one in LedgerCategory])
    amount_fen = YuanField(most=10**10, needed=_l("Enter an amount in yuan."))
    source = TidyStringField(most=60, needed=_l("Say where the figure comes from."))


@bp.route("/office/households/<ref>/visit", methods=["GET", "POST"])
@policy("households.visit", of="household", **VISITORS)
def visit(ref: str) -> Any:
    """Record a visit with photos."""
    household = known(ref)
    form: Any = NoteForm()
    by, household_id, key = me().user_id, household.id, posted_key()
    if request.method == "GET":
        form.visited_on.data = clock.today()
    elif form.is_posted_and_valid() and (photos := photos_of(form)) is not None:

        def record(session: Any) -> Any:
            return services.record_home_visit(
                session, household_id=household_id, by=by, visited_on=form.visited_on.data, note=form.note.data,
                guarantees=form.guarantees, sealer=sealer(), key=key,
                image_ids=lambda: [store_image(session, photo, uploaded_by=by).id for photo in photos],
            )  # fmt: skip

        if (answer := attempt(form, record, _("The visit is on record."), ref)) is not None:
            return answer
    fields = (
        field_of(form, "visited_on", _("Day of the visit"), hint=_("For example 2026-09-12"), size="m"),
        field_of(form, "note", _("What you saw"), type="textarea", rows=5),
        *(
            field_of(form, str(each), _(labels.GUARANTEE[each]), type="select", options=seen_words(), size="m")
            for each in Guarantee
        ),
    )
    words = _("Say how the household lives and what it needs. Ask before you photograph anybody; no faces of children.")
    return entry_page(form, household, _("Record a visit"), words, fields, has_photos=True, key=key)


@bp.route("/office/households/<ref>/measure", methods=["GET", "POST"])
@policy("households.measure", of="household", **OFFICIALS)
def measure(ref: str) -> Any:
    """Enrol the household in a measure."""
    household = known(ref)
    form: Any = MeasureForm()
    by, household_id = me().user_id, household.id
    if request.method == "GET":
        form.from_on.data = clock.today()
    elif form.is_posted_and_valid():
        answer = attempt(
            form,
            lambda session: services.start_measure(
                session, household_id=household_id, kind=MeasureKind(form.kind.data), from_on=form.from_on.data, by=by,
                note=form.note.data,
            ),
            _("The measure is on record."),
            ref,
        )  # fmt: skip
        if answer is not None:
            return answer
    options = [(str(kind), _(labels.MEASURE[kind])) for kind in MeasureKind]
    fields = (
        field_of(form, "kind", _("Measure"), type="select", options=options),
        field_of(form, "from_on", _("From"), hint=_("For example 2026-09-12"), size="m"),
        field_of(form, "note", _("Note"), optional=True, hint=_("Nothing about illness: this note is not sealed.")),
    )
    return entry_page(form, household, _("Add a measure"), "", fields)


@bp.post("/office/households/<ref>/measure/<int:measure_id>/end")
@policy("households.end_measure", of="household", **OFFICIALS)
def end_measure(ref: str, measure_id: int) -> Response:
    """End the household's part in a measure today."""
    household = known(ref)
    by, household_id, today = me().user_id, household.id, clock.today()
    try:
        write(lambda session: services.end_measure(session, measure_id=measure_id, to_on=today, by=by, household_id=household_id))
        flash(_("The measure ended today; it stays in the history."), "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.household", ref=ref), 303)


@bp.route("/office/households/<ref>/causes", methods=["GET", "POST"])
@policy("households.causes", of="household", **OFFICIALS)
def causes(ref: str) -> Any:
    """Say why the household is poor."""
    household = known(ref)
    form: Any = CausesForm()
    by, household_id = me().user_id, household.id
    if request.method == "GET":
        form.on.data = clock.today()
    elif form.is_posted_and_valid():
        main = form.main.data or None
        others = [code for code in form.others.data or () if code != main]
        answer = attempt(
            form,
            lambda session: services.state_causes(
                session, household_id=household_id, main=main, others=others, on=form.on.data, by=by
            ),
            _("The causes are on record."),
            ref,
        )
        if answer is not None:
            return answer
    options = [(cause.code, word("Cause", cause.code)) for cause in Cause]
    fields = (
        field_of(form, "main", _("Main cause"), type="select", options=[("", "—"), *options]),
        {"name": "others", "label": _("Other causes"), "type": "chips", "options": options, "value": form.others.data or []},
        field_of(form, "on", _("From"), hint=_("For example 2026-09-12"), size="m"),
    )
    return entry_page(
        form, household, _("Say the causes"), _("What you no longer name ends on that day and stays in the history."), fields
    )


@bp.route("/office/households/<ref>/helper", methods=["GET", "POST"])
@policy("households.helper", of="household", **OFFICIALS)
def helper(ref: str) -> Any:
    """Make somebody answerable for the household."""
    household = known(ref)
    form: Any = HelperForm()
    by, household_id = me().user_id, household.id
    if request.method == "GET":
        form.on.data = clock.today()
    elif form.is_posted_and_valid():
        account = queries.helper_account(reader(), form.phone.data, household.village_code)
        answer = attempt(
            form,
            lambda session: services.assign_helper(
                session, household_id=household_id, name=form.name.data, organisation=form.organisation.data,
                phone=form.phone.data, on=form.on.data, by=by, sealer=sealer(), user_id=account,
            ),
            _("The helper is on record and sees this household after signing in.") if account else
            _("The helper is on record. To see this household here, they need the role of a helper, and to be named again."),
            ref,
        )  # fmt: skip
        if answer is not None:
            return answer
    fields = (
        field_of(form, "name", _("Full name"), autocomplete="off"),
        field_of(form, "organisation", _("Organisation"), optional=True),
        field_of(form, "phone", _("Mobile number"), type="tel", autocomplete="off"),
        field_of(form, "on", _("From"), hint=_("For example 2026-09-12"), size="m"),
    )
    return entry_page(
        form,
        household,
        _("Name a helper"),
        _("Whoever helped until now ends on that day. Somebody with the role of a helper sees this household from then on."),
        fields,
    )


@bp.route("/office/households/<ref>/ledger", methods=["GET", "POST"])
@policy("households.ledger", of="household", **OFFICIALS)
def ledger(ref: str) -> Any:
    """Enter a declared amount; it waits for a second official."""
    household = known(ref)
    form: Any = LedgerForm()
    by, household_id = me().user_id, household.id
    if request.method == "GET":
        form.year.data = clock.today().year - 1
    elif form.is_posted_and_valid():
        answer = attempt(
            form,
            lambda session: services.record_year_ledger(
                session, household_id=household_id, year=form.year.data, category=LedgerCategory(form.category.data),
                amount_fen=form.amount_fen.data, source=form.source.data, by=by,
            ),
            _("Entered. It counts once a second official approves it."),
            ref,
        )  # fmt: skip
        if answer is not None:
            return answer
    options = [(str(one), _(labels.CATEGORY[one])) for one in LedgerCategory if one is not LedgerCategory.PER_CAPITA_NET]
    fields = (
        field_of(form, "year", _("Year"), type="number", size="s"),
        field_of(form, "category", _("Kind of income"), type="select", options=options),
        field_of(form, "amount_fen", _("Amount of the year"), type="number", prefix="¥", size="m"),
        field_of(form, "source", _("Source"), hint=_("For example: income survey of March")),
    )
    return entry_page(form, household, _("Enter declared income"), _("A second official approves what you enter."), fields)


@bp.post("/office/households/<ref>/ledger/<int:entry_id>/approve")
@policy("households.approve_ledger", of="household", **OFFICIALS)
def approve_ledger(ref: str, entry_id: int) -> Response:
    """Let an entry count; never by whoever entered it."""
    household = known(ref)
    by, household_id = me().user_id, household.id
    try:
        write(lambda session: services.approve_year_ledger(session, entry_id=entry_id, by=by, household_id=household_id))
        flash(_("Approved. The amount counts from now on."), "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.household", ref=ref), 303)
