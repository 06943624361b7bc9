"""A booking from its seats to its money by bare SQL: the rows that the verbs write, in as many transactions, and nothing else.

Nothing is looked for, checked, refused or sealed here, and what can be reckoned beforehand was. No shop could run on it: it is
what the writing alone costs, and the measure of what the verbs add.
"""

import datetime as dt
import functools
import hashlib
import json
import re

from marketplace.accounts.models import SignInBudget
from marketplace.accounts.rules import BUDGETS
from marketplace.income.models import Attribution, AttributionMovement, HolderTotal, VillageTotal
from marketplace.income.values import Movement
from marketplace.kernel import clock, ids
from marketplace.ledger.models import Entry, Transaction
from marketplace.ledger.values import FEES_GATEWAY, FEES_PLATFORM, accrued, clearing
from marketplace.payments.models import PaymentAttempt, PaymentEffect, PaymentEvent, PaymentIntent
from marketplace.payments.values import SANDBOX
from marketplace.tours.models import Allocation, Booking, BookingEvent, BookingShare, Ticket, VisitorNotice
from marketplace.tours.values import BookingState
from tests.bench.seats import HOLD, PEOPLE

_TAKE_SEATS = (
    "UPDATE departures SET taken = taken + :people WHERE id = :departure AND state IN ('open', 'guaranteed')"
    " AND cutoff_at > :now AND taken + :people <= most_people"
)
_TAKE_PLOT = "UPDATE buckets SET taken = taken + :people WHERE id = :bucket AND taken + :people <= capacity"
_KEEP = "UPDATE bookings SET gateway = :gateway, hold_until = :until WHERE id = :booking"
_PAY = (
    "UPDATE bookings SET state = 'CONFIRMED', sequence = sequence + 1, gateway_fee_fen = :fee, paid_at = :now WHERE id = :booking"
)
_COUNT_PAID = (
    "UPDATE departures SET confirmed = confirmed + :people,"
    " state = CASE WHEN confirmed + :people >= least_people THEN 'guaranteed' ELSE state END WHERE id = :departure"
)
_FEE = "UPDATE booking_shares SET gateway_fee_fen = :fee WHERE id = :share"
_SUCCEED = "UPDATE payment_intents SET state = 'succeeded', succeeded_at = :now WHERE id = :intent"
_MOVE_BALANCE = (
    "INSERT INTO account_balances (account, amount_fen) VALUES (:account, :fen)"
    " ON CONFLICT (account) DO UPDATE SET amount_fen = account_balances.amount_fen + excluded.amount_fen"
)
_NEXT_POSTING = {
    "sqlite": "SELECT coalesce(max(id), 0) + 1 FROM transactions",
    "postgresql": "SELECT nextval(pg_get_serial_sequence('transactions', 'id'))",
}
_SUMS = ("gross_fen", "fees_fen", "lines")
_NOTHING = ("refunds_fen", "costs_fen", "earned_fen", "paid_fen")


class Bare:
    """The statements of one booking, its values written as the drivers take them; `hold`, `choose` and `pay` in this order."""

    def __init__(self, engine, seats, sealer):
        self._engine = engine
        self._seats = seats
        now = clock.now()
        sale = seats.sale(0)
        self._booking, self._tickets = plain(seats.booking(sealer)), [plain(row) for row in seats.tickets()]
        self._share, self._allocation = plain(seats.share()), plain(seats.allocation())
        self._held = plain(seats.step("", BookingState.ON_HOLD, now))
        self._confirmed = plain(seats.step(BookingState.ON_HOLD, BookingState.CONFIRMED, now))
        self._intent, self._attempt, self._event = plain(seats.intent()), plain(seats.attempt()), plain(seats.event())
        self._effect, self._notice, self._sale = plain(seats.effect()), plain(seats.notice()), plain(sale)
        self._budgets = [plain(row) for row in _budgets(seats.ref, now)]
        self._facts = plain(
            {
                "people": PEOPLE, "departure": seats.date.id, "bucket": seats.date.bucket_id, "now": now, "gateway": SANDBOX,
                "until": seats.placed_at + HOLD, "fee": seats.gateway_fee_fen,
            }
        )  # fmt: skip
        self._prepare_posting(now, sale)

    def _prepare_posting(self, now, sale):
        gross, platform, gateway = sale["gross_fen"], sale["platform_fee_fen"], sale["gateway_fee_fen"]
        payable = accrued(sale["seller_ref"])
        sides = [
            (clearing(SANDBOX), gross), (payable, -gross), (payable, platform), (FEES_PLATFORM, -platform), (payable, gateway),
            (FEES_GATEWAY, -gateway),
        ]  # fmt: skip
        month = clock.month_of(now)
        self._entries = [{"transaction_id": None, "account": account, "amount_fen": fen} for account, fen in sides]
        moved = {account: sum(fen for name, fen in sides if name == account) for account, _fen in sides}
        self._balances = [{"account": account, "fen": moved[account]} for account in sorted(moved)]
        self._posting = plain(
            {"ref": ids.reference("T", 12), "kind": "sale", "posted_at": now, "entry_count": len(sides), "note": ""}
        )
        place = {"household_id": sale["household_id"], "village_code": sale["village_code"]}
        self._movements = [
            plain({**place, "kind": kind.value, "amount_fen": fen, "at": now, "month": month})
            for kind, fen in ((Movement.ACCRUED, gross), (Movement.FEE_PLATFORM, platform), (Movement.FEE_GATEWAY, gateway))
        ]
        sums = dict.fromkeys(_NOTHING, 0) | dict(zip(_SUMS, (gross, platform + gateway, 1), strict=True))
        kept = {name: sale[name] for name in ("village_code", "status", "measure", "category")}
        self._villages = [{"period": period, **kept, **sums} for period in (month, month[:4])]
        whose = {"holder": sale["holder"], "household_id": sale["household_id"]}
        self._holders = [row | whose for row in self._villages]

    def hold(self):
        with self._engine.begin() as connection:
            run = runner(connection)
            for row in self._budgets:
                run(_spend(), row)
            run(_TAKE_SEATS, self._facts)
            run(_TAKE_PLOT, self._facts)
            booking_id = self._facts["booking"] = run(insert(Booking, self._booking), self._booking).scalar()
            for row in (*self._tickets, self._share, self._allocation, self._held, self._confirmed, self._intent, self._notice):
                row["booking_id"] = booking_id
            run(insert(Ticket, self._tickets[0], returns=False), self._tickets)
            self._facts["share"] = run(insert(BookingShare, self._share), self._share).scalar()
            run(insert(Allocation, self._allocation, returns=False), self._allocation)
            run(insert(BookingEvent, self._held, returns=False), self._held)

    def choose(self):
        with self._engine.begin() as connection:
            run = runner(connection)
            run(_KEEP, self._facts)
            intent_id = self._facts["intent"] = run(insert(PaymentIntent, self._intent), self._intent).scalar()
            for row in (self._attempt, self._event, self._effect):
                row["intent_id"] = intent_id

    def pay(self):
        with self._engine.begin() as connection:
            run = runner(connection)
            run(insert(PaymentAttempt, self._attempt, returns=False), self._attempt)
            self._effect["event_id"] = run(insert(PaymentEvent, self._event), self._event).scalar()
            run(_PAY, self._facts)
            run(insert(BookingEvent, self._confirmed, returns=False), self._confirmed)
            run(_COUNT_PAID, self._facts)
            run(_FEE, self._facts)
            self._post(run)
            run(insert(VisitorNotice, self._notice, returns=False), self._notice)
            run(_SUCCEED, self._facts)
            run(insert(PaymentEffect, self._effect, returns=False), self._effect)

    def _post(self, run):
        number = run(_NEXT_POSTING[self._engine.dialect.name], {}).scalar()
        share_id = self._facts["share"]
        source = f"booking_share/{share_id}"
        self._posting |= {"id": number, "source": source}
        self._sale |= {"source": source, "line_id": share_id}
        for row in self._entries:
            row["transaction_id"] = number
        run(insert(Entry, self._entries[0], returns=False), self._entries)
        run(insert(Transaction, self._posting, returns=False), self._posting)
        run(_MOVE_BALANCE, self._balances)
        sale_id = run(insert(Attribution, self._sale), self._sale).scalar()
        for row in self._movements:
            row |= {"attribution_id": sale_id, "ledger_transaction_id": number}
        run(insert(AttributionMovement, self._movements[0], returns=False), self._movements)
        run(addition(VillageTotal, self._villages[0]), self._villages)
        run(addition(HolderTotal, self._holders[0]), self._holders)


def runner(connection):
    """Return what runs a statement, or one of several rows, as the driver of an engine wants its parameters named."""
    is_sqlite = connection.dialect.name == "sqlite"
    return lambda statement, values: connection.exec_driver_sql(statement if is_sqlite else _for_psycopg(statement), values)


@functools.cache
def _for_psycopg(statement):
    return re.sub(r":(\w+)", r"%(\1)s", statement)


def insert(model, row, *, returns=True):
    """Return the INSERT of a row's columns; several rows at once return no keys."""
    return _insert(model.__tablename__, tuple(row), returns)


@functools.cache
def _insert(table, columns, returns):
    values = ", ".join(f":{name}" for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})" + (" RETURNING id" if returns else "")


def addition(model, row):
    """Return the INSERT of a roll-up's row, which adds to the one that stands."""
    return _addition(model, tuple(row))


@functools.cache
def _addition(model, columns):
    table = model.__tablename__
    keys = ", ".join(column.name for column in model.__table__.primary_key)
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in _SUMS)
    return f"{_insert(table, columns, False)} ON CONFLICT ({keys}) DO UPDATE SET {added}"


def _budgets(subject, now):
    """Return what a guest's number, browser and address spend of their budgets: nobody has come before."""
    for name, budget in BUDGETS["booking"].items():
        seconds = int(budget.window.total_seconds())
        at = dt.datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=dt.UTC)
        words = hashlib.sha256(f"{subject}/{name}".encode()).hexdigest()[:32]
        yield {"subject": f"booking/{name}/{words}", "window_at": at, "used": 1}


@functools.cache
def _spend():
    statement = _insert(SignInBudget.__tablename__, ("subject", "window_at", "used"), False)
    return f"{statement} ON CONFLICT (subject, window_at) DO UPDATE SET used = sign_in_budgets.used + 1"


def plain(row):
    """Return a row's values as both drivers take them: moments and lists as the text that the engines keep or read."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value):
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return json.dumps(value) if isinstance(value, list) else value
