"""A small invented county with everything a report must show: refunds, a pool, a pay-out, costs, declared income, two years."""

import datetime as dt
import itertools
from dataclasses import dataclass, field

from marketplace.accounts import services as accounts
from marketplace.areas import queries as area_queries
from marketplace.areas import services as areas
from marketplace.assistance import services as assistance
from marketplace.assistance.models import RegistrationSpell
from marketplace.assistance.values import LedgerCategory, MonitoringKind
from marketplace.farmers import services as farmers
from marketplace.farmers.values import HouseholdEntry, MemberEntry
from marketplace.income import services as income
from marketplace.income.values import CostKind, SaleFact
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.identity import check_character
from tests.assistance.cases import case_behind

SEALER = Sealer({"k1": b"1" * 32}, "k1", b"2" * 32)

COUNTY = "360321"
TOWN, OTHER_TOWN = "360321101", "360321102"
VILLAGE, SECOND_VILLAGE = "360321101005", "360321101006"
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
MONTH, LAST_MONTH, YEAR = "2026-11", "2026-10", "2026"

#: Off the register long before they sold.
LEFT = ("H3", "F2")
#: Order own sale of the known answers.
OWN_SALE = "order_line/1"

_phones = itertools.count(19920000000)


def at(day, month=11, year=2026, hour=4):
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


@dataclass
class County:
    """Keys of what was made."""

    officials: list = field(default_factory=list)
    households: dict = field(default_factory=dict)
    other_village: str = ""


def build(session, sealer=SEALER):
    """Make the county through the services; commits nothing."""
    made = County()
    with clock.stopped_at(NOW):
        areas.load_county(session)
        made.officials = [accounts.create_user(session, name=name, phone=str(next(_phones))).id for name in ("王一", "李二")]
        made.other_village = area_queries.villages(session, OTHER_TOWN)[0].code
        _open_households(session, made, sealer)
        _sell(session, made)
        _declare(session, made)
    return made


def _open_households(session, made, sealer):
    places = {"H1": VILLAGE, "H2": VILLAGE, "H3": SECOND_VILLAGE, **{f"F{n}": made.other_village for n in range(1, 7)}}
    for number, (name, village) in enumerate(places.items(), start=1):
        people = tuple(_member(number * 10 + n, "head" if n == 0 else "other") for n in range(4 if name == "H1" else 2))
        entry = HouseholdEntry(register_number=f"R{name}", village_code=village, members=people)
        opened = farmers.open_household(session, entry=entry, on=dt.date(2020, 1, 1), sealer=sealer)
        made.households[name] = opened
        if name in ("H1", "H3", "F1", "F2"):
            spell = RegistrationSpell(
                household_id=opened.id,
                registered_on=dt.date(2014, 1, 1),
                registered_precision="year",
                ended_on=dt.date(2018, 12, 31) if name in LEFT else None,
                ended_how="exited" if name in LEFT else None,
                origin="procedure",
                created_at=NOW,
                attribute="ordinary",
            )
            session.add(spell)
            session.flush()
            case_behind(session, spell)
    session.flush()
    by, other = made.officials
    assistance.open_monitoring(
        session, household_id=made.households["F3"].id, kind=MonitoringKind.BORDERLINE, on=dt.date(2021, 6, 1), proposed_by=by,
        approved_by=other,
    )  # fmt: skip


def _member(sequence, relation):
    body = f"36039919700101{sequence:03d}"
    number = body + check_character(body)
    name = "刘陈李朱贺段严郭欧"[sequence // 10 % 9] + "某"
    sex = "male" if sequence % 2 else "female"
    return MemberEntry(name=name, id_number=number, birth_on=dt.date(1970, 1, 1), sex=sex, relation=relation)


def sell(
    session, made, number, who, gross, *, sold=None, category="rice", cultural=False, gateway_fee=0, title="新米", quantity=2,
    promotion=None,
):  # fmt: skip
    """Accrue one sale."""
    household = made.households.get(who)
    fact = SaleFact(
        source=f"order_line/{number}",
        order_ref=f"L{number:06d}",
        line_id=number,
        seller_ref=f"S{who}",
        household_id=household.id if household else None,
        village_code=household.village_code if household else VILLAGE,
        category_code=category,
        is_cultural=cultural,
        title=title,
        quantity=quantity,
        gross_fen=gross,
        platform_fee_bp=500,
        gateway_fee_fen=gateway_fee,
        gateway="offline",
        sold_at=sold or at(3),
        promotion=promotion,
    )
    income.accrue_sale(session, fact=fact)


def _sell(session, made):
    by, other = made.officials
    # The known answer: 450.00 after the coupon, 90.00 refunded, earned, paid 339.23; then its declared costs.
    sell(session, made, 1, "H1", 45000, sold=at(2), category="lotus", gateway_fee=277, title="干莲子 500克", quantity=10)
    income.reverse_sale(
        session, source=OWN_SALE, refund_ref="R1", amount_fen=9000, remaining_gross_fen=36000, at=at(4), gateway="offline"
    )
    income.earn_sale(session, source=OWN_SALE, at=at(12))
    with clock.stopped_at(at(13)):
        payout = income.record_payout(session, key="p1", seller_ref="SH1", amount_fen=33923, bank_ref="ICBC-0001", prepared_by=by)
        income.confirm_payout(session, payout_id=payout.id, by=other)
    # A month before: sold, earned this month, refunded after.
    sell(session, made, 2, "H2", 3333, sold=at(28, 10), gateway_fee=20)
    income.earn_sale(session, source="order_line/2", at=at(5))
    income.reverse_sale(
        session, source="order_line/2", refund_ref="R2", amount_fen=1111, remaining_gross_fen=2222, at=at(9), gateway="offline"
    )
    sell(session, made, 3, "H3", 8800, sold=at(6), category="handicrafts", cultural=True, title="竹编红军斗笠", gateway_fee=53,
         promotion="red-autumn")  # fmt: skip
    sell(session, made, 4, "H1", 1990, sold=at(7), category="vegetables", title="=1+1 脆藕", gateway_fee=12,
         promotion="lotus-festival")  # fmt: skip
    sell(session, made, 5, "POOL", 120000, sold=at(8), title="合作社大米", gateway_fee=720)
    # Exactly at midnight in Shanghai: the last second of October there.
    sell(session, made, 6, "H1", 500, sold=dt.datetime(2026, 10, 31, 15, 59, 59, tzinfo=dt.UTC), gateway_fee=3)
    sell(session, made, 7, "H1", 700, sold=dt.datetime(2026, 10, 31, 16, 0, 0, tzinfo=dt.UTC), gateway_fee=4)
    sell(session, made, 8, "H1", 9900, sold=at(20, 12, 2025), gateway_fee=59)
    for n in range(1, 7):
        sell(
            session, made, 10 + n, f"F{n}", 1000 * n, sold=at(n), gateway_fee=6 * n, promotion="lotus-festival" if n > 4 else None
        )
    for kind, fen in ((CostKind.PACKING, 1500), (CostKind.INPUTS, 12000)):
        income.declare_cost(session, key=f"c-{kind}", source=OWN_SALE, kind=kind, amount_fen=fen, by=by, at=at(14))


def _declare(session, made):
    by, other = made.officials
    declared = {
        LedgerCategory.WAGE: 600000, LedgerCategory.BUSINESS: 350000, LedgerCategory.BUSINESS_EXPENDITURE: 130000,
        LedgerCategory.PROPERTY: 30000, LedgerCategory.TRANSFER: 24000,
    }  # fmt: skip
    rows = [("H1", category, fen) for category, fen in declared.items()] + [("H2", LedgerCategory.PER_CAPITA_NET, 500000)]
    for who, category, fen in rows:
        entry = assistance.record_year_ledger(
            session, household_id=made.households[who].id, year=2026, category=category, amount_fen=fen, source="survey", by=by
        )
        assistance.approve_year_ledger(session, entry_id=entry.id, by=other)
