"""The pages of cases: what each office sees and signs, from the household's application to the announced result."""

import datetime as dt
import io
import re

import pytest
from openpyxl import Workbook
from PIL import Image as Picture
from sqlalchemy import select

from marketplace.assistance import queries, services
from marketplace.assistance.models import ComparisonRow
from marketplace.assistance.values import Status
from marketplace.notices import queries as board
from tests.assistance.cases import Days, Village, identified
from tests.farmers import places
from tests.farmers.places import VILLAGE, enter, id_of

START = dt.date(2019, 5, 6)
CASE = r"/office/cases/(C\w+)"


@pytest.fixture
def days():
    with Days(START) as running:
        yield running


@pytest.fixture
def village(writing, app, days):
    made = Village(writing, START, app.extensions["sealer"])
    made.line(2018, 310000)
    writing.commit()
    return made


def photo():
    held = io.BytesIO()
    Picture.new("RGB", (700, 500), (90, 120, 80)).save(held, "JPEG")
    held.seek(0)
    return held


def field_of(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


class Office:
    """Officials at one browser, each signing in for what is theirs."""

    def __init__(self, client, village, ref):
        self.client, self.village, self.ref = client, village, ref

    def page(self):
        return self.client.get(f"/office/cases/{self.ref}")

    def sign(self, step, by, words="", kinship="none"):
        enter(self.client, by)
        seq = field_of(self.page().text, "seq")
        return self.client.post(
            f"/office/cases/{self.ref}/sign", data={"step": step, "seq": seq, "words": words, "kinship": kinship}
        )

    def file(self, what, by, **fields):
        enter(self.client, by)
        return self.client.post(f"/office/cases/{self.ref}/{what}", data=fields, content_type="multipart/form-data")


def test_from_the_households_phone_to_the_county_everything_is_done_on_pages(client, village, writing, days):
    enter(client, village.farmer)
    desk = client.get("/desk/cases").text
    asked = {"household": village.household.ref, "kind": field_of(desk, "kind"), "key": field_of(desk, "key")}
    assert client.post("/desk/cases/apply", data=asked).status_code == 400  # without words nothing is sent, and nothing lost
    sent = client.post("/desk/cases/apply", data=asked | {"words": "老伴住院，欠了债"})
    assert client.post("/desk/cases/apply", data=asked | {"words": "老伴住院，欠了债"}).status_code == 303
    ref = sent.location.rsplit("/", 1)[1]
    own = client.get(sent.location).text
    assert "老伴住院" in own
    assert 'class="back" href="/desk/cases"' in own
    assert 'class="back" href="/desk/"' in client.get("/desk/cases").text

    office = Office(client, village, ref)
    assert office.sign("take_up", village.village, kinship="").status_code == 400  # nobody signs without declaring kinship
    assert office.sign("take_up", village.village).status_code == 303
    amounts = dict.fromkeys(("wage_fen", "business_fen", "property_fen", "transfer_fen", "expenditure_fen", "excluded_fen"), "0")
    survey = {"on": "2019-05-06", "other": village.task_force, "year": "2018", "members": "2", **amounts}
    wrong = office.file("survey", village.village, **survey | {"wage_fen": "很多", "expenditure_fen": "120"})
    assert wrong.status_code == 200
    assert 'value="120"' in wrong.text
    assert "很多" in wrong.text
    assert office.file("survey", village.village, **survey | {"wage_fen": "5800"}).status_code == 303
    vote = {"on": "2019-05-06", "group_name": "一组", "eligible": "30", "against": "2", "abstained": "1"}
    assert office.file("vote", village.village, **vote | {"in_favour": "3"}).status_code == 200  # too few came
    assert office.file("vote", village.village, **vote | {"in_favour": "20", "photos": (photo(), "m.jpg")}).status_code == 303
    assert office.sign("conclude", village.village).status_code == 303
    case = office.page().text
    assert "¥2,900.00 a head, line ¥3,100.00" in case
    picture = re.search(rf"/office/cases/{ref}/papers/[\w-]+/[\w.-]+", case).group(0)
    with client.get(picture) as paper:
        assert paper.headers["Cache-Control"].startswith("private, no-store")

    client.let_go()
    notice = queries.case_by_ref(writing, ref).notice_ref
    assert office.sign("hand_up", village.village).status_code == 409  # the notice has not hung out its days
    days.later(8)
    assert office.sign("hand_up", village.village).status_code == 303
    enter(client, village.task_force)
    check = {"on": "2019-05-14", "other": village.village, "opinion": "poor", "main": "illness", "note": "屋顶漏雨"}
    assert office.file("home-check", village.task_force, **check, met=["water", "education"]).status_code == 303
    assert office.sign("approve", village.township).status_code == 303
    days.later(6)
    assert office.sign("hand_up", village.township).status_code == 303
    missing = office.sign("approve", village.county)
    assert missing.status_code == 409
    assert "Comparison with other registers" in missing.text
    assert office.file("comparison", village.county, on="2019-05-20").status_code == 303
    assert office.sign("approve", village.county).status_code == 303
    assert office.sign("announce", village.second_county).status_code == 303
    writing.expire_all()
    assert queries.standing(writing, village.household.id, days.on).status is Status.REGISTERED
    form = client.get(f"/office/cases/{ref}/form").text
    for name in ("county_official", "township_official", "village_official"):
        assert name in form
    enter(client, village.farmer)
    assert "Announced" in client.get(f"/desk/cases/{ref}").text
    assert client.get(f"/notices/{notice}").status_code == 404  # it came down with its last day


def test_a_notice_shows_little_and_anybody_objects_to_it(client, village, writing, days):
    case = village.open("identify", by=village.farmer)
    village.paper(case, "application")
    case = village.sign(case, "take_up", village.village)
    village.survey(case)
    village.vote(case)
    case = village.sign(case, "conclude", village.village)
    writing.commit()
    client.set_cookie("lang", "en")
    shown = client.get(f"/notices/?area={VILLAGE}").text
    assert "Proposed for the household register" in shown
    assert "刘**" in shown
    for secret in ("刘一", id_of(1), village.household.ref, "illness", "因病", case.ref):
        assert secret not in shown
    address = f"/notices/{case.notice_ref}"
    page = client.get(address).text
    assert "noindex" in page
    key = field_of(page, "key")
    assert client.post(address, data={"key": key, "words": ""}).status_code == 400
    for _again in range(2):
        answer = client.post(address, data={"key": key, "words": "他家开店", "contact": "13900000011"})
        assert "has been received" in answer.text
    writing.expire_all()
    ((_case, objection),) = board.objections_about(writing, [case.ref])
    client.let_go()

    enter(client, village.township)
    assert objection.ref in client.get("/office/objections").text
    page = client.get(f"/office/objections/{objection.ref}").text
    assert "他家开店" in page
    assert "13900000011" in page
    decide = f"/office/objections/{objection.ref}/decide"
    assert client.post(decide, data={"answer": "", "is_upheld": "yes"}).status_code == 400
    assert client.post(decide, data={"answer": "属实", "is_upheld": "yes"}).status_code == 303
    assert client.post(decide, data={"answer": "属实", "is_upheld": "no"}).status_code == 409

    card, link = f"/office/households/{village.household.ref}", f'"/office/objections/{objection.ref}"'
    assert link in client.get(card).text
    helper = places.official(writing, "helper", VILLAGE)
    services.assign_helper(
        writing, household_id=village.household.id, name="周小英", organisation="县教育局", on=days.on, by=village.township,
        sealer=village.sealer, user_id=helper,
    )  # fmt: skip
    writing.commit()
    enter(client, helper)
    for page in (client.get(card).text, client.get(f"{card}/booklet").text):
        assert objection.ref in page
        assert "Objection upheld" in page
        assert link not in page, "a helper reads how it went, not what was said"
        assert "他家开店" not in page
    days.later(8)
    answer = Office(client, village, case.ref).sign("hand_up", village.village)
    assert answer.status_code == 409
    assert "An objection was upheld" in answer.text


def test_a_case_moved_meanwhile_is_read_again_and_not_signed(client, village, writing):
    case = village.open("identify", by=village.farmer)
    village.paper(case, "application")
    writing.commit()
    enter(client, village.village)
    seq = field_of(client.get(f"/office/cases/{case.ref}").text, "seq")
    village.sign(case, "withdraw", village.farmer)
    writing.commit()
    answer = client.post(
        f"/office/cases/{case.ref}/sign", data={"step": "take_up", "seq": seq, "kinship": "none"}, follow_redirects=True
    )
    assert "Somebody else has signed a step meanwhile" in answer.text
    assert client.post(f"/office/cases/{case.ref}/sign", data={"step": "fly", "seq": seq}).status_code == 409


def test_what_an_exit_lacks_is_said_before_and_after_it_is_tried(client, village, writing, days):
    identified(village, days)
    writing.commit()
    enter(client, village.village)
    address = f"/office/households/{village.household.ref}/case"
    page = client.get(address).text
    assert "No declared income of 2018 is approved" in page
    key = field_of(page, "key")
    said = {"key": key, "kind": "exit", "attribute": "ordinary", "monitoring": "borderline", "kinship": "none"}
    answer = client.post(address, data=said)
    assert answer.status_code == 200
    assert "The record does not bear this proposal yet" in answer.text
    monitor = client.post(address, data=said | {"kind": "monitor"})
    assert "does not stand as this procedure needs" in monitor.text


def test_a_household_that_is_on_no_record_is_put_there_with_its_people(client, village, writing):
    enter(client, village.village)
    good = {"village": VILLAGE, "name-0": "李一", "id-0": id_of(51), "name-1": "李二", "id-1": id_of(52), "relation-1": "son"}
    wrong = client.post("/office/households/new", data=good | {"id-1": "36039919700101052"})
    assert wrong.status_code == 200
    assert "李二" in wrong.text
    answer = client.post("/office/households/new", data=good)
    assert answer.status_code == 303
    again = client.post("/office/households/new", data=good)
    assert again.status_code == 200  # these people belong to a household now
    opened = client.post(
        answer.location,
        data={
            "kind": "identify",
            "attribute": "subsistence",
            "monitoring": "borderline",
            "kinship": "kin",
            "kinship_words": "堂弟",
        },
    )
    ref = re.search(CASE, opened.location).group(1)
    assert "堂弟" in client.get(f"/office/cases/{ref}").text
    far = good | {"village": "360321102200", "id-0": id_of(53), "id-1": id_of(54)}
    assert client.post("/office/households/new", data=far).status_code == 200


def test_the_list_shows_what_is_due_first_and_counts_what_is_late(client, village, writing, days):
    case = village.open("identify", by=village.farmer)
    writing.commit()
    enter(client, village.township)
    assert "Overdue (0)" in client.get("/office/cases").text
    days.later(11)
    enter(client, village.township)
    late = client.get("/office/cases?show=overdue").text
    assert case.ref in late
    assert "Overdue (1)" in late
    assert case.ref not in client.get("/office/cases?show=closed").text
    assert case.ref in client.get("/office/cases?kind=identify&after=nonsense").text
    assert case.ref not in client.get(f"/office/cases?after={case.due_on}.{case.id}").text


def test_the_county_settles_freezes_and_uploads_lists_with_two_officials(client, village, writing, days):
    enter(client, village.county)
    page = client.get("/office/procedures").text
    assert "The county has settled nothing of its own" in page
    settled = {
        "from_on": "2019-06-01", "village_notice_days": "6", "township_notice_days": "5", "appeal_days": "15",
        "reapply_days": "90", "stable_years": "2", "clear_months": "6", "check_people": "3", "source": "莲府发〔2019〕1号",
        "is_identification_open": "1",
    }  # fmt: skip
    wrong = client.post("/office/procedures/propose", data=settled)
    assert wrong.status_code == 400  # a notice never hangs out less than seven days
    assert "莲府发" in wrong.text
    assert client.post("/office/procedures/propose", data=settled | {"village_notice_days": "10"}).status_code == 303
    assert "Waits for a second official" in client.get("/office/procedures").text
    client.post("/office/procedures/1/approve")
    enter(client, village.second_county)
    client.post("/office/procedures/1/approve")
    freeze = {"first_on": "2019-12-01", "last_on": "2019-11-01", "note": "年度结转"}
    assert client.post("/office/procedures/freeze", data=freeze).status_code == 400
    assert client.post("/office/procedures/freeze", data=freeze | {"last_on": "2019-12-20"}).status_code == 303
    enter(client, village.county)
    assert client.post("/office/procedures/freeze/1/lift").status_code == 303
    writing.expire_all()
    assert queries.procedure_settings(writing, dt.date(2019, 6, 2)).village_notice_days == 10
    assert list(queries.standing_freezes(writing, days.on)) == []


def test_a_hit_in_another_register_is_a_hint_that_wants_words(client, village, writing):
    book = Workbook()
    for row in (("身份证号码", "说明"), (id_of(1), "小轿车 2018"), ("36039919700101001", "错号"), (id_of(77), "货车")):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    enter(client, village.county)
    fields = {"kind": "car", "source": "县车管所", "as_of": "2019-05-01"}
    nothing = client.post(
        "/office/comparison-lists", data=fields | {"file": (io.BytesIO(b"no"), "x.xlsx")}, content_type="multipart/form-data"
    )
    assert nothing.status_code == 400
    answer = client.post(
        "/office/comparison-lists", data=fields | {"file": (io.BytesIO(held.getvalue()), "cars.xlsx")},
        content_type="multipart/form-data", follow_redirects=True,
    )  # fmt: skip
    assert "Kept: 2 rows; left out because the ID number does not hold: 1 (3)" in answer.text
    client.let_go()
    case = village.open("identify", by=village.farmer)
    (hit,) = queries.hits_of_household(writing, village.household.id, sealer=village.sealer)
    assert (hit.label, hit.name_masked) == ("小轿车 2018", "刘**")
    writing.commit()
    enter(client, village.county)
    assert "小轿车 2018" in client.get(f"/office/cases/{case.ref}").text
    address = f"/office/cases/{case.ref}/comparison"
    assert client.post(address, data={"on": "2019-05-06", "note": ""}).status_code == 200
    assert client.post(address, data={"on": "2019-05-06", "note": "车已报废"}).status_code == 303
    ref = re.search(r"comparison-lists/(K\w+)/retire", client.get("/office/comparison-lists").text).group(1)
    client.post(f"/office/comparison-lists/{ref}/retire")
    client.let_go()
    writing.expire_all()
    assert writing.scalars(select(ComparisonRow)).all() == [], "nothing is kept that nothing is compared with"
    assert queries.hits_of_household(writing, village.household.id, sealer=village.sealer) == []
