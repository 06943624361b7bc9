"""The fixed people and places of the tests, made through the services alone. Every number is invented.

`build_cast(session)` loads the county and opens an account for everybody. Passwords: `PASSWORD`.
"""

import functools
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.accounts import services as accounts
from marketplace.accounts.models import User
from marketplace.accounts.values import Role
from marketplace.areas import services as areas
from tests.beginnings import told_once

COUNTY = "360321"
TOWNSHIP, OTHER_TOWNSHIP = "360321101", "360321102"
#: Two villages of different townships.
VILLAGE, OTHER_VILLAGE = "360321101005", "360321102200"
PASSWORD = "ripe-lotus-seed-7"


@functools.cache
def password_hash():
    """Hash the one password once a run: hashing is slow on purpose."""
    return accounts.hash_password(PASSWORD)


@dataclass
class Cast:
    """Everybody, each as a user row."""

    #: 陈, who proposes, and 罗, the second official of the county.
    county_official: User
    second_county_official: User
    township_official: User
    village_official: User
    other_village_official: User
    task_force: User
    auditor: User
    administrator: User
    helper: User
    farmer: User
    buyer: User


#: Field of the cast: name, last two digits of 139000000xx, role, area.
PEOPLE = {
    "county_official": ("陈志远", 1, Role.COUNTY_OFFICIAL, COUNTY),
    "second_county_official": ("罗晓梅", 2, Role.COUNTY_OFFICIAL, COUNTY),
    "township_official": ("刘建平", 3, Role.TOWNSHIP_OFFICIAL, TOWNSHIP),
    "village_official": ("朱秋生", 4, Role.VILLAGE_OFFICIAL, VILLAGE),
    "other_village_official": ("严春兰", 5, Role.VILLAGE_OFFICIAL, OTHER_VILLAGE),
    "task_force": ("贺明", 6, Role.TASK_FORCE, TOWNSHIP),
    "auditor": ("谢文", 7, Role.AUDITOR, COUNTY),
    "administrator": ("金立", 8, Role.ADMINISTRATOR, COUNTY),
    "helper": ("周小英", 9, Role.HELPER, VILLAGE),
    "farmer": ("李福生", 10, None, None),
    "buyer": ("王雨", 11, None, None),
}


def build_cast(session):
    """Load the county and open everybody's account."""
    keys = _open_accounts(session)
    people = {one.id: one for one in session.scalars(select(User).where(User.id.in_(keys.values())))}
    return Cast(**{field: people[key] for field, key in keys.items()})


@told_once
def _open_accounts(session):
    areas.load_county(session)
    made = {}
    for field, (name, number, role, area_code) in PEOPLE.items():
        user = accounts.create_user(session, name=name, phone=f"139000000{number:02d}", password_hash=password_hash())
        if role is not None:
            accounts.grant_role(session, user_id=user.id, role=role, area_code=area_code, by=None)
        made[field] = user.id
    session.flush()
    return made
