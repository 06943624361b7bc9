"""Loading poverty lines from the county's file, and setting one."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.areas.services import county_file
from marketplace.assistance.models import PovertyLine
from marketplace.assistance.refusals import LineStands
from marketplace.assistance.values import LineBasis
from marketplace.kernel.money import parse_yuan


def load_poverty_lines(session: Session, lines: Iterable[Mapping[str, Any]] | None = None) -> int:
    """Load the lines of the county's file (or those given); return how many are new or other than before. Safe to repeat.

    An example of a demonstration gives way to a line of the file; years the file does not name stay as they are.
    """
    changed = 0
    for line in county_file()["poverty_lines_yuan_per_person"] if lines is None else lines:
        changed += set_poverty_line(
            session,
            year=line["year"],
            basis=LineBasis(line["basis"]),
            amount_fen=parse_yuan(str(line["line"])),
            source=line["source"],
        )
    return changed


def set_poverty_line(
    session: Session, *, year: int, basis: LineBasis, amount_fen: int, source: str, is_example: bool = False
) -> bool:
    """Say what the line of a year is; return whether that is new.

    Raises:
        LineStands: an example would take the place of a real line.
    """
    row = session.get(PovertyLine, year)
    if row is None:
        row = PovertyLine(year=year)
        session.add(row)
    elif is_example and not row.is_example:
        raise LineStands(year=year)
    facts = {"basis": str(basis), "amount_fen": amount_fen, "source": source, "is_example": is_example}
    is_new = any(getattr(row, name) != value for name, value in facts.items())
    for name, value in facts.items():
        setattr(row, name, value)
    session.flush()
    return is_new
