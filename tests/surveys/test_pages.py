"""The pages of surveys: a questionnaire built, codes handed out and printed, sheets typed in, a workbook sent, results read."""

import io
import re

import pytest
import xlsxwriter
from openpyxl import load_workbook

from marketplace.kernel import clock, ids
from marketplace.surveys import queries, services
from marketplace.surveys.values import EFFECTS, TEMPLATE, ImportState, SurveyState
from tests.farmers import places
from tests.farmers.places import enter
from tests.surveys import asking


class Where:
    """Officials of three levels, an auditor, and an open survey of the study's items."""

    def __init__(self, app, session):
        places.county(session)
        self.sealer = app.extensions["sealer"]
        self.county = places.official(session, "county_official", asking.COUNTY)
        self.town = places.official(session, "township_official", asking.TOWN)
        self.village = places.official(session, "village_official", asking.VILLAGE)
        self.auditor = places.official(session, "auditor", asking.COUNTY)
        self.survey = asking.opened(session, self.county)
        self.url = f"/office/surveys/{self.survey.ref}"

    def issued(self, session, **more):
        return asking.issued(session, self.survey, self.county, sealer=self.sealer, **more)


@pytest.fixture
def where(app, writing):
    with clock.stopped_at(asking.NOW):
        yield Where(app, writing)


def answers_in(session, where):
    session.expire_all()
    return queries.results_of(session, where.survey, asking.whole())


def boxes(draft, revision, **changed):
    """Return a draft as its form sends it."""
    data = {"revision": revision, "items": len(draft.items)}
    data |= {name: getattr(draft, name) for name in ("title_zh", "title_en", "intro_zh", "intro_en")}
    for place, item in enumerate(draft.items):
        data |= {f"zh-{place}": item.zh, f"en-{place}": item.en}
    return data | changed


def test_the_county_builds_a_questionnaire_from_the_study_s_in_one_click_and_opens_it(client, where, writing):
    enter(client, where.county)
    page = client.get("/office/surveys")
    key = re.search(r'name="key" value="([^"]+)"><input type="hidden" name="template"', page.text)[1]
    made = client.post("/office/surveys", data={"key": key, "template": "1"})
    assert client.post("/office/surveys", data={"key": key, "template": "1"}).location == made.location, "sent twice, it is one"
    url = made.location
    ref = url.rpartition("/")[2]
    page = client.get(url).text
    assert all(effect.zh in page and effect.en in page for effect in EFFECTS)
    answer = client.post(url, data=boxes(TEMPLATE, 1, action="down-0"))
    assert answer.location.endswith("#item-1")
    writing.expire_all()
    assert [item.effect for item in queries.survey_by_ref(writing, ref).items[:2]] == ["employment", "local_economy"]
    answer = client.post(url, data=boxes(TEMPLATE, 1, **{"zh-0": "别的说法"}))
    assert answer.status_code == 409
    assert "别的说法" in answer.text, "what was typed stays when somebody else saved first"
    answer = client.post(url, data=boxes(TEMPLATE, 2, **{"zh-0": "长" * 201, "title_en": "Kept"}))
    assert answer.status_code == 422
    assert 'href="#f-zh-0"' in answer.text
    assert 'value="Kept"' in answer.text
    client.post(url, data=boxes(TEMPLATE, 2, action="add"))
    refused = client.post(f"{url}/open", data={"closes_on": "2026-10-31"})
    assert (refused.status_code, "in both languages" in refused.text) == (422, True)
    client.post(url, data=boxes(TEMPLATE, 3, action="remove-6"))
    assert client.post(f"{url}/open", data={"closes_on": "2020-01-01"}).status_code == 422
    assert client.post(f"{url}/open", data={"closes_on": "2026-10-31"}).status_code == 303
    page = client.get(url).text
    assert "Open for answers" in page
    assert "31 October 2026" in page
    assert 'name="zh-0"' not in page
    again = client.post(f"{url}/again", data={"key": ids.uuid7()}).location
    assert client.get(again).text.count('name="zh-') == 6
    client.post(f"{url}/close")
    writing.expire_all()
    assert queries.survey_by_ref(writing, ref).state is SurveyState.CLOSED
    enter(client, where.village)
    assert client.get(again).status_code == 404, "a draft is its writers' own"
    assert client.post("/office/surveys", data={"key": key}).status_code == 403


def test_codes_are_issued_for_one_s_own_area_printed_twice_and_ended(client, where, writing):
    enter(client, where.town)
    data = {"key": ids.uuid7(), "area": asking.VILLAGE, "group": "visitor", "count": "4"}
    made = client.post(f"{where.url}/codes", data=data)
    assert client.post(f"{where.url}/codes", data=data).location == made.location
    slips = client.get(made.location)
    assert slips.headers["Cache-Control"] == "private, no-store"
    addresses = re.findall(r'href="(/s/\w{12})"', slips.text)
    assert (len(set(addresses)), slips.text.count("<svg ")) >= (4, 4)
    sheets = client.get(made.location.replace("/slips", "/paper")).text
    assert sheets.count('<article class="sheet') == 4
    assert re.findall(r"No\. (\d)<", sheets) == ["1", "2", "3", "4"]
    assert re.findall(r'href="(/s/\w{12})"', client.get(made.location).text) == addresses
    listed = client.get(f"{where.url}/codes").text
    assert "1 – 4" in listed
    assert "Visitors" in listed
    client.post(made.location.replace("/slips", "/end"))
    assert "No slips to print" in client.get(made.location).text
    client.cookies = {}
    assert client.get(addresses[0]).status_code == 410
    enter(client, where.town)
    for changed, status in (({"area": asking.FAR_VILLAGE}, 404), ({"count": "0"}, 422), ({"count": "x"}, 422)):
        assert client.post(f"{where.url}/codes", data=data | {"key": ids.uuid7()} | changed).status_code == status


def test_an_answer_is_given_on_the_phone_without_an_account_once(open_browser, where, writing):
    _batch, slips = where.issued(writing)
    phone, url = open_browser(), f"/s/{slips[0].code}"
    phone.set_cookie("lang", "en")
    page = phone.get(url)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert page.text.count('type="radio"') == 7 * 6
    half = {f"item-{number}": "4" for number in range(1, 5)}
    wrong = phone.post(url, data=half | {"item-2": "9"})
    assert wrong.status_code == 422
    assert re.findall(r'href="#f-(item-\d)"', wrong.text) == ["item-2", "item-5", "item-6", "item-7"]
    assert wrong.text.count(" checked") == 3, "nothing that was right is lost"
    whole = {f"item-{number}": "5" for number in range(1, 8)} | {"item-3": "0"}
    assert phone.post(url, data=dict.fromkeys(whole, "0")).status_code == 422
    for _again in range(2):
        done = phone.post(url, data=whole)
        assert (done.status_code, done.location) == (303, url)
        assert "Your answer is counted" in phone.get(url).text
    other = phone.post(url, data=whole | {"item-1": "1"})
    assert (other.status_code, "was not added" in other.text) == (409, True)
    assert "is counted" in phone.get(url).text
    found = answers_in(writing, where)
    assert (found.answers, [found.items[item.id].n for item in where.survey.items]) == (1, [1, 1, 0, 1, 1, 1, 1])
    unknown = phone.get("/s/AAAABBBBCCCC")
    assert (unknown.status_code, "Type the code" in unknown.text) == (404, True)
    assert phone.post("/s/AAAABBBBCCCC", data=whole).status_code == 404
    typed = phone.get("/s/", query_string={"code": f"{slips[1].code[:4]} {slips[1].code[4:]}"})
    assert typed.location == f"/s/{slips[1].code}"
    services.close_survey(writing, survey_id=where.survey.id, by=where.county)
    for answer in (phone.get(typed.location), phone.post(typed.location, data=whole)):
        assert (answer.status_code, "no longer valid" in answer.text) == (410, True)


def test_sheets_are_typed_in_by_keyboard_and_what_is_wrong_stays_beside_its_row(client, where, writing):
    where.issued(writing, count=4)
    where.issued(writing, area=asking.FAR_VILLAGE, count=1)
    enter(client, where.village)
    url = f"{where.url}/entry"
    data = {
        "day": "2026-09-20", "number-0": "1", "scores-0": "5 4 4 5 3 4 5", "number-1": "２", "scores-1": "544", "number-3": "5",
        "scores-3": "5555555", "number-4": "3", "scores-4": "5550555", "number-5": "", "scores-5": "5555555",
    }  # fmt: skip
    answer = client.post(url, data=data)
    assert answer.status_code == 422
    assert "2 sheets are counted." in answer.text
    rows = re.findall(r'name="number-\d+" value="([^"]*)".*?name="scores-\d+" value="([^"]*)"', answer.text, re.DOTALL)
    assert rows[:4] == [("２", "544"), ("5", "5555555"), ("", "5555555"), ("", "")]
    for words in ("3 scores were typed; the questionnaire has 7 items.", "No sheet of your area has the number 5."):
        assert words in answer.text
    assert client.post(url, data={"day": "2026-09-20"}).status_code == 422
    for day in ("2026-09-21", "2026-02-30", ""):
        refused = client.post(url, data={"day": day, "number-0": "4", "scores-0": "4444444"})
        assert (refused.status_code, 'value="4444444"' in refused.text) == (422, True), day
    done = client.post(url, data={"day": "2026-09-20", "number-0": "4", "scores-0": "4444444"})
    assert done.location == f"{url}?day=2026-09-20"
    assert answers_in(writing, where).answers == 3


def workbook(survey, rows, heads=None):
    heads = heads or ["地区", "填写日期", "人群", "单号", *(f"{item.position}. {item.zh}" for item in survey.items)]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([heads, *rows]):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value)
    return out.getvalue()


def send(client, where, content, **more):
    data = {"area": asking.TOWN, "file": (io.BytesIO(content), "a.xlsx")} | more
    return client.post(f"{where.url}/imports", data=data)


def test_a_workbook_is_judged_row_by_row_and_imported_whole_or_by_its_good_rows(client, where, writing):
    where.issued(writing, count=2)
    enter(client, where.town)
    fives = [5] * 7
    good = [
        ["360321101005", "2026-09-20", "游客", None, *fives],
        ["琴亭镇花塘村", "2026/09/20", None, None, 4, None, 0, "5", 3.0, 5, 5],
        [None, "2026-09-20", None, 2, *fives],
    ]
    bad = [
        ["火星", "2026-09-20", None, None, *fives],
        ["360321102200", "2026-09-20", None, None, *fives],
        ["360321101005", "2026-09-21", None, None, *fives],
        ["360321101005", "昨天", "老乡", None, *fives],
        ["360321101005", "2026-09-20", None, None, 6, *fives[1:]],
        ["360321101005", "2026-09-20", None, None, "=1+1", 4.5, True, "x", -1, 5, 5],
        ["360321101005", "2026-09-20", None, None, *[None] * 7],
        [None, "2026-09-20", None, 2, *fives],
        [None, "2026-09-20", None, 99, *fives],
    ]
    content = workbook(where.survey, good + bad)
    refused = send(client, where, content)
    page = client.get(refused.location).text
    assert "Nothing was imported" in page
    assert answers_in(writing, where).answers == 0
    assert sorted({int(row) for row in re.findall(r'scope="row" class="n">(\d+)', page)}) == list(range(5, 14))
    assert "火星" not in page, "what stands in a cell is not repeated"
    taken = send(client, where, content, only_good="1")
    page = client.get(taken.location).text
    assert "Its good rows are counted" in page
    found = answers_in(writing, where)
    assert (found.answers, [found.items[item.id].n for item in where.survey.items]) == (3, [3, 2, 2, 3, 3, 3, 3])
    assert send(client, where, content, only_good="1").location == taken.location, "sent twice it counts once"
    used = client.get(send(client, where, workbook(where.survey, [good[2]])).location).text
    assert "This sheet has been counted already." in used
    assert client.get(f"{where.url}/imports").text.count("Nothing imported") == 2
    for wrong, status in ((b"no workbook", 400), (workbook(where.survey, good, heads=["地区", "填写日期"]), 400)):
        assert send(client, where, wrong).status_code == status
    assert client.post(f"{where.url}/imports", data={"area": asking.TOWN}).status_code == 400
    assert send(client, where, content, area=asking.COUNTY).status_code == 404
    held = queries.imports_of(writing, where.survey.id, areas=[asking.COUNTY])
    assert [one.state for one in held].count(ImportState.IMPORTED) == 1


def test_the_template_comes_back_as_it_was_filled_in(client, where, writing):
    enter(client, where.town)
    book = load_workbook(io.BytesIO(client.get(f"{where.url}/template.xlsx").data))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert (heads[:4], len(heads)) == (["地区", "填写日期", "人群", "单号"], 11)
    named = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows(min_row=2)}
    assert {code[:9] for code in named} == {asking.TOWN}
    sheet.append([asking.VILLAGE, asking.TODAY, "居民", None, *asking.FIVES])
    out = io.BytesIO()
    book.save(out)
    answer = send(client, where, out.getvalue())
    assert "Its answers are counted." in client.get(answer.location).text
    assert answers_in(writing, where).answers == 1


def figures(page, caption):
    """Return the rows of a table, by its caption, as lists of words."""
    table = re.search(rf"<caption>{caption}.*?</table>", page, re.DOTALL)[0]
    rows = re.findall(r"<tr role=\"row\">.*?</tr>", table, re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in row] for row in cells]


def test_results_stand_beside_the_study_and_foreign_cells_of_few_are_not_shown(client, where, writing):
    asking.counted(writing, where.survey, where.county, [asking.FIVES, (4,) * 7, (4,) * 7, (2,) * 7])
    asking.counted(writing, where.survey, where.county, [(1,) * 7] * 4, area=asking.NEXT_VILLAGE)
    asking.counted(writing, where.survey, where.county, [asking.FIVES] * 5, area="360321101007")
    enter(client, where.village)
    url = f"{where.url}/results"
    page = client.get(url).text
    assert figures(page, "Item by item")[0][1:] == ["4", "3.750", "1.2583", "75.00", "0", "1", "0", "2", "1"]
    assert figures(page, "Beside the study")[0][1:] == [
        "3.750", "4.23", "−0.48", "1.2583", "0.5157", "75.00", "97.16", "−22.16",
    ]  # fmt: skip
    around = figures(page, "Beside the neighbours")
    assert [row[1:] for row in around] == [
        ["4", "3.750", "1.1097", "75.00"], ["—", "—", "—", "—"], ["5", "5.000", "0.0000", "100.00"],
    ]  # fmt: skip
    for foreign in (asking.COUNTY, asking.NEXT_VILLAGE, "999", "x"):
        assert client.get(url, query_string={"area": foreign}).status_code == 404
    assert client.get(f"{where.url}/answers").status_code == 403
    enter(client, where.town)
    assert 'href="/office/surveys/effects"' in client.get("/office/").text
    assert client.get("/office/surveys/effects").location == url
    page = client.get(url).text
    assert [row[1] for row in figures(page, "By village")] == ["4", "4", "5"]
    assert figures(client.get(url, query_string={"month": "2026-09", "group": "visitor"}).text, "Item by item")[0][1] == "0"
    assert client.get(url, query_string={"month": "2030-13", "group": "nobody"}).status_code == 200
    enter(client, where.auditor)
    page = client.get(f"{where.url}/answers?area={asking.VILLAGE}").text
    assert len(figures(page, "Answers")) == 4
    book = load_workbook(io.BytesIO(client.get(f"{url}/excel").data))
    rows = list(book["Item by item"].iter_rows(values_only=True))
    assert rows[1][1:3] == (13, 3.385)
    assert all(isinstance(cell, int | float) for row in rows[1:] for cell in row[1:])
    assert {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}["Area"] == "Lianhua County"
