"""How the demonstration's sellers are paid: by a batch a month through the bank, which sends one back, and a few by hand."""

import datetime as dt
import functools
import hashlib

from marketplace.demo.accounts import number_of, open_account
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.demo.values import COUNTY
from marketplace.income import queries as income_queries
from marketplace.income import services as income
from marketplace.income.values import BankWord, ResultRowIn, SettlementState, SettlementView
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import Refusal

#: Below this a seller's money waits for the next month.
LEAST_FEN = 20_000
#: The month before last the bank sent one transfer back.
_RETURNED_BEFORE = dt.timedelta(days=62)


def plan_pay_outs(build: Building, timeline: Timeline, opens: dt.datetime) -> None:
    """Arrange the settlement of the month that ended before a first of the month."""
    month = (opens - dt.timedelta(days=1)).strftime("%Y-%m")
    timeline.at(opens + dt.timedelta(days=7, hours=2), functools.partial(_prepare, build, timeline, month))


def plan_what_waits(build: Building, timeline: Timeline) -> None:
    """Arrange what waits today: a settlement of chosen sellers to approve, a pay-out by hand to confirm, an account to see."""
    timeline.at(build.ago(hours=5), functools.partial(_leave_waiting, build))
    timeline.at(build.ago(hours=6), functools.partial(_pay_by_hand, build, timeline))


def _officials(build: Building) -> tuple[int, int]:
    """Return who prepares and who approves: the county's two officials by turns."""
    one, other = build.posts().county
    return (one, other) if clock.today().month % 2 else (other, one)


def _prepare(build: Building, timeline: Timeline, month: str) -> None:
    first, second = _officials(build)
    try:
        batch = income.prepare_batch(
            build.session, key=f"demo-{month}", area_code=COUNTY, by=first, month=month, least_fen=LEAST_FEN
        )
    except Refusal:  # the first month, when nothing is earned yet
        return
    go_on = functools.partial(_send, build, timeline, batch.id, first, second)
    timeline.at(in_working_hours(clock.now() + dt.timedelta(hours=20)), go_on)


def _send(build: Building, timeline: Timeline, batch_id: int, first: int, second: int) -> None:
    income.approve_batch(build.session, batch_id=batch_id, by=second)
    try:
        income.make_bank_file(build.session, batch_id=batch_id, by=first, sealer=build.sealer)
    except Refusal:  # everything in it was refunded meanwhile
        return
    timeline.later(functools.partial(_hear, build, timeline, batch_id, first, second), days=2)


def _hear(build: Building, timeline: Timeline, batch_id: int, first: int, second: int) -> None:
    """Load what the bank says and accept it; the household confirms what it got some days later."""
    sent = [one for one in income_queries.settlements_of(build.session, batch_id) if one.state is SettlementState.SENT]
    if not sent:
        return
    sent.sort(key=_in_order)
    returns = _one_that_comes_back(build, sent)
    rows = [_row(number, one, one is returns) for number, one in enumerate(sent, start=2)]
    sha256 = hashlib.sha256(f"demo {batch_id} {clock.now()}".encode()).hexdigest()
    result = income.load_result(build.session, rows=rows, sha256=sha256, by=first)
    income.accept_result(build.session, result_id=result.id, by=second)
    if returns is not None:
        timeline.later(functools.partial(_try_again, build, timeline, returns.id, batch_id, first, second), days=1)
    for one in sent:
        if one is not returns and one.household_id is not None:
            timeline.later(functools.partial(_acknowledge, build, one), days=build.dice.uniform(1, 12))


def _in_order(one: SettlementView) -> tuple[int, int]:
    """Return a place that is the same in each build: references are not."""
    return one.amount_fen, one.household_id or 0


def _one_that_comes_back(build: Building, sent: list[SettlementView]) -> SettlementView | None:
    """Return the last of a batch in the one month in which the bank sent a transfer back."""
    age = build.now - clock.now()
    is_month = _RETURNED_BEFORE - dt.timedelta(days=31) < age <= _RETURNED_BEFORE
    fits = is_month and sent[-1].attempt == 1 and sent[-1].household_id != build.homes[0].id
    return sent[-1] if fits else None


def _row(number: int, one: SettlementView, is_returned: bool) -> ResultRowIn:  # noqa: FBT001 (two words of the bank)
    if is_returned:
        return ResultRowIn(number, one.id, BankWord.RETURNED, "", clock.today(), "户名与账号不符（示例）")
    return ResultRowIn(number, one.id, BankWord.PAID, f"DEMO-{clock.today():%Y%m%d}-{number:04d}", clock.today())


def _try_again(build: Building, timeline: Timeline, settlement_id: int, batch_id: int, first: int, second: int) -> None:
    try:
        attempt = income.prepare_attempt(build.session, key=ids.uuid7(), settlement_id=settlement_id, by=second)
    except Refusal:  # a refund came meanwhile: the rest goes with the next month
        return
    income.approve_attempt(build.session, settlement_id=attempt.id, by=first)
    timeline.later(functools.partial(_send_again, build, timeline, batch_id, first, second), days=1)


def _send_again(build: Building, timeline: Timeline, batch_id: int, first: int, second: int) -> None:
    try:
        income.make_bank_file(build.session, batch_id=batch_id, by=second, sealer=build.sealer)
    except Refusal:
        return
    timeline.later(functools.partial(_hear, build, timeline, batch_id, second, first), days=1)


def _acknowledge(build: Building, one: SettlementView) -> None:
    """Let the household say that it has the money: of the last month it has not looked yet."""
    home = next((home for home in build.homes if home.id == one.household_id), None)
    if home is not None and home.user_id is not None and clock.now() < build.ago(days=20):
        income.acknowledge(build.session, settlement_id=one.id, by=home.user_id)


def _pay_by_hand(build: Building, timeline: Timeline) -> None:
    """Give two sellers cash against their signature; one slip was seen by a second official, the other waits for one."""
    first, second = _officials(build)
    due = [one for one in income_queries.payables(build.session, (COUNTY,), limit=500) if one.payable_fen > 0]
    due.sort(key=lambda one: (one.payable_fen, one.household_id or 0))
    for number, one in enumerate(due[-2:], start=1):
        payout = income.record_payout(
            build.session, key=f"demo-hand-{one.seller_ref}", seller_ref=one.seller_ref, amount_fen=(one.payable_fen + 1) // 2,
            bank_ref=f"DEMO-CASH-{clock.today():%Y%m%d}-{number:04d}", prepared_by=first,
        )  # fmt: skip
        if number == 1:
            timeline.at(clock.now() + dt.timedelta(minutes=20), functools.partial(_confirm, build, payout.id, second))


def _confirm(build: Building, payout_id: int, by: int) -> None:
    income.confirm_payout(build.session, payout_id=payout_id, by=by)


def _leave_waiting(build: Building) -> None:
    first, _second = _officials(build)
    due = [one for one in income_queries.payables(build.session, (COUNTY,), limit=500) if one.payable_fen > 0]
    refs = [one.seller_ref for one in due if one.household_id != build.homes[0].id][:2]
    if refs:
        income.prepare_batch(build.session, key="demo-chosen", area_code=COUNTY, by=first, seller_refs=refs)
    # two neighbours with one passbook, and a change that one household sees on its phone and can still stop
    shared, changed = build.shops[1], build.shops[0]
    open_account(
        build, shared.id, holder=shared.name, official=shared.village.official, number=number_of(build.shops[2].id), turn=2
    )
    open_account(
        build, changed.id, holder=build.homes[0].head, official=changed.village.official, number=number_of(9_000), turn=2
    )
    waiting = build.shops[3]
    open_account(
        build, waiting.id, holder=waiting.name, official=waiting.village.official, number=number_of(9_001), turn=2,
        is_confirmed=False,
    )  # fmt: skip
