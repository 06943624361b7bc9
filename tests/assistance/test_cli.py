"""The register from the command line."""

import hashlib

import pytest

from marketplace.accounts.queries import user_by_phone
from marketplace.assistance import queries, services
from marketplace.assistance.register.reading import read_register
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from tests.assistance.register.builders import AREAS, REFERENCE, head, id_of, member, register
from tests.farmers.places import county, official, phone_of

COUNTY = "360321"


@pytest.fixture
def phones(writing):
    county(writing)
    users = [official(writing, "county_official", COUNTY) for _ in range(2)]
    users.append(official(writing, "township_official", "360321101"))
    found = [phone_of(writing, user) for user in users]
    writing.commit()
    return found


@pytest.fixture
def run(app, writing):
    def run(path, *options):
        writing.commit()
        return app.test_cli_runner().invoke(args=["register", "import", str(path), *options])

    return run


def test_the_sample_stands_in_the_names_of_two_officials_and_again_changes_nothing(run, phones, writing):
    names = ("--by", phones[0], "--accepted-by", phones[1])
    first = run(REFERENCE / "register_sample.xlsx", *names)
    assert first.exit_code == 0, first.output
    assert "New households: 60" in first.output
    assert len(farmers.people_on_record(writing)) == 200
    again = run(REFERENCE / "register_sample.xlsx", *names)
    assert again.exit_code == 0, again.output
    assert "Unchanged households: 60" in again.output
    assert "New households" not in again.output


def test_every_bad_row_is_printed_masked_and_nothing_stands(run, phones, writing):
    answer = run(REFERENCE / "register_bad.xlsx", "--by", phones[0], "--accepted-by", phones[1])
    assert answer.exit_code == 1
    assert "check_digit" in answer.output
    assert "nothing was imported" in answer.output
    assert farmers.register_households(writing) == {}


def test_only_good_leaves_the_bad_households_out(run, phones, writing, tmp_path):
    book = tmp_path / "register.xlsx"
    book.write_bytes(register(head(), member(), head(户编号="H2", 证件号码=id_of(3), 性别="女", 联系电话="19900000002")))
    answer = run(book, "--by", phones[0], "--accepted-by", phones[1], "--only-good")
    assert answer.exit_code == 0, answer.output
    assert set(farmers.register_households(writing)) == {"H1"}


def test_a_dry_run_keeps_nothing(run, phones, writing):
    answer = run(REFERENCE / "register_sample.xlsx", "--by", phones[0], "--accepted-by", phones[1], "--dry-run")
    assert answer.exit_code == 0, answer.output
    assert "New households: 60" in answer.output
    assert farmers.register_households(writing) == {}


def test_two_different_county_officials_are_needed(run, phones, writing):
    for first, second in ((phones[0], phones[0]), (phones[0], phones[2]), (phones[2], phones[0]), ("19999999999", phones[0])):
        answer = run(REFERENCE / "register_sample.xlsx", "--by", first, "--accepted-by", second)
        assert answer.exit_code == 1, (first, second)
    assert farmers.register_households(writing) == {}


def test_what_is_no_workbook_is_refused_by_name(run, phones, tmp_path):
    book = tmp_path / "register.xlsx"
    book.write_bytes(b"")
    answer = run(book, "--by", phones[0], "--accepted-by", phones[1])
    assert answer.exit_code == 1
    assert "0 bytes" in answer.output


def test_a_file_that_waits_for_a_second_official_is_accepted_and_not_proposed_twice(run, phones, writing, tmp_path, app):
    book = tmp_path / "register.xlsx"
    book.write_bytes(register(head(), member()))
    file = read_register(book, areas=AREAS, today=clock.today())
    prepared = services.prepare_import(writing, file=file, area_code=COUNTY, only_good=False, sealer=app.extensions["sealer"])
    proposer = user_by_phone(writing, phones[0]).id
    sha256 = hashlib.sha256(book.read_bytes()).hexdigest()
    waiting = services.propose_import(writing, prepared=prepared, by=proposer, sha256=sha256)
    answer = run(book, "--by", phones[0], "--accepted-by", phones[1])
    assert answer.exit_code == 0, answer.output
    assert f"import {waiting.ref}: accepted" in answer.output
    assert [one.ref for one in queries.imports_in(writing, [COUNTY])] == [waiting.ref]
    assert set(farmers.register_households(writing)) == {"H1"}


def test_who_is_absent_is_printed_masked_and_stays(run, phones, writing, tmp_path):
    book = tmp_path / "register.xlsx"
    names = ("--by", phones[0], "--accepted-by", phones[1])
    book.write_bytes(register(head(), member(), head(户编号="H2", 姓名="李四", 证件号码=id_of(3), 联系电话="19900000002")))
    assert run(book, *names).exit_code == 0
    book.write_bytes(register(head()))
    for options in (("--dry-run",), ()):
        answer = run(book, *names, *options)
        assert answer.exit_code == 0, answer.output
        assert "household not in the file: H2 李** 西门村" in answer.output
        assert "person not in the file: H1 张** 西门村" in answer.output
        assert "张二" not in answer.output
    assert set(farmers.register_households(writing)) == {"H1", "H2"}
    assert len(farmers.people_on_record(writing)) == 3
