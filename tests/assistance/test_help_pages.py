"""The pages of help: from what a household can do to what came of it, by officials and on its own phone; and the rules' page."""

import datetime as dt
import io
import re

import pytest
from PIL import Image as Picture
from sqlalchemy import select, text

from marketplace.assistance import queries, services
from marketplace.assistance.models import Measure, MeasureOutcome, MeasurePlan
from marketplace.assistance.values import MeasureKind, MonitoringKind
from marketplace.assistance.views import outcomes
from marketplace.kernel import clock
from tests.farmers.places import VILLAGE, county, enter, official, phone_of, selling_household

COUNTY_CODE = "360321"


@pytest.fixture
def sealer(app):
    return app.extensions["sealer"]


@pytest.fixture
def where(writing, sealer):
    """A household that sells nothing yet, its farmer, and officials."""
    from_county(writing)
    household, farmer, _seller = selling_household(writing, sealer)
    found = {
        "household": household, "farmer": farmer, "village": official(writing, "village_official", VILLAGE),
        "task_force": official(writing, "task_force", VILLAGE), "county": official(writing, "county_official", COUNTY_CODE),
        "second": official(writing, "county_official", COUNTY_CODE), "auditor": official(writing, "auditor", COUNTY_CODE),
    }  # fmt: skip
    services.open_monitoring(
        writing, household_id=household.id, kind=MonitoringKind.BORDERLINE, on=clock.today(), proposed_by=found["village"],
        approved_by=found["county"],
    )  # fmt: skip
    writing.commit()
    return found


def from_county(session):

    county(session)
    services.load_measure_rules(session)


def slip():
    held = io.BytesIO()
    Picture.new("RGB", (300, 200), "white").save(held, "JPEG")
    return io.BytesIO(held.getvalue()), "slip.jpg"


def tell_what_it_can_do(client, ref, **more):
    data = {
        "farmland": "3.5", "rooms": "2", "skills": ["growing", "cooking", "guiding"], "wishes": ["tourism"],
        "on": clock.today().isoformat(), **more,
    }  # fmt: skip
    return client.post(f"/office/households/{ref}/capacities", data=data)


def test_officials_lead_a_household_from_its_facts_to_a_signed_outcome(client, where, writing):
    ref = where["household"].ref
    enter(client, where["village"])
    assert f"/office/households/{ref}/help" in client.get(f"/office/households/{ref}").text
    assert "not on record yet" in client.get(f"/office/households/{ref}/help").text
    assert "such as 2.5" in tell_what_it_can_do(client, ref, farmland="3.55").text
    assert tell_what_it_can_do(client, ref).status_code == 303
    page = client.get(f"/office/households/{ref}/help").text
    assert "Farmland: 3.5 mu" in page
    assert "A skill in the household: Cooking for guests" in page
    assert "家中有人会：农家菜" not in page
    assert "家中有人会：做农家菜" in client.get(f"/office/households/{ref}/help?lang=zh").text
    client.get(f"/office/households/{ref}/help?lang=en")
    asked = {"kind": "tourism", "plan": "收拾空房", "expected": "接待游客", "budget_fen": "500"}
    refused = client.post(f"/office/households/{ref}/help/choose", data=asked)
    assert "where the money comes from" in refused.text
    assert client.post(f"/office/households/{ref}/help/choose", data={**asked, "budget_source": "县里"}).status_code == 303
    plan = writing.scalars(select(MeasurePlan)).one()
    agree = f"/office/households/{ref}/plans/{plan.id}/agree"
    assert "Name as witness somebody else" in client.post(agree, data={"phone": phone_of(writing, where["village"])}).text
    assert client.post(agree, data={"phone": phone_of(writing, where["task_force"])}).status_code == 303
    measure = writing.scalars(select(Measure)).one()
    came = f"/office/households/{ref}/measure/{measure.id}/outcome"
    assert client.post(came, data={"happened_on": "2020-01-01", "words": "来了客人"}).status_code == 200
    told = {"happened_on": clock.today().isoformat(), "words": "来了客人", "amount_fen": "300"}
    assert client.post(came, data=told).status_code == 303
    outcome = writing.scalars(select(MeasureOutcome)).one()
    sign = f"/office/households/{ref}/outcomes/{outcome.id}/sign"
    assert "Photograph the signed slip." in client.post(sign, data={}, content_type="multipart/form-data").text
    assert client.post(sign, data={"photos": slip()}, content_type="multipart/form-data").status_code == 303
    page = client.get(f"/office/households/{ref}/help").text
    assert "Signed by hand, photo kept" in page
    photo = re.findall(rf"/office/households/{ref}/photos/[^\s\",]+", page)[0]
    with client.get(photo) as answer:
        assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, True)
    enter(client, where["auditor"])
    assert 'action="' not in client.get(f"/office/households/{ref}/help").text.split("<main")[1]
    enter(client, where["farmer"])
    assert client.get(photo).status_code in (403, 404)


def test_a_household_agrees_and_signs_on_its_own_phone_and_is_led_to_its_first_listing(client, where, writing, sealer):
    household, ref = where["household"], where["household"].ref
    enter(client, where["village"])
    tell_what_it_can_do(client, ref)
    for kind in ("tourism", "agriculture", "culture"):
        data = {"kind": kind, "plan": f"做{kind}", "expected": "多一份收入", "own_reason": "家里都愿意"}
        assert client.post(f"/office/households/{ref}/help/choose", data=data).status_code == 303
    plans = {plan.kind: plan.id for plan in writing.scalars(select(MeasurePlan))}
    enter(client, where["farmer"])
    home = client.get("/desk/").text
    assert f"/desk/help/{ref}" in home
    assert "First" not in home
    page = client.get(f"/desk/help/{ref}").text
    assert page.count("Do you agree?") == 3
    for kind in ("tourism", "agriculture"):
        assert client.post(f"/desk/help/{ref}/plans/{plans[kind]}/agree").status_code == 303
    assert client.post(f"/desk/help/{ref}/plans/{plans['culture']}/decline").status_code == 303
    for page in ("/desk/", f"/desk/help/{ref}"):
        shown = client.get(page).text
        assert f'href="/desk/offers/new?household={ref}"' in shown
        assert f'href="/desk/tours/new?household={ref}"' in shown
    measures = {one.kind: one.id for one in writing.scalars(select(Measure))}
    assert set(measures) == {"tourism", "agriculture"}
    services.record_outcome(
        writing, measure_id=measures["tourism"], household_id=household.id, happened_on=clock.today(), words="客人都说好",
        amount_fen=30_000, by=where["village"], key="o", sealer=sealer,
    )  # fmt: skip
    writing.commit()
    page = client.get(f"/desk/help/{ref}").text
    assert "客人都说好" in page
    (sign,) = re.findall(r'action="([^"]*/sign)"', page)
    client.post(sign)
    assert writing.scalars(select(MeasureOutcome.signed_how)).one() == "own_account"
    answer = client.post(sign, follow_redirects=True).text
    assert "decided on already" in answer


def form_of(page):
    """The fields of the rules' form as the page shows them."""
    return dict(re.findall(r'<input class="input input-s" name="([a-z]+-\d+)" value="([^"]*)"', page))


def test_rules_are_tuned_on_a_page_with_a_preview_and_a_second_official(client, where, writing):
    ref = where["household"].ref
    enter(client, where["village"])
    tell_what_it_can_do(client, ref)
    assert client.get("/office/help/rules").status_code == 200
    assert client.get("/office/help/rules/change").status_code == 403
    enter(client, where["county"])
    page = client.get("/office/help/rules/change").text
    fields = form_of(page)
    rules = services.first_measure_rules()
    assert len([name for name in fields if name.startswith("points-")]) == len(rules)
    rooms = next(seq for seq, rule in enumerate(rules, 1) if rule.condition == "rooms_least")
    farmland = next(seq for seq, rule in enumerate(rules, 1) if rule.condition == "farmland_least")
    assert fields[f"number-{farmland}"] == "1", "land is typed in mu"
    whole = {"least_points": "40", "outcome_days": "120", "from_on": clock.today().isoformat(), "note": "空房不再计分"}
    wrong = client.post("/office/help/rules/change", data={**fields, **whole, f"number-{farmland}": "viel"}).text
    assert f"Rule {farmland} can" in wrong
    assert 'value="viel"' in wrong, "what was typed is not lost"
    half = client.post("/office/help/rules/change", data={**fields, **whole, "new_measure": "culture"}).text
    assert "The new rule is not whole" in half
    more = {"new_measure": "culture", "new_condition": "skill", "new_word": "cooking", "new_points": "45"}
    answer = client.post("/office/help/rules/change", data={**fields, **whole, **more, f"points-{rooms}": "0"})
    assert answer.location == "/office/help/rules/2"
    page = client.get("/office/help/rules/2").text
    assert "Of 1 households that measures are for, 1 would be recommended other measures than today." in page
    assert f"/office/households/{ref}/help" in page
    assert "Another county official must decide" in page
    assert "Approve these rules" not in page
    client.post("/office/help/rules/2/approve")
    assert queries.measure_rule_set(writing, 2).state == "proposed"
    enter(client, where["second"])
    assert "Approve these rules" in client.get("/office/help/rules/2").text
    client.post("/office/help/rules/2/reject", data={"reason": "x"})
    client.post("/office/help/rules/2/approve")
    writing.expire_all()
    standing = queries.measure_rule_set_on(writing, clock.today())
    assert (standing.number, len(standing.rules), standing.outcome_days) == (2, len(rules), 120)
    assert standing.rules[-1].measure is MeasureKind.CULTURE
    assert client.get("/office/help/rules/9").status_code == 404


def test_measures_that_show_nothing_are_listed_a_page_at_a_time_and_sorted_by_no_one(client, where, writing, monkeypatch):

    monkeypatch.setattr(outcomes, "PAGE", 2)
    began = dt.date(2026, 1, 5)
    for kind in (MeasureKind.TRAINING, MeasureKind.SOLAR, MeasureKind.HEALTH):
        services.start_measure(writing, household_id=where["household"].id, kind=kind, from_on=began, by=where["village"])
    writing.commit()
    enter(client, where["task_force"])
    first = client.get("/office/help/outcomes").text
    (onward,) = re.findall(r'rel="next" href="([^"]*)"', first)
    second = client.get(onward).text
    shown = [re.findall(r"Training|Solar power|Health support", page.split("<tbody")[1]) for page in (first, second)]
    assert [len(names) for names in shown] == [2, 1]
    assert client.get("/office/help/outcomes?after=2026-99-99~1").status_code == 200, "no such day: the first page"
    asked = []
    raw = writing.connection().connection.driver_connection
    raw.set_trace_callback(asked.append)
    queries.measures_without_outcome(writing, [COUNTY_CODE], before=clock.today())
    raw.set_trace_callback(None)
    (statement,) = (one for one in asked if "FROM measures" in one)
    plan = " ".join(row[3] for row in writing.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
    assert "ix_measures_open" in plan
    assert "TEMP B-TREE" not in plan
