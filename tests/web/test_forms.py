"""Fields tidy what people type, and no hostile text gets past them or breaks them."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from marketplace.kernel.errors import Refusal
from marketplace.web.forms import DayField, Form, PhoneField, TidyStringField, WholeNumberField, YuanField, tidy
from marketplace.web.words import say

HOSTILE = st.one_of(
    st.text(st.characters(), max_size=80),  # lone surrogates included
    st.text("0123456789０１９.,，¥￥-−+eE∞ \u202e\u200b\x00年月日/", max_size=30),
    st.sampled_from(
        [
            "", " ", "\x00", "a\x00b", "\u202e12.00", "\ud800", "a\udfffb", "𠀀𪚥龘", "﷽" * 50, "x" * 1_000_000, "龘" * 300_000,
            "NaN", "nan", "inf", "-inf", "1e400", "1E5", "0x10", "1_000", "٣٤", "１２．５０", "-1", "−1", "0.001", "9" * 20,
            "9" * 5000, "'; DROP TABLE offers; --", "{{ 7*7 }}", "<script>", "=1+1", "../../etc/passwd", "\r\nSet-Cookie: x=1",
        ]
    ),
)  # fmt: skip


class Everything(Form):
    """One field of each kind."""

    words = TidyStringField("Words", most=60)
    phone = PhoneField("Phone")
    price = YuanField("Price", least=1, most=10_000_000)
    count = WholeNumberField("Count", least=1, most=999)
    harvested = DayField("Harvested")


@pytest.fixture
def ask(house):
    """Return the form as it stands after a POST of these fields."""

    def posted(kind=Everything, **fields):
        form = kind(MultiDict(fields))
        form.validate()
        return form

    with house.test_request_context("/", method="POST"):
        yield posted


@given(HOSTILE)
@example("e\u200b\u0301")
@example("\ufeff \ud800 \u0301a")
def test_tidied_text_is_composed_clean_and_stays_as_it_is(text):
    clean = tidy(text)
    assert tidy(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert clean == clean.strip()
    clean.encode()
    for hidden in "\x00\x1b\x7f\u200b\u200e\u202e\u2066\ufeff\u061c":
        assert hidden not in clean


def test_honest_text_is_kept_to_the_character():
    for text in ("𠮷野家 龘𪚥", "第一行\n第二行\t好", "Crème fraîche", "👨‍👩‍👧 莲子", "ས་ཆ"):
        assert tidy(text) == text


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_any_text_in_any_box_ends_in_a_sound_value_or_a_message_beside_it(ask, text):
    form = ask(words=text, phone=text, price=text, count=text, harvested=text)
    assert form.words.errors or len(form.words.data) <= 60
    assert form.phone.errors or not form.phone.data or (form.phone.data.isascii() and len(form.phone.data) == 11)
    assert form.price.errors or form.price.data is None or (type(form.price.data) is int and 1 <= form.price.data <= 10_000_000)
    assert form.count.errors or form.count.data is None or (type(form.count.data) is int and 1 <= form.count.data <= 999)
    assert form.harvested.errors or form.harvested.data is None or type(form.harvested.data) is dt.date
    for name in ("words", "phone", "price", "count", "harvested"):
        assert (form.errors_for(name) is None) == (not form[name].errors)
        str(form[name]())  # it can be shown again


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("28.8", 2880), ("２８．８０", 2880), ("¥1,280.00", 128000), (" 5 ", 500), ("0.01", 1)],
)
def test_an_amount_is_read_as_people_write_it(ask, typed, fen):
    form = ask(price=typed)
    assert form.price.data == fen
    assert not form.price.errors


@pytest.mark.parametrize("typed", ["NaN", "1e400", "1e2", "-1", "0.001", "0", "100000.01", "12,34", "inf", "1.2.3", "१२"])
def test_what_is_no_price_is_refused_beside_the_box_and_shown_again(ask, typed):
    form = ask(price=typed)
    assert form.errors_for("price")
    assert typed in str(form.price())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("\u202d13812345678\u202c", "13812345678"),
    ],
)
def test_a_phone_number_is_forgiven_its_shape(ask, typed, kept):
    form = ask(phone=typed)
    assert form.phone.data == kept
    assert not form.phone.errors


@pytest.mark.parametrize("typed", ["", "1381234567", "138123456789", "12812345678", "0799-7221234", "١٣٨١٢٣٤٥٦٧٨", "1381234567O"])
def test_what_is_no_mobile_number_is_refused(ask, typed):
    assert ask(phone=typed).errors_for("phone")


@pytest.mark.parametrize("typed", ["2026-09-12", "2026/9/12", "2026年9月12日", "2026.9.12", "２０２６-９-１２"])
def test_a_day_is_read_as_people_write_it(ask, typed):
    assert ask(harvested=typed).harvested.data == dt.date(2026, 9, 12)


@pytest.mark.parametrize("typed", ["2026-02-30", "0000-01-01", "2026-13-01", "12-09-2026", "yesterday", "2026-9-12x"])
def test_what_is_no_day_is_refused(ask, typed):
    assert ask(harvested=typed).errors_for("harvested")


def test_an_empty_box_is_refused_only_where_it_is_needed(house):
    class Needy(Form):
        name = TidyStringField("Name", needed="Write your name.")
        price = YuanField("Price", needed="Write a price.")

    with house.test_request_context("/", method="POST"):
        form = Needy(MultiDict({"name": " \u200b ", "price": ""}))
        assert not form.validate()
        assert form.errors_for("name") == "Write your name."
        assert form.errors_for("price") == "Write a price."


def test_a_get_is_not_a_form_sent(house):
    with house.test_request_context("/?words=x", method="GET"):
        assert not Everything().is_posted_and_valid()


def test_fields_that_the_form_does_not_have_are_not_taken_over(ask):
    form = ask(words="x", is_admin="1", role="administrator")
    assert set(form.data) == {"words", "phone", "price", "count", "harvested"}


def test_a_refusal_stands_beside_its_field_or_above_the_form(ask):
    form = ask(words="x", phone="13812345678")
    form.refuse(Refusal("No such village."), "words")
    form.refuse(Refusal("Closed today."))
    form.refuse(Refusal("Lost."), "no_such_field")
    assert form.errors_for("words") == "No such village."
    assert form.form_errors == ["Closed today.", "Lost."]
    assert form.errors_for("no_such_field") is None


def test_a_refusal_is_said_in_the_readers_language(house):
    with house.test_request_context("/?lang=zh"):
        assert say(Refusal()) == "这一步现在不能办理。"
    with house.test_request_context("/?lang=en"):
        assert say(Refusal()) == "This can't be done."
        assert say(Refusal("%(left)d are left of %(title)s", left=2, title="100% 莲子 %(x)s")) == "2 are left of 100% 莲子 %(x)s"
