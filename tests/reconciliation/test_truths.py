"""The truths of reconciliation notice what the triggers would refuse: each is broken here behind their back."""

import pytest
from sqlalchemy import text

from marketplace.ledger.values import BANK
from marketplace.reconciliation import queries, services
from marketplace.reconciliation.ddl import TRIGGERS
from marketplace.reconciliation.invariants import CHECKS
from marketplace.reconciliation.values import Side
from tests.orders.sales import fair, place
from tests.payments.money import paid_offline
from tests.reconciliation.test_reconciling import take_list

BREAKS = {
    "reconciliation: a group leaves over what it says": "UPDATE reconciliation_groups SET difference_fen = 1 WHERE reason <> ''",
    "reconciliation: rows are joined within their account": "UPDATE reconciliation_groups SET account = 'clearing/x'",
    "reconciliation: the book's rows are the book's": "UPDATE reconciliation_rows SET amount_fen = 1 WHERE side = 'book'",
    "reconciliation: a bank's list leads from balance to balance": "UPDATE bank_statements SET closing_fen = closing_fen + 1",
}


def broken(session):
    session.expire_all()
    return {name for name, check in CHECKS if check(session)}


@pytest.mark.breaks_truths("each truth is broken in turn, and all but the triggers put back", "reconciliation:")
def test_each_truth_is_missed_when_it_is_gone(session):
    market = fair(session)
    purchase = place(session, [(market.seed, 1)])
    receipt = paid_offline(session, purchase, market.village.official, market.second_official)
    take_list(session, market.village.official, (receipt.amount_fen, receipt.bank_ref, ""), (1234, "INTEREST", ""))
    (row,) = queries.open_rows(session, BANK, Side.OUTSIDE)
    ref = services.explain(session, key="k", account=BANK, row_ids=[row.id], reason="利息", by=market.village.official)
    services.accept(session, ref=ref, by=market.second_official)
    assert broken(session) == set()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    for name in TRIGGERS:
        table = (
            session.scalar(text("SELECT tbl_name FROM sqlite_master WHERE name = :name"), {"name": name})
            if is_sqlite
            else (session.scalar(text("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = :name"), {"name": name}))
        )
        session.execute(text(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}"))
    assert broken(session) == {"reconciliation: the triggers stand"}
    for name, statement in BREAKS.items():
        with session.begin_nested() as undone:
            session.execute(text(statement))
            assert name in broken(session)
            undone.rollback()
    assert broken(session) == {"reconciliation: the triggers stand"}
