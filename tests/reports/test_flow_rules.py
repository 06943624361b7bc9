"""Flows between standings and lengths of time, as pure rules."""

import datetime as dt

import pytest

from marketplace.assistance.queries.histories import statuses_on
from marketplace.assistance.values import Status
from marketplace.assistance.values.ledger import HouseholdHistory
from marketplace.reports import rules
from marketplace.reports.values import Event


def day(year, month=1, number=1):
    return dt.date(year, month, number)


#: Left and came back; left and was monitored, then cleared; struck off as a mistake; never known.
BACK = HouseholdHistory(1, ((day(2014), day(2017), "exited"), (day(2018, 5), None, None)), ())
WATCHED = HouseholdHistory(2, ((day(2015), day(2019), "exited"),), ((day(2021), day(2022, 6)),))
MISTAKE = HouseholdHistory(3, ((day(2014), day(2016), "removed"),), ())
UNKNOWN = HouseholdHistory(4, (), ())
ALL = (BACK, WATCHED, MISTAKE, UNKNOWN)


def test_every_household_stands_once_in_the_matrix_where_its_two_days_put_it():
    cells = rules.flow_matrix(statuses_on(ALL, day(2015, 6)), statuses_on(ALL, day(2021, 6)))
    assert {cell: keys for cell, keys in cells.items() if keys} == {
        (Status.REGISTERED, Status.REGISTERED): [1],
        (Status.REGISTERED, Status.MONITORED): [2],
        (Status.REGISTERED, Status.NONE): [3],
        (Status.NONE, Status.NONE): [4],
    }
    assert len(cells) == len(rules.STANDINGS) ** 2


def test_the_matrix_of_one_day_with_itself_is_its_diagonal():
    standing = statuses_on(ALL, day(2017, 6))
    cells = rules.flow_matrix(standing, standing)
    assert sum(len(cells[each, each]) for each in rules.STANDINGS) == len(ALL)


def test_events_count_after_the_first_day_up_to_the_last_and_mistakes_never():
    found = rules.counted(ALL, day(2017), day(2018, 5))
    assert {event: rows for event, rows in found.events.items() if rows} == {Event.REENTERED: [(1, day(2018, 5))]}
    assert found.left == {1}
    years = rules.happened_by_year(ALL)
    assert years[2014] == {Event.ENTERED: 1}
    assert years[2017] == years[2019] == {Event.EXITED: 1}
    assert years[2021] == {Event.MONITORED: 1, Event.MONITORED_AFTER_EXIT: 1}
    assert years[2022] == {Event.CLEARED: 1}
    assert 2016 not in years


def test_the_years_together_are_what_is_counted_over_all_of_them():
    years, whole = rules.happened_by_year(ALL), rules.counted(ALL, day(1990), day(2030))
    for event in Event:
        assert sum(year[event] for year in years.values()) == len(whole.events[event])


@pytest.mark.parametrize(
    ("first", "last", "reentry", "watched"),
    [(day(2016), day(2018, 6), 1.0, 0.0), (day(2016), day(2021, 6), 0.5, 0.5), (day(2014), day(2015), None, None)],
)
def test_rates_are_shares_of_those_that_had_left_by_the_last_day(first, last, reentry, watched):
    found = rules.counted(ALL, first, last)
    assert found.rate(Event.REENTERED) == reentry
    assert found.rate(Event.MONITORED_AFTER_EXIT) == watched


def test_the_middle_and_nine_of_ten_are_lengths_that_were_seen():
    times = rules.times_of([5, 1, 9, 2, 100, 3, 4, 6, 7, 8])
    assert (times.number, times.median_days, times.ninth_decile_days) == (10, 5.5, 9)
    assert rules.times_of([4]).ninth_decile_days == 4
    assert rules.times_of(range(1, 12)).ninth_decile_days == 10
    assert rules.times_of([]) is None
