"""Resident ID numbers (GB 11643) and the masks under which names, numbers and phones may be shown.

It knows the check digit and the birth date. It does not judge the county prefix: prefixes change when counties do, and
real numbers of Lianhua begin 360321 or 362431.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum

from stdnum.iso7064 import mod_11_2

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_

#: Nobody on a register was born before this day; earlier dates are slips of the pen.
EARLIEST_BIRTH = dt.date(1850, 1, 1)

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ANY_FULL_WIDTH = re.compile("[！-～]")
_NOISE = re.compile(r"[\s\u3000'‘’`´-]+")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_FIFTEEN = re.compile(r"[0-9]{15}", re.ASCII)


class Sex(StrEnum):
    """What the seventeenth digit of an ID number says: odd is male."""

    MALE = "male"
    FEMALE = "female"


class IdNumberRefused(Refusal):
    """A text that is not a resident ID number."""

    code = "id_number"
    message = N_("This is not a resident ID number.")
    status = 400


class IdNumberLength(IdNumberRefused):
    """The number does not have 18 characters."""

    code = "id_length"
    message = N_("An ID number has 18 characters; this one has %(length)d.")


class IdNumberFifteen(IdNumberLength):
    """A number of the first generation, withdrawn in 2013."""

    message = N_(
        "This is an old 15-digit ID number. Enter the 18-digit number on the person's present card or in the household booklet."
    )


class IdNumberCharacters(IdNumberRefused):
    """Something other than seventeen digits and a digit or X."""

    code = "id_characters"
    message = N_("An ID number is 17 digits followed by a digit or X.")


class IdNumberCheckDigit(IdNumberRefused):
    """The last character does not follow from the others."""

    code = "check_digit"
    message = N_("The last character of this ID number does not fit the others: a digit has been mistyped.")


class IdNumberBirthDate(IdNumberRefused):
    """Digits 7 to 14 are not a day on which a living person can have been born."""

    code = "birth_date"
    message = N_("The birth date inside this ID number is not possible.")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A resident ID number that passed every check. Its repr does not show it."""

    text: str = field(repr=False)
    birth_on: dt.date = field(repr=False)
    sex: Sex

    @classmethod
    def parse(cls, raw: str, *, today: dt.date) -> "IdNumber":
        """Read one number as people type it: full-width digits, spaces, a leading apostrophe, a small x.

        Raises: IdNumberLength, IdNumberFifteen, IdNumberCharacters, IdNumberCheckDigit, IdNumberBirthDate.
        """
        text = normalise_id(raw)
        if _FIFTEEN.fullmatch(text):
            raise IdNumberFifteen(length=15)
        if len(text) != 18:
            raise IdNumberLength(length=len(text))
        if not _EIGHTEEN.fullmatch(text):
            raise IdNumberCharacters
        # The date first: an impossible date can come with a fitting check digit, and it is the plainer reason.
        birth_on = _birth_date(text[6:14])
        if birth_on is None or not EARLIEST_BIRTH <= birth_on <= today:
            raise IdNumberBirthDate
        if mod_11_2.checksum(text) != 1:
            raise IdNumberCheckDigit
        return cls(text, birth_on, Sex.MALE if int(text[16]) % 2 else Sex.FEMALE)


def _birth_date(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def half_width(text: str) -> str:
    """Turn full-width Latin letters, digits and signs into plain ones; leave Chinese characters as they are."""
    return text.translate(_FULL_WIDTH) if _ANY_FULL_WIDTH.search(text) else text


def normalise_id(raw: str) -> str:
    """Strip what typing and spreadsheets add to a number, without judging it."""
    return _NOISE.sub("", half_width(raw)).upper()


def check_character(first_seventeen: str) -> str:
    """Return the eighteenth character that GB 11643 (ISO 7064 MOD 11-2) gives to seventeen digits."""
    return str(mod_11_2.calc_check_digit(first_seventeen))


def mask_id(number: str) -> str:
    """Show the first and last four characters of an ID number; of anything shorter than 12, only its length."""
    if len(number) < 12:
        return "*" * len(number)
    return f"{_digits(number[:4])}{'*' * (min(len(number), 24) - 8)}{_digits(number[-4:])}"


def mask_name(name: str) -> str:
    """Show the family name only: 刘伟 becomes 刘**. The number of stars is fixed, so it says nothing."""
    return f"{name[0]}**" if name else ""


def mask_phone(phone: str) -> str:
    """Show the first three and last four digits of a mobile number; of anything shorter than 11, only its length."""
    if len(phone) < 11:
        return "*" * len(phone)
    return f"{_digits(phone[:3])}{'*' * (min(len(phone), 20) - 7)}{_digits(phone[-4:])}"


def _digits(text: str) -> str:
    # A name typed into a number's place must not show through its mask.
    return "".join(character if character in "0123456789X" else "*" for character in text)
