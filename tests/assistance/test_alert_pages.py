"""The pages of alerts: counts that lead to their rows, decisions, the rules' page with its preview, and what if."""

import re

import pytest
from sqlalchemy import select

from marketplace.assistance import queries, services
from marketplace.assistance.models import Alert, AlertRuleVersion, AlertStep, MonitoringRange, SpendingEntry, VisitPlan
from marketplace.assistance.values import Guarantee
from marketplace.kernel import clock
from tests.assistance.warned import COUNTY, NOW, TODAY, Village, earned
from tests.farmers.places import OTHER_VILLAGE, enter, official

KEY = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def village(writing, app):
    with clock.stopped_at(NOW):
        made = Village(writing, app.extensions["sealer"])
        made.set_range(6000)
        made.poor = made.household(is_registered=True)
        made.declare(made.poor, 1_000_000)
        made.other = made.household(OTHER_VILLAGE, is_registered=True)
        made.auditor = official(writing, "auditor", COUNTY)
        made.assess()
        writing.commit()
        yield made


def low_income(village):
    return village.session.scalars(select(Alert).where(Alert.rule == "low_income")).one()


def test_each_figure_of_the_dashboard_leads_to_exactly_its_rows(client, village):
    for reader, areas in ((village.county, [COUNTY]), (village.official, ["360321101005"]), (village.auditor, [COUNTY])):
        enter(client, reader)
        page = client.get("/office/alerts").text
        shown = re.findall(r'<a href="(/office/alerts/list\?[^"]+)">([\d,]+)</a>', page)
        assert len(shown) >= 2
        for address, figure in shown:
            rows = client.get(address.replace("&amp;", "&")).text
            assert len(re.findall(r'href="/office/alerts/A[0-9A-Z]{10}"', rows)) == int(figure), address
        assert sum(queries.alert_counts(village.session, areas).values()) == sum(
            int(figure) for address, figure in shown if "state=" in address
        )


def test_an_alert_is_decided_step_by_step_and_the_auditor_only_reads(client, village):
    alert = low_income(village)
    address = f"/office/alerts/{alert.ref}"
    enter(client, village.auditor)
    page = client.get(address).text
    assert "¥5,000.00 a head" in page
    assert "Your decision" not in page
    assert client.post(f"{address}/check", data={"seen": "to_check", "note": "看过了属实"}).status_code == 403
    enter(client, village.official)
    page = client.get(address).text
    assert "I looked into it" in page
    assert "There is no risk" not in page
    answer = client.post(f"{address}/check", data={"seen": "to_check", "note": ""})
    assert answer.status_code == 400
    assert "Say in a sentence what you found." in answer.text
    assert client.post(f"{address}/check", data={"seen": "to_check", "note": "入户看过，情况属实"}).status_code == 303
    stale = client.post(f"{address}/check", data={"seen": "to_check", "note": "入户看过，情况属实"})
    assert stale.status_code == 409
    assert "meanwhile" in stale.text
    assert client.post(f"{address}/dismiss", data={"seen": "checked", "note": "没有风险的"}).status_code == 403
    village.session.expire_all()
    assert (alert.state, alert.state_by) == ("checked", village.official)
    assert village.session.scalars(select(AlertStep.action)).all() == ["check"]
    page = client.get(address).text
    assert "入户看过，情况属实" in page
    (procedure,) = re.findall(r'href="(/office/households/[A-Z0-9]+/case\?kind=monitor&amp;alert=A[0-9A-Z]+)"', page)
    assert client.get(procedure.replace("&amp;", "&")).status_code == 200
    enter(client, official(village.session, "village_official", OTHER_VILLAGE))
    assert client.get(address).status_code == 404


def test_a_rule_shows_what_a_change_would_do_and_stands_after_a_second_official_agrees(client, village):
    address = "/office/alerts/rules/low_income"
    enter(client, village.county)
    assert 'value="100"' in client.get(address).text
    change = {"percent_of_range": "50", "is_on": "1", "from_on": TODAY.isoformat()}
    page = client.post(address, data={**change, "action": "preview"})
    assert page.status_code == 200
    assert re.search(r"Flagged after the change</dt>\s*<dd[^>]*>0", page.text)
    assert village.session.scalars(select(AlertRuleVersion).where(AlertRuleVersion.number == 2)).first() is None
    assert client.post(address, data={**change, "percent_of_range": "900", "action": "propose"}).status_code == 400
    assert client.post(address, data={**change, "action": "propose"}).status_code == 303
    assert "another county official must decide" in client.get(address).text
    client.post(f"{address}/2/approve")
    assert queries.standing_versions(village.session, TODAY)["low_income"].number == 1
    enter(client, village.second)
    assert "Let it stand" in client.get(address).text
    client.post(f"{address}/2/approve")
    village.session.expire_all()
    assert queries.standing_versions(village.session, TODAY)["low_income"].parameters == {"percent_of_range": 50}
    enter(client, village.official)
    assert "Propose a change" not in client.get(address).text
    assert client.post(address, data=change).status_code == 403
    enter(client, village.county)
    assert client.get("/office/alerts/rules/nonsense").status_code == 404


def test_the_table_of_levels_is_tuned_with_its_preview_and_its_colours_are_those_shown(client, village):
    address = "/office/alerts/rules/levels"
    enter(client, village.county)
    standing = queries.standing_versions(village.session, TODAY)["levels"].parameters
    change = {**standing, "weight_no_visit": 9, "colour_urgent": 1, "from_on": TODAY.isoformat()}
    page = client.post(address, data=change).text
    assert "1 households now, 2 then" in page or "0 households now, 2 then" in page
    bad = client.post(address, data={**change, "from_watch": 9})
    assert "one above the other" in bad.text
    client.post(address, data={**change, "action": "propose"})
    enter(client, village.second)
    client.post(f"{address}/2/approve")
    listed = client.get("/office/households?level=urgent").text
    assert len(re.findall(r'class="tag info"[^>]*>.*?Urgent', listed)) == 2
    assert "No household fits." in client.get("/office/households?level=steady").text


def test_a_range_is_entered_with_its_document_and_approved_by_another(client, village):
    enter(client, village.county)
    bad = client.post("/office/alerts/range", data={"year": "2026", "amount_fen": "9000", "source": ""})
    assert "Name the document with its number." in bad.text
    good = {"year": "2026", "amount_fen": "9000", "source": "赣乡振〔2026〕3号"}
    assert client.post("/office/alerts/range", data=good).status_code == 303
    row = village.session.scalars(select(MonitoringRange).where(MonitoringRange.year == 2026)).one()
    client.post(f"/office/alerts/range/{row.id}/approve")
    village.session.expire_all()
    assert row.state == "proposed"
    enter(client, village.second)
    assert "赣乡振〔2026〕3号" in client.get("/office/alerts/rules").text
    client.post(f"/office/alerts/range/{row.id}/approve")
    village.session.expire_all()
    assert (row.state, row.amount_fen) == ("standing", 900_000)


def test_what_if_counts_by_village_and_lists_who_with_their_figures(client, village):
    near = village.household()
    village.declare(near, 1_150_000)
    services.record_platform_income(village.session, month="2025-07", figures={near.id: earned(100_000)})
    enter(client, village.county)
    page = client.get("/office/what-if?percent=60").text
    assert near.ref in page
    assert "¥6,250.00" in page
    assert "¥5,950.00" in page
    assert "Nobody would cross the line." in client.get("/office/what-if?percent=10").text
    for nonsense in ("0", "101", "x", "9" * 30, "١٠"):
        assert "Choose a number from 1 to 100." in client.get(f"/office/what-if?percent={nonsense}").text
    enter(client, official(village.session, "village_official", OTHER_VILLAGE))
    assert near.ref not in client.get("/office/what-if?percent=60").text


def test_the_card_shows_alerts_spending_and_the_next_visit_and_takes_spending_back(client, village):
    services.record_guarantee(
        village.session, household_id=village.poor.id, guarantee=Guarantee.WATER, is_met=False, on=TODAY, by=village.official
    )
    village.assess()
    card = f"/office/households/{village.poor.ref}"
    enter(client, village.official)
    page = client.get(card).text
    for words in ("Income below the range", "A guarantee is not met", "No visit for long", "Urgent", "Visit due"):
        assert words in page
    form = {
        "year": "2026",
        "kind": "disaster",
        "amount_fen": "8000",
        "source": "村委会登记",
        "key": KEY,
    }
    for _ in range(2):
        assert client.post(f"{card}/spending", data=form).status_code == 303
    entry = village.session.scalars(select(SpendingEntry)).one()
    assert client.post(f"{card}/spending", data={**form, "amount_fen": "0"}).status_code == 200
    assert "¥8,000.00" in client.get(card).text
    client.post(f"{card}/spending/{entry.id}/withdraw")
    assert "Taken back" in client.get(card).text


def test_the_month_s_plan_and_the_overdue_list_show_whom_to_visit_and_a_day_is_arranged(client, village):
    enter(client, village.official)
    for address in ("/desk/visits", "/office/visits"):
        page = client.get(address).text
        assert village.poor.ref in page
        assert village.other.ref not in page
    assert client.get("/desk/visits?after=2026-99-01~5").status_code == 200
    arrange = f"/desk/visits/{village.poor.ref}/day"
    assert "Choose the day" in client.get(arrange).text
    late = client.post(arrange, data={"on": "2025-01-01"})
    assert "The day must lie" in late.text
    assert client.post(arrange, data={"on": TODAY.isoformat()}).status_code == 303
    village.session.expire_all()
    plan = village.session.get_one(VisitPlan, village.poor.id)
    assert (plan.planned_on, plan.planned_by) == (TODAY, village.official)
    assert client.get(f"/desk/visits/{village.other.ref}/day").status_code == 404
