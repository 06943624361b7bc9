"""One form about one household: what all pages that write into the record share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Refusal
from marketplace.media.services import keep_photos
from marketplace.web.db import write
from marketplace.web.forms import Form
from marketplace.web.requests import files_sent

#: Photos of one visit.
MOST_PHOTOS = 9


@dataclass(frozen=True)
class EntryPage:
    """One form about one household."""

    title: str
    words: str
    ref: str
    village_code: str
    form: Any
    fields: tuple[dict[str, Any], ...]
    submit: str
    has_photos: bool = False
    key: str = ""
    #: (words, address) of the pages above; nothing: the household's card.
    trail: tuple[tuple[str, str], ...] = ()


def field_of(form: Form, name: str, label: str, **options: Any) -> dict[str, Any]:
    """Return a field of a form as the page of an entry shows it."""
    bound = form[name]
    value = bound._value() if hasattr(bound, "_value") else bound.data
    return {"name": name, "label": label, "value": value or "", "error": form.errors_for(name), **options}


def entry_page(form: Form, household: Any, title: str, words: str, fields: tuple[dict[str, Any], ...], **options: Any) -> str:
    """Render one form about one household."""
    page = EntryPage(
        title=title, words=words, ref=household.ref, village_code=household.village_code, form=form, fields=fields,
        submit=options.pop("submit", _("Save")), **options,
    )  # fmt: skip
    return render_template("assistance/entry.html", page=page)


def attempt(form: Form, verb: Callable[..., Any], done: str, ref: str) -> Response | None:
    """Run one verb in the writer; None leaves the refusal above the form."""
    try:
        write(verb)
    except Refusal as no:
        form.refuse(no)
        return None
    flash(done, "ok")
    return redirect(url_for("assistance.household", ref=ref), 303)


def photos_of(form: Form, *, most: int = MOST_PHOTOS) -> list[Any] | None:
    """Return the cleaned photos, or None with the refusal above the form. Work done before the writer opens."""
    try:
        return keep_photos(current_app.extensions["settings"].media_dir, files_sent("photos", most), is_private=True)
    except Refusal as no:
        form.refuse(no)
        return None
