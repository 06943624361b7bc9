"""Reading a register from a file in one call: open, walk, judge."""

import datetime as dt

from marketplace.assistance.register.areas import AreaIndex
from marketplace.assistance.register.rules import judge
from marketplace.assistance.register.sheet import Source, open_sheet
from marketplace.assistance.register.values import HouseholdOf, RegisterFile


def read_register(
    source: Source, *, areas: AreaIndex, today: dt.date, existing_household_of: HouseholdOf | None = None
) -> RegisterFile:
    """Return the register with all that is wrong with it.

    Raises: a RegisterRefused where the file as a whole can't be read.
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
