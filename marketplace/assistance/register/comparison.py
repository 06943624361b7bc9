"""Reading a list of another office: an ID number and a few words a row. Of a number only its blind index is handed on."""

import datetime as dt
from dataclasses import dataclass

from marketplace.assistance.register.sheet import Layout, Source, open_sheet
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import Refusal
from marketplace.kernel.identity import IdNumber

ID_NUMBER, ABOUT = "身份证号码", "说明"
LAYOUT = Layout(ID_NUMBER, (ID_NUMBER, ABOUT), (ID_NUMBER,))


@dataclass(frozen=True, slots=True)
class ComparisonFile:
    """What a list holds: (blind index, words) of each good row, and the numbers of the rows whose ID number does not hold."""

    rows: tuple[tuple[str, str], ...]
    bad_rows: tuple[int, ...]


def read_comparison(source: Source, *, sealer: Sealer, today: dt.date) -> ComparisonFile:
    """Read a list; a row whose number does not hold is told by its number in the sheet and left out.

    Raises: a RegisterRefused where the file is no such sheet.
    """
    rows, bad = [], []
    with open_sheet(source, LAYOUT) as sheet:
        number_at, about_at = sheet.positions[ID_NUMBER], sheet.positions.get(ABOUT)
        for position, cells in sheet.rows:
            number = str(cells[number_at] or "").strip()
            about = str(cells[about_at] or "").strip() if about_at is not None and about_at < len(cells) else ""
            if not number and not about:
                continue
            try:
                parsed = IdNumber.parse(number, today=today)
            except Refusal:
                bad.append(position)
                continue
            rows.append((sealer.blind(parsed.text, "id_number"), about[:120]))
    return ComparisonFile(tuple(rows), tuple(bad))
