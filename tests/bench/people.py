"""Ten thousand invented households with sellers, and the officials who look at them."""

import datetime as dt
import random
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.accounts.models import UserSession
from marketplace.accounts.queries import token_hash
from marketplace.app import create_app
from marketplace.areas import queries as areas
from marketplace.assistance.models import RegisterImport, RegistrationSpell, YearLedgerEntry
from marketplace.assistance.values import LedgerCategory
from marketplace.farmers import services as farmers
from marketplace.farmers.models import Household, Seller
from marketplace.farmers.values import HouseholdEntry, MemberEntry, SellerKind, SellerState
from marketplace.kernel import clock, ids
from marketplace.kernel.identity import check_character
from tests.bench.databases import catch_up, insert_rows

COUNTY = "360321"
SINCE = dt.date(2016, 1, 1)
#: Years of declared income before this one, which is declared too, and what is declared in each.
DECLARED_YEARS = 2
DECLARED = (LedgerCategory.WAGE, LedgerCategory.TRANSFER)
_FAMILIES = "刘李陈王朱贺严段郭颜金周"
_GIVEN = "福生春兰志远秋菊建平晓梅国华小英"


@dataclass(frozen=True)
class Home:
    """A household that sells."""

    household_id: int
    seller_id: int
    seller_ref: str
    village_code: str
    is_registered: bool


@dataclass(frozen=True)
class County:
    """Whose keys the rest is filled with."""

    clerk: int
    official: int
    second: int
    homes: tuple


def settle_households(filled, count):
    """Open households through the register's own verb, and give each a seller and declared income; seven of ten stand on the
    register."""
    return filled.write(lambda session: _settle(session, filled.settings.sealer(), count))


def _settle(session, sealer, count):
    dice = random.Random(1)
    villages = [area.code for area in areas.villages(session, COUNTY)]
    clerk, official, second = (_person(session, number) for number in range(3))
    for user_id in (official, second):
        accounts.grant_role(session, user_id=user_id, role="county_official", area_code=COUNTY, by=None)
    keys = []
    for start in range(0, count, 500):
        entries = [_entry(number, villages[number % len(villages)], dice) for number in range(start, min(start + 500, count))]
        keys += farmers.open_households(session, entries=entries, on=SINCE, sealer=sealer)
    now = clock.now()
    register = RegisterImport(
        ref="BENCH", area_code=COUNTY, sha256="0" * 64, state="accepted", is_only_good=False, by_user_id=official,
        proposed_at=now, accepted_by=second, decided_at=now, counts={}, unknown_columns=[],
    )  # fmt: skip
    session.add(register)
    session.flush()
    insert_rows(
        session,
        RegistrationSpell,
        [
            {
                "household_id": key, "registered_on": dt.date(2016, 5, 1), "registered_precision": "month",
                "origin": "register", "import_id": register.id, "attribute": "ordinary", "created_at": now,
            }
            for number, key in enumerate(keys)
            if number % 10 < 7
        ],
    )  # fmt: skip
    years = range(now.year - DECLARED_YEARS, now.year + 1)
    declared = [
        {
            "household_id": key, "year": year, "category": category.value, "amount_fen": dice.randrange(200_000, 2_000_000),
            "source": "bench", "entered_by": clerk, "entered_at": now, "approved_by": official, "approved_at": now,
        }
        for key in keys
        for year in years
        for category in DECLARED
    ]  # fmt: skip
    insert_rows(session, YearLedgerEntry, declared)
    places = dict(session.execute(select(Household.id, Household.village_code)).all())
    sellers = [
        {
            "id": number + 1, "ref": ids.reference("S"), "kind": str(SellerKind.HOUSEHOLD), "household_id": key,
            "village_code": places[key], "display_name": f"{dice.choice(_FAMILIES)}家", "state": str(SellerState.APPROVED),
            "applied_by": clerk, "applied_at": now, "approved_by": official, "approved_at": now,
        }
        for number, key in enumerate(keys)
    ]  # fmt: skip
    insert_rows(session, Seller, sellers)
    catch_up(session)
    homes = tuple(
        Home(row["household_id"], row["id"], row["ref"], row["village_code"], number % 10 < 7)
        for number, row in enumerate(sellers)
    )
    return County(clerk, official, second, homes)


def _person(session, number):
    return accounts.create_user(session, name=_GIVEN[number], phone=f"1990000{number:04d}").id


def _entry(number, village_code, dice):
    people = tuple(_member(number * 3 + each, "head" if each == 0 else "other", dice) for each in range(dice.choice((1, 2, 3))))
    return HouseholdEntry(register_number=f"B{number:06d}", village_code=village_code, members=people)


def _member(number, relation, dice):
    """Return somebody invented: their number stands under a prefix nobody was ever given."""
    day = dt.date(1950, 1, 1) + dt.timedelta(days=number // 999)
    body = f"360399{day:%Y%m%d}{number % 999 + 1:03d}"
    return MemberEntry(
        name=dice.choice(_FAMILIES) + dice.choice(_GIVEN) + dice.choice(_GIVEN), id_number=body + check_character(body),
        birth_on=day, sex="male" if int(body[-1]) % 2 else "female", relation=relation,
    )  # fmt: skip


def sign_in(filled, user_id):
    """Begin a session of somebody and return the Cookie header their browser would send."""
    token = ids.token(32)
    now = clock.now()

    def begin(session: Session):
        ends = now + dt.timedelta(days=1)
        session.add(UserSession(token_hash=token_hash(token), user_id=user_id, created_at=now, expires_at=ends, device=""))

    filled.write(begin)
    app = create_app(filled.settings)
    signer = app.session_interface.get_signing_serializer(app)
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}"
