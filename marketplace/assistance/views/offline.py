"""A visit written down at a home without reception: the form that a phone keeps, and where it delivers what it kept.

The form is the only page of visits that the phone's service worker keeps (static/js/sw.js), and it is the same for everybody: it
names no household. Whom it may be about stands in the phone's own store, by reference and masked name, since the plan of the
month was opened there (docs/decisions/0012).
"""

import datetime as dt
import re
from typing import Any

from flask import jsonify, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response
from wtforms import SelectField

from marketplace.assistance import labels, services
from marketplace.assistance.values import Guarantee
from marketplace.assistance.views.blueprint import VISITORS, bp, sealer
from marketplace.assistance.views.entry import photos_of
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.media.services import store_image
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, TidyStringField
from marketplace.web.policy import authorise, me, policy
from marketplace.web.words import say

#: A note may wait on a phone for so many days; a day farther back is a phone's wrong clock.
MOST_DAYS_KEPT = 92
MET, UNMET = "met", "unmet"


class NoteForm(Form):
    """A visit as the phone delivers it: of each guarantee that it is met, is not, or was not looked at."""

    visited_on = DayField(needed=_l("Say on which day the visit was."))
    note = TidyStringField(most=2000, needed=_l("Say in a sentence what you saw."))
    food_and_clothing = SelectField(choices=["", MET, UNMET], default="")
    education = SelectField(choices=["", MET, UNMET], default="")
    health = SelectField(choices=["", MET, UNMET], default="")
    housing = SelectField(choices=["", MET, UNMET], default="")
    water = SelectField(choices=["", MET, UNMET], default="")

    @property
    def guarantees(self) -> dict[Guarantee, bool]:
        """Return what was looked at."""
        return {each: self[str(each)].data == MET for each in Guarantee if self[str(each)].data}


def seen_words() -> list[tuple[str, str]]:
    """Return what may be said of a guarantee."""
    return [("", _("Not looked at")), (MET, _("Met")), (UNMET, _("Not met"))]


@bp.get("/desk/visits/note")
@policy("visits.note", **VISITORS)
def note_visit() -> str:
    """Show the empty form that a phone keeps."""
    guarantees = [(str(each), _(labels.GUARANTEE[each])) for each in Guarantee]
    return render_template("assistance/visit_note.html", guarantees=guarantees, seen=seen_words())


@bp.get("/desk/visits/ticket")
@policy("visits.ticket", **VISITORS)
def visit_ticket() -> Response:
    """Give a signed-in phone the token its next delivery needs: the one on the kept form may be of an older sign-in."""
    return jsonify(csrf_token=generate_csrf())


@bp.post("/desk/visits/send")
@policy("visits.send", of="household", **VISITORS)
def send_visit() -> Any:
    """Take a note that was kept. The same key again changes nothing and answers the same."""
    form: Any = NoteForm()
    found = farmers.household_by_ref(reader(), request.form.get("household", ""))
    household = authorise(found, household_id=found.id if found else None)
    household_id, by, held, key = household.id, me().user_id, sealer(), request.form.get("key", "")
    if not form.validate() or not re.fullmatch(r"[0-9a-f-]{32,36}", key):
        return _refused(next((str(words[0]) for words in form.errors.values()), _("Something in the form is not right.")))
    if form.visited_on.data < clock.today() - dt.timedelta(days=MOST_DAYS_KEPT):
        return _refused(_("A visit is written down within %(days)d days.", days=MOST_DAYS_KEPT))
    if (photos := photos_of(form)) is None:
        return _refused(str(form.form_errors[0]))
    try:
        is_new = write(
            lambda session: services.record_home_visit(
                session, household_id=household_id, by=by, visited_on=form.visited_on.data, note=form.note.data,
                guarantees=form.guarantees, sealer=held, key=f"{by}/{key}",
                image_ids=lambda: [store_image(session, photo, uploaded_by=by).id for photo in photos],
            )
        )  # fmt: skip
    except Refusal as no:
        return _refused(say(no))
    return jsonify(ref=household.ref), 201 if is_new else 200


def _refused(words: str) -> Any:
    return jsonify(words=words), 422
