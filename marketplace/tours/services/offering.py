"""Tours are written, checked in the village, put on sale and taken off again."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerKind, SellerState
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.tours import rules
from marketplace.tours.models import AgencyLicence, Site, Tour, TourComponent, TourOption, TourStop, TourUnit
from marketplace.tours.refusals import (
    ApprovedByLister,
    OperatorNeeded,
    PartsRefused,
    ReasonNeeded,
    SellerNotApproved,
    TourStep,
    TourUnfinished,
)
from marketplace.tours.services.departures import open_usual_dates
from marketplace.tours.services.places import terms_of
from marketplace.tours.services.rows import move_tour, taken
from marketplace.tours.values import Basis, Draw, Role, Theme, TourKind, TourState, UnitKind

#: Paid services from which a tour is a package in the Tourism Law's sense.
PACKAGE_SERVICES = 2


class Service(Protocol):
    """A payee's part, however it is held."""

    @property
    def is_service(self) -> bool:
        """Whether it is a paid service in the Tourism Law's sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """A payee's part as it is written down."""

    role: Role
    seller_id: int
    basis: Basis
    amount: int
    resource_id: int | None = None
    draw: Draw = Draw.BOOKING
    after_minutes: int = 0
    is_service: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TourDraft:
    """All that is written of a tour at once. `stops` are (site, dwell minutes, travel minutes to the next)."""

    kind: TourKind
    theme: Theme
    host_seller_id: int
    title_zh: str
    meeting_zh: str
    minutes: int
    least_people: int
    most_people: int
    prices: Sequence[tuple[UnitKind, int]]
    parts: Sequence[PartDraft]
    stops: Sequence[tuple[int, int, int]] = ()
    template: str = ""
    title_en: str = ""
    story_zh: str = ""
    story_en: str = ""
    meeting_en: str = ""
    included: Sequence[str] = ()
    not_included: Sequence[str] = ()
    nights: int = 0
    start_times: Sequence[str] = ()
    cutoff_hours: int = 12
    policy: str = "standard"
    picture: str = "lotus_pond"
    image_id: int | None = None
    operator_seller_id: int | None = None
    ages: dict[UnitKind, tuple[int | None, int | None]] = field(default_factory=dict)
    #: On which ISO weekdays it usually leaves, and for how many weeks dates open once the village has approved it.
    weekdays: Sequence[int] = ()
    weeks: int = 0


def draft_tour(session: Session, *, key: str, draft: TourDraft, by: int, consent_id: int | None = None) -> int:
    """Write a tour down; return its key. The same key again returns the first.

    Raises:
        TourUnfinished: a title, a price, a meeting point or the number of people makes no sense.
        PartsRefused: the parts do not divide the price.
        NotThere: the host is no seller.
    """
    standing = session.scalar(select(Tour.id).where(Tour.client_key == key))
    if standing is not None:
        return standing
    card = farmers.seller_cards(session, [draft.host_seller_id]).get(draft.host_seller_id)
    if card is None:
        raise NotThere
    _refuse_nonsense(draft)
    ref = ids.reference("T")
    tour = Tour(
        ref=ref, slug=f"{draft.theme.value.replace('_', '-')}-{ref.lower()}", kind=draft.kind.value,
        host_seller_id=draft.host_seller_id, household_id=card.household_id, village_code=card.village_code,
        state=TourState.DRAFT.value, listed_by=by, on_behalf_of_consent_id=consent_id, client_key=key, created_at=clock.now(),
    )  # fmt: skip
    _describe(tour, draft)
    session.add(tour)
    session.flush()
    option = TourOption(ref=ids.reference("O"), tour_id=tour.id)
    _write_option(session, option, draft)
    _write_stops(session, tour, draft)
    return tour.id


def redraft_tour(session: Session, *, tour_id: int, draft: TourDraft, by: int) -> None:
    """Write a draft anew, as when the village has sent it back; host and kind stay.

    Raises:
        TourStep: it is no draft any more.
        TourUnfinished, PartsRefused: as for a new one.
    """
    tour = taken(session, Tour, tour_id)
    if tour.state != TourState.DRAFT or draft.kind != tour.kind or draft.host_seller_id != tour.host_seller_id:
        raise TourStep
    _refuse_nonsense(draft)
    _describe(tour, draft)
    tour.listed_by = by
    option = session.scalars(select(TourOption).where(TourOption.tour_id == tour.id)).one()
    # A draft was never on sale: nothing was booked, and no share names these rows.
    session.execute(delete(TourUnit).where(TourUnit.option_id == option.id))
    session.execute(delete(TourComponent).where(TourComponent.option_id == option.id))
    session.execute(delete(TourStop).where(TourStop.tour_id == tour.id))
    _write_option(session, option, draft)
    _write_stops(session, tour, draft)


def submit_tour(session: Session, *, tour_id: int, by: int) -> None:
    """Ask the village to look at a tour. Asking twice is asking once.

    Raises:
        TourStep: it is not a draft.
    """
    tour = taken(session, Tour, tour_id)
    if tour.state != TourState.SUBMITTED:
        move_tour(session, tour, TourState.SUBMITTED, by=by)


def approve_tour(session: Session, *, tour_id: int, by: int) -> None:
    """Put a submitted tour on sale and open its usual dates. A second approval changes nothing.

    Raises:
        ApprovedByLister: the official offered it, or may act for its household.
        SellerNotApproved: somebody it pays is not approved.
        OperatorNeeded: it is a package and no licensed travel agency operates it.
        TourStep: it is not waiting.
    """
    tour = taken(session, Tour, tour_id)
    if by == tour.listed_by or (tour.household_id is not None and by in farmers.users_of_household(session, tour.household_id)):
        raise ApprovedByLister
    if tour.state == TourState.ON_SALE:
        return
    refuse_unfit(session, tour)
    tour.approved_by, tour.returned_reason = by, ""
    tour.published_at = tour.published_at or clock.now()
    tour.terms = _terms(session, tour)
    move_tour(session, tour, TourState.ON_SALE, by=by)
    open_usual_dates(session, tour_id=tour.id)
    _audit(session, tour, by=by, action="tours.approve")


def return_tour(session: Session, *, tour_id: int, by: int, reason: str) -> None:
    """Send a submitted tour back with a reason that can be acted on.

    Raises:
        ReasonNeeded: without words.
        TourStep: it is not waiting.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise ReasonNeeded
    tour = taken(session, Tour, tour_id)
    if tour.state != TourState.SUBMITTED:
        raise TourStep
    tour.returned_reason = reason
    move_tour(session, tour, TourState.DRAFT, by=by, reason=reason)
    _audit(session, tour, by=by, action="tours.return")


def pause_tour(session: Session, *, tour_id: int, by: int) -> None:
    """Take a tour off sale for a while; what is booked stands. Pausing twice is pausing once."""
    tour = taken(session, Tour, tour_id)
    if tour.state != TourState.PAUSED:
        move_tour(session, tour, TourState.PAUSED, by=by)


def resume_tour(session: Session, *, tour_id: int, by: int) -> None:
    """Put a paused tour back on sale.

    Raises:
        SellerNotApproved, OperatorNeeded: what must hold no longer does.
        TourStep: it was never approved, or is put away.
    """
    tour = taken(session, Tour, tour_id)
    if tour.state == TourState.ON_SALE:
        return
    if tour.state != TourState.PAUSED:
        raise TourStep
    refuse_unfit(session, tour)
    move_tour(session, tour, TourState.ON_SALE, by=by)


def archive_tour(session: Session, *, tour_id: int, by: int) -> None:
    """Put a tour away for good; what is booked stands."""
    tour = taken(session, Tour, tour_id)
    if tour.state != TourState.ARCHIVED:
        move_tour(session, tour, TourState.ARCHIVED, by=by)


def record_agency_licence(session: Session, *, seller_id: int, number: str, valid_to: dt.date, by: int) -> None:
    """Put a travel agency's licence on file; the same number again sets its end anew.

    Raises:
        NotThere: no such seller, or a household.
        ReasonNeeded: without a number.
    """
    card = farmers.seller_cards(session, [seller_id]).get(seller_id)
    if card is None or card.kind is SellerKind.HOUSEHOLD:
        raise NotThere
    number = number.strip()[:60]
    if not number:
        raise ReasonNeeded
    found = session.scalar(select(AgencyLicence).where(AgencyLicence.seller_id == seller_id, AgencyLicence.number == number))
    if found is None:
        found = AgencyLicence(seller_id=seller_id, number=number)
        session.add(found)
    found.valid_to, found.recorded_by, found.recorded_at = valid_to, by, clock.now()
    session.flush()
    record_audit(
        session, by=by, action="tours.agency_licence", object_kind="seller", object_ref=card.ref,
        after={"number": number, "valid_to": valid_to.isoformat()},
    )  # fmt: skip


def refuse_unfit(session: Session, tour: Tour) -> None:
    """Make sure that a tour may be sold today.

    Raises:
        SellerNotApproved: somebody it pays is not approved in the village.
        OperatorNeeded: it is a package without a licensed operator.
    """
    components = session.scalars(
        select(TourComponent).join(TourOption, TourOption.id == TourComponent.option_id).where(TourOption.tour_id == tour.id)
    ).all()
    cards = farmers.seller_cards(session, {one.seller_id for one in components} | {tour.host_seller_id})
    if any(card.state is not SellerState.APPROVED for card in cards.values()):
        raise SellerNotApproved
    if needs_operator(components) and not _has_operator(session, tour):
        raise OperatorNeeded


def needs_operator(parts: Iterable[Service]) -> bool:
    """Say whether parts make a package: two or more paid services sold as one."""
    return sum(one.is_service for one in parts) >= PACKAGE_SERVICES


def _terms(session: Session, tour: Tour) -> str:
    """Return what a tour is found by: its title, its village and the places it stops at."""
    stops = session.execute(
        select(Site.name_zh, Site.name_en).join(TourStop, TourStop.site_id == Site.id).where(TourStop.tour_id == tour.id)
    )
    village = areas.names(session, [tour.village_code])[tour.village_code]
    return terms_of(tour.title_zh, tour.title_en, *village, *(name for names in stops for name in names))


def _has_operator(session: Session, tour: Tour) -> bool:
    if tour.operator_seller_id is None:
        return False
    valid = select(func.count()).where(
        AgencyLicence.seller_id == tour.operator_seller_id, AgencyLicence.valid_to >= clock.today()
    )
    return bool(session.scalar(valid))


def _describe(tour: Tour, draft: TourDraft) -> None:
    """Put the draft's words and facts on the tour."""
    tour.theme, tour.template = draft.theme.value, draft.template
    tour.operator_seller_id = draft.operator_seller_id
    tour.title_zh, tour.title_en = draft.title_zh.strip()[:80], draft.title_en.strip()[:120]
    tour.story_zh, tour.story_en = draft.story_zh.strip(), draft.story_en.strip()
    tour.meeting_zh, tour.meeting_en = draft.meeting_zh.strip()[:200], draft.meeting_en.strip()[:300]
    tour.included, tour.not_included = list(draft.included), list(draft.not_included)
    tour.minutes, tour.nights, tour.policy = draft.minutes, draft.nights, draft.policy
    tour.picture, tour.image_id = draft.picture, draft.image_id


def _write_option(session: Session, option: TourOption, draft: TourDraft) -> None:
    """Write an option with its prices and payees."""
    option.start_times, option.weekdays, option.weeks = list(draft.start_times), list(draft.weekdays), draft.weeks
    option.least_people, option.most_people = draft.least_people, draft.most_people
    option.cutoff_hours = draft.cutoff_hours
    session.add(option)
    session.flush()
    for kind, price_fen in draft.prices:
        least_age, most_age = draft.ages.get(kind, (None, None))
        session.add(
            TourUnit(
                ref=ids.reference("U"), option_id=option.id, kind=kind.value, price_fen=price_fen, least_age=least_age,
                most_age=most_age,
            )
        )  # fmt: skip
    for position, part in enumerate(draft.parts):
        session.add(
            TourComponent(
                option_id=option.id, position=position, role=part.role.value, seller_id=part.seller_id, basis=part.basis.value,
                amount=part.amount, resource_id=part.resource_id, draw=part.draw.value, after_minutes=part.after_minutes,
                is_service=part.is_service,
            )
        )  # fmt: skip
    session.flush()


def _write_stops(session: Session, tour: Tour, draft: TourDraft) -> None:
    for position, (site_id, dwell, travel) in enumerate(draft.stops):
        session.add(TourStop(tour_id=tour.id, position=position, site_id=site_id, dwell_minutes=dwell, travel_minutes=travel))
    session.flush()


def _refuse_nonsense(draft: TourDraft) -> None:
    if (
        not draft.title_zh.strip()
        or not draft.meeting_zh.strip()
        or draft.minutes < 1
        or not 1 <= draft.least_people <= draft.most_people
        or not any(price_fen > 0 for _kind, price_fen in draft.prices)
        or any(price_fen < 0 for _kind, price_fen in draft.prices)
        or draft.policy not in rules.POLICIES
    ):
        raise TourUnfinished
    try:
        rules.check_parts([rules.Part(part.basis, part.amount) for part in draft.parts])
    except rules.PartsWrong as error:
        raise PartsRefused from error


def _audit(session: Session, tour: Tour, *, by: int, action: str) -> None:
    record_audit(session, by=by, action=action, object_kind="tour", object_ref=tour.ref, after={"state": tour.state})
