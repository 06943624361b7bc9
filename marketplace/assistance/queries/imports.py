"""Register imports as officials see them."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.assistance.imports import StagedRow
from marketplace.assistance.models import RegisterFinding, RegisterImport, RegisterImportRow
from marketplace.assistance.values import ImportState, StagedKind, StagedLine
from marketplace.farmers import queries as farmers
from marketplace.kernel.crypto import Sealer


def import_by_ref(session: Session, ref: str) -> RegisterImport | None:
    """Return an import by its reference."""
    return session.scalar(select(RegisterImport).where(RegisterImport.ref == ref))


def waiting_import(session: Session, sha256: str, area_code: str, *, only_good: bool) -> RegisterImport | None:
    """Return the proposal of the same file for the same area that waits for a decision."""
    return session.scalar(
        select(RegisterImport).where(
            RegisterImport.sha256 == sha256,
            RegisterImport.area_code == area_code,
            RegisterImport.is_only_good == only_good,
            RegisterImport.state == ImportState.PROPOSED,
        )
    )


def imports_in(session: Session, codes: Sequence[str], *, limit: int = 50) -> Sequence[RegisterImport]:
    """Return the imports of some areas, the newest first."""
    if not codes:
        return []
    inside = in_areas(RegisterImport.area_code, codes)
    return session.scalars(select(RegisterImport).where(inside).order_by(RegisterImport.id.desc()).limit(limit)).all()


def imports_waiting(codes: Sequence[str]) -> Select[int]:
    """Return the count of the imports that wait for a second official in some areas, to be asked together with others."""
    is_waiting = RegisterImport.state == ImportState.PROPOSED
    return select(func.count()).select_from(RegisterImport).where(is_waiting, in_areas(RegisterImport.area_code, codes))


def findings_of(session: Session, import_id: int, *, limit: int = 200, offset: int = 0) -> Sequence[RegisterFinding]:
    """Return a page of an import's findings in the order of the sheet."""
    return session.scalars(
        select(RegisterFinding)
        .where(RegisterFinding.import_id == import_id)
        .order_by(RegisterFinding.id)
        .limit(limit)
        .offset(offset)
    ).all()


def staged_rows(
    session: Session, import_id: int, kind: StagedKind, *, limit: int = 100, offset: int = 0
) -> Sequence[RegisterImportRow]:
    """Return a page of what an import would do, or only lists, of one kind."""
    return session.scalars(
        select(RegisterImportRow)
        .where(RegisterImportRow.import_id == import_id, RegisterImportRow.kind == kind)
        .order_by(RegisterImportRow.id)
        .limit(limit)
        .offset(offset)
    ).all()


def staged_lines(
    session: Session, import_id: int, kind: StagedKind, *, sealer: Sealer, limit: int = 100, offset: int = 0
) -> tuple[StagedLine, ...]:
    """Return a page of the same with masked names. Three queries."""
    return named_lines(session, staged_rows(session, import_id, kind, limit=limit, offset=offset), sealer=sealer)


def named_lines(session: Session, rows: Sequence[RegisterImportRow | StagedRow], *, sealer: Sealer) -> tuple[StagedLine, ...]:
    """Return staged rows with masked names: the person's own, or that of the household's head. Two queries."""
    heads = farmers.heads_masked(session, [row.household_id for row in rows if row.household_id], sealer=sealer)
    people = farmers.names_masked(session, [row.member_ref for row in rows if row.member_ref], sealer=sealer)
    return tuple(
        StagedLine(
            row.household_number,
            row.village_code,
            people.get(row.member_ref, "") if row.member_ref else heads.get(row.household_id or 0, ""),
            tuple(row.changes),
        )
        for row in rows
    )
