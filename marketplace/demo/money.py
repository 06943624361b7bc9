"""The county's money by the month: statements that households confirm or dispute, figures handed down, pay-outs by two people."""

import datetime as dt
import functools

from marketplace.demo.settlements import plan_pay_outs, plan_what_waits
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import Home
from marketplace.income import queries as income_queries
from marketplace.income import services as income
from marketplace.income.values import CostKind, LineState
from marketplace.kernel import clock
from marketplace.ledger import queries as ledger

_DISPUTES = (
    "这一单我只寄了一份，上面写两份。",
    "手续费怎么扣了两回？请帮我看看。",
    "买家退了一半，我这边还没看到退的是哪一份。",
    "这一单是我妹妹家的莲子，记到我家了。",
)
_ANSWERS = (
    "已核对：确实寄出两份，装箱照片上有，已当面说明。",
    "平台5%、支付0.6%，各扣一次，已逐笔念给您听。",
    "退的是第二份，货款退回买家，平台费同时退还给您。",
)


def plan_money(build: Building, timeline: Timeline) -> None:
    """Arrange the first days of every month of the year: close the books, ask the households, pay out."""
    month = build.start.astimezone(clock.SHANGHAI).replace(day=1, hour=8, minute=30, second=0, microsecond=0)
    while month < build.now:
        month = (month + dt.timedelta(days=32)).replace(day=1)
        timeline.at(month, functools.partial(_close_month, build, (month - dt.timedelta(days=1)).strftime("%Y-%m")))
        for day in (2, 4, 6):
            at = month + dt.timedelta(days=day, minutes=day * 7)
            timeline.at(at, functools.partial(_answer_lines, build, timeline, (month - dt.timedelta(days=1)).strftime("%Y-%m")))
        plan_pay_outs(build, timeline, month)
    plan_what_waits(build, timeline)
    timeline.at(build.ago(hours=1), functools.partial(_hand_over, build))


def _close_month(build: Building, month: str) -> None:
    """Settle the payment service's money with the bank, open the statements of the month that ended, hand its figures down."""
    settled = ledger.balance(build.session, "clearing/sandbox")
    if settled > 0:
        income.settle_clearing(build.session, gateway="sandbox", amount_fen=settled, bank_ref=f"DEMO-{month}", at=clock.now())
    income.open_month(build.session, month=month)
    income.hand_over_month(build.session, month=month)


def _hand_over(build: Building) -> None:
    """Hand the present month's figures down, and the last one's again: refunds may have moved them."""
    this_month = clock.month_of(clock.now())
    last = (clock.today().replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")
    for month in (last, this_month):
        income.hand_over_month(build.session, month=month)


def _answer_lines(build: Building, timeline: Timeline, month: str) -> None:
    """Let some households look through their month: most agree, a few find something wrong."""
    dice = build.dice
    farmer = build.homes[0]
    others = [home for home in build.homes[1 : build.size.sellers] if home.user_id is not None]
    asked = [farmer, *dice.sample(others, min(len(others), max(2, build.size.sellers // 20)))]
    for home in asked:
        if home.user_id is None:
            continue
        for line in income_queries.statement(build.session, home.id, month, limit=500).lines:
            if line.state != LineState.OPEN:
                continue
            if dice.random() < 0.04:
                _dispute(build, timeline, home, month, line.line.attribution_id)
            elif dice.random() < 0.7:
                income.confirm_line(
                    build.session, household_id=home.id, month=month, attribution_id=line.line.attribution_id, by=home.user_id
                )
                if dice.random() < 0.15:
                    _declare_cost(build, home, line.line.source, line.line.figures.gross_fen)


def _dispute(build: Building, timeline: Timeline, home: Home, month: str, attribution_id: int) -> None:
    dice = build.dice
    income.dispute_line(
        build.session, household_id=home.id, month=month, attribution_id=attribution_id, by=home.user_id or 0,
        words=dice.choice(_DISPUTES),
    )  # fmt: skip
    timeline.later(functools.partial(_answer, build, home), days=dice.uniform(1, 6))


def _answer(build: Building, home: Home) -> None:
    """Answer the household's oldest open dispute, unless the village left it for later."""
    if clock.now() > build.ago(days=25):
        return
    waiting = [one for one in income_queries.open_disputes(build.session, (home.village_code,)) if one.household_id == home.id]
    if waiting:
        official = next(village.official for village in build.villages if village.code == home.village_code)
        income.answer_dispute(
            build.session, statement_line_id=waiting[0].statement_line_id, by=official, answer=build.dice.choice(_ANSWERS)
        )


def _declare_cost(build: Building, home: Home, source: str, gross_fen: int) -> None:
    dice = build.dice
    income.declare_cost(
        build.session, key=f"demo-cost-{source}", source=source, kind=dice.choice(tuple(CostKind)),
        amount_fen=max(100, gross_fen * dice.randint(3, 12) // 100), by=home.user_id or 0,
    )  # fmt: skip
