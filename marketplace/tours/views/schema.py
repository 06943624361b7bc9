"""A tour's and a place's facts for machines (schema.org)."""

from collections.abc import Sequence
from typing import Any

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.money import yuan
from marketplace.tours.values import DepartureState, DepartureView, SiteView, TourView
from marketplace.web.pages import public_url

_CONTEXT = "https://schema.org"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Departures that are told of one by one.
MOST_EVENTS = 6


def trip(tour: TourView, locale: str, *, village: str, provider: str, image_url: str, leaves: Sequence[DepartureView]) -> Any:
    """Return a tour as a TouristTrip with its stops, prices and next departures."""
    page = public_url(f"/tours/{tour.slug}")
    place = {"@type": "Place", "name": tour.meeting(locale), "address": _address(village)}
    return {
        "@context": _CONTEXT,
        "@type": "TouristTrip",
        "name": tour.title(locale),
        "description": tour.story(locale),
        "url": page,
        "image": image_url,
        "provider": {"@type": "Organization", "name": provider},
        "itinerary": {
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": at,
                    "item": {
                        "@type": "TouristAttraction", "name": stop.name(locale), "url": public_url(f"/sites/{stop.slug}"),
                    },
                }
                for at, stop in enumerate(tour.stops, start=1)
            ],
        },
        "offers": [_offer(unit.price_fen, page, name=str(unit.kind)) for unit in tour.units],
        "subjectOf": [
            {
                "@type": "Event",
                "name": tour.title(locale),
                "startDate": leave.starts_at.astimezone(SHANGHAI).isoformat(),
                "endDate": leave.ends_at.astimezone(SHANGHAI).isoformat(),
                "eventStatus": f"{_CONTEXT}/EventScheduled",
                "location": place,
                "maximumAttendeeCapacity": leave.most_people,
                "remainingAttendeeCapacity": leave.left,
                "offers": _offer(tour.units[0].price_fen, page, is_left=leave.left > 0),
            }
            for leave in leaves
            if leave.state in (DepartureState.OPEN, DepartureState.GUARANTEED)
        ][:MOST_EVENTS],
    }  # fmt: skip


def attraction(site: SiteView, locale: str, *, village: str, image_urls: Sequence[str]) -> Any:
    """Return a place as a TouristAttraction with its hours."""
    days = [name for number, name in enumerate(_DAYS, start=1) if number not in site.closed_weekdays]
    return {
        "@context": _CONTEXT,
        "@type": "TouristAttraction",
        "name": site.name(locale),
        "description": site.story(locale),
        "url": public_url(f"/sites/{site.slug}"),
        **({"image": list(image_urls)} if image_urls else {}),
        "address": _address(village),
        "maximumAttendeeCapacity": site.daily_capacity,
        "openingHoursSpecification": {
            "@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": site.opens, "closes": site.closes,
        },
    }  # fmt: skip


def _offer(price_fen: int, page: str, *, name: str = "", is_left: bool = True) -> dict[str, Any]:
    stock = "InStock" if is_left else "SoldOut"
    offer = {"@type": "Offer", "price": yuan(price_fen), "priceCurrency": "CNY", "url": page}
    return {**offer, "availability": f"{_CONTEXT}/{stock}", **({"name": name} if name else {})}


def _address(village: str) -> dict[str, str]:
    return {"@type": "PostalAddress", "addressCountry": "CN", "addressRegion": "Jiangxi", "addressLocality": village}
