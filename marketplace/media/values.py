"""What others may know of a picture."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class ImageState(StrEnum):
    """How far a picture has come."""

    RAW = "raw"
    READY = "ready"
    REFUSED = "refused"


#: Kinds of file we write, best first, with the type they are served as.
MEDIA_TYPES: Mapping[str, str] = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Variant:
    """One written file of a picture."""

    kind: str
    width: int
    height: int
    data: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The file's name within its picture's folder."""
        return f"{self.width}.{self.kind}"


@dataclass(frozen=True, slots=True)
class CleanImage:
    """An accepted picture: upright, without metadata, at every width; `sha256` is that of the bytes that were sent."""

    sha256: str
    width: int
    height: int
    variants: tuple[Variant, ...]
    taken_at: dt.datetime | None = None
    is_public: bool = True

    def kept_private(self) -> "CleanImage":
        """Return it as evidence: under a hash of its own, so that the same file on sale is another picture."""
        return replace(self, sha256=hashlib.sha256(f"private/{self.sha256}".encode()).hexdigest(), is_public=False)


@dataclass(frozen=True, slots=True)
class ImageView:
    """A picture as templates/_macros/picture.html wants it."""

    ref: str
    sha256: str
    width: int
    height: int
    alt: str
    files: Sequence[tuple[str, int]]
    #: Where its files are asked for; a private picture has one on each page that may show it.
    base: str

    def at(self, base: str) -> "ImageView":
        """Return it with its files under another address."""
        return replace(self, base=base)

    def url(self, kind: str, width: int) -> str:
        """Return the address of one file."""
        return f"{self.base}/{width}.{kind}"

    def sources(self, kind: str) -> str:
        """Return the srcset of a kind of file; '' where there is none."""
        return ", ".join(f"{self.url(kind, width)} {width}w" for found, width in self.files if found == kind)

    def nearest(self, width: int, kind: str = "jpeg") -> str:
        """Return the address of the file at least this wide, or of the widest."""
        widths = sorted(found for each, found in self.files if each == kind)
        return self.url(kind, next((found for found in widths if found >= width), widths[-1] if widths else width))

    @property
    def fallback(self) -> str:
        """The address for browsers that know no srcset."""
        return self.nearest(640)
