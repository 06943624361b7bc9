"""Bookings as rows, each table's as the verbs write them; and many of them in bulk, with all that their money moved."""

import dataclasses
import datetime as dt
import functools

from marketplace.income import rules as income
from marketplace.income.values import Stage
from marketplace.kernel.money import share
from marketplace.payments.models import PaymentAttempt, PaymentEffect, PaymentEvent, PaymentIntent
from marketplace.payments.values import SANDBOX, AttemptState, Effect, IntentState
from marketplace.products.values import FEES_BP
from marketplace.tours import rules
from marketplace.tours.models import Allocation, Booking, BookingEvent, BookingShare, CheckIn, Ticket, VisitorNotice
from marketplace.tours.queries.bookings import place
from marketplace.tours.values import BookingState, CheckInOutcome, NoticeKind, TicketState
from tests.bench.databases import insert_rows
from tests.bench.history import Book
from tests.bench.trips import Date

#: Adults of each booking.
PEOPLE = 2
PAID_AFTER = dt.timedelta(minutes=3)
HOLD = dt.timedelta(minutes=30)


@dataclasses.dataclass(frozen=True)
class Seats:
    """One booking of a date, placed and paid at a moment, as the rows it leaves. `letter` keeps its names from others'."""

    number: int
    date: Date
    placed_at: dt.datetime
    letter: str = "A"

    @property
    def paid_at(self):
        return self.placed_at + PAID_AFTER

    @property
    def tour(self):
        return self.date.tour

    @property
    def ref(self):
        return f"B{self.letter}{self.number:08d}"

    @property
    def code(self):
        return f"{self.letter}{self.number:05X}"

    @property
    def total_fen(self):
        return self.tour.adult.price_fen * PEOPLE

    @property
    def gateway_fee_fen(self):
        return share(self.total_fen, FEES_BP[1])

    @property
    def fee_bp(self):
        return rules.fee_bp(is_household=True, theme=self.tour.view.theme)

    @property
    def _where(self):
        return {"household_id": self.tour.home.household_id, "village_code": self.tour.view.village_code}

    def booking(self, sealer):
        """Return the booking as it is held."""
        view = self.tour.view
        return {
            "ref": self.ref, "key": f"bench/{self.ref}", "code": self.code, "departure_id": self.date.id, "tour_id": view.id,
            "village_code": view.village_code, "area_code": view.village_code, "title_zh": view.title_zh,
            "title_en": view.title_en, "state": str(BookingState.ON_HOLD),
            "name_sealed": sealer.seal("王雨", place("name", self.ref)),
            "phone_sealed": sealer.seal("13900000011", place("phone", self.ref)), "phone_last4": "0011", "people": PEOPLE,
            "nights": view.nights, "total_fen": self.total_fen, "policy": [list(tier) for tier in view.policy],
            "channel": "shop", "placed_at": self.placed_at, "hold_until": self.placed_at + dt.timedelta(minutes=15),
            "sequence": 0,
        }  # fmt: skip

    def tickets(self, booking_id=None):
        adult = self.tour.adult
        return [
            {
                "code": f"{chr(ord('T') + at)}{self.letter}{self.number:04X}", "booking_id": booking_id, "unit_id": adult.id,
                "unit_kind": str(adult.kind), "price_fen": adult.price_fen, "state": str(TicketState.ISSUED),
            }
            for at in range(PEOPLE)
        ]  # fmt: skip

    def share(self, booking_id=None):
        part = self.tour.part
        return {
            "booking_id": booking_id, "component_id": part.id, "role": str(part.role), "seller_id": part.seller_id, **self._where,
            "gross_fen": self.total_fen, "platform_fee_bp": self.fee_bp, "refunded_fen": 0, "turn": 0,
        }  # fmt: skip

    def allocation(self, booking_id=None):
        return {"booking_id": booking_id, "bucket_id": self.date.bucket_id, "quantity": PEOPLE}

    def step(self, before, after, at, booking_id=None):
        return {
            "booking_id": booking_id, "subject": "booking", "before": str(before), "after": str(after), "at": at,
        }  # fmt: skip

    def intent(self, booking_id=None):
        """Return the intent as it is chosen."""
        return {
            "ref": f"Y{self.letter}{self.number:08d}", "booking_id": booking_id, "due_ref": self.ref,
            "area_code": self.tour.view.village_code, "gateway": SANDBOX, "amount_fen": self.total_fen,
            "state": str(IntentState.CREATED), "created_at": self.placed_at,
        }  # fmt: skip

    def attempt(self, intent_id=None):
        return {
            "key": f"{self.ref}/bench", "intent_id": intent_id, "gateway": SANDBOX, "amount_fen": self.total_fen,
            "state": str(AttemptState.SUCCEEDED), "started_at": self.paid_at, "ended_at": self.paid_at,
        }  # fmt: skip

    def event(self, intent_id=None):
        return {"gateway": SANDBOX, "event_id": f"trial/{self.ref}", "intent_id": intent_id, "received_at": self.paid_at}

    def effect(self, intent_id=None, event_id=None):
        return {"intent_id": intent_id, "event_id": event_id, "kind": str(Effect.PAID), "at": self.paid_at}

    def notice(self, booking_id=None, told_at=None):
        return {"kind": str(NoticeKind.CONFIRMED), "booking_id": booking_id, "made_at": self.paid_at, "told_at": told_at}

    def sale(self, share_id=None):
        """Return what income writes down of the one share."""
        home = self.tour.home
        parts = income.split(self.total_fen, platform_fee_bp=self.fee_bp, gateway_fee_fen=self.gateway_fee_fen)
        return {
            "source": f"booking_share/{share_id}", "holder": f"household/{home.household_id}", **self._where,
            "seller_ref": home.seller_ref, "status": "registered" if home.is_registered else "none",
            "spell_id": self.tour.spell_id, "helper_id": None, "measure": "tourism", "enrolled_measures": [],
            "income_category": "business", "category": "tours", "channel": "shop", "promotion": None, "gateway": SANDBOX,
            "order_ref": self.ref, "line_id": share_id, "title": self.tour.view.title_zh, "quantity": PEOPLE,
            "sold_at": self.paid_at, "gross_fen": self.total_fen, "platform_fee_bp": self.fee_bp,
            "gateway_fee_fen": self.gateway_fee_fen, "stage": Stage.ACCRUED.value, "platform_fee_fen": parts.platform_fee_fen,
            "refunded_fen": 0, "earned_fen": 0, "paid_fen": 0, "costs_fen": 0,
        }  # fmt: skip


class ToursBook(Book):
    """Paid bookings in bulk; those of dates that are over were let in, and are earned."""

    def __init__(self, county, sealer, now):
        super().__init__()
        self._county = county
        self._seal = functools.partial(Seats.booking, sealer=sealer)
        self._now = now
        self._rows = {
            model: []
            for model in (
                Booking, Ticket, BookingShare, Allocation, BookingEvent, PaymentIntent, PaymentAttempt, PaymentEvent,
                PaymentEffect, VisitorNotice, CheckIn,
            )
        }  # fmt: skip

    @property
    def count(self):
        return len(self.attributions)

    def sell(self, date):
        """Let a party book a date, pay, and come if the date is over."""
        number = self.count + 1
        is_over = date.ends_at < self._now
        seats = Seats(number, date, (date.starts_at if is_over else self._now) - dt.timedelta(days=1 + number % 20))
        came_at = date.starts_at if is_over else None
        earned_at = date.ends_at + dt.timedelta(hours=1) if is_over else None
        sale = {"id": number, **seats.sale(number)}
        self.attributions.append(sale)
        self._accrue(sale)
        if earned_at:
            self._earn(sale, earned_at)
        held, paid, came = BookingState.ON_HOLD, BookingState.CONFIRMED, BookingState.REDEEMED
        way = [("", held, seats.placed_at), (held, paid, seats.paid_at), *([(paid, came, came_at)] if is_over else [])]
        done = {"state": str(way[-1][1]), "hold_until": seats.placed_at + HOLD, "sequence": len(way) - 1}
        money = {"gateway": SANDBOX, "gateway_fee_fen": seats.gateway_fee_fen, "paid_at": seats.paid_at}
        used = {"state": str(TicketState.REDEEMED if is_over else TicketState.ISSUED), "redeemed_at": came_at}
        rows = self._rows
        rows[Booking].append({"id": number, **self._seal(seats), **done, **money})
        rows[Ticket] += [ticket | used for ticket in seats.tickets(number)]
        rows[BookingShare].append(
            {"id": number, **seats.share(number), "gateway_fee_fen": seats.gateway_fee_fen, "earned_at": earned_at}
        )
        rows[Allocation].append(seats.allocation(number))
        rows[BookingEvent] += [seats.step(*step, number) for step in way]
        succeeded = {"state": str(IntentState.SUCCEEDED), "succeeded_at": seats.paid_at}
        rows[PaymentIntent].append({"id": number, **seats.intent(number), **succeeded})
        rows[PaymentAttempt].append(seats.attempt(number))
        rows[PaymentEvent].append({"id": number, **seats.event(number)})
        rows[PaymentEffect].append(seats.effect(number, number))
        rows[VisitorNotice].append(seats.notice(number, told_at=seats.paid_at))
        if is_over:
            rows[CheckIn].append(self._let_in(seats, number, came_at))

    def _let_in(self, seats, number, at):
        return {
            "nonce": f"bench-{number}", "departure_id": seats.date.id, "code": seats.code, "booking_id": number,
            "outcome": str(CheckInOutcome.ACCEPTED), "people": PEOPLE, "device_at": at, "received_at": at, "is_offline": False,
            "by_user_id": self._county.official,
        }  # fmt: skip

    def write_beside(self, session):
        for model, rows in self._rows.items():
            insert_rows(session, model, rows)
