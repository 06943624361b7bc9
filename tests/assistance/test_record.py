"""The record: standing on a day, visits, measures, causes, the year ledger, monitoring, and disclosure with a reason."""

import dataclasses
import datetime as dt
import io
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import AuditEvent
from marketplace.assistance import queries, services
from marketplace.assistance.invariants import CHECKS, disclosures_without_their_one_row
from marketplace.assistance.models import PlatformIncome, RegistrationSpell, Unmasking, YearLedgerEntry
from marketplace.assistance.refusals import (
    AcceptedByProposer,
    DatesCrossed,
    EntryDecided,
    NothingToShow,
    ReasonNeeded,
    StandsAlready,
)
from marketplace.assistance.values import (
    Guarantee,
    LedgerCategory,
    MaskedField,
    MeasureKind,
    MonitoringKind,
    PlatformFigures,
    Status,
)
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmers_services
from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction
from marketplace.kernel.errors import NotThere
from marketplace.media.services import accept_image, store_image
from marketplace.reports.values import PlatformShare
from tests.assistance.cases import case_behind
from tests.farmers.places import DAY, SEALER, VILLAGE, county, entry, id_of, member, person

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
TODAY = clock.day_of(NOW)


@pytest.fixture(autouse=True)
def truths(session):
    with clock.stopped_at(NOW):
        yield
    session.flush()
    assert {name: list(find(session)) for name, find in CHECKS if find(session)} == {}


@pytest.fixture
def household(session):
    county(session)
    return farmers_services.open_household(session, entry=entry(phone="19900000001"), on=DAY, sealer=SEALER)


@pytest.fixture
def officials(session, household):
    return person(session, "甲"), person(session, "乙")


def spell(session, household, began, ended=None, how=None):
    row = RegistrationSpell(
        household_id=household.id, registered_on=began, registered_precision="day", ended_on=ended, ended_how=how,
        origin="procedure", created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return case_behind(session, row)


def test_a_household_stands_by_its_last_spell(session, household):
    first = spell(session, household, dt.date(2014, 5, 1), dt.date(2018, 12, 31), "exited")
    second = spell(session, household, dt.date(2020, 3, 1))
    on = {
        day: queries.standing(session, household.id, day)
        for day in (
            dt.date(2014, 4, 30), dt.date(2014, 5, 1), dt.date(2018, 12, 30), dt.date(2018, 12, 31), dt.date(2020, 3, 1),
        )
    }  # fmt: skip
    assert [one.status for one in on.values()] == [
        Status.NONE, Status.REGISTERED, Status.REGISTERED, Status.EXITED, Status.REGISTERED,
    ]  # fmt: skip
    assert [one.spell_id for one in on.values()] == [None, first.id, first.id, first.id, second.id]


def test_a_removed_household_never_counts_as_exited(session, household):
    spell(session, household, dt.date(2014, 5, 1), dt.date(2015, 1, 1), "removed")
    assert queries.standing(session, household.id, TODAY).status is Status.NONE


def test_a_superseded_spell_speaks_no_more(session, household):
    spell(session, household, dt.date(2014, 5, 1)).superseded_at = clock.now()
    session.flush()
    assert queries.standing(session, household.id, TODAY).status is Status.NONE


def test_monitoring_counts_once_registration_ended(session, household, officials):
    spell(session, household, dt.date(2014, 5, 1), dt.date(2018, 12, 31), "exited")
    with pytest.raises(AcceptedByProposer):
        services.open_monitoring(
            session, household_id=household.id, kind=MonitoringKind.UNSTABLE_EXITED, on=DAY, proposed_by=officials[0],
            approved_by=officials[0],
        )  # fmt: skip
    services.open_monitoring(
        session, household_id=household.id, kind=MonitoringKind.UNSTABLE_EXITED, on=DAY, proposed_by=officials[0],
        approved_by=officials[1],
    )  # fmt: skip
    assert queries.standing(session, household.id, DAY).status is Status.MONITORED
    assert queries.standing(session, household.id, DAY - dt.timedelta(1)).status is Status.EXITED


def test_standing_names_village_helper_and_measures_of_that_day(session, household, officials):
    by = officials[0]
    first = services.assign_helper(
        session,
        household_id=household.id,
        name="王五",
        organisation="县教育局",
        on=DAY,
        by=by,
        sealer=SEALER,
        phone="19900000007",
    )
    second = services.assign_helper(
        session, household_id=household.id, name="赵六", organisation="", on=dt.date(2026, 6, 1), by=by, sealer=SEALER
    )
    measure = services.start_measure(session, household_id=household.id, kind=MeasureKind.AGRICULTURE, from_on=DAY, by=by)
    services.end_measure(session, measure_id=measure.id, to_on=dt.date(2026, 7, 1), by=by)
    then = queries.standing(session, household.id, dt.date(2026, 5, 31))
    later = queries.standing(session, household.id, dt.date(2026, 7, 1))
    assert (then.village_code, then.helper_id, then.enrolled_measures) == (VILLAGE, first.id, ("agriculture",))
    assert (later.helper_id, later.enrolled_measures) == (second.id, ())
    assert queries.helper_contact(session, household.id, dt.date(2026, 5, 31), sealer=SEALER).phone == "19900000007"


def test_standings_cost_the_same_queries_however_many(session, household):
    assert queries.standings(session, [household.id, 999_999], TODAY).keys() == {household.id}


def test_a_measure_is_not_begun_twice_nor_in_the_future(session, household, officials):
    services.start_measure(session, household_id=household.id, kind=MeasureKind.SOLAR, from_on=DAY, by=officials[0])
    with pytest.raises(StandsAlready):
        services.start_measure(session, household_id=household.id, kind=MeasureKind.SOLAR, from_on=DAY, by=officials[0])
    with pytest.raises(DatesCrossed):
        services.start_measure(
            session, household_id=household.id, kind=MeasureKind.HEALTH, from_on=TODAY + dt.timedelta(1), by=officials[0]
        )


def test_a_measure_of_another_household_is_not_there(session, household, officials):
    measure = services.start_measure(session, household_id=household.id, kind=MeasureKind.SOLAR, from_on=DAY, by=officials[0])
    with pytest.raises(NotThere):
        services.end_measure(session, measure_id=measure.id, to_on=TODAY, by=officials[0], household_id=household.id + 1)
    with pytest.raises(DatesCrossed):
        services.end_measure(session, measure_id=measure.id, to_on=DAY - dt.timedelta(1), by=officials[0])


def test_causes_keep_their_history(session, household, officials):
    services.state_causes(session, household_id=household.id, main="illness", others=["land"], on=DAY, by=officials[0])
    services.state_causes(session, household_id=household.id, main="land", others=["skills"], on=TODAY, by=officials[0])
    causes = queries.household_card(session, household.id, on=TODAY, sealer=SEALER).causes
    assert {(one.cause, one.is_main) for one in causes if one.to_on is None} == {("land", True), ("skills", False)}
    assert {(one.cause, one.is_main) for one in causes if one.to_on == TODAY} == {("illness", True), ("land", False)}


def picture(session, colour, by):
    held = io.BytesIO()
    Image.new("RGB", (200, 150), colour).save(held, "JPEG")
    return store_image(session, accept_image(held.getvalue()), uploaded_by=by).id


def test_a_visit_is_sealed_and_recorded_once_for_its_key(session, household, officials):
    visit = {
        "household_id": household.id, "by": officials[0], "visited_on": TODAY, "note": "家中老人患病", "sealer": SEALER,
        "key": "k1",
    }  # fmt: skip
    images = [picture(session, colour, officials[0]) for colour in ("green", "blue")]
    first = services.record_visit(session, image_ids=(*images, images[0]), **visit)
    assert services.record_visit(session, **visit).id == first.id
    assert "患病" not in first.note_sealed
    shown = queries.household_card(session, household.id, on=TODAY, sealer=SEALER).visits
    assert [(one.note, one.image_ids) for one in shown] == [("家中老人患病", tuple(images))]
    with pytest.raises(DatesCrossed):
        services.record_visit(session, **{**visit, "key": "k2", "visited_on": TODAY + dt.timedelta(1)})


def test_a_ledger_entry_counts_once_another_official_approves_it(session, household, officials):
    made = {
        "household_id": household.id, "year": 2025, "category": LedgerCategory.WAGE, "source": "survey", "by": officials[0],
    }  # fmt: skip
    entry_of = services.record_year_ledger(session, amount_fen=100_000, **made)
    assert services.record_year_ledger(session, amount_fen=100_000, **made).id == entry_of.id
    assert queries.household_card(session, household.id, on=TODAY, sealer=SEALER).years == ()
    with pytest.raises(AcceptedByProposer):
        services.approve_year_ledger(session, entry_id=entry_of.id, by=officials[0])
    services.approve_year_ledger(session, entry_id=entry_of.id, by=officials[1])
    with pytest.raises(EntryDecided):
        services.approve_year_ledger(session, entry_id=entry_of.id, by=officials[1])
    newer = services.record_year_ledger(session, amount_fen=120_000, **made)
    services.approve_year_ledger(session, entry_id=newer.id, by=officials[1])
    session.expire_all()
    found = queries.household_card(session, household.id, on=TODAY, sealer=SEALER)
    assert [one.amount_fen for one in found.years[0].entries] == [120_000]
    assert [one.amount_fen for one in found.ledger_superseded] == [100_000]


def test_of_two_officials_who_approve_at_once_one_decides(engine, session, household, officials):
    waiting = services.record_year_ledger(
        session, household_id=household.id, year=2025, category=LedgerCategory.WAGE, source="survey", by=officials[0],
        amount_fen=1,
    )  # fmt: skip
    third = person(session, "丙")
    session.commit()

    def approve():
        return in_transaction(engine, lambda own: services.approve_year_ledger(own, entry_id=waiting.id, by=third))

    with ThreadPoolExecutor(1) as other:
        services.approve_year_ledger(session, entry_id=waiting.id, by=officials[1])
        later = other.submit(approve)
        time.sleep(0.3)  # the other has come to the row, or to SQLite's door, by now
        session.commit()
        with pytest.raises(EntryDecided):
            later.result(30)
    session.refresh(waiting)
    assert waiting.approved_by == officials[1]


def test_the_database_itself_refuses_one_official_for_both(session, household, officials):
    entry_of = services.record_year_ledger(
        session, household_id=household.id, year=2025, category=LedgerCategory.WAGE, source="survey", by=officials[0],
        amount_fen=1,
    )  # fmt: skip
    by_who_entered_it = update(YearLedgerEntry).values(approved_by=officials[0], approved_at=clock.now())
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(by_who_entered_it)
    session.refresh(entry_of)
    assert session.scalars(select(YearLedgerEntry)).one().approved_by is None


def test_a_year_to_come_has_no_income(session, household, officials):
    with pytest.raises(DatesCrossed):
        services.record_year_ledger(
            session, household_id=household.id, year=2027, category=LedgerCategory.WAGE, source="survey", by=officials[0],
            amount_fen=1,
        )  # fmt: skip


def look(session, household, officials, **options):
    ref = farmers.member_views(session, household.id, sealer=SEALER)[0].ref
    asked = {
        "household_id": household.id, "field": MaskedField.ID_NUMBER, "reason": "核对银行账户", "by": officials[0],
        "sealer": SEALER, "member_ref": ref,
    }  # fmt: skip
    return services.unmask(session, **{**asked, **options})


def test_a_disclosure_gives_the_field_and_writes_exactly_one_row(session, household, officials):
    assert look(session, household, officials) == id_of(1)
    row = session.scalars(select(Unmasking)).one()
    assert (row.field, row.reason, row.by_user_id) == ("id_number", "核对银行账户", officials[0])
    assert look(session, household, officials, field=MaskedField.NAME) == "刘一"
    assert look(session, household, officials, field=MaskedField.PHONE) == "19900000001"
    assert len(session.scalars(select(Unmasking)).all()) == 3


def test_nothing_is_disclosed_without_a_reason(session, household, officials):
    for reason in ("", "   ", "abc", "x" * 201):
        with pytest.raises(ReasonNeeded):
            look(session, household, officials, reason=reason)
    assert session.scalars(select(Unmasking)).all() == []


def test_a_member_of_another_household_is_not_there(session, household, officials):
    other = farmers_services.open_household(session, entry=entry("H2", members=(member(3),)), on=DAY, sealer=SEALER)
    ref = farmers.member_views(session, other.id, sealer=SEALER)[0].ref
    with pytest.raises(NotThere):
        look(session, household, officials, member_ref=ref)
    with pytest.raises(NothingToShow):
        look(session, other, officials, field=MaskedField.PHONE)


def test_a_disclosure_whose_row_is_lost_breaks_the_truth(session, household, officials):
    look(session, household, officials)
    with session.begin_nested() as nested:
        session.execute(text("DELETE FROM unmaskings"))
        assert len(disclosures_without_their_one_row(session)) == 1
        nested.rollback()


def test_a_guarantee_stands_on_the_card(session, household, officials):
    services.record_guarantee(
        session, household_id=household.id, guarantee=Guarantee.WATER, is_met=False, on=DAY, by=officials[0]
    )
    found = queries.household_card(session, household.id, on=TODAY, sealer=SEALER)
    assert [(one.guarantee, one.is_met) for one in found.guarantees] == [("water", False)]


def deeds(session, *actions):
    rows = session.scalars(select(AuditEvent).where(AuditEvent.action.in_(actions)).order_by(AuditEvent.id))
    return [(row.user_id, row.object_ref, row.before, row.after) for row in rows]


def test_the_trail_says_who_checked_a_guarantee_and_what_it_was_before(session, household, officials):
    for by, is_met in zip(officials, (False, True), strict=True):
        services.record_guarantee(session, household_id=household.id, guarantee=Guarantee.WATER, is_met=is_met, on=TODAY, by=by)
    unmet, met = ({"guarantee": "water", "is_met": is_met, "on": TODAY.isoformat()} for is_met in (False, True))
    assert deeds(session, "assistance.guarantee") == [
        (officials[0], household.ref, None, unmet), (officials[1], household.ref, unmet, met),
    ]  # fmt: skip


def test_the_trail_says_who_entered_an_income_and_which_it_replaces(session, household, officials):
    first, second = officials
    made = {"household_id": household.id, "year": 2025, "category": LedgerCategory.WAGE, "source": "survey"}
    for fen, by, other in ((100, first, second), (200, second, first)):
        entered = services.record_year_ledger(session, amount_fen=fen, by=by, **made)
        assert services.record_year_ledger(session, amount_fen=fen, by=by, **made).id == entered.id
        services.approve_year_ledger(session, entry_id=entered.id, by=other)
    old, new = ({"year": 2025, "income_kind": "wage", "amount_fen": fen} for fen in (100, 200))
    entered, approved = "assistance.record_year_ledger", "assistance.approve_year_ledger"
    assert deeds(session, entered, approved) == [
        (first, household.ref, None, {**old, "source": "survey"}), (second, household.ref, None, old),
        (second, household.ref, old, {**new, "source": "survey"}), (first, household.ref, old, new),
    ]  # fmt: skip


def test_a_month_handed_down_again_stands_with_its_newer_figures(session, household):
    figures = PlatformFigures(gross_fen=1_000, refunds_fen=100, fees_fen=50, costs_fen=20, earned_fen=830)
    for paid in (0, 830, 830):
        with clock.stopped_at(NOW + dt.timedelta(hours=paid)):
            handed = {household.id: dataclasses.replace(figures, paid_fen=paid)}
            services.record_platform_income(session, month="2026-03", figures=handed)
    session.expire_all()
    found = queries.household_card(session, household.id, on=TODAY, sealer=SEALER)
    assert [(month, one.net_fen, one.paid_fen) for month, one in found.years[0].months] == [("2026-03", 830, 830)]
    assert found.platform_at == NOW + dt.timedelta(hours=830)
    assert session.scalars(select(PlatformIncome)).one().net_fen == 830


def test_the_database_refuses_a_net_that_does_not_add_up(session, household):
    services.record_platform_income(session, month="2026-03", figures={household.id: PlatformFigures(gross_fen=1_000)})
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(PlatformIncome).values(net_fen=1_001))


def test_a_years_share_is_reckoned_as_in_the_reports(session, household, officials):
    year = TODAY.year
    services.record_platform_income(session, month=f"{year}-01", figures={household.id: PlatformFigures(gross_fen=7_000)})
    assert queries.household_card(session, household.id, on=TODAY, sealer=SEALER).years[0].share is None
    for category, fen in ((LedgerCategory.WAGE, 20_000), (LedgerCategory.BUSINESS_EXPENDITURE, 3_000)):
        made = services.record_year_ledger(
            session, household_id=household.id, year=year, category=category, amount_fen=fen, source="survey", by=officials[0]
        )
        services.approve_year_ledger(session, entry_id=made.id, by=officials[1])
    (found,) = queries.household_card(session, household.id, on=TODAY, sealer=SEALER).years
    assert (found.declared_fen, found.platform.net_fen) == (17_000, 7_000)
    assert found.share == PlatformShare(year, 1, 17_000, 7_000).ratio
    assert found.per_head(found.declared_fen) == 17_000 // found.members


def test_lists_by_status_agree_with_the_standing(session, household, officials):
    villages = (VILLAGE,)
    others = [
        farmers_services.open_household(session, entry=entry(f"H{n}", members=(member(n),)), on=DAY, sealer=SEALER)
        for n in (3, 5, 7)
    ]
    spell(session, household, dt.date(2014, 5, 1))
    spell(session, others[0], dt.date(2014, 5, 1), dt.date(2018, 12, 31), "exited")
    services.open_monitoring(
        session, household_id=others[1].id, kind=MonitoringKind.BORDERLINE, on=DAY, proposed_by=officials[0],
        approved_by=officials[1],
    )  # fmt: skip
    everyone = queries.household_lines(session, villages, on=TODAY, sealer=SEALER)
    assert len(everyone) == 4
    for status in Status:
        lines = queries.household_lines(session, villages, on=TODAY, sealer=SEALER, status=status)
        assert {line.ref for line in lines} == {line.ref for line in everyone if line.status is status}
        assert len(lines) == 1
    assert everyone[0].head_masked == "刘**"
    assert queries.household_lines(session, (), on=TODAY, sealer=SEALER) == ()
