"""The one blueprint of this package's pages, and who may do what on them."""

from typing import Any

from flask import Blueprint

from marketplace.web.policy import Reach

bp = Blueprint("tours", __name__)

#: Who looks after an area's tours: approves, opens dates, calls off.
OFFICIALS: dict[str, Any] = {
    "village_official": Reach.AREA, "township_official": Reach.AREA, "county_official": Reach.AREA,
}  # fmt: skip
READERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}
