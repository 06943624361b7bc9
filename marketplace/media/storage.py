"""Where files of pictures lie. One door; behind it the disk."""

import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

from marketplace.media.values import CleanImage

_SHA = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NAME = re.compile(r"[0-9]{1,4}\.(avif|webp|jpeg)", re.ASCII)


class Store(Protocol):
    """Keeps files under a picture's hash and a name."""

    def keep(self, sha256: str, name: str, data: bytes) -> None:
        """Keep a file whole or not at all."""

    def path(self, sha256: str, name: str) -> Path | None:
        """Return where a file lies, or None if there is none."""


class DiskStore:
    """Files on the disk, in a folder for each first byte of their hash."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _place(self, sha256: str, name: str) -> Path | None:
        if not (_SHA.fullmatch(sha256) and _NAME.fullmatch(name)):
            return None
        return self.root / sha256[:2] / sha256 / name

    def keep(self, sha256: str, name: str, data: bytes) -> None:
        """Write beside, then rename: nobody ever reads half a file."""
        place = self._place(sha256, name)
        if place is None:
            raise ValueError(name)
        if place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=place.parent, prefix=".")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(beside).chmod(0o644)
        Path(beside).replace(place)

    def path(self, sha256: str, name: str) -> Path | None:
        """Return where a file lies."""
        place = self._place(sha256, name)
        return place if place is not None and place.is_file() else None


def keep_files(store: Store, clean: CleanImage) -> None:
    """Keep every file of a cleaned picture; safe to repeat. Call it before the row is written."""
    for variant in clean.variants:
        store.keep(clean.sha256, variant.name, variant.data)
