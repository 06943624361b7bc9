"""The blueprint that income's pages stand on, and who may do what on them."""

from typing import Any

from flask import Blueprint

from marketplace.web.policy import Reach

bp = Blueprint("income", __name__)

#: Who sees a household's money and answers for it: its own people, or whoever stands beside them with the phone.
HOUSEHOLD_AND_HELPERS: dict[str, Any] = {"farmer": Reach.HOUSEHOLD, "helper": Reach.HOUSEHOLD, "village_official": Reach.AREA}
#: Who records and confirms pay-outs.
PAYERS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA}
#: Who answers a disputed line.
ANSWERERS: dict[str, Any] = {"village_official": Reach.AREA, "township_official": Reach.AREA, "county_official": Reach.AREA}
#: Reads and changes nothing.
AUDITOR: dict[str, Any] = {"auditor": Reach.AREA}
