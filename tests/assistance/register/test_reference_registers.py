"""The county's sample register is taken whole; the faulty one gives up every planted fault."""

import json

import openpyxl

from marketplace.assistance.register.files import read_register
from marketplace.assistance.register.rules import good_households
from tests.assistance.register.builders import AREAS, REFERENCE, TODAY, found


def _read(name):
    return read_register(REFERENCE / name, areas=AREAS, today=TODAY)


def _household_by_row(name):
    """Row to household number, read with the workbook library alone."""
    sheet = openpyxl.load_workbook(REFERENCE / name).active
    return {number: row[0] for number, row in enumerate(sheet.iter_rows(values_only=True), 1) if number > 2}


def test_the_sample_gives_sixty_households_two_hundred_people_and_no_finding():
    file = _read("register_sample.xlsx")
    assert file.findings == ()
    assert len(file.households) == len(file.household_numbers) == 60
    assert file.row_count == sum(len(household.people) for household in file.households) == 200
    assert (file.sheet, file.header_row, file.unknown_columns) == ("户册", 2, ())


def test_the_samples_cells_arrive_typed():
    household = _read("register_sample.xlsx").households[0]
    assert AREAS.name(household.village_code) == "井屋村"
    assert AREAS.name(household.township_code) == "闪石乡"
    assert household.income_per_head_fen == 219_074
    assert household.main_cause.code == "disability"
    assert household.crops == ("莲子", "水稻", "花卉苗木")
    assert household.identified.on.isoformat() == "2017-01-01"
    assert household.exit_year is None
    assert [person.relation.code for person in household.people] == [
        "head", "spouse", "granddaughter", "grandson", "mother", "daughter_in_law",
    ]  # fmt: skip
    assert household.phone == "19912175294"


def test_every_planted_fault_is_found_and_nothing_is_said_of_sound_households():
    planted = json.loads((REFERENCE / "register_bad.expected.json").read_text(encoding="utf-8"))
    file = _read("register_bad.xlsx")
    expected = {(fault["row"], fault["column"], fault["code"]) for fault in planted}
    assert len(expected) == 13
    assert expected <= set(found(file))

    household_of = _household_by_row("register_bad.xlsx")
    faulty = {household_of[row] for row, _, _ in expected}
    assert {household_of[finding.row] for finding in file.findings} == faulty
    for finding in file.findings:
        assert finding.household == household_of[finding.row]


def test_only_the_sound_households_of_the_faulty_register_are_good():
    planted = json.loads((REFERENCE / "register_bad.expected.json").read_text(encoding="utf-8"))
    household_of = _household_by_row("register_bad.xlsx")
    faulty = {household_of[fault["row"]] for fault in planted}
    file = _read("register_bad.xlsx")
    assert {household.number for household in good_households(file)} == set(household_of.values()) - faulty
    assert file.household_numbers == set(household_of.values())


def test_no_finding_shows_a_name_a_number_or_a_phone_in_clear():
    file = _read("register_bad.xlsx")
    sheet = openpyxl.load_workbook(REFERENCE / "register_bad.xlsx").active
    secrets = {
        str(row[column]) for row in sheet.iter_rows(min_row=3, values_only=True) for column in (3, 4, 11, 19) if row[column]
    }
    told = " ".join(f"{finding!r} {finding}" for finding in file.findings)
    assert not [secret for secret in secrets if secret in told]
    assert "3603**********0311" in told
