"""What visitors can do: places with their rules, households' experiences, and routes of a licensed agency, with dates ahead."""

import datetime as dt
import functools
import itertools
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

from marketplace.accounts import services as accounts
from marketplace.demo.accounts import open_account
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import AGENCY_PHONE, Shop
from marketplace.demo.visitors import BOOKED_AHEAD, FIRST_DAY
from marketplace.farmers import services as farmers
from marketplace.farmers.values import SellerKind
from marketplace.kernel import clock
from marketplace.tours import queries as tour_queries
from marketplace.tours import services as tours
from marketplace.tours.services import PartDraft, TourDraft
from marketplace.tours.values import Basis, Draw, ResourceKind, Role, Theme, TourKind, UnitKind

_AGENCY = "莲花红绿旅行社（示例）"
#: An adult is whoever a reduced price does not name.
_AGES = {UnitKind.CHILD: (3, 13), UnitKind.SENIOR: (60, None)}


@functools.cache
def _written() -> Any:
    return json.loads(resources.files("marketplace.demo").joinpath("tours.json").read_text(encoding="utf-8"))


def load_places(build: Building) -> None:
    """Enter the monuments and scenic places."""
    facts: Any = json.loads(resources.files("marketplace.demo").joinpath("sites.json").read_text(encoding="utf-8"))
    count = tours.load_sites(build.session, facts["sites"])
    build.tell(f"places to visit: {count}, their rules marked as examples")


def open_agency(build: Building) -> None:
    """Approve the travel agency that operates the routes, with its licence on file."""
    village = build.villages[0]
    clerk = accounts.create_user(build.session, name="旅行社计调", phone=str(AGENCY_PHONE), password_hash=build.password_hash)
    seller = farmers.apply_to_sell(
        build.session, display_name=_AGENCY, village_code=village.code, kind=SellerKind.ENTERPRISE, by=clerk.id,
        story="县里的旅行社，把几户农家和几处地方连成一条路线，当地人讲，当地人接。",
    )  # fmt: skip
    farmers.approve_seller(build.session, seller_id=seller.id, by=village.official)
    open_account(build, seller.id, holder=_AGENCY, official=village.official)
    tours.record_agency_licence(
        build.session, seller_id=seller.id, number="示例L-JX-00001", valid_to=clock.today() + dt.timedelta(days=1_500),
        by=build.posts().county[0],
    )  # fmt: skip
    build.agency = Shop(seller.id, seller.ref, seller.display_name, village, (), None, clerk.id)


def plan_tours(build: Building, timeline: Timeline) -> None:
    """Arrange that everything is offered and checked two months ago, and given its dates: those until now, and those ahead."""
    hosts = _hosts(build)
    offered = [(kind, number) for kind in _written()["experiences"] for number in range(kind["count"])]
    offered.sort(key=lambda one: one[1])  # one of every kind before the second of any
    for place, (kind, number) in enumerate(offered[: build.size.experiences]):
        timeline.at(build.ago(days=FIRST_DAY + place % 5), functools.partial(_offer, build, kind, number, next(hosts)))
    for number, kind in enumerate(_written()["routes"][: build.size.routes]):
        timeline.at(build.ago(days=FIRST_DAY + 0.5 + number), functools.partial(_join, build, kind, number, hosts))
    soon = BOOKED_AHEAD + 2
    timeline.at(build.ago(days=FIRST_DAY - 1), functools.partial(_open_dates, build, FIRST_DAY - 1 + soon))
    timeline.at(build.ago(hours=1), functools.partial(_open_dates, build, build.size.days_ahead, first=soon + 1))


def _hosts(build: Building) -> Iterator[Shop]:
    """Yield households in turn, the farmer who can be tried and their village first."""
    here = build.villages[0].code
    households = [shop for shop in build.shops if shop.household_id is not None]
    first, *others = households
    return itertools.cycle([first, first, *sorted(others, key=lambda shop: shop.village.code != here)])


def _offer(build: Building, kind: dict[str, Any], number: int, host: Shop) -> None:
    """Let a household offer an experience, and its village approve it."""
    site = tour_queries.site_by_slug(build.session, slug=kind["sites"][number % len(kind["sites"])]) if "sites" in kind else None
    names = {"village": host.village.name_zh, "village_en": host.village.name_en}
    if site is not None:
        names |= {"site": site.name_zh, "site_en": site.name_en}
    title = kind["title"][number % len(kind["title"])]
    resource = tours.add_resource(
        build.session, kind=ResourceKind(kind["resource"]), name=title["zh"].format(**names), capacity=kind["capacity"],
        seller_id=host.id,
    )  # fmt: skip
    is_for_each = kind["resource"] != ResourceKind.GUIDE
    part = PartDraft(
        role=Role(kind["role"]), seller_id=host.id, basis=Basis.SHARE, amount=10_000, resource_id=resource,
        draw=Draw.PERSON if is_for_each else Draw.BOOKING,
    )  # fmt: skip
    draft = TourDraft(
        kind=TourKind.EXPERIENCE, host_seller_id=host.id, template=kind["code"], parts=[part],
        stops=[(site.id, kind["minutes"], 0)] if site is not None else [], **_facts(kind, title, names),
    )  # fmt: skip
    key = f"demo-experience-{kind['code']}-{number}"
    tour_id = tours.draft_tour(build.session, key=key, draft=draft, by=host.listed_by, consent_id=host.consent_id)
    tours.submit_tour(build.session, tour_id=tour_id, by=host.listed_by)
    tours.approve_tour(build.session, tour_id=tour_id, by=host.village.official)
    build.tours.append((tour_id, kind))


def _join(build: Building, kind: dict[str, Any], number: int, hosts: Iterator[Shop]) -> None:
    """Let the agency's village join places and payees into a route, and the county approve it."""
    agency = build.agency
    firms = [shop for shop in build.shops if shop.household_id is None]
    if agency is None:
        raise RuntimeError("the agency is approved before its routes are written")
    payees = {"household": lambda: next(hosts), "firm": lambda: firms[number % len(firms)], "agency": lambda: agency}
    parts = [_part(build, written, payees[written["who"]]()) for written in kind["parts"]]
    places = {site.slug: site.id for site in tour_queries.sites(build.session)}
    draft = TourDraft(
        kind=TourKind.ROUTE, host_seller_id=agency.id, operator_seller_id=agency.id, parts=parts,
        stops=[(places[slug], dwell, travel) for slug, dwell, travel in kind["stops"]], **_facts(kind, kind["title"], {}),
    )  # fmt: skip
    by = agency.village.official
    tour_id = tours.draft_tour(build.session, key=f"demo-route-{kind['code']}", draft=draft, by=by)
    tours.submit_tour(build.session, tour_id=tour_id, by=by)
    tours.approve_tour(build.session, tour_id=tour_id, by=build.posts().county[number % 2])
    build.tours.append((tour_id, kind))


def _part(build: Building, written: dict[str, Any], payee: Shop) -> PartDraft:
    resource = None
    if written["kind"]:
        resource = tours.add_resource(
            build.session, kind=ResourceKind(written["kind"]), name=payee.name, capacity=written["capacity"], seller_id=payee.id
        )
    return PartDraft(
        role=Role(written["role"]), seller_id=payee.id, basis=Basis(written["basis"]), amount=written["amount"],
        resource_id=resource, draw=Draw(written["draw"]), after_minutes=written["after_minutes"],
        is_service=written["is_service"],
    )  # fmt: skip


def _facts(kind: dict[str, Any], title: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    prices = [(UnitKind(unit), fen) for unit, fen in kind["prices"].items()]
    return {
        "theme": Theme(kind["theme"]), "title_zh": title["zh"].format(**names), "title_en": title["en"].format(**names),
        "story_zh": kind["story"]["zh"], "story_en": kind["story"]["en"],
        "meeting_zh": kind["meeting"]["zh"].format(**names), "meeting_en": kind["meeting"]["en"].format(**names),
        "minutes": kind["minutes"], "nights": kind["nights"], "least_people": kind["least"], "most_people": kind["most"],
        "prices": prices, "ages": {unit: _AGES[unit] for unit, _fen in prices if unit in _AGES}, "included": kind["included"],
        "not_included": kind["not_included"], "start_times": [kind["start"]], "cutoff_hours": kind["cutoff_hours"],
        "policy": kind["policy"], "picture": kind["picture"],
    }  # fmt: skip


def _open_dates(build: Building, days: int, *, first: int = 2) -> None:
    """Open every date on which something takes place, from the first day ahead until the last."""
    opened = 0
    for tour_id, kind in build.tours:
        starts = [_start(day, kind["start"]) for day in _days(kind, first, days)]
        opened += len(tours.open_departures(build.session, tour_id=tour_id, starts=starts, skip_closed=True))
    build.tell(f"tours: {len(build.tours)}, {opened} more dates, {build.booked} booked")


def _days(kind: dict[str, Any], first: int, last: int) -> list[dt.date]:
    months = kind.get("months") or range(1, 13)
    days = [clock.today() + dt.timedelta(days=ahead) for ahead in range(first, last)]
    return [day for day in days if day.isoweekday() in kind["weekdays"] and day.month in months]


def _start(day: dt.date, at: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(at), tzinfo=clock.SHANGHAI).astimezone(dt.UTC)
