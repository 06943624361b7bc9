"""Invented people: names drawn by lot, ID numbers under an unassigned prefix, households as registers describe them."""

import datetime as dt
import random

from marketplace.assistance.register.values import (
    Attribute,
    Cause,
    Health,
    HouseholdRow,
    LabourCapacity,
    PersonRow,
    Precision,
    RegisterDate,
    Relation,
    Schooling,
    StudentStatus,
)
from marketplace.demo.values import Home
from marketplace.kernel.identity import Sex, check_character

#: No county has it.
ID_PREFIX = "360399"
_FAMILIES = "刘李朱贺陈郭颜王周吴彭谢罗金汤江杨段严甘曾胡肖邓尹龙宁林"
_MEN = "福生 建平 秋生 水根 冬明 志强 国华 春林 海波 明亮 长庚 永红 新民 爱国 柏林 小兵 德福 仁贵 金水 文彬 树根 光荣 细毛 火生"
_WOMEN = "桂英 春兰 秀莲 荷花 小梅 玉珍 金莲 冬秀 水莲 红英 细妹 爱莲 美华 腊梅 菊香 月娥 凤英 丽萍 文芳 小红 翠莲 茶花 素珍 桃英"
_YOUNG = "子轩 雨涵 思远 欣怡 浩然 梓萱 俊杰 诗琪 宇航 佳怡 天佑 若曦 志远 晓雯 家豪 梦洁 文博 雅婷 晨曦 乐瑶"
_CROPS = (
    ("水稻", 60), ("莲子", 46), ("蔬菜", 34), ("油茶", 24), ("茶叶", 22), ("莲藕", 18), ("花卉苗木", 12), ("竹笋", 12),
    ("香菇", 10), ("花生", 10), ("红薯", 10), ("养蜂", 9), ("养鸭", 9), ("红米", 8), ("手工竹编", 8),
)  # fmt: skip
_ORGANISATIONS = (
    "县教育局",
    "县农业农村局",
    "县卫生健康委",
    "县供销社",
    "县文化和旅游局",
    "县水利局",
    "县交通运输局",
    "县林业局",
)
_CAUSES = (
    (Cause.ILLNESS, 38), (Cause.DISABILITY, 14), (Cause.SCHOOLING, 12), (Cause.LABOUR, 12), (Cause.SKILLS, 10),
    (Cause.CAPITAL, 8), (Cause.TRANSPORT, 3), (Cause.DISASTER, 2), (Cause.LAND, 1),
)  # fmt: skip


def adult_name(dice: random.Random, sex: Sex, family: str = "") -> str:
    """Return a full name for an adult."""
    given = (_MEN if sex is Sex.MALE else _WOMEN).split()
    return (family or dice.choice(_FAMILIES)) + dice.choice(given)


class Registry:
    """Draws people and households; no ID number twice."""

    def __init__(self, dice: random.Random, today: dt.date) -> None:
        self.dice = dice
        self.today = today
        self._given: set[str] = set()

    def id_number(self, birth_on: dt.date, sex: Sex) -> str:
        """Return a number with a fitting check character that nobody else has."""
        while True:
            sequence = 2 * self.dice.randrange(500) + (sex is Sex.MALE)
            body = f"{ID_PREFIX}{birth_on:%Y%m%d}{sequence:03d}"
            if body not in self._given:
                self._given.add(body)
                return body + check_character(body)

    def household(self, home: Home) -> HouseholdRow:
        """Describe a household as the register would."""
        dice = self.dice
        identified_year = dice.choices((2014, 2015, 2016, 2017, 2018), (66, 14, 10, 6, 4))[0]
        month = dt.date(identified_year, dice.randint(1, 11), 1)
        precision = Precision.DAY if dice.random() < 0.6 else Precision.MONTH
        identified = month if precision is Precision.MONTH else month.replace(day=dice.randint(2, 28))
        people = self._people(home)
        main = dice.choices([cause for cause, _ in _CAUSES], [share for _, share in _CAUSES])[0]
        others = () if dice.random() < 0.55 else (dice.choice([cause for cause, _ in _CAUSES if cause is not main]),)
        return HouseholdRow(
            number=home.number,
            township_code=home.village_code[:9],
            village_code=home.village_code,
            people=people,
            attribute=dice.choices((Attribute.ORDINARY, Attribute.SUBSISTENCE, Attribute.DESTITUTE), (62, 32, 6))[0],
            main_cause=main,
            other_causes=others,
            identified=RegisterDate(identified, precision),
            exit_year=dice.choices((2016, 2017, 2018, 2019, 2020), (10, 22, 36, 22, 10))[0] if identified_year < 2016
            else dice.choices((2018, 2019, 2020), (40, 36, 24))[0],
            income_per_head_fen=dice.randint(9_200, 21_800) * 100,
            crops=home.crops,
            helper_name=adult_name(dice, dice.choice((Sex.MALE, Sex.FEMALE))),
            helper_organisation=dice.choice(_ORGANISATIONS),
        )  # fmt: skip

    def crops(self) -> tuple[str, ...]:
        """Return what a household grows: two to four things."""
        wanted = self.dice.choices((1, 2, 3, 4), (10, 44, 34, 12))[0]
        found: dict[str, None] = {}
        while len(found) < wanted:
            found[self.dice.choices([crop for crop, _ in _CROPS], [share for _, share in _CROPS])[0]] = None
        return tuple(found)

    def _people(self, home: Home) -> tuple[PersonRow, ...]:
        dice = self.dice
        head_sex = Sex.MALE if home.head[1:] in _MEN.split() else Sex.FEMALE
        age = dice.randint(34, 71)
        people = [self._person(home.head, head_sex, age, Relation.HEAD, home.phone)]
        if dice.random() < 0.78:
            other = Sex.FEMALE if head_sex is Sex.MALE else Sex.MALE
            people.append(self._person(adult_name(dice, other), other, max(23, age + dice.randint(-4, 3)), Relation.SPOUSE))
        for _ in range(dice.choices((0, 1, 2, 3), (18, 38, 34, 10))[0]):
            people.append(self._child(home.family, age - dice.randint(22, 31)))
        if age < 56 and dice.random() < 0.42:
            relation = dice.choice((Relation.MOTHER, Relation.FATHER))
            sex = Sex.MALE if relation is Relation.FATHER else Sex.FEMALE
            name = adult_name(dice, sex, home.family if relation is Relation.FATHER else "")
            people.append(self._person(name, sex, age + dice.randint(21, 28), relation))
        return tuple(people)

    def _child(self, family: str, age: int) -> PersonRow:
        sex = self.dice.choice((Sex.MALE, Sex.FEMALE))
        name = family + self.dice.choice(_YOUNG.split())
        return self._person(name, sex, max(2, age), Relation.SON if sex is Sex.MALE else Relation.DAUGHTER)

    def _person(self, name: str, sex: Sex, age: int, relation: Relation, phone: str | None = None) -> PersonRow:
        dice = self.dice
        birth = dt.date(self.today.year - age - 1, dice.randint(1, 12), dice.randint(1, 28))
        return PersonRow(
            row=0,
            name=name,
            id_number=self.id_number(birth, sex),
            birth_on=birth,
            sex=sex,
            relation=relation,
            schooling=_schooling(dice, age),
            student_status=_student(age),
            health=(_health(dice, age),),
            labour=_labour(dice, age),
            phone=phone,
        )


def family_name(dice: random.Random) -> str:
    """Return a family name."""
    return dice.choice(_FAMILIES)


def _schooling(dice: random.Random, age: int) -> Schooling:
    if age < 7:
        return Schooling.PRESCHOOL
    if age < 13:
        return Schooling.PRIMARY
    if age < 16:
        return Schooling.LOWER_SECONDARY
    if age < 19:
        return Schooling.UPPER_SECONDARY
    words = (
        Schooling.ILLITERATE, Schooling.PRIMARY, Schooling.LOWER_SECONDARY, Schooling.UPPER_SECONDARY, Schooling.COLLEGE,
        Schooling.UNIVERSITY,
    )  # fmt: skip
    return dice.choices(words, (22, 48, 24, 5, 1, 0) if age > 50 else (2, 16, 46, 20, 10, 6))[0]


def _student(age: int) -> StudentStatus:
    for least, most, status in (
        (3, 6, StudentStatus.KINDERGARTEN), (7, 12, StudentStatus.PRIMARY), (13, 15, StudentStatus.LOWER_SECONDARY),
        (16, 18, StudentStatus.UPPER_SECONDARY),
    ):  # fmt: skip
        if least <= age <= most:
            return status
    return StudentStatus.NONE


def _health(dice: random.Random, age: int) -> Health:
    words = (Health.HEALTHY, Health.CHRONIC, Health.SERIOUS, Health.DISABLED)
    return dice.choices(words, (56, 30, 6, 8) if age > 50 else (90, 5, 2, 3))[0]


def _labour(dice: random.Random, age: int) -> LabourCapacity:
    if age < 16 or age > 76:
        return LabourCapacity.NONE
    words = (LabourCapacity.ORDINARY, LabourCapacity.SKILLED, LabourCapacity.WEAK, LabourCapacity.LOST)
    return dice.choices(words, (34, 4, 50, 12) if age > 60 else (66, 16, 14, 4))[0]
