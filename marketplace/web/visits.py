"""What this browser carries in its signed cookie: a basket, the province it sends to, the purchases it may look at, its name,
and which shared link it came by.

A cookie of an older release, or one signed with a stolen key, may hold anything: what does not fit is passed over.
"""

import datetime as dt
import re
from collections.abc import Mapping

from flask import Flask, request, session

from marketplace.kernel import clock, ids

#: References are short; what is longer was not written by us.
_LONGEST = 40
MOST_KINDS = 30
_MOST_PURCHASES = 20
_MOST_PIECES = 100_000
#: What is bought or booked so many days after a shared link was opened still counts for it; a later link takes its place.
PROMOTION_DAYS = 30
_PROMOTION = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


def configure_visits(app: Flask) -> None:
    """Remember of `?from=` which shared link somebody came by."""
    app.before_request(_notice_promotion)


def is_promotion(code: str) -> bool:
    """Say whether something can be the name of a promotion: small letters, digits and hyphens."""
    return _PROMOTION.fullmatch(code) is not None


def _notice_promotion() -> None:
    code = request.args.get("from", "")
    if request.method == "GET" and is_promotion(code):
        session["from"] = [code, clock.today().isoformat()]
        session.permanent = True


def promotion() -> str | None:
    """Return the promotion whose link this browser opened last, if that was not too long ago."""
    held = session.get("from")
    if not isinstance(held, list) or len(held) != 2 or not all(isinstance(one, str) for one in held):
        return None
    code, opened = held
    try:
        days = (clock.today() - dt.date.fromisoformat(opened)).days
    except ValueError:
        return None
    return code if is_promotion(code) and 0 <= days <= PROMOTION_DAYS else None


def basket() -> dict[str, int]:
    """Return the basket: reference of an offer -> pieces."""
    held = session.get("basket")
    if not isinstance(held, Mapping):
        return {}
    return {
        ref: pieces
        for ref, pieces in list(held.items())[:MOST_KINDS]
        if isinstance(ref, str) and ref.isalnum() and len(ref) <= _LONGEST and type(pieces) is int and 0 < pieces <= _MOST_PIECES
    }


def keep_basket(content: Mapping[str, int]) -> None:
    """Carry a basket from now on; an empty one is dropped."""
    if content:
        session["basket"] = dict(content)
        session.permanent = True
    else:
        session.pop("basket", None)


def province() -> str:
    """Return the province this browser sent to last, or nothing."""
    held = session.get("province")
    return held if isinstance(held, str) and len(held) <= _LONGEST else ""


def keep_province(name: str) -> None:
    """Remember where to send to."""
    session["province"] = name


def remember_purchase(ref: str) -> None:
    """Let this browser look at a purchase: it placed it, or named its last four digits."""
    known = [one for one in known_purchases() if one != ref]
    session["orders"] = [*known, ref][-_MOST_PURCHASES:]
    session.permanent = True


def forget_purchase(ref: str) -> None:
    """Let this browser forget one of them: phones are shared."""
    session["orders"] = [one for one in known_purchases() if one != ref]


def known_purchases() -> tuple[str, ...]:
    """Return the references of the purchases this browser may look at."""
    held = session.get("orders")
    if not isinstance(held, list):
        return ()
    return tuple(ref for ref in held if isinstance(ref, str) and ref.isalnum() and len(ref) <= _LONGEST)


def mark_browser() -> None:
    """Give this browser a random name that it keeps in its cookie."""
    session.setdefault("device", ids.token(12))


def browser() -> str:
    """Return this browser's name; all that keep no cookie share the one of their address."""
    held = session.get("device")
    return held if isinstance(held, str) and held else f"none/{request.remote_addr or ''}"
