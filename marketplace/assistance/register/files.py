"""The two doors of the package: a register file in, a register file out."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from marketplace.assistance.register.areas import AreaIndex
from marketplace.assistance.register.columns import COLUMNS
from marketplace.assistance.register.rules import judge
from marketplace.assistance.register.sheet import Source, open_sheet
from marketplace.assistance.register.values import (
    HouseholdOf,
    HouseholdRow,
    PersonRow,
    Precision,
    RegisterDate,
    RegisterFile,
)
from marketplace.kernel.identity import Sex


def read_register(
    source: Source, *, areas: AreaIndex, today: dt.date, existing_household_of: HouseholdOf | None = None
) -> RegisterFile:
    """Read and judge a register workbook: a path, its bytes, or a binary stream.

    Raises: a RegisterRefused when the file as a whole can't be taken; a bad row never raises, it becomes a finding.
    """
    with open_sheet(source) as sheet:
        return judge(
            sheet.rows,
            sheet.positions,
            areas=areas,
            today=today,
            existing_household_of=existing_household_of,
            sheet=sheet.title,
            header_row=sheet.header_row,
            unknown_columns=sheet.unknown_columns,
        )


def write_register(path: Path, households: Iterable[HouseholdRow], areas: AreaIndex, title: str = "户册") -> None:
    """Write households as a register workbook: title, headings, a row a person, household columns on the head's row.

    Streams, so a county's register needs no more memory than one row. Raises: KeyError for an area not in the index.
    """
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("户册")
        sheet.write_row(0, 0, [title])
        sheet.write_row(1, 0, COLUMNS)
        row = 2
        for household in households:
            for person in household.people:
                cells = _person_cells(household, person, areas)
                if person is household.head:
                    cells += _household_cells(household)
                for column, value in enumerate(cells):
                    if isinstance(value, int | float):
                        sheet.write_number(row, column, value)
                    elif value:
                        sheet.write_string(row, column, value)
                row += 1


def _person_cells(household: HouseholdRow, person: PersonRow, areas: AreaIndex) -> list[str | float | None]:
    return [
        household.number,
        areas.name(household.township_code),
        areas.name(household.village_code),
        person.name,
        person.id_number,
        person.relation.zh,
        "男" if person.sex is Sex.MALE else "女",
        person.schooling.zh if person.schooling else None,
        person.student_status.zh if person.student_status else None,
        "、".join(word.zh for word in person.health),
        person.labour.zh if person.labour else None,
        person.phone,
    ]


def _household_cells(household: HouseholdRow) -> list[str | float | None]:
    income = household.income_per_head_fen
    return [
        household.attribute.zh if household.attribute else None,
        household.main_cause.zh if household.main_cause else None,
        "、".join(cause.zh for cause in household.other_causes),
        _written(household.identified),
        household.exit_year,
        income / 100 if income is not None else None,
        "、".join(household.crops),
        household.helper_name,
        household.helper_organisation,
    ]


def _written(date: RegisterDate | None) -> str | None:
    if date is None:
        return None
    return f"{date.on.year}年{date.on.month}月" if date.precision is Precision.MONTH else date.on.isoformat()
