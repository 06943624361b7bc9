"""The list of holdings is what the tables hold: every sealed column stands in it, with the place that opens it."""

import shutil

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, func, select, text
from sqlalchemy.orm import Session

from marketplace.app import create_app
from marketplace.kernel.db import Model, make_engine
from marketplace.privacy.services.resealing import named_columns
from marketplace.privacy.values import GROUND_WORDS, HOLDINGS, WHOSE_WORDS
from marketplace.vault import queries as vault
from marketplace.web.config import Settings
from tests.conftest import environment_of

#: The key of an import's row names its import, which is not a column of it.
NAMED_ELSEWHERE = {"register_import_rows"}


def sealed_columns(metadata):
    return {(table.name, column.name) for table in metadata.sorted_tables for column in table.columns if "_sealed" in column.name}


def listed():
    return [(one.table, column) for one in HOLDINGS for column in one.places]


def test_every_sealed_column_is_listed_once_with_its_place():
    assert sorted(listed()) == sorted(sealed_columns(Model.metadata))


def test_a_sealed_column_that_nobody_listed_is_found():
    planted = MetaData()
    Table("secrets", planted, Column("id", Integer, primary_key=True), Column("name_sealed", Text))
    assert sealed_columns(planted) - set(listed()) == {("secrets", "name_sealed")}


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.table)
def test_a_holding_names_columns_that_there_are_and_says_all_that_people_ask(holding):
    table = Model.metadata.tables[holding.table]
    named = {*holding.columns, *holding.places, *([holding.household_by] if holding.household_by else [])}
    if holding.table not in NAMED_ELSEWHERE:
        named |= {name for place in holding.places.values() for name in named_columns(place)}
    assert named <= set(table.columns.keys())
    assert all((holding.what, holding.purpose, holding.kept, GROUND_WORDS[holding.ground], WHOSE_WORDS[holding.whose]))


def test_each_place_opens_what_lies_in_the_demonstration_and_households_have_their_own_keys(scratch, small_county):
    folder = shutil.copytree(small_county.folder, scratch / "holdings")
    url = f"sqlite:///{folder / 'site.db'}"
    app = create_app(Settings.from_environment(environment_of(folder, url)))
    sealer, engine = app.extensions["sealer"], make_engine(url, read_only=True)
    seen = set()
    with Session(engine) as session:
        for holding in HOLDINGS:
            if holding.table in NAMED_ELSEWHERE:
                continue
            table = Model.metadata.tables[holding.table]
            for column, place in holding.places.items():
                wanted = [table.c[name] for name in named_columns(place)]
                rows = session.execute(
                    select(table.c[column].label("sealed"), *wanted).where(table.c[column].is_not(None)).limit(2)
                ).all()
                opening = vault.opener(session, sealer, [row.sealed for row in rows])
                assert [row for row in rows if not opening.open(row.sealed, place.format_map(row._mapping))] == []
                seen |= {holding.table for _row in rows}
                if holding.household_by:
                    shared = session.scalar(
                        select(func.count()).where(
                            table.c[column].is_not(None),
                            func.substr(table.c[column], 1, 1) != vault.OWN,
                            table.c[holding.household_by].is_not(None),
                        )
                    )
                    assert shared == 0, (holding.table, column)
        assert session.scalar(text("SELECT count(*) FROM subject_keys")) > 10
    engine.dispose()
    # what the demonstration has nothing of is opened by the tests of its own room
    assert {
        "member_spells",
        "households",
        "visits",
        "purchases",
        "bookings",
        "grievances",
        "grievance_steps",
        "payout_accounts",
    } <= seen
