"""A school's day out, from the booking to the county's figure: a pupil falls ill, weather takes another date, two phones scan."""

import datetime as dt

import pytest

from marketplace.income import queries as income
from marketplace.income.values import Figure, Figures
from marketplace.kernel import clock
from marketplace.kernel.money import share
from marketplace.ledger.queries import balance
from marketplace.messages import services as messages
from marketplace.payments import queries as payment_queries
from marketplace.payments import services as payments
from marketplace.payments.values import SANDBOX
from marketplace.reports import queries as reports
from marketplace.reports.values import Period, Scope
from marketplace.tours import queries
from marketplace.tours import services as tours
from marketplace.tours.services import PartDraft, Scan
from marketplace.tours.values import (
    Basis,
    BookingState,
    CancelReason,
    CheckInOutcome,
    DepartureState,
    Draw,
    GroupKind,
    ResourceKind,
    Role,
    UnitKind,
)
from tests.payments.money import GATEWAYS
from tests.tours import trips
from tests.truths import breaches

COUNTY, MONTH = "360321", "2026-09"
PUPILS, TEACHERS = 18, 2
MEAL, GUIDE = 3_000, 30_000
TOTAL = PUPILS * 20_000 + TEACHERS * 40_000
HALL = {
    "slug": "reading-room", "kind": "former_site", "is_red": True, "name_zh": "夜校旧址", "name_en": "Evening School",
    "story_zh": "故事", "story_en": "Story", "opens": "09:00", "closes": "17:00", "closed_weekdays": "", "slot_minutes": 60,
    "daily_capacity": 200, "is_real_name": False, "group_least": 0, "is_example": True, "picture": "memorial_hall",
    "village_code": trips.places.VILLAGE,
}  # fmt: skip


class Trip:
    """Who takes part, and what the school sees."""

    def __init__(self, session):
        self.session, self.where, self.told = session, trips.county(session), []
        tours.load_sites(session, [HALL])
        sites = [self.where.museum, self.where.park, queries.site_by_slug(session, slug=HALL["slug"]).id]
        kitchen = self._resource(ResourceKind.MEAL, "堂屋", 60, self.where.host_seller)
        voice = self._resource(ResourceKind.GUIDE, "讲解", 1, self.where.guide_seller)
        parts = [
            PartDraft(role=Role.MEAL, seller_id=self.where.host_seller, basis=Basis.PERSON, amount=MEAL, resource_id=kitchen,
                      draw=Draw.PERSON),
            PartDraft(role=Role.GUIDE, seller_id=self.where.guide_seller, basis=Basis.BOOKING, amount=GUIDE, resource_id=voice),
            PartDraft(role=Role.HOST, seller_id=self.where.agency, basis=Basis.SHARE, amount=10_000, is_service=False),
        ]  # fmt: skip
        self.tour = trips.route(session, self.where, parts=parts, nights=0, stops=[(site, 60, 20) for site in sites])

    def _resource(self, kind, name, capacity, seller_id):
        return tours.add_resource(self.session, kind=kind, name=name, capacity=capacity, seller_id=seller_id)

    def books(self, departure, name):
        """A school holds seats, names to follow, and pays in the trial."""
        units = {unit.kind: unit.id for unit in self.tour.units}
        party = trips.party(
            self.tour, PUPILS + TEACHERS, travellers=(), group=GroupKind.SCHOOL, group_name=name,
            units=[(units[UnitKind.ADULT], TEACHERS), (units[UnitKind.STUDENT], PUPILS)],
        )  # fmt: skip
        held = tours.hold_seats(
            self.session, key=name, departure_ref=departure.ref, party=party, sealer=trips.SEALER, expected_total_fen=TOTAL
        )
        intent = payments.start_payment(self.session, gateways=GATEWAYS, ref=held.ref, gateway=SANDBOX)
        payments.pay_at_trial_till(self.session, gateways=GATEWAYS, intent_id=intent.id, key=name, succeeds=True)
        return self.booking(held)

    def booking(self, view):
        return queries.booking_by_id(self.session, booking_id=view.id)

    def work(self):
        """Do what the worker does: end, run and earn what is due, and send back what is owed."""
        tours.close_due(self.session)
        tours.run_due(self.session)
        tours.earn_due(self.session)
        tours.tell_visitors(self.session, say=lambda _locale, words: words, sealer=trips.SEALER, site=None)
        payments.begin_refunds(self.session)
        begun = payment_queries.refunds_begun(self.session)
        answers = {
            number: GATEWAYS.get(asked.gateway).refund(key=asked.key, payment_ref="", amount_minor=asked.amount_minor)
            for number, asked in begun.items()
        }
        sent = payments.finish_refunds(self.session, answers=answers)
        self.session.commit()
        messages.drain(self.session, door=self, sealer=trips.SEALER)
        return sent

    def send(self, *, to, text, key):  # noqa: ARG002 (a door's signature)
        """Stand for the SMS door."""
        self.told.append((to, text))

    def agrees(self):
        """Every truth holds; the county is the sum of its rows; each household's statement is what its shares came to."""
        assert breaches(self.session) == {}
        county = reports.area_report(self.session, COUNTY, Scope(Period(MONTH)), own=(COUNTY,)).figures
        for figure in Figure:
            page = income.lines_of(self.session, period=MONTH, kind=figure, area_code=COUNTY)
            assert sum(line.figures.of(figure) for line in page.lines) == county.of(figure), figure
        own = [self.statement(household) for household in (self.where.host_id, self.where.guide_id)]
        return county, *own

    def statement(self, household_id):
        found = income.statement(self.session, household_id, MONTH)
        return found.total if found is not None else Figures()


def rained_off(booking, role):
    """Return what of the payment service's fee a payee still bears after everything went back."""
    return parts_of(booking)[role].gateway_fee_fen


@pytest.fixture
def trip(session):
    with clock.stopped_at(trips.NOW):
        return Trip(session)


def parts_of(booking):
    return {part.role: part for part in booking.shares}


def test_a_school_s_day_reaches_both_households_and_the_county(session, trip):
    second_day = trips.START + dt.timedelta(days=1)
    with clock.stopped_at(trips.NOW):
        date, rainy = (trips.leaves(session, trip.tour, at) for at in (trips.START, second_day))
        ours, theirs = trip.books(date, "示例中学"), trip.books(rainy, "示例小学")
        assert (ours.state, ours.total_fen) == (BookingState.CONFIRMED, TOTAL)
        meal, guide, rest = (parts_of(ours)[role] for role in (Role.MEAL, Role.GUIDE, Role.HOST))
        assert (meal.gross_fen, guide.gross_fen) == ((PUPILS + TEACHERS) * MEAL, GUIDE)
        assert meal.gross_fen + guide.gross_fen + rest.gross_fen == TOTAL
        county, host, narrator = trip.agrees()
        assert (county.gross_fen, host.gross_fen, narrator.gross_fen) == (2 * TOTAL, 2 * meal.gross_fen, 2 * guide.gross_fen)
        assert county.earned_fen == 0

    with clock.stopped_at(trips.NOW + dt.timedelta(days=1)):  # eight days ahead: the whole price of the one comes back
        (pupil,) = [ticket for ticket in ours.tickets if ticket.price_fen == 20_000][:1]
        tours.cancel_people(session, key="ill", booking_id=ours.id, ticket_ids=[pupil.id], by=None)
        assert trip.work() == 1
        ours = trip.booking(ours)
        assert sum(part.refunded_fen for part in ours.shares) == 20_000
        tours.enter_roster(
            session, booking_id=ours.id, travellers=trips.party(trip.tour, PUPILS + TEACHERS - 1).travellers,
            sealer=trips.SEALER, by=None,
        )  # fmt: skip
        trip.agrees()

    with clock.stopped_at(second_day - dt.timedelta(hours=30)):
        tours.call_off_departure(
            session, departure_id=rainy.id, reason=CancelReason.WEATHER, words="暴雨红色预警", by=trip.where.official
        )
        assert trip.work() == 1
        assert trip.booking(theirs).state is BookingState.CANCELLED
        assert [to for to, text in trip.told if "Weather" in text] == [trips.LEADER.phone]
        county, host, narrator = trip.agrees()
        meal, guide = parts_of(ours)[Role.MEAL], parts_of(ours)[Role.GUIDE]
        assert county.gross_fen - county.refunds_fen == TOTAL - 20_000
        assert host.gross_fen - host.refunds_fen == meal.gross_fen - meal.refunded_fen
        assert narrator.gross_fen - narrator.refunds_fen == guide.gross_fen - guide.refunded_fen

    with clock.stopped_at(trips.START + dt.timedelta(hours=4)):  # both phones kept what they read at the gate until now
        trip.work()
        read = [
            Scan(nonce=f"nonce-{by}", code=ours.code, device_at=trips.START + dt.timedelta(minutes=by), is_offline=True)
            for by in (1, 2)
        ]
        gates = zip((trip.where.host_farmer, trip.where.guide_farmer), read, strict=True)
        outcomes = [tours.upload_scans(session, departure_id=date.id, scans=[scan], by=by)[0] for by, scan in gates]
        assert [(one.outcome, one.people) for one in outcomes] == [
            (CheckInOutcome.ACCEPTED, PUPILS + TEACHERS - 1), (CheckInOutcome.DUPLICATE, 0),
        ]  # fmt: skip
        trip.agrees()

    with clock.stopped_at(date.ends_at + dt.timedelta(hours=25)):
        trip.work()
        assert queries.departure_by_id(session, departure_id=date.id).state in (DepartureState.RUN, DepartureState.SETTLED)
        county, host, narrator = trip.agrees()
        for said, part in ((host, meal), (narrator, guide)):
            left = part.gross_fen - part.refunded_fen
            net = left - share(left, part.platform_fee_bp) - part.gateway_fee_fen
            assert said.earned_fen == said.net_fen == net - rained_off(trip.booking(theirs), part.role)
        assert county.earned_fen == county.net_fen
        sellers = (trip.where.host_seller, trip.where.guide_seller, trip.where.agency)
        owed = [balance(session, f"payable/{trips.number_of(session, seller)}/earned") for seller in sellers]
        assert [-each for each in owed[:2]] == [host.earned_fen, narrator.earned_fen]
        assert -sum(owed) == county.earned_fen
