"""Named reads of what buyers say of goods. Two queries however many reviews."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.products import rules
from marketplace.products.models import Offer, Review, ReviewImage
from marketplace.products.values import ReviewChoice, ReviewsPage, ReviewView

#: Reviews with fewer stars than this are the ones to look at first.
_LOW_STARS = 3
_SHOWN = Review.hidden_at.is_(None)
_COLUMNS = (
    Review.id, Review.ref, Review.source, Review.offer_id, Offer.slug, Offer.title_zh, Offer.title_en, Review.seller_id,
    Review.household_id, Review.village_code, Review.stars, Review.words, Review.province, Review.written_at, Review.answer,
    Review.answered_at, Review.hidden_at, Review.hidden_by, Review.hidden_reason,
    Offer.state.in_([str(state) for state in rules.SHOWN]),
)  # fmt: skip


def review_by_ref(session: Session, *, ref: str) -> ReviewView | None:
    """Return a review by its reference."""
    return next(iter(_views(session, _joined().where(Review.ref == ref))), None)


def reviews_of_sources(session: Session, sources: Iterable[str]) -> dict[str, ReviewView]:
    """Return the reviews of what was delivered, by its reference; hidden ones too."""
    wanted = sorted(set(sources))
    return {one.source: one for one in _views(session, _joined().where(Review.source.in_(wanted)))} if wanted else {}


def reviews_of_offer(session: Session, offer_id: int, *, before: int | None = None, limit: int = 20) -> ReviewsPage:
    """Return what everybody may read of an offer."""
    return _page(session, _joined().where(Review.offer_id == offer_id, _SHOWN), before, limit)


def reviews_of_households(
    session: Session, household_ids: Collection[int], *, is_answered: bool, before: int | None = None, limit: int = 20
) -> ReviewsPage:
    """Return what was said of the goods of some households and not hidden: what has its answer, or what waits for one."""
    given = Review.answered_at.is_not(None) if is_answered else Review.answered_at.is_(None)
    return _page(session, _joined().where(Review.household_id.in_(sorted(household_ids)), _SHOWN, given), before, limit)


def reviews_in_areas(
    session: Session, codes: Collection[str], *, choice: ReviewChoice, before: int | None = None, limit: int = 20
) -> ReviewsPage:
    """Return the reviews of goods from some areas."""
    wanted = _joined().where(in_areas(Review.village_code, codes))
    if choice is ReviewChoice.LOW:
        wanted = wanted.where(_SHOWN, Review.stars < _LOW_STARS)
    elif choice is ReviewChoice.HIDDEN:
        wanted = wanted.where(~_SHOWN)
    return _page(session, wanted, before, limit)


def count_unanswered(session: Session, household_ids: Collection[int]) -> int:
    """Return how many reviews of the goods of some households wait for an answer."""
    waiting = select(func.count()).select_from(Review).where(
        Review.household_id.in_(sorted(household_ids)), _SHOWN, Review.answered_at.is_(None)
    )  # fmt: skip
    return (session.scalar(waiting) or 0) if household_ids else 0


def reviews_like(pattern: str) -> Any:
    """Return the reviews whose source matches a LIKE pattern, as a subquery: source, offer_id, province."""
    return select(Review.source, Review.offer_id, Review.province).where(Review.source.like(pattern)).subquery()


def _joined() -> Any:
    return select(*_COLUMNS).join(Offer, Offer.id == Review.offer_id)


def _page(session: Session, wanted: Any, before: int | None, limit: int) -> ReviewsPage:
    if before is not None:
        wanted = wanted.where(Review.id < before)
    rows = _views(session, wanted.order_by(Review.id.desc()).limit(limit + 1))
    return ReviewsPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def _views(session: Session, wanted: Any) -> tuple[ReviewView, ...]:
    rows: Any = session.execute(wanted).all()
    photos: dict[int, list[int]] = {row.id: [] for row in rows}
    if rows:
        for review_id, image_id in session.execute(
            select(ReviewImage.review_id, ReviewImage.image_id)
            .where(ReviewImage.review_id.in_(sorted(photos)))
            .order_by(ReviewImage.review_id, ReviewImage.position)
        ):
            photos[review_id].append(image_id)
    return tuple(ReviewView(*(*row, tuple(photos[row.id]))) for row in rows)
