"""The one blueprint of this package's pages, and who may do what on them."""

from typing import Any

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from marketplace.web.policy import Reach

bp = Blueprint("tours", __name__)

#: Who looks after an area's tours: approves, opens dates, calls off.
OFFICIALS: dict[str, Any] = {
    "village_official": Reach.AREA, "township_official": Reach.AREA, "county_official": Reach.AREA,
}  # fmt: skip
READERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}


def private(body: str, status: int = 200) -> Response:
    """Return a page that nothing between us and this browser may keep: people's bookings stand on it."""
    answer: Response = make_response(body, status)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
