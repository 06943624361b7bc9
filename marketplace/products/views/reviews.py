"""What buyers say: all of it for everybody, on the farmer's desk to be answered, in the office to be looked through."""

from collections.abc import Iterable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.words import N_
from marketplace.media import queries as media
from marketplace.media.values import ImageView
from marketplace.products import queries, rules, services
from marketplace.products.forms import HidingForm, ReviewAnswerForm
from marketplace.products.pages import (
    AllReviewsPage,
    Choice,
    OfficeReview,
    OfficeReviewsPage,
    OwnReviewPage,
    OwnReviewsPage,
)
from marketplace.products.values import ReviewChoice, ReviewsPage, ReviewView
from marketplace.products.views.blueprint import bp
from marketplace.products.views.office import DECIDERS, READERS
from marketplace.products.views.shop import reviews_of, title_of
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.nav import NavItem, Section
from marketplace.web.policy import Reach, authorise, me, my_households, policy, reachable_areas
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

OFFICE_NAV = (NavItem("products.office_reviews", N_("What buyers say"), tuple(READERS), order=36, section=Section.TRADE),)
PER_PAGE = 20
#: Sentences a seller can tap instead of typing.
READY = (
    N_("Thank you. We are glad that you like it."),
    N_("Thank you for telling us. We will do better next time."),
    N_("We are sorry that it was not good. We look into it."),
)
CHOICE_WORDS = (
    (ReviewChoice.ALL, N_("All of them")),
    (ReviewChoice.LOW, N_("One or two stars")),
    (ReviewChoice.HIDDEN, N_("Hidden")),
)


@bp.get("/products/<slug>/reviews")
@policy("products.reviews", public=True)
def reviews(slug: str) -> str:
    """Show all that buyers say of one offer, the newest first, as many at once as a light page holds."""
    offer, _category, _left = authorise(queries.offer_on_its_page(reader(), slug))
    if offer.state not in rules.SHOWN:
        raise NotThere
    found = queries.reviews_of_offer(reader(), offer.id, before=before_asked(), limit=PER_PAGE)
    rows, following = _fitting(found)
    page = AllReviewsPage(
        title=title_of(offer),
        offer_url=url_for("products.show", slug=slug),
        reviews=reviews_of(offer, rows, _images(rows)),
        next_url=url_for("products.reviews", slug=slug, before=following) if following else None,
    )
    return render_template("products/reviews.html", page=page, tab="produce")


@bp.get("/desk/reviews")
@policy("desk.reviews", farmer=Reach.HOUSEHOLD)
def own_reviews() -> str:
    """List what buyers said of the household's goods, what waits for an answer first."""
    households, before = my_households(), before_asked()
    # a queue: whoever answers the first of those that wait sees the next
    waiting = queries.reviews_of_households(reader(), households, is_answered=False, limit=PER_PAGE)
    first, _rest = _fitting(waiting) if before is None else ((), None)
    answered = queries.reviews_of_households(reader(), households, is_answered=True, before=before, limit=PER_PAGE)
    rows, following = _fitting(answered, beside=first)
    page = OwnReviewsPage(
        waiting=first,
        answered=rows,
        images=_images([*first, *rows]),
        next_url=url_for("products.own_reviews", before=following) if following else None,
    )
    return render_template("products/own_reviews.html", page=page, back_url=url_for("desk.home"))


@bp.get("/desk/reviews/<ref>")
@policy("desk.review", of="review", farmer=Reach.HOUSEHOLD)
def own_review(ref: str) -> str:
    """Show one review with its answer, or what to answer with."""
    return _own_page(authorise(queries.review_by_ref(reader(), ref=ref)), ReviewAnswerForm(formdata=None))


@bp.post("/desk/reviews/<ref>")
@policy("desk.answer_review", of="review", farmer=Reach.HOUSEHOLD)
def answer_review(ref: str) -> Response | tuple[str, int]:
    """Answer it, once: in words of one's own, or with the sentence that was tapped."""
    review, by = authorise(queries.review_by_ref(reader(), ref=ref)), me().user_id
    form = ReviewAnswerForm()
    if not form.is_posted_and_valid():
        return _own_page(review, form), 422
    words = form.words.data or _ready(form.ready.data)
    try:
        write(lambda session: services.answer_review(session, ref=review.ref, words=words, by=by))
    except Refusal as no:
        form.refuse(no, "words")
        return _own_page(authorise(queries.review_by_ref(reader(), ref=ref)), form), no.status
    flash(_("Your answer stands below what the buyer said."), "ok")
    return redirect(url_for("products.own_reviews"), code=303)


@bp.get("/office/reviews")
@policy("reviews.list", **READERS)
def office_reviews() -> str:
    """List what buyers said of goods from one's area."""
    return _office_page()


@bp.post("/office/reviews/<ref>/hide")
@policy("reviews.hide", of="review", **DECIDERS)
def hide_review(ref: str) -> Response | tuple[str, int]:
    """Hide a review, with a reason that its buyer reads."""
    review, by = authorise(queries.review_by_ref(reader(), ref=ref)), me().user_id
    form = HidingForm()
    if not form.is_posted_and_valid():
        return _office_page({f"reason-{ref}": form.errors_for("reason") or ""}), 422
    reason = form.reason.data or ""
    try:
        write(lambda session: services.hide_review(session, ref=review.ref, reason=reason, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Hidden. It counts no more, and the page says how many were hidden."), "ok")
    return redirect(url_for("products.office_reviews"), code=303)


def _fitting(found: ReviewsPage, *, beside: Sequence[ReviewView] = ()) -> tuple[Sequence[ReviewView], int | None]:
    """Return as many of some reviews as a light page holds beside others, and before which the following page begins."""
    sizes = [(len(one.words) + len(one.answer), len(one.image_ids)) for one in (*beside, *found.rows)]
    rows = found.rows[: max(rules.fitting(sizes) - len(beside), 0)]
    if len(rows) == len(found.rows):
        return rows, found.next_before
    return rows, rows[-1].id if rows else found.rows[0].id + 1


def _images(rows: Iterable[ReviewView]) -> dict[int, ImageView]:
    return media.image_views(reader(), [image_id for one in rows for image_id in one.image_ids])


def _ready(number: str | None) -> str:
    """Return the sentence that was tapped, as the seller read it: buyers read the same."""
    return _(READY[int(number)]) if number in {str(at) for at in range(len(READY))} else ""


def _shown_as(choice: ReviewChoice) -> str | None:
    """Return a choice as an address holds it; all of them need no word."""
    return None if choice is ReviewChoice.ALL else str(choice)


def _own_page(review: ReviewView, form: ReviewAnswerForm) -> str:
    page = OwnReviewPage(
        review=review,
        images=_images([review]),
        form=form,
        ready=[(str(at), _(words)) for at, words in enumerate(READY)],
    )
    return render_template(
        "products/own_review.html", page=page, back_url=url_for("products.own_reviews"), has_errors=bool(form.errors)
    )


def _office_page(errors: dict[str, str] | None = None) -> str:
    asked = request.args.get("show", "")
    choice = ReviewChoice(asked) if asked in set(ReviewChoice) else ReviewChoice.ALL
    found = queries.reviews_in_areas(reader(), reachable_areas(), choice=choice, before=before_asked(), limit=PER_PAGE)
    rows, following = _fitting(found)
    villages = areas.names(reader(), (one.village_code for one in rows))
    sellers = farmers.seller_cards(reader(), {one.seller_id for one in rows})
    people = accounts.names_of_users(reader(), {one.hidden_by for one in rows if one.hidden_by is not None})
    may_write = bool(visitor().roles & set(DECIDERS))
    own = me().household_ids
    page = OfficeReviewsPage(
        rows=[
            OfficeReview(
                review=one,
                village=villages[one.village_code][locale_id() == "en"],
                seller_name=sellers[one.seller_id].display_name if one.seller_id in sellers else "",
                hidden_by=people.get(one.hidden_by or 0, ""),
                may_hide=may_write and one.hidden_at is None and one.household_id not in own,
            )
            for one in rows
        ],
        choices=[
            Choice(
                _(words),
                url_for("products.office_reviews", show=_shown_as(each)),
                is_chosen=each is choice,
            )
            for each, words in CHOICE_WORDS
        ],
        images=_images(rows),
        may_write=may_write,
        next_url=url_for("products.office_reviews", before=following, show=_shown_as(choice)) if following else None,
        errors=errors or {},
    )
    return render_template("products/office_reviews.html", page=page)
