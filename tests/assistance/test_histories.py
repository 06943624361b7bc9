"""How long cases took, read from their signatures, and how households stood, read from what the cases did."""

import datetime as dt

from marketplace.assistance.queries.histories import stage_times, standing_histories, statuses_on
from marketplace.assistance.queries.standings import standings
from marketplace.assistance.values import Status
from tests.assistance.cases import COUNTY, Days, Village, identified

START = dt.date(2018, 3, 1)
FOREVER = dt.date(1990, 1, 1), dt.date(2030, 1, 1)


def test_each_stage_lasts_from_the_signature_that_led_in_to_the_one_that_led_out(session):
    village = Village(session, START)
    with Days(START) as days:
        case = identified(village, days)
    found = stage_times(session, COUNTY, *FOREVER)
    assert [(row.stage, row.days) for row in found] == [
        ("applied", 0),
        ("reviewing", 0),
        ("village_notice", 8),
        ("township", 0),
        ("township_notice", 6),
        ("county", 0),
        ("approved", 0),
        ("", 14),
    ]
    assert sum(row.days for row in found if row.stage) == next(row.days for row in found if not row.stage)
    assert {(row.case_ref, row.kind) for row in found} == {(case.ref, "identify")}
    notice_over = START + dt.timedelta(days=8)
    assert [row.stage for row in stage_times(session, COUNTY, START, notice_over)] == ["village_notice", "township"]
    assert stage_times(session, "360399", *FOREVER) == []


def test_the_history_of_an_area_says_of_each_day_what_the_record_of_each_household_says(session):
    village = Village(session, START)
    with Days(START) as days:
        identified(village, days)
    histories = standing_histories(session, COUNTY)
    key = village.household.id
    for day in (START, START + dt.timedelta(days=13), START + dt.timedelta(days=14), START + dt.timedelta(days=400)):
        assert statuses_on(histories, day)[key] is standings(session, [key], day)[key].status
    assert statuses_on(histories, START + dt.timedelta(days=400))[key] is Status.REGISTERED
