"""Batches to the bank and back: prepared, approved, sent, paid, acknowledged or returned; the book follows once."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.farmers import queries as farmer_queries
from marketplace.farmers import services as farmers
from marketplace.income import queries, refusals, services
from marketplace.income.services.settlements import ACCOUNT_CHANGED, NO_LONGER_EARNED
from marketplace.income.values import LeftOut, SettlementState
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from tests.farmers import places
from tests.income import payees
from tests.income.sales import LATER, NEXT_MONTH, breaches, earn, fact, refund

S = SettlementState
NET = 42473


@pytest.fixture
def here(session):
    """Two sales of the household, one of the neighbour, one of the cooperative, all earned."""
    made = payees.payees(session)
    for number, seller in enumerate((made.home, made.home, made.next, made.coop), start=1):
        assert payees.sold(session, made, seller, number) == NET
    session.commit()
    with clock.stopped_at(LATER):
        yield made


def states(session, batch):
    return {ref: one.state for ref, one in payees.attempts(session, batch).items()}


def test_a_month_goes_to_the_bank_and_comes_back_paid(session, here):
    who = here.who
    batch = payees.prepared(session, who)
    found = payees.attempts(session, batch)
    assert {ref: (one.amount_fen, one.state) for ref, one in found.items()} == {
        here.home: (2 * NET, S.DRAFT), here.next: (NET, S.DRAFT), here.coop: (NET, S.DRAFT),
    }  # fmt: skip
    assert queries.payables(session, (payees.COUNTY,), seller_ref=here.home)[0].payable_fen == 0, "promised to the batch"
    with pytest.raises(refusals.BatchDecided):
        services.make_bank_file(session, batch_id=batch.id, by=who.clerk, sealer=places.SEALER)
    with pytest.raises(refusals.SameOfficial):
        services.approve_batch(session, batch_id=batch.id, by=who.clerk)
    services.approve_batch(session, batch_id=batch.id, by=who.cashier)
    file, rows = services.make_bank_file(session, batch_id=batch.id, by=who.clerk, sealer=places.SEALER)
    assert (file.rows, file.sum_fen) == (3, 4 * NET)
    assert {row.number for row in rows} == set(payees.NUMBERS.values())
    assert balance(session, "bank") == 0, "nothing is booked before the bank says so"
    with pytest.raises(refusals.NothingToSend):
        services.make_bank_file(session, batch_id=batch.id, by=who.clerk, sealer=places.SEALER)
    one = found[here.home]
    payees.paid_by_bank(session, who, one)
    session.commit()
    assert balance(session, "bank") == -2 * NET
    assert states(session, batch) == {here.home: S.PAID, here.next: S.SENT, here.coop: S.SENT}
    lines = queries.paid_lines(session, queries.settlement_by_id(session, one.id))
    assert [line.amount_fen for line in lines] == [NET, NET]
    assert queries.statement(session, who.household_id, "2026-09").total.paid_fen == 2 * NET
    services.acknowledge(session, settlement_id=one.id, by=who.farmer)
    assert states(session, batch)[here.home] is S.ACKNOWLEDGED
    assert breaches(session) == {}


def test_each_account_in_a_file_is_noted_each_time_it_is_made(session, here):
    who = here.who
    batch = payees.sent(session, who)
    (file,) = queries.files_of(session, batch.id)
    again, rows = services.rows_of_file(session, file_ref=file.ref, by=who.cashier, sealer=places.SEALER)
    assert (again.ref, len(rows)) == (file.ref, 3)
    keys = [one.account_id for one in payees.attempts(session, batch).values()]
    looks = farmer_queries.looks_at_accounts(session, keys)
    assert [look.by for look in looks] == [who.cashier] * 3 + [who.clerk] * 3
    assert {look.file_ref for look in looks} == {file.ref}
    assert breaches(session) == {}


def test_a_month_is_settled_once_and_again_only_after_it_was_withdrawn(session, here):
    who = here.who
    first = payees.prepared(session, who)
    assert payees.prepared(session, who).id == first.id, "the same key"
    assert payees.prepared(session, who, key="other").id == first.id, "the same month"
    with pytest.raises(refusals.WordsMissing):
        services.withdraw_batch(session, batch_id=first.id, by=who.clerk, reason=" ")
    services.withdraw_batch(session, batch_id=first.id, by=who.clerk, reason="选错了月份")
    with pytest.raises(refusals.BatchDecided):
        services.approve_batch(session, batch_id=first.id, by=who.cashier)
    second = payees.prepared(session, who, key="third")
    assert second.id != first.id
    assert set(states(session, first).values()) == {S.WITHDRAWN}
    assert breaches(session) == {}


def test_a_batch_says_whom_it_leaves_out_and_why(session, here):
    who = here.who
    farmers.match_user_to_household(session, household_id=who.neighbour_id, user_id=who.clerk, by=who.cashier)
    account = farmer_queries.account_in_use(session, here.coop).account_id
    farmers.stop_account(session, account_id=account, by=who.farmer)
    fourth = farmers.apply_to_sell(session, village_code=places.VILLAGE, kind="cooperative", display_name="小社", by=who.helper)
    fifth = farmers.apply_to_sell(session, village_code=places.VILLAGE, kind="cooperative", display_name="新社", by=who.helper)
    payees.sold(session, here, fourth.ref, 5, fen=1500)
    payees.sold(session, here, fifth.ref, 6)
    payees.with_account(session, who, fifth.id, "6222000099990001", cooling=dt.timedelta(days=7))
    batch = payees.prepared(session, who)
    assert set(states(session, batch)) == {here.home}
    left = {one.seller_ref: (one.balance_fen, one.reason) for one in queries.omissions_of(session, batch.id)}
    assert left == {
        here.next: (NET, LeftOut.OWN_HOUSEHOLD), here.coop: (NET, LeftOut.NO_ACCOUNT),
        fourth.ref: (1500 - 75 - 277, LeftOut.BELOW_MINIMUM), fifth.ref: (NET, LeftOut.ACCOUNT_COOLING),
    }  # fmt: skip
    chosen = services.prepare_batch(
        session, key="chosen", area_code=payees.COUNTY, by=who.cashier, seller_refs=[here.next, fourth.ref]
    )
    assert (chosen.month, set(states(session, chosen))) == (None, {here.next}), "on demand the least amount does not count"
    with pytest.raises(refusals.NothingToSettle):
        services.prepare_batch(session, key="none", area_code=payees.COUNTY, by=who.cashier, seller_refs=[here.coop])


def test_nobody_approves_or_accepts_money_of_their_own_household(session, here):
    who = here.who
    farmers.match_user_to_household(session, household_id=who.household_id, user_id=who.cashier, by=who.clerk)
    batch = payees.prepared(session, who)
    with pytest.raises(refusals.OwnMoney):
        services.approve_batch(session, batch_id=batch.id, by=who.cashier)
    services.approve_batch(session, batch_id=batch.id, by=who.helper)
    services.make_bank_file(session, batch_id=batch.id, by=who.clerk, sealer=places.SEALER)
    with pytest.raises(refusals.OwnMoney):
        payees.paid_by_bank(session, who, payees.attempts(session, batch)[here.home])


def test_what_was_refunded_or_moved_before_approval_and_sending_is_taken_out(session, here):
    who = here.who
    batch = payees.prepared(session, who)
    refund(session, 1000, 44000, number=3)  # the neighbour's
    services.approve_batch(session, batch_id=batch.id, by=who.cashier)
    assert states(session, batch) == {here.home: S.APPROVED, here.next: S.WITHDRAWN, here.coop: S.APPROVED}
    assert payees.attempts(session, batch)[here.next].reason == NO_LONGER_EARNED
    payees.with_account(session, who, here.ids[here.coop], "6222000077770001")
    file, _rows = services.make_bank_file(session, batch_id=batch.id, by=who.clerk, sealer=places.SEALER)
    assert (file.rows, file.sum_fen) == (1, 2 * NET)
    assert payees.attempts(session, batch)[here.coop].reason == ACCOUNT_CHANGED
    again = services.prepare_batch(session, key="again", area_code=payees.COUNTY, by=who.clerk, month="2026-10")
    assert {ref: one.amount_fen for ref, one in payees.attempts(session, again).items()} == {
        here.next: NET - 950, here.coop: NET,
    }  # fmt: skip
    assert breaches(session) == {}


def test_a_transfer_that_comes_back_is_owed_again_and_tried_once_more(session, here):
    who = here.who
    batch = payees.sent(session, who)
    first = payees.attempts(session, batch)[here.home]
    payees.returned_by_bank(session, who, first)
    assert (balance(session, "bank"), states(session, batch)[here.home]) == (0, S.RETURNED)
    assert queries.payables(session, (payees.COUNTY,), seller_ref=here.home)[0].payable_fen == 2 * NET
    second = services.prepare_attempt(session, key="again", settlement_id=first.id, by=who.cashier)
    assert services.prepare_attempt(session, key="again", settlement_id=first.id, by=who.cashier).id == second.id
    assert (second.ref, second.attempt, second.amount_fen) == (first.ref, 2, 2 * NET)
    with pytest.raises(refusals.AttemptStands):
        services.prepare_attempt(session, key="third", settlement_id=first.id, by=who.cashier)
    with pytest.raises(refusals.SameOfficial):
        services.approve_attempt(session, settlement_id=second.id, by=who.cashier)
    services.approve_attempt(session, settlement_id=second.id, by=who.clerk)
    _file, rows = services.make_bank_file(session, batch_id=batch.id, by=who.clerk, sealer=places.SEALER)
    assert [row.ref for row in rows] == [f"{first.ref}-2"]
    payees.paid_by_bank(session, who, payees.attempts(session, batch)[here.home])
    session.commit()
    assert balance(session, "bank") == -2 * NET
    assert queries.payout_by_ref(session, f"{first.ref}-2").state is S.PAID
    assert queries.payout_by_ref(session, first.ref).state is S.RETURNED
    assert breaches(session) == {}


def test_what_came_back_and_was_paid_otherwise_is_not_tried_again(session, here):
    who = here.who
    batch = payees.sent(session, who)
    first = payees.attempts(session, batch)[here.home]
    payees.returned_by_bank(session, who, first)
    services.record_payout(
        session, key="hand", seller_ref=here.home, amount_fen=NET, bank_ref="现金-1", prepared_by=who.clerk
    )  # fmt: skip
    with pytest.raises(refusals.PayoutExceedsEarned, match=r"424\.73"):
        services.prepare_attempt(session, key="again", settlement_id=first.id, by=who.cashier)


def test_by_hand_and_by_bank_never_pay_the_same_fen(session, here):
    who = here.who
    payees.prepared(session, who)
    with pytest.raises(refusals.PayoutExceedsEarned, match=r"0\.00"):
        services.record_payout(session, key="h", seller_ref=here.home, amount_fen=1, bank_ref="现金-1", prepared_by=who.clerk)
    payees.sold(session, here, here.home, 9)
    services.record_payout(session, key="h", seller_ref=here.home, amount_fen=NET, bank_ref="现金-1", prepared_by=who.clerk)
    with pytest.raises(refusals.NothingToSettle):
        services.prepare_batch(session, key="k2", area_code=payees.COUNTY, by=who.clerk, month="2026-10")


def test_a_payment_that_the_bank_takes_back_later_is_undone_in_its_own_month(session, here):
    who = here.who
    batch = payees.sent(session, who)
    one = payees.attempts(session, batch)[here.home]
    payees.paid_by_bank(session, who, one)
    session.commit()
    september = queries.statement(session, who.household_id, "2026-09").total
    with clock.stopped_at(NEXT_MONTH):
        payees.returned_by_bank(session, who, one)
        session.commit()
        assert balance(session, "bank") == 0
        assert queries.statement(session, who.household_id, "2026-09").total == september
        october = queries.statement(session, who.household_id, "2026-10")
        assert (october.total.paid_fen, {line.line.figures.paid_fen for line in october.lines}) == (-2 * NET, {-NET})
        assert -balance(session, f"payable/{here.home}/earned") == 2 * NET
        second = services.prepare_attempt(session, key="again", settlement_id=one.id, by=who.clerk)
        services.approve_attempt(session, settlement_id=second.id, by=who.cashier)
    assert breaches(session) == {}


def test_a_refund_after_the_pay_out_is_a_negative_line_of_the_next(session, here):
    who = here.who
    one = payees.attempts(session, payees.sent(session, who))[here.home]
    payees.paid_by_bank(session, who, one)
    with clock.stopped_at(NEXT_MONTH):
        refund(session, 9000, 36000, number=1, at=NEXT_MONTH)
        services.accrue_sale(session, fact=fact(8, who.household_id, seller_ref=here.home, sold_at=NEXT_MONTH))
        earn(session, 8, at=NEXT_MONTH)
        october = payees.sent(session, who, key="k10", month="2026-10")
        two = payees.attempts(session, october)[here.home]
        assert two.amount_fen == NET - 8550
        assert [line.amount_fen for line in queries.paid_lines(session, two)] == [-8550, NET], "as it would be paid now"
        payees.paid_by_bank(session, who, two)
        two = queries.settlement_by_id(session, two.id)
        assert [(line.order_ref, line.amount_fen) for line in queries.paid_lines(session, two)] == [
            ("L000001", -8550), ("L000008", NET),
        ]  # fmt: skip
    assert breaches(session) == {}


def test_a_result_is_listed_where_all_of_it_may_be_read(session, here):
    attempts = payees.attempts(session, payees.sent(session, here.who)).values()
    content = payees.result(*((one.ref, "paid", f"B{number}", one.amount_fen) for number, one in enumerate(attempts)))
    services.load_result(session, rows=payees.read(session, content).rows, sha256="c" * 64, by=here.who.clerk)
    villages = sorted({one.village_code for one in attempts})
    assert len(villages) > 1
    assert [len(queries.results(session, (code,))) for code in villages] == [0] * len(villages)
    assert len(queries.results(session, villages)) == len(queries.results(session, (villages[0][:6],))) == 1


def test_a_result_is_loaded_by_one_accepted_by_another_and_counts_once(session, here):
    who = here.who
    one = payees.attempts(session, payees.sent(session, who))[here.next]
    rows = payees.read(session, payees.result((one.ref, "paid", "B1", NET))).rows
    loaded = services.load_result(session, rows=rows, sha256="a" * 64, by=who.clerk)
    assert services.load_result(session, rows=rows, sha256="a" * 64, by=who.cashier).id == loaded.id, "the same file"
    with pytest.raises(refusals.SameOfficial):
        services.accept_result(session, result_id=loaded.id, by=who.clerk)
    other = services.load_result(session, rows=rows, sha256="b" * 64, by=who.clerk)
    services.accept_result(session, result_id=loaded.id, by=who.cashier)
    services.accept_result(session, result_id=loaded.id, by=who.cashier)
    assert balance(session, "bank") == -NET
    with pytest.raises(refusals.ResultOutdated, match=one.ref), session.begin_nested():
        services.accept_result(session, result_id=other.id, by=who.cashier)
    services.discard_result(session, result_id=other.id, by=who.cashier, reason="同一笔")
    with pytest.raises(refusals.ResultDecided):
        services.accept_result(session, result_id=other.id, by=who.cashier)
    assert balance(session, "bank") == -NET
    assert breaches(session) == {}


def test_money_that_did_not_arrive_is_said_so_and_acknowledged_when_it_did(session, here):
    who = here.who
    one = payees.attempts(session, payees.sent(session, who))[here.home]
    with pytest.raises(refusals.PayoutClosed):
        services.acknowledge(session, settlement_id=one.id, by=who.farmer)
    payees.paid_by_bank(session, who, one)
    with pytest.raises(refusals.WordsMissing):
        services.report_missing(session, settlement_id=one.id, by=who.farmer, words=" ")
    services.report_missing(session, settlement_id=one.id, by=who.farmer, words="没有到账")
    assert queries.settlement_by_id(session, one.id).missing_words == "没有到账"
    assert session.scalar(queries.batches_waiting((payees.COUNTY,))) == 1
    with pytest.raises(refusals.SameOfficial):
        services.acknowledge(session, settlement_id=one.id, by=who.cashier, is_assisted=True)
    services.acknowledge(session, settlement_id=one.id, by=who.helper, is_assisted=True)
    found = queries.settlement_by_id(session, one.id)
    assert (found.state, found.is_assisted, found.missing_at) == (S.ACKNOWLEDGED, True, None)
    with pytest.raises(refusals.PayoutClosed):
        services.report_missing(session, settlement_id=one.id, by=who.farmer, words="还是没有")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE settlements SET state = 'approved', approved_by = prepared_by, approved_at = prepared_at WHERE id = :id",
        "UPDATE settlements SET state = 'sent' WHERE id = :id",
        "UPDATE settlements SET state = 'paid', approved_by = 1, approved_at = prepared_at WHERE id = :id",
        "UPDATE settlements SET amount_fen = amount_fen + 1 WHERE id = :id",
        "UPDATE settlements SET account_id = NULL WHERE id = :id",
        "DELETE FROM settlements WHERE id = :id",
    ],
)
def test_even_raw_sql_skips_no_official_and_changes_no_promise(session, here, change):
    one = payees.attempts(session, payees.prepared(session, here.who))[here.home]
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(change), {"id": one.id})
    session.rollback()


def test_even_raw_sql_reopens_nothing_that_has_ended_and_makes_no_second_live_attempt(session, here):
    who = here.who
    batch = payees.sent(session, who)
    one = payees.attempts(session, batch)[here.home]
    payees.returned_by_bank(session, who, one)
    services.prepare_attempt(session, key="again", settlement_id=one.id, by=who.clerk)
    session.commit()
    for change in (
        "UPDATE settlements SET state = 'sent' WHERE id = :id",
        "INSERT INTO settlements (ref, attempt, key, way, seller_ref, village_code, amount_fen, state, prepared_by, prepared_at,"
        " bank_ref, reason, is_assisted, missing_words) SELECT ref, 3, 'x', 'by_hand', seller_ref, village_code, amount_fen,"
        " 'draft', prepared_by, prepared_at, 'B', '', is_assisted, '' FROM settlements WHERE id = :id",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(change), {"id": one.id})
        session.rollback()
