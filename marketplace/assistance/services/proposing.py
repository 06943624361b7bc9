"""Proposing a register import: what the file would change, staged and sealed until a second official decides.

Comparing and sealing are slow, so they are done on a reader (`prepare_import`); the writer only writes down what was prepared.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.imports import PreparedImport, StagedRow, to_text
from marketplace.assistance.models import RegisterFinding, RegisterImport, RegisterImportRow, RegisterState
from marketplace.assistance.queries.imports import waiting_import
from marketplace.assistance.register.rules import content_hash, good_households
from marketplace.assistance.register.values import Finding, HouseholdOf, HouseholdRow, RegisterFile
from marketplace.assistance.services.comparing import compare, snapshots
from marketplace.assistance.values import ImportReport, ImportState, StagedKind
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer

T = TypeVar("T")
#: Households handled at once: bounds memory, whatever the size of the register.
BATCH = 500
_STAGED: Any = RegisterImportRow.__table__
_COLUMNS = tuple(column.name for column in dataclasses.fields(StagedRow))


def existing_household_of(session: Session, *, sealer: Sealer) -> HouseholdOf:
    """Return the look-up by which a register is judged: register number of the household a person belongs to, or None."""
    people = farmers.people_on_record(session)
    numbers = {household.id: number for number, household in farmers.register_households(session).items()}

    def number_of(id_number: str) -> str | None:
        household_id = people.get(sealer.blind(id_number, "id_number"))
        return None if household_id is None else numbers.get(household_id, "—")

    return number_of


@dataclass
class _Staging:
    """What is gathered while the households of a file are compared."""

    session: Session
    ref: str
    area_code: str
    sealer: Sealer
    on: dt.date
    keeps_households: bool
    counts: dict[str, int] = field(default_factory=dict)
    rows: list[StagedRow] = field(default_factory=list)

    def count(self, word: str, by: int = 1) -> None:
        self.counts[word] = self.counts.get(word, 0) + by

    def stage(self, kind: StagedKind, number: str, village_code: str, **values: Any) -> None:
        self.rows.append(StagedRow(str(kind), number, village_code, **values))

    def seal(self, row: HouseholdRow) -> str | None:
        return None if not self.keeps_households else self.sealer.seal(to_text(row), payload_place(self.ref, row.number))


def payload_place(import_ref: str, number: str) -> str:
    """Return the place a staged household is sealed for."""
    return f"register_import_rows/payload/{import_ref}:{number}"


def prepare_import(
    session: Session, *, file: RegisterFile, area_code: str, only_good: bool, sealer: Sealer, is_decided_later: bool = True
) -> PreparedImport:
    """Compare a judged register with what stands inside an area and seal what it changes; only reads.

    A file with findings will be kept as refused, with its findings and nothing else, unless only its good households are wanted.
    What is decided in the same transaction (not `is_decided_later`) keeps no household for the second official.
    """
    is_refused = bool(file.findings) and not only_good
    good = good_households(file)
    staging = _Staging(session, ids.reference("R"), area_code, sealer, clock.today(), keeps_households=is_decided_later)
    staging.counts = {
        "rows": file.row_count,
        "households": len(file.household_numbers),
        "people": sum(len(household.people) for household in good),
        "left_out": len(file.bad_numbers),
        "findings": len(file.findings),
    }
    if not is_refused:
        _stage(staging, good, file)
    return PreparedImport(
        ref=staging.ref,
        area_code=area_code,
        is_only_good=only_good,
        is_refused=is_refused,
        counts=staging.counts,
        unknown_columns=tuple(file.unknown_columns),
        findings=tuple(file.findings),
        rows=tuple(staging.rows),
    )


def propose_import(session: Session, *, prepared: PreparedImport, by: int, sha256: str, file_name: str = "") -> ImportReport:
    """Write down what a register would change; nothing of it stands before `accept_import`.

    The same file proposed again before a decision returns the first proposal.
    """
    standing = waiting_import(session, sha256, prepared.area_code, only_good=prepared.is_only_good)
    if standing is not None:
        return report_of(standing)
    held = RegisterImport(
        ref=prepared.ref,
        area_code=prepared.area_code,
        sha256=sha256,
        file_name=file_name[:200],
        state=ImportState.REFUSED if prepared.is_refused else ImportState.PROPOSED,
        is_only_good=prepared.is_only_good,
        by_user_id=by,
        proposed_at=clock.now(),
        counts=dict(prepared.counts),
        unknown_columns=list(prepared.unknown_columns),
    )
    session.add(held)
    session.flush()
    for findings in batches(prepared.findings, BATCH):
        session.execute(insert(RegisterFinding), [_finding(held.id, finding) for finding in findings])
    for rows in batches(prepared.rows, BATCH):
        session.execute(insert(_STAGED), [_staged(held.id, row) for row in rows])
    record_audit(
        session, by=by, action=f"assistance.import_{held.state}", object_kind="register_import", object_ref=held.ref,
        after={"sha256": sha256, "counts": held.counts},
    )  # fmt: skip
    return report_of(held)


def report_of(held: RegisterImport) -> ImportReport:
    """Return an import as others may know it."""
    return ImportReport(held.id, held.ref, ImportState(held.state), dict(held.counts))


def _staged(import_id: int, row: StagedRow) -> dict[str, Any]:
    return {"import_id": import_id, **{name: getattr(row, name) for name in _COLUMNS}, "changes": list(row.changes)}


def _finding(import_id: int, finding: Finding) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "row": finding.row,
        "column": finding.column,
        "code": str(finding.code),
        "value_masked": finding.value_masked[:200],
        "message": finding.message,
        "params": dict(finding.params),
        "household_number": finding.household,
    }


def _stage(staging: _Staging, good: Sequence[HouseholdRow], file: RegisterFile) -> None:
    session, sealer = staging.session, staging.sealer
    standing = farmers.register_households(session)
    hashes = {
        row.household_id: row.content_hash
        for row in session.execute(select(RegisterState.household_id, RegisterState.content_hash))
    }
    for batch in batches(good, BATCH):
        known = []
        for row in batch:
            mark = content_hash(row, sealer.index_key)
            household = standing.get(row.number)
            if household is None:
                staging.count("new")
                staging.stage(StagedKind.NEW, row.number, row.village_code, content_hash=mark, payload_sealed=staging.seal(row))
            elif household.is_closed or household.village_code != row.village_code:
                # A move between villages and the reopening of a closed record are decided by people, not by a file.
                staging.count("held")
                word = "closed" if household.is_closed else "village"
                staging.stage(StagedKind.HELD, row.number, household.village_code, household_id=household.id, changes=(word,))
            elif hashes.get(household.id) == mark:
                staging.count("unchanged")
            else:
                known.append((row, household, mark))
        _stage_known(staging, known, hashes)
    _list_absent(staging, good, file, standing)


def _stage_known(
    staging: _Staging, known: Sequence[tuple[HouseholdRow, farmers.RegisterHousehold, str]], hashes: dict[int, str]
) -> None:
    if not known:
        return
    found = snapshots(
        staging.session,
        {household.id: household for _, household, _ in known},
        year=staging.on.year - 1,
        sealer=staging.sealer,
    )
    for row, household, mark in known:
        change = compare(row, household.id, found[household.id], on=staging.on, sealer=staging.sealer)
        if not change.words:
            staging.count("unchanged")
            continue
        staging.count("changed")
        staging.stage(
            StagedKind.CHANGED,
            row.number,
            row.village_code,
            household_id=household.id,
            changes=tuple(change.words),
            content_hash=mark,
            base_hash=hashes.get(household.id, ""),
            payload_sealed=staging.seal(row),
        )


def _list_absent(
    staging: _Staging,
    good: Sequence[HouseholdRow],
    file: RegisterFile,
    standing: dict[str, farmers.RegisterHousehold],
) -> None:
    """List who stands in the townships of the file and is not in it: households, and people of households it names."""
    townships = {household.township_code for household in file.households}
    for number, household in standing.items():
        if (
            number not in file.household_numbers
            and not household.is_closed
            and household.village_code[:9] in townships
            and household.village_code.startswith(staging.area_code)
        ):
            staging.count("absent")
            staging.stage(StagedKind.ABSENT, number, household.village_code, household_id=household.id)
    for batch in batches(good, BATCH):
        named = {standing[row.number].id: row for row in batch if row.number in standing}
        members = farmers.members_on_record(staging.session, named)
        for household_id, row in named.items():
            stated = {staging.sealer.blind(person.id_number, "id_number") for person in row.people}
            for id_index, ref in members.get(household_id, ()):
                if id_index not in stated:
                    staging.count("people_absent")
                    staging.stage(
                        StagedKind.PERSON_ABSENT, row.number, row.village_code, household_id=household_id, member_ref=ref
                    )


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the rows in pieces."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
