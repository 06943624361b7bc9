"""The county and a few officials, made through services, and small builders of households."""

import datetime as dt
import json
from pathlib import Path

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select

from marketplace.accounts import queries as users
from marketplace.accounts import services as accounts
from marketplace.areas import services as areas
from marketplace.areas.models import Area
from marketplace.farmers import services as farmers
from marketplace.farmers.values import HouseholdEntry, MemberEntry
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import in_transaction
from marketplace.kernel.identity import check_character
from marketplace.web.db import db

REFERENCE = Path(__file__).parents[1] / "reference"
SEALER = Sealer({"k1": b"1" * 32}, "k1", b"2" * 32)
DAY = dt.date(2026, 3, 1)
VILLAGE = "360321101005"
OTHER_VILLAGE = "360321101006"


#: The county's places as the service wrote them first: the same rows go into every other database of this process as they are.
_places = []


def county(session):
    if _places and session.scalar(select(Area.code).limit(1)) is None:
        session.execute(insert(Area), _places)
        return
    areas.load_county(session, json.loads((REFERENCE / "lianhua.json").read_text(encoding="utf-8")))
    session.flush()
    if not _places:
        _places.extend(map(dict, session.execute(select(*Area.__table__.columns).order_by(Area.code)).mappings()))


_phones = iter(range(19910000000, 19919999999))


def person(session, name="王一", phone=None):
    return accounts.create_user(session, name=name, phone=phone or str(next(_phones))).id


def official(session, role, area_code):
    user = person(session, role)
    accounts.grant_role(session, user_id=user, role=role, area_code=area_code, by=None)
    return user


def phone_of(session, user_id):
    return users.user(session, user_id).phone


def token_for(client, user_id):
    """Begin a session as signing in does."""
    client.let_go()

    def begin(session):
        phone = users.user(session, user_id).phone
        attempt = accounts.begin_attempt(session, kind="password", phone=phone, address="127.0.0.1", device="test")
        return accounts.sign_in_with_password(session, attempt_id=attempt, user_id=user_id, device="test").token

    with client.application.app_context():
        return in_transaction(db.engine, begin)


def enter(client, user_id):
    """Sign a user in, whoever was before."""
    with client.session_transaction() as held:
        held.clear()
        held["_user_id"] = token_for(client, user_id)
        held["_fresh"] = True
        held["csrf_token"] = "of this session"
    client.set_cookie("lang", "en")
    signer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
    client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps("of this session")


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


def selling_household(session, sealer, number="H360399", sequence=901, village=VILLAGE, name="刘家莲子"):
    """An invented household with a matched farmer and an approved seller: (household, farmer's user id, seller)."""
    people = (member(sequence), member(sequence + 1, "spouse"))
    household = farmers.open_household(session, entry=entry(number, village, people), on=DAY, sealer=sealer)
    village_official = official(session, "village_official", village)
    farmer = person(session, "刘一")
    farmers.match_user_to_household(session, household_id=household.id, user_id=farmer, by=village_official)
    seller = farmers.apply_to_sell(session, household_id=household.id, display_name=name, by=farmer)
    return household, farmer, farmers.approve_seller(session, seller_id=seller.id, by=village_official)
