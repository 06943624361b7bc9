"""The blueprint of the reports and who may read them."""

from typing import Any

from flask import Blueprint

from marketplace.web.policy import Reach

bp = Blueprint("reports", __name__)

#: Who reads reports: officials of an area see that area and all below it, never another.
READERS: dict[str, Any] = {
    "village_official": Reach.AREA,
    "task_force": Reach.AREA,
    "township_official": Reach.AREA,
    "county_official": Reach.AREA,
    "auditor": Reach.AREA,
}

#: Who of them may have a household's statement: bank and masked account stand on it.
STATEMENT_READERS = frozenset(READERS) - {"task_force"}

#: Who has an office at all. Those without an area's reach see what waits for them and no figures.
STAFF: dict[str, Any] = {**READERS, "helper": Reach.HOUSEHOLD, "photographer": Reach.OWN, "administrator": Reach.OWN}
