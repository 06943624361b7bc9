"""Two hundred tours with their dates: the tours by the verbs, the dates of months in bulk.

Nine of ten are experiences: each household hosts two, which start an hour apart and share its plot, so that what is left of one
hangs on the other. They leave every day. One of ten is a route of two places, and leaves on Sundays.
"""

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.assistance.models import RegistrationSpell
from marketplace.farmers import services as farmers
from marketplace.farmers.values import SellerKind
from marketplace.kernel import clock
from marketplace.tours import queries, rules, services
from marketplace.tours.models import Bucket, Departure, DepartureDraw
from marketplace.tours.rules.pricing import WHOLE_BP
from marketplace.tours.services import PartDraft, TourDraft
from marketplace.tours.values import Basis, DepartureState, Draw, ResourceKind, Role, Theme, TourKind, TourView, UnitKind
from tests.bench import people
from tests.bench.databases import catch_up, insert_rows
from tests.bench.machine import ROOT
from tests.bench.people import Home

#: People on one date of an experience, and on the plot that two of them share.
MOST_PEOPLE, PLOT = 8, 12
CUTOFF_HOURS, MINUTES = 12, 150
#: Of so many tours one is a route.
ROUTES = 10
_HOURS = ("08:00", "09:00")
_THEMES = (Theme.LOTUS, Theme.TEA, Theme.HARVEST)
_SITES = ROOT / "marketplace" / "demo" / "sites.json"


@dataclass(frozen=True)
class Experience:
    """An experience on sale, and who is paid for it."""

    view: TourView
    home: Home
    spell_id: int | None
    hour: str

    @property
    def adult(self):
        return next(unit for unit in self.view.units if unit.kind is UnitKind.ADULT)

    @property
    def part(self):
        return self.view.components[0]


@dataclass(frozen=True)
class Date:
    """One date of an experience, and the half-day of the plot that it draws on."""

    id: int
    ref: str
    tour: Experience
    starts_at: dt.datetime
    bucket_id: int

    @property
    def ends_at(self):
        return self.starts_at + dt.timedelta(minutes=MINUTES)


def settle(filled, tours):
    """Settle households, and put their tours and the routes on sale; return (county, experiences)."""
    routes = tours // ROUTES
    county = people.settle_households(filled, -(-(tours - routes) // 2))
    return county, filled.write(lambda session: _put_on_sale(session, county, tours - routes, routes))


def _put_on_sale(session, county, experiences, routes):
    spells = dict(session.execute(select(RegistrationSpell.household_id, RegistrationSpell.id)).all())
    made = []
    for number in range(experiences):
        home = county.homes[number // 2]
        plot = services.resource_of_seller(
            session, seller_id=home.seller_id, kind=ResourceKind.PLOT, name="莲塘", capacity=PLOT
        )  # fmt: skip
        part = PartDraft(
            role=Role.PICKING, seller_id=home.seller_id, basis=Basis.SHARE, amount=WHOLE_BP, resource_id=plot,
            draw=Draw.PERSON,
        )  # fmt: skip
        hour = _HOURS[number % 2]
        draft = TourDraft(
            kind=TourKind.EXPERIENCE, theme=_THEMES[number % len(_THEMES)], host_seller_id=home.seller_id,
            title_zh=f"下塘采莲 {number + 1}", title_en=f"Picking lotus {number + 1}", meeting_zh="村口大樟树下",
            minutes=MINUTES, least_people=2, most_people=MOST_PEOPLE, start_times=[hour], cutoff_hours=CUTOFF_HOURS,
            prices=[(UnitKind.ADULT, 6800 + 100 * (number % 40)), (UnitKind.CHILD, 3400)], parts=[part],
        )  # fmt: skip
        view = _approved(session, county, draft, f"bench-{number}")
        made.append(Experience(view, home, spells.get(home.household_id), hour))
    if routes:
        _put_routes_on_sale(session, county, routes)
    return made


def _put_routes_on_sale(session, county, routes):
    village = county.homes[0].village_code
    agency = farmers.apply_to_sell(
        session, kind=SellerKind.ENTERPRISE, display_name="莲花旅行社", village_code=village, by=county.clerk
    )  # fmt: skip
    agency = farmers.approve_seller(session, seller_id=agency.id, by=county.official)
    services.record_agency_licence(
        session, seller_id=agency.id, number="L-JX-1", valid_to=clock.today() + dt.timedelta(days=900), by=county.second
    )  # fmt: skip
    services.load_sites(session, json.loads(_SITES.read_text(encoding="utf-8"))["sites"])
    open_on_sundays = [site for site in queries.sites(session) if 7 not in site.closed_weekdays and site.opens <= "09:00"]
    for number in range(routes):
        home = county.homes[number % len(county.homes)]
        first, second = open_on_sundays[number % 2 : number % 2 + 2]
        draft = TourDraft(
            kind=TourKind.ROUTE, theme=Theme.RED, host_seller_id=agency.id, operator_seller_id=agency.id,
            title_zh=f"红色一日 {number + 1}", title_en=f"A red day {number + 1}", meeting_zh="县城车站", minutes=420,
            least_people=4, most_people=30, start_times=["09:00"], weekdays=[7], weeks=rules.DAYS_AHEAD // 7, policy="group",
            cutoff_hours=24, prices=[(UnitKind.ADULT, 16_800), (UnitKind.STUDENT, 8400)],
            stops=[(first.id, 60, 20), (second.id, 90, 0)],
            parts=[
                PartDraft(role=Role.GUIDE, seller_id=home.seller_id, basis=Basis.BOOKING, amount=8000),
                PartDraft(
                    role=Role.HOST, seller_id=agency.id, basis=Basis.SHARE, amount=WHOLE_BP, is_service=False
                ),
            ],
        )  # fmt: skip
        _approved(session, county, draft, f"bench-route-{number}")


def _approved(session, county, draft, key):
    tour_id = services.draft_tour(session, key=key, draft=draft, by=county.clerk)
    services.submit_tour(session, tour_id=tour_id, by=county.clerk)
    services.approve_tour(session, tour_id=tour_id, by=county.official)
    return queries.tour_by_id(session, tour_id=tour_id)


class Dates:
    """The rows of months of dates, collected before they are written. Keys go on after those the verbs gave."""

    def __init__(self, experiences, first_key, first_bucket):
        self.all = []
        self.rows = {model: [] for model in (Bucket, Departure, DepartureDraw)}
        self._experiences = experiences
        self._next_key = first_key
        self._next_bucket = first_bucket
        self._buckets = {}

    def add_days(self, today, days):
        """Add a date of each experience on some days, counted from today; return this."""
        for day in days:
            for number, tour in enumerate(self._experiences):
                self._add(number, tour, today + dt.timedelta(days=day))
        return self

    def _add(self, number, tour, day):
        starts_at = dt.datetime.combine(day, dt.time.fromisoformat(tour.hour), tzinfo=clock.SHANGHAI).astimezone(dt.UTC)
        bucket = self._bucket(tour.part.resource_id, starts_at)
        date = Date(self._next_key, f"D{day:%y%m%d}{number:05d}", tour, starts_at, bucket["id"])
        self._next_key += 1
        self.all.append(date)
        is_over = date.ends_at < clock.now()
        self.rows[Departure].append(
            {
                "id": date.id, "ref": date.ref, "option_id": tour.view.option_id, "tour_id": tour.view.id,
                "village_code": tour.view.village_code, "starts_at": starts_at, "ends_at": date.ends_at,
                "cutoff_at": rules.cutoff(starts_at, hours=CUTOFF_HOURS), "least_people": tour.view.least_people,
                "most_people": tour.view.most_people, "taken": 0, "confirmed": 0,
                "state": str(DepartureState.SETTLED if is_over else DepartureState.OPEN),
            }
        )  # fmt: skip
        self.rows[DepartureDraw].append(
            {"departure_id": date.id, "bucket_id": bucket["id"], "draw": str(Draw.PERSON), "quantity": 1}
        )

    def _bucket(self, resource_id, at):
        starts_at, ends_at = rules.bucket_bounds(ResourceKind.PLOT, at)
        key = (resource_id, starts_at)
        if key not in self._buckets:
            self._buckets[key] = {
                "id": self._next_bucket, "resource_id": resource_id, "starts_at": starts_at, "ends_at": ends_at,
                "capacity": PLOT, "taken": 0,
            }  # fmt: skip
            self._next_bucket += 1
            self.rows[Bucket].append(self._buckets[key])
        return self._buckets[key]

    def seat(self, places, people):
        """Count the paid people of some dates, by their place in the list, as taken there and of their plots."""
        buckets = {row["id"]: row for row in self.rows[Bucket]}
        for place in places:
            departure = self.rows[Departure][place]
            departure["taken"] += people
            departure["confirmed"] += people
            buckets[self.all[place].bucket_id]["taken"] += people
            if departure["state"] == DepartureState.OPEN:
                departure["state"] = str(DepartureState.GUARANTEED)

    def write(self, session):
        for model, rows in self.rows.items():
            insert_rows(session, model, rows)
        catch_up(session)
