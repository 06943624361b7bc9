"""What is good to know: what to do this month, what goods sell at, what buyers look for, how far broadband reaches."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.areas.values import Coverage
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.orders import queries as orders
from marketplace.products import queries as products
from marketplace.products.values import CategoryView, Note, Wanted

#: What was paid in so many days is lately.
LATELY_DAYS = 60


@dataclass(frozen=True, slots=True)
class Price:
    """What a kind of goods is asked and sold for: of 500 g where weight says anything, else a piece."""

    category: CategoryView
    #: The county's guidance, of 500 g.
    low_fen: int
    high_fen: int
    #: None where hardly anything was sold lately.
    sold_fen: int | None
    sales: int


@dataclass(frozen=True, slots=True)
class Information:
    """All of it, for one household."""

    #: Notes of the month: what the household grows first.
    notes: tuple[tuple[CategoryView, Note], ...]
    prices: tuple[Price, ...]
    wanted: tuple[Wanted, ...]
    broadband: Coverage | None
    village_code: str


def information(session: Session, household_id: int, today: dt.date) -> Information:
    """Gather what is good to know for a household; some twelve queries."""
    village = farmers.villages_of_households(session, [household_id])[household_id]
    categories = products.categories(session)
    own = _own_categories(session, household_id)
    kinds = {each.code: each for each in categories}
    notes = [(kinds[note.category_code], note) for note in products.agronomy_notes(session, month=today.month)]
    sold = orders.sold_prices(session, clock.day_bounds(today)[0] - dt.timedelta(days=LATELY_DAYS))
    return Information(
        notes=tuple(sorted(notes, key=lambda pair: pair[0].code not in own)),
        prices=tuple(_price(each, sold.get(each.code)) for each in categories),
        wanted=products.wanted(session, _two_months(today)),
        broadband=areas.broadband(session, village, today).get(village),
        village_code=village,
    )


def _own_categories(session: Session, household_id: int) -> frozenset[str]:
    crops = farmers.crops_of_household(session, household_id)
    return frozenset(
        variety.category_code
        for variety in products.varieties(session)
        if any(word in crop for word in variety.crop_words for crop in crops)
    )


def _price(category: CategoryView, sold: orders.SoldPrice | None) -> Price:
    fen = None if sold is None else sold.per_500g_fen if category.is_by_weight else sold.piece_fen
    return Price(category, category.guidance_low_fen, category.guidance_high_fen, fen, sold.sales if sold else 0)


def _two_months(today: dt.date) -> Sequence[str]:
    before = today.replace(day=1) - dt.timedelta(days=1)
    return f"{today:%Y-%m}", f"{before:%Y-%m}"
