"""Who came to visit in the last two months, and who has booked the coming weeks: held, paid in the trial, called off, let in."""

import datetime as dt
import functools

from marketplace.demo import till
from marketplace.demo.people import Registry, adult_name
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.demo.values import Buyer
from marketplace.kernel import clock
from marketplace.kernel.identity import Sex
from marketplace.payments import services as payments
from marketplace.payments.values import SANDBOX
from marketplace.tours import queries as tour_queries
from marketplace.tours import services as tours
from marketplace.tours.services import Party, Scan
from marketplace.tours.values import (
    BookingState,
    BookingView,
    DepartureState,
    DepartureView,
    GroupKind,
    Leader,
    TourView,
    Traveller,
    UnitKind,
)

#: Tours have been on sale for so many days, and people book at most so many ahead.
FIRST_DAY, BOOKED_AHEAD = 62, 16
_UNPAID, _CANCELLED, _STAYED_AWAY, _BY_PROMOTION = 0.04, 0.05, 0.05, 0.2
_PROMOTIONS = ("red-autumn", "lotus-festival", "wechat-helper")
_OPEN = frozenset({DepartureState.OPEN, DepartureState.GUARANTEED})
_SCHOOL = "示例中学七年级"
#: A hundred notices are told at once, and no booking owes more than two.
_NOTICES_A_BOOKING_AND_BATCH = 50
#: A class brings so many pupils.
_PUPILS = (10, 20)


def plan_bookings(build: Building, timeline: Timeline) -> None:
    """Arrange every booking, spread over the days since tours are on sale."""
    registry = Registry(build.dice, clock.day_of(build.now))
    for number in range(build.size.bookings):
        # the first books for tomorrow or so: whoever tries that buyer's account has a code to show
        moment = build.ago(days=0 if number == 0 else (FIRST_DAY - 4) * build.dice.random() ** 0.8, hours=3)
        timeline.at(in_working_hours(moment), functools.partial(_book, build, timeline, registry, number))
    timeline.at(build.now - dt.timedelta(seconds=20), functools.partial(tell_visitors, build))


def keep_tours(build: Building) -> None:
    """Do what the worker does all day: end holds, close and run departures, earn what is due, send back what is owed."""
    tours.expire_bookings(build.session)
    tours.close_due(build.session)
    tours.run_due(build.session)
    tours.earn_due(build.session)
    till.send_in_trial(build)


def tell_visitors(build: Building) -> None:
    """Say what is owed to those whose visit lies ahead; what helps nobody any more is passed over."""
    for _batch in range(2 + build.booked // _NOTICES_A_BOOKING_AND_BATCH):
        tours.tell_visitors(build.session, say=build.say, sealer=build.sealer, site=None)


def _book(build: Building, timeline: Timeline, registry: Registry, number: int) -> None:
    dice, now = build.dice, clock.now()
    tour = tour_queries.tour_by_id(build.session, tour_id=dice.choice(build.tours)[0])
    if tour is None:
        return
    leave = _departure(build, tour, now)
    if leave is None:
        return
    # the buyer whose pages are shown goes; the first wish may find no date, so the first that does is that buyer's too
    is_shown = number == 0 or not build.booked
    chosen = dice.choice(build.buyers)
    buyer = build.buyers[0] if is_shown else chosen
    view = tours.hold_seats(
        build.session, key=f"demo-booking-{number}", departure_ref=leave.ref, party=_party(build, registry, tour, leave, buyer),
        sealer=build.sealer, expected_total_fen=None, buyer_user_id=buyer.user_id,
        promotion=dice.choice(_PROMOTIONS) if dice.random() < _BY_PROMOTION else None,
    )  # fmt: skip
    build.booked += 1
    if not is_shown and dice.random() < _UNPAID:
        return  # the visitor closed the page
    intent = payments.start_payment(build.session, gateways=build.gateways, ref=view.ref, gateway=SANDBOX)
    timeline.at(now + dt.timedelta(minutes=3), functools.partial(_pay, build, intent.id, number))
    if not is_shown and dice.random() < _CANCELLED:
        timeline.later(functools.partial(_cancel, build, view, number), days=dice.uniform(0.3, 3))
    elif dice.random() > _STAYED_AWAY:
        timeline.at(leave.starts_at + dt.timedelta(minutes=6), functools.partial(_let_in, build, view, number))


def _departure(build: Building, tour: TourView, now: dt.datetime) -> DepartureView | None:
    """Choose one of the next dates; where others have booked already people like to join."""
    found = tour_queries.departures_of_tour(
        build.session, tour_id=tour.id, from_at=now, to_at=now + dt.timedelta(days=BOOKED_AHEAD)
    )
    least = max(2, min(tour.least_people, _PUPILS[0]))
    there = [one for one in found if one.state in _OPEN and one.cutoff_at > now + dt.timedelta(hours=1) and one.left >= least]
    there.sort(key=lambda one: one.taken == 0)
    return build.dice.choice(there[:2]) if there else None


def _party(build: Building, registry: Registry, tour: TourView, leave: DepartureView, buyer: Buyer) -> Party:
    dice = build.dice
    units = {unit.kind: unit.id for unit in tour.units}
    if tour.least_people >= _PUPILS[0] and UnitKind.STUDENT in units:
        pupils = dice.randint(_PUPILS[0] - 2, min(_PUPILS[1], leave.left - 2))
        wanted = [(units[UnitKind.STUDENT], pupils), (units[UnitKind.ADULT], 2)]
        return Party(units=wanted, leader=Leader(buyer.name, buyer.phone), group=GroupKind.SCHOOL, group_name=_SCHOOL)
    adults = dice.randint(1, min(4, leave.left))
    wanted = [(units[UnitKind.ADULT], adults)]
    children = min(dice.choice((0, 0, 1, 2)), leave.left - adults)
    if children > 0 and UnitKind.CHILD in units:
        wanted.append((units[UnitKind.CHILD], children))
    people = sum(count for _unit, count in wanted)
    named = [_traveller(build, registry) for _one in range(people)] if tour.is_real_name else []
    return Party(units=wanted, leader=Leader(buyer.name, buyer.phone), travellers=named)


def _traveller(build: Building, registry: Registry) -> Traveller:
    sex = build.dice.choice((Sex.MALE, Sex.FEMALE))
    born = dt.date(build.dice.randint(1955, 2004), build.dice.randint(1, 12), build.dice.randint(1, 28))
    return Traveller(adult_name(build.dice, sex), registry.id_number(born, sex))


def _pay(build: Building, intent_id: int, number: int) -> None:
    payments.pay_at_trial_till(
        build.session, gateways=build.gateways, intent_id=intent_id, key=f"demo-booking-till-{number}", succeeds=True
    )


def _cancel(build: Building, view: BookingView, number: int) -> None:
    if _state(build, view) is BookingState.CONFIRMED and view.departure.starts_at > clock.now():
        tours.cancel_booking(build.session, key=f"demo-booking-cancel-{number}", booking_id=view.id, by=view.buyer_user_id)


def _let_in(build: Building, view: BookingView, number: int) -> None:
    """Let a party in that is still expected: its code is typed at the gate."""
    if _state(build, view) is BookingState.CONFIRMED:
        scan = Scan(nonce=f"demo-scan-{number}", code=view.code, device_at=clock.now())
        by = build.village_officials[view.village_code]
        tours.check_in(build.session, departure_id=view.departure.id, scan=scan, by=by)


def _state(build: Building, view: BookingView) -> BookingState:
    return tour_queries.states_of_bookings(build.session, booking_ids=[view.id])[view.id]
