"""The words of the register and the typed rows made of them: each code list with its Chinese and English words."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any, Self

from marketplace.kernel.identity import Sex

#: Household number on the record of the person with this ID number, or None.
HouseholdOf = Callable[[str], str | None]


class Word(Enum):
    """A code with its words. `value` is the code that is stored; `zh` is how registers write it."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str, en: str) -> Self:
        member = object.__new__(cls)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the word of a stored code. Raises: KeyError for an unknown one."""
        found: Any = cls._value2member_map_[code]
        word: Self = found
        return word

    @property
    def code(self) -> str:
        """The stored code as plain text."""
        return str(self.value)


class Relation(Word):
    """Relation to the head of the household."""

    HEAD = ("head", "户主", "Head")
    SPOUSE = ("spouse", "配偶", "Spouse")
    SON = ("son", "之子", "Son")
    DAUGHTER = ("daughter", "之女", "Daughter")
    DAUGHTER_IN_LAW = ("daughter_in_law", "之儿媳", "Daughter-in-law")
    SON_IN_LAW = ("son_in_law", "之女婿", "Son-in-law")
    GRANDSON = ("grandson", "之孙子", "Grandson")
    GRANDDAUGHTER = ("granddaughter", "之孙女", "Granddaughter")
    FATHER = ("father", "之父", "Father")
    MOTHER = ("mother", "之母", "Mother")
    SIBLING = ("sibling", "之兄弟姐妹", "Brother or sister")
    OTHER = ("other", "其他", "Other")


class SexWord(Word):
    """The register's words for Sex."""

    MALE = ("male", "男", "Male")
    FEMALE = ("female", "女", "Female")


class Schooling(Word):
    """Highest schooling."""

    PRESCHOOL = ("preschool", "学龄前", "Below school age")
    ILLITERATE = ("illiterate", "文盲半文盲", "Little or no reading")
    PRIMARY = ("primary", "小学", "Primary school")
    LOWER_SECONDARY = ("lower_secondary", "初中", "Lower secondary school")
    UPPER_SECONDARY = ("upper_secondary", "高中", "Upper secondary school")
    COLLEGE = ("college", "大专", "Junior college")
    UNIVERSITY = ("university", "本科及以上", "University degree or higher")


class StudentStatus(Word):
    """School attended now."""

    NONE = ("none", "非在校", "Not at school")
    KINDERGARTEN = ("kindergarten", "学前教育", "Kindergarten")
    PRIMARY = ("primary", "小学", "Primary school")
    LOWER_SECONDARY = ("lower_secondary", "初中", "Lower secondary school")
    UPPER_SECONDARY = ("upper_secondary", "高中", "Upper secondary school")
    VOCATIONAL = ("vocational", "中职", "Vocational secondary school")
    COLLEGE = ("college", "高职", "Vocational college")
    UNIVERSITY = ("university", "大学", "University")
    POSTGRADUATE = ("postgraduate", "研究生", "Postgraduate")


class Health(Word):
    """State of health; a person may have several."""

    HEALTHY = ("healthy", "健康", "Healthy")
    CHRONIC = ("chronic", "长期慢性病", "Long-term illness")
    SERIOUS = ("serious", "患有大病", "Serious illness")
    DISABLED = ("disabled", "残疾", "Disability")


class LabourCapacity(Word):
    """Capacity for work."""

    ORDINARY = ("ordinary", "普通劳动力", "Able to work")
    SKILLED = ("skilled", "技能劳动力", "Skilled")
    WEAK = ("weak", "弱劳动力或半劳动力", "Partly able to work")
    LOST = ("lost", "丧失劳动力", "No longer able to work")
    NONE = ("none", "无劳动力", "Not of working age or unable")


class Attribute(Word):
    """Kind of registered household."""

    ORDINARY = ("ordinary", "一般贫困户", "Registered household")
    SUBSISTENCE = ("subsistence", "低保贫困户", "Registered household on subsistence allowance")
    DESTITUTE = ("destitute", "特困供养户", "Household in destitute support")


class Cause(Word):
    """Why a household is poor."""

    ILLNESS = ("illness", "因病", "Illness")
    DISABILITY = ("disability", "因残", "Disability")
    SCHOOLING = ("schooling", "因学", "Cost of schooling")
    DISASTER = ("disaster", "因灾", "Disaster")
    LAND = ("land", "缺土地", "Lack of land")
    WATER = ("water", "缺水", "Lack of water")
    SKILLS = ("skills", "缺技术", "Lack of skills")
    LABOUR = ("labour", "缺劳力", "Lack of labour")
    CAPITAL = ("capital", "缺资金", "Lack of capital")
    TRANSPORT = ("transport", "交通条件落后", "Poor roads and transport")
    MOTIVATION = ("motivation", "自身发展动力不足", "Little drive to develop")


#: Other words that counties use for the same thing.
SYNONYMS: Mapping[type[Word], Mapping[str, Word]] = MappingProxyType(
    {
        Relation: {"本人或户主": Relation.HEAD, "之配偶": Relation.SPOUSE},
        Schooling: {"文盲或半文盲": Schooling.ILLITERATE, "学龄前儿童": Schooling.PRESCHOOL},
        StudentStatus: {
            "非在校生": StudentStatus.NONE,
            "幼儿园": StudentStatus.KINDERGARTEN,
            "普通高中": StudentStatus.UPPER_SECONDARY,
            "大专": StudentStatus.COLLEGE,
            "本科": StudentStatus.UNIVERSITY,
        },
        Health: {"大病": Health.SERIOUS, "慢性病": Health.CHRONIC},
        Cause: {"缺劳动力": Cause.LABOUR},
    }
)


class Precision(StrEnum):
    """How much of a date the register knows."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class RegisterDate:
    """A day, or a month written as its first day."""

    on: dt.date
    precision: Precision = Precision.DAY


class Reason(StrEnum):
    """Why a cell is refused. Stable words for tests, exports and the report."""

    CHECK_DIGIT = "check_digit"
    BIRTH_DATE = "birth_date"
    ID_LENGTH = "id_length"
    ID_CHARACTERS = "id_characters"
    SEX_MISMATCH = "sex_mismatch"
    UNKNOWN_VILLAGE = "unknown_village"
    NO_HEAD = "no_head"
    TWO_HEADS = "two_heads"
    DUPLICATE_PERSON = "duplicate_person"
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    UNKNOWN_VALUE = "unknown_value"
    CONTRADICTION = "contradiction"
    MISSING = "missing"
    BAD_PHONE = "bad_phone"
    ROUNDED_NUMBER = "rounded_number"
    TOO_LONG = "too_long"
    HIDDEN_CHARACTERS = "hidden_characters"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one cell. Holds nothing personal in clear, so it may be shown, logged and exported."""

    row: int
    column: str
    code: Reason
    value_masked: str
    #: English msgid with %(name)s placeholders, and what fills them.
    message: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    #: Number of the household the row belongs to; None where the row names none.
    household: str | None = None

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the register, typed. Name, number and phone stay out of its repr."""

    row: int = field(compare=False)
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    birth_on: dt.date = field(repr=False)
    sex: Sex
    relation: Relation
    schooling: Schooling | None = None
    student_status: StudentStatus | None = None
    health: tuple[Health, ...] = ()
    labour: LabourCapacity | None = None
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """One household of the register, typed; its people in the order of their rows. None and () mean unknown."""

    number: str
    township_code: str
    village_code: str
    people: tuple[PersonRow, ...]
    attribute: Attribute | None = None
    main_cause: Cause | None = None
    other_causes: tuple[Cause, ...] = ()
    identified: RegisterDate | None = None
    exit_year: int | None = None
    #: Declared per-capita net income of the last year, fen.
    income_per_head_fen: int | None = None
    crops: tuple[str, ...] = ()
    helper_name: str | None = field(default=None, repr=False)
    helper_organisation: str | None = None

    @property
    def head(self) -> PersonRow:
        """The head: a household with none, or two, never becomes a HouseholdRow."""
        return next(person for person in self.people if person.relation is Relation.HEAD)

    @property
    def phone(self) -> str | None:
        """The household's telephone is its head's."""
        return self.head.phone

    @property
    def first_row(self) -> int:
        """Row of the sheet on which the household first appears."""
        return min(person.row for person in self.people)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register as read and judged.

    `households` holds every household that could be typed, also those with a finding; import `good_households(file)`.
    Every number met in the sheet is in `household_numbers`, so that a bad household is not taken for an absent one.
    """

    households: tuple[HouseholdRow, ...]
    findings: tuple[Finding, ...]
    household_numbers: frozenset[str]
    row_count: int
    sheet: str = ""
    header_row: int = 0
    unknown_columns: tuple[str, ...] = ()
    #: Numbers above a row without a readable one: it may be one more person of that household.
    doubtful_numbers: frozenset[str] = frozenset()

    @property
    def bad_numbers(self) -> frozenset[str]:
        """Numbers of the households with a finding on any row, or on a row that may be theirs."""
        return self.doubtful_numbers | {finding.household for finding in self.findings if finding.household is not None}
