"""Every reason for which a row is refused, and what is taken in spite of untidy typing."""

import datetime as dt
from decimal import Decimal

import pytest

from marketplace.assistance.register.rules import content_hash, good_households
from marketplace.assistance.register.values import (
    Attribute,
    Cause,
    Health,
    LabourCapacity,
    Precision,
    Relation,
    Schooling,
    StudentStatus,
)
from tests.assistance.register.builders import found, head, id_of, judged, member


def _only(file):
    assert file.findings == ()
    return file.households[0]


def test_a_sound_household_has_no_finding():
    household = _only(judged(head(), member()))
    assert [person.name for person in household.people] == ["刘一", "张二"]
    assert (household.attribute, household.main_cause) == (Attribute.ORDINARY, Cause.ILLNESS)
    assert household.other_causes == (Cause.SCHOOLING, Cause.WATER)
    assert household.people[0].labour is LabourCapacity.ORDINARY


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"证件号码": id_of(1)[:17] + "Z"}, "证件号码", "id_characters"),
        ({"证件号码": "360399700101001"}, "证件号码", "id_length"),
        ({"证件号码": id_of(1, "20270101")}, "证件号码", "birth_date"),
        ({"证件号码": id_of(1, "19000229")}, "证件号码", "birth_date"),
        ({"证件号码": 360399197001010017}, "证件号码", "rounded_number"),
        ({"证件号码": 3.60399197001010e17}, "证件号码", "rounded_number"),
        ({"证件号码": "=A1"}, "证件号码", "formula"),
        ({"证件号码": id_of(1) + "\u200b"}, "证件号码", "hidden_characters"),
        ({"性别": "女"}, "性别", "sex_mismatch"),
        ({"性别": "男女"}, "性别", "unknown_value"),
        ({"乡镇": "不存在镇"}, "乡镇", "unknown_village"),
        ({"行政村": "不存在的村"}, "行政村", "unknown_village"),
        ({"乡镇": None}, "乡镇", "missing"),
        ({"行政村": "  "}, "行政村", "missing"),
        ({"姓名": None}, "姓名", "missing"),
        ({"姓名": "'"}, "姓名", "missing"),
        ({"姓名": "刘" * 61}, "姓名", "too_long"),
        ({"姓名": "刘\x00一"}, "姓名", "hidden_characters"),
        ({"姓名": "刘\u202e一"}, "姓名", "hidden_characters"),
        ({"姓名": "刘\ud800"}, "姓名", "hidden_characters"),
        ({"姓名": "#N/A"}, "姓名", "formula"),
        ({"与户主关系": "邻居"}, "与户主关系", "unknown_value"),
        ({"文化程度": "博学"}, "文化程度", "unknown_value"),
        ({"健康状况": "健康、很好"}, "健康状况", "unknown_value"),
        ({"健康状况": "健康、残疾"}, "健康状况", "contradiction"),
        ({"联系电话": "12345"}, "联系电话", "bad_phone"),
        ({"主要致贫原因": "因懒"}, "主要致贫原因", "unknown_value"),
        ({"其他致贫原因": "因病、因懒"}, "其他致贫原因", "unknown_value"),
        ({"识别时间": "2014年13月"}, "识别时间", "bad_date"),
        ({"识别时间": "2014-02-30"}, "识别时间", "bad_date"),
        ({"识别时间": "2014"}, "识别时间", "bad_date"),
        ({"识别时间": 41760}, "识别时间", "bad_date"),
        ({"识别时间": dt.time(5)}, "识别时间", "bad_date"),
        ({"识别时间": "2027-01-01"}, "识别时间", "future_date"),
        ({"识别时间": "1914-01-01"}, "识别时间", "bad_date"),
        ({"脱贫年度": "去年"}, "脱贫年度", "not_a_number"),
        ({"脱贫年度": 2030}, "脱贫年度", "future_date"),
        ({"脱贫年度": 18}, "脱贫年度", "not_a_number"),
        ({"年人均纯收入": "两千多"}, "年人均纯收入", "not_a_number"),
        ({"年人均纯收入": float("nan")}, "年人均纯收入", "not_a_number"),
        ({"年人均纯收入": float("inf")}, "年人均纯收入", "not_a_number"),
        ({"年人均纯收入": "1e400"}, "年人均纯收入", "not_a_number"),
        ({"年人均纯收入": True}, "年人均纯收入", "not_a_number"),
        ({"年人均纯收入": "-1"}, "年人均纯收入", "negative"),
        ({"年人均纯收入": 10**15}, "年人均纯收入", "too_large"),
        ({"年人均纯收入": 10**5000}, "年人均纯收入", "too_large"),
        ({"种植": "稻" * 21}, "种植", "too_long"),
        ({"帮扶单位": "=HYPERLINK(1)"}, "帮扶单位", "formula"),
    ],
)
def test_a_bad_cell_is_reported_and_nothing_else(cells, column, reason):
    file = judged(head(**cells), member())
    assert found(file) == [(3, column, reason)]
    assert good_households(file) == ()
    assert file.household_numbers == {"H1"}


@pytest.mark.parametrize("value", ["户#号", "=1", "H" * 41, "\x07H1", 1e16])
def test_a_row_whose_household_number_is_refused_belongs_to_no_household(value):
    file = judged(head(), member(户编号=value))
    assert [(finding.row, finding.column, finding.household) for finding in file.findings] == [(4, "户编号", None)]


@pytest.mark.parametrize("value", [None, "户#号"])
def test_a_household_above_a_row_without_a_number_may_lack_a_person_and_is_not_good(value):
    file = judged(head(), member(户编号=value), head(户编号="H2", 证件号码=id_of(3)))
    assert [(finding.row, finding.column, finding.household) for finding in file.findings] == [(4, "户编号", None)]
    assert [household.number for household in good_households(file)] == ["H2"]
    assert file.bad_numbers == {"H1"}
    if value is None:
        assert "merged" in str(file.findings[0])


def test_a_household_without_a_head_is_reported_on_its_first_row():
    assert found(judged(head(与户主关系="其他"), member())) == [(3, "与户主关系", "no_head")]


def test_a_refused_relation_is_not_reported_twice_as_a_missing_head():
    assert found(judged(head(与户主关系="户 长"), member())) == [(3, "与户主关系", "unknown_value")]


def test_a_second_head_is_reported_on_its_row():
    file = judged(head(), member(与户主关系="户主"))
    assert found(file) == [(4, "与户主关系", "two_heads")]
    assert str(file.findings[0]) == "This household already has a head, on row 3."


def test_a_person_twice_in_the_file_is_reported_on_the_later_row_naming_the_earlier():
    file = judged(head(), head(户编号="H2"), member())
    assert found(file) == [(4, "证件号码", "duplicate_person")]
    assert file.findings[0].params == {"row": 3, "household": "H1"}
    assert [household.number for household in good_households(file)] == ["H1"]


def test_a_person_twice_in_one_household_is_reported():
    assert found(judged(head(), member(证件号码=id_of(1)))) == [(4, "证件号码", "duplicate_person")]


def test_a_person_on_record_in_another_household_is_reported():
    record = {id_of(1): "H9", id_of(2): "H1"}
    file = judged(head(), member(), existing_household_of=record.get)
    assert found(file) == [(3, "证件号码", "duplicate_person")]
    assert file.findings[0].params == {"household": "H9"}


def test_a_person_on_record_in_the_same_household_is_no_duplicate():
    assert found(judged(head(), existing_household_of={id_of(1): "H1"}.get)) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("行政村", "南门村"), ("乡镇", "路口镇"), ("贫困户属性", "特困供养户"), ("主要致贫原因", "因残"),
        ("其他致贫原因", "因学"),
        ("识别时间", "2014-05-02"), ("识别时间", "2014年5月"), ("脱贫年度", 2019), ("年人均纯收入", 2190.75),
        ("种植", "水稻"),
        ("帮扶责任人", "王六"), ("帮扶单位", "县医院"),
    ],
)  # fmt: skip
def test_a_row_that_contradicts_the_head_is_reported(column, value):
    file = judged(head(), member(**({"乡镇": "琴亭镇"} if column == "行政村" else {}), **{column: value}))
    assert found(file) == [(4, column, "contradiction")]


def test_a_row_that_says_the_same_in_other_words_does_not_contradict():
    same = {
        "乡镇": "360321101", "行政村": "西门", "贫困户属性": " 一般贫困户", "其他致贫原因": "缺水,因学",
        "识别时间": "2014/5/1",
        "脱贫年度": "2018年", "年人均纯收入": "２,190.74元", "种植": "莲子 水稻", "帮扶责任人": "王 五",
    }  # fmt: skip
    assert found(judged(head(), member(**same))) == []


def test_a_household_column_that_only_a_member_fills_is_not_lost_silently():
    file = judged(head(脱贫年度=None), member(脱贫年度=2018))
    assert found(file) == [(4, "脱贫年度", "contradiction")]


def test_a_village_of_another_township_is_refused_with_its_township():
    file = judged(head(乡镇="路口镇", 行政村="西门村"))
    assert found(file) == [(3, "行政村", "unknown_village")]
    assert "琴亭镇" in str(file.findings[0])


def test_a_members_row_may_name_the_village_alone():
    assert found(judged(head(), member(行政村="西门村"))) == []


def test_rows_of_a_household_need_not_stand_together():
    file = judged(head(), head(户编号="H2", 姓名="李三", 证件号码=id_of(3)), member())
    assert file.findings == ()
    assert [len(household.people) for household in file.households] == [2, 1]


def test_a_row_of_blanks_is_no_row():
    blank = dict.fromkeys(head(), " ")
    file = judged(head(), blank)
    assert (file.findings, file.row_count) == ((), 1)


def test_every_bad_row_is_reported():
    file = judged(*[head(户编号=f"H{n}", 证件号码=id_of(n)[:17] + "?", 性别=None) for n in range(1, 301)])
    assert [finding.row for finding in file.findings] == list(range(3, 303))


@pytest.mark.parametrize(
    ("typed", "day", "precision"),
    [
        (
            dt.datetime(2014, 5, 1, 8, 30),  # noqa: DTZ001  # spreadsheets know no zones
            dt.date(2014, 5, 1),
            Precision.DAY,
        ),
        (dt.date(2014, 5, 1), dt.date(2014, 5, 1), Precision.DAY),
        ("2014-05-01", dt.date(2014, 5, 1), Precision.DAY),
        ("2014/5/1", dt.date(2014, 5, 1), Precision.DAY),
        ("２０１４年５月３日", dt.date(2014, 5, 3), Precision.DAY),
        (20140501, dt.date(2014, 5, 1), Precision.DAY),
        ("2014年5月", dt.date(2014, 5, 1), Precision.MONTH),
        ("201405", dt.date(2014, 5, 1), Precision.MONTH),
        (201405, dt.date(2014, 5, 1), Precision.MONTH),
        (201405.0, dt.date(2014, 5, 1), Precision.MONTH),
        ("'2014-05", dt.date(2014, 5, 1), Precision.MONTH),
    ],
)
def test_dates_are_read_as_counties_write_them(typed, day, precision):
    identified = _only(judged(head(识别时间=typed))).identified
    assert (identified.on, identified.precision) == (day, precision)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        (2190.74, 219_074), (2190, 219_000), (0, 0), ("2190.74", 219_074), ("¥2,190.74元", 219_074),
        ("２１９０", 219_000),
        (0.1 + 0.2, 30), (2190.745, 219_075), (1e3, 100_000), ("'2190.7", 219_070),
    ],
)  # fmt: skip
def test_income_arrives_in_fen(typed, fen):
    assert _only(judged(head(年人均纯收入=typed))).income_per_head_fen == fen


def test_income_as_decimal_words_agrees_with_exact_arithmetic():
    for fen in range(0, 5000, 7):
        assert _only(judged(head(年人均纯收入=fen / 100))).income_per_head_fen == fen
        assert _only(judged(head(年人均纯收入=str(Decimal(fen) / 100)))).income_per_head_fen == fen


def test_untidy_typing_is_taken():
    untidy = head(
        户编号=" '３６０３００００００１ ", 姓名="刘　一", 证件号码="'" + id_of(1).replace("3603", "３６０３"),
        联系电话=19900000001.0,
        健康状况="长期慢性病，残疾", 文化程度=" 小 学 ",
    )  # fmt: skip
    household = _only(judged(untidy))
    person = household.people[0]
    assert household.number == "36030000001"
    assert (person.name, person.id_number, person.phone) == ("刘一", id_of(1), "19900000001")
    assert person.health == (Health.CHRONIC, Health.DISABLED)
    assert person.schooling is Schooling.PRIMARY


def test_empty_cells_mean_unknown():
    bare = {
        "户编号": "H1",
        "乡镇": "琴亭镇",
        "行政村": "西门村",
        "姓名": "刘一",
        "证件号码": id_of(1),
        "与户主关系": "户主",
    }
    household = _only(judged(bare))
    assert (household.attribute, household.identified, household.income_per_head_fen, household.crops) == (
        None, None, None, (),
    )  # fmt: skip
    assert household.people[0].sex.value == "male"


@pytest.mark.parametrize("kind", [Relation, Schooling, StudentStatus, Health, LabourCapacity, Attribute, Cause])
def test_every_word_of_a_list_has_its_own_code_and_both_languages(kind):
    assert len({word.code for word in kind}) == len({word.zh for word in kind}) == len(list(kind))
    assert all(word.en.isascii() and not word.zh.isascii() for word in kind)


def test_causes_and_attributes_carry_the_countys_codes(county):
    assert {(word.code, word.zh) for word in Cause} == {(each["code"], each["zh"]) for each in county["causes"]}
    assert {(word.code, word.zh) for word in Attribute} == {(each["code"], each["zh"]) for each in county["attributes"]}


def test_personal_cells_are_masked_wherever_they_are_refused():
    file = judged(head(姓名="刘德华\x00", 证件号码=id_of(1)[:17] + "?", 联系电话="99912345678", 帮扶责任人="王五六七\u202e"))
    shown = {finding.column: finding.value_masked for finding in file.findings}
    assert shown == {"姓名": "刘**", "证件号码": "3603**********001*", "联系电话": "999****5678", "帮扶责任人": "王**"}


def test_a_number_that_slipped_into_another_column_is_masked():
    file = judged(head(文化程度=id_of(1), 行政村="19912345678"))
    assert [finding.value_masked for finding in file.findings] == ["199********", "360" + "*" * 15]


def test_a_repr_tells_no_name_number_or_phone():
    told = repr(judged(head(), member()))
    assert not any(secret in told for secret in ("刘一", "张二", "王五", id_of(1), id_of(2), "19900000001"))


KEY = b"k" * 32


def test_the_content_hash_ignores_order_and_row_numbers():
    one = _only(judged(head(), member()))
    other = _only(judged(member(), head(其他致贫原因="缺水、因学", 种植="莲子、水稻")))
    assert content_hash(one, KEY) == content_hash(other, KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"姓名": "刘二"}, {"证件号码": id_of(3)}, {"行政村": "南门村"}, {"识别时间": "2014年5月"},
        {"年人均纯收入": 2190.75},
        {"健康状况": "残疾"}, {"联系电话": None}, {"脱贫年度": None}, {"种植": None},
        {"帮扶责任人": "王六"}, {"其他致贫原因": None},
        {"文化程度": None}, {"在校生状况": None}, {"劳动技能": None}, {"贫困户属性": None},
        {"主要致贫原因": None}, {"帮扶单位": None},
        {"户编号": "H2"},
    ],
)  # fmt: skip
def test_the_content_hash_changes_with_anything_the_register_says(change):
    assert content_hash(_only(judged(head())), KEY) != content_hash(_only(judged(head(**change))), KEY)


def test_the_content_hash_needs_its_key():
    household = _only(judged(head()))
    assert content_hash(household, KEY) != content_hash(household, b"other")
