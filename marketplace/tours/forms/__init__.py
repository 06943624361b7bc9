"""What households and officials send about tours, made into values or errors beside the field."""

from marketplace.tours.forms.route import AGES, MOST_ROWS, RouteForm, Rows, read_rows, row_count, written_anew
from marketplace.tours.forms.single import (
    AgencyForm,
    CallOffForm,
    CodeForm,
    DatesForm,
    ReasonForm,
    SeatsForm,
    SubstituteForm,
    WishForm,
    chosen_times,
    chosen_weekdays,
    hours_in,
)

__all__ = [
    "AGES",
    "MOST_ROWS",
    "AgencyForm",
    "CallOffForm",
    "CodeForm",
    "DatesForm",
    "ReasonForm",
    "RouteForm",
    "Rows",
    "SeatsForm",
    "SubstituteForm",
    "WishForm",
    "chosen_times",
    "chosen_weekdays",
    "hours_in",
    "read_rows",
    "row_count",
    "written_anew",
]
