"""A hundred thousand offers in bulk, each with its stock, its history and its words for the search."""

import datetime as dt
import functools
import random

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.kernel import ids, search_terms
from marketplace.media import illustrations, services
from marketplace.media.storage import DiskStore, keep_files
from marketplace.products import rules
from marketplace.products.models import Category, Offer, OfferEvent, OfferImage, Stock, StockMovement, Variety
from marketplace.products.values import MovementKind, OfferState, SellMode
from tests.bench.databases import catch_up, insert_rows

PICTURES = (("rice", 1), ("lotus_seed", 2), ("tea", 3), ("vegetables", 4))
GRAMS = (250, 500, 1000, 2500, 5000)
#: Offers written in one transaction.
AT_ONCE = 10_000
_STEPS = (("", OfferState.DRAFT), (OfferState.DRAFT, OfferState.SUBMITTED), (OfferState.SUBMITTED, OfferState.ON_SALE))
INDEX = {
    "sqlite": "INSERT INTO offer_search (rowid, terms) VALUES (:id, :terms)",
    "postgresql": "INSERT INTO offer_search (offer_id, terms) VALUES (:id, :terms)",
}


@functools.cache
def _pictures():
    return [
        services.accept_image(illustrations.rasterise(illustrations.render(kind, seed), 640, seed)) for kind, seed in PICTURES
    ]


@functools.cache
def _words(part):
    """Return the words of one text for the search. Many offers share their texts, and pinyin takes its time."""
    return search_terms.index_text([part]).split()


def put_on_sale(filled, county, numbers, until):
    """Put offers on sale, published over half a year, the n-th of the n-th household; return their rows."""
    store = DiskStore(filled.settings.media_dir)
    rows = []
    with filled.engine() as engine:
        with Session(engine) as session:
            for picture in _pictures():
                keep_files(store, picture)
            image_ids = [services.store_image(session, picture, uploaded_by=None, alt="示意插图").id for picture in _pictures()]
            shelf = _Shelf(session, county, until, image_ids)
            session.commit()
        for start in range(numbers.start, numbers.stop, AT_ONCE):
            with Session(engine) as session:
                rows += shelf.fill(session, range(start, min(start + AT_ONCE, numbers.stop)))
                session.commit()
        with Session(engine) as session:
            catch_up(session)
            session.commit()
    return rows


class _Shelf:
    """Rows of offers, by number."""

    def __init__(self, session, county, until, image_ids):
        self.county = county
        self.until = until
        self.image_ids = image_ids
        self.varieties = {row.code: row for row in session.scalars(select(Variety))}
        self.categories = {row.code: row for row in session.scalars(select(Category))}
        self.names = areas.names(session)
        session.expunge_all()
        self.dice = random.Random(3)

    def fill(self, session, numbers):
        offers = [self._offer(number) for number in numbers]
        insert_rows(session, Offer, offers)
        insert_rows(session, OfferImage, [
            {"offer_id": row["id"], "position": 0, "image_id": self.image_ids[row["id"] % len(self.image_ids)]} for row in offers
        ])  # fmt: skip
        stocks = [{"offer_id": row["id"], "on_hand": 500 + row["id"] % 400, "taken": 0} for row in offers]
        insert_rows(session, Stock, stocks)
        insert_rows(session, StockMovement, [
            {
                "offer_id": row["offer_id"], "kind": str(MovementKind.BROUGHT), "on_hand_delta": row["on_hand"], "taken_delta": 0,
                "at": self.until, "source": "bench",
            }
            for row in stocks
        ])  # fmt: skip
        insert_rows(session, OfferEvent, [
            {
                "offer_id": row["id"], "what": "state", "before": str(before), "after": str(after), "at": row["published_at"],
                "by_user_id": row["listed_by"],
            }
            for row in offers
            for before, after in _STEPS
        ])  # fmt: skip
        statement = text(INDEX[session.get_bind().dialect.name])
        session.execute(statement, [{"id": row["id"], "terms": self._terms(row)} for row in offers])
        return offers

    def _offer(self, number):
        home = self.county.homes[(number - 1) % len(self.county.homes)]
        variety = self.dice.choice(tuple(self.varieties.values()))
        category = self.categories[variety.category_code]
        grams = self.dice.choice(GRAMS)
        price = self.dice.randrange(500, 20000)
        at = self.until - dt.timedelta(days=180 * self.dice.random())
        ref = ids.reference("P")
        return {
            "id": number, "ref": ref, "slug": rules.slug_of(variety.en, ref), "seller_id": home.seller_id,
            "household_id": home.household_id, "village_code": home.village_code, "category_code": category.code,
            "variety": variety.code, "title_zh": rules.title_of(variety.zh, grams, "zh"),
            "title_en": rules.title_of(variety.en, grams, "en"), "story": "", "sell_mode": str(SellMode.PACK),
            "unit_grams": grams, "price_fen": price, "per_500g_fen": rules.per_500g(price, grams), "min_qty": 1, "max_qty": 50,
            "harvest_on": at.date(), "state": str(OfferState.ON_SALE), "listed_by": self.county.clerk,
            "approved_by": self.county.official, "client_key": f"bench-{number}", "sold_count": 0, "created_at": at,
            "published_at": at,
        }  # fmt: skip

    def _terms(self, row):
        category = self.categories[row["category_code"]]
        variety = self.varieties[row["variety"]]
        texts = (
            row["title_zh"], row["title_en"], row["variety"].replace("_", " "), category.zh, category.en, variety.zh, variety.en,
            self.names[row["village_code"]][0],
        )  # fmt: skip
        return " ".join(dict.fromkeys(word for text in texts for word in _words(text)))
