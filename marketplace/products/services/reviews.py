"""What buyers say of goods: kept once, answered once, hidden once. The shelf's figures go along in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.products.models import Offer, Review, ReviewImage
from marketplace.products.refusals import (
    AnsweredAlready,
    HidingReasonNeeded,
    OwnReviewHidden,
    ReviewAnswerNeeded,
    ReviewedAlready,
    ReviewHidden,
    ReviewTooLong,
    StarsNeeded,
)
from marketplace.products.values import MOST_REVIEW_PHOTOS, MOST_REVIEW_WORDS, MOST_STARS


def keep_review(
    session: Session,
    *,
    key: str,
    source: str,
    offer_id: int,
    stars: int,
    words: str,
    province: str,
    image_ids: Sequence[int] = (),
) -> str:
    """Keep what a buyer says of goods that came, and return its reference. The same key again returns the first.

    Whoever calls knows that they came, and to whom: `source` names what was delivered and has one review.

    Raises:
        ReviewedAlready: it has one under another key.
        StarsNeeded, ReviewTooLong: as named.
    """
    standing = session.execute(select(Review.key, Review.ref).where((Review.key == key) | (Review.source == source))).first()
    if standing is not None:
        if standing.key != key:
            raise ReviewedAlready
        return str(standing.ref)
    if not 1 <= stars <= MOST_STARS:
        raise StarsNeeded
    offer = session.execute(
        select(Offer.seller_id, Offer.household_id, Offer.village_code).where(Offer.id == offer_id)
    ).one_or_none()
    if offer is None:
        raise NotThere
    review = Review(
        ref=ids.reference("V", 8), key=key, source=source, offer_id=offer_id, seller_id=offer.seller_id,
        household_id=offer.household_id, village_code=offer.village_code, stars=stars, words=_short_enough(words),
        province=province, written_at=clock.now(),
    )  # fmt: skip
    session.add(review)
    session.flush()
    shown = list(dict.fromkeys(image_ids))[:MOST_REVIEW_PHOTOS]
    session.add_all(ReviewImage(review_id=review.id, position=at, image_id=image_id) for at, image_id in enumerate(shown))
    _count(session, offer_id, reviews=1, stars=stars, hidden=0)
    return review.ref


def answer_review(session: Session, *, ref: str, words: str, by: int) -> None:
    """Answer for the seller, once. The same words again change nothing.

    Raises:
        ReviewAnswerNeeded, ReviewTooLong: as named.
        ReviewHidden: nobody reads it any more.
        AnsweredAlready: it has another answer.
    """
    words = _short_enough(words)
    if not words:
        raise ReviewAnswerNeeded
    review = _taken(session, ref)
    if review.answered_at is not None:
        if review.answer != words:
            raise AnsweredAlready
        return
    if review.hidden_at is not None:
        raise ReviewHidden
    review.answer, review.answered_at, review.answered_by = words, clock.now(), by
    session.flush()
    record_audit(
        session, by=by, action="products.answer_review", object_kind="review", object_ref=ref, area_code=review.village_code
    )


def hide_review(session: Session, *, ref: str, reason: str, by: int) -> None:
    """Take a review out of everybody's sight, and out of the average, with a reason its buyer reads. A second hiding is none.

    Raises:
        HidingReasonNeeded: without one.
        OwnReviewHidden: the official may act for the household that sold it.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise HidingReasonNeeded
    review = _taken(session, ref)
    if review.household_id is not None and by in farmers.users_of_household(session, review.household_id):
        raise OwnReviewHidden
    if review.hidden_at is not None:
        return
    review.hidden_at, review.hidden_by, review.hidden_reason = clock.now(), by, reason
    session.flush()
    _count(session, review.offer_id, reviews=-1, stars=-review.stars, hidden=1)
    record_audit(
        session, by=by, action="products.hide_review", object_kind="review", object_ref=ref, after={"stars": review.stars},
        reason=reason, area_code=review.village_code,
    )  # fmt: skip


def _taken(session: Session, ref: str) -> Review:
    """Return a review that nobody else changes until this transaction ends."""
    found = session.scalar(select(Review).where(Review.ref == ref).with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotThere
    return found


def _short_enough(words: str) -> str:
    words = words.strip()
    if len(words) > MOST_REVIEW_WORDS:
        raise ReviewTooLong(most=MOST_REVIEW_WORDS)
    return words


def _count(session: Session, offer_id: int, *, reviews: int, stars: int, hidden: int) -> None:
    session.execute(
        update(Offer)
        .where(Offer.id == offer_id)
        .values(
            review_count=Offer.review_count + reviews,
            stars_sum=Offer.stars_sum + stars,
            hidden_reviews=Offer.hidden_reviews + hidden,
        )
        .execution_options(synchronize_session=False)
    )
