"""Routes: a village official joins places and those who do the work, with times and parts; another official looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.tours.models import Site, Tour
from marketplace.tours.refusals import StopsNeeded
from marketplace.tours.services.inventory import resource_of_seller
from marketplace.tours.services.offering import PartDraft, TourDraft, draft_tour, redraft_tour, submit_tour
from marketplace.tours.values import Basis, Draw, ResourceKind, Role, Theme, TourKind, UnitKind

#: What a role uses up; the others use nothing that is counted.
RESOURCES: Mapping[Role, ResourceKind] = MappingProxyType(
    {
        Role.GUIDE: ResourceKind.GUIDE,
        Role.HOMESTAY: ResourceKind.BEDS,
        Role.MEAL: ResourceKind.MEAL,
        Role.PICKING: ResourceKind.PLOT,
        Role.TRANSPORT: ResourceKind.VEHICLE,
    }
)
#: Whoever only holds the route together sells no service of the Tourism Law's kind.
NO_SERVICE = frozenset({Role.HOST})
_MINUTES_A_DAY = 1440
_LEAST_MINUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePart:
    """A payee's part as an official writes it: `uses` is how many guides, beds, seats of theirs there are; 0 counts nothing."""

    seller_id: int
    role: Role
    basis: Basis
    amount: int
    uses: int = 0
    after_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteWish:
    """A route as an official writes it. `stops` are (site, minutes there, minutes to the next)."""

    theme: Theme
    host_seller_id: int
    operator_seller_id: int | None
    title_zh: str
    meeting_zh: str
    stops: Sequence[tuple[int, int, int]]
    parts: Sequence[RoutePart]
    prices: Sequence[tuple[UnitKind, int]]
    least_people: int
    most_people: int
    nights: int
    start_times: Sequence[str]
    weekdays: Sequence[int]
    weeks: int
    cutoff_hours: int
    policy: str
    title_en: str = ""
    story_zh: str = ""
    story_en: str = ""
    meeting_en: str = ""
    included: Sequence[str] = ()
    not_included: Sequence[str] = ()
    ages: dict[UnitKind, tuple[int | None, int | None]] = field(default_factory=dict)


def join_route(session: Session, *, key: str, wish: RouteWish, by: int) -> int:
    """Write a route down and hand it to another official; return its key. The same key again returns the first.

    Raises:
        StopsNeeded: it joins no place, or one that is not there.
        TourUnfinished, PartsRefused, NotThere: as for any tour.
    """
    standing = session.scalar(select(Tour.id).where(Tour.client_key == key))
    if standing is not None:
        return standing
    tour_id = draft_tour(session, key=key, draft=_draft(session, wish), by=by)
    submit_tour(session, tour_id=tour_id, by=by)
    return tour_id


def rejoin_route(session: Session, *, tour_id: int, wish: RouteWish, by: int) -> None:
    """Write a route anew that was sent back, and hand it in again.

    Raises:
        TourStep: it is no draft any more, or another hosts it.
        StopsNeeded, TourUnfinished, PartsRefused, NotThere: as for a new one.
    """
    redraft_tour(session, tour_id=tour_id, draft=_draft(session, wish), by=by)
    submit_tour(session, tour_id=tour_id, by=by)


def _draft(session: Session, wish: RouteWish) -> TourDraft:
    sites = {row.id: row for row in session.scalars(select(Site).where(Site.id.in_([site for site, _d, _t in wish.stops])))}
    if not wish.stops or any(site not in sites for site, _dwell, _travel in wish.stops):
        raise StopsNeeded
    on_the_way = sum(dwell + travel for _site, dwell, travel in wish.stops)
    return TourDraft(
        kind=TourKind.ROUTE, theme=wish.theme, host_seller_id=wish.host_seller_id,
        operator_seller_id=wish.operator_seller_id, title_zh=wish.title_zh, title_en=wish.title_en, story_zh=wish.story_zh,
        story_en=wish.story_en, meeting_zh=wish.meeting_zh, meeting_en=wish.meeting_en, stops=wish.stops,
        minutes=max(_LEAST_MINUTES, on_the_way - wish.nights * _MINUTES_A_DAY), nights=wish.nights, prices=wish.prices,
        ages=wish.ages, least_people=wish.least_people, most_people=wish.most_people, start_times=wish.start_times,
        weekdays=wish.weekdays, weeks=wish.weeks, cutoff_hours=wish.cutoff_hours, policy=wish.policy, included=wish.included,
        not_included=wish.not_included, picture=sites[wish.stops[0][0]].picture,
        parts=[_part(session, part, wish) for part in wish.parts],
    )  # fmt: skip


def _part(session: Session, part: RoutePart, wish: RouteWish) -> PartDraft:
    kind = RESOURCES.get(part.role)
    resource_id = None
    if kind is not None and part.uses:
        resource_id = resource_of_seller(
            session, seller_id=part.seller_id, kind=kind, name=wish.title_zh[:60], capacity=part.uses
        )
    return PartDraft(
        role=part.role, seller_id=part.seller_id, basis=part.basis, amount=part.amount, resource_id=resource_id,
        # a guide leads a party, however large; beds, meals and seats are counted by people
        draw=Draw.BOOKING if kind is ResourceKind.GUIDE else Draw.PERSON, after_minutes=part.after_minutes,
        is_service=part.role not in NO_SERVICE,
    )  # fmt: skip
