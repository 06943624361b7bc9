"""What the bench measures is a true county, and what it prints is what it measured. It measures nothing here."""

import pytest

from tests.bench import seats_sql
from tests.bench.databases import Bench, Broken, prove
from tests.bench.shown import Spread, Table, in_turn, times
from tests.bench.tours import Desk, RowsDiffer
from tests.bench.world import World


@pytest.fixture(scope="module")
def tiny():
    """A county of twenty households and twenty tours, on SQLite."""
    with Bench(["sqlite"]) as bench:
        yield World(bench, "sqlite", scale=0.002)


def test_a_year_filled_in_bulk_keeps_every_truth_of_the_house_and_a_false_one_is_noticed(tiny):
    filled, entries, households = tiny.small
    assert (entries >= 20, households) == (True, 20)
    with filled.engine() as engine, engine.begin() as connection:
        connection.exec_driver_sql("UPDATE village_totals SET gross_fen = gross_fen + 1")
    with pytest.raises(Broken):
        prove(filled)


def test_dates_filled_in_bulk_keep_every_truth_and_so_do_bookings_by_bare_sql(tiny, monkeypatch):
    filled, dates, bookings = tiny.few_dates
    assert bookings > len(dates) // 13
    desk = Desk(filled, dates[-100:])
    bare, verbs = desk.in_turn_with_bare_sql(rounds=1)
    assert (len(bare[0]), len(verbs[0])) == (3, 3)
    prove(filled)
    monkeypatch.setattr(seats_sql, "BUDGETS", {"booking": {}})
    with pytest.raises(RowsDiffer):
        desk.in_turn_with_bare_sql(rounds=1)


def test_a_spread_is_the_middle_and_the_tenth_from_either_end():
    spread = Spread.of(each / 1000 for each in range(1, 12))
    assert str(spread) == "6.00 (2.00–10.0)"
    assert times([2.0, 1.0, 3.0]) == "×2.00 (1.00–3.00)"


def test_ratios_are_to_the_first_thing_of_the_same_round():
    found = in_turn({"base": lambda: None, "same": lambda: None}, rounds=3)
    assert found["base"][1] == [1.0, 1.0, 1.0]
    assert len(found["same"][1]) == 3


def test_a_table_reads_alike_in_a_terminal_and_in_a_document():
    table = Table("Title", "What it means.", ("engine", "ms"))
    table.add("莲", 1.5)
    assert table.plain().splitlines()[-1] == "莲      1.5"
    assert table.markdown().splitlines()[-1] == "| 莲 | 1.5 |"
