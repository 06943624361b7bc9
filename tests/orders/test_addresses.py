"""Pasted Chinese addresses in the forms in which people paste them. Every name and number is invented."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders import addresses
from marketplace.orders.rules import parse_address

PHONE = "13800138000"
STREET = "萍乡市莲花县琴亭镇解放路12号"
FREIGHT = json.loads((Path(addresses.__file__).parent / "freight.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        f"张三 {PHONE} 江西省{STREET}",
        f"张三，{PHONE}，江西省{STREET}",
        f"江西省{STREET}，张三，{PHONE}",
        f"{PHONE}\n江西省{STREET}\n张三",
        f"张三{PHONE}江西省{STREET}",
        f"收货人：张三 手机 {PHONE} 江西省{STREET}",
        f"张三电话{PHONE}江西省{STREET}",
        f"江西省{STREET}张三{PHONE}",
        f"张三江西省{STREET} {PHONE}",
        f"收货人: 张三\n手机号码: {PHONE}\n所在地区: 江西省萍乡市莲花县\n详细地址: 琴亭镇解放路12号",
        f"收货人：张三 手机号码：{PHONE} 所在地区：江西省萍乡市莲花县 详细地址：琴亭镇解放路12号",
        f"姓名 张三\n电话 {PHONE}\n地址 江西省{STREET}",
        f"所在地区：江西省 萍乡市 莲花县\n详细地址：江西省萍乡市莲花县琴亭镇解放路12号\n收件人：张三\n联系电话：{PHONE}",
        "地址：江西萍乡市莲花县琴亭镇解放路１２号；收件人：张三；电话：１３８００１３８０００",
        "江西省 萍乡市 莲花县 琴亭镇 解放路12号　张三　138 0013 8000",
        f"张三 +86 138-0013-8000 中国江西省{STREET} 邮编：337100",
        f"张三 86{PHONE} {STREET}",
        f"  张三 \t\r\n {PHONE}-1234 \r\n\r\n 江西省{STREET}。 ",
        f"\u200b张三 {PHONE} 江西省江西省{STREET}",
    ],
)
def test_the_usual_forms_are_all_understood_alike(text):
    assert parse_address(text) == ("张三", PHONE, "江西省", STREET)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{PHONE} 北京市朝阳区建国路88号 王女士", ("王女士", PHONE, "北京市", "朝阳区建国路88号")),
        (f"上海 上海市 浦东新区 世纪大道 100号 John Smith {PHONE}", ("John Smith", PHONE, "上海市", "浦东新区世纪大道100号")),
        (f"深圳市南山区科技路1号 欧阳娜娜 {PHONE}", ("欧阳娜娜", PHONE, "广东省", "深圳市南山区科技路1号")),
        (f"吉林市船营区北京路3号 赵六 {PHONE}", ("赵六", PHONE, "吉林省", "吉林市船营区北京路3号")),
        (f"阿里·吐尔逊 {PHONE} 新疆乌鲁木齐市人民路1号", ("阿里·吐尔逊", PHONE, "新疆维吾尔自治区", "乌鲁木齐市人民路1号")),
        (f"内蒙古呼和浩特市新城区1号 巴特尔 {PHONE}", ("巴特尔", PHONE, "内蒙古自治区", "呼和浩特市新城区1号")),
        (f"路遥 {PHONE} 陕西延安市宝塔区凤凰路2号", ("路遥", PHONE, "陕西省", "延安市宝塔区凤凰路2号")),
        (f"香港九龙弥敦道1号 陈大文 {PHONE}", ("陈大文", PHONE, "香港特别行政区", "九龙弥敦道1号")),
        ("湖南省长沙市岳麓区麓山南路1号", ("", "", "湖南省", "长沙市岳麓区麓山南路1号")),
        ("张三", ("张三", "", "", "")),
        (PHONE, ("", PHONE, "", "")),
        ("", ("", "", "", "")),
    ],
)  # fmt: skip
def test_other_provinces_names_and_gaps_are_told_apart(text, expected):
    assert parse_address(text) == expected


def test_a_number_that_is_no_mobile_is_not_taken_for_one():
    for text in ("张三 12345678901 江西省萍乡市1号", "张三 138001380001 江西省萍乡市1号", "360321198801010014"):
        assert parse_address(text).phone == ""


@given(
    st.permutations([0, 1, 2]),
    st.sampled_from([" ", "，", ",", "\n", "；", " , ", "\t"]),
    st.sampled_from(sorted(addresses.PROVINCES_EN)),
    st.sampled_from(["张三", "李小明", "欧阳娜娜", "王女士", "陈建国"]),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
)
def test_any_order_and_separator_gives_the_same_parts(order, gap, province, name, phone):
    parts = [name, phone, f"{province}甲乙县丙丁镇人民路5号"]
    assert parse_address(gap.join(parts[at] for at in order)) == (name, phone, province, "甲乙县丙丁镇人民路5号")


@given(st.text(max_size=700))
def test_no_text_whatever_breaks_it(text):
    found = parse_address(text)
    assert found.phone == "" or (len(found.phone) == 11 and found.phone.isascii())
    assert found.province in ("", *addresses.PROVINCES_EN)
    assert len(found.name) <= 40
    assert len(found.address) <= 200


def test_freight_serves_each_mainland_province_once_by_the_name_an_address_gives():
    served = [province for zone in FREIGHT for province in zone["provinces"]]
    assert len(served) == len(set(served)) == 31
    assert set(addresses.PROVINCES_EN) - set(served) == {"台湾省", "香港特别行政区", "澳门特别行政区"}
    assert all(addresses.province_of(province) == province for province in served)
