"""How goods' services say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class SoldOut(Refusal):
    """Fewer are left than were asked for. Carries `offer_id`, `title` and `left`."""

    code = "sold_out"
    message = N_("Only %(left)d of “%(title)s” are left.")

    def __init__(self, *, offer_id: int, title: str, left: int) -> None:
        self.offer_id, self.title, self.left = offer_id, title, left
        super().__init__(None if left else N_("“%(title)s” is sold out."), title=title, left=left)


class HoldEnded(Refusal):
    """The reservation has run out, was let go, or was never made."""

    code = "hold_ended"
    message = N_("The goods are no longer kept for you. Please look whether there are any left.")


class HoldDiffers(Refusal):
    """A repeated key with other goods or quantities."""

    code = "hold_differs"
    message = N_("This basket has changed meanwhile. Please check it once more.")


class HoldCommitted(Refusal):
    """Goods that are paid for cannot be let go; a refund puts them back."""

    code = "hold_committed"
    message = N_("These goods are paid for already.")


class QuantityRefused(Refusal):
    """A quantity that cannot be: nothing, less than nothing, or beyond belief."""

    code = "quantity"
    message = N_("Choose a quantity from %(least)d to %(most)d.")
    status = 400


class OfferStep(Refusal):
    """The offer is not in a state from which this may follow."""

    code = "offer_step"
    message = N_("This can't follow now: the offer has changed meanwhile. Look again.")


class OfferIncomplete(Refusal):
    """A draft without what a buyer must know."""

    code = "offer_incomplete"
    message = N_("Something is still missing: choose the goods, a price and how many there are.")
    status = 400


class ApprovedByLister(Refusal):
    """Whoever listed an offer, or may act for its household, tried to approve it."""

    code = "approved_by_lister"
    message = N_("Nobody approves what they listed, or their own household's goods. Ask another official.")
    status = 403


class ConsentNeeded(Refusal):
    """A helper listed for a household that has not agreed."""

    code = "consent_needed"
    message = N_("Ask the household first, and record that it agrees.")
    status = 403


class SellerNotApproved(Refusal):
    """The seller is not approved, or is suspended."""

    code = "seller_not_approved"
    message = N_("The village has to approve this seller first.")


class LicenceMissing(Refusal):
    """Processed food without a licence on file."""

    code = "licence_missing"
    message = N_("%(category)s needs a food licence on file before it can be sold.")


class PriceRefused(Refusal):
    """A price of nothing, or beyond belief."""

    code = "price"
    message = N_("Choose a price from ¥0.10 to ¥100,000.")
    status = 400


class UnknownCategory(Refusal):
    """A kind of goods the county does not have."""

    code = "unknown_category"
    message = N_("There is no such kind of goods.")
    status = 400


class ReasonNeeded(Refusal):
    """Sending back without saying why."""

    code = "reason_needed"
    message = N_("Say in a few words what should be changed.")
    status = 400


class PhotoNeeded(Refusal):
    """A listing without a photograph."""

    code = "photo_needed"
    message = N_("Take at least one photo first.")
    status = 400


class StarsNeeded(Refusal):
    """A review without stars, or with more than there are."""

    code = "stars"
    message = N_("Choose from one to five stars.")
    status = 400


class ReviewTooLong(Refusal):
    """A review or an answer of more words than are kept."""

    code = "review_too_long"
    message = N_("Use at most %(most)d characters.")
    status = 400


class ReviewedAlready(Refusal):
    """What was delivered has its review."""

    code = "reviewed_already"
    message = N_("You have said how it was already. It stays as it is.")


class ReviewAnswerNeeded(Refusal):
    """An answer without words."""

    code = "review_answer_needed"
    message = N_("Choose a sentence or write your own.")
    status = 400


class AnsweredAlready(Refusal):
    """A review is answered once."""

    code = "answered_already"
    message = N_("This is answered already. The answer stays as it is.")


class ReviewHidden(Refusal):
    """An official hid the review: nobody reads an answer."""

    code = "review_hidden"
    message = N_("An official has hidden this. Buyers no longer see it.")


class HidingReasonNeeded(Refusal):
    """Hiding without saying why."""

    code = "hiding_reason_needed"
    message = N_("Say in a few words why it is hidden. The buyer reads it.")
    status = 400


class OwnReviewHidden(Refusal):
    """An official would hide what was said of their own household's goods."""

    code = "own_review_hidden"
    message = N_("Your own household sold this. Another official decides.")
    status = 403
