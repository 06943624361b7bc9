"""What a basket costs before it is ordered: contact, freight, discounts, quotes."""

import datetime as dt
from dataclasses import dataclass, field

from marketplace.orders.values.states import PROBLEM_WORDS, Problem


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a parcel goes to. It stays out of reprs and logs; `address` is all below the province."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FreightZone:
    """Provinces that cost the same to send to. Over `free_over_fen` of one seller's goods, sending is free."""

    code: str
    zh: str
    en: str
    provinces: tuple[str, ...]
    first_kg_fen: int
    next_kg_fen: int
    free_over_fen: int | None

    def name(self, locale: str) -> str:
        """Return the name in a language."""
        return self.en if locale == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """A line of a basket at today's terms. `gross_fen` stands before the discount; with `paid_fen` 0 the line can't be bought."""

    ref: str
    slug: str
    offer_id: int
    title: str
    title_en: str
    image_id: int | None
    category_code: str
    unit_grams: int
    price_fen: int
    quantity: int
    gross_fen: int
    discount_fen: int
    paid_fen: int
    left: int
    least: int
    most: int
    problem: Problem | None = None

    @property
    def problem_words(self) -> str | None:
        """Return the msgid for what is wrong; it takes `left`, `least` and `most`."""
        return PROBLEM_WORDS[self.problem] if self.problem else None

    def title_in(self, locale: str) -> str:
        """Return the title in a language, or as the seller wrote it."""
        return (self.title_en or self.title) if locale == "en" else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedOrder:
    """What one seller would send. `freight_fen` is None as long as no province is known."""

    seller_id: int
    seller_ref: str
    seller_name: str
    village_code: str
    lines: tuple[QuotedLine, ...]
    goods_fen: int
    discount_fen: int
    freight_fen: int | None
    grams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a basket costs now. `goods_fen` stands before discounts; `total_fen` is all that is to be paid, freight if known."""

    orders: tuple[QuotedOrder, ...]
    goods_fen: int
    discount_fen: int
    freight_fen: int | None
    total_fen: int
    problems: bool
    count: int
    #: Whether the province given is one we send to (or none was given).
    is_served: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountView:
    """So much off from so much on, at the seller's own cost, from a day to a day (both included)."""

    id: int
    seller_id: int
    threshold_fen: int
    off_fen: int
    from_on: dt.date
    to_on: dt.date
