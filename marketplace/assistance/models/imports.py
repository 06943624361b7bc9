"""Register imports: what a file would do, held until a second official accepts it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.assistance.values import ImportState, StagedKind
from marketplace.kernel.db import Id, Model, Moment


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class RegisterImport(Model):
    """One file as one official proposed it and another decided on it."""

    __tablename__ = "register_imports"
    __table_args__ = (
        CheckConstraint(_one_of("state", ImportState), name="state"),
        CheckConstraint("accepted_by IS NULL OR accepted_by <> by_user_id", name="accepted_by_another"),
        CheckConstraint("(state IN ('accepted', 'rejected')) = (accepted_by IS NOT NULL)", name="decided_by_somebody"),
        CheckConstraint("(accepted_by IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        Index("ix_register_imports_area_code_id", "area_code", "id"),
        Index("uq_register_imports_waiting", "sha256", "area_code", "is_only_good", unique=True,
              sqlite_where=text("state = 'proposed'"), postgresql_where=text("state = 'proposed'")),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: The area the proposing official answers for: absent households are looked for inside it.
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    #: Of the file's bytes.
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    state: Mapped[str] = mapped_column(String(10))
    is_only_good: Mapped[bool]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[Moment]
    #: Who accepted or rejected it.
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: rows, households, people, new, changed, unchanged, left_out, findings, absent, people_absent, held
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    unknown_columns: Mapped[list[Any]] = mapped_column(JSON)


class RegisterFinding(Model):
    """One thing wrong with one cell of a file, masked."""

    __tablename__ = "register_findings"
    __table_args__ = (Index("ix_register_findings_import_id_id", "import_id", "id"),)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id"))
    row: Mapped[int] = mapped_column(Integer)
    column: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20))
    value_masked: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    household_number: Mapped[str | None] = mapped_column(String(40))


class RegisterImportRow(Model):
    """One household of a file that is new or changed (sealed until it is accepted), or one that is absent from it."""

    __tablename__ = "register_import_rows"
    __table_args__ = (
        CheckConstraint(_one_of("kind", StagedKind), name="kind"),
        Index("ix_register_import_rows_import_id_kind_id", "import_id", "kind", "id"),
    )

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id"))
    kind: Mapped[str] = mapped_column(String(14))
    household_number: Mapped[str] = mapped_column(String(40))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12))
    #: Words for what changes, never the values.
    changes: Mapped[list[Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    #: The content hash that stood when the change was found; another one at acceptance means the record moved on.
    base_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    #: The household as the file has it; emptied once the import is decided.
    payload_sealed: Mapped[str | None] = mapped_column(Text)
    member_ref: Mapped[str | None] = mapped_column(String(20))


class RegisterState(Model):
    """What the last accepted import said of a household, as a keyed hash: the same again changes nothing."""

    __tablename__ = "register_states"

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True, autoincrement=False)
    content_hash: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id"))
