"""What the county settles about procedures, the freezes of the register, and the lists to compare households with."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField

from marketplace.accounts.queries import names_of_users
from marketplace.assistance import labels, queries, services
from marketplace.assistance.labels import procedures as words
from marketplace.assistance.register.comparison import read_comparison
from marketplace.assistance.values.procedures import ListKind, Settings
from marketplace.assistance.views.blueprint import bp, sealer
from marketplace.assistance.views.entry import field_of
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.web.db import primary, reader, write
from marketplace.web.filters import listed
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField
from marketplace.web.identity import visitor
from marketplace.web.policy import Reach, me, policy, reachable_areas
from marketplace.web.words import flash_refusal

_COUNTY: dict[str, Any] = {"county_official": Reach.AREA}
_READ: dict[str, Any] = {**_COUNTY, "township_official": Reach.AREA, "auditor": Reach.AREA}


class SettingsForm(Form):
    """What shall hold from a day on."""

    from_on = DayField(needed=_l("Say from which day."))
    village_notice_days = WholeNumberField(least=7, most=60, needed=_l("Enter a number of days."))
    township_notice_days = WholeNumberField(least=5, most=60, needed=_l("Enter a number of days."))
    appeal_days = WholeNumberField(least=7, most=180, needed=_l("Enter a number of days."))
    reapply_days = WholeNumberField(least=0, most=730, needed=_l("Enter a number of days."))
    stable_years = WholeNumberField(least=1, most=5, needed=_l("Enter a number of years."))
    clear_months = WholeNumberField(least=6, most=60, needed=_l("Enter a number of months."))
    check_people = WholeNumberField(least=3, most=9, needed=_l("Enter a number of people."))
    is_identification_open = BooleanField()
    is_reentry_open = BooleanField()
    source = TidyStringField(most=200, needed=_l("Name the document it rests on."))


class FreezeForm(Form):
    """Days in which nothing is approved."""

    first_on = DayField(needed=_l("Say from which day."))
    last_on = DayField(needed=_l("Say until which day."))
    note = TidyStringField(most=200, needed=_l("Say why in a few words."))


class ListForm(Form):
    """A list of another office."""

    kind = SelectField(choices=[str(kind) for kind in ListKind])
    source = TidyStringField(most=200, needed=_l("Say which office it comes from."))
    as_of = DayField(needed=_l("Say of which day it is."))


@dataclass(frozen=True)
class SettingsPage:
    """Versions of the settings, freezes, and the forms for new ones."""

    now: Settings
    versions: tuple[Any, ...]
    freezes: tuple[Any, ...]
    names: tuple[tuple[str, str], ...]
    fields: tuple[dict[str, Any], ...]
    freeze_fields: tuple[dict[str, Any], ...]
    errors: tuple[tuple[str, str], ...]
    can_settle: bool
    my_user_id: int


_NUMBERS = (
    "village_notice_days", "township_notice_days", "appeal_days", "reapply_days", "stable_years", "clear_months", "check_people",
)  # fmt: skip


@bp.get("/office/procedures")
@policy("procedures.settings", of="settings", **_READ)
def procedure_settings() -> str:
    """Show what is settled, what is proposed, and the freezes of the register."""
    reachable_areas()
    form: Any = SettingsForm(formdata=None)
    now = queries.procedure_settings(reader(), clock.today())
    for name in (*_NUMBERS, "is_identification_open", "is_reentry_open"):
        form[name].data = getattr(now, name)
    form.from_on.data = clock.today()
    return _settings_page(form, FreezeForm(formdata=None))


@bp.post("/office/procedures/propose")
@policy("procedures.propose", of="settings", **_COUNTY)
def propose_settings() -> Any:
    """Propose what shall hold from a day on."""
    reachable_areas()
    form: Any = SettingsForm()
    if form.is_posted_and_valid():
        by, source = me().user_id, form.source.data
        settings = Settings(
            from_on=form.from_on.data, is_identification_open=form.is_identification_open.data,
            is_reentry_open=form.is_reentry_open.data, **{name: form[name].data for name in _NUMBERS},
        )  # fmt: skip
        try:
            write(lambda session: services.propose_settings(session, settings=settings, source=source, by=by))
        except Refusal as no:
            form.refuse(no)
        else:
            flash(_("Proposed. It holds once a second official of the county approves it."), "ok")
            return redirect(url_for("assistance.procedure_settings"), 303)
    return _settings_page(form, FreezeForm(formdata=None)), 400


@bp.post("/office/procedures/<int:settings_id>/approve")
@policy("procedures.approve", of="settings", **_COUNTY)
def approve_settings(settings_id: int) -> Response:
    """Let proposed settings stand."""
    reachable_areas()
    by = me().user_id
    return _done(
        lambda session: services.approve_settings(session, settings_id=settings_id, by=by), _("Approved."),
        "assistance.procedure_settings",
    )  # fmt: skip


@bp.post("/office/procedures/freeze")
@policy("procedures.freeze", of="settings", **_COUNTY)
def freeze() -> Any:
    """Freeze the register for some days."""
    reachable_areas()
    form: Any = FreezeForm()
    if form.is_posted_and_valid():
        by, first, last, note = me().user_id, form.first_on.data, form.last_on.data, form.note.data
        try:
            write(lambda session: services.freeze_register(session, from_on=first, to_on=last, words=note, by=by))
        except Refusal as no:
            form.refuse(no)
        else:
            flash(_("The register is frozen in these days."), "ok")
            return redirect(url_for("assistance.procedure_settings"), 303)
    return _settings_page(SettingsForm(formdata=None), form), 400


@bp.post("/office/procedures/freeze/<int:freeze_id>/lift")
@policy("procedures.lift", of="settings", **_COUNTY)
def lift_freeze(freeze_id: int) -> Response:
    """End a freeze before its time."""
    reachable_areas()
    by = me().user_id
    return _done(
        lambda session: services.lift_freeze(session, freeze_id=freeze_id, by=by), _("The freeze has ended."),
        "assistance.procedure_settings",
    )  # fmt: skip


def _done(verb: Callable[..., Any], said: str, endpoint: str) -> Response:
    try:
        write(verb)
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    else:
        flash(said, "ok")
    return redirect(url_for(endpoint), 303)


def _settings_page(form: Any, freeze_form: Any) -> str:
    day = {"hint": _("For example 2026-09-12"), "size": "m"}
    number: dict[str, Any] = {"type": "number", "size": "s"}
    names = {
        "village_notice_days": _("Days of the village notice"),
        "township_notice_days": _("Days of the township notice"),
        "appeal_days": _("Days for an appeal"),
        "reapply_days": _("Days before a rejected household may apply again"),
        "stable_years": _("Complete years above the line before an exit"),
        "clear_months": _("Months of monitoring before it can end"),
        "check_people": _("People who sign the township's check"),
    }
    fields = (
        field_of(form, "from_on", _("From"), **day),
        *(field_of(form, name, label, **number) for name, label in names.items()),
        field_of(form, "is_identification_open", _("Households can be entered in the register"), type="checkbox"),
        field_of(form, "is_reentry_open", _("Households can come back to the register"), type="checkbox"),
        field_of(form, "source", _("Document it rests on")),
    )
    freeze_fields = (
        field_of(freeze_form, "first_on", _("From"), **day),
        field_of(freeze_form, "last_on", _("Through the day"), **day),
        field_of(freeze_form, "note", _("Why")),
    )
    found = [(one["name"], one["error"]) for one in (*fields, *freeze_fields) if one["error"]]
    found += [("from_on", one) for one in form.form_errors] + [("first_on", one) for one in freeze_form.form_errors]
    today = clock.today()
    page = SettingsPage(
        now=queries.procedure_settings(primary(), today),
        versions=tuple(queries.all_settings(primary())),
        freezes=tuple(queries.standing_freezes(primary(), today)),
        names=tuple(names.items()),
        fields=fields,
        freeze_fields=freeze_fields,
        errors=tuple(found),
        can_settle="county_official" in visitor().roles,
        my_user_id=me().user_id,
    )
    return render_template("assistance/procedure_settings.html", page=page, labels=labels)


@dataclass(frozen=True)
class ListsPage:
    """Lists to compare with, and the form for a new one."""

    lists: tuple[Any, ...]
    names: Mapping[int, str]
    fields: tuple[dict[str, Any], ...]
    errors: tuple[tuple[str, str], ...]
    can_upload: bool


@bp.get("/office/comparison-lists")
@policy("comparisons.list", of="comparison", county_official=Reach.AREA, auditor=Reach.AREA)
def comparison_lists() -> str:
    """Show the lists of other offices that households are compared with."""
    reachable_areas()
    form: Any = ListForm(formdata=None)
    form.as_of.data = clock.today()
    return _lists_page(form)


@bp.post("/office/comparison-lists")
@policy("comparisons.upload", of="comparison", **_COUNTY)
def upload_list() -> Any:
    """Take a list in; of its people only the blind index of the number is kept."""
    reachable_areas()
    form: Any = ListForm()
    file = request.files.get("file")
    if form.is_posted_and_valid():
        data = file.read() if file is not None else b""
        by, kind, source, as_of = me().user_id, ListKind(form.kind.data), form.source.data, form.as_of.data
        try:
            found = read_comparison(data, sealer=sealer(), today=clock.today())
            write(
                lambda session: services.keep_list(
                    session, kind=kind, source=source, as_of=as_of, sha256=hashlib.sha256(data).hexdigest(), rows=found.rows,
                    by=by,
                )
            )  # fmt: skip
        except Refusal as no:
            form.refuse(no)
        else:
            flash(_("Kept: %(good)d rows; left out because the ID number does not hold: %(bad)d (%(rows)s).",
                    good=len(found.rows), bad=len(found.bad_rows),
                    rows=listed(found.bad_rows[:20]) or "—"), "ok")  # fmt: skip
            return redirect(url_for("assistance.comparison_lists"), 303)
    return _lists_page(form), 400


@bp.post("/office/comparison-lists/<ref>/retire")
@policy("comparisons.retire", of="comparison", **_COUNTY)
def retire_list(ref: str) -> Response:
    """Compare no more with a list."""
    reachable_areas()
    by = me().user_id
    return _done(
        lambda session: services.retire_list(session, ref=ref, by=by), _("Households are not compared with it any more."),
        "assistance.comparison_lists",
    )  # fmt: skip


def _lists_page(form: Any) -> str:
    fields = (
        field_of(form, "kind", _("Register of"), type="select", options=[(str(k), _(words.LIST_KIND[k])) for k in ListKind]),
        field_of(form, "source", _("Office it comes from")),
        field_of(form, "as_of", _("As of the day"), hint=_("For example 2026-09-12"), size="m"),
    )
    found = [(one["name"], one["error"]) for one in fields if one["error"]] + [("file", one) for one in form.form_errors]
    lists = tuple(queries.comparison_lists(primary()))
    page = ListsPage(
        lists=lists,
        names=names_of_users(reader(), {one.by_user_id for one in lists}),
        fields=fields,
        errors=tuple(found),
        can_upload="county_official" in visitor().roles,
    )
    return render_template("assistance/comparison_lists.html", page=page, words=words)
