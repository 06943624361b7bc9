"""Verbs of tours: they flush, and never commit."""

from marketplace.tours.services.anew import hold_again, hold_offered
from marketplace.tours.services.booking import (
    CATEGORY,
    HOLD,
    Party,
    choose_gateway,
    confirm_booking,
    expire_bookings,
    hold_seats,
    keep_seats,
    let_go,
    take_booking,
)
from marketplace.tours.services.calendars import end_calendar, make_calendar
from marketplace.tours.services.cancelling import (
    call_off_departure,
    cancel_booking,
    cancel_people,
    move_to,
    refund_failed,
    refund_paid_by_hand,
    refund_succeeded,
    submit_refund,
)
from marketplace.tours.services.day import Scan, ScanResult, check_in, enter_roster, upload_scans
from marketplace.tours.services.departures import close_departure, open_departures
from marketplace.tours.services.inventory import add_resource, set_capacity, set_seats
from marketplace.tours.services.offering import (
    PartDraft,
    TourDraft,
    approve_tour,
    archive_tour,
    draft_tour,
    pause_tour,
    record_agency_licence,
    resume_tour,
    return_tour,
    submit_tour,
)
from marketplace.tours.services.places import load_sites
from marketplace.tours.services.running import close_due, earn_due, forget_names, run_due
from marketplace.tours.services.telling import tell_visitors
from marketplace.tours.services.waiting import lapse_offers, leave_list, offer_freed_seats, take_offer, wait_for_seats

__all__ = [
    "CATEGORY",
    "HOLD",
    "PartDraft",
    "Party",
    "Scan",
    "ScanResult",
    "TourDraft",
    "add_resource",
    "approve_tour",
    "archive_tour",
    "call_off_departure",
    "cancel_booking",
    "cancel_people",
    "check_in",
    "choose_gateway",
    "close_departure",
    "close_due",
    "confirm_booking",
    "draft_tour",
    "earn_due",
    "end_calendar",
    "enter_roster",
    "expire_bookings",
    "forget_names",
    "hold_again",
    "hold_offered",
    "hold_seats",
    "keep_seats",
    "lapse_offers",
    "leave_list",
    "let_go",
    "load_sites",
    "make_calendar",
    "move_to",
    "offer_freed_seats",
    "open_departures",
    "pause_tour",
    "record_agency_licence",
    "refund_failed",
    "refund_paid_by_hand",
    "refund_succeeded",
    "resume_tour",
    "return_tour",
    "run_due",
    "set_capacity",
    "set_seats",
    "submit_refund",
    "submit_tour",
    "take_booking",
    "take_offer",
    "tell_visitors",
    "upload_scans",
    "wait_for_seats",
]
