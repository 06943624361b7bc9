"""The county's places: loading them twice, finding them, cutting a list to them."""

import pytest
from sqlalchemy import select

from marketplace.areas import queries, services
from marketplace.areas.invariants import CHECKS
from marketplace.areas.models import Area
from marketplace.areas.refusals import BrokenCounty
from marketplace.areas.values import Level, code_range, covers, level_of, township_of


def breaches(session):
    return [(name, row) for name, find in CHECKS for row in find(session)]


def test_the_county_is_loaded_whole_and_a_second_time_changes_nothing(session):
    assert services.load_county(session) == 1 + 13 + 163
    assert services.load_county(session) == 0
    assert queries.county(session).name_zh == "莲花县"
    assert len(queries.townships(session)) == 13
    assert len(queries.villages(session, "360321")) == 163
    assert breaches(session) == []


def test_a_renamed_place_is_renamed_and_an_absent_one_is_kept(session):
    services.load_county(session)
    county = services.county_file()
    county["villages"] = [dict(county["villages"][0], zh="新城社区")]
    assert services.load_county(session, county) == 1
    assert queries.area(session, "360321101005").name_zh == "新城社区"
    assert queries.area(session, "360321101005").name_en == "Xincheng Community"
    assert len(queries.villages(session, "360321")) == 163


@pytest.mark.parametrize("code", ["360321102001", "36032110100", "36032110100x", "３６０３２１１０１００１"])
def test_a_village_outside_its_township_is_refused(session, code):
    county = services.county_file()
    county["villages"] = [{"code": code, "township": "360321101", "official": "某村委会", "zh": "某村"}]
    with pytest.raises(BrokenCounty):
        services.load_county(session, county)


def test_names_come_in_both_languages(session):
    services.load_county(session)
    names = queries.names(session)
    assert names["360321"] == ("莲花县", "Lianhua County")
    assert names["360321101005"] == ("金城社区", "Jincheng Community")
    assert all(zh and en.isascii() for zh, en in names.values())


def test_the_register_finds_townships_and_villages_by_both_names(session):
    services.load_county(session)
    index = queries.register_index(session)
    assert ("360321101", "琴亭镇", "琴亭镇", None) in index
    assert ("360321101005", "金城居委会", "金城社区", "360321101") in index
    assert len(index) == 13 + 163


def test_an_area_covers_itself_and_all_below_and_nothing_else(session):
    services.load_county(session)
    inside = set(session.scalars(select(Area.code).where(queries.in_area(Area.code, "360321101"))))
    assert inside == {code for code in queries.names(session) if code.startswith("360321101")}
    assert list(session.scalars(select(Area.code).where(queries.in_areas(Area.code, ())))) == []
    assert covers("360321", "360321101005")
    assert not covers("360321102", "360321101005")
    first, beyond = code_range("360321101")
    assert first <= "360321101999" < beyond <= "360321102"
    assert level_of("360321101005") is Level.VILLAGE
    assert township_of("360321101005") == "360321101"


def test_villages_of_a_village_are_itself(session):
    services.load_county(session)
    assert [one.code for one in queries.villages(session, "360321101005")] == ["360321101005"]
