"""Names of townships and villages, as registers write them."""

import pytest

from marketplace.assistance.register.areas import AreaEntry, AreaIndex
from tests.assistance.register.builders import AREAS

SMALL = AreaIndex(
    [
        AreaEntry("360321101", "琴亭镇", "琴亭镇"),
        AreaEntry("360321200", "闪石乡", "闪石乡"),
        AreaEntry("360321101001", "莲花居委会", "莲花社区", "360321101"),
        AreaEntry("360321101204", "莲花村委会", "莲花村", "360321101"),
        AreaEntry("360321101211", "凫村村委会", "凫村村", "360321101"),
        AreaEntry("360321101212", "花塘村委会", "花塘村", "360321101"),
        AreaEntry("360321200212", "花塘村委会", "花塘村", "360321200"),
    ]
)


@pytest.mark.parametrize("text", ["琴亭镇", "琴亭", "360321101", "360321101000", " 琴 亭 镇 ", "３６０３２１１０１"])
def test_a_township_is_known_by_name_stem_and_code(text):
    assert SMALL.township(text) == "360321101"


@pytest.mark.parametrize("text", ["琴亭乡村", "", "镇", "360321101204", "999999999"])
def test_another_word_is_no_township(text):
    assert SMALL.township(text) is None


@pytest.mark.parametrize("text", ["凫村村委会", "凫村村", "凫村", "360321101211"])
def test_a_village_whose_name_ends_in_its_suffix_is_known_under_each_form(text):
    assert SMALL.village(text, "360321101") == "360321101211"


def test_a_stem_that_fits_a_village_and_a_community_fits_neither():
    assert SMALL.village("莲花村", "360321101") == "360321101204"
    assert SMALL.village("莲花居委会", "360321101") == "360321101001"
    assert SMALL.village("莲花", "360321101") is None


def test_the_same_village_name_is_resolved_inside_its_township():
    assert SMALL.village("花塘", "360321101") == "360321101212"
    assert SMALL.village("花塘", "360321200") == "360321200212"
    assert SMALL.townships_with("花塘村") == ("360321101", "360321200")


def test_a_code_of_another_township_is_not_taken():
    assert SMALL.village("360321200212", "360321101") is None


def test_every_village_of_the_county_is_known_by_each_of_its_names():
    for code, entry in AREAS._entries.items():
        if entry.township_code is not None:
            for text in (entry.code, entry.official, entry.short):
                assert AREAS.village(text, entry.township_code) == code
