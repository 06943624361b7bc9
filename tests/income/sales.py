"""A village with a registered household, officials, and builders of sale facts."""

import datetime as dt
from dataclasses import dataclass

from marketplace.assistance.models import RegistrationSpell
from marketplace.farmers import services as farmers
from marketplace.income import services
from marketplace.income.invariants import CHECKS as INCOME_CHECKS
from marketplace.income.values import SaleFact
from marketplace.ledger.invariants import CHECKS as LEDGER_CHECKS
from tests.assistance.cases import case_behind
from tests.beginnings import told_once
from tests.farmers import places

AT = dt.datetime(2026, 9, 3, 4, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 9, 20, 4, tzinfo=dt.UTC)
NEXT_MONTH = dt.datetime(2026, 10, 5, 4, tzinfo=dt.UTC)
MONTH = "2026-09"
SELLER = "SHOME1"
POOL = "SCOOP1"


@dataclass(frozen=True)
class Village:
    """Keys of the people in it."""

    household_id: int
    neighbour_id: int
    clerk: int
    cashier: int
    farmer: int
    helper: int


@told_once
def village(session):
    """Build the county, two households (the first registered) and the people around them."""
    places.county(session)
    home = farmers.open_household(session, entry=places.entry("H1"), on=places.DAY, sealer=places.SEALER)
    neighbour = farmers.open_household(
        session, entry=places.entry("H2", places.OTHER_VILLAGE, (places.member(7),)), on=places.DAY, sealer=places.SEALER
    )
    registered = RegistrationSpell(
        household_id=home.id, registered_on=dt.date(2014, 1, 1), registered_precision="year", origin="procedure",
        attribute="ordinary", created_at=AT,
    )  # fmt: skip
    session.add(registered)
    session.flush()
    case_behind(session, registered)
    people = [places.person(session, name) for name in ("王一", "李二", "刘三", "陈四")]
    session.commit()
    return Village(home.id, neighbour.id, *people)


def fact(number=1, household_id=None, **facts):
    """Return a sale fact: the known answer's line unless told otherwise."""
    defaults = {
        "source": f"order_line/{number}",
        "order_ref": f"L{number:06d}",
        "line_id": number,
        "seller_ref": SELLER if household_id else POOL,
        "household_id": household_id,
        "village_code": places.VILLAGE,
        "category_code": "lotus",
        "is_cultural": False,
        "title": "莲子",
        "quantity": 10,
        "gross_fen": 45000,
        "platform_fee_bp": 500,
        "gateway_fee_fen": 277,
        "gateway": "offline",
        "sold_at": AT,
    }
    return SaleFact(**{**defaults, **facts})


def refund(session, fen, left, number=1, ref="R1", at=LATER):
    services.reverse_sale(
        session,
        source=f"order_line/{number}",
        refund_ref=ref,
        amount_fen=fen,
        remaining_gross_fen=left,
        at=at,
        gateway="offline",
    )


def earn(session, number=1, at=LATER):
    services.earn_sale(session, source=f"order_line/{number}", at=at)


def pay(session, who, fen, key="k1", bank_ref="ICBC-1", seller=SELLER):
    """Record and confirm a pay-out by two officials."""
    payout = services.record_payout(session, key=key, seller_ref=seller, amount_fen=fen, bank_ref=bank_ref, prepared_by=who.clerk)
    return services.confirm_payout(session, payout_id=payout.id, by=who.cashier)


def breaches(session):
    """Return every broken truth of the book and of income."""
    session.flush()
    return {name: rows for name, check in (*LEDGER_CHECKS, *INCOME_CHECKS) if (rows := check(session))}
