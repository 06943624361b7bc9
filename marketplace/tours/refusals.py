"""How tours' services say no."""

import datetime as dt

from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import grouped
from marketplace.kernel.words import N_


class TourStep(Refusal):
    """The tour is not in a state for this."""

    code = "tour_step"
    message = N_("The tour is not in a state for that. Look at it again.")


class TourUnfinished(Refusal):
    """Something a visitor must know is missing."""

    code = "tour_unfinished"
    message = N_("A price, a meeting point or the number of people is still missing.")
    status = 400


class PartsRefused(Refusal):
    """What the payees get does not divide the price."""

    code = "parts_refused"
    message = N_("The parts of the payees do not add up: the shares of the rest must be 100 % together.")
    status = 400


class ApprovedByLister(Refusal):
    """Nobody approves what they offered themselves."""

    code = "approved_by_lister"
    message = N_("You offered this tour yourself, or act for its household. Another official must approve it.")
    status = 403


class StopsNeeded(Refusal):
    """A route joins no place."""

    code = "stops_needed"
    message = N_("Choose at least one place that the route stops at.")
    status = 400


class SellerNotApproved(Refusal):
    """A payee is not approved in its village."""

    code = "tour_seller_not_approved"
    message = N_("Everybody who is paid by this tour must be approved in the village first.")


class ConsentNeeded(Refusal):
    """Listed for a household that has not said yes."""

    code = "tour_consent_needed"
    message = N_("Ask the household first, and record that it agrees.")
    status = 403


class OperatorNeeded(Refusal):
    """Two or more paid services sold as one need a licensed travel agency (Tourism Law)."""

    code = "operator_needed"
    message = N_("Several paid services sold as one are a package. Record the licensed travel agency that operates it first.")


class ReasonNeeded(Refusal):
    """A decision without words."""

    code = "tour_reason_needed"
    message = N_("Please say why, in a few words.")
    status = 400


class DepartureClosed(Refusal):
    """It can no longer be booked."""

    code = "departure_closed"
    message = N_("This date can no longer be booked. Please choose another.")


class DepartureFull(Refusal):
    """Fewer places are left than asked for. Carries `left`."""

    code = "departure_full"
    message = N_("Only %(left)d places are left on this date. Please choose fewer people or another date.")

    def __init__(self, *, left: int) -> None:
        self.left = left
        super().__init__(None, left=left)


class DateRefused(Refusal):
    """A date in the past, too far ahead, or when a place is closed. Carries `on`."""

    code = "date_refused"
    message = N_("On %(on)s this cannot take place: it has passed, is too far ahead, or a place on the way is closed.")

    def __init__(self, *, on: dt.date) -> None:
        self.on = on
        super().__init__(None, on=on.isoformat())


class CapacityTaken(Refusal):
    """Capacity cannot fall below what people have booked. Carries `taken`."""

    code = "capacity_taken"
    message = N_(
        "%(taken)d are booked already. Close the date for new bookings or call a departure off; who booked keeps the place."
    )

    def __init__(self, *, taken: int) -> None:
        self.taken = taken
        super().__init__(None, taken=taken)


class PeopleRefused(Refusal):
    """Nobody, too many at once, or children without an adult."""

    code = "people_refused"
    message = N_("Choose at least one person; children come with an adult.")
    status = 400


class LeaderRefused(Refusal):
    """The leader's name or telephone number is missing or wrong."""

    code = "leader_refused"
    message = N_("We need the leader's name and a mainland mobile number of 11 digits.")
    status = 400


class NamesNeeded(Refusal):
    """A place on the way asks for each visitor's name and identity number."""

    code = "names_needed"
    message = N_("A place on this route asks for each visitor's name and identity number. Please enter them all.")
    status = 400


class IdentityRefused(Refusal):
    """An identity number that cannot be. Carries `number`, the visitor's place in the list."""

    code = "identity_refused"
    message = N_("The identity number of visitor %(number)d is not right. Please compare it with the card.")
    status = 400

    def __init__(self, *, number: int) -> None:
        self.number = number
        super().__init__(None, number=number)


class NameOrNumberMissing(Refusal):
    """A line of a list without a name or without a number."""

    code = "name_or_number_missing"
    message = N_("Write the name and the identity number of 18 characters.")
    status = 400


class NamedTwice(Refusal):
    """The same identity number twice on a list. Carries `number`, where it stood first."""

    code = "named_twice"
    message = N_("This identity number stands at %(number)d already.")
    status = 400

    def __init__(self, *, number: int) -> None:
        self.number = number
        super().__init__(None, number=number)


class PriceChanged(Refusal):
    """The price changed after the visitor saw it. Carries `now_fen`."""

    code = "tour_price_changed"
    message = N_("The total has changed to ¥%(now)s. Please look at it and confirm once more.")

    def __init__(self, *, now_fen: int) -> None:
        self.now_fen = now_fen
        super().__init__(None, now=grouped(now_fen))


class RefundChanged(Refusal):
    """What goes back is not what the visitor saw: a tier passed, or something went back meanwhile. Carries `now_fen`."""

    code = "tour_refund_changed"
    message = N_("Now ¥%(now)s would go back. Please look at it and confirm once more.")

    def __init__(self, *, now_fen: int) -> None:
        self.now_fen = now_fen
        super().__init__(None, now=grouped(now_fen))


class TooManyBookings(Refusal):
    """A telephone number, a browser or a network address holds more than is kept for one. Carries `hours`."""

    code = "too_many_bookings"
    message = N_(
        "Many bookings came with this number or from here in a short time. Pay for those that wait; in about %(hours)d h you can "
        "book again. What you wrote stays here."
    )
    status = 429


class BookingClosed(Refusal):
    """The booking does not wait for this any more."""

    code = "booking_closed"
    message = N_("This booking has ended or was changed meanwhile. Look at it again.")


class PaidTooLate(Refusal):
    """The money came when the places were gone; it goes back."""

    code = "booking_paid_too_late"
    message = N_("The places are gone meanwhile. The money goes back the way it came.")


class TooLateToCancel(Refusal):
    """The tour has begun."""

    code = "too_late_to_cancel"
    message = N_("The tour has begun; it can no longer be cancelled here.")


class DepartureRuns(Refusal):
    """The departure cannot be called off or changed any more."""

    code = "departure_runs"
    message = N_("This departure has taken place or was called off already.")


class VisitorsThere(Refusal):
    """Somebody has come in: what has begun is not called off."""

    code = "visitors_there"
    message = N_("Visitors have come in already, so it takes place. It can no longer be called off.")


class SubstituteSame(Refusal):
    """Somebody cannot step in for themselves."""

    code = "substitute_same"
    message = N_("This seller does this part already. Choose somebody else.")


class SubstituteUnknown(Refusal):
    """Nobody approved has this number, so nobody could be paid."""

    code = "substitute_unknown"
    message = N_("No approved seller has this number. Whoever steps in must be approved in the village first.")


class SubstituteOwn(Refusal):
    """Nobody gives work to their own household."""

    code = "substitute_own"
    message = N_("You act for this household. Another official must decide that it steps in.")
    status = 403


class PartEarned(Refusal):
    """All of a part is earned: nothing is left to hand over."""

    code = "part_earned"
    message = N_("This part is earned already. Whoever did the work keeps it.")


class BankRefNeeded(Refusal):
    """Money sent by hand needs the bank's reference."""

    code = "booking_bank_ref_needed"
    message = N_("Enter the bank's reference or the number of the signed slip.")
    status = 400


class WaitingClosed(Refusal):
    """The offer of a freed seat has lapsed, or was taken."""

    code = "waiting_closed"
    message = N_("This offer has ended. You can put yourself on the list again.")
