"""Policy of accounts as pure functions: budgets, back-off, who may grant what, which roles clash."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.accounts.values import ON_AN_AREA, Grant, Role

CODE_DIGITS = 6
CODE_LIFE = dt.timedelta(minutes=10)
#: Wrong guesses after which a code is dead.
CODE_TRIES = 5
#: How long a session opened by a code may set a password without the present one.
CODE_STANDS = dt.timedelta(minutes=10)
LEAST_PASSWORD = 8
MOST_PASSWORD = 200
#: An officials' session ends the same day; a farmer's phone keeps its own for a month.
OFFICE_SESSION = dt.timedelta(hours=12)
PHONE_SESSION = dt.timedelta(days=30)

PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_OBVIOUS = re.compile(r"(.)\1+|(?:0?123456789?0?|87654321|abcd1234|password.?|qwertyui?o?p?|lotusfair.?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` in each window of time."""

    most: int
    window: dt.timedelta


_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_TRIES = {
    "phone": Budget(20, _HOUR), "device": Budget(60, _HOUR), "address": Budget(300, _HOUR), "all": Budget(20_000, _HOUR),
}  # fmt: skip
#: What is ordered or booked and not paid is kept from others for up to three days, so a number and a browser count by the day.
_KEPT_FROM_OTHERS = {"phone": Budget(12, _DAY), "device": Budget(24, _DAY), "address": Budget(120, _HOUR)}
#: What one number, one device, one address, and everybody together may spend. A village may share one address.
BUDGETS: dict[str, dict[str, Budget]] = {
    "password": _TRIES,
    "code": _TRIES,
    "order": {"phone": Budget(10, _HOUR), "address": Budget(60, _HOUR), "all": Budget(5_000, _HOUR)},
    "objection": {"phone": Budget(10, _DAY), "address": Budget(60, _HOUR), "all": Budget(5_000, _DAY)},
    "purchase": _KEPT_FROM_OTHERS,
    "booking": _KEPT_FROM_OTHERS,
    "grievance": {"device": Budget(8, _DAY), "address": Budget(60, _DAY), "all": Budget(2_000, _DAY)},
    "grievance_code": {"phone": Budget(10, _HOUR), "address": Budget(60, _HOUR), "all": Budget(5_000, _HOUR)},
    "send": {"phone": Budget(5, _HOUR), "device": Budget(10, _HOUR), "address": Budget(60, _HOUR), "all": Budget(5_000, _DAY)},
}  # fmt: skip

#: Failed tries in a row that cost nothing.
FREE_FAILURES = 5
LONGEST_LOCK = dt.timedelta(hours=1)


def lock_after(failures: int) -> dt.timedelta:
    """Return how long a number is locked after so many failures in a row: 1, 2, 4 … minutes, at most an hour."""
    if failures < FREE_FAILURES:
        return dt.timedelta(0)
    return min(dt.timedelta(minutes=2 ** min(failures - FREE_FAILURES, 10)), LONGEST_LOCK)


def is_weak(password: str, phone: str | None = None) -> bool:
    """Say whether a password would be guessed: too short, one character repeated, a common row, the number itself."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD or _OBVIOUS.fullmatch(password):
        return True
    return bool(phone) and password in (phone, str(phone)[-8:])


def session_life(grants: Iterable[Grant]) -> dt.timedelta:
    """Return how long a session lasts for somebody with these grants."""
    return OFFICE_SESSION if any(grant.role in ON_AN_AREA for grant in grants) else PHONE_SESSION


_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def typed_code(text: str) -> str:
    """Return the digits of a code as it was typed or pasted."""
    return re.sub(r"[\s-]", "", text.translate(_FULL_WIDTH))


def safe_next(address: str | None) -> str | None:
    """Return the address if it is a path of our own, else None: nobody is sent elsewhere after signing in.

    Browsers read a backslash as a slash and drop control characters, so an address with either is refused whole.
    """
    if not address or len(address) > 500 or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(ord(character) <= 32 or ord(character) == 127 for character in address):
        return None
    return None if address.startswith(("/sign-in", "/sign-out", "/register-buyer")) else address


#: Digits of the code of the area that a role is held on.
_SIZES: dict[Role, tuple[int, ...]] = {
    Role.COUNTY_OFFICIAL: (6,), Role.ADMINISTRATOR: (6,), Role.TOWNSHIP_OFFICIAL: (9,), Role.VILLAGE_OFFICIAL: (12,),
    Role.TASK_FORCE: (9, 12), Role.HELPER: (6, 9, 12), Role.PHOTOGRAPHER: (9, 12), Role.AUDITOR: (6, 9),
}  # fmt: skip


def fits_area(role: Role, area_code: str | None) -> bool:
    """Say whether the role is held on an area of that size."""
    return len(area_code or "") in _SIZES[role] if role in ON_AN_AREA else area_code is None


#: Who may grant or end a role, on areas that their own covers. Officials are made by the county alone.
_BY_COUNTY = frozenset({Role.COUNTY_OFFICIAL, Role.ADMINISTRATOR})
_BY_TOWNSHIP = _BY_COUNTY | {Role.TOWNSHIP_OFFICIAL}
GRANTERS: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
    Role.COUNTY_OFFICIAL: _BY_COUNTY,
    Role.TOWNSHIP_OFFICIAL: _BY_COUNTY,
    Role.VILLAGE_OFFICIAL: _BY_COUNTY,
    Role.TASK_FORCE: _BY_COUNTY,
    Role.AUDITOR: _BY_COUNTY,
    Role.HELPER: _BY_TOWNSHIP,
    Role.PHOTOGRAPHER: _BY_TOWNSHIP,
}


def may_grant(granter: Iterable[Grant], role: Role, area_code: str | None) -> bool:
    """Say whether somebody with these grants may grant, or end, a role on an area."""
    return any(
        own.role in GRANTERS.get(role, frozenset()) and own.area_code is not None and (area_code or "").startswith(own.area_code)
        for own in granter
    )


#: The auditor changes nothing, the administrator reads no personal data: neither holds another office beside it.
_ALONE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
#: The task force checks what village officials propose.
_OPPOSED = frozenset({Role.TASK_FORCE, Role.VILLAGE_OFFICIAL})


def clash(held: Iterable[Grant], role: Role, area_code: str | None) -> bool:
    """Say whether a new grant must not stand beside those held."""
    for own in held:
        if own.role == role or own.role not in ON_AN_AREA or role not in ON_AN_AREA:
            continue
        if own.role in _ALONE or role in _ALONE:
            return True
        ours, theirs = own.area_code or "", area_code or ""
        if {own.role, role} == _OPPOSED and (ours.startswith(theirs) or theirs.startswith(ours)):
            return True
    return False
