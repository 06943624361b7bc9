"""A village with two households and an agency, two places, and tours of both kinds, made through services alone."""

import datetime as dt
import itertools
from dataclasses import dataclass

from marketplace.farmers import queries as sellers
from marketplace.farmers import services as farmers
from marketplace.farmers.values import SellerKind
from marketplace.kernel import clock
from marketplace.tours import queries, services
from marketplace.tours.services import PartDraft, Party, TourDraft
from marketplace.tours.values import Basis, Draw, Leader, ResourceKind, Role, Theme, TourKind, Traveller, UnitKind
from tests import truths
from tests.beginnings import told_once
from tests.farmers import places

SEALER = places.SEALER
NOW = dt.datetime(2026, 9, 3, 4, tzinfo=dt.UTC)
#: Saturday, nine in the morning in the county.
START = dt.datetime(2026, 9, 12, 1, tzinfo=dt.UTC)
#: The museum is closed on Mondays.
CLOSED_WEEKDAY = "1"
LEADER = Leader("王雨", "13900000011")
_keys = itertools.count(1)

SITES = (
    {
        "slug": "gun-museum", "kind": "museum", "is_red": True, "name_zh": "一枝枪纪念馆", "name_en": "Gun Museum",
        "story_zh": "故事", "story_en": "Story", "opens": "09:00", "closes": "17:00", "closed_weekdays": CLOSED_WEEKDAY,
        "slot_minutes": 60,
        "daily_capacity": 400, "is_real_name": True, "group_least": 20, "is_example": True, "picture": "memorial_hall",
    },
    {
        "slug": "lotus-park", "kind": "scenic", "is_red": False, "name_zh": "荷博园", "name_en": "Lotus Park", "story_zh": "故事",
        "story_en": "Story", "opens": "08:00", "closes": "18:00", "closed_weekdays": "", "slot_minutes": 60,
        "daily_capacity": 600, "is_real_name": False, "group_least": 0, "is_example": True, "picture": "lotus_pond",
    },
)  # fmt: skip


@dataclass(frozen=True)
class County:
    """Keys of who is there."""

    host_id: int
    host_seller: int
    host_farmer: int
    guide_id: int
    guide_seller: int
    guide_farmer: int
    agency: int
    official: int
    second: int
    township: int
    museum: int
    park: int


@told_once
def county(session):
    """Build the county with a homestay household, a guiding household, a travel agency and two places."""
    places.county(session)
    host, host_farmer, host_seller = places.selling_household(session, SEALER, "H1", 901, name="刘家小院")
    guide, guide_farmer, guide_seller = places.selling_household(
        session, SEALER, "H2", 911, village=places.OTHER_VILLAGE, name="陈家讲解"
    )
    official = places.official(session, "village_official", places.VILLAGE)
    second = places.official(session, "county_official", "360321")
    township = places.official(session, "township_official", "360321101")
    clerk = places.person(session, "旅行社经理")
    agency = farmers.apply_to_sell(
        session, kind=SellerKind.ENTERPRISE, display_name="莲花旅行社", village_code=places.VILLAGE, by=clerk
    )
    agency = farmers.approve_seller(session, seller_id=agency.id, by=official)
    services.load_sites(session, [{**site, "village_code": places.VILLAGE} for site in SITES])
    museum, park = (queries.site_by_slug(session, slug=site["slug"]).id for site in SITES)
    session.commit()
    return County(
        host.id, host_seller.id, host_farmer, guide.id, guide_seller.id, guide_farmer, agency.id, official, second, township,
        museum, park,
    )  # fmt: skip


def experience(session, where, *, most=50, beds=None, **facts):
    """Put a household's own experience on sale; return its view."""
    beds = beds or services.add_resource(session, kind=ResourceKind.PLOT, name="莲塘", capacity=most, seller_id=where.host_seller)
    return on_sale(session, where, draft_of_experience(where, most=most, beds=beds, **facts))


def draft_of_experience(where, *, price_fen=8800, most=50, least=1, beds=None, **facts):
    """Return what the host writes down of an experience of its own."""
    return TourDraft(
        **{
            "kind": TourKind.EXPERIENCE, "theme": Theme.LOTUS, "host_seller_id": where.host_seller, "title_zh": "下塘采莲",
            "title_en": "Picking lotus", "meeting_zh": "村口大樟树下", "minutes": 150, "least_people": least, "most_people": most,
            "prices": [(UnitKind.ADULT, price_fen), (UnitKind.CHILD, price_fen // 2)],
            "parts": [
                PartDraft(role=Role.PICKING, seller_id=where.host_seller, basis=Basis.SHARE, amount=10_000, resource_id=beds,
                          draw=Draw.PERSON),
            ],
            "start_times": ["09:00"], "cutoff_hours": 12,
        } | facts
    )  # fmt: skip


def route(session, where, *, guides=None, beds=None, price_fen=40_000, **facts):
    """Put a route of two places on sale: a homestay at one household, a guide of another, the rest to the host."""
    services.record_agency_licence(
        session, seller_id=where.agency, number="L-JX-12345", valid_to=dt.date(2030, 1, 1), by=where.second
    )
    guides = guides or services.add_resource(
        session, kind=ResourceKind.GUIDE, name="讲解", capacity=1, seller_id=where.guide_seller
    )
    beds = beds or services.add_resource(session, kind=ResourceKind.BEDS, name="床位", capacity=12, seller_id=where.host_seller)
    draft = TourDraft(
        **{
            "kind": TourKind.ROUTE, "theme": Theme.RED, "host_seller_id": where.host_seller, "title_zh": "红色两日",
            "title_en": "Two red days", "meeting_zh": "纪念馆门口", "minutes": 600, "nights": 1, "least_people": 2,
            "most_people": 40, "prices": [(UnitKind.ADULT, price_fen), (UnitKind.STUDENT, price_fen // 2)],
            "parts": [
                PartDraft(role=Role.HOMESTAY, seller_id=where.host_seller, basis=Basis.NIGHT, amount=10_000, resource_id=beds,
                          draw=Draw.PERSON),
                PartDraft(role=Role.GUIDE, seller_id=where.guide_seller, basis=Basis.BOOKING, amount=20_000, resource_id=guides),
                PartDraft(role=Role.HOST, seller_id=where.agency, basis=Basis.SHARE, amount=10_000, is_service=False),
            ],
            "stops": [(where.museum, 90, 20), (where.park, 120, 0)], "operator_seller_id": where.agency,
            "start_times": ["09:00"], "cutoff_hours": 24, "policy": "group",
        } | facts
    )  # fmt: skip
    return on_sale(session, where, draft)


def on_sale(session, where, draft):
    """Write a tour, submit it, let the village approve it, and keep it; return its view."""
    view = written(session, where, draft)
    session.commit()
    return view


def written(session, where, draft):
    """Write a tour, submit it and let the village approve it; return its view."""
    tour_id = services.draft_tour(session, key=f"tour-{next(_keys)}", draft=draft, by=where.host_farmer)
    services.submit_tour(session, tour_id=tour_id, by=where.host_farmer)
    services.approve_tour(session, tour_id=tour_id, by=where.official)
    return queries.tour_by_id(session, tour_id=tour_id)


def leaves(session, tour, at=START, **facts):
    """Open a departure; return its view."""
    (departure_id,) = services.open_departures(session, tour_id=tour.id, starts=[at], **facts)
    session.commit()
    return queries.departure_by_id(session, departure_id=departure_id)


def party(tour, adults=2, others=0, **facts):
    """Return a party: adults and so many of the other unit."""
    first = next(unit for unit in tour.units if unit.kind is UnitKind.ADULT)
    second = next((unit for unit in tour.units if unit.kind is not UnitKind.ADULT), first)
    units = [(first.id, adults), *([(second.id, others)] if others else [])]
    named = [Traveller(f"游客{number}", places.id_of(300 + number)) for number in range(adults + others)]
    return Party(**{"units": units, "leader": LEADER, "travellers": named if tour.is_real_name else ()} | facts)


def held(session, tour, departure, adults=2, others=0, key=None, **facts):
    """Hold seats; return the booking's view."""
    who = {name: facts.pop(name) for name in ("travellers", "group", "group_name", "leader", "units") if name in facts}
    return services.hold_seats(
        session, key=key or f"booking-{next(_keys)}", departure_ref=departure.ref, party=party(tour, adults, others, **who),
        sealer=SEALER, expected_total_fen=None, **facts,
    )  # fmt: skip


def booked(session, tour, departure, adults=2, others=0, fee_fen=0, **facts):
    """Hold seats and pay; return the booking's view."""
    view = held(session, tour, departure, adults, others, **facts)
    assert services.confirm_booking(session, booking_id=view.id, gateway="offline", gateway_fee_fen=fee_fen, at=clock.now())
    return queries.booking_by_id(session, booking_id=view.id)


def sent_back(session, view):
    """Let every approved refund of a booking come back."""
    for refund in queries.booking_by_id(session, booking_id=view.id).refunds:
        if refund.state == "approved":
            services.submit_refund(session, refund_id=refund.id)
            assert services.refund_succeeded(session, refund_id=refund.id, at=clock.now())
    return queries.booking_by_id(session, booking_id=view.id)


def breaches(session):
    """Return every broken truth of tours and of the rooms below; these tests pay without payments."""
    return {name: rows for name, rows in truths.breaches(session).items() if not name.startswith("payments.")}


def part(tour, role):
    """Return the key of the component of a role."""
    return next(one.id for one in tour.components if one.role is role)


def stepped_in(session, where, departure, component_id, seller_id, *, reason="摔伤了脚", by=None):
    """Let a seller do a part of a departure; return how many bookings' shares went along."""
    return services.substitute(
        session, departure_id=departure.id, component_id=component_id, seller_ref=number_of(session, seller_id), reason=reason,
        by=by or where.official, say=said, sealer=SEALER,
    )  # fmt: skip


def said(_locale, words):
    """Say a sentence as it is written."""
    return words


def number_of(session, seller_id):
    """Return a seller's public number."""
    return sellers.seller_cards(session, [seller_id])[seller_id].ref
