"""Part `alerts`: a county's households judged by every rule in one night, and the lists that come of it."""

import datetime as dt
import functools
import random
import sys

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.assistance import queries, services
from marketplace.assistance.models import (
    Alert,
    Assessment,
    GuaranteeCheck,
    PlatformHandover,
    PlatformIncome,
    SpendingEntry,
    Visit,
    VisitPlan,
)
from marketplace.assistance.values import Guarantee
from marketplace.assistance.values.alerts import AlertFilter, AlertRule, SpendingKind
from marketplace.kernel import clock, ids
from tests.bench.databases import catch_up, insert_rows
from tests.bench.people import COUNTY
from tests.bench.register import FULL, MOST_MIB, MOST_SECONDS, Waiting, process, within
from tests.bench.shown import Table, in_turn, times

SIZE = 25
#: Months of platform income; visits and looks at the guarantees of each household.
MONTHS, VISITS = 26, 3


class NotAllJudged(Exception):
    """The pass ended without having judged every household."""


def measure(world, nights, lists, engine_name):
    """Judge the county twice, then read its lists near and deep."""
    filled, households = fill(world)
    line = [sys.executable, "-m", "flask", "--app", "wsgi", "alerts", "assess"]
    for words in (f"first night: {households:,} households", "the same night again: nothing changes"):
        with Waiting(filled.path) as waiting:
            seconds, peak = process(line, filled.environment)
        with filled.engine(read_only=True) as engine, Session(engine) as session:
            run = session.get_one(Assessment, clock.today())
            alerts = session.scalar(select(func.count()).select_from(Alert))
        if run.households != households or run.ended_at is None:
            raise NotAllJudged(run.households)
        nights.add(
            engine_name, words, within(seconds, MOST_SECONDS, households), within(peak, MOST_MIB, households), f"{alerts:,}",
            f"{waiting.longest:.2f}" if filled.path else "",
        )  # fmt: skip
    filled.settle()
    world._prove(filled, "judged")
    _read(world, filled, lists, engine_name)


def fill(world):
    """Return a copy of the county with what the rules look at, and how many households it has."""
    settled, county, *_rest = world._settled
    filled = world.bench.copy(settled, "judged")
    keys = [home.household_id for home in county.homes]
    world.say(f"{world.engine_name}: incomes, visits and guarantees of {len(keys):,} households")
    filled.write(lambda session: _fill(session, county, keys))
    filled.settle()
    return filled, len(keys)


def _fill(session, county, keys):
    dice, today, now = random.Random(7), clock.today(), clock.now()
    whole = today.year * 12 + today.month - 1
    months = [f"{n // 12}-{n % 12 + 1:02d}" for n in range(whole - MONTHS, whole)]
    year = today.year - 1
    session.add_all(PlatformHandover(month=month, handed_at=now) for month in {*months, f"{year}-01", f"{year}-12"})
    rows = []
    for key in keys:
        if dice.random() < 0.7:
            rows += [_month(key, month, dice.randrange(0, 90_000), now) for month in months]
    insert_rows(session, PlatformIncome, rows)
    visits = [
        {
            "ref": ids.reference("V", 12), "key": f"bench/{key}/{n}", "household_id": key, "by_user_id": county.official,
            "visited_on": today - dt.timedelta(days=dice.randrange(0, 400)), "note_sealed": "k1.AA", "created_at": now,
        }
        for key in keys
        for n in range(VISITS)
    ]  # fmt: skip
    insert_rows(session, Visit, visits)
    checks = [
        {
            "household_id": key, "guarantee": str(each), "is_met": dice.random() < 0.99, "checked_on": today, "note": "",
            "by_user_id": county.official,
        }
        for key in keys
        for each in Guarantee
    ]  # fmt: skip
    insert_rows(session, GuaranteeCheck, checks)
    spent = [
        {
            "key": f"bench/{key}", "household_id": key, "year": today.year, "kind": str(dice.choice(list(SpendingKind))),
            "amount_fen": dice.randrange(100_000, 4_000_000), "source": "bench", "entered_by": county.clerk, "entered_at": now,
        }
        for key in dice.sample(keys, len(keys) // 10)
    ]  # fmt: skip
    insert_rows(session, SpendingEntry, spent)
    services.set_example_ranges(session, [{"year": year, "line": 9300, "where": "bench"}])
    catch_up(session)


def _month(key, month, fen, now):
    figures = {"gross_fen": fen, "net_fen": fen, "earned_fen": fen, "paid_fen": fen}
    return {
        "household_id": key, "month": month, "refunds_fen": 0, "fees_fen": 0, "costs_fen": 0, "recorded_at": now, **figures,
    }  # fmt: skip


def _read(world, filled, lists, engine_name):
    sealer = filled.settings.sealer()
    with filled.engine(read_only=True) as engine, Session(engine) as session:
        low, high = session.execute(select(func.min(Alert.id), func.max(Alert.id))).one()
        deep = low + (high - low) // 10
        plans = select(VisitPlan.due_on, VisitPlan.household_id).order_by(VisitPlan.due_on, VisitPlan.household_id)
        until = clock.today()
        total = session.scalar(select(func.count()).select_from(VisitPlan).where(VisitPlan.due_on <= until)) or 0
        place = tuple(session.execute(plans.limit(1).offset(total * 9 // 10)).one())
        alerts = functools.partial(queries.alert_page, session, [COUNTY], AlertFilter(), sealer=sealer, size=SIZE)
        visits = functools.partial(queries.visits_due, session, [COUNTY], by=until, sealer=sealer, size=SIZE)
        for name, first, later in (
            ("alerts that stand", alerts, functools.partial(alerts, older_than=deep)),
            ("overdue visits", visits, functools.partial(visits, after=place)),
        ):
            found = in_turn({"first page": first, "nine tenths in": later}, rounds=world.rounds(15))
            for page, (spread, ratios) in found.items():
                lists.add(engine_name, name, page, spread, times(ratios))
        today = clock.today()
        asked = {
            "what if a fifth were gone": functools.partial(queries.crossings, session, [COUNTY], 20, today),
            "preview of the rule of income": functools.partial(
                queries.rule_preview, session, AlertRule.LOW_INCOME, {"percent_of_range": 110}, today
            ),
        }
        for name, ask in asked.items():
            found = in_turn({"all": ask}, rounds=world.rounds(3))
            lists.add(engine_name, name, "all", found["all"][0], "")


def tables():
    nights = Table(
        "Judging the households of a county in a night",
        f"Seconds of the whole process, start included, and the peak memory of its process, beside the limits for {FULL:,} "
        "households. On SQLite, also the longest stretch for which another writer was kept out.",
        ("engine", "what", "seconds", "peak MiB", "alerts", "others wait, s"),
    )
    lists = Table(
        "Reading alerts and overdue visits",
        "Milliseconds of the reading alone, median (tenth–ninetieth percentile). The ratio is to the first page of the list.",
        ("engine", "list", "page", "ms", "× first page"),
    )
    return nights, lists
