"""How the county watches its households: ranges, spending, nightly passes, what people did about alerts, and visits arranged."""

import datetime as dt
import functools
import itertools
from collections.abc import Sequence

from marketplace.assistance import queries, services
from marketplace.assistance.values import LedgerCategory
from marketplace.assistance.values.alerts import AlertAction, AlertFilter, AlertLine, AlertRule, AlertState, SpendingKind
from marketplace.demo.sellers import village_of
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.demo.values import COUNTY, Home
from marketplace.farmers.queries import references as farmers
from marketplace.kernel import clock

#: Days ago on which households were judged; and what people did in between.
_PASSES = (60, 30, 1)
_EXAMPLE = "示例数字，为演示虚构"
#: An invented range: ¥9,300 a head in 2025 and ¥300 more each year.
_RANGE_YUAN, _RISE_YUAN = 9_300, 300
_FOUND = "已入户核查，住房安全，饮水正常，其余情况与预警相符。"
_HELP = "由驻村工作队每周联系一次，帮助把存货挂到平台上卖，落实公益岗位，两周后再看。"
_CLEARED = "两人入户核实，情况已稳定，本人签字确认。"
_DISMISSED = "申报时漏记了一笔工资，已补申报，不存在风险。"


def set_rules(build: Building) -> None:
    """Write the first rules down, and an example of a range for each year of the demonstration."""
    services.load_alert_rules(build.session)
    services.set_example_ranges(build.session)
    years = range(build.start.year - 1, build.now.year + 1)
    examples = [{"year": year, "line": _RANGE_YUAN + _RISE_YUAN * (year - 2025), "where": _EXAMPLE} for year in years]
    services.set_example_ranges(build.session, examples)


def plan_watching(build: Building, timeline: Timeline) -> None:
    """Arrange a sudden hardship, the nightly passes, what people decide after each, and a change of a rule that waits."""
    struck = next(home for home in build.homes[3:] if home.is_registered)
    timeline.at(in_working_hours(build.ago(days=64)), functools.partial(_suffer, build, struck))
    timeline.at(in_working_hours(build.ago(days=66)), functools.partial(_come_near_the_line, build))
    for days in _PASSES:
        timeline.at(build.ago(days=days), functools.partial(_judge, build))
    for days, wanted in ((57, 6), (48, 4), (24, 5), (12, 3)):
        timeline.at(in_working_hours(build.ago(days=days)), functools.partial(_decide, build, wanted))
    timeline.at(in_working_hours(build.ago(days=6)), functools.partial(_propose, build))
    timeline.at(build.ago(hours=3), functools.partial(_arrange, build))


def _suffer(build: Building, home: Home) -> None:
    """Let a fire and a hospital cost one household more than it earns."""
    official = village_of(build, home.village_code).official
    for kind, yuan, source in (
        (SpendingKind.DISASTER, 18_600, "村委会受灾登记（示例）"),
        (SpendingKind.MEDICAL, 7_400, "入户看发票（示例）"),
    ):
        services.record_spending(
            build.session, household_id=home.id, year=clock.today().year, kind=kind, amount_fen=yuan * 100, source=source,
            by=official,
        )  # fmt: skip


def _come_near_the_line(build: Building) -> None:
    """Let one household that sells declare so much that only the platform's part of its income keeps it above the range."""
    session, today = build.session, clock.today()
    households = farmers.open_households_among(session, [home.id for home in build.homes[: build.size.sellers]])
    for facts in queries.facts_of(session, households, today, parts=frozenset({queries.Part.INCOME})):
        if facts.declared_fen is None and facts.platform_fen > 0 and facts.range is not None:
            official = village_of(build, facts.village_code).official
            above = facts.range.amount_fen * facts.members - facts.platform_fen * 19 // 20
            entry = services.record_year_ledger(
                session, household_id=facts.household_id, year=facts.year, category=LedgerCategory.WAGE, amount_fen=above,
                source="年度入户核算（示例）", by=official,
            )  # fmt: skip
            services.approve_year_ledger(session, entry_id=entry.id, by=build.posts().county[1])
            return


def _judge(build: Building) -> None:
    after: int | None = 0
    while after is not None:
        _, after = services.assess_next(build.session, after)


def _decide(build: Building, wanted: int) -> None:
    """Let people take some steps: each alert goes one further, and some are found to mean nothing."""
    alerts = queries.alert_page(build.session, [COUNTY], AlertFilter(), sealer=build.sealer, size=40).lines
    for line in _spread(alerts, wanted):
        alert = queries.alert_by_ref(build.session, line.ref)
        task_force = build.posts().task_force.get(line.village_code)
        township = build.posts().townships.get(line.village_code[:9])
        if alert is None or task_force is None or township is None:
            continue
        state = AlertState(alert.state)
        action, by, note = {
            AlertState.TO_CHECK: (AlertAction.CHECK, village_of(build, line.village_code).official, _FOUND),
            AlertState.CHECKED: (AlertAction.DISMISS, township, _DISMISSED) if line.rule is AlertRule.LOW_INCOME
            else (AlertAction.HELP, task_force, _HELP),
            AlertState.HELPING: (AlertAction.CLEAR, township, _CLEARED),
        }[state]  # fmt: skip
        services.take_step(build.session, alert_id=alert.id, action=action, seen=state, note=note, by=by, sealer=build.sealer)


def _spread(lines: Sequence[AlertLine], wanted: int) -> list[AlertLine]:
    """Return some alerts, of as many rules as there are."""
    by_rule: dict[AlertRule, list[AlertLine]] = {}
    for line in lines:
        by_rule.setdefault(line.rule, []).append(line)
    in_turn = (line for those in itertools.zip_longest(*by_rule.values()) for line in those if line is not None)
    return list(itertools.islice(in_turn, wanted))


def _propose(build: Building) -> None:
    standing = queries.standing_versions(build.session, clock.today())[AlertRule.TRANSFER_SHARE]
    parameters = {**standing.parameters, "percent": 50}
    preview = queries.rule_preview(build.session, AlertRule.TRANSFER_SHARE, parameters, clock.today())
    services.propose_rule(
        build.session, rule=AlertRule.TRANSFER_SHARE, parameters=parameters, is_on=True, preview=preview.as_counts(),
        from_on=clock.today() + dt.timedelta(days=20), by=build.posts().county[0],
    )  # fmt: skip


def _arrange(build: Building) -> None:
    """Let helpers choose a day for their first visit."""
    for number, (code, helper) in enumerate(sorted(build.posts().helpers.items())):
        page = queries.visits_due(build.session, [code], by=clock.today() + dt.timedelta(days=30), sealer=build.sealer, size=1)
        for line in page.lines:
            day = clock.today() + dt.timedelta(days=1 + number % 5)
            services.plan_visit(build.session, household_id=line.household_id, on=day, by=helper)
