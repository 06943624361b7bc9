"""Poverty lines: a year's own or none, from a named source, an example only where it is marked as one."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from marketplace.areas.services import county_file
from marketplace.assistance import queries, services
from marketplace.assistance.loaders import LOADERS
from marketplace.assistance.models import PovertyLine
from marketplace.assistance.refusals import LineStands
from marketplace.assistance.values import LineBasis

FILE = county_file()["poverty_lines_yuan_per_person"]
EXAMPLE = {"basis": LineBasis.DISPOSABLE, "amount_fen": 550_000, "source": "示例", "is_example": True}


@pytest.fixture
def loaded(session):
    for load in LOADERS:
        load(session)
    return session


def test_init_loads_the_lines_of_the_countys_file_with_their_sources_and_a_repeat_changes_nothing(loaded):
    for line in FILE:
        found = queries.poverty_line(loaded, line["year"])
        assert (found.amount_fen, found.basis, found.source) == (line["line"] * 100, line["basis"], line["source"])
        assert not found.is_example
    assert [load(loaded) for load in LOADERS] == [0] * len(LOADERS)


def test_a_year_without_a_line_has_none_and_is_not_guessed_from_its_neighbours(loaded):
    known = {line["year"] for line in FILE}
    between = [year for year in range(min(known), max(known) + 10) if year not in known]
    assert between[:2] == [2017, 2018]
    assert [queries.poverty_line(loaded, year) for year in between] == [None] * len(between)
    assert queries.poverty_lines(loaded, [2016, 2017, 2019]).keys() == {2016, 2019}


def test_an_example_is_marked_gives_way_to_a_real_line_and_never_takes_its_place(loaded):
    assert services.set_poverty_line(loaded, year=2025, **EXAMPLE)
    assert queries.poverty_line(loaded, 2025).is_example
    with pytest.raises(LineStands):
        services.set_poverty_line(loaded, year=2016, **EXAMPLE)
    real = {"year": 2025, "line": "6100.5", "basis": "disposable", "source": "gazette"}
    assert services.load_poverty_lines(loaded, [real]) == 1
    found = queries.poverty_line(loaded, 2025)
    assert (found.amount_fen, found.is_example) == (610_050, False)


@pytest.mark.parametrize(
    "broken",
    [{"basis": "net"}, {"year": 2013}, {"basis": "gross"}, {"amount_fen": 0}, {"source": ""}],
    ids=["net after 2013", "disposable before 2014", "another basis", "nothing", "no source"],
)
def test_the_database_refuses_a_line_that_cannot_be(session, broken):
    facts = {"year": 2016, "basis": "disposable", "amount_fen": 295_200, "source": "yearbook", "is_example": False}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(PovertyLine).values(**{**facts, **broken}))
