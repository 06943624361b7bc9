"""The permission matrix: for each route and method the widest relation each kind of person may have to what it shows or changes.

`matrix.csv` is checked in: it is what people agreed on. `rows(app)` is what the code says. They are compared, so that a new
route, or a changed policy, is seen in review as a changed line.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from marketplace.web.policy import ROLES, Policy, Reach, policy_of

FILE = Path(__file__).with_name("matrix.csv")
COLUMNS = ("guest", *ROLES)
#: The area on which a role is held, and so the farthest that its reach over an area goes.
AREA_OF_ROLE = {
    "village_official": "village",
    "task_force": "village",
    "helper": "village",
    "photographer": "village",
    "township_official": "township",
    "county_official": "county",
    "auditor": "county",
    "administrator": "county",
    "farmer": "village",
    "buyer": "none",
    "reseller": "none",
}
CELLS = ("none", "own", "household", "village", "township", "county", "known", "public")


@dataclass(frozen=True)
class Row:
    """One route under one method."""

    method: str
    route: str
    endpoint: str
    cells: tuple[str, ...]

    def cell(self, role: str) -> str:
        return self.cells[COLUMNS.index(role)]

    @property
    def id(self) -> str:
        return f"{self.method} {self.route}"


def rows(app: Flask) -> list[Row]:
    """Return what the policies of the application say, in the order of the addresses."""
    found = []
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        assert policy is not None, rule.endpoint
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append(Row(method, rule.rule, rule.endpoint, tuple(cell(policy, column) for column in COLUMNS)))
    return sorted(found, key=lambda row: (row.route, row.method))


def cell(policy: Policy, role: str) -> str:
    """Return the widest relation that a policy leaves to a kind of person."""
    if policy.public:
        return "public"
    if policy.known:
        return "known"
    if role == "guest":
        return "none"
    reach = policy.reach.get(role)
    if reach is Reach.ALL:
        return "county"
    if reach is Reach.AREA:
        return AREA_OF_ROLE[role]
    if reach is Reach.HOUSEHOLD:
        return "household"
    if reach is Reach.OWN or policy.signed_in:
        return "own"
    # whoever signed in is a buyer, whatever else they are
    return "own" if policy.reach.get("buyer") is Reach.OWN else "none"


def read() -> list[Row]:
    """Return the checked-in matrix."""
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [
            Row(line["method"], line["route"], line["endpoint"], tuple(line[column] for column in COLUMNS)) for line in reader
        ]


def write(found: list[Row]) -> None:
    """Write the matrix."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["method", "route", "endpoint", *COLUMNS])
        writer.writerows([row.method, row.route, row.endpoint, *row.cells] for row in found)
