"""Tables of tours. Personal data: the sealed columns of `bookings`, `tickets` and `waiting_entries`, bound to their row."""

from marketplace.tours.models.bookings import (
    Allocation,
    Booking,
    BookingEvent,
    BookingRefund,
    BookingRefundPart,
    BookingShare,
    Ticket,
)
from marketplace.tours.models.day import CheckIn, Substitution, WaitingEntry
from marketplace.tours.models.inventory import Bucket, Departure, DepartureDraw, Resource
from marketplace.tours.models.offering import AgencyLicence, Tour, TourComponent, TourEvent, TourOption, TourStop, TourUnit
from marketplace.tours.models.outside import CalendarFeed, VisitorNotice
from marketplace.tours.models.places import Site, SitePhoto

__all__ = [
    "AgencyLicence",
    "Allocation",
    "Booking",
    "BookingEvent",
    "BookingRefund",
    "BookingRefundPart",
    "BookingShare",
    "Bucket",
    "CalendarFeed",
    "CheckIn",
    "Departure",
    "DepartureDraw",
    "Resource",
    "Site",
    "SitePhoto",
    "Substitution",
    "Ticket",
    "Tour",
    "TourComponent",
    "TourEvent",
    "TourOption",
    "TourStop",
    "TourUnit",
    "VisitorNotice",
    "WaitingEntry",
]
