"""A register proposed by one official and accepted by another, again and changed."""

import datetime as dt
import io
import json
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.assistance import imports, queries, services
from marketplace.assistance.invariants import CHECKS
from marketplace.assistance.models import (
    Cause,
    Helper,
    RegisterImport,
    RegisterImportRow,
    RegistrationSpell,
    YearLedgerEntry,
)
from marketplace.assistance.refusals import AcceptedByProposer, ImportDecided, ImportOutdated
from marketplace.assistance.register.reading import read_register
from marketplace.assistance.values import ImportState, StagedKind, Status
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmers_services
from marketplace.farmers.invariants import CHECKS as FARMERS_CHECKS
from marketplace.kernel import clock
from marketplace.kernel.errors import StaleState
from tests.assistance.cases import case_behind
from tests.assistance.register.builders import AREAS, REFERENCE, TODAY, head, id_of, judged, member, register
from tests.farmers.places import SEALER, county, entry, person
from tests.farmers.places import member as person_of

COUNTY = "360321"


@pytest.fixture(autouse=True)
def truths(session):
    with clock.stopped_at(dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)):
        yield
    session.flush()
    assert {name: list(find(session)) for name, find in (*CHECKS, *FARMERS_CHECKS) if find(session)} == {}


@pytest.fixture
def officials(session):
    county(session)
    return person(session), person(session)


def propose(session, officials, file, *, only_good=False, sha256="a" * 64):
    prepared = services.prepare_import(session, file=file, area_code=COUNTY, only_good=only_good, sealer=SEALER)
    return services.propose_import(session, prepared=prepared, by=officials[0], sha256=sha256)


def accept(session, report, by):
    prepared = services.prepare_acceptance(session, import_id=report.import_id, sealer=SEALER)
    return services.accept_import(session, import_id=report.import_id, by=by, prepared=prepared)


def stand(session, officials, *rows, **options):
    """Propose and accept rows; return the report of the proposal."""
    look = services.existing_household_of(session, sealer=SEALER)
    file = judged(*rows, existing_household_of=look)
    assert not file.findings
    report = propose(session, officials, file, **options)
    accept(session, report, officials[1])
    session.expire_all()
    return report


def household(session, number="H1"):
    return farmers.household_by_register_number(session, number)


def card(session, number="H1"):
    return queries.household_card(session, household(session, number).id, on=TODAY, sealer=SEALER)


def test_the_countys_sample_stands_after_two_officials(session, officials):
    file = read_register(REFERENCE / "register_sample.xlsx", areas=AREAS, today=TODAY)
    report = propose(session, officials, file)
    assert (report.state, report.counts["new"], report.counts["people"]) == (ImportState.PROPOSED, 60, 200)
    assert farmers.register_households(session) == {}
    accept(session, report, officials[1])
    assert len(farmers.register_households(session)) == 60
    assert len(farmers.people_on_record(session)) == 200


def test_the_same_file_again_changes_nothing(session, officials):
    source = (REFERENCE / "register_sample.xlsx").read_bytes()
    for round_number, expected in enumerate(({"new": 60}, {"unchanged": 60})):
        look = services.existing_household_of(session, sealer=SEALER)
        file = read_register(source, areas=AREAS, today=TODAY, existing_household_of=look)
        report = propose(session, officials, file, sha256=f"{round_number:064d}")
        assert {key: report.counts.get(key, 0) for key in expected} == expected
        accept(session, report, officials[1])
    assert not {"new", "changed", "absent", "people_absent"} & set(report.counts)
    spells = session.scalars(select(RegistrationSpell)).all()
    assert len(spells) == 60
    assert all(spell.superseded_at is None for spell in spells)


def test_a_bad_row_imports_nothing_and_leaves_its_findings(session, officials):
    file = judged(head(), member(证件号码="36039919700101002X1"))
    report = propose(session, officials, file)
    assert report.is_refused
    assert report.counts["findings"] == len(file.findings) > 0
    assert queries.findings_of(session, report.import_id)[0].column == "证件号码"
    assert session.scalars(select(RegisterImportRow)).all() == []
    with pytest.raises(ImportDecided):
        accept(session, report, officials[1])


def test_only_good_imports_the_good_households_and_a_bad_one_is_not_absent(session, officials):
    stand(session, officials, head(), member())
    rows = (head(性别="女"), head(户编号="H2", 证件号码=id_of(3), 联系电话="19900000002"))
    report = propose(session, officials, judged(*rows), only_good=True, sha256="b" * 64)
    assert (report.counts["new"], report.counts["left_out"]) == (1, 1)
    assert "absent" not in report.counts
    accept(session, report, officials[1])
    assert household(session, "H2") is not None


def test_the_proposer_does_not_accept_and_the_database_agrees(session, officials):
    report = propose(session, officials, judged(head(), member()))
    with pytest.raises(AcceptedByProposer):
        accept(session, report, officials[0])
    held = session.get(RegisterImport, report.import_id)
    by_the_proposer = update(RegisterImport).values(state="accepted", accepted_by=officials[0], decided_at=clock.now())
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(by_the_proposer)
    session.refresh(held)


def test_a_decided_import_is_not_decided_again(session, officials):
    report = propose(session, officials, judged(head(), member()))
    services.reject_import(session, import_id=report.import_id, by=officials[1], reason="wrong file")
    with pytest.raises(ImportDecided):
        accept(session, report, officials[1])
    assert household(session) is None


def test_the_same_proposal_twice_is_one(session, officials):
    file = judged(head(), member())
    assert propose(session, officials, file).ref == propose(session, officials, file).ref


def test_the_record_holds_what_the_register_says(session, officials):
    stand(session, officials, head(), member())
    found = card(session)
    assert [one.relation for one in found.members] == ["head", "spouse"]
    assert found.status is Status.EXITED
    spell = found.spells[0]
    assert (spell.registered_on, spell.ended_on, spell.attribute) == (
        dt.date(2014, 5, 1), dt.date(2018, 12, 31), "ordinary",
    )  # fmt: skip
    assert {(one.cause, one.is_main) for one in found.causes} == {("illness", True), ("schooling", False), ("water", False)}
    assert (found.helpers[0].name, found.helpers[0].organisation) == ("王五", "县教育局")
    assert found.crops == ("水稻", "莲子")
    assert [(one.year, one.category, one.amount_fen) for one in found.years[0].entries] == [(2025, "per_capita_net", 219074)]
    assert found.phone_masked == "199****0001"


def test_a_changed_file_updates_with_history_kept(session, officials):
    stand(session, officials, head(脱贫年度=None), member())
    changed = head(
        脱贫年度=None,
        贫困户属性="低保贫困户",
        健康状况="残疾",
        主要致贫原因="因残",
        帮扶责任人="赵六",
        年人均纯收入=3000,
        种植="茶叶",
        联系电话="19900000009",
    )
    report = stand(session, officials, changed, member(), sha256="b" * 64)
    assert report.counts["changed"] == 1
    row = queries.staged_rows(session, report.import_id, StagedKind.CHANGED)[0]
    assert set(row.changes) == {"people_changed", "phone", "crops", "registration", "causes", "helper", "income"}
    found = card(session)
    assert [one.health for one in found.former_spells] == [("healthy",)]
    assert [one.attribute for one in found.superseded_spells] == ["ordinary"]
    assert [one.attribute for one in found.spells] == ["subsistence"]
    assert {one.cause for one in found.causes if one.to_on is None} == {"disability", "schooling", "water"}
    assert {one.cause for one in found.causes if one.to_on is not None} >= {"illness"}
    assert [(one.name, one.to_on is None) for one in found.helpers] == [("王五", False), ("赵六", True)]
    assert [one.amount_fen for one in found.years[0].entries] == [300000]
    assert [one.amount_fen for one in found.ledger_superseded] == [219074]
    assert found.crops == ("茶叶",)
    assert found.phone_masked == "199****0009"


def test_an_exit_closes_the_spell_that_stands(session, officials):
    stand(session, officials, head(脱贫年度=None), member())
    before = session.scalars(select(RegistrationSpell)).one().id
    stand(session, officials, head(脱贫年度=2019), member(), sha256="b" * 64)
    spell = session.scalars(select(RegistrationSpell)).one()
    assert (spell.id, spell.ended_on, spell.ended_how) == (before, dt.date(2019, 12, 31), "exited")


def test_an_empty_cell_never_undoes_an_exit_or_erases_a_fact(session, officials):
    stand(session, officials, head(), member())
    columns = "脱贫年度 识别时间 主要致贫原因 其他致贫原因 帮扶责任人 帮扶单位 年人均纯收入 种植 联系电话 健康状况 贫困户属性"
    empty = dict.fromkeys(columns.split())
    report = stand(session, officials, head(**empty), member(), sha256="b" * 64)
    assert report.counts["unchanged"] == 1
    assert card(session).status is Status.EXITED


def test_a_running_years_exit_ends_no_later_than_today(session, officials):
    stand(session, officials, head(脱贫年度=2026), member())
    assert session.scalars(select(RegistrationSpell)).one().ended_on == TODAY


def test_an_exit_of_the_year_before_identification_ends_the_spell_as_it_begins(session, officials):
    stand(session, officials, head(识别时间="2017-01-01", 脱贫年度=2016), member())
    spell = session.scalars(select(RegistrationSpell)).one()
    assert (spell.registered_on, spell.ended_on) == (dt.date(2017, 1, 1), dt.date(2017, 1, 1))
    report = stand(session, officials, head(识别时间="2017-01-01", 脱贫年度=2016, 种植="茶叶"), member(), sha256="b" * 64)
    assert queries.staged_rows(session, report.import_id, StagedKind.CHANGED)[0].changes == ["crops"]


def test_a_household_without_dates_is_registered_from_the_day_of_acceptance(session, officials):
    stand(session, officials, head(识别时间=None, 脱贫年度=None), member())
    spell = session.scalars(select(RegistrationSpell)).one()
    assert (spell.registered_on, spell.registered_precision) == (TODAY, "unknown")
    assert card(session).status is Status.REGISTERED


def test_absent_households_and_people_are_listed_and_stand(session, officials):
    second = head(户编号="H2", 证件号码=id_of(3), 联系电话="19900000002")
    stand(session, officials, head(), member(), second)
    report = stand(session, officials, head(), sha256="b" * 64)
    assert (report.counts["absent"], report.counts["people_absent"]) == (1, 1)
    assert queries.staged_rows(session, report.import_id, StagedKind.ABSENT)[0].household_number == "H2"
    assert farmers.member_counts(session, [household(session).id]) == {household(session).id: 2}
    assert household(session, "H2").closed_at is None


def test_absence_is_judged_inside_the_townships_of_the_file(session, officials):
    elsewhere = head(户编号="H2", 乡镇="路口镇", 行政村="庙背村", 证件号码=id_of(3), 联系电话="19900000002")
    stand(session, officials, head(), member(), elsewhere)
    report = stand(session, officials, head(), member(), sha256="b" * 64)
    assert "absent" not in report.counts


def test_a_member_joins_and_a_new_head_takes_over(session, officials):
    stand(session, officials, head(), member())
    new_head = head(姓名="张二", 证件号码=id_of(2), 性别="女")
    son = member(姓名="刘三", 证件号码=id_of(5), 与户主关系="之子")
    stand(session, officials, new_head, son, sha256="b" * 64)
    found = card(session)
    assert sorted(one.relation for one in found.members) == ["head", "other", "son"]
    assert {one.relation for one in found.former_spells} == {"head", "spouse"}


def test_a_move_between_villages_is_listed_and_not_made(session, officials):
    stand(session, officials, head(), member())
    report = stand(session, officials, head(行政村="永安社区"), member(), sha256="b" * 64)
    assert report.counts["held"] == 1
    assert queries.staged_rows(session, report.import_id, StagedKind.HELD)[0].changes == ["village"]


def test_a_person_of_another_household_is_a_finding(session, officials):
    stand(session, officials, head(), member())
    look = services.existing_household_of(session, sealer=SEALER)
    file = judged(head(户编号="H9"), existing_household_of=look)
    assert [one.code.value for one in file.findings] == ["duplicate_person"]


def test_a_proposal_the_record_has_outrun_is_refused_whole(session, officials):
    first = propose(session, officials, judged(head(), member()))
    second = propose(session, officials, judged(head(健康状况="残疾"), member()), sha256="b" * 64)
    accept(session, first, officials[1])
    with pytest.raises(ImportOutdated):
        accept(session, second, officials[1])
    services.reject_import(session, import_id=second.import_id, by=officials[1])


def test_a_changed_proposal_the_record_has_outrun_is_refused_whole(session, officials):
    stand(session, officials, head(), member())
    first = propose(session, officials, judged(head(健康状况="残疾"), member()), sha256="b" * 64)
    second = propose(session, officials, judged(head(健康状况="患有大病"), member()), sha256="c" * 64)
    accept(session, first, officials[1])
    with pytest.raises(ImportOutdated):
        accept(session, second, officials[1])
    services.reject_import(session, import_id=second.import_id, by=officials[1])


MOVES = {
    "a cause": lambda session, at, by: services.state_causes(
        session, household_id=at.id, main="land", others=(), on=TODAY, by=by
    ),
    "a helper": lambda session, at, by: services.assign_helper(
        session, household_id=at.id, name="钱七", organisation="", on=TODAY, by=by, sealer=SEALER
    ),
    "a telephone": lambda session, at, _by: farmers_services.restate_phones(
        session, phones={at.id: farmers_services.seal_phone(at.ref, "19900000099", sealer=SEALER)}
    ),
    "a crop": lambda session, at, _by: farmers_services.restate_crops(session, crops={at.id: ("茶叶",)}, on=TODAY),
    "an exit": lambda session, _at, _by: session.execute(
        update(RegistrationSpell).values(ended_on=dt.date(2020, 1, 1), ended_how="exited")
    ),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_what_moves_between_comparing_and_writing_is_not_overwritten(session, officials, move):
    stand(session, officials, head(脱贫年度=None), member())
    report = propose(session, officials, judged(head(健康状况="残疾"), member()), sha256="b" * 64)
    prepared = services.prepare_acceptance(session, import_id=report.import_id, sealer=SEALER)
    move(session, household(session), officials[0])
    with pytest.raises(StaleState):
        services.accept_import(session, import_id=report.import_id, by=officials[1], prepared=prepared)
    # made ready again, it knows of the move
    accept(session, report, officials[1])
    assert card(session).members[0].health == ("disabled",)


def test_a_person_who_moved_in_elsewhere_meanwhile_outruns_the_proposal(session, officials):
    report = propose(session, officials, judged(head(), member()))
    prepared = services.prepare_acceptance(session, import_id=report.import_id, sealer=SEALER)
    farmers_services.open_household(
        session, entry=entry("H7", members=(person_of(2, "spouse"), person_of(3))), on=TODAY, sealer=SEALER
    )
    with pytest.raises(ImportOutdated):
        services.accept_import(session, import_id=report.import_id, by=officials[1], prepared=prepared)
    assert household(session) is None
    services.reject_import(session, import_id=report.import_id, by=officials[1])


def test_what_was_made_ready_for_one_import_accepts_no_other(session, officials):
    first = propose(session, officials, judged(head(), member()))
    second = propose(session, officials, judged(head(户编号="H2", 证件号码=id_of(3))), sha256="b" * 64)
    prepared = services.prepare_acceptance(session, import_id=first.import_id, sealer=SEALER)
    with pytest.raises(StaleState):
        services.accept_import(session, import_id=second.import_id, by=officials[1], prepared=prepared)
    for report in (first, second):
        services.reject_import(session, import_id=report.import_id, by=officials[1])


def test_a_register_never_touches_what_a_procedure_decided(session, officials):
    stand(session, officials, head(脱贫年度=None), member())
    spell = session.scalars(select(RegistrationSpell)).one()
    spell.superseded_at = clock.now()
    session.flush()
    decided = RegistrationSpell(
        household_id=spell.household_id, registered_on=dt.date(2015, 1, 1), registered_precision="day", origin="procedure",
        attribute="ordinary", created_at=clock.now(),
    )  # fmt: skip
    session.add(decided)
    session.flush()
    case_behind(session, decided)
    stand(session, officials, head(脱贫年度=2019), member(), sha256="b" * 64)
    assert card(session).status is Status.REGISTERED


def test_a_closed_household_is_listed_and_not_reopened(session, officials):
    stand(session, officials, head(), member())
    farmers_services.close_household(session, household_id=household(session).id, reason="moved_away", by=officials[0])
    report = stand(session, officials, head(健康状况="残疾"), member(), sha256="b" * 64)
    assert queries.staged_rows(session, report.import_id, StagedKind.HELD)[0].changes == ["closed"]


def test_staged_rows_hold_nothing_personal_in_clear_and_are_emptied_by_the_decision(session, officials):
    report = propose(session, officials, judged(head(), member()))
    text = repr([tuple(row) for row in session.execute(select(RegisterImportRow.__table__))])
    assert id_of(1) not in text
    assert "刘一" not in text
    assert "王五" not in text
    accept(session, report, officials[1])
    assert [row.payload_sealed for row in session.scalars(select(RegisterImportRow))] == [None]


def test_a_household_written_as_text_reads_back_the_same():
    row = judged(head(), member()).households[0]
    assert imports.from_text(imports.to_text(row)) == row
    bare = replace(
        row, attribute=None, main_cause=None, other_causes=(), identified=None, exit_year=None, crops=(), helper_name=None
    )
    assert imports.from_text(imports.to_text(bare)) == bare


def test_the_sheet_as_excel_writes_it_can_be_proposed(session, officials):
    book = register(head(), member())
    assert openpyxl.load_workbook(io.BytesIO(book)).active.title
    report = propose(session, officials, read_register(book, areas=AREAS, today=TODAY))
    assert json.dumps(dict(report.counts))
    assert (session.scalars(select(Cause)).all(), session.scalars(select(Helper)).all()) == ([], [])
    assert session.scalars(select(YearLedgerEntry)).all() == []
