"""A part of what is held about somebody, as a page shows it and a file carries it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind. Title and labels are English sentences; the keys stand in the file."""

    key: str
    title: str
    #: Column -> its label, in the order shown.
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]
