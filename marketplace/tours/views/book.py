"""/departures/<date>/book: who comes, who leads, names where a place asks for them. What was typed is kept whatever happens."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.values import Origin
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import Refusal
from marketplace.tours import queries, services
from marketplace.tours.forms.booking import BookForm
from marketplace.tours.pages.booking import BookPage, Counter, TravellerRow
from marketplace.tours.refusals import DepartureClosed, DepartureFull, PeopleRefused, PriceChanged, WaitingClosed
from marketplace.tours.rosters import Entry, read_lines, read_rows, travellers_of
from marketplace.tours.services import Party
from marketplace.tours.services.booking import MOST_PEOPLE
from marketplace.tours.values import (
    GROUP_WORDS,
    DepartureState,
    DepartureView,
    Leader,
    TourState,
    TourView,
    UnitKind,
    UnitView,
    WaitingState,
    WaitingView,
)
from marketplace.tours.views import booking_words as words
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.shop import ages_words
from marketplace.web import visits
from marketplace.web.db import reader, write
from marketplace.web.forms import own_key
from marketplace.web.identity import acting_user
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import authorise, policy
from marketplace.web.words import flash_refusal, say

#: Boxes for so many people; more are pasted as a list.
MOST_ROWS = 9


@bp.get("/departures/<ref>/book")
@policy("bookings.begin", public=True, of="departure")
def book(ref: str) -> Response:
    """Ask who comes on a date; one that is full leads to its waiting list."""
    departure, tour = found_date(ref)
    if not can_be_booked(departure, tour):
        flash_refusal(DepartureClosed())
        return redirect(url_for("tours.dates", slug=tour.slug), code=303)
    offer = _offer(request.args.get("offer", ""), departure)
    if not departure.left and offer is None:
        return redirect(url_for("tours.wait", ref=ref), code=303)
    visits.mark_browser()
    form = BookForm(formdata=None, key=ids.uuid7(), adult=1)
    if offer is not None:
        leader = queries.leader_waiting(reader(), waiting_id=offer.id, sealer=current_app.extensions["sealer"])
        form.offer.data, form.adult.data = offer.ref, offer.people
        form.name.data, form.phone.data = leader.name, leader.phone
    return _page(departure, tour, form)


@bp.post("/departures/<ref>/book")
@policy("bookings.hold", public=True, of="departure")
def hold(ref: str) -> Response:
    """Reckon the sum, or hold the places and go on to payment."""
    departure, tour = found_date(ref)
    form = BookForm()
    if request.form.get("action") == "reckon":
        return _page(departure, tour, form)
    standing = queries.booking_by_key(reader(), key=own_key(form.key, "tour"))
    if standing is not None:  # a second touch, or the page sent again
        return held(standing.ref)
    is_good = form.is_posted_and_valid()
    people = sum(form.count(unit.kind) for unit in tour.units)
    entries = _entries(tour, form, people)
    names_are_good = _follow(tour, form) or (len(entries) == people and not any(entry.refusal for entry in entries))
    if form.seen.data != _total(tour, form) and is_good:
        # names are asked for as many as come, so a changed number is shown before anything is held
        return _page(departure, tour, form, say(PriceChanged(now_fen=_total(tour, form))))
    if not is_good or not names_are_good:
        return _page(departure, tour, form, status=422)
    return _hold(departure, tour, form, entries)


def found_date(ref: str) -> tuple[DepartureView, TourView]:
    """Return a date of a tour that the public sees, and the tour.

    Raises:
        NotThere: there is none.
    """
    departure = queries.departure_by_ref(reader(), ref=ref)
    tour = queries.tour_by_id(reader(), tour_id=departure.tour_id) if departure is not None else None
    is_shown = tour is not None and tour.state in (TourState.ON_SALE, TourState.PAUSED)
    authorise(departure if is_shown else None)
    if departure is None or tour is None:
        raise AssertionError("authorised above")
    return departure, tour


def can_be_booked(departure: DepartureView, tour: TourView) -> bool:
    """Say whether a date still takes bookings, if it has places."""
    return (
        tour.state is TourState.ON_SALE
        and departure.state in (DepartureState.OPEN, DepartureState.GUARANTEED)
        and departure.cutoff_at > clock.now()
    )


def held(ref: str) -> Response:
    """Let this browser look at a booking from now on, and send it on to pay."""
    visits.remember_purchase(ref)
    return redirect(url_for("payments.start", ref=ref), code=303)


def origin() -> Origin:
    """Return whence this request came, for counting."""
    return Origin(request.remote_addr or "", visits.browser())


def _hold(departure: DepartureView, tour: TourView, form: BookForm, entries: list[Entry]) -> Response:
    party = Party(
        units=[(unit.id, form.count(unit.kind)) for unit in tour.units],
        leader=Leader(form.name.data or "", form.phone.data or ""),
        travellers=() if _follow(tour, form) else travellers_of(entries),
        group=form.group_kind(),
        group_name=form.group_name.data or "",
        note=form.note.data or "",
    )
    wish: dict[str, Any] = {
        "key": own_key(form.key, "tour"), "departure_ref": departure.ref, "party": party,
        "sealer": current_app.extensions["sealer"], "expected_total_fen": form.seen.data, "buyer_user_id": acting_user(),
        "promotion": visits.promotion(), "locale": locale_id(), "origin": origin(),
    }  # fmt: skip
    offer = _offer(form.offer.data or "", departure)

    def verb(session: Session) -> str:
        if offer is not None:
            return services.hold_offered(session, offer_ref=offer.ref, **wish).ref
        return services.hold_seats(session, **wish).ref

    try:
        ref = write(verb)
    except PriceChanged as no:
        return _page(departure, tour, form, say(no))
    except WaitingClosed as no:
        form.offer.data = ""  # the places may still be there for anybody
        return _page(departure, tour, form, say(no))
    except Refusal as no:
        form.refuse(no, _first(tour) if isinstance(no, PeopleRefused | DepartureFull) else None)
        return _page(departure, tour, form, status=no.status)
    return held(ref)


def _page(departure: DepartureView, tour: TourView, form: BookForm, changed: str = "", status: int = 200) -> Response:
    now = queries.departure_by_ref(reader(), ref=departure.ref) or departure
    counters = [_counter(unit, form, now.left) for unit in _in_order(tour)]
    people = sum(form.count(unit.kind) for unit in tour.units)
    is_named = tour.is_real_name and 0 < people <= MOST_PEOPLE
    entries = _entries(tour, form, people) if request.method == "POST" and is_named else []
    is_judged = status != 200 and not _follow(tour, form)
    form.seen.typed, form.seen.data = "", _total(tour, form)
    page = BookPage(
        tour=tour,
        departure=now,
        form=form,
        counters=counters,
        people=people,
        total_fen=form.seen.data,
        places_asking=_(", ").join(stop.name(locale_id()) for stop in tour.stops if stop.is_real_name),
        rows=_rows(tour, form, people, entries if is_judged else []) if is_named and people <= MOST_ROWS else [],
        lines=_lines(people, entries) if is_judged and people > MOST_ROWS else [],
        groups=[("", _("No group")), *((str(kind), _(said)) for kind, said in GROUP_WORDS.items())],
        is_group=form.group_kind() is not None or bool(form.group_name.errors),
        free_until=words.whole_until(tour.policy, departure.starts_at),
        changed=changed,
        is_full=not now.left and can_be_booked(now, tour),
    )
    has_errors = bool(status != 200)
    return private(render_template("tours/book.html", page=page, has_errors=has_errors, tab="tours"), status)


def _in_order(tour: TourView) -> list[UnitView]:
    """Return the kinds of visitors in the order in which a booking's tickets are written."""
    return sorted(tour.units, key=lambda unit: (-unit.price_fen, unit.id))


def _counter(unit: UnitView, form: BookForm, left: int) -> Counter:
    name = unit.kind.value.lower()
    box = form[name]
    return Counter(
        name=name,
        label=words.unit_words(unit.kind),
        ages=ages_words(unit),
        price_fen=unit.price_fen,
        count=form.count(unit.kind),
        value=box.typed or box.data or 0,
        most=max(left, 1),
        error=form.errors_for(name),
    )


def _first(tour: TourView) -> str:
    return _in_order(tour)[0].kind.value.lower()


def _total(tour: TourView, form: BookForm) -> int:
    return sum(unit.price_fen * form.count(unit.kind) for unit in tour.units)


def _follow(tour: TourView, form: BookForm) -> bool:
    """Say whether nobody is named now: no place asks for it, or a group sends its names later."""
    return not tour.is_real_name or (form.group_kind() is not None and form.later.data == "1")


def _entries(tour: TourView, form: BookForm, people: int) -> list[Entry]:
    if not tour.is_real_name or not 0 < people <= MOST_PEOPLE:
        return []
    if people > MOST_ROWS:
        return read_lines(form.roster.data or "", today=clock.today())
    return read_rows(_typed(people), today=clock.today())


def _typed(people: int) -> list[tuple[str, str]]:
    """Return what was typed into the boxes of so many people."""
    sent = request.form
    return [(sent.get(f"name-{number}", "")[:60], sent.get(f"id-{number}", "")[:40]) for number in range(1, people + 1)]


def _rows(tour: TourView, form: BookForm, people: int, judged: list[Entry]) -> list[TravellerRow]:
    kinds: list[UnitKind] = [unit.kind for unit in _in_order(tour) for _count in range(form.count(unit.kind))]
    errors = {entry.number: say(entry.refusal) for entry in judged if entry.refusal is not None}
    return [
        TravellerRow(
            number=number,
            label=_("Visitor %(number)d, %(kind)s", number=number, kind=words.unit_words(kind)),
            name=name,
            id_number=typed,
            error=errors.get(number),
        )
        for number, (kind, (name, typed)) in enumerate(zip(kinds, _typed(people), strict=True), start=1)
    ]


def _lines(people: int, entries: list[Entry]) -> list[str]:
    """Return what is wrong with a pasted list, line by line."""
    wrong = line_errors(entries)
    if not wrong and len(entries) != people:
        wrong.append(_("%(people)d people come, and %(named)d are on the list.", people=people, named=len(entries)))
    return wrong


def line_errors(entries: list[Entry]) -> list[str]:
    """Return one sentence for each line of a list that cannot be taken."""
    return [_("Line %(number)d: %(why)s", number=one.number, why=say(one.refusal)) for one in entries if one.refusal is not None]


def _offer(ref: str, departure: DepartureView) -> WaitingView | None:
    """Return the offer of this date that this browser may take."""
    if not ref or ref not in visits.known_purchases():
        return None
    found = queries.waiting_by_ref(reader(), ref=ref)
    is_offered = found is not None and found.departure.id == departure.id and found.state is WaitingState.OFFERED
    return found if is_offered else None
