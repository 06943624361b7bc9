"""Part `tours`: what is left of 200 tours against raw SQL, and a booking from its seats to its money.

The booking is done three times over: by bare SQL that writes the same rows, by the verbs, and by a guest on the pages.
"""

import datetime as dt
import functools
import itertools
from statistics import median

from sqlalchemy import bindparam, column, func, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.values import Origin
from marketplace.kernel import clock
from marketplace.kernel.db import Model, UtcDateTime, in_transaction
from marketplace.payments import services as payments
from marketplace.payments.gateways import gateways_for
from marketplace.payments.values import SANDBOX
from marketplace.tours import queries
from marketplace.tours import services as tours
from marketplace.tours.models import Booking, Tour
from marketplace.tours.services import Party
from marketplace.tours.values import BookingState, Leader, TourKind
from tests.bench.databases import prove
from tests.bench.guests import AT_ONCE, HEADS, Browser, add_steps, hidden, in_turn_with_a_bare_page, pay
from tests.bench.report import FiguresDiffer
from tests.bench.seats import PEOPLE, Seats
from tests.bench.seats_sql import Bare
from tests.bench.serving import Client, serving, text_of
from tests.bench.shown import Spread, Table, in_turn, timed, times

_MOMENT = UtcDateTime()
#: People who can still come on each date of a month, which is what its seats and its plot both have.
A_MONTH = text(
    "SELECT id, CASE WHEN seats < plot THEN seats ELSE plot END FROM"
    " (SELECT d.id, d.starts_at, d.most_people - d.taken AS seats, min((b.capacity - b.taken) / w.quantity) AS plot"
    " FROM departures d JOIN departure_draws w ON w.departure_id = d.id JOIN buckets b ON b.id = w.bucket_id"
    " WHERE d.tour_id = :tour AND d.starts_at >= :first AND d.starts_at < :beyond GROUP BY d.id) AS dates ORDER BY starts_at"
).bindparams(bindparam("first", type_=_MOMENT), bindparam("beyond", type_=_MOMENT))
NEXT_DATES = (
    text(
        "SELECT tour_id, min(starts_at) AS next_at FROM departures"
        " WHERE state IN ('open', 'guaranteed') AND cutoff_at > :now AND starts_at > :now AND taken < most_people"
        " GROUP BY tour_id"
    )
    .bindparams(bindparam("now", type_=_MOMENT))
    .columns(column("tour_id"), column("next_at", _MOMENT))
)
#: The requests of one booking in their order.
STEPS = (
    "who comes", "sum for two", "hold the places", "ways to pay", "choose the trial till", "trial till", "pay", "booking, paid",
)  # fmt: skip
#: Its transactions.
VERBS = ("hold the seats", "choose the trial till", "pay")
#: Dates sooner than this may close while the bench runs.
_NOT_BEFORE = dt.timedelta(days=3)


class RowsDiffer(Exception):
    """Bare SQL did not write what the verbs write, so comparing their cost means nothing."""


class NotBooked(Exception):
    """Other bookings are paid than guests were told."""


def measure(world, available, written, booked, engine_name):
    """Add what one engine has left at two sizes of history, and how it books at the larger."""
    few = {}
    for filled, dates, bookings in (world.few_dates, world.many_dates):
        over = sum(date.ends_at < world.now for date in dates)
        size = f"{over:,} dates over, {len(dates) - over:,} ahead, {bookings:,} bookings"
        for label, spread, ratios in _left(world, filled, dates):
            few.setdefault(label, spread.median)
            available.add(
                engine_name, size, label, spread, times(ratios) if ratios else "", f"×{spread.median / few[label]:.2f}"
            )  # fmt: skip
    filled, dates, _bookings = world.many_dates
    world.say(f"{engine_name}: booking to paid")
    desk = Desk(world.bench.copy(filled, "desk"), [date for date in dates if date.starts_at > world.now + _NOT_BEFORE])
    _add_verbs(written, engine_name, *desk.in_turn_with_bare_sql(world.rounds(60)))
    prove(desk.filled)
    add_steps(booked, engine_name, desk.guests_in_turn_with_a_bare_page(world), STEPS, "a booking")
    prove(desk.filled)


def _left(world, filled, dates):
    """Return (what, spread, ratios) of all that visitors ask about dates; nothing where it is what others are held against."""
    month = clock.month_of(clock.month_bounds(clock.month_of(world.now))[1])
    first, beyond = clock.month_bounds(month)
    experiences = {date.tour.view.id: date.tour.view.slug for date in dates}
    with filled.engine(read_only=True) as engine, Session(engine) as session:
        every = session.scalars(select(Tour.id)).all()
        now = clock.now()
        bare_months = functools.partial(_bare_months, session, experiences, first, beyond)
        months = functools.partial(_months, session, experiences, first, beyond)
        bare_next = functools.partial(_bare_next, session, now)
        next_dates = functools.partial(queries.next_departures, session, tour_ids=every, now=now)
        for one, other in ((bare_months(), months()), (bare_next(), next_dates())):
            if one != other or not one:
                raise FiguresDiffer({key: (one.get(key), other.get(key)) for key in one.keys() ^ other.keys() or one.keys()})
        found = in_turn({"bare": bare_months, "house": months}, rounds=world.rounds(8))
        yield f"a month of each of {len(experiences)} tours, raw", found["bare"][0], None
        yield "the same, as their pages ask", *found["house"]
        found = in_turn({"bare": bare_next, "house": next_dates}, rounds=world.rounds(15))
        yield f"the next date of {len(every)} tours, raw", found["bare"][0], None
        yield "the same, as the list asks", *found["house"]
        cards = functools.partial(queries.tour_cards, session, kind=TourKind.EXPERIENCE, limit=20)
        yield "cards of the list's first page", in_turn({"house": cards}, rounds=world.rounds(15))["house"][0], None
    slugs = itertools.cycle(experiences.values())
    with serving("tests.bench.bare:app") as bare_port, serving("wsgi:app", filled.environment) as port:
        bare, house = Client(bare_port), Client(port)
        things = {
            "bare": lambda: bare.get("/"),
            "page /tours/, against a bare page": lambda: house.get("/tours/"),
            "page of a tour with its month": lambda: house.get(f"/tours/{next(slugs)}?month={month}"),
            "page of its dates": lambda: house.get(f"/tours/{next(slugs)}/dates?month={month}"),
        }
        found = in_turn(things, rounds=world.rounds(15), each=3)
        bare.close()
        house.close()
    for name in [*things][1:]:
        yield name, *found[name]


def _bare_months(session, tour_ids, first, beyond):
    return {
        key: left
        for tour_id in tour_ids
        for key, left in session.execute(A_MONTH, {"tour": tour_id, "first": first, "beyond": beyond})
    }


def _months(session, tour_ids, first, beyond):
    return {
        view.id: view.left
        for tour_id in tour_ids
        for view in queries.departures_of_tour(session, tour_id=tour_id, from_at=first, to_at=beyond)
    }


def _bare_next(session, now):
    return dict(session.execute(NEXT_DATES, {"now": now}).all())


class Desk:
    """A database on which guests book, each another date and under another number."""

    def __init__(self, filled, dates):
        self.filled = filled
        self._dates = dates
        self._numbers = itertools.count(1)
        self._sealer = filled.settings.sealer()
        self._gateways = gateways_for(is_production=False)
        #: The bookings of the guests who were told that they have paid.
        self.told = []

    def in_turn_with_bare_sql(self, rounds):
        """Return the seconds of each transaction, by bare SQL and by the verbs, a round."""
        bare, verbs = [], []
        with self.filled.engine() as engine:
            self._refuse_other_rows(engine)
            for _ in range(rounds):
                bare.append(_seconds(self._bare_steps(engine)))
                verbs.append(_seconds(self._verb_steps(engine)))
        return bare, verbs

    def _refuse_other_rows(self, engine):
        """Book once in each way, which also reads, compiles and caches what is wanted later, and compare what came."""
        added = []
        for steps in (self._bare_steps, self._verb_steps):
            before = _row_counts(engine)
            _seconds(steps(engine))
            after = _row_counts(engine)
            added.append({name: after[name] - before[name] for name in after if after[name] != before[name]})
        if added[0] != added[1] or not added[0]:
            raise RowsDiffer(added)

    def _bare_steps(self, engine):
        number = next(self._numbers)
        bare = Bare(engine, Seats(number, self._date(number), clock.now(), "X"), self._sealer)
        return bare.hold, bare.choose, bare.pay

    def _verb_steps(self, engine):
        """Return the transactions of the three views that write."""
        number = next(self._numbers)
        date = self._date(number)
        party = Party(units=[(date.tour.adult.id, PEOPLE)], leader=Leader("王雨", f"138{number:08d}"))
        origin = Origin(f"198.19.{number // 256}.{number % 256}", f"browser-{number}")
        ref = []

        def hold(session):
            return tours.hold_seats(
                session, key=f"verbs-{number}", departure_ref=date.ref, party=party, sealer=self._sealer,
                expected_total_fen=date.tour.adult.price_fen * PEOPLE, origin=origin,
            ).ref  # fmt: skip

        def choose(session):
            return payments.start_payment(session, gateways=self._gateways, ref=ref[0], gateway=SANDBOX)

        def pay(session):
            payments.pay_at_trial_till(
                session, gateways=self._gateways, intent_id=choose(session).id, key=f"{ref[0]}/verbs", succeeds=True
            )

        return (
            lambda: ref.append(in_transaction(engine, hold)),
            lambda: in_transaction(engine, choose),
            lambda: in_transaction(engine, pay),
        )

    def guests_in_turn_with_a_bare_page(self, world):
        """Let guests book by the pages, and see that as many are paid as were told so."""
        before = self._count_paid()
        taken = in_turn_with_a_bare_page(world, self.filled, self._come)
        if (paid := self._count_paid() - before) != len(self.told):
            raise NotBooked(f"{len(self.told)} guests have paid, {paid} bookings are paid")
        return taken

    def _come(self, port):
        """Let one guest book for two; return the seconds of each step."""
        number = next(self._numbers)
        browser = Browser(port)
        path = f"/departures/{self._date(number).ref}/book"
        page = text_of(*browser.get(path))
        form = {name: hidden(page, name) for name in ("key", "seen")}
        form |= {"adult": PEOPLE, "name": "王雨", "phone": f"139{number:08d}"}
        page = text_of(*browser.post(path, form | {"action": "reckon"}, expect=200))
        held, _body = browser.post(path, form | {"seen": hidden(page, "seen")})
        paid = pay(browser, held["location"])
        browser.close()
        if paid.startswith("/bookings/"):
            self.told.append(paid)
        return browser.seconds

    def _date(self, number):
        # a prime far from the list's length: neighbours in time are no neighbours in the calendar
        return self._dates[number * 7919 % len(self._dates)]

    def _count_paid(self):
        with self.filled.engine(read_only=True) as engine, Session(engine) as session:
            return session.scalar(select(func.count()).select_from(Booking).where(Booking.state == BookingState.CONFIRMED))


def _seconds(steps):
    return [timed(step) for step in steps]


def _row_counts(engine):
    with engine.connect() as connection:
        return {table.name: connection.scalar(select(func.count()).select_from(table)) for table in Model.metadata.sorted_tables}


def _add_verbs(table, engine_name, bare, verbs):
    rows = [(name, [each[at] for each in bare], [each[at] for each in verbs]) for at, name in enumerate(VERBS)]
    rows.append((f"booking to paid, all {len(VERBS)}", [sum(each) for each in bare], [sum(each) for each in verbs]))
    for name, theirs, ours in rows:
        ratios = [mine / base for mine, base in zip(ours, theirs, strict=True)]
        table.add(
            engine_name, name, Spread.of(theirs), Spread.of(ours), times(ratios), f"{1 / median(theirs):.0f}",
            f"{1 / median(ours):.0f}",
        )  # fmt: skip


def tables():
    return (
        Table(
            "What is left of 200 tours",
            "Milliseconds, median (tenth–ninetieth percentile), dates of 120 days on sale. The ratio is to raw SQL of the same "
            "figures, the row above, which must agree; a page's to a bare Flask page. The last column is the median against that "
            "of the same row where a tenth as many dates are over: near ×1, a cost does not grow with history.",
            ("engine", "size", "what", "ms", "ratio", "× few dates over"),
        ),
        Table(
            "Booking to paid against bare SQL",
            "Milliseconds of the transactions of one booking of two, each in turn with SQL that writes the same rows of the same "
            "tables in as many transactions, and reads, checks and seals nothing; median (tenth–ninetieth percentile), at the "
            "larger history. Then how many a second one process does of either. Every invariant is proved afterwards.",
            ("engine", "step", "SQL, ms", "verbs, ms", "× SQL", "SQL a second", "verbs a second"),
        ),
        Table(
            "Booking to paid against a bare Flask page",
            "The same by the pages: milliseconds of one guest's requests, each guest in turn with a bare page, median "
            "(tenth–ninetieth percentile). The two last lines add and divide them; there: how many a second when "
            f"{AT_ONCE} guests book at once, and how many times fewer than bare pages. Every invariant is proved afterwards.",
            HEADS,
        ),
    )
