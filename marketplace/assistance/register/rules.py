"""Judging a register: every row, then every household, then the file. Pure: rows in, households and findings out."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.assistance.register import cells
from marketplace.assistance.register.areas import AreaIndex
from marketplace.assistance.register.columns import (
    ATTRIBUTE,
    COLUMNS,
    CROPS,
    EXIT_YEAR,
    HEALTH,
    HELPER,
    HELPER_ORGANISATION,
    HOUSEHOLD_COLUMNS,
    ID_NUMBER,
    IDENTIFIED,
    INCOME,
    LABOUR,
    MAIN_CAUSE,
    NAME,
    NUMBER,
    OTHER_CAUSES,
    PHONE,
    POSITION,
    RELATION,
    REQUIRED_ON_EACH_ROW,
    SCHOOLING,
    SEX,
    STUDENT,
    TOWNSHIP,
    VILLAGE,
)
from marketplace.assistance.register.values import (
    Attribute,
    Cause,
    Finding,
    Health,
    HouseholdOf,
    HouseholdRow,
    LabourCapacity,
    PersonRow,
    Reason,
    RegisterFile,
    Relation,
    Schooling,
    StudentStatus,
)
from marketplace.kernel.identity import IdNumber, Sex, mask_id
from marketplace.kernel.words import N_

#: Stands where a cell held something that was refused: not the same as an empty cell.
_BAD: Final = object()
#: Counties merge the cells of a household, and see a number on each of its rows.
MERGED_HINT: Final = N_(
    "Each row needs its household's number. Of merged cells only the first holds it: split them and fill each."
)
_NO_PARAMS: Final[Mapping[str, Any]] = {}
_READERS: Final[Mapping[str, Callable[[object, dt.date], object]]] = {
    NUMBER: cells.household_number,
    TOWNSHIP: lambda value, _today: cells.compact(value),
    VILLAGE: lambda value, _today: cells.compact(value),
    NAME: cells.person_name,
    ID_NUMBER: cells.id_number,
    RELATION: cells.word(Relation),
    SEX: cells.sex,
    SCHOOLING: cells.word(Schooling),
    STUDENT: cells.word(StudentStatus),
    HEALTH: cells.words(Health),
    LABOUR: cells.word(LabourCapacity),
    PHONE: cells.phone_number,
    ATTRIBUTE: cells.word(Attribute),
    MAIN_CAUSE: cells.word(Cause),
    OTHER_CAUSES: cells.words(Cause),
    IDENTIFIED: cells.register_date,
    EXIT_YEAR: cells.exit_year,
    INCOME: cells.income_fen,
    CROPS: cells.crops,
    HELPER: cells.person_name,
    HELPER_ORGANISATION: cells.free_text,
}


@dataclass(slots=True)
class _Draft:
    """A row while it is judged: typed cells by column, filled ones only; and its household columns as they came."""

    row: int
    cells: dict[str, Any]
    raw: dict[str, object]

    def get(self, column: str) -> Any:
        """Return the typed value; None when it is missing or was refused."""
        value = self.cells.get(column)
        return None if value is _BAD else value

    def shown(self, column: str) -> str:
        """Return a household column as a report may show it."""
        return cells.shown(column, self.raw[column])


@dataclass
class _Judge:
    """What is gathered while the rows pass by."""

    areas: AreaIndex
    today: dt.date
    existing_household_of: HouseholdOf | None
    findings: list[Finding] = field(default_factory=list)
    drafts: dict[str, list[_Draft]] = field(default_factory=dict)
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    row_count: int = 0
    last_number: str | None = None
    doubtful: set[str] = field(default_factory=set)

    def find(self, draft: _Draft, column: str, reason: Reason, message: str, value: str = "", /, **params: Any) -> None:
        self.findings.append(Finding(draft.row, column, reason, value, message, params or _NO_PARAMS, draft.get(NUMBER)))


def judge(
    rows: Iterable[tuple[int, tuple[object, ...]]],
    positions: Mapping[str, int],
    *,
    areas: AreaIndex,
    today: dt.date,
    existing_household_of: HouseholdOf | None = None,
    sheet: str = "",
    header_row: int = 0,
    unknown_columns: tuple[str, ...] = (),
) -> RegisterFile:
    """Judge every row. `positions` says where each heading stands; `existing_household_of` is asked once a person.

    Where the same person stands twice, the finding is on the later row and names the earlier one.
    """
    state = _Judge(areas, today, existing_household_of)
    layout = [(column, positions[column], _READERS[column]) for column in COLUMNS if column in positions]
    for number, row in rows:
        _read_row(state, number, row, layout)
    households = []
    for household, drafts in state.drafts.items():
        reference = _judge_household(state, drafts)
        if reference is not None:
            built = _build(household, reference, drafts)
            if built is not None:
                households.append(built)
    state.findings.sort(key=lambda finding: (finding.row, POSITION[finding.column], finding.code))
    return RegisterFile(
        tuple(households),
        tuple(state.findings),
        frozenset(state.drafts),
        state.row_count,
        sheet,
        header_row,
        unknown_columns,
        frozenset(state.doubtful),
    )


def good_households(file: RegisterFile) -> tuple[HouseholdRow, ...]:
    """Return the households with no finding on any of their rows, nor below them on a row that names no household."""
    bad = file.bad_numbers
    return tuple(household for household in file.households if household.number not in bad)


def content_hash(household: HouseholdRow, key: bytes) -> str:
    """Return a keyed hash of all that the register says of a household, whatever the order of its rows and columns.

    Keyed, because a plain hash of an ID number can be reversed by trying every number there is.
    """
    people = sorted(
        [
            person.id_number,
            person.name,
            person.relation.code,
            person.schooling.code if person.schooling else None,
            person.student_status.code if person.student_status else None,
            sorted(word.code for word in person.health),
            person.labour.code if person.labour else None,
            person.phone,
        ]
        for person in household.people
    )
    identified = household.identified
    content = [
        household.number,
        household.village_code,
        household.attribute.code if household.attribute else None,
        household.main_cause.code if household.main_cause else None,
        sorted(cause.code for cause in household.other_causes),
        [identified.on.isoformat(), identified.precision.value] if identified else None,
        household.exit_year,
        household.income_per_head_fen,
        sorted(household.crops),
        household.helper_name,
        household.helper_organisation,
        people,
    ]
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()


def _read_row(
    state: _Judge,
    number: int,
    row: tuple[object, ...],
    layout: list[tuple[str, int, Callable[[object, dt.date], object]]],
) -> None:
    draft = _Draft(number, {}, {})
    width = len(row)
    for column, position, read in layout:
        raw = row[position] if position < width else None
        if raw is None:
            continue
        try:
            value = read(raw, state.today)
        except cells.CellRefused as refusal:
            draft.cells[column] = _BAD
            state.find(draft, column, refusal.reason, refusal.text, cells.shown(column, raw), **refusal.params)
            continue
        if value is not None:
            draft.cells[column] = value
            if column in HOUSEHOLD_COLUMNS:
                draft.raw[column] = raw
    if not draft.cells:
        # Blanks alone: an empty row to whoever looks at the sheet.
        return
    state.row_count += 1
    for column in REQUIRED_ON_EACH_ROW:
        if column not in draft.cells:
            state.find(draft, column, Reason.MISSING, MERGED_HINT if column == NUMBER else N_("This cell must not be empty."))
    _place(state, draft)
    _judge_person(state, draft)
    household = draft.get(NUMBER)
    if household is not None:
        state.drafts.setdefault(household, []).append(draft)
        state.last_number = household
    elif state.last_number is not None:
        state.doubtful.add(state.last_number)


def _place(state: _Judge, draft: _Draft) -> None:
    """Replace the names of township and village by their codes."""
    areas, township, village = state.areas, draft.get(TOWNSHIP), draft.get(VILLAGE)
    township_code: str | None = None
    if township is not None:
        township_code = areas.township(township)
        if township_code is None:
            draft.cells[TOWNSHIP] = _BAD
            state.find(draft, TOWNSHIP, Reason.UNKNOWN_VILLAGE, N_("The county has no such township."), draft.shown(TOWNSHIP))
        else:
            draft.cells[TOWNSHIP] = township_code
    if village is None:
        return
    if draft.cells.get(TOWNSHIP) is _BAD:
        # Without its township a village can't be told; the township has been reported.
        draft.cells[VILLAGE] = _BAD
        return
    village_code = None
    elsewhere: tuple[str, ...] = ()
    if township_code is not None:
        village_code = areas.village(village, township_code)
    if village_code is None:
        elsewhere = areas.townships_with(village)
        if TOWNSHIP not in draft.cells and len(elsewhere) == 1:
            # A member's row may name the village alone.
            village_code = areas.village(village, elsewhere[0])
    draft.cells[VILLAGE] = village_code or _BAD
    if village_code is not None:
        return
    names = "、".join(areas.name(code) for code in elsewhere)
    if township_code is None and elsewhere:
        message = N_("Several townships have a village of this name: %(townships)s. Fill in the township.")
    elif elsewhere:
        message = N_("This township has no such village; there is one of this name in %(townships)s.")
    elif township_code is None:
        message = N_("The county has no such village.")
    else:
        message = N_("This township has no such village.")
    params = {"townships": names} if elsewhere else {}
    state.find(draft, VILLAGE, Reason.UNKNOWN_VILLAGE, message, draft.shown(VILLAGE), **params)


def _judge_person(state: _Judge, draft: _Draft) -> None:
    health = draft.get(HEALTH)
    if health and len(health) > 1 and Health.HEALTHY in health:
        message = N_("健康 can't stand beside an illness or disability.")
        state.find(draft, HEALTH, Reason.CONTRADICTION, message, "、".join(word.zh for word in health))
    identity: IdNumber | None = draft.get(ID_NUMBER)
    if identity is None:
        return
    sex: Sex | None = draft.get(SEX)
    if sex is not None and sex is not identity.sex:
        state.find(
            draft,
            SEX,
            Reason.SEX_MISMATCH,
            N_("The ID number on this row belongs to a person of the other sex."),
            "男" if sex is Sex.MALE else "女",
        )
    household = draft.get(NUMBER)
    earlier = state.seen.setdefault(identity.text, (draft.row, household or ""))
    if earlier[0] != draft.row:
        message = N_("This person is already on row %(row)d, in household %(household)s.")
        params = {"row": earlier[0], "household": earlier[1] or "—"}
        state.find(draft, ID_NUMBER, Reason.DUPLICATE_PERSON, message, mask_id(identity.text), **params)
    elif state.existing_household_of is not None and household is not None:
        existing = state.existing_household_of(identity.text)
        if existing is not None and existing != household:
            message = N_("This person is on record in household %(household)s.")
            masked = mask_id(identity.text)
            state.find(draft, ID_NUMBER, Reason.DUPLICATE_PERSON, message, masked, household=existing)


def _judge_household(state: _Judge, drafts: list[_Draft]) -> _Draft | None:
    """Compare a household's rows; return the row its columns are read from, or None when no one head can be told."""
    heads = [draft for draft in drafts if draft.get(RELATION) is Relation.HEAD]
    reference = heads[0] if heads else drafts[0]
    # A relation that was refused on its own may well be the head's.
    if not heads and all(draft.get(RELATION) is not None for draft in drafts):
        relation = drafts[0].get(RELATION)
        message = N_("No row of this household says 户主.")
        state.find(drafts[0], RELATION, Reason.NO_HEAD, message, relation.zh)
    for other in heads[1:]:
        message = N_("This household already has a head, on row %(row)d.")
        state.find(other, RELATION, Reason.TWO_HEADS, message, Relation.HEAD.zh, row=heads[0].row)
    for column in (TOWNSHIP, VILLAGE):
        if column not in reference.cells:
            state.find(reference, column, Reason.MISSING, N_("This cell must not be empty."))
    for draft in drafts:
        if draft is not reference and draft.raw:
            _compare(state, reference, draft)
    return heads[0] if len(heads) == 1 else None


def _compare(state: _Judge, reference: _Draft, draft: _Draft) -> None:
    for column in draft.raw:
        value, standing = draft.cells[column], reference.cells.get(column)
        if value is _BAD or standing is _BAD or _same(value, standing):
            continue
        if standing is None:
            message = N_("This says something of the household that its head's row %(row)d leaves empty.")
        else:
            message = N_("This differs from the household's head on row %(row)d.")
        state.find(draft, column, Reason.CONTRADICTION, message, draft.shown(column), row=reference.row)


def _same(one: object, other: object) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return frozenset(one) == frozenset(other)
    return one == other


def _build(number: str, head: _Draft, drafts: list[_Draft]) -> HouseholdRow | None:
    """Type the household, or return None where a cell it can't do without is missing or was refused."""
    people = []
    for draft in drafts:
        if _BAD in draft.cells.values() or any(draft.get(column) is None for column in REQUIRED_ON_EACH_ROW):
            return None
        identity: IdNumber = draft.cells[ID_NUMBER]
        people.append(
            PersonRow(
                row=draft.row,
                name=draft.cells[NAME],
                id_number=identity.text,
                birth_on=identity.birth_on,
                sex=identity.sex,
                relation=draft.cells[RELATION],
                schooling=draft.get(SCHOOLING),
                student_status=draft.get(STUDENT),
                health=draft.get(HEALTH) or (),
                labour=draft.get(LABOUR),
                phone=draft.get(PHONE),
            )
        )
    if TOWNSHIP not in head.cells or VILLAGE not in head.cells:
        return None
    return HouseholdRow(
        number=number,
        township_code=head.cells[TOWNSHIP],
        village_code=head.cells[VILLAGE],
        people=tuple(people),
        attribute=head.get(ATTRIBUTE),
        main_cause=head.get(MAIN_CAUSE),
        other_causes=head.get(OTHER_CAUSES) or (),
        identified=head.get(IDENTIFIED),
        exit_year=head.get(EXIT_YEAR),
        income_per_head_fen=head.get(INCOME),
        crops=head.get(CROPS) or (),
        helper_name=head.get(HELPER),
        helper_organisation=head.get(HELPER_ORGANISATION),
    )
