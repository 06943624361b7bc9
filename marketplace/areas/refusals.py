"""How areas say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class UnknownArea(Refusal):
    """The county has no place of this code."""

    code = "unknown_area"
    message = N_("The county has no place with the code %(area_code)s.")
    status = 400


class BrokenCounty(Refusal):
    """A county file whose codes do not nest."""

    code = "broken_county"
    message = N_("The county's list of places is broken at the code %(area_code)s.")
    status = 400
