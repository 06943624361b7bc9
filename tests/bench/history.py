"""Sales of a year in bulk: what the verbs of income and the ledger would have written, entries first and transactions last.

The arithmetic is the house's own (`income.rules`); only the way into the tables is shorter. Every invariant is run over the
result, so a figure that the verbs would have written otherwise is found out.
"""

import datetime as dt
import random
from collections import defaultdict

from sqlalchemy.orm import Session

from marketplace.income import rules
from marketplace.income.models import Attribution, AttributionMovement, HolderTotal, Settlement, VillageTotal
from marketplace.income.values import Figures, Movement, Stage
from marketplace.kernel import clock, ids
from marketplace.kernel.money import share
from marketplace.ledger.models import AccountBalance, Entry, Transaction
from marketplace.ledger.rules import checked
from marketplace.ledger.values import BANK, FEES_GATEWAY, FEES_PLATFORM, EntryIn, accrued, clearing, earned
from marketplace.payments.values import OFFLINE
from marketplace.products.values import FEES_BP
from tests.bench.databases import catch_up, insert_rows
from tests.bench.purchases import order_ref, refund_ref
from tests.bench.slips import receipt_ref, transfer_ref

#: Days from the sale until it is the household's for good.
WINDOW = dt.timedelta(days=9)
#: Every so manieth sale is refunded in part.
REFUNDED = 17
_FIGURES = ("gross_fen", "refunds_fen", "fees_fen", "costs_fen", "earned_fen", "paid_fen", "lines")
#: PostgreSQL holds a lock a posting until the transaction ends.
POSTINGS_AT_ONCE = 1500


class Book:
    """The rows of what was sold, collected before they are written."""

    def __init__(self):
        self.postings = []
        self.entry_count = 0
        self.attributions = []
        self.movements = []
        self.payouts = []
        self.totals = defaultdict(Figures)
        self.balances = defaultdict(int)

    def _post(self, kind, source, at, *sides):
        kept = checked([EntryIn(account, fen) for account, fen in sides])
        self.postings.append((kind, source, at, kept))
        self.entry_count += len(kept)
        for entry in kept:
            self.balances[entry.account] += entry.amount_fen
        return len(self.postings)

    def _accrue(self, sale):
        gross, at = sale["gross_fen"], sale["sold_at"]
        platform_fee, gateway_fee = sale["platform_fee_fen"], sale["gateway_fee_fen"]
        payable = accrued(sale["seller_ref"])
        posting = self._post(
            "sale", sale["source"], at,
            (clearing(sale["gateway"]), gross), (payable, -gross),
            (payable, platform_fee), (FEES_PLATFORM, -platform_fee),
            (payable, gateway_fee), (FEES_GATEWAY, -gateway_fee),
        )  # fmt: skip
        self._moved(
            sale, posting, at,
            (Movement.ACCRUED, gross), (Movement.FEE_PLATFORM, platform_fee), (Movement.FEE_GATEWAY, gateway_fee),
        )  # fmt: skip

    def _earn(self, sale, at):
        net = sale["gross_fen"] - sale["refunded_fen"] - sale["platform_fee_fen"] - sale["gateway_fee_fen"]
        seller = sale["seller_ref"]
        posting = self._post("earned", sale["source"], at, (accrued(seller), net), (earned(seller), -net))
        sale["stage"], sale["earned_fen"] = Stage.EARNED.value, net
        self._moved(sale, posting, at, (Movement.EARNED, net))

    def _moved(self, sale, posting, at, *moves):
        kept = [(kind, fen) for kind, fen in moves if fen]
        month = clock.month_of(at)
        self.movements += [
            {
                "attribution_id": sale["id"], "household_id": sale["household_id"], "village_code": sale["village_code"],
                "kind": kind.value, "amount_fen": fen, "at": at, "month": month, "ledger_transaction_id": posting,
            }
            for kind, fen in kept
        ]  # fmt: skip
        where = (sale["village_code"], sale["status"], sale["measure"], sale["category"], sale["holder"], sale["household_id"])
        for period in (month, month[:4]):
            self.totals[period, *where] += rules.figures_of(kept)

    def write(self, engine):
        """Write it all, some postings a transaction; return how many entries there are."""
        for start in range(0, len(self.postings), POSTINGS_AT_ONCE):
            with Session(engine) as session:
                self._write_postings(session, start)
                session.commit()
        with Session(engine) as session:
            insert_rows(session, AccountBalance, [{"account": name, "amount_fen": fen} for name, fen in self.balances.items()])
            insert_rows(session, Attribution, self.attributions)
            insert_rows(session, AttributionMovement, self.movements)
            insert_rows(session, Settlement, self.payouts)
            self._write_totals(session)
            self.write_beside(session)
            catch_up(session)
            session.commit()
        return self.entry_count

    def write_beside(self, session):
        """Write the rows of what it was sold by."""
        raise NotImplementedError

    def _write_postings(self, session, start):
        some = list(enumerate(self.postings[start : start + POSTINGS_AT_ONCE], start + 1))
        entries = [
            {"transaction_id": number, "account": entry.account, "amount_fen": entry.amount_fen}
            for number, (_kind, _source, _at, kept) in some
            for entry in kept
        ]
        insert_rows(session, Entry, entries)
        insert_rows(
            session,
            Transaction,
            [
                {
                    "id": number, "ref": ids.reference("T", 12), "kind": kind, "source": source, "posted_at": at,
                    "entry_count": len(kept), "note": "",
                }
                for number, (kind, source, at, kept) in some
            ],
        )  # fmt: skip

    def _write_totals(self, session):
        villages = defaultdict(Figures)
        holders = []
        for (period, village, status, measure, category, holder, household_id), figures in self.totals.items():
            place = {"period": period, "village_code": village, "status": status, "measure": measure, "category": category}
            holders.append({**place, "holder": holder, "household_id": household_id, **_columns(figures)})
            villages[tuple(place.items())] += figures
        insert_rows(session, HolderTotal, holders)
        insert_rows(session, VillageTotal, [{**dict(place), **_columns(figures)} for place, figures in villages.items()])


class GoodsBook(Book):
    """A year of goods sold by households in turn."""

    def __init__(self, county, offers, purchases, until):
        super().__init__()
        self.county = county
        self.offers = offers
        self.purchases = purchases
        self.until = until
        self._dice = random.Random(7)

    def fill(self, households, entry_target, months=12):
        """Let the first so many households sell in turn until the book holds as many entries as asked for."""
        owed = defaultdict(list)
        while self.entry_count < entry_target:
            number = len(self.attributions) + 1
            home = self.county.homes[number % households]
            # nothing in the last three days: a refund follows after two, and not in the future
            ago = dt.timedelta(days=self._dice.uniform(3, 30 * months))
            sale = self._sell(number, home, self.offers[number % households], self.until - ago)
            if sale["stage"] == Stage.EARNED.value and sale["earned_fen"] > 0 and self._dice.random() < 0.8:
                owed[home].append(sale)
            if len(owed[home]) == 3:
                self._pay(home, owed.pop(home))
        return self

    def _sell(self, number, home, offer, at):
        quantity = 1 + number % 4
        gross = offer["price_fen"] * quantity
        gateway_fee = share(gross, FEES_BP[1])
        parts = rules.split(gross, platform_fee_bp=FEES_BP[0], gateway_fee_fen=gateway_fee)
        source = f"order_line/{number}"
        sale = {
            "id": number, "source": source, "holder": f"household/{home.household_id}", "household_id": home.household_id,
            "seller_ref": home.seller_ref, "village_code": home.village_code,
            "status": "registered" if home.is_registered else "none", "spell_id": None, "helper_id": None,
            "measure": "agriculture", "enrolled_measures": [], "income_category": "business",
            "category": offer["category_code"], "channel": "shop", "promotion": None, "gateway": OFFLINE,
            "order_ref": order_ref(number), "line_id": number, "title": offer["title_zh"], "quantity": quantity, "sold_at": at,
            "gross_fen": gross, "platform_fee_bp": FEES_BP[0], "gateway_fee_fen": gateway_fee, "stage": Stage.ACCRUED.value,
            "platform_fee_fen": parts.platform_fee_fen, "refunded_fen": 0, "earned_fen": 0, "paid_fen": 0, "costs_fen": 0,
        }  # fmt: skip
        self.attributions.append(sale)
        self._accrue(sale)
        self._settle(receipt_ref(number), gross, at)
        refund = (1, offer["price_fen"], at + dt.timedelta(days=2)) if number % REFUNDED == 0 and quantity > 1 else None
        if refund:
            self._refund(sale, *refund[1:])
        earned_at = at + WINDOW if at + WINDOW < self.until else None
        if earned_at:
            self._earn(sale, earned_at)
        self.purchases.add(sale, offer, refund=refund, earned_at=earned_at)
        return sale

    def _refund(self, sale, amount, at):
        left = sale["gross_fen"] - amount
        back = rules.fee_back(sale["platform_fee_fen"], remaining_gross_fen=left, platform_fee_bp=sale["platform_fee_bp"])
        payable = accrued(sale["seller_ref"])
        posting = self._post(
            "refund", f"{sale['source']}#{refund_ref(sale['id'])}", at,
            (payable, amount), (clearing(OFFLINE), -amount), (FEES_PLATFORM, back), (payable, -back),
        )  # fmt: skip
        sale["refunded_fen"] += amount
        sale["platform_fee_fen"] -= back
        self._moved(sale, posting, at, (Movement.REFUND, amount), (Movement.FEE_PLATFORM_BACK, back))
        self._settle(transfer_ref(sale["id"]), -amount, at)

    def _settle(self, slip_ref, fen, at):
        self._post("settlement", f"{OFFLINE}/{slip_ref}", at, (BANK, fen), (clearing(OFFLINE), -fen))

    def _pay(self, home, sales):
        at = max(sale["sold_at"] for sale in sales) + WINDOW + dt.timedelta(hours=1)
        fen = sum(sale["earned_fen"] for sale in sales)
        number = len(self.payouts) + 1
        ref = f"Z{number:07d}"
        posting = self._post("payout", ref, at, (earned(home.seller_ref), fen), (BANK, -fen))
        for sale in sales:
            sale["paid_fen"] = sale["earned_fen"]
            self._moved(sale, posting, at, (Movement.PAID, sale["earned_fen"]))
        self.payouts.append(
            {
                "id": number, "ref": ref, "key": ref, "seller_ref": home.seller_ref, "household_id": home.household_id,
                "village_code": home.village_code, "amount_fen": fen, "bank_ref": f"ICBC-{number}", "state": "paid",
                "prepared_by": self.county.official, "prepared_at": at, "approved_by": self.county.second, "approved_at": at,
                "ledger_transaction_id": posting, "attempt": 1, "way": "by_hand", "reason": "", "is_assisted": False,
                "missing_words": "", "settled_at": at, "settled_by": self.county.second,
            }
        )  # fmt: skip

    def write_beside(self, session):
        self.purchases.write(session)


def _columns(figures):
    return dict(zip(_FIGURES, figures, strict=True))
