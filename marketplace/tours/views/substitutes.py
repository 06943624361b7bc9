"""Another guide or household for one part of a departure: who does it now, what goes along, and why."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerState
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.tours import queries, services
from marketplace.tours.forms import SubstituteForm
from marketplace.tours.pages.departures import SubstitutePage
from marketplace.tours.refusals import ReasonNeeded
from marketplace.tours.values import ROLE_WORDS, DepartureView
from marketplace.tours.views.blueprint import OFFICIALS, bp
from marketplace.tours.views.departures import SETTLED, unearned
from marketplace.tours.views.wording import named, when_words
from marketplace.web.db import reader, write
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import say

_SELLERS_SHOWN = 300


@bp.get("/office/departures/<ref>/parts/<int:component_id>/substitute")
@policy("departures.ask_substitute", of="departure", **OFFICIALS)
def ask_substitute(ref: str, component_id: int) -> str:
    """Show who does a part of a departure, what of it is not earned, and the boxes for who steps in."""
    departure = authorise(queries.departure_by_ref(reader(), ref=ref))
    return _page(departure, component_id, SubstituteForm(formdata=None))


@bp.post("/office/departures/<ref>/parts/<int:component_id>/substitute")
@policy("departures.substitute", of="departure", **OFFICIALS)
def substitute(ref: str, component_id: int) -> str | Response:
    """Let another seller do a part of a departure; what is not earned goes along, and both are told."""
    departure = authorise(queries.departure_by_ref(reader(), ref=ref))
    form = SubstituteForm()
    if not form.validate():
        return _page(departure, component_id, form)
    departure_id, by = departure.id, me().user_id
    seller_ref, reason = form.seller.data or "", form.reason.data or ""
    outside = current_app.extensions
    voice = {"say": outside["words"].said, "sealer": outside["sealer"], "site": outside["settings"].public_url}
    try:
        write(
            lambda session: services.substitute(
                session,
                departure_id=departure_id,
                component_id=component_id,
                seller_ref=seller_ref,
                reason=reason,
                by=by,
                **voice,
            )
        )
    except Refusal as no:
        return _page(departure, component_id, form, no)
    flash(_("Done. What is not earned yet goes along, and both are told."), "ok")
    return redirect(url_for("tours.office_departure", ref=ref), code=303)


def _page(departure: DepartureView, component_id: int, form: SubstituteForm, no: Refusal | None = None) -> str:
    payees = {payee.component_id: payee for payee in queries.payees_of_departure(reader(), departure_id=departure.id)}
    payee = payees.get(component_id)
    if payee is None or departure.state in SETTLED:
        raise NotThere
    card = farmers.seller_cards(reader(), [payee.seller_id])[payee.seller_id]
    bookings = queries.bookings_of_departure(reader(), departure_id=departure.id, is_live=False)
    errors = {name: str(words[0]) for name, words in form.errors.items()}
    if no is not None:
        errors["reason" if isinstance(no, ReasonNeeded) else "seller"] = say(no)
    titles = queries.titles(reader(), tour_ids=[departure.tour_id], locale=locale_id())
    sellers = farmers.sellers_in(reader(), reachable_areas(), (SellerState.APPROVED,), limit=_SELLERS_SHOWN)
    page = SubstitutePage(
        ref=departure.ref,
        component_id=component_id,
        title=titles[departure.tour_id],
        when=when_words(departure.starts_at),
        role=_(ROLE_WORDS[payee.role]),
        who=named(card),
        fen=unearned(bookings, component_id),
        sellers=[(seller.ref, seller.display_name) for seller in sellers if seller.id != payee.seller_id],
        seller=form.seller.data or "",
        reason=form.reason.data or "",
        errors=errors,
    )
    return render_template("tours/substitute.html", page=page, has_errors=bool(errors))
