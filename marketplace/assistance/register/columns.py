"""The columns of the register: their headings, which are required, which speak of the household, which are personal."""

from typing import Final

NUMBER: Final = "户编号"
TOWNSHIP: Final = "乡镇"
VILLAGE: Final = "行政村"
NAME: Final = "姓名"
ID_NUMBER: Final = "证件号码"
RELATION: Final = "与户主关系"
SEX: Final = "性别"
SCHOOLING: Final = "文化程度"
STUDENT: Final = "在校生状况"
HEALTH: Final = "健康状况"
LABOUR: Final = "劳动技能"
PHONE: Final = "联系电话"
ATTRIBUTE: Final = "贫困户属性"
MAIN_CAUSE: Final = "主要致贫原因"
OTHER_CAUSES: Final = "其他致贫原因"
IDENTIFIED: Final = "识别时间"
EXIT_YEAR: Final = "脱贫年度"
INCOME: Final = "年人均纯收入"
CROPS: Final = "种植"
HELPER: Final = "帮扶责任人"
HELPER_ORGANISATION: Final = "帮扶单位"

#: In the order in which registers are written.
COLUMNS: Final = (
    NUMBER, TOWNSHIP, VILLAGE, NAME, ID_NUMBER, RELATION, SEX, SCHOOLING, STUDENT, HEALTH, LABOUR, PHONE, ATTRIBUTE,
    MAIN_CAUSE, OTHER_CAUSES, IDENTIFIED, EXIT_YEAR, INCOME, CROPS, HELPER, HELPER_ORGANISATION,
)  # fmt: skip
POSITION: Final = {column: position for position, column in enumerate(COLUMNS)}
#: A sheet without one of these headings is refused.
REQUIRED: Final = (NUMBER, TOWNSHIP, VILLAGE, NAME, ID_NUMBER, RELATION)
#: Every row must fill these; the household's own columns need be filled on the head's row only.
REQUIRED_ON_EACH_ROW: Final = (NUMBER, NAME, ID_NUMBER, RELATION)
#: Read from the head's row; other rows leave them empty or say the same.
HOUSEHOLD_COLUMNS: Final = (
    TOWNSHIP, VILLAGE, ATTRIBUTE, MAIN_CAUSE, OTHER_CAUSES, IDENTIFIED, EXIT_YEAR, INCOME, CROPS, HELPER,
    HELPER_ORGANISATION,
)  # fmt: skip
