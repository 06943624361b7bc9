"""The county's notes on growing and making: read by officials, written by the county, shown on farmers' desks."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField

from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.words import N_
from marketplace.products import queries, services
from marketplace.products.values import Note
from marketplace.products.views.blueprint import bp
from marketplace.web.db import reader, write
from marketplace.web.forms import Form, TidyStringField
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.nav import NavItem
from marketplace.web.policy import Reach, me, policy
from marketplace.web.words import flash_refusal

COUNTY: dict[str, Any] = {"county_official": Reach.AREA}
READERS: dict[str, Any] = {
    "village_official": Reach.AREA,
    "township_official": Reach.AREA,
    "county_official": Reach.AREA,
    "auditor": Reach.AREA,
}
OFFICE_NAV = (NavItem("products.agronomy_notes", N_("Notes on growing"), ("county_official",), order=48),)
_MONTHS = [str(month) for month in range(1, 13)]


@dataclass(frozen=True)
class NotesPage:
    """All notes that stand."""

    notes: tuple[tuple[str, Note], ...]
    can_write: bool


@dataclass(frozen=True)
class NotePage:
    """The form of a note."""

    form: Any
    categories: tuple[tuple[str, str], ...]
    months: tuple[str, ...]
    #: The note whose place it takes.
    note_id: int | None


class NoteForm(Form):
    """What is to be done, and when."""

    category = SelectField()
    months = SelectMultipleField(choices=_MONTHS)
    zh = TidyStringField(most=400, needed=_l("Write the note in Chinese."))
    en = TidyStringField(most=600, needed=_l("Write the note in English."))


@bp.get("/office/agronomy")
@policy("agronomy.list", **READERS)
def agronomy_notes() -> str:
    """List the notes that stand, kind by kind."""
    names = {each.code: each.name(locale_id()) for each in queries.categories(reader())}
    page = NotesPage(
        tuple((names[note.category_code], note) for note in queries.agronomy_notes(reader())),
        can_write=bool(visitor().roles & set(COUNTY)),
    )
    return render_template("products/agronomy.html", page=page, locale=locale_id())


@bp.route("/office/agronomy/new", methods=["GET", "POST"])
@policy("agronomy.write", **COUNTY)
def new_note() -> Any:
    """Write a note."""
    return _note(None)


@bp.route("/office/agronomy/<int:note_id>", methods=["GET", "POST"])
@policy("agronomy.change", **COUNTY)
def change_note(note_id: int) -> Any:
    """Write another note in the place of one that stands."""
    note = queries.agronomy_note(reader(), note_id)
    if note is None:
        raise NotThere
    return _note(note)


def _note(note: Note | None) -> Any:
    form: Any = NoteForm()
    categories = tuple((each.code, each.name(locale_id())) for each in queries.categories(reader()))
    form.category.choices = [code for code, _name in categories]
    replaces = note.id if note else None
    by = me().user_id
    if request.method == "GET" and note is not None:
        form.category.data, form.months.data = note.category_code, [str(month) for month in note.months]
        form.zh.data, form.en.data = note.zh, note.en
    elif form.is_posted_and_valid() and form.months.data:
        try:
            write(
                lambda session: services.state_note(
                    session, category_code=form.category.data, months=[int(month) for month in form.months.data],
                    zh=form.zh.data, en=form.en.data, by=by, replaces=replaces,
                )
            )  # fmt: skip
            flash(_("On the desks from today on."), "ok")
            return redirect(url_for("products.agronomy_notes"), 303)
        except Refusal as no:
            form.refuse(no)
    elif request.method == "POST" and not form.months.data:
        form.form_errors = [_("Choose the months it is for.")]
    page = NotePage(form, categories, tuple(_MONTHS), replaces)
    return render_template("products/agronomy_note.html", page=page)


@bp.post("/office/agronomy/<int:note_id>/end")
@policy("agronomy.end", **COUNTY)
def end_note(note_id: int) -> Response:
    """Let a note end today."""
    by = me().user_id
    try:
        write(lambda session: services.end_note(session, note_id=note_id, by=by))
        flash(_("It ends today and stays in the history."), "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("products.agronomy_notes"), 303)
