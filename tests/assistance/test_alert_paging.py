"""Alerts, due visits, cases and households are listed in the order of an index, however narrowed and however deep the page."""

import datetime as dt
import re

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from marketplace.areas.queries import villages
from marketplace.assistance import queries
from marketplace.assistance.models import Alert, AlertRuleVersion, Procedure, VisitPlan
from marketplace.assistance.values.alerts import AlertFilter, AlertRule, AlertState
from marketplace.farmers.models import Household
from marketplace.kernel import clock
from tests.assistance.warned import COUNTY, NOW, TODAY, TOWN, Village
from tests.farmers.places import SEALER, VILLAGE

#: Enough for either engine to prefer an index; what it prefers then it prefers of a hundred thousand.
ROWS = 12_000
STATES = (AlertState.TO_CHECK, AlertState.CHECKED, AlertState.HELPING, AlertState.DISMISSED)
ASKED = {
    "all that stand": ([COUNTY], AlertFilter()),
    "one rule": ([COUNTY], AlertFilter(rule=AlertRule.NO_VISIT)),
    "one state": ([COUNTY], AlertFilter(state=AlertState.DISMISSED)),
    "a township": ([TOWN], AlertFilter()),
    "one village": ([VILLAGE], AlertFilter()),
}
#: SQLite says SCAN of a table that it reads in the order of its key, as the list of all alerts is.
SORTS = re.compile(r"TEMP B-TREE|\bSort\b|Seq Scan|^SCAN (visit_plans|procedures)$", re.MULTILINE)


@pytest.fixture
def county(engine):
    """So many households with an alert and a plan each, written past the verbs: only their order matters here."""
    with Session(engine) as session, clock.stopped_at(NOW):
        village = Village(session)
        first = village.household().id + 1
        places = [area.code for area in villages(session, COUNTY)]
        version = session.scalar(select(AlertRuleVersion.id).where(AlertRuleVersion.rule == "no_visit"))
        rows = [(first + n, places[n % len(places)], n) for n in range(ROWS)]
        session.execute(
            insert(Household), [{"id": key, "ref": f"H{n}", "village_code": code, "created_at": NOW} for key, code, n in rows]
        )
        session.execute(
            insert(Alert),
            [
                {
                    "ref": f"A{n}", "household_id": key, "village_code": code, "version_id": version, "period": "2026",
                    "rule": str(list(AlertRule)[n % 7]), "figures": {}, "state": str(STATES[n % 4]), "state_at": NOW,
                    "raised_at": NOW, "state_by": village.township if n % 4 else None,
                }
                for key, code, n in rows
            ],
        )  # fmt: skip
        session.execute(
            insert(VisitPlan),
            [
                {
                    "household_id": key, "village_code": code, "interval_days": 30, "reason": "registered",
                    "due_on": TODAY - dt.timedelta(days=n % 900),
                }
                for key, code, n in rows
            ],
        )  # fmt: skip
        session.execute(insert(Procedure), [_case(key, code, n) for key, code, n in rows])
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
        yield session


def _case(household_id, village_code, n):
    """One case in three is open; the others were withdrawn."""
    opened, is_open = TODAY - dt.timedelta(days=n % 900), n % 3 == 0
    return {
        "ref": f"C{n}", "key": f"k{n}", "kind": "monitor", "household_id": household_id, "village_code": village_code, "seq": 1,
        "state": "applied" if is_open else "withdrawn", "ground": "visit", "monitoring_kind": "borderline", "basis": {},
        "opened_on": opened, "due_on": opened if is_open else None, "closed_on": None if is_open else opened,
    }  # fmt: skip


def plan_of(session, table, ask):
    """Return the answer and how the engine finds the rows of its page, as it says itself."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    statement, parameters = next(each for each in asked if f"FROM {table}" in each[0].replace("\n", " ") and "LIMIT" in each[0])
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    rows = session.connection().exec_driver_sql(explain + statement, parameters)
    return answer, "\n".join(str(row[-1]) for row in rows)


@pytest.mark.breaks_truths(
    "rows that only make the lists long were decided by nobody, under one rule's version",
    "assistance: alerts name",
    "assistance: alerts stand",
    "assistance: a case stands",
)
def test_no_page_of_alerts_visits_cases_or_households_is_sorted_or_counted_off(county):
    _pages_of_cases(county)
    _pages_of_households(county)
    for name, (areas, wanted) in ASKED.items():
        first, plan = plan_of(county, "alerts", lambda a=areas, w=wanted: queries.alert_page(county, a, w, sealer=SEALER))
        deep = first.lines and county.scalar(select(Alert.id).where(Alert.ref == first.lines[-1].ref)) - ROWS // 2
        assert not SORTS.search(plan) or areas == [VILLAGE], (name, plan)
        for place in ({"older_than": deep}, {"newer_than": deep}):
            page, plan = plan_of(
                county, "alerts", lambda a=areas, w=wanted, p=place: queries.alert_page(county, a, w, sealer=SEALER, **p)
            )
            assert page.lines
            # one village is few enough to be sorted, once it is found
            assert "ix_alerts_standing_village" in plan if areas == [VILLAGE] else not SORTS.search(plan), (name, place, plan)
    place = (TODAY - dt.timedelta(days=100), 5)
    for areas in ([COUNTY], [VILLAGE]):
        for after in (None, place):
            page, plan = plan_of(
                county,
                "visit_plans",
                lambda a=areas, p=after: queries.visits_due(county, a, by=TODAY, sealer=SEALER, after=p),
            )
            assert page.lines
            assert "ix_visit_plans" in plan, plan
            assert not SORTS.search(plan) or areas == [VILLAGE], (areas, after, plan)


def _pages_of_households(county):
    def page(areas, **place):
        def ask():
            return queries.household_lines(county, areas, on=TODAY, sealer=SEALER, limit=50, **place)

        lines, plan = plan_of(county, "households", ask)
        assert "ix_households_village_code_ref" in plan, (areas, place, plan)
        # the few of a township that lie before its second page may be sorted, once they are found
        assert not SORTS.search(plan) or (areas == [TOWN] and "before" in place), (areas, place, plan)
        return lines

    for areas in ([COUNTY], [TOWN]):
        found = [page(areas)]
        for _ in range(3):
            last = found[-1][-1]
            found.append(page(areas, after=(last.village_code, last.ref)))
        order = [(line.village_code, line.ref) for lines in found for line in lines]
        assert order == sorted(set(order)), "no line twice, none out of place"
        assert page(areas, before=order[150]) == found[2]
        assert page(areas, before=order[20])[-1].ref == order[19][1]


def _pages_of_cases(county):
    def first():
        return queries.open_cases(county, [COUNTY], sealer=SEALER, limit=50)

    def deep(line):
        return queries.open_cases(county, [COUNTY], sealer=SEALER, after=(line.due_on, line.id), limit=50)

    lines, plan = plan_of(county, "procedures", first)
    assert not SORTS.search(plan), plan
    assert len(lines) == 50
    for _ in range(3):
        further, plan = plan_of(county, "procedures", lambda line=lines[-1]: deep(line))
        assert not SORTS.search(plan), plan
        assert (further[0].due_on, further[0].id) > (lines[-1].due_on, lines[-1].id)
        lines = further
    late, plan = plan_of(
        county, "procedures", lambda: queries.open_cases(county, [COUNTY], sealer=SEALER, due_before=TODAY, limit=50)
    )
    assert not SORTS.search(plan), plan
    assert all(line.due_on < TODAY for line in late)
    ended, plan = plan_of(county, "procedures", lambda: queries.closed_cases(county, [COUNTY], sealer=SEALER, limit=50))
    assert len(ended) == 50
