"""The databases of one engine, filled when a part first asks for them."""

import datetime as dt
import functools

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.orders.models import FreightProvince
from marketplace.tours.models import Bucket, Departure
from marketplace.tours.rules import DAYS_AHEAD
from tests.bench import goods, people, trips
from tests.bench.databases import prove
from tests.bench.history import GoodsBook
from tests.bench.purchases import Purchases
from tests.bench.seats import PEOPLE, ToursBook

#: Households on the register, offers on sale, entries of the large and the small book, households that sell in the latter.
HOUSEHOLDS, OFFERS, ENTRIES, FEW_ENTRIES, FEW_SELLERS = 10_000, 100_000, 200_000, 10_000, 1_000
#: Tours on sale, and days that their dates go back; and so many times as far.
TOURS, DAYS_BACK, FURTHER = 200, 30, 10


class World:
    """What is measured on one engine. `scale` shrinks it for a trial; the figures of a trial mean nothing."""

    def __init__(self, bench, engine_name, *, scale=1.0, say=lambda _words: None):
        self.bench = bench
        self.engine_name = engine_name
        self.scale = scale
        self.say = say
        self.offers = self._part(OFFERS)
        self.now = clock.now()
        #: The last whole month: all books have it.
        self.month = clock.month_of(clock.month_bounds(clock.month_of(self.now))[0] - dt.timedelta(days=1))

    def rounds(self, number):
        return number if self.scale == 1 else max(2, int(number * self.scale))

    def _part(self, number):
        return max(20, int(number * self.scale))

    @functools.cached_property
    def _settled(self):
        """The county with its households and one offer each; nothing sold yet."""
        count = self._part(HOUSEHOLDS)
        self.say(f"{self.engine_name}: {count:,} households with an offer each")
        filled = self.bench.copy(self.bench.laid(self.engine_name), "settled")
        county = people.settle_households(filled, count)
        rows = goods.put_on_sale(filled, county, range(1, count + 1), self.now)
        zone, province = filled.write(
            lambda session: session.execute(select(FreightProvince.zone_code, FreightProvince.name).limit(1)).one()
        )
        return filled, county, rows, zone, province

    @property
    def county(self):
        return self._settled[1]

    @functools.cached_property
    def small(self):
        return self._book("small", self._part(FEW_SELLERS), self._part(FEW_ENTRIES))

    @functools.cached_property
    def busy(self):
        return self._book("busy", self._part(FEW_SELLERS), self._part(ENTRIES))

    @functools.cached_property
    def wide(self):
        """The large book over all households, with all the offers: the county at its full size."""
        filled, *rest = self._book("wide", self._part(HOUSEHOLDS), self._part(ENTRIES))
        self.say(f"{self.engine_name}: {self.offers:,} offers")
        goods.put_on_sale(filled, self.county, range(self._part(HOUSEHOLDS) + 1, self.offers + 1), self.now)
        filled.settle()
        self._prove(filled, "wide")
        return filled, *rest

    @property
    def full(self):
        return self.wide[0]

    @property
    def books(self):
        """Return (database, entries, households that sold) of each, the smallest first."""
        return self.small, self.busy, self.wide

    def _book(self, name, sellers, entries):
        settled, county, offers, zone, province = self._settled
        self.say(f"{self.engine_name}: a year of sales, {entries:,} entries")
        filled = self.bench.copy(settled, name)
        book = GoodsBook(county, offers, Purchases(county, zone, province), self.now).fill(sellers, entries)
        with filled.engine() as engine:
            written = book.write(engine)
        if name != "wide":
            filled.settle()
            self._prove(filled, name)
        return filled, written, sellers

    @functools.cached_property
    def _toured(self):
        """Households with their tours on sale; no dates yet but those of routes."""
        count = self._part(TOURS)
        self.say(f"{self.engine_name}: {count} tours on sale")
        filled = self.bench.copy(self.bench.laid(self.engine_name), "toured")
        return filled, *trips.settle(filled, count)

    @functools.cached_property
    def few_dates(self):
        return self._dates("few_dates", 1)

    @functools.cached_property
    def many_dates(self):
        return self._dates("many_dates", FURTHER)

    def _dates(self, name, times):
        """Return (database, dates, bookings): dates of all experiences on every day, and a party on one of thirteen."""
        toured, county, experiences = self._toured
        filled = self.bench.copy(toured, name)
        back = max(2, int(DAYS_BACK * self.scale)) * times
        self.say(f"{self.engine_name}: dates of {DAYS_AHEAD} days ahead and of {back} that are over")
        with filled.engine(read_only=True) as engine, Session(engine) as session:
            first_keys = [(session.scalar(select(func.max(model.id))) or 0) + 1 for model in (Departure, Bucket)]
        dates = trips.Dates(experiences, *first_keys)
        dates.add_days(clock.day_of(self.now), [*range(-back, 0), *range(1, DAYS_AHEAD + 1)])
        booked = [*range(0, len(dates.all), 13), *range(0, len(dates.all), 101)]
        dates.seat(booked, PEOPLE)
        book = ToursBook(county, filled.settings.sealer(), self.now)
        for place in booked:
            book.sell(dates.all[place])
        filled.write(dates.write)
        with filled.engine() as engine:
            book.write(engine)
        filled.settle()
        self._prove(filled, name)
        return filled, dates.all, book.count

    def _prove(self, filled, name):
        self.say(f"{self.engine_name}: proving '{name}' by {prove(filled)} invariants: none is broken")
