"""What an import compares: the household as the file has it, and the facts that stand."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.assistance.register.values import (
    Attribute,
    Cause,
    Finding,
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
from marketplace.assistance.values import EndedHow, Origin
from marketplace.assistance.values import Precision as Known
from marketplace.farmers.values import CurrentMember, HouseholdEntry, MemberEntry
from marketplace.kernel.identity import Sex


@dataclass(frozen=True, slots=True)
class StagedRow:
    """What an import would do with a household, or whom it only lists, as its row will stand."""

    kind: str
    household_number: str
    village_code: str
    household_id: int | None = None
    #: Words for what changes, never the values.
    changes: tuple[str, ...] = ()
    content_hash: str = ""
    #: The content hash that stood when the change was found.
    base_hash: str = ""
    payload_sealed: str | None = field(default=None, repr=False)
    member_ref: str | None = None


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """All that proposing a file will write, compared and sealed before anything is."""

    ref: str
    area_code: str
    is_only_good: bool
    is_refused: bool
    counts: Mapping[str, int]
    unknown_columns: tuple[str, ...]
    findings: tuple[Finding, ...]
    rows: tuple[StagedRow, ...]


@dataclass(frozen=True, slots=True)
class SpellFacts:
    """A registration as it stands."""

    id: int
    registered_on: dt.date
    precision: str
    ended_on: dt.date | None
    ended_how: str | None
    origin: str
    attribute: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that stands of one household and that a register speaks of."""

    members: tuple[CurrentMember, ...] = ()
    phone_index: str | None = None
    crops: frozenset[str] = frozenset()
    spell: SpellFacts | None = None
    causes: Mapping[str, bool] = field(default_factory=dict)
    helper: tuple[str, str] | None = field(default=None, repr=False)
    income_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """Facts of a registration to be written."""

    registered_on: dt.date
    precision: str
    ended_on: dt.date | None
    attribute: str | None

    @property
    def ended_how(self) -> str | None:
        """A register knows exits alone."""
        return EndedHow.EXITED if self.ended_on else None


def registration_of(row: HouseholdRow, on: dt.date) -> Registration:
    """Return the registration a register states of a household it is the first to speak of."""
    if row.identified is not None:
        began, precision = row.identified.on, str(row.identified.precision)
    else:
        began = on if row.exit_year is None else min(on, dt.date(row.exit_year, 1, 1))
        precision = str(Known.UNKNOWN)
    attribute = row.attribute.code if row.attribute else None
    return Registration(began, precision, _exit_day(row.exit_year, began, on), attribute)


def _exit_day(year: int | None, began: dt.date, on: dt.date) -> dt.date | None:
    """A register knows the year of exit alone: its last day stands for it, or the day of acceptance in the running year.

    Real registers hold exits of the year before the identification; such a spell ends on the day it began.
    """
    return None if year is None else max(began, min(dt.date(year, 12, 31), on))


def restated_registration(row: HouseholdRow, spell: SpellFacts, on: dt.date) -> tuple[bool, Registration] | None:
    """Return (is only an exit of the open spell, facts that now hold), or None where nothing changes.

    A register never touches what a procedure decided, and an empty year of exit never undoes an exit.
    """
    if spell.origin == Origin.PROCEDURE or spell.ended_how == EndedHow.REMOVED:
        return None
    attribute = row.attribute.code if row.attribute else spell.attribute
    began, precision = spell.registered_on, spell.precision
    if row.identified is not None:
        began, precision = row.identified.on, str(row.identified.precision)
    exit_year = spell.ended_on.year if spell.ended_on else None
    stated = row.exit_year or exit_year
    # A spell that ended keeps its day as long as its year stands.
    ended_on = spell.ended_on if stated == exit_year else _exit_day(stated, began, on)
    if ended_on is not None and ended_on < began:
        ended_on = began
    facts = Registration(began, precision, ended_on, attribute)
    if (began, ended_on, attribute) == (spell.registered_on, spell.ended_on, spell.attribute):
        return None
    is_exit = spell.ended_on is None and (began, attribute) == (spell.registered_on, spell.attribute)
    return is_exit, facts


def stated_causes(row: HouseholdRow) -> dict[str, bool]:
    """Return the causes a register states, and which is the main one; empty means unknown."""
    causes = {cause.code: False for cause in row.other_causes}
    if row.main_cause is not None:
        causes[row.main_cause.code] = True
    return causes


def member_entry(person: PersonRow) -> MemberEntry:
    """Return a person as farmers know one."""
    return MemberEntry(
        name=person.name,
        id_number=person.id_number,
        birth_on=person.birth_on,
        sex=str(person.sex),
        relation=person.relation.code,
        schooling=person.schooling.code if person.schooling else None,
        student=person.student_status.code if person.student_status else None,
        health=",".join(sorted(word.code for word in person.health)) or None,
        labour=person.labour.code if person.labour else None,
    )


def household_entry(row: HouseholdRow) -> HouseholdEntry:
    """Return a household as farmers open one."""
    return HouseholdEntry(
        register_number=row.number,
        village_code=row.village_code,
        members=tuple(member_entry(person) for person in row.people),
        phone=row.phone,
        crops=row.crops,
    )


def to_text(row: HouseholdRow) -> str:
    """Return a household as text to be sealed until its import is decided."""
    content: dict[str, Any] = {
        "number": row.number,
        "township": row.township_code,
        "village": row.village_code,
        "attribute": row.attribute.code if row.attribute else None,
        "main_cause": row.main_cause.code if row.main_cause else None,
        "other_causes": [cause.code for cause in row.other_causes],
        "identified": [row.identified.on.isoformat(), str(row.identified.precision)] if row.identified else None,
        "exit_year": row.exit_year,
        "income": row.income_per_head_fen,
        "crops": row.crops,
        "helper": row.helper_name,
        "organisation": row.helper_organisation,
        "people": [
            [
                person.row, person.name, person.id_number, person.birth_on.isoformat(), str(person.sex), person.relation.code,
                person.schooling.code if person.schooling else None,
                person.student_status.code if person.student_status else None,
                [word.code for word in person.health],
                person.labour.code if person.labour else None,
                person.phone,
            ]
            for person in row.people
        ],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> HouseholdRow:
    """Return the household that `to_text` wrote."""
    held = json.loads(text)
    return HouseholdRow(
        number=held["number"],
        township_code=held["township"],
        village_code=held["village"],
        people=tuple(_person(values) for values in held["people"]),
        attribute=Attribute.of(held["attribute"]) if held["attribute"] else None,
        main_cause=Cause.of(held["main_cause"]) if held["main_cause"] else None,
        other_causes=tuple(Cause.of(code) for code in held["other_causes"]),
        identified=_date(held["identified"]),
        exit_year=held["exit_year"],
        income_per_head_fen=held["income"],
        crops=tuple(held["crops"]),
        helper_name=held["helper"],
        helper_organisation=held["organisation"],
    )


def _date(held: list[str] | None) -> RegisterDate | None:
    return RegisterDate(dt.date.fromisoformat(held[0]), Precision(held[1])) if held else None


def _person(values: list[Any]) -> PersonRow:
    row, name, number, birth, sex, relation, schooling, student, health, labour, phone = values
    return PersonRow(
        row=row,
        name=name,
        id_number=number,
        birth_on=dt.date.fromisoformat(birth),
        sex=Sex(sex),
        relation=Relation.of(relation),
        schooling=Schooling.of(schooling) if schooling else None,
        student_status=StudentStatus.of(student) if student else None,
        health=tuple(Health.of(code) for code in health),
        labour=LabourCapacity.of(labour) if labour else None,
        phone=phone,
    )
