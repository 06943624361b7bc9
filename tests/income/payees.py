"""Sellers with accounts, batches on their way to the bank, and what the bank says: builders for tests of settlements."""

import csv
import datetime as dt
import hashlib
import io
from dataclasses import dataclass

from marketplace.farmers import services as farmers
from marketplace.farmers.values import AccountEntry, AccountEvidence
from marketplace.income import bankfile, queries, services
from marketplace.income.values import attempt_ref
from marketplace.kernel import clock, ids
from tests.farmers import places
from tests.income.sales import AT, LATER, Village, earn, fact, village

COUNTY = places.VILLAGE[:6]
#: Long enough before the sales that accounts recorded then are used.
EARLY = AT - dt.timedelta(days=30)
NUMBERS = {"home": "6222000011110001", "next": "6222000011110002", "coop": "6222000011110003"}


@dataclass(frozen=True)
class Payees:
    """A village whose two households and a cooperative sell, each with an account that is used."""

    who: Village
    home: str
    next: str
    coop: str
    ids: dict[str, int]


def entry(number="6222000011110001", holder="刘一", bank="示例农商行"):
    return AccountEntry(holder, bank, number, AccountEvidence.PASSBOOK)


def with_account(session, who, seller_id, number, *, cooling=dt.timedelta(0)):
    """Record an account as one official and confirm it as another."""
    account = farmers.record_account(
        session, key=ids.uuid7(), seller_id=seller_id, entry=entry(number), by=who.clerk, sealer=places.SEALER
    )
    return farmers.confirm_account(session, account_id=account.id, by=who.cashier, cooling=cooling)


def payees(session):
    """Build them; nothing is sold yet."""
    with clock.stopped_at(EARLY):
        who = village(session)
        sellers = {
            "home": farmers.apply_to_sell(session, household_id=who.household_id, display_name="刘家", by=who.farmer),
            "next": farmers.apply_to_sell(session, household_id=who.neighbour_id, display_name="邻家", by=who.farmer),
            "coop": farmers.apply_to_sell(
                session, village_code=places.VILLAGE, kind="cooperative", display_name="合作社", by=who.farmer
            ),
        }
        for name, seller in sellers.items():
            farmers.approve_seller(session, seller_id=seller.id, by=who.clerk)
            with_account(session, who, seller.id, NUMBERS[name])
        session.commit()
    return Payees(who, **{name: one.ref for name, one in sellers.items()}, ids={one.ref: one.id for one in sellers.values()})


def sold(session, all_, seller, number, fen=45000, at=AT):
    """Sell and earn one line; return what it leaves to be paid."""
    household = {all_.home: all_.who.household_id, all_.next: all_.who.neighbour_id}.get(seller)
    services.accrue_sale(session, fact=fact(number, household, seller_ref=seller, gross_fen=fen, sold_at=at))
    earn(session, number, at=max(at, LATER))
    return fen - fen // 20 - 277


def prepared(session, who, key="k", month="2026-09", **options):
    return services.prepare_batch(session, key=key, area_code=COUNTY, by=who.clerk, month=month, **options)


def sent(session, who, key="k", **options):
    """Prepare a batch, approve it, make the bank's file; return the batch."""
    batch = prepared(session, who, key, **options)
    services.approve_batch(session, batch_id=batch.id, by=who.cashier)
    services.make_bank_file(session, batch_id=batch.id, by=who.clerk, sealer=places.SEALER)
    return batch


def attempts(session, batch):
    """Return a batch's attempts by seller, the latest of each."""
    session.flush()
    return {one.seller_ref: one for one in queries.settlements_of(session, batch.id)}


def result(*rows):
    """Return a bank's file of rows (ref, word, bank reference, amount in fen[, day, reason])."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(bankfile.RESULT_HEADINGS)
    for ref, word, bank_ref, fen, *rest in rows:
        day, reason = (*rest, *(clock.today().isoformat(), "账号有误")[len(rest) :])
        writer.writerow([ref, word, bank_ref, day, f"{fen / 100:.2f}", "" if word == "paid" else reason])
    return out.getvalue().encode()


def read(session, content, areas=(COUNTY,)):
    expected = queries.attempts_named(session, bankfile.references(content), areas)
    return bankfile.read_result(content, expected, today=clock.today())


def answered(session, who, *rows):
    """Load a bank's result as one official and accept it as another."""
    content = result(*rows)
    found = read(session, content)
    assert found.findings == (), found.findings
    loaded = services.load_result(session, rows=found.rows, sha256=hashlib.sha256(content).hexdigest(), by=who.clerk)
    return services.accept_result(session, result_id=loaded.id, by=who.cashier)


def paid_by_bank(session, who, one, bank_ref=None):
    return answered(session, who, (attempt_ref(one.ref, one.attempt), "paid", bank_ref or f"B-{one.ref}", one.amount_fen))


def returned_by_bank(session, who, one):
    return answered(session, who, (attempt_ref(one.ref, one.attempt), "returned", "", one.amount_fen))
