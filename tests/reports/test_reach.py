"""Who sees which area: their own, all below it, and never another's; small foreign cells not even in a comparison."""

import re

import pytest

from marketplace.reports.queries.poverty import poverty_report
from tests.reports import county
from tests.reports.reading import fen, rows, words

#: Each reader's own area about the first village.
READERS = {
    "village_official": county.VILLAGE,
    "task_force": county.TOWN,
    "township_official": county.TOWN,
    "county_official": county.COUNTY,
    "auditor": county.TOWN,
}


def addresses(made):
    """Every address about the first village or what lies in it."""
    ref = made.households["H1"].ref
    return (
        f"/office/reports/areas/{county.VILLAGE}",
        f"/office/reports/areas/{county.VILLAGE}/excel",
        f"/office/reports/areas/{county.VILLAGE}/households/registered",
        f"/office/reports/areas/{county.VILLAGE}/households/active/excel",
        f"/office/reports/areas/{county.VILLAGE}/declared",
        f"/office/reports/areas/{county.VILLAGE}/declared/excel",
        f"/office/reports/areas/{county.VILLAGE}/ledger",
        f"/office/reports/areas/{county.VILLAGE}/ledger/excel",
        f"/office/reports/areas/{county.VILLAGE}/ledger/households",
        f"/office/reports/areas/{county.VILLAGE}/ledger/households/excel",
        f"/office/reports/areas/{county.VILLAGE}/flow",
        f"/office/reports/areas/{county.VILLAGE}/flow/excel",
        f"/office/reports/areas/{county.VILLAGE}/flow/households?event=exited",
        f"/office/reports/areas/{county.VILLAGE}/flow/times?kind=exit&stage=",
        f"/office/reports/areas/{county.VILLAGE}/poverty",
        f"/office/reports/areas/{county.VILLAGE}/poverty/households",
        f"/office/reports/areas/{county.VILLAGE}/poverty/excel",
        f"/office/reports/households/{ref}",
        f"/office/reports/households/{ref}/excel",
        f"/office/reports/lines?area={county.VILLAGE}&kind=gross",
        f"/office/reports/lines?area={county.VILLAGE}&pool=SPOOL&kind=gross",
        f"/office/reports/lines?household={ref}&kind=gross",
        f"/office/reports/lines?area={county.VILLAGE}&household={ref}&kind=gross",
        f"/office/reports/lines/excel?area={county.VILLAGE}&kind=gross",
        "/office/reports/lines/1",
        "/office/reports/lines/1/excel",
    )


@pytest.mark.parametrize("role", READERS)
def test_a_reader_opens_everything_in_their_own_area(small, official, role):
    client = official(role, READERS[role])
    assert {path: client.get(path).status_code for path in addresses(small)} == dict.fromkeys(addresses(small), 200)


@pytest.mark.parametrize("role", ["village_official", "task_force", "township_official", "auditor"])
def test_a_foreign_area_answers_as_if_it_did_not_exist(small, official, role):
    client = official(role, small.other_village if role == "village_official" else county.OTHER_TOWN)
    missing = client.get("/office/reports/areas/360321999")
    assert missing.status_code == 404
    wiped = re.compile(r"[?&]lang=\w+|/office/[^\"]*|[0-9A-Z]{12}")
    for path in addresses(small):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert wiped.sub("", answer.text) == wiped.sub("", missing.text), path


def test_a_wider_area_than_ones_own_is_not_there(small, official):
    client = official("village_official", county.VILLAGE)
    assert client.get(f"/office/reports/areas/{county.TOWN}").status_code == 404
    assert client.get(f"/office/reports/areas/{county.SECOND_VILLAGE}").status_code == 404
    assert client.get(f"/office/reports/lines?area={county.COUNTY}&kind=paid").status_code == 404
    assert client.get("/office/reports/lines?kind=paid").status_code == 404


@pytest.mark.parametrize(
    ("role", "code"), [("administrator", county.COUNTY), ("photographer", county.TOWN), ("helper", county.TOWN)]
)
def test_staff_without_an_areas_reach_have_an_office_and_no_figures(small, official, role, code):
    client = official(role, code)
    home = client.get("/office/")
    assert home.status_code == 200
    assert "¥" not in home.text
    assert client.get(f"/office/reports/areas/{county.COUNTY}").status_code == 403


def test_a_guest_is_led_to_sign_in(small, client):
    for path in ("/office/", "/office/reports/", f"/office/reports/areas/{county.COUNTY}"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/sign-in" in answer.headers["Location"]


def peers(client, code):
    page = client.get(f"/office/reports/areas/{code}?period={county.MONTH}").text
    return {row[0]: row[1:] for row in rows(page, "Beside the neighbours")}, page


def test_a_small_foreign_cell_is_not_shown_and_cannot_be_opened(small, official):
    # The first township has three selling households: too few for the second to see.
    found, page = peers(official("township_official", county.OTHER_TOWN), county.OTHER_TOWN)
    hidden = found["Qinting Town"]
    assert hidden[-1] == "Fewer than 5 households"
    assert set(hidden[:-1]) == {"—"}
    assert f"area={county.TOWN}" not in page
    assert f"areas/{county.TOWN}" not in page
    assert "<tfoot" not in page[page.index("Beside the neighbours") :]


def test_a_foreign_cell_of_enough_households_is_shown_for_the_whole_year_alone(small, official):
    found, _page = peers(official("township_official", county.TOWN), county.TOWN)
    assert fen(found["Lukou Town"][3]) == 1000 * (1 + 2 + 3 + 4 + 5 + 6)
    assert found["Qinting Town"][-1] == "This area"


def test_measures_of_a_foreign_area_of_few_households_are_taken_away(small, writing):
    """Two households of the first township have an income on record: shown to whoever holds it, and to no neighbour."""

    def measured(*own):
        report = poverty_report(writing, county.OTHER_TOWN, int(county.YEAR), own=own)
        return {row.key: row.measures for row in report.peers}[county.TOWN]

    assert measured(county.OTHER_TOWN) is None
    assert measured(county.OTHER_TOWN, county.TOWN).households == 2


def test_whoever_holds_the_parent_needs_no_comparison(small, official):
    page = official("county_official", county.COUNTY).get(f"/office/reports/areas/{county.TOWN}").text
    assert "Beside the neighbours" not in page


def test_no_name_is_shown_whole_on_any_page(small, official):
    client = official("county_official", county.COUNTY)
    ref = small.households["H1"].ref
    pages = [client.get(path).text for path in (*addresses(small), f"/office/reports/households/{ref}") if "excel" not in path]
    for page in pages:
        assert not re.search("[刘陈李朱贺段严郭欧]某", page)
    assert "陈**" in words(pages[0])


def test_an_official_of_two_areas_finds_both(small, official):
    client = official("village_official", county.VILLAGE, small.other_village)
    page = client.get("/office/reports/", follow_redirects=True).text
    assert f"areas/{county.VILLAGE}" in page
    assert f"areas/{small.other_village}" in page
