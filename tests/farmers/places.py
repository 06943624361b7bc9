"""The county and a few officials, made through services, and small builders of households."""

import datetime as dt
import json
from pathlib import Path

from marketplace.accounts import services as accounts
from marketplace.areas import services as areas

from marketplace.farmers.values import HouseholdEntry, MemberEntry
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.identity import check_character

REFERENCE = Path(__file__).parents[1] / "reference"
SEALER = Sealer({"k1": b"1" * 32}, "k1", b"2" * 32)
DAY = dt.date(2026, 3, 1)
VILLAGE = "360321101005"
OTHER_VILLAGE = "360321101006"


def county(session):
    areas.load_county(session, json.loads((REFERENCE / "lianhua.json").read_text(encoding="utf-8")))
    session.flush()


_phones = iter(range(19910000000, 19919999999))


def person(session, name="王一"):
    return accounts.create_user(session, name=name, phone=str(next(_phones))).id


def id_of(sequence, born="19700101"):
    first = f"360399{born}{sequence:03d}"
    return first + check_character(first)


def member(sequence, relation="head", name="刘一", **facts):
    number = id_of(sequence)
    sex = "male" if sequence % 2 else "female"
    return MemberEntry(name=name, id_number=number, birth_on=dt.date(1970, 1, 1), sex=sex, relation=relation, **facts)


def entry(number="H1", village=VILLAGE, members=None, **facts):
    return HouseholdEntry(
        register_number=number, village_code=village, members=members or (member(1), member(2, "spouse")), **facts
    )
