"""Resident ID numbers and masks."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import identity
from marketplace.kernel.identity import IdNumber, Sex

TODAY = dt.date(2026, 11, 23)
KNOWN = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))


def _numbered(first_seventeen: str) -> str:
    return first_seventeen + identity.check_character(first_seventeen)


@pytest.mark.parametrize("number", KNOWN["id_numbers_gb11643"]["valid"])
def test_the_known_numbers_are_accepted(number):
    assert IdNumber.parse(number, today=TODAY).text == number


def test_the_check_character_follows_the_published_weights():
    known = KNOWN["id_numbers_gb11643"]
    first = "36032118800101001"
    total = sum(weight * int(digit) for weight, digit in zip(known["weights"], first, strict=True))
    assert identity.check_character(first) == "10X98765432"[total % 11]


def test_birth_date_and_sex_are_read_from_the_number():
    number = IdNumber.parse("11010519491231002X", today=TODAY)
    assert (number.birth_on, number.sex) == (dt.date(1949, 12, 31), Sex.FEMALE)
    assert IdNumber.parse("360321188001010014", today=TODAY).sex is Sex.MALE


@pytest.mark.parametrize(
    "typed",
    [
        "１１０１０５１９４９１２３１００２ｘ",
        "'11010519491231002X",
        " 110105 19491231 002x ",
        "\u3000110105-19491231-002X",
    ],
)
def test_what_typing_adds_to_a_number_is_taken_off(typed):
    assert IdNumber.parse(typed, today=TODAY).text == "11010519491231002X"


@pytest.mark.parametrize("prefix", ["362431", "360321", "000000"])
def test_the_county_prefix_is_not_judged(prefix):
    assert IdNumber.parse(_numbered(prefix + "19900101001"), today=TODAY)


@pytest.mark.parametrize(
    ("number", "refusal", "code"),
    [
        ("360399780212001", identity.IdNumberFifteen, "id_length"),
        ("3603997802120011", identity.IdNumberLength, "id_length"),
        ("", identity.IdNumberLength, "id_length"),
        ("36032118800101001A", identity.IdNumberCharacters, "id_characters"),
        ("X60321188001010014", identity.IdNumberCharacters, "id_characters"),
        ("٣60321188001010014", identity.IdNumberCharacters, "id_characters"),
        ("360321188001010015", identity.IdNumberCheckDigit, "check_digit"),
        (_numbered("36039919780231001"), identity.IdNumberBirthDate, "birth_date"),
        (_numbered("36039919000229001"), identity.IdNumberBirthDate, "birth_date"),
        (_numbered("36039920261124001"), identity.IdNumberBirthDate, "birth_date"),
        (_numbered("36039918491231001"), identity.IdNumberBirthDate, "birth_date"),
    ],
)
def test_a_bad_number_is_refused_by_the_name_of_its_fault(number, refusal, code):
    with pytest.raises(refusal) as caught:
        IdNumber.parse(number, today=TODAY)
    assert caught.value.code == code


def test_a_child_born_today_has_a_number():
    assert IdNumber.parse(_numbered("36039920261123001"), today=TODAY).birth_on == TODAY


def test_any_single_mistyped_digit_is_noticed():
    good = "11010519491231002X"
    for position in range(17):
        for digit in set("0123456789") - {good[position]}:
            with pytest.raises(identity.IdNumberRefused):
                IdNumber.parse(good[:position] + digit + good[position + 1 :], today=TODAY)


def test_the_repr_does_not_show_the_number():
    assert "19491231" not in repr(IdNumber.parse("11010519491231002X", today=TODAY))


def test_masks_show_only_the_ends():
    assert identity.mask_id("360321188001011234") == "3603**********1234"
    assert identity.mask_name("刘德华") == identity.mask_name("刘伟") == "刘**"
    assert identity.mask_phone("19912345678") == "199****5678"


def test_a_text_in_the_place_of_a_number_does_not_show_through_its_mask():
    assert identity.mask_id("刘德华住在琴亭镇西门村三组") == "*" * 13
    assert identity.mask_phone("刘德华的电话问他的儿子去要") == "*" * 13
    assert identity.mask_id("360321") == "******"
    assert identity.mask_name("") == ""


@given(st.text())
def test_any_text_is_either_a_number_or_refused_by_name(text):
    try:
        number = IdNumber.parse(text, today=TODAY)
    except identity.IdNumberRefused:
        number = None
    assert number is None or len(number.text) == 18
    identity.mask_id(text)
    identity.mask_name(text)
    identity.mask_phone(text)
