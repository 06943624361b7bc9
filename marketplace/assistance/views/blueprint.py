"""The blueprint that the record's pages stand on, and what all of them need."""

from typing import Any

from flask import Blueprint, current_app

from marketplace.kernel.crypto import Sealer
from marketplace.web.policy import Reach

bp = Blueprint("assistance", __name__)

#: Who reads the record inside their area, or of the households they are named for. The auditor reads and changes nothing.
READERS: dict[str, Any] = {
    "village_official": Reach.AREA,
    "task_force": Reach.AREA,
    "helper": Reach.HOUSEHOLD,
    "township_official": Reach.AREA,
    "county_official": Reach.AREA,
    "auditor": Reach.AREA,
}
#: Who reads whole areas.
AREA_READERS: dict[str, Any] = {role: reach for role, reach in READERS.items() if reach is Reach.AREA}
#: Who visits and writes down what they saw.
VISITORS: dict[str, Any] = {role: reach for role, reach in READERS.items() if role != "auditor"}
#: Who signs steps of a case, each on their own level, or as the witness of a household's signature.
SIGNERS: dict[str, Any] = dict(VISITORS)
#: Who may open a case of some kind, or write down that a household does.
OPENERS: dict[str, Any] = {role: READERS[role] for role in ("village_official", "task_force", "helper", "township_official")}
#: Who decides on facts of the record.
OFFICIALS: dict[str, Any] = {"village_official": Reach.AREA, "township_official": Reach.AREA, "county_official": Reach.AREA}
#: Who reads what the county settled for all of it, such as the rules of help: whoever serves an area.
RULE_READERS: dict[str, Any] = {role: reach for role, reach in READERS.items() if role != "helper"}


def sealer() -> Sealer:
    """Return the application's sealer of personal data."""
    found: Sealer = current_app.extensions["sealer"]
    return found
