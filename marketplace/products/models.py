"""Tables of goods on sale, their stock, their reservations, and what buyers say of them.

Personal data: `reviews.words`, in the buyer's own words and without a name.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model, Moment, partial
from marketplace.products.values import LEAST_TOLD, AfterSale, Degree, HoldState, MovementKind, OfferState, SellMode


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def _on_sale(name: str, *columns: str) -> Index:
    """Return an index of offers on sale alone: the catalogue reads nothing else, and in this order."""
    only: dict[str, Any] = {f"{engine}_where": text("state = 'on_sale'") for engine in ("sqlite", "postgresql")}
    return Index(f"ix_offers_sale_{name}", *columns, **only)


class Category(Model):
    """A kind of goods with its rules."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint(_one_of("degree", Degree), name="degree"),
        CheckConstraint(_one_of("after_sale", AfterSale), name="after_sale"),
        CheckConstraint("0 < guidance_low_fen AND guidance_low_fen <= guidance_high_fen", name="guidance"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(60))
    #: The county's guidance per 500 g.
    guidance_low_fen: Mapped[Fen]
    guidance_high_fen: Mapped[Fen]
    shelf_days: Mapped[int] = mapped_column(Integer)
    degree: Mapped[str] = mapped_column(String(10))
    after_sale: Mapped[str] = mapped_column(String(12))
    needs_licence: Mapped[bool] = mapped_column(Boolean)
    #: Months of the season joined by commas; empty means all year.
    season_months: Mapped[str] = mapped_column(String(40))
    is_cultural: Mapped[bool] = mapped_column(Boolean)
    #: Whether a price per 500 g says anything.
    is_by_weight: Mapped[bool] = mapped_column(Boolean)
    position: Mapped[int] = mapped_column(Integer)


class Variety(Model):
    """One thing households grow or make, with the county's guidance for it: a tile of the listing screens."""

    __tablename__ = "varieties"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(60))
    unit_grams: Mapped[int] = mapped_column(Integer)
    guidance_low_fen: Mapped[Fen]
    guidance_high_fen: Mapped[Fen]
    #: Kind of the house's own picture.
    picture: Mapped[str] = mapped_column(String(20))
    #: Parts of the register's crop words that mean it, joined by commas.
    crop_words: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(Integer)


class SellerLicence(Model):
    """A food licence on file: which seller may sell which processed goods until when."""

    __tablename__ = "seller_licences"
    __table_args__ = (UniqueConstraint("seller_id", "category_code", "number"),)

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    number: Mapped[str] = mapped_column(String(60))
    valid_to: Mapped[dt.date] = mapped_column(Date)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[Moment]


class Offer(Model):
    """What is on sale, or wants to be. A draft has no price yet."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint(_one_of("state", OfferState), name="state"),
        CheckConstraint(_one_of("sell_mode", SellMode), name="sell_mode"),
        CheckConstraint("price_fen > 0 OR (price_fen = 0 AND state IN ('draft', 'archived'))", name="price"),
        CheckConstraint("unit_grams > 0", name="weight"),
        CheckConstraint("1 <= min_qty AND min_qty <= max_qty", name="quantities"),
        CheckConstraint("approved_by IS NULL OR approved_by <> listed_by", name="approved_by_another"),
        CheckConstraint("state NOT IN ('on_sale', 'paused', 'out_of_season') OR approved_by IS NOT NULL", name="approved"),
        CheckConstraint("state <> 'on_sale' OR published_at IS NOT NULL", name="published"),
        CheckConstraint(
            "0 <= review_count AND review_count <= stars_sum AND stars_sum <= 5 * review_count AND hidden_reviews >= 0",
            name="rating",
        ),
        _on_sale("newest", "published_at", "id"),
        _on_sale("price", "price_fen", "id"),
        _on_sale("per_500g", "per_500g_fen", "id"),
        _on_sale("sold", "sold_count", "id"),
        _on_sale("category_newest", "category_code", "published_at", "id"),
        _on_sale("category_price", "category_code", "price_fen", "id"),
        _on_sale("category_per_500g", "category_code", "per_500g_fen", "id"),
        _on_sale("category_sold", "category_code", "sold_count", "id"),
        _on_sale("village", "village_code", "category_code"),
        _on_sale("variety", "variety", "village_code"),
        Index("ix_offers_seller_id_state", "seller_id", "state"),
        Index("ix_offers_household_id", "household_id"),
        Index("ix_offers_waiting", "village_code", "created_at", sqlite_where=text("state = 'submitted'"),
              postgresql_where=text("state = 'submitted'")),
        Index("ix_offers_listed_by", "listed_by"),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    #: A code of `varieties`, or the seller's own word.
    variety: Mapped[str] = mapped_column(String(40))
    title_zh: Mapped[str] = mapped_column(String(80))
    #: Empty where the seller wrote the title: it is shown as written.
    title_en: Mapped[str] = mapped_column(String(120), default="", server_default="")
    story: Mapped[str] = mapped_column(Text, default="", server_default="")
    sell_mode: Mapped[str] = mapped_column(String(10))
    #: Weight of one unit as sent.
    unit_grams: Mapped[int] = mapped_column(Integer)
    price_fen: Mapped[Fen]
    per_500g_fen: Mapped[Fen]
    min_qty: Mapped[int] = mapped_column(Integer)
    max_qty: Mapped[int] = mapped_column(Integer)
    harvest_on: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(14))
    listed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: The household's consent under which somebody else listed it.
    on_behalf_of_consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Why the village sent it back.
    returned_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: Made by the phone: the same listing sent twice is one offer.
    client_key: Mapped[str] = mapped_column(String(60), unique=True)
    sold_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: Of the reviews that everybody sees: how many, and all their stars together; and how many an official hid.
    review_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    stars_sum: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    hidden_reviews: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    created_at: Mapped[Moment]
    published_at: Mapped[dt.datetime | None]


class OfferImage(Model):
    """A picture of an offer, in order."""

    __tablename__ = "offer_images"
    __table_args__ = (Index("ix_offer_images_image_id", "image_id"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"))


class OfferEvent(Model):
    """One step of an offer's way, kept."""

    __tablename__ = "offer_events"
    __table_args__ = (Index("ix_offer_events_offer_id", "offer_id"),)

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    #: `state`, `price` or `licence`.
    what: Mapped[str] = mapped_column(String(10))
    before: Mapped[str] = mapped_column(String(40), default="", server_default="")
    after: Mapped[str] = mapped_column(String(40))
    at: Mapped[Moment]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Stock(Model):
    """How many there ever were, and how many of them are held or sold."""

    __tablename__ = "stocks"
    __table_args__ = (CheckConstraint("0 <= taken AND taken <= on_hand", name="never_oversold"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), primary_key=True, autoincrement=False)
    on_hand: Mapped[int]
    taken: Mapped[int]


class StockMovement(Model):
    """Why a stock figure moved. Never changed."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint(_one_of("kind", MovementKind), name="kind"),
        CheckConstraint("on_hand_delta <> 0 OR taken_delta <> 0", name="moves_something"),
        Index("ix_stock_movements_offer_id", "offer_id"),
        Index("uq_stock_movements_restocked", "source", "offer_id", unique=True, sqlite_where=text("kind = 'restocked'"),
              postgresql_where=text("kind = 'restocked'")),
    )  # fmt: skip

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    kind: Mapped[str] = mapped_column(String(10))
    on_hand_delta: Mapped[int]
    taken_delta: Mapped[int]
    at: Mapped[Moment]
    #: Opaque reference of what caused it: a reservation's key, a refund's reference, a user.
    source: Mapped[str] = mapped_column(String(120))


class Reservation(Model):
    """Goods kept for somebody until a moment."""

    __tablename__ = "reservations"
    __table_args__ = (
        UniqueConstraint("key", "offer_id"),
        CheckConstraint(_one_of("state", HoldState), name="state"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_reservations_offer_id_state", "offer_id", "state"),
        Index("ix_reservations_due", "until", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
    )

    id: Mapped[Id]
    #: One purchase, several goods.
    key: Mapped[str] = mapped_column(String(80))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    until: Mapped[Moment]
    source: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[Moment]
    ended_at: Mapped[dt.datetime | None]


class Review(Model):
    """What a buyer says of goods that came. Never changed, but that the seller answers once and an official hides it once."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_in_words"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name="hidden_for_a_reason"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_by IS NULL)", name="hidden_by_somebody"),
        partial("ix_reviews_shown", "offer_id", "id", only="hidden_at IS NULL"),
        partial("ix_reviews_unanswered", "household_id", "id", only="answered_at IS NULL AND hidden_at IS NULL"),
        Index("ix_reviews_offer_id", "offer_id"),
        Index("ix_reviews_household_id", "household_id", "id"),
        Index("ix_reviews_village_code", "village_code", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: Made with the form: the same review sent twice is one.
    key: Mapped[str] = mapped_column(String(80), unique=True)
    #: Opaque reference of what was delivered; each is reviewed once.
    source: Mapped[str] = mapped_column(String(40), unique=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    #: Copied from the offer, so that lists are read without it.
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    stars: Mapped[int] = mapped_column(Integer)
    #: May be empty: stars alone say something.
    words: Mapped[str] = mapped_column(String(300))
    #: All that is shown of who wrote it.
    province: Mapped[str] = mapped_column(String(20))
    written_at: Mapped[Moment]
    answer: Mapped[str] = mapped_column(String(300), default="", server_default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    hidden_at: Mapped[dt.datetime | None]
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    hidden_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class ReviewImage(Model):
    """A photo that came with a review. Never changed."""

    __tablename__ = "review_images"
    __table_args__ = (CheckConstraint("position BETWEEN 0 AND 2", name="three_at_most"),)

    review_id: Mapped[int] = mapped_column(Key, ForeignKey("reviews.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    image_id: Mapped[int] = mapped_column(Key, ForeignKey("images.id"), index=True)


class MissedSearch(Model):
    """How often buyers looked in a month for something and found little or nothing.

    The words themselves are kept only once enough looked for them; until then their keyed hash alone, another one each month, so
    that what a single person typed, a name or a number perhaps, is nowhere.
    """

    __tablename__ = "missed_searches"
    __table_args__ = (
        CheckConstraint("searches > 0", name="some_searches"),
        CheckConstraint(f"(searches >= {LEAST_TOLD}) = (term IS NOT NULL)", name="told_by_enough"),
        Index("ix_missed_searches_month_searches", "month", "searches"),
    )

    #: 'YYYY-MM', cut in Asia/Shanghai.
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    term_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    searches: Mapped[int] = mapped_column(Integer)
    term: Mapped[str | None] = mapped_column(String(20))


class AgronomyNote(Model):
    """What is to be done with a kind of goods in some months, in the county's words, from a day to a day."""

    __tablename__ = "agronomy_notes"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        CheckConstraint("words_zh <> '' AND words_en <> ''", name="in_both_languages"),
        Index("ix_agronomy_notes_category_code", "category_code"),
    )

    id: Mapped[Id]
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    #: Months of the year joined by commas.
    months: Mapped[str] = mapped_column(String(40))
    words_zh: Mapped[str] = mapped_column(String(400))
    words_en: Mapped[str] = mapped_column(String(600))
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date | None] = mapped_column(Date)
    #: Nobody for the notes that the house came with.
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
