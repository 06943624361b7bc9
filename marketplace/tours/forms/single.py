"""Forms of single fields: what a household chose, dates, seats, codes, reasons."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from marketplace.kernel import clock
from marketplace.tours.rules import DAYS_AHEAD
from marketplace.tours.services import MOST_WEEKS
from marketplace.tours.values import CancelReason, Wish
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField, YuanField

LEAST_PRICE_FEN, MOST_PRICE_FEN = 100, 2_000_000
MOST_SEATS = 300


class WishForm(Form):
    """What a household chose on the four screens; days and times come beside it, for they are many."""

    household = TidyStringField(most=16)
    consent = TidyStringField(most=4)
    client_key = TidyStringField(most=60)
    #: The draft that is changed, where the village sent one back.
    tour = TidyStringField(most=16)
    template = TidyStringField(most=40, needed=_l("Choose what you offer."))
    site = TidyStringField(most=80)
    weeks = WholeNumberField(least=1, most=MOST_WEEKS, needed=_l("Choose how many weeks ahead."))
    seats = WholeNumberField(least=1, most=MOST_SEATS, needed=_l("Choose how many people can come."))
    price = YuanField(least=LEAST_PRICE_FEN, most=MOST_PRICE_FEN, needed=_l("Choose a price."))
    sure = TidyStringField(most=20)

    def wish(self, weekdays: Sequence[int], times: Sequence[str], site_id: int | None) -> Wish:
        """Return what was chosen; the fields have been found whole."""
        return Wish(
            template=self.template.data or "", weekdays=weekdays, start_times=times, weeks=int(self.weeks.data or 0),
            seats=int(self.seats.data or 0), price_fen=int(self.price.data or 0), site_id=site_id,
        )  # fmt: skip


def chosen_weekdays(sent: MultiDict[str, str]) -> list[int]:
    """Return the ISO weekdays among what was sent, in order."""
    return sorted({int(day) for day in sent.getlist("weekdays") if day in tuple("1234567")})


def chosen_times(sent: MultiDict[str, str], offered: Sequence[str]) -> list[str]:
    """Return the offered times among what was sent, in order; where there is but one, that one."""
    return list(offered) if len(offered) == 1 else [at for at in offered if at in sent.getlist("times")]


def hours_in(text: str) -> list[str]:
    """Return the times of a text as 'HH:MM', in order; nothing where one is none."""
    written = re.split(r"[\s,;、，；]+", text.replace("：", ":"))
    found = [re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", each, re.ASCII) for each in written if each]
    return [] if None in found else sorted({f"{int(one[1]):02d}:{one[2]}" for one in found if one})


class SeatsForm(Form):
    """How many may come on a date."""

    seats = WholeNumberField(least=1, most=MOST_SEATS, needed=_l("Choose how many people can come."))


class CodeForm(Form):
    """A code at the gate, typed."""

    code = TidyStringField(most=20, needed=_l("Type the six characters of the code."))
    nonce = TidyStringField(most=40)


class DatesForm(Form):
    """Dates opened in bulk between two days; the weekdays come beside it."""

    from_on = DayField(needed=_l("Write the first day."))
    to_on = DayField(needed=_l("Write the last day."))
    times = TidyStringField(most=60, needed=_l("Write at least one time, such as 09:00."))
    seats = WholeNumberField(least=1, most=MOST_SEATS, needed=_l("Choose how many people can come."))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check the fields, the order of the days, and that the times are times."""
        is_good = bool(super().validate(extra_validators))
        if is_good and self.days < 1:
            self.to_on.errors = [_l("The last day lies before the first.")]
            return False
        if is_good and not self.hours:
            self.times.errors = [_l("Write times such as 09:00, 14:30.")]
            return False
        return is_good

    @property
    def first_day(self) -> dt.date:
        """The first day; today where none was written."""
        return self.from_on.data or clock.today()

    @property
    def days(self) -> int:
        """How many days lie between the two, no more than can be opened ahead."""
        last = self.to_on.data or self.first_day
        return min((last - self.first_day).days + 1, DAYS_AHEAD + 1)

    @property
    def hours(self) -> list[str]:
        """The times as 'HH:MM'; nothing where one is none."""
        return hours_in(self.times.data or "")


class ReasonForm(Form):
    """Why something goes back."""

    reason = TidyStringField(most=200, needed=_l("Say in a few words what should be changed."))


class CallOffForm(Form):
    """Why a departure does not leave, in the county's words and the official's, and the figures that were looked at."""

    reason = TidyStringField(most=12, needed=_l("Choose why."))
    words = TidyStringField(most=200, needed=_l("Please say why, in a few words."))
    seen = TidyStringField(most=60)

    def validate_reason(self, field: TidyStringField) -> None:
        """Refuse a word that is no reason."""
        if field.data not in {reason.value for reason in CancelReason} - {CancelReason.VISITOR.value}:
            raise ValidationError(_l("Choose why."))


class SubstituteForm(Form):
    """Who does a part of a departure instead, by number, and why."""

    seller = TidyStringField(most=16, needed=_l("Write the number of the seller who steps in."))
    reason = TidyStringField(most=200, needed=_l("Please say why, in a few words."))


class AgencyForm(Form):
    """A travel agency's licence to be put on file."""

    seller = TidyStringField(most=16, needed=_l("Write the number of the agency as a seller."))
    number = TidyStringField(most=60, needed=_l("Write the licence's number."))
    valid_to = DayField(needed=_l("Write the last day it is valid."))
