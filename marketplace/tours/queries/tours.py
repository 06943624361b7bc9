"""Named reads of tours and places: cards for lists, a tour whole, the stops of a route."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.kernel import clock
from marketplace.kernel.search_terms import query_words
from marketplace.tours import rules
from marketplace.tours.models import (
    AgencyLicence,
    Resource,
    Site,
    SitePhoto,
    Tour,
    TourComponent,
    TourOption,
    TourStop,
    TourUnit,
)
from marketplace.tours.queries.departures import next_departures
from marketplace.tours.values import (
    Basis,
    ComponentView,
    Draw,
    ResourceKind,
    Role,
    SiteKind,
    SiteView,
    StopView,
    Theme,
    TourCard,
    TourKind,
    TourState,
    TourView,
    UnitKind,
    UnitView,
)

_ON_SALE = TourState.ON_SALE.value


def sites(session: Session, *, codes: Iterable[str] = ()) -> list[SiteView]:
    """Return all places, or those of some areas, in order."""
    wanted = select(Site).order_by(Site.position, Site.id)
    codes = tuple(codes)
    if codes:
        wanted = wanted.where(in_areas(Site.village_code, codes))
    return [site_view(row) for row in session.scalars(wanted)]


def site_by_slug(session: Session, *, slug: str) -> SiteView | None:
    """Return a place by the name in its address."""
    found = session.scalar(select(Site).where(Site.slug == slug))
    return None if found is None else site_view(found)


def photos_of_site(session: Session, *, site_id: int) -> list[int]:
    """Return the keys of a place's photographs, in order."""
    return list(session.scalars(select(SitePhoto.image_id).where(SitePhoto.site_id == site_id).order_by(SitePhoto.position)))


def photos_of_sites(session: Session, *, site_ids: Sequence[int], limit: int = 12) -> list[int]:
    """Return the keys of some places' photographs, the first of each before the second of any."""
    wanted = select(SitePhoto.image_id).where(SitePhoto.site_id.in_(site_ids))
    return list(session.scalars(wanted.order_by(SitePhoto.position, SitePhoto.site_id).limit(limit)))


def tour_cards(
    session: Session, *, theme: Theme | None = None, kind: TourKind | None = None, codes: Iterable[str] = (),
    before_id: int | None = None, limit: int = 24,
) -> list[TourCard]:  # fmt: skip
    """Return tours on sale, the newest first, with their next date. Two queries."""
    wanted = select(Tour).where(Tour.state == _ON_SALE).order_by(Tour.published_at.desc(), Tour.id.desc()).limit(limit)
    if theme is not None:
        wanted = wanted.where(Tour.theme == theme.value)
    if kind is not None:
        wanted = wanted.where(Tour.kind == kind.value)
    codes = tuple(codes)
    if codes:
        wanted = wanted.where(in_areas(Tour.village_code, codes))
    if before_id is not None:
        at = select(Tour.published_at).where(Tour.id == before_id).scalar_subquery()
        wanted = wanted.where((Tour.published_at < at) | ((Tour.published_at == at) & (Tour.id < before_id)))
    return cards(session, wanted)


def found_tours(session: Session, words: str, *, limit: int) -> list[TourCard]:
    """Return the tours on sale that hold all the words of a query, the newest first; it reads through all that are on sale."""
    terms = query_words(words)
    if not terms:
        return []
    wanted = select(Tour).where(Tour.state == _ON_SALE, *(Tour.terms.like(pattern(term)) for term in terms))
    return cards(session, wanted.order_by(Tour.published_at.desc(), Tour.id.desc()).limit(limit))


def found_sites(session: Session, words: str, *, limit: int) -> list[SiteView]:
    """Return the places that hold all the words of a query, in order; it reads through all of them."""
    terms = query_words(words)
    if not terms:
        return []
    wanted = select(Site).where(*(Site.terms.like(pattern(term)) for term in terms))
    return [site_view(row) for row in session.scalars(wanted.order_by(Site.position, Site.id).limit(limit))]


def pattern(term: str) -> str:
    """Return the LIKE pattern of a query's word; one that ends in '*' may go on. Words hold letters and digits alone."""
    return f"% {term[:-1]}%" if term.endswith("*") else f"% {term} %"


def tours_of_site(session: Session, *, site_id: int, limit: int = 12) -> list[TourCard]:
    """Return the tours on sale that stop at a place."""
    return cards(
        session,
        select(Tour)
        .join(TourStop, TourStop.tour_id == Tour.id)
        .where(TourStop.site_id == site_id, Tour.state == _ON_SALE)
        .order_by(Tour.published_at.desc(), Tour.id.desc())
        .limit(limit),
    )


def tours_of_seller(session: Session, *, seller_ids: Sequence[int], limit: int = 100) -> list[tuple[TourCard, TourState]]:
    """Return a seller's own tours in every state, the newest first."""
    rows = session.scalars(select(Tour).where(Tour.host_seller_id.in_(seller_ids)).order_by(Tour.id.desc()).limit(limit)).all()
    return list(zip(_cards_of(session, rows), [TourState(row.state) for row in rows], strict=True))


def own_experiences(session: Session, *, household_ids: Iterable[int], user_id: int, limit: int = 100) -> list[TourView]:
    """Return what some households offer themselves, and what somebody listed for others, the newest first."""
    rows = session.scalars(
        select(Tour)
        .where(
            Tour.kind == TourKind.EXPERIENCE.value,
            Tour.household_id.in_(sorted(set(household_ids)))
            | ((Tour.listed_by == user_id) & Tour.on_behalf_of_consent_id.is_not(None)),
        )
        .order_by(Tour.id.desc())
        .limit(limit)
    ).all()
    return tour_views(session, rows)


def tours_waiting(session: Session, *, areas: Sequence[str], limit: int = 100) -> list[TourView]:
    """Return the tours of some areas that wait for the village, the oldest first."""
    rows = session.scalars(
        select(Tour)
        .where(Tour.state == TourState.SUBMITTED.value, in_areas(Tour.village_code, areas))
        .order_by(Tour.created_at, Tour.id)
        .limit(limit)
    ).all()
    return tour_views(session, rows)


def tours_in(session: Session, *, areas: Sequence[str], limit: int = 200) -> list[TourView]:
    """Return the tours of some areas that can be booked or are paused, the newest first."""
    rows = session.scalars(
        select(Tour)
        .where(Tour.state.in_([TourState.ON_SALE.value, TourState.PAUSED.value]), in_areas(Tour.village_code, areas))
        .order_by(Tour.published_at.desc(), Tour.id.desc())
        .limit(limit)
    ).all()
    return tour_views(session, rows)


def licensed_operators(session: Session, *, on: dt.date) -> dict[int, dt.date]:
    """Return the sellers who may operate packages on a day, with the day until when."""
    rows = session.execute(
        select(AgencyLicence.seller_id, func.max(AgencyLicence.valid_to))
        .where(AgencyLicence.valid_to >= on)
        .group_by(AgencyLicence.seller_id)
    )
    return dict(rows.all())


def agency_licences(session: Session, *, limit: int = 500) -> list[tuple[int, str, dt.date]]:
    """Return the licences on file: (seller, number, last day), those that end last first."""
    rows = session.execute(
        select(AgencyLicence.seller_id, AgencyLicence.number, AgencyLicence.valid_to)
        .order_by(AgencyLicence.valid_to.desc(), AgencyLicence.id)
        .limit(limit)
    )
    return [(seller_id, number, valid_to) for seller_id, number, valid_to in rows]


def capacities(session: Session, keys: Iterable[int | None]) -> dict[int, tuple[ResourceKind, int]]:
    """Return what some resources are and how much there is of them, by key. One query."""
    rows = session.execute(
        select(Resource.id, Resource.kind, Resource.capacity).where(Resource.id.in_(sorted({key for key in keys if key})))
    )
    return {key: (ResourceKind(kind), capacity) for key, kind, capacity in rows}


def count_tours_waiting(areas: Collection[str]) -> Select[int]:
    """Return the count of the tours of some areas that wait for the village, to be asked together with others."""
    is_waiting = Tour.state == TourState.SUBMITTED.value
    return select(func.count()).select_from(Tour).where(is_waiting, in_areas(Tour.village_code, areas))


def tour_by_slug(session: Session, *, slug: str) -> TourView | None:
    """Return a tour by the name in its address."""
    return _whole(session, session.scalar(select(Tour).where(Tour.slug == slug)))


def tour_by_ref(session: Session, *, ref: str) -> TourView | None:
    """Return a tour by its reference."""
    return _whole(session, session.scalar(select(Tour).where(Tour.ref == ref)))


def tour_by_id(session: Session, *, tour_id: int) -> TourView | None:
    """Return a tour by key."""
    return _whole(session, session.get(Tour, tour_id))


def titles(session: Session, *, tour_ids: Iterable[int], locale: str) -> dict[int, str]:
    """Return the titles of some tours in a language, by key. One query."""
    rows = session.execute(select(Tour.id, Tour.title_zh, Tour.title_en).where(Tour.id.in_(sorted(set(tour_ids)))))
    return {key: (en or zh) if locale == "en" else zh for key, zh, en in rows}


def cards(session: Session, wanted: Select[Tour]) -> list[TourCard]:
    """Return the cards of the tours that a statement selects."""
    return _cards_of(session, session.scalars(wanted).all())


def site_view(row: Site) -> SiteView:
    """Return a place as others may see it."""
    return SiteView(
        id=row.id, slug=row.slug, kind=SiteKind(row.kind), is_red=row.is_red, name_zh=row.name_zh, name_en=row.name_en,
        story_zh=row.story_zh, story_en=row.story_en, village_code=row.village_code, opens=row.opens, closes=row.closes,
        closed_weekdays=tuple(int(day) for day in row.closed_weekdays.split(",") if day), slot_minutes=row.slot_minutes,
        daily_capacity=row.daily_capacity, is_real_name=row.is_real_name, group_least=row.group_least, rule_zh=row.rule_zh,
        rule_en=row.rule_en, contact=row.contact, is_example=row.is_example, picture=row.picture,
    )  # fmt: skip


def _cards_of(session: Session, rows: Sequence[Tour]) -> list[TourCard]:
    keys = [row.id for row in rows]
    adult: dict[int, int] = {}
    prices = session.execute(
        select(TourOption.tour_id, func.max(TourUnit.price_fen))
        .join(TourUnit, TourUnit.option_id == TourOption.id)
        .where(TourOption.tour_id.in_(keys), TourUnit.kind == UnitKind.ADULT.value)
        .group_by(TourOption.tour_id)
    )
    for tour_id, price_fen in prices:
        adult[tour_id] = price_fen
    leaves = next_departures(session, tour_ids=keys, now=clock.now())
    return [
        TourCard(
            id=row.id, ref=row.ref, slug=row.slug, kind=TourKind(row.kind), theme=Theme(row.theme), title_zh=row.title_zh,
            title_en=row.title_en, village_code=row.village_code, from_fen=adult.get(row.id, 0), minutes=row.minutes,
            nights=row.nights, image_id=row.image_id, picture=row.picture, next_at=leaves.get(row.id),
        )
        for row in rows
    ]  # fmt: skip


def _whole(session: Session, row: Tour | None) -> TourView | None:
    return next(iter(tour_views(session, [row])), None) if row is not None else None


def tour_views(session: Session, rows: Sequence[Tour]) -> list[TourView]:
    """Return tours whole, in order. Four queries however many there are."""
    options: dict[int, TourOption] = {}
    for one in session.scalars(
        select(TourOption).where(TourOption.tour_id.in_([row.id for row in rows])).order_by(TourOption.id.desc())
    ):
        options[one.tour_id] = one  # the first of each, as long as a tour has but one way of taking it
    keys = sorted(option.id for option in options.values())
    units: dict[int, list[UnitView]] = defaultdict(list)
    for unit in session.scalars(select(TourUnit).where(TourUnit.option_id.in_(keys)).order_by(TourUnit.price_fen.desc())):
        units[unit.option_id].append(
            UnitView(
                id=unit.id, kind=UnitKind(unit.kind), price_fen=unit.price_fen, least_age=unit.least_age, most_age=unit.most_age
            )
        )  # fmt: skip
    parts: dict[int, list[ComponentView]] = defaultdict(list)
    for part in session.scalars(select(TourComponent).where(TourComponent.option_id.in_(keys)).order_by(TourComponent.position)):
        parts[part.option_id].append(
            ComponentView(
                id=part.id, role=Role(part.role), seller_id=part.seller_id, basis=Basis(part.basis), amount=part.amount,
                resource_id=part.resource_id, draw=Draw(part.draw), after_minutes=part.after_minutes, is_service=part.is_service,
            )
        )  # fmt: skip
    stops = _stops(session, [row.id for row in rows])
    return [
        _view(row, options[row.id], units[options[row.id].id], parts[options[row.id].id], stops[row.id])
        for row in rows
        if row.id in options
    ]


def _view(
    row: Tour, option: TourOption, units: Sequence[UnitView], components: Sequence[ComponentView], stops: Sequence[StopView]
) -> TourView:
    return TourView(
        id=row.id, ref=row.ref, slug=row.slug, kind=TourKind(row.kind), theme=Theme(row.theme), template=row.template,
        state=TourState(row.state), title_zh=row.title_zh, title_en=row.title_en, story_zh=row.story_zh, story_en=row.story_en,
        meeting_zh=row.meeting_zh, meeting_en=row.meeting_en, included=tuple(row.included), not_included=tuple(row.not_included),
        village_code=row.village_code, host_seller_id=row.host_seller_id, household_id=row.household_id,
        operator_seller_id=row.operator_seller_id, minutes=row.minutes, nights=row.nights, least_people=option.least_people,
        most_people=option.most_people, cutoff_hours=option.cutoff_hours, policy=rules.POLICIES[row.policy],
        image_id=row.image_id, picture=row.picture, option_id=option.id, start_times=tuple(option.start_times),
        weekdays=tuple(option.weekdays), weeks=option.weeks, units=tuple(units), components=tuple(components), stops=tuple(stops),
        listed_by=row.listed_by, is_assisted=row.on_behalf_of_consent_id is not None, returned_reason=row.returned_reason,
        created_at=row.created_at, published_at=row.published_at,
    )  # fmt: skip


def _stops(session: Session, tour_ids: Sequence[int]) -> dict[int, list[StopView]]:
    found: dict[int, list[StopView]] = defaultdict(list)
    rows = session.execute(
        select(TourStop, Site)
        .join(Site, Site.id == TourStop.site_id)
        .where(TourStop.tour_id.in_(tour_ids))
        .order_by(TourStop.tour_id, TourStop.position)
    )
    for stop, site in rows:
        found[stop.tour_id].append(
            StopView(
                position=stop.position, site_id=site.id, slug=site.slug, name_zh=site.name_zh, name_en=site.name_en,
                kind=SiteKind(site.kind), dwell_minutes=stop.dwell_minutes, travel_minutes=stop.travel_minutes,
                is_real_name=site.is_real_name,
            )
        )  # fmt: skip
    return found
