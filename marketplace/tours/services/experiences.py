"""What a household offers from a template: its own experience, written down whole and handed to the village in one go."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import share
from marketplace.tours import rules
from marketplace.tours.models import Site, Tour, TourOption
from marketplace.tours.queries.templates import template as template_of
from marketplace.tours.queries.tours import site_view
from marketplace.tours.refusals import TourStep, TourUnfinished
from marketplace.tours.services.departures import open_usual_dates
from marketplace.tours.services.inventory import resource_of_seller
from marketplace.tours.services.offering import PartDraft, TourDraft, draft_tour, redraft_tour, submit_tour
from marketplace.tours.services.rows import taken
from marketplace.tours.values import Basis, SiteView, Template, Theme, TourKind, TourState, UnitKind, Wish

WHOLE_BP = 10_000
#: A child pays less from this age on, up to that one.
CHILD_AGES = (6, 14)
#: Prices are whole half yuan: what a stepper can show.
_STEP_FEN = 50
MOST_WEEKS = rules.DAYS_AHEAD // 7


def offer_experience(session: Session, *, key: str, seller_id: int, wish: Wish, by: int, consent_id: int | None = None,
                     image_id: int | None = None) -> int:  # fmt: skip
    """Write down a household's experience and hand it to the village; return its key. The same key again returns the first.

    Raises:
        NotThere: no such seller.
        TourUnfinished: what was chosen makes no experience.
    """
    standing = session.scalar(select(Tour.id).where(Tour.client_key == key))
    if standing is not None:
        return standing
    draft = _draft(session, seller_id, wish, image_id)
    tour_id = draft_tour(session, key=key, draft=draft, by=by, consent_id=consent_id)
    submit_tour(session, tour_id=tour_id, by=by)
    return tour_id


def revise_experience(session: Session, *, tour_id: int, wish: Wish, by: int, image_id: int | None = None) -> None:
    """Change what the village sent back, and hand it in again; without a new picture the old one stays.

    Raises:
        NotThere: no such tour.
        TourStep: it is no draft any more.
        TourUnfinished: what was chosen makes no experience.
    """
    tour = taken(session, Tour, tour_id)
    draft = _draft(session, tour.host_seller_id, wish, image_id or tour.image_id)
    redraft_tour(session, tour_id=tour_id, draft=draft, by=by)
    submit_tour(session, tour_id=tour_id, by=by)


def open_more_dates(session: Session, *, tour_id: int, weekdays: Sequence[int], start_times: Sequence[str], weeks: int) -> int:
    """Say on which days an experience leaves from now on, and open its dates; return how many are new.

    Raises:
        NotThere: no such tour.
        TourStep: it is neither on sale nor paused.
        TourUnfinished: no day, no time, or too far ahead.
    """
    tour = taken(session, Tour, tour_id)
    if tour.state not in (TourState.ON_SALE, TourState.PAUSED):
        raise TourStep
    option = session.scalars(select(TourOption).where(TourOption.tour_id == tour.id)).one()
    template = template_of(tour.template)
    hours = {*option.start_times, *(at for _part, at in (template.times if template else ()))}
    if not _are_dates(hours, weekdays, start_times, weeks):
        raise TourUnfinished
    option.weekdays, option.start_times, option.weeks = sorted(set(weekdays)), sorted(set(start_times)), weeks
    session.flush()
    return len(open_usual_dates(session, tour_id=tour.id))


def add_photo(session: Session, *, tour_id: int, image_id: int) -> None:
    """Put the household's own photograph on an experience that the village has not approved yet.

    Raises:
        NotThere: no such tour.
        TourStep: it has been approved: what visitors see was looked at as it is.
    """
    tour = taken(session, Tour, tour_id)
    if tour.state not in (TourState.DRAFT, TourState.SUBMITTED):
        raise TourStep
    tour.image_id = image_id
    session.flush()


def theme_of(template: Template, site: SiteView | None) -> Theme:
    """Return what an experience is about; a narrator's place that does not tell of the revolution is lotus and ecology."""
    return template.theme if site is None or site.is_red else Theme.LOTUS


def child_price(template: Template, price_fen: int) -> int:
    """Return what a child pays, to the nearest half yuan."""
    return -(-share(price_fen, template.child_share_bp) // _STEP_FEN) * _STEP_FEN


def _draft(session: Session, seller_id: int, wish: Wish, image_id: int | None) -> TourDraft:
    template = template_of(wish.template)
    card = farmers.seller_cards(session, [seller_id]).get(seller_id)
    if card is None:
        raise NotThere
    site = _site(session, wish, template)
    if template is None or not _is_whole(template, wish):
        raise TourUnfinished
    resource_id = resource_of_seller(
        session, seller_id=seller_id, kind=template.resource, name=template.title("zh", site.name_zh if site else ""),
        # A narrator leads one party at a time, however large; plots, tables and beds are counted by people.
        capacity=wish.seats if template.draw == "person" else 1,
    )  # fmt: skip
    part = PartDraft(
        role=template.role, seller_id=seller_id, basis=Basis.SHARE, amount=WHOLE_BP, resource_id=resource_id, draw=template.draw
    )
    zh, en = (site.name_zh, site.name_en) if site else areas.names(session, [card.village_code])[card.village_code]
    return TourDraft(
        kind=TourKind.EXPERIENCE, theme=theme_of(template, site),
        host_seller_id=seller_id, template=template.code, title_zh=template.title("zh", zh), title_en=template.title("en", en),
        story_zh=template.story_zh, story_en=template.story_en, meeting_zh=template.meeting_zh.replace("{place}", zh),
        meeting_en=template.meeting_en.replace("{place}", en), minutes=template.minutes, nights=template.nights,
        least_people=1, most_people=wish.seats, cutoff_hours=template.cutoff_hours, policy=template.policy,
        picture=template.picture, image_id=image_id, included=template.included, not_included=template.not_included,
        start_times=sorted(set(wish.start_times)), weekdays=sorted(set(wish.weekdays)), weeks=wish.weeks, parts=[part],
        stops=[(site.id, template.minutes, 0)] if site else [], ages={UnitKind.CHILD: CHILD_AGES},
        prices=[(UnitKind.ADULT, wish.price_fen), (UnitKind.CHILD, child_price(template, wish.price_fen))],
    )  # fmt: skip


def _site(session: Session, wish: Wish, template: Template | None) -> SiteView | None:
    if template is None or not template.needs_site:
        return None
    found = session.get(Site, wish.site_id) if wish.site_id else None
    if found is None:
        raise TourUnfinished
    return site_view(found)


def _is_whole(template: Template, wish: Wish) -> bool:
    return (
        _are_dates({at for _part, at in template.times}, wish.weekdays, wish.start_times, wish.weeks)
        and 1 <= wish.seats <= template.most_seats
        and wish.price_fen > 0
    )


def _are_dates(hours: Collection[str], weekdays: Sequence[int], start_times: Sequence[str], weeks: int) -> bool:
    return (
        bool(weekdays)
        and set(weekdays) <= set(range(1, 8))
        and bool(start_times)
        and set(start_times) <= set(hours)
        and 1 <= weeks <= MOST_WEEKS
    )
