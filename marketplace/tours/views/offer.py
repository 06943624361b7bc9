"""Offering in four screens: what, when, the price, and the card as visitors will see it. Nothing needs typing or script.

The answers travel in the address from screen to screen and are kept nowhere until the last one sends them, whole. A village
official or helper may do all of it for a household that agreed, and the household stays the host.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmer_services
from marketplace.farmers.values import ConsentKind, SellerState
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.money import yuan
from marketplace.media.services import DiskStore, accept_image, keep_files, store_image
from marketplace.media.values import CleanImage
from marketplace.tours import queries, rules, services
from marketplace.tours.forms import WishForm, chosen_times, chosen_weekdays
from marketplace.tours.pages.desk import CheckPage, PricePage, Tile, WhatPage, WhenPage
from marketplace.tours.queries import ShopTour
from marketplace.tours.refusals import ConsentNeeded, SellerNotApproved
from marketplace.tours.values import THEME_WORDS, TIME_WORDS, SiteView, Template, TourKind, TourState, TourView
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.wording import days_words, length_words, weekday_chips, when_words
from marketplace.web.db import reader, write
from marketplace.web.filters import money
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, me, my_households, policy
from marketplace.web.words import say

LISTERS: dict[str, Any] = {"farmer": Reach.HOUSEHOLD, "village_official": Reach.AREA, "helper": Reach.HOUSEHOLD}
WEEKS = (2, 4, 8, 12)
#: What is chosen at first: weekends, the first hour, a month.
FIRST_WEEKDAYS, FIRST_WEEKS = (6, 7), 4
DATES_SHOWN = 4
#: The answers of each screen, in order.
WHAT, WHEN, PRICE = ("template", "site"), ("weekdays", "times", "weeks", "seats"), ("price", "sure")


@dataclass(frozen=True)
class Home:
    """The household that offers."""

    id: int
    ref: str
    village_code: str


@dataclass
class Offering:
    """Where somebody stands on the four screens."""

    form: WishForm
    sent: MultiDict[str, str]
    household: Home | None
    #: The draft that is changed, where the village sent one back.
    tour: TourView | None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def template(self) -> Template | None:
        """What was chosen on the first screen."""
        return queries.template(self.form.template.data or "")

    @property
    def site(self) -> SiteView | None:
        """The place a narrator chose."""
        template = self.template
        if template is None or not template.needs_site or not self.form.site.data:
            return None
        return queries.site_by_slug(reader(), slug=self.form.site.data)

    @property
    def weekdays(self) -> list[int]:
        """The weekdays chosen on the second screen."""
        return chosen_weekdays(self.sent)

    @property
    def times(self) -> list[str]:
        """The hours chosen on the second screen."""
        return chosen_times(self.sent, [at for _part, at in self.template.times]) if self.template else []

    @property
    def is_own(self) -> bool:
        """Whether the household is the person's own."""
        return self.household is not None and self.household.id in me().household_ids

    def hidden(self, *, but: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Return all answers but some, as a form carries them on."""
        names = ("household", "consent", "client_key", "tour", *WHAT, *WHEN, *PRICE)
        return [
            (name, value) for name in names if name not in but for value in self.sent.getlist(name)[: 7 if name in WHEN else 1]
        ]

    def address(self, endpoint: str) -> str:
        """Return another screen's address with all answers."""
        carried: dict[str, list[str]] = {}
        for name, value in self.hidden():
            carried.setdefault(name, []).append(value)
        return url_for(endpoint, **carried)  # type: ignore[arg-type]  # a list becomes a parameter said several times


@bp.get("/desk/tours/new")
@policy("tours.choose_what", of="household", **LISTERS)
def choose_what() -> str:
    """First screen: whose, what, and for a narrator where."""
    return _what(_offering(request.args))


@bp.get("/desk/tours/new/days")
@policy("tours.choose_days", of="household", **LISTERS)
def choose_days() -> str:
    """Second screen: days, times, weeks, seats."""
    offering = _offering(request.args)
    return _unanswered(offering, WHAT) or _when(offering)


@bp.get("/desk/tours/new/price")
@policy("tours.choose_price", of="household", **LISTERS)
def choose_price() -> str:
    """Third screen: the price beside the county's guidance."""
    offering = _offering(request.args)
    return _unanswered(offering, WHAT, WHEN) or _price(offering)


@bp.get("/desk/tours/new/check")
@policy("tours.check_experience", of="household", **LISTERS)
def check_experience() -> str:
    """Fourth screen: the card as visitors will see it."""
    offering = _offering(request.args)
    return _unanswered(offering, WHAT, WHEN, PRICE) or _check(offering)


@bp.post("/desk/tours/new")
@policy("tours.offer", of="household", **LISTERS)
def offer() -> str | Response:
    """Hand it to the village. The same key again changes nothing and leads to the same experience."""
    offering = _offering(request.form)
    household = offering.household
    if household is None:
        raise NotThere
    if unanswered := _unanswered(offering, WHAT, WHEN, PRICE):
        return unanswered
    try:
        if not offering.is_own and not _has_agreed(offering):
            raise ConsentNeeded
        made = _hand_in(offering, household.id, cleaned_picture())
    except Refusal as no:
        return _check(offering, no)
    tour = queries.tour_by_id(reader(), tour_id=made)
    if tour is None:
        raise NotThere
    return redirect(url_for("tours.own_tour_page", ref=tour.ref, new=1), code=303)


def _hand_in(offering: Offering, household_id: int, picture: CleanImage | None) -> int:
    """Write the experience down, or anew, and hand it to the village; return its key."""
    form, site, is_own, by = offering.form, offering.site, offering.is_own, me().user_id
    wish = form.wish(offering.weekdays, offering.times, site.id if site else None)
    tour_id = offering.tour.id if offering.tour else None
    key = f"{by}/{form.client_key.data or ids.uuid7()}"

    def verb(session: Session) -> int:
        image_id = store_image(session, picture, by).id if picture else None
        if tour_id is not None:
            services.revise_experience(session, tour_id=tour_id, wish=wish, by=by, image_id=image_id)
            return tour_id
        consent_id = None
        if not is_own:
            consent_id = farmer_services.give_consent(
                session, household_id=household_id, kind=ConsentKind.LISTING, by=by, witnessed_by=by
            ).id
        return services.offer_experience(
            session, key=key, seller_id=_seller(session, household_id), wish=wish, by=by, consent_id=consent_id,
            image_id=image_id,
        )  # fmt: skip

    return write(verb)


def cleaned_picture() -> CleanImage | None:
    """Clean and keep the first picture that was sent, before any transaction begins; None where none was."""
    sent = next((data for file in request.files.getlist("photos")[:4] if (data := file.stream.read())), None)
    if sent is None:
        return None
    picture = accept_image(sent)
    keep_files(DiskStore(current_app.extensions["settings"].media_dir), picture)
    return picture


def household_name(household_id: int, ref: str) -> str:
    """Return the name a household sells under, or its number."""
    sellers = farmers.sellers_of_household(reader(), household_id)
    return sellers[0].display_name if sellers else ref


def time_chips(template: Template | None, others: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return a template's times and some others as choices; none where there is nothing to choose."""
    known = {at: f"{_(TIME_WORDS[part])} {at}" for part, at in (template.times if template else ())}
    hours = sorted({*known, *others})
    return [(at, known.get(at, at)) for at in hours] if len(hours) > 1 else []


def week_chips() -> list[tuple[str, str]]:
    """Return how many weeks ahead dates may open."""
    return [(str(weeks), _("%(count)s weeks", count=weeks)) for weeks in WEEKS]


def _offering(sent: MultiDict[str, str]) -> Offering:
    """Read the answers so far, for a household within the reader's reach; of one's own, the first where none is named."""
    form = WishForm(formdata=sent)
    tour = found = None
    if form.tour.data:
        tour = authorise(queries.tour_by_ref(reader(), ref=form.tour.data))
        if tour.state is not TourState.DRAFT or tour.household_id is None or not tour.template:
            raise NotThere
        found = farmers.household(reader(), tour.household_id)
    elif form.household.data:
        found = farmers.household_by_ref(reader(), form.household.data)
        authorise(found, household_id=found.id if found else None)
    elif own := sorted(my_households()):
        found = farmers.household(reader(), own[0])
    return Offering(form, sent, Home(found.id, found.ref, found.village_code) if found else None, tour)


def _seller(session: Session, household_id: int) -> int:
    sellers = farmers.sellers_of_household(session, household_id)
    found = next((each.id for each in sellers if each.state != SellerState.CLOSED), None)
    if found is None:
        raise SellerNotApproved
    return found


def _has_agreed(offering: Offering) -> bool:
    household = offering.household
    return offering.form.consent.data == "yes" or (
        household is not None and bool(farmers.standing_consent(reader(), household.id, ConsentKind.LISTING))
    )


def _unanswered(offering: Offering, *screens: Sequence[str]) -> str | None:
    """Return the first of some screens that still lacks an answer, with what it lacks; None where all are answered."""
    offering.form.validate()
    if WHAT in screens and (found := _what_lacks(offering)):
        offering.errors = found
        return _what(offering)
    if WHEN in screens and (found := _when_lacks(offering)):
        offering.errors = found
        return _when(offering)
    if PRICE in screens:
        words = offering.form.errors_for("price")
        question = None if words else _question(offering)
        if words or question:
            offering.errors = {"price": words} if words else {}
            return _price(offering, question)
    return None


def _what_lacks(offering: Offering) -> dict[str, str]:
    template = offering.template
    if template is None:
        return {"template": _("Choose what you offer.")}
    if template.needs_site and offering.site is None:
        # the places are shown once a narrator has been chosen; that is no mistake yet
        return {"site": _("Choose the place that you tell of.")} if "site" in offering.sent else {"site": ""}
    if not offering.is_own and offering.household is not None and not _has_agreed(offering):
        return {"consent": say(ConsentNeeded())}
    return {}


def _when_lacks(offering: Offering) -> dict[str, str]:
    template, form = offering.template, offering.form
    lacks = {name: words for name in ("weeks", "seats") if (words := form.errors_for(name))}
    if not offering.weekdays:
        lacks["weekdays"] = _("Choose at least one day.")
    if not offering.times:
        lacks["times"] = _("Choose at least one time.")
    if template and not form.seats.errors and int(form.seats.data or 0) > template.most_seats:
        lacks["seats"] = _("At most %(count)d people at once.", count=template.most_seats)
    return lacks


def _question(offering: Offering) -> str | None:
    """Return what is asked about a price outside the guidance; it is asked once and never refused."""
    template, price = offering.template, int(offering.form.price.data or 0)
    if template is None or offering.form.sure.data == str(price):
        return None
    low, high = template.guidance
    if low <= price <= high:
        return None
    return str(
        _("The county's guide is %(low)s to %(high)s. Is %(price)s right?", low=money(low), high=money(high), price=money(price))
    )


def _what(offering: Offering) -> str:
    own = [found for each in sorted(my_households()) if (found := farmers.household(reader(), each))]
    household = offering.household
    template = offering.template
    page = WhatPage(
        form=offering.form,
        hidden=[*offering.hidden(but=("household", "consent", "client_key", *WHAT)), *_key(offering)],
        households=[(each.ref, household_name(each.id, each.ref)) for each in own] if offering.tour is None else [],
        chosen=household.ref if household else "",
        behalf_of=household_name(household.id, household.ref) if household and not offering.is_own else None,
        tiles=[
            Tile(each.code, each.title(locale_id()), each.picture, length_words(each.minutes, each.nights), each is template)
            for each in queries.templates()
        ],
        sites=_sites(household.village_code, offering.form.site.data or "")
        if household and template and template.needs_site
        else [],
        narrators=[each.code for each in queries.templates() if each.needs_site],
        returned_reason=offering.tour.returned_reason if offering.tour else "",
    )
    return _screen("tours/offer_what.html", offering, page, url_for("tours.own_tours"))


def _key(offering: Offering) -> list[tuple[str, str]]:
    """Return the key under which this offer is one, however often it is sent."""
    return [("client_key", offering.form.client_key.data or ids.uuid7())]


def _sites(village_code: str, chosen: str) -> list[Tile]:
    """Return the county's places, those nearest to the household first."""

    def far(site: SiteView) -> tuple[bool, bool]:
        return site.village_code != village_code, site.village_code[:9] != village_code[:9]

    return [
        Tile(site.slug, site.name(locale_id()), site.picture, "", site.slug == chosen)
        for site in sorted(queries.sites(reader()), key=far)
    ]


def _when(offering: Offering) -> str:
    template, form, tour = _chosen(offering), offering.form, offering.tour
    weekdays = offering.weekdays or (tour.weekdays if tour else FIRST_WEEKDAYS)
    first = [at for _part, at in template.times[:1]]
    times = offering.times or ([at for _part, at in template.times if tour and at in tour.start_times] or first)
    page = WhenPage(
        form=form,
        hidden=offering.hidden(but=WHEN),
        what=_title(offering),
        weekdays=weekday_chips(),
        chosen_weekdays=[str(day) for day in weekdays],
        times=time_chips(template),
        chosen_times=times,
        weeks=week_chips(),
        chosen_weeks=form.weeks.typed or str(tour.weeks if tour else FIRST_WEEKS),
        seats=form.seats.typed or str(tour.most_people if tour else template.seats),
        most_seats=template.most_seats,
        seats_label=_("How many people in one party, at most?")
        if template.draw == "booking"
        else _("How many people at once, at most?"),
        returned_reason=tour.returned_reason if tour else "",
        back_url=offering.address("tours.choose_what"),
    )
    return _screen("tours/offer_when.html", offering, page, page.back_url)


def _price(offering: Offering, question: str | None = None) -> str:
    template, form, tour = _chosen(offering), offering.form, offering.tour
    middle = sum(template.guidance) // 2 // 100 * 100
    page = PricePage(
        form=form,
        hidden=offering.hidden(but=PRICE),
        what=_title(offering),
        price_yuan=form.price.typed or f"{(tour.adult_fen if tour else middle) / 100:g}",
        guidance=template.guidance,
        child_bp=template.child_share_bp,
        question=question,
        returned_reason=tour.returned_reason if tour else "",
        back_url=offering.address("tours.choose_days"),
    )
    return _screen("tours/offer_price.html", offering, page, page.back_url)


def _check(offering: Offering, no: Refusal | None = None) -> str:
    template, household, form = _chosen(offering), offering.household, offering.form
    if household is None:
        raise NotThere
    price = int(form.price.data or 0)
    tomorrow = clock.today() + dt.timedelta(days=1)
    starts = rules.usual_starts(offering.weekdays, offering.times, first=tomorrow, days=7 * int(form.weeks.data or 1))
    site, back_url = offering.site, offering.address("tours.choose_price")
    theme = services.theme_of(template, site)
    card = ShopTour(
        url=back_url, title=_title(offering), theme=theme, theme_words=THEME_WORDS[theme], kind=TourKind.EXPERIENCE,
        village=area_of(household.village_code), stops=1 if site else 0, from_fen=price, minutes=template.minutes,
        nights=template.nights, next_at=starts[0] if starts else None, image=None, picture=template.picture,
    )  # fmt: skip
    page = CheckPage(
        hidden=offering.hidden(),
        card=card,
        spoken=_(
            "%(title)s, %(price)s yuan a person, %(days)s, %(seats)s people at most.",
            title=card.title,
            price=yuan(price),
            days=days_words(offering.weekdays),
            seats=form.seats.data,
        ),
        facts=[
            (_("Days"), days_words(offering.weekdays)),
            (_("Times"), " · ".join(offering.times)),
            (_("How many people"), str(form.seats.data)),
            (_("A child pays"), money(services.child_price(template, price))),
        ],
        first_dates=[when_words(at) for at in starts[:DATES_SHOWN]],
        refusal=say(no) if no else None,
        back_url=back_url,
    )
    return _screen("tours/offer_check.html", offering, page, page.back_url)


def _screen(name: str, offering: Offering, page: Any, back_url: str) -> str:
    errors = {key: words for key, words in offering.errors.items() if words}
    return render_template(name, page=page, errors=errors, back_url=back_url, has_errors=bool(errors))


def _chosen(offering: Offering) -> Template:
    if offering.template is None:
        raise NotThere
    return offering.template


def _title(offering: Offering) -> str:
    site = offering.site
    return _chosen(offering).title(locale_id(), site.name(locale_id()) if site else "")


def area_of(code: str) -> str:
    """Return a village's name in the reader's language."""
    zh, en = areas.names(reader(), [code]).get(code, (code, code))
    return en if locale_id() == "en" else zh
