"""The bank's list of the year, laid beside the book: nearly all of it joins, interest was explained, and a fee waits."""

import csv
import datetime as dt
import functools
import io
import re

from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.kernel import clock
from marketplace.kernel.money import yuan
from marketplace.ledger.queries import entries_of_account
from marketplace.ledger.values import BANK
from marketplace.reconciliation import queries
from marketplace.reconciliation import services as reconciliation
from marketplace.reconciliation.bank_lists import BALANCE, CAME, DAY, REMARK, SERIAL, WENT, read_bank_list
from marketplace.reconciliation.values import Side

_INTEREST_FEN, _FEE_FEN = 1_234, -500
_HEADS = (DAY, SERIAL, CAME, WENT, BALANCE, REMARK)


def plan_reconciling(build: Building, timeline: Timeline) -> None:
    """Arrange that the county takes in the bank's list and looks at what is left."""
    timeline.at(build.ago(hours=0.8), functools.partial(_take_lists, build))


def _take_lists(build: Building) -> None:
    first, second = build.posts().county
    session = build.session
    after: int | None = 0
    while after is not None:
        _taken, after = reconciliation.take_book(session, account=BANK, after=after)
    held = read_bank_list(_bank_list(build), said=lambda serials: queries.lines_said(session, serials))
    reconciliation.take_bank_list(session, held=held, by=first)
    interest = [row.id for row in queries.open_rows(session, BANK, Side.OUTSIDE) if row.amount_fen == _INTEREST_FEN]
    ref = reconciliation.explain(
        session,
        key="demo-interest",
        account=BANK,
        row_ids=interest,
        reason="账户季度利息，另行入库（示例）。",
        by=first,
    )
    reconciliation.accept(session, ref=ref, by=second)


def _bank_list(build: Building) -> bytes:
    """Return what the bank wrote of the year: each posting under its reference, but for the newest, and two rows of its own."""
    entries = entries_of_account(build.session, BANK, limit=100_000)
    lines = [(clock.day_of(entry.posted_at), entry.amount_fen, entry.note) for entry in entries[:-1]]
    lines.sort(key=lambda line: line[0])
    middle = lines[len(lines) // 2][0] if lines else clock.today()
    lines += [(middle, _INTEREST_FEN, "INTEREST"), (clock.today() - dt.timedelta(days=1), _FEE_FEN, "FEE")]
    lines.sort(key=lambda line: line[0])
    out, balance = io.StringIO(), 0
    writer = csv.writer(out)
    writer.writerow(_HEADS)
    for number, (day, fen, note) in enumerate(lines, start=1):
        balance += fen
        serial = note if re.fullmatch(r"[A-Za-z0-9_./-]{6,60}", note) else f"LH{day:%Y%m%d}{number:05d}"
        writer.writerow((day.isoformat(), serial, yuan(fen) if fen > 0 else "", yuan(-fen) if fen < 0 else "", yuan(balance), ""))
    return out.getvalue().encode()
